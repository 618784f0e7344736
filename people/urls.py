from django.urls import path

from people.views import (
    accepting,
    handing_over,
    inviting,
    inviting_file,
    named,
    seats,
    second_steps,
)

app_name = "people"
urlpatterns = [
    path("people/", seats.people, name="list"),
    path("people/changes/", seats.changes, name="changes"),
    path("people/undo/<str:ended>/", seats.undo, name="undo"),
    path("people/roles/<uuid:pk>/end/", seats.end, name="end"),
    path("people/<uuid:pk>/", seats.person, name="person"),
    path("people/<uuid:pk>/give/", seats.give, name="give"),
    path("people/<uuid:pk>/end/", seats.end_all, name="end_all"),
    path("people/<uuid:pk>/account/", seats.account, name="account"),
    path("people/<uuid:pk>/council-account/unlink/", seats.unlink, name="unlink"),
    path("people/<uuid:pk>/second-step/", second_steps.take_off, name="second_step"),
    path("people/invite/", inviting.invite, name="invite"),
    path("people/invite/file/", inviting_file.check, name="invite_file"),
    path("people/invite/file/send/", inviting_file.send, name="invite_all"),
    path("people/invitations/<uuid:pk>/again/", inviting.send_again, name="send_again"),
    path("people/invitations/<uuid:pk>/withdraw/", inviting.withdraw, name="withdraw"),
    path("people/cover/", handing_over.cover, name="cover"),
    path("people/<uuid:pk>/cover/<slug:role>/", handing_over.add_cover, name="add_cover"),
    path("people/<uuid:pk>/cover/<slug:role>/end/", handing_over.end_cover, name="end_cover"),
    path("people/<uuid:pk>/caseload/<slug:role>/", handing_over.caseload, name="caseload"),
    path("children/<uuid:pk>/people/invite/", inviting.invite_to_child, name="invite_to_child"),
    path("children/<uuid:pk>/people/<slug:role>/", handing_over.change, name="change"),
    path("peps/<uuid:pk>/colleague/", inviting.invite_colleague, name="invite_colleague"),
    path("school/colleagues/", inviting.colleagues, name="colleagues"),
    path("school/colleagues/<uuid:pk>/end/", inviting.end_colleague, name="end_colleague"),
    path("invite/<str:token>/", accepting.invitation, name="invitation"),
    path("invite/<str:token>/password/", accepting.password, name="password"),
    path("invite/<str:token>/again/", accepting.again, name="again"),
    path("named-children/", named.named_children, name="named"),
]

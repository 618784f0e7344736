from django.urls import path

from people.views import named, seats

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
    path("named-children/", named.named_children, name="named"),
]

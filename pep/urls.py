from django.urls import path

from pep import views

app_name = "pep"
urlpatterns = [
    path("", views.plans, name="list"),
    path("start/<uuid:child_pk>/", views.start, name="start"),
    path("<uuid:pk>/", views.plan, name="plan"),
    path("<uuid:pk>/section/<slug:slug>/", views.section, name="section"),
    path("<uuid:pk>/section/<slug:slug>/autosave/", views.autosave, name="autosave"),
    path("<uuid:pk>/section/<slug:slug>/presence/", views.presence_beat, name="presence"),
    path("<uuid:pk>/section/<slug:slug>/conflict/", views.conflict, name="conflict"),
    path("<uuid:pk>/section/<slug:slug>/history/", views.history, name="history"),
    path("<uuid:pk>/send/", views.send, name="send"),
    path("<uuid:pk>/take-back/", views.take_back, name="take_back"),
    path("<uuid:pk>/check/", views.check, name="check"),
    path("<uuid:pk>/agree/", views.agree, name="agree"),
    path("<uuid:pk>/send-back/", views.send_back, name="send_back"),
    path("<uuid:pk>/reopen/", views.reopen, name="reopen"),
    path("<uuid:pk>/read/", views.read, name="read"),
    path("<uuid:pk>/pdf/", views.pdf, name="pdf"),
]

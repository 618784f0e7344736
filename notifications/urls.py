from django.urls import path

from notifications import views

app_name = "notifications"
urlpatterns = [
    path("", views.notices, name="list"),
    path("read-all/", views.read_all, name="read_all"),
    path("<uuid:pk>/", views.open_notice, name="open"),
]

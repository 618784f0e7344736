from django.urls import path

from starting import views

app_name = "starting"
urlpatterns = [
    path("peps/start/<uuid:child_pk>/", views.start, name="start"),
]

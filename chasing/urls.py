from django.urls import path

from chasing import views

app_name = "chasing"
urlpatterns = [
    path("waiting/", views.board, name="board"),
    path("waiting/nudge/", views.nudge_all, name="nudge_all"),
    path("<uuid:pk>/nudge/", views.nudge, name="nudge"),
]

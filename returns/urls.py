from django.urls import path

from returns import views

app_name = "returns"

urlpatterns = [
    path("", views.loads, name="list"),
    path("send/<slug:kind>/", views.send, name="send"),
    path("<uuid:pk>/", views.load, name="load"),
    path("<uuid:pk>/add/", views.add, name="add"),
    path("<uuid:pk>/leave-out/", views.leave_out, name="leave_out"),
    path("<uuid:pk>/faults.csv", views.faults, name="faults"),
]

from django.urls import path

from oversight import views

app_name = "oversight"
urlpatterns = [
    path("audit/", views.whole_log, name="log"),
    path("audit/find/", views.find_person, name="find_person"),
    path("audit/people/<uuid:pk>/", views.person, name="person"),
    path("audit/<int:pk>/", views.event, name="event"),
    path("audit/unusual/", views.unusual, name="unusual"),
    path("audit/unusual/<uuid:pk>/looked-into/", views.look_into, name="look_into"),
    path("printed/", views.printed, name="printed"),
    path("printed/<uuid:written_as>.css", views.print_style, name="print_style"),
    path("printed/<uuid:written_as>/", views.printed_plain, name="printed_plain"),
    path("my-record/", views.my_looks, name="my_looks"),
]

from django.urls import path

from retention import views

app_name = "retention"
urlpatterns = [
    path("retention/", views.overview, name="overview"),
    path("retention/proposed/<uuid:pk>/", views.decide, name="decide"),
    path("retention/holds/add/", views.hold_all, name="hold_all"),
    path("retention/holds/<uuid:pk>/lift/", views.lift, name="lift"),
    path("children/<uuid:pk>/hold/", views.hold_child, name="hold_child"),
]

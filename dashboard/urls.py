from django.urls import path

from dashboard.views import record, roll

app_name = "dashboard"
urlpatterns = [
    path("children/", roll.children, name="children"),
    path("children/<uuid:pk>/", record.child, name="child"),
    path("children/<uuid:pk>/school/", record.child_school, name="child_school"),
    path("children/<uuid:pk>/attendance/", record.child_attendance, name="child_attendance"),
    path("children/<uuid:pk>/peps/", record.child_peps, name="child_peps"),
    path("children/<uuid:pk>/placements/", record.child_placements, name="child_placements"),
    path("children/<uuid:pk>/people/", record.child_people, name="child_people"),
    path("children/<uuid:pk>/access/", record.child_access, name="child_access"),
]

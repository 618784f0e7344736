"""Addresses of the role pages; three short lists are mounted beside them by the project."""

from django.urls import path

from dashboard.views import (
    access,
    families,
    help,
    home,
    measures,
    overview,
    places,
    record,
    roll,
    targets,
)

app_name = "dashboard"
urlpatterns = [
    path("", home.home, name="home"),
    path("overview/", overview.overview, name="overview"),
    path("overview/measure/<slug:slug>/", measures.measure, name="measure"),
    path("your-work/", home.worklist, name="your_work"),
    path("your-children/", home.worklist, name="social_worker_home"),
    path("school/", home.school_home, name="school_home"),
    path("children/", roll.children, name="children"),
    path("children/<uuid:pk>/", record.child, name="child"),
    path("children/<uuid:pk>/school/", record.child_school, name="child_school"),
    path("children/<uuid:pk>/attendance/", record.child_attendance, name="child_attendance"),
    path("children/<uuid:pk>/peps/", record.child_peps, name="child_peps"),
    path("children/<uuid:pk>/targets/", targets.child_targets, name="child_targets"),
    path("children/<uuid:pk>/placements/", record.child_placements, name="child_placements"),
    path("children/<uuid:pk>/people/", record.child_people, name="child_people"),
    path("children/<uuid:pk>/access/", access.child_access, name="child_access"),
    path("children/<uuid:pk>/access/export/", access.export_access, name="export_access"),
    path("search/", places.search, name="search"),
    path("my-children/", families.my_children, name="my_children"),
    path("my-children/<uuid:pk>/", families.my_child, name="my_child"),
    path("my-views/", families.my_views, name="my_views"),
    path("my-goals/", families.my_goals, name="my_goals"),
    path("my-people/", families.my_people, name="my_people"),
]

# Mounted under their own names: "schools", "attendance", "measures", and without one
schools = [
    path("", places.schools, name="list"),
    path("<int:pk>/", places.school, name="school"),
]
attendance = [path("", places.attendance, name="overview")]
reports = [path("", measures.reports, name="list")]
for_everyone = [
    path("help/", help.help_page, name="help"),
    path("privacy/", help.privacy, name="privacy"),
    path("accessibility/", help.accessibility, name="accessibility"),
    path("cookies/", help.cookies, name="cookies"),
    path("contact/", help.contact, name="contact"),
]

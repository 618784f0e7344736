"""Addresses of the site; each app keeps its own."""

from django.contrib import admin
from django.urls import include, path

from dashboard import urls as role_pages
from vschool import views

urlpatterns = [
    path("health/", views.health, name="health"),
    path("csp-report/", views.csp_report, name="csp_report"),
    path("admin/", admin.site.urls),
    path("peps/", include("pep.urls")),
    path("peps/", include("papers.urls")),
    path("peps/", include("chasing.urls")),
    path("", include("starting.urls")),
    path("", include("quality.urls")),
    path("notifications/", include("notifications.urls")),
    path("data/", include("returns.urls")),
    path("", include("people.urls")),
    path("", include("oversight.urls")),
    path("", include("families.urls")),
    path("", include("disclosure.urls")),
    path("", include("retention.urls")),
    path("", include("accounts.urls")),
    path("", include("words.urls")),
    path("", include("children.urls")),
    path("", include("accounts.engine_urls")),
    path("", include("dashboard.urls")),
    path("schools/", include((role_pages.schools, "schools"))),
    path("attendance/", include((role_pages.attendance, "attendance"))),
    path("reports/", include((role_pages.reports, "measures"))),
    path("", include(role_pages.for_everyone)),
]

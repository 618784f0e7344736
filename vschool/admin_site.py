"""The admin for administrators: people, settings and reference data; no case content."""

from django.contrib.admin import AdminSite
from django.http import HttpRequest


class Site(AdminSite):
    site_header = "Virtual School administration"
    site_title = "Virtual School administration"
    index_title = "People, settings and reference data"

    def has_permission(self, request: HttpRequest) -> bool:
        return request.user.is_active and request.user.is_staff

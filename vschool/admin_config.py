"""Django's admin, entered by the seat's permission instead of Django's own staff mark."""

from django.contrib.admin.apps import AdminConfig as DjangoAdminConfig


class AdminConfig(DjangoAdminConfig):
    default_site = "vschool.admin_site.Site"

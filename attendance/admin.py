from django.contrib import admin

from attendance.models import Code
from ui.administration import ReadOnlyAdmin


@admin.register(Code)
class CodeAdmin(ReadOnlyAdmin):
    """The national codes: they change with a release, since figures and checks change with them."""

    list_display = ("code", "session", "meaning", "category", "started_on", "ended_on")
    list_filter = ("category",)
    search_fields = ("=code", "meaning")
    ordering = ("code", "started_on")

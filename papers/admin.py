from typing import Any

from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone

from papers.models import Delivery, DeliveryPlace
from ui.administration import KeptAdmin


@admin.register(DeliveryPlace)
class DeliveryPlaceAdmin(KeptAdmin):
    """Where an authority's agreed plans go. The secret is the environment's, named by the code."""

    authority_path = "authority"
    list_display = ("authority", "way", "where", "is_on", "waiting", "given_up")
    search_fields = ("authority__name", "authority__code")
    ordering = ("authority__code",)
    list_select_related = ("authority",)
    fields = ("authority", "way", "folder", "url", "is_on", "secret", "waiting", "given_up")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        told = ["secret", "waiting", "given_up"]
        return ["authority", *told] if obj else told

    @admin.display(description="Secret")
    def secret(self, row: DeliveryPlace) -> str:
        if not row.authority_id:
            return "–"
        name = f"VS_DELIVERY_SECRET_{row.authority.code}"
        is_set = row.authority.code in settings.DELIVERY_SECRETS
        return f"{name} is set" if is_set else f"{name} is not set in the environment"

    @admin.display(description="Waiting")
    def waiting(self, row: DeliveryPlace) -> int:
        return self._counted(row, Delivery.State.OWED)

    @admin.display(description="Given up")
    def given_up(self, row: DeliveryPlace) -> int:
        return self._counted(row, Delivery.State.FAILED)

    def _counted(self, row: DeliveryPlace, state: str) -> int:
        return Delivery.objects.filter(authority=row.authority_id, state=state).count()

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Switched on, it is for plans agreed from now on; what had failed is tried again."""
        if obj.is_on and (obj.started_at is None or "is_on" in form.changed_data):
            obj.started_at = timezone.now()
        super().save_model(request, obj, form, change)
        if change and obj.is_on:
            failed = Delivery.objects.filter(
                authority=obj.authority_id, state=Delivery.State.FAILED
            )
            failed.update(state=Delivery.State.OWED, tries=0, next_try_at=timezone.now())

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q

from accounts.permissions import Permission
from children.models import AboutChild, ChildFact, DatedFact, FactQuerySet, history
from children.rights import CLEARED_FOR_CONFIDENTIAL
from schools.models import DateRange

if TYPE_CHECKING:
    from accounts.models import User


def _dated(name: str) -> list[models.BaseConstraint]:
    return [
        models.UniqueConstraint(fields=["authority", "id"], name=f"{name}_authority_id"),
        ExclusionConstraint(
            name=f"{name}_no_overlap",
            expressions=[
                ("child", RangeOperators.EQUAL),
                (DateRange("started_on", "ended_on"), RangeOperators.OVERLAPS),
            ],
        ),
        models.CheckConstraint(
            condition=Q(ended_on__isnull=True) | Q(ended_on__gt=F("started_on")),
            name=f"{name}_range",
        ),
    ]


@history()
class LegalStatus(DatedFact):
    """The legal order or agreement a child is looked after under, with dates (COH-3)."""

    code = models.CharField(max_length=2, help_text="LS code of the return")

    class Meta:
        verbose_name_plural = "legal statuses"
        constraints = _dated("legalstatus")


@history()
class Placement(DatedFact):
    """Where a looked-after child lives, with dates; the address itself is a table of its own.

    Area and distance are worked out from postcodes when the row is written (PLA-8); None means
    it could not be told.
    """

    class Area(models.TextChoices):
        IN = "in", "In area"
        OUT = "out", "Out of area"
        UNKNOWN = "", "Not known"

    kind = models.CharField(max_length=3, help_text="PLACE code of the return")
    provider = models.CharField(max_length=3, blank=True, help_text="PLACE_PROVIDER code")
    provider_urn = models.CharField("social care URN", max_length=8, blank=True)
    is_temporary = models.BooleanField(default=False, help_text="T0 to T4: no move of placement")
    change_reason = models.CharField(max_length=7, blank=True)
    area = models.CharField(max_length=3, choices=Area.choices, blank=True)
    area_authority = models.ForeignKey(
        "schools.Authority", models.PROTECT, null=True, blank=True, related_name="+"
    )
    country = models.CharField(max_length=1, blank=True, help_text="E, W, S or N")
    is_at_a_distance = models.BooleanField(null=True, blank=True)
    distance_miles = models.DecimalField(max_digits=5, decimal_places=1, null=True, blank=True)

    class Meta:
        constraints = _dated("placement")
        indexes = [
            models.Index(fields=["authority", "child", "started_on"], name="placement_of_child")
        ]


class AddressQuerySet(FactQuerySet):
    def visible_to(self, user: User) -> Self:
        """Those of children the user sees, and only for a seat that may see addresses (DP-4).

        A confidential one only for the responsible authority's own people.
        """
        if user.seat is None or not user.may(Permission.SEE_HOME_ADDRESS):
            return self.none()
        found = super().visible_to(user)
        is_cleared = user.seat.role in CLEARED_FOR_CONFIDENTIAL
        return found if is_cleared else found._open_to_all()

    def _open_to_all(self) -> Self:
        return self.filter(is_confidential=False)

    def confidential(self, *, on: date) -> Self:
        """Those of homes a child lives in on a day, or will, that must not be given away [DP-4]."""
        return self.filter(
            Q(placement__ended_on__isnull=True) | Q(placement__ended_on__gt=on),
            is_confidential=True,
        )


class Address(AboutChild):
    """An address of a child: outside every default query, copy, snapshot and search.

    Shown only on request, with a reason, to those who may (decisions 11; DP-4).
    """

    class Kind(models.TextChoices):
        HOME = "home", "Home before care"
        PLACEMENT = "placement", "Placement"

    kind = models.CharField(max_length=9, choices=Kind.choices)
    placement = models.ForeignKey(
        Placement, models.CASCADE, null=True, blank=True, related_name="addresses"
    )
    started_on = models.DateField()
    lines = models.TextField(blank=True)
    postcode = models.CharField(max_length=8, blank=True)
    is_confidential = models.BooleanField(default=False)

    objects = AddressQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "addresses"
        constraints = [
            models.UniqueConstraint(fields=["authority", "id"], name="address_authority_id"),
            models.UniqueConstraint(fields=["placement"], name="address_once_a_placement"),
            models.UniqueConstraint(
                fields=["child", "kind", "started_on"], name="address_once_a_day"
            ),
            models.CheckConstraint(
                condition=Q(kind="home", placement=None)
                | Q(kind="placement", placement__isnull=False),
                name="address_of_home_or_placement",
            ),
        ]


class CarerDetailsQuerySet(AddressQuerySet):
    def _open_to_all(self) -> Self:
        """Those of homes that are not confidential."""
        return self.exclude(placement__addresses__is_confidential=True)


class CarerDetails(AboutChild):
    """How to reach the carer of a placement; kept apart like the address."""

    placement = models.OneToOneField(Placement, models.CASCADE, related_name="carer_details")
    name = models.CharField(max_length=150)
    phone = models.CharField(max_length=30, blank=True)
    email = models.EmailField(blank=True)

    objects = CarerDetailsQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "carer details"
        constraints = [
            models.UniqueConstraint(fields=["authority", "id"], name="carerdetails_authority_id")
        ]


class Review(ChildFact):
    """A looked-after review that was held (PEP-6)."""

    held_on = models.DateField()
    code = models.CharField(max_length=3, blank=True, help_text="REVIEW_CODE of the return")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["authority", "id"], name="review_authority_id"),
            models.UniqueConstraint(fields=["child", "held_on"], name="review_once_a_day"),
        ]


class MissingEpisode(ChildFact):
    """A time a child was missing or away without authorisation."""

    kind = models.CharField(max_length=1, help_text="M missing, A away without authorisation")
    started_on = models.DateField()
    ended_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["authority", "id"], name="missing_authority_id"),
            models.UniqueConstraint(
                fields=["child", "kind", "started_on"], name="missing_once_a_day"
            ),
        ]


class HealthReturn(ChildFact):
    """The yearly health row of the return: SDQ score or reason, and checks done (OC2)."""

    return_year = models.PositiveSmallIntegerField(help_text="2026 means the year to 31 March 2026")
    sdq_score = models.PositiveSmallIntegerField(null=True, blank=True)
    sdq_reason = models.CharField(max_length=4, blank=True)
    is_convicted = models.BooleanField(null=True, blank=True)
    had_development_check = models.BooleanField(null=True, blank=True)
    has_immunisations = models.BooleanField(null=True, blank=True)
    had_teeth_check = models.BooleanField(null=True, blank=True)
    had_health_assessment = models.BooleanField(null=True, blank=True)
    substance_misuse = models.BooleanField(null=True, blank=True)
    intervention_received = models.BooleanField(null=True, blank=True)
    intervention_offered = models.BooleanField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["authority", "id"], name="healthreturn_authority_id"),
            models.UniqueConstraint(
                fields=["child", "return_year"], name="healthreturn_once_a_year"
            ),
            models.CheckConstraint(
                condition=Q(sdq_score__isnull=True) | Q(sdq_score__lte=40),
                name="healthreturn_sdq_to_40",
            ),
        ]


class ReturnRow(ChildFact):
    """A row of a return's table that no page uses yet, kept as it came so that nothing is lost.

    OC3, AD1, PlacedAdoption, PrevPerm, SWEpisodes, DoLo (ssda903-columns).
    """

    table = models.CharField(max_length=20)
    key = models.CharField(max_length=80, help_text="The row's own key within table and child")
    values = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["authority", "id"], name="returnrow_authority_id"),
            models.UniqueConstraint(fields=["child", "table", "key"], name="returnrow_once"),
        ]

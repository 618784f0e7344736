"""Schools of the register, and other settings."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q

from schools.models.authority import Authority
from schools.rules import FIRST_OTHER_PROVIDER


class SchoolQuerySet(models.QuerySet["School"]):
    def open_for_placement(self) -> Self:
        """Open, or open but proposed to close (schools-and-authorities 1)."""
        return self.filter(status__in=[School.Status.OPEN, School.Status.CLOSING])


class School(models.Model):
    """A school, college or other provider. `id` is the URN; others count from 900,000,000."""

    class Status(models.IntegerChoices):
        OPEN = 1, "Open"
        CLOSED = 2, "Closed"
        CLOSING = 3, "Open, but proposed to close"
        PROPOSED = 4, "Proposed to open"

    NO_PHASE = "Not applicable"  # the register's phase of special and alternative schools

    id = models.PositiveIntegerField("URN", primary_key=True)
    name = models.CharField(max_length=200)
    authority = models.ForeignKey(
        Authority, models.PROTECT, null=True, blank=True, related_name="schools"
    )
    authority_code = models.CharField(max_length=3, blank=True)
    establishment_number = models.CharField(max_length=4, blank=True)
    status = models.PositiveSmallIntegerField(choices=Status.choices, default=Status.OPEN)
    kind_code = models.CharField(max_length=3, blank=True)
    kind = models.CharField("type of establishment", max_length=100, blank=True)
    group_code = models.CharField(max_length=3, blank=True)
    phase_code = models.CharField(max_length=2, blank=True)
    phase = models.CharField(max_length=40, blank=True)
    opened_on = models.DateField(null=True, blank=True)
    closed_on = models.DateField(null=True, blank=True)
    low_age = models.PositiveSmallIntegerField(null=True, blank=True)
    high_age = models.PositiveSmallIntegerField(null=True, blank=True)
    gender = models.CharField(max_length=20, blank=True)
    street = models.CharField(max_length=150, blank=True)
    locality = models.CharField(max_length=150, blank=True)
    town = models.CharField(max_length=100, blank=True)
    county = models.CharField(max_length=100, blank=True)
    postcode = models.CharField(max_length=8, blank=True)
    phone = models.CharField(max_length=30, blank=True)
    website = models.CharField(max_length=250, blank=True)
    ukprn = models.CharField(max_length=8, blank=True)
    trust = models.CharField(max_length=200, blank=True)
    easting = models.PositiveIntegerField(null=True, blank=True)
    northing = models.PositiveIntegerField(null=True, blank=True)
    added_by_authority = models.ForeignKey(
        Authority, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = SchoolQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(id__lt=FIRST_OTHER_PROVIDER) | Q(added_by_authority__isnull=False),
                name="school_outside_register_names_authority",
                violation_error_message="Say which authority added this school: it is not in the "
                "national register",
            )
        ]
        indexes = [
            models.Index(fields=["authority", "name"], name="school_authority_name"),
            models.Index(fields=["authority_code", "establishment_number"], name="school_laestab"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_open(self) -> bool:
        return self.status in {self.Status.OPEN, self.Status.CLOSING}


class SchoolLink(models.Model):
    """The register's word that one school came from, or became, another."""

    BECAME = "Successor"  # how the register's kinds of link to a later school begin

    school = models.ForeignKey(School, models.CASCADE, related_name="links")
    linked_id = models.PositiveIntegerField("linked URN")
    kind = models.CharField(max_length=60)
    established_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["school", "linked_id", "kind"], name="school_link_once")
        ]

    def __str__(self) -> str:
        return f"{self.school_id} {self.kind} {self.linked_id}"

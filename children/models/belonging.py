"""What ties a child to an authority, a school and the people who work with them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeOperators
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from accounts.roles import Role
from children.models.base import AboutChild, DatedFact, DatedQuerySet, history
from schools.models import DateRange

if TYPE_CHECKING:
    from accounts.models import User


@history()
class PeriodOfCare(DatedFact):
    """Being looked after from a day; `ended_on` is the first day it no longer holds (COH-1)."""

    category_of_need = models.CharField(max_length=2, blank=True)
    end_reason = models.CharField(max_length=3, blank=True, help_text="REC code of the return")
    short_breaks = models.BooleanField(default=False, help_text="Under V3 or V4 throughout")

    class Meta:
        verbose_name = "period of care"
        verbose_name_plural = "periods of care"
        constraints = [
            models.UniqueConstraint(fields=["authority", "id"], name="periodofcare_authority_id"),
            ExclusionConstraint(
                name="periodofcare_no_overlap",
                expressions=[
                    ("child", RangeOperators.EQUAL),
                    (DateRange("started_on", "ended_on"), RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(ended_on__gt=F("started_on")),
                name="periodofcare_range",
            ),
        ]
        indexes = [
            models.Index(fields=["authority", "started_on"], name="periodofcare_started"),
            models.Index(fields=["authority", "ended_on"], name="periodofcare_ended"),
        ]


class EnrolmentQuerySet(DatedQuerySet):
    def taught_by(self, school_id: int | None) -> Self:
        """Enrolments by which a school sees a child: from the day a place is agreed to the end."""
        today = timezone.localdate()
        return self.filter(
            Q(ended_on__isnull=True) | Q(ended_on__gt=today),
            Q(started_on__lte=today) | Q(agreed_on__lte=today),
            school=school_id,
        )

    def handed_over_by(self, school_id: int | None) -> Self:
        """Those that ended lately: the school finishes its own plans, and sees nothing newer.

        For 15 school days after leaving, or what the authority's policy says (decisions 9).
        """
        today = timezone.localdate()
        return self.filter(ended_on__lte=today, access_until__gt=today, school=school_id)


@history()
class Enrolment(AboutChild):
    """A child on the roll of a school."""

    class Kind(models.TextChoices):
        MAIN = "main", "Main school"
        SUBSIDIARY = "subsidiary", "Second school of a dual registration"
        GUEST = "guest", "Guest"

    school = models.ForeignKey("schools.School", models.PROTECT, related_name="enrolments")
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.MAIN)
    agreed_on = models.DateField(null=True, blank=True)
    started_on = models.DateField()
    ended_on = models.DateField(null=True, blank=True)
    access_until = models.DateField(
        null=True,
        blank=True,
        editable=False,
        help_text="First day the former school no longer reads: 15 school days after the end",
    )
    year_group = models.SmallIntegerField(null=True, blank=True)
    hours_a_week = models.DecimalField(max_digits=4, decimal_places=1, null=True, blank=True)
    is_full_time = models.BooleanField(default=True)

    objects = EnrolmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["authority", "id"], name="enrolment_authority_id"),
            ExclusionConstraint(
                name="enrolment_one_main",
                expressions=[
                    ("child", RangeOperators.EQUAL),
                    (DateRange("started_on", "ended_on"), RangeOperators.OVERLAPS),
                ],
                condition=Q(kind="main"),
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(ended_on__gt=F("started_on")),
                name="enrolment_range",
            ),
        ]
        indexes = [
            models.Index(fields=["authority", "child", "started_on"], name="enrolment_of_child"),
            models.Index(fields=["school", "ended_on"], name="enrolment_of_school"),
        ]


class InvolvementQuerySet(DatedQuerySet):
    def of_colleague(self, user: User) -> Self:
        """A colleague's invitations, while the school that invited them teaches the child."""
        today = timezone.localdate()
        taught = Enrolment.objects.filter(
            Q(ended_on__isnull=True) | Q(ended_on__gt=today),
            Q(started_on__lte=today) | Q(agreed_on__lte=today),
            child=OuterRef("child"),
            school=OuterRef("school"),
        )
        return self.filter(Exists(taught), person=user, role=Role.INVITED_COLLEAGUE)


@history()
class Involvement(DatedFact):
    """A person who works with, or cares for, a child, from a day to a day, in a role.

    A colleague invited by a school has it, the sections of its plans named for them, and an end.
    """

    person = models.ForeignKey("accounts.User", models.PROTECT, related_name="involvements")
    role = models.CharField(max_length=40, choices=Role.choices)
    is_cover = models.BooleanField(default=False, help_text="Stands in for the allocated person")
    school = models.ForeignKey(
        "schools.School", models.PROTECT, null=True, blank=True, related_name="+"
    )
    sections = ArrayField(models.SlugField(max_length=40), default=list, blank=True)

    objects = InvolvementQuerySet.as_manager()  # type: ignore[misc]  # a manager of its own

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["authority", "id"], name="involvement_authority_id"),
            ExclusionConstraint(
                name="involvement_one_allocated",
                expressions=[
                    ("child", RangeOperators.EQUAL),
                    ("role", RangeOperators.EQUAL),
                    (DateRange("started_on", "ended_on"), RangeOperators.OVERLAPS),
                ],
                condition=Q(
                    role__in=["adviser", "reviewing_officer", "social_worker"], is_cover=False
                ),
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(ended_on__gte=F("started_on")),
                name="involvement_range",
            ),
            models.CheckConstraint(
                condition=Q(
                    role="invited_colleague",
                    school__isnull=False,
                    sections__len__gt=0,
                    ended_on__isnull=False,
                )
                | (~Q(role="invited_colleague") & Q(school=None, sections=[])),
                name="involvement_of_colleague_is_narrow",
            ),
        ]
        indexes = [
            models.Index(fields=["authority", "child", "role"], name="involvement_of_child"),
            models.Index(fields=["person", "role", "ended_on"], name="involvement_of_person"),
        ]

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any, Self, TypeVar
from uuid import uuid4

import pghistory
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from accounts.roles import INVOLVED_ROLES, SCHOOL_ROLES, Role
from schools.models import DateRange, Policy

if TYPE_CHECKING:
    from accounts.models import User

M = TypeVar("M", bound=models.Model)

SEX = [("M", "Male"), ("F", "Female"), ("U", "Unknown")]


def history(*, exclude: tuple[str, ...] = ()) -> Callable[[type[M]], type[M]]:
    """Keep a typed copy of each state of a row, written by trigger (decisions 17)."""
    track: Callable[[type[M]], type[M]] = pghistory.track(
        pghistory.InsertEvent(),
        pghistory.UpdateEvent(),
        pghistory.DeleteEvent(),
        exclude=list(exclude) or None,
        context_field=None,  # type: ignore[arg-type]  # the record has it
    )
    return track


class FactQuerySet(models.QuerySet[Any]):
    """Rows about a child: seen by whoever may see the child."""

    def visible_to(self, user: User) -> Self:
        return self.filter(child_id__in=Child.objects.visible_to(user).values("pk"))


class DatedQuerySet(FactQuerySet):
    """Rows with `started_on` and a half-open `ended_on`."""

    def on(self, day: date) -> Self:
        return self.filter(Q(ended_on__isnull=True) | Q(ended_on__gt=day), started_on__lte=day)

    def current(self) -> Self:
        return self.on(timezone.localdate())


class ChildQuerySet(models.QuerySet["Child"]):
    def visible_to(self, user: User) -> Self:
        """Limit to the children whose records this user may open today, as one subquery.

        The seat is the membership the user is acting in (decisions 9). A role not named here sees
        nobody: access is granted, never assumed.
        """
        seat = user.seat
        if seat is None:
            return self.none()
        match seat.role:
            case Role.VIRTUAL_SCHOOL_HEAD | Role.OFFICER:
                return self.filter(authority=seat.authority_id)
            case Role.ADVISER:
                return self.filter(authority=seat.authority_id).filter(
                    _caseload_if_the_authority_wants_it(user)
                )
            case role if role in SCHOOL_ROLES:
                here = Enrolment.objects.taught_by(seat.school_id)
                return self.filter(Exists(here.filter(child=OuterRef("pk"))))
            case role if role in INVOLVED_ROLES:
                mine = Involvement.objects.current().filter(person=user, role=seat.role)
                if seat.authority_id is not None:
                    mine = mine.filter(authority=seat.authority_id)
                return self.filter(Exists(mine.filter(child=OuterRef("pk"))))
            case _:
                return self.none()

    def looked_after(self, *, on: date) -> Self:
        """Limit to those with a period of care open on a day (COH-1)."""
        return self.filter(Exists(PeriodOfCare.objects.on(on).filter(child=OuterRef("pk"))))


def _caseload_if_the_authority_wants_it(user: User) -> Q:
    today = timezone.localdate()
    narrowed = Policy.objects.filter(
        Q(ended_on__isnull=True) | Q(ended_on__gt=today),
        authority=OuterRef("authority"),
        started_on__lte=today,
        advisers_see_only_their_caseload=True,
    )
    mine = Involvement.objects.current().filter(
        person=user, role=Role.ADVISER, child=OuterRef("pk")
    )
    return ~Q(Exists(narrowed)) | Q(Exists(mine))


@history(exclude=("sort_name", "created_at"))
class Child(models.Model):
    """A child this authority is or was responsible for: one record per child and authority.

    The responsible authority is never worked out from where the child lives or learns (COH-2).
    """

    class UpnReason(models.TextChoices):
        UN1 = "UN1", "Not of school age, no UPN yet"
        UN2 = "UN2", "Never attended a maintained school in England"
        UN3 = "UN3", "Educated outside England"
        UN4 = "UN4", "Newly looked after, UPN not yet known"
        UN5 = "UN5", "Sources disagree"

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    authority = models.ForeignKey("schools.Authority", models.PROTECT, related_name="children")
    given_name = models.CharField(max_length=100)
    family_name = models.CharField(max_length=100)
    known_as = models.CharField(max_length=100, blank=True)
    sort_name = models.CharField(
        max_length=210, editable=False, help_text="Family then given name, without accents or case"
    )
    date_of_birth = models.DateField()
    sex = models.CharField(max_length=1, choices=SEX, default="U")
    ethnicity = models.CharField(max_length=4, blank=True)
    first_language = models.CharField(max_length=60, blank=True)
    needs_interpreter = models.BooleanField(default=False)
    upn = models.CharField("UPN", max_length=13, blank=True)
    upn_reason = models.CharField(max_length=3, blank=True, choices=UpnReason.choices)
    uln = models.CharField("ULN", max_length=10, blank=True)
    is_uasc = models.BooleanField("unaccompanied asylum-seeking child", default=False)
    uasc_ended_on = models.DateField(null=True, blank=True)
    year_group_override = models.SmallIntegerField(
        null=True, blank=True, help_text="National curriculum year when taught out of year group"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ChildQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "children"
        constraints = [
            models.UniqueConstraint(fields=["authority", "id"], name="child_authority_id"),
            models.UniqueConstraint(
                fields=["authority", "upn"], condition=~Q(upn=""), name="child_upn_once"
            ),
        ]
        indexes = [models.Index(fields=["authority", "sort_name", "id"], name="child_by_name")]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def called(self) -> str:
        """The first name people use."""
        return self.known_as or self.given_name

    @property
    def name(self) -> str:
        return f"{self.called} {self.family_name}".strip()

    @property
    def initials(self) -> str:
        return (self.called[:1] + self.family_name[:1]).upper()


class AboutChild(models.Model):
    """What every table about a child shares: its own id, the authority first, the child."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    authority = models.ForeignKey("schools.Authority", models.PROTECT, related_name="+")
    child = models.ForeignKey(Child, models.PROTECT, related_name="%(class)ss")

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return str(self.pk)


class ChildFact(AboutChild):
    """A fact about a child, seen by whoever may see the child."""

    objects = FactQuerySet.as_manager()

    class Meta:
        abstract = True


class DatedFact(AboutChild):
    """A fact about a child from a day to a day; `ended_on` is the first day it no longer holds."""

    started_on = models.DateField()
    ended_on = models.DateField(null=True, blank=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        abstract = True


class Identifier(DatedFact):
    """A number another system knows the child by, while it did (decisions 6)."""

    class System(models.TextChoices):
        SOCIAL_CARE = "social_care", "Social care system"
        UPN = "upn", "UPN"
        ULN = "uln", "ULN"

    system = models.CharField(max_length=20, choices=System.choices)
    value = models.CharField(max_length=40)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["authority", "id"], name="identifier_authority_id"),
            models.UniqueConstraint(
                fields=["authority", "system", "value"],
                condition=Q(ended_on__isnull=True),
                name="identifier_once_open",
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(ended_on__gte=F("started_on")),
                name="identifier_range",
            ),
        ]


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


@history()
class Involvement(DatedFact):
    """A person who works with, or cares for, a child, from a day to a day, in a role."""

    person = models.ForeignKey("accounts.User", models.PROTECT, related_name="involvements")
    role = models.CharField(max_length=40, choices=Role.choices)
    is_cover = models.BooleanField(default=False, help_text="Stands in for the allocated person")

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
        ]
        indexes = [
            models.Index(fields=["authority", "child", "role"], name="involvement_of_child"),
            models.Index(fields=["person", "role", "ended_on"], name="involvement_of_person"),
        ]


@history()
class SenStatus(DatedFact):
    """Special educational needs provision: none, SEN support or an EHC plan, with dates."""

    class Code(models.TextChoices):
        NONE = "N", "No special educational need"
        SUPPORT = "K", "SEN support"
        PLAN = "E", "EHC plan"

    code = models.CharField(max_length=1, choices=Code.choices)

    class Meta:
        verbose_name = "SEN status"
        verbose_name_plural = "SEN statuses"
        constraints = [
            models.UniqueConstraint(fields=["authority", "id"], name="senstatus_authority_id"),
            ExclusionConstraint(
                name="senstatus_no_overlap",
                expressions=[
                    ("child", RangeOperators.EQUAL),
                    (DateRange("started_on", "ended_on"), RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(ended_on__gt=F("started_on")),
                name="senstatus_range",
            ),
        ]


class Flag(DatedFact):
    """Something people must, or should, know at once; shown in the identity bar."""

    class Kind(models.TextChoices):
        STOP = "stop", "Stop and read"
        KNOW = "know", "Good to know"

    kind = models.CharField(max_length=4, choices=Kind.choices, default=Kind.KNOW)
    label = models.CharField(max_length=60)
    reason = models.TextField(blank=True)
    review_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["authority", "id"], name="flag_authority_id"),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(ended_on__gte=F("started_on")),
                name="flag_range",
            ),
        ]

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Self
from uuid import uuid4

from django.db import models
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts.roles import INVOLVED_ROLES, SCHOOL_ROLES, Role
from children.models.base import history
from children.models.belonging import Enrolment, Involvement, PeriodOfCare
from children.models.restricting import Opening, children_hidden_from
from schools.models import Policy

if TYPE_CHECKING:
    from accounts.models import User

SEX = [("M", "Male"), ("F", "Female"), ("U", "Unknown")]


class ChildQuerySet(models.QuerySet["Child"]):
    def visible_to(self, user: User) -> Self:
        """Limit to the children whose records this user may open today, as one subquery.

        The seat is the membership the user is acting in (decisions 9). A role not named here sees
        nobody: access is granted, never assumed.
        """
        return self._of_seat(user).exclude(pk__in=children_hidden_from(user))

    def _of_seat(self, user: User) -> Self:
        """Limit to the children this seat is there for, before any restriction."""
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
                here = Enrolment.objects.taught_by(seat.school_id).filter(child=OuterRef("pk"))
                return self.filter(Exists(here), _in_care())
            case Role.INVITED_COLLEAGUE:
                mine = Involvement.objects.current().of_colleague(user)
                return self.filter(Exists(mine.filter(child=OuterRef("pk"))), _in_care())
            case role if role in INVOLVED_ROLES:
                mine = Involvement.objects.current().filter(person=user, role=seat.role)
                # The virtual school of an area belongs to another authority than its children
                if seat.authority_id is not None and role != Role.AREA_VIRTUAL_SCHOOL:
                    mine = mine.filter(authority=seat.authority_id)
                return self.filter(
                    Exists(mine.filter(child=OuterRef("pk"))) | Q(Exists(_in_emergency(user)))
                )
            case _:
                return self.none()

    def looked_after(self, *, on: date) -> Self:
        """Limit to those with a period of care open on a day (COH-1)."""
        return self.filter(Exists(PeriodOfCare.objects.on(on).filter(child=OuterRef("pk"))))


def _in_care() -> Exists:
    """A school knows a looked-after child; what was before is the family's to tell (DP-9)."""
    return Exists(PeriodOfCare.objects.current().filter(child=OuterRef("pk")))


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
    return ~Q(Exists(narrowed)) | Q(Exists(mine)) | Q(Exists(_in_emergency(user)))


def _in_emergency(user: User) -> QuerySet[Opening]:
    """The emergency openings of this person that still run, for the child of the outer query."""
    seat = user.seat
    return (
        Opening.objects.of(user)
        .running(at=timezone.now())
        .filter(
            kind=Opening.Kind.EMERGENCY,
            authority=seat.authority_id if seat else None,
            child=OuterRef("pk"),
        )
    )


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

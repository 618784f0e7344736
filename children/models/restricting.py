"""Records and notes that are not simply open to whoever may see the child, and who opened them."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.expressions import RawSQL
from django.utils import timezone

from accounts.roles import TEAM_ROLES, Role
from children.models.base import AboutChild, DatedFact, DatedQuerySet, FactQuerySet
from children.models.belonging import Involvement
from children.rights import is_cleared
from schools.models import DateRange

if TYPE_CHECKING:
    from accounts.models import User


class OpeningQuerySet(FactQuerySet):
    def running(self, *, at: datetime) -> Self:
        return self.filter(began_at__lte=at, until_at__gt=at)

    def of(self, user: User) -> Self:
        """Those of a person in the seat they sit in now."""
        return self.filter(person=user, role=user.seat.role if user.seat else "")


class Opening(AboutChild):
    """A person opened a closed record for a reason, for a time: told to who answers for it.

    `emergency` also makes a child theirs who is not (break-glass); `interrupted` and `sealed` pass
    a restriction on a child who is.
    """

    class Kind(models.TextChoices):
        INTERRUPTED = "interrupted", "Opened a restricted record"
        SEALED = "sealed", "Opened a sealed record"
        EMERGENCY = "emergency", "Opened in an emergency"

    kind = models.CharField(max_length=11, choices=Kind.choices)
    person = models.ForeignKey("accounts.User", models.PROTECT, related_name="openings")
    role = models.CharField(max_length=40, choices=Role.choices)
    reason = models.TextField()
    began_at = models.DateTimeField()
    until_at = models.DateTimeField()

    objects = OpeningQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["authority", "id"], name="opening_authority_id"),
            models.CheckConstraint(
                condition=Q(until_at__gte=F("began_at")), name="opening_ends_after_it_began"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="opening_has_a_reason"),
        ]
        indexes = [
            models.Index(fields=["person", "child", "until_at"], name="opening_of_person"),
            models.Index(fields=["authority", "-began_at"], name="opening_newest"),
        ]


# Asked by nearly every query of every page: as an ordinary expression it takes Django 3 ms to write
_HIDDEN = """
SELECT r.child_id FROM children_restriction AS r
WHERE r.started_on <= %(today)s AND (r.ended_on IS NULL OR r.ended_on > %(today)s)
  AND (
    r.kind = 'sealed' AND NOT EXISTS (
        SELECT 1 FROM children_opening AS o
        WHERE o.child_id = r.child_id AND o.kind = 'sealed' AND o.person_id = %(person)s
          AND o.role = %(role)s AND o.began_at <= %(now)s AND o.until_at > %(now)s)
    OR EXISTS (
        SELECT 1 FROM children_shutout AS s
        WHERE s.restriction_id = r.id AND s.person_id = %(person)s)
  )
"""
_NAMES = re.compile(r"%\((\w+)\)s")


def children_hidden_from(user: User) -> RawSQL:
    """The ids of the children invisible to this person: sealed, or the person is shut out.

    A seal is passed by an opening of the person's own that is still running.
    """
    values = {
        "today": timezone.localdate(),
        "now": timezone.now(),
        "person": user.pk,
        "role": user.seat.role.value if user.seat else "",
    }
    return RawSQL(  # noqa: S611 (our own text, values beside it)
        _NAMES.sub("%s", _HIDDEN), [values[name] for name in _NAMES.findall(_HIDDEN)]
    )


class RestrictionQuerySet(DatedQuerySet):
    def stopping(self, user: User) -> Self:
        """Those that stop this person at the door until they give a reason (ux 7.5).

        Whoever sees the child as one of the virtual school's team is stopped, unless allocated to
        the child or the restriction's owner. Everyone else sees the child by working with them.
        """
        seat = user.seat
        if seat is None or seat.role not in TEAM_ROLES:
            return self.none()
        passed = Opening.objects.of(user).running(at=timezone.now()).filter(child=OuterRef("child"))
        allocated = Involvement.objects.current().filter(
            person=user, role=seat.role, child=OuterRef("child")
        )
        return (
            self.current()
            .filter(kind=Restriction.Kind.RESTRICTED)
            .exclude(owner=user)
            .filter(~Exists(passed), ~Exists(allocated))
        )

    def kept_by(self, user: User) -> Self:
        """Sealed records this person was named to open (DP-8)."""
        return self.filter(kind=Restriction.Kind.SEALED, keepers__person=user)


class Restriction(DatedFact):
    """A record that is closed to some, or to all but a named few (DP-4, DP-8)."""

    class Kind(models.TextChoices):
        RESTRICTED = "restricted", "Restricted: a reason is asked before it opens"
        SEALED = "sealed", "Sealed: not found at all, opened by a named few"

    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.RESTRICTED)
    why = models.CharField(max_length=200, help_text="Shown to whoever is stopped: no details")
    owner = models.ForeignKey("accounts.User", models.PROTECT, related_name="restrictions")

    objects = RestrictionQuerySet.as_manager()  # type: ignore[misc]  # a manager of its own

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["authority", "id"], name="restriction_authority_id"),
            ExclusionConstraint(
                name="restriction_one_at_a_time",
                expressions=[
                    ("child", RangeOperators.EQUAL),
                    (DateRange("started_on", "ended_on"), RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(ended_on__gte=F("started_on")),
                name="restriction_range",
            ),
        ]
        indexes = [models.Index(fields=["child", "ended_on"], name="restriction_of_child")]


class ShutOut(AboutChild):
    """A person to whom a restricted child does not exist: family, or a party to the case."""

    restriction = models.ForeignKey(Restriction, models.CASCADE, related_name="shut_out")
    person = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")

    objects = FactQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["authority", "id"], name="shutout_authority_id"),
            models.UniqueConstraint(fields=["restriction", "person"], name="shutout_once"),
        ]


class SealKeeper(AboutChild):
    """A person named to open a sealed record, with a reason each time (DP-8)."""

    restriction = models.ForeignKey(Restriction, models.CASCADE, related_name="keepers")
    person = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")

    objects = FactQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["authority", "id"], name="sealkeeper_authority_id"),
            models.UniqueConstraint(fields=["restriction", "person"], name="sealkeeper_once"),
        ]


class DoNotShareQuerySet(DatedQuerySet):
    def visible_to(self, user: User) -> Self:
        """Those of their children, for a seat that is cleared for a confidential home [DP-4]."""
        return super().visible_to(user) if is_cleared(user.seat) else self.none()


class DoNotShare(DatedFact):
    """What is written down about a child and passed on to nobody, such as who must not find them.

    In a table of its own, which no list, search, figure, paper, message or copy reads: one page
    gives it, when it is asked for with a reason (decisions 11).
    """

    words = models.TextField()
    why = models.CharField(max_length=200, help_text="Why it must not be passed on")
    given_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")

    objects = DoNotShareQuerySet.as_manager()  # type: ignore[misc]  # a manager of its own

    class Meta:
        verbose_name = "do-not-share note"
        constraints = [
            models.UniqueConstraint(fields=["authority", "id"], name="donotshare_authority_id"),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(ended_on__gte=F("started_on")),
                name="donotshare_range",
            ),
            models.CheckConstraint(condition=~Q(words=""), name="donotshare_has_words"),
        ]
        indexes = [models.Index(fields=["child", "ended_on"], name="donotshare_of_child")]

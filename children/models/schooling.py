"""Rows about a child that are also of one school."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db.models import Exists, OuterRef, Q

from accounts.roles import SCHOOL_ROLES
from children.models.base import FactQuerySet
from children.models.belonging import Enrolment, PeriodOfCare
from children.models.restricting import children_hidden_from

if TYPE_CHECKING:
    from accounts.models import User


class OfSchoolQuerySet(FactQuerySet):
    """Rows with a `school` beside the child: a plan, a target of one."""

    def visible_to(self, user: User) -> Self:
        """Those of the children this person sees, as one subquery.

        To a school those of its pupils; of one who left its own while it hands over, and no newer
        ones. Once care has ended, a school that still teaches the child sees none (DP-9).
        """
        seat = user.seat
        if seat is None or seat.role not in SCHOOL_ROLES:
            return super().visible_to(user)
        here = Enrolment.objects.taught_by(seat.school_id).filter(child=OuterRef("child"))
        lately = Enrolment.objects.handed_over_by(seat.school_id).filter(child=OuterRef("child"))
        care = PeriodOfCare.objects.current().filter(child=OuterRef("child"))
        theirs = self.filter(
            Q(Exists(here), Exists(care)) | Q(Exists(lately), school=seat.school_id)
        )
        return theirs.exclude(child_id__in=children_hidden_from(user))

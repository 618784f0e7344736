"""Who stands before a plan, in which place, and what of the record around it they may know."""

from collections.abc import Collection
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.utils import timezone

import children.rights
import placements.rights
from accounts.models import Membership, User
from accounts.permissions import Permission
from accounts.roles import SCHOOL_ROLES, Role
from children.models import Enrolment, Involvement
from children.rights import Fact, Sight
from pep import form_content, rules
from pep.models import Doubt, Owner, PersonalEducationPlan
from pep.rights.seats import Reader
from pep.rights.tables import (
    EVERYONE,
    MOVES_NONE,
    ROWS_OF_SCHOOL,
    SHARED_WITH,
    SIGNS_AS,
    WHO,
    named_in,
)


def reader(
    user: User, plan: PersonalEducationPlan, *, shares: str = EVERYONE, on: date | None = None
) -> Reader:
    """Stand a person before a plan. One query for a school's or a colleague's seat, else none.

    One more for those not cleared for a confidential home, unless the plan came with the answer;
    and one or two for whose names lead to it, where the home is hidden.
    """
    seat = user.seat
    if seat is None:
        raise PermissionDenied
    is_former = False
    named: frozenset[str] = frozenset()
    on = on or timezone.localdate()
    if seat.role in SCHOOL_ROLES:
        is_former = day_read(user, plan, on=on) < on
    elif seat.role == Role.INVITED_COLLEAGUE:
        rows = Involvement.objects.on(on or timezone.localdate()).of_colleague(user)
        lists = rows.filter(child=plan.child_id, school=plan.school_id).values_list("sections")
        named = frozenset(slug for (slugs,) in lists for slug in slugs)
    is_home_hidden = sight(user, plan, on=on).is_hidden
    return Reader(
        role=seat.role,
        is_former_school=is_former,
        has_school=plan.school_id is not None,
        is_writing_allowed=user.may(Permission.WRITE_PEP),
        child_shares=shares or EVERYONE,
        named=named,
        is_home_hidden=is_home_hidden,
        not_named=_lead_home(user, plan) if is_home_hidden else frozenset(),
        narrowed=form_content.narrowed_in(plan.form_version_id),
    )


def signs_as(user: User, plan: PersonalEducationPlan) -> rules.Signer | None:
    """In whose place a person signs this plan; None for those who do not.

    A school signs the plans it wrote: not those of the school before.
    """
    seat = user.seat
    if seat is None or not user.may(Permission.SIGN_PEP):
        return None
    if seat.role in SCHOOL_ROLES and seat.school_id != plan.school_id:
        return None
    return SIGNS_AS.get(seat.role)


def reads_files(reader: Reader, section: form_content.SectionContent) -> bool:
    """Whether the files of a section are for a reader: who reads every question of it.

    A file says which question it is about to nobody, so it may hold what any of them asks [DP-4].
    """
    keys = {question.key for question in section.questions}
    return reads_all_of(reader, owner=section.owner, slug=section.slug, keys=keys)


def reads_all_of(reader: Reader, *, owner: str, slug: str, keys: Collection[str]) -> bool:
    """Whether a section and each question of it is for a reader.

    `keys` are those it asks; any that a table names for fewer eyes counts too, asked or not.
    """
    named = {*keys, *named_in(slug, reader.narrowed)}
    return reader.may_read(owner=owner, slug=slug) and all(
        reader.reads(slug=slug, key=key) for key in named
    )


def may_invite(user: User, plan: PersonalEducationPlan, reader: Reader) -> bool:
    """Whether this seat asks colleagues of its school to write parts of the plan."""
    return (
        user.may(Permission.INVITE_COLLEAGUES)
        and user.seat is not None
        and user.seat.school_id == plan.school_id
        and not reader.is_former_school
    )


def _lead_home(user: User, plan: PersonalEducationPlan) -> frozenset[UUID]:
    """Whose names lead to a hidden home: the carers, and to a school the staff of any other.

    One query, two for a school's seat.
    """
    carers = Involvement.objects.filter(child=plan.child_id, role=Role.CARER)
    found = set(carers.values_list("person_id", flat=True))
    seat = user.seat
    if seat is not None and seat.role in SCHOOL_ROLES:
        schools = Enrolment.objects.filter(child=plan.child_id).exclude(school=seat.school_id)
        staff = Membership.objects.filter(school__in=schools.values("school"))
        here = Membership.objects.filter(school=seat.school_id)
        elsewhere = staff.exclude(user__in=here.values("user"))
        found |= set(elsewhere.values_list("user_id", flat=True))
    return frozenset(found)


def sight(user: User, plan: PersonalEducationPlan, *, on: date) -> Sight:
    """What a person may know of a plan's child: `home_is_confidential`, if the plan came with it.

    Else one query for those not cleared for a confidential home.
    """
    known: bool | None = getattr(plan, "home_is_confidential", None)
    if known is None:
        return placements.rights.sight_of(user, plan.child_id, on=on)
    return children.rights.sight_of(user.seat, is_confidential=known)


def grade_shown(user: User, plan: PersonalEducationPlan, sight: Sight) -> str:
    """The overall grade as this person may know it; empty for none.

    It is told with the virtual school's answer: sent back, or agreed. Whoever grades a plan a
    second time reads it once they have done so.
    """
    is_told = plan.is_agreed or plan.status == PersonalEducationPlan.Status.SENT_BACK
    if not is_told or not sight.shows(Fact.QUALITY) or plan.grade_hidden_from_id == user.pk:
        return ""
    return plan.quality


def day_read(user: User, plan: PersonalEducationPlan, *, on: date) -> date:
    """The day whose facts a person reads beside a plan: today, for a former school its last one.

    So that a school a child left learns neither the new school nor the new home (DP-4). One query
    for a school's seat, none for others.
    """
    seat = user.seat
    if seat is None or seat.role not in SCHOOL_ROLES:
        return on
    ends = list(
        Enrolment.objects.filter(child=plan.child_id, school=seat.school_id).values_list(
            "ended_on", flat=True
        )
    )
    ended = [end for end in ends if end is not None and end <= on]
    return max(ended) - timedelta(days=1) if ended and len(ended) == len(ends) else on


_KEEPS: dict[rules.Who, str] = {
    rules.Who.SOCIAL_WORKER: Owner.SOCIAL_WORKER,
    rules.Who.SCHOOL: Owner.SCHOOL,
}


def answers_doubt(reader: Reader, doubt: Doubt) -> bool:
    """Whether a person answers for a fact called wrong: its keeper, and the virtual school."""
    if reader.who is None or reader.is_former_school or not reader.is_writing_allowed:
        return False
    if not reader.reads(slug=doubt.section, key=doubt.key):
        return False
    if not reader.knows_school and doubt.key in ROWS_OF_SCHOOL:
        return False
    is_theirs = _KEEPS.get(reader.who) == doubt.asked_of
    return is_theirs or reader.who is rules.Who.VIRTUAL_SCHOOL


def moves_plans(user: User) -> rules.Who | None:
    """In which hand this person's seat begins and moves plans; None for seats that do not."""
    if user.seat is None or user.seat.role in MOVES_NONE:
        return None
    return WHO.get(user.seat.role)


def shares_of(answers: dict[str, Any] | Any) -> str:
    """Read the child's wish from the answers of the child's section; everyone until said."""
    value = answers.get("voice_share") if answers else None
    return value if value in SHARED_WITH else EVERYONE

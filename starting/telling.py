"""Who is told that a plan has started, or that a home has changed. The words name nobody."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership, User
from accounts.roles import Role
from children.models import Involvement, PeriodOfCare
from notifications.actions import notify
from notifications.models import Notice
from pep.clocks import PAPERS_DAYS, papers_due
from pep.models import PersonalEducationPlan
from placements.models import Placement
from starting.reading import Situation
from ui.words import long_date

Kind = PersonalEducationPlan.Kind
MOVES_LOOKED_AT = timedelta(days=14)  # a move that becomes known later is no news

_STARTED = {
    Kind.INITIAL: "A first PEP has started.",
    Kind.INTERIM: "An interim PEP has started: the schools are closed for the holidays.",
    Kind.SCHOOL_CHANGE: "A PEP has started after a change of school.",
}


@dataclass(frozen=True, slots=True)
class People:
    """Who works with some children, by child and role, and who teaches at some schools."""

    involved: Mapping[tuple[UUID, str], Sequence[User]]
    teachers: Mapping[int, Sequence[User]]
    heads: Sequence[User]  # of the virtual school

    def of(self, child_id: UUID, *roles: Role) -> list[User]:
        return [user for role in roles for user in self.involved.get((child_id, role.value), ())]

    def virtual_school(self, child_id: UUID) -> list[User]:
        """The child's adviser; the virtual school head without one."""
        return self.of(child_id, Role.ADVISER) or list(self.heads)

    def at(self, school_id: int | None) -> list[User]:
        return list(self.teachers.get(school_id, ())) if school_id else []


def people_of(
    children: Collection[UUID], schools: Collection[int], *, authority_id: int, on: date
) -> People:
    """Find the people of some children and schools. Three queries."""
    involved: dict[tuple[UUID, str], list[User]] = defaultdict(list)
    roles = [Role.SOCIAL_WORKER, Role.ADVISER, Role.REVIEWING_OFFICER]
    rows = Involvement.objects.on(on).filter(child__in=children, role__in=roles)
    for row in rows.select_related("person").order_by("pk"):
        involved[row.child_id, row.role].append(row.person)
    teachers: dict[int, list[User]] = defaultdict(list)
    members = Membership.objects.current(on=on).select_related("user").order_by("pk")
    for member in members.filter(school__in=schools, role=Role.DESIGNATED_TEACHER):
        if member.school_id is not None:
            teachers[member.school_id].append(member.user)
    heads = members.filter(authority=authority_id, role=Role.VIRTUAL_SCHOOL_HEAD)
    return People(involved, teachers, [member.user for member in heads])


def of_plans(
    plans: Sequence[PersonalEducationPlan],
    children: Mapping[UUID, Situation],
    *,
    at: datetime,
    by: User | None = None,
) -> None:
    """Tell the right people once: each of their first plans, and all plans of a term together.

    Not who began it; a plan of the term begun by a person is no news of the term.
    """
    if not plans:
        return
    on, authority_id = timezone.localtime(at).date(), plans[0].authority_id
    schools = {plan.school_id for plan in plans if plan.school_id is not None}
    schools |= {former for child in children.values() if (former := _former_school(child))}
    people = people_of(children, schools, authority_id=authority_id, on=on)
    termly = [plan for plan in plans if plan.kind == Kind.TERMLY]
    if termly and by is None:
        _tell_of_term(termly, people, at=at)
    for plan in plans:
        if plan.kind == Kind.TERMLY:
            continue
        told = people.of(plan.child_id, Role.SOCIAL_WORKER) + people.at(plan.school_id)
        told += people.virtual_school(plan.child_id)
        _tell(
            plan,
            [person for person in told if by is None or person.pk != by.pk],
            key=f"pep-started:{plan.pk}",
            kind="pep_started",
            text=f"{_STARTED[Kind(plan.kind)]} {_by_when(plan)}",
            at=at,
        )
        if plan.kind == Kind.SCHOOL_CHANGE:
            _tell_former_school(plan, children[plan.child_id], people, at=at)


def _by_when(plan: PersonalEducationPlan) -> str:
    if plan.initiate_by is None:
        return f"Finish it by {long_date(plan.complete_by)}."
    return f"Begin it by {long_date(plan.initiate_by)}, finish it by {long_date(plan.complete_by)}."


def _tell_of_term(plans: Sequence[PersonalEducationPlan], people: People, *, at: datetime) -> None:
    """One notice a person and term, however many children they have."""
    term = plans[0].term
    told: list[User] = []
    for plan in plans:
        told += people.of(plan.child_id, Role.SOCIAL_WORKER)
        told += people.at(plan.school_id) or people.virtual_school(plan.child_id)
    notify(
        recipients=told,
        key=f"pep-term:{term.pk}",
        kind="pep_term_started",
        text=f"The PEPs of the {term.get_name_display().lower()} term have started. "
        f"The last day to finish them is {long_date(term.pep_deadline_on)}.",
        path=f"{reverse('pep:list')}?show=with-school",
        authority_id=plans[0].authority_id,
        at=at,
    )


def _former_school(child: Situation) -> int | None:
    """The school of the last plan, where the child has moved on."""
    plans = child.facts.of_this_care
    former = plans[-1].school_id if plans else None
    return former if former != child.facts.school_id else None


def _tell_former_school(
    plan: PersonalEducationPlan, child: Situation, people: People, *, at: datetime
) -> None:
    """Ask the school before to hand on what it holds: PEP-17."""
    if plan.clock_from is None or child.last_plan is None:
        return
    by = papers_due(plan.clock_from, authority_id=plan.authority_id)
    within = f"by {long_date(by)}" if by else f"within {PAPERS_DAYS} school days"
    notify(
        recipients=people.at(_former_school(child)),
        key=f"pep-hand-on:{plan.pk}",
        kind="pep_hand_on",
        text="A child has left your school. Pass the latest PEP to the new designated teacher "
        f"now, and the school file and record {within}.",
        path=reverse("pep:plan", args=[child.last_plan]),
        authority_id=plan.authority_id,
        child_id=plan.child_id,
        at=at,
    )


def of_school_found(plans: Sequence[PersonalEducationPlan], *, on: date, at: datetime) -> None:
    """Tell a school that a plan begun without one is now with it."""
    if not plans:
        return
    schools = {plan.school_id for plan in plans if plan.school_id is not None}
    people = people_of([], schools, authority_id=plans[0].authority_id, on=on)
    for plan in plans:
        _tell(
            plan,
            people.at(plan.school_id),
            key=f"pep-with-school:{plan.pk}:{plan.school_id}",
            kind="pep_with_school",
            text=f"A PEP begun before the child joined your school is with you. {_by_when(plan)}",
            at=at,
        )


def of_homes(children: Collection[Situation], *, authority_id: int, on: date, at: datetime) -> None:
    """Tell who must see to it that a plan still fits after a move of home: PLA-3.

    A move of home alone makes no new plan due; one of school does.
    """
    plans = {child.child_id: child.last_plan for child in children if child.last_plan is not None}
    moves = {key: child for key, child in _moves(authority_id, on=on) if child in plans}
    told = set(Notice.objects.filter(key__in=moves).values_list("key", flat=True))
    new = {key: child for key, child in moves.items() if key not in told}
    if not new:
        return
    schools = {child.child_id: child.facts.school_id for child in children}
    at_schools = {school for child in new.values() if (school := schools[child]) is not None}
    people = people_of(new.values(), at_schools, authority_id=authority_id, on=on)
    for key, child_id in new.items():
        notify(
            recipients=people.of(child_id, Role.SOCIAL_WORKER, Role.REVIEWING_OFFICER)
            + people.at(schools[child_id])
            + people.virtual_school(child_id),
            key=key,
            kind="pep_home_changed",
            text="A child with a PEP has moved home. Read the PEP: do school, travel and support "
            "still fit? A new PEP is due only if the school changes.",
            path=reverse("pep:plan", args=[plans[child_id]]),
            authority_id=authority_id,
            child_id=child_id,
            at=at,
        )


def _moves(authority_id: int, *, on: date) -> list[tuple[str, UUID]]:
    """Homes lately moved to, but the first of a period of care, each with its key. One query."""
    began = PeriodOfCare.objects.filter(child=OuterRef("child"), started_on=OuterRef("started_on"))
    hospital_and_the_like = Placement.objects.filter(
        child=OuterRef("child"), is_temporary=True, ended_on=OuterRef("started_on")
    )
    rows = (
        Placement.objects.filter(
            authority=authority_id,
            is_temporary=False,
            started_on__lte=on,
            started_on__gt=on - MOVES_LOOKED_AT,
        )
        .exclude(Exists(began) | Exists(hospital_and_the_like))
        .order_by("started_on", "pk")
        .values_list("pk", "child_id")
    )
    return [(f"pep-home:{pk}", child_id) for pk, child_id in rows]


def _tell(
    plan: PersonalEducationPlan, people: list[User], *, key: str, kind: str, text: str, at: datetime
) -> None:
    notify(
        recipients=people,
        key=key,
        kind=kind,
        text=text,
        path=reverse("pep:plan", args=[plan.pk]),
        authority_id=plan.authority_id,
        child_id=plan.child_id,
        at=at,
    )

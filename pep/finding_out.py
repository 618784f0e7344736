"""Answers not known yet: who finds them out and by when. Given, they are nobody's task any more.

The answer itself is the task: nothing has to be closed. Lists name only the section, which every
reader of a plan may see; the question stands on the plan's page for who may read it.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Min, Q
from django.utils import timezone

from accounts.models import Membership, User
from accounts.roles import SCHOOL_ROLES, TEAM_ROLES
from children.models import Involvement
from notifications.models import Notice
from pep import form_content, notices, rights, rules
from pep.form_content import named
from pep.models import Answer, PersonalEducationPlan
from ui.words import short_date

AT_ONCE = 500  # of one authority in one sweep


@dataclass(frozen=True, slots=True)
class ToFindOut:
    """What one person has to find out for one child's plan: how much, and the first date."""

    plan_id: UUID
    count: int
    until: date | None


@dataclass(frozen=True, slots=True)
class NotKnown:
    """One answer of a plan that is not known yet."""

    section: str  # its title
    slug: str
    label: str
    who: str
    until: date | None
    is_late: bool

    @property
    def words(self) -> str:
        """English: Priya Shah by 3 Dec 2026."""
        by = f" by {short_date(self.until)}" if self.until else ""
        return f"{self.section}: {self.who}{by}"


def _not_known() -> Any:
    return Answer.objects.filter(
        state=Answer.State.NOT_KNOWN, plan__status__in=sorted(rules.TALKED_ABOUT)
    )


def of_person(user: User, children: Collection[UUID]) -> Mapping[UUID, ToFindOut]:
    """What this person has to find out, by child. One query."""
    rows = (
        _not_known()
        .filter(not_known_person=user, child__in=children)
        .values("child_id", "plan_id")
        .annotate(count=Count("pk"), until=Min("not_known_until"))
        .order_by("plan_id")
    )
    return {row["child_id"]: ToFindOut(row["plan_id"], row["count"], row["until"]) for row in rows}


def of_plans(
    plans: Sequence[PersonalEducationPlan], *, on: date, reader: rights.Reader | None = None
) -> dict[UUID, list[NotKnown]]:
    """What is not known yet of each of these plans. One query.

    Without a reader for the virtual school's lists: each by its section alone.
    """
    by_id = {plan.pk: plan for plan in plans}
    rows = _not_known().filter(plan__in=list(by_id)).select_related("not_known_person")
    found: dict[UUID, list[NotKnown]] = {}
    for row in rows.defer("not_known_person__password").order_by(
        "not_known_until", "section", "pk"
    ):
        known = _not_known_of(row, by_id[row.plan_id], reader, on=on)
        if known is not None:
            found.setdefault(row.plan_id, []).append(known)
    return found


def _not_known_of(
    row: Answer, plan: PersonalEducationPlan, reader: rights.Reader | None, *, on: date
) -> NotKnown | None:
    section = form_content.of_version(plan.form_version_id).section(row.section)
    if section is None:
        return None
    person = row.not_known_person
    who, label = (person.name if person else row.not_known_who) or "nobody is named", ""
    if reader is not None:
        if not reader.may_read_note(owner=section.owner, slug=section.slug, key=row.key):
            return None
        question = section.question(row.key)
        label = named(question.label, plan.child.called) if question else ""
        who = reader.name_of(person.pk if person else None, who)
        if person is None and reader.is_home_hidden:
            who = "someone"  # a name that was typed may lead to the home [DP-4]
    return NotKnown(
        section=named(section.title, plan.child.called),
        slug=section.slug,
        label=label,
        who=who,
        until=row.not_known_until,
        is_late=row.not_known_until is not None and row.not_known_until < on,
    )


# -- telling ---------------------------------------------------------------------------------------


def tell_now(
    plan: PersonalEducationPlan, section: str, keys: Collection[str], *, by: User, at: datetime
) -> int:
    """Tell who is named in answers just written, once both who and by when are said.

    Whoever named themselves knows. The same keys as the sweep's, so nobody is told twice; a name
    without a day is left to the sweep, since its author is still writing. Answers how many were
    told; no query without an answer to find out.
    """
    if not keys:
        return 0
    rows = _to_tell().filter(
        plan=plan, section=section, key__in=keys, not_known_until__isnull=False
    )
    return _tell_each(rows.exclude(not_known_person=by).order_by("pk"), at=at)


def tell(*, authority_id: int, at: datetime) -> int:
    """Tell each person once what they are to find out, and again when its day has come.

    Safe to repeat: a notice has its key. Answers how many were told. Three queries when nobody is
    to be told.
    """
    on = timezone.localtime(at).date()
    is_own = Q(not_known_person=F("written_by")) & ~Q(not_known_until__lte=on)
    rows = _to_tell().filter(~is_own, authority_id=authority_id)
    return _tell_each(rows.order_by("not_known_until", "pk")[:AT_ONCE], at=at)


def _to_tell() -> Any:
    return (
        _not_known()
        .filter(not_known_person__is_active=True)
        .select_related("plan", "not_known_person")
        .defer("not_known_person__password", "value")
    )


def _tell_each(rows: Iterable[Answer], *, at: datetime) -> int:
    on = timezone.localtime(at).date()
    keys = {_due_key(row) if _is_due(row, on) else _key(row): row for row in rows}
    told = set(Notice.objects.filter(key__in=keys).values_list("key", flat=True))
    new = {key: row for key, row in keys.items() if key not in told}
    belonging = _belonging(list(new.values()), on=on)
    number = 0
    for key, row in new.items():
        if (row.child_id, row.not_known_person_id) in belonging:
            notices.to_find_out(row, key=key, is_due=_is_due(row, on), at=at)
            number += 1
    return number


def _is_due(row: Answer, on: date) -> bool:
    return row.not_known_until is not None and row.not_known_until <= on


def _key(row: Answer) -> str:
    return f"pep-find-out:{row.pk}:{row.not_known_person_id}"


def _due_key(row: Answer) -> str:
    return f"pep-find-out-due:{row.pk}:{row.not_known_until}"


def _belonging(rows: Sequence[Answer], *, on: date) -> set[tuple[UUID, UUID | None]]:
    """Which of those named still work with the child: by involvement, school or team. Two queries.

    The service tells nobody about a child who is not theirs any more.
    """
    if not rows:
        return set()
    people = {row.not_known_person_id for row in rows}
    involved = Involvement.objects.on(on).filter(
        child__in={row.child_id for row in rows}, person__in=people
    )
    found: set[tuple[UUID, UUID | None]] = set(involved.values_list("child_id", "person_id"))
    schools = {row.plan.school_id for row in rows}
    authorities = {row.authority_id for row in rows}
    members = Membership.objects.current(on=on).filter(
        Q(school__in=schools, role__in=SCHOOL_ROLES)
        | Q(authority__in=authorities, role__in=TEAM_ROLES),
        user__in=people,
    )
    seats = {(m.user_id, m.school_id, m.authority_id) for m in members}
    for row in rows:
        person = row.not_known_person_id
        at_school = (person, row.plan.school_id, None) in seats and row.plan.school_id is not None
        if at_school or (person, None, row.authority_id) in seats:
            found.add((row.child_id, person))
    return found

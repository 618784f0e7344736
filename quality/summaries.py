"""Quality figures, PEPM-3: green or better of the plans quality-assured, computed once and here.

Every figure is the plans behind it: tile, tables and lists read the same rows. One query for all.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db.models import F, OuterRef, Q, QuerySet, Subquery

from accounts.models import User
from accounts.permissions import Permission
from accounts.roles import Role
from children.models import Involvement
from pep.models import Form
from pep.rules import GOOD_OR_BETTER, Rate
from quality.models import Area, AreaGrade, QualityCheck, SecondMark
from quality.models.checks import CheckQuerySet
from quality.rules import Agreement, agreement
from schools.models import Term

NO_SCHOOL, NO_TEAM = "No school", "No team recorded"
NOBODY = "none"  # the key of plans without a school, or a team


class By(StrEnum):
    """What figures are broken down by, PEPM-3."""

    PHASE = "phase"
    SCHOOL = "school"
    AREA = "area"
    TEAM = "team"
    TERM = "term"


BY_LABELS = {
    By.PHASE: "Phase",
    By.SCHOOL: "School",
    By.AREA: "Authority of the school",
    By.TEAM: "Social work team",
    By.TERM: "Term",
}


@dataclass(frozen=True, slots=True)
class Checked:
    """One plan that was quality-assured, and what it is counted under."""

    plan: UUID
    grade: str
    keys: dict[By, tuple[str, str]]  # of each breakdown: key for addresses, label
    term_started_on: date
    is_in_area: bool | None  # the school, of the child's own authority; None without one
    is_kept_from_reader: bool = False  # who is to grade it again, unseeing: in no figure of theirs

    @property
    def is_good(self) -> bool:
        return self.grade in GOOD_OR_BETTER


@dataclass(frozen=True, slots=True)
class Part:
    """The figure of one part: a school, a phase, a term."""

    key: str
    label: str
    rate: Rate


def scope(user: User) -> CheckQuerySet:
    """The checks whose figures a person sees: of their children, or the authority's as totals."""
    seat = user.seat
    checks = QualityCheck.objects.all()
    if user.may(Permission.SEE_CHILDREN):
        return checks.visible_to(user)
    if seat is None or seat.authority_id is None or not user.may(Permission.SEE_FIGURES):
        return checks.none()
    return checks.filter(authority=seat.authority_id)


def counted(user: User, *, on: date) -> CheckQuerySet:
    """One check for each plan quality-assured by the end of a day: its latest agreed version's."""
    return scope(user).of_agreed_plans(on=on).filter(plan__term__started_on__lte=on)


@dataclass(frozen=True, slots=True)
class Figure:
    """A rate, and how many plans are left out because the reader is to grade them again."""

    rate: Rate
    left_out: int


def of_term(user: User, *, on: date, phase: str = "", location: str = "") -> Figure:
    """PEPM-3 of the term a day lies in, by the end of that day. One query.

    A second marker's own plans are left out: one figure with and one without would tell the grade.
    """
    rows = counted(user, on=on).filter(plan__term__ended_on__gt=on)
    if phase:
        rows = rows.filter(plan__form_version__form__phase=phase)
    if location:
        own = Q(plan__school__authority=F("authority"))
        rows = rows.filter(own if location == "in" else ~own, plan__school__isnull=False)
    found = list(rows.values_list("overall", "settled", "plan__grade_hidden_from"))
    grades = [settled or overall for overall, settled, kept in found if kept != user.pk]
    rate = Rate(sum(grade in GOOD_OR_BETTER for grade in grades), len(grades))
    return Figure(rate, len(found) - len(grades))


def checked_plans(user: User, *, on: date) -> list[Checked]:
    """Every plan quality-assured by the end of a day, with what it is counted under. One query.

    A social work team is its manager's: whoever was team manager with the child when the check
    began, by the record of who works with whom. It says nothing of advisers and their caseloads.
    """
    managers = Involvement.objects.filter(
        Q(ended_on__isnull=True) | Q(ended_on__gt=OuterRef("started_at__date")),
        child=OuterRef("child"),
        role=Role.TEAM_MANAGER,
        started_on__lte=OuterRef("started_at__date"),
    ).order_by("-started_on", "pk")
    rows = counted(user, on=on).annotate(
        manager=Subquery(managers.values("person")[:1]),
        manager_given=Subquery(managers.values("person__given_name")[:1]),
        manager_family=Subquery(managers.values("person__family_name")[:1]),
    )
    return [_checked(row, user) for row in rows.order_by("pk").values(*_COLUMNS)]


_COLUMNS = (
    "plan_id",
    "authority_id",
    "overall",
    "settled",
    "plan__form_version__form__phase",
    "plan__school_id",
    "plan__school__name",
    "plan__school__authority_id",
    "plan__school__authority__display_name",
    "plan__term_id",
    "plan__term__academic_year",
    "plan__term__name",
    "plan__term__started_on",
    "plan__grade_hidden_from",
    "manager",
    "manager_given",
    "manager_family",
)


def _checked(row: dict[str, Any], user: User) -> Checked:
    phase = row["plan__form_version__form__phase"]
    term = Term(academic_year=row["plan__term__academic_year"], name=row["plan__term__name"])
    started_on = row["plan__term__started_on"]
    return Checked(
        plan=row["plan_id"],
        grade=row["settled"] or row["overall"],
        keys={
            By.PHASE: (phase, str(Form.Phase(phase).label)),
            By.SCHOOL: _named(row["plan__school_id"], row["plan__school__name"], NO_SCHOOL),
            By.AREA: _named(
                row["plan__school__authority_id"],
                row["plan__school__authority__display_name"],
                NO_SCHOOL,
            ),
            By.TEAM: _named(
                row["manager"], f"Team of {row['manager_given']} {row['manager_family']}", NO_TEAM
            ),
            By.TERM: (str(row["plan__term_id"]), term.title),
        },
        term_started_on=started_on,
        is_in_area=None
        if row["plan__school_id"] is None
        else row["plan__school__authority_id"] == row["authority_id"],
        is_kept_from_reader=row["plan__grade_hidden_from"] == user.pk,
    )


def _named(key: Any, label: str | None, without: str) -> tuple[str, str]:
    return (str(key), label or "") if key is not None else (NOBODY, without)


def rate_of(rows: Iterable[Checked]) -> Rate:
    grades = [row.is_good for row in rows]
    return Rate(sum(grades), len(grades))


def parts_of(rows: Iterable[Checked], by: By) -> list[Part]:
    """The figure of each part; terms in their order, all else by label."""
    groups: dict[tuple[str, str], list[Checked]] = {}
    for row in rows:
        groups.setdefault(row.keys[by], []).append(row)

    def place(part: tuple[str, str]) -> tuple[Any, ...]:
        if by is By.TERM:
            return (groups[part][0].term_started_on, part[0])
        return (part[0] == NOBODY, part[1].casefold(), part[0])

    return [
        Part(key, label, rate_of(groups[key, label])) for key, label in sorted(groups, key=place)
    ]


# Agreement between markers -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AgreementRow:
    """How far two markers agree on one area, or on the whole."""

    title: str
    found: Agreement


def agreements(marks: QuerySet[SecondMark]) -> list[AgreementRow]:
    """How far first and second marks agree: on the whole, then on each area. Three queries.

    Only marks that are given, and areas both have graded. As first given, whatever was settled.
    """
    given = list(
        marks.filter(done_at__isnull=False)
        .order_by("pk")
        .values_list("first", "second", "first__overall", "second__overall", "first__rubric")
    )
    pairs: dict[str, list[tuple[str, str]]] = {}
    grades = {
        (check, area): grade
        for check, area, grade in AreaGrade.objects.filter(
            check_of__in=[check for row in given for check in row[:2]]
        )
        .exclude(grade="")
        .values_list("check_of", "area", "grade")
    }
    areas = Area.objects.filter(rubric__in={row[4] for row in given}).order_by("place", "key")
    titles = {area.key: area.title for area in areas}
    for first, second, *_ in given:
        for key in titles:
            if (first, key) in grades and (second, key) in grades:
                pairs.setdefault(key, []).append((grades[first, key], grades[second, key]))
    whole = AgreementRow("Overall", agreement([(row[2], row[3]) for row in given]))
    return [whole, *(AgreementRow(titles[key], agreement(pairs.get(key, []))) for key in titles)]

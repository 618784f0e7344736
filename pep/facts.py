"""What a plan shows from the record: read, never answered (decisions 23).

No home address, no carer's details, no UPN (decisions 11; DP-2).
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Max, Q
from django.utils import timezone

from accounts.models import Membership
from accounts.roles import Role
from attendance.codes import EXCLUDED
from attendance.models import Day
from attendance.summaries import attendance_since, figures
from children.codes import meaning
from children.models import Child, Enrolment, Involvement, PeriodOfCare, SenStatus
from children.summaries import year_group
from files.models import Load
from pep import earlier
from pep.models import PersonalEducationPlan
from placements.codes import home_in_words
from placements.models import HealthReturn, LegalStatus, Placement
from placements.rules import sdq_band
from schools.rules import nc_year_name
from ui.words import long_date

SUSPENSION_DAYS = 45  # in a school year: EXC-4

Rows = list[tuple[str, str]]

# What people call these facts
TITLES = {
    "child": "Name, age and school",
    "people": "People",
    "care": "Care",
    "attendance": "Attendance",
    "health": "Health checks",
    "days": "Suspensions",
    "place": "School place",
    "sen": "SEND",
    "attainment": "Learning in the last PEP",
    "pp_plus": "Pupil premium agreed this financial year",
}

# Whose names stand in a plan: the people of its work, never the carer's
PEOPLE = (Role.SOCIAL_WORKER, Role.REVIEWING_OFFICER, Role.ADVISER, Role.PERSONAL_ADVISER)


@dataclass(frozen=True, slots=True)
class AttendanceFigures:
    """Sessions of one child in the school year so far, as whole numbers and exact shares."""

    possible: int
    attended: int
    authorised: int
    unauthorised: int
    attendance_pct: str
    is_persistent: bool
    is_severe: bool


def facts_for(plan: PersonalEducationPlan, keys: Iterable[str], *, on: date) -> dict[str, Rows]:
    """Read the facts some questions show, by the question's key. One to three queries each."""
    return {key: _READERS[key](plan, on) for key in keys if key in _READERS}


def with_sources(plan: PersonalEducationPlan, facts: Mapping[str, Rows]) -> dict[str, Rows]:
    """Say of each fact where it comes from and of when it is. One query, none without facts."""
    loaded = _loaded(plan) if set(facts) - _FROM_PLANS else {}
    return {key: [*rows, _source(key, loaded)] for key, rows in facts.items()}


# Facts made from marks, and from PEPs, which say themselves when they were agreed; everything else
# comes with the roll
_FROM_MARKS = frozenset({"attendance", "days"})
_FROM_PLANS = frozenset({earlier.LEARNING, earlier.MONEY})


def _loaded(plan: PersonalEducationPlan) -> dict[str, date]:
    """When each kind of file was last added. One query."""
    rows = Load.objects.filter(authority=plan.authority_id, state=Load.State.APPLIED)
    newest = rows.values("kind").annotate(at=Max("applied_at")).order_by()
    return {row["kind"]: timezone.localtime(row["at"]).date() for row in newest if row["at"]}


def _source(key: str, loaded: Mapping[str, date]) -> tuple[str, str]:
    """Where a fact comes from and of when it is."""
    if key in _FROM_PLANS:
        return ("Source", "Agreed PEPs")
    kind, name = (
        (Load.Kind.ATTENDANCE, "Registers")
        if key in _FROM_MARKS
        else (Load.Kind.ROLL, "The council’s record")
    )
    on = loaded.get(kind)
    return ("Source", f"{name}, last loaded {long_date(on)}" if on else name)


def _child(plan: PersonalEducationPlan, on: date) -> Rows:
    child: Child = plan.child
    enrolment = (
        Enrolment.objects.on(on)
        .filter(child=child, kind=Enrolment.Kind.MAIN)
        .select_related("school")
        .first()
    )
    year = year_group(child, on=on, recorded=enrolment.year_group if enrolment else None)
    rows = [
        ("Name", child.name),
        ("Born", long_date(child.date_of_birth)),
        ("Year group", nc_year_name(year)),
        ("School", enrolment.school.name if enrolment else "No school place"),
    ]
    if enrolment:
        rows.append(("There since", long_date(enrolment.started_on)))
    return rows


def _people(plan: PersonalEducationPlan, on: date) -> Rows:
    found = (
        Involvement.objects.on(on)
        .filter(child=plan.child_id, role__in=PEOPLE)
        .select_related("person")
        .order_by("role", "is_cover", "started_on", "pk")
    )
    rows = [(Role(row.role).label, row.person.name) for row in found]
    teachers = (
        Membership.objects.current(on=on)
        .filter(role=Role.DESIGNATED_TEACHER, school=plan.school_id)
        .select_related("user")
        .order_by("started_on", "pk")
    )
    rows += [(Role.DESIGNATED_TEACHER.label, row.user.name) for row in teachers if plan.school_id]
    return rows or [("People", "Nobody is named in the record")]


def _care(plan: PersonalEducationPlan, on: date) -> Rows:
    care = PeriodOfCare.objects.on(on).filter(child=plan.child_id).first()
    status = LegalStatus.objects.on(on).filter(child=plan.child_id).first()
    home = Placement.objects.on(on).filter(child=plan.child_id, is_temporary=False).first()
    rows = [("Looked after since", long_date(care.started_on) if care else "Not looked after")]
    if status:
        rows.append(("Legal status", meaning("LS", status.code) or status.code))
    if home:
        rows.append(("Kind of home", home_in_words(home.kind)))
        rows.append(("Living there since", long_date(home.started_on)))
    return rows


def attendance_of(child: Child, *, school_year_started_on: date) -> AttendanceFigures | None:
    """A child's sessions in the school year so far; None without marks. One query."""
    total = figures(
        attendance_since(
            authority_id=child.authority_id, child_id=child.pk, first_on=school_year_started_on
        )
    )
    if total.attendance_pct is None:
        return None
    return AttendanceFigures(
        possible=total.possible,
        attended=total.attended,
        authorised=total.authorised,
        unauthorised=total.unauthorised,
        attendance_pct=str(total.attendance_pct),
        is_persistent=total.persistent,
        is_severe=total.severe,
    )


def school_year_start(plan: PersonalEducationPlan) -> date:
    """The first statistical term of the plan's school year begins on 1 August (ATT-11)."""
    return date(plan.term.academic_year, 8, 1)


def _attendance(plan: PersonalEducationPlan, on: date) -> Rows:
    started_on = school_year_start(plan)
    return attendance_rows(attendance_of(plan.child, school_year_started_on=started_on))


def attendance_rows(figures: AttendanceFigures | None) -> Rows:
    """The figures in words."""
    if figures is None:
        return [("Attendance", "No marks have been received yet this school year")]
    band = "Severe" if figures.is_severe else "Persistent" if figures.is_persistent else "No"
    return [
        ("Attendance this school year", f"{figures.attendance_pct}%"),
        ("Sessions possible", f"{figures.possible:,}"),
        ("Sessions attended", f"{figures.attended:,}"),
        ("Authorised absence, sessions", f"{figures.authorised:,}"),
        ("Unauthorised absence, sessions", f"{figures.unauthorised:,}"),
        ("Persistent or severe absence", band),
    ]


def _health(plan: PersonalEducationPlan, on: date) -> Rows:
    """The last yearly return on health: the SDQ score with its band, and the checks."""
    last = (
        HealthReturn.objects.filter(child=plan.child_id, return_year__lte=on.year + 1)
        .order_by("-return_year")
        .first()
    )
    if last is None:
        return [("Health checks", "Nothing is in the record yet")]
    rows = [("Year to 31 March", str(last.return_year))]
    if last.sdq_score is not None:
        rows.append(("SDQ score", f"{last.sdq_score}, {sdq_band(last.sdq_score)}"))
    elif last.sdq_reason:
        reason = meaning("SDQ_REASON", last.sdq_reason) or last.sdq_reason
        rows.append(("No SDQ score", reason))
    for label, done in (
        ("Health assessment", last.had_health_assessment),
        ("Dental check", last.had_teeth_check),
        ("Immunisations", last.has_immunisations),
    ):
        if done is not None:
            rows.append((label, "Up to date" if done else "Not up to date"))
    return rows


def _suspensions(plan: PersonalEducationPlan, on: date) -> Rows:
    """School days marked as suspended or excluded without provision; of 45 in a school year."""
    marked = Day.objects.filter(
        authority_id=plan.authority_id, child_id=plan.child_id, on__gte=school_year_start(plan)
    )
    half_days = {
        name: marked.filter(**days).aggregate(
            n=Count("pk", filter=Q(am=EXCLUDED)) + Count("pk", filter=Q(pm=EXCLUDED))
        )["n"]
        for name, days in (("term", {"on__gte": plan.term.started_on}), ("year", {}))
    }
    left = max(0, 2 * SUSPENSION_DAYS - half_days["year"])
    return [
        ("School days this term", in_days(half_days["term"])),
        ("School days this school year", in_days(half_days["year"])),
        (f"Left of {SUSPENSION_DAYS} in a school year", in_days(left)),
    ]


def in_days(half_days: int) -> str:
    """Half days as days: 2.5."""
    return f"{half_days / 2:g}"


def _place(plan: PersonalEducationPlan, on: date) -> Rows:
    """Since when the child has had no school, and which was the last."""
    last = (
        Enrolment.objects.filter(child=plan.child_id, started_on__lte=on)
        .select_related("school")
        .order_by("-started_on", "-pk")
        .first()
    )
    if last is None:
        return [("School", "None is in the record")]
    if last.ended_on is None or last.ended_on > on:
        return [("School", last.school.name), ("There since", long_date(last.started_on))]
    days = (on - last.ended_on).days
    return [
        ("Last school", last.school.name),
        ("Without a school place since", long_date(last.ended_on)),
        ("Days without a school place", f"{days:,}"),
    ]


def _sen(plan: PersonalEducationPlan, on: date) -> Rows:
    """The status the school census or the roll gave, and since when."""
    status = SenStatus.objects.on(on).filter(child=plan.child_id).first()
    if status is None:
        return [("SEN status", "Nothing is in the record yet")]
    return [("SEN status", status.get_code_display()), ("Since", long_date(status.started_on))]


_READERS: dict[str, Callable[[PersonalEducationPlan, date], Rows]] = {
    "child": _child,
    "people": _people,
    "care": _care,
    "attendance": _attendance,
    "health": _health,
    "days": _suspensions,
    "place": _place,
    "sen": _sen,
    earlier.LEARNING: earlier.learning,
    earlier.MONEY: earlier.money_agreed,
}

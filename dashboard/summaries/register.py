"""One child's register as plain values: terms, marks by day, and the calendar of a term."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from attendance.codes import Category, code_on
from attendance.models import Day, TermSummary
from attendance.rules import AttendanceSummary
from attendance.summaries import sessions_of
from children.models import Child
from schools.models import School
from schools.rules import StatisticalTerm
from ui.parts import AttendanceCalendar, AttendanceCell, AttendanceRow, CellKind
from ui.words import short_date

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri")


@dataclass(frozen=True, slots=True)
class TermLine:
    """One statistical term at one school."""

    term: StatisticalTerm
    school_id: int
    school: str
    summary: AttendanceSummary
    late: int
    ill: int
    suspended: int

    @property
    def name(self) -> str:
        year = self.term.school_year + (self.term.season != "autumn")
        return f"{self.term.season.capitalize()} {year}"


def attendance_terms(child: Child) -> list[TermLine]:
    """Every term with marks, newest first. Two queries."""
    rows = TermSummary.objects.filter(authority_id=child.authority_id, child_id=child.pk)
    found = list(rows.order_by("-term_started_on", "school_id"))
    names = dict(
        School.objects.filter(pk__in={row.school_id for row in found}).values_list("pk", "name")
    )
    return [
        TermLine(
            term=StatisticalTerm.of(row.term_started_on),
            school_id=row.school_id,
            school=names.get(row.school_id, ""),
            summary=sessions_of(row),
            late=row.late,
            ill=row.ill,
            suspended=row.excluded,
        )
        for row in found
    ]


def total(lines: Iterable[TermLine]) -> AttendanceSummary:
    """The sum over terms and schools, ATT-10."""
    return sum((line.summary for line in lines), AttendanceSummary())


Marks = dict[date, tuple[str, str]]


def marks(child: Child, *, started_on: date, ended_on: date) -> Marks:
    """Codes of mornings and afternoons by day, of all schools together. One query.

    Where two schools marked a session, the mark that counts is shown (D at one of them does not).
    """
    rows = Day.objects.filter(
        authority_id=child.authority_id, child_id=child.pk, on__gte=started_on, on__lt=ended_on
    ).order_by("on", "school_id")
    found: Marks = {}
    for row in rows.values_list("on", "am", "pm"):
        day, am, pm = row
        before = found.get(day, ("", ""))
        found[day] = (_counting(before[0], am, day), _counting(before[1], pm, day))
    return found


def _counting(first: str, second: str, day: date) -> str:
    code = code_on(first, day)
    return first if code is not None and (code.is_possible or not second) else second or first


_KINDS: dict[Category, CellKind] = {
    Category.ATTENDING: "present",
    Category.APPROVED_ACTIVITY: "present",
    Category.AUTHORISED_ABSENCE: "authorised",
    Category.UNAUTHORISED_ABSENCE: "unauthorised",
    Category.UNABLE_TO_ATTEND: "closed",
    Category.NOT_COUNTED: "closed",
}
# Shorter than the national list has them, for the key under the calendar
_WORDS = {
    "/": "Present",
    "\\": "Present",
    "L": "Late",
    "I": "Illness",
    "M": "Appointment",
    "O": "Unauthorised absence",
    "U": "Late, after the register closed",
    "E": "Suspended or excluded",
    "N": "Reason not yet known",
    "V": "Educational visit",
    "P": "Sporting activity",
    "W": "Work experience",
    "#": "School closed",
}


def cell(code: str, day: date) -> AttendanceCell:
    """A mark for the calendar: the code, its kind, its meaning. Present is one sign all day."""
    known = code_on(code, day)
    if known is None:
        return AttendanceCell(code)
    kind = {"L": "late", "E": "suspended"}.get(code) or _KINDS[known.category]
    shown = "/" if code == "\\" else code
    return AttendanceCell(shown, kind, _WORDS.get(code, known.meaning))  # type: ignore[arg-type]


def calendar(found: Marks, *, caption: str) -> AttendanceCalendar | None:
    """A term of marks: weekdays down, weeks across; a weekday is split where its halves differ."""
    if not found:
        return None
    first, last = min(found), max(found)
    monday = first - timedelta(days=first.weekday())
    weeks = [monday + timedelta(days=7 * n) for n in range((last - monday).days // 7 + 1)]
    rows = []
    for number, name in enumerate(WEEKDAYS):
        days = [week + timedelta(days=number) for week in weeks]
        halves = [[cell(found.get(day, ("", ""))[half], day) for day in days] for half in (0, 1)]
        if all(
            am.code == pm.code or not (am.code and pm.code) for am, pm in zip(*halves, strict=True)
        ):
            rows.append(
                AttendanceRow(name, [am if am.code else pm for am, pm in zip(*halves, strict=True)])
            )
        else:
            rows.append(AttendanceRow(f"{name} am", halves[0]))
            rows.append(AttendanceRow(f"{name} pm", halves[1]))
    return AttendanceCalendar(caption=caption, weeks=_week_labels(weeks), rows=rows)


def _week_labels(weeks: Sequence[date]) -> list[str]:
    """Day of the month, with the month where it changes: 7 Sep, 14, 21, 28, 5 Oct."""
    labels, month = [], 0
    for week in weeks:
        label = short_date(week).rsplit(" ", 1)[0]
        labels.append(label if week.month != month else str(week.day))
        month = week.month
    return labels

"""The overview: figures that each open into the children behind them."""

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from accounts.permissions import Permission
from accounts.requests import SignedInRequest, require_permission
from dashboard.forms import PHASES
from dashboard.measures import Slug
from dashboard.summaries import overview as figures
from dashboard.summaries.overview import Group, Overview, Scope
from dashboard.views.tiles import Asked, asked_for, policy_on, tiles
from pep.rules import Rate
from schools.models import Policy
from schools.rules import anniversary
from ui import charts
from ui.words import short_date


@require_safe
@require_permission(Permission.SEE_OVERVIEW)
def overview(request: SignedInRequest) -> HttpResponse:
    asked = asked_for(request)
    found = figures.overview(
        request.user,
        asked.scope,
        today=asked.today,
        bank_holidays=asked.bank_holidays,
        grades=True,
    )
    if found is None:
        raise Http404
    policy = policy_on(request, on=asked.scope.on)
    context = {
        "filters": asked.form,
        "sentence": asked.sentence,
        "count": found.total.children,
        "counted": f"{found.total.children:,}",
        "tiles": tiles(asked, found, before=_year_before(request, asked), policy=policy),
        "attendance": _attendance_chart(request, asked),
        "peps": _peps_chart(found, policy=policy),
        "areas": [_area(group) for group in found.school_areas],
        "council": request.user.seat.authority_name if request.user.seat else "",
    }
    return render(request, "dashboard/overview.html", context)


def _year_before(request: SignedInRequest, asked: Asked) -> Overview | None:
    """The same figures a year earlier, without attendance; None where the record cannot tell.

    A roll that names nobody who has left since holds only the children of today: it says nothing
    about a year ago.
    """
    scope = Scope(
        anniversary(asked.scope.on, -1), phase=asked.scope.phase, location=asked.scope.location
    )
    found = figures.overview(
        request.user,
        scope,
        today=asked.today,
        bank_holidays=asked.bank_holidays,
        marks=False,
        grades=True,
    )
    return found if found and found.total.left_since else None


# Charts ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawing, and the finding its card is headed with."""

    finding: str
    svg: SafeString


def _attendance_chart(request: SignedInRequest, asked: Asked) -> Chart | None:
    weeks = figures.weeks(request.user, on=asked.scope.on)
    if not any(week.now for week in weeks):
        return None
    year = asked.scope.on.year
    now = [_percent(week.now) for week in weeks]
    before = [_percent(week.before) for week in weeks]
    shown = [
        f"{short_date(week.monday)}: {_percent(week.now)}%"
        for week in weeks
        if week.now is not None
    ]
    series = [charts.Series(str(year), now)]
    if any(value is not None for value in before):
        series.append(charts.Series(str(year - 1), before, is_before=True))
    svg = charts.lines(
        key="att",
        title=f"Attendance by week, {year} and {year - 1}",
        desc=f"Percentage of sessions attended. {'; '.join(shown)}.",
        labels=[short_date(week.monday).rsplit(" ", 1)[0] for week in weeks],
        series=series,
        note=(
            "Children looked after on the day of each mark. Last year’s weeks are 52 weeks "
            "earlier. "
            "Weeks without school are left out."
        ),
        table_name="attendance by week",
    )
    return Chart(_attendance_finding(weeks), svg)


def _percent(sessions: Any) -> float | None:
    value = sessions.attendance_percent() if sessions else None
    return None if value is None else float(value)


def _attendance_finding(weeks: list[figures.Week]) -> str:
    """What the lines say: the last week that can be compared."""
    both = [week for week in weeks if week.now and week.before]
    if not both or not both[-1].now or not both[-1].before:
        return "Attendance by week this term"
    now, then = both[-1].now.attendance_percent(), both[-1].before.attendance_percent()
    if now is None or then is None or now == then:
        return "Attendance is the same as last year"
    side = "above" if now > then else "below"
    week = short_date(both[-1].monday).rsplit(" ", 1)[0]
    return f"Attendance in the week of {week} was {abs(now - then)} points {side} last year"


def _peps_chart(found: Overview, *, policy: Policy) -> Chart | None:
    by_phase = {group.label: group.rate(Slug.PEPS_ON_TIME) for group in found.phases}
    rates = {name: by_phase.get(code, Rate(0, 0)) for code, name in PHASES.items()}
    if not found.has_term or not any(rate.counted for rate in rates.values()):
        return None
    target = float(policy.pep_on_time_target)
    bars = [
        charts.Bar(name, _rate_percent(rate), f"{rate.met} of {rate.counted}")
        for name, rate in rates.items()
    ]
    desc = "; ".join(
        f"{bar.label} {'no data' if bar.value is None else f'{bar.value}%'}" for bar in bars
    )
    svg = charts.bars(
        key="pep",
        title="PEPs completed on time by phase",
        desc=f"{desc}. The target is {target:g}%.",
        bars=bars,
        target=target,
        label_head="Phase",
        value_head="Percentage",
        table_name="PEPs by phase",
    )
    below = [bar for bar in bars if bar.value is not None and bar.value < target]
    worst = min(below, key=lambda bar: bar.value or 0, default=None)
    heading = (
        f"{worst.label} plans are furthest from target" if worst else "Every phase is on target"
    )
    return Chart(heading, svg)


def _rate_percent(rate: Rate) -> float | None:
    value = rate.percent()
    return None if value is None else float(value)


def _area(group: Group) -> dict[str, object]:
    peps = group.rate(Slug.PEPS_ON_TIME).percent()
    attendance = group.sessions.attendance_percent()
    return {
        "name": group.label,
        "children": group.children,
        "peps": f"{peps}%" if peps is not None else "",
        "attendance": f"{attendance}%" if attendance is not None else "",
    }

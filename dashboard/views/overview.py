"""The overview: figures that each open into the children behind them."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from accounts.permissions import Permission, require_permission
from accounts.requests import SignedInRequest
from dashboard import rules
from dashboard.forms import PHASES, SCHOOL_AREAS, OverviewFilterForm
from dashboard.measures import MEASURES, Measure, Slug
from dashboard.summaries import overview as figures
from dashboard.summaries import roll
from dashboard.summaries.overview import Group, Overview, Scope
from dashboard.views.listing import PER_PAGE, list_row
from pep.rules import Rate
from schools.models import BankHoliday, Policy
from schools.rules import anniversary
from ui import charts
from ui.parts import Kpi
from ui.words import day_and_date, short_date

NOBODY = "Nothing to show: no child is looked after on this day."


@dataclass(frozen=True, slots=True)
class Asked:
    """What an overview page was asked for."""

    scope: Scope
    today: date
    form: OverviewFilterForm
    bank_holidays: frozenset[date]
    query: QueryDict

    @property
    def sentence(self) -> str:
        """The chosen filters in words, for under the heading and for paper."""
        parts = [f"as at {day_and_date(self.scope.on)}"]
        if self.scope.phase:
            parts.append(PHASES[self.scope.phase].lower())
        if self.scope.location:
            parts.append(SCHOOL_AREAS[self.scope.location].lower())
        return ", ".join(parts)

    def url(self, name: str, *args: object) -> str:
        """The address of another page about the same children."""
        address = reverse(name, args=args)
        query = self.query.urlencode()
        return f"{address}?{query}" if query else address


def _asked(request: SignedInRequest) -> Asked:
    today = timezone.localdate()
    form = OverviewFilterForm(request.GET if "as_at" in request.GET else _today(request, today))
    chosen = form.chosen
    on = min(chosen.get("as_at") or today, today)
    query = request.GET.copy()
    for name in set(query) - {"as_at", "phase", "location"}:
        del query[name]
    return Asked(
        scope=Scope(on, phase=chosen.get("phase", ""), location=chosen.get("location", "")),
        today=today,
        form=form,
        bank_holidays=frozenset(BankHoliday.objects.values_list("on", flat=True)),
        query=query,
    )


def _today(request: SignedInRequest, today: date) -> QueryDict:
    """What was asked for, with today as its day."""
    query = request.GET.copy()
    query["as_at"] = short_date(today)
    return query


def _policy(request: SignedInRequest, *, on: date) -> Policy:
    seat = request.user.seat
    authority_id = (seat.authority_id if seat else None) or 0
    return Policy.objects.in_force(authority_id=authority_id, on=on)


@require_safe
@require_permission(Permission.SEE_OVERVIEW)
def overview(request: SignedInRequest) -> HttpResponse:
    asked = _asked(request)
    found = figures.overview(
        request.user, asked.scope, today=asked.today, bank_holidays=asked.bank_holidays
    )
    if found is None:
        raise Http404
    policy = _policy(request, on=asked.scope.on)
    context = {
        "filters": asked.form,
        "sentence": asked.sentence,
        "count": found.total.children,
        "tiles": _tiles(asked, found, before=_year_before(request, asked), policy=policy),
        "attendance": _attendance_chart(request, asked),
        "peps": _peps_chart(found, policy=policy),
        "areas": [_area(group) for group in found.school_areas],
        "council": request.user.seat.authority_name if request.user.seat else "",
    }
    return render(request, "dashboard/overview.html", context)


def _year_before(request: SignedInRequest, asked: Asked) -> Overview | None:
    """The same figures a year earlier, without attendance; None where nobody was on the roll."""
    scope = Scope(
        anniversary(asked.scope.on, -1), phase=asked.scope.phase, location=asked.scope.location
    )
    found = figures.overview(
        request.user,
        scope,
        today=asked.today,
        bank_holidays=asked.bank_holidays,
        marks=False,
    )
    return found if found and found.total.children else None


# Tiles -------------------------------------------------------------------------------------------

_COMPARED = {
    Slug.ON_ROLL,
    Slug.OUT_OF_AREA,
    Slug.PEPS_ON_TIME,
    Slug.FIRST_PEPS,
    Slug.NO_SCHOOL,
}


def _tiles(asked: Asked, found: Overview, *, before: Overview | None, policy: Policy) -> list[Kpi]:
    return [
        _tile(asked, measure, found, before=before, policy=policy) for measure in MEASURES.values()
    ]


def rate_of(measure: Measure, group: Group) -> Rate:
    """The rate a measure shows: of sessions for attendance, else of children."""
    if measure.slug is Slug.ATTENDANCE:
        return Rate(group.sessions.present, group.sessions.possible)
    return group.rate(measure.slug)


def has_data(measure: Measure, found: Overview, rate: Rate) -> bool:
    """Whether there is anything to tell: none counted is no data, never zero."""
    if measure.slug is Slug.PEPS_ON_TIME and not found.has_term:
        return False
    return bool(rate.counted)


def _tile(
    asked: Asked, measure: Measure, found: Overview, *, before: Overview | None, policy: Policy
) -> Kpi:
    rate = rate_of(measure, found.total)
    url = asked.url("dashboard:measure", measure.slug.value)
    if not has_data(measure, found, rate):
        return Kpi(
            label=measure.label,
            value="",
            meta=f"{measure.needs}.",
            url=url,
            url_text="What is missing",
        )
    mark, word = _mark(measure, rate, policy)
    return Kpi(
        label=measure.label,
        value=str(rate.percent()) if measure.is_share else f"{rate.met:,}",
        unit="%" if measure.is_share else "",
        change=_change(measure, rate, before),
        meta=_meta(measure, rate, found, policy),
        status=mark,
        word=word,
        url=url,
        url_text=_link_text(measure, rate),
    )


def _meta(measure: Measure, rate: Rate, found: Overview, policy: Policy) -> str:
    """Numerator and denominator, and the target where the authority has one."""
    unit = " sessions" if measure.slug is Slug.ATTENDANCE else ""
    words = "" if measure.slug is Slug.ON_ROLL else f"{rate.met:,} of {rate.counted:,}{unit}."
    if measure.slug is Slug.PEPS_ON_TIME:
        return f"{words} Target {_plain(policy.pep_on_time_target)}%"
    if measure.slug is Slug.ATTENDANCE:
        having = found.total.rate(Slug.PERSISTENTLY_ABSENT).counted
        return f"{words} {having:,} of {found.total.children:,} children have marks"
    return words


def _plain(value: Decimal) -> str:
    return f"{value.normalize():f}"


def _mark(measure: Measure, rate: Rate, policy: Policy) -> tuple[Any, str]:
    """A status only where the authority has set what is good: never a colour for decoration."""
    if measure.slug is Slug.NO_SCHOOL:
        return ("bad", "Act now") if rate.met else ("good", "Nobody")
    if measure.slug is Slug.PEPS_ON_TIME:
        good = rate.met * 100 >= policy.pep_on_time_target * rate.counted
        return ("good", "On target") if good else ("warn", "Below target")
    if measure.slug is Slug.ATTENDANCE:
        if rate.met * 100 >= policy.attendance_target * rate.counted:
            return "good", "On target"
        low = rate.met * 100 < policy.attendance_concern * rate.counted
        return ("bad", "Act now") if low else ("warn", "Below target")
    return "none", ""


def _change(measure: Measure, rate: Rate, before: Overview | None) -> str:
    if before is None or measure.slug not in _COMPARED:
        return ""
    earlier = rate_of(measure, before.total)
    if not has_data(measure, before, earlier):
        return ""
    if measure.is_share:
        now_percent, then_percent = rate.percent(), earlier.percent()
        if now_percent is None or then_percent is None:
            return ""
        return _moved(now_percent - then_percent, " points on last year.")
    return _moved(Decimal(rate.met - earlier.met), " on last year.")


def _moved(by: Decimal, unit: str) -> str:
    if not by:
        return "Same as last year."
    return f"{'Up' if by > 0 else 'Down'} {abs(by)}{unit}"


def _link_text(measure: Measure, rate: Rate) -> str:
    if measure.slug is Slug.ATTENDANCE:
        return "By child"
    number = rate.counted - rate.met if measure.lists_missed else rate.met
    word = measure.missed_word if measure.lists_missed else measure.found_word
    return f"{number:,} {'child' if number == 1 and word == 'children' else word}"


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


# One measure -------------------------------------------------------------------------------------

_HOMES = {"in": "Live in the area", "out": "Live outside the area", "": "Home not known"}
_SEXES = {"F": "Girls", "M": "Boys", "U": "Not known"}


@require_safe
@require_permission(Permission.SEE_OVERVIEW)
def measure(request: SignedInRequest, slug: str) -> HttpResponse:
    if slug not in MEASURES:
        raise Http404
    shown = MEASURES[Slug(slug)]
    asked = _asked(request)
    found = figures.overview(
        request.user, asked.scope, today=asked.today, bank_holidays=asked.bank_holidays
    )
    if found is None:
        raise Http404
    missed = request.GET.get("show", "missed" if shown.lists_missed else "found") == "missed"
    ids = figures.children_behind(
        request.user,
        asked.scope,
        slug=shown.slug,
        missed=missed,
        today=asked.today,
        bank_holidays=asked.bank_holidays,
    )
    page = Paginator(ids, PER_PAGE).get_page(request.GET.get("page"))
    rate = rate_of(shown, found.total)
    sort = request.GET.get("sort", "attendance" if shown.slug in _BY_ATTENDANCE else "name")
    rows = roll.children(
        request.user,
        day=asked.scope.on,
        chosen=roll.RollFilter(only=ids),
        sort=sort,
        limit=PER_PAGE,
        offset=(page.number - 1) * PER_PAGE,
    )
    context = {
        "measure": shown,
        "back_url": asked.url("dashboard:overview"),
        "back_label": "Overview",
        "filters": asked.form,
        "sentence": asked.sentence,
        "value": _value(shown, rate) if has_data(shown, found, rate) else "",
        "meta": _meta(shown, rate, found, _policy(request, on=asked.scope.on)),
        "parts": _parts(shown, found),
        "rows": [list_row(row, on=asked.scope.on) for row in rows],
        "page": page,
        "sort": sort,
        "missed": missed,
        "sides": _sides(shown, rate, asked, missed=missed),
        "listed": page.paginator.count,
    }
    return render(request, "dashboard/measure.html", context)


_BY_ATTENDANCE = {Slug.ATTENDANCE, Slug.PERSISTENTLY_ABSENT, Slug.SEVERELY_ABSENT}


def _value(shown: Measure, rate: Rate) -> str:
    return f"{rate.percent()}%" if shown.is_share else f"{rate.met:,}"


def _parts(shown: Measure, found: Overview) -> list[dict[str, object]]:
    """The same figure by phase, by where the children live, by sex."""
    tables = (
        ("Phase", _in_phase_order(found.phases)),
        ("Home", [(_HOMES.get(g.label, g.label), g) for g in found.homes]),
        ("Sex", [(_SEXES.get(g.label, g.label), g) for g in found.sexes]),
    )
    return [
        {"title": title, "rows": [_part(label, rate_of(shown, g)) for label, g in groups]}
        for title, groups in tables
    ]


def _in_phase_order(groups: list[Group]) -> list[tuple[str, Group]]:
    order = list(PHASES)
    known = sorted((g for g in groups if g.label in PHASES), key=lambda g: order.index(g.label))
    return [(PHASES[group.label], group) for group in known]


def _part(label: str, rate: Rate) -> dict[str, object]:
    value = rate.percent()
    return {
        "label": label,
        "met": rate.met if rate.counted else None,
        "counted": rate.counted,
        "percent": f"{value}%" if value is not None else "",
    }


def _sides(shown: Measure, rate: Rate, asked: Asked, *, missed: bool) -> list[dict[str, object]]:
    """The two lists behind a share: those found and those missed."""
    if not shown.missed_word:
        return []
    base = asked.url("dashboard:measure", shown.slug.value)
    join = "&" if "?" in base else "?"
    return [
        {
            "label": f"{rate.met:,} {shown.found_word}",
            "url": f"{base}{join}show=found",
            "is_current": not missed,
        },
        {
            "label": f"{rate.counted - rate.met:,} {shown.missed_word}",
            "url": f"{base}{join}show=missed",
            "is_current": missed,
        },
    ]


# Figures only ------------------------------------------------------------------------------------


@require_safe
@require_permission(Permission.SEE_FIGURES)
def reports(request: SignedInRequest) -> HttpResponse:
    """The same measures for readers who see no child: numbers from 1 to 5 are not shown."""
    asked = _asked(request)
    scope = Scope(asked.scope.on)
    found = figures.overview(
        request.user, scope, today=asked.today, bank_holidays=asked.bank_holidays
    )
    if found is None:
        raise Http404
    policy = _policy(request, on=scope.on)
    context = {
        "sentence": f"as at {day_and_date(scope.on)}",
        "tiles": [_figures_tile(m, found, policy=policy) for m in MEASURES.values()],
        "measures": MEASURES.values(),
    }
    return render(request, "dashboard/reports.html", context)


def _figures_tile(measure: Measure, found: Overview, *, policy: Policy) -> Kpi:
    rate = rate_of(measure, found.total)
    if not has_data(measure, found, rate):
        return Kpi(label=measure.label, value="", meta="No data has been loaded for this figure.")
    whole = rate.counted if measure.slug is not Slug.ON_ROLL else None
    if measure.slug is not Slug.ATTENDANCE and rules.is_suppressed(rate.met, of=whole):
        return Kpi(label=measure.label, value="Not shown", meta="Too few to show: 1 to 5.")
    mark, word = _mark(measure, rate, policy)
    return Kpi(
        label=measure.label,
        value=str(rate.percent()) if measure.is_share else f"{rate.met:,}",
        unit="%" if measure.is_share else "",
        meta=_meta(measure, rate, found, policy) if measure.slug is not Slug.ATTENDANCE else "",
        status=mark,
        word=word,
    )

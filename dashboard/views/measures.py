"""One figure: its parts, the children behind it, how it is worked out; and figures only."""

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from accounts.permissions import Permission
from accounts.requests import SignedInRequest, require_permission
from children.opening import lists_children
from dashboard import rules
from dashboard.forms import PHASES
from dashboard.measures import MEASURES, Measure, Slug
from dashboard.summaries import overview as figures
from dashboard.summaries import roll
from dashboard.summaries.overview import Group, Overview, Scope
from dashboard.views.listing import PER_PAGE, list_row
from dashboard.views.tiles import Asked, asked_for, has_data, mark_of, meta, policy_on, rate_of
from pep.rules import Rate
from schools.models import Policy
from ui.parts import Kpi
from ui.words import day_and_date

_HOMES = {"in": "Live in the area", "out": "Live outside the area", "": "Home not known"}
_SEXES = {"F": "Girls", "M": "Boys", "U": "Not known"}


@require_safe
@require_permission(Permission.SEE_OVERVIEW)
@lists_children
def measure(request: SignedInRequest, slug: str) -> HttpResponse:
    if slug not in MEASURES:
        raise Http404
    if slug == Slug.GOOD_PEPS:  # its page lists plans
        return redirect(asked_for(request).url("quality:trends"))
    shown = MEASURES[Slug(slug)]
    asked = asked_for(request)
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
        "meta": meta(shown, rate, found, policy_on(request, on=asked.scope.on)),
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
    asked = asked_for(request)
    scope = Scope(asked.scope.on)
    found = figures.overview(
        request.user, scope, today=asked.today, bank_holidays=asked.bank_holidays, grades=True
    )
    if found is None:
        raise Http404
    policy = policy_on(request, on=scope.on)
    context = {
        "sentence": f"as at {day_and_date(scope.on)}",
        "tiles": [_figures_tile(m, found, policy=policy) for m in MEASURES.values()],
        "measures": MEASURES.values(),
        "shows_record": request.user.may(Permission.SEE_UNUSUAL_READING),
    }
    return render(request, "dashboard/reports.html", context)


def _figures_tile(measure: Measure, found: Overview, *, policy: Policy) -> Kpi:
    rate = rate_of(measure, found.total)
    if not has_data(measure, found, rate):
        return Kpi(label=measure.label, value="", meta="No data has been loaded for this figure.")
    whole = rate.counted if measure.slug is not Slug.ON_ROLL else None
    if measure.slug is Slug.ATTENDANCE:  # of sessions: what counts is how many children's
        shown, whole = found.total.rate(Slug.PERSISTENTLY_ABSENT).counted, None
    else:
        shown = rate.met
    if rules.is_suppressed(shown, of=whole):
        return Kpi(label=measure.label, value="Not shown", meta="Too few to show: 1 to 5.")
    mark, word = mark_of(measure, rate, policy)
    # The whole less the counted is a number too: of those left out
    tells = measure.slug is not Slug.ATTENDANCE and not rules.is_suppressed(
        found.total.children - rate.counted
    )
    return Kpi(
        label=measure.label,
        value=str(rate.percent()) if measure.is_share else f"{rate.met:,}",
        unit="%" if measure.is_share else "",
        meta=meta(measure, rate, found, policy) if tells else "",
        status=mark,
        word=word,
    )

"""What a page of figures was asked for, and its tiles."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone

from accounts.requests import SignedInRequest
from dashboard.forms import PHASES, SCHOOL_AREAS, OverviewFilterForm
from dashboard.measures import MEASURES, Measure, Slug
from dashboard.summaries.overview import Group, Overview, Scope
from pep.rules import Rate
from schools.models import BankHoliday, Policy
from ui.parts import Kpi
from ui.words import day_and_date, short_date


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


def asked_for(request: SignedInRequest) -> Asked:
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


def policy_on(request: SignedInRequest, *, on: date) -> Policy:
    seat = request.user.seat
    authority_id = (seat.authority_id if seat else None) or 0
    return Policy.objects.in_force(authority_id=authority_id, on=on)


# Tiles -------------------------------------------------------------------------------------------

_FROM_PLANS = {Slug.PEPS_ON_TIME, Slug.FIRST_PEPS, Slug.GOOD_PEPS}
_COMPARED = {
    Slug.ON_ROLL,
    Slug.OUT_OF_AREA,
    Slug.PEPS_ON_TIME,
    Slug.FIRST_PEPS,
    Slug.GOOD_PEPS,
    Slug.NO_SCHOOL,
}


def tiles(asked: Asked, found: Overview, *, before: Overview | None, policy: Policy) -> list[Kpi]:
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
    url = page_of(asked, measure)
    if not has_data(measure, found, rate):
        return Kpi(
            label=measure.label,
            value="",
            meta=_unseen(measure, found) or f"{measure.needs}.",
            url=url,
            url_text="What is missing",
        )
    mark, word = mark_of(measure, rate, policy)
    return Kpi(
        label=measure.label,
        value=str(rate.percent()) if measure.is_share else f"{rate.met:,}",
        unit="%" if measure.is_share else "",
        change=_change(measure, rate, before),
        meta=meta(measure, rate, found, policy),
        status=mark,
        word=word,
        url=url,
        url_text=_link_text(measure, rate),
    )


def page_of(asked: Asked, measure: Measure) -> str:
    """Where a figure opens into what is behind it: plans for how good they are, else children."""
    if measure.slug is Slug.GOOD_PEPS:
        return asked.url("quality:trends")
    return asked.url("dashboard:measure", measure.slug.value)


def meta(measure: Measure, rate: Rate, found: Overview, policy: Policy) -> str:
    """Numerator and denominator, and the target where the authority has one."""
    unit = " sessions" if measure.slug is Slug.ATTENDANCE else ""
    words = "" if measure.slug is Slug.ON_ROLL else f"{rate.met:,} of {rate.counted:,}{unit}."
    if measure.slug is Slug.PEPS_ON_TIME:
        gap = f" {found.total.with_gap:,} agreed with a gap." if found.total.with_gap else ""
        return f"{words} Target {_plain(policy.pep_on_time_target)}%.{gap}"
    if unseen := _unseen(measure, found):
        return f"{words} {unseen}"
    if measure.slug is Slug.ATTENDANCE:
        having = found.total.rate(Slug.PERSISTENTLY_ABSENT).counted
        target = f"Target {_plain(policy.attendance_target)}%."
        return f"{words} {target} {having:,} of {found.total.children:,} children have marks."
    return words


def _unseen(measure: Measure, found: Overview) -> str:
    """That graded plans are left out because the reader is to mark them; empty for none."""
    if measure.slug is not Slug.GOOD_PEPS or not found.unseen:
        return ""
    return f"Without {found.unseen:,} you are to mark a second time."


def _plain(value: Decimal) -> str:
    return f"{value.normalize():f}"


def mark_of(measure: Measure, rate: Rate, policy: Policy) -> tuple[Any, str]:
    """A status only where something is set to compare with: never a colour for decoration.

    The authority's policy sets it for PEPs on time and for attendance. That a child of school age
    has a school place needs no policy: there must be no drift [PELAC18].
    """
    if measure.slug is Slug.NO_SCHOOL:
        return ("bad", "Act now") if rate.met else ("none", "")
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
    if measure.slug in _FROM_PLANS and not earlier.met:
        return ""  # no plan of that time is in this service
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

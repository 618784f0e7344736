"""Quality figures and the plans behind them, PEPM-3."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.permissions import Permission
from accounts.requests import SignedInRequest, require_permission
from children.opening import lists_children
from pep.models import PersonalEducationPlan
from pep.pages import plan_title
from pep.rules import Rate, grade_label
from quality import pages, summaries
from quality.forms import EVERY_TERM, FiguresForm
from quality.summaries import BY_LABELS, By, Checked, Part
from ui import charts
from ui.words import day_and_date, short_date

A_PAGE = 50


@dataclass(frozen=True, slots=True)
class Asked:
    """What a page of figures is about: of all plans counted, those of the filters, and the term."""

    on: date
    every: list[Checked]  # of the filters, whatever the term
    rows: list[Checked]
    left_out: int  # of the rows: those the reader is to grade again
    term: str  # a key, or every
    form: FiguresForm

    def url(self, name: str, **more: str) -> str:
        """Another page about the same plans."""
        chosen = {k: v for k, v in self.form.chosen.items() if k in {"phase", "location"}}
        query = {"as_at": short_date(self.on), "term": self.term} | chosen | more
        return f"{reverse(name)}?{urlencode(query)}"


def _asked(request: SignedInRequest) -> Asked:
    today = timezone.localdate()
    chosen = FiguresForm(request.GET).chosen
    on = min(chosen.get("as_at") or today, today)
    every = [
        row
        for row in summaries.checked_plans(request.user, on=on)
        if chosen.get("phase") in {None, row.keys[By.PHASE][0]}
        and ("location" not in chosen or row.is_in_area is (chosen["location"] == "in"))
    ]
    terms = {row.keys[By.TERM]: row.term_started_on for row in every}
    newest_first = sorted(terms, key=lambda term: terms[term], reverse=True)
    query = request.GET.copy()
    query.setdefault("as_at", short_date(on))
    form = FiguresForm(query, terms=newest_first)
    term = form.chosen.get("term") or (newest_first[0][0] if newest_first else EVERY_TERM)
    rows = [row for row in every if term in {EVERY_TERM, row.keys[By.TERM][0]}]
    return Asked(on, _shown(every), _shown(rows), len(rows) - len(_shown(rows)), term, form)


def _shown(rows: list[Checked]) -> list[Checked]:
    return [row for row in rows if not row.is_kept_from_reader]


@require_safe
@require_permission(Permission.SEE_OVERVIEW)
def trends(request: SignedInRequest) -> HttpResponse:
    """Plans rated good or better, by phase, school, its authority, team and term."""
    asked = _asked(request)
    rate = summaries.rate_of(asked.rows)
    named = next((row.keys[By.TERM][1] for row in asked.rows), "")
    context = {
        "filters": asked.form,
        "rate": rate,
        "left_out": asked.left_out,
        "percent": _percent(rate),
        "term": named if asked.term != EVERY_TERM else "",
        "sentence": f"as at {day_and_date(asked.on)}",
        "tables": [_table(by, asked) for by in (By.PHASE, By.AREA, By.TEAM, By.SCHOOL)],
        "chart": _chart(summaries.parts_of(asked.every, By.TERM)),
        "url": asked.url("quality:plans"),
        "may_sample": request.user.may(Permission.SAMPLE_QUALITY),
        "back_url": reverse("dashboard:overview"),
        "back_label": "Overview",
    }
    return render(request, "quality/trends.html", context)


def _percent(rate: Rate) -> str:
    value = rate.percent()
    return f"{value}%" if value is not None else ""


def _table(by: By, asked: Asked) -> dict[str, Any]:
    rows = [
        {
            "part": part,
            "percent": _percent(part.rate),
            "url": asked.url("quality:plans", by=by.value, of=part.key),
        }
        for part in summaries.parts_of(asked.rows, by)
    ]
    return {"id": by.value, "title": BY_LABELS[by], "rows": rows}


def _chart(terms: Sequence[Part]) -> Any:
    if not terms:
        return None
    bars = [
        charts.Bar(part.label, _number(part.rate), f"{part.rate.met} of {part.rate.counted}")
        for part in terms[-6:]
    ]
    return charts.bars(
        key="quality",
        title="PEPs rated good or better, by term",
        desc="; ".join(f"{bar.label} {bar.value}%" for bar in bars),
        bars=bars,
        label_head="Term",
        value_head="Percentage",
        table_name="quality by term",
    )


def _number(rate: Rate) -> float | None:
    value = rate.percent()
    return None if value is None else float(value)


@require_safe
@require_permission(Permission.SEE_OVERVIEW)
@lists_children
def plans(request: SignedInRequest) -> HttpResponse:
    """The plans behind a figure: all counted, with their grades."""
    asked = _asked(request)
    by, key = request.GET.get("by", ""), request.GET.get("of", "")
    rows, title = asked.rows, "PEPs that were graded"
    if by:
        if by not in set(By):
            raise Http404
        rows = [row for row in rows if row.keys[By(by)][0] == key]
        label = next((row.keys[By(by)][1] for row in rows), "")
        title = f"{BY_LABELS[By(by)]}: {label}" if label else title
    rate = summaries.rate_of(rows)
    grades = {row.plan: row.grade for row in rows}
    found = (
        PersonalEducationPlan.objects.visible_to(request.user)
        .filter(pk__in=grades)
        .select_related("child", "term", "school")
        .order_by("child__sort_name", "pk")
    )
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    context = {
        "title": title,
        "page": page,
        "rows": [_row(plan, grades[plan.pk]) for plan in page],
        "rate": rate,
        "left_out": asked.left_out,
        "percent": _percent(rate),
        "sentence": f"as at {day_and_date(asked.on)}",
        "back_url": asked.url("quality:trends"),
        "back_label": "Quality",
    }
    return render(request, "quality/plans.html", context)


def _row(plan: PersonalEducationPlan, grade: str) -> dict[str, Any]:
    return {
        "plan": plan,
        "title": plan_title(plan),
        "grade": grade_label(grade),
        "kind": pages.mark_of(grade),
    }

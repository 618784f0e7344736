"""Tags and filters every page may use: `{% load ui %}`. None of them queries."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django import template
from django.contrib.messages import constants as levels
from django.core.paginator import Page
from django.template.context import Context
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from ui import charts, parts, words
from ui.fields import error_lines as lines_of
from ui.parts import ErrorLine, Kpi, PageNumber, ShortRows

register = template.Library()

_SHAPES = {
    "good": '<path d="M4.6 10.6.8 6.8l1.7-1.7 2.1 2.1 5-5.2 1.7 1.6z"/>',
    "warn": '<path d="M6 .8 11.8 11H.2z"/>',
    "bad": '<path d="M3.6.5h4.8L11.5 3.6v4.8L8.4 11.5H3.6L.5 8.4V3.6z"/>',
    "info": '<circle cx="6" cy="6" r="5"/>',
    "none": '<rect x="1" y="5" width="10" height="2"/>',
}
_FILLS = {"accent": "#0f5467", "good": "#0f6b45"}
_SORT_SHAPES = {"ascending": "M5 1 9.5 8h-9z", "descending": "M5 11 .5 4h9z"}
EMPTY = mark_safe(
    '<span aria-hidden="true">–</span><span class="govuk-visually-hidden">none</span>'
)


# -- words ---------------------------------------------------------------------------------------


def _day(value: date | datetime) -> date:
    return timezone.localtime(value).date() if isinstance(value, datetime) else value


@register.filter
def human_date(value: date | datetime | None) -> str:
    """20 November 2026; moments are shown in London time; empty for none."""
    return words.long_date(_day(value)) if value else ""


@register.filter
def day_date(value: date | datetime | None) -> str:
    """Friday 20 November 2026."""
    return words.day_and_date(_day(value)) if value else ""


@register.filter
def short_date(value: date | datetime | None) -> str:
    """20 Nov 2026, for tables."""
    return words.short_date(_day(value)) if value else ""


@register.filter
def iso_day(value: str) -> str:
    """The day of a moment kept as text, such as in an agreed plan."""
    return words.long_date(datetime.fromisoformat(value).date())


@register.filter
def last_day(value: date | None) -> date | None:
    """The last day of a range that is kept as the first day it no longer holds."""
    return value - timedelta(days=1) if value else None


@register.filter
def human_time(value: datetime | None) -> str:
    """2pm, 3:30pm."""
    return words.time_of_day(timezone.localtime(value)) if value else ""


@register.filter
def human_moment(value: datetime | None) -> str:
    """18 November 2026, 7:42pm."""
    return f"{human_date(value)}, {human_time(value)}" if value else ""


@register.filter
def percent(value: Decimal | float | None) -> str:
    """0.913 as 91.3%; a dash for none."""
    return words.percent(value)


@register.filter
def money(pence: int | None) -> str:
    """48050 pence as £480.50; a dash for none."""
    return words.money(pence)


@register.filter
def possessive(name: str) -> str:
    """Amara’s."""
    return words.possessive(name)


@register.filter
def in_words(names: Sequence[str]) -> str:
    """Northmere, Thornley and Calderbeck."""
    return words.in_words(names)


@register.filter
def in_a_sentence(label: str) -> str:
    """Designated teacher as designated teacher, within a sentence; SEND officer as it is."""
    return words.in_a_sentence(label)


@register.filter
def or_dash(value: object) -> object:
    """The value, or a dash that is read out as "none"."""
    return EMPTY if value is None or value == "" else value


@register.simple_tag
def fact(row: Any) -> object:
    """The value of a summary row: an object with `value`, or the second of a pair."""
    return or_dash(row.value if hasattr(row, "value") else row[1])


@register.simple_tag
def short_rows(rows: Sequence[Sequence[Sequence[str]]]) -> ShortRows | None:
    """Rows of (label, value) cells as one table; None where cards of their own read better."""
    return parts.short_rows(rows)


# -- status, bars, figures -----------------------------------------------------------------------


@register.simple_tag
def status(kind: str, word: str, *, plain: bool = False, outline: bool = False) -> SafeString:
    """A status: word plus shape, colour third. Kinds: good, warn, bad, info, none."""
    kind = kind if kind in _SHAPES else "none"
    extra = (" vs-tag--plain" if plain else "") + (" vs-tag--outline" if outline else "")
    return format_html(
        '<strong class="vs-tag vs-tag--{}{}">'
        '<svg viewBox="0 0 12 12" aria-hidden="true" focusable="false">{}</svg>{}</strong>',
        kind,
        extra,
        mark_safe(_SHAPES[kind]),  # noqa: S308 -- our own shapes
        word,
    )


@register.simple_tag
def sparkline(values: Sequence[float | None]) -> SafeString:
    """A small trend line; decoration, hidden from readers."""
    return charts.sparkline(values)


@register.inclusion_tag("components/progress_bar.html")
def progress_bar(
    done: int, total: int, *, fill: str = "accent", goal: bool = False
) -> dict[str, Any]:
    """How much is done; say the same in words beside it."""
    share = min(1.0, max(0.0, done / total)) if total else 0.0
    return {
        "width": f"{400 * share:.1f}",
        "fill": _FILLS.get(fill, _FILLS["accent"]),
        "css": "vs-goal__bar" if goal else "vs-bar",
    }


@register.inclusion_tag("components/kpi.html")
def kpi(kpi: Kpi) -> dict[str, Any]:
    """One tile; put tiles in <ul class="vs-kpis"> under a heading "Key measures"."""
    return {"kpi": kpi}


@register.inclusion_tag("components/attendance_calendar.html")
def attendance_calendar(calendar: Any) -> dict[str, Any]:
    """A term of attendance with the code letter in each cell."""
    return {"calendar": calendar}


@register.simple_tag
def contextual_date(day: date | None, note: str = "", *, late: bool = False) -> SafeString:
    """A date in bold with words under it ("9 days late"); "Not set" without one."""
    shown = words.short_date(day) if day else "Not set"
    under = format_html("<span>{}</span>", note) if note else ""
    css = "vs-date vs-date--late" if late else "vs-date"
    return format_html('<span class="{}"><b>{}</b>{}</span>', css, shown, under)


# -- forms, messages -----------------------------------------------------------------------------


@register.simple_tag
def error_lines(form: Any) -> list[ErrorLine]:
    """What the error summary of a form (or formset) lists, each with the id of the exact input."""
    return lines_of(form)


@register.inclusion_tag("components/banner.html", takes_context=True)
def banner(context: Context, message: Any) -> dict[str, Any]:
    """A Django message as a banner; extra_tags "undo:/url/" adds an Undo button."""
    tags = (message.extra_tags or "").split()
    undo = next((tag.removeprefix("undo:") for tag in tags if tag.startswith("undo:")), "")
    is_error = message.level >= levels.ERROR
    is_done = message.level < levels.WARNING
    title = "There is a problem" if is_error else "Done" if is_done else "Important"
    return {
        "words": message.message,
        "title": title,
        "is_done": is_done,
        "is_error": is_error,
        "undo_url": undo if undo.startswith("/") and not undo.startswith("//") else "",
        "id": f"banner-{id(message)}",
        "csrf_token": context.get("csrf_token"),
    }


# -- lists ---------------------------------------------------------------------------------------


def _query(context: Context, **changes: str | None) -> str:
    """The page's own query string with these values changed; None removes one."""
    request = context.get("request")
    query = request.GET.copy() if request else None
    if query is None:
        return ""
    for name, value in changes.items():
        if value is None:
            query.pop(name, None)
        else:
            query[name] = value
    return f"?{query.urlencode()}" if query else "?"


@register.inclusion_tag("components/pagination.html", takes_context=True)
def pagination(context: Context, page: Page[Any], upto: object = None) -> dict[str, Any]:
    """Previous, the pages around this one, next; keeps the filters. Nothing for a single page.

    `upto` names the newest row of a list that grows at its top: the pages are then those of the
    list as it was, and nothing stands on two of them.
    """
    held = {"upto": str(upto)} if upto else {}
    numbers: list[PageNumber] = []
    if page.paginator.num_pages > 1:
        for number in page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1):
            is_gap = not isinstance(number, int)
            url = "" if is_gap else _query(context, page=str(number), **held)
            numbers.append(PageNumber(str(number), url, number == page.number))
    around = {
        "previous_url": _query(context, page=str(page.number - 1), **held),
        "next_url": _query(context, page=str(page.number + 1), **held),
    }
    return {"page": page, "numbers": numbers, **around}


@register.simple_tag(takes_context=True)
def sort_header(context: Context, key: str, label: str, *, numeric: bool = False) -> SafeString:
    """A table heading that sorts on the server by ?sort=key, then ?sort=-key."""
    request = context.get("request")
    current = request.GET.get("sort", context.get("sort", "")) if request else ""
    order = {key: "ascending", f"-{key}": "descending"}.get(current, "")
    url = _query(context, sort=f"-{key}" if order == "ascending" else key, page=None)
    shape = (
        format_html(
            ' <svg viewBox="0 0 10 12" aria-hidden="true" focusable="false">'
            '<path d="{}" fill="currentColor"/></svg>',
            _SORT_SHAPES[order],
        )
        if order
        else ""
    )
    return format_html(
        '<th scope="col"{}{}><a class="vs-sort" href="{}">{}{}</a></th>',
        mark_safe(' class="n"') if numeric else "",
        format_html(' aria-sort="{}"', order) if order else "",
        url,
        label,
        shape,
    )


@register.inclusion_tag("components/chosen_filters.html")
def chosen_filters(chosen: Iterable[Any], clear_url: str = "") -> dict[str, Any]:
    """The filters in use (ui.parts.ChosenFilter), each a link that removes itself."""
    return {"chosen": list(chosen), "clear_url": clear_url}


@register.simple_block_tag
def scroll_region(content: str, label: str) -> SafeString:
    """A wide table that may scroll sideways, named and focusable."""
    return format_html(
        '<div class="vs-scroll" tabindex="0" role="region" aria-label="{}">{}</div>', label, content
    )

"""Dates, times, shares and money as people read them (plain Python)."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
MILLION_PENCE = 100_000_000


def typed_number(text: str) -> int | None:
    """The number of a few plain digits; None for anything else, and for absurdly many digits."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else None


def month_number(text: str) -> int | None:
    """The month from a number or from its name, "oct" or "October"; None if it is neither."""
    number = typed_number(text)
    if number is not None:
        return number
    matches = [
        number
        for number, name in enumerate(MONTHS, start=1)
        if len(text) >= 3 and name.lower().startswith(text.lower())
    ]
    return matches[0] if len(matches) == 1 else None


def long_date(day: date) -> str:
    """20 November 2026."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def day_and_date(day: date) -> str:
    """Friday 20 November 2026."""
    return f"{DAYS[day.weekday()]} {long_date(day)}"


def short_date(day: date) -> str:
    """20 Nov 2026, for tables."""
    return f"{day.day} {MONTHS[day.month - 1][:3]} {day.year}"


def time_of_day(moment: datetime) -> str:
    """2pm, 3:30pm, midday, midnight. The moment is already in local time."""
    if moment.minute == 0 and moment.hour in {0, 12}:
        return "midday" if moment.hour else "midnight"
    minutes = f":{moment.minute:02d}" if moment.minute else ""
    return f"{moment.hour % 12 or 12}{minutes}{'am' if moment.hour < 12 else 'pm'}"


def percent(share: Decimal | float | None) -> str:
    """A share from 0 to 1 as a percentage with one place, rounded half up; a dash for none."""
    if share is None:
        return "–"
    value = (Decimal(str(share)) * 100).quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)
    return f"{value}%"


def money(pence: int | None) -> str:
    """£480, £480.50, £12,480 or, from a million pounds, £1.07m; a dash for none."""
    if pence is None:
        return "–"
    sign = "−" if pence < 0 else ""
    size = abs(pence)
    if size >= MILLION_PENCE:
        millions = (Decimal(size) / MILLION_PENCE).quantize(Decimal("0.01"), ROUND_HALF_UP)
        return f"{sign}£{millions}m"
    pounds, rest = divmod(size, 100)
    return f"{sign}£{pounds:,}.{rest:02d}" if rest else f"{sign}£{pounds:,}"


def in_words(names: Sequence[str]) -> str:
    """Northmere, Thornley and Calderbeck."""
    *first, last = names or [""]
    return f"{', '.join(first)} and {last}" if first else last


def in_a_sentence(label: str) -> str:
    """Begin a label with a small letter: designated teacher; SEND officer keeps its own."""
    return label if label[:2].isupper() else label[:1].lower() + label[1:]


def possessive(name: str) -> str:
    """Amara’s, James’s."""
    return f"{name}’s" if name else ""


def counted_length(text: str) -> int:
    """Characters as the browser counts them: a line break is one, most emoji are two."""
    return len(text.replace("\r\n", "\n").encode("utf-16-le", "surrogatepass")) // 2

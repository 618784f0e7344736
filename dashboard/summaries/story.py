"""The last things of a child's story, for the short list on the summary of a record."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import F, Window
from django.db.models.functions import RowNumber
from django.utils import timezone

from children.models import Child, Enrolment, SenStatus
from children.rights import Sight
from dashboard.summaries.record import Home
from pep.models import PlanMove
from pep.rules import Status

LATEST = 5
MOVES_OF_A_PLAN = 2  # one plan on its way would fill the list and hide all else

_PLAN_WORDS = {
    Status.NOT_STARTED: "made ready",
    Status.WITH_SCHOOL: "being written",
    Status.SENT_TO_CHECK: "sent to check",
    Status.BEING_CHECKED: "being checked",
    Status.SENT_BACK: "sent back",
    Status.AGREED: "agreed",
    Status.FINAL: "made final",
    Status.SUPERSEDED: "replaced by a new one",
}
_SEN_WORDS = {
    SenStatus.Code.NONE: "SEN support ended",
    SenStatus.Code.SUPPORT: "SEN support began",
    SenStatus.Code.PLAN: "EHC plan began",
}


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing that happened, in words, and its day."""

    words: str
    on: date


def latest(child: Child, *, on: date, sight: Sight, homes: Iterable[Home] = ()) -> list[Happening]:
    """The last five things: plans, schools, SEN statuses and the homes given. Three queries."""
    found = [*_plans(child), *_schools(child, on=on, sight=sight), *_sen(child, on=on)]
    found += [
        Happening(f"New home: {home.kind[:1].lower()}{home.kind[1:]}", home.started_on)
        for home in homes
    ]
    return sorted(found, key=lambda item: item.on, reverse=True)[:LATEST]


def _plans(child: Child) -> list[Happening]:
    """The last moves of plans, no more than two of the same."""
    newest_first = (F("made_at").desc(), F("pk").desc())
    moves = (
        PlanMove.objects.filter(child=child)
        .annotate(place=Window(RowNumber(), partition_by="plan", order_by=newest_first))
        .filter(place__lte=MOVES_OF_A_PLAN)
        .select_related("plan__term")
        .order_by(*newest_first)[:LATEST]
    )
    return [
        Happening(
            f"{move.plan.term.title} PEP {_PLAN_WORDS[Status(move.after)]}",
            timezone.localtime(move.made_at).date(),
        )
        for move in moves
    ]


def _schools(child: Child, *, on: date, sight: Sight) -> list[Happening]:
    rows = (
        Enrolment.objects.filter(child=child, started_on__lte=on)
        .select_related("school")
        .order_by("-started_on", "-pk")[:LATEST]
    )
    return [
        Happening(
            f"Joined {row.school.name if sight.names_school(row.school_id) else 'a school'}",
            row.started_on,
        )
        for row in rows
    ]


def _sen(child: Child, *, on: date) -> list[Happening]:
    """When support began, changed or ended; a first status of no need is no event."""
    rows = list(SenStatus.objects.filter(child=child, started_on__lte=on).order_by("started_on"))
    if rows and rows[0].code == SenStatus.Code.NONE:
        del rows[0]
    return [Happening(_SEN_WORDS[SenStatus.Code(row.code)], row.started_on) for row in rows]

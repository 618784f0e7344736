"""The frame around every page of a child's record: opened, written down, then shown."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone

from accounts.permissions import Permission
from accounts.requests import SignedInRequest
from children.actions import record_opening, stop_if_restricted
from children.models import Child
from children.rights import Fact, Sight, sight_of
from children.summaries import identity_facts
from dashboard.summaries import record
from ui.identity import RecordGroup, RecordLink, RecordMenu
from ui.words import possessive


@dataclass(frozen=True, slots=True)
class Opened:
    """A record a person has just opened: the child, what may be shown, and the frame."""

    child: Child
    sight: Sight
    on: date
    context: dict[str, Any]

    def shows(self, fact: Fact) -> bool:
        return self.sight.shows(fact)


def open_record(request: SignedInRequest, pk: UUID, page: str) -> Opened:
    """Find a child this person may see, record the opening, and build the frame around a page.

    Raises Http404 for a child who is not theirs. Five queries.
    """
    on = timezone.localdate()
    child = get_object_or_404(record.record_of(request.user, on=on), pk=pk)
    stop_if_restricted(child=child, by=request.user)
    record_opening(child=child, by=request.user, page=page, at=timezone.now())
    confidential = getattr(child, "is_confidential", True)
    sight = sight_of(request.user.seat, is_confidential=confidential)
    context = {
        "child": child,
        "called": child.called,
        "possessive": possessive(child.called),
        "identity": identity_facts(child, request.user, on=on, sight=sight),
        "record_menu": _menu(request, child, sight.facts, page),
        "on": on,
        "shows": {fact.name.lower(): True for fact in sight.facts},
    }
    return Opened(child, sight, on, context)


_PAGES = (
    ("", (("summary", "Summary", "child", None),)),
    (
        "Learning",
        (
            ("school history", "School history", "child_school", Fact.EDUCATION),
            ("attendance", "Attendance", "child_attendance", Fact.ATTENDANCE),
        ),
    ),
    (
        "Plans",
        (
            ("PEPs", "PEPs", "child_peps", Fact.PLANS),
            ("targets", "Targets", "child_targets", Fact.PLANS),
        ),
    ),
    (
        "Care",
        (
            ("placements", "Placements", "child_placements", Fact.PLACEMENT),
            ("people", "People", "child_people", Fact.PEOPLE),
        ),
    ),
)


def _menu(request: SignedInRequest, child: Child, facts: frozenset[Fact], page: str) -> RecordMenu:
    counts = {
        "PEPs": getattr(child, "plan_count", None),
        "people": getattr(child, "people_count", None),
    }
    groups = [
        RecordGroup(
            title,
            [
                RecordLink(
                    label,
                    reverse(f"dashboard:{name}", args=[child.pk]),
                    counts.get(key),
                    is_current=key == page,
                )
                for key, label, name, fact in pages
                if fact is None or fact in facts
            ],
        )
        for title, pages in _PAGES
    ]
    about = []
    if request.user.may(Permission.GIVE_INSTRUCTIONS):
        about.append(RecordLink("Protection", reverse("children:protection", args=[child.pk])))
    if request.user.may(Permission.SEE_WHO_LOOKED):
        url = reverse("dashboard:child_access", args=[child.pk])
        about.append(RecordLink("Who has looked", url, is_current=page == "who has looked"))
    groups.append(RecordGroup("Record", about))
    return RecordMenu(f"{possessive(child.called)} record", [g for g in groups if g.links])

"""A child's targets over the terms."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.permissions import Permission
from accounts.requests import SignedInRequest, require_permission
from children.rights import Fact
from dashboard.views.frame import open_record
from dashboard.views.listing import plan_url
from progress.codes import Outcome
from progress.models import Target
from progress.rules import TargetsMet
from progress.summaries import ChildTargets, targets_of
from ui.parts import Status

_MARKS: dict[str, Status] = {
    Outcome.MET: "good",
    Outcome.PARTLY: "warn",
    Outcome.NOT_MET: "info",
    Outcome.NOT_RELEVANT: "none",
}


@require_safe
@require_permission(Permission.SEE_CHILDREN)
def child_targets(request: SignedInRequest, pk: UUID) -> HttpResponse:
    opened = open_record(request, pk, "targets")
    found = ChildTargets([], TargetsMet(0, 0, 0))
    if opened.shows(Fact.PLANS):
        found = targets_of(opened.child, request.user)
    terms = [
        {
            "title": term.term,
            "url": plan_url(term.plan_id),
            "counted": _counted(term.met),
            "rows": [_row(target) for target in term.targets],
        }
        for term in found.terms
    ]
    context = opened.context | {"terms": terms, "met": found.met}
    return render(request, "dashboard/child_targets.html", context)


def _row(target: Target) -> dict[str, object]:
    return {
        "text": target.text,
        "area": target.area_name,
        "baseline": target.baseline,
        "goal": target.goal,
        "help": target.intervention.name if target.intervention else "",
        "is_carried_on": target.predecessor_id is not None,
        "mark": _MARKS.get(target.outcome, "none"),
        "word": target.get_outcome_display() or "Not reviewed yet",
        "evidence": target.evidence,
    }


def _counted(met: TargetsMet) -> str:
    """2 of 3 met; of targets reviewed and still relevant."""
    return f"{met.met} of {met.relevant} met" if met.relevant else "Not reviewed yet"

"""Check a plan beside its rubric, decide, and go on to the next; and what a check found."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.permissions import Permission
from accounts.requests import SignedInRequest, require_permission
from children.opening import lists_children
from children.rights import Fact
from pep import actions as plan_actions
from pep import pages as plan_pages
from pep import reading, rights
from pep.models import PersonalEducationPlan
from pep.rules import Missing
from pep.views.opening import opened, plan_of
from quality import actions, pages
from quality.forms import CheckForm, own_words, seen_in
from quality.models import BankComment, QualityCheck
from quality.views import autosaving
from words.requests import keeps_words, put_back

A_CHECK = "the check of a PEP"
_MOVED_ON = "This PEP has moved on meanwhile. Look at it again."
_STILL_BLIND = (
    "You are to mark this PEP a second time, without knowing the first grades. Give that mark "
    "before you check it; you find it in “Next to check”."
)


@require_safe
@require_permission(Permission.CHECK_PEP)
@lists_children
def queue(request: SignedInRequest) -> HttpResponse:
    """The next plan to check, oldest sent first."""
    waiting = pages.queue(request.user)
    context = {
        "next": waiting.with_home(on=timezone.localdate()).first(),
        "count": waiting.count(),
        "begun": list(pages.being_checked_by(request.user)),
        "second_marks": list(pages.marks_waiting(request.user)),
        "back_url": f"{reverse('pep:list')}?show=to-check",
        "back_label": "PEPs",
    }
    return render(request, "quality/queue.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@require_permission(Permission.CHECK_PEP)
def check(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Start checking a sent plan (POST); read the whole of it and grade it (GET)."""
    plan = plan_of(request, pk)
    if request.method == "POST":
        try:
            actions.start(plan_id=plan.pk, by=request.user, at=timezone.now())
        except actions.MoveRefused as refusal:
            return _refused(request, plan, refusal)
        return redirect("quality:check", pk=plan.pk)
    if plan.status != PersonalEducationPlan.Status.BEING_CHECKED:
        return redirect("pep:plan", pk=plan.pk)
    try:
        found = actions.round_of(plan, by=request.user)
    except actions.StillBlind as refusal:
        return _refused(request, plan, refusal)
    held = put_back(request)
    form = pages.check_form(found, request.user, data=held)
    seen = held.get("seen", "") if held is not None else form.marks()
    return _show(request, found, form, seen=seen, is_put_back=held is not None)


def _why(refusal: Exception) -> str:
    return _STILL_BLIND if isinstance(refusal, actions.StillBlind) else _MOVED_ON


def _refused(
    request: SignedInRequest, plan: PersonalEducationPlan, refusal: actions.MoveRefused
) -> HttpResponse:
    messages.warning(request, _why(refusal))
    return redirect("pep:plan", pk=plan.pk)


def _show(
    request: SignedInRequest,
    found: QualityCheck,
    form: CheckForm,
    *,
    seen: str,
    status: int = 200,
    refused: list[Missing] | None = None,
    is_put_back: bool = False,
) -> HttpResponse:
    plan = found.plan
    context = opened(request, plan, "pep/check")
    missing = plan_actions.missing_for_agreement(plan, by=request.user)
    context |= {
        "form": form,
        "seen": seen,
        "check": found,
        "result": pages.result_of(found),
        "content": reading.whole_plan(plan, request.user),
        "missing": missing,
        "asked_since": plan_pages.asked_since_sent(plan, rights.reader(request.user, plan)),
        "queries": plan_pages.open_queries(plan, request.user),
        "refused": refused or [],
        "page_has_errors": bool(refused) or bool(form.errors),
        "is_put_back": is_put_back,
    }
    return render(request, "quality/check.html", context, status=status)


def _save(request: SignedInRequest, plan: PersonalEducationPlan) -> tuple[CheckForm, actions.Saved]:
    """Save what the form changed, as far as it can be read. Raises MoveRefused."""
    found = actions.round_of(plan, by=request.user)
    form = pages.check_form(found, request.user, data=request.POST, for_page=False)
    saved = actions.save(
        plan_id=plan.pk,
        values=form.words(),
        seen=seen_in(request.POST.get("seen")),
        by=request.user,
        at=timezone.now(),
    )
    saved.check.plan, plan.quality = plan, saved.check.overall
    return form, saved


def _show_conflicts(
    request: SignedInRequest, plan: PersonalEducationPlan, saved: actions.Saved
) -> HttpResponse:
    """Both wordings: theirs above, one's own still in the fields; saving again writes over."""
    form = pages.check_form(saved.check, request.user, data=request.POST, conflicts=saved.conflicts)
    return _show(request, saved.check, form, seen=form.marks(), status=422)


@require_POST
@keeps_words(A_CHECK, page="quality:check", own=own_words)
@require_permission(Permission.CHECK_PEP)
def save(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Save the page with a button; with a comment of the bank, put that below what is written."""
    plan = plan_of(request, pk)
    try:
        form, saved = _save(request, plan)
    except actions.MoveRefused as refusal:
        return _refused(request, plan, refusal)
    if form.errors or saved.conflicts:
        return _show_conflicts(request, plan, saved)
    address = reverse("quality:check", args=[plan.pk])
    if "send_back" in request.POST:
        return redirect("pep:send_back", pk=plan.pk)
    if area := _insert(request, plan, saved):
        return redirect(f"{address}#area-{area}")
    messages.success(request, "The check is saved.")
    return redirect(address)


def _insert(request: SignedInRequest, plan: PersonalEducationPlan, saved: actions.Saved) -> str:
    """Put a comment of the bank below what is written for an area; answer which area."""
    area, _, comment_id = request.POST.get("insert", "").partition(":")
    held = pages.held_words(saved.check)
    known = saved.check.rubric.areas.filter(key=area).exists()
    try:
        one = BankComment.objects.filter(pk=UUID(comment_id), is_offered=True).first()
    except ValueError:
        return ""
    if one is None or not known or one.authority_id not in {None, plan.authority_id}:
        return ""
    now = held.get(area, actions.Words())
    if one.words not in now.comment:
        words = f"{now.comment}\n{one.words}" if now.comment else one.words
        actions.save(
            plan_id=plan.pk,
            values={area: actions.Words(now.grade, words)},
            seen={area: now.mark},
            by=request.user,
            at=timezone.now(),
        )
    return area


@require_POST
@keeps_words(A_CHECK, page="quality:check", own=own_words)
@require_permission(Permission.CHECK_PEP)
def autosave(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Save while a person grades; answers the save-state box and what the next save begins from."""
    plan = plan_of(request, pk)
    return autosaving.answered(request, lambda: _save(request, plan), why_not=_why)


@require_POST
@keeps_words(A_CHECK, page="quality:check", own=own_words)
@require_permission(Permission.AGREE_PEP)
def agree(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Save the page, agree the plan with its grade, and go on to the next."""
    plan = plan_of(request, pk)
    if plan.is_agreed:  # pressed twice
        return redirect("quality:queue")
    try:
        form, saved = _save(request, plan)
        if form.errors or saved.conflicts:
            return _show_conflicts(request, plan, saved)
        plan_actions.agree(plan_id=plan.pk, by=request.user, at=timezone.now())
    except plan_actions.NotReady as error:
        form = pages.check_form(saved.check, request.user)
        return _show(
            request, saved.check, form, seen=form.marks(), status=422, refused=error.missing
        )
    except actions.MoveRefused as refusal:
        return _refused(request, plan, refusal)
    messages.success(request, "PEP agreed. Its PDF will appear with it shortly.")
    return redirect("quality:queue")


@require_safe
@require_permission(Permission.SEE_PEPS)
def result(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """What the last finished check found, for those who read grades (access matrix)."""
    plan = plan_of(request, pk)
    sight = rights.sight(request.user, plan, on=timezone.localdate())
    if not sight.shows(Fact.QUALITY) or plan.grade_hidden_from_id == request.user.pk:
        raise PermissionDenied
    found = pages.last_finished(plan)
    context = opened(request, plan, "pep/quality")
    context["result"] = pages.result_of(found) if found else None
    context["title"] = plan_pages.plan_title(plan)
    return render(request, "quality/result.html", context)

"""Pages of PEPs: the list, one plan, its sections, and what moves it on."""

import json
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.permissions import Permission, require_permission
from accounts.requests import SignedInRequest
from accounts.roles import FAMILY_ROLES
from children.actions import record_opening
from children.models import Child
from children.summaries import identity_facts
from pep import actions, content, form_content, listing, pages, presence, reading, rights, rules
from pep.form_content import SectionContent, named
from pep.forms import ReasonForm, ReopenForm, SectionForm
from pep.models import KeptText, PersonalEducationPlan
from ui.words import possessive

# Four joins more, for names that few states show, cost the planner 20 ms a page
_WITH = ("child", "term", "school")


def _plan(request: SignedInRequest, pk: UUID) -> PersonalEducationPlan:
    plans = PersonalEducationPlan.objects.visible_to(request.user).select_related(*_WITH)
    found: PersonalEducationPlan = get_object_or_404(plans, pk=pk)
    return found


def _section(plan: PersonalEducationPlan, slug: str) -> SectionContent:
    section = form_content.of_version(plan.form_version_id).section(slug)
    if section is None:
        raise Http404
    return section


def _opened(request: SignedInRequest, plan: PersonalEducationPlan, page: str) -> dict[str, Any]:
    """Record that the record was opened, and answer what every page of a plan shows."""
    record_opening(child=plan.child, by=request.user, page=page, at=timezone.now())
    return {
        "plan": plan,
        "child": plan.child,
        "title": pages.plan_title(plan),
        "identity": identity_facts(plan.child, request.user),
        "back_url": reverse("pep:plan", args=[plan.pk]),
        "back_label": pages.plan_title(plan),
    }


def _back_from_plan(
    request: SignedInRequest, plan: PersonalEducationPlan, record_url: str
) -> dict[str, str]:
    """Where a reader comes from: the child's record, or a family's own first page."""
    if record_url:
        return {"back_url": record_url, "back_label": f"{possessive(plan.child.called)} record"}
    if request.user.seat is not None and request.user.seat.role in FAMILY_ROLES:
        return {"back_url": "/", "back_label": "Home"}
    return {"back_url": reverse("pep:list"), "back_label": "PEPs"}


@require_permission(Permission.SEE_PEPS)
def plans(request: SignedInRequest) -> HttpResponse:
    """PEPs that are due, late, with school or to check."""
    page = listing.plan_list(request.user, request.GET, on=timezone.localdate())
    return render(request, "pep/list.html", {"page": page})


@require_http_methods(["GET", "HEAD", "POST"])
@require_permission(Permission.WRITE_PEP)
def start(request: SignedInRequest, child_pk: UUID) -> HttpResponse:
    """Begin this term's plan of a child (POST), after saying what that does (GET)."""
    if request.user.seat is None or rights.moves_plans(request.user) is None:
        raise PermissionDenied
    child = get_object_or_404(Child.objects.visible_to(request.user), pk=child_pk)
    if request.method != "POST":
        record_opening(child=child, by=request.user, page="pep/start", at=timezone.now())
        identity = identity_facts(child, request.user)
        return render(request, "pep/start.html", {"child": child, "identity": identity})
    try:
        plan = actions.start_plan(child_id=child.pk, by=request.user, at=timezone.now())
    except actions.NoTerm:
        words = "This PEP cannot be started: no term has been set for today."
    except actions.NoPlanOwed:
        words = "This child has no PEP: not looked after today, in short breaks, or on remand only."
    except actions.NoFormForPhase:
        words = "This PEP cannot be started: there is no form for this age."
    else:
        return redirect("pep:plan", pk=plan.pk)
    messages.error(request, words)
    return redirect("pep:list")


@require_permission(Permission.SEE_PEPS)
def plan(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """The task list of one plan."""
    plan = _plan(request, pk)
    context = _opened(request, plan, "pep")
    context["page"] = pages.plan_page(plan, request.user)
    context |= _back_from_plan(request, plan, context["identity"].record_url)
    return render(request, "pep/plan.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@require_permission(Permission.SEE_PEPS)
def section(request: SignedInRequest, pk: UUID, slug: str) -> HttpResponse:
    """Write, or read, one section."""
    plan = _plan(request, pk)
    section = _section(plan, slug)
    reader = pages.reader_of(plan, request.user)
    if not reader.may_read(owner=section.owner, slug=slug):
        raise PermissionDenied
    if request.method == "POST":
        return _save_section(request, plan, section, reader)
    presence.enter(plan_id=plan.pk, slug=slug, person=request.user)
    return _show_section(request, plan, section, reader)


def _show_section(
    request: SignedInRequest,
    plan: PersonalEducationPlan,
    section: SectionContent,
    reader: rights.Reader,
    *,
    form: Any = None,
    base: dict[str, Any] | None = None,
) -> HttpResponse:
    context = _opened(request, plan, f"pep/{section.slug}")
    page = pages.section_page(plan, section, request.user, reader=reader)
    if not page.may_write:
        context["shown"] = content.section_content(plan, section, on=timezone.localdate())
    elif form is None:
        extra_row = request.GET.get("add", "")
        form = pages.section_form(plan, section, request.user, extra_row=extra_row)
        base = {"version": page.state.version, "marks": form.marks()}
    context |= {"form": form, "page": page} | (base or {})
    status = 422 if form is not None and form.errors else 200
    return render(request, "pep/section.html", context, status=status)


def _save_section(
    request: SignedInRequest,
    plan: PersonalEducationPlan,
    section: SectionContent,
    reader: rights.Reader,
) -> HttpResponse:
    """Save the whole form with a button: mark as complete, come back later, or add a row."""
    form, saved, base = _save(request, plan, section, with_facts=True)
    if saved.kept is not None:
        return redirect("pep:conflict", pk=plan.pk, slug=section.slug)
    done = "done" in request.POST
    if done and not form.errors:
        try:
            if not form.rows_to_finish():
                actions.mark_complete(
                    plan_id=plan.pk, slug=section.slug, by=request.user, at=timezone.now()
                )
        except actions.NotComplete as error:
            form.ask_for(error.lacking)
    if form.errors:
        return _show_section(request, plan, section, reader, form=form, base=base)
    if row := request.POST.get("add"):
        address = reverse("pep:section", args=[plan.pk, section.slug])
        known = section.question(row) is not None
        return redirect(f"{address}?add={row}#{row}-rows" if known else address)
    title = named(section.title, plan.child.called)
    messages.success(request, f"{title} is complete." if done else f"{title} is saved.")
    return redirect("pep:plan", pk=plan.pk)


def _save(
    request: SignedInRequest,
    plan: PersonalEducationPlan,
    section: SectionContent,
    *,
    with_facts: bool = False,
) -> tuple[SectionForm, actions.Saved, dict[str, Any]]:
    """Save what the form changed since the page was made, as far as it can be read.

    Answers also what the next save begins from. While the page shows answers that others have
    changed since, that stays what it was: writing over them must still be seen as a conflict.
    """
    form = pages.section_form(plan, section, request.user, data=request.POST, with_facts=with_facts)
    marks, version = _marks(request.POST.get("marks")), _version(request.POST.get("version"))
    saved = actions.save_section(
        plan_id=plan.pk,
        slug=section.slug,
        values=form.changed_answers(marks),
        base_version=version,
        by=request.user,
        at=timezone.now(),
    )
    next_version = version if saved.merged_with_others else saved.version
    return form, saved, {"version": next_version, "marks": form.marks_as_sent(marks)}


@require_POST
@require_permission(Permission.WRITE_PEP)
def autosave(request: SignedInRequest, pk: UUID, slug: str) -> HttpResponse:
    """Save while a person writes; answers the save-state box and what the next save begins from."""
    plan = _plan(request, pk)
    section = _section(plan, slug)
    form, saved, base = _save(request, plan, section)
    box: dict[str, Any] = {"url": reverse("pep:conflict", args=[plan.pk, slug])}
    if saved.kept is not None:
        box |= {"state": "conflict", "words": _kept_words(saved), "detail": "Nothing is lost."}
        return render(request, "pep/autosaved.html", box, status=409)
    box = dict(base)
    if form.errors:
        line = next(iter(form.errors.values()))[0]
        box |= {"state": "invalid", "words": "Not all saved", "detail": line}
        return render(request, "pep/autosaved.html", box, status=422)
    first = "With what others wrote. " if saved.merged_with_others else ""
    detail = pages.saved_words(saved.at, first=first)
    box |= {"state": "saved", "words": "All changes saved", "detail": detail}
    return render(request, "pep/autosaved.html", box)


def _kept_words(saved: actions.Saved) -> str:
    if saved.is_locked:
        return "This PEP can no longer be changed. We kept what you wrote"
    return "Someone else changed the same answer"


@require_POST
@require_permission(Permission.WRITE_PEP)
def presence_beat(request: SignedInRequest, pk: UUID, slug: str) -> HttpResponse:
    """Say that this section is open here; answers who else is in it."""
    plan = _plan(request, pk)
    section = _section(plan, slug)
    if not pages.reader_of(plan, request.user).may_read(owner=section.owner, slug=slug):
        return HttpResponse()
    presence.enter(plan_id=plan.pk, slug=slug, person=request.user)
    others = presence.others(plan_id=plan.pk, person=request.user)
    here = [someone for someone in others if someone.slug == slug]
    return render(request, "pep/here.html", {"here": here})


@require_http_methods(["GET", "HEAD", "POST"])
@require_permission(Permission.WRITE_PEP)
def conflict(request: SignedInRequest, pk: UUID, slug: str) -> HttpResponse:
    """Two people changed the same answer, or the plan was locked: nothing is lost."""
    plan = _plan(request, pk)
    section = _section(plan, slug)
    kept = KeptText.objects.filter(
        plan=plan, section=slug, person=request.user, settled_at__isnull=True
    ).first()
    if kept is None:
        return redirect("pep:section", pk=plan.pk, slug=slug)
    reader = pages.reader_of(plan, request.user)
    may_write = reader.may_write(owner=section.owner, slug=slug, status=plan.status)
    if request.method == "POST" and may_write:
        chosen = reading.chosen_words(plan, section, kept, request.POST)
        saved = actions.settle_kept_text(
            kept_id=kept.pk,
            values=chosen,
            seen_version=_version(request.POST.get("version")),
            by=request.user,
            at=timezone.now(),
        )
        if saved.kept is None:
            messages.success(request, "Your choices are saved. Read them through once more.")
            return redirect("pep:section", pk=plan.pk, slug=slug)
    context = _opened(request, plan, f"pep/{slug}/conflict")
    context |= reading.conflict_page(plan, section, kept, may_write=may_write)
    return render(request, "pep/conflict.html", context)


@require_permission(Permission.SEE_PEPS)
def history(request: SignedInRequest, pk: UUID, slug: str) -> HttpResponse:
    """Who wrote what in a section, newest first."""
    plan = _plan(request, pk)
    section = _section(plan, slug)
    if not pages.reader_of(plan, request.user).may_read(owner=section.owner, slug=slug):
        raise PermissionDenied
    context = _opened(request, plan, f"pep/{slug}/history")
    context |= {
        "section_title": named(section.title, plan.child.called),
        "back_url": reverse("pep:section", args=[plan.pk, slug]),
        "back_label": named(section.title, plan.child.called),
        "steps": reading.history(plan, section, request.GET.get("page")),
    }
    return render(request, "pep/history.html", context)


# -- moving a plan on -----------------------------------------------------------------------------

_FAULTS = {
    rules.MoveFault.NOT_A_MOVE: "This PEP has moved on meanwhile. Look at it again.",
    rules.MoveFault.NOT_THEIRS: "You cannot do this with a PEP in this state.",
    rules.MoveFault.NEEDS_REASON: "Enter what needs to change",
}


@require_http_methods(["GET", "HEAD", "POST"])
@require_permission(Permission.SEND_PEP)
def send(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Send a complete plan to the virtual school, after saying who will see it."""
    plan = _plan(request, pk)
    page = pages.plan_page(plan, request.user)
    if not page.may["send"] or request.method != "POST":
        context = _opened(request, plan, "pep/send") | {"page": page}
        if not page.may["send"]:
            return redirect("pep:plan", pk=plan.pk)
        return render(request, "pep/send.html", context)
    try:
        actions.send(plan_id=plan.pk, by=request.user, at=timezone.now())
    except actions.NotReady:
        context = _opened(request, plan, "pep/send") | {"page": page, "page_has_errors": True}
        return render(request, "pep/send.html", context, status=422)
    messages.success(request, "This PEP has been sent to the virtual school.")
    return redirect("pep:plan", pk=plan.pk)


@require_POST
@require_permission(Permission.SEND_PEP)
def take_back(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Take back a sent plan until somebody begins to check it."""
    plan = _plan(request, pk)
    try:
        actions.take_back(plan_id=plan.pk, by=request.user, at=timezone.now())
    except actions.MoveRefused:
        messages.warning(request, "The virtual school has started checking this PEP.")
    else:
        messages.success(request, "You have taken this PEP back. You can change it now.")
    return redirect("pep:plan", pk=plan.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@require_permission(Permission.CHECK_PEP)
def check(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Start checking a sent plan (POST); read the whole of it and decide (GET)."""
    plan = _plan(request, pk)
    if request.method == "POST":
        try:
            actions.start_checking(plan_id=plan.pk, by=request.user, at=timezone.now())
        except actions.MoveRefused as error:
            messages.warning(request, _FAULTS[error.fault])
            return redirect("pep:plan", pk=plan.pk)
        return redirect("pep:check", pk=plan.pk)
    if plan.status != PersonalEducationPlan.Status.BEING_CHECKED:
        return redirect("pep:plan", pk=plan.pk)
    return _show_check(request, plan, ReasonForm())


def _show_check(
    request: SignedInRequest,
    plan: PersonalEducationPlan,
    form: ReasonForm,
    *,
    status: int = 200,
    missing: list[rules.Missing] | None = None,
) -> HttpResponse:
    context = _opened(request, plan, "pep/check")
    context |= {
        "form": form,
        "missing": actions.missing_for_agreement(plan, by=request.user),
        "refused": missing or [],
        "content": reading.whole_plan(plan, request.user),
        "page_has_errors": bool(missing),
    }
    return render(request, "pep/check.html", context, status=status)


@require_POST
@require_permission(Permission.AGREE_PEP)
def agree(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Agree a plan that is being checked."""
    plan = _plan(request, pk)
    try:
        actions.agree(plan_id=plan.pk, by=request.user, at=timezone.now())
    except actions.NotReady as error:
        return _show_check(request, plan, ReasonForm(), status=422, missing=error.missing)
    except actions.MoveRefused as error:
        messages.warning(request, _FAULTS[error.fault])
        return redirect("pep:plan", pk=plan.pk)
    messages.success(request, "PEP agreed. Its PDF will appear here shortly.")
    return redirect("pep:plan", pk=plan.pk)


@require_POST
@require_permission(Permission.CHECK_PEP)
def send_back(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Send a plan back with what needs to change."""
    plan = _plan(request, pk)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _show_check(request, plan, form, status=422)
    reason = form.cleaned_data["reason"]
    try:
        actions.send_back(plan_id=plan.pk, reason=reason, by=request.user, at=timezone.now())
    except actions.MoveRefused as error:
        messages.warning(request, _FAULTS[error.fault])
    else:
        messages.success(request, "This PEP has been sent back with what needs to change.")
    return redirect("pep:plan", pk=plan.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@require_permission(Permission.AGREE_PEP)
def reopen(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Open an agreed plan again as a new version, with a reason."""
    plan = _plan(request, pk)
    if not plan.is_agreed:
        return redirect("pep:plan", pk=plan.pk)
    form = ReopenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        actions.reopen(plan_id=plan.pk, reason=reason, by=request.user, at=timezone.now())
        messages.success(request, "This PEP is open again as a new version.")
        return redirect("pep:plan", pk=plan.pk)
    context = _opened(request, plan, "pep/reopen") | {"form": form}
    return render(request, "pep/reopen.html", context, status=422 if form.errors else 200)


# -- the whole plan -------------------------------------------------------------------------------


@require_permission(Permission.SEE_PEPS)
def read(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """The whole plan on one page: the agreed version as it was kept, else the words so far."""
    plan = _plan(request, pk)
    context = _opened(request, plan, "pep/read")
    version = reading.latest_version(plan)
    context["version"] = version if plan.is_agreed else None
    context["content"] = (
        reading.agreed_content(plan, version, request.user)
        if version is not None and plan.is_agreed
        else reading.whole_plan(plan, request.user)
    )
    return render(request, "pep/read.html", context)


@require_permission(Permission.SEE_PEPS)
def pdf(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """The PDF of the latest agreed version, for those who may read every part of it."""
    plan = _plan(request, pk)
    if not pages.reader_of(plan, request.user).reads_whole_plan:
        raise PermissionDenied
    file = reading.latest_paper(plan)
    if file is None:
        context = _opened(request, plan, "pep/pdf")
        context["version"] = reading.latest_version(plan)
        return render(request, "pep/no_pdf.html", context, status=404)
    record_opening(child=plan.child, by=request.user, page="pep/pdf", at=timezone.now())
    # Read inside the request's transaction: nothing is fetched while the answer goes out
    with file.content.open("rb") as paper:
        response = HttpResponse(paper.read(), content_type=file.content_type)
    response["Content-Disposition"] = f'attachment; filename="{file.download_name}"'
    return response


def _version(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 9 else 0


def _marks(text: str | None) -> dict[str, str]:
    try:
        marks = json.loads(text or "{}")
    except ValueError:
        return {}
    return marks if isinstance(marks, dict) else {}

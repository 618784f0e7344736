"""Queries and comments beside answers: write one, read and reply, call it sorted."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.permissions import Permission
from accounts.requests import SignedInRequest, require_permission
from pep import actions, pages, rules
from pep.form_content import SectionContent, named
from pep.forms import AskForm, ReplyForm
from pep.models import PersonalEducationPlan
from pep.views.opening import opened, plan_of, section_of
from words.requests import keeps_words, typed


@require_http_methods(["GET", "HEAD", "POST"])
@keeps_words("a query or comment in a PEP")
@require_permission(Permission.WRITE_PEP)
def ask(request: SignedInRequest, pk: UUID, slug: str) -> HttpResponse:
    """Pin a query or a comment to an answer of a section."""
    plan = plan_of(request, pk)
    section = section_of(plan, slug)
    reader = pages.reader_of(plan, request.user)
    if not reader.may_note(owner=section.owner, slug=slug, key="", status=plan.status):
        raise PermissionDenied
    section = section.shown_to(reader.reads)
    form = AskForm(
        typed(request),
        answers=pages.answers_to_ask_about(section, plan.child.called),
        asks=reader.who is rules.Who.VIRTUAL_SCHOOL,
        initial={"about": request.GET.get("key", "")},
    )
    if request.method == "POST" and form.is_valid():
        return _asked(request, plan, section, form)
    context = opened(request, plan, f"pep/{slug}/ask") | _back(plan, section) | {"form": form}
    return render(request, "pep/ask.html", context, status=422 if form.errors else 200)


def _asked(
    request: SignedInRequest, plan: PersonalEducationPlan, section: SectionContent, form: AskForm
) -> HttpResponse:
    said = form.cleaned_data
    actions.ask(
        plan_id=plan.pk,
        section=section.slug,
        key=said["about"],
        words=said["words"],
        is_query=form.is_query(),
        by=request.user,
        at=timezone.now(),
    )
    messages.success(request, "Query sent." if form.is_query() else "Comment added.")
    return redirect("pep:section", pk=plan.pk, slug=section.slug)


def _back(plan: PersonalEducationPlan, section: SectionContent) -> dict[str, str]:
    title = named(section.title, plan.child.called)
    url = reverse("pep:section", args=[plan.pk, section.slug])
    return {"section_title": title, "back_url": url, "back_label": title}


@require_http_methods(["GET", "HEAD", "POST"])
@keeps_words("a reply in a PEP")
@require_permission(Permission.SEE_PEPS)
def note(request: SignedInRequest, pk: UUID, note_pk: UUID) -> HttpResponse:
    """One query or comment with its replies, and a place for one more."""
    plan = plan_of(request, pk)
    thread = _thread(request, plan, note_pk)
    form = ReplyForm(typed(request)) if thread.may_reply else None
    if request.method == "POST":
        if form is None:
            raise PermissionDenied
        if form.is_valid():
            words = form.cleaned_data["words"]
            actions.reply(note_id=note_pk, words=words, by=request.user, at=timezone.now())
            messages.success(request, "Your reply is sent.")
            return redirect("pep:section", pk=plan.pk, slug=thread.slug)
    context = opened(request, plan, f"pep/{thread.slug}/note")
    context |= _back(plan, section_of(plan, thread.slug)) | {"thread": thread, "form": form}
    status = 422 if form is not None and form.errors else 200
    return render(request, "pep/note.html", context, status=status)


def _thread(request: SignedInRequest, plan: PersonalEducationPlan, note_pk: UUID) -> pages.Thread:
    """The thread as this person may read it; to all others it is not there."""
    reader = pages.reader_of(plan, request.user)
    found = pages.threads(plan, request.user, reader, note_id=note_pk)
    if not found:
        raise Http404
    return found[0]


@require_POST
@require_permission(Permission.WRITE_PEP)
def mark_sorted(request: SignedInRequest, pk: UUID, note_pk: UUID) -> HttpResponse:
    """Call a query or comment sorted; the banner undoes it."""
    plan = plan_of(request, pk)
    thread = _thread(request, plan, note_pk)
    actions.mark_sorted(note_id=note_pk, by=request.user, at=timezone.now())
    undo = reverse("pep:open_again", args=[plan.pk, note_pk])
    what = "query" if thread.is_query else "comment"
    messages.success(request, f"The {what} is marked as sorted.", extra_tags=f"undo:{undo}")
    return redirect("pep:section", pk=plan.pk, slug=thread.slug)


@require_POST
@require_permission(Permission.WRITE_PEP)
def open_again(request: SignedInRequest, pk: UUID, note_pk: UUID) -> HttpResponse:
    """Undo that a query or comment is sorted."""
    plan = plan_of(request, pk)
    thread = _thread(request, plan, note_pk)
    actions.open_again(note_id=note_pk, by=request.user, at=timezone.now())
    messages.success(request, "It is open again.")
    return redirect("pep:section", pk=plan.pk, slug=thread.slug)

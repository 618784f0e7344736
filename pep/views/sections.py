"""Write and read one section: with buttons, while writing, and after a conflict."""

import json
import re
from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.permissions import Permission
from accounts.requests import SignedInRequest, require_permission, sent_by_itself
from pep import actions, content, pages, presence, reading, rights, settling
from pep.form_content import SectionContent, named
from pep.forms import SectionForm, own_words
from pep.forms.attaching import FileForm
from pep.models import KeptText, PersonalEducationPlan, PlanSection
from pep.views import buttons
from pep.views.opening import opened, plan_of, read_section, section_of
from pep.views.targets import row_asked_for
from words.requests import keeps_words, put_back

A_SECTION = "a section of a PEP"
_CAME_LATE = (
    "This came after newer words from the same page. The newer ones are saved and stand; the older "
    "ones are under “See what changed”."
)


@require_http_methods(["GET", "HEAD", "POST"])
@keeps_words(A_SECTION, own=own_words)
@require_permission(Permission.SEE_PEPS)
def section(request: SignedInRequest, pk: UUID, slug: str) -> HttpResponseBase:
    """Write, or read, one section."""
    plan, section, reader = read_section(request, pk, slug)
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
    context = opened(request, plan, f"pep/{section.slug}")
    page = pages.section_page(plan, section, request.user, reader=reader)
    if not page.may_write:
        day = rights.day_read(request.user, plan, on=timezone.localdate())
        context["shown"] = content.section_content(plan, section, reader, on=day)
    elif form is None:
        form, base = _form_to_show(request, plan, section, reader, state=page.state)
    context["target_help"] = pages.target_help(plan, section) if page.may_write else None
    context |= {"form": form, "page": page, "file_form": FileForm(saves_words=True)} | (base or {})
    status = 422 if form is not None and form.errors else 200
    return render(request, "pep/section.html", context, status=status)


def _form_to_show(
    request: SignedInRequest,
    plan: PersonalEducationPlan,
    section: SectionContent,
    reader: rights.Reader,
    *,
    state: PlanSection,
) -> tuple[SectionForm, dict[str, Any]]:
    """The form, and what its next save begins from.

    With words held after a session had ended that is what the lost save began from, so that what
    others wrote since is still seen as theirs.
    """
    held, extra_row = put_back(request), request.GET.get("add", "")
    form = pages.section_form(
        plan, section, request.user, data=held, extra_row=extra_row, reader=reader
    )
    if held is None:
        base = {"version": state.version, "marks": form.marks(), "window": uuid4().hex}
        return form, base | {"turn": 0}
    window = _window(held.get("window"))
    base = {"version": _number(held.get("version")), "window": window}
    base |= {"turn": actions.last_turn(state, request.user, window), "is_put_back": True}
    return form, base | {"marks": json.dumps(_marks(held.get("marks")))}


def _save_section(
    request: SignedInRequest,
    plan: PersonalEducationPlan,
    section: SectionContent,
    reader: rights.Reader,
) -> HttpResponseBase:
    """Save the whole form with a button: mark as complete, come back later, or one beside it."""
    form, saved, base = _save(request, plan, section, reader)
    if saved.is_late:
        messages.warning(request, _CAME_LATE)
        return redirect("pep:section", pk=plan.pk, slug=section.slug)
    if saved.kept is not None:
        if "then" in request.POST:
            messages.warning(request, buttons.NOT_DONE_YET)
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
            if not error.lacking:
                return _ask_for_fewer(request, plan, section, error.overfull)
    if form.errors:
        if "then" in request.POST:
            messages.warning(request, buttons.NOT_DONE)
        return _show_section(request, plan, section, reader, form=form, base=base)
    asked_at = _number(request.POST.get("version"))
    if answer := row_asked_for(request, plan, section, version=asked_at):
        return answer
    if done_beside := buttons.pressed(request, plan, section, reader):
        return done_beside
    if row := request.POST.get("add"):
        address = reverse("pep:section", args=[plan.pk, section.slug])
        known = section.question(row) is not None
        return redirect(f"{address}?add={row}#{row}-rows" if known else address)
    messages.success(request, _told(plan, section, reader, is_done=done))
    return redirect("pep:plan", pk=plan.pk)


def _ask_for_fewer(
    request: SignedInRequest,
    plan: PersonalEducationPlan,
    section: SectionContent,
    overfull: Mapping[str, int],
) -> HttpResponse:
    """Show every row there is, also those of others this page did not have, to take some out."""
    there = section.told_overfull(overfull, plan.child.called)
    saved = "Your words are saved, and the section is not marked as complete."
    messages.warning(request, f"{saved} {there} Remove some first.")
    return redirect(f"{reverse('pep:section', args=[plan.pk, section.slug])}#{min(overfull)}-rows")


def _told(
    plan: PersonalEducationPlan, section: SectionContent, reader: rights.Reader, *, is_done: bool
) -> str:
    """What became of a section, and once it is done the way to the next that waits for them."""
    title = named(section.title, plan.child.called)
    if not is_done:
        return f"{title} is saved."
    following = pages.next_to_write(plan, reader, after=section.slug)
    if following is None:
        return f"{title} is complete."
    link = '{} is complete. Next: <a class="govuk-notification-banner__link" href="{}">{}</a>'
    return format_html(link, title, following.url, following.title)


def _save(
    request: SignedInRequest,
    plan: PersonalEducationPlan,
    section: SectionContent,
    reader: rights.Reader | None = None,
) -> tuple[SectionForm, actions.Saved, dict[str, Any]]:
    """Save what the form changed since the page was made, as far as it can be read.

    Answers also what the next save begins from. While the page shows answers that others have
    changed since, that stays what it was: writing over them must still be seen as a conflict.
    """
    marks, version = _marks(request.POST.get("marks")), _number(request.POST.get("version"))
    window = _window(request.POST.get("window"))
    form = pages.section_form(
        plan, section, request.user, data=request.POST, window=window, reader=reader
    )
    saved = actions.save_section(
        plan_id=plan.pk,
        slug=section.slug,
        values=form.changed_parts(marks),
        base_version=version,
        by=request.user,
        at=timezone.now(),
        window=window,
        turn=_number(request.POST.get("turn")),
    )
    next_version = version if saved.merged_with_others else saved.version
    base = {"version": next_version, "window": window, "turn": saved.turn}
    return form, saved, base | {"marks": form.marks_as_sent(marks)}


@require_POST
@keeps_words(A_SECTION, page="pep:section", own=own_words)
@require_permission(Permission.WRITE_PEP)
def autosave(request: SignedInRequest, pk: UUID, slug: str) -> HttpResponse:
    """Save while a person writes; answers the save-state box and what the next save begins from."""
    plan = plan_of(request, pk)
    section = section_of(plan, slug).shown_to(rights.reader(request.user, plan).reads)
    form, saved, base = _save(request, plan, section)
    if saved.is_late:
        return _ask_again(request, saved)
    box: dict[str, Any] = {"url": reverse("pep:conflict", args=[plan.pk, slug])}
    if saved.kept is not None:
        box |= {"state": "conflict", "words": _kept_words(saved), "detail": "Nothing is lost."}
        return render(request, "pep/autosaved.html", box, status=409)
    box = {**base, "checks": pages.target_checks(plan, section, form)}
    if form.errors:
        line = next(iter(form.errors.values()))[0]
        box |= {"state": "invalid", "words": "Not all saved", "detail": line}
        return render(request, "pep/autosaved.html", box, status=422)
    first = "With what others wrote. " if saved.merged_with_others else ""
    if saved.overfull:
        first += f"{section.told_overfull(saved.overfull, plan.child.called)} "
    detail = pages.saved_words(saved.at, first=first)
    box |= {"state": "saved", "words": "All changes saved", "detail": detail}
    return render(request, "pep/autosaved.html", box)


def _ask_again(request: SignedInRequest, saved: actions.Saved) -> HttpResponse:
    """Have a page whose count is behind send its words again, with the count to go on from."""
    box = {"state": "saving", "words": "Saving…", "turn": saved.turn}
    response = render(request, "pep/autosaved_late.html", box, status=422)
    response.headers["HX-Trigger-After-Swap"] = "vs:retry"
    return response


def _kept_words(saved: actions.Saved) -> str:
    if saved.is_locked:
        return "This PEP can no longer be changed. We kept what you wrote"
    if saved.is_own_window:
        return "You changed the same answer in another window"
    return "Someone else changed the same answer"


@require_POST
@sent_by_itself
@require_permission(Permission.WRITE_PEP)
def presence_beat(request: SignedInRequest, pk: UUID, slug: str) -> HttpResponse:
    """Say that this section is open here; answers who else is in it."""
    plan = plan_of(request, pk)
    section = section_of(plan, slug)
    reader = pages.reader_of(plan, request.user)
    if not reader.may_read(owner=section.owner, slug=slug):
        return HttpResponse()
    presence.enter(plan_id=plan.pk, slug=slug, person=request.user)
    here = [one for one in pages.others_here(plan, request.user, reader) if one.slug == slug]
    return render(request, "pep/here.html", {"here": here})


@require_http_methods(["GET", "HEAD", "POST"])
@require_permission(Permission.WRITE_PEP)
def conflict(request: SignedInRequest, pk: UUID, slug: str) -> HttpResponse:
    """Two people changed the same answer, or the plan was locked: nothing is lost."""
    plan = plan_of(request, pk)
    section = section_of(plan, slug)
    kept = KeptText.objects.filter(
        plan=plan, section=slug, person=request.user, settled_at__isnull=True
    ).first()
    if kept is None:
        return redirect("pep:section", pk=plan.pk, slug=slug)
    reader = pages.reader_of(plan, request.user)
    may_write = reader.may_write(owner=section.owner, slug=slug, status=plan.status)
    section = section.shown_to(reader.reads)
    if request.method == "POST" and may_write:
        chosen = settling.chosen_words(plan, section, kept, request.POST)
        saved = actions.settle_kept_text(
            kept_id=kept.pk,
            values=chosen,
            seen_version=_number(request.POST.get("version")),
            by=request.user,
            at=timezone.now(),
        )
        if saved.kept is None:
            messages.success(request, "Your choices are saved. Read them through once more.")
            return redirect("pep:section", pk=plan.pk, slug=slug)
    context = opened(request, plan, f"pep/{slug}/conflict")
    context |= settling.conflict_page(plan, section, kept, reader)
    return render(request, "pep/conflict.html", context)


@require_safe
@require_permission(Permission.SEE_PEPS)
def history(request: SignedInRequest, pk: UUID, slug: str) -> HttpResponse:
    """Who wrote what in a section, newest first."""
    plan, section, reader = read_section(request, pk, slug)
    context = opened(request, plan, f"pep/{slug}/history")
    context |= {
        "section_title": named(section.title, plan.child.called),
        "back_url": reverse("pep:section", args=[plan.pk, slug]),
        "back_label": named(section.title, plan.child.called),
        "files": pages.files_of(plan, section, reader),
        "steps": reading.history(plan, section, reader, request.GET.get("page")),
    }
    return render(request, "pep/history.html", context)


@require_safe
@require_permission(Permission.SEE_PEPS)
def blank(request: SignedInRequest, pk: UUID, slug: str) -> HttpResponse:
    """The questions of a section on paper, to fill in by hand; nobody is named on it."""
    plan, section, _reader = read_section(request, pk, slug)
    context = opened(request, plan, f"pep/{slug}/blank")
    context |= {
        "empty": pages.empty_section(section),
        "back_url": reverse("pep:section", args=[plan.pk, slug]),
        "back_label": named(section.title, plan.child.called),
    }
    return render(request, "pep/blank.html", context)


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 9 else 0


def _window(text: str | None) -> str:
    return text if text and re.fullmatch("[0-9a-f]{32}", text) else ""


def _marks(text: str | None) -> dict[str, str]:
    try:
        marks = json.loads(text or "{}")
    except ValueError:
        return {}
    return marks if isinstance(marks, dict) else {}

"""Buttons beside the form of a section: what is written there is saved before they do anything."""

from uuid import UUID

from django.http import Http404, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from accounts.requests import SignedInRequest
from pep import pages, rights
from pep.form_content import SectionContent
from pep.models import PersonalEducationPlan
from pep.views import asking, attaching

NOT_DONE = "Your words come first: put right what is marked, then press the button again."
NOT_DONE_YET = "Your words come first: choose which to keep, then press the button again."


def pressed(
    request: SignedInRequest,
    plan: PersonalEducationPlan,
    section: SectionContent,
    reader: rights.Reader,
) -> HttpResponseBase | None:
    """Do what such a button asks for; None when none was pressed."""
    verb, _, which = request.POST.get("then", "").partition(":")
    match verb:
        case "":
            return None
        case "file":
            return attaching.attach(request, pk=plan.pk, slug=section.slug)
        case "remove-file":
            return attaching.remove_file(request, pk=plan.pk, file_pk=_uuid(which))
        case "sorted":
            return asking.mark_sorted(request, pk=plan.pk, note_pk=_uuid(which))
        case "open-again":
            return asking.open_again(request, pk=plan.pk, note_pk=_uuid(which))
        case _:
            return redirect(_page(plan, section, reader, verb, which))


def _page(
    plan: PersonalEducationPlan,
    section: SectionContent,
    reader: rights.Reader,
    verb: str,
    which: str,
) -> str:
    match verb:
        case "ask" | "history" | "blank":
            return reverse(f"pep:{verb}", args=[plan.pk, section.slug])
        case "before" | "next":
            before, after = pages.sections_beside(plan, section.slug, reader)
            there = before if verb == "before" else after
            return there or reverse("pep:plan", args=[plan.pk])
        case "withdraw-file":
            return reverse("pep:withdraw_file", args=[plan.pk, _uuid(which)])
        case "reply":
            return reverse("pep:note", args=[plan.pk, _uuid(which)])
        case "colleague":
            return f"{reverse('people:invite_colleague', args=[plan.pk])}?section={section.slug}"
        case _:
            raise Http404


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise Http404 from error

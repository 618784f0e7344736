"""Files of a section: add one at once, take it away and undo that, download it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.permissions import Permission
from accounts.requests import SignedInRequest, require_permission
from accounts.throttle import EXPORTS, limited
from children.actions import record_download
from files.detecting import NotAccepted
from pep import actions, pages
from pep.form_content import SectionContent, named
from pep.forms.attaching import FileForm, WithdrawForm
from pep.models import Attachment, PersonalEducationPlan
from pep.views.opening import opened, plan_of, section_of
from words.requests import keeps_words, typed

_STAYS = (
    "This file is part of an agreed version of the PEP, so it stays. Add a newer one beside it. If "
    "it should never have been there, a virtual school head can withdraw it."
)


@require_POST
@require_permission(Permission.WRITE_PEP)
def attach(request: SignedInRequest, pk: UUID, slug: str) -> HttpResponse:
    """Keep a file with a section. With script the list of files answers, else the section."""
    plan = plan_of(request, pk)
    section = section_of(plan, slug)
    reader = pages.reader_of(plan, request.user)
    files = pages.files_of(plan, section, reader)
    if files is None or not files.may_add:
        raise PermissionDenied
    is_beside = "HX-Request" in request.headers  # the list of files answers, beside the words
    form = FileForm(request.POST, request.FILES, saves_words=is_beside)
    if form.is_valid():
        try:
            actions.attach(
                plan_id=plan.pk,
                section=slug,
                upload=form.cleaned_data["file"],
                by=request.user,
                at=timezone.now(),
            )
        except NotAccepted as refused:
            form.add_error("file", refused.words)
    return _answer(request, plan, section, form)


def _answer(
    request: SignedInRequest, plan: PersonalEducationPlan, section: SectionContent, form: FileForm
) -> HttpResponse:
    status = 422 if form.errors else 200
    if "HX-Request" in request.headers:
        files = pages.files_of(plan, section, pages.reader_of(plan, request.user))
        context: dict[str, Any] = {"files": files, "plan": plan, "slug": section.slug}
        context["file_form"] = form if form.errors else FileForm(saves_words=True)
        return render(request, "pep/files.html", context, status=status)
    title = named(section.title, plan.child.called)
    url = reverse("pep:section", args=[plan.pk, section.slug])
    if not form.errors:
        messages.success(request, "The file is kept with this section.")
        return redirect(url)
    context = opened(request, plan, f"pep/{section.slug}/file")
    context |= {
        "form": form,
        "slug": section.slug,
        "section_title": title,
        "back_url": url,
        "back_label": title,
    }
    return render(request, "pep/attach.html", context, status=status)


@require_POST
@require_permission(Permission.WRITE_PEP)
def remove_file(request: SignedInRequest, pk: UUID, file_pk: UUID) -> HttpResponseRedirect:
    """Take a file away from its section; the banner undoes it."""
    plan = plan_of(request, pk)
    row = _file(request, plan, file_pk)
    try:
        actions.remove_file(attachment_id=row.pk, by=request.user, at=timezone.now())
    except actions.PartOfAgreed:
        messages.warning(request, _STAYS)
        return redirect("pep:section", pk=plan.pk, slug=row.section)
    undo = reverse("pep:put_file_back", args=[plan.pk, row.pk])
    messages.success(request, "The file is removed.", extra_tags=f"undo:{undo}")
    return redirect("pep:section", pk=plan.pk, slug=row.section)


@require_POST
@require_permission(Permission.WRITE_PEP)
def put_file_back(request: SignedInRequest, pk: UUID, file_pk: UUID) -> HttpResponseRedirect:
    """Undo that a file was removed."""
    plan = plan_of(request, pk)
    row = _file(request, plan, file_pk)
    actions.put_file_back(attachment_id=row.pk, by=request.user, at=timezone.now())
    messages.success(request, "The file is back.")
    return redirect("pep:section", pk=plan.pk, slug=row.section)


@require_http_methods(["GET", "HEAD", "POST"])
@keeps_words("why a file is withdrawn")
@require_permission(Permission.WITHDRAW_FILES)
def withdraw_file(request: SignedInRequest, pk: UUID, file_pk: UUID) -> HttpResponse:
    """Withdraw a file from an agreed plan, with a reason; the page says what stays."""
    plan = plan_of(request, pk)
    row = _file(request, plan, file_pk)
    section = reverse("pep:section", args=[plan.pk, row.section])
    if row.agreed_at is None or row.withdrawn_at is not None:
        return redirect(section)
    form = WithdrawForm(typed(request))
    if request.method == "POST" and form.is_valid():
        actions.withdraw_file(
            attachment_id=row.pk,
            reason=form.cleaned_data["reason"],
            by=request.user,
            at=timezone.now(),
        )
        messages.success(request, "The file is withdrawn. Its content is deleted.")
        return redirect(section)
    context = opened(request, plan, f"pep/{row.section}/file")
    context |= {"form": form, "file": row, "back_url": section, "back_label": "The section"}
    return render(request, "pep/withdraw.html", context, status=422 if form.errors else 200)


@require_safe
@require_permission(Permission.SEE_PEPS)
@limited(EXPORTS)
def file(request: SignedInRequest, pk: UUID, file_pk: UUID) -> HttpResponse:
    """Download a file of a section, for those who read all of it; never shown in the page."""
    plan = plan_of(request, pk)
    row = _file(request, plan, file_pk)
    stored = row.file
    if row.removed_at is not None or stored is None:  # removed, or withdrawn
        raise Http404
    page = f"pep/{row.section}/file"
    record_download(child=plan.child, by=request.user, page=page, at=timezone.now())
    # Read inside the request's transaction: nothing is fetched while the answer goes out
    with stored.content.open("rb") as content:
        response = HttpResponse(content.read(), content_type=stored.content_type)
    response["Content-Disposition"] = f'attachment; filename="{stored.download_name}"'
    return response


def _file(request: SignedInRequest, plan: PersonalEducationPlan, pk: UUID) -> Attachment:
    """A file of a section this person reads all of; to all others it is not there."""
    rows = Attachment.objects.filter(plan=plan).select_related("file")
    row: Attachment = get_object_or_404(rows, pk=pk)
    section = section_of(plan, row.section)
    if pages.files_of(plan, section, pages.reader_of(plan, request.user)) is None:
        raise Http404
    return row

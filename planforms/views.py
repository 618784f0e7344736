"""Pages about one version of a form, inside the administration and its first lock."""

from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pep.models import Form, FormVersion
from planforms import actions, rules
from planforms import preview as previewing
from planforms.contents import begun_from, content_of, known_to
from planforms.forms import ImportForm
from ui.administration import is_system, own_authority


def may_write(request: HttpRequest) -> bool:
    """Whether this seat makes forms: an authority's administrator, for that authority alone."""
    return not is_system(request) and own_authority(request) is not None


def _writer(request: HttpRequest) -> int:
    authority_id = own_authority(request)
    if authority_id is None or not may_write(request):
        raise PermissionDenied
    return authority_id


def _readable(request: HttpRequest, pk: UUID) -> FormVersion:
    """A version this seat may read: shipped, or of its authority."""
    versions = FormVersion.objects.select_related("form")
    if not is_system(request):
        theirs = Q(form__authority=None) | Q(form__authority=own_authority(request))
        versions = versions.filter(theirs)
    found: FormVersion = get_object_or_404(versions, pk=pk)
    return found


def _frame(request: HttpRequest, version: FormVersion, title: str) -> dict[str, Any]:
    own = version.form.authority_id == own_authority(request) and may_write(request)
    return {
        **admin.site.each_context(request),
        "title": title,
        "version": version,
        "opts": FormVersion._meta,
        "may_publish": own and version.published_at is None,
    }


@require_POST
def begin(request: Any, phase: str) -> HttpResponse:
    """Begin an authority's own form, or its next version."""
    authority_id = _writer(request)
    if phase not in Form.Phase.values:
        raise Http404
    try:
        draft = actions.begin_draft(
            authority_id=authority_id, phase=phase, by=request.user, at=timezone.now()
        )
    except actions.NothingToBeginFrom:
        messages.error(request, "There is no published form of this kind to begin from.")
        return redirect("admin:pep_form_changelist")
    messages.success(request, f"{draft} is a draft. Nobody sees it until you publish it.")
    return redirect("admin:pep_formversion_change", draft.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def take_in(request: Any) -> HttpResponse:
    """Take in a form from a file: whole, as a draft, or not at all with every fault said."""
    authority_id = _writer(request)
    is_sent = request.method == "POST"
    form = ImportForm(request.POST if is_sent else None, request.FILES if is_sent else None)
    faults: list[str] = []
    if is_sent and form.is_valid():
        try:
            draft = actions.import_form(
                authority_id=authority_id,
                raw=form.cleaned_data["file"].read(),
                by=request.user,
                at=timezone.now(),
            )
        except actions.Faulty as error:
            faults = error.faults
        else:
            messages.success(request, f"{draft} is a draft, from the file. Try it, then publish.")
            return redirect("admin:pep_formversion_change", draft.pk)
    context = {
        **admin.site.each_context(request),
        "title": "Take in a form from a file",
        "opts": Form._meta,
        "form": form,
        "faults": faults,
    }
    status = 422 if faults or form.errors else 200
    return render(request, "admin/planforms/take_in.html", context, status=status)


@require_safe
def preview(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A section as its writers will see it. Nothing can be sent from here."""
    version = _readable(request, pk)
    form = previewing.previewed(version)
    wanted = request.GET.get("section")
    section = form.section(wanted) if wanted else next(iter(form.sections), None)
    if section is None:
        raise Http404
    context = _frame(request, version, f"Preview: {version}")
    context |= previewing.page(form, section) | {"window_title": context["title"]}
    return render(request, "planforms/preview.html", context)


@require_safe
def changed(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What a version changes against the one before it, and what hinders publishing it."""
    version = _readable(request, pk)
    before, content = begun_from(version), content_of(version)
    if before is not None and before.pk == version.pk:
        older = version.form.versions.filter(number__lt=version.number, published_at__isnull=False)
        before = older.order_by("-number").first()
    context = _frame(request, version, f"What changed: {version}")
    context |= {
        "before": before,
        "changes": rules.changes(content_of(before), content) if before else [],
        "faults": rules.faults_of_form(content, known_to(version.form.authority_id)),
    }
    return render(request, "admin/planforms/changes.html", context)


@require_POST
def publish(request: Any, pk: UUID) -> HttpResponse:
    """Publish a draft of one's own authority."""
    authority_id = _writer(request)
    version = get_object_or_404(FormVersion, pk=pk, form__authority=authority_id)
    try:
        actions.publish(version_id=version.pk, by=request.user, at=timezone.now())
    except actions.Faulty as error:
        number = len(error.faults)
        words = "1 thing" if number == 1 else f"{number} things"
        messages.error(request, f"This form cannot be published: {words} to mend.")
        return redirect("admin:planforms_changes", version.pk)
    messages.success(request, f"{version} is published. Plans begun from now on are kept in it.")
    return redirect("admin:pep_formversion_change", version.pk)


@require_safe
def export(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A version as a file, for other councils. It has questions only, nothing of any child."""
    version = _readable(request, pk)
    text = rules.text_of_file(content_of(version))
    response = HttpResponse(text, content_type="application/json; charset=utf-8")
    name = f"pep-form-{version.form.phase.lower()}-{version.number}.json"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response

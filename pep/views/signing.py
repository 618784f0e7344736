"""Sign an agreed plan."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.permissions import Permission
from accounts.requests import SignedInRequest, require_permission
from pep import actions, pages, reading, rights
from pep.forms import SignForm
from pep.models import AgreedVersion, PersonalEducationPlan
from pep.views.opening import opened, plan_of
from words.requests import keeps_words, typed

_MOVED_ON = "This PEP has been opened again, or agreed anew. Read it as it is now."


@require_http_methods(["GET", "HEAD", "POST"])
@keeps_words("what to add to an agreed PEP")
@require_permission(Permission.SIGN_PEP)
def sign(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Read the agreed plan and say below it: I agree, or I have something to add."""
    plan = plan_of(request, pk)
    if rights.signs_as(request.user, plan) is None:
        raise PermissionDenied
    version = reading.latest_version(plan)
    if version is None or not plan.is_agreed:
        messages.warning(request, "This PEP can be signed once it is agreed.")
        return redirect("pep:plan", pk=plan.pk)
    form = SignForm(typed(request), initial={"sha256": version.sha256})
    if request.method == "POST" and form.is_valid():
        return _signed(request, plan, version, form)
    return _show(request, plan, version, form)


def _signed(
    request: SignedInRequest,
    plan: PersonalEducationPlan,
    version: AgreedVersion,
    form: SignForm,
) -> HttpResponse:
    said = form.cleaned_data
    try:
        actions.sign(
            plan_id=plan.pk,
            sha256=said["sha256"],
            remark=said["remark"],
            by=request.user,
            at=timezone.now(),
        )
    except actions.NotTheVersion:
        version = reading.latest_version(plan) or version
        sent = request.POST.copy()
        sent["sha256"] = version.sha256
        form = SignForm(sent)
        form.add_error(None, _MOVED_ON)
        return _show(request, plan, version, form)
    messages.success(request, "You have signed this PEP.")
    return redirect("pep:plan", pk=plan.pk)


def _show(
    request: SignedInRequest,
    plan: PersonalEducationPlan,
    version: AgreedVersion,
    form: SignForm,
) -> HttpResponse:
    context = opened(request, plan, "pep/sign")
    reader = pages.reader_of(plan, request.user)
    context |= {
        "form": form,
        "version": version,
        "content": reading.agreed_content(plan, version, request.user),
        "signatures": pages.signatures(plan, version, request.user, reader),
    }
    return render(request, "pep/sign.html", context, status=422 if form.errors else 200)

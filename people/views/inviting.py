"""Asking somebody to join: one by one, for a child, for a pupil's plan; again, or not any more."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.permissions import Permission
from accounts.requests import SignedInRequest, posted, require_permission
from children.actions import stop_if_restricted
from children.models import Child, Enrolment
from children.opening import lists_children
from people import summaries
from people.actions import inviting
from people.actions.memberships import NotAllowed
from people.forms import ColleagueForm, InviteForm, InviteToChildForm
from people.models import Invitation
from people.rights import NOT_FOR_COLLEAGUES
from people.views.seats import MANAGES
from pep import form_content
from pep.form_content import named
from pep.models import Owner, PersonalEducationPlan
from schools.models import Policy
from schools.rules import ONE_DAY
from ui.words import possessive

# The same words whether the address has an account or not
ASKED = "Done. If the address is right they have been told by email, or have a notice here."


@require_http_methods(["GET", "HEAD", "POST"])
@require_permission(*MANAGES)
def invite(request: SignedInRequest) -> HttpResponse:
    form = InviteForm(posted(request), by=request.user, today=timezone.localdate())
    if request.method == "POST" and form.is_valid():
        names = ("email", "given_name", "family_name", "role", "authority_id", "school_id",
                 "started_on", "ended_on")  # fmt: skip
        try:
            inviting.invite(
                **{name: form.cleaned_data[name] for name in names},
                by=request.user,
                at=timezone.now(),
            )
        except NotAllowed as refused:
            form.add_error(None, refused.words)
        else:
            messages.success(request, ASKED)
            return redirect("people:changes")
    return render(request, "people/invite.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@require_permission(Permission.MANAGE_OWN_TEAM)
def invite_to_child(request: SignedInRequest, pk: UUID) -> HttpResponse:
    child = get_object_or_404(Child.objects.visible_to(request.user), pk=pk)
    stop_if_restricted(child=child, by=request.user)
    form = InviteToChildForm(posted(request), by=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            inviting.invite_to_child(
                child=child, by=request.user, at=timezone.now(), **form.cleaned_data
            )
        except NotAllowed as refused:
            form.add_error(None, refused.words)
        else:
            messages.success(request, ASKED)
            return redirect("dashboard:child_people", pk=pk)
    context = {"form": form, "child": child, "back_label": f"{child.called}’s people",
               "back_url": reverse("dashboard:child_people", args=[pk])}  # fmt: skip
    return render(
        request, "people/invite_to_child.html", context, status=422 if form.errors else 200
    )


@require_http_methods(["GET", "HEAD", "POST"])
@require_permission(Permission.INVITE_COLLEAGUES)
def invite_colleague(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """A colleague of the school, for named sections of one pupil's plan."""
    seat, today = request.user.seat, timezone.localdate()
    school_id = seat.school_id if seat else None
    here = Enrolment.objects.taught_by(school_id).values("child")
    plans = PersonalEducationPlan.objects.visible_to(request.user).select_related("child")
    plan = get_object_or_404(plans, pk=pk, school=school_id, child__in=here)
    sections = [
        (section.slug, named(section.title, plan.child.called))
        for section in form_content.of_plan(plan).asked
        if section.owner == Owner.SCHOOL and section.slug not in NOT_FOR_COLLEAGUES
    ]
    policy = Policy.objects.in_force(authority_id=plan.authority_id, on=today)
    form = ColleagueForm(
        posted(request),
        initial={"sections": [s for s in request.GET.getlist("section") if s in dict(sections)]},
        sections=sections,
        today=today,
        longest_days=policy.colleague_longest_days,
    )
    if request.method == "POST" and form.is_valid():
        data = dict(form.cleaned_data)
        last_day = data.pop("last_day")
        try:
            inviting.invite_colleague(
                child=plan.child,
                school_id=school_id or 0,
                ended_on=last_day + ONE_DAY,
                by=request.user,
                at=timezone.now(),
                **data,
            )
        except NotAllowed as refused:
            form.add_error(None, refused.words)
        else:
            messages.success(request, ASKED)
            return redirect("people:colleagues")
    context = {"form": form, "plan": plan, "back_url": reverse("pep:plan", args=[pk]),
               "back_label": f"{possessive(plan.child.called)} PEP"}  # fmt: skip
    return render(request, "people/colleague.html", context, status=422 if form.errors else 200)


@require_safe
@require_permission(Permission.INVITE_COLLEAGUES)
@lists_children
def colleagues(request: SignedInRequest) -> HttpResponse:
    """Who writes with the school, for whom and until when; and who was asked."""
    rows = list(summaries.colleagues(request.user, on=timezone.localdate()))
    titles = summaries.titles_of_parts(rows)
    context = {
        "rows": [(row, titles[row.pk]) for row in rows],
        "invitations": summaries.invitations(request.user).select_related("child"),
        "now": timezone.now(),
        "back_url": reverse("dashboard:school_home"),
        "back_label": "Your pupils",
    }
    return render(request, "people/colleagues.html", context)


@require_POST
@require_permission(Permission.INVITE_COLLEAGUES)
def end_colleague(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """End a colleague's part today: gone on their next click."""
    rows = summaries.colleagues(request.user, on=timezone.localdate())
    row = get_object_or_404(rows, pk=pk)
    inviting.end_colleague(row=row, at=timezone.now())
    messages.success(request, f"{row.person.name} no longer writes with you.")
    return redirect("people:colleagues")


def _back(request: SignedInRequest) -> HttpResponse:
    is_school = request.user.may(Permission.INVITE_COLLEAGUES)
    return redirect("people:colleagues" if is_school else "people:changes")


@require_POST
@require_permission(*MANAGES, Permission.INVITE_COLLEAGUES)
def send_again(request: SignedInRequest, pk: UUID) -> HttpResponse:
    invitation = get_object_or_404(Invitation.objects.visible_to(request.user), pk=pk)
    try:
        inviting.send_again(invitation=invitation, at=timezone.now())
    except inviting.NotNow:
        messages.warning(request, "This invitation was accepted or withdrawn meanwhile.")
    else:
        messages.success(request, "Sent again. The link sent before no longer works.")
    return _back(request)


@require_POST
@require_permission(*MANAGES, Permission.INVITE_COLLEAGUES)
def withdraw(request: SignedInRequest, pk: UUID) -> HttpResponse:
    invitation = get_object_or_404(Invitation.objects.visible_to(request.user), pk=pk)
    try:
        inviting.withdraw(invitation=invitation, by=request.user, at=timezone.now())
    except inviting.NotNow:
        messages.warning(request, "This invitation was accepted or withdrawn meanwhile.")
    else:
        messages.success(request, "The invitation is withdrawn.")
    return _back(request)

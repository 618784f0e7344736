"""Help a young person sign in: make a code or a sheet, take them back."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import Permission
from accounts.requests import SignedInRequest, require_permission
from accounts.second_steps import qr_code
from children.actions import record_opening, stop_if_restricted
from children.models import Child
from children.summaries import record_url
from families import actions
from families.models import SignInCode
from families.rules import shown_code


def _child_of(request: SignedInRequest, pk: UUID) -> Child:
    child: Child = get_object_or_404(Child.objects.visible_to(request.user), pk=pk)
    stop_if_restricted(child=child, by=request.user)
    return child


@require_safe
@require_permission(Permission.GIVE_YOUNG_PERSON_CODE)
def help_sign_in(request: SignedInRequest, pk: UUID) -> HttpResponse:
    child = _child_of(request, pk)
    now = timezone.now()
    record_opening(child=child, by=request.user, page="sign-in codes", at=now)
    context = {
        "child": child,
        "codes": SignInCode.objects.filter(child=child).alive(at=now).order_by("-made_at", "pk"),
        "back_url": record_url(child, request.user)
        or reverse("dashboard:my_child", args=[child.pk]),
        "back_label": child.called,
    }
    return render(request, "families/help_sign_in.html", context)


@require_POST
@require_permission(Permission.GIVE_YOUNG_PERSON_CODE)
def make_code(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Show a new code. It is nowhere else: opened again, this page makes another one."""
    return _made(request, pk, SignInCode.Kind.CODE, "families/code.html")


@require_POST
@require_permission(Permission.GIVE_YOUNG_PERSON_CODE)
def make_sheet(request: SignedInRequest, pk: UUID) -> HttpResponse:
    return _made(request, pk, SignInCode.Kind.SHEET, "families/sheet.html")


def _made(request: SignedInRequest, pk: UUID, kind: SignInCode.Kind, page: str) -> HttpResponse:
    child = _child_of(request, pk)
    back = reverse("families:help_sign_in", args=[child.pk])
    try:
        made, code = actions.make_code(child=child, kind=kind, by=request.user, at=timezone.now())
    except actions.TooYoung as error:
        words = f"{child.called} is too young. Children here sign in from the age of {error.age}."
        messages.error(request, words)
        return redirect(back)
    address = settings.VS_BASE_URL.rstrip("/") + reverse("families:young_person")
    context: dict[str, Any] = {
        "child": child,
        "made": made,
        "code": shown_code(code),
        "address": address,
        "qr": qr_code(f"{address}#{code}"),
        "back_url": back,
        "back_label": "Sign-in codes",
    }
    return render(request, page, context)


@require_POST
@require_permission(Permission.GIVE_YOUNG_PERSON_CODE)
def withdraw(request: SignedInRequest, pk: UUID, code_pk: UUID) -> HttpResponse:
    child = _child_of(request, pk)
    code = get_object_or_404(SignInCode, child=child, pk=code_pk)
    actions.withdraw_code(code=code, at=timezone.now())
    messages.success(request, "It no longer lets anybody in.")
    return redirect("families:help_sign_in", pk=child.pk)

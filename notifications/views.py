"""What a person was told, newest first, each with one link."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from accounts.permissions import Permission
from accounts.requests import SignedInRequest, require_permission
from notifications import actions, links
from notifications.models import Notice
from notifications.summaries import grouped

A_PAGE = 50


@require_GET
@require_permission(Permission.SEE_NOTICES)
def notices(request: SignedInRequest) -> HttpResponse:
    """A person's own notices."""
    rows = Notice.objects.visible_to(request.user).order_by("-made_at", "-pk")
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page_obj": page,
        "groups": grouped(page.object_list, on=timezone.localdate()),
        "has_unread": any(notice.read_at is None for notice in page.object_list),
    }
    return render(request, "notifications/list.html", context)


@require_POST
@require_permission(Permission.SEE_NOTICES)
def open_notice(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Mark a notice read and go to what it is about."""
    notice = get_object_or_404(Notice.objects.visible_to(request.user), pk=pk)
    actions.mark_read(notice_id=notice.pk, by=request.user, at=timezone.now())
    ours = links.TOKEN not in notice.path and url_has_allowed_host_and_scheme(
        notice.path, allowed_hosts=None
    )
    return redirect(notice.path if ours else "notifications:list")


@require_POST
@require_permission(Permission.SEE_NOTICES)
def read_all(request: SignedInRequest) -> HttpResponse:
    """Mark all of a person's notices read."""
    actions.mark_all_read(by=request.user, at=timezone.now())
    messages.success(request, "All notifications are marked as read.")
    return redirect("notifications:list")

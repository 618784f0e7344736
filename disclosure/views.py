"""Requests for a whole record: received, reviewed part by part, released by a second person."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.permissions import Permission
from accounts.requests import SignedInRequest, posted, require_permission
from accounts.throttle import EXPORTS, limited
from children.actions import record_download, record_opening, stop_if_restricted
from children.models import Child
from disclosure import actions, seconds
from disclosure.forms import DecideForm, IdentityForm, ReasonForm, ReceiveForm, SecondForm
from disclosure.models import RequestFile, SubjectRequest
from disclosure.rules import SUGGESTED, Kind, State
from quality.blindness import keeps_grades_from
from words.requests import keeps_words, typed

PER_PAGE = 50
PAGE = "subject access"
GRADES_WITHIN = (
    "You are to mark a PEP of this child a second time, and the record holds the first grades. "
    "Give your mark before you read it, or ask somebody else to."
)
_answers = require_permission(Permission.ANSWER_SUBJECT_ACCESS)
_reads = require_permission(Permission.ANSWER_SUBJECT_ACCESS, Permission.RELEASE_RECORDS)
_form_page = require_http_methods(["GET", "HEAD", "POST"])
DONE = "Done. Whoever asked you to release the record goes on with it."
STEPS = {
    "ask-back": actions.ask_back,
    "go-on": actions.go_on,
    "reviewed": actions.finish_review,
    "release": actions.release,
}
# Which files a request has to give in which state
FILES = {
    State.REVIEW: ("draft_pdf", "draft_json"),
    State.CLARIFYING: ("draft_pdf", "draft_json"),
    State.REVIEWED: ("draft_pdf", "draft_json"),
    State.RELEASED: ("pdf", "json"),
}


def _request_of(request: SignedInRequest, pk: UUID) -> SubjectRequest:
    """The request, through both locks and the door of its child; that it was read is recorded."""
    found = SubjectRequest.objects.visible_to(request.user).select_related(
        "child", "made_by", "identity_checked_by", "reviewed_by", "second_person", "released_by"
    )
    asked: SubjectRequest = get_object_or_404(found, pk=pk)
    stop_if_restricted(child=asked.child, by=request.user)
    record_opening(child=asked.child, by=request.user, page=PAGE, at=timezone.now())
    return asked


def _is_blind(request: SignedInRequest, asked: SubjectRequest) -> bool:
    """Whether the reader may not know grades within this record yet. One query."""
    return keeps_grades_from(request.user, asked.child_id)


@require_safe
@_reads
def requests(request: SignedInRequest) -> HttpResponse:
    """All requests, those due first; no name of a child, whose record may be closed."""
    found = SubjectRequest.objects.visible_to(request.user).order_by("due_on", "-received_on", "pk")
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "disclosure/list.html", {"page": page})


@_form_page
@keeps_words("a request for a whole record")
@_answers
def receive(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Note a request; its page leads on."""
    child = get_object_or_404(Child.objects.visible_to(request.user), pk=pk)
    stop_if_restricted(child=child, by=request.user)
    form = ReceiveForm(typed(request))
    if request.method == "POST" and form.is_valid():
        try:
            asked = actions.receive(
                child=child, **form.cleaned_data, by=request.user, at=timezone.now()
            )
        except actions.Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("disclosure:request", pk=asked.pk)
    record_opening(child=child, by=request.user, page=PAGE, at=timezone.now())
    return _form(request, form, heading="Somebody asks for the whole record", button="Save",
                 back=reverse("dashboard:child_access", args=[child.pk]),
                 back_label="Who has looked", child=child)  # fmt: skip


def _form(request: SignedInRequest, form: Any, **context: Any) -> HttpResponse:
    status = 422 if form.errors else 200
    context |= {"form": form, "back_url": context["back"]}
    return render(request, "disclosure/form.html", context, status=status)


@require_safe
@_reads
def request(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """One request: its clock, what is left to decide, its files and the next step."""
    asked = _request_of(request, pk)
    counts = {
        row["kind"]: row
        for row in asked.items.values("kind").annotate(
            number=Count("pk"), left=Count("pk", filter=Q(is_released=None))
        )
    }
    held = {file.kind: file for file in asked.files.all()}
    state = State(asked.state)
    context = {
        "asked": asked,
        "state": state,
        "kinds": [(kind, counts[kind.value]) for kind in Kind if kind.value in counts],
        "left": sum(row["left"] for row in counts.values()),
        "files": [held[kind] for kind in FILES.get(state, ()) if kind in held],
        "grades_within": GRADES_WITHIN if _is_blind(request, asked) else "",
        "may_release": actions.may_release(asked, by=request.user, on=timezone.localdate()),
        "may_answer": request.user.may(Permission.ANSWER_SUBJECT_ACCESS),
        "back_url": reverse("disclosure:list"),
        "back_label": "Requests for records",
    }
    return render(request, "disclosure/request.html", context)


@_form_page
@_answers
def identity(request: SignedInRequest, pk: UUID) -> HttpResponse:
    return _filled(request, pk, IdentityForm, actions.check_identity,
                   heading="You know who asks", button="Make the whole record")  # fmt: skip


@_form_page
@keeps_words("why a request is complex")
@_answers
def make_complex(request: SignedInRequest, pk: UUID) -> HttpResponse:
    return _filled(request, pk, ReasonForm, actions.make_complex,
                   heading="Take two months more", button="Take two months more")  # fmt: skip


@_form_page
@keeps_words("why a request was withdrawn")
@_answers
def withdraw(request: SignedInRequest, pk: UUID) -> HttpResponse:
    return _filled(request, pk, ReasonForm, actions.withdraw,
                   heading="Close without giving anything", button="Close the request")  # fmt: skip


def _filled(
    request: SignedInRequest, pk: UUID, form_class: Any, action: Any, **words: str
) -> HttpResponse:
    """A page with one form whose values one action takes."""
    asked = _request_of(request, pk)
    form = form_class(typed(request))
    if request.method == "POST" and form.is_valid():
        try:
            action(request_id=pk, **form.cleaned_data, by=request.user, at=timezone.now())
        except actions.Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("disclosure:request", pk=pk)
    back = reverse("disclosure:request", args=[pk])
    return _form(request, form, back=back, back_label="The request", child=asked.child, **words)


@_form_page
@_answers
def second(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Ask one person to release what was reviewed."""
    asked = _request_of(request, pk)
    able = seconds.could_release(asked, on=timezone.localdate())
    people = [(str(person.pk), person.name) for person in able]
    form = SecondForm(posted(request), people=people)
    if request.method == "POST" and form.is_valid():
        person_id = UUID(form.cleaned_data["person"])
        try:
            actions.ask_second(
                request_id=pk, person_id=person_id, by=request.user, at=timezone.now()
            )
        except actions.Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("disclosure:request", pk=pk)
    back = reverse("disclosure:request", args=[pk])
    return _form(request, form, heading="Ask a second person", button="Ask them", back=back,
                 back_label="The request", child=asked.child, nobody=not people)  # fmt: skip


@require_POST
@_reads
def step(request: SignedInRequest, pk: UUID, step: str) -> HttpResponse:
    """A step that needs no words."""
    _request_of(request, pk)
    if step not in STEPS:
        raise Http404
    try:
        STEPS[step](request_id=pk, by=request.user, at=timezone.now())
    except actions.Refused as refusal:
        messages.error(request, str(refusal))
    if SubjectRequest.objects.visible_to(request.user).filter(pk=pk).exists():
        return redirect("disclosure:request", pk=pk)
    messages.success(request, DONE)  # a second person has no more to do with it
    return redirect("disclosure:list")


@require_POST
@_answers
def accept(request: SignedInRequest, pk: UUID, kind: str) -> HttpResponse:
    """Decide as suggested about everything of one kind that is left."""
    _request_of(request, pk)
    if kind not in set(Kind):
        raise Http404
    try:
        number = actions.accept_suggestion(
            request_id=pk, kind=Kind(kind), by=request.user, at=timezone.now()
        )
    except actions.Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _decided_words(number))
    return redirect("disclosure:review", pk=pk, kind=kind)


def _decided_words(number: int) -> str:
    return f"Decided about {number} {'part' if number == 1 else 'parts'}."


@_form_page
@keeps_words("what you decided about parts of a record")
@_reads
def review(request: SignedInRequest, pk: UUID, kind: str) -> HttpResponse:
    """What is withheld of one kind; a person reads it and decides."""
    asked = _request_of(request, pk)
    if kind not in set(Kind) or asked.state == State.RECEIVED:
        raise Http404
    if _is_blind(request, asked):
        return redirect("disclosure:request", pk=pk)
    form = DecideForm(typed(request))
    items = asked.items.filter(kind=kind).select_related("decided_by")
    page = Paginator(items.order_by("number"), PER_PAGE).get_page(request.GET.get("page"))
    if request.method == "POST" and form.is_valid() and _decided(request, asked, form):
        return redirect(f"{request.path}?page={page.number}")
    all_ticked = "tick" in request.GET and not form.is_bound
    context = {
        "asked": asked, "kind": Kind(kind), "page": page, "form": form,
        "may_decide": asked.state == State.REVIEW,
        "ticked": {one.pk for one in page} if all_ticked else set(form.ticked()),
        "all_ticked": all_ticked,
        "suggested": SUGGESTED.get(Kind(kind)),
        "left": items.filter(is_released=None).count(),
        "back_url": reverse("disclosure:request", args=[pk]), "back_label": "The request",
    }  # fmt: skip
    status = 422 if form.errors else 200
    return render(request, "disclosure/review.html", context, status=status)


def _decided(request: SignedInRequest, asked: SubjectRequest, form: DecideForm) -> bool:
    chosen = form.cleaned_data["decision"]
    is_released = chosen == "release"
    try:
        number = actions.decide(
            request_id=asked.pk, item_ids=form.ticked(), is_released=is_released,
            exemption="" if is_released else chosen, reason=form.cleaned_data["reason"],
            by=request.user, at=timezone.now(),
        )  # fmt: skip
    except actions.Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    messages.success(request, _decided_words(number))
    return True


@require_safe
@_reads
@limited(EXPORTS)
def file(request: SignedInRequest, pk: UUID, kind: str) -> HttpResponse:
    """A file of the request, as far as its state gives one; that it was taken is recorded."""
    asked = _request_of(request, pk)
    if kind not in FILES.get(State(asked.state), ()):
        raise Http404
    if _is_blind(request, asked):
        return redirect("disclosure:request", pk=pk)
    held = get_object_or_404(
        RequestFile.objects.visible_to(request.user).select_related("file"),
        request=asked, kind=kind,
    )  # fmt: skip
    record_download(child=asked.child, by=request.user, page=PAGE, at=timezone.now())
    with held.file.content.open("rb") as stored:
        response = HttpResponse(stored.read(), content_type=held.file.content_type)
    response["Content-Disposition"] = f'attachment; filename="{held.file.download_name}"'
    return response

"""What people do about a request for a whole record; each step is one function."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

import audit
from accounts.models import User
from accounts.permissions import Permission
from accounts.tasks import send_after_commit
from children.models import Child
from disclosure import notices, rules, seconds, tasks
from disclosure.models import MaskedItem, SubjectRequest
from disclosure.rules import State
from schools.models import BankHoliday, Policy


class Refused(Exception):
    """A step that cannot be taken now; its words are for the page."""


NOT_NOW = "This request has moved on. Read its page again"
ONE_IS_OPEN = "A request for this record is open already. Answer or withdraw it first"
UNDECIDED = "Decide about everything that is withheld first: {} left"
SECOND_PERSON = "Somebody who decided what to withhold cannot also release. Ask a second person"
READ_EACH = "Read these one by one: nothing can be suggested for all of them"
FUTURE = "The day must be today or in the past"


@transaction.atomic
def receive(
    *, child: Child, asked_by: str, asker_name: str, reason: str, received_on: date, by: User,
    at: datetime,
) -> SubjectRequest:  # fmt: skip
    """Note that somebody asks for a child's whole record. Raises Refused."""
    may_see = Child.objects.visible_to(by).select_for_update(of=("self",)).filter(pk=child.pk)
    if not by.may(Permission.ANSWER_SUBJECT_ACCESS) or not may_see.exists():
        raise Refused(NOT_NOW)
    if received_on > timezone.localdate(at):
        raise Refused(FUTURE)
    is_over = [State.RELEASED, State.WITHDRAWN]
    if SubjectRequest.objects.filter(child=child).exclude(state__in=is_over).exists():
        raise Refused(ONE_IS_OPEN)
    request = SubjectRequest.objects.create(
        authority_id=child.authority_id, child=child, asked_by=asked_by, asker_name=asker_name,
        reason=reason, received_on=received_on, made_by=by, changed_at=at,
    )  # fmt: skip
    _record(request, "received", by=by, at=at, reason=reason)
    return request


@transaction.atomic
def check_identity(*, request_id: UUID, checked_on: date, by: User, at: datetime) -> SubjectRequest:
    """Note that who asks is who they say: the clock starts, and the record is made."""
    request = _held(request_id, by=by)
    if checked_on > timezone.localdate(at):
        raise Refused(FUTURE)
    request.identity_checked_on, request.identity_checked_by = checked_on, by
    _set_due(request)
    _move(request, State.MAKING, by=by, at=at)
    _send(request)
    return request


@transaction.atomic
def make_complex(*, request_id: UUID, reason: str, by: User, at: datetime) -> SubjectRequest:
    """Take two months more, with the reason the person is told."""
    request = _held(request_id, by=by)
    if request.due_on is None or request.state in {State.RELEASED, State.WITHDRAWN}:
        raise Refused(NOT_NOW)
    request.is_complex, request.complex_reason = True, reason
    _set_due(request)
    request.save()
    _record(request, "complex", by=by, at=at, reason=reason)
    return request


@transaction.atomic
def ask_back(*, request_id: UUID, by: User, at: datetime) -> SubjectRequest:
    """Stop the clock while who asked is asked what they mean."""
    request = _held(request_id, by=by)
    request.clarifying_since = timezone.localdate(at)
    return _move(request, State.CLARIFYING, by=by, at=at)


@transaction.atomic
def go_on(*, request_id: UUID, by: User, at: datetime) -> SubjectRequest:
    """They answered, or a reviewed record is opened again: back to the review."""
    request = _held(request_id, by=by, may=Permission.RELEASE_RECORDS)
    if request.state == State.CLARIFYING and request.clarifying_since:
        request.days_stopped += (timezone.localdate(at) - request.clarifying_since).days
        request.clarifying_since = None
        _set_due(request)
    request.reviewed_by = request.second_person = None
    return _move(request, State.REVIEW, by=by, at=at)


@transaction.atomic
def decide(
    *, request_id: UUID, item_ids: Sequence[UUID], is_released: bool, exemption: str, reason: str,
    by: User, at: datetime,
) -> int:  # fmt: skip
    """Release or withhold parts of the record, each with the reason. Answers how many."""
    request = _held(request_id, by=by)
    if request.state != State.REVIEW:
        raise Refused(NOT_NOW)
    return MaskedItem.objects.filter(request=request, pk__in=item_ids).update(
        is_released=is_released,
        exemption="" if is_released else rules.Exemption(exemption).value,
        reason=reason,
        decided_at=at,
        decided_by=by,
    )


@transaction.atomic
def accept_suggestion(*, request_id: UUID, kind: rules.Kind, by: User, at: datetime) -> int:
    """Decide as suggested about all of one kind that nobody has decided about. Answers how many.

    What was decided before stays. Raises Refused.
    """
    suggested = rules.SUGGESTED.get(kind)
    if suggested is None:
        raise Refused(READ_EACH)
    left = MaskedItem.objects.filter(request=request_id, kind=kind, is_released=None)
    return decide(
        request_id=request_id,
        item_ids=list(left.values_list("pk", flat=True)),
        is_released=not suggested.exemption,
        exemption=suggested.exemption,
        reason=suggested.reason,
        by=by,
        at=at,
    )


@transaction.atomic
def finish_review(*, request_id: UUID, by: User, at: datetime) -> SubjectRequest:
    """Say that every withheld part was decided about. Raises Refused while one is not."""
    request = _held(request_id, by=by)
    if left := request.items.filter(is_released=None).count():
        raise Refused(UNDECIDED.format(left))
    request.reviewed_by = by
    return _move(request, State.REVIEWED, by=by, at=at)


@transaction.atomic
def ask_second(*, request_id: UUID, person_id: UUID, by: User, at: datetime) -> SubjectRequest:
    """Ask one person to read what was reviewed and release it, or send it back. Raises Refused.

    Asking another takes it from the first; the same again changes nothing.
    """
    request = _held(request_id, by=by)
    people = {person.pk for person in seconds.could_release(request, on=timezone.localdate(at))}
    if request.state != State.REVIEWED or person_id not in people:
        raise Refused(NOT_NOW)
    if request.second_person_id == person_id:
        return request
    request.second_person_id, request.changed_at = person_id, at
    request.save(update_fields=["second_person", "changed_at"])
    _record(request, "second_person", by=by, at=at)
    notices.asked_to_release(request, at=at)
    return request


@transaction.atomic
def release(*, request_id: UUID, by: User, at: datetime) -> SubjectRequest:
    """Let the final files be made, by another person than who decided [DP-5]. Raises Refused."""
    request = _held(request_id, by=by, may=Permission.RELEASE_RECORDS)
    if not may_release(request, by=by, on=timezone.localdate(at)):
        raise Refused(SECOND_PERSON)
    request.released_by = by
    _move(request, State.FINISHING, by=by, at=at)
    _send(request)
    return request


def may_release(request: SubjectRequest, *, by: User, on: date) -> bool:
    """Whether this person is a second one, or the authority's policy needs none. Two queries."""
    policy = Policy.objects.in_force(authority_id=request.authority_id, on=on)
    decided = request.items.filter(decided_by=by).exists()
    is_second = by.pk != request.reviewed_by_id and not decided
    return is_second or policy.one_person_may_answer_subject_access


@transaction.atomic
def withdraw(*, request_id: UUID, reason: str, by: User, at: datetime) -> SubjectRequest:
    """The person no longer asks, or may not: nothing is given."""
    request = _held(request_id, by=by)
    return _move(request, State.WITHDRAWN, by=by, at=at, reason=reason)


def _held(
    request_id: UUID, *, by: User, may: Permission = Permission.ANSWER_SUBJECT_ACCESS
) -> SubjectRequest:
    requests = SubjectRequest.objects.visible_to(by).select_for_update(of=("self",))
    request: SubjectRequest = requests.get(pk=request_id)
    if not by.may(may):
        raise PermissionDenied
    return request


def _set_due(request: SubjectRequest) -> None:
    starts_on = rules.clock_starts_on(
        received_on=request.received_on, identity_checked_on=request.identity_checked_on
    )
    if starts_on is None:
        return
    closed = set(BankHoliday.objects.filter(on__gte=starts_on).values_list("on", flat=True))
    request.due_on = rules.due_on(
        starts_on=starts_on,
        is_complex=request.is_complex,
        days_stopped=request.days_stopped,
        closed=closed,
    )


def _move(
    request: SubjectRequest, state: State, *, by: User, at: datetime, reason: str = ""
) -> SubjectRequest:
    if not rules.may_move(State(request.state), state):
        raise Refused(NOT_NOW)
    request.state, request.changed_at = state.value, at
    request.save()
    _record(request, state.value, by=by, at=at, reason=reason)
    return request


def _record(
    request: SubjectRequest, step: str, *, by: User, at: datetime, reason: str = ""
) -> None:
    audit.record_of(
        request, kind="child.subject_access", at=at, by=by, after={"step": step}, reason=reason
    )


def _send(request: SubjectRequest) -> None:
    send_after_commit(tasks.work_off, authority_id=request.authority_id, request_id=str(request.pk))

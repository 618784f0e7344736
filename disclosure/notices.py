"""What people are told of a request for a whole record: that something waits, and where."""

from datetime import datetime

from django.urls import reverse

from accounts.models import User
from disclosure.models import SubjectRequest
from notifications.actions import notify


def ready_to_look_at(request: SubjectRequest, *, at: datetime) -> None:
    text = "A record that was asked for is ready for you to look at."
    _tell(request, request.made_by, key=request.state, at=at, text=text)


def asked_to_release(request: SubjectRequest, *, at: datetime) -> None:
    person = request.second_person
    assert person is not None  # noqa: S101 (told once somebody was asked)
    text = "You are asked to read a reviewed record and release it, or send it back."
    _tell(request, person, key=f"second:{at.isoformat()}", at=at, text=text)


def _tell(request: SubjectRequest, person: User, *, key: str, at: datetime, text: str) -> None:
    notify(
        recipients=[person],
        key=f"subject-access:{request.pk}:{key}",
        kind="subject_access",
        text=text,
        path=reverse("disclosure:request", args=[request.pk]),
        authority_id=request.authority_id,
        child_id=request.child_id,
        at=at,
    )

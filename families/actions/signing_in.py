"""A young person signs in: code, first name and birthday. One answer, whatever is wrong.

No transaction of its own: what was counted and recorded must stay though TooMany is raised.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

import audit
from accounts import devices, rules, wall
from accounts.models import User
from accounts.requests import address_of
from accounts.roles import Role
from accounts.seats import seats_of
from accounts.throttle import Limit, TooMany, forgive, locked_until, spend
from children.models import Child, Involvement, Restriction
from children.rules import fold_name
from families.actions.codes import code_hash, record
from families.models import SignInCode
from families.reach import authority_of_code
from families.rules import fits, is_code, typed_code
from families.seats import is_only
from notifications.actions import notify

_LOCK = timedelta(minutes=settings.SIGN_IN_LOCK_MINUTES)
OF_CODE = Limit("code", 5, _LOCK, _LOCK)
OF_DEVICE = Limit("code on device", settings.SIGN_IN_TRIES, _LOCK, _LOCK)
# A class may share one address, a list of guesses may not: refusals alone are counted
OF_ADDRESS = Limit("code from", settings.SIGN_IN_TRIES * 10, _LOCK, _LOCK)


@dataclass(frozen=True, slots=True)
class Typed:
    """What a young person typed."""

    code: str
    given_name: str
    day: int
    month: int


def use_code(*, request: HttpRequest, typed: Typed, at: datetime) -> User | None:
    """Answer whose code, first name and birthday these are; None when they do not fit.

    Raises TooMany, before any of them is looked at.
    """
    hashed = code_hash(typed_code(typed.code))
    device = devices.token_of(request)
    until = locked_until(OF_ADDRESS, address_of(request), at=at)
    try:
        if until is not None:
            raise TooMany(until)
        spend(OF_CODE, hashed, at=at)
        if device:
            spend(OF_DEVICE, device, at=at)
    except TooMany:
        audit.record(kind="young_person.locked", at=at, table=SignInCode._meta.db_table)
        raise
    user = _owner(request, typed, hashed, at=at)
    if user is None:
        _count_address(request, at=at)
        return None
    forgive(OF_CODE, hashed)
    forgive(OF_DEVICE, device)
    return user


def _count_address(request: HttpRequest, *, at: datetime) -> None:
    try:
        spend(OF_ADDRESS, address_of(request), at=at)
    except TooMany:
        return  # that it was the last one shows at the next


def _owner(request: HttpRequest, typed: Typed, hashed: str, *, at: datetime) -> User | None:
    """Look a code up behind the wall of its authority, which opens for this alone."""
    authority_id = authority_of_code(hashed) if is_code(typed_code(typed.code)) else None
    if authority_id is None:
        audit.record(kind="young_person.refused", at=at, table=SignInCode._meta.db_table)
        return None
    actor = wall.Actor(
        seat="sign-in code",
        ip_address=address_of(request),
        device=rules.device_kind(request.headers.get("User-Agent", "")),
    )
    with wall.opened([authority_id], actor=actor):
        code = (
            SignInCode.objects.select_for_update(of=("self",))
            .select_related("child", "made_by")
            .get(code_hash=hashed)
        )
        person = _person(code, at=at)
        if person is None or not _fits(code.child, typed):
            record("refused", code, at=at)
            return None
        _use(code, person, at=at)
        return person


def _fits(child: Child, typed: Typed) -> bool:
    return fits(
        names={fold_name(child.given_name), fold_name(child.known_as)},
        date_of_birth=child.date_of_birth,
        given_name=fold_name(typed.given_name),
        day=typed.day,
        month=typed.month,
    )


def _person(code: SignInCode, *, at: datetime) -> User | None:
    """The young person a code lets in; None when it is over, or its maker sees them no more."""
    today = timezone.localtime(at).date()
    sealed = Restriction.objects.on(today).filter(child=code.child, kind=Restriction.Kind.SEALED)
    if code.ended_at or code.expires_at <= at or sealed.exists() or not _still_sees(code, today):
        return None
    mine = Involvement.objects.on(today).filter(child=code.child, role=Role.YOUNG_PERSON)
    first = mine.select_related("person").order_by("started_on", "pk").first()
    if first is None or not is_only(first.person, Role.YOUNG_PERSON, on=today):
        return None
    person: User = first.person
    return person


def _still_sees(code: SignInCode, today: date) -> bool:
    """Say whether who made a code is there, in the same seat, and still sees the child.

    A sheet outlasts the adult otherwise: ended means gone, for what they printed too.
    """
    maker = code.made_by
    seats = seats_of(maker, on=today)
    maker.seat = next((seat for seat in seats if seat.key == code.made_as), None)
    return maker.is_active and Child.objects.visible_to(maker).filter(pk=code.child_id).exists()


def _use(code: SignInCode, person: User, *, at: datetime) -> None:
    """Count a use; a code for now is over with it. Who made it is told."""
    code.uses += 1
    code.last_used_at = at
    code.ended_at = at if code.kind == SignInCode.Kind.CODE else None
    code.save(update_fields=["uses", "last_used_at", "ended_at"])
    record("code_used", code, at=at, by=person)
    notify(
        recipients=[code.made_by],
        key=f"code-used:{code.pk}:{code.uses}",
        kind="code_used",
        text="A sign-in code or sheet you made was used.",
        path=reverse("families:help_sign_in", args=[code.child_id]),
        authority_id=code.authority_id,
        child_id=code.child_id,
        at=at,
    )

"""Codes an adult makes for a young person they see."""

import secrets
from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac

import audit
from accounts.models import User
from accounts.permissions import Permission
from accounts.roles import Role
from children.models import Child, Involvement
from children.rules import age_on
from families.models import SignInCode
from families.rules import CODE_LASTS, CODE_LENGTH, CODE_LETTERS
from schools.models import Policy


class TooYoung(Exception):
    """The child is younger than the authority lets sign in; `age` is from when."""

    def __init__(self, age: int) -> None:
        super().__init__()
        self.age = age


def code_hash(code: str) -> str:
    """What is kept of a code: nothing that a copy of the database could be tried against."""
    return salted_hmac("families.codes", code, algorithm="sha256").hexdigest()


@transaction.atomic
def make_code(
    *, child: Child, kind: SignInCode.Kind, by: User, at: datetime
) -> tuple[SignInCode, str]:
    """Make a code, and the young person's account where there is none; answer it, this once.

    A former one of the same kind ends. The caller has `child` from `visible_to`, and passed any
    restriction. Raises TooYoung, and PermissionDenied without the permission.
    """
    seat = by.seat
    if seat is None or not by.may(Permission.GIVE_YOUNG_PERSON_CODE):
        raise PermissionDenied
    today = timezone.localtime(at).date()
    policy = Policy.objects.in_force(authority_id=child.authority_id, on=today)
    if age_on(child.date_of_birth, today) < policy.young_person_signs_in_from_age:
        raise TooYoung(policy.young_person_signs_in_from_age)
    Child.objects.select_for_update().get(pk=child.pk)
    _account_of(child, by=by, at=at)
    SignInCode.objects.filter(child=child, kind=kind, ended_at=None).update(ended_at=at)
    lasts = CODE_LASTS
    if kind == SignInCode.Kind.SHEET:
        lasts = timedelta(days=policy.sign_in_sheet_days)
    code = "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))
    made = SignInCode.objects.create(
        authority_id=child.authority_id,
        child=child,
        kind=kind,
        code_hash=code_hash(code),
        made_by=by,
        made_as=seat.key,
        made_at=at,
        expires_at=at + lasts,
    )
    record("sheet_printed" if kind == SignInCode.Kind.SHEET else "code_made", made, at=at)
    return made, code


def _account_of(child: Child, *, by: User, at: datetime) -> None:
    """Give a young person an account without email or password, if they have none."""
    today = timezone.localtime(at).date()
    mine = Involvement.objects.on(today).filter(child=child, role=Role.YOUNG_PERSON)
    if mine.exists():
        return
    person = User.objects.create_user(None, given_name=child.called, family_name=child.family_name)
    Involvement.objects.create(
        authority_id=child.authority_id,
        child=child,
        person=person,
        role=Role.YOUNG_PERSON,
        started_on=today,
    )
    audit.record(
        kind="young_person.account_made",
        at=at,
        table="accounts_user",
        row=person.pk,
        child_id=child.pk,
        authority_id=child.authority_id,
        actor_id=by.pk,
    )


@transaction.atomic
def withdraw_code(*, code: SignInCode, at: datetime) -> None:
    """End a code or a lost sheet at once. Again changes nothing."""
    if SignInCode.objects.filter(pk=code.pk, ended_at=None).update(ended_at=at):
        record("code_withdrawn", code, at=at)


def record(what: str, code: SignInCode, *, at: datetime, by: User | None = None) -> None:
    audit.record_of(code, kind=f"young_person.{what}", at=at, by=by, after={"kind": code.kind})

"""Who is told what about a plan. The words name nobody: the page behind them does."""

from datetime import date, datetime
from uuid import UUID

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership, User
from accounts.roles import Role
from children.models import Involvement
from notifications.actions import notify
from pep.models import PersonalEducationPlan, PlanMove
from ui.words import long_date


def sent_to_check(plan: PersonalEducationPlan, *, at: datetime) -> None:
    """Tell the adviser that a plan waits to be checked; the virtual school head without one."""
    on = timezone.localtime(at).date()
    checkers = _involved(plan, {Role.ADVISER}, on=on) or _members(
        Q(authority=plan.authority_id, role=Role.VIRTUAL_SCHOOL_HEAD), on=on
    )
    _tell(
        plan,
        checkers,
        key=f"pep-sent:{plan.pk}:{at.isoformat()}",
        kind="pep_to_check",
        text=f"A PEP is ready for you to check. It is due by {long_date(plan.complete_by)}.",
        at=at,
    )


def sent_back(
    plan: PersonalEducationPlan, *, move: PlanMove, sent_by: User | None, at: datetime
) -> None:
    """Tell the school, and whoever sent it, that the virtual school asks for changes."""
    on = timezone.localtime(at).date()
    people = _teachers(plan, on=on) + ([sent_by] if sent_by else [])
    _tell(
        plan,
        people or _involved(plan, {Role.SOCIAL_WORKER}, on=on),
        key=f"pep-sent-back:{move.pk}",
        kind="pep_sent_back",
        text=f"A PEP was sent back to you with what to change. "
        f"It is due by {long_date(plan.complete_by)}.",
        at=at,
    )


def to_sign(plan: PersonalEducationPlan, *, version_id: UUID, at: datetime) -> None:
    """Ask everyone who signs to read the agreed plan and sign it."""
    on = timezone.localtime(at).date()
    people = _involved(plan, {Role.SOCIAL_WORKER, Role.CARER, Role.YOUNG_PERSON}, on=on)
    _tell(
        plan,
        people + _teachers(plan, on=on),
        key=f"pep-to-sign:{version_id}",
        kind="pep_to_sign",
        text="A PEP has been agreed. Please read it and sign it.",
        at=at,
    )


def remark_added(
    plan: PersonalEducationPlan, *, signature_id: UUID, by: User, at: datetime
) -> None:
    """Tell adviser and social worker that somebody who signed has something to add."""
    on = timezone.localtime(at).date()
    people = _involved(plan, {Role.ADVISER, Role.SOCIAL_WORKER}, on=on)
    _tell(
        plan,
        [person for person in people if person.pk != by.pk],
        key=f"pep-remark:{signature_id}",
        kind="pep_remark",
        text="Somebody who signed an agreed PEP has something to add. Please read it.",
        at=at,
    )


def final(plan: PersonalEducationPlan, *, version_id: UUID, at: datetime) -> None:
    """Tell the adviser that everyone who has to has signed."""
    on = timezone.localtime(at).date()
    _tell(
        plan,
        _involved(plan, {Role.ADVISER}, on=on),
        key=f"pep-final:{version_id}",
        kind="pep_final",
        text="Everyone who has to has signed a PEP. It is final.",
        at=at,
    )


def paper_ready(plan: PersonalEducationPlan, *, version_id: UUID, at: datetime) -> None:
    """Tell social worker, designated teacher and adviser that the PDF of a plan is ready."""
    on = timezone.localtime(at).date()
    people = _involved(plan, {Role.SOCIAL_WORKER, Role.ADVISER}, on=on) + _teachers(plan, on=on)
    _tell(
        plan,
        people,
        key=f"pep-agreed:{version_id}",
        kind="pep_agreed",
        text="A PEP has been agreed. Its PDF is ready to read.",
        at=at,
    )


def _tell(
    plan: PersonalEducationPlan,
    people: list[User],
    *,
    key: str,
    kind: str,
    text: str,
    at: datetime,
) -> None:
    notify(
        recipients=people,
        key=key,
        kind=kind,
        text=text,
        path=reverse("pep:plan", args=[plan.pk]),
        authority_id=plan.authority_id,
        child_id=plan.child_id,
        at=at,
    )


def _involved(plan: PersonalEducationPlan, roles: set[Role], *, on: date) -> list[User]:
    rows = Involvement.objects.on(on).filter(child=plan.child_id, role__in=roles)
    return [row.person for row in rows.select_related("person").order_by("pk")]


def _members(which: Q, *, on: date) -> list[User]:
    rows = Membership.objects.current(on=on).filter(which)
    return [row.user for row in rows.select_related("user").order_by("pk")]


def _teachers(plan: PersonalEducationPlan, *, on: date) -> list[User]:
    if plan.school_id is None:
        return []
    return _members(Q(school=plan.school_id, role=Role.DESIGNATED_TEACHER), on=on)

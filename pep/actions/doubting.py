"""A fact of the record called wrong: ask whoever keeps it, and answer."""

from datetime import datetime
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

import audit
from accounts.models import User
from pep import notices, rights, rules
from pep.models import Doubt, PersonalEducationPlan
from pep.rules import Keeper

_ASKS = {
    rules.Who.SOCIAL_WORKER: Keeper.SOCIAL_WORKER,
    rules.Who.SCHOOL: Keeper.SCHOOL,
    rules.Who.VIRTUAL_SCHOOL: Keeper.VIRTUAL_SCHOOL,
}


def follow(
    plan: PersonalEducationPlan,
    *,
    section: str,
    key: str,
    is_right: bool,
    words: str,
    by: User,
    at: datetime,
) -> None:
    """Ask about a fact that was called wrong, once; take it back when it is called right again.

    The caller has locked the plan. What is written meanwhile is added to the same question.
    """
    doubt = Doubt.objects.open().filter(plan=plan, section=section, key=key).first()
    if is_right:
        if doubt is not None:
            _close(doubt, Doubt.Answer.WITHDRAWN, "", by=by, at=at)
        return
    if doubt is not None:
        doubt.words = words
        doubt.save(update_fields=["words"])
        return
    on = timezone.localtime(at).date()
    there = [keeper for keeper in Keeper if notices.keepers(plan, keeper, on=on)]
    asks = _ASKS.get(rights.moves_plans(by) or rules.Who.SERVICE)
    doubt = Doubt.objects.create(
        authority_id=plan.authority_id,
        child_id=plan.child_id,
        plan=plan,
        section=section,
        key=key,
        asked_of=rules.keeper_of(key, there=there, asks=asks),
        words=words,
        asked_at=at,
        asked_by=by,
    )
    notices.fact_doubted(plan, doubt, by=by, at=at)


@transaction.atomic
def answer_doubt(*, doubt_id: UUID, answer: str, reply: str, by: User, at: datetime) -> Doubt:
    """Say that a fact was put right in the record, or why it is right. Tells who asked.

    Answering twice changes nothing. Raises PermissionDenied for who does not keep the fact.
    """
    plan_id = Doubt.objects.values_list("plan_id", flat=True).get(pk=doubt_id)
    plan = (
        PersonalEducationPlan.objects.select_for_update(of=("self",))
        .select_related("child", "term", "school")
        .get(pk=plan_id)
    )
    doubt: Doubt = Doubt.objects.select_related("asked_by").get(pk=doubt_id)
    if not rights.answers_doubt(rights.reader(by, plan), doubt):
        raise PermissionDenied
    if doubt.answered_at is None:
        _close(doubt, answer, reply.strip(), by=by, at=at)
        notices.doubt_answered(plan, doubt, by=by, at=at)
    return doubt


def _close(doubt: Doubt, answer: str, reply: str, *, by: User, at: datetime) -> None:
    doubt.answer, doubt.reply, doubt.answered_at, doubt.answered_by = answer, reply, at, by
    doubt.save(update_fields=["answer", "reply", "answered_at", "answered_by"])
    audit.record_of(doubt, kind=f"pep.fact_{answer}", at=at, by=by)

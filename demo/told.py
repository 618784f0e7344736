"""What the people who sign in have been told lately: notices in the service, no e-mail."""

from collections.abc import Iterable
from datetime import datetime

from django.urls import reverse

from accounts.models import User
from demo.chance import Chance
from demo.timeline import Status
from notifications.models import Notice
from pep.models import PersonalEducationPlan
from ui.words import long_date

MOST_TO_CHECK = 6


def notices(
    seed: int,
    *,
    plans: Iterable[PersonalEducationPlan],
    advisers: dict[object, User],
    by_part: dict[str, User],
    parts: dict[object, str],
) -> list[Notice]:
    """The notices that the moves of these plans would have brought. Plans by child's adviser."""
    chance = Chance(seed, "notices")
    found: list[Notice] = []
    newest = sorted(
        plans, key=lambda plan: (plan.sent_at or plan.started_at, plan.pk), reverse=True
    )
    to_check = 0
    for plan in newest:
        due = long_date(plan.complete_by)
        part = parts.get(plan.child_id, "")
        if (
            plan.status == Status.SENT_TO_CHECK
            and advisers.get(plan.child_id) is by_part["adviser"]
            and to_check < MOST_TO_CHECK
        ):
            to_check += 1
            text = f"A PEP is ready for you to check. It is due by {due}."
            found.append(
                _notice(chance, plan, by_part["adviser"], "pep_to_check", text, plan.sent_at)
            )
        elif plan.status == Status.SENT_BACK and part == "harun":
            text = f"A PEP was sent back to you with what to change. It is due by {due}."
            found.append(_notice(chance, plan, by_part["teacher"], "pep_sent_back", text, None))
        elif plan.status == Status.AGREED and part == "zofia":
            text = "A PEP has been agreed. Its PDF is ready to read."
            found += [
                _notice(chance, plan, by_part[name], "pep_agreed", text, plan.agreed_at)
                for name in ("teacher", "social_worker", "adviser")
            ]
    return found


def _notice(
    chance: Chance,
    plan: PersonalEducationPlan,
    person: User,
    kind: str,
    text: str,
    at: datetime | None,
) -> Notice:
    return Notice(
        id=chance.id(),
        authority_id=plan.authority_id,
        recipient_id=person.pk,
        key=f"demonstration:{kind}:{plan.pk}",
        kind=kind,
        text=text,
        child_id=plan.child_id,
        path=reverse("pep:plan", args=[plan.pk]),
        made_at=at or plan.started_at,
    )

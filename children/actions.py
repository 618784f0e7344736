"""What people do with a child's record that is written down."""

from datetime import datetime

import audit
from accounts.models import User
from children.models import Child

OPENED = "child.opened"
ADDRESS_SHOWN = "child.address_shown"


def record_opening(*, child: Child, by: User, page: str, at: datetime) -> None:
    """Write down that a person opened a page of a child's record [DP-2]. One query.

    Called before the page is made: one whose opening cannot be recorded is not shown
    (decisions 28). Who and in which seat comes from the transaction (`accounts.wall`).
    """
    audit.record(
        kind=OPENED,
        at=at,
        table=Child._meta.db_table,
        row=child.pk,
        child_id=child.pk,
        authority_id=child.authority_id,
        actor_id=by.pk,
        after={"page": page},
    )


def record_address_shown(
    *, child: Child, by: User, at: datetime, address_id: object, reason: str
) -> None:
    """Write down that a home address was shown, to whom and why [DP-4]. One query."""
    audit.record(
        kind=ADDRESS_SHOWN,
        at=at,
        table="placements_address",
        row=address_id,
        child_id=child.pk,
        authority_id=child.authority_id,
        actor_id=by.pk,
        reason=reason,
    )

"""What one person may know of one child, whose home may be confidential [DP-4]."""

from datetime import date
from uuid import UUID

from accounts.models import User
from children import rights
from placements.models import Address


def sight_of(user: User, child_id: UUID, *, on: date) -> rights.Sight:
    """Ask the table of facts for a person and a child. One query for a seat that is not cleared."""
    hides = not rights.is_cleared(user.seat)
    return rights.sight_of(
        user.seat,
        is_confidential=hides
        and Address.objects.confidential(on=on).filter(child=child_id).exists(),
    )

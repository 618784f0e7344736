"""What rows of the roll leave out for a reader not cleared for a confidential home [DP-4]."""

from dataclasses import replace

from accounts.models import User
from accounts.roles import SCHOOL_ROLES
from children.rights import NOT_SHOWN, is_cleared, sight_of
from dashboard.summaries.roll_row import RollRow

# Of the child `c`, as `placements.models.AddressQuerySet.confidential` has it
CONFIDENTIAL = """EXISTS (SELECT 1 FROM placements_address ca
    LEFT JOIN placements_placement cp ON cp.id = ca.placement_id
    WHERE ca.child_id = c.id AND ca.is_confidential
      AND (cp.ended_on IS NULL OR cp.ended_on > %(day)s))"""


def as_seen(row: RollRow, user: User) -> RollRow:
    """A row as this reader may know it."""
    sight = sight_of(user.seat, is_confidential=row.is_confidential)
    if not sight.is_hidden:
        return row
    row = replace(row, area="")
    if row.school_id is None or sight.names_school(row.school_id):
        return row
    return replace(row, school_name=NOT_SHOWN, school_area="", school_is_outside=False)


def knows_schools(user: User) -> bool:
    """Whether this reader may know the school of every child listed: cleared, or it is theirs."""
    return is_cleared(user.seat) or (user.seat is not None and user.seat.role in SCHOOL_ROLES)


def conditions(user: User, *, by_area: bool, by_school: bool) -> list[str]:
    """Keep hidden homes out of a list narrowed by what is hidden: standing in it would tell."""
    tells = by_area or (by_school and not knows_schools(user))
    return [f"NOT {CONFIDENTIAL}"] if tells and not is_cleared(user.seat) else []

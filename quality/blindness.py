"""From whom grades are kept: a second marker, until their own mark is given."""

from uuid import UUID

from accounts.models import User
from quality.models import SecondMark

# Where the record of changes holds grades, and what was said of them, by table
GRADE_COLUMNS = {
    "pep_personaleducationplan": frozenset({"quality"}),
    "quality_qualitycheck": frozenset({"own_grade", "reason", "overall", "settled"}),
    "quality_areagrade": frozenset({"area", "grade", "comment"}),
}


def keeps_grades_from(user: User, child_id: UUID | None) -> bool:
    """Whether a person is still to mark a plan of this child unseeing. One query."""
    return SecondMark.objects.waiting_for(user).filter(child=child_id).exists()

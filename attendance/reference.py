"""Loads the national attendance codes into the table that figures join. Safe to repeat."""

from attendance.codes import ABSENT, Category, codes
from attendance.models import Code


def load_codes() -> int:
    """Bring the table in line with the list in `data/`; answer how many codes it holds.

    The table mirrors `attendance.codes`, so that counting marks is a join. Two queries.
    """
    Code.objects.bulk_create(
        [
            Code(
                id=f"{entry.code} {entry.started_on}",
                code=entry.code,
                session=entry.session or "either",
                meaning=entry.meaning,
                category=entry.category,
                is_possible=entry.is_possible,
                is_present=entry.is_present,
                is_absent=entry.category in ABSENT,
                is_authorised=entry.category is Category.AUTHORISED_ABSENCE,
                started_on=entry.started_on,
                ended_on=entry.ended_on,
            )
            for entry in codes().values()
        ],
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=[
            "session",
            "meaning",
            "category",
            "is_possible",
            "is_present",
            "is_absent",
            "is_authorised",
            "started_on",
            "ended_on",
        ],
    )
    return Code.objects.count()

"""A school that became another takes its roll along: the child did not move, the school did.

A change of number by merger, amalgamation or academy conversion is no school move (PLA-9).
"""

from datetime import date

from children.models import Enrolment
from returns.imports.outcome import BATCH, Tally
from schools.models import School, SchoolLink
from schools.rules import ONE_DAY

LONGEST_CHAIN = 5  # schools one after the other


def carry_rolls(*, today: date) -> Tally:
    """End open main enrolments at closed schools and go on at the one that followed.

    Only for authorities whose wall is open, and only where one school followed: of several, a
    person must say which. Safe to repeat.
    """
    tally = Tally()
    for _ in range(LONGEST_CHAIN):
        ended, new = _one_step(today)
        if not new:
            break
        Enrolment.objects.bulk_update(ended, ["ended_on", "access_until"], batch_size=BATCH)
        Enrolment.objects.bulk_create(new, batch_size=BATCH)
        tally.changed += len(ended)
        tally.added += len(new)
    return tally


def _one_step(today: date) -> tuple[list[Enrolment], list[Enrolment]]:
    followers = _followers(today)
    ended, new = [], []
    for enrolment in Enrolment.objects.filter(
        school__in=followers, kind=Enrolment.Kind.MAIN, ended_on=None
    ).order_by("started_on", "pk"):
        follower, day = followers[enrolment.school_id]
        if day <= enrolment.started_on:
            continue  # put on the roll of a school already closed: a fault somebody must correct
        enrolment.ended_on = enrolment.access_until = day
        ended.append(enrolment)
        new.append(
            Enrolment(
                authority_id=enrolment.authority_id,
                child_id=enrolment.child_id,
                school_id=follower,
                kind=enrolment.kind,
                agreed_on=day,
                started_on=day,
                year_group=enrolment.year_group,
                hours_a_week=enrolment.hours_a_week,
                is_full_time=enrolment.is_full_time,
            )
        )
    return ended, new


def _followers(today: date) -> dict[int, tuple[int, date]]:
    """Closed schools with the one school that followed, and its first day. Two queries."""
    schools = set(School.objects.values_list("pk", flat=True))
    found: dict[int, list[tuple[int, date]]] = {}
    for link in SchoolLink.objects.filter(
        kind__startswith=SchoolLink.BECAME, school__status=School.Status.CLOSED
    ).select_related("school"):
        closed_on = link.school.closed_on
        # The day after the last one; links often carry the day somebody typed them in
        day = closed_on + ONE_DAY if closed_on else link.established_on
        if link.linked_id in schools and day is not None and day <= today:
            found.setdefault(link.school_id, []).append((link.linked_id, day))
    return {school: after[0] for school, after in found.items() if len(after) == 1}

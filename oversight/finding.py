"""Find unusual reading: one statement for each reason, over the openings of a day.

The thresholds are the authority's own (LOCAL, `schools.Policy`). Family and young people are left
out: they read their own. Addresses of readers are not known to this service, so only family names
are compared.
"""

from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership
from accounts.roles import Role
from notifications.actions import notify
from oversight.rules import LOOKS, Reason
from schools.models import Policy

USUAL_DAYS = 28  # before the day, of which those with any reading count
DAYS_BACK = 7  # a clock that stood still for a week loses nothing
FAMILY = ("carer", "young_person")

# The openings of the day by people at work, in London's hours
_READS = """
WITH reads AS (
    SELECT e.actor_id AS person, split_part(e.seat, ':', 1) AS role, e.child_id AS child,
           e.at AT TIME ZONE 'Europe/London' AS at
    FROM audit_event AS e
    WHERE e.authority_id = %(authority)s AND e.kind = ANY (%(kinds)s)
      AND e.at >= %(began)s AND e.at < %(ended)s
      AND e.actor_id IS NOT NULL AND e.child_id IS NOT NULL
      AND split_part(e.seat, ':', 1) <> ALL (%(family)s)
), usual AS (
    SELECT person, round(avg(children))::int AS number
    FROM (
        SELECT e.actor_id AS person, count(DISTINCT e.child_id) AS children
        FROM audit_event AS e
        WHERE e.authority_id = %(authority)s AND e.kind = ANY (%(kinds)s)
          AND e.at >= %(before)s AND e.at < %(began)s
          AND e.actor_id IN (SELECT person FROM reads)
        GROUP BY e.actor_id, (e.at AT TIME ZONE 'Europe/London')::date
    ) AS days
    GROUP BY person
)
"""
_FOUND = {
    Reason.MANY_AN_HOUR: """
        SELECT person, role, max(number)::int AS number, NULL::uuid AS child
        FROM (
            SELECT person, role, count(DISTINCT child) AS number
            FROM reads GROUP BY person, role, date_trunc('hour', at)
        ) AS hours
        GROUP BY person, role HAVING max(number) > %(an_hour)s
    """,
    Reason.MANY_A_DAY: """
        SELECT r.person, r.role, count(DISTINCT r.child)::int AS number, NULL::uuid AS child
        FROM reads AS r LEFT JOIN usual AS u USING (person)
        GROUP BY r.person, r.role, u.number
        HAVING count(DISTINCT r.child) > %(a_day)s
           AND count(DISTINCT r.child) > %(times)s * coalesce(u.number, 0)
    """,
    Reason.OUT_OF_HOURS: """
        SELECT person, role, count(*)::int AS number, NULL::uuid AS child
        FROM reads
        WHERE extract(hour FROM at) < %(from_hour)s OR extract(hour FROM at) >= %(to_hour)s
        GROUP BY person, role
    """,
    Reason.OWN_NAME: """
        SELECT DISTINCT r.person, r.role, 1 AS number, r.child
        FROM reads AS r
        JOIN accounts_user AS u ON u.id = r.person
        JOIN children_child AS c ON c.id = r.child
        WHERE lower(trim(u.family_name)) = lower(trim(c.family_name)) AND u.family_name <> ''
    """,
    Reason.NOT_THEIRS: """
        SELECT r.person, r.role, count(DISTINCT r.child)::int AS number, NULL::uuid AS child
        FROM reads AS r
        WHERE r.role = 'adviser'
          AND EXISTS (SELECT 1 FROM children_involvement AS i
                      WHERE i.child_id = r.child AND i.role = 'adviser' AND i.started_on <= %(on)s
                        AND (i.ended_on IS NULL OR i.ended_on > %(on)s))
          AND NOT EXISTS (SELECT 1 FROM children_involvement AS i
                          WHERE i.child_id = r.child AND i.person_id = r.person
                            AND i.started_on <= %(on)s
                            AND (i.ended_on IS NULL OR i.ended_on > %(on)s))
        GROUP BY r.person, r.role HAVING count(DISTINCT r.child) > %(not_theirs)s
    """,
}


@transaction.atomic
def find(*, authority_id: int, on: date, at: datetime) -> int:
    """Write down a day's unusual reading; answer how much is new. Safe to run twice.

    Six queries, however much was read. The wall must be open for the authority.
    """
    policy = Policy.objects.in_force(authority_id=authority_id, on=on)
    began = timezone.make_aware(datetime.combine(on, time()))
    values: dict[str, Any] = {
        "authority": authority_id,
        "kinds": [*LOOKS],
        "family": [*FAMILY],
        "on": on,
        "began": began,
        "ended": timezone.make_aware(datetime.combine(on + timedelta(days=1), time())),
        "before": began - timedelta(days=USUAL_DAYS),
        "an_hour": policy.unusual_records_an_hour,
        "a_day": policy.unusual_records_a_day,
        "times": policy.unusual_times_the_usual,
        "from_hour": policy.reading_hours_begin,
        "to_hour": policy.reading_hours_end,
        "not_theirs": policy.unusual_records_of_others,
        "at": at,
    }
    new = 0
    with connection.cursor() as cursor:
        for reason, found in _FOUND.items():
            cursor.execute(_statement(found), values | {"reason": reason.value})
            new += cursor.rowcount
    return new


def _statement(found: str) -> str:
    return f"""
    {_READS}
    INSERT INTO oversight_unusualreading
        (id, authority_id, person_id, role, reason, "on", number, usual, child_id, found_at, note)
    SELECT gen_random_uuid(), %(authority)s, found.person, found.role, %(reason)s, %(on)s,
           found.number, coalesce(usual.number, 0), found.child, %(at)s, ''
    FROM ({found}) AS found LEFT JOIN usual USING (person)
    ON CONFLICT DO NOTHING
    """  # noqa: S608 (statements of our own; every value is passed beside them)


@transaction.atomic
def find_lately(*, authority_id: int, today: date, at: datetime) -> int:
    """Find the unusual reading of the last seven whole days and tell the virtual school head.

    Safe to run twice. Answers how much is new.
    """
    new = 0
    for back in range(DAYS_BACK, 0, -1):
        new += find(authority_id=authority_id, on=today - timedelta(days=back), at=at)
    if new:
        heads = Membership.objects.current(on=today).filter(
            role=Role.VIRTUAL_SCHOOL_HEAD, authority=authority_id
        )
        notify(
            recipients=[row.user for row in heads.select_related("user").order_by("pk")],
            key=f"unusual-reading:{today.isoformat()}",
            kind="unusual_reading",
            text="There is unusual reading of records to look into.",
            path=reverse("oversight:unusual"),
            authority_id=authority_id,
            at=at,
        )
    return new

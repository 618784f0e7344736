"""Who opened which record lately, as the record would have it, and the reading that stands out.

Ordinary reading is by the people of each child, in the day; a few things are meant to be found:
a social worker at night, an officer who read many records in an hour, an adviser among another's
children, and somebody with a child's own family name.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db import connection
from django.utils import timezone

from accounts.models import User
from accounts.roles import SCHOOL_ROLES, Role
from demo.chance import Chance
from demo.lives import Life
from demo.staff import Staff
from oversight.finding import DAYS_BACK, find

DAYS = 60
OPENINGS_A_WEEK = {  # of one child, by whoever holds the role
    Role.SOCIAL_WORKER: 0.9,
    Role.ADVISER: 0.8,
    Role.DESIGNATED_TEACHER: 0.7,
    Role.REVIEWING_OFFICER: 0.15,
}
PAGES = ("summary", "pep", "attendance", "people", "PEPs", "placements", "school history")
DEVICES = {"computer": 0.8, "phone": 0.15, "tablet": 0.05}
MANY = 32
OTHERS = 8

_INSERT = """
INSERT INTO audit_event (at, kind, "table", row, child_id, authority_id, after, actor_id, seat,
                         reason, request_id, ip_address, device, transaction)
SELECT at, 'child.opened', 'children_child', child, child::uuid, %s,
       jsonb_build_object('page', page), actor::uuid, seat, '', '', address::inet, device,
       pg_current_xact_id()::text::bigint
FROM unnest(%s::timestamptz[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[],
            %s::text[]) AS told (at, child, page, actor, seat, address, device)
"""


@dataclass(frozen=True, slots=True)
class Opening:
    """One opening of one record."""

    at: datetime
    child: UUID
    page: str
    person: UUID
    seat: str
    address: str
    device: str


class Readers:
    """Draws who opened what, from one stream of chance."""

    def __init__(self, seed: int, staff: Staff, *, authority_id: int, now: datetime) -> None:
        self._chance = Chance(seed, "looking", authority_id)
        self._staff = staff
        self._authority_id = authority_id
        self._now = now

    def openings(self, lives: list[Life]) -> Iterator[Opening]:
        looked_after = [life for life in lives if life.is_looked_after]
        for life in looked_after:
            for role, a_week in OPENINGS_A_WEEK.items():
                yield from self._of_role(life, role, a_week)
        yield from self._to_be_found(looked_after)

    def _of_role(self, life: Life, role: Role, a_week: float) -> Iterator[Opening]:
        person, place = self._holder(life, role)
        if person is None:
            return
        for back in range(1, DAYS):
            day = timezone.localtime(self._now).date() - timedelta(days=back)
            if day.weekday() < 5 and self._chance.happens(a_week / 5):
                minute = self._chance.randrange(8 * 60, 18 * 60)
                yield self._opening(person, role, place, life, day, minute)

    def _holder(self, life: Life, role: Role) -> tuple[User | None, int]:
        if role in SCHOOL_ROLES:
            here = [roll for roll in life.rolls if roll.kind == "main" and not roll.ended_on]
            school = here[-1].school if here else 0
            return self._staff.teacher_of.get(school), school
        return self._staff.worker_of.get((life.id, role)), self._authority_id

    def _opening(
        self, person: User, role: Role, place: int, life: Life, day: date, minute: int
    ) -> Opening:
        at = datetime.combine(day, time(minute // 60, minute % 60, self._chance.randrange(60)))
        return Opening(
            at=timezone.make_aware(at),
            child=life.id,
            page=self._chance.choice(PAGES),
            person=person.pk,
            seat=f"{role.value}:{place}",
            address=f"192.0.2.{1 + person.pk.int % 250}",  # an address kept for documents
            device=self._chance.one_of(DEVICES),
        )

    def _to_be_found(self, lives: list[Life]) -> Iterator[Opening]:
        """What the list of unusual reading is there for, in the last days."""
        parts, here = self._staff.by_part, self._authority_id
        today = timezone.localtime(self._now).date()
        if not parts or "officer" not in parts:
            return
        for number, life in enumerate(lives[:MANY]):
            day = today - timedelta(days=3)
            yield self._opening(parts["officer"], Role.OFFICER, here, life, day, 605 + number)
        own = [life for life in lives if self._is_theirs(life, parts["social_worker"])]
        for life in own[:2]:
            day = today - timedelta(days=2)
            yield self._opening(
                parts["social_worker"], Role.SOCIAL_WORKER, here, life, day, 23 * 60 + 10
            )
        others = [life for life in lives if not self._is_theirs(life, parts["adviser"])]
        for number, life in enumerate(others[:OTHERS]):
            day = today - timedelta(days=4)
            yield self._opening(parts["adviser"], Role.ADVISER, here, life, day, 840 + 7 * number)
        yield from self._own_name(lives, today - timedelta(days=2))

    def _is_theirs(self, life: Life, person: User) -> bool:
        roles = (Role.SOCIAL_WORKER, Role.ADVISER)
        return person in {self._staff.worker_of.get((life.id, role)) for role in roles}

    def _own_name(self, lives: list[Life], day: date) -> Iterator[Opening]:
        for (_, role), person in self._staff.worker_of.items():
            life = next((one for one in lives if one.family == person.family_name), None)
            if life is not None and role in {Role.SOCIAL_WORKER, Role.ADVISER}:
                yield self._opening(person, Role(role), self._authority_id, life, day, 14 * 60)
                return


def write(seed: int, staff: Staff, lives: list[Life], *, authority_id: int, now: datetime) -> int:
    """Write the openings of a council's children and find what stands out; answer how many."""
    readers = Readers(seed, staff, authority_id=authority_id, now=now)
    openings = sorted(readers.openings(lives), key=lambda opening: opening.at)
    with connection.cursor() as cursor:
        cursor.execute(
            _INSERT,
            [
                authority_id,
                [one.at for one in openings],
                [str(one.child) for one in openings],
                [one.page for one in openings],
                [str(one.person) for one in openings],
                [one.seat for one in openings],
                [one.address for one in openings],
                [one.device for one in openings],
            ],
        )
    today = timezone.localtime(now).date()
    for back in range(DAYS_BACK, 0, -1):
        find(authority_id=authority_id, on=today - timedelta(days=back), at=now)
    return len(openings)

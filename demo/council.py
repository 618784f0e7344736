"""Makes the demonstration: draws the lives, then writes them down in one transaction."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone

from accounts import wall
from accounts.roles import Role
from attendance.models import Day
from attendance.summaries import recompute_terms
from children.models import (
    Child,
    Enrolment,
    Flag,
    Identifier,
    Involvement,
    PeriodOfCare,
    SenStatus,
)
from demo import (
    achieved,
    asking,
    cast,
    figures,
    keeping,
    looking,
    marks,
    places,
    reopened,
    told,
)
from demo.agreeing import Known
from demo.belonging import Belonging
from demo.calendar import Calendar
from demo.care import Ground, Homes, give_kinds, give_legal_statuses
from demo.chance import Chance
from demo.geography import CALDERBECK, COUNCILS, NORTHMERE, Council, Spot, spots
from demo.grading import Grading
from demo.lives import Life, left_care, looked_after
from demo.plans import PlanWriter
from demo.printing import Printed, Printing
from demo.reading import Reading
from demo.record import Writer
from demo.rows import copy_lines, store
from demo.schooling import Schools, make_schools
from demo.signins import give_passwords
from demo.staff import Hiring, Staff
from demo.timeline import PlanStory, Stories, replaced, superseding
from files.models import Load
from pep.models import AgreedVersion, Answer, Paper
from pep.reference import load_forms
from placements.models import (
    Address,
    CarerDetails,
    HealthReturn,
    LegalStatus,
    MissingEpisode,
    Placement,
    Review,
)
from progress.reference import load_lists
from quality.reference import load_rubric
from schools.codes import bank_holidays
from schools.models import Authority, Term
from schools.reference import load_bank_holidays

SIZES = (220, 600, 1500)
SMALL_COUNCIL = 12
SPOTS = {NORTHMERE.id: 180}
ORDER = (
    Identifier,
    PeriodOfCare,
    LegalStatus,
    Placement,
    Address,
    CarerDetails,
    Enrolment,
    SenStatus,
    Flag,
    Review,
    MissingEpisode,
    HealthReturn,
    Involvement,
)
Say = Callable[[str], None]


class NotHere(Exception):
    """Made-up people must never come into a service that people rely on."""


@dataclass
class Demonstration:
    """Everything drawn, before and while it is written."""

    seed: int
    calendar: Calendar
    made_at: datetime
    ground: dict[int, list[Spot]]
    schools: Schools
    homes: Homes
    hiring: Hiring
    writer: Writer
    lives: dict[int, list[Life]] = field(default_factory=dict)
    cast: dict[str, Life] = field(default_factory=dict)
    terms: dict[tuple[int, int, str], Term] = field(default_factory=dict)
    shares: list[achieved.Share] = field(default_factory=list)

    @property
    def staff(self) -> Staff:
        return self.hiring.staff


def exists() -> bool:
    """Whether the demonstration council has children already."""
    with wall.opened([NORTHMERE.id]):
        return Child.objects.filter(authority=NORTHMERE.id).exists()


def make(*, children: int, seed: int, today: date, say: Say) -> Demonstration:
    """Draw and write the demonstration. Raises NotHere in production. One transaction."""
    if settings.PRODUCTION:
        raise NotHere("A demonstration cannot be made where VS_PRODUCTION is set")
    demonstration = draw_children(children=children, seed=seed, today=today, say=say)
    actor = wall.Actor(reason="demonstration")
    with wall.opened([council.id for council in places.WITH_ROLL], actor=actor):
        load_bank_holidays()
        _write_country(demonstration)
        _write_people(demonstration, say=say)
        _write_marks(demonstration, say=say)
        plans = _write_plans(demonstration, say=say)
        _write_belonging(demonstration)
        _write_papers(demonstration, plans)
        for council in places.WITH_ROLL:
            looking.write(
                seed,
                demonstration.staff,
                demonstration.lives[council.id],
                authority_id=council.id,
                now=demonstration.made_at,
            )
        keeping.write(
            seed,
            authority_id=NORTHMERE.id,
            by=demonstration.staff.by_part["officer"].pk,
            head=demonstration.staff.by_part["head"].pk,
            now=timezone.make_aware(datetime.combine(today, time(0, 30))),
        )
        asking.write(
            seed,
            authority_id=NORTHMERE.id,
            child=demonstration.cast["leo"].id,
            by=demonstration.staff.by_part["head"],
            today=today,
        )
        give_passwords(demonstration.staff.by_part)
        demonstration.shares = _shares(demonstration)
    return demonstration


def _shares(demonstration: Demonstration) -> list[achieved.Share]:
    lives, calendar = demonstration.lives[NORTHMERE.id], demonstration.calendar
    return [
        *achieved.of_children(lives, schools=demonstration.schools, today=calendar.today),
        *achieved.of_attendance(lives, calendar=calendar),
    ]


def draw_children(
    *, children: int, seed: int, today: date, say: Say = lambda words: None
) -> Demonstration:
    """Draw the country, the children and everyone around them; nothing is written."""
    demonstration = _empty(children=children, seed=seed, today=today)
    _draw(demonstration, children=children, say=say)
    for lives in demonstration.lives.values():
        demonstration.writer.write(lives)
    return demonstration


def _empty(*, children: int, seed: int, today: date) -> Demonstration:
    """A country with schools and nobody in it."""
    calendar = Calendar(today, bank_holidays())
    made_at = timezone.make_aware(datetime.combine(calendar.first_day, time(9)))
    ground = {
        council.id: spots(Chance(seed, "spots", council.id), council, SPOTS.get(council.id, 60))
        for council in COUNCILS
    }
    schools = Schools(seed, make_schools(seed, spots=ground, count=children), calendar)
    homes = Homes(seed, Ground(ground))
    return Demonstration(
        seed=seed,
        calendar=calendar,
        made_at=made_at,
        ground=ground,
        schools=schools,
        homes=homes,
        hiring=Hiring(seed, calendar=calendar, made_at=made_at),
        writer=Writer(seed, calendar=calendar, places=schools.by_id, homes=homes, made_at=made_at),
    )


def _draw(demonstration: Demonstration, *, children: int, say: Say) -> None:
    schools, hiring, homes = demonstration.schools, demonstration.hiring, demonstration.homes
    numbers = {place.name: place.id for place in schools.by_id.values()}
    hiring.hire_cast(NORTHMERE, school=numbers["Hollins Park Academy"])
    hiring.hire_schools(list(schools.by_id.values()))
    for council, count in ((NORTHMERE, children), (CALDERBECK, SMALL_COUNCIL)):
        lives = _lives(demonstration, council, count, school_numbers=numbers)
        _settle(demonstration, council, lives)
        hiring.hire_office(council)
        hiring.allocate(council, lives)
        hiring.house(homes, lives)
        hiring.invite_young_people(lives)
        say(f"{council.name}: {len(lives)} children drawn")


def _lives(
    demonstration: Demonstration, council: Council, count: int, *, school_numbers: dict[str, int]
) -> list[Life]:
    seed, calendar = demonstration.seed, demonstration.calendar
    today = calendar.today
    current = looked_after(seed, council=council, count=count, today=today)
    years = (today - calendar.first_day).days / 365.25
    left = left_care(
        seed,
        council=council,
        count=round(count * figures.LEAVERS_A_YEAR * years),
        since=calendar.first_day,
        today=today,
    )
    if council is NORTHMERE:
        demonstration.cast = cast.cast(current, school_numbers=school_numbers)
    else:
        # Some of them go to school across the border, where a teacher then sees two councils
        of_age = [life for life in current if 7 <= life.year <= 11 and not life.is_uasc][:4]
        for life in of_age:
            life.wanted_school = school_numbers["Hollins Park Academy"]
            life.setting = "mainstream"
    demonstration.lives[council.id] = [*current, *left]
    return demonstration.lives[council.id]


def _settle(demonstration: Demonstration, council: Council, lives: list[Life]) -> None:
    """Homes, orders and schools; quotas are of those looked after today."""
    chance = Chance(demonstration.seed, council.id, "kinds")
    give_kinds(chance, [life for life in lives if life.is_looked_after])
    give_kinds(chance, [life for life in lives if not life.is_looked_after])
    give_legal_statuses(chance, lives)
    for life in lives:
        demonstration.homes.settle(life)
        demonstration.schools.enrol(life)


def _write_country(demonstration: Demonstration) -> None:
    schools = demonstration.schools
    places.write_councils()
    places.write_spots(demonstration.ground)
    places.write_schools(list(schools.by_id.values()), closed_on=schools.closed_on)
    demonstration.terms = places.write_calendars(demonstration.seed, demonstration.calendar)


def _write_people(demonstration: Demonstration, *, say: Say) -> None:
    staff = demonstration.staff
    record = demonstration.writer.record
    store(staff.users)
    store(staff.memberships)
    say(f"{len(staff.users)} adults and young people")
    store(record.children)
    record.facts[Involvement] = staff.involvements
    record.facts[CarerDetails] = staff.carer_details
    for table in ORDER:
        store(record.facts.get(table, []))
    say(f"{len(record.children)} children, {sum(map(len, record.facts.values())):,} facts")


def _write_marks(demonstration: Demonstration, *, say: Say) -> None:
    calendar = demonstration.calendar
    officer = demonstration.staff.by_part["officer"]
    for council in places.WITH_ROLL:
        lives = demonstration.lives[council.id]
        loads = {
            year.year.start_year: _load(demonstration, council, year.year.start_year, officer)
            for year in marks.years_with_marks(calendar)
        }
        written = copy_lines(
            Day._meta.db_table,
            ("authority_id", "child_id", "on", "school_id", "am", "pm", "load_number"),
            marks.lines(
                demonstration.seed,
                lives=lives,
                calendar=calendar,
                load_numbers={year: load.number for year, load in loads.items()},
            ),
        )
        recompute_terms(
            authority_id=council.id,
            children=[life.id for life in lives],
            first_on=calendar.first_day,
            last_on=calendar.today,
        )
        say(f"{council.name}: {2 * written:,} marks")


def _write_plans(demonstration: Demonstration, *, say: Say) -> PlanWriter:
    """The plans of four terms; those after a change of school come last."""
    load_forms()
    load_lists()
    load_rubric()
    calendar, staff = demonstration.calendar, demonstration.staff
    stories = Stories(demonstration.seed, calendar)
    chance = Chance(demonstration.seed, "after a move")
    drawn: list[PlanStory] = []
    for lives in demonstration.lives.values():
        for life in lives:
            own = stories.of(life)
            later = (superseding(story, chance, calendar) for story in own)
            after = [story for story in later if story is not None]
            every = sorted([*own, *after], key=lambda story: story.created_on)
            replaced(every)
            drawn += every
    known = Known(
        children={child.pk: child for child in demonstration.writer.record.children},
        terms=demonstration.terms,
        authorities=Authority.objects.in_bulk([council.id for council in places.WITH_ROLL]),
        schools=demonstration.schools,
        reading=Reading(staff, demonstration.schools),
        calendar=calendar,
    )
    writer = PlanWriter(demonstration.seed, known)
    count = writer.write(drawn)
    store(
        told.notices(
            demonstration.seed,
            plans=writer.plans.values(),
            advisers={
                child: user
                for (child, role), user in staff.worker_of.items()
                if role == Role.ADVISER
            },
            by_part=staff.by_part,
            parts={life.id: part for part, life in demonstration.cast.items()},
        )
    )
    head = staff.by_part["head"]
    now = timezone.make_aware(datetime.combine(calendar.today, time(0, 30)))
    grading = Grading(demonstration.seed, head=head, now=now)
    grading.write(writer.plans.values(), authority_id=NORTHMERE.id)
    reopened.write(demonstration.cast["elodie"].id, by_part=staff.by_part, calendar=calendar)
    agreed = len(writer.rows[AgreedVersion])
    say(f"{count:,} plans, {agreed:,} of them agreed, {len(writer.rows[Answer]):,} answers")
    return writer


def _write_papers(demonstration: Demonstration, plans: PlanWriter) -> None:
    names = {place.name: place.id for place in demonstration.schools.by_id.values()}
    printed = Printed(
        plans=plans.plans,
        versions=plans.rows[AgreedVersion],
        papers=plans.rows[Paper],
        by_part=demonstration.staff.by_part,
        named={part: life.id for part, life in demonstration.cast.items()},
        school=names["Hollins Park Academy"],
    )
    today = demonstration.calendar.today
    now = timezone.make_aware(datetime.combine(today, time(0, 30)))
    Printing(demonstration.seed, printed, authority_id=NORTHMERE.id, now=now).write(today=today)


def _write_belonging(demonstration: Demonstration) -> None:
    names = {place.name: place.id for place in demonstration.schools.by_id.values()}
    Belonging(
        demonstration.seed,
        today=demonstration.calendar.today,
        school=names["Hollins Park Academy"],
        by_part=demonstration.staff.by_part,
    ).write(
        children=[life.id for life in demonstration.lives[NORTHMERE.id] if life.is_looked_after],
        named={part: life.id for part, life in demonstration.cast.items()},
    )


def _load(demonstration: Demonstration, council: Council, year: int, officer: Any) -> Load:
    """The file a year's marks came in, as the list of loads shows it."""
    chance = Chance(demonstration.seed, "load", council.id, year)
    yesterday = demonstration.calendar.today - timedelta(days=1)  # never later than now
    received = timezone.make_aware(
        datetime.combine(min(yesterday, date(year + 1, 7, 31)), time(6, 40))
    )
    load = Load(
        id=chance.id(),
        authority_id=council.id,
        kind=Load.Kind.ATTENDANCE,
        state=Load.State.APPLIED,
        file_names=[f"marks-{year}-{(year + 1) % 100:02d}.csv"],
        received_at=received,
        received_by=officer if council is NORTHMERE else None,
        applied_at=received + timedelta(minutes=2),
    )
    load.save(force_insert=True)
    load.refresh_from_db(fields=["number"])
    return load

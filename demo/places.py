"""Writes the made-up country down: councils, policy, terms, calendars, postcodes, schools."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from demo.calendar import Calendar, deadline
from demo.chance import Chance
from demo.geography import CALDERBECK, COUNCILS, NORTHMERE, Place, Spot
from demo.record import ADJOINING
from demo.rows import store
from schools.models import (
    Authority,
    ClosedDay,
    District,
    GssCode,
    Policy,
    Postcode,
    School,
    SchoolLink,
    TeachingPeriod,
    Term,
)

WITH_ROLL = (NORTHMERE, CALDERBECK)  # the councils that use this installation
ACCENTS = {999: "#0f5467", 998: "#5a2d6f"}


def write_councils() -> None:
    """The made-up councils and which of them border on each other."""
    Authority.objects.bulk_create(
        Authority(
            id=council.id,
            code=str(council.id),
            name=council.name,
            display_name=f"{council.name} Council",
            kind="made up",
            region="Made up",
            is_made_up=True,
            adjoining_is_known=council.id in ADJOINING,
            accent=ACCENTS.get(council.id, "#0f5467"),
            contact_email=f"virtual.school@{council.name.lower()}.example",
            contact_phone=f"01632 960{council.id}",
        )
        for council in COUNCILS
    )
    GssCode.objects.bulk_create(
        GssCode(code=council.gss_code, authority_id=council.id) for council in COUNCILS
    )
    District.objects.bulk_create(
        District(code=council.gss_code, name=council.name, upper_code=council.gss_code)
        for council in COUNCILS
    )
    for number, others in ADJOINING.items():
        Authority.objects.get(pk=number).adjoining.add(*others)


def write_spots(spots: dict[int, list[Spot]]) -> None:
    store(
        [
            Postcode(
                postcode=spot.postcode.replace(" ", ""),
                easting=spot.easting,
                northing=spot.northing,
                district_code=spot.council.gss_code,
            )
            for group in spots.values()
            for spot in group
        ]
    )


def write_schools(places: Sequence[Place], *, closed_on: date) -> None:
    """Schools, with the two that became academies linked both ways."""
    store([_school(place, closed_on) for place in places])
    links = []
    for place in places:
        if place.follows is None:
            continue
        for school, linked, kind in (
            (place.id, place.follows, "Predecessor"),
            (place.follows, place.id, "Successor"),
        ):
            links.append(
                SchoolLink(school_id=school, linked_id=linked, kind=kind, established_on=closed_on)
            )
    SchoolLink.objects.bulk_create(links)


def _school(place: Place, closed_on: date) -> School:
    kind, council = place.kind, place.spot.council
    town = council.towns[place.id % len(council.towns)]
    status = School.Status.CLOSED if place.closes else School.Status.OPEN
    return School(
        id=place.id,
        name=place.name,
        authority_id=council.id,
        authority_code=str(council.id),
        establishment_number=place.number,
        status=status,
        kind_code=kind.code,
        kind=kind.name,
        group_code=kind.group,
        phase_code=kind.phase_code,
        phase=kind.phase,
        opened_on=closed_on if place.follows else None,
        closed_on=closed_on if place.closes else None,
        low_age=kind.ages[0],
        high_age=kind.ages[1],
        gender="Mixed",
        street=f"{place.id % 80 + 1} School Lane",
        town=town,
        postcode=place.spot.postcode,
        phone=f"01632 960{place.id % 1000:03d}",
        easting=place.spot.easting,
        northing=place.spot.northing,
        added_by_authority_id=council.id,
    )


def write_calendars(seed: int, calendar: Calendar) -> dict[tuple[int, int, str], Term]:
    """Policy and terms of both councils, and school years of every council's schools."""
    chance = Chance(seed, "calendars")
    terms: dict[tuple[int, int, str], Term] = {}
    for council in WITH_ROLL:
        store(_policies(chance, council.id, calendar))
        for term in calendar.terms:
            year, season = term.academic_year.start_year, term.season.value
            terms[council.id, year, season] = Term(
                id=chance.id(),
                authority_id=council.id,
                academic_year=year,
                name=season,
                started_on=term.started_on,
                ended_on=term.ended_on,
                pep_deadline_on=deadline(term),
            )
    store(list(terms.values()))
    _write_school_years(chance, calendar)
    return terms


def _write_school_years(chance: Chance, calendar: Calendar) -> None:
    """The same school year for the schools of every made-up council."""
    periods: list[Any] = []
    closed: list[Any] = []
    for council in COUNCILS:
        for year in calendar.years:
            periods += [
                TeachingPeriod(
                    id=chance.id(),
                    authority_id=council.id,
                    started_on=period.started_on,
                    ended_on=period.ended_on or period.started_on,
                )
                for period in year.periods
            ]
            reasons = dict.fromkeys(year.inset_days, "INSET") | dict.fromkeys(
                year.bank_holidays_inside, "Bank holiday"
            )
            closed += [
                ClosedDay(id=chance.id(), authority_id=council.id, on=day, reason=reason)
                for day, reason in sorted(reasons.items())
            ]
    store(periods)
    store(closed)


def _policies(chance: Chance, council: int, calendar: Calendar) -> list[Any]:
    """Two rows in time for Northmere, so that figures show the policy of their date."""
    first = calendar.years[0].year.range.started_on
    changed = calendar.years[2].year.range.started_on
    if council != NORTHMERE.id:
        return [Policy(id=chance.id(), authority_id=council, started_on=first)]
    return [
        Policy(
            id=chance.id(),
            authority_id=council,
            started_on=first,
            ended_on=changed,
            initiate_pep_working_days=20,
            pep_on_time_target=Decimal(92),
        ),
        Policy(id=chance.id(), authority_id=council, started_on=changed),
    ]

"""Turns drawn lives into the rows of the record: child, care, placements, enrolments, health."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from children.models import Child, Enrolment, Flag, Identifier, PeriodOfCare, SenStatus
from children.rules import age_on, fold_name, handover_ended_on
from demo.calendar import Calendar
from demo.care import Homes
from demo.chance import Chance
from demo.geography import COUNCILS, Place
from demo.lives import Life, Numbers, Stay
from placements.models import Address, HealthReturn, LegalStatus, MissingEpisode, Placement, Review
from placements.rules import area_facts, next_review_due
from schools.rules import ONE_DAY, ReturnYear

GSS = {council.id: council.gss_code for council in COUNCILS}
ADJOINING = {  # what an administrator would have entered, by council
    999: {998, 997, 996, 995},
    998: {999, 997, 995},
}
STREETS = (
    "Alder Way",
    "Beck Lane",
    "Chapel Row",
    "Dock Street",
    "Elm Croft",
    "Fell View",
    "Garth End",
    "Harbour Road",
    "Ings Lane",
    "Kiln Close",
    "Lark Rise",
    "Mill Fold",
)
STOP, KNOW = Flag.Kind.STOP, Flag.Kind.KNOW


@dataclass
class Record:
    """The rows of a council's children, by table, in the order they must be written."""

    children: list[Child] = field(default_factory=list)
    facts: dict[type, list[Any]] = field(default_factory=dict)

    def add(self, row: Any) -> None:
        self.facts.setdefault(type(row), []).append(row)


class Writer:
    """Makes the rows of one child after another, from one stream of chance."""

    def __init__(
        self,
        seed: int,
        *,
        calendar: Calendar,
        places: dict[int, Place],
        homes: Homes,
        made_at: datetime,
    ) -> None:
        self._chance = Chance(seed, "record")
        self._numbers = Numbers(seed)
        self._calendar = calendar
        self._places = places
        self._homes = homes
        self._made_at = made_at
        self.record = Record()

    def write(self, lives: Iterable[Life]) -> Record:
        for life in lives:
            self._child(life)
            self._care(life)
            self._school(life)
            self._health(life)
            self._flags(life)
        return self.record

    def _facts(self, life: Life) -> dict[str, Any]:
        return {"id": self._chance.id(), "authority_id": life.council.id, "child_id": life.id}

    def _child(self, life: Life) -> None:
        self._number(life)
        self.record.children.append(
            Child(
                id=life.id,
                authority_id=life.council.id,
                given_name=life.given,
                family_name=life.family,
                known_as=life.known_as,
                sort_name=fold_name(f"{life.family} {life.given}"),
                date_of_birth=life.born_on,
                sex=life.sex,
                ethnicity=life.ethnicity,
                first_language=life.language or ("English" if life.year >= 0 else ""),
                needs_interpreter=life.is_uasc and self._chance.happens(0.6),
                upn=life.upn,
                upn_reason=life.upn_reason,
                uln=life.uln,
                is_uasc=life.is_uasc,
                created_at=self._made_at,
            )
        )

    def _number(self, life: Life) -> None:
        """Identifiers: a UPN from Reception on, a ULN from Year 9, the care system's number."""
        chance = self._chance
        life.social_care_number = self._numbers.social_care()
        if life.year < 0:
            life.upn_reason = "UN1"
        elif life.is_uasc and not life.rolls:
            life.upn_reason = "UN4" if (life.as_of - life.care_started_on).days < 30 else "UN2"
        elif chance.happens(0.004):
            life.upn_reason = "UN5"
        else:
            first = self._places[life.rolls[0].school] if life.rolls else None
            life.upn = self._numbers.upn(life, first.number if first else "2001")
        if life.year >= 9 and life.upn:
            life.uln = self._numbers.uln()
        values = (
            (Identifier.System.SOCIAL_CARE, life.social_care_number),
            (Identifier.System.UPN, life.upn),
            (Identifier.System.ULN, life.uln),
        )
        for system, value in values:
            if value:
                self.record.add(
                    Identifier(
                        **self._facts(life),
                        system=system,
                        value=value,
                        started_on=life.care_started_on,
                    )
                )

    def _care(self, life: Life) -> None:
        add, facts = self.record.add, self._facts
        add(
            PeriodOfCare(
                **facts(life),
                started_on=life.care_started_on,
                ended_on=life.care_ended_on,
                category_of_need=life.need,
                end_reason=life.end_reason,
            )
        )
        for code, started_on, ended_on in life.legal:
            add(LegalStatus(**facts(life), code=code, started_on=started_on, ended_on=ended_on))
        if life.home:
            add(
                Address(
                    **facts(life),
                    kind=Address.Kind.HOME,
                    started_on=life.care_started_on,
                    lines=f"{self._chance.randrange(1, 140)} {self._chance.choice(STREETS)}",
                    postcode=life.home.postcode,
                )
            )
        for stay in life.stays:
            self._placement(life, stay)
        self._reviews(life)
        self._missing(life)

    def _placement(self, life: Life, stay: Stay) -> None:
        chance = self._chance
        council, placed = life.council.id, stay.spot.council.id
        area = area_facts(
            responsible=GSS[council],
            placed_in=GSS[placed],
            adjoining={GSS[number] for number in ADJOINING[council]},
        )
        house = self._homes.households[stay.household] if stay.household is not None else None
        self.record.add(
            Placement(
                id=stay.id,
                authority_id=council,
                child_id=life.id,
                kind=stay.place,
                provider=stay.provider,
                provider_urn=house.urn if house else "",
                started_on=stay.started_on,
                ended_on=stay.ended_on,
                change_reason=stay.reason,
                area=Placement.Area.OUT if area.is_out_of_area else Placement.Area.IN,
                area_authority_id=placed,
                country=area.country,
                is_at_a_distance=area.is_at_a_distance,
                distance_miles=stay.miles,
            )
        )
        self.record.add(
            Address(
                **self._facts(life),
                kind=Address.Kind.PLACEMENT,
                placement_id=stay.id,
                started_on=stay.started_on,
                lines=f"{chance.randrange(1, 140)} {chance.choice(STREETS)}",
                postcode=stay.spot.postcode,
                is_confidential=stay.group == "adoption" or life.part == "amara",
            )
        )

    def _reviews(self, life: Life) -> None:
        """Reviews held in time, nearly all, since care began or for the last three years."""
        held: list[date] = []
        end = life.care_ended_on or life.as_of
        while True:
            due = next_review_due(
                life.care_started_on, held=held, bank_holidays=self._calendar.bank_holidays
            )
            early = 12 if held else 3
            day = due - timedelta(days=self._chance.randrange(early + 3) - 2)
            day -= timedelta(days=max(0, day.weekday() - 4))
            if day >= end or day <= life.care_started_on:
                return
            held.append(day)
            if day < self._calendar.first_day:
                continue
            age = age_on(life.born_on, day)
            code = "PN0" if age < 4 else self._chance.choice(("PN1", "PN1", "PN3", "PN6", "PN7"))
            self.record.add(Review(**self._facts(life), held_on=day, code=code))

    def _missing(self, life: Life) -> None:
        if life.year < 7 or not self._chance.happens(0.13):
            return
        end = life.care_ended_on or life.as_of
        span = (end - max(life.care_started_on, end - timedelta(days=400))).days
        days = {self._chance.randrange(2, span) for _ in range(3)} if span > 5 else set()
        for back in sorted(days):
            started_on = end - timedelta(days=back)
            self.record.add(
                MissingEpisode(
                    **self._facts(life),
                    kind=self._chance.choice("MMA"),
                    started_on=started_on,
                    ended_on=min(end, started_on + timedelta(days=self._chance.randrange(1, 4))),
                )
            )

    def _school(self, life: Life) -> None:
        for roll in life.rolls:
            self.record.add(
                Enrolment(
                    id=roll.id,
                    authority_id=life.council.id,
                    child_id=life.id,
                    school_id=roll.school,
                    kind=roll.kind,
                    agreed_on=roll.agreed_on,
                    started_on=roll.started_on,
                    ended_on=roll.ended_on,
                    access_until=handover_ended_on(roll.ended_on) if roll.ended_on else None,
                    year_group=life.year_on(min(roll.ended_on or life.as_of, life.as_of)),
                    hours_a_week=roll.hours,
                    is_full_time=roll.is_full_time,
                )
            )
        if life.sen_since is not None:
            self.record.add(
                SenStatus(**self._facts(life), code=life.sen, started_on=life.sen_since)
            )

    def _health(self, life: Life) -> None:
        """A row of health for each return year that ended while the child was in care."""
        year = ReturnYear.of(life.care_started_on)
        last = ReturnYear.of(life.care_ended_on or life.as_of)
        for end_year in range(max(year.end_year, last.end_year - 3), last.end_year):
            counted = ReturnYear(end_year)
            if life.care_started_on > counted.started_on:
                continue
            age = age_on(life.born_on, counted.last_day)
            score = min(40, max(0, round(self._chance.gauss(14, 6))))
            scored = 4 <= age <= 16 and self._chance.happens(0.86)
            self.record.add(
                HealthReturn(
                    **self._facts(life),
                    return_year=end_year,
                    sdq_score=score if scored else None,
                    sdq_reason="" if scored else ("SDQ1" if not 4 <= age <= 16 else "SDQ4"),
                    is_convicted=age >= 10 and self._chance.happens(0.02),
                    had_development_check=age < 5 or None,
                    has_immunisations=self._chance.happens(0.85),
                    had_teeth_check=self._chance.happens(0.8),
                    had_health_assessment=self._chance.happens(0.9),
                    substance_misuse=age >= 12 and self._chance.happens(0.03),
                )
            )

    def _flags(self, life: Life) -> None:
        if not life.is_looked_after:
            return
        since = life.stays[-1].started_on
        chosen: list[tuple[str, str, str]] = []
        if life.part == "amara" or life.group == "adoption" or self._chance.happens(0.06):
            why = "The birth family must not learn where the placement is."
            chosen.append((STOP, "Do not share home address", why))
        if life.language and life.language != "English" and not life.is_uasc:
            chosen.append((KNOW, f"Speaks {life.language} at home", ""))
        if self._chance.happens(0.03):
            chosen.append((KNOW, "Wears hearing aids", "Seat near the front."))
        if self._chance.happens(0.025):
            chosen.append(
                (STOP, "Severe allergy", "Carries an auto-injector; school holds a second.")
            )
        for kind, label, reason in chosen:
            self.record.add(
                Flag(
                    **self._facts(life),
                    kind=kind,
                    label=label,
                    reason=reason,
                    started_on=since,
                    review_on=since + timedelta(days=365) if kind == STOP else None,
                )
            )


def last_day(ended_on: date | None, today: date) -> date:
    """The last day a range holds, as far as today."""
    return today if ended_on is None else min(today, ended_on - ONE_DAY)


def in_order(lives: Sequence[Life]) -> list[Life]:
    """Children by id: the order in which keys are cheapest to write."""
    return sorted(lives, key=lambda life: life.id)

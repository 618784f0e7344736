"""Freezes agreed plans, has them signed, and says whose hands a plan goes through."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone

from accounts.models import User
from accounts.roles import Role, Seat
from children.models import Child
from demo.calendar import Calendar
from demo.chance import Chance
from demo.earlier import EarlierPlans
from demo.reading import Reading, recorded_year
from demo.schooling import Schools
from demo.timeline import PlanStory
from pep import content, rules
from pep.facts import AttendanceFigures
from pep.models import (
    AgreedVersion,
    FactWord,
    Owner,
    Paper,
    PersonalEducationPlan,
    Signature,
)
from schools.models import Authority, Term

LATEST_PAPERS = 11  # PDFs owed to the worker; the others are made when asked for
LATEST_OF_CAST = 3
MOST_FACTS = 12  # said in one plan


@dataclass(frozen=True, slots=True)
class Said:
    """What the content of a plan asks of an answer."""

    value: Any

    @property
    def said(self) -> Any:
        return self.value


@dataclass(frozen=True, slots=True)
class Known:
    """Rows written before the plans, to hang them on."""

    children: Mapping[UUID, Child]
    terms: Mapping[tuple[int, int, str], Term]
    authorities: Mapping[int, Authority]
    schools: Schools
    reading: Reading
    calendar: Calendar


def time_on(chance: Chance, day: date) -> datetime:
    """Some time of a working day."""
    minutes = chance.randrange(9 * 60, 17 * 60)
    return timezone.make_aware(datetime.combine(day, time(minutes // 60, minutes % 60)))


def facts(chance: Chance, plan: PersonalEducationPlan) -> dict[str, Any]:
    """What every row of a plan begins with."""
    return {"id": chance.id(), "authority_id": plan.authority_id, "child_id": plan.child_id}


def _agreed_at(version: AgreedVersion) -> datetime:
    return version.agreed_at


class People:
    """Who writes, sends, checks and signs one plan."""

    def __init__(self, story: PlanStory, reading: Reading) -> None:
        life, on = story.life, story.agreed_on or story.begun_on or story.created_on
        on = max(life.care_started_on, min(on, life.as_of))
        if life.care_ended_on and on >= life.care_ended_on:
            on = life.care_ended_on - timedelta(days=1)
        self.worker = reading.involved(life, Role.SOCIAL_WORKER, on)[0]
        self.checker = reading.involved(life, Role.ADVISER, on)[0]
        self.checker_role = Role.ADVISER
        teacher = reading.teacher(story.school)
        # Without a school the social worker writes what school would: PEP-13
        self.sender = teacher or self.worker
        self.sender_role = Role.DESIGNATED_TEACHER if teacher else Role.SOCIAL_WORKER
        carers = reading.involved(life, Role.CARER, on)
        self.carer = next((carer for carer in carers if carer.email), None)
        self.child = next(iter(reading.involved(life, Role.YOUNG_PERSON, on)), None)

    def writer(self, owner: str) -> User:
        match owner:
            case Owner.SOCIAL_WORKER:
                return self.worker
            case Owner.CARER:
                return self.carer or self.sender
            case Owner.CHILD:
                return self.child or self.sender
            case _:
                return self.sender


class Agreements:
    """Writes agreed versions with their signatures and papers."""

    def __init__(
        self,
        chance: Chance,
        known: Known,
        rows: dict[type, list[Any]],
        earlier: EarlierPlans,
    ) -> None:
        self._chance = chance
        self._known = known
        self._earlier = earlier
        self._rows = rows
        self._of_cast: list[AgreedVersion] = []

    def agree(
        self,
        plan: PersonalEducationPlan,
        story: PlanStory,
        people: People,
        attendance: AttendanceFigures | None,
        answers: Mapping[tuple[str, str], Any],
    ) -> None:
        """Freeze the plan in the very words an agreement freezes it in, and have it signed."""
        life, day = story.life, story.agreed_on or story.created_on
        at = plan.agreed_at or plan.started_at
        held: dict[tuple[str, str], Any] = {key: Said(value) for key, value in answers.items()}
        words = [word for word in self._rows[FactWord][-MOST_FACTS:] if word.plan_id == plan.pk]
        parts = content.Parts(
            held=held,
            said={(word.section, word.key): word for word in words},
            read=self._known.reading.facts(life, on=day, school=story.school, figures=attendance)
            | self._earlier.facts(plan, on=day),
            year=recorded_year(life, day),
            attendance=attendance,
        )
        people.checker.seat = Seat(role=people.checker_role)
        whole = content.assembled(plan, parts, agreed_by=people.checker, at=at)
        self._earlier.remember(plan, whole)
        canonical = rules.canonical_json(whole)
        version = AgreedVersion(
            **facts(self._chance, plan),
            plan_id=plan.pk,
            number=1,
            form_version_id=plan.form_version_id,
            content=canonical,
            sha256=rules.content_hash(canonical),
            agreed_at=at,
            agreed_by=people.checker,
        )
        self._rows[AgreedVersion].append(version)
        if life.part:
            self._of_cast.append(version)
        self._sign(plan, story, people, version)

    def _sign(
        self,
        plan: PersonalEducationPlan,
        story: PlanStory,
        people: People,
        version: AgreedVersion,
    ) -> None:
        signers = [(people.sender, people.sender_role), (people.worker, Role.SOCIAL_WORKER)]
        if story.final_on is None:
            signers = signers[: self._chance.randrange(2)]
        elif people.carer is not None and self._chance.happens(0.5):
            signers.append((people.carer, Role.CARER))
        last = story.final_on or self._known.calendar.today - timedelta(days=1)
        earliest = version.agreed_at + timedelta(minutes=5)
        seen: set[Any] = set()
        for person, role in signers:
            if person.pk in seen:
                continue
            seen.add(person.pk)
            self._rows[Signature].append(
                Signature(
                    **facts(self._chance, plan),
                    version_id=version.pk,
                    person=person,
                    role=role,
                    sha256=version.sha256,
                    signed_at=max(time_on(self._chance, last), earliest),
                )
            )

    def owe_papers(self) -> None:
        """PDFs of the latest agreed plans, for the worker to make when it starts.

        Those of the children people meet first come before others.
        """
        versions: list[AgreedVersion] = self._rows[AgreedVersion]
        of_cast = sorted(self._of_cast, key=_agreed_at, reverse=True)[:LATEST_OF_CAST]
        latest = [*of_cast, *sorted(versions, key=_agreed_at, reverse=True)]
        for version in list(dict.fromkeys(latest))[:LATEST_PAPERS]:
            self._rows[Paper].append(
                Paper(
                    id=self._chance.id(),
                    authority_id=version.authority_id,
                    child_id=version.child_id,
                    version_id=version.pk,
                    asked_at=version.agreed_at,
                )
            )

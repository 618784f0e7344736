"""Who is in a section just now. Only a kindness: without the cache nobody seems to be there."""

import logging
from dataclasses import dataclass
from uuid import UUID

from django.core.cache import cache
from redis.exceptions import RedisError

from accounts.models import User
from ui.words import in_a_sentence

logger = logging.getLogger(__name__)

SECONDS = 75  # two beats and a half of 30 seconds


@dataclass(frozen=True, slots=True)
class Here:
    """Another person in a section of the plan."""

    person_id: UUID
    name: str
    role: str  # as it stands within a sentence
    slug: str
    title: str = ""  # of the section, for whoever shows it


def enter(*, plan_id: UUID, slug: str, person: User) -> None:
    """Say that a person has a section open; forgotten after a while without another word."""
    role = in_a_sentence(person.seat.role.label) if person.seat else ""
    here = [str(person.pk), person.name, role, slug]
    try:
        people = cache.get(_people(plan_id)) or []
        if str(person.pk) not in people:
            people = [*people, str(person.pk)][-20:]
        cache.set_many({_people(plan_id): people, _person(plan_id, here[0]): here}, SECONDS)
    except (RedisError, OSError):
        logger.info("presence is not known: the cache is away")


def others(*, plan_id: UUID, person: User) -> list[Here]:
    """List the others who have a section of the plan open; nobody when the cache is away."""
    try:
        people = [pk for pk in cache.get(_people(plan_id)) or [] if pk != str(person.pk)]
        found = cache.get_many([_person(plan_id, pk) for pk in people])
    except (RedisError, OSError):
        return []
    rows = [found[key] for pk in people if (key := _person(plan_id, pk)) in found]
    return [Here(UUID(pk), *words) for pk, *words in rows]


def _people(plan_id: UUID) -> str:
    return f"pep:here:{plan_id}"


def _person(plan_id: UUID, person_id: str) -> str:
    return f"pep:here:{plan_id}:{person_id}"

"""Every route, method and child, as every person: what must hold of any answer of the site.

The walk is dear, some twenty thousand answers, so it is made once. Each of `EYES` looks at every
answer and names what is wrong with it; a new thing that must hold of every page is one more of
them. Amara's name is markup here, her home is confidential, and words that stand nowhere else are
planted in each place that leads to it.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import pytest

from accounts import wall
from audit.models import Event
from children.models import Child
from tests import matrix
from tests.admin_table import build_settings
from tests.confidential import HIDDEN_FROM, REGISTER, letters, text_of
from tests.matrix import ALL_ROUTES, ANONYMOUS, OTHER, OWN, PEOPLE, SAME, Row
from tests.world import (
    PLANTED_NOTE,
    PLANTED_POSTCODE,
    PLANTED_STREET,
    PLANTED_UPN,
    SEALED_NAME,
    build_world,
)

# One person with many pages and some with few in each, so that no process waits for another
GROUPS = [PEOPLE[start::6] for start in range(6)]
PLANTED = (PLANTED_STREET, PLANTED_POSTCODE, PLANTED_UPN, SEALED_NAME, PLANTED_NOTE)
MARKUP = "<script>alert(1)</script>"
QUOTED = "\"'><img src=x onerror=alert(2)>"
FAMILIES = ("Okell", "Arden", "Łaska")
# What the record calls a page that names children. One child's own pages name the child too
OF_ONE = {"child.opened", "child.downloaded", "child.address_shown", "child.exported"}
OF_SEVERAL = {"children.listed", "search", "load.opened", "load.faults_downloaded", "record.read"}
OF_ONE_ONLY = ("dashboard:child", "pep:", "quality:check", "quality:result")


@dataclass(frozen=True)
class Seen:
    """An answer, whose it was, and the events it left in that person's name."""

    person: str
    row: Row
    status: int
    text: str
    letters: str
    events: Callable[[], list[Event]]  # asked for only where somebody looks

    @property
    def usual(self):
        """Whether the route was asked as its own pages ask it."""
        return self.row.method == ALL_ROUTES[self.row.route].method

    @property
    def names_a_child(self):
        return any(family in self.text for family in FAMILIES)

    @property
    def names_amara(self):
        return "&lt;img src=x" in self.text


def answers_as_reviewed(seen, expected):
    if seen.status != expected:
        yield f"{seen.status} instead of {expected}"


def gives_no_home_or_number_away(seen, _):
    """The street, postcode and UPN of every child are on no page that is only opened."""
    if seen.row.method == "get":
        yield from (f"tells {planted}" for planted in PLANTED if planted in seen.text)


def hides_what_leads_to_the_home(seen, _):
    """Distance, area, carer, school ...: of Amara, from those who are not cleared for it [DP-4]."""
    if seen.row.method == "get" and seen.row.route not in REGISTER:
        hidden = HIDDEN_FROM.get(seen.person, ())
        yield from (f"leads to the home: {p}" for p in hidden if letters(p) in seen.letters)


def keeps_markup_as_text(seen, _):
    yield from (f"runs {words}" for words in (MARKUP, "<img src=x") if words in seen.text)


def is_written_down(seen, _):
    """Whoever is shown a child's name is in the record for it, on the child's pages by child."""
    if not seen.usual or not seen.names_a_child:
        return
    events = seen.events()
    of_one = {event.kind for event in events if event.child_id} & OF_ONE
    of_several = {event.kind for event in events} & OF_SEVERAL
    one_only = seen.row.whose != matrix.ANY and seen.row.route.startswith(OF_ONE_ONLY)
    if not (of_one if one_only else of_one | of_several):
        yield f"shown and not written down: {sorted({event.kind for event in events})}"


EYES = (
    answers_as_reviewed,
    gives_no_home_or_number_away,
    hides_what_leads_to_the_home,
    keeps_markup_as_text,
    is_written_down,
)


@pytest.fixture
def worlds(db):
    world = build_world()
    build_settings(world.amara.authority, world.zofia.authority)
    with wall.opened([901, 902]):
        Child.objects.filter(pk=world.amara.pk).update(given_name=MARKUP, known_as=QUOTED)
        world.amara.refresh_from_db()
        return {
            OWN: world,
            SAME: matrix.about(world, "kofi"),
            OTHER: matrix.about(world, "zofia"),
        }


def become(client, worlds, person):
    client.logout()
    if person != ANONYMOUS:
        client.force_login(worlds[OWN].people[person])


def walk(client, worlds, person, rows):
    """Ask these rows as this person, each answer taken back."""
    become(client, worlds, person)
    user = worlds[OWN].people.get(person)
    before = _last_event()
    for row in rows:
        with matrix.taken_back():
            answer = matrix.ask(client, worlds, row)
            text = answer.content.decode(errors="replace")
            events = partial(_since, before, user)
            yield Seen(person, row, answer.status_code, text, text_of(answer), events)


def _last_event():
    with wall.opened([901, 902]):
        return Event.objects.latest("pk").pk


def _since(place, user):
    if user is None:
        return []
    with wall.opened([901, 902]):
        return list(Event.objects.filter(pk__gt=place, actor_id=user.pk).order_by("pk"))


@pytest.mark.parametrize("people", GROUPS, ids=lambda people: people[0])
def test_every_answer_is_as_it_must_be(client, worlds, people):
    reviewed = matrix.read()
    rows = list(matrix.rows(worlds))
    taken = [row for row in rows if not matrix.is_not_taken(reviewed.get(row, {}))]
    wrong, naming, marked_up = [], set(), 0
    for person in people:
        # A method that a page does not take is refused before anybody is looked at: one person
        # of each group asks with it, and who is not signed in
        asked = rows if person in {people[0], ANONYMOUS} else taken
        for seen in walk(client, worlds, person, asked):
            expected = reviewed.get(seen.row, {}).get(person)
            wrong += [
                f"{person}, {seen.row}: {fault}" for eye in EYES for fault in eye(seen, expected)
            ]
            naming |= {seen.row.route} if seen.names_a_child else set()
            marked_up += seen.names_amara

    assert wrong == []
    if "head" in people:  # that there was something to see
        assert {"dashboard:child", "dashboard:children", "pep:plan", "schools:school"} <= naming
        assert marked_up > 20


def test_every_route_has_its_rows_and_no_row_is_of_a_route_that_is_gone(worlds):
    assert set(matrix.rows(worlds)) == set(matrix.read())


if "VS_WRITE_MATRIX" in os.environ:

    def test_write_what_the_matrix_lacks(client, worlds):
        """Keep what was reviewed, take the answers that are missing, drop rows of routes gone."""
        reviewed = matrix.read()
        answers = {row: dict(reviewed.get(row, {})) for row in matrix.rows(worlds)}
        for person in PEOPLE:
            become(client, worlds, person)
            for row, given in answers.items():
                if person not in given:
                    with matrix.taken_back():
                        given[person] = matrix.ask(client, worlds, row).status_code
        matrix.write(answers)

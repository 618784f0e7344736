"""The site answers as the reviewed matrix says, and the matrix itself has no hole."""

import os

import pytest

from accounts import wall
from tests import matrix
from tests.access_table import ADMINISTRATORS, AMARAS, EVERYONE, FIGURES, ROUTES, TEAM
from tests.matrix import ANONYMOUS, OTHER, OWN, PEOPLE, SAME
from tests.world import build_world

GROUPS = [PEOPLE[start::5] for start in range(5)]
REFUSED = {403, 404, 405}
OTHERS_PEOPLE = {"other_head", "other_carer"}  # of Zofia's authority, or involved with her
ELSEWHERE = {"other_teacher"}  # Kofi's and Zofia's school


@pytest.fixture
def worlds(db):
    world = build_world()
    with wall.opened([901, 902]):
        return {
            OWN: world,
            SAME: matrix.about(world, "kofi"),
            OTHER: matrix.about(world, "zofia"),
        }


if "VS_WRITE_MATRIX" in os.environ:

    def test_write_what_the_matrix_lacks(client, worlds):
        """Keep what was reviewed, take the answers that are missing, drop rows of routes gone."""
        reviewed = matrix.read()
        answers = {row: dict(reviewed.get(row, {})) for row in matrix.rows(worlds)}
        for person in PEOPLE:
            _become(client, worlds, person)
            for row, given in answers.items():
                if person not in given:
                    given[person] = matrix.answer(client, worlds, row)
        matrix.write(answers)


def _become(client, worlds, person):
    client.logout()
    if person != ANONYMOUS:
        client.force_login(worlds[OWN].people[person])


@pytest.mark.parametrize("people", GROUPS, ids=lambda people: people[0])
def test_the_site_answers_as_the_matrix_says(client, worlds, people):
    reviewed = matrix.read()
    wrong = []
    for person in people:
        _become(client, worlds, person)
        for row in matrix.rows(worlds):
            expected = reviewed.get(row, {}).get(person)
            status = matrix.answer(client, worlds, row)
            if status != expected:
                wrong.append(f"{person}, {row}: {status} instead of {expected}")

    assert wrong == []


def test_every_route_has_its_rows_and_no_row_is_of_a_route_that_is_gone(worlds):
    assert set(matrix.rows(worlds)) == set(matrix.read())


def cells(*, whose=None):
    return [
        (row, person, status)
        for row, given in matrix.read().items()
        for person, status in given.items()
        if (whose is None or row.whose == whose) and not ROUTES[row.route].public
    ]


def refused(wrong):
    return [f"{person}, {row}: {status}" for row, person, status in wrong if status not in REFUSED]


def test_every_cell_is_filled():
    assert [row for row, given in matrix.read().items() if set(given) != set(PEOPLE)] == []


def test_nobody_without_a_seat_gets_anywhere():
    assert refused(c for c in cells() if c[1] == "nobody") == []


def test_without_signing_in_there_is_only_the_sign_in_page():
    assert {status for _, person, status in cells() if person == ANONYMOUS} <= {302, 405}


def test_a_child_of_another_authority_is_nobodys_here():
    here = set(EVERYONE) - OTHERS_PEOPLE - ELSEWHERE

    assert refused(c for c in cells(whose=OTHER) if c[1] in here) == []


def test_a_child_who_is_not_theirs_is_closed_to_all_but_the_team_and_the_school():
    own = (TEAM - {"other_head"}) | ELSEWHERE

    assert refused(c for c in cells(whose=SAME) if c[1] in set(EVERYONE) - own) == []


def test_amara_is_closed_to_everyone_she_is_not_involved_with():
    assert refused(c for c in cells(whose=OWN) if c[1] in set(EVERYONE) - AMARAS) == []


def test_administrators_and_governors_open_no_child():
    several = [cell for whose in (OWN, SAME, OTHER) for cell in cells(whose=whose)]

    assert refused(c for c in several if c[1] in ADMINISTRATORS | FIGURES) == []

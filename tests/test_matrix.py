"""The reviewed matrix has no hole, and says what any matrix must say."""

from tests import matrix
from tests.access_table import ADMINISTRATORS, AMARAS, EVERYONE, FIGURES, TEAM
from tests.admin_table import ADMIN_ROUTES
from tests.matrix import ALL_ROUTES, ANONYMOUS, OTHER, OTHER_ROW, OWN, PEOPLE, SAME

REFUSED = {403, 404, 405}
OTHERS_PEOPLE = {"other_head", "other_carer"}  # of Zofia's authority, or involved with her
ELSEWHERE = {"other_teacher"}  # Kofi's and Zofia's school


def cells(*, whose=None):
    return [
        (row, person, status)
        for row, given in matrix.read().items()
        for person, status in given.items()
        if (whose is None or row.whose == whose) and not ALL_ROUTES[row.route].public
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


def test_nobody_but_an_administrator_gets_into_the_admin():
    inside = [c for c in cells() if c[0].route in ADMIN_ROUTES and c[1] != ANONYMOUS]

    assert refused(c for c in inside if c[1] not in ADMINISTRATORS) == []


def test_no_page_of_the_admin_deletes():
    deleting = [c for c in cells() if c[0].route.startswith("admin:") and "_delete" in c[0].route]

    assert [c for c in deleting if c[2] not in {302, 403}] == []


def test_an_authoritys_administrator_changes_no_row_of_another():
    """A row that is not theirs to see leads back to the index; one they may look at is refused."""
    answers = {
        (row.route, row.method): status
        for row, person, status in cells(whose=OTHER_ROW)
        if person == "authority_administrator" and row.route.endswith("_change")
    }
    assert len(answers) > 15
    let_in = [
        route
        for (route, method), status in answers.items()
        if method == "post" and status != 403 and answers[route, "get"] != 302
    ]

    assert let_in == []

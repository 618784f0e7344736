"""A form that arrives empty says what to enter: it is not shown again as if it were only opened."""

import pytest
from django.urls import reverse

from tests import matrix
from tests.access_table import ROUTES
from tests.world import build_world

ASKS = [
    ("people:give", "authority_administrator", "Select a role"),
    ("people:invite", "authority_administrator", "Enter their email address"),
    ("people:invite_to_child", "head", "Enter their email address"),
    ("people:invite_colleague", "teacher", "Enter their email address"),
    ("people:change", "manager", "Select a person"),
    ("people:caseload", "manager", "Select a person"),
    ("people:add_cover", "manager", "Select a person"),
    ("accounts:switch", "head", "Select a role"),
]


@pytest.mark.parametrize(("name", "key", "words"), ASKS, ids=[name for name, *_ in ASKS])
def test_it_says_what_to_enter(client, db, name, key, words):
    world = build_world()
    client.force_login(world.people[key])
    route = ROUTES[name]
    url = reverse(name, kwargs=route.kwargs(world) if route.kwargs else None)

    answer = client.post(url)

    text = answer.content.decode()
    assert answer.status_code == 422
    summary = text.partition("govuk-error-summary__list")[2].partition("</ul>")[0]
    assert words in summary
    assert "This field is required" not in text


# Asks for nothing, or answers with what was made or found, or asks whether one is sure; a form
# that is not theirs to fill
ANSWERED_WITHOUT_WORDS = {
    "families:make_code", "families:make_sheet", "families:young_person", "dashboard:search",
    "dashboard:export_access", "pep:autosave", "pep:presence",
    "people:again", "children:lift", "children:end_instruction", "children:end_note",
}  # fmt: skip


def test_a_form_sent_empty_is_never_answered_as_if_it_were_only_opened():
    """It says what is missing (422); a page that is only read takes nothing (405).

    Django's administration answers 200 to a form with errors.
    """
    told = {row.route for row, given in matrix.read().items()
            if row.method == "post" and 200 in given.values()
            and not row.route.startswith("admin:")}  # fmt: skip

    assert told == ANSWERED_WITHOUT_WORDS

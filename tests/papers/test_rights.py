"""Before whom a paper is stood, and when one that was made is no longer its reader's [DP-4]."""

from dataclasses import replace
from types import SimpleNamespace
from uuid import UUID

import pytest

from accounts.roles import Role
from papers import rights
from papers.rules import Kind
from pep.rights import Reader

TEACHER = Reader(role=Role.DESIGNATED_TEACHER)


@pytest.mark.parametrize(
    "change",
    [
        {"role": Role.HEAD_TEACHER},
        {"is_former_school": True},
        {"child_shares": "social_worker"},
        {"named": frozenset({"english"})},
        {"is_home_hidden": True},
        {"not_named": frozenset({UUID(int=1)})},
    ],
    ids=str,
)
def test_whatever_changes_what_is_read_changes_the_mark(change):
    before = rights.mark(TEACHER, is_confidential=False)

    assert rights.mark(replace(TEACHER, **change), is_confidential=False) != before
    assert rights.mark(TEACHER, is_confidential=True) != before


def test_that_writing_has_ended_changes_no_paper():
    reading = replace(TEACHER, is_writing_allowed=False)

    assert rights.mark(reading, is_confidential=True) == rights.mark(TEACHER, is_confidential=True)


@pytest.mark.parametrize(
    ("kind", "asks", "narrowed_to", "is_hidden"),
    [
        (Kind.SCHOOL, Role.ADVISER, Role.DESIGNATED_TEACHER, True),
        (Kind.FAMILY, Role.ADVISER, Role.CARER, True),
        (Kind.FAMILY, Role.CARER, Role.CARER, False),
        (Kind.FAMILY, Role.YOUNG_PERSON, Role.CARER, False),
        (Kind.FULL, Role.ADVISER, None, None),
        (Kind.MEETING, Role.ADVISER, None, None),
    ],
)
def test_a_copy_for_others_is_stood_before_them(kind, asks, narrowed_to, is_hidden):
    reader = Reader(role=asks, child_shares="social_worker")
    hidden = rights.stands_before(kind, reader, is_confidential=True)
    known = rights.stands_before(kind, reader, is_confidential=False)

    if narrowed_to is None:
        assert hidden is known is None
    else:
        assert (hidden.role, hidden.is_home_hidden) == (narrowed_to, is_hidden)
        assert (known.role, known.is_home_hidden) == (narrowed_to, False)
        assert hidden.child_shares == "social_worker"


@pytest.mark.parametrize(
    ("role", "is_agreed", "version", "kinds"),
    [
        (Role.ADVISER, True, "latest", "full school family meeting blank"),
        (Role.ADVISER, False, None, "meeting blank draft"),
        (Role.ADVISER, False, "before it was opened again",
         "full school family meeting blank draft"),
        (Role.CARER, True, "latest", "full family meeting blank"),
        (Role.YOUNG_PERSON, True, "latest", "full family meeting blank"),
        (Role.INVITED_COLLEAGUE, True, "latest", "full meeting blank"),
        (Role.SEND_OFFICER, True, "latest", "full meeting blank"),
    ],
)  # fmt: skip
def test_the_papers_there_are_for_each(role, is_agreed, version, kinds):
    """The page lists these, and the worker makes no other, whoever asked for it."""
    plan = SimpleNamespace(is_agreed=is_agreed)
    found = rights.kinds_open(plan, Reader(role=role), version=version)

    assert [kind.value for kind in found] == kinds.split()

"""Which facts each role reads: the access matrix, row by row."""

import pytest

from accounts.permissions import PERMISSIONS, Permission
from accounts.roles import SCHOOL_ROLES, TEAM_ROLES, Role
from children.rights import FIELD_RIGHTS, Fact, Sight, facts_for, sight_of
from tests.factories.accounts import person, seated


@pytest.mark.parametrize("role", sorted(TEAM_ROLES))
def test_the_virtual_school_reads_where_a_child_lives(role):
    assert {Fact.WHERE, Fact.PLACEMENT_HISTORY, Fact.ADDRESS} <= facts_for(role)


@pytest.mark.parametrize("role", sorted(SCHOOL_ROLES))
def test_a_school_reads_the_least_of_care(role):
    facts = facts_for(role)

    assert Fact.LEGAL_STATUS in facts
    assert not facts & {Fact.WHERE, Fact.PLACEMENT_HISTORY, Fact.CARERS}


def test_two_people_of_a_school_may_ask_for_an_address_that_is_not_confidential():
    asking = {role for role in SCHOOL_ROLES if Fact.ADDRESS in facts_for(role)}

    assert asking == {Role.DESIGNATED_TEACHER, Role.SAFEGUARDING_LEAD}
    assert not any(Fact.ADDRESS in facts_for(r, is_confidential=True) for r in SCHOOL_ROLES)


def test_only_those_who_match_records_read_identifiers():
    readers = {role for role, facts in FIELD_RIGHTS.items() if Fact.IDENTIFIERS in facts}

    assert readers == {Role.VIRTUAL_SCHOOL_HEAD, Role.OFFICER}


@pytest.mark.parametrize("role", [Role.GOVERNOR, Role.FINANCE_OFFICER, "unheard_of", "", None])
def test_a_role_that_is_not_named_reads_nothing(role):
    assert facts_for(role) == frozenset()


def test_a_confidential_home_hides_more_from_who_is_not_cleared(monkeypatch):
    adviser_like = FIELD_RIGHTS[Role.ADVISER] - {Fact.ADDRESS}
    monkeypatch.setitem(FIELD_RIGHTS, Role.PERSONAL_ADVISER, adviser_like)

    hidden = facts_for(Role.PERSONAL_ADVISER) - facts_for(
        Role.PERSONAL_ADVISER, is_confidential=True
    )

    assert hidden == {Fact.WHERE, Fact.CARERS, Fact.SCHOOL, Fact.MEETING_PLACE}
    assert facts_for(Role.ADVISER, is_confidential=True) == facts_for(Role.ADVISER)


def test_of_a_hidden_home_a_school_may_be_told_its_own_name_alone():
    facts = frozenset({Fact.SCHOOL})
    hidden = Sight(facts=facts, is_hidden=True, school_id=7)

    assert hidden.names_school(7)
    assert not hidden.names_school(8)
    assert Sight(facts=facts, is_hidden=False, school_id=7).names_school(8)


def test_a_home_is_hidden_unless_it_is_said_not_to_be_confidential(authority):
    seat = seated(person(Role.PERSONAL_ADVISER, authority=authority)).seat

    assert sight_of(seat).is_hidden
    assert not sight_of(seat, is_confidential=False).is_hidden


def test_the_right_to_an_address_is_the_permission_to_ask():
    may_ask = {role for role, given in PERMISSIONS.items() if Permission.SEE_HOME_ADDRESS in given}

    assert may_ask == {role for role, facts in FIELD_RIGHTS.items() if Fact.ADDRESS in facts}

"""The second table of rights, read like the access matrix it comes from."""

import pytest

from accounts.roles import Role
from pep.rights import SECTION_RIGHTS, Reader, Right, shares_of

OWNERS = ("school", "social_worker", "carer", "child", "virtual_school")
N, R, W = Right.NONE, Right.READ, Right.WRITE


@pytest.mark.parametrize(
    ("role", "expected"),
    [
        (Role.SOCIAL_WORKER, [W, W, R, R, R]),
        (Role.DUTY_WORKER, [W, W, R, R, R]),
        (Role.ADVISER, [W, R, R, W, W]),
        (Role.CARER, [R, N, W, R, N]),
        (Role.TEAM_MANAGER, [R, R, R, R, R]),
    ],
)
def test_without_a_school_the_social_worker_writes_its_part_pep_13(role, expected):
    assert rights_of(Reader(role=role, has_school=False)) == expected


def rights_of(reader):
    return [reader.right(owner=owner, slug="x") for owner in OWNERS]


@pytest.mark.parametrize(
    ("role", "expected"),
    [
        (Role.VIRTUAL_SCHOOL_HEAD, [W, R, R, W, W]),
        (Role.ADVISER, [W, R, R, W, W]),
        (Role.OFFICER, [R, R, R, N, R]),
        (Role.SOCIAL_WORKER, [R, W, R, R, R]),
        (Role.TEAM_MANAGER, [R, R, R, R, R]),
        (Role.REVIEWING_OFFICER, [R, R, R, R, R]),
        (Role.PERSONAL_ADVISER, [R, N, N, N, N]),
        (Role.DESIGNATED_TEACHER, [W, R, W, W, R]),
        (Role.HEAD_TEACHER, [R, R, R, R, R]),
        (Role.SAFEGUARDING_LEAD, [R, R, N, R, N]),
        (Role.DUTY_WORKER, [R, W, R, R, R]),
        (Role.SEND_OFFICER, [R, N, N, N, N]),
        (Role.ADMISSIONS_OFFICER, [N, N, N, N, N]),
        (Role.YOUTH_JUSTICE_WORKER, [N, N, N, N, N]),
        (Role.AREA_VIRTUAL_SCHOOL, [N, N, N, N, N]),
        (Role.CARER, [R, N, W, R, N]),
        (Role.YOUNG_PERSON, [N, N, N, W, N]),
        (Role.GOVERNOR, [N, N, N, N, N]),
        (Role.FINANCE_OFFICER, [N, N, N, N, N]),
        (Role.INVITED_COLLEAGUE, [N, N, N, N, N]),
        (Role.AUTHORITY_ADMINISTRATOR, [N, N, N, N, N]),
        (Role.SYSTEM_ADMINISTRATOR, [N, N, N, N, N]),
    ],
)
def test_what_each_role_may_do_with_each_owners_sections(role, expected):
    assert rights_of(Reader(role=role)) == expected


def test_a_colleague_writes_the_sections_named_for_them_and_no_others():
    reader = Reader(role=Role.INVITED_COLLEAGUE, named=frozenset({"x"}))

    assert rights_of(reader) == [W, N, N, N, N]
    assert reader.right(owner="school", slug="y") == N
    assert reader.who is None
    assert not reader.reads_whole_plan


def test_every_row_names_every_owner():
    assert all(set(row) == set(OWNERS) for row in SECTION_RIGHTS.values())


def test_without_the_permission_to_write_there_is_only_reading():
    assert max(rights_of(Reader(role=Role.ADVISER, is_writing_allowed=False))) == R


def test_a_former_school_has_its_own_sections_and_nothing_else():
    reader = Reader(role=Role.DESIGNATED_TEACHER, is_former_school=True)

    assert rights_of(reader) == [W, N, N, N, N]
    assert not reader.reads_whole_plan


def test_a_carer_does_not_read_what_the_school_asks_money_for():
    assert Reader(role=Role.CARER).right(owner="school", slug="pupil-premium") == N


@pytest.mark.parametrize(
    ("shares", "role", "may"),
    [
        ("everyone", Role.CARER, True),
        ("school_and_social_worker", Role.DESIGNATED_TEACHER, True),
        ("school_and_social_worker", Role.CARER, False),
        ("social_worker", Role.SOCIAL_WORKER, True),
        ("social_worker", Role.ADVISER, True),
        ("social_worker", Role.DESIGNATED_TEACHER, False),
        ("social_worker", Role.REVIEWING_OFFICER, False),
        ("social_worker", Role.YOUNG_PERSON, True),
    ],
)
def test_the_childs_wish_is_kept(shares, role, may):
    reader = Reader(role=role, child_shares=shares)

    assert reader.may_read(owner="child", slug="views") is may


def test_an_unknown_wish_lets_nobody_in():
    assert not Reader(role=Role.ADVISER, child_shares="x").may_read(owner="child", slug="views")


@pytest.mark.parametrize("answers", [{}, {"voice_share": None}, {"voice_share": "everyone"}])
def test_until_the_child_has_said_everyone_reads(answers):
    assert shares_of(answers) == "everyone"


@pytest.mark.parametrize(
    ("status", "role", "is_open"),
    [
        ("with_school", Role.DESIGNATED_TEACHER, True),
        ("with_school", Role.CARER, True),
        ("sent_to_check", Role.DESIGNATED_TEACHER, False),
        ("sent_to_check", Role.ADVISER, False),
        ("being_checked", Role.ADVISER, True),
        ("being_checked", Role.SOCIAL_WORKER, False),
        ("sent_back", Role.DESIGNATED_TEACHER, True),
        ("agreed", Role.VIRTUAL_SCHOOL_HEAD, False),
        ("final", Role.VIRTUAL_SCHOOL_HEAD, False),
        ("with_school", Role.REVIEWING_OFFICER, False),
    ],
)
def test_the_state_of_the_plan_opens_and_closes_it(status, role, is_open):
    assert Reader(role=role).is_open(status) is is_open


@pytest.mark.parametrize(
    ("role", "reads"),
    [
        (Role.DESIGNATED_TEACHER, True),
        (Role.SOCIAL_WORKER, True),
        (Role.OFFICER, False),
        (Role.CARER, False),
        (Role.YOUNG_PERSON, False),
        (Role.PERSONAL_ADVISER, False),
    ],
)
def test_the_full_paper_is_for_those_who_read_every_part(role, reads):
    assert Reader(role=role).reads_whole_plan is reads


@pytest.mark.parametrize("role", [Role.CARER, Role.YOUNG_PERSON, Role.OFFICER, Role.GOVERNOR])
def test_some_seats_move_no_plan(role):
    assert Reader(role=role).who is None


@pytest.mark.parametrize(
    ("role", "is_hidden", "reads"),
    [
        pytest.param(Role.SEND_OFFICER, True, False, id="not cleared for the home"),
        pytest.param(Role.SEND_OFFICER, False, True, id="with an open home"),
        pytest.param(Role.DESIGNATED_TEACHER, True, True, id="the present school, which writes it"),
    ],
)
def test_who_helped_a_child_to_speak_may_lead_home(role, is_hidden, reads):
    """DP-4: it may be the carer."""
    reader = Reader(role=role, is_home_hidden=is_hidden)

    assert reader.reads(slug="views", key="voice_helped") is reads

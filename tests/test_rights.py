"""The tables of rights say what the access matrix of the guidance says, and the pages obey them.

Each case cites a row of the matrix. Columns that are no role of their own stand with their role: a
team manager and a duty worker with the social worker, a safeguarding lead with the school.
"""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts import wall
from accounts.models import User
from accounts.permissions import PERMISSIONS, Permission
from accounts.roles import Role
from children.models import Child, Enrolment
from children.rights import FIELD_RIGHTS, Fact
from pep.models import Owner, PersonalEducationPlan
from pep.rights import SECTION_RIGHTS, Reader, Right
from placements.models import Address, Placement
from tests.factories.accounts import seated
from tests.factories.children import InvolvementFactory
from tests.world import (
    AMARAS_SCHOOL,
    PLANTED_AREA,
    PLANTED_CARER,
    PLANTED_DISTANCE,
    PLANTED_MEETING_PLACE,
    build_world,
)

ROLES = {role.value for role in Role}
TEAM = {"virtual_school_head", "adviser", "officer"}
CARE = {"social_worker", "team_manager", "duty_worker", "reviewing_officer"}
LEADS = {"designated_teacher", "safeguarding_lead"}
SCHOOL = LEADS | {"head_teacher"}
FAMILY = {"carer", "young_person"}


def having(fact):
    return {role.value for role, facts in FIELD_RIGHTS.items() if fact in facts}


def allowed(permission):
    return {role.value for role, given in PERMISSIONS.items() if permission in given}


def reading(owner):
    return {role.value for role, row in SECTION_RIGHTS.items() if row[owner] >= Right.READ}


def writing(owner):
    return {role.value for role, row in SECTION_RIGHTS.items() if row[owner] == Right.WRITE}


@pytest.mark.parametrize(
    ("row", "found", "expected"),
    [
        (
            "Name, school, year",
            having(Fact.SCHOOL),
            TEAM | CARE | SCHOOL | FAMILY | {"personal_adviser"},
        ),
        ("PEP care sections; legal status", having(Fact.LEGAL_STATUS), TEAM | CARE | SCHOOL),
        ("Home address, carer's details: may ask", having(Fact.ADDRESS), TEAM | CARE | LEADS),
        (
            "Home address, carer's details: on request",
            allowed(Permission.SEE_HOME_ADDRESS),
            TEAM | CARE | LEADS,
        ),
        ("QA grades and comments", having(Fact.QUALITY), TEAM | CARE | {"designated_teacher"}),
        (
            "Attendance, suspension",
            having(Fact.ATTENDANCE),
            TEAM | CARE | SCHOOL | FAMILY | {"personal_adviser"},
        ),
        (
            "Audit of this child",
            allowed(Permission.SEE_WHO_LOOKED),
            {"virtual_school_head", "team_manager"},
        ),
        (
            "PEP school sections",
            reading(Owner.SCHOOL),
            TEAM | CARE | SCHOOL | {"carer", "personal_adviser"},
        ),
        ("PEP care sections", reading(Owner.SOCIAL_WORKER), TEAM | CARE | SCHOOL),
        (
            "PEP care sections: write",
            writing(Owner.SOCIAL_WORKER),
            {"social_worker", "duty_worker"},
        ),
        (
            "Voice of child: not the office",
            reading(Owner.CHILD),
            TEAM - {"officer"} | CARE | SCHOOL | FAMILY,
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_the_tables_say_what_the_matrix_says(row, found, expected):
    narrow = {"invited_colleague", "send_officer", "admissions_officer", "youth_justice_worker",
              "area_virtual_school"}  # fmt: skip

    assert found - narrow == expected & ROLES, row


def test_users_and_settings_go_with_no_case_content():
    """Matrix, row "Users, settings": administrators, no case content."""
    for role in (Role.AUTHORITY_ADMINISTRATOR, Role.SYSTEM_ADMINISTRATOR):
        assert role not in FIELD_RIGHTS
        assert role not in SECTION_RIGHTS
        assert not PERMISSIONS[role] & {Permission.SEE_CHILDREN, Permission.SEE_PEPS}


def test_the_office_reads_the_care_section_without_health():
    """Matrix, rows "PEP care sections" (officer R) and "Health, SDQ" (officer none)."""
    reader = Reader(role=Role.OFFICER)

    assert reader.may_read(owner=Owner.SOCIAL_WORKER, slug="care")
    assert reader.reads(slug="care", key="sw_view")
    assert not reader.reads(slug="care", key="conditions")
    assert not reader.reads(slug="care", key="sdq_strategies")


# The pages obey the tables ---------------------------------------------------------------------

# Fact -> what shows it on the pages of a record, for a home that is not confidential
SHOWN_BY = {
    Fact.SCHOOL: AMARAS_SCHOOL,
    Fact.LEGAL_STATUS: "Full care order",
    Fact.PLACEMENT: "Lives with",
    Fact.PLACEMENT_HISTORY: "since coming into care",
    Fact.WHERE: PLANTED_AREA,
    Fact.ADDRESS: "Show the address",
    Fact.CARERS: PLANTED_CARER,
    Fact.PHONES: "01632 960444",
    Fact.MEETING_PLACE: PLANTED_MEETING_PLACE,
    Fact.QUALITY: "Outstandingly plant",
}
PAGES = (
    "child", "child_school", "child_placements", "child_people", "child_peps", "child_targets",
)  # fmt: skip
READERS = (
    "head", "adviser", "officer", "social_worker", "manager", "reviewing_officer",
    "personal_adviser", "teacher", "head_teacher",
)  # fmt: skip


@pytest.fixture
def world(db):
    world = build_world()
    with wall.opened([901]):
        Address.objects.update(is_confidential=False)
        User.objects.filter(pk=world.people["social_worker"].pk).update(phone="01632 960444")
        PersonalEducationPlan.objects.filter(child=world.amara).update(
            quality="outstandingly_plant", status="sent_back"
        )
        assert Placement.objects.get(child=world.amara).distance_miles
    return world


@pytest.mark.parametrize(("key", "homes"), [("social_worker", 2), ("teacher", 1)])
def test_homes_before_this_one_are_for_those_who_read_the_history(client, world, key, homes):
    with wall.opened([901]):
        Placement.objects.create(
            authority=world.amara.authority, child=world.amara, kind="K2", provider="PR1",
            started_on=date(2023, 3, 3), ended_on=date(2024, 3, 3),
        )  # fmt: skip
    client.force_login(world.people[key])

    page = client.get(reverse("dashboard:child_placements", kwargs={"pk": world.amara.pk}))

    assert len(page.context["homes"]) == homes


@pytest.mark.parametrize(
    ("starts", "ends", "agreed", "is_seen"),
    [
        pytest.param(-30, None, None, True, id="on roll"),
        pytest.param(-30, 1, None, True, id="the last day"),
        pytest.param(-30, 0, None, False, id="left today"),
        pytest.param(1, None, None, False, id="to come, not agreed"),
        pytest.param(1, None, 0, True, id="to come, agreed"),
    ],
)
def test_a_school_sees_a_pupil_from_the_agreed_place_to_the_last_day(
    world, starts, ends, agreed, is_seen
):
    today = timezone.localdate()
    days = {"started_on": starts, "ended_on": ends, "agreed_on": agreed}
    dates = {
        name: None if day is None else today + timedelta(days=day) for name, day in days.items()
    }
    with wall.opened([901]):
        Enrolment.objects.filter(child=world.amara).update(**dates)
        teacher = seated(world.people["teacher"])

        assert Child.objects.visible_to(teacher).exists() is is_seen


def test_an_involvement_counts_in_the_authority_of_the_seat(world):
    """A social worker of one council who was named at another works there in another seat."""
    with wall.opened([901, 902]):
        worker = seated(world.people["other_social_worker"])
        InvolvementFactory(child=world.zofia, person=worker, role=Role.SOCIAL_WORKER)

        assert not Child.objects.visible_to(worker).exists()


def test_a_page_shows_a_fact_if_and_only_if_the_table_says_so(client, world):
    wrong = []
    for key in READERS:
        client.force_login(world.people[key])
        text = "".join(
            client.get(reverse(f"dashboard:{page}", kwargs={"pk": world.amara.pk})).content.decode()
            for page in PAGES
        )
        role = {"head": "virtual_school_head", "manager": "team_manager",
                "teacher": "designated_teacher"}.get(key, key)  # fmt: skip
        facts = FIELD_RIGHTS[Role(role)]
        for fact, words in SHOWN_BY.items():
            if (words in text) != (fact in facts):
                wrong.append(f"{key}: {fact}, {words}")
        assert (PLANTED_DISTANCE in text) == (Fact.WHERE in facts)

    assert wrong == []

"""Pages of the roles: what they show, what they write down, what they cost, what they keep back."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

import audit
from accounts import wall
from accounts.roles import Role
from audit.models import Event
from children.actions import ADDRESS_SHOWN, OPENED
from children.models import PeriodOfCare, SenStatus
from children.rules import fold_name
from dashboard.summaries.record import Worker
from pep.models import PlanMove
from placements.models import Address
from tests.factories.accounts import person
from tests.factories.children import (
    ChildFactory,
    EnrolmentFactory,
    InvolvementFactory,
    PeriodOfCareFactory,
)
from tests.factories.pep import make_plan
from tests.factories.placements import AddressFactory, LegalStatusFactory, PlacementFactory
from tests.factories.schools import AuthorityFactory, PolicyFactory, SchoolFactory, TermFactory
from ui import navigation
from ui.words import short_date

UPN = "A801200012045"
STREET = "12 Made Up Road"


def make_child(authority, *, family_name="Okell", given_name="Amara", school=None, **fields):
    child = ChildFactory(
        authority=authority, family_name=family_name, given_name=given_name,
        sort_name=fold_name(f"{family_name} {given_name}"), **fields,
    )  # fmt: skip
    PeriodOfCareFactory(child=child)
    LegalStatusFactory(child=child)
    placement = PlacementFactory(child=child, distance_miles="7.5")
    AddressFactory(child=child, placement=placement, started_on=placement.started_on, lines=STREET)
    EnrolmentFactory(child=child, school=school or SchoolFactory(authority=authority))
    return child


@pytest.fixture
def council(authority, neighbour):
    """Terms and policy of 901, and someone in each role there; the wall is open only in here."""
    today = timezone.localdate()
    year = today.year if today.month >= 9 else today.year - 1
    for number in (-1, 0, 1):
        TermFactory(
            authority=authority, academic_year=year + number,
            started_on=today.replace(day=1) + timedelta(days=120 * number),
            ended_on=today.replace(day=1) + timedelta(days=120 * (number + 1)),
            pep_deadline_on=today + timedelta(days=20),
        )  # fmt: skip
    PolicyFactory(authority=authority)
    return authority


def within(*authorities):
    return wall.opened([authority.pk for authority in authorities])


@pytest.fixture
def child(council):
    with within(council):
        return make_child(council, upn=UPN)


@pytest.fixture
def head(council):
    return person(Role.VIRTUAL_SCHOOL_HEAD, authority=council, given_name="Dev")


@pytest.fixture
def teacher(council, child):
    with within(council):
        school = child.enrolments.get().school
    return person(Role.DESIGNATED_TEACHER, school=school, given_name="Ben")


RECORD_PAGES = (
    "child",
    "child_school",
    "child_attendance",
    "child_peps",
    "child_targets",
    "child_placements",
    "child_people",
    "child_access",
)


def page(client, user, view, /, *args, **query):
    """Open a page; names are posted, as the forms do, all else stands in the address."""
    client.force_login(user)
    return asked(client, reverse(view, args=args), query)


def asked(client, url, query):
    if {"name", "q"} & query.keys():
        return client.post(url, query, follow=True)
    return client.get(url, query)


def test_home_leads_each_role_to_its_first_page(client, council, head, teacher):
    governor = person(Role.GOVERNOR, authority=council)
    adviser = person(Role.ADVISER, authority=council)

    places = {
        user: page(client, user, "dashboard:home").url
        for user in (head, teacher, governor, adviser)
    }

    assert places == {
        head: "/overview/",
        teacher: "/school/",
        governor: "/reports/",
        adviser: "/your-work/",
    }


def test_a_finance_officer_lands_on_the_figures_and_is_offered_no_page_in_vain(client, council):
    user = person(Role.FINANCE_OFFICER, authority=council)

    answer = page(client, user, "dashboard:home")

    assert answer.url == reverse("measures:list")
    for link in navigation.menu(Role.FINANCE_OFFICER, "accounts:account"):
        assert client.get(link.url).status_code == 200


# The record --------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", RECORD_PAGES)
def test_opening_a_record_is_written_down(client, council, child, head, name):
    answer = page(client, head, f"dashboard:{name}", child.pk)

    with within(council):
        event = Event.objects.get(kind=OPENED)
    assert answer.status_code == 200
    assert (event.child_id, event.actor_id, event.authority_id) == (child.pk, head.pk, council.pk)


@pytest.mark.parametrize("name", RECORD_PAGES)
def test_a_record_that_cannot_be_written_down_is_not_shown(client, child, head, name, monkeypatch):
    def broken(**_):
        raise RuntimeError("the record is away")

    monkeypatch.setattr("dashboard.views.frame.record_opening", broken)
    client.force_login(head)

    with pytest.raises(RuntimeError):
        client.get(reverse(f"dashboard:{name}", args=[child.pk]))


@pytest.mark.parametrize("name", RECORD_PAGES)
def test_titles_and_addresses_hold_no_name(client, child, head, name):
    answer = page(client, head, f"dashboard:{name}", child.pk)
    title = answer.content.decode().split("<title>")[1].split("</title>")[0]

    assert "record A.O." in title
    assert "Okell" not in title
    assert "okell" not in answer.request["PATH_INFO"].lower()


def test_a_child_of_another_authority_is_not_there(client, child, neighbour):
    stranger = person(Role.VIRTUAL_SCHOOL_HEAD, authority=neighbour)

    answers = {page(client, stranger, f"dashboard:{n}", child.pk).status_code for n in RECORD_PAGES}

    assert answers == {404}


def test_the_upn_is_on_no_page(client, child, head):
    for name in RECORD_PAGES:
        assert UPN not in page(client, head, f"dashboard:{name}", child.pk).content.decode()


def test_a_school_sees_the_home_but_not_where_it_is(client, child, teacher):
    text = page(client, teacher, "dashboard:child_placements", child.pk).content.decode()

    assert "Foster" in text
    assert "7.5" not in text


def test_who_has_looked_names_the_reader_and_the_page(client, child, head, teacher):
    page(client, teacher, "dashboard:child_attendance", child.pk)

    text = page(client, head, "dashboard:child_access", child.pk).content.decode()

    assert teacher.name in text
    assert "Designated teacher" in text
    assert "Attendance" in text


def test_a_gap_between_schools_is_called_a_gap(client, council, head):
    with within(council):
        child = make_child(council)
        enrolment = child.enrolments.get()
        EnrolmentFactory(
            child=child, started_on=enrolment.started_on - timedelta(days=300),
            ended_on=enrolment.started_on - timedelta(days=7),
        )  # fmt: skip

    text = page(client, head, "dashboard:child_school", child.pk).content.decode()

    assert "5 school days without a school place" in text


# The address -------------------------------------------------------------------------------------


def ask(client, user, child, reason):
    client.force_login(user)
    return client.post(reverse("dashboard:child_placements", args=[child.pk]), {"reason": reason})


def test_an_address_is_shown_with_a_reason_that_is_kept(client, council, child, head):
    before = page(client, head, "dashboard:child_placements", child.pk).content.decode()

    answer = ask(client, head, child, "To arrange a taxi")

    with within(council):
        event = Event.objects.get(kind=ADDRESS_SHOWN)
    assert STREET not in before
    assert STREET in answer.content.decode()
    assert (event.reason, event.actor_id) == ("To arrange a taxi", head.pk)


def test_no_address_without_a_reason(client, council, child, head):
    answer = ask(client, head, child, "  ")

    with within(council):
        assert not Event.objects.filter(kind=ADDRESS_SHOWN).exists()
    assert answer.status_code == 422
    assert STREET not in answer.content.decode()


def test_no_address_for_a_seat_that_may_not_ask(client, child, teacher):
    school = teacher.memberships.get().school
    head_teacher = person(Role.HEAD_TEACHER, school=school)
    answer = ask(client, head_teacher, child, "To arrange a taxi")

    assert STREET not in answer.content.decode()


def test_no_confidential_address_for_a_school(client, council, child, teacher):
    """A designated teacher may ask for an address with a reason; for this one the social worker."""
    assert STREET in ask(client, teacher, child, "To arrange a taxi").content.decode()
    with within(council):
        Address.objects.update(is_confidential=True)

    answer = ask(client, teacher, child, "To arrange a taxi")

    assert STREET not in answer.content.decode()
    assert "Why do you need the address?" not in answer.content.decode()


# The list ----------------------------------------------------------------------------------------


def test_names_are_found_without_accents(client, council, head):
    with within(council):
        make_child(council, family_name="Łaska", given_name="Zofia")
        make_child(council, family_name="Arden", given_name="Kofi")

    text = page(client, head, "dashboard:children", name="laska zof").content.decode()

    assert "Zofia Łaska" in text
    assert "Kofi Arden" not in text
    assert "1 child matches" in text


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        pytest.param({"also": "no_school"}, {"Bo None"}, id="no school"),
        pytest.param({"area": "out"}, {"Cy Outside"}, id="outside the area"),
        pytest.param({"also": "new"}, {"Di New"}, id="new to care"),
        pytest.param({"year": "3"}, {"Ed Young"}, id="year"),
        pytest.param({"year": "nonsense", "pep": "?"}, None, id="unknown values narrow nothing"),
    ],
)
def test_filters_narrow_the_list(client, council, head, query, expected):
    today = timezone.localdate()
    start = today.year if today.month >= 9 else today.year - 1
    with within(council):
        make_child(council, given_name="Al", family_name="Plain")
        make_child(council, given_name="Bo", family_name="None").enrolments.all().delete()
        make_child(council, given_name="Cy", family_name="Outside").placements.update(area="out")
        new = make_child(council, given_name="Di", family_name="New")
        new.periodofcares.update(started_on=today)
        make_child(
            council, given_name="Ed", family_name="Young",
            date_of_birth=timezone.localdate().replace(year=start - 8, month=10, day=1),
        )  # fmt: skip

    answer = page(client, head, "dashboard:children", **query)

    names = {row.name for row in answer.context["page"].object_list}
    everyone = {"Al Plain", "Bo None", "Cy Outside", "Di New", "Ed Young"}
    assert names == (expected or everyone)


def test_a_upn_is_never_looked_for_by_address(client, child, head):
    for url in ("dashboard:children", "dashboard:search"):
        query = {"name": UPN} if url == "dashboard:children" else {"q": UPN}

        text = page(client, head, url, **query).content.decode()

        assert "looks like a UPN" in text
        assert child.family_name not in text


@pytest.mark.parametrize("day", ["0001-01-01", "1066-10-14", "31/02/2026", "9999-12-31", "x"])
@pytest.mark.parametrize("view", ["dashboard:overview", "measures:list"])
def test_an_odd_day_asked_for_is_answered(client, head, view, day):
    assert page(client, head, view, as_at=day).status_code in {200, 422}


def test_null_bytes_in_a_search_are_answered(client, child, head):
    assert page(client, head, "dashboard:search", q="oke\0ll").status_code == 200
    client.force_login(head)
    assert client.get(reverse("schools:list"), {"name": "\0"}).status_code == 200


def test_a_name_typed_stands_in_no_address(client, child, head):
    client.force_login(head)

    answer = client.post(reverse("dashboard:children"), {"name": "okell", "pep": "none"})
    shown = client.get(answer.url)

    assert answer.url == reverse("dashboard:children") + "?pep=none&named=1"
    assert "Amara Okell" in shown.content.decode()
    assert [filter.url for filter in shown.context["chosen"]] == ["?pep=none", "?named=1"]


def test_a_upn_that_is_posted_opens_the_record(client, child, head, teacher):
    url = reverse("dashboard:children")
    client.force_login(head)

    found = client.post(url, {"upn": UPN.lower()})
    missing = client.post(url, {"upn": "A801200012046"})
    client.force_login(teacher)
    refused = client.post(url, {"upn": UPN})

    assert found.url == reverse("dashboard:child", args=[child.pk])
    assert missing.status_code == 422
    assert refused.status_code == 200


def test_search_finds_only_who_is_theirs(client, council, neighbour, child, head, teacher):
    with within(council, neighbour):
        make_child(council, given_name="Kofi")
        make_child(neighbour, given_name="Zofia")

    seen = {
        user: [row.name for row in page(client, user, "dashboard:search", q="okell")
               .context["found"].children]
        for user in (head, teacher)
    }  # fmt: skip

    assert seen == {head: ["Amara Okell", "Kofi Okell"], teacher: ["Amara Okell"]}


def test_a_search_is_recorded_without_its_words(client, council, child, head):
    page(client, head, "dashboard:search", q="okell")

    with within(council):
        event = Event.objects.get(kind="search")
    assert event.after == {
        "words": audit.keyed("okell"),
        "children": [str(child.pk)],
        "schools": 0,
    }


# A school with pupils of two councils -------------------------------------------------------------


def test_a_school_sees_pupils_of_every_council_with_the_council_named(
    client, council, neighbour, child, teacher
):
    with within(council, neighbour):
        theirs = make_child(neighbour, given_name="Zofia", school=child.enrolments.get().school)

    answer = page(client, teacher, "dashboard:school_home")

    rows = {row.name: row.council for row in answer.context["children"]}
    assert rows == {child.name: "Authority 901", theirs.name: "Authority 902"}
    only = page(client, teacher, "dashboard:school_home", council="Authority 902")
    assert [row.name for row in only.context["children"]] == [theirs.name]


# No data ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        "dashboard:overview",
        "dashboard:children",
        "dashboard:your_work",
        "attendance:overview",
        "schools:list",
        "measures:list",
    ],
)
def test_an_empty_council_has_pages_all_the_same(client, authority, name):
    user = person(Role.VIRTUAL_SCHOOL_HEAD, authority=authority)

    assert page(client, user, name).status_code == 200


def test_no_data_is_never_zero(client, authority):
    user = person(Role.VIRTUAL_SCHOOL_HEAD, authority=authority)

    tiles = page(client, user, "dashboard:overview").context["tiles"]

    assert {tile.value for tile in tiles} == {""}
    assert all(tile.meta for tile in tiles)


def test_a_governor_sees_no_small_number_and_no_child(client, council):
    governor = person(Role.GOVERNOR, authority=council, given_name="Eve")
    with within(council):
        for number in range(8):
            child = make_child(council)
            if number < 2:
                child.placements.update(area="out")

    answer = page(client, governor, "measures:list")

    values = {tile.label: tile.value for tile in answer.context["tiles"]}
    assert values["Children looked after"] == "8"
    assert values["Living outside the area"] == "Not shown"
    assert "Okell" not in answer.content.decode()


# Cost ---------------------------------------------------------------------------------------------

# Of these, seven are the request's own: session, person, seats, the wall and what is around it.
# One more writes down that children were listed
COSTS = {
    "dashboard:children": (13, {}),
    "dashboard:your_work": (18, {}),  # also facts called wrong and parts owed to plans
    "dashboard:overview": (16, {}),  # how good plans are, now and a year before
    "dashboard:measure": (15, {"args": ["on-roll"]}),
    "attendance:overview": (14, {}),
    "schools:list": (10, {}),
    "dashboard:search": (13, {"query": {"q": "okell"}}),
}


@pytest.mark.parametrize("children", [1, 30])
@pytest.mark.parametrize("name", list(COSTS))
def test_a_list_costs_the_same_however_long(
    client, council, head, django_assert_max_num_queries, name, children
):
    with within(council):
        for _ in range(children):
            make_child(council)
    most, more = COSTS[name]
    page(client, head, name, *more.get("args", ()), **more.get("query", {}))

    with django_assert_max_num_queries(most):
        asked(client, reverse(name, args=more.get("args", ())), more.get("query", {}))


@pytest.mark.parametrize("pupils", [1, 30])
def test_a_school_home_costs_the_same_however_many(
    client, council, child, teacher, django_assert_max_num_queries, pupils
):
    with within(council):
        school = child.enrolments.get().school
        for _ in range(pupils):
            make_child(council, school=school)
    page(client, teacher, "dashboard:school_home")

    with django_assert_max_num_queries(19):
        client.get(reverse("dashboard:school_home"))


@pytest.mark.parametrize("facts", [1, 12])
def test_a_record_costs_the_same_however_long(
    client, council, child, head, django_assert_max_num_queries, facts
):
    with within(council):
        for _ in range(facts):
            InvolvementFactory(child=child, role=Role.CARER)
            school = SchoolFactory(authority=AuthorityFactory(id=903))
            EnrolmentFactory(child=child, kind="subsidiary", school=school)
    page(client, head, "dashboard:child", child.pk)

    with django_assert_max_num_queries(25):
        client.get(reverse("dashboard:child", args=[child.pk]))


MEETING_CASES = [
    pytest.param(None, None, "Not set", id="no plan has been begun"),
    pytest.param("with_school", None, "Not set", id="being written without a date"),
    pytest.param("with_school", 9, "{date}", id="a date to come"),
    pytest.param("with_school", -9, "Held {date}", id="being written after the meeting"),
    pytest.param("sent_to_check", None, "none", id="with the virtual school"),
    pytest.param("agreed", None, "none", id="agreed and never dated"),
    pytest.param("final", -9, "Held {date}", id="final and held"),
]


@pytest.mark.parametrize(("status", "days", "words"), MEETING_CASES)
@pytest.mark.parametrize("who", ["head", "teacher"])
def test_a_meeting_is_not_set_only_while_it_is_waited_for(
    client, council, child, head, teacher, who, status, days, words
):
    now = timezone.now()
    met = now + timedelta(days=days) if days else None
    if status:
        is_agreed = {"agreed_at": now, "agreed_by": head} if status in {"agreed", "final"} else {}
        is_sent = {"sent_at": now, "sent_by": head} if status == "sent_to_check" else {}
        with within(council):
            term = council.terms.get(started_on__lte=now, ended_on__gt=now)
            make_plan(
                child=child, school=child.enrolments.get().school, term=term, status=status,
                meeting_at=met, **is_agreed, **is_sent,
            )  # fmt: skip
    name = "dashboard:children" if who == "head" else "dashboard:school_home"

    text = page(client, {"head": head, "teacher": teacher}[who], name).content.decode()

    cell = text.split('data-label="Meeting">')[1].split("</td>")[0]
    date = short_date(timezone.localtime(met).date()) if met else ""
    assert words.format(date=date) in cell
    assert "<b>Not set" not in cell


STARTERS = [
    pytest.param(Role.VIRTUAL_SCHOOL_HEAD, True),
    pytest.param(Role.ADVISER, True),
    pytest.param(Role.OFFICER, False),
]


@pytest.mark.parametrize(("role", "starts"), STARTERS)
def test_who_may_start_a_plan_is_offered_it(client, council, child, role, starts):
    user = person(role, authority=council)
    url = reverse("starting:start", args=[child.pk])

    text = page(client, user, "dashboard:child", child.pk).content.decode()

    assert (url in text) is starts
    assert client.get(url).status_code == (200 if starts else 403)


def test_a_plan_that_is_begun_is_opened_not_started(client, council, child, head):
    with within(council):
        term = council.terms.get(started_on__lte=timezone.now(), ended_on__gt=timezone.now())
        make_plan(child=child, school=child.enrolments.get().school, term=term)

    text = page(client, head, "dashboard:child", child.pk).content.decode()

    assert "Open current PEP" in text
    assert "Start the PEP" not in text


def test_work_leads_nobody_to_a_page_that_refuses_them(client, council, child, teacher):
    officer = person(Role.OFFICER, authority=council)
    manager = person(Role.TEAM_MANAGER, authority=council)
    with within(council):
        school = child.enrolments.get().school
        PeriodOfCare.objects.update(started_on=timezone.localdate() - timedelta(days=5))
    leader = person(Role.HEAD_TEACHER, school=school)
    url = reverse("starting:start", args=[child.pk])

    for user, name in (
        (officer, "your_work"), (manager, "social_worker_home"), (leader, "school_home")
    ):  # fmt: skip
        assert url not in page(client, user, f"dashboard:{name}").content.decode()
    assert url in page(client, teacher, "dashboard:school_home").content.decode()


def test_one_plan_does_not_fill_the_latest_things(client, council, child, head):
    now = timezone.now()
    with within(council):
        term = council.terms.get(started_on__lte=now, ended_on__gt=now)
        plan = make_plan(child=child, school=child.enrolments.get().school, term=term)
        before = "not_started"
        for hours, after in enumerate(("with_school", "sent_to_check", "being_checked", "agreed")):
            PlanMove.objects.create(
                authority=council, child=child, plan=plan, before=before, after=after,
                made_at=now + timedelta(hours=hours - 10), made_by=head,
            )  # fmt: skip
            before = after
        for code, days in (("N", 900), ("K", 30)):
            SenStatus.objects.create(
                authority=council, child=child, code=code,
                started_on=now.date() - timedelta(days=days),
                ended_on=now.date() - timedelta(days=30) if code == "N" else None,
            )  # fmt: skip

    events = page(client, head, "dashboard:child", child.pk).context["events"]

    words = [event.words for event in events]
    assert [line.split(" PEP ")[1] for line in words[:2]] == ["agreed", "being checked"]
    assert words[2] == "SEN support began"
    assert any(line.startswith("New home: foster") for line in words)
    assert any(line.startswith("Joined ") for line in words)


TITLES = [
    pytest.param("Adviser", "Education adviser", "Education adviser", id="the job says the role"),
    pytest.param("Team manager", "Manager", "Team manager", id="the role says the job"),
    pytest.param("Carer", "", "Carer", id="no job"),
    pytest.param("Social worker", "Nurse", "Social worker, Nurse", id="two things"),
]


@pytest.mark.parametrize(("role", "job", "title"), TITLES)
def test_what_someone_is_is_said_once(role, job, title):
    worker = Worker(
        role=role, name="Dan Whitlow", job=job, phone="", email="",
        started_on=timezone.localdate(), is_cover=False, is_carer=False, person_id=None,
    )  # fmt: skip

    assert worker.title == title


@pytest.mark.parametrize("name", RECORD_PAGES)
@pytest.mark.parametrize(
    ("role", "section"),
    [
        (Role.VIRTUAL_SCHOOL_HEAD, "Children"),
        (Role.DESIGNATED_TEACHER, "Your pupils"),
        (Role.SOCIAL_WORKER, "Your children"),
    ],
)
def test_a_record_lies_in_the_section_its_reader_came_from(role, section, name):
    links = navigation.menu(role, f"dashboard:{name}")

    assert [link.label for link in links if link.is_current] == [section]


@pytest.mark.parametrize(
    ("role", "label"),
    [
        ("virtual_school_head", "People and access"),
        ("virtual_school_head", "Record"),
        ("officer", "People and access"),
        ("team_manager", "Caseloads and cover"),
        ("authority_administrator", "Record"),
    ],
)
def test_what_a_role_runs_is_one_click_away(role, label):
    links = [*navigation.menu(role, ""), *navigation.tools(role, "")]

    assert label in {link.label for link in links}


def test_who_has_looked_writes_peps_as_people_do(client, child, head):
    page(client, head, "dashboard:child_peps", child.pk)

    assert ">PEPs</td>" in page(client, head, "dashboard:child_access", child.pk).text


# Families -----------------------------------------------------------------------------------------


def test_a_carer_of_one_child_goes_straight_there(client, council, child):
    carer = person(Role.CARER, given_name="Maureen")
    with within(council):
        InvolvementFactory(child=child, person=carer, role=Role.CARER)

    answer = page(client, carer, "dashboard:my_children")
    home = client.get(answer.url)

    assert answer.url == reverse("dashboard:my_child", args=[child.pk])
    assert "Amara at school" in home.content.decode()
    with within(council):
        assert Event.objects.filter(kind=OPENED, child_id=child.pk).count() == 1


def test_a_carer_of_two_chooses(client, council, child):
    carer = person(Role.CARER)
    with within(council):
        second = make_child(council, given_name="Kofi")
        for one in (child, second):
            InvolvementFactory(child=one, person=carer, role=Role.CARER)

    answer = page(client, carer, "dashboard:my_children")

    assert [row.name for row in answer.context["children"]] == ["Amara", "Kofi"]


@pytest.mark.parametrize("name", ["my_views", "my_goals", "my_people"])
def test_a_young_person_has_their_own_pages_with_the_safety_words(client, council, child, name):
    young = person(Role.YOUNG_PERSON, given_name="Amara")
    with within(council):
        InvolvementFactory(child=child, person=young, role=Role.YOUNG_PERSON)

    text = page(client, young, f"dashboard:{name}").content.decode()

    assert "Childline" in text
    assert "0800 1111" in text


@pytest.mark.parametrize("name", ["help", "privacy", "accessibility", "cookies", "contact"])
@pytest.mark.django_db
def test_pages_for_everyone_need_no_sign_in(client, name):
    assert client.get(reverse(name)).status_code == 200


def test_a_child_who_left_care_keeps_a_record(client, council, child, head):
    with within(council):
        child.periodofcares.update(ended_on=timezone.localdate())

    answer = page(client, head, "dashboard:child", child.pk)

    assert "Not looked after now" in answer.content.decode()


# A year ago ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("left", "change"),
    [
        pytest.param(False, "", id="nobody is known to have left: the record cannot tell"),
        pytest.param(True, "Down 1 on last year.", id="one has left since"),
    ],
)
def test_last_year_is_compared_only_where_the_record_knows_it(client, council, head, left, change):
    with within(council):
        make_child(council)
        if left:
            gone = make_child(council)
            gone.periodofcares.update(ended_on=timezone.localdate() - timedelta(days=30))

    tiles = page(client, head, "dashboard:overview").context["tiles"]

    assert tiles[0].change == change


def test_more_meetings_than_fit_are_counted_and_kept(client, council, head):
    now = timezone.now()
    with within(council):
        term = council.terms.get(started_on__lte=now, ended_on__gt=now)
        for number in range(12):
            one = make_child(council, given_name=f"Child{number}")
            make_plan(
                child=one, school=one.enrolments.get().school, term=term, status="with_school",
                meeting_at=now + timedelta(days=1, minutes=number),
            )  # fmt: skip
    adviser = person(Role.OFFICER, authority=council)

    text = page(client, adviser, "dashboard:your_work").content.decode()

    assert "Show 2 more" in text
    assert text.count(", PEP, ") == 12


def test_a_school_without_a_phase_is_shown_by_its_kind(client, council, head):
    with within(council):
        special = SchoolFactory(
            authority=council,
            name="Beacon",
            phase="Not applicable",
            kind="Community special school",
        )
        make_child(council, school=special)

    listed = page(client, head, "schools:list").content.decode()
    shown = page(client, head, "schools:school", special.pk).content.decode()

    assert "Community special school" in listed
    assert "Not applicable" not in listed + shown


def test_a_figures_sentence_ends_before_the_day(client, council, child, head):
    text = page(client, head, "dashboard:measure", "out-of-area").content.decode()

    assert ".," not in text
    assert ". As at " in text


def test_a_carers_menu_says_where_they_are():
    for view in ("dashboard:my_child", "dashboard:my_children", "pep:plan"):
        assert [link.is_current for link in navigation.menu("carer", view)] == [True]

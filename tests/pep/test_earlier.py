"""What a plan shows of those agreed before it: learning as it was, and the money agreed to."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from accounts.roles import Role
from pep import actions, earlier, facts, form_content, rights
from pep.content import plan_content
from pep.models import AgreedVersion, Answer, Doubt, PersonalEducationPlan
from pep.pages.doubts import is_shown
from pep.reference import shipped_forms
from progress.models import Target
from tests.factories.pep import Cast, make_plan
from tests.factories.schools import SchoolFactory, TermFactory

AT = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)
LATER = date(2027, 2, 1)

pytestmark = pytest.mark.django_db

SUBJECTS = [
    {"id": "00000000-0000-4000-8000-000000000001", "subject": "English", "current": "4",
     "target": "5", "progress": "on"},
    {"id": "00000000-0000-4000-8000-000000000002", "subject": "Maths"},
]  # fmt: skip


@pytest.fixture
def cast(authority, open_wall):
    """A plan agreed on 20 November 2026, and the next, begun."""
    cast = Cast(authority)
    cast.first = cast.plan
    write(cast.first, "attainment", "subjects", SUBJECTS)
    agree(cast.first, cast)
    term = TermFactory(
        authority=authority, academic_year=2026, name="spring", started_on=date(2027, 1, 1),
        ended_on=date(2027, 4, 12), pep_deadline_on=date(2027, 3, 20),
    )  # fmt: skip
    cast.plan = make_plan(
        child=cast.child, school=cast.school, term=term,
        started_at=datetime(2027, 1, 5, 9, 0, tzinfo=UTC),
    )  # fmt: skip
    return cast


def write(plan, slug, key, value):
    Answer.objects.update_or_create(
        plan=plan, section=slug, key=key,
        defaults={
            "authority_id": plan.authority_id, "child_id": plan.child_id, "value": value,
            "version": 1, "written_at": AT,
        },
    )  # fmt: skip


def agree(plan, cast, at=AT):
    """Freeze what a plan holds, as agreeing does."""
    whole = plan_content(plan, on=at.date(), agreed_by=cast.adviser, at=at)
    return AgreedVersion.objects.create(
        authority_id=plan.authority_id, child_id=plan.child_id, plan=plan, number=1,
        form_version_id=plan.form_version_id, content=json.dumps(whole), sha256="0" * 64,
        agreed_at=at, agreed_by=cast.adviser,
    )  # fmt: skip


def target(plan, *, at=AT, **fields):
    values = {
        "authority_id": plan.authority_id, "child_id": plan.child_id, "plan_id": plan.pk,
        "term": plan.term, "school": plan.school, "place": 1, "text": "Reads aloud",
        "is_funded": True, "cost_pence": 12_000, "source": "Pupil premium plus",
        "proposed_at": at, "agreed_at": at,
    }  # fmt: skip
    return Target.objects.create(**values | fields)


def read(cast, key, on=LATER):
    return facts.facts_for(cast.plan, [key], on=on)[key]


AGREED = "Autumn 2026 PEP, agreed on 20 November 2026"
ELSEWHERE = [("PEP", AGREED), ("Learning", "Is not shown here: read it in that PEP")]


# -- learning -------------------------------------------------------------------------------------


def test_learning_is_what_the_last_agreed_plan_said_by_subject_and_when(cast):
    assert read(cast, "attainment") == [
        ("PEP", AGREED),
        ("English", "Working at: 4; Target: 5; Progress: As expected"),
        ("Maths", "No level is given"),
    ]


def test_what_is_written_into_it_again_does_not_count_until_it_is_agreed(cast):
    write(cast.first, "attainment", "subjects", [SUBJECTS[0] | {"current": "9"}])

    assert ("English", "Working at: 4; Target: 5; Progress: As expected") in read(
        cast, "attainment"
    )


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"started_at": datetime(2026, 9, 7, 9, 0, tzinfo=UTC)}, id="begun no later"),
        pytest.param({"child_id": None}, id="another child's"),
    ],
)
def test_without_an_earlier_agreed_plan_nothing_is_made_up(cast, authority, change):
    plan = cast.plan if "started_at" in change else Cast(authority).plan
    plan.started_at = change.get("started_at", plan.started_at)

    found = facts.facts_for(plan, ["attainment", "pp_plus"], on=LATER)

    assert found == {
        "attainment": [("Learning", "Nothing is in the record yet")],
        "pp_plus": [("Pupil premium", "Nothing is in the record yet")],
    }


def test_on_a_day_before_it_was_agreed_it_is_not_known(cast):
    """So that a school a child left reads nothing newer than its own last day [DP-4]."""
    target(cast.first)

    assert read(cast, "attainment", on=date(2026, 11, 19))[0][1] == "Nothing is in the record yet"
    assert read(cast, "pp_plus", on=date(2026, 11, 19))[0][1] == "Nothing is in the record yet"


def test_a_plan_that_named_no_subject_says_so(cast):
    plan, term = cast.plan, cast.plan.term
    agree(plan, cast, at=datetime(2027, 2, 1, 9, 0, tzinfo=UTC))
    cast.plan = make_plan(
        child=cast.child, school=cast.school, term=term, kind="interim",
        started_at=plan.started_at + timedelta(days=60),
    )  # fmt: skip

    assert read(cast, "attainment") == [
        ("PEP", "Spring 2027 PEP, agreed on 1 February 2027"), ("Learning", "It names no subject"),
    ]  # fmt: skip


# -- who reads it: as in the plan it is from ------------------------------------------------------


def narrow(monkeypatch, version_id, slug, key):
    """An authority's form, in which fewer read an answer than its section."""
    form = form_content.of_version(version_id)
    sections = tuple(
        replace(
            section,
            questions=tuple(
                replace(q, readers="council") if (section.slug, q.key) == (slug, key) else q
                for q in section.questions
            ),
        )
        for section in form.sections
    )
    changed = replace(form, sections=sections)
    monkeypatch.setattr(form_content, "of_version", lambda _: changed)


def test_an_answer_fewer_read_than_its_section_is_not_told_by_the_fact(cast, monkeypatch):
    narrow(monkeypatch, cast.first.form_version_id, "attainment", "subjects")

    assert read(cast, "attainment") == ELSEWHERE


def test_another_schools_plan_is_only_named(cast, authority):
    """A school a child left, and a colleague it invited, read the plans of that school alone."""
    target(cast.first)
    cast.plan.school = SchoolFactory(authority=authority)
    cast.plan.save()

    assert read(cast, "attainment") == ELSEWHERE
    assert dict(read(cast, "pp_plus"))[AGREED] == "Is not shown here: read it in that PEP"


@pytest.mark.parametrize("phase", ["NS", "CU"])
def test_what_stood_in_another_section_or_in_other_hands_is_only_named(cast, phase):
    """The virtual school's part of a plan without a school is not for all who read a school's."""
    target(cast.first)
    cast.plan.delete()
    cast.plan = make_plan(
        child=cast.child, school=cast.school, term=cast.plan.term, phase=phase,
        started_at=cast.plan.started_at,
    )  # fmt: skip

    assert read(cast, "attainment") == ELSEWHERE
    assert dict(read(cast, "pp_plus"))[AGREED] == "Is not shown here: read it in that PEP"


def test_what_the_fact_tells_of_learning_no_table_names_for_fewer_eyes():
    restricted = {
        *rights.RESTRICTED, *rights.LEADS_TO_HOME, *rights.LEADS_TO_SCHOOL,
        *(name for names in rights.NOT_FOR.values() for name in names),
    }  # fmt: skip

    assert not {key for _, key in restricted} & earlier.LEARNING_ROWS


def test_a_reader_who_may_not_read_the_requests_reads_neither_the_sum_nor_words_about_it(cast):
    hidden = rights.Reader(role=Role.PERSONAL_ADVISER, is_home_hidden=True)
    doubt = Doubt(section="pupil-premium", key="pp_plus", asked_of="virtual_school")

    assert not hidden.reads(slug="pupil-premium", key="pp_plus")
    assert not is_shown(doubt, hidden)
    for is_hidden in (True, False):
        adviser = rights.Reader(role=Role.ADVISER, is_home_hidden=is_hidden)
        assert rights.answers_doubt(adviser, doubt) is not is_hidden
    assert is_shown(doubt, rights.Reader(role=Role.PERSONAL_ADVISER))


@pytest.mark.parametrize(
    ("who", "may"), [("teacher", True), ("social_worker", True), ("carer", False)]
)
def test_the_sum_is_on_the_page_of_those_who_read_the_part(cast, who, may):
    target(cast.first)
    client = Client()
    client.force_login(getattr(cast, who))

    answer = client.get(reverse("pep:section", args=[cast.plan.pk, "pupil-premium"]))

    assert answer.status_code == (200 if may else 403)
    assert ("1 target: £120, Pupil premium plus" in answer.content.decode()) is may


# -- money ----------------------------------------------------------------------------------------


def test_the_money_is_what_each_plan_of_the_financial_year_agreed_to(cast):
    """PP-5; and it says that agreed is not paid."""
    target(cast.first)
    target(cast.first, place=2, cost_pence=36_050)
    target(cast.first, place=3, cost_pence=None, source="")
    target(cast.first, place=4, is_funded=False, cost_pence=None, source="")
    target(cast.first, place=5, dropped_at=AT)
    target(cast.first, place=6, agreed_at=None)
    target(cast.first, place=7, source="Other money", cost_pence=99)
    target(cast.plan, place=8, at=datetime(2027, 1, 30, 9, 0, tzinfo=UTC))

    assert read(cast, "pp_plus") == [
        ("Financial year", "1 April 2026 to 31 March 2027"),
        (AGREED, "2 targets: £480.50, Pupil premium plus. 1 target: no cost is given"),
        ("What this is", "What PEPs agreed to, not what was paid"),
    ]


def test_of_several_plans_there_is_a_sum_of_each_kind_of_money(cast, authority):
    before = make_plan(
        child=cast.child, school=cast.school, term=cast.first.term, kind="interim",
        started_at=cast.first.started_at - timedelta(days=90),
    )  # fmt: skip
    target(before, at=datetime(2026, 7, 1, tzinfo=UTC), source="Early years pupil premium")
    target(cast.first)

    assert read(cast, "pp_plus")[-2] == (
        "In all",
        "1 target: £120, Early years pupil premium. 1 target: £120, Pupil premium plus",
    )
    PersonalEducationPlan.objects.filter(pk=before.pk).update(
        school=SchoolFactory(authority=authority)
    )
    assert "In all" not in dict(read(cast, "pp_plus"))


@pytest.mark.parametrize(
    ("at", "on", "counts"),
    [
        pytest.param(
            datetime(2026, 3, 31, 22, 59, tzinfo=UTC), LATER, False, id="31 March, London"
        ),
        pytest.param(datetime(2026, 3, 31, 23, 0, tzinfo=UTC), LATER, True, id="1 April, London"),
        pytest.param(AT, date(2027, 3, 31), True, id="the last day of the year"),
        pytest.param(AT, date(2027, 4, 1), False, id="the next year"),
    ],
)
def test_the_financial_year_runs_from_1_april_to_31_march(cast, at, on, counts):
    target(cast.first, at=at)

    assert (len(read(cast, "pp_plus", on=on)) > 1) is counts


# -- where they stand -----------------------------------------------------------------------------


@pytest.mark.parametrize("form", shipped_forms(), ids=lambda form: form["phase"])
def test_both_stand_first_in_their_part_of_every_form(form):
    first = {section["slug"]: section["questions"][0]["key"] for section in form["sections"]}
    [learning] = {"attainment", "learning", "development"} & set(first)

    assert (first[learning], first["pupil-premium"]) == ("attainment", "pp_plus")
    for section in form["sections"]:
        for question in section["questions"]:
            if question["key"] in earlier.LEARNING_ROWS:
                assert (section["slug"], question.get("is_carried", False)) == (learning, False)


def test_the_page_says_where_it_is_from(cast):
    client = Client()
    client.force_login(cast.teacher)
    page = client.get(reverse("pep:section", args=[cast.plan.pk, "attainment"])).content.decode()

    assert "<dt>Source</dt><dd>Agreed PEPs</dd>" in page
    assert f"<dd>{AGREED}</dd>" in page


@pytest.mark.parametrize(("key", "most"), [("attainment", 1), ("pp_plus", 2)])
def test_cost(cast, django_assert_num_queries, key, most):
    target(cast.first)
    read(cast, key)

    with django_assert_num_queries(most):
        facts.with_sources(cast.plan, {key: read(cast, key)})


def test_called_wrong_it_is_asked_of_who_keeps_it(cast):
    for slug, key in (("attainment", "attainment"), ("pupil-premium", "pp_plus")):
        actions.save_section(
            plan_id=cast.plan.pk, slug=slug, values={key: {"is_right": False, "note": "No"}},
            base_version=0, by=cast.adviser if key == "attainment" else cast.teacher, at=AT,
        )  # fmt: skip

    assert dict(Doubt.objects.values_list("key", "asked_of")) == {
        "attainment": "school", "pp_plus": "virtual_school",
    }  # fmt: skip

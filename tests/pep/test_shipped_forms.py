"""The shipped forms against the field list (`pep/data/fields.csv`), by section and key."""

import csv
import json
from pathlib import Path

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction

from pep import facts, form_content, rights, rules
from pep.models import Form, FormVersion, Owner, Question, Section
from pep.reference import FORMS, load_forms, shipped_forms
from planforms.rules import faults_of_form

SHIPPED = {form["phase"]: form for form in shipped_forms()}
LIST = (Path(FORMS).parent / "fields.csv").read_text("utf-8")
FIELDS = list(csv.DictReader(LIST.splitlines()))


def questions(phase):
    return {
        (section["slug"], question["key"]): question
        for section in SHIPPED[phase]["sections"]
        for question in section["questions"]
    }


def test_there_is_a_form_for_every_phase_and_circumstance():
    assert set(SHIPPED) == set(Form.Phase.values) == {"EY", "PR", "SE", "P16", "NS", "CU"}


@pytest.mark.parametrize("field", FIELDS, ids=lambda f: f"{f['section']} {f['key']}")
def test_every_field_of_the_list_is_in_the_forms_in_the_record_or_named_elsewhere(field):
    """PEP-10, PEP-11."""
    match field["kept"]:
        case "form" | "column" | "fact":
            for phase in field["forms"].split():
                assert _is_asked(field["kept"], field["at"], phase), phase
        case "record":
            app, model, name = field["at"].split(".")
            assert apps.get_model(app, model)._meta.get_field(name)
        case kept:
            assert kept == "elsewhere"
            assert len(field["at"]) > 30  # the reason, in words


# What a form cannot be complete without, by what is true of the child; `PLAIN` of one like most
PLAIN = {
    "EY": {"EY", "nursery"},
    "PR": {"PR", "year_4"},
    "SE": {"SE", "year_7"},
    "P16": {"P16", "year_12"},
    "NS": {"SE", "year_7", "no_school_place"},
    "CU": {"SE", "year_7", "in_custody"},
}
MOVE = {"planned_move": True}
NEEDED_WHEN = {
    "ks4_approval": ("SE", {"year_10"}, MOVE),
    "sdq_strategies": ("SE", {"sdq_concern"}, {}),
    "ptt": ("SE", {"part_time"}, {}),
    "ap": ("PR", {"alternative_provision"}, {}),
    "suspensions": ("SE", {"suspended"}, {}),
    "permanent": ("PR", {"suspended"}, {}),
    "needs": ("NS", set(), {"sen_status": "K"}),
    "support": ("EY", set(), {"sen_status": "E"}),
    "ehcp": ("P16", {"ehc_plan"}, {}),
    "access": ("CU", {"year_10"}, {}),
    "two_year_check": ("EY", {"age_two"}, {}),
    "baseline_profile": ("PR", {"reception", "summer_term"}, {}),
    "phonics": ("PR", {"year_2"}, {}),
    "mtc": ("PR", {"year_5"}, {}),
    "ks2": ("PR", {"year_6", "summer_term"}, {}),
    "options": ("SE", {"year_9", "summer_term"}, {}),
    "exams": ("SE", {"year_11"}, {}),
    "you_said": ("NS", {"has_last_plan"}, {}),
    "next_setting": ("PR", {"transition_year"}, {}),
    "steps": ("EY", {"transition_year"}, {}),
    "destination": ("SE", {"year_11"}, {}),
    "careers": ("SE", {"year_8"}, {}),
    "uasc_prior": ("SE", {"unaccompanied"}, {}),
    "uasc_restricted": ("SE", {"unaccompanied"}, {}),
}
# Of these forms alone, and there of every child; how attendance goes is asked of all
NEEDED_IN = {"admission": "NS", "eet": "NS", "custody": "CU", "att_plan": "PR SE P16"}
OF_ALL_HERE = {("careers", "P16"), ("destination", "P16"), ("access", "P16")}  # by their age
SEEKING = {"NS": {"P16", "year_12", "no_school_place"}}


@pytest.fixture
def published(db):
    """The shipped form of a phase, fitted to a child of whom these facts are true."""

    def fitted(phase, facts):
        versions = FormVersion.objects.filter(form__phase=phase, form__authority=None)
        version = versions.filter(published_at__isnull=False).latest("number")
        return form_content.of_version_and_facts(version.pk, frozenset(facts))

    return fitted


def _is_needed(form, at, answers):
    slug, key, *_ = at.split(".")
    return any(
        question.is_needed(answers)
        for section in form.asked
        if slug in {"*", section.slug} and (question := section.question(key))
    )


def _asked_for(phase, field):
    return PLAIN[phase] | (SEEKING.get(phase, set()) if field["key"] == "eet" else set())


@pytest.mark.parametrize(
    "field",
    [f for f in FIELDS if f["kept"] == "form"],
    ids=lambda f: f"{f['section']} {f['key']}",
)
def test_a_form_cannot_be_complete_without_what_the_list_requires(published, field):
    """PEP-10, PEP-11: required of each child, of some, or of nobody, as the list says."""
    needs, key = field["required"], field["key"]
    if key in NEEDED_WHEN:
        phase, facts, answers = NEEDED_WHEN[key]
        assert _is_needed(published(phase, PLAIN[phase] | facts), field["at"], answers)
    elif needs != "O":
        assert needs.startswith("R") or key in NEEDED_IN
    for phase in field["forms"].split():
        is_of_all = phase in NEEDED_IN[key].split() if key in NEEDED_IN else needs.startswith("R")
        if (key, phase) in OF_ALL_HERE:
            is_of_all = True
        form = published(phase, _asked_for(phase, field))
        assert _is_needed(form, field["at"], {}) is is_of_all, phase


@pytest.mark.parametrize(
    "field",
    [f for f in FIELDS if f["kept"] == "column" and f["required"].startswith("R")],
    ids=lambda f: f"{f['section']} {f['key']}",
)
def test_a_row_cannot_be_finished_without_what_the_list_requires(field):
    """PEP-12; cases 25: a cost without a target, a target nobody said the outcome of."""
    slug, key, column = field["at"].split(".")
    for phase in field["forms"].split():
        columns = {c["key"]: c for c in questions(phase)[slug, key]["columns"]}
        assert columns[column].get("is_required"), phase


@pytest.mark.parametrize(
    "field",
    [f for f in FIELDS if f["kept"] == "form" and f["section"] in {"2", "3", "4", "5", "6", "8"}],
    ids=lambda f: f"{f['section']} {f['key']}",
)
def test_what_the_guidance_carries_forward_begins_from_the_last_plan(field):
    """Sections 2 to 6 and 8 of the list are carried and confirmed; voice and views begin empty."""
    slug, key = field["at"].split(".")
    for phase in field["forms"].split():
        assert questions(phase)[slug, key].get("is_carried"), phase


def test_the_childs_voice_and_the_adults_views_begin_empty():
    carried = {
        name for phase in SHIPPED for name, q in questions(phase).items() if q.get("is_carried")
    }

    assert not {name for name in carried if name[0] in {"views", "carer-views", "meeting"}}
    assert not {key for _, key in carried} & {"sw_view", "parent_view", "school_view", "vs_view"}


def _is_asked(kept, at, phase):
    if kept == "fact":
        key, _, label = at.partition(" ")
        rows = Path(facts.__file__).read_text("utf-8")
        asked = any(q["kind"] == "fact" and k == key for (_, k), q in questions(phase).items())
        return asked and (f'"{label}"' in rows or key == "people")
    section, key, *column = at.split(".")
    found = [q for (slug, k), q in questions(phase).items() if section in {"*", slug} and k == key]
    columns = {c["key"] for q in found for c in q.get("columns", ())}
    return bool(found) and set(column) <= columns


@pytest.mark.parametrize("phase", sorted(SHIPPED))
def test_a_shipped_form_has_no_fault(phase):
    """The same rules as for a form an authority makes."""
    form = SHIPPED[phase]

    assert faults_of_form(form) == []


@pytest.mark.parametrize(
    ("phase", "asked"),
    [
        pytest.param("EY", {"eyfs_areas", "two_year_check", "hours_offered", "requests"}, id="EY"),
        pytest.param(
            "P16",
            {"courses", "english_grade", "maths_grade", "destination", "bursary", "pathway"},
            id="post-16",
        ),
    ],
)
def test_early_years_and_post_16_ask_what_is_theirs(phase, asked):
    """PEP-14."""
    assert asked <= {key for _, key in questions(phase)}


@pytest.mark.parametrize("phase", ["EY", "PR", "SE", "P16", "NS", "CU"])
def test_an_unaccompanied_child_is_asked_about_language_and_the_rest_is_restricted(phase):
    """PEP-15."""
    asked = questions(phase)
    of_child = {key for slug, key in asked if slug == "unaccompanied"}
    restricted = {key for slug, key in asked if slug == "unaccompanied-status"}

    assert {"prior_schooling", "english_level", "esol", "orientation"} <= of_child
    assert restricted == {"age_assessment", "legal_adviser", "trafficking"}
    assert not rights.for_every_reader("unaccompanied-status", narrowed={})


@pytest.mark.parametrize("phase", ["EY", "PR", "SE", "P16", "NS", "CU"])
def test_outcomes_of_an_ehc_plan_are_copied_once_and_carried(phase):
    """PEP-16."""
    asked = questions(phase)

    assert asked["ehc-plan", "outcomes"]["is_carried"]
    assert asked["ehc-plan", "with_pep"]["is_required"]
    assert "20 weeks" in asked["send", "ehc_request"]["hint"]


@pytest.mark.parametrize("phase", ["NS", "CU"])
def test_without_a_school_the_schools_part_is_the_virtual_schools(phase):
    """PEP-13: and it holds the learning now and the plan for a place."""
    owners = {section["owner"] for section in SHIPPED[phase]["sections"]}
    slugs = {section["slug"] for section in SHIPPED[phase]["sections"]}

    assert Owner.SCHOOL not in owners
    assert {"learning", "school-place" if phase == "NS" else "custody"} <= slugs


def test_a_question_has_one_kind_in_all_forms():
    kinds = {}
    for phase in SHIPPED:
        for name, question in questions(phase).items():
            kinds.setdefault(name, set()).add(question["kind"])

    assert {name: found for name, found in kinds.items() if len(found) > 1} == {}


def test_what_is_restricted_or_leads_home_is_a_question_of_some_form():
    asked = {name for phase in SHIPPED for name in questions(phase)}
    slugs = {slug for slug, _ in asked}
    named = {*rights.LEADS_TO_HOME, *rights.LEADS_TO_SCHOOL}

    assert named <= asked
    assert {name for name in rights.RESTRICTED if name[1]} <= asked
    assert {slug for slug, key in rights.RESTRICTED if not key} <= slugs


@pytest.mark.django_db
def test_a_newer_edition_is_a_new_version_and_the_older_stays(monkeypatch):
    before = FormVersion.objects.filter(form__authority=None).count()
    newer = [json.loads(json.dumps(form)) for form in shipped_forms()]
    newer[0]["edition"] += 1
    monkeypatch.setattr("pep.reference.shipped_forms", lambda: tuple(newer))

    assert (load_forms(), load_forms()) == (1, 0)
    assert FormVersion.objects.filter(form__authority=None).count() == before + 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    "change",
    [
        lambda version: FormVersion.objects.filter(pk=version.pk).update(number=99),
        lambda version: FormVersion.objects.filter(pk=version.pk).update(published_at=None),
        lambda version: Section.objects.filter(version=version).update(title="Other"),
        lambda version: version.sections.create(slug="more", place=99, owner="school"),
        lambda version: Question.objects.filter(section__version=version).update(label="Other"),
        lambda version: Question.objects.filter(section__version=version).delete(),
        lambda version: version.sections.first().questions.create(key="more", place=99),
    ],
    ids=["number", "unpublish", "section", "one more", "question", "fewer", "one question more"],
)
def test_a_published_form_never_changes(change):
    """PEP-14: plans are kept in the form they began with (a trigger)."""
    version = FormVersion.objects.filter(published_at__isnull=False).first()

    with pytest.raises(IntegrityError, match="never changes"), transaction.atomic():
        change(version)


@pytest.mark.parametrize(
    ("condition", "facts", "expected"),
    [
        ({"fact": ["year_6"]}, {"year_6"}, {}),
        ({"fact": ["year_6"]}, {"year_5"}, None),
        ({"phase": ["P16"]}, {"P16"}, {}),
        ({"answer": "a", "in": ["x"]}, set(), {"answer": "a", "in": ["x"]}),
        (
            {"all": [{"fact": ["year_6"]}, {"answer": "a", "in": ["x"]}]},
            {"year_6"},
            {"answer": "a", "in": ["x"]},
        ),
        ({"all": [{"fact": ["year_6"]}, {"answer": "a", "in": ["x"]}]}, set(), None),
    ],
)
def test_facts_settle_their_part_of_a_condition(condition, facts, expected):
    assert rules.settled(condition, facts) == expected


@pytest.mark.parametrize(("year", "fact"), [(-3, "age_two"), (-1, "nursery"), (14, "year_13")])
def test_every_year_has_a_fact(year, fact):
    assert rules.year_fact(year) == fact

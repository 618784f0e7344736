"""The shipped forms against the field list (`pep/data/fields.csv`), by section and key."""

import csv
import json
from pathlib import Path

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction

from pep import facts, rights, rules
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

"""What the database refuses by itself, whatever the code above it forgets: plans and around them.

Each constraint of these rooms has a row here that breaks it and nothing else.
"""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.db.models import F

from files.models import StoredFile
from papers.models import Bundle, DeliveryPlace
from pep.models import Deputy, Form, FormVersion, Question, Section
from quality.models import Area, Rubric
from tests.every_table import AT, ON, make_child
from tests.factories.accounts import UserFactory

ROOMS = ("pep", "progress", "quality", "papers")
UNDONE = {"state": "asked", "file": None, "made_at": None, "goes_at": None}

# Table, what a row of it is changed to, and what refuses that
CHANGED = [
    ("papers.Bundle", {"goes_at": None}, "bundle_made_with_times"),
    ("papers.BundlePaper", {"why": "closed"}, "bundlepaper_failed_with_why"),
    ("papers.Delivery", {"sent_at": None}, "delivery_sent_with_receipt"),
    ("papers.DeliveryPlace", {"url": "https://x.example"}, "deliveryplace_folder_or_address"),
    ("papers.DeliveryPlace", {"is_on": True}, "deliveryplace_on_since"),
    ("papers.ReaderPaper", {"goes_at": None}, "readerpaper_made_with_file"),
    ("pep.Attachment", {"removed_at": AT}, "attachment_removed_at_with_by"),
    (
        "pep.Attachment",
        {"agreed_at": AT, "removed_at": AT, "removed_by": F("added_by")},
        "attachment_agreed_stays",
    ),
    ("pep.Attachment", {"file": None}, "attachment_withdrawn_is_gone"),
    ("pep.Deputy", {"ended_on": ON}, "deputy_range"),
    ("pep.Doubt", {"answer": "stands"}, "doubt_answered_by_somebody"),
    ("pep.Note", {"sorted_at": AT}, "note_sorted_at_with_by"),
    ("pep.Paper", {"made_at": None}, "paper_made_with_file"),
    ("pep.PersonalEducationPlan", {"agreed_at": AT}, "plan_agreed_at_with_by"),
    ("pep.PersonalEducationPlan", {"status": "final"}, "plan_agreed_has_time"),
    ("pep.PersonalEducationPlan", {"checking_at": AT}, "plan_checking_at_with_by"),
    ("pep.PersonalEducationPlan", {"sections_complete": 2}, "plan_sections_add_up"),
    ("pep.PersonalEducationPlan", {"sent_at": AT}, "plan_sent_at_with_by"),
    ("pep.PlanSection", {"completed_at": AT}, "plansection_complete_with_time"),
    ("progress.Target", {"dropped_at": AT}, "target_dropped_was_agreed"),
    ("progress.Target", {"reviewed_at": None, "reviewed_in": None}, "target_outcome_has_review"),
    ("progress.Target", {"reviewed_in": None}, "target_reviewed_at_with_in"),
    ("quality.Sample", {"percent": 1}, "sample_number_or_percent"),
    ("quality.SecondMark", {"note": ""}, "secondmark_settled_with_note"),
]
# How the first row stands where only one at a time may stand so
BEGUN = {
    "bundle_one_at_a_time": {"state": "asked", "file": None},
    "kepttext_one_open": {"settled_at": None},
}
# Table, in what a second row differs from the first, and what refuses it all the same
TWICE = [
    ("papers.Bundle", {}, "bundle_one_at_a_time"),
    ("papers.Bundle", {}, "papers_bundle_file_id_key"),
    ("papers.BundlePaper", {}, "bundlepaper_once"),
    ("papers.Delivery", {}, "papers_delivery_version_id_key"),
    ("papers.DeliveryPlace", {}, "papers_deliveryplace_authority_id_key"),
    ("papers.ReaderPaper", UNDONE, "readerpaper_once"),
    ("papers.ReaderPaper", {"kind": "draft"}, "papers_readerpaper_file_id_key"),
    ("pep.AgreedVersion", {}, "agreedversion_once"),
    ("pep.Answer", {}, "answer_once"),
    ("pep.Attachment", {}, "pep_attachment_file_id_key"),
    ("pep.Deputy", {}, "deputy_no_overlap"),
    ("pep.Doubt", {}, "doubt_one_open"),
    ("pep.FactWord", {}, "factword_once"),
    ("pep.Form", {}, "form_once_a_phase"),
    ("pep.FormVersion", {}, "formversion_once"),
    ("pep.Gap", {}, "gap_once"),
    ("pep.KeptText", {}, "kepttext_one_open"),
    ("pep.Nudge", {}, "nudge_once_a_day"),
    ("pep.Paper", {"file": None, "made_at": None}, "paper_once"),
    ("pep.Paper", {"kind": "other"}, "pep_paper_file_id_key"),
    ("pep.PersonalEducationPlan", {}, "plan_once_a_term"),
    ("pep.PlanSection", {}, "plansection_once"),
    ("pep.Question", {"place": 2}, "question_key_once"),
    ("pep.Question", {"key": "other"}, "question_place_once"),
    ("pep.Section", {"place": 2}, "section_slug_once"),
    ("pep.Section", {"slug": "other"}, "section_place_once"),
    ("pep.Signature", {}, "signature_once"),
    ("progress.Example", {}, "example_key_once"),
    ("progress.Intervention", {"name": "Other"}, "intervention_key_once"),
    ("progress.Intervention", {"key": "other"}, "intervention_name_once"),
    ("quality.Area", {}, "area_key_once"),
    ("quality.AreaGrade", {}, "areagrade_once"),
    ("quality.BankComment", {}, "bankcomment_once"),
    ("quality.PlanPrint", {}, "quality_planprint_plan_id_key"),
    ("quality.QualityCheck", {}, "qualitycheck_once_a_round"),
    ("quality.Rubric", {}, "rubric_number_once"),
    ("quality.SecondMark", {"second": "another"}, "quality_secondmark_first_id_key"),
    ("quality.SecondMark", {"first": "another"}, "quality_secondmark_second_id_key"),
]


@pytest.fixture
def rows(authority, open_wall):
    """A row of every table: of a child, and of the tables that are about none."""
    make_child(authority)
    head, other = UserFactory(), UserFactory()
    made = {"state": "made", "made_at": AT, "goes_at": AT}
    Bundle.objects.update(file=StoredFile.objects.first(), **made)
    DeliveryPlace.objects.create(authority=authority, way="folder", folder="in")
    Deputy.objects.create(
        authority=authority, person=other, started_on=ON, ended_on=ON + timedelta(days=1),
        reason="Leave", named_at=AT, named_by=head,
    )  # fmt: skip
    form = Form.objects.create(authority=authority, phase="PR")
    section = Section.objects.create(
        version=FormVersion.objects.create(form=form, number=1), place=1, slug="about",
        title="About", group="About", owner="school",
    )  # fmt: skip
    Question.objects.create(section=section, place=1, key="name", kind="line", label="Name")
    Area.objects.create(
        rubric=Rubric.objects.create(authority=authority, number=1, started_on=ON), key="voice",
        place=1, title="Voice",
    )  # fmt: skip

    def newest(label):
        return list(apps.get_model(label).objects.order_by("pk"))

    return newest


@pytest.fixture
def row_of(rows, authority):
    """The row of a table that belongs to the authority of the test, or a shipped one."""

    def find(label):
        found = rows(label)
        own = [row for row in found if _authority_of(row) == authority.pk]
        return (own or found)[0]

    return find


def _authority_of(row):
    for path in ("authority_id", "form.authority_id", "version.form.authority_id",
                 "section.version.form.authority_id", "rubric.authority_id"):  # fmt: skip
        one = row
        for name in path.split("."):
            one = getattr(one, name, None)
        if one is not None:
            return one
    return None


@pytest.mark.parametrize(("label", "change", "constraint"), CHANGED, ids=lambda one: str(one)[:40])
def test_a_row_that_does_not_add_up_is_refused(row_of, label, change, constraint):
    row = row_of(label)

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        type(row).objects.filter(pk=row.pk).update(**change)


def test_nobody_names_themself_deputy(row_of):
    row = row_of("pep.Deputy")

    with pytest.raises(IntegrityError, match="deputy_named_by_another"), transaction.atomic():
        Deputy.objects.filter(pk=row.pk).update(named_by=row.person_id)


@pytest.mark.parametrize(("label", "change", "constraint"), TWICE, ids=lambda one: str(one)[:40])
def test_what_there_is_once_is_refused_a_second_time(row_of, label, change, constraint):
    row = row_of(label)
    if constraint in BEGUN:
        type(row).objects.filter(pk=row.pk).update(**BEGUN[constraint])
    again = type(row).objects.get(pk=row.pk)
    again.pk = uuid4() if row._meta.pk.get_internal_type() == "UUIDField" else None
    for name, value in change.items():
        if value == "another":
            value = getattr(row, name)
            value.pk, value.started_at = uuid4(), AT + timedelta(days=1)
            value.save(force_insert=True)
        setattr(again, name, value)

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        again.save(force_insert=True)


def test_every_constraint_of_these_rooms_is_tried(db):
    """All but the pairs (authority, id), which other tables point at."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conname FROM pg_constraint WHERE contype IN ('c', 'x', 'u') "
            "AND conrelid::regclass::text ~ %s AND conname !~ '_authority_id$|_check$' "
            "UNION SELECT c.relname FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid "
            "WHERE i.indisunique AND i.indpred IS NOT NULL AND i.indrelid::regclass::text ~ %s",
            [f"^({'|'.join(ROOMS)})_"] * 2,
        )
        there = {name for (name,) in cursor.fetchall()}
    tried = {name for _, _, name in CHANGED + TWICE} | {"deputy_named_by_another"}

    assert there - tried == set()
    assert tried - there == set()

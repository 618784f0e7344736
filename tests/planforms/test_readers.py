"""Who reads a question an authority added: decided when it is made, the strictest by default."""

import io
import json
from datetime import UTC, datetime
from importlib import import_module

import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from accounts.roles import FAMILY_ROLES, Role
from papers import content as paper_content
from papers.rules import Kind as PaperKind
from pep import actions as plan_actions
from pep import finding_out, form_content, pages, reading, rights
from pep.documents import render_pdf
from pep.models import AgreedVersion, Answer, FormVersion, PersonalEducationPlan, Question
from pep.reference import shipped_questions
from pep.rights import SECTION_RIGHTS, Reader
from pep.rules import Readers, can_be_written, strictest_for
from planforms import actions, rules
from planforms.contents import content_of
from tests.confidential import letters
from tests.factories.pep import Cast, fill
from tests.planforms.test_admin import as_, draft, local, posted, shipped, stranger, url  # noqa: F401
from tests.reading_papers import words_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("open_wall")]

AT = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)
OWN = "kept_close"
PLANTED = "Planted for few eyes"
STAFF = set(SECTION_RIGHTS) - FAMILY_ROLES
COUNCIL = {
    Role.SOCIAL_WORKER, Role.DUTY_WORKER, Role.TEAM_MANAGER, Role.VIRTUAL_SCHOOL_HEAD, Role.ADVISER,
}  # fmt: skip
FEW = {Role.SOCIAL_WORKER, Role.VIRTUAL_SCHOOL_HEAD, Role.ADVISER}


def reads(readers, **how):
    narrowed = {("care", OWN): readers}
    return {
        role for role in SECTION_RIGHTS
        if Reader(role=role, narrowed=narrowed, **how).reads(slug="care", key=OWN)
    }  # fmt: skip


@pytest.mark.parametrize(
    ("readers", "roles", "beside_a_hidden_home"),
    [
        (Readers.SECTION, set(SECTION_RIGHTS), set(SECTION_RIGHTS)),
        (Readers.SCHOOL, set(SECTION_RIGHTS),
         {Role.DESIGNATED_TEACHER, Role.HEAD_TEACHER, Role.SAFEGUARDING_LEAD}),
        (Readers.HOME, set(SECTION_RIGHTS), {Role.DESIGNATED_TEACHER}),
        (Readers.STAFF, STAFF, {Role.DESIGNATED_TEACHER}),
        (Readers.COUNCIL, COUNCIL, set()),
        (Readers.FEW, FEW, set()),
    ],
)  # fmt: skip
def test_each_rule_is_stricter_than_the_one_before(readers, roles, beside_a_hidden_home):
    assert reads(readers) == roles
    assert reads(readers, is_home_hidden=True) & set(SECTION_RIGHTS) == beside_a_hidden_home


def test_whoever_writes_a_part_can_read_its_questions():
    """The strictest rule that is offered first still lets the owner answer."""
    writers = {
        "school": Role.DESIGNATED_TEACHER, "social_worker": Role.SOCIAL_WORKER,
        "carer": Role.CARER, "child": Role.YOUNG_PERSON, "virtual_school": Role.ADVISER,
    }  # fmt: skip
    for owner, role in writers.items():
        for readers in Readers:
            narrowed = {("x", "y"): readers}
            can = Reader(role=role, narrowed=narrowed).reads(slug="x", key="y")
            assert can or not can_be_written(owner, readers), (owner, readers)
        assert can_be_written(owner, strictest_for(owner))


def test_a_rule_widens_nothing_a_shipped_question_keeps():
    reader = Reader(role=Role.DESIGNATED_TEACHER, narrowed={("people", "siblings"): "section"})

    assert not reader.reads(slug="people", key="siblings")


# In the administration ----------------------------------------------------------------------------


def adding(draft, local, slug="care", **more):  # noqa: F811
    """What the section's page sends with one question more."""
    section = draft.sections.get(slug=slug)
    page = reverse("admin:pep_section_change", args=[section.pk])
    shown = as_(local).get(page)
    data = posted(shown)
    number = int(data["questions-TOTAL_FORMS"])
    first = next(one.formset for one in shown.context["inline_admin_formsets"]).empty_form
    new = {
        "key": OWN, "kind": "text", "label": "What is kept close?", "place": 99,
        "max_length": 500, "max_rows": 4, "readers": first["readers"].value(),
    } | more  # fmt: skip
    data |= {f"questions-{number}-{name}": value for name, value in new.items()}
    return page, data | {"questions-TOTAL_FORMS": number + 1}


@pytest.mark.parametrize(("slug", "readers"), [("care", "few"), ("english", "staff")])
def test_a_new_question_begins_with_the_strictest_rule(local, draft, slug, readers):  # noqa: F811
    page, data = adding(draft, local, slug)

    answered = as_(local).post(page, data)

    assert answered.status_code == 302, answered.context["errors"]
    assert Question.objects.get(section__version=draft, key=OWN).readers == readers


def test_a_rule_under_which_nobody_could_answer_is_refused(local, draft):  # noqa: F811
    page, data = adding(draft, local, "english", readers="few")

    answered = as_(local).post(page, data)

    assert "whoever writes this part could not read the question" in answered.text
    assert not Question.objects.filter(section__version=draft, key=OWN).exists()


def test_the_preview_says_who_will_read_it(local, draft):  # noqa: F811
    page, data = adding(draft, local, readers="council")
    as_(local).post(page, data)

    text = as_(local).get(url("preview", draft), {"section": "care"}).text

    assert "Who will read it" in text
    told = text.split("What is kept close?</dt><dd>")[1].split("</dd>")[0]
    assert "Social worker" in told
    assert "Designated teacher" not in told
    assert "Carer" not in told
    changes = as_(local).get(url("changes", draft)).text
    assert "What is kept close?" in changes


def test_the_rule_travels_with_the_file_and_a_file_without_it_is_read_strictly(
    local, draft, stranger  # noqa: F811
):  # fmt: skip
    page, data = adding(draft, local, readers="section")
    as_(local).post(page, data)
    raw = as_(local).get(url("export", draft)).content
    whole = json.loads(raw)
    (own,) = [
        question
        for section in whole["sections"] for question in section["questions"]
        if question["key"] == OWN
    ]  # fmt: skip
    assert own["readers"] == "section"  # said, although it is the usual one
    del own["readers"]

    file = SimpleUploadedFile("form.json", json.dumps(whole).encode())
    taken = as_(stranger).post(reverse("admin:planforms_take_in"), {"file": file})

    theirs = FormVersion.objects.get(form__authority=stranger.seat.authority_id)
    assert taken.status_code == 302
    held = Question.objects.filter(section__version=theirs)
    assert held.get(key=OWN).readers == "few"
    assert set(held.exclude(key=OWN).values_list("readers", flat=True)) == {"section"}


def test_a_file_with_another_word_is_refused():
    form = json.loads(json.dumps(_shipped_content()))
    form["sections"][0]["questions"][0]["readers"] = "all"

    assert any("who reads it must be one of" in one for one in rules.faults_of_form(form))


def _shipped_content():
    return content_of(shipped())


def test_shipped_questions_are_read_as_the_table_says():
    assert set(Question.objects.values_list("readers", flat=True)) == {"section"}
    assert ("people", "siblings") in shipped_questions()


def test_what_was_asked_before_there_were_rules_became_strict(draft, local):  # noqa: F811
    """The migration's own statement; the trigger it switches off is only its owner's to switch."""
    page, data = adding(draft, local, readers="section")
    as_(local).post(page, data)

    with connection.cursor() as cursor:
        cursor.execute(import_module("pep.migrations.0013_who_reads_a_question").OWN[1])

    rows = dict(Question.objects.filter(section__version=draft).values_list("key", "readers"))
    assert rows.pop(OWN) == "few"
    assert set(rows.values()) == {"section"}


# In a plan ----------------------------------------------------------------------------------------


@pytest.fixture
def cast(draft, local, authority):  # noqa: F811
    """A plan in the authority's form, with a question of its own for the council's few."""
    page, data = adding(draft, local, readers="council")
    assert as_(local).post(page, data).status_code == 302
    actions.publish(version_id=draft.pk, by=local, at=AT)
    cast = Cast(authority, status=PersonalEducationPlan.Status.WITH_SCHOOL)
    PersonalEducationPlan.objects.filter(pk=cast.plan.pk).update(form_version=draft)
    cast.plan.refresh_from_db()
    Answer.objects.create(
        authority=authority, child=cast.child, plan=cast.plan, section="care", key=OWN,
        value=PLANTED, version=1, written_at=AT, written_by=cast.social_worker,
    )  # fmt: skip
    return cast


def told(cast, who):
    """The pages and papers a person reads the plan on."""
    client, plan = as_(who), cast.plan
    addresses = [
        reverse("pep:read", args=[plan.pk]),
        reverse("pep:section", args=[plan.pk, "care"]),
        reverse("pep:history", args=[plan.pk, "care"]),
        reverse("papers:paper", args=[plan.pk, "draft"]),
        reverse("papers:paper", args=[plan.pk, "full"]),
        reverse("papers:paper", args=[plan.pk, "meeting"]),
        reverse("papers:paper", args=[plan.pk, "family"]),
        reverse("papers:json", args=[plan.pk]),
        reverse("pep:compare", args=[plan.pk]) + "?show=everything",
    ]
    return {address for address in addresses if PLANTED in client.get(address).text}


def test_nobody_else_reads_it_on_any_page(cast):
    assert told(cast, cast.social_worker)
    for who in ("teacher", "carer", "young_person"):
        assert told(cast, getattr(cast, who)) == set(), who


def test_nor_in_a_paper_for_all_or_another_system(cast):
    fill(cast.plan, by=cast.teacher)
    Answer.objects.filter(plan=cast.plan, key=OWN).update(value=PLANTED)
    plan_actions.send(plan_id=cast.plan.pk, by=cast.teacher, at=timezone.now())
    plan_actions.start_checking(plan_id=cast.plan.pk, by=cast.head, at=timezone.now())
    PersonalEducationPlan.objects.filter(pk=cast.plan.pk).update(quality="good")
    plan_actions.agree(plan_id=cast.plan.pk, by=cast.head, at=timezone.now())
    version = AgreedVersion.objects.get(plan=cast.plan)
    cast.plan.refresh_from_db()

    assert PLANTED in version.content
    with pikepdf.open(io.BytesIO(render_pdf(version))) as paper:
        assert letters(PLANTED) not in letters(words_of(paper))
        assert letters("Care and health") in letters(words_of(paper))
    for who in ("teacher", "carer"):
        assert told(cast, getattr(cast, who)) == set(), who
    assert len(told(cast, cast.head)) > 1


def test_nor_as_what_is_not_known_yet(cast):
    Answer.objects.filter(plan=cast.plan, key=OWN).update(
        value=None, state="not_known", not_known_who=PLANTED, not_known_until=AT.date()
    )

    seen = {
        who: finding_out.of_plans(
            [cast.plan], on=AT.date(), reader=pages.reader_of(cast.plan, getattr(cast, who))
        )
        for who in ("teacher", "social_worker")
    }

    assert seen["teacher"] == {}
    assert len(seen["social_worker"][cast.plan.pk]) == 1


def test_every_reader_of_a_plan_knows_the_rules_of_its_form(cast):
    """Whoever is stood before a plan, and whoever a paper is narrowed for."""
    plan = PersonalEducationPlan.objects.with_home(on=AT.date()).get(pk=cast.plan.pk)
    expected = form_content.narrowed_in(plan.form_version_id)

    assert expected == {("care", OWN): "council"}
    assert rights.reader(cast.teacher, plan).narrowed == expected
    source = paper_content.source_of(
        plan, cast.social_worker, PaperKind.MEETING, version=reading.latest_version(plan), at=AT
    )
    assert source.reader.narrowed == expected

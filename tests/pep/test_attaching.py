"""Files of a section: with the section's rights, sent in and taken away, downloads recorded."""

import io
import json
import re
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path

import jsonschema
import pikepdf
import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client, TestCase
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.permissions import PERMISSIONS, Permission
from accounts.roles import Role
from audit.models import Event
from files.detecting import WRONG_TYPE, NotAccepted
from files.models import StoredFile
from papers import exchange
from papers.documents import store
from papers.keeping import let_old_go
from papers.models import ReaderPaper
from pep import actions, content, form_content, pages, rights, rules
from pep.actions import attaching
from pep.documents import produce_pdf, render_pdf
from pep.models import AgreedVersion, Answer, Attachment, Paper, PersonalEducationPlan
from placements.models import Address, Placement
from tests.confidential import letters
from tests.factories.accounts import UserFactory, seated
from tests.factories.children import InvolvementFactory
from tests.factories.pep import Cast, fill
from tests.reading_papers import words_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("open_wall")]

AT = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)
Status = PersonalEducationPlan.Status


@pytest.fixture
def cast(authority):
    return Cast(authority, status=Status.WITH_SCHOOL)


def pdf(number=0, name="Amara report.pdf"):
    return SimpleUploadedFile(name, b"%PDF-1.7\n" + str(number).encode())


def attach(cast, who="teacher", *, section="english", upload=None):
    return actions.attach(
        plan_id=cast.plan.pk, section=section, upload=upload or pdf(), by=getattr(cast, who), at=AT
    )


def seen(cast, who, section="english"):
    content = form_content.of_version(cast.plan.form_version_id).section(section)
    reader = pages.reader_of(cast.plan, getattr(cast, who))
    return pages.files_of(cast.plan, content, reader)


def browser(user):
    client = Client()
    client.force_login(user)
    return client


def test_a_file_is_kept_with_no_name_in_its_own(cast):
    row = attach(cast)

    assert row.name == "Amara report.pdf"
    assert re.fullmatch(r"pep-file-[0-9a-f]{6}\.pdf", row.file.download_name)
    assert row.file.content_type == "application/pdf"
    assert Event.objects.filter(kind="pep.file_added", row=row.pk).count() == 1


def test_the_same_file_twice_is_one(cast):
    attach(cast)
    attach(cast)

    assert Attachment.objects.count() == StoredFile.objects.count() == 1


def test_only_so_many(cast, monkeypatch):
    monkeypatch.setattr(attaching, "MOST_FILES", 1)
    attach(cast)

    with pytest.raises(NotAccepted):
        attach(cast, upload=pdf(1))


@pytest.mark.parametrize(
    ("who", "section"), [("social_worker", "english"), ("carer", "english"), ("teacher", "care")]
)
def test_only_who_writes_the_section_adds_to_it(cast, who, section):
    with pytest.raises(PermissionDenied):
        attach(cast, who, section=section)


@pytest.mark.parametrize("status", [Status.SENT_TO_CHECK, Status.AGREED])
def test_nothing_is_added_or_removed_when_the_plan_is_locked(cast, status):
    row = attach(cast)
    locked = {"status": status, "agreed_at": AT, "agreed_by": cast.adviser}
    PersonalEducationPlan.objects.filter(pk=cast.plan.pk).update(**locked)

    with pytest.raises(PermissionDenied):
        attach(cast, upload=pdf(1))
    with pytest.raises(PermissionDenied):
        actions.remove_file(attachment_id=row.pk, by=cast.teacher, at=AT)


def test_removed_stays_in_the_history_and_can_be_put_back(cast):
    row = attach(cast)
    later = AT + timedelta(hours=1)
    actions.remove_file(attachment_id=row.pk, by=cast.teacher, at=later)
    files = seen(cast, "social_worker")
    assert (list(files.rows), len(files.gone)) == ([], 1)
    history = reverse("pep:history", args=[cast.plan.pk, "english"])
    assert "Removed by" in browser(cast.social_worker).get(history).text

    actions.put_file_back(attachment_id=row.pk, by=cast.teacher, at=later)

    assert len(seen(cast, "social_worker").rows) == 1
    kinds = Event.objects.filter(row=row.pk, kind__startswith="pep.file").order_by("pk")
    assert [event.kind for event in kinds] == [
        "pep.file_added", "pep.file_removed", "pep.file_put_back"
    ]  # fmt: skip


# -- who reads them --------------------------------------------------------------------------------


def test_files_go_with_the_section(cast):
    row = attach(cast)
    url = reverse("pep:file", args=[cast.plan.pk, row.pk])

    answer = browser(cast.social_worker).get(url)
    assert answer.status_code == 200
    assert answer["Content-Disposition"] == f'attachment; filename="{row.file.download_name}"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert Event.objects.filter(kind="child.downloaded", child_id=cast.child.pk).count() == 1
    assert browser(cast.young_person).get(url).status_code == 404
    assert browser(cast.teacher_elsewhere).get(url).status_code == 404
    assert browser(cast.governor).get(url).status_code == 403


def test_a_file_of_the_childs_part_goes_with_their_wish(cast):
    attach(cast, section="views")
    Answer.objects.create(
        authority=cast.child.authority, child=cast.child, plan=cast.plan, section="views",
        key="voice_share", value="social_worker", version=1, written_at=AT,
        written_by=User.objects.get(pk=cast.teacher.pk),
    )  # fmt: skip

    assert seen(cast, "social_worker", "views").rows
    assert seen(cast, "teacher", "views") is None


def test_files_where_an_answer_leads_to_a_hidden_home_are_for_those_who_read_it(cast):
    """DP-4: a letter about travel is kept from whoever does not read how the child travels."""
    about = form_content.of_version(cast.plan.form_version_id).section("about")
    hidden = {"is_home_hidden": True}

    assert rights.reads_files(rights.Reader(Role.HEAD_TEACHER), about)
    assert not rights.reads_files(rights.Reader(Role.HEAD_TEACHER, **hidden), about)
    assert rights.reads_files(rights.Reader(Role.DESIGNATED_TEACHER, **hidden), about)


def test_what_is_shown_of_a_section_does_not_open_its_files(cast):
    about = form_content.of_version(cast.plan.form_version_id).section("about")
    reader = rights.Reader(Role.HEAD_TEACHER, is_home_hidden=True)

    assert pages.files_of(cast.plan, about.shown_to(reader.reads), reader) is None


def test_a_colleague_beside_a_hidden_home_adds_only_where_they_read_all(cast):
    colleague = UserFactory()
    InvolvementFactory(
        child=cast.child, person=colleague, role=Role.INVITED_COLLEAGUE, school=cast.school,
        sections=["about", "english"], ended_on=timezone.localdate() + timedelta(days=30),
    )  # fmt: skip
    cast.colleague = seated(colleague)
    placement = Placement.objects.create(
        authority=cast.child.authority, child=cast.child, started_on=AT.date(), kind="U6",
        provider="PR1", area="in", country="E",
    )  # fmt: skip
    Address.objects.create(
        authority=cast.child.authority, child=cast.child, kind="placement", placement=placement,
        lines="1 Hidden Row", postcode="QX1 1AA", is_confidential=True, started_on=AT.date(),
    )  # fmt: skip

    with pytest.raises(PermissionDenied):
        attach(cast, "colleague", section="about")
    assert attach(cast, "colleague", section="english").added_by == colleague


@pytest.mark.parametrize("who", ["social_worker", "carer"])
def test_who_reads_a_section_and_does_not_write_it_adds_nothing(cast, who):
    url = reverse("pep:attach", args=[cast.plan.pk, "english"])

    assert browser(getattr(cast, who)).post(url, {"file": pdf()}).status_code == 403
    assert not Attachment.objects.exists()


def test_who_added_a_file_is_named_as_the_reader_may_know(cast):
    attach(cast, "carer", section="carer-views")
    section = form_content.of_version(cast.plan.form_version_id).section("carer-views")
    hidden = {"is_home_hidden": True, "not_named": frozenset({cast.carer.pk})}
    told = [
        pages.files_of(cast.plan, section, rights.Reader(Role.DESIGNATED_TEACHER, **how))
        for how in ({}, hidden)
    ]

    assert [cast.carer.name in files.rows[0].detail for files in told] == [True, False]


def test_a_removed_file_is_not_given(cast):
    row = attach(cast)
    actions.remove_file(attachment_id=row.pk, by=cast.teacher, at=AT)

    url = reverse("pep:file", args=[cast.plan.pk, row.pk])
    assert browser(cast.teacher).get(url).status_code == 404


# -- pages -----------------------------------------------------------------------------------------


def test_add_remove_and_undo_by_hand_without_script(cast):
    teacher = browser(cast.teacher)
    url = reverse("pep:attach", args=[cast.plan.pk, "english"])
    wrong = teacher.post(url, {"file": SimpleUploadedFile("a.pdf", b"MZ a program")})
    assert wrong.status_code == 422
    assert WRONG_TYPE in wrong.text
    assert teacher.post(url).status_code == 422

    added = teacher.post(url, {"file": pdf()}, follow=True)
    assert "Amara report.pdf" in added.text
    row = Attachment.objects.get()
    removed = teacher.post(reverse("pep:remove_file", args=[cast.plan.pk, row.pk]), follow=True)
    undo = reverse("pep:put_file_back", args=[cast.plan.pk, row.pk])
    assert undo in removed.text
    assert "Amara report.pdf" not in removed.text
    assert "Amara report.pdf" in teacher.post(undo, follow=True).text


def test_with_script_the_list_answers(cast):
    teacher = browser(cast.teacher)
    url = reverse("pep:attach", args=[cast.plan.pk, "english"])

    answer = teacher.post(url, {"file": pdf()}, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert answer.text.lstrip().startswith("<section")
    assert "Amara report.pdf" in answer.text
    wrong = teacher.post(
        url, {"file": SimpleUploadedFile("a", b"MZ")}, headers={"HX-Request": "true"}
    )
    assert wrong.status_code == 422
    assert WRONG_TYPE in wrong.text


# -- in an agreed version --------------------------------------------------------------------------


@pytest.fixture
def agreed(authority):
    """A plan agreed with a file in English, and one among the people, where siblings are asked."""
    cast = Cast(authority)
    fill(cast.plan, by=cast.teacher)
    PersonalEducationPlan.objects.filter(pk=cast.plan.pk).update(status=Status.WITH_SCHOOL)
    attach(cast)
    attach(cast, "social_worker", section="people", upload=pdf(1, name="Family.pdf"))
    gone = attach(cast, upload=pdf(2, name="Wrong.pdf"))
    actions.remove_file(attachment_id=gone.pk, by=cast.teacher, at=AT)
    actions.send(plan_id=cast.plan.pk, by=cast.teacher, at=AT)
    actions.start_checking(plan_id=cast.plan.pk, by=cast.adviser, at=AT)
    PersonalEducationPlan.objects.filter(pk=cast.plan.pk).update(quality="good")
    actions.agree(plan_id=cast.plan.pk, by=cast.adviser, at=AT)
    cast.plan.refresh_from_db()
    return cast


def kept_files(cast):
    version = AgreedVersion.objects.get(plan=cast.plan)
    return version, {file["name"]: file for file in content.files_in(json.loads(version.content))}


def faults(document):
    schema = json.loads((Path(settings.BASE_DIR) / "docs" / "agreed-plan.schema.json").read_text())
    return [one.message for one in jsonschema.Draft202012Validator(schema).iter_errors(document)]


def test_an_agreed_version_lists_its_files_and_the_paper_those_that_all_read(agreed):
    """The list is in what the hash covers; among the people stands what only some read."""
    version, files = kept_files(agreed)
    row = Attachment.objects.get(section="english", removed_at=None)

    assert set(files) == {"Amara report.pdf", "Family.pdf"}
    assert files["Amara report.pdf"] == {
        "id": str(row.pk), "name": "Amara report.pdf", "type": "application/pdf",
        "size": row.file.size, "sha256": row.file.sha256, "added_at": "2026-11-20T14:00:00+00:00",
        "added_by": {"id": str(agreed.teacher.pk), "name": agreed.teacher.name},
    }  # fmt: skip
    assert rules.content_hash(version.content) == version.sha256
    with pikepdf.open(io.BytesIO(render_pdf(version))) as paper:
        text = letters(words_of(paper))
    assert "Amarareport.pdf" in text
    assert row.file.sha256[:16] in text
    assert "Family.pdf" not in text


def test_the_list_is_for_who_reads_the_section(agreed):
    """Page, HTML twin and JSON of each reader."""
    pages_of = [reverse("pep:read", args=[agreed.plan.pk]),
                reverse("papers:paper", args=[agreed.plan.pk, "full"])]  # fmt: skip
    readers = {"social_worker": True, "teacher": False, "carer": False}
    for who, reads_family in readers.items():
        for url in pages_of:
            text = browser(getattr(agreed, who)).get(url).text
            assert "Amara report.pdf" in text, (who, url)
            assert ("Family.pdf" in text) is reads_family, (who, url)
    family = browser(agreed.carer).get(reverse("papers:paper", args=[agreed.plan.pk, "family"]))
    assert "report.pdf" not in family.text
    told = json.loads(
        browser(agreed.teacher).get(reverse("papers:json", args=[agreed.plan.pk])).content
    )
    assert [part["number"] for part in told["withheld"]] == [2], "an answer and the files"


def test_another_system_is_told_of_the_files_that_all_read(agreed):
    version, _ = kept_files(agreed)

    document = exchange.for_the_file(version, is_home_confidential=False)

    assert [part["why"] for part in document["withheld"]] == ["not_for_every_reader"]
    assert [file["name"] for file in content.files_in(document["content"])] == ["Amara report.pdf"]
    assert faults(document) == []
    document["content"]["sections"][0]["files"] = [{"name": "no hash"}]
    assert faults(document)


def test_a_file_of_an_agreed_version_stays_also_when_the_plan_is_opened_again(agreed):
    actions.reopen(plan_id=agreed.plan.pk, reason="A date", by=agreed.adviser, at=AT)
    row = Attachment.objects.get(section="english", removed_at=None)
    teacher = browser(agreed.teacher)

    answered = teacher.post(reverse("pep:remove_file", args=[agreed.plan.pk, row.pk]), follow=True)

    assert "part of an agreed" in answered.text
    assert 'value="remove-file:' not in answered.text
    with pytest.raises(actions.PartOfAgreed):
        actions.remove_file(attachment_id=row.pk, by=agreed.teacher, at=AT)
    row.refresh_from_db()
    assert row.removed_at is None
    assert attach(agreed, upload=pdf(3)).agreed_at is None


def verified(version):
    out = StringIO()
    call_command("verify_plan", version.sha256, stdout=out)
    return out.getvalue()


def test_verify_plan_reads_the_files_too(agreed):
    version, _ = kept_files(agreed)
    path = Path(Attachment.objects.get(section="english", removed_at=None).file.content.path)
    assert "2 files as agreed" in verified(version)

    path.write_bytes(b"%PDF-1.7 something else")
    with pytest.raises(CommandError, match="ALTERED: the file"):
        verified(version)

    path.unlink()
    with pytest.raises(CommandError, match="MISSING: the file"):
        verified(version)


def test_what_was_agreed_before_files_were_listed_still_verifies(agreed):
    whole = json.loads(AgreedVersion.objects.get().content)
    for section in whole["sections"]:
        del section["files"]
    text = rules.canonical_json(whole)
    old = AgreedVersion.objects.create(
        authority=agreed.plan.authority, child=agreed.child, plan=agreed.plan, number=2,
        form_version=agreed.plan.form_version, content=text, sha256=rules.content_hash(text),
        agreed_at=AT, agreed_by=agreed.adviser,
    )  # fmt: skip

    said = verified(old)

    assert "As agreed: version 2" in said
    assert "file" not in said
    page = browser(agreed.social_worker).get(reverse("pep:read", args=[agreed.plan.pk]))
    assert page.status_code == 200
    assert faults(exchange.for_the_file(old, is_home_confidential=False)) == []
    assert render_pdf(old).startswith(b"%PDF")


# -- withdrawn from an agreed version --------------------------------------------------------------

WHY = "It was about another child."


def of_agreed(cast):
    return Attachment.objects.get(plan=cast.plan, section="english", agreed_at__isnull=False)


def withdraw(cast, who="head", row=None):
    return actions.withdraw_file(
        attachment_id=(row or of_agreed(cast)).pk, reason=WHY, by=getattr(cast, who), at=AT
    )


def test_a_withdrawn_file_has_no_content_and_no_name_and_leaves_why(agreed):
    stored = of_agreed(agreed).file
    path, digest = Path(stored.content.path), stored.sha256

    row = withdraw(agreed)
    again = withdraw(agreed)

    assert not path.exists()
    assert not StoredFile.objects.filter(pk=stored.pk).exists()
    assert (row.name, row.file, row.withdrawn_by, row.withdrawn_why) == ("", None, agreed.head, WHY)
    assert again.withdrawn_at == row.withdrawn_at
    event = Event.objects.get(kind="pep.file_withdrawn", row=row.pk)
    assert event.after == {"sha256": digest}
    url = reverse("pep:file", args=[agreed.plan.pk, row.pk])
    assert browser(agreed.head).get(url).status_code == 404


def test_what_was_agreed_still_verifies_and_says_that_a_file_was_withdrawn(agreed):
    version, files = kept_files(agreed)
    before = version.content

    withdraw(agreed)

    version.refresh_from_db()
    assert version.content == before
    said = verified(version)
    assert f"SHA-256 {files['Amara report.pdf']['sha256']}" in said
    assert "Withdrawn on 20/11/2026" in said
    assert "1 file as agreed" in said


def test_pages_and_papers_name_the_file_no_more_and_say_who_withdrew_it_and_why(agreed):
    row = of_agreed(agreed)
    withdraw(agreed)
    version = AgreedVersion.objects.get(plan=agreed.plan)

    addresses = [
        reverse("pep:read", args=[agreed.plan.pk]),
        reverse("papers:paper", args=[agreed.plan.pk, "full"]),
        reverse("pep:section", args=[agreed.plan.pk, "english"]),
        reverse("pep:history", args=[agreed.plan.pk, "english"]),
    ]
    for url in addresses:
        text = browser(agreed.social_worker).get(url).text
        assert "Amara report.pdf" not in text, url
        assert content.WITHDRAWN in text, url
        assert WHY in text, url
        assert agreed.head.name in text, url
    with pikepdf.open(io.BytesIO(render_pdf(version))) as paper:
        text = letters(words_of(paper))
    assert "Amarareport" not in text
    assert letters(WHY) in text
    document = exchange.for_the_file(version, is_home_confidential=False)
    assert {"number": 1, "why": "withdrawn"} in document["withheld"]
    (told,) = [file for file in content.files_in(document["content"]) if file["id"] == str(row.pk)]
    assert (told["name"], told["withdrawn"]["why"]) == (content.WITHDRAWN, WHY)
    assert faults(document) == []


def test_the_pdf_that_named_it_is_made_anew(agreed):
    paper = Paper.objects.get(version__plan=agreed.plan)
    produce_pdf(paper.pk, at=AT)
    paper.refresh_from_db()
    old = Path(paper.file.content.path)

    with TestCase.captureOnCommitCallbacks(execute=True):
        withdraw(agreed)

    paper.refresh_from_db()
    assert not old.exists()
    assert paper.file is None or Path(paper.file.content.path) != old


@pytest.mark.parametrize("who", ["adviser", "teacher", "social_worker"])
def test_only_a_virtual_school_head_withdraws(agreed, who):
    row = of_agreed(agreed)
    url = reverse("pep:withdraw_file", args=[agreed.plan.pk, row.pk])

    assert browser(getattr(agreed, who)).post(url, {"reason": WHY}).status_code == 403
    with pytest.raises(PermissionDenied):
        withdraw(agreed, who)
    assert of_agreed(agreed).withdrawn_at is None


def test_nobody_withdraws_what_they_do_not_read(cast, monkeypatch):
    """Whoever the table of permissions lets withdraw files: none of a part they may not open."""
    role = Role.DESIGNATED_TEACHER
    monkeypatch.setitem(PERMISSIONS, role, PERMISSIONS[role] | {Permission.WITHDRAW_FILES})
    row = attach(cast, section="views")
    Answer.objects.create(
        authority=cast.child.authority, child=cast.child, plan=cast.plan, section="views",
        key="voice_share", value="social_worker", version=1, written_at=AT,
    )  # fmt: skip
    Attachment.objects.filter(pk=row.pk).update(agreed_at=AT)
    url = reverse("pep:withdraw_file", args=[cast.plan.pk, row.pk])

    assert browser(cast.teacher).post(url, {"reason": WHY}).status_code == 404
    with pytest.raises(PermissionDenied):
        withdraw(cast, "teacher", row=row)


def test_a_file_of_no_agreed_version_is_removed_not_withdrawn(cast):
    row = attach(cast)

    with pytest.raises(actions.NotOfAgreed):
        withdraw(cast, row=row)
    url = reverse("pep:withdraw_file", args=[cast.plan.pk, row.pk])
    assert browser(cast.head).get(url).status_code == 302


def test_withdrawing_by_hand_says_what_stays_and_asks_why(agreed):
    head, row = browser(agreed.head), of_agreed(agreed)
    section = reverse("pep:section", args=[agreed.plan.pk, "english"])
    url = reverse("pep:withdraw_file", args=[agreed.plan.pk, row.pk])
    assert url in head.get(section).text
    assert url not in browser(agreed.adviser).get(section).text

    asked = head.get(url)
    assert "Its content is deleted" in asked.text
    assert head.post(url, {"reason": ""}).status_code == 422
    done = head.post(url, {"reason": WHY}, follow=True)

    assert "The file is withdrawn" in done.text
    assert WHY in done.text
    assert url not in done.text


def test_a_withdrawn_file_is_not_part_of_the_next_version(agreed):
    withdraw(agreed)
    actions.reopen(plan_id=agreed.plan.pk, reason="A date", by=agreed.adviser, at=AT)

    assert "english" not in content.files_of(agreed.plan)
    assert attach(agreed).agreed_at is None


def test_papers_that_named_it_go(agreed):
    made = {"made_at": AT, "asked_at": AT, "goes_at": AT + timedelta(days=1), "state": "made"}
    file = store(b"%PDF", authority_id=agreed.plan.authority_id, name="full.pdf", at=AT)
    ReaderPaper.objects.create(
        authority=agreed.plan.authority, child=agreed.child, plan=agreed.plan, kind="full",
        person=agreed.head, seat=agreed.head.seat.key, file=file, **made,
    )  # fmt: skip
    assert let_old_go(at=AT) == 0

    withdraw(agreed)

    assert let_old_go(at=AT) == 1
    assert not ReaderPaper.objects.exists()

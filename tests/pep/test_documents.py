import io
import json
import re
from datetime import UTC, datetime, timedelta

import pikepdf
import pytest
from django.core.management import call_command
from fontTools.ttLib import TTFont

from files.models import StoredFile
from notifications.models import Email, Notice
from pep import actions, documents, tasks
from pep.models import AgreedVersion, Answer, Paper
from placements.models import Address, Placement
from tests.factories.pep import Cast, fill

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("open_wall")]

AT = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)
NAMES = "Zofia Łaska, Đặng, Şahin and Ó Briain"


@pytest.fixture
def cast(authority):
    return Cast(authority)


@pytest.fixture
def paper(cast):
    fill(cast.plan, by=cast.teacher)
    Answer.objects.filter(plan=cast.plan, key="achievements").update(value=NAMES)
    actions.send(plan_id=cast.plan.pk, by=cast.teacher, at=AT)
    actions.start_checking(plan_id=cast.plan.pk, by=cast.adviser, at=AT)
    actions.agree(plan_id=cast.plan.pk, by=cast.adviser, at=AT)
    return Paper.objects.select_related("version__plan__term").get()


def letters_of(pdf):
    """Map each embedded font to its letters: glyph number in the font file -> letter."""
    fonts = {}
    for page in pdf.pages:
        for font in page.Resources.Font.values():
            name = str(font.BaseFont).partition("+")[2]
            pairs = re.findall(
                r"<(\w{4})> <(\w{4})>\n", font.ToUnicode.read_bytes().decode("latin-1")
            )
            letters = {
                int(glyph, 16): chr(int(code, 16)) for glyph, code in pairs if code != "ffff"
            }
            fonts.setdefault(name, {}).update(letters)
    return fonts


def test_the_paper_is_tagged_titled_and_in_english(paper):
    with pikepdf.open(io.BytesIO(documents.render_pdf(paper.version))) as pdf:
        assert pdf.Root.MarkInfo.Marked
        assert str(pdf.Root.Lang) == "en-GB"
        assert "/StructTreeRoot" in pdf.Root
        assert pdf.Root.ViewerPreferences.DisplayDocTitle
        assert str(pdf.docinfo["/Title"]).startswith("Personal education plan, Autumn 2026")
        with pdf.open_metadata() as meta:
            assert meta["pdfuaid:part"] == "1"


def test_names_of_everywhere_have_their_letters(paper):
    with pikepdf.open(io.BytesIO(documents.render_pdf(paper.version))) as pdf:
        letters = {letter for font in letters_of(pdf).values() for letter in font.values()}

    assert set("ŁĐặŞÓ") <= letters


@pytest.mark.parametrize(
    ("family", "file"), [("Inter", "inter-latin"), ("Inter-Extended", "inter-latin-ext")]
)
def test_each_letter_is_drawn_by_the_font_that_has_it(family, file):
    words = f"<p>{NAMES}</p><p><b>{NAMES}</b></p>"
    with pikepdf.open(io.BytesIO(documents.print_html(f'<html lang="en">{words}'))) as pdf:
        fonts = letters_of(pdf)

    source = TTFont(documents.FONTS / f"{file}-400-700.woff2")
    known = source.getBestCmap()
    drawn = {name: found for name, found in fonts.items() if name in {family, f"{family}-Bold"}}
    assert len(drawn) == 2
    for found in drawn.values():
        for glyph, letter in found.items():
            assert source.getGlyphID(known[ord(letter)]) == glyph, letter


def test_every_font_is_in_the_file(paper):
    with pikepdf.open(io.BytesIO(documents.render_pdf(paper.version))) as pdf:
        for page in pdf.pages:
            for font in page.Resources.Font.values():
                descriptor = font.DescendantFonts[0].FontDescriptor
                assert any(f"/FontFile{n}" in descriptor for n in ("", "2", "3"))


@pytest.mark.parametrize(
    "address",
    [
        "https://example.org/track.png",
        "http://127.0.0.1/secret",
        "file:///etc/passwd",
        "ftp://example.org/x",
    ],
)
def test_nothing_is_fetched_from_outside(address):
    with pytest.raises(documents.NothingFromOutside):
        documents.print_html(f'<html lang="en"><title>x</title><img src="{address}" alt="">')


def test_words_are_printed_as_words(paper):
    content = json.loads(paper.version.content)
    content["child"]["name"] = '<img src="https://example.org/x.png">'
    version = AgreedVersion(
        plan=paper.version.plan,
        form_version=paper.version.form_version,
        content=json.dumps(content),
        sha256="0",
        number=1,
    )

    assert documents.render_pdf(version).startswith(b"%PDF")


def test_a_paper_is_made_once(paper):
    documents.produce_pdf(paper.pk, at=AT)
    documents.produce_pdf(paper.pk, at=AT + timedelta(minutes=1))

    paper.refresh_from_db()
    assert paper.made_at == AT
    assert StoredFile.objects.count() == 1
    assert paper.file.sha256
    assert Notice.objects.filter(kind="pep_agreed").count() == 3


def test_a_worker_that_died_leaves_the_paper_owed(paper, monkeypatch):
    def dies(version):
        raise MemoryError

    monkeypatch.setattr(documents, "render_pdf", dies)
    with pytest.raises(MemoryError):
        documents.produce_pdf(paper.pk, at=AT)
    monkeypatch.undo()

    assert tasks.owed(at=AT + timedelta(minutes=2)) == [paper.pk]
    documents.produce_pdf(paper.pk, at=AT)
    assert StoredFile.objects.count() == 1
    assert tasks.owed(at=AT + timedelta(minutes=2)) == []


def test_a_fresh_paper_is_left_to_its_own_task(paper):
    assert tasks.owed(at=AT + timedelta(seconds=30)) == []


def test_the_file_and_its_name_say_nobody(cast, paper):
    documents.produce_pdf(paper.pk, at=AT)

    file = StoredFile.objects.get()
    assert file.download_name == f"pep-autumn-2026-{cast.plan.pk.hex[:6]}-v1.pdf"
    assert file.content.name == f"901/{file.pk}"


def test_notices_and_mails_name_nobody(cast, paper):
    documents.produce_pdf(paper.pk, at=AT)

    for notice in Notice.objects.all():
        for word in (cast.child.called, cast.child.family_name, cast.school.name):
            assert word not in notice.text
    assert Email.objects.count() == Notice.objects.count()
    told = set(Notice.objects.filter(kind="pep_agreed").values_list("recipient", flat=True))
    assert told == {cast.teacher.pk, cast.social_worker.pk, cast.adviser.pk}


def test_address_carer_and_upn_are_nowhere(authority):
    cast = Cast(authority)
    cast.child.upn = "A901200012345"
    cast.child.save()
    home = Placement.objects.create(
        authority=authority, child=cast.child, kind="U6", started_on=AT.date()
    )
    Address.objects.create(
        authority=authority,
        child=cast.child,
        kind="placement",
        placement=home,
        lines="17 Plantain Row",
        postcode="QX9 9ZZ",
        started_on=AT.date(),
    )
    fill(cast.plan, by=cast.teacher)
    actions.send(plan_id=cast.plan.pk, by=cast.teacher, at=AT)
    actions.start_checking(plan_id=cast.plan.pk, by=cast.adviser, at=AT)
    actions.agree(plan_id=cast.plan.pk, by=cast.adviser, at=AT)

    content = AgreedVersion.objects.get().content
    for secret in ("Plantain", "QX9", "A901200012345", cast.carer.name):
        assert secret not in content


def test_the_child_s_words_are_printed_only_if_shared_with_everyone(paper):
    content = json.loads(paper.version.content)
    content["sections"][0]["shared_with"] = "social_worker"
    content["sections"][0]["questions"][1]["words"] = "Only for Amara's social worker"
    seen = {}

    def keep(html):
        seen["html"] = html
        return b""

    version = AgreedVersion(
        plan=paper.version.plan,
        form_version=paper.version.form_version,
        content=json.dumps(content),
        sha256="0",
    )
    original, documents.print_html = documents.print_html, keep
    try:
        documents.render_pdf(version)
    finally:
        documents.print_html = original

    assert "Only for" not in seen["html"]
    assert "chose who may read this" in seen["html"]


def test_the_command_writes_the_latest_papers(cast, paper, tmp_path, capsys):
    call_command("plan_pdf", "--latest-agreed", "5", "--out", str(tmp_path), "--authority", "901")

    name = f"pep-autumn-2026-{cast.plan.pk.hex[:6]}-v1.pdf"
    assert [path.name for path in tmp_path.glob("*.pdf")] == [name]
    assert (tmp_path / name).read_bytes().startswith(b"%PDF")

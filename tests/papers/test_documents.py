"""Papers as they are printed: for whom, of what, how long [DP-2, DP-4, DP-5, DP-6, DP-7]."""

import io
import json
from collections import Counter
from contextlib import nullcontext
from datetime import UTC, date, datetime, timedelta
from html import unescape
from pathlib import Path
from types import SimpleNamespace

import jsonschema
import pikepdf
import pytest
from django.conf import settings
from django.utils.html import strip_tags

from accounts.models import Membership, User
from accounts.roles import Role
from children import actions as child_actions
from children.models import Enrolment
from files.models import StoredFile
from notifications.models import Notice
from papers import actions, content, documents, exchange, keeping, seating
from papers.models import ReaderPaper
from papers.rules import Kind
from pep import actions as pep_actions
from pep import form_content, reading, rules
from pep.documents import render_part, render_pdf
from pep.models import Answer, PersonalEducationPlan
from placements.models import Address, Placement
from tests.factories.accounts import MembershipFactory
from tests.factories.children import EnrolmentFactory
from tests.factories.pep import Cast, fill
from tests.factories.schools import SchoolFactory
from tests.reading_papers import words_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("open_wall")]

AT = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)


@pytest.fixture
def cast(authority):
    return Cast(authority)


def agree(cast, **answers):
    """Agree a plan with these answers: by key, or by section and key as `last_targets__targets`."""
    fill(cast.plan, by=cast.teacher)
    sections = {
        question.key: section.slug
        for section in form_content.of_version(cast.plan.form_version_id).sections
        for question in section.questions
    }
    for name, value in answers.items():
        slug, _, key = name.rpartition("__")
        Answer.objects.update_or_create(
            plan=cast.plan, section=slug.replace("_", "-") or sections[key], key=key,
            defaults={
                "value": value, "version": 1, "written_at": AT, "written_by": cast.teacher,
                "authority": cast.plan.authority, "child": cast.child,
            },
        )  # fmt: skip
    pep_actions.send(plan_id=cast.plan.pk, by=cast.teacher, at=AT)
    pep_actions.start_checking(plan_id=cast.plan.pk, by=cast.adviser, at=AT)
    pep_actions.agree(plan_id=cast.plan.pk, by=cast.adviser, at=AT)
    cast.plan.refresh_from_db()


def plan_of(cast):
    plans = PersonalEducationPlan.objects.with_home(on=AT.date())
    return plans.select_related("child", "term", "school", "authority", "form_version__form").get(
        pk=cast.plan.pk
    )


def printed(cast, kind, by, *, at=AT):
    plan = plan_of(cast)
    source = content.source_of(plan, by, kind, version=reading.latest_version(plan), at=at)
    return pikepdf.open(io.BytesIO(documents.render(source, kind, by, at=at)))


def letters(text):
    return "".join(text.split())


def told(cast, kind, by):
    """The words of a paper, as they go to be printed."""
    plan = plan_of(cast)
    source = content.source_of(plan, by, kind, version=reading.latest_version(plan), at=AT)
    html = documents.as_html(content.paper_content(source, kind, by, at=AT))
    return letters(strip_tags(unescape(html)))


def pages_of(pdf):
    """The letters of each page."""
    found = []
    for number in range(len(pdf.pages)):
        one = pikepdf.new()
        one.pages.append(pdf.pages[number])
        found.append(letters(words_of(one)))
    return found


@pytest.mark.parametrize("kind", list(Kind))
def test_each_paper_is_tagged_numbered_and_titled(cast, kind):
    if kind is Kind.DRAFT:
        fill(cast.plan, by=cast.teacher)
    else:
        agree(cast)
    with printed(cast, kind, cast.adviser) as pdf:
        assert pdf.Root.MarkInfo.Marked
        assert str(pdf.Root.Lang) == "en-GB"
        assert "/StructTreeRoot" in pdf.Root
        assert "/Outlines" in pdf.Root
        assert str(pdf.docinfo["/Title"]).startswith("Personal education plan") or (
            kind is Kind.FAMILY
        )
        with pdf.open_metadata() as meta:
            assert meta["pdfuaid:part"] == "1"
        pages = pages_of(pdf)
    for number, page in enumerate(pages, 1):
        assert f"Page{number}of{len(pages)}" in page
        assert "OFFICIAL–SENSITIVE" in page


def test_the_hash_of_what_was_agreed_stands_on_each_page(cast):
    agree(cast)
    sha256 = reading.latest_version(cast.plan).sha256

    with printed(cast, Kind.SCHOOL, cast.adviser) as pdf:
        assert all(sha256[:16] in page for page in pages_of(pdf))
    with printed(cast, Kind.DRAFT, cast.adviser) as pdf:
        assert not any(sha256[:16] in page for page in pages_of(pdf))


@pytest.mark.parametrize("kind", [Kind.DRAFT, Kind.MEETING])
def test_a_plan_that_is_not_agreed_says_draft_on_each_page(cast, kind):
    fill(cast.plan, by=cast.teacher)

    with printed(cast, kind, cast.teacher) as pdf:
        assert all("Draft" in page for page in pages_of(pdf))


@pytest.mark.parametrize(
    ("kind", "who", "is_told_why"),
    [
        (Kind.FULL, "adviser", True),
        (Kind.SCHOOL, "adviser", True),
        (Kind.MEETING, "adviser", True),
        (Kind.FAMILY, "adviser", False),
        (Kind.FULL, "carer", False),
    ],
)
def test_a_plan_agreed_with_a_gap_says_so_and_why_to_those_who_read_all_of_it(
    cast, kind, who, is_told_why
):
    agree(cast)
    version, by = reading.latest_version(cast.plan), getattr(cast, who)
    owed(version, "Care and health")

    source = content.source_of(plan_of(cast), by, kind, version=version, at=AT)
    html = documents.as_html(content.paper_content(source, kind, by, at=AT))

    assert "Agreed with a gap" in html
    assert "Care and health, by 4 December 2026" in html
    assert ("from Priya. Zanzibar" in html) is is_told_why


def owed(version, title):
    """Let a kept version say it was agreed without a part."""
    row = {"title": title, "owed_by": "Priya", "due_on": "2026-12-04", "reason": "Zanzibar"}
    version.content = rules.canonical_json({**reading.kept(version), "gaps": [row]})
    version.agreed_with_gap = [row]


def with_section(version, slug):
    """Let a kept version hold a section that is asked of few, without an answer."""
    whole = reading.kept(version)
    section = whole["sections"][0] | {"slug": slug, "title": "Zanzibar status", "questions": []}
    whole["sections"].append(section)
    version.content = rules.canonical_json(whole)


@pytest.mark.parametrize(
    ("who", "is_told"), [("social_worker", True), ("teacher", False), ("carer", False)]
)
def test_that_a_part_for_few_was_missing_is_told_to_the_few(cast, who, is_told):
    """PEP-15: the name of the section alone says how the child came here."""
    agree(cast)
    version, by = reading.latest_version(cast.plan), getattr(cast, who)
    with_section(version, "unaccompanied-status")
    owed(version, "Zanzibar status")

    source = content.source_of(plan_of(cast), by, Kind.FULL, version=version, at=AT)
    html = documents.as_html(content.paper_content(source, Kind.FULL, by, at=AT))
    one_for_all = exchange.for_the_file(version, is_home_confidential=False)
    with pikepdf.open(io.BytesIO(render_pdf(version))) as paper:
        printed = letters(words_of(paper))

    assert ("Zanzibar status" in html) is is_told
    assert one_for_all["agreed_with_gap"] == []
    assert "Zanzibar" not in exchange.as_text(one_for_all)
    assert one_for_all["withheld"][0]["number"] == 2, "the section, and that it was missing"
    assert "Zanzibar" not in printed


@pytest.mark.parametrize(
    "words",
    [
        pytest.param("Every evening she reads. " * 800, id="20,000 characters"),
        pytest.param("x" * 20_000, id="one word of 20,000"),
        pytest.param("\n" * 10_000 + "a\n" * 5_000, id="lines"),
        pytest.param("“Ż” & <b>ß</b> 漢字 " * 1_200, id="signs"),
    ],
)
def test_the_summary_for_a_meeting_takes_two_pages_at_most(cast, words):
    fill(cast.plan, by=cast.teacher)
    for answer in Answer.objects.filter(plan=cast.plan):
        if isinstance(answer.value, str) and answer.value.startswith("Reads"):
            answer.value = words
        elif isinstance(answer.value, list) and answer.value and "id" in answer.value[0]:
            answer.value = [
                {k: words if isinstance(v, str) and v.startswith("Reads") else v
                 for k, v in row.items()}
                for row in answer.value * 6
            ]  # fmt: skip
        answer.save()

    with printed(cast, Kind.MEETING, cast.adviser) as pdf:
        assert 1 <= len(pdf.pages) <= 2
        assert "shortened" in "".join(pages_of(pdf))


TARGET = {
    "area": "reading", "need": "Avoids long texts and loses heart after the first page of them.",
    "target": "Reads four whole books of her own choice by Easter and talks about each of them.",
    "measure": "Her reading record, looked at each fortnight", "baseline": "One book a term",
    "goal": "Four books a term", "at_home": "Ten minutes together on most evenings of the week",
    "action": "Ten minutes of reading together before lessons, on three days of each week.",
    "by_child": "Chooses the books and keeps the chart herself", "owner": "Mr Osei, form tutor",
    "due_on": "2027-02-10", "child_agreed": True, "funding": False,
}  # fmt: skip


def test_the_summary_says_each_target_whole_where_the_answers_are_of_usual_length(cast):
    """What a meeting is about is not cut because a row of it has many cells."""
    rows = [
        {"id": f"00000000-0000-4000-8000-{n:012d}", **TARGET, "target": f"{n}: {TARGET['target']}"}
        for n in range(4)
    ]
    last = [
        {"id": row["id"], "target": row["target"], "outcome": "met", "difference": "some",
         "evidence": "Her record shows nine weeks out of eleven, and she said so herself."}
        for row in rows
    ]  # fmt: skip
    agree(cast, last_targets__targets=last, targets__targets=rows)

    with printed(cast, Kind.MEETING, cast.adviser) as pdf:
        assert len(pdf.pages) <= 2
        text = "".join(pages_of(pdf))
    for row in rows:
        assert text.count(letters(row["target"])) == 2  # set now, and reviewed
    for words in ("goal", "action", "owner"):
        assert text.count(letters(TARGET[words])) == 4
    assert letters(TARGET["need"]) not in text


SUBJECTS = [
    {"id": f"00000000-0000-4000-8000-{n:012d}", "subject": subject, "current": "4", **more}
    for n, (subject, more) in enumerate(
        [("English", {"target": "6"}), ("Maths", {}), ("Design and technology", {"target": "5"})]
    )
]


def tables_of(pdf):
    """Each table of a paper: kinds and marks of its cells, and how many headings it has."""
    found = []

    def walk(element, table):
        kind = str(element.get("/S", ""))[1:]
        if kind == "Table":
            table = {"lines": [], "headings": 0}
            found.append(table)
        elif table is not None and kind == "TR":
            table["lines"].append([])
        elif table is not None and kind in {"TH", "TD"}:
            marks = element.get("/A", {}).get("/Headers", [])
            table["lines"][-1].append((kind, str(element.get("/ID", "")), [*map(str, marks)]))
        elif table is not None and kind == "H4":
            table["headings"] += 1
        kids = element.get("/K", [])
        for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
            if isinstance(kid, pikepdf.Dictionary):
                walk(kid, table)

    walk(pdf.Root.StructTreeRoot, None)
    return found


@pytest.mark.parametrize("kind", [None, Kind.FULL, Kind.FAMILY])
def test_short_rows_are_one_table_whose_cells_know_their_headers(cast, kind):
    """PDF/UA: a cell of a table points at the header of its line and of its column."""
    agree(cast, subjects=SUBJECTS)
    made = (
        printed(cast, kind, cast.adviser)
        if kind
        else pikepdf.open(io.BytesIO(render_pdf(reading.latest_version(cast.plan))))
    )

    with made as pdf:
        told = [found for found in tables_of(pdf) if found["headings"]]
        text = letters(words_of(pdf))

    (table,) = [found for found in told if len(found["lines"][0]) == len(SUBJECTS[0]) - 1]
    head, *lines = table["lines"]
    columns = [mark for _, mark, _ in head]
    assert [kind for kind, _, _ in head] == ["TH"] * 3
    assert len({*columns}) == 3
    assert [[kind for kind, _, _ in line] for line in lines] == [["TH", "TD", "TD"]] * 3
    for first, *cells in lines:
        assert [marks for _, _, marks in cells] == [[first[1], c] for c in columns[1:]]
    assert text.count("Workingat") == 1
    assert "Number1" not in text


@pytest.mark.parametrize("kind", [None, Kind.FULL, Kind.FAMILY])
def test_long_rows_are_called_what_they_are(cast, kind):
    rows = [{"id": f"00000000-0000-4000-8000-{n:012d}", **TARGET} for n in range(3)]
    agree(cast, targets__targets=rows)
    made = (
        printed(cast, kind, cast.adviser)
        if kind
        else pikepdf.open(io.BytesIO(render_pdf(reading.latest_version(cast.plan))))
    )

    with made as pdf:
        text = letters(words_of(pdf))

    assert "Target1" in text
    assert "Target3" in text
    assert "Number1" not in text


def test_a_refusal_stands_in_the_summary(cast):
    agree(cast, voice_how="refused")

    with printed(cast, Kind.MEETING, cast.adviser) as pdf:
        assert "didnotwanttothistime" in "".join(pages_of(pdf))


def test_the_summary_keeps_to_two_pages_when_even_a_line_of_each_is_too_much(cast):
    agree(cast)
    source = content.source_of(
        plan_of(cast), cast.adviser, Kind.MEETING, version=reading.latest_version(cast.plan), at=AT
    )
    section = next(s for s in source.content["sections"] if s["slug"] == "send")
    section["questions"] = [
        {"key": f"k{n}", "kind": "text", "label": f"Question {n}", "words": "Yes, often.",
         "rows": [], "value": "x"}
        for n in range(400)
    ]  # fmt: skip

    with pikepdf.open(
        io.BytesIO(documents.render(source, Kind.MEETING, cast.adviser, at=AT))
    ) as pdf:
        assert len(pdf.pages) <= 2


PUPIL_PREMIUM = "pupilpremium"


def test_the_familys_copy_has_no_money_no_other_family_and_no_law(cast):
    spent = {"id": "00000000-0000-4000-8000-000000000001", "provider": "Otters", "cost": 48000}
    agree(
        cast, attendees="Her aunt, Mrs Corbett", disagreement="Her father objects",
        requests=[spent],
    )  # fmt: skip

    text = told(cast, Kind.FAMILY, cast.carer).lower()
    full = told(cast, Kind.FULL, cast.adviser).lower()

    for hidden in ("mrscorbett", "herfatherobjects", PUPIL_PREMIUM, "£480", "requiredbylaw"):
        assert hidden not in text
        assert hidden in full
    assert PUPIL_PREMIUM not in told(cast, Kind.FAMILY, cast.adviser).lower()
    assert letters(cast.child.given_name).lower() in text


def test_the_familys_copy_is_in_12_point(cast):
    agree(cast)

    sizes = {kind: sizes_of(printed(cast, kind, cast.carer)) for kind in (Kind.FAMILY, Kind.FULL)}

    assert sizes[Kind.FAMILY].most_common(1)[0][0] == 12
    assert sizes[Kind.FULL].most_common(1)[0][0] == 10.5


def sizes_of(pdf):
    """How many letters a paper has of each size, in points."""
    found, size, scale = Counter(), 0, 1
    with pdf:
        for page in pdf.pages:
            for operands, operator in pikepdf.parse_content_stream(page):
                match str(operator):
                    case "Tf":
                        size = abs(float(operands[1]))
                    case "cm" if float(operands[3]) > 0:
                        scale = abs(float(operands[3])) or scale
                    case "Tj" | "TJ":
                        parts = operands[0] if str(operator) == "TJ" else operands
                        shown = sum(len(bytes(p)) for p in parts if isinstance(p, pikepdf.String))
                        found[round(size * scale, 1)] += shown
    return found


@pytest.mark.parametrize(
    ("shares", "is_in"),
    [("everyone", True), ("school_and_social_worker", False), ("social_worker", False)],
)
def test_the_childs_own_part_is_in_the_familys_copy_only_where_it_is_shared(cast, shares, is_in):
    """DP-7."""
    agree(cast, voice_likes="I like the otters", voice_share=shares)

    assert ("Iliketheotters" in told(cast, Kind.FAMILY, cast.adviser)) is is_in
    assert ("Iliketheotters" in told(cast, Kind.FAMILY, cast.carer)) is is_in


def test_the_copy_for_the_school_has_what_school_and_asker_both_read(cast):
    agree(cast, voice_likes="I like the otters", voice_share="social_worker")

    assert "Iliketheotters" in told(cast, Kind.FULL, cast.social_worker)
    assert "Iliketheotters" not in told(cast, Kind.SCHOOL, cast.social_worker)


def test_a_paper_holds_what_its_reader_may_read_whatever_it_is_called(cast):
    agree(cast, sw_view="She sees her brother on Sundays")

    assert "brotheronSundays" in told(cast, Kind.FULL, cast.social_worker)
    assert "brotheronSundays" not in told(cast, Kind.FULL, cast.carer)
    assert "brotheronSundays" not in told(cast, Kind.MEETING, cast.carer)
    assert "notinthispaper" in told(cast, Kind.FULL, cast.carer)


def test_a_confidential_home_is_in_no_copy_for_a_family_but_the_homes_own(cast):
    """DP-4: whoever makes it may hand it to somebody who must not find the child."""
    placement = Placement.objects.create(
        authority=cast.child.authority, child=cast.child, started_on=AT.date(), kind="U6",
        provider="PR1", area="in", country="E",
    )  # fmt: skip
    Address.objects.create(
        authority=cast.child.authority, child=cast.child, kind="placement", placement=placement,
        lines="1 Hidden Row", postcode="QX1 1AA", is_confidential=True, started_on=AT.date(),
    )  # fmt: skip
    agree(cast, travel="The ferry", key_adult="Mr Featheringay", clubs="Rowing at the quay")
    school = letters(cast.school.name)

    for_others = told(cast, Kind.FAMILY, cast.adviser)
    own = told(cast, Kind.FAMILY, cast.carer)

    for hidden in ("Theferry", "MrFeatheringay", "Rowingatthequay", school, cast.adviser.name):
        assert letters(hidden) not in for_others
    assert school in own
    assert "Theferry" in own


def test_beside_a_hidden_home_the_staff_are_nowhere_in_a_paper():
    people = {"key": "people", "words": "", "rows": [[["Adviser", "Zanzibar"]]]}
    whole = {
        "people": [["Adviser", "Zanzibar"]], "agreed": {"by": "Zanzibar", "role": "Adviser"},
        "sections": [{"slug": "people", "questions": [people]}],
    }  # fmt: skip

    assert "Zanzibar" not in str(content.without_names(whole))


@pytest.mark.parametrize(
    ("kind", "who", "is_told"),
    [
        (Kind.FULL, "adviser", True),
        (Kind.FULL, "carer", False),
        (Kind.SCHOOL, "adviser", True),
        (Kind.FAMILY, "adviser", False),
    ],
)
def test_the_first_page_has_the_birthday_for_those_who_read_the_whole_plan(
    cast, kind, who, is_told
):
    agree(cast)
    plan, by = plan_of(cast), getattr(cast, who)
    source = content.source_of(plan, by, kind, version=reading.latest_version(plan), at=AT)

    assert ("Born" in dict(content.paper_content(source, kind, by, at=AT)["facts"])) is is_told


@pytest.mark.parametrize(("knows", "is_named"), [(True, True), (False, False)])
def test_beside_a_hidden_home_a_paper_is_made_for_nobody_by_name(knows, is_named):
    user = SimpleNamespace(name="Zanzibar", seat=None)
    source = SimpleNamespace(reader=SimpleNamespace(knows_school=knows))

    assert ("Zanzibar" in content._made_for(user, source, Kind.FULL)) is is_named
    assert content._made_for(user, source, Kind.FAMILY) == ""


def test_the_blank_form_says_nothing_of_the_child(cast):
    """DP-2: no personal data but what is asked for."""
    agree(cast, achievements="Swims like an otter")

    text = told(cast, Kind.BLANK, cast.teacher)

    for personal in (cast.child.given_name, cast.child.family_name, "Swims", cast.school.name):
        assert letters(personal) not in text
    assert "Whowritesthis" in text


@pytest.mark.parametrize(("who", "reads_care"), [("teacher", True), ("carer", False)])
def test_a_blank_form_has_the_questions_of_its_reader_and_no_facts(cast, who, reads_care):
    plan, by = plan_of(cast), getattr(cast, who)
    source = content.source_of(plan, by, Kind.BLANK, version=None, at=AT)
    sections = {
        section["slug"]: section["questions"]
        for section in content.paper_content(source, Kind.BLANK, by, at=AT)["sections"]
    }
    asked = [question for questions in sections.values() for question in questions]

    assert ("care" in sections) is reads_care
    assert "siblings" not in {question["key"] for question in asked}
    assert "fact" not in {question["kind"] for question in asked}
    assert "{child}" not in str(sections)


@pytest.mark.parametrize(
    ("kind", "version", "is_draft"),
    [
        (Kind.FULL, "agreed", False),
        (Kind.DRAFT, "agreed", True),
        (Kind.MEETING, "agreed", True),  # the plan was opened again
        (Kind.MEETING, None, True),
        (Kind.BLANK, None, False),
    ],
)
def test_what_is_made_of_words_that_change_is_a_draft(kind, version, is_draft):
    plan = SimpleNamespace(is_agreed=False)

    assert content.is_draft(plan, kind, version=version) is is_draft


def test_a_home_is_confidential_unless_it_is_known_not_to_be(cast):
    plan = PersonalEducationPlan.objects.select_related("child", "term", "school").get()

    for known, is_confidential in ((None, True), (False, False), (True, True)):
        if known is not None:
            plan.home_is_confidential = known
        source = content.source_of(plan, cast.adviser, Kind.FULL, version=None, at=AT)
        assert source.is_confidential is is_confidential


def test_a_draft_for_a_school_the_child_left_has_the_facts_of_its_last_day(cast):
    """DP-4: it does not learn the new school."""
    left = AT.date() - timedelta(days=3)
    Enrolment.objects.filter(child=cast.child, school=cast.school).update(
        ended_on=left, access_until=AT.date() + timedelta(days=9)
    )
    new = SchoolFactory(authority=cast.child.authority, name="Zanzibar Academy")
    EnrolmentFactory(child=cast.child, school=new, started_on=left)

    assert "ZanzibarAcademy" in told(cast, Kind.DRAFT, cast.adviser)
    assert "ZanzibarAcademy" not in told(cast, Kind.DRAFT, cast.teacher)


def test_a_paper_is_of_the_seat_it_was_asked_from(cast):
    made(cast, Kind.BLANK, cast.teacher)
    assert ReaderPaper.objects.visible_to(cast.teacher).count() == 1

    ReaderPaper.objects.update(seat="head_teacher:1")

    assert not ReaderPaper.objects.visible_to(cast.teacher).exists()


def made(cast, kind, by, *, at=AT):
    plan = plan_of(cast)
    version = reading.latest_version(plan)
    source = content.source_of(plan, by, kind, version=version, at=at)
    asked = actions.ask(
        plan=plan, kind=kind, version=source.version, rights=source.mark, by=by, at=at
    )
    documents.make(asked.pk, at=at)
    asked.refresh_from_db()
    return asked


def test_a_paper_is_made_once_and_who_asked_is_told_once(cast):
    agree(cast)
    paper = made(cast, Kind.FAMILY, cast.carer)
    documents.make(paper.pk, at=AT)
    again = made(cast, Kind.FAMILY, cast.carer, at=AT + timedelta(hours=1))

    assert paper.state == ReaderPaper.State.MADE
    assert (again.pk, again.made_at) == (paper.pk, paper.made_at)
    assert ReaderPaper.objects.count() == 1
    assert Notice.objects.filter(kind="paper_ready").count() == 1
    assert paper.file.download_name == f"pep-autumn-2026-{cast.plan.pk.hex[:6]}-v1-family.pdf"


def test_two_who_ask_have_a_paper_each(cast):
    agree(cast)

    assert made(cast, Kind.FULL, cast.carer).pk != made(cast, Kind.FULL, cast.young_person).pk


def test_a_draft_is_made_anew_and_the_old_one_goes(cast, django_capture_on_commit_callbacks):
    fill(cast.plan, by=cast.teacher)
    files = StoredFile.objects.count()
    first = made(cast, Kind.DRAFT, cast.teacher)
    double = made(cast, Kind.DRAFT, cast.teacher, at=AT + timedelta(seconds=5))
    path = first.file.content.path
    with django_capture_on_commit_callbacks(execute=True):
        later = made(cast, Kind.DRAFT, cast.teacher, at=AT + timedelta(minutes=5))

    assert double.made_at == first.made_at
    assert later.pk == first.pk
    assert later.made_at > first.made_at
    assert StoredFile.objects.count() == files + 1
    assert not Path(path).exists()


def test_a_draft_goes_after_a_day_and_another_paper_after_a_week(
    cast, django_capture_on_commit_callbacks
):
    fill(cast.plan, by=cast.teacher)
    draft, blank = made(cast, Kind.DRAFT, cast.teacher), made(cast, Kind.BLANK, cast.teacher)
    path = draft.file.content.path

    keeping.let_old_go(at=AT + timedelta(hours=23))
    assert ReaderPaper.objects.count() == 2
    with django_capture_on_commit_callbacks(execute=True):
        keeping.let_old_go(at=AT + timedelta(hours=24))

    assert list(ReaderPaper.objects.values_list("pk", flat=True)) == [blank.pk]
    assert not Path(path).exists()
    assert not StoredFile.objects.filter(pk=draft.file_id).exists()


def test_a_paper_is_not_made_for_whoever_lost_the_child_meanwhile(cast):
    agree(cast)
    plan, version = plan_of(cast), reading.latest_version(cast.plan)
    source = content.source_of(plan, cast.carer, Kind.FULL, version=version, at=AT)
    asked = actions.ask(
        plan=plan, kind=Kind.FULL, version=version, rights=source.mark, by=cast.carer, at=AT
    )
    cast.child.involvements.filter(person=cast.carer).update(ended_on=AT.date())

    documents.make(asked.pk, at=AT)

    asked.refresh_from_db()
    assert (asked.state, asked.why, asked.file_id) == ("failed", "not_allowed", None)


LOST = {
    "the role, though they hold another": (
        "adviser",
        lambda cast: (
            MembershipFactory(
                user=cast.adviser, role=Role.OFFICER, authority=cast.child.authority
            ),
            Membership.objects.filter(role=Role.ADVISER).update(ended_on=AT.date()),
        ),
    ),
    "the account": (
        "adviser", lambda cast: User.objects.filter(pk=cast.adviser.pk).update(is_active=False)
    ),
    "never had the permission": ("governor", lambda cast: None),
    "never had this kind": ("carer", lambda cast: None),
    "the pupil": (
        "teacher",
        lambda cast: Enrolment.objects.update(
            started_on=date(2026, 1, 1), ended_on=date(2026, 9, 1)
        ),
    ),
    "the record, which was closed": (
        "head",
        lambda cast: child_actions.restrict(
            child=cast.child, why="A relative", owner=cast.adviser, by=cast.adviser, at=AT
        ),
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", LOST)
def test_a_paper_is_not_made_for_whoever_lost(cast, what):
    who, lose = LOST[what]
    by = getattr(cast, who)
    kind = Kind.SCHOOL if who == "carer" else Kind.BLANK
    agree(cast)
    asked = actions.ask(plan=plan_of(cast), kind=kind, version=None, rights="", by=by, at=AT)
    lose(cast)

    documents.make(asked.pk, at=AT)

    asked.refresh_from_db()
    assert (asked.state, asked.why) == ("failed", "not_allowed")


@pytest.mark.parametrize(
    ("who", "is_seated"), [("adviser", True), ("governor", False), ("carer", True)]
)
def test_whoever_may_see_no_plans_is_not_put_back_into_their_seat(cast, who, is_seated):
    """Also where the plan itself would still be theirs to see."""
    person = getattr(cast, who)
    key = person.seat.key

    with nullcontext() if is_seated else pytest.raises(seating.NotAllowed):
        seating.seated(person, key, authority_id=cast.plan.authority_id, at=AT)


def test_a_fault_is_told_by_its_kind_and_a_notice_names_nobody(cast, monkeypatch, caplog):
    asked = made(cast, Kind.BLANK, cast.teacher)
    told = Notice.objects.get(kind="paper_ready").text
    assert cast.child.given_name not in told

    def stop(*_, **__):
        raise ValueError("Zanzibar")

    monkeypatch.setattr(documents, "render", stop)
    ReaderPaper.objects.update(state="asked", file=None, made_at=None, goes_at=None)
    documents.make(asked.pk, at=AT)

    assert "ValueError" in caplog.text
    assert "Zanzibar" not in caplog.text


def test_papers_that_failed_go_after_a_day(cast):
    asked = made(cast, Kind.SCHOOL, cast.carer)
    assert asked.state == "failed"

    keeping.let_old_go(at=AT + timedelta(hours=23))
    assert ReaderPaper.objects.exists()
    keeping.let_old_go(at=AT + timedelta(hours=24))
    assert not ReaderPaper.objects.exists()


def test_what_cannot_be_printed_is_tried_a_few_times_and_told(cast, monkeypatch):
    agree(cast)
    monkeypatch.setattr(documents, "MEETING_LIMITS", ())  # something of ours is wrong
    monkeypatch.setattr(documents, "MEETING_PAGES", None)
    monkeypatch.setattr(documents, "as_html", lambda told: {}["wrong"])
    plan, version = plan_of(cast), reading.latest_version(cast.plan)
    asked = actions.ask(plan=plan, kind=Kind.FULL, version=version, rights="", by=cast.carer, at=AT)

    for tries in (1, 2, 3):
        documents.make(asked.pk, at=AT)
        asked.refresh_from_db()
        assert asked.tries == tries

    assert (asked.state, asked.why) == ("failed", "fault")


ONE_PART = [{"number": 1, "why": "not_for_every_reader"}]


@pytest.mark.parametrize("shares", ["everyone", "social_worker"])
def test_the_document_for_another_system_is_as_its_schema_says(cast, shares):
    agree(cast, voice_share=shares)
    version = reading.latest_version(cast.plan)
    schema = json.loads((Path(settings.BASE_DIR) / "docs" / "agreed-plan.schema.json").read_text())
    checker = jsonschema.Draft202012Validator(
        schema, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
    )
    checker.check_schema(schema)

    document = json.loads(
        exchange.as_text(exchange.for_the_file(version, is_home_confidential=False))
    )

    assert [fault.message for fault in checker.iter_errors(document)] == []
    assert document["withheld"] == ([] if shares == "everyone" else ONE_PART)
    assert list(checker.iter_errors({**document, "sha256": "x"}))


@pytest.mark.parametrize(
    ("section", "key", "is_withheld"),
    [
        ("unaccompanied-status", "trafficking", True),
        ("people", "siblings", True),
        ("care", "contacts", False),
    ],
)
def test_nothing_that_is_for_some_eyes_goes_to_another_system(cast, section, key, is_withheld):
    """PEP-15: neither a restricted section nor a restricted answer of an open one."""
    agree(cast)
    version = reading.latest_version(cast.plan)
    whole = reading.kept(version)
    told = {"key": key, "kind": "text", "label": "", "words": "Zanzibar", "rows": []}
    whole["sections"] = [s for s in whole["sections"] if s["slug"] != section]
    whole["sections"].append(whole["sections"][0] | {"slug": section, "questions": [told]})
    version.content = rules.canonical_json(whole)

    document = exchange.for_the_file(version, is_home_confidential=False)

    text = exchange.as_text(document)
    assert ("Zanzibar" in text) is not is_withheld
    assert (key in text) is not is_withheld, "nor what it would have been about"
    assert document["withheld"] == (ONE_PART if is_withheld else [])


@pytest.mark.parametrize("is_confidential", [True, False])
def test_with_a_confidential_home_nobody_is_told_who_owes_a_missing_part(cast, is_confidential):
    """DP-4: the teacher who owes it is of the school, which leads to the home."""
    agree(cast)
    version = reading.latest_version(cast.plan)
    owed(version, "English")

    document = exchange.for_the_file(version, is_home_confidential=is_confidential)

    text = exchange.as_text(document)
    assert '"title":"English"' in text
    assert ("Zanzibar" in text) is not is_confidential
    assert ("Priya" in json.dumps(document["agreed_with_gap"])) is not is_confidential
    with pikepdf.open(io.BytesIO(render_part(version, document["content"]))) as paper:
        printed = letters(words_of(paper))
    assert letters("English, by 4 December 2026") in printed or not is_confidential
    assert ("Zanzibar" in printed) is not is_confidential


HOME_WORDS = {("people", "siblings"), ("about", "travel"), ("care", "planned_move_plan"),
              ("wellbeing", "clubs"), ("about", "history")}  # fmt: skip


@pytest.mark.parametrize("is_confidential", [True, False])
def test_with_a_confidential_home_neither_file_that_is_handed_over_leads_to_it(
    cast, is_confidential
):
    """DP-4: brothers and sisters, travel, the school, its staff and the people stay here."""
    agree(cast)
    version = reading.latest_version(cast.plan)
    whole = reading.kept(version)
    first = whole["sections"][0]
    for slug, key in HOME_WORDS:
        told = {"key": key, "kind": "text", "label": "", "words": "Zanzibar", "rows": []}
        same = next((part for part in whole["sections"] if part["slug"] == slug), None)
        if same is None:
            whole["sections"].append(first | {"slug": slug, "owner": "school", "questions": [told]})
        else:
            same["questions"] = [q for q in same["questions"] if q["key"] != key] + [told]
    version.content = rules.canonical_json(whole)

    document = exchange.for_the_file(version, is_home_confidential=is_confidential)

    text = exchange.as_text(document)
    assert ("Zanzibar" in text) is not is_confidential
    assert (cast.school.name in text) is not is_confidential
    assert [row["why"] for row in document["withheld"]] == ["not_for_every_reader"]
    if is_confidential:
        assert document["content"]["people"] == []
        with pikepdf.open(io.BytesIO(render_part(version, document["content"]))) as paper:
            printed = letters(words_of(paper))
        assert "Zanzibar" not in printed
        assert letters(cast.school.name) not in printed
        assert letters("Parts of this plan are not in this paper") in printed


@pytest.mark.parametrize(
    ("key", "kind", "column", "is_in"),
    [
        ("strengths", "text", "", True),
        ("bursary", "text", "", False),
        ("price", "money", "", False),
        ("child", "fact", "", False),
        ("targets", "rows", "Target", True),
        ("targets", "rows", "Is it paid for?", False),
        ("targets", "rows", "Price", False),
    ],
)
def test_each_answer_of_a_familys_copy(key, kind, column, is_in):
    """DP-4, DP-6: by the question, by its kind, by the column; no note on a fact."""
    columns = [
        SimpleNamespace(key="target", kind="text", label="Target"),
        SimpleNamespace(key="funding", kind="yes_no", label="Is it paid for?"),
        SimpleNamespace(key="amount", kind="money", label="Price"),
    ]
    asked = SimpleNamespace(columns=columns if column else ())
    form = SimpleNamespace(section=lambda _: SimpleNamespace(question=lambda _: asked))
    told = {"words": "" if column else "Zanzibar", "rows": [[[column, "Zanzibar"]]]}
    question = {"key": key, "kind": kind, **(told if column else {**told, "rows": []})}
    whole = {
        "child": {"called": "Amara"}, "people": [["Social worker", "Zanzibar"]],
        "sections": [{"slug": "any", "questions": [question]}],
    }  # fmt: skip

    assert ("Zanzibar" in str(content._for_family(whole, form))) is is_in

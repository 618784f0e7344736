"""The pages of targets: checks while typing, carrying on, examples; with and without script."""

import re
from datetime import date
from html import unescape
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from pep import rules
from pep.models import Answer, PlanSection
from progress.models import Example
from tests.factories.pep import Cast, fill, make_plan
from tests.factories.schools import PolicyFactory, TermFactory
from tests.pep.test_views import HTMX, as_

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("open_wall")]

ROW = {
    "area": "maths", "need": "Missed it", "target": "Solves equations", "baseline": "2 of 10",
    "goal": "8 of 10", "action": "Tuition", "owner": "Ms Okafor", "due_on": "2026-10-01",
    "child_agreed": True, "funding": False,
}  # fmt: skip


@pytest.fixture
def cast(authority):
    PolicyFactory(authority=authority)
    return Cast(authority)


def put(plan, slug, rows, key="targets"):
    Answer.objects.update_or_create(
        plan=plan,
        section=slug,
        key=key,
        defaults={
            "authority_id": plan.authority_id,
            "child_id": plan.child_id,
            "value": rows,
            "version": 0,
            "written_at": timezone.now(),
        },
    )


def rows_of(plan, slug="targets"):
    found = Answer.objects.filter(plan=plan, section=slug, key="targets").first()
    return (found.value if found else None) or []


def posted(*rows):
    """A page of targets as a browser sends it; a date as its three boxes."""
    data = {"targets-TOTAL_FORMS": str(len(rows))}
    for number, row in enumerate(rows):
        data[f"targets-{number}-id"] = row.get("id", "")
        for key, value in row.items():
            if key == "due_on":
                parts = dict(zip("210", value.split("-"), strict=True))
                data |= {f"targets-{number}-due_on_{n}": part for n, part in parts.items()}
            elif key != "id":
                told = {True: "yes", False: "no"}.get(value, value)
                data[f"targets-{number}-{key}"] = told
    return data


def section_url(plan, slug="targets"):
    return reverse("pep:section", args=[plan.pk, slug])


def autosave(cast, data, *, version=0):
    url = reverse("pep:autosave", args=[cast.plan.pk, "targets"])
    data = {"version": version, "marks": "{}", **data}
    return as_(cast.teacher).post(url, data, **HTMX)


def box(html, number):
    """The words of one box of checks in a page or a reply."""
    found = re.search(rf'id="targets-{number}-checks"[^>]*>(.*?)</div>', html, re.S)
    return re.sub(r"<[^>]+>", " ", found[1]).strip() if found else None


# -- checks ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        pytest.param({}, "Add a number", id="no number"),
        pytest.param({"goal": ""}, "where", id="no goal"),
        pytest.param({"owner": "school"}, "Name the person", id="school is nobody"),
        pytest.param({"due_on": "2027-03-01"}, "after the next meeting", id="too late"),
        pytest.param({"target": "Last words"}, "last term’s words", id="last term's words"),
    ],
)
def test_a_save_while_typing_says_what_would_make_a_target_stronger(cast, changed, words):
    """PEP-12; a warning never stops a save."""
    put(cast.plan, "meeting", "2026-12-01", key="next_meeting_date")
    put(cast.plan, "last-targets", [{"id": str(uuid4()), "target": "Last words"}])

    answered = autosave(cast, posted({**ROW, **changed}))

    html = answered.content.decode()
    assert answered.status_code == 200
    assert words in box(html, 0)
    assert 'hx-swap-oob="true"' in html
    assert rows_of(cast.plan)[0]["target"] == {**ROW, **changed}["target"]


def test_a_good_target_has_an_empty_box_which_takes_old_words_away(cast):
    answered = autosave(cast, posted({**ROW, "target": "Solves 8 of 10 equations"}))

    assert box(answered.content.decode(), 0) == ""


def test_a_target_not_begun_is_not_warned_about(cast):
    answered = autosave(cast, posted({"area": "maths", "need": "Missed it"}))

    assert box(answered.content.decode(), 0) == ""


def test_each_row_has_its_own_box_by_its_place_on_the_page(cast):
    """Also where a row between was removed."""
    good = {**ROW, "target": "Solves 8 of 10"}
    answered = autosave(cast, posted(good, {"remove": "on", **good}, {**good, "owner": "School"}))

    html = answered.content.decode()
    assert [box(html, 0), box(html, 1)] == ["", None]
    assert "Name the person" in box(html, 2)


@pytest.mark.parametrize(("minimum", "said"), [(1, False), (2, True)])
def test_how_many_are_needed_is_the_authoritys_policy(authority, minimum, said):
    """PEP-12: a minimum is LOCAL, and never stops a save."""
    PolicyFactory(authority=authority, minimum_targets=minimum)
    cast = Cast(authority)

    answered = autosave(cast, posted({**ROW, "target": "Solves 8 of 10"}))

    assert ("At least 2 targets" in box(answered.content.decode(), "all")) is said


@pytest.mark.parametrize(
    ("changed", "closed"),
    [({}, True), ({"target": "Tries"}, False), ({"owner": ""}, False)],
    ids=["lacks nothing", "could be stronger", "not finished"],
)
def test_only_a_target_that_lacks_nothing_is_one_line_to_open(cast, changed, closed):
    row = {"id": str(uuid4()), **ROW, "target": "Solves 8 of 10 equations", **changed}
    put(cast.plan, "targets", [row])

    page = as_(cast.teacher).get(section_url(cast.plan)).content.decode()

    assert (f"Maths: {row['target']}</span></summary>" in page) is closed
    assert "Missed it</textarea>" in page


def test_without_script_the_page_shows_the_same(cast):
    put(cast.plan, "targets", [{"id": str(uuid4()), **ROW, "owner": "The school"}])

    page = as_(cast.teacher).get(section_url(cast.plan)).content.decode()

    assert "Name the person" in box(page, 0)
    assert 'id="targets-__prefix__-checks"' in page


def test_other_sections_are_not_asked_for_checks(cast, django_assert_max_num_queries):
    url = reverse("pep:autosave", args=[cast.plan.pk, "english"])

    answered = as_(cast.teacher).post(url, {"version": 0, "strengths": "Reads"}, **HTMX)

    assert "-checks" not in answered.content.decode()


# -- carrying on ----------------------------------------------------------------------------------


@pytest.fixture
def review(cast):
    """The autumn plan's target is to be reviewed in the spring plan; answers plan and row."""
    row = {"id": str(uuid4()), **ROW}
    put(cast.plan, "targets", [row])
    term = TermFactory(
        authority=cast.child.authority, name="spring", started_on=date(2027, 1, 1),
        ended_on=date(2027, 4, 12), pep_deadline_on=date(2027, 3, 20),
    )  # fmt: skip
    plan = make_plan(child=cast.child, school=cast.school, term=term)
    put(plan, "last-targets", [{"id": row["id"], "target": row["target"]}])
    return plan, row


def test_last_terms_target_is_shown_as_it_was_with_a_button(cast, review):
    plan, row = review

    page = as_(cast.teacher).get(section_url(plan, "last-targets")).content.decode()

    assert "<dt>From</dt><dd>2 of 10</dd><dt>To</dt><dd>8 of 10</dd>" in page
    assert "1 October 2026" in page
    assert f'name="carry" value="{row["id"]}"' in page


def test_carrying_on_saves_what_was_written_and_adds_the_target(cast, review):
    plan, row = review
    data = posted({"id": row["id"], "target": row["target"], "outcome": "partly",
                   "evidence": "6 of 10"})  # fmt: skip

    answered = as_(cast.teacher).post(
        section_url(plan, "last-targets"), {"version": 0, "carry": row["id"], **data}, follow=True
    )

    assert rows_of(plan, "last-targets")[0]["outcome"] == "partly"
    assert [one["id"] for one in rows_of(plan)] == [str(rules.carried_id(plan.pk, row["id"]))]
    assert "Added to the new targets" in answered.content.decode()
    assert "It is in the new targets." in answered.content.decode()


def test_carrying_on_from_the_new_targets_comes_back_to_the_new_one(cast, review):
    plan, row = review
    data = posted({**ROW, "target": "Mine"})

    answered = as_(cast.teacher).post(section_url(plan), {"version": 0, "carry": row["id"], **data})

    assert answered.url.endswith("#targets-row-2")
    assert [one["target"] for one in rows_of(plan)] == ["Mine", row["target"]]


@pytest.mark.parametrize("who", ["carer", "social_worker"])
def test_a_reader_has_no_buttons_and_cannot_press_them(cast, review, who):
    plan, row = review
    client = as_(getattr(cast, who))

    page = client.get(section_url(plan, "last-targets"))
    pressed = client.post(section_url(plan, "last-targets"), {"carry": row["id"]})

    assert 'name="carry"' not in page.content.decode()
    assert pressed.status_code in {302, 403}
    assert rows_of(plan) == []


@pytest.mark.parametrize("value", ["nonsense", "00000000-0000-4000-8000-000000000000"])
@pytest.mark.parametrize("button", ["carry", "example"])
def test_a_button_nobody_made_is_not_found(cast, button, value):
    answered = as_(cast.teacher).post(section_url(cast.plan), {"version": 0, button: value})

    assert answered.status_code == 404


def test_no_room_is_said_and_nothing_is_lost(cast, review):
    plan, row = review
    form = as_(cast.teacher).get(section_url(plan)).context["form"]
    most = form.content.question("targets").max_rows
    put(plan, "targets", [{"id": str(uuid4()), **ROW} for _ in range(most)])
    before = rows_of(plan)

    answered = as_(cast.teacher).post(
        section_url(plan), {"version": 0, "carry": row["id"], **posted(*before)}, follow=True
    )

    assert "no room for another target" in answered.content.decode()
    assert rows_of(plan) == before


# -- examples -------------------------------------------------------------------------------------


def test_examples_of_the_childs_phase_are_beside_the_section(cast):
    page = as_(cast.teacher).get(section_url(cast.plan)).content.decode()

    assert Example.objects.get(key="se-gap").text in page
    assert Example.objects.get(key="ey-name").text not in page
    assert "What is known to help" in page


def test_an_example_comes_after_what_was_being_typed(cast):
    example = Example.objects.get(key="se-gap")
    data = posted({"target": "Half a sen"})

    answered = as_(cast.teacher).post(
        section_url(cast.plan), {"version": 0, "example": str(example.pk), **data}
    )

    assert answered.url.endswith("#targets-row-2")
    assert [one["target"] for one in rows_of(cast.plan)] == ["Half a sen", example.text]


def test_the_same_page_sent_twice_adds_an_example_once(cast):
    data = {"version": 0, "example": str(Example.objects.get(key="se-gap").pk)}
    client = as_(cast.teacher)

    client.post(section_url(cast.plan), data)
    client.post(section_url(cast.plan), data)

    assert len(rows_of(cast.plan)) == 1


def test_a_reader_sees_no_examples(cast):
    fill(cast.plan, by=cast.teacher)

    page = as_(cast.carer).get(section_url(cast.plan))

    assert page.status_code == 200
    assert "Use this example" not in page.content.decode()


# -- the money is not for everybody ---------------------------------------------------------------


def test_a_cost_is_for_one_of_the_targets_by_its_words(cast):
    put(cast.plan, "targets", [{"id": str(uuid4()), **ROW}])

    page = as_(cast.teacher).get(section_url(cast.plan, "pupil-premium")).content.decode()

    assert '<option value="Solves equations">' in page


def test_a_cost_for_a_target_that_was_reworded_keeps_its_words(cast):
    put(cast.plan, "targets", [{"id": str(uuid4()), **ROW}])
    row = {"id": str(uuid4()), "target": "Old words", "cost": 4_800}
    put(cast.plan, "pupil-premium", [row], key="requests")

    page = as_(cast.teacher).get(section_url(cast.plan, "pupil-premium")).content.decode()

    assert '<option value="Old words" selected>' in page


def test_what_it_costs_is_not_for_a_carer(cast):
    """The carer reads the targets, and not the section on money, where costs are written."""
    row = {"id": str(uuid4()), "target": "Solves equations", "cost": 48_765}
    put(cast.plan, "targets", [{"id": str(uuid4()), **ROW}])
    put(cast.plan, "pupil-premium", [row], key="requests")
    client = as_(cast.carer)

    assert client.get(section_url(cast.plan, "pupil-premium")).status_code == 403
    for url in (section_url(cast.plan), reverse("pep:read", args=[cast.plan.pk])):
        page = client.get(url).content.decode()
        assert "Solves equations" in page
        assert "487.65" not in page


def test_writing_targets_moves_the_section_on(cast):
    autosave(cast, posted(ROW))

    assert PlanSection.objects.get(plan=cast.plan, slug="targets").version == 1


# -- several writers ------------------------------------------------------------------------------


@pytest.mark.parametrize("held", [0, 1, 5])
def test_two_people_who_add_a_target_at_once_keep_both(cast, held):
    rows = [{"id": str(uuid4()), **ROW, "target": f"Target {n}"} for n in range(held)]
    put(cast.plan, "targets", rows)
    teacher, head = as_(cast.teacher), as_(cast.head)
    marks = {who: who.get(section_url(cast.plan)).context["marks"] for who in (teacher, head)}
    for who, text in ((teacher, "The teacher’s"), (head, "The head’s")):
        data = {"version": 0, "marks": marks[who], **posted(*rows, {**ROW, "target": text})}
        who.post(section_url(cast.plan), data)

    told = [row["target"] for row in rows_of(cast.plan)]
    assert told == [*(row["target"] for row in rows), "The teacher’s", "The head’s"]


def test_a_target_carried_on_in_another_window_stands_beside_a_new_one(cast, review):
    plan, row = review
    client = as_(cast.teacher)
    page = client.get(section_url(plan))
    client.post(
        section_url(plan, "last-targets"),
        {"version": 0, "carry": row["id"], **posted({"id": row["id"], "target": row["target"]})},
    )

    answered = client.post(
        reverse("pep:autosave", args=[plan.pk, "targets"]),
        {**_as_shown(page), **posted({**ROW, "target": "Typed meanwhile"})},
        **HTMX,
    )

    assert answered.status_code == 200
    assert [one["target"] for one in rows_of(plan)] == [row["target"], "Typed meanwhile"]


def _as_shown(page):
    """What the page sends of itself beside its fields."""
    html = page.content.decode()
    names = ("version", "marks", "window")
    found = {n: re.search(rf'name="{n}"[^>]* value="([^"]*)"', html) for n in names}
    return {n: unescape(match[1]) for n, match in found.items() if match}


def test_a_target_removed_and_added_again_is_there_once(cast):
    row = {"id": str(uuid4()), **ROW}
    put(cast.plan, "targets", [row])
    client = as_(cast.teacher)
    for sent in ({**row, "remove": "on"}, ROW, ROW):
        page = client.get(section_url(cast.plan))
        there = rows_of(cast.plan)
        sent = {**sent, "id": there[0]["id"]} if there else {**sent, "id": ""}
        client.post(section_url(cast.plan), {**_as_shown(page), **posted(sent)})

    assert [one["target"] for one in rows_of(cast.plan)] == [ROW["target"]]

"""Repeating rows that several people, or several windows of one, write at once."""

import re
from uuid import uuid4

import pytest
from django.urls import reverse

from pep import actions, form_content, rules
from pep.models import Answer, KeptText, WritingStep
from tests.factories.pep import Cast, fill
from tests.factories.schools import PolicyFactory
from tests.pep.test_target_pages import ROW, posted, put, rows_of, section_url
from tests.pep.test_views import HTMX, as_

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("open_wall")]

KEPT = ("version", "marks", "window")  # what a page sends along beside its words


@pytest.fixture
def cast(authority):
    PolicyFactory(authority=authority)
    cast = Cast(authority)
    put(cast.plan, "targets", [row("Reads daily"), row("Writes a page")])
    return cast


def row(target, row_id=None):
    return {"id": row_id or str(uuid4()), "target": target}


class Page:
    """The targets as one window of one person shows them, saving itself."""

    def __init__(self, cast, who):
        self.client, self.plan = as_(getattr(cast, who)), cast.plan
        shown = self.client.get(section_url(cast.plan)).context
        self.kept = {name: shown[name] for name in KEPT}
        self.rows = [dict(one) for one in rows_of(cast.plan)]

    def add(self, target):
        self.rows.append({"target": target})

    def save(self, *, is_answer_lost=False):
        url = reverse("pep:autosave", args=[self.plan.pk, "targets"])
        answered = self.client.post(url, {**self.kept, **posted(*self.rows)}, **HTMX)
        if answered.status_code == 200 and not is_answer_lost:
            self.kept = {name: answered.context[name] for name in KEPT}
        return answered


def texts(cast):
    return [one["target"] for one in rows_of(cast.plan)]


def meet(cast, first="teacher", second="head"):
    return Page(cast, first), Page(cast, second)


@pytest.mark.parametrize("second", ["head", "teacher"], ids=["two people", "two windows of one"])
def test_rows_added_at_once_are_all_kept(cast, second):
    mine, theirs = meet(cast, second=second)
    mine.add("Mine")
    theirs.add("Theirs")

    assert [mine.save().status_code, theirs.save().status_code] == [200, 200]
    theirs.rows[-1]["target"] = "Theirs, and more"
    assert theirs.save().status_code == 200

    assert texts(cast) == ["Reads daily", "Writes a page", "Mine", "Theirs, and more"]


@pytest.mark.parametrize("second", ["head", "teacher"], ids=["two people", "two windows of one"])
def test_changes_of_different_rows_are_all_kept(cast, second):
    mine, theirs = meet(cast, second=second)
    mine.rows[0]["target"] = "Reads aloud"
    theirs.rows[1]["target"] = "Writes two pages"

    mine.save()
    answered = theirs.save()

    assert "With what others wrote" in answered.text
    assert texts(cast) == ["Reads aloud", "Writes two pages"]


def test_a_row_removed_while_another_is_changed(cast):
    mine, theirs = meet(cast)
    mine.rows[0]["remove"] = "on"
    theirs.rows[1]["target"] = "Writes two pages"

    mine.save()
    theirs.save()
    theirs.rows[1]["target"] = "Writes three pages"
    theirs.save()

    assert texts(cast) == ["Writes three pages"]


def test_a_row_that_could_not_be_read_holds_up_no_other(cast):
    page = Page(cast, "teacher")
    page.rows[0]["target"], page.rows[1]["target"] = "x" * 1501, "Writes two pages"

    assert page.save().status_code == 422
    assert texts(cast) == ["Reads daily", "Writes two pages"]


@pytest.mark.parametrize("second", ["head", "teacher"], ids=["two people", "two windows of one"])
@pytest.mark.parametrize(
    ("first", "then", "mine_shown", "theirs_shown"),
    [
        pytest.param({"target": "A"}, {"target": "B"}, "<ins>B</ins>", "<ins>A</ins>", id="both"),
        pytest.param({"remove": "on"}, {"target": "B"}, "B", "This one was removed.", id="removed"),
        pytest.param({"target": "A"}, {"remove": "on"}, "You removed this one.", "A", id="removes"),
    ],
)
def test_the_same_row_twice_is_kept_with_both_texts(
    cast, second, first, then, mine_shown, theirs_shown
):
    earlier, later = meet(cast, second=second)
    earlier.rows[0] |= first
    later.rows[0] |= then
    later.rows[1]["target"] = "Writes two pages"
    earlier.save()
    before = texts(cast)

    answered = later.save()
    page = later.client.get(reverse("pep:conflict", args=[cast.plan.pk, "targets"]))

    assert answered.status_code == 409
    assert texts(cast) == [*before[:-1], "Writes two pages"]
    (choice,) = page.context["choices"]
    assert mine_shown in choice.mine
    assert theirs_shown in choice.theirs
    assert choice.is_own is (second == "teacher")
    assert ("in two windows" in page.text) is (second == "teacher")


@pytest.mark.parametrize(
    ("choice", "kept"),
    [
        ("mine", ["Mine", "Writes a page"]),
        ("theirs", ["Theirs", "Writes a page"]),
        ("both", ["Theirs", "Writes a page", "Mine"]),
    ],
)
def test_choosing_settles_one_row(cast, choice, kept):
    earlier, later = meet(cast)
    earlier.rows[0]["target"], later.rows[0]["target"] = "Theirs", "Mine"
    earlier.save()
    later.save()
    url = reverse("pep:conflict", args=[cast.plan.pk, "targets"])
    page = later.client.get(url)
    (shown,) = page.context["choices"]

    later.client.post(url, {f"keep-{shown.key}": choice, "version": page.context["version"]})

    assert shown.label.endswith("number 1")
    assert texts(cast) == kept
    assert KeptText.objects.get().settled_at is not None


def test_putting_back_a_row_another_removed(cast):
    earlier, later = meet(cast)
    earlier.rows[0]["remove"], later.rows[0]["target"] = "on", "Reads aloud"
    earlier.save()
    later.save()
    url = reverse("pep:conflict", args=[cast.plan.pk, "targets"])

    later.client.post(url, {"version": later.client.get(url).context["version"]})

    assert texts(cast) == ["Writes a page", "Reads aloud"]


def test_writing_over_anothers_row_stays_a_conflict_after_a_save_of_ones_own(cast):
    """The page still shows the old row, though this person's save is the newest of the answer."""
    mine, theirs = meet(cast)
    theirs.rows[0]["target"] = "Theirs"
    theirs.save()
    mine.rows[1]["target"] = "Writes two pages"
    assert mine.save().status_code == 200

    mine.rows[0]["target"] = "Mine"

    assert mine.save().status_code == 409
    assert texts(cast) == ["Theirs", "Writes two pages"]


def test_a_save_whose_answer_was_lost_adds_nothing_twice(cast):
    page = Page(cast, "teacher")
    page.add("Mine")
    page.save(is_answer_lost=True)
    page.rows[-1]["target"] = "Mine, and more"
    page.save()

    assert texts(cast) == ["Reads daily", "Writes a page", "Mine, and more"]


@pytest.mark.parametrize("undone", [{"target": "Reads daily"}, {"remove": ""}])
def test_taking_back_what_a_lost_answer_saved(cast, undone):
    """The page shows what it began with: it is saved again, for the server holds something else."""
    page = Page(cast, "teacher")
    began = dict(page.rows[0])
    page.rows[0] |= {"target": "Typed too much"} if "target" in undone else {"remove": "on"}
    page.save(is_answer_lost=True)
    page.rows[0] = began

    page.save()

    assert sorted(texts(cast)) == ["Reads daily", "Writes a page"]


def test_an_unchanged_page_writes_nothing_over(cast):
    mine, theirs = meet(cast)
    theirs.rows[0]["target"] = "Theirs"
    theirs.add("Added")
    theirs.save()

    assert mine.save().status_code == 200
    assert texts(cast) == ["Theirs", "Writes a page", "Added"]
    assert WritingStep.objects.count() == 1


def test_what_a_row_holds_beside_the_columns_of_the_form_stays(cast):
    held = {**row("Reads daily"), "of_an_older_form": "kept"}
    put(cast.plan, "targets", [held])
    page = Page(cast, "teacher")

    page.save()
    page.rows[0]["target"] = "Reads aloud"
    page.rows[0].pop("of_an_older_form")
    page.save()

    assert rows_of(cast.plan) == [held | {"target": "Reads aloud"}]


def test_each_row_says_who_wrote_it(cast):
    mine, theirs = meet(cast)
    mine.rows[0]["target"], theirs.rows[1]["target"] = "Mine", "Theirs"
    mine.save()
    theirs.save()

    answer = Answer.objects.get(plan=cast.plan, section="targets", key="targets")
    first, second = (answer.written_rows()[one["id"]] for one in answer.value)
    assert (first.person, first.version) == (str(cast.teacher.pk), 1)
    assert (second.person, second.version) == (str(cast.head.pk), 2)


def test_rows_sent_to_a_locked_plan_are_kept_one_by_one(cast):
    page = Page(cast, "teacher")
    page.rows[0]["target"] = "Too late"
    page.add("A new one")
    type(cast.plan).objects.filter(pk=cast.plan.pk).update(status="being_checked")

    assert page.save().status_code == 409

    kept = KeptText.objects.get()
    assert {one["target"] for one in kept.values.values()} == {"Too late", "A new one"}
    shown = page.client.get(reverse("pep:conflict", args=[cast.plan.pk, "targets"]))
    assert "Too late" in shown.text
    assert "A new one" in shown.text


def test_autosave_of_rows_cost(cast, django_assert_max_num_queries):
    """No query for the merge by row: what wrote each row lies beside the rows."""
    mine, theirs = meet(cast)
    theirs.rows[0]["target"] = "Theirs"
    theirs.save()
    mine.rows[1]["target"] = "Mine"
    mine.save()

    mine.rows[1]["target"] = "Mine, and more"
    with django_assert_max_num_queries(27):
        mine.save()


def test_only_rows_are_written_by_row(cast):
    """A part that names a row of an answer without rows is of no question."""
    part = rules.row_part("strengths", "1")

    actions.save_section(
        plan_id=cast.plan.pk, slug="english", values={part: {"id": "1"}}, base_version=0,
        by=cast.teacher, at=cast.plan.started_at,
    )  # fmt: skip

    assert not Answer.objects.filter(section="english").exists()


# -- more rows than the form asks for --------------------------------------------------------------


def most_targets(cast):
    return form_content.of_plan(cast.plan).section("targets").question("targets").max_rows


def label(cast):
    question = form_content.of_plan(cast.plan).section("targets").question("targets")
    return form_content.named(question.label, cast.child.called)


def one_too_many(cast):
    """Two people add the last row the form has room for."""
    most = most_targets(cast)
    put(cast.plan, "targets", [row(f"Target {n}") for n in range(most - 1)])
    mine, theirs = meet(cast)
    mine.add("Mine")
    theirs.add("Theirs")
    mine.save()
    return theirs, theirs.save(), most


def test_more_rows_than_the_form_asks_for_are_kept_and_said(cast):
    theirs, answered, most = one_too_many(cast)

    assert texts(cast)[-2:] == ["Mine", "Theirs"]
    said = f"There are {most + 1} in “{label(cast)}”; the form asks for no more than {most}."
    assert said in answered.text
    page = theirs.client.get(section_url(cast.plan)).text
    assert f"There are {most + 1} here; the form asks for no more than {most}." in page
    assert "whoever writes in this section can tick “Remove this one”" in page


def test_a_section_with_too_many_rows_is_not_complete_until_one_is_removed(cast):
    fill(cast.plan, by=cast.teacher)
    most = most_targets(cast)
    put(cast.plan, "targets", [{**ROW, "id": str(uuid4())} for _ in range(most + 1)])
    page = Page(cast, "teacher")
    url = section_url(cast.plan)

    asked = page.client.post(url, {**page.kept, **posted(*page.rows), "done": "1"}, follow=True)

    assert f"no more than {most}. Remove some first." in asked.text
    assert len(rows_of(cast.plan)) == most + 1
    page = Page(cast, "teacher")
    page.rows[-1]["remove"] = "on"
    page.client.post(url, {**page.kept, **posted(*page.rows), "done": "1"})
    section = cast.plan.sections.get(slug="targets")
    assert (len(rows_of(cast.plan)), section.state) == (most, "complete")


def test_a_complete_section_that_gets_too_many_rows_is_complete_no_longer(cast):
    fill(cast.plan, by=cast.teacher)
    most = most_targets(cast)
    put(cast.plan, "targets", [{**ROW, "id": str(uuid4())} for _ in range(most - 1)])
    mine, theirs = meet(cast)
    for page in (mine, theirs):
        page.rows.append({**ROW, "id": ""})
        assert page.save().status_code == 200

    assert len(rows_of(cast.plan)) == most + 1
    assert cast.plan.sections.get(slug="targets").state == "in_progress"


# -- the order of what was typed -------------------------------------------------------------------


def test_rows_kept_for_their_author_stand_and_come_back_in_the_order_they_were_typed(cast):
    """JSON objects of the database sort their keys, and the ids of new rows are by chance."""
    page = Page(cast, "teacher")
    typed = [f"Number {n}" for n in range(6)]
    for words in typed:
        page.add(words)
    locked = type(cast.plan).objects.filter(pk=cast.plan.pk)
    locked.update(status="being_checked")
    page.save()
    locked.update(status="with_school")

    url = reverse("pep:conflict", args=[cast.plan.pk, "targets"])
    shown = page.client.get(url)
    assert re.findall(r"Number \d", shown.text) == typed
    page.client.post(url, {"version": shown.context["version"]})

    assert texts(cast) == ["Reads daily", "Writes a page", *typed]

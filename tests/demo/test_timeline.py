"""The days of plans: in order, none in the future, and states that follow from them."""

from collections import Counter
from datetime import date

import pytest

from demo.chance import Chance
from demo.council import draw_children
from demo.geography import NORTHMERE
from demo.timeline import Kind, Status, Stories, replaced, superseding

TODAY = date(2026, 11, 21)
STEPS = ("created_on", "begun_on", "first_sent_on", "sent_back_on", "sent_on", "checking_on",
         "agreed_on", "final_on")  # fmt: skip


def stories_on(day, children=220):
    drawn = draw_children(children=children, seed=1, today=day)
    stories = Stories(1, drawn.calendar)
    return drawn, [story for life in drawn.lives[NORTHMERE.id] for story in stories.of(life)]


@pytest.fixture(scope="module")
def told():
    return stories_on(TODAY)


def days_of(story):
    return [day for name in STEPS if (day := getattr(story, name)) is not None]


def test_steps_follow_one_another(told):
    for story in told[1]:
        assert days_of(story) == sorted(days_of(story))


def test_no_step_lies_in_the_future(told):
    assert all(max(days_of(story)) < TODAY for story in told[1])


def test_there_is_one_plan_a_term_and_kind(told):
    counted = Counter((s.life.id, s.term.started_on, s.kind) for s in told[1])

    assert set(counted.values()) == {1}


def test_a_first_plan_begins_after_care_and_has_its_clock(told):
    first = [story for story in told[1] if story.kind == Kind.INITIAL]

    assert first
    assert all(story.created_on > story.life.care_started_on for story in first)
    assert all(story.initiate_by < story.complete_by for story in first)


def test_nearly_all_plans_of_finished_terms_were_in_time(told):
    agreed = [s for s in told[1] if s.agreed_on and s.term.range.ended_on <= TODAY]
    in_time = sum(story.agreed_on <= story.complete_by for story in agreed)

    assert 0.93 <= in_time / len(agreed) <= 0.99


def test_a_plan_that_left_care_was_agreed_before(told):
    left = [story for story in told[1] if not story.life.is_looked_after]

    assert left
    assert all(story.agreed_on < story.life.care_ended_on for story in left)


@pytest.mark.parametrize(
    ("part", "status"),
    [
        ("amara", Status.WITH_SCHOOL),
        ("harun", Status.SENT_BACK),
        ("zofia", Status.AGREED),
        ("elodie", Status.FINAL),
        ("maisie", Status.SENT_TO_CHECK),
        ("niamh", Status.BEING_CHECKED),
        ("leo", Status.NOT_STARTED),
    ],
)
def test_the_story_is_where_people_find_it(told, part, status):
    current = [s for s in told[1] if s.life.part == part and s.term.range.holds_on(TODAY)]

    assert [story.status for story in current] == [status]


@pytest.mark.parametrize("day", [date(2026, 9, 2), date(2026, 8, 31), date(2027, 1, 4)])
def test_any_day_gives_a_sound_story(day):
    _, stories = stories_on(day)

    assert all(days_of(story) == sorted(days_of(story)) for story in stories)
    assert all(max(days_of(story)) < day for story in stories)
    assert Status.FINAL in {story.status for story in stories}


def test_a_change_of_school_after_agreement_brings_a_new_plan():
    drawn, stories = stories_on(TODAY, children=600)
    chance = Chance(1, "after")
    pairs = [(story, superseding(story, chance, drawn.calendar)) for story in stories]
    found = [(story, new) for story, new in pairs if new is not None]

    assert found
    for story, new in found:
        replaced([story, new])
        assert (story.status == Status.SUPERSEDED) is (new.agreed_on is not None)
        assert (new.kind, new.term) == (Kind.SCHOOL_CHANGE, story.term)
        assert new.school != story.school

"""What the demonstration says fits the age of who it is said of."""

from types import SimpleNamespace

import pytest

from demo.chance import Chance
from demo.phrases import Voice, age_of, phrases, phrases_by_age, targets_for

AGES = {"early": -2, "infant": 1, "junior": 5, "secondary": 11, "post_16": 12}
LIFE = SimpleNamespace(sex="F", called="Ada")


def everything_said(year, section, key):
    """Many draws of one answer, as one text."""
    said = (Voice(Chance(seed, "test"), LIFE, year=year).of(section, key) for seed in range(60))
    return " ".join(words or "" for words in said)


@pytest.mark.parametrize(
    ("year", "age"),
    [(-2, "early"), (-1, "early"), (0, "infant"), (2, "infant"), (3, "junior"), (6, "junior"),
     (7, "secondary"), (11, "secondary"), (12, "post_16"), (13, "post_16")],
)  # fmt: skip
def test_age_of_a_year(year, age):
    assert age_of(year) == age


@pytest.mark.parametrize(
    ("age", "section", "key", "unsaid"),
    [
        ("early", "about", "achievements", "sports leaders"),
        ("early", "carer-views", "carer_help", "times tables"),
        ("infant", "maths", "strengths", "times tables to ten"),
        ("secondary", "english", "strengths", "phonics"),
        ("secondary", "carer-views", "carer_help", "times tables in the car"),
        ("post_16", "wellbeing", "friendships", "birthday parties"),
        ("post_16", "carer-views", "carer_help", "stay to watch"),
    ],
)
def test_what_is_not_said_of_an_age(age, section, key, unsaid):
    said = everything_said(AGES[age], section, key)

    assert said.strip()
    assert unsaid not in said


def test_a_student_does_not_speak_of_school_years():
    voices = [Voice(Chance(seed, "test"), LIFE, year=13) for seed in range(60)]

    said = " ".join(voice.child("voice_goals") for voice in voices)

    assert "Year 11" not in said


@pytest.mark.parametrize("year", [0, 1, 12, 13])
def test_targets_fit_the_age(year):
    said = str(targets_for(year))

    assert "tables to 12" not in said
    assert "Reading age" not in said


@pytest.mark.parametrize("age", AGES)
def test_every_sentence_of_an_age_can_be_filled(age):
    voice = Voice(Chance(1, "test"), LIFE, year=AGES[age])
    pools = phrases_by_age()["answers"][age].values()

    filled = [voice.fill(words) for parts in pools for pool in parts for words in pool]

    assert not [words for words in filled if "{" in words]


def test_what_is_asked_on_sending_back_is_about_a_section():
    sections = {asked["section"] for asked in phrases()["sent_back"]}

    assert sections == {"targets", "attendance", "views"}

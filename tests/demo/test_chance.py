"""Repeatable chance, and shares that come out."""

from collections import Counter

from demo.chance import Chance


def test_the_same_names_draw_the_same():
    first, second = Chance(1, "homes"), Chance(1, "homes")

    assert [first.id(), first.random()] == [second.id(), second.random()]
    assert Chance(2, "homes").id() != Chance(1, "homes").id()


def test_ids_are_random_uuids():
    assert {Chance(1, n).id().version for n in range(20)} == {4}


def test_a_quota_misses_no_share_by_more_than_one():
    drawn = Counter(Chance(1).quota({"a": 66.6, "b": 33, "c": 0.4}, 100))

    assert sum(drawn.values()) == 100
    assert drawn == {"a": 67, "b": 33}


def test_a_share_of_values_keeps_their_order():
    chosen = Chance(1).some(range(40), 0.25)

    assert len(chosen) == 10
    assert chosen == sorted(chosen)

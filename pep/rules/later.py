"""An answer that is not given: not yet known, with who will tell us and by when, or nothing to add.

In a save, the history and words kept apart it stands in the place of the answer, as a value of its
own: {"state": "not_known", "person": id, "who": name, "until": "2026-12-03"}.
"""

from typing import Any

STATE = "state"
NOT_KNOWN, NOTHING = "not_known", "nothing_to_add"


def nothing_to_add() -> dict[str, str]:
    return {STATE: NOTHING}


def not_known(*, person: str = "", who: str = "", until: str = "") -> dict[str, str]:
    """Not yet known: a person of the plan or somebody by name, and the day they tell us."""
    return {STATE: NOT_KNOWN, "person": person, "who": who, "until": until}


def is_put_off(value: Any) -> bool:
    """Whether a value says why there is no answer, instead of one."""
    return isinstance(value, dict) and value.get(STATE) in {NOT_KNOWN, NOTHING}


def lacks(value: Any) -> list[str]:
    """What a "not yet known" still has to say: who, until; none for any other value."""
    if not is_put_off(value) or value[STATE] == NOTHING:
        return []
    named = value.get("person") or value.get("who")
    return ([] if named else ["who"]) + ([] if value.get("until") else ["until"])

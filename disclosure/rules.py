"""The states of a request for a whole record, its clock, and what is withheld for review."""

from calendar import monthrange
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum


class State(StrEnum):
    RECEIVED = "received"
    MAKING = "making"
    REVIEW = "review"
    CLARIFYING = "clarifying"
    REVIEWED = "reviewed"
    FINISHING = "finishing"
    RELEASED = "released"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> str:
        return _STATES[self]


_STATES = {
    State.RECEIVED: "Waiting for identity",
    State.MAKING: "Being made",
    State.REVIEW: "To review",
    State.CLARIFYING: "Waiting for an answer from who asked",
    State.REVIEWED: "Reviewed, to be released",
    State.FINISHING: "Being finished",
    State.RELEASED: "Released",
    State.WITHDRAWN: "Withdrawn",
}

MOVES: Mapping[State, frozenset[State]] = {
    State.RECEIVED: frozenset({State.MAKING, State.WITHDRAWN}),
    State.MAKING: frozenset({State.REVIEW}),
    State.REVIEW: frozenset({State.REVIEWED, State.CLARIFYING, State.WITHDRAWN}),
    State.CLARIFYING: frozenset({State.REVIEW, State.WITHDRAWN}),
    State.REVIEWED: frozenset({State.REVIEW, State.FINISHING, State.WITHDRAWN}),
    State.FINISHING: frozenset({State.RELEASED}),
    State.RELEASED: frozenset(),
    State.WITHDRAWN: frozenset(),
}


def may_move(before: State, after: State) -> bool:
    return after in MOVES[before]


class Asker(StrEnum):
    """Who asks for the record [DP-3]."""

    SELF = "self"
    ACTING = "acting"
    FORMER = "former"

    @property
    def label(self) -> str:
        return {
            Asker.SELF: "The child or young person",
            Asker.ACTING: "Somebody acting for the child",
            Asker.FORMER: "The person themselves, who was looked after",
        }[self]


class Kind(StrEnum):
    """Why a part of the record is withheld until a person has decided."""

    PERSON = "person"
    CARER = "carer"
    ADDRESS = "address"
    FLAG = "flag"
    NUMBER = "number"
    WORDS = "words"

    @property
    def label(self) -> str:
        return {
            Kind.PERSON: "Other people",
            Kind.CARER: "Carers",
            Kind.ADDRESS: "Where somebody lives or can be found",
            Kind.FLAG: "Safety instructions and why a record is closed",
            Kind.NUMBER: "Numbers used to match records",
            Kind.WORDS: "Words that people wrote",
        }[self]


class Exemption(StrEnum):
    """Why something is not given: decided by a person, each with its reason [DP-3]."""

    THIRD_PARTY = "third_party"
    CONFIDENTIAL_PLACEMENT = "confidential_placement"
    SERIOUS_HARM = "serious_harm"
    CHILD_ABUSE = "child_abuse"
    LEGAL_PRIVILEGE = "legal_privilege"

    @property
    def label(self) -> str:
        return {
            Exemption.THIRD_PARTY: "About another person",
            Exemption.CONFIDENTIAL_PLACEMENT: "Confidential placement",
            Exemption.SERIOUS_HARM: "Serious harm",
            Exemption.CHILD_ABUSE: "Child abuse data",
            Exemption.LEGAL_PRIVILEGE: "Legal privilege",
        }[self]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What is mostly right for one kind, for a person to accept for all of it, or not.

    `exemption` is empty where giving is suggested.
    """

    exemption: str
    reason: str

    @property
    def words(self) -> str:
        if not self.exemption:
            return "give them"
        return f"withhold them: {Exemption(self.exemption).label.lower()}"


# None for free words, and for what keeps a child safe: those are read one by one [DP-4]
SUGGESTED: Mapping[Kind, Suggestion] = {
    Kind.PERSON: Suggestion(
        Exemption.THIRD_PARTY, "The name of another person, who has not agreed to be named"
    ),
    Kind.CARER: Suggestion(
        Exemption.THIRD_PARTY, "How a carer is called or reached, who has not agreed to it"
    ),
    Kind.ADDRESS: Suggestion(
        Exemption.THIRD_PARTY, "Where other people live or can be found, who have not agreed to it"
    ),
    Kind.NUMBER: Suggestion("", "A number of the person’s own"),
}

UNDECIDED = "[withheld: review]"


def withheld(exemption: str) -> str:
    """What stands in the paper instead of a part that is not given; says nothing of the part."""
    return f"[withheld: {Exemption(exemption).label.lower()}]" if exemption else UNDECIDED


def clock_starts_on(*, received_on: date, identity_checked_on: date | None) -> date | None:
    """The clock starts with a valid request whose maker is known; not before [DP-3]."""
    return max(received_on, identity_checked_on) if identity_checked_on else None


def due_on(
    *, starts_on: date, is_complex: bool, days_stopped: int, closed: Collection[date] = ()
) -> date:
    """One month, three if complex, later by the days the clock stood still [DP-3].

    The same day of the month, or its last day; a weekend or holiday moves it to the next working
    day.
    """
    day = _months_later(starts_on, 3 if is_complex else 1) + timedelta(days=days_stopped)
    while day.weekday() >= 5 or day in closed:
        day += timedelta(days=1)
    return day


def _months_later(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def download_name(*, request_id: object, is_final: bool, extension: str) -> str:
    """Kind and six characters of the id: no name, no initials (decisions 31)."""
    kind = "record" if is_final else "record-draft"
    return f"{kind}-{str(request_id)[:6]}.{extension}"

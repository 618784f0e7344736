"""A plan's states, the moves between them, who may make each and what it needs.

The states are those of the record of decisions: `with_school` is shown as "Being written" where
the child has no school. "Ready to send" is every section complete, not a state.
"""

from dataclasses import dataclass
from enum import StrEnum


class Status(StrEnum):
    NOT_STARTED = "not_started"
    WITH_SCHOOL = "with_school"
    SENT_TO_CHECK = "sent_to_check"
    BEING_CHECKED = "being_checked"
    SENT_BACK = "sent_back"
    AGREED = "agreed"
    FINAL = "final"
    SUPERSEDED = "superseded"


STATUS_LABELS = {
    Status.NOT_STARTED: "Not started",
    Status.WITH_SCHOOL: "With school",
    Status.SENT_TO_CHECK: "Sent to check",
    Status.BEING_CHECKED: "Being checked",
    Status.SENT_BACK: "Sent back",
    Status.AGREED: "Agreed",
    Status.FINAL: "Final",
    Status.SUPERSEDED: "Superseded",
}

# The virtual school's word is given: text and figures are locked and the term counts.
COUNTS_AS_AGREED = frozenset({Status.AGREED, Status.FINAL})
BEING_WRITTEN = frozenset({Status.NOT_STARTED, Status.WITH_SCHOOL, Status.SENT_BACK})


class Who(StrEnum):
    """Groups of roles that act on a plan."""

    SCHOOL = "school"
    SOCIAL_WORKER = "social_worker"
    VIRTUAL_SCHOOL = "virtual_school"
    SERVICE = "service"  # by itself, when something else was done


class Need(StrEnum):
    """What a move cannot do without."""

    COMPLETE_SECTIONS = "complete_sections"
    REASON = "reason"
    WHERE = "where"  # at least one open query, pinned to what has to change (ux 7.13)
    NOTHING_MISSING = "nothing_missing"
    SIGNATURES = "signatures"


@dataclass(frozen=True, slots=True)
class MoveRule:
    """Who may make a move, what it needs, and whether it begins a new version."""

    who: frozenset[Who]
    needs: frozenset[Need] = frozenset()
    begins_version: bool = False


_WRITERS = frozenset({Who.SCHOOL, Who.SOCIAL_WORKER, Who.VIRTUAL_SCHOOL})
_CHECKERS = frozenset({Who.VIRTUAL_SCHOOL})
_SERVICE = frozenset({Who.SERVICE})
# By the service for whoever owes a part that the plan was agreed without
_REOPENING = MoveRule(who=_CHECKERS | _SERVICE, needs=frozenset({Need.REASON}), begins_version=True)
# By a later plan of the child that was agreed; one never finished has nothing left to be done
_SUPERSEDING = MoveRule(who=_SERVICE)
_SENDING = MoveRule(who=_WRITERS, needs=frozenset({Need.COMPLETE_SECTIONS}))

# A child without a school has a plan all the same: social worker or virtual school send it, PEP-13.
MOVE_RULES: dict[tuple[Status, Status], MoveRule] = {
    (Status.NOT_STARTED, Status.WITH_SCHOOL): MoveRule(who=_WRITERS | _SERVICE),
    (Status.WITH_SCHOOL, Status.SENT_TO_CHECK): _SENDING,
    (Status.SENT_BACK, Status.SENT_TO_CHECK): _SENDING,
    (Status.SENT_TO_CHECK, Status.WITH_SCHOOL): MoveRule(who=_WRITERS),
    (Status.SENT_TO_CHECK, Status.BEING_CHECKED): MoveRule(who=_CHECKERS),
    (Status.BEING_CHECKED, Status.SENT_BACK): MoveRule(
        who=_CHECKERS, needs=frozenset({Need.REASON, Need.WHERE})
    ),
    (Status.BEING_CHECKED, Status.AGREED): MoveRule(
        who=_CHECKERS, needs=frozenset({Need.NOTHING_MISSING})
    ),
    (Status.AGREED, Status.FINAL): MoveRule(who=_SERVICE, needs=frozenset({Need.SIGNATURES})),
    (Status.AGREED, Status.WITH_SCHOOL): _REOPENING,
    (Status.FINAL, Status.WITH_SCHOOL): _REOPENING,
    (Status.AGREED, Status.SUPERSEDED): _SUPERSEDING,
    (Status.FINAL, Status.SUPERSEDED): _SUPERSEDING,
    (Status.NOT_STARTED, Status.SUPERSEDED): _SUPERSEDING,
    (Status.WITH_SCHOOL, Status.SUPERSEDED): _SUPERSEDING,
    (Status.SENT_BACK, Status.SUPERSEDED): _SUPERSEDING,
}

MOVES: dict[Status, frozenset[Status]] = {
    before: frozenset(after for start, after in MOVE_RULES if start is before) for before in Status
}

# Where each group may write its own sections. A sent plan is read-only until checking starts;
# the virtual school may write until it agrees.
WRITABLE: dict[Who, frozenset[Status]] = {
    Who.SCHOOL: BEING_WRITTEN,
    Who.SOCIAL_WORKER: BEING_WRITTEN,
    Who.VIRTUAL_SCHOOL: BEING_WRITTEN | {Status.BEING_CHECKED},
    Who.SERVICE: frozenset(),
}


class MoveFault(StrEnum):
    """Why a move cannot be made."""

    NOT_A_MOVE = "not_a_move"
    NOT_THEIRS = "not_theirs"
    NEEDS_REASON = "needs_reason"
    NEEDS_QUERY = "needs_query"
    NEEDS_SECTIONS = "needs_sections"
    NOT_READY = "not_ready"
    NEEDS_SIGNATURES = "needs_signatures"


_FAULTS = {
    Need.REASON: MoveFault.NEEDS_REASON,
    Need.WHERE: MoveFault.NEEDS_QUERY,
    Need.COMPLETE_SECTIONS: MoveFault.NEEDS_SECTIONS,
    Need.NOTHING_MISSING: MoveFault.NOT_READY,
    Need.SIGNATURES: MoveFault.NEEDS_SIGNATURES,
}


class SectionState(StrEnum):
    NOT_STARTED = "not_started"
    IN_PROGRESS = "in_progress"
    COMPLETE = "complete"


SECTION_MOVES: dict[SectionState, frozenset[SectionState]] = {
    SectionState.NOT_STARTED: frozenset({SectionState.IN_PROGRESS, SectionState.COMPLETE}),
    SectionState.IN_PROGRESS: frozenset({SectionState.COMPLETE}),
    SectionState.COMPLETE: frozenset({SectionState.IN_PROGRESS}),
}


def status_label(status: Status, *, has_school: bool = True) -> str:
    """A state in the words shown."""
    if status is Status.WITH_SCHOOL and not has_school:
        return "Being written"
    return STATUS_LABELS[status]


def move_fault(
    before: Status, after: Status, *, who: Who, fulfilled: frozenset[Need] = frozenset()
) -> MoveFault | None:
    """Why a move cannot be made; None when it can. `fulfilled` is what the caller has checked."""
    rule = MOVE_RULES.get((before, after))
    if rule is None:
        return MoveFault.NOT_A_MOVE
    if who not in rule.who:
        return MoveFault.NOT_THEIRS
    missing = sorted(rule.needs - fulfilled)
    return _FAULTS[missing[0]] if missing else None


def is_writable(status: Status, *, who: Who) -> bool:
    """Whether a group may write its own sections of a plan in a state."""
    return status in WRITABLE[who]


def section_state(*, has_answers: bool, is_marked_complete: bool) -> SectionState:
    """The state of a section from what it holds and whether its owner called it done."""
    if is_marked_complete:
        return SectionState.COMPLETE
    return SectionState.IN_PROGRESS if has_answers else SectionState.NOT_STARTED

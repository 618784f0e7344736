"""Periods of care, legal statuses and placements, read out of the return's episodes.

An episode is one stretch with the same legal status and the same placement. What is wrong with
a chain of them is a warning: the social-care system owns the data. Ranges are half-open, as the
return itself has them: the end of one episode is the start of the next.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from placements.codes import CONTINUES, SHORT_BREAKS, TEMPORARY
from schools.rules import DateRange

STARTS = "S"  # reason for a new episode: the child starts to be looked after
LEGAL_CHANGE_ONLY = "L"
MOVES_OF_CARER = frozenset({"P", "B"})


@dataclass(frozen=True, slots=True)
class Episode:
    """One row of the return's episodes, in the return's order of columns."""

    started_on: date  # DECOM
    reason_new: str  # RNE
    legal_status: str  # LS
    place: str  # PLACE
    ended_on: date | None = None  # DEC
    reason_ended: str = ""  # REC
    category_of_need: str = ""  # CIN
    provider: str = ""  # PLACE_PROVIDER
    change_reason: str = ""  # REASON_PLACE_CHANGE
    home_postcode: str = ""  # HOME_POST
    postcode: str = ""  # PL_POST
    provider_urn: str = ""  # URN, of social care

    @property
    def is_temporary(self) -> bool:
        return self.place in TEMPORARY

    @property
    def home(self) -> tuple[str, str, str]:
        """What makes two placements the same one: kind, provider and postcode."""
        return (self.place, self.provider_urn, self.postcode)


@dataclass(frozen=True, slots=True)
class LegalStatusRange:
    code: str
    started_on: date
    ended_on: date | None = None


@dataclass(frozen=True, slots=True)
class PlacementRange:
    """Where a child lived, without a break; a temporary stay is a range of its own."""

    place: str
    started_on: date
    ended_on: date | None = None
    provider: str = ""
    provider_urn: str = ""
    postcode: str = ""
    change_reason: str = ""  # why it ended

    @property
    def is_temporary(self) -> bool:
        return self.place in TEMPORARY

    @property
    def home(self) -> tuple[str, str, str]:
        return (self.place, self.provider_urn, self.postcode)


@dataclass(frozen=True, slots=True)
class CarePeriod:
    """A child looked after without a break, with what changed during it."""

    started_on: date
    ended_on: date | None
    reason_ended: str
    category_of_need: str
    legal_statuses: tuple[LegalStatusRange, ...]
    placements: tuple[PlacementRange, ...]
    moves_of_carer: int

    @property
    def range(self) -> DateRange:
        return DateRange(self.started_on, self.ended_on)

    @property
    def is_short_break(self) -> bool:
        """Whether the whole period is short breaks (V3, V4), COH-3."""
        return all(status.code in SHORT_BREAKS for status in self.legal_statuses)

    @property
    def legal_changes(self) -> int:
        return len(self.legal_statuses) - 1

    @property
    def lasting_placements(self) -> tuple[PlacementRange, ...]:
        """Placements as they are counted: temporary stays left out, a return is no new one."""
        counted: list[PlacementRange] = []
        for placement in self.placements:
            if placement.is_temporary:
                continue
            if counted and counted[-1].home == placement.home:
                counted[-1] = replace(counted[-1], ended_on=placement.ended_on)
            else:
                counted.append(placement)
        return tuple(counted)

    @property
    def placement_moves(self) -> int:
        return max(len(self.lasting_placements) - 1, 0)

    def legal_status_on(self, day: date) -> str | None:
        for status in self.legal_statuses:
            if DateRange(status.started_on, status.ended_on).holds_on(day):
                return status.code
        return None

    def placement_on(self, day: date) -> PlacementRange | None:
        for placement in self.placements:
            if DateRange(placement.started_on, placement.ended_on).holds_on(day):
                return placement
        return None


@dataclass(frozen=True, slots=True)
class EpisodeWarning:
    """Something the return's own rules would question, by rule number and the episode's start."""

    rule: str
    started_on: date
    words: str


def merge_returns(
    earlier: Iterable[Episode], later: Iterable[Episode], *, later_from: date | None = None
) -> list[Episode]:
    """The episodes of one child over two years: the later return's word wins, by start date.

    `later_from` is the first day the later return covers. An earlier episode that reaches into
    it and is not there was put right since, and is left out.
    """
    corrected = {episode.started_on: episode for episode in later}
    found = {
        episode.started_on: episode
        for episode in earlier
        if later_from is None or (episode.ended_on is not None and episode.ended_on <= later_from)
    }
    return sorted((found | corrected).values(), key=lambda episode: episode.started_on)


def care_periods(episodes: Iterable[Episode]) -> list[CarePeriod]:
    """Periods of care of one child, oldest first, each with its statuses and placements.

    A period goes on while an episode ends with X1 and another starts the same day. Episodes that
    overlap by a fault are cut where the next begins, so that ranges never overlap.
    """
    chains: list[list[Episode]] = []
    for episode in _without_overlaps(episodes):
        if chains and _continues(chains[-1][-1], episode):
            chains[-1].append(episode)
        else:
            chains.append([episode])
    return [_period(chain) for chain in chains]


def _without_overlaps(episodes: Iterable[Episode]) -> list[Episode]:
    """Episodes in order, one a start date, each ended by the next at the latest."""
    ordered = merge_returns((), episodes)
    cut = []
    for episode, following in zip(ordered, [*ordered[1:], None], strict=True):
        overlaps = following is not None and (
            episode.ended_on is None or episode.ended_on > following.started_on
        )
        if overlaps and following is not None:
            went_on = following.reason_new != STARTS
            reason = CONTINUES if went_on else episode.reason_ended
            episode = replace(episode, ended_on=following.started_on, reason_ended=reason)
        cut.append(episode)
    return cut


def _continues(earlier: Episode, later: Episode) -> bool:
    return earlier.reason_ended == CONTINUES and earlier.ended_on == later.started_on


def _period(chain: Sequence[Episode]) -> CarePeriod:
    last = chain[-1]
    ended = last.reason_ended != CONTINUES
    return CarePeriod(
        started_on=chain[0].started_on,
        ended_on=last.ended_on,
        reason_ended=last.reason_ended if ended else "",
        category_of_need=chain[0].category_of_need,
        legal_statuses=_legal_statuses(chain),
        placements=_placements(chain),
        moves_of_carer=_moves_of_carer(chain),
    )


def _legal_statuses(chain: Sequence[Episode]) -> tuple[LegalStatusRange, ...]:
    ranges: list[LegalStatusRange] = []
    for episode in chain:
        if ranges and ranges[-1].code == episode.legal_status:
            ranges[-1] = replace(ranges[-1], ended_on=episode.ended_on)
        else:
            ranges.append(
                LegalStatusRange(episode.legal_status, episode.started_on, episode.ended_on)
            )
    return tuple(ranges)


def _placements(chain: Sequence[Episode]) -> tuple[PlacementRange, ...]:
    """A change of legal status alone (RNE L) leaves the placement as it was."""
    ranges: list[PlacementRange] = []
    for episode in chain:
        if ranges and episode.reason_new == LEGAL_CHANGE_ONLY:
            ranges[-1] = replace(
                ranges[-1], ended_on=episode.ended_on, change_reason=episode.change_reason
            )
        else:
            ranges.append(
                PlacementRange(
                    place=episode.place,
                    started_on=episode.started_on,
                    ended_on=episode.ended_on,
                    provider=episode.provider,
                    provider_urn=episode.provider_urn,
                    postcode=episode.postcode,
                    change_reason=episode.change_reason,
                )
            )
    return tuple(ranges)


def _moves_of_carer(chain: Sequence[Episode]) -> int:
    """Episodes begun by a move (RNE P or B) from one lasting home to another."""
    moves = 0
    home: tuple[str, str, str] | None = None
    came_back = False
    for episode in chain:
        if episode.is_temporary:
            came_back = True
            continue
        if home is not None and episode.reason_new in MOVES_OF_CARER:
            moves += not (came_back and episode.home == home)
        home, came_back = episode.home, False
    return moves


def continuity_warnings(episodes: Iterable[Episode]) -> list[EpisodeWarning]:
    """What the return's own rules question in the episodes of one child [SSDA903]."""
    ordered = sorted(episodes, key=lambda episode: episode.started_on)
    found: list[EpisodeWarning] = []
    if sum(episode.ended_on is None for episode in ordered) > 1:
        found.append(EpisodeWarning("142", ordered[-1].started_on, "More than one open episode"))
    for episode in ordered:
        if (episode.ended_on is None) != (not episode.reason_ended):
            words = "An end date and a reason for ending belong together"
            found.append(EpisodeWarning("148", episode.started_on, words))
    for earlier, later in zip([None, *ordered[:-1]], ordered, strict=True):
        found += _chain_warnings(earlier, later)
    for before, temporary, after in zip(ordered, ordered[1:], ordered[2:], strict=False):
        returned = (
            temporary.is_temporary and not after.is_temporary and _continues(temporary, after)
        )
        if returned and (before.place, before.postcode) != (after.place, after.postcode):
            words = "A temporary placement must lead back to the placement before it"
            found.append(EpisodeWarning("382", after.started_on, words))
    return found


def _chain_warnings(earlier: Episode | None, later: Episode) -> list[EpisodeWarning]:
    """Faults between one episode and the next, or at either end of a period."""

    def warn(rule: str, words: str) -> EpisodeWarning:
        return EpisodeWarning(rule, later.started_on, words)

    found = []
    follows = earlier is not None and _continues(earlier, later)
    if earlier and (earlier.ended_on is None or earlier.ended_on > later.started_on):
        found.append(warn("435", "Starts before the episode before it ends"))
    if later.reason_new == STARTS:
        if follows:
            found.append(warn("431", "Starts a period of care, but the one before goes on"))
        if later.is_temporary:
            found.append(warn("380", "A temporary placement cannot start a period of care"))
    elif not follows:
        found.append(warn("433", "Does not follow an episode that ended the same day with X1"))
    elif earlier is not None and (words := _unmatched_reason(earlier, later)):
        found.append(warn("436", words))
    if later.is_temporary and later.reason_ended not in {"", CONTINUES}:
        found.append(warn("381", "A temporary placement cannot end a period of care"))
    return found


def _unmatched_reason(earlier: Episode, later: Episode) -> str | None:
    """Where the reason for a new episode does not fit what changed."""
    status_changed = earlier.legal_status != later.legal_status
    placement_changed = (*earlier.home, earlier.provider) != (*later.home, later.provider)
    expected = {
        "L": (True, False),
        "P": (False, True),
        "T": (False, True),
        "B": (True, True),
        "U": (True, True),
    }.get(later.reason_new)
    if expected is None or expected == (status_changed, placement_changed):
        return None
    return "The reason for the new episode does not fit what changed"

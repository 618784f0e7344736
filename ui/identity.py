"""Who the page is about: the bar at the top of every page of one child's record."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

SHOWN_FLAGS = 5


@dataclass(frozen=True, slots=True)
class Flag:
    """A fact nobody may miss. "stop" flags forbid something and come first; "know" flags inform.

    A flag the reader may not see is left out by whoever builds the bar; it is never greyed.
    """

    kind: Literal["stop", "know"]
    label: str
    url: str = ""

    @property
    def is_stop(self) -> bool:
        return self.kind == "stop"


@dataclass(frozen=True, slots=True)
class Identity:
    """Plain words about one child, as far as this reader may know; empty ones are not shown."""

    initials: str
    name: str
    record_url: str = ""
    age: int | None = None
    born: str = ""
    year: str = ""
    school: str = ""
    looked_after_since: str = ""
    adviser: str = ""
    flags: Sequence[Flag] = field(default=())

    @property
    def first_flags(self) -> list[Flag]:
        """The flags shown at once, those that forbid first."""
        return self._ordered[:SHOWN_FLAGS]

    @property
    def more_flags(self) -> list[Flag]:
        """The flags behind "n more"."""
        return self._ordered[SHOWN_FLAGS:]

    @property
    def _ordered(self) -> list[Flag]:
        return sorted(self.flags, key=lambda flag: not flag.is_stop)

    @property
    def title_initials(self) -> str:
        """For page titles, which show in tabs and histories: "A.O."."""
        return "".join(f"{letter}." for letter in self.initials if letter.isalpha())


@dataclass(frozen=True, slots=True)
class RecordLink:
    """One entry of a record's side menu; the count is shown only when it is not None."""

    label: str
    url: str
    count: int | None = None
    is_current: bool = False


@dataclass(frozen=True, slots=True)
class RecordGroup:
    """A group of the side menu; the first has no title."""

    title: str
    links: Sequence[RecordLink]


@dataclass(frozen=True, slots=True)
class RecordMenu:
    """The side menu of a child's record: "Amara's record"."""

    title: str
    groups: Sequence[RecordGroup]

    @property
    def current(self) -> str:
        """The label of the page being looked at, for the closed menu on phones."""
        return next((link.label for g in self.groups for link in g.links if link.is_current), "")

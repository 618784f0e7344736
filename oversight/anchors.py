"""The anchor file: the last seal of each day, for a place nobody of the database can reach.

One line a day: the day, the seal's number, its hash. Operators copy the file off the machine
(docs/operations.md), so that whoever cuts record and seals together is still found out.
"""

import logging
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path

from django.utils import timezone

from audit.models import Seal

logger = logging.getLogger("oversight.anchors")


class AnchorUnreadable(Exception):
    """A line of the file that we never wrote. Carries its number."""

    def __init__(self, line: int) -> None:
        super().__init__(f"line {line} of the anchor file cannot be read")
        self.line = line


@dataclass(frozen=True, slots=True)
class Anchor:
    """What a line says: on this day this seal was the last."""

    on: date
    number: int
    hash: str


def read(path: Path) -> Iterator[Anchor]:
    """The anchors of a file, in its order; none if there is no file. Raises AnchorUnreadable."""
    if not path.exists():
        return
    with path.open(encoding="ascii", errors="replace") as lines:
        for place, line in enumerate(lines, start=1):
            try:
                on, number, text = line.split()
                yield Anchor(date.fromisoformat(on), int(number), text)
            except ValueError:
                raise AnchorUnreadable(place) from None


def drop_anchor(*, path: Path, today: date) -> Anchor | None:
    """Append the last seal made before today, once for its day; answer it if it is new.

    Also written to the log, which operators may send elsewhere. Safe to run twice. One query.
    """
    midnight = timezone.make_aware(datetime.combine(today, time()))
    last = Seal.objects.filter(made_at__lt=midnight).defer("leaves").order_by("-number").first()
    if last is None:
        return None
    anchor = Anchor(timezone.localtime(last.made_at).date(), last.number, last.hash)
    if any(former.number >= anchor.number for former in read(path)):
        return None
    path.parent.mkdir(parents=True, exist_ok=True)
    file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(file, f"{anchor.on.isoformat()} {anchor.number} {anchor.hash}\n".encode())
        os.fsync(file)
    finally:
        os.close(file)
    logger.info("anchor %s %s %s", anchor.on.isoformat(), anchor.number, anchor.hash)
    return anchor

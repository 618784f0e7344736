"""What the steps of a load share."""

from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from children.models import Child
from placements.models import ReturnRow
from returns.csv_format.folder import Roll
from returns.imports.outcome import Outcome
from schools.models import Authority


@dataclass(slots=True)
class Context:
    """What every step of a load works with. `children` goes by the CHILD of the return."""

    authority: Authority
    today: date
    roll: Roll
    outcome: Outcome
    children: dict[str, Child] = field(default_factory=dict)
    numbers: dict[UUID, str] = field(default_factory=dict)
    kept: dict[tuple[UUID, str, str], ReturnRow] = field(default_factory=dict)

    def warn(self, file: str, line: int, column: str, message: str, fix: str) -> None:
        self.outcome.warnings.file = file
        self.outcome.warnings.add(line, column, "", message, fix)

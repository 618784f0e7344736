"""The date in three boxes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms


@dataclass(frozen=True, slots=True)
class DatePart:
    """One box of a date."""

    key: str
    label: str
    width: int


DATE_PARTS = (DatePart("day", "Day", 2), DatePart("month", "Month", 2), DatePart("year", "Year", 4))


class DateBoxes(forms.Widget):
    """Three text boxes posted as name_0, name_1 and name_2: day, month, year."""

    def value_from_datadict(
        self, data: Mapping[str, Any], files: Mapping[str, Any], name: str
    ) -> list[str]:
        return [str(data.get(f"{name}_{number}", "") or "").strip() for number in range(3)]

    def value_omitted_from_data(
        self, data: Mapping[str, Any], files: Mapping[str, Any], name: str
    ) -> bool:
        return all(f"{name}_{number}" not in data for number in range(3))

    def decompress(self, value: Any) -> list[str]:
        """The three boxes of a date, or of what was typed."""
        if isinstance(value, date):
            return [str(value.day), str(value.month), str(value.year)]
        if isinstance(value, (list, tuple)):
            return [str(part or "") for part in value]
        if isinstance(value, str) and value:
            try:
                return self.decompress(date.fromisoformat(value))
            except ValueError:
                return [value, "", ""]
        return ["", "", ""]

    def id_for_label(self, id_: str | None, index: str | None = None) -> str:
        return f"{id_}-day" if id_ else ""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> Any:
        """Drawn by the form pack; a page that prints the bare field would lose its labels."""
        raise NotImplementedError("Show dates through the form's layout: {% crispy form %}")

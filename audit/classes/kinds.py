"""The five classes, and fields that many tables have."""

from enum import StrEnum


class FieldClass(StrEnum):
    """How much harm a value does in the wrong hands, least first."""

    PUBLIC = "public"  # tells of nobody by itself: keys, moments, settings, the school register
    PERSONAL = "personal"  # tells who somebody is, or an ordinary fact about them
    SPECIAL = "special"  # health, ethnicity, offences, why in care, and whatever free text may say
    ADDRESS = "address"  # where a child or carer may be found [DP-4]
    SECRET = "secret"  # noqa: S105 (a class, not a password): lets its reader in; shown to nobody


PUBLIC, PERSONAL, SPECIAL, ADDRESS, SECRET = FieldClass

ROW = "id authority child"
DATES = f"{ROW} started_on ended_on"
Classes = dict[str, dict[FieldClass, str]]  # model -> class -> its fields, as it names them

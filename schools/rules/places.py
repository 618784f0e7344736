"""How places are written: postcodes, DfE numbers, URNs."""

import re

# A postcode that is well formed; whether it exists only the postcode table can say.
POSTCODE = re.compile(
    r"GIR 0AA"
    r"|[A-PR-UWYZ]([0-9]{1,2}|[A-HK-Y][0-9]([0-9]|[ABEHMNPRV-Y])?|[0-9][A-HJKPSTUW])"
    r" [0-9][ABD-HJLNP-UW-Z]{2}"
)
SOCIAL_CARE_URN = re.compile(r"[0-9]{7}|SC[0-9]{6}")
FIRST_OTHER_PROVIDER = 900_000_000  # providers outside the register are numbered from here


def normalise_postcode(text: str) -> str:
    """Upper case, one space before the last three characters; other text only tidied."""
    packed = "".join(text.split()).upper()
    return f"{packed[:-3]} {packed[-3:]}" if len(packed) > 4 else packed


def is_postcode(text: str) -> bool:
    """Whether a normalised postcode is well formed; not whether it exists."""
    return POSTCODE.fullmatch(text) is not None


def normalise_laestab(text: str) -> str | None:
    """A DfE number as 123/4567, from that or from seven digits; None when it is neither."""
    found = re.fullmatch(r"\s*([0-9]{3})\s*/?\s*([0-9]{4})\s*", text)
    return f"{found[1]}/{found[2]}" if found else None


def is_register_urn(urn: int) -> bool:
    """Whether a number can be a school's URN in the national register: six digits."""
    return 100_000 <= urn <= 999_999


def is_other_provider(urn: int) -> bool:
    """Whether a school's number is ours, for a provider the national register does not hold."""
    return urn >= FIRST_OTHER_PROVIDER


def is_social_care_urn(text: str) -> bool:
    """Whether text is Ofsted's number of a social-care provider: never a school's URN."""
    return SOCIAL_CARE_URN.fullmatch(text) is not None

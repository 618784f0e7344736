"""Who signs an agreed plan, and when it is final (PEP form 19, PEP-13)."""

from collections.abc import Collection
from enum import StrEnum


class Signer(StrEnum):
    """In whose place a person signs."""

    SCHOOL = "school"
    SOCIAL_WORKER = "social_worker"
    CARER = "carer"
    CHILD = "child"


SIGNER_LABELS = {
    Signer.SCHOOL: "Designated teacher",
    Signer.SOCIAL_WORKER: "Social worker",
    Signer.CARER: "Carer",
    Signer.CHILD: "The child",
}
REQUIRED = frozenset({Signer.SCHOOL, Signer.SOCIAL_WORKER})


def required_signers(*, has_school: bool) -> frozenset[Signer]:
    """Without whom a plan is not final. A child without a school has no teacher to ask (PEP-13)."""
    return REQUIRED if has_school else REQUIRED - {Signer.SCHOOL}


def still_to_sign(signed: Collection[Signer], *, has_school: bool) -> list[Signer]:
    """Whose signature a plan still waits for, in the order they are listed; none: it is final."""
    required = required_signers(has_school=has_school)
    return [signer for signer in Signer if signer in required and signer not in signed]

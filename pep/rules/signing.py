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
REQUIRED = frozenset({Signer.SCHOOL, Signer.SOCIAL_WORKER})  # LOCAL


def required_signers(*, has_school: bool, local: frozenset[Signer] = REQUIRED) -> frozenset[Signer]:
    """Without whom a plan is not final. A child without a school has no teacher to ask (PEP-13)."""
    return local if has_school else local - {Signer.SCHOOL}


def still_to_sign(
    signed: Collection[Signer], *, has_school: bool, local: frozenset[Signer] = REQUIRED
) -> list[Signer]:
    """Whose signature a plan still waits for, in the order they are listed; none: it is final."""
    required = required_signers(has_school=has_school, local=local)
    return [signer for signer in Signer if signer in required and signer not in signed]

"""Who has signed an agreed plan, what they added, and whom it waits for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from accounts.models import User
from accounts.roles import Role
from pep import rights, rules, signers
from pep.models import AgreedVersion, PersonalEducationPlan, Signature
from ui.words import in_a_sentence, in_words


@dataclass(frozen=True, slots=True)
class SignatureRow:
    name: str
    role: str
    at: datetime
    remark: str


@dataclass(frozen=True, slots=True)
class Signatures:
    """The signatures under one version, for one reader."""

    rows: Sequence[SignatureRow]
    waiting: str  # in whose place somebody still has to sign; empty when nobody
    earlier: int  # signatures under earlier versions, which do not count for this one
    may_sign: bool
    has_signed: bool


def signatures(
    plan: PersonalEducationPlan, version: AgreedVersion, user: User, reader: rights.Reader
) -> Signatures:
    """Put together what the page of a plan says of its signatures. Two queries."""
    kept = list(
        Signature.objects.filter(version__plan=plan)
        .select_related("person")
        .defer("person__password")
        .order_by("signed_at", "pk")
    )
    rows = [row for row in kept if row.version_id == version.pk]
    signed = {rights.SIGNS_AS[Role(row.role)] for row in rows}
    has_signed = any(row.person_id == user.pk for row in rows)
    child = plan.child.called
    return Signatures(
        rows=[
            SignatureRow(
                name=reader.name_of(row.person_id, row.person.name),
                role=_called(rights.SIGNS_AS[Role(row.role)], child),
                at=row.signed_at,
                remark=row.remark,
            )
            for row in rows
        ],
        waiting=in_words([_waited(s, child) for s in signers.still_to_sign(plan, signed)]),
        earlier=len(kept) - len(rows),
        may_sign=not has_signed and plan.is_agreed and rights.signs_as(user, plan) is not None,
        has_signed=has_signed,
    )


def _waited(signer: rules.Signer, child: str) -> str:
    if signer is rules.Signer.CHILD:
        return child
    return f"the {in_a_sentence(rules.SIGNER_LABELS[signer])}"


def _called(signer: rules.Signer, child: str) -> str:
    return child if signer is rules.Signer.CHILD else rules.SIGNER_LABELS[signer]

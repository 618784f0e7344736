"""Sign an agreed plan: in any order, each person once for each version."""

from datetime import datetime
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction

import audit
from accounts.models import User
from accounts.roles import Role
from pep import notices, rights, rules, signers
from pep.actions.moving import check_move, move_on
from pep.models import AgreedVersion, Gap, PersonalEducationPlan, Signature


class NotTheVersion(Exception):
    """What the person read is not what is agreed now: opened again, or a newer version."""


@transaction.atomic
def sign(*, plan_id: UUID, sha256: str, remark: str = "", by: User, at: datetime) -> Signature:
    """Put a person's name to the version they read, with what they have to add.

    `sha256` is the hash of that version. Signing twice changes nothing. With the last signature
    that is required the plan is final. Raises PermissionDenied for those who do not sign it,
    NotTheVersion.
    """
    plan = (
        PersonalEducationPlan.objects.select_for_update(of=("self",))
        .select_related("child", "term", "school", "authority")
        .get(pk=plan_id)
    )
    if by.seat is None or rights.signs_as(by, plan) is None:
        raise PermissionDenied
    version = AgreedVersion.objects.filter(plan=plan).defer("content").order_by("-number").first()
    if version is None or not plan.is_agreed or version.sha256 != sha256:
        raise NotTheVersion
    signature, is_new = Signature.objects.get_or_create(
        version=version,
        person=by,
        defaults={
            "authority_id": plan.authority_id,
            "child_id": plan.child_id,
            "role": by.seat.role,
            "sha256": version.sha256,
            "remark": remark.strip(),
            "signed_at": at,
        },
    )
    if is_new:
        signer = rights.SIGNS_AS[Role(signature.role)]
        Gap.objects.open().filter(plan=plan, kind=Gap.Kind.SIGNATURE, part=signer.value).update(
            closed_at=at
        )
        _record(plan, version, by=by, at=at, has_remark=bool(signature.remark))
        if signature.remark:
            notices.remark_added(plan, signature_id=signature.pk, by=by, at=at)
        _finish(plan, version, by=by, at=at)
    return signature


def _record(
    plan: PersonalEducationPlan,
    version: AgreedVersion,
    *,
    by: User,
    at: datetime,
    has_remark: bool,
) -> None:
    audit.record_of(
        plan,
        kind="pep.signed",
        at=at,
        by=by,
        after={"version": version.number, "sha256": version.sha256, "remark": has_remark},
    )


def _finish(plan: PersonalEducationPlan, version: AgreedVersion, *, by: User, at: datetime) -> None:
    """With the last required signature the service makes the plan final."""
    signed = {
        rights.SIGNS_AS[Role(role)]
        for role in Signature.objects.filter(version=version).values_list("role", flat=True)
    }
    is_final = plan.status == PersonalEducationPlan.Status.FINAL
    if is_final or signers.still_to_sign(plan, signed):
        return
    check_move(
        plan,
        PersonalEducationPlan.Status.FINAL,
        rules.Who.SERVICE,
        {rules.Need.SIGNATURES},
    )
    move_on(plan, PersonalEducationPlan.Status.FINAL, by=by, at=at, fields=[])
    notices.final(plan, version_id=version.pk, at=at)

"""Who has to sign a plan before it is final: the authority's word of the day it was agreed."""

from collections.abc import Collection

from django.utils import timezone

from pep import rules
from pep.models import PersonalEducationPlan
from pep.rules import Signer
from schools.models import Policy


def still_to_sign(plan: PersonalEducationPlan, signed: Collection[Signer]) -> list[Signer]:
    """Whose signature a plan still waits for, in the order they are listed. One query."""
    day = timezone.localdate(plan.agreed_at) if plan.agreed_at else timezone.localdate()
    policy = Policy.objects.in_force(authority_id=plan.authority_id, on=day)
    wanted = {
        Signer.SCHOOL: policy.school_must_sign,
        Signer.SOCIAL_WORKER: policy.social_worker_must_sign,
        Signer.CARER: policy.carer_must_sign,
        Signer.CHILD: policy.child_must_sign,
    }
    local = frozenset(signer for signer, must in wanted.items() if must)
    return rules.still_to_sign(signed, has_school=plan.school_id is not None, local=local)

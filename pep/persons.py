"""Whom each part of a plan waits for today, of many plans at once."""

from collections.abc import Collection, Mapping
from datetime import date
from uuid import UUID

from django.db.models import Q

from accounts.models import Membership, User
from accounts.roles import Role
from children.models import Involvement
from pep.models import Owner, PersonalEducationPlan

_INVOLVED = (Role.SOCIAL_WORKER, Role.CARER, Role.YOUNG_PERSON, Role.ADVISER)

ByOwner = Mapping[str, list[User]]


def waited_for(plans: Collection[PersonalEducationPlan], *, on: date) -> dict[UUID, ByOwner]:
    """Whose hand each owner's sections are in, by plan and owner. Two queries.

    The school writes for a carer or child who has no door of their own; adviser and social worker
    where there is no school (PEP-13), and the head where there is no adviser.
    """
    involved: dict[tuple[UUID, str], list[User]] = {}
    rows = Involvement.objects.on(on).filter(
        child__in={plan.child_id for plan in plans}, role__in=_INVOLVED
    )
    for row in rows.select_related("person").defer("person__password").order_by("is_cover", "pk"):
        if row.person.is_active:
            involved.setdefault((row.child_id, row.role), []).append(row.person)
    teachers: dict[int, list[User]] = {}
    heads: dict[int, list[User]] = {}
    members = Membership.objects.current(on=on).filter(
        Q(school__in={p.school_id for p in plans}, role=Role.DESIGNATED_TEACHER)
        | Q(authority__in={p.authority_id for p in plans}, role=Role.VIRTUAL_SCHOOL_HEAD)
    )
    for member in members.select_related("user").defer("user__password").order_by("pk"):
        if member.user.is_active and member.school_id is not None:
            teachers.setdefault(member.school_id, []).append(member.user)
        elif member.user.is_active and member.authority_id is not None:
            heads.setdefault(member.authority_id, []).append(member.user)
    found: dict[UUID, ByOwner] = {}
    for plan in plans:
        child = plan.child_id
        team = involved.get((child, Role.ADVISER)) or heads.get(plan.authority_id, [])
        workers = involved.get((child, Role.SOCIAL_WORKER), [])
        school = teachers.get(plan.school_id, []) or team if plan.school_id else [*team, *workers]
        found[plan.pk] = {
            Owner.SCHOOL.value: school,
            Owner.SOCIAL_WORKER.value: workers or team,
            Owner.CARER.value: involved.get((child, Role.CARER), []) or school,
            Owner.CHILD.value: involved.get((child, Role.YOUNG_PERSON), []) or school,
            Owner.VIRTUAL_SCHOOL.value: team,
        }
    return found

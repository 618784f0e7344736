"""Begin a child's plan, before the clock does or where it would not."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from children.models import Child
from pep import rules as pep_rules
from pep.models import PersonalEducationPlan
from schools.models import Term
from starting import reading, rules, telling
from starting.writing import Beginning, NoFormForPhase, form_of, form_versions, write_plans


class NoTerm(Exception):
    """The authority has no term window for the day."""


class NoPlanOwed(Exception):
    """The child has no PEP: not looked after, in short breaks, or only remanded to custody."""


@transaction.atomic
def start_plan(
    *, child_id: UUID, by: User | None, at: datetime, term_id: UUID | None = None
) -> PersonalEducationPlan:
    """Begin the plan a child is to have, with what the last plan knew to be confirmed.

    The term is the one the moment lies in unless told otherwise. Beginning it again answers the
    plan there is. A child too young for the authority's ages may have one (COH-5). Raises NoTerm,
    NoPlanOwed (COH-3, COH-12, PEP-18), NoFormForPhase.
    """
    # The child's row is what two people who begin at once wait for, and the clock
    child = Child.objects.select_for_update(no_key=True).get(pk=child_id)
    today = timezone.localtime(at).date()
    term: Term | None = None
    if term_id is not None:
        term = Term.objects.filter(authority=child.authority_id, pk=term_id).first()
    else:
        term = Term.objects.containing(authority_id=child.authority_id, on=today)
    if term is None:
        raise NoTerm
    known = reading.calendar_of_term(term, on=max(today, term.started_on))
    found = reading.situations(known, authority_id=child.authority_id, children=[child.pk])
    there: PersonalEducationPlan | None = (
        PersonalEducationPlan.objects.filter(child=child, term=known.term)
        .order_by("-started_at", "-pk")
        .first()
    )
    start = found[0].start(known) if found else None
    if there is not None and (start is None or not found[0].is_owed_a_plan):
        return there
    if not found or not found[0].is_owed_a_plan:
        raise NoPlanOwed
    if form_of(found[0], form_versions(child.authority_id)) is None:
        raise NoFormForPhase
    beginning = Beginning(found[0], start or rules.Start(pep_rules.Kind.TERMLY))
    plans = write_plans(known, [beginning], authority_id=child.authority_id, at=at)
    telling.of_plans(plans, {child.pk: found[0]}, at=at, by=by)
    return plans[0]

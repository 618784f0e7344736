"""Begin a child's plan of a term."""

from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

import audit
from accounts.models import User
from children.models import Child, Enrolment, PeriodOfCare
from children.summaries import year_group
from pep import form_content, rules
from pep.models import Answer, Form, FormVersion, PersonalEducationPlan, PlanSection
from placements.codes import CUSTODY, REMAND
from placements.models import LegalStatus, Placement
from schools.models import BankHoliday, Policy, Term
from schools.rules import phase

Kind = PersonalEducationPlan.Kind
LAST_TARGETS, TARGETS = "last-targets", "targets"


class NoTerm(Exception):
    """The authority has no term window for the day."""


class NoPlanOwed(Exception):
    """The child has no PEP: not looked after, in short breaks, or only remanded to custody."""


class NoFormForPhase(Exception):
    """No form has been published for the child's phase."""


@transaction.atomic
def start_plan(
    *, child_id: UUID, by: User, at: datetime, term_id: UUID | None = None, kind: str | None = None
) -> PersonalEducationPlan:
    """Begin the plan of a term on the form of the child's phase, with last plan's answers to check.

    The term is the one the moment lies in unless told otherwise. Beginning it again answers the
    plan there is. A child too young for the authority's ages may have one (COH-5). Raises NoTerm,
    NoPlanOwed (COH-3, COH-12, PEP-18), NoFormForPhase.
    """
    # The child's row is what two people who begin at once wait for
    child = Child.objects.select_for_update().get(pk=child_id)
    today = timezone.localtime(at).date()
    if term_id is not None:
        term: Term | None = Term.objects.filter(authority=child.authority_id, pk=term_id).first()
    else:
        term = Term.objects.containing(authority_id=child.authority_id, on=today)
    if term is None:
        raise NoTerm
    last = (
        PersonalEducationPlan.objects.filter(child=child)
        .exclude(term=term)
        .order_by("-term__started_on", "-started_at", "-pk")
        .first()
    )
    kind = kind or _kind(child, term, has_last=last is not None)
    # A child whose first plan is of this term has its review with it
    same = [Kind.INITIAL, Kind.TERMLY] if kind == Kind.TERMLY else [kind]
    there: PersonalEducationPlan | None = (
        PersonalEducationPlan.objects.filter(child=child, term=term, kind__in=same)
        .order_by("started_at", "pk")
        .first()
    )
    if there is not None:
        return there

    if not _has_plan(child, on=today):
        raise NoPlanOwed
    plan = _new_plan(child, term=term, kind=kind, at=at, on=max(today, term.started_on))
    plan.save(force_insert=True)
    form = form_content.of_version(plan.form_version_id)
    PlanSection.objects.bulk_create(
        PlanSection(
            authority_id=plan.authority_id,
            child=child,
            plan=plan,
            slug=section.slug,
            place=section.place,
            owner=section.owner,
        )
        for section in form.sections
    )
    if last is not None:
        _carry_answers(plan, last, form=form, at=at)
    audit.record(
        kind="pep.started",
        at=at,
        table=PersonalEducationPlan._meta.db_table,
        row=plan.pk,
        child_id=child.pk,
        authority_id=plan.authority_id,
        actor_id=by.pk,
    )
    return plan


def _has_plan(child: Child, *, on: date) -> bool:
    """Whether a child is one of those with a PEP, whatever the age (`rules.is_in_cohort`)."""
    care = PeriodOfCare.objects.on(on).filter(child=child).first()
    if care is None:
        return False
    status = LegalStatus.objects.on(on).filter(child=child).first()
    facts = rules.CohortFacts(
        is_looked_after=True,
        legal_status=status.code if status else "",
        nc_year=rules.RECEPTION,
        is_only_remanded_to_custody=_is_only_remanded_to_custody(child, care, on=on),
    )
    return rules.is_in_cohort(facts)


def _is_only_remanded_to_custody(child: Child, care: PeriodOfCare, *, on: date) -> bool:
    """COH-12, from the tables: in custody, and nothing but remand in this care or just before."""
    if not Placement.objects.on(on).filter(child=child, kind__in=CUSTODY).exists():
        return False
    in_this_care = Q(ended_on__isnull=True) | Q(ended_on__gt=care.started_on)
    other = LegalStatus.objects.filter(in_this_care, child=child).exclude(code=REMAND)
    before = PeriodOfCare.objects.filter(child=child, ended_on=care.started_on)
    return not other.exists() and not before.exists()


def _kind(child: Child, term: Term, *, has_last: bool) -> str:
    """A first PEP while the clock of coming into care runs into the term; else the term's review.

    A child long in care without a plan in this service has the term's deadline, not one of years
    ago.
    """
    care = PeriodOfCare.objects.filter(child=child).order_by("-started_on").first()
    if has_last or care is None:
        return Kind.TERMLY if has_last else Kind.INITIAL
    due = rules.complete_by(care.started_on, bank_holidays=BankHoliday.objects.days())
    return Kind.INITIAL if due >= term.started_on else Kind.TERMLY


def _new_plan(
    child: Child, *, term: Term, kind: str, at: datetime, on: date
) -> PersonalEducationPlan:
    enrolment = Enrolment.objects.on(on).filter(child=child, kind=Enrolment.Kind.MAIN).first()
    year = year_group(child, on=on, recorded=enrolment.year_group if enrolment else None)
    version = (
        FormVersion.objects.filter(
            Q(form__authority=child.authority_id) | Q(form__authority__isnull=True),
            form__phase=Form.Phase(phase(year).value),
            published_at__isnull=False,
        )
        .order_by(F("form__authority").asc(nulls_last=True), "-number")  # its own form first
        .first()
    )
    if version is None:
        raise NoFormForPhase
    plan = PersonalEducationPlan(
        authority_id=child.authority_id,
        child=child,
        term=term,
        kind=kind,
        form_version=version,
        school_id=enrolment.school_id if enrolment else None,
        started_at=at,
        complete_by=term.pep_deadline_on,
        sections_total=len(form_content.of_version(version.pk).sections),
    )
    _set_dates(plan, child, on=on)
    return plan


def _set_dates(plan: PersonalEducationPlan, child: Child, *, on: date) -> None:
    """Put down by when: working days of care for a first plan, else the term's deadline (PEP-7)."""
    care = PeriodOfCare.objects.on(on).filter(child=child).first()
    if care is None:
        return
    policy = Policy.objects.in_force(authority_id=plan.authority_id, on=on)
    clocks = rules.Clocks(
        initiate=policy.initiate_pep_working_days,
        complete=policy.complete_pep_working_days,
        after_school_change=policy.pep_after_school_change_working_days,
    )
    holidays = BankHoliday.objects.days()
    if plan.kind == Kind.INITIAL:
        plan.initiate_by = rules.initiate_by(care.started_on, bank_holidays=holidays, clocks=clocks)
        plan.complete_by = rules.complete_by(care.started_on, bank_holidays=holidays, clocks=clocks)
    elif plan.kind == Kind.SCHOOL_CHANGE:
        plan.complete_by = rules.complete_after_school_change(
            on, bank_holidays=holidays, clocks=clocks
        )


def _carry_answers(
    plan: PersonalEducationPlan,
    last: PersonalEducationPlan,
    *,
    form: form_content.FormContent,
    at: datetime,
) -> None:
    """Begin from the last plan: what is carried, to be confirmed, and targets to be reviewed."""
    held = {
        (answer.section, answer.key): answer
        for answer in Answer.objects.filter(plan=last).order_by("pk")
    }
    carried = [
        _carried(plan, section.slug, question.key, answer.value, answer.written_at)
        for section in form.sections
        for question in section.questions
        if question.is_carried and (answer := held.get((section.slug, question.key))) is not None
    ]
    targets = held.get((TARGETS, TARGETS))
    if targets is not None and targets.value and form.section(LAST_TARGETS):
        rows: list[dict[str, Any]] = [
            {"id": row.get("id") or str(uuid4()), "target": row.get("target", "")}
            for row in targets.value
        ]
        carried.append(_carried(plan, LAST_TARGETS, TARGETS, rows, at))
    Answer.objects.bulk_create(carried)


def _carried(
    plan: PersonalEducationPlan, section: str, key: str, value: Any, written_at: datetime
) -> Answer:
    return Answer(
        authority_id=plan.authority_id,
        child_id=plan.child_id,
        plan=plan,
        section=section,
        key=key,
        value=value,
        version=0,
        written_at=written_at,
        is_to_confirm=True,
    )

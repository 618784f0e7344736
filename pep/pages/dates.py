"""The dates of a plan, each with the rule that set it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from accounts.roles import FAMILY_ROLES
from children.models import PeriodOfCare
from pep import rights, rules
from pep.clocks import clocks_on, papers_due
from pep.models import PersonalEducationPlan
from placements.models import Review
from placements.rules import next_review_due
from schools.models import BankHoliday
from ui.words import long_date, short_date, time_of_day

Kind, Status = PersonalEducationPlan.Kind, PersonalEducationPlan.Status


@dataclass(frozen=True, slots=True)
class DateRow:
    """One date: when, why, by which rule, and how late it is."""

    label: str
    when: str
    words: str = ""
    rule: str = ""
    force: str = ""
    late: str = ""


def dates_of(plan: PersonalEducationPlan, reader: rights.Reader, *, on: date) -> Sequence[DateRow]:
    """Every date of a plan with its rule in words. Three to six queries."""
    holidays = BankHoliday.objects.days()
    care = PeriodOfCare.objects.on(on).filter(child=plan.child_id).first()
    reviews = list(
        Review.objects.filter(child=plan.child_id, held_on__gte=care.started_on)
        .order_by("held_on")
        .values_list("held_on", flat=True)
        if care
        else ()
    )
    clocks = clocks_on(
        authority_id=plan.authority_id,
        on=plan.clock_from or timezone.localtime(plan.started_at).date(),
    )
    facts = rules.ClockFacts(
        kind=rules.Kind(plan.kind),
        complete_by=plan.complete_by,
        term=f"{plan.term.get_name_display().lower()} term {plan.term.title[-4:]}",
        clock_from=plan.clock_from,
        initiate_by=plan.initiate_by,
        review_on=reviews[0] if reviews else None,
        is_school_change=plan.clock_from is not None and plan.initiate_by is None,
    )
    day = long_date(plan.clock_from) if plan.clock_from else ""
    rows = []
    begin = rules.initiate_rule(facts, clocks=clocks, bank_holidays=holidays, day=day)
    if begin is not None and plan.initiate_by is not None:
        is_begun = plan.status != Status.NOT_STARTED
        rows.append(_row("Begin by", plan.initiate_by, begin, on=on, is_done=is_begun))
    if plan.meeting_at is not None:
        rows.append(_meeting(plan, on=on))
    finish = rules.complete_rule(facts, clocks=clocks, bank_holidays=holidays, day=day)
    rows.append(_row("Finish by", plan.complete_by, finish, on=on, is_done=plan.is_closed))
    if plan.agreed_at is not None:
        rows.append(DateRow("Agreed", short_date(timezone.localtime(plan.agreed_at).date())))
    if reader.is_former_school or reader.role in FAMILY_ROLES or plan.is_closed:
        return rows
    if plan.clock_from and plan.kind == Kind.SCHOOL_CHANGE:
        rows += _papers(plan, plan.clock_from, on=on)
    if care is not None:
        rows += _review(care.started_on, reviews, holidays, on=on)
    return rows


def _row(label: str, due: date, rule: rules.Rule, *, on: date, is_done: bool) -> DateRow:
    late = "" if is_done else rules.lateness(due, on=on)
    return DateRow(
        label=label,
        when=short_date(due),
        words=rules.late_words(rule) if late else rule.words,
        rule=rule.key,
        force=rule.force.value,
        late=late,
    )


def _meeting(plan: PersonalEducationPlan, *, on: date) -> DateRow:
    """Who comes is each council's to say, PEP-9; of one that is over that is told elsewhere."""
    at = timezone.localtime(plan.meeting_at)
    when = f"{short_date(at.date())}, {time_of_day(at)}"
    if at.date() < on:
        return DateRow("Meeting", when)
    who = (
        "Social worker and carer"
        if plan.school_id is None
        else ("Social worker, designated teacher and carer")
    )
    return DateRow(
        "Meeting",
        when,
        f"{who} come. {plan.child.called} is asked.",
        "PEP-9",
        rules.Force.LOCAL.value,
    )


def _papers(plan: PersonalEducationPlan, joined_on: date, *, on: date) -> list[DateRow]:
    due = papers_due(joined_on, authority_id=plan.authority_id)
    if due is None:
        return []
    words = "School file and record from the former school: 15 school days after the move"
    rule = rules.Rule(words, "PEP-17", rules.Force.STATUTE)
    return [_row("School file by", due, rule, on=on, is_done=True)]


def _review(
    care_started_on: date, held: Sequence[date], holidays: frozenset[date], *, on: date
) -> list[DateRow]:
    """None for a child long in care of whose reviews the record knows nothing."""
    due = next_review_due(care_started_on, held=held, bank_holidays=holidays)
    if not held and due < on:
        return []
    if not held:
        words = f"20 working days after coming into care on {long_date(care_started_on)}"
    else:
        months, which = ("3", "first") if len(held) == 1 else ("6", "last")
        words = f"{months} months after the {which} one, held on {long_date(held[-1])}"
    words = f"{words}. The social worker gives this PEP to the reviewing officer before it."
    rule = rules.Rule(words, "PEP-6", rules.Force.STATUTE)
    return [_row("Next looked-after review by", due, rule, on=on, is_done=True)]

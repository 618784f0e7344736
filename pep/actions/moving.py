"""Move a plan on: send, take back, check, send back, agree, reopen. Each move has who and when."""

from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

import audit
from accounts.models import User
from accounts.permissions import Permission
from accounts.tasks import send_after_commit
from pep import content, deputies, form_content, gaps, notices, rights, rules, tasks
from pep.actions import targets
from pep.actions.asking import ask
from pep.circumstances import targets_needed
from pep.fitting import fit_sections
from pep.models import (
    AgreedVersion,
    Answer,
    Attachment,
    Gap,
    Note,
    Paper,
    PersonalEducationPlan,
    PlanMove,
    PlanSection,
)
from schools.models import Policy

Status = PersonalEducationPlan.Status
BY_DEPUTY = "Checked by a named deputy, who wrote in it too"


class MoveRefused(Exception):
    """The plan cannot make this move now."""

    def __init__(self, fault: rules.MoveFault) -> None:
        super().__init__(fault.value)
        self.fault = fault


class NotReady(Exception):
    """The plan lacks something before it can be sent or agreed."""

    def __init__(self, missing: list[rules.Missing]) -> None:
        super().__init__(f"{len(missing)} things are missing")
        self.missing = missing


@transaction.atomic
def send(*, plan_id: UUID, by: User, at: datetime) -> PersonalEducationPlan:
    """Send a complete plan to the virtual school. Sending twice changes nothing.

    Raises NotReady with what is left, MoveRefused.
    """
    plan, who = _lock(plan_id, by, Permission.SEND_PEP)
    if plan.status == Status.SENT_TO_CHECK:
        return plan
    fit_sections([plan.pk], on=timezone.localtime(at).date(), at=at)
    plan.refresh_from_db(fields=["facts", "sections_total", "sections_complete"])
    if missing := rules.missing_for_sending(plan_facts(plan)):
        raise NotReady(missing)
    check_move(plan, Status.SENT_TO_CHECK, who, {rules.Need.COMPLETE_SECTIONS})
    plan.sent_at, plan.sent_by = at, by
    fields = ["sent_at", "sent_by"]
    if plan.status == Status.SENT_BACK:  # the grade it came back with was of other words
        plan.quality = ""
        fields.append("quality")
    move_on(plan, Status.SENT_TO_CHECK, by=by, at=at, fields=fields)
    targets.record(plan, is_agreed=False, at=at)
    notices.sent_to_check(plan, at=at)
    return plan


@transaction.atomic
def take_back(*, plan_id: UUID, by: User, at: datetime) -> PersonalEducationPlan:
    """Take back a plan nobody has begun to check. Raises MoveRefused once checking began."""
    plan, who = _lock(plan_id, by, Permission.SEND_PEP)
    if plan.status == Status.WITH_SCHOOL:
        return plan
    check_move(plan, Status.WITH_SCHOOL, who)
    plan.sent_at = plan.sent_by = None
    move_on(plan, Status.WITH_SCHOOL, by=by, at=at, fields=["sent_at", "sent_by"])
    return plan


@transaction.atomic
def start_checking(*, plan_id: UUID, by: User, at: datetime) -> PersonalEducationPlan:
    """Begin to check a sent plan: from now on the school cannot take it back."""
    plan, who = _lock(plan_id, by, Permission.CHECK_PEP)
    if plan.status == Status.BEING_CHECKED:
        return plan
    check_move(plan, Status.BEING_CHECKED, who)
    plan.checking_at, plan.checking_by = at, by
    move_on(plan, Status.BEING_CHECKED, by=by, at=at, fields=["checking_at", "checking_by"])
    return plan


@transaction.atomic
def send_back(
    *, plan_id: UUID, reason: str, by: User, at: datetime, section: str = "", key: str = ""
) -> PersonalEducationPlan:
    """Give a plan back to be written on, with what to change and where (ux 7.13).

    Without an open query the reason becomes the first one, pinned to `section` (and `key`). Raises
    MoveRefused without a reason, or without a place for it.
    """
    plan, who = _lock(plan_id, by, Permission.CHECK_PEP)
    if plan.status == Status.SENT_BACK:
        return plan
    reason = reason.strip()
    has_query = Note.objects.open_queries().filter(plan=plan).exists()
    needs = {rules.Need.REASON: reason, rules.Need.WHERE: has_query or section}
    check_move(plan, Status.SENT_BACK, who, {need for need, is_there in needs.items() if is_there})
    if not has_query:
        ask(
            plan_id=plan.pk,
            section=section,
            key=key,
            words=reason,
            is_query=True,
            by=by,
            at=at,
            tell=False,
        )
    sent_by = plan.sent_by
    plan.sent_at = plan.sent_by = plan.checking_at = plan.checking_by = None
    fields = ["sent_at", "sent_by", "checking_at", "checking_by"]
    move = move_on(plan, Status.SENT_BACK, by=by, at=at, reason=reason, fields=fields)
    notices.sent_back(plan, move=move, sent_by=sent_by, at=at)
    return plan


@transaction.atomic
def agree(*, plan_id: UUID, by: User, at: datetime) -> PersonalEducationPlan:
    """Agree a checked plan: keep its words and figures for good and send for its PDF.

    Agreeing twice changes nothing. Raises NotReady with what is missing, MoveRefused.
    """
    plan, who = _lock(plan_id, by, Permission.AGREE_PEP)
    if plan.is_agreed:
        return plan
    facts = plan_facts(plan, checker=by)
    if missing := rules.missing_for_agreement(facts):
        raise NotReady(missing)
    check_move(plan, Status.AGREED, who, {rules.Need.NOTHING_MISSING})
    plan.agreed_at, plan.agreed_by = at, by
    plan.meeting_at = _held_at(plan.meeting_at, facts.met_on)
    version = _freeze(plan, by=by, at=at)
    targets.record(plan, is_agreed=True, at=at)
    notices.to_sign(plan, version_id=version.pk, at=at)
    paper = Paper.objects.create(
        authority_id=plan.authority_id, child_id=plan.child_id, version=version, asked_at=at
    )
    move_on(
        plan,
        Status.AGREED,
        by=by,
        at=at,
        reason=BY_DEPUTY if _wrote_in(plan, by) else "",
        fields=["agreed_at", "agreed_by", "meeting_at"],
    )
    earlier = Gap.objects.open().filter(plan=plan, version_number__lt=plan.version_number)
    earlier.update(closed_at=at)
    _supersede_earlier(plan, by=by, at=at)
    send_after_commit(tasks.produce_pdf, authority_id=plan.authority_id, paper_id=paper.pk)
    return plan


def _supersede_earlier(plan: PersonalEducationPlan, *, by: User, at: datetime) -> None:
    """A plan that is agreed stands for those before it; what is being checked is left to its end.

    Two queries, three more for each plan that was not replaced yet.
    """
    earlier = (
        PersonalEducationPlan.objects.filter(
            Q(term__started_on__lt=plan.term.started_on)
            | Q(term=plan.term_id, started_at__lt=plan.started_at),
            child=plan.child_id,
        )
        .exclude(status__in=[Status.SENT_TO_CHECK, Status.BEING_CHECKED, Status.SUPERSEDED])
        .order_by("started_at", "pk")
        .select_for_update(of=("self",))
    )
    for former in earlier:
        check_move(former, Status.SUPERSEDED, rules.Who.SERVICE)
        move_on(former, Status.SUPERSEDED, by=by, at=at, fields=[])
        Gap.objects.open().filter(plan=former).update(closed_at=at)


def _held_at(planned_at: datetime | None, met_on: date | None) -> datetime | None:
    """When the meeting was, which the figures count: the day written down wins over one planned.

    Its hour is then not known; noon is of that day in every time zone the service meets.
    """
    if met_on is None or (planned_at and timezone.localtime(planned_at).date() == met_on):
        return planned_at
    return datetime.combine(met_on, time(12), tzinfo=timezone.get_current_timezone())


@transaction.atomic
def reopen(*, plan_id: UUID, reason: str, by: User, at: datetime) -> PersonalEducationPlan:
    """Open an agreed plan again as a new version; the agreed one counts until then.

    Raises MoveRefused without a reason.
    """
    plan, who = _lock(plan_id, by, Permission.AGREE_PEP)
    if plan.status == Status.WITH_SCHOOL and plan.version_number > 1:
        return plan
    begin_version(plan, who=who, reason=reason.strip(), by=by, at=at)
    return plan


def begin_version(
    plan: PersonalEducationPlan, *, who: rules.Who, reason: str, by: User, at: datetime
) -> None:
    """Open an agreed plan, which the caller has locked, as a new version."""
    check_move(plan, Status.WITH_SCHOOL, who, {rules.Need.REASON} if reason else set())
    plan.version_number += 1
    plan.quality = ""
    fields = ["sent_at", "sent_by", "checking_at", "checking_by", "agreed_at", "agreed_by"]
    for name in fields:
        setattr(plan, name, None)
    fields += ["version_number", "quality"]
    move_on(plan, Status.WITH_SCHOOL, by=by, at=at, reason=reason, fields=fields)


def missing_for_agreement(plan: PersonalEducationPlan, *, by: User) -> list[rules.Missing]:
    """What still hinders this person from agreeing the plan. Five queries."""
    return rules.missing_for_agreement(plan_facts(plan, checker=by))


def plan_facts(plan: PersonalEducationPlan, *, checker: User | None = None) -> rules.PlanFacts:
    """Gather what sending and agreeing depend on. Three queries, one more for a checker."""
    form = form_content.of_plan(plan)
    child = plan.child.called
    complete = {
        slug
        for slug, state in PlanSection.objects.filter(plan=plan).values_list("slug", "state")
        if state == PlanSection.State.COMPLETE
    }
    values: dict[tuple[str, str], Any] = {
        (section, key): value
        for section, key, value in Answer.objects.filter(
            plan=plan, section__in=["targets", "meeting", "views"]
        ).values_list("section", "key", "value")
    }
    views = {key: value for (section, key), value in values.items() if section == "views"}
    rows = values.get(("targets", "targets")) or []
    met = values.get(("meeting", "meeting_on"))
    refused = views.get("voice_how") == "refused"
    policy = Policy.objects.in_force(
        authority_id=plan.authority_id, on=timezone.localtime(plan.started_at).date()
    )
    return rules.PlanFacts(
        status=rules.Status(plan.status),
        sections=tuple(
            rules.SectionFacts(
                slug=section.slug,
                title=form_content.named(section.title, child),
                is_complete=section.slug in complete,
            )
            for section in form.asked
        ),
        targets=len(rows),
        has_child_views=not refused
        and any(views.get(key) for key in ("voice_likes", "voice_hard", "voice_goals")),
        refused_views=refused,
        met_on=date.fromisoformat(met) if met else None,
        minimum_targets=targets_needed(plan, policy),
        grade=plan.quality,
        gaps=frozenset(gap.part for gap in gaps.of_version(plan) if gap.kind == Gap.Kind.SECTION),
        checker_wrote_it=checker is not None
        and _wrote_in(plan, checker)
        and not deputies.stands_in(plan, checker),
    )


def _wrote_in(plan: PersonalEducationPlan, person: User) -> bool:
    return Answer.objects.filter(plan=plan, written_by=person).exists()


def _lock(
    plan_id: UUID, by: User, permission: Permission
) -> tuple[PersonalEducationPlan, rules.Who]:
    """Lock the plan, then its sections: saves under way end first, later ones see the new state."""
    plan = (
        PersonalEducationPlan.objects.select_for_update(of=("self",))
        .select_related("child", "term", "school", "authority", "sent_by")
        .get(pk=plan_id)
    )
    list(PlanSection.objects.filter(plan=plan).select_for_update().order_by("place").only("pk"))
    reader = rights.reader(by, plan)
    if not by.may(permission) or reader.who is None or reader.is_former_school:
        raise PermissionDenied
    return plan, reader.who


def check_move(
    plan: PersonalEducationPlan,
    after: str,
    who: rules.Who,
    fulfilled: set[rules.Need] | None = None,
) -> None:
    fault = rules.move_fault(
        rules.Status(plan.status),
        rules.Status(after),
        who=who,
        fulfilled=frozenset(fulfilled or ()),
    )
    if fault is not None:
        raise MoveRefused(fault)


def move_on(
    plan: PersonalEducationPlan,
    after: str,
    *,
    by: User,
    at: datetime,
    fields: list[str],
    reason: str = "",
) -> PlanMove:
    before, plan.status = plan.status, after
    plan.save(update_fields=["status", *fields])
    move = PlanMove.objects.create(
        authority_id=plan.authority_id,
        child_id=plan.child_id,
        plan=plan,
        before=before,
        after=after,
        reason=reason,
        made_at=at,
        made_by=by,
    )
    audit.record_of(
        plan,
        kind=f"pep.{after}",
        at=at,
        by=by,
        after={"before": before, "version": plan.version_number},
    )
    return move


def _freeze(plan: PersonalEducationPlan, *, by: User, at: datetime) -> AgreedVersion:
    """Write the one row that says what was agreed; nothing changes it any more (decisions 24)."""
    whole = content.plan_content(plan, on=timezone.localtime(at).date(), agreed_by=by, at=at)
    without = [
        {
            "title": gaps.title_of(gap, plan),
            "owed_by": gap.owed_by.name,
            "due_on": gap.due_on.isoformat(),
            "reason": gap.reason,
        }
        for gap in gaps.of_version(plan)
    ]
    if without:
        whole["gaps"] = without
    listed = [file["id"] for file in content.files_in(whole)]
    Attachment.objects.filter(pk__in=listed, agreed_at__isnull=True).update(agreed_at=at)
    canonical = rules.canonical_json(whole)
    return AgreedVersion.objects.create(
        authority_id=plan.authority_id,
        child_id=plan.child_id,
        plan=plan,
        number=plan.version_number,
        form_version_id=plan.form_version_id,
        content=canonical,
        sha256=rules.content_hash(canonical),
        agreed_at=at,
        agreed_by=by,
        agreed_with_gap=without,
    )

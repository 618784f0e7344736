"""Plans for tests: the smallest valid one, one with every section complete, one in each state."""

from datetime import UTC, date, datetime

from accounts.roles import Role
from pep import form_content
from pep.fitting import fit_sections
from pep.form_content import Kind
from pep.models import Answer, FactWord, FormVersion, PersonalEducationPlan, PlanSection
from tests.factories.accounts import UserFactory, person, seated
from tests.factories.children import (
    ChildFactory,
    EnrolmentFactory,
    InvolvementFactory,
    PeriodOfCareFactory,
)
from tests.factories.schools import SchoolFactory, TermFactory

STARTED = datetime(2026, 9, 7, 9, 0, tzinfo=UTC)


def make_plan(*, child=None, school=None, term=None, phase="SE", **fields):
    """Begin a plan as rows, without anyone's doing: a child in care, on roll, and its sections."""
    if child is None:
        child = ChildFactory()
        PeriodOfCareFactory(child=child)
    if school is None:
        school = SchoolFactory(authority=child.authority)
        EnrolmentFactory(child=child, school=school)
    if term is None:
        existing = child.authority.terms.filter(academic_year=2026, name="autumn").first()
        term = existing or TermFactory(authority=child.authority)
    shipped = FormVersion.objects.filter(form__phase=phase, form__authority=None)
    version = shipped.filter(published_at__isnull=False).latest("number")
    values = {
        "authority": child.authority,
        "child": child,
        "school": school,
        "term": term,
        "form_version": version,
        "started_at": STARTED,
        "complete_by": date(2026, 12, 11),
    }
    status = fields.pop("status", PersonalEducationPlan.Status.NOT_STARTED)
    plan = PersonalEducationPlan.objects.create(**values | fields)
    fit_sections([plan.pk], on=plan.term.started_on, at=STARTED)
    plan.refresh_from_db()
    if plan.status != status:
        plan.status = status
        plan.save(update_fields=["status"])
    return plan


def fill(plan, *, by, at=STARTED):
    """Answer every question that must be answered and call every section complete."""
    for section in form_content.of_plan(plan).asked:
        values = {}
        for question in section.questions:
            if question.kind == Kind.FACT:
                FactWord.objects.create(
                    authority_id=plan.authority_id,
                    child_id=plan.child_id,
                    plan=plan,
                    section=section.slug,
                    key=question.key,
                    is_right=True,
                    said_at=at,
                    said_by=by,
                )
            elif question.is_needed(values):
                values[question.key] = an_answer(question)
        Answer.objects.filter(plan=plan, section=section.slug, key__in=values).delete()
        Answer.objects.bulk_create(
            Answer(
                authority_id=plan.authority_id,
                child_id=plan.child_id,
                plan=plan,
                section=section.slug,
                key=key,
                value=value,
                version=1,
                written_at=at,
                written_by=by,
            )
            for key, value in values.items()
        )
    PlanSection.objects.filter(plan=plan, is_asked=True).update(
        state="complete", completed_at=at, completed_by=by, version=1
    )
    plan.status = PersonalEducationPlan.Status.WITH_SCHOOL
    plan.sections_complete = plan.sections_total
    plan.quality = "good"  # so that agreeing waits for nothing
    plan.save()
    return plan


def an_answer(question):
    """A true-to-life answer of the question's kind."""
    match question.kind:
        case Kind.CHOICE:
            return question.options[0][0]
        case Kind.CHOICES:
            return [question.options[0][0]]
        case Kind.YES_NO:
            return question.key == "full_time"  # no would ask for a section more
        case Kind.DATE:
            return "2026-11-02"
        case Kind.NUMBER:
            return 15
        case Kind.ROWS:
            return [
                {
                    "id": f"00000000-0000-4000-8000-{number:012d}",
                    **{column.key: an_answer(column) for column in question.columns},
                }
                for number in range(3)
            ]
        case Kind.MONEY:
            return 48000
        case _:
            return "Reads every day and enjoys it."


class Cast:
    """The people of one plan, each in their seat, and one of each kind who is not."""

    def __init__(self, authority, **plan):
        self.child = ChildFactory(authority=authority)
        PeriodOfCareFactory(child=self.child)
        self.school = SchoolFactory(authority=authority)
        EnrolmentFactory(child=self.child, school=self.school)
        self.plan = make_plan(child=self.child, school=self.school, **plan)
        self.teacher = person(Role.DESIGNATED_TEACHER, school=self.school, given_name="Ben")
        self.head = person(Role.VIRTUAL_SCHOOL_HEAD, authority=authority, given_name="Dev")
        self.governor = person(Role.GOVERNOR, authority=authority, given_name="Eve")
        elsewhere = SchoolFactory(authority=authority)
        self.teacher_elsewhere = person(
            Role.DESIGNATED_TEACHER, school=elsewhere, given_name="Cleo"
        )
        self.social_worker = self._involved(Role.SOCIAL_WORKER, "Amara", authority)
        self.adviser = self._involved(Role.ADVISER, "Dan", authority)
        self.carer = self._involved(Role.CARER, "Maureen", None)
        self.young_person = self._involved(Role.YOUNG_PERSON, "Ife", None)

    def _involved(self, role, given_name, authority):
        if authority is not None:
            user = person(role, authority=authority, given_name=given_name)
        else:
            user = UserFactory(given_name=given_name)
        InvolvementFactory(child=self.child, person=user, role=role)
        return user if authority is not None else seated(user)

"""What a plan may be agreed without: what is missing now, who could owe it, what was named."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from accounts.models import Membership, User
from accounts.roles import Role
from children.models import Involvement
from pep import form_content, rights, rules, signers
from pep.models import Gap, PersonalEducationPlan, PlanSection, Signature
from ui.words import in_a_sentence

# Who may owe a part: the people of the plan, the virtual school's own among them
OWING = (Role.SOCIAL_WORKER, Role.CARER, Role.YOUNG_PERSON, Role.REVIEWING_OFFICER, Role.ADVISER)


@dataclass(frozen=True, slots=True)
class Part:
    """A part that is missing: `key` says which, as a form sends it."""

    kind: str
    part: str
    title: str

    @property
    def key(self) -> str:
        return f"{self.kind}:{self.part}"


def of_version(plan: PersonalEducationPlan) -> list[Gap]:
    """The gaps named for the version in hand and not closed. One query."""
    found = Gap.objects.open().filter(plan=plan, version_number=plan.version_number)
    return list(found.select_related("owed_by", "named_by").order_by("named_at", "pk"))


def missing_parts(plan: PersonalEducationPlan, *, named: Sequence[Gap]) -> list[Part]:
    """What may be named now: sections before agreement, signatures also after. Three queries.

    A signature is missing only where nobody gave it for the version that is agreed.
    """
    known = {(gap.kind, gap.part) for gap in named}
    found = [] if plan.is_closed else _missing_sections(plan)
    signed = {
        rights.SIGNS_AS[Role(role)]
        for role in Signature.objects.filter(
            version__plan=plan, version__number=plan.version_number
        ).values_list("role", flat=True)
    }
    found += [
        Part(Gap.Kind.SIGNATURE, signer.value, _signature(signer))
        for signer in signers.still_to_sign(plan, signed)
    ]
    return [part for part in found if (part.kind, part.part) not in known]


def _missing_sections(plan: PersonalEducationPlan) -> list[Part]:
    complete = set(
        PlanSection.objects.filter(plan=plan, state=PlanSection.State.COMPLETE).values_list(
            "slug", flat=True
        )
    )
    return [
        Part(Gap.Kind.SECTION, section.slug, form_content.named(section.title, plan.child.called))
        for section in form_content.of_plan(plan).asked
        if section.slug not in complete
    ]


def _signature(signer: rules.Signer) -> str:
    return f"Signature: {in_a_sentence(rules.SIGNER_LABELS[signer])}"


def title_of(gap: Gap, plan: PersonalEducationPlan) -> str:
    """What is missing, in words."""
    if gap.kind == Gap.Kind.SIGNATURE:
        return _signature(rules.Signer(gap.part))
    section = form_content.of_version(plan.form_version_id).section(gap.part)
    return form_content.named(section.title, plan.child.called) if section else gap.part


@dataclass(frozen=True, slots=True)
class Owing:
    """Somebody of a plan, with their role in words and in whose place they sign."""

    person: User
    role: str
    signs_as: frozenset[rules.Signer]

    def can_owe(self, kind: str, part: str) -> bool:
        """Whether a part could come from them: a signature, from whoever gives that one."""
        return kind != Gap.Kind.SIGNATURE or part in self.signs_as


def could_owe(plan: PersonalEducationPlan, *, on: date) -> list[Owing]:
    """The people of a plan, each once. Two queries."""
    rows = Involvement.objects.on(on).filter(child=plan.child_id, role__in=OWING)
    people = [
        (row.person, Role(row.role))
        for row in rows.select_related("person").order_by("role", "started_on", "pk")
    ]
    if plan.school_id is not None:
        teachers = Membership.objects.current(on=on).filter(
            role=Role.DESIGNATED_TEACHER, school=plan.school_id
        )
        people += [
            (row.user, Role.DESIGNATED_TEACHER)
            for row in teachers.select_related("user").order_by("pk")
        ]
    signs: dict[UUID, set[rules.Signer]] = defaultdict(set)
    for person, role in people:
        if role in rights.SIGNS_AS:
            signs[person.pk].add(rights.SIGNS_AS[role])
    found = {person.pk: (person, role.label) for person, role in people}
    return [Owing(person, role, frozenset(signs[pk])) for pk, (person, role) in found.items()]

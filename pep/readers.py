"""Who stands before a plan, with what the child lets them read."""

from accounts.models import User
from pep import form_content, rights
from pep.models import Answer, Owner, PersonalEducationPlan


def child_shares(plan: PersonalEducationPlan) -> str:
    """Whom the child lets read the child's own section. One query."""
    owners = form_content.of_plan(plan).sections
    slugs = [section.slug for section in owners if section.owner == Owner.CHILD]
    value = (
        Answer.objects.filter(plan=plan, section__in=slugs, key="voice_share")
        .values_list("value", flat=True)
        .first()
    )
    return rights.shares_of({"voice_share": value})


def reader_of(plan: PersonalEducationPlan, user: User) -> rights.Reader:
    """Stand a person before a plan. One query, two for a school."""
    return rights.reader(user, plan, shares=child_shares(plan))

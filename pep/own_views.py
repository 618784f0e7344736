"""A child's own part of a plan, as the child is asked it in their own seat."""

from accounts.models import User
from accounts.roles import Role
from children.models import Involvement
from pep.form_content import SectionContent
from pep.models import Owner, PlanSection

# Who gathered the views, how and when is for the adults to say
ASKED_OF_ADULTS = frozenset({"voice_how", "voice_helped", "voice_on"})


def as_asked(section: SectionContent, user: User) -> SectionContent:
    """The section as this person fills it in. No query."""
    is_child = user.seat is not None and user.seat.role == Role.YOUNG_PERSON
    if section.owner != Owner.CHILD or not is_child:
        return section
    return section.asked_of_child(ASKED_OF_ADULTS)


def as_completed(section: SectionContent, row: PlanSection) -> SectionContent:
    """The section as whoever called it complete was asked it. One query, of the child's own."""
    is_childs = (
        section.owner == Owner.CHILD
        and Involvement.objects.filter(
            child=row.child_id, person=row.completed_by_id, role=Role.YOUNG_PERSON
        ).exists()
    )
    return section.asked_of_child(ASKED_OF_ADULTS) if is_childs else section

"""What an administrator may do to seats: nobody raises their own, the last one stays."""

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q

from accounts import second_steps
from accounts.models import AccountMail, Membership, User
from accounts.roles import ADMINISTRATOR_ROLES, AUTHORITY_ROLES, SCHOOL_ROLES, Role, Seat

OWN_SEAT = "You cannot change your own access. Ask another administrator"
LAST_ONE = "This is the last administrator. Give somebody else this role first"
ONLY_SYSTEM = "Only a system administrator can give this role"
OTHER_PLACE = "Choose a place of your own authority"
ADDRESS_IN_USE = (
    "This person has signed in with this address. Ask a system administrator to change it"
)
NO_SECOND_STEP = (
    "This person has no second step of signing in now. Change the address once they have set one up"
)
AFTER_MOVE = timedelta(days=14)
JUST_MOVED = (
    "This person’s email address was changed in the last 14 days. Until then their second step "
    "stays, so that nobody else can sign in as them"
)


def refusal(
    *,
    by: User,
    person: User,
    role: str,
    authority_id: int | None,
    school_authority_id: int | None,
) -> str:
    """Say why an administrator may not give or change a seat; empty when they may."""
    seat: Seat | None = by.seat
    if person.pk == by.pk:
        return OWN_SEAT
    if seat is None:
        return ONLY_SYSTEM
    if seat.role == Role.SYSTEM_ADMINISTRATOR:
        return ""
    if role == Role.SYSTEM_ADMINISTRATOR:
        return ONLY_SYSTEM
    place = school_authority_id if role in SCHOOL_ROLES else authority_id
    return "" if place == seat.authority_id else OTHER_PLACE


def address_refusal(*, by: User, person: User) -> str:
    """Say why an address people sign in with may not be changed; empty when it may. Two queries.

    The address is the way to a new password, and to a council account: whoever changes it, and can
    take a second step off as well, could sign in as the person. Nobody does both.
    """
    if person.last_login is None:
        return ""
    if by.seat is None or by.seat.role != Role.SYSTEM_ADMINISTRATOR:
        return ADDRESS_IN_USE
    if person.has_usable_password() and not second_steps.is_set_up(person):
        return NO_SECOND_STEP
    return ""


def second_step_refusal(*, person: User, at: datetime) -> str:
    """Say why a second step may not be taken off now; empty when it may. One query."""
    moved = AccountMail.objects.filter(
        user=person, kind=AccountMail.Kind.MOVED, asked_at__gt=at - AFTER_MOVE
    )
    return JUST_MOVED if moved.exists() else ""


def is_last(membership: Membership, *, on: date) -> bool:
    """Say whether nobody else holds this administrator's role there on a day. One query."""
    if membership.role not in ADMINISTRATOR_ROLES:
        return False
    others = Membership.objects.current(on=on).filter(
        Q(ended_on__isnull=True), role=membership.role, user__is_active=True
    )
    if membership.role == Role.AUTHORITY_ADMINISTRATOR:
        others = others.filter(authority=membership.authority_id)
    return not others.exclude(user=membership.user_id).exists()


def roles_open_to(by: User) -> list[tuple[str, str]]:
    """The roles this administrator may give: by membership only, never by a child."""
    seat = by.seat
    given = AUTHORITY_ROLES | SCHOOL_ROLES
    if seat is None or seat.role != Role.SYSTEM_ADMINISTRATOR:
        given = given - {Role.SYSTEM_ADMINISTRATOR}
    return [(role.value, role.label) for role in Role if role in given]


if TYPE_CHECKING:
    _MembershipForm = forms.ModelForm[Membership]
else:  # Django's own class takes no types in brackets
    _MembershipForm = forms.ModelForm


class MembershipForm(_MembershipForm):
    """A seat: given once, then only ended. The rules above speak in its errors."""

    by: User  # set by the admin for each request
    today: date

    class Meta:
        model = Membership
        fields = ("user", "role", "authority", "school", "started_on", "ended_on")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "role" in self.fields:
            self.fields["role"] = forms.ChoiceField(choices=roles_open_to(self.by))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        row = self.instance
        person = cleaned.get("user") or (row.user if row.user_id else None)
        if person is None:
            return cleaned
        role = cleaned.get("role") or row.role
        authority = cleaned.get("authority") if "authority" in self.fields else row.authority
        school = cleaned.get("school") if "school" in self.fields else row.school
        if role in SCHOOL_ROLES and (school is None or authority is not None):
            raise ValidationError("Choose a school, and no authority, for a role in a school")
        if role not in SCHOOL_ROLES and (authority is None or school is not None):
            raise ValidationError("Choose an authority, and no school, for this role")
        words = refusal(
            by=self.by,
            person=person,
            role=role,
            authority_id=authority.pk if authority else None,
            school_authority_id=school.authority_id if school else None,
        )
        if words:
            raise ValidationError(words)
        if not row._state.adding and cleaned.get("ended_on") and is_last(row, on=self.today):
            raise ValidationError(LAST_ONE)
        return cleaned

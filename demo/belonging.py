"""Who joins, leaves and stands in: the pages of people and access have something to show."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from accounts.models import Membership, User
from accounts.roles import SCHOOL_ROLES, Role
from children.models import Involvement
from demo.cast import LATER_COLLEAGUES
from demo.chance import Chance
from demo.geography import CALDERBECK, NORTHMERE
from notifications.models import Email, Notice
from people.models import Invitation
from pep.models import PersonalEducationPlan

# Named to people beyond the case, how many children each
NAMED = {
    Role.DUTY_WORKER: 3,
    Role.SEND_OFFICER: 6,
    Role.ADMISSIONS_OFFICER: 4,
    Role.YOUTH_JUSTICE_WORKER: 2,
    Role.AREA_VIRTUAL_SCHOOL: 5,
}
SIGNED_IN_LATELY = 0.93
INVITED = (  # given name, family name, role, days until it ends
    ("Nadia", "Rowe", Role.DESIGNATED_TEACHER, 12),
    ("Ellis", "Grant", Role.SOCIAL_WORKER, 9),
    ("Uma", "Patel", Role.ADVISER, 3),
    ("Rhys", "Kemp", Role.HEAD_TEACHER, -2),
    ("Sian", "Moore", Role.GOVERNOR, -20),
)


class Belonging:
    """Writes after everybody else, from one stream of chance of its own."""

    def __init__(self, seed: int, *, today: date, school: int, by_part: dict[str, User]) -> None:
        self._chance = Chance(seed, "belonging")
        self._today, self._school, self._by_part = today, school, by_part
        self._now = timezone.make_aware(datetime.combine(today, time(9)))

    def write(self, *, children: Sequence[UUID], named: dict[str, UUID]) -> None:
        """`children` are looked after by Northmere today; `named` are those of the cast."""
        self._sign_ins()
        self._colleagues(children)
        self._tutor(named)
        self._leaver_and_endings()
        self._cover()
        self._invitations()

    def _day(self, days: int) -> date:
        return self._today + timedelta(days=days)

    def _sign_ins(self) -> None:
        """Most signed in in the last weeks, some not for months."""
        people = list(User.objects.filter(memberships__isnull=False).distinct().order_by("pk"))
        for person in people:
            lately = self._chance.happens(SIGNED_IN_LATELY)
            days = self._chance.randrange(1, 40) if lately else self._chance.randrange(95, 200)
            person.last_login = self._now - timedelta(days=days)
        User.objects.bulk_update(people, ["last_login"], batch_size=500)

    def _colleagues(self, children: Sequence[UUID]) -> None:
        rows = []
        for part in LATER_COLLEAGUES:
            person = self._person(part.given, part.family, part.email, part.job_title)
            self._by_part[part.name] = person
            role = Role(part.role)
            if role == Role.INVITED_COLLEAGUE:
                continue
            council = CALDERBECK.id if role == Role.AREA_VIRTUAL_SCHOOL else NORTHMERE.id
            Membership.objects.create(
                id=self._chance.id(),
                user=person,
                role=role,
                authority_id=None if role in SCHOOL_ROLES else council,
                school_id=self._school if role in SCHOOL_ROLES else None,
                started_on=self._day(-200),
            )
            some = self._chance.sample(list(children), min(NAMED.get(role, 0), len(children)))
            rows += [self._involvement(child, person, role, days=-60) for child in some]
        Involvement.objects.bulk_create(rows)

    def _person(self, given: str, family: str, email: str, job_title: str = "") -> User:
        return User.objects.create(
            id=self._chance.id(),
            given_name=given,
            family_name=family,
            email=email,
            job_title=job_title,
            password=f"!{self._chance.getrandbits(160):040x}",  # no password fits
            last_login=self._now - timedelta(days=2) if job_title else None,
        )

    def _involvement(
        self, child: UUID, person: User, role: Role, *, days: int, **fields: object
    ) -> Involvement:
        return Involvement(
            id=self._chance.id(),
            authority_id=NORTHMERE.id,
            child_id=child,
            person=person,
            role=role,
            started_on=self._day(days),
            **fields,
        )

    def _tutor(self, named: dict[str, UUID]) -> None:
        """A tutor who writes English with Hollins Park, for pupils of it, to a last day."""
        plans = PersonalEducationPlan.objects.filter(
            child__in=named.values(), school=self._school
        ).open()
        pupils = sorted(set(plans.values_list("child", flat=True)))[:2]
        self._involve_tutor(pupils)

    def _involve_tutor(self, pupils: Sequence[UUID]) -> None:
        Involvement.objects.bulk_create(
            self._involvement(
                pupil,
                self._by_part["tutor"],
                Role.INVITED_COLLEAGUE,
                days=-10,
                ended_on=self._day(35),
                school_id=self._school,
                sections=["english"],
            )
            for pupil in pupils
        )

    def _staff(self, role: Role) -> list[Membership]:
        """Open seats of a role that nobody of the cast holds."""
        cast = [person.pk for person in self._by_part.values()]
        rows = Membership.objects.filter(role=role, authority=NORTHMERE.id, ended_on=None)
        return list(rows.exclude(user__in=cast).select_related("user").order_by("pk"))

    def _leaver_and_endings(self) -> None:
        """A social worker who left with children still theirs, and roles that end soon."""
        workers = self._staff(Role.SOCIAL_WORKER)
        for membership in workers[-1:]:
            membership.ended_on = self._day(-3)
            membership.save()
        for number, membership in enumerate(
            Membership.objects.filter(role__in=[Role.HEAD_TEACHER, Role.PERSONAL_ADVISER])
            .filter(Q(authority=NORTHMERE.id) | Q(school__authority=NORTHMERE.id), ended_on=None)
            .exclude(user__in=[person.pk for person in self._by_part.values()])
            .order_by("pk")[:2]
        ):
            membership.ended_on = self._day(9 + 8 * number)
            membership.save()

    def _cover(self) -> None:
        """One social worker stands in for another for three weeks."""
        workers = self._staff(Role.SOCIAL_WORKER)
        if len(workers) < 2:
            return
        absent, able = workers[0], workers[1]
        # Agreed papers name who worked with the child: those of these days keep their people
        lately = self._now - timedelta(days=5)
        agreed = PersonalEducationPlan.objects.filter(agreed_at__gte=lately).values("child")
        theirs = (
            Involvement.objects.on(self._today)
            .filter(person=absent.user, role=Role.SOCIAL_WORKER, is_cover=False)
            .exclude(child__in=agreed)
        )
        Involvement.objects.bulk_create(
            self._involvement(
                child, able.user, Role.SOCIAL_WORKER, days=-4, is_cover=True,
                ended_on=self._day(17),
            )
            for child in theirs.order_by("pk").values_list("child", flat=True)
        )  # fmt: skip

    def _invitations(self) -> None:
        for given, family, role, days in INVITED:
            email = f"{given}.{family}@invited.example".lower()
            person = self._person(given, family, email)
            made_at = self._now + timedelta(days=days - 14)
            invitation = Invitation.objects.create(
                id=self._chance.id(),
                authority_id=NORTHMERE.id,
                person=person,
                role=role,
                school_id=self._school if role in SCHOOL_ROLES else None,
                started_on=timezone.localdate(made_at),
                invited_by=self._by_part["officer"],
                made_at=made_at,
                expires_at=self._now + timedelta(days=days),
                times_sent=1,
            )
            notice = Notice.objects.create(
                id=self._chance.id(),
                authority_id=NORTHMERE.id,
                recipient=person,
                key=f"invitation:{invitation.pk}",
                kind="invitation",
                text=f"{NORTHMERE.name} has invited you to use Virtual School.",
                path="/notifications/",
                made_at=made_at,
            )
            Email.objects.create(
                id=self._chance.id(), authority_id=NORTHMERE.id, notice=notice, state="sent",
                tries=1, made_at=made_at, next_try_at=made_at, sent_at=made_at,
            )  # fmt: skip
            Invitation.objects.filter(pk=invitation.pk).update(notice=notice)

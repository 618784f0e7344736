"""The adults around the children, and the young people who sign in: users, seats, involvements."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from accounts.models import Membership, User
from accounts.roles import Role
from children.models import Involvement
from children.rules import age_on, fold_name
from demo import names
from demo.calendar import Calendar
from demo.care import HOUSEHOLDS, Homes
from demo.cast import COLLEAGUES
from demo.chance import Chance
from demo.geography import Council, Place
from demo.lives import Life
from placements.models import CarerDetails

# Children to one worker [ours]: an adviser of a council of 600 supports about fifty-five
CASELOADS = {
    Role.SOCIAL_WORKER: 16,
    Role.ADVISER: 55,
    Role.REVIEWING_OFFICER: 65,
    Role.PERSONAL_ADVISER: 24,
}
TEAM = 6  # social workers to one team manager
BACKGROUNDS = {
    "british": 74,
    "irish": 3,
    "african": 6,
    "south asian": 8,
    "caribbean": 4,
    "eastern european": 3,
    "turkish": 2,
}
JOB_TITLES = {
    Role.SOCIAL_WORKER: "Social worker",
    Role.ADVISER: "Education adviser",
    Role.REVIEWING_OFFICER: "Independent reviewing officer",
    Role.PERSONAL_ADVISER: "Personal adviser",
    Role.TEAM_MANAGER: "Team manager",
}


@dataclass
class Staff:
    """Everyone made so far, and who holds which part."""

    users: list[User] = field(default_factory=list)
    memberships: list[Membership] = field(default_factory=list)
    involvements: list[Involvement] = field(default_factory=list)
    carer_details: list[CarerDetails] = field(default_factory=list)
    by_part: dict[str, User] = field(default_factory=dict)
    teacher_of: dict[int, User] = field(default_factory=dict)
    worker_of: dict[tuple[Any, str], User] = field(default_factory=dict)  # child id and role
    carer_of: dict[int, list[User]] = field(default_factory=dict)  # household


class Hiring:
    """Makes the adults of the demonstration, from one stream of chance."""

    def __init__(self, seed: int, *, calendar: Calendar, made_at: datetime) -> None:
        self._chance = Chance(seed, "staff")
        self._calendar = calendar
        self._made_at = made_at
        self._emails: set[str] = {colleague.email for colleague in COLLEAGUES}
        self._since = calendar.first_day - timedelta(days=400)
        self.staff = Staff()

    def user(self, domain: str, *, job_title: str = "", background: str = "") -> User:
        """A person with a name of our lists; nobody of them can sign in until given a password."""
        chance = self._chance
        name = names.a_name(
            chance,
            sex=chance.choice("MFF"),
            background=background or chance.one_of(BACKGROUNDS),
        )
        return self._keep(name.given, name.family, self._email(name, domain), job_title)

    def _email(self, name: names.PersonName, domain: str) -> str:
        if not domain:
            return ""
        plain = fold_name(f"{name.given} {name.family}").replace(" ", ".")
        for number in range(1, 99):
            email = f"{plain}{number if number > 1 else ''}@{domain}.example"
            if email not in self._emails:
                break
        self._emails.add(email)
        return email

    def _keep(self, given: str, family: str, email: str, job_title: str) -> User:
        chance = self._chance
        phone = f"01632 960{chance.randrange(1000):03d}"  # a range kept free for fiction
        user = User(
            id=chance.id(),
            given_name=given,
            family_name=family,
            email=email or None,
            phone=phone,
            job_title=job_title,
            password=f"!{chance.getrandbits(160):040x}",  # no password fits
            joined_at=self._made_at,
            is_active=True,
        )
        self.staff.users.append(user)
        return user

    def seat(
        self, user: User, role: str, *, council: int | None = None, school: int | None = None
    ) -> None:
        self.staff.memberships.append(
            Membership(
                id=self._chance.id(),
                user_id=user.pk,
                role=role,
                authority_id=council,
                school_id=school,
                started_on=self._since,
            )
        )

    def hire_cast(self, council: Council, *, school: int) -> None:
        """The colleagues by name, who are the demonstration's sign-ins."""
        for part in COLLEAGUES:
            user = self._keep(part.given, part.family, part.email, part.job_title)
            self.staff.by_part[part.name] = user
            if part.role in {Role.CARER, Role.YOUNG_PERSON}:
                continue
            if part.role in {Role.DESIGNATED_TEACHER, Role.HEAD_TEACHER}:
                self.seat(user, part.role, school=school)
            else:
                self.seat(user, part.role, council=council.id)
        self.staff.teacher_of[school] = self.staff.by_part["teacher"]

    def hire_office(self, council: Council) -> None:
        """The people of a council's virtual school whom no caseload calls for."""
        domain = council.name.lower()
        wanted = [
            (Role.OFFICER, "Virtual school officer"),
            (Role.FINANCE_OFFICER, "Finance officer"),
        ]
        if not any(part.email.endswith(f"@{domain}.example") for part in COLLEAGUES):
            wanted += [
                (Role.VIRTUAL_SCHOOL_HEAD, "Virtual School Head"),
                (Role.AUTHORITY_ADMINISTRATOR, "Systems officer"),
            ]
        for role, title in wanted:
            self.seat(self.user(domain, job_title=title), role, council=council.id)

    def hire_schools(self, places: Sequence[Place]) -> None:
        """A designated teacher (or named lead) and a head for every school."""
        for place in places:
            words = fold_name(place.name).replace(" ", "-")
            if place.id not in self.staff.teacher_of:
                teacher = self.user(words, job_title="Designated teacher")
                self.staff.teacher_of[place.id] = teacher
                self.seat(teacher, Role.DESIGNATED_TEACHER, school=place.id)
                head = self.user(words, job_title="Head teacher")
                self.seat(head, Role.HEAD_TEACHER, school=place.id)

    def allocate(self, council: Council, lives: Sequence[Life]) -> None:
        """Give every child a social worker, manager, adviser and reviewing officer."""
        # Children by name come first, so that the people who sign in work with them
        ordered = sorted(lives, key=lambda life: (not life.part, not life.is_looked_after))
        for role, part in (
            (Role.SOCIAL_WORKER, "social_worker"),
            (Role.ADVISER, "adviser"),
            (Role.REVIEWING_OFFICER, "reviewer"),
        ):
            self._share_out(council, role, part, ordered)
        old_enough = [life for life in ordered if age_on(life.born_on, life.as_of) >= 16]
        self._share_out(council, Role.PERSONAL_ADVISER, "", old_enough)

    def _share_out(self, council: Council, role: Role, part: str, lives: Sequence[Life]) -> None:
        domain, size = council.name.lower(), CASELOADS[role]
        here = sum(life.is_looked_after for life in lives)
        workers: list[User] = []
        known = self.staff.by_part.get(part) if council.id == 999 else None
        for _ in range(max(2, -(-here // size))):
            if known:
                workers.append(known)
                known = None
                continue
            user = self.user(domain, job_title=JOB_TITLES[role])
            self.seat(user, role, council=council.id)
            workers.append(user)
        managers = self._managers(council, len(workers)) if role is Role.SOCIAL_WORKER else []
        current = 0
        for life in lives:
            # The first workers are filled in order; children who left are anyone's
            number = min(current // size, len(workers) - 1)
            if life.is_looked_after:
                current += 1
            else:
                number = self._chance.randrange(len(workers))
            self._work_with(life, role, workers, number)
            if managers:
                manager = managers[number // TEAM]
                self._involve(life, manager, Role.TEAM_MANAGER, life.care_started_on)

    def _managers(self, council: Council, workers: int) -> list[User]:
        managers: list[User] = []
        for number in range(-(-workers // TEAM)):
            known = self.staff.by_part.get("manager") if council.id == 999 else None
            if known and number == 0:
                managers.append(known)
                continue
            user = self.user(council.name.lower(), job_title=JOB_TITLES[Role.TEAM_MANAGER])
            self.seat(user, Role.TEAM_MANAGER, council=council.id)
            managers.append(user)
        return managers

    def _work_with(self, life: Life, role: Role, workers: list[User], number: int) -> None:
        """The worker of today, and one before where the child has been in care long enough."""
        started_on = life.care_started_on
        end = life.care_ended_on or life.as_of
        if role is Role.PERSONAL_ADVISER:
            started_on = max(started_on, end - timedelta(days=200))
        if role is Role.SOCIAL_WORKER and (end - started_on).days > 420 and len(workers) > 1:
            changed_on = end - timedelta(days=self._chance.randrange(60, 400))
            before = workers[(number + 1 + self._chance.randrange(len(workers) - 1)) % len(workers)]
            self._involve(life, before, role, started_on, changed_on)
            started_on = changed_on
        self._involve(life, workers[number], role, started_on)
        self.staff.worker_of[life.id, role] = workers[number]

    def _involve(
        self, life: Life, user: User, role: str, started_on: date, ended_on: date | None = None
    ) -> None:
        self.staff.involvements.append(
            Involvement(
                id=self._chance.id(),
                authority_id=life.council.id,
                child_id=life.id,
                person_id=user.pk,
                role=role,
                is_cover=False,
                started_on=started_on,
                ended_on=ended_on or life.care_ended_on,
            )
        )

    def house(self, homes: Homes, lives: Sequence[Life]) -> None:
        """Carers of every household, as involvements for as long as each child stayed."""
        for life in lives:
            for stay in life.stays:
                if stay.household is None:
                    continue
                carers = self._carers(stay.household, homes, life)
                for carer in carers:
                    self._involve(life, carer, Role.CARER, stay.started_on, stay.ended_on)
                self.staff.carer_details.append(
                    CarerDetails(
                        id=self._chance.id(),
                        authority_id=life.council.id,
                        child_id=life.id,
                        placement_id=stay.id,
                        name=" and ".join(carer.name for carer in carers),
                        phone=carers[0].phone,
                        email=carers[0].email or "",
                    )
                )

    def _carers(self, number: int, homes: Homes, life: Life) -> list[User]:
        if number not in self.staff.carer_of:
            house = homes.households[number]
            if life.part == "jayden" and life.stays[-1].household == number:
                self.staff.carer_of[number] = [self.staff.by_part["carer"]]
                return self.staff.carer_of[number]
            invited = self._chance.happens(0.7)
            first = self.user("carers" if invited else "")
            found = [first]
            if house.group in HOUSEHOLDS and self._chance.happens(0.55):
                second = self.user("")
                second.family_name = first.family_name
                found.append(second)
            self.staff.carer_of[number] = found
        return self.staff.carer_of[number]

    def invite_young_people(self, lives: Sequence[Life]) -> None:
        """A sign-in of their own for about a third of those from thirteen on."""
        for life in lives:
            if not life.is_looked_after or age_on(life.born_on, life.as_of) < 13:
                continue
            if life.part == "amara":
                user = self.staff.by_part["young_person"]
            elif self._chance.happens(0.33):
                name = names.PersonName(life.called, life.family)
                user = self._keep(life.called, life.family, self._email(name, "young"), "")
            else:
                continue
            self._involve(life, user, Role.YOUNG_PERSON, max(life.care_started_on, self._since))

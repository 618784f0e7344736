"""A small council with one of everything, for tests that walk every page as everybody.

Amara (901) is the child things are about: social worker, IRO, adviser, carer and her own account
are involved, Ben teaches at her school. Kofi (901) is nobody's but the team's. Zofia is of 902. The
cast of craft 9: Amara's social worker, Ben, Cleo (teacher elsewhere), Dev (head), Eve (governor).
"""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from io import BytesIO
from types import SimpleNamespace
from uuid import UUID

import pikepdf
from django.core.files.base import ContentFile
from django.utils import timezone

from accounts import wall
from accounts.models import Membership, User
from accounts.roles import Role
from attendance.models import Day
from audit.models import Event
from children import actions as children_actions
from children.models import Child, DoNotShare, Flag, Involvement, Opening, Restriction, SenStatus
from disclosure.models import MaskedItem, RequestFile, SubjectRequest
from families.models import SignInCode
from files.models import Load, StoredFile
from notifications.models import Notice
from oversight.models import UnusualReading
from papers.models import Bundle
from people.models import Invitation
from pep.models import Answer, Attachment, Deputy, Doubt, Gap, Note
from placements.models import Address, CarerDetails, LegalStatus, Placement
from quality.models import QualityCheck, Rubric, Sample, SecondMark
from retention.models import LegalHold, Proposal, Proposed
from schools.models import School, Term
from starting.actions import start_plan
from tests.factories.accounts import PASSWORD, MembershipFactory, UserFactory
from tests.factories.children import (
    ChildFactory,
    EnrolmentFactory,
    InvolvementFactory,
    PeriodOfCareFactory,
)
from tests.factories.schools import AuthorityFactory, SchoolFactory

PLANTED_STREET = "17 Plantain Row"
PLANTED_POSTCODE = "QX9 9ZZ"
PLANTED_UPN = "A999200012345"
PLANTED_NOTE = "the uncle drives a heliotrope Saab"
SEALED_NAME = "Ptolemy"
# What gives Amara's hidden home away besides its address [DP-4]
PLANTED_AREA = "Quarrendale Borough Council"
PLANTED_DISTANCE = "87.3"
PLANTED_MEETING_PLACE = "The Old Chandlery, room 4"
PLANTED_TRAVEL = "the 7.52 ferry from Quarren Quay"
PLANTED_CARER = "Wilhelmina Thistlewood"
PLANTED_CARER_PHONE = "07700 900417"
PLANTED_KEY_ADULT = "Mr Featheringay in the lighthouse room"
AMARAS_SCHOOL = "Hollins Park Academy"


@dataclass
class World:
    amara: Child
    kofi: Child
    zofia: Child
    school: School
    elsewhere: School
    term: Term
    people: dict[str, User] = field(default_factory=dict)
    plans: SimpleNamespace = field(default_factory=SimpleNamespace)
    notice: Notice | None = None
    load: Load | None = None
    unusual: UnusualReading | None = None
    changes: dict[UUID, int] = field(default_factory=dict)  # a child's first event
    file: Attachment | None = None  # of that section
    query: Note | None = None  # about English, in Amara's plan
    mark: SecondMark | None = None  # of Amara's plan
    doubt: Doubt | None = None  # of what the record says of her care
    flag: Flag | None = None
    note: DoNotShare | None = None
    opening: Opening | None = None
    sealed: Restriction | None = None
    code: SignInCode | None = None  # a sheet for Amara
    whole_record: SubjectRequest | None = None  # asked for by Amara, in review
    leaver: Membership | None = None  # teaches at Amara's school, for roles to be ended
    invitation: Invitation | None = None  # to teach at Amara's school
    cover: Involvement | None = None  # stands in for Amara's social worker
    helper: Involvement | None = None  # a colleague invited to Amara's plan
    bundle: Bundle | None = None  # the head's, of Amara's term, cancelled
    hold: LegalHold | None = None  # of Amara's record
    deputy: Deputy | None = None  # the officer, named by the head
    proposed: Proposed | None = None  # the refused roll, to be deleted or kept


def build_world() -> World:
    """Make it all, with the wall open only while it is made."""
    ours = AuthorityFactory(id=901, is_made_up=True, display_name="Northmere Council")
    theirs = AuthorityFactory(id=902, display_name="Calderbeck Council")
    with wall.opened([901, 902]):
        school = SchoolFactory(name=AMARAS_SCHOOL, authority=ours)
        elsewhere = SchoolFactory(name="Mill Lane Primary", authority=theirs)
        today = timezone.localdate()
        term = _term(ours, today)
        _term(theirs, today)
        amara = ChildFactory(
            authority=ours, given_name="Amara", family_name="Okell", upn=PLANTED_UPN,
            date_of_birth=date(today.year - 14, 2, 9),
        )  # fmt: skip
        kofi = ChildFactory(
            authority=ours, given_name="Kofi", family_name="Arden", sex="M",
            date_of_birth=date(today.year - 13, 5, 1),
        )  # fmt: skip
        zofia = ChildFactory(
            authority=theirs, given_name="Zofia", family_name="Łaska",
            date_of_birth=date(today.year - 12, 5, 1),
        )  # fmt: skip
        for child in (amara, kofi, zofia):
            _care(child)
        EnrolmentFactory(child=amara, school=school, year_group=10)
        EnrolmentFactory(child=kofi, school=elsewhere)
        EnrolmentFactory(child=zofia, school=elsewhere)
        _marks(amara, school, today)
        world = World(amara, kofi, zofia, school, elsewhere, term)
        _people(world, ours, theirs)
        _plans(world)
        _belonging(world)
        _give_away(world)
        _messages(world, ours)
        _kept(world)
        world.unusual = UnusualReading.objects.create(
            authority=ours, person=world.people["adviser"], role="adviser", reason="own_name",
            on=today, number=1, usual=4, child=amara, found_at=timezone.now(),
        )  # fmt: skip
        world.changes = {
            UUID(row): pk
            for row, pk in Event.objects.filter(
                kind="row.insert", table="children_child"
            ).values_list("row", "pk")
        }
        _closed(world)
        _asked_for(world)
        world.bundle = Bundle.objects.create(
            authority=ours, person=world.people["head"], seat="virtual_school_head:901", term=term,
            reason="For the yearly review", state="cancelled", asked_at=timezone.now(),
        )  # fmt: skip
    return world


def _term(authority, today):
    year = today.year if today.month >= 9 else today.year - 1
    windows = {
        Term.Name.AUTUMN: (date(year, 9, 1), date(year + 1, 1, 1)),
        Term.Name.SPRING: (date(year + 1, 1, 1), date(year + 1, 4, 12)),
        Term.Name.SUMMER: (date(year + 1, 4, 12), date(year + 1, 9, 1)),
    }
    terms = [
        Term.objects.create(
            authority=authority, academic_year=year, name=name, started_on=start, ended_on=end,
            pep_deadline_on=end - timedelta(days=21),
        )
        for name, (start, end) in windows.items()
    ]  # fmt: skip
    return next(t for t in terms if t.started_on <= today < t.ended_on)


def _care(child):
    dated = {"authority": child.authority, "child": child, "started_on": date(2024, 3, 3)}
    PeriodOfCareFactory(child=child)
    LegalStatus.objects.create(code="C2", **dated)
    placement = Placement.objects.create(kind="U6", provider="PR1", area="in", country="E", **dated)
    Address.objects.create(
        kind="placement",
        placement=placement,
        lines=f"{PLANTED_STREET}\nNorthmere",
        postcode=PLANTED_POSTCODE,
        is_confidential=True,
        **dated,
    )
    SenStatus.objects.create(code="E", **dated)
    Flag.objects.create(kind="stop", label="Do not share home address", **dated)
    Flag.objects.create(kind="know", label="Speaks French at home", **dated)


def _marks(child, school, today):
    """Two school weeks of marks, one session of illness a week."""
    days = [today - timedelta(days=n) for n in range(1, 15)]
    Day.objects.bulk_create(
        Day(
            authority_id=child.authority_id, child_id=child.pk, on=day, school_id=school.pk,
            am="I" if day.weekday() == 0 else "/", pm="\\", load_number=0,
        )
        for day in days
        if day.weekday() < 5
    )  # fmt: skip


def _people(world, ours, theirs):
    def team(key, role, authority=ours, **names):
        world.people[key] = _user(key, **names)
        MembershipFactory(user=world.people[key], role=role, authority=authority)

    team("head", Role.VIRTUAL_SCHOOL_HEAD, given_name="Dev")
    team("adviser", Role.ADVISER, given_name="Dan")
    team("officer", Role.OFFICER)
    team("finance", Role.FINANCE_OFFICER)
    team("governor", Role.GOVERNOR, given_name="Eve")
    team("social_worker", Role.SOCIAL_WORKER, given_name="Priya")
    team("other_social_worker", Role.SOCIAL_WORKER)
    team("manager", Role.TEAM_MANAGER)
    team("reviewing_officer", Role.REVIEWING_OFFICER)
    team("personal_adviser", Role.PERSONAL_ADVISER)
    team("authority_administrator", Role.AUTHORITY_ADMINISTRATOR)
    team("system_administrator", Role.SYSTEM_ADMINISTRATOR)
    team("other_head", Role.VIRTUAL_SCHOOL_HEAD, authority=theirs)
    team("duty_worker", Role.DUTY_WORKER)
    team("send_officer", Role.SEND_OFFICER)
    team("admissions_officer", Role.ADMISSIONS_OFFICER)
    team("youth_justice_worker", Role.YOUTH_JUSTICE_WORKER)
    team("area_virtual_school", Role.AREA_VIRTUAL_SCHOOL, authority=theirs)
    for key, role, school in (
        ("teacher", Role.DESIGNATED_TEACHER, world.school),
        ("head_teacher", Role.HEAD_TEACHER, world.school),
        ("safeguarding_lead", Role.SAFEGUARDING_LEAD, world.school),
        ("other_teacher", Role.DESIGNATED_TEACHER, world.elsewhere),
    ):
        world.people[key] = _user(key)
        MembershipFactory(user=world.people[key], role=role, school=school)
    given, family = PLANTED_CARER.split()
    world.people["carer"] = _user(
        "carer", given_name=given, family_name=family, phone=PLANTED_CARER_PHONE
    )
    for key in ("other_carer", "young_person", "colleague"):
        world.people[key] = _user(key)
    world.people["nobody"] = _user("nobody")
    for key, role in (
        ("adviser", Role.ADVISER),
        ("social_worker", Role.SOCIAL_WORKER),
        ("manager", Role.TEAM_MANAGER),
        ("reviewing_officer", Role.REVIEWING_OFFICER),
        ("personal_adviser", Role.PERSONAL_ADVISER),
        ("duty_worker", Role.DUTY_WORKER),
        ("send_officer", Role.SEND_OFFICER),
        ("admissions_officer", Role.ADMISSIONS_OFFICER),
        ("youth_justice_worker", Role.YOUTH_JUSTICE_WORKER),
        ("area_virtual_school", Role.AREA_VIRTUAL_SCHOOL),
        ("carer", Role.CARER),
        ("young_person", Role.YOUNG_PERSON),
    ):
        InvolvementFactory(child=world.amara, person=world.people[key], role=role)
    InvolvementFactory(child=world.zofia, person=world.people["other_carer"], role=Role.CARER)
    InvolvementFactory(
        child=world.amara, person=world.people["colleague"], role=Role.INVITED_COLLEAGUE,
        school=world.school, sections=["english"],
        ended_on=timezone.localdate() + timedelta(days=30),
    )  # fmt: skip


def _user(key, **names):
    names.setdefault("given_name", key.replace("_", " ").title())
    names.setdefault("family_name", "Example")
    user = UserFactory(email=f"{key}@council.example", **names)
    user.set_password(PASSWORD)
    user.save()
    return user


def _marked(world, name):
    """A check of a child's plan, marked again by the head: both are given, and the same."""
    plan, head, now = getattr(world.plans, name), plan_head(world, name), timezone.now()
    about = {"authority": plan.authority, "child": plan.child, "plan": plan}
    first, second = (
        QualityCheck.objects.create(
            version_number=1, mark=mark, rubric=Rubric.objects.get(authority=None), started_at=now,
            marker=head, overall="good", **about,
        )
        for mark in QualityCheck.Mark.values
    )  # fmt: skip
    sample = Sample.objects.create(
        authority=plan.authority, term=plan.term, number=1, drawn_from=1, seed=1, made_at=now,
        made_by=head,
    )  # fmt: skip
    return SecondMark.objects.create(
        sample=sample, first=first, second=second, marker=head, done_at=now, **about
    )


def _plans(world):
    """A plan being written for each child."""
    for name in ("amara", "kofi", "zofia"):
        child = getattr(world, name)
        term = Term.objects.get(
            authority=child.authority, academic_year=world.term.academic_year, name=world.term.name
        )
        plan = start_plan(
            child_id=child.pk,
            term_id=term.pk,
            by=plan_head(world, name),
            at=datetime.combine(term.started_on, time(9), tzinfo=timezone.get_current_timezone()),
        )
        setattr(world.plans, name, plan)
        file = _file(plan, child, plan_head(world, name))
        query = Note.objects.create(
            authority=child.authority, child=child, plan=plan, section="english", kind="query",
            words="What comes next?", written_by=plan_head(world, name), written_at=timezone.now(),
        )  # fmt: skip
        world.query = world.query or query
        mark = _marked(world, name)
        world.mark = world.mark or mark
        about = {"authority": child.authority, "child": child, "plan": plan}
        doubt = Doubt.objects.create(
            **about, section="care", key="care", asked_of="social_worker", words="Since May",
            asked_at=timezone.now(), asked_by=plan_head(world, name),
        )  # fmt: skip
        world.doubt = world.doubt or doubt
        Gap.objects.create(
            **about, version_number=1, kind="section", part="english", reason="Ill",
            owed_by=world.people["teacher" if name == "amara" else "head"],
            due_on=timezone.localdate() + timedelta(days=9), named_at=timezone.now(),
            named_by=plan_head(world, name),
        )  # fmt: skip
        world.file = world.file or file


def _file(plan, child, person):
    stored = StoredFile(
        authority=child.authority, sha256="0" * 64, size=9, content_type="application/pdf",
        download_name="pep-file-000000.pdf", made_at=timezone.now(), made_by=person,
    )  # fmt: skip
    stored.content.save("attachment", ContentFile(_empty_pdf()), save=False)
    stored.save(force_insert=True)
    return Attachment.objects.create(
        authority=child.authority, child=child, plan=plan, section="english", file=stored,
        name="Report.pdf", added_at=timezone.now(), added_by=person,
    )  # fmt: skip


def _empty_pdf():
    written = BytesIO()
    with pikepdf.new() as paper:
        paper.add_blank_page()
        paper.save(written)
    return written.getvalue()


def plan_head(world, name):
    return world.people["head" if name != "zofia" else "other_head"]


def _belonging(world):
    """A leaver, an invitation, cover and an invited colleague, for pages that change them."""
    now, today = timezone.now(), timezone.localdate()
    world.leaver = MembershipFactory(role=Role.HEAD_TEACHER, school=world.school)
    world.invitation = Invitation.objects.create(
        authority=world.amara.authority, person=UserFactory(), role=Role.DESIGNATED_TEACHER,
        school=world.school, started_on=today, invited_by=world.people["head"], made_at=now,
        expires_at=now + timedelta(days=14),
    )  # fmt: skip
    world.cover = InvolvementFactory(
        child=world.amara, role=Role.SOCIAL_WORKER, is_cover=True,
        started_on=today - timedelta(days=1),
    )  # fmt: skip
    world.helper = InvolvementFactory(
        child=world.amara, role=Role.INVITED_COLLEAGUE, school=world.school, sections=["maths"],
        ended_on=today + timedelta(days=9),
    )  # fmt: skip


def _give_away(world):
    """Everything that leads to Amara's home, in the places where it is kept."""
    area = AuthorityFactory(id=903, display_name=PLANTED_AREA)
    home = Placement.objects.get(child=world.amara)
    home.area, home.area_authority, home.distance_miles = "out", area, PLANTED_DISTANCE
    home.save()
    dated = {"authority": world.amara.authority, "child": world.amara}
    CarerDetails.objects.create(
        placement=home, name=PLANTED_CARER, phone=PLANTED_CARER_PHONE, **dated
    )
    plan = world.plans.amara
    plan.meeting_place, plan.meeting_at = PLANTED_MEETING_PLACE, timezone.now() + timedelta(days=3)
    plan.save()
    for key, words in (("travel", PLANTED_TRAVEL), ("key_adult", PLANTED_KEY_ADULT)):
        Answer.objects.create(
            plan=plan, section="about", key=key, value=words, version=1, written_at=timezone.now(),
            written_by=world.people["teacher"], **dated,
        )  # fmt: skip


def _messages(world, authority):
    """A notice for Ben, and a roll that was refused."""
    now = timezone.now()
    world.notice = Notice.objects.create(
        authority=authority,
        recipient=world.people["teacher"],
        key="example",
        kind="example",
        text="A PEP waits for you",
        path="/peps/",
        made_at=now,
    )
    world.load = Load.objects.create(
        authority=authority, kind="roll", state="refused", file_names=["header.csv"],
        received_at=now, received_by=world.people["officer"],
    )  # fmt: skip


def _kept(world):
    """A hold on Amara's record, placed after the refused roll was proposed."""
    now, today = timezone.now(), timezone.localdate()
    ours, head = world.amara.authority, world.people["head"]
    proposal = Proposal.objects.create(authority=ours, on=today.replace(day=1), made_at=now)
    world.proposed = Proposed.objects.create(
        authority=ours, proposal=proposal, kind="refused_load", subject_id=world.load.pk,
        number=world.load.number, rule="LOCAL-LOAD", due_on=today,
    )  # fmt: skip
    world.hold = LegalHold.objects.create(
        authority=ours, child=world.amara, reason="complaint", why="Reference 7", started_on=today,
        placed_at=now, placed_by=head,
    )  # fmt: skip


def _closed(world):
    """Amara's safety instruction, an emergency that is over, and a sealed child of the head's."""
    now = timezone.now()
    head, duty = world.people["head"], world.people["other_social_worker"]
    world.flag = Flag.objects.get(child=world.amara, kind="stop")
    for child in (world.amara, world.kofi, world.zofia):
        children_actions.write_note(
            child=child, words=PLANTED_NOTE, why="He looks for the child", ended_on=None, by=head,
            at=now,
        )  # fmt: skip
    world.note = DoNotShare.objects.get(child=world.amara)
    world.deputy = Deputy.objects.create(
        authority=world.amara.authority, person=world.people["officer"], reason="A small team",
        started_on=date(2026, 9, 1), named_at=timezone.now(), named_by=world.people["head"],
    )  # fmt: skip
    world.opening = Opening.objects.create(
        authority=world.amara.authority, child=world.amara, kind="emergency", person=duty,
        role=Role.SOCIAL_WORKER, reason="On duty", began_at=now - timedelta(days=3),
        until_at=now - timedelta(days=2),
    )  # fmt: skip
    world.code = SignInCode.objects.create(
        authority=world.amara.authority, child=world.amara, kind="sheet", code_hash="x",
        made_by=world.people["carer"], made_as="carer:children", made_at=now,
        expires_at=now + timedelta(days=14),
    )  # fmt: skip
    adopted = ChildFactory(
        authority=world.amara.authority, given_name=SEALED_NAME, family_name="Quill"
    )
    world.sealed = children_actions.seal(
        child=adopted, why="An order was made", owner=head, keepers=[], by=head, at=now
    )


def _asked_for(world):
    """Amara's request for her whole record, drafted, with one part to decide about."""
    now, today, head = timezone.now(), timezone.localdate(), world.people["head"]
    dated = {"authority": world.amara.authority, "child": world.amara}
    world.whole_record = SubjectRequest.objects.create(
        asked_by="self", reason="Everything", received_on=today, identity_checked_on=today,
        identity_checked_by=head, due_on=today + timedelta(days=31), state="review",
        made_by=head, changed_at=now, **dated,
    )  # fmt: skip
    MaskedItem.objects.create(
        request=world.whole_record, number=1, kind="person", chapter="Signatures", label="Person",
        value="Somebody else", **dated,
    )  # fmt: skip
    file = StoredFile(
        authority=world.amara.authority, sha256="0" * 64, size=2, content_type="application/json",
        scan="ours", download_name="record-draft-000000.json", made_at=now,
    )  # fmt: skip
    file.content.save("record", ContentFile(b"{}"), save=False)
    file.save(force_insert=True)
    RequestFile.objects.create(request=world.whole_record, kind="draft_json", file=file, **dated)

"""Invitations: from the e-mail to the first sign-in, and every way in which one opens nothing."""

import re
from datetime import timedelta
from io import BytesIO

import pytest
from django.contrib.auth.hashers import check_password
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership, User
from accounts.roles import Role
from audit.models import Event
from children.models import Child, Involvement
from families.models import CarerPin
from files.csv_format import ImportRefused
from notifications.models import Email, Notice
from notifications.tasks import deliver
from people import imports
from people.actions import accepting, inviting
from people.actions.memberships import NotAllowed
from people.models import Invitation
from pep.models import PersonalEducationPlan
from tests.factories.accounts import MembershipFactory, UserFactory, person, seated
from tests.factories.children import (
    ChildFactory,
    EnrolmentFactory,
    InvolvementFactory,
    PeriodOfCareFactory,
)
from tests.factories.pep import Cast
from tests.factories.schools import PolicyFactory, SchoolFactory

pytestmark = pytest.mark.django_db
GOOD = "lamp-otter-gravel-tide"


@pytest.fixture
def head(open_wall, authority):
    return person(Role.VIRTUAL_SCHOOL_HEAD, authority=authority, given_name="Dev")


@pytest.fixture
def school(open_wall, authority):
    return SchoolFactory(authority=authority, name="Hollins Park")


def invite(by, school, email="ruth@school.example", at=None):
    return inviting.invite(
        email=email, given_name="Ruth", family_name="Aldous", role=Role.DESIGNATED_TEACHER,
        authority_id=None, school_id=school.pk, started_on=timezone.localdate(), by=by,
        at=at or timezone.now(),
    )  # fmt: skip


def link():
    """Send what waits and read the link of the last e-mail."""
    for email in Email.objects.filter(state="waiting"):
        deliver(email.pk, at=timezone.now())
    return re.search(r"/invite/[^/]+/", mail.outbox[-1].body).group()


def test_a_teacher_joins_in_three_steps_and_inherits_the_pupils(client, head, school, authority):
    child = ChildFactory(authority=authority)
    EnrolmentFactory(child=child, school=school)
    PeriodOfCareFactory(child=child)
    invite(head, school)
    url = link()

    first = client.get(url).content.decode()
    answer = client.post(
        f"{url}password/", {"given_name": "Ruth", "family_name": "Aldous", "password": GOOD}
    )

    assert "Dev" in first
    assert authority.display_name in first
    assert "Step 1 of 3" in first
    assert answer.url == "/"
    ruth = User.objects.get(email="ruth@school.example")
    assert ruth.check_password(GOOD)
    assert list(Child.objects.visible_to(seated(ruth))) == [child]
    assert client.session["_auth_user_id"] == str(ruth.pk)
    assert client.get("/", follow=True).redirect_chain[-1][0] == reverse("accounts:two_step")


def test_joining_gives_the_session_a_new_key_and_is_recorded_as_a_sign_in(client, head, school):
    invite(head, school)
    url = link()
    client.get(url)
    session = client.session
    session["left by"] = "somebody"
    session.save()
    before = session.session_key

    client.post(f"{url}password/", {"given_name": "Ruth", "family_name": "A", "password": GOOD})

    ruth = User.objects.get(email="ruth@school.example")
    assert client.session.session_key != before
    assert Event.objects.filter(kind="signed_in", actor_id=ruth.pk).count() == 1


def test_a_link_joins_nobody_while_somebody_else_is_signed_in(client, head, school):
    invite(head, school)
    url = link()
    client.force_login(head)

    answer = client.post(
        f"{url}password/", {"given_name": "R", "family_name": "", "password": GOOD}
    )

    assert answer.url == url
    assert not User.objects.get(email="ruth@school.example").has_usable_password()


def test_the_email_names_no_child_and_the_link_is_kept_only_as_a_hash(head, authority, open_wall):
    child = ChildFactory(authority=authority, given_name="Ptolemy", family_name="Quill")
    inviting.invite_to_child(
        child=child, email="carer@home.example", given_name="Maureen", family_name="Tate",
        role=Role.CARER, by=head, at=timezone.now(),
    )  # fmt: skip
    token = link().split("/")[2]

    text = f"{mail.outbox[-1].subject} {mail.outbox[-1].body}"
    assert "Ptolemy" not in text
    assert "Quill" not in text
    row = Email.objects.get()
    assert token not in f"{row.notice.path} {row.token_hash}"
    assert len(row.token_hash) == 64


def invite_carer(head, child):
    inviting.invite_to_child(
        child=child, email="carer@home.example", given_name="Maureen", family_name="Tate",
        role=Role.CARER, by=head, at=timezone.now(),
    )  # fmt: skip
    return link()


MAUREEN = {"given_name": "Maureen", "family_name": "Tate"}


def test_a_carer_joins_with_a_pin_in_two_steps_and_sees_the_child(
    client, head, authority, open_wall
):
    child = ChildFactory(authority=authority)
    url = invite_carer(head, child)

    first = client.get(url).content.decode()
    answer = client.post(f"{url}password/", {**MAUREEN, "pin": "482915", "again": "482915"})

    carer = seated(User.objects.get(email="carer@home.example"))
    assert "Step 1 of 2" in first
    assert answer.url == "/"
    assert client.session["_auth_user_id"] == str(carer.pk)
    assert check_password("482915", CarerPin.objects.get(user=carer).pin)
    assert not carer.has_usable_password()
    assert list(Child.objects.visible_to(carer)) == [child]
    assert carer.memberships.count() == 0


@pytest.mark.parametrize(("pin", "again"), [("123456", "123456"), ("482915", "482916"), ("", "")])
def test_a_pin_that_will_not_do_joins_nobody(client, head, authority, open_wall, pin, again):
    url = invite_carer(head, ChildFactory(authority=authority))

    answer = client.post(f"{url}password/", {**MAUREEN, "pin": pin, "again": again})

    assert answer.status_code == 422
    assert "_auth_user_id" not in client.session
    assert not CarerPin.objects.exists()


def test_a_carer_who_works_here_too_chooses_a_password(client, head, authority, open_wall):
    url = invite_carer(head, ChildFactory(authority=authority))
    carer = User.objects.get(email="carer@home.example")
    MembershipFactory(user=carer, authority=authority, role=Role.ADVISER)

    answer = client.post(f"{url}password/", {**MAUREEN, "pin": "482915", "again": "482915"})

    assert answer.status_code == 422
    assert not CarerPin.objects.exists()
    with pytest.raises(inviting.NotNow):
        accepting.accept_with_pin(
            invitation=Invitation.objects.get(), pin="482915", at=timezone.now(), **MAUREEN
        )


def test_a_carer_with_a_pin_gets_a_second_child_at_once(client, head, authority, open_wall):
    url = invite_carer(head, ChildFactory(authority=authority))
    client.post(f"{url}password/", {**MAUREEN, "pin": "482915", "again": "482915"})
    other = ChildFactory(authority=authority)

    inviting.invite_to_child(
        child=other, email="carer@home.example", given_name="M", family_name="T",
        role=Role.CARER, by=head, at=timezone.now(),
    )  # fmt: skip

    carer = seated(User.objects.get(email="carer@home.example"))
    assert other in Child.objects.visible_to(carer)


@pytest.mark.parametrize("password", ["short", "password1234", "ruth@school.example"])
def test_a_weak_password_is_refused_in_words(client, head, school, password):
    invite(head, school)
    url = link()

    answer = client.post(
        f"{url}password/", {"given_name": "Ruth", "family_name": "A", "password": password}
    )

    assert answer.status_code == 422
    assert not User.objects.get(email="ruth@school.example").has_usable_password()
    assert Membership.objects.filter(role=Role.DESIGNATED_TEACHER).count() == 0


def test_one_who_has_an_account_gets_the_role_and_a_notice_and_the_page_says_the_same(
    client, head, school
):
    known = UserFactory(email="known@school.example")
    known.set_password(GOOD)
    known.save()
    client.force_login(head)
    data = {
        "given_name": "A", "family_name": "B", "role": "designated_teacher", "school": school.pk,
    }  # fmt: skip

    answers = [
        client.post(reverse("people:invite"), {**data, "email": email}, follow=True)
        for email in ("known@school.example", "new@school.example")
    ]

    words = [[str(message) for message in a.context["messages"]] for a in answers]
    assert words[0] == words[1]
    assert known.memberships.get().role == Role.DESIGNATED_TEACHER
    assert Notice.objects.get(recipient=known).kind == "seat_given"
    assert User.objects.get(email="new@school.example").memberships.count() == 0


def test_an_expired_invitation_sends_a_new_one_to_the_same_address(client, head, school):
    long_ago = timezone.now() - timedelta(days=20)
    invite(head, school, at=long_ago)
    old = link()
    assert client.get(old).status_code == 410
    assert client.post(f"{old}password/", {"password": GOOD}).status_code == 302

    unknown = client.post("/invite/nobody-sent-this/again/").content
    known = client.post(f"{old}again/").content

    new = link()
    assert unknown == known
    assert mail.outbox[-1].to == ["ruth@school.example"]
    assert client.get(new).status_code == 200
    assert client.get(old).status_code == 404


@pytest.mark.parametrize("what", ["withdrawn", "accepted", "closed", "sent again"])
def test_a_link_that_is_over_gives_nothing(client, head, school, what):
    invitation = invite(head, school)
    url = link()
    now = timezone.now()
    match what:
        case "withdrawn":
            inviting.withdraw(invitation=invitation, by=head, at=now)
        case "accepted":
            invitation.accepted_at = now
            invitation.save()
        case "closed":
            User.objects.filter(pk=invitation.person_id).update(is_active=False)
        case "sent again":
            inviting.send_again(invitation=invitation, at=now)
            link()

    client.post(f"{url}password/", {"given_name": "X", "family_name": "", "password": GOOD})

    assert not User.objects.get(pk=invitation.person_id).has_usable_password()


def test_an_invitation_never_changes_a_password_that_is_there(client, head, school):
    invitation = invite(head, school)
    url = link()
    owner = invitation.person
    owner.set_password("their-own-password-1")
    owner.save()

    client.post(f"{url}password/", {"given_name": "X", "family_name": "", "password": GOOD})

    owner.refresh_from_db()
    assert owner.check_password("their-own-password-1")
    client.force_login(UserFactory())
    client.post(url)
    assert owner.memberships.count() == 0
    client.force_login(owner)
    client.post(url)
    assert owner.memberships.count() == 1


def test_the_same_invitation_twice_is_one_email(head, school):
    invite(head, school)
    invite(head, school)

    assert Invitation.objects.count() == 1
    assert Email.objects.count() == 1


def test_an_officer_invites_no_head(authority, open_wall):
    officer = person(Role.OFFICER, authority=authority)

    with pytest.raises(NotAllowed):
        inviting.invite(
            email="x@council.example", given_name="X", family_name="Y",
            role=Role.VIRTUAL_SCHOOL_HEAD, authority_id=authority.pk, school_id=None,
            started_on=timezone.localdate(), by=officer, at=timezone.now(),
        )  # fmt: skip


# A colleague for named sections ------------------------------------------------------------------


@pytest.fixture
def cast(open_wall, authority):
    return Cast(authority)


def colleague_of(cast, sections=("english",)):
    invitation = inviting.invite_colleague(
        child=cast.child, school_id=cast.school.pk, sections=sections,
        email="tutor@school.example", given_name="Tia", family_name="Orr",
        ended_on=timezone.localdate() + timedelta(days=20), by=cast.teacher, at=timezone.now(),
    )  # fmt: skip
    accepting.accept(
        invitation=invitation, given_name="Tia", family_name="Orr", password=GOOD,
        at=timezone.now(),
    )  # fmt: skip
    return User.objects.get(email="tutor@school.example")


def test_a_colleague_sees_the_sections_named_and_nothing_else(client, cast):
    client.force_login(colleague_of(cast))
    plan = {"pk": cast.plan.pk}

    page = client.get(reverse("pep:plan", kwargs=plan)).content.decode()
    opened = {
        slug: client.get(reverse("pep:section", kwargs={**plan, "slug": slug})).status_code
        for slug in ("english", "maths", "about")
    }

    assert opened["english"] == 200
    assert opened["maths"] == 403
    assert opened["about"] in {403, 404}
    assert "Looked after since" not in page
    for name in ("dashboard:child", "dashboard:child_people"):
        assert client.get(reverse(name, kwargs={"pk": cast.child.pk})).status_code == 403


def test_a_school_reads_which_sections_a_colleague_writes_by_their_titles(client, cast):
    colleague_of(cast)
    client.force_login(cast.teacher)

    page = client.get(reverse("people:colleagues")).content.decode()

    assert ": English. Last day" in page


def test_a_colleague_is_gone_when_ended_or_when_the_pupil_left(client, cast):
    tutor = seated(colleague_of(cast))
    assert PersonalEducationPlan.objects.visible_to(tutor).exists()

    enrolment = cast.child.enrolments.get()
    enrolment.ended_on = timezone.localdate()
    enrolment.save()
    assert not PersonalEducationPlan.objects.visible_to(tutor).exists()
    enrolment.ended_on = None
    enrolment.save()

    client.force_login(cast.teacher)
    row = Involvement.objects.get(person=tutor)
    client.post(reverse("people:end_colleague", kwargs={"pk": row.pk}))
    client.force_login(tutor)
    assert client.get(reverse("pep:plan", kwargs={"pk": cast.plan.pk})).status_code in {403, 404}


@pytest.mark.parametrize("whose", ["a pupil who left", "a plan of another school"])
def test_a_colleague_is_invited_to_the_schools_own_plan_of_its_pupil(client, cast, whose):
    """A plan it still reads is not enough."""
    if whose == "a pupil who left":
        today = timezone.localdate()
        cast.child.enrolments.update(ended_on=today, access_until=today + timedelta(days=10))
    else:
        PersonalEducationPlan.objects.update(school=SchoolFactory(authority=cast.child.authority))
    client.force_login(cast.teacher)

    assert client.get(reverse("pep:plan", kwargs={"pk": cast.plan.pk})).status_code == 200
    url = reverse("people:invite_colleague", kwargs={"pk": cast.plan.pk})
    assert client.get(url).status_code == 404


def test_a_colleague_cannot_be_invited_for_longer_than_the_policy_says(client, cast, authority):
    PolicyFactory(authority=authority, colleague_longest_days=10)
    client.force_login(cast.teacher)
    last = timezone.localdate() + timedelta(days=10)

    answer = client.post(
        reverse("people:invite_colleague", kwargs={"pk": cast.plan.pk}),
        {
            "email": "t@school.example", "given_name": "T", "family_name": "O",
            "sections": ["english"], "last_day_0": last.day, "last_day_1": last.month,
            "last_day_2": last.year,
        },
    )  # fmt: skip

    assert answer.status_code == 422
    assert Invitation.objects.count() == 0


@pytest.mark.parametrize("section", ["about", "care", "views"])
def test_a_section_that_is_not_the_schools_cannot_be_given_away(client, cast, section):
    client.force_login(cast.teacher)

    answer = client.post(
        reverse("people:invite_colleague", kwargs={"pk": cast.plan.pk}), {"sections": [section]}
    )

    assert answer.status_code == 422
    assert Invitation.objects.count() == 0


# A list ------------------------------------------------------------------------------------------

HEADER = "email,given_name,family_name,role,urn,start_date\n"


def read(text, by):
    return imports.read(BytesIO((HEADER + text).encode()), by=by, today=timezone.localdate())


@pytest.mark.parametrize(
    ("line", "column"),
    [
        pytest.param("nobody,A,B,Adviser,,", "email", id="no address"),
        pytest.param("a@b.example,,B,Adviser,,", "given_name", id="no name"),
        pytest.param("a@b.example,A,B,Virtual school head,,", "role", id="a role not to give"),
        pytest.param("a@b.example,A,B,Designated teacher,,", "urn", id="no school"),
        pytest.param("a@b.example,A,B,Designated teacher,12,", "urn", id="not a number of one"),
        pytest.param("a@b.example,A,B,Designated teacher,999999,", "urn", id="unknown school"),
        pytest.param("a@b.example,A,B,Adviser,100000,", "urn", id="school too many"),
        pytest.param("a@b.example,A,B,Adviser,,31/02/2026", "start_date", id="no such day"),
    ],
)
def test_a_list_is_refused_whole_with_the_line_of_each_fault(head, line, column):
    with pytest.raises(ImportRefused) as refused:
        read(f"fine@b.example,C,D,Adviser,,\n{line}\n", head)

    assert {(fault.line, fault.column) for fault in refused.value.faults} == {(3, column)}


def test_headings_are_read_as_people_write_them(head):
    text = "Email,Given name,FAMILY NAME,Role\na@b.example,Ann,Bell,Adviser\n"

    found = imports.read(BytesIO(text.encode()), by=head, today=timezone.localdate())

    assert [(row.given_name, row.family_name) for row in found] == [("Ann", "Bell")]


def test_a_list_is_shown_first_then_sent_and_sending_again_changes_nothing(client, head, school):
    client.force_login(head)
    lines = f"a@b.example,Ann,Bell,Adviser,,\nc@d.example,Cy,D,designated_teacher,{school.pk},\n"
    text = f"{HEADER}{lines}"
    upload = SimpleUploadedFile("people.csv", text.encode())

    preview = client.post(reverse("people:invite_file"), {"file": upload})
    assert Invitation.objects.count() == 0
    rows = {"rows": preview.context["signed"]}
    client.post(reverse("people:invite_all"), rows)
    client.post(reverse("people:invite_all"), rows)

    assert Invitation.objects.count() == 2
    assert Email.objects.count() == 2


def test_a_list_that_was_changed_after_it_was_checked_is_not_sent(client, head):
    client.force_login(head)

    client.post(reverse("people:invite_all"), {"rows": "W10:forged"})

    assert Invitation.objects.count() == 0


def test_waiting_invitations_are_listed_sent_again_and_withdrawn(client, head, school):
    invitation = invite(head, school)
    link()
    client.force_login(head)
    assert "ruth@school.example" in client.get(reverse("people:changes")).content.decode()

    client.post(reverse("people:send_again", kwargs={"pk": invitation.pk}))
    client.post(reverse("people:withdraw", kwargs={"pk": invitation.pk}))

    invitation.refresh_from_db()
    assert invitation.times_sent == 2
    assert invitation.withdrawn_by == head
    assert "ruth@school.example" not in client.get(reverse("people:changes")).content.decode()


def test_a_member_of_another_authority_reads_no_invitation_of_ours(head, school, neighbour):
    invite(head, school)
    theirs = person(Role.VIRTUAL_SCHOOL_HEAD, authority=neighbour)
    MembershipFactory(user=theirs, role=Role.ADVISER, authority=neighbour)
    InvolvementFactory()

    assert not Invitation.objects.visible_to(theirs).exists()

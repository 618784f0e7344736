"""Queries and comments beside answers: who asks, who reads, what waits, what the notices say."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.roles import Role
from audit.models import Event
from notifications.models import Notice
from pep import actions, content, form_content, pages, rights, rules, waiting
from pep.models import Answer, Note, NoteReply, Owner, PersonalEducationPlan
from placements.models import Address, Placement
from tests.factories.accounts import person
from tests.factories.pep import Cast, fill

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("open_wall")]

AT = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)
ASKED = "How will the reading gap of this half term close?"
ANSWERED = "Three sessions a week with the reading mentor."
Status = PersonalEducationPlan.Status


@pytest.fixture
def cast(authority):
    return Cast(authority)


def ask(cast, who="adviser", *, section="english", key="", words=ASKED, query=True, at=AT):
    return actions.ask(
        plan_id=cast.plan.pk, section=section, key=key, words=words, is_query=query,
        by=getattr(cast, who), at=at,
    )  # fmt: skip


def reply(cast, note, who="teacher", words=ANSWERED, at=AT + timedelta(hours=1)):
    return actions.reply(note_id=note.pk, words=words, by=getattr(cast, who), at=at)


def seen(cast, who):
    user = getattr(cast, who)
    return pages.threads(cast.plan, user, pages.reader_of(cast.plan, user))


def browser(user):
    client = Client()
    client.force_login(user)
    return client


def at_check(cast):
    fill(cast.plan, by=cast.teacher)
    actions.send(plan_id=cast.plan.pk, by=cast.teacher, at=AT)
    actions.start_checking(plan_id=cast.plan.pk, by=cast.adviser, at=AT)


# -- asking and answering --------------------------------------------------------------------------


def test_a_query_waits_for_the_owner_then_for_the_virtual_school_then_for_nobody(cast):
    note = ask(cast)
    (thread,) = seen(cast, "teacher")
    assert (thread.waits, thread.state, thread.may_sort) == (True, "Query to answer", False)

    reply(cast, note)
    (thread,) = seen(cast, "adviser")
    assert (thread.waits, thread.state, thread.may_sort) == (False, "Answered", True)

    reply(cast, note, "adviser", "By when?", at=AT + timedelta(hours=2))
    assert seen(cast, "teacher")[0].waits

    actions.mark_sorted(note_id=note.pk, by=cast.adviser, at=AT + timedelta(hours=3))
    (thread,) = seen(cast, "teacher")
    assert (thread.is_sorted, thread.waits, thread.sorted_by) == (True, False, cast.adviser.name)
    assert Event.objects.filter(kind="pep.note_sorted", row=note.pk).count() == 1


def test_undoing_sorted_makes_it_wait_again(cast):
    note = ask(cast)
    actions.mark_sorted(note_id=note.pk, by=cast.adviser, at=AT)

    actions.open_again(note_id=note.pk, by=cast.adviser, at=AT)

    assert seen(cast, "teacher")[0].waits
    assert Event.objects.filter(kind="pep.note_opened_again", row=str(note.pk)).count() == 1


def test_the_same_button_twice_writes_and_tells_once(cast):
    first = ask(cast)
    again = ask(cast, at=AT + timedelta(seconds=2))
    reply(cast, first)
    reply(cast, first)

    assert again == first
    assert NoteReply.objects.count() == 1
    assert Notice.objects.filter(kind="pep_query").count() == 1


@pytest.mark.parametrize("who", ["teacher", "social_worker", "carer", "young_person"])
def test_only_the_virtual_school_asks_queries_and_marks_them_sorted(cast, who):
    with pytest.raises(PermissionDenied):
        ask(cast, who)
    note = ask(cast)
    with pytest.raises(PermissionDenied):
        actions.mark_sorted(note_id=note.pk, by=getattr(cast, who), at=AT)


def test_ones_own_comment_may_be_called_sorted(cast):
    note = ask(cast, "teacher", query=False)

    actions.mark_sorted(note_id=note.pk, by=cast.teacher, at=AT)

    assert Note.objects.get().sorted_by == cast.teacher


def test_a_comment_waits_for_nobody(cast):
    ask(cast, "social_worker", query=False, words="She has a library card now.")

    (thread,) = seen(cast, "teacher")
    assert (thread.title, thread.state, thread.waits) == ("Comment", "", False)
    assert waiting.queries_by_child([cast.child.pk]) == {}


@pytest.mark.parametrize("status", [Status.AGREED, Status.FINAL, Status.SUPERSEDED])
def test_nothing_is_asked_of_a_plan_that_is_done(cast, status):
    note = ask(cast)
    done = {"status": status, "agreed_at": AT, "agreed_by": cast.adviser}
    PersonalEducationPlan.objects.filter(pk=cast.plan.pk).update(**done)

    with pytest.raises(PermissionDenied):
        reply(cast, note)
    with pytest.raises(PermissionDenied):
        ask(cast, words="And this?")


def test_an_answer_must_be_one_of_the_form(cast):
    with pytest.raises(PermissionDenied):
        ask(cast, key="nonsense")
    with pytest.raises(PermissionDenied):
        ask(cast, section="nonsense")


# -- who reads -------------------------------------------------------------------------------------


def test_a_note_is_read_by_those_who_may_read_the_answer(cast):
    ask(cast, section="english")

    assert seen(cast, "teacher")
    assert seen(cast, "social_worker")
    assert seen(cast, "carer")  # who reads the school's sections
    cast.plan.refresh_from_db()
    assert seen(cast, "young_person") == []  # who reads their own part alone


def test_a_note_on_the_childs_own_part_goes_with_their_wish(cast):
    Answer.objects.create(
        authority=cast.child.authority, child=cast.child, plan=cast.plan, section="views",
        key="voice_share", value="social_worker", version=1, written_at=AT,
    )  # fmt: skip
    ask(cast, section="views", query=False, words="She told me more by telephone.")

    assert seen(cast, "social_worker")
    assert seen(cast, "teacher") == []
    assert seen(cast, "carer") == []


@pytest.fixture
def hidden(cast):
    dated = {
        "authority": cast.child.authority, "child": cast.child, "started_on": AT.date(),
    }  # fmt: skip
    placement = Placement.objects.create(
        kind="U6", provider="PR1", area="in", country="E",
        **dated | {"started_on": datetime(2024, 3, 3, tzinfo=UTC).date()},
    )  # fmt: skip
    Address.objects.create(
        kind="placement", placement=placement, lines="1 Hidden Row", postcode="QX9 9ZZ",
        is_confidential=True, **dated | {"started_on": placement.started_on},
    )  # fmt: skip
    return cast


def test_a_note_on_an_answer_that_leads_to_a_hidden_home_goes_with_it(hidden):
    """DP-4: whoever does not read how the child travels reads nothing said about it."""
    ask(hidden, section="about", key="travel", words="Who drives the taxi?")
    leader = person(Role.HEAD_TEACHER, school=hidden.school)

    assert seen(hidden, "teacher")
    reader = pages.reader_of(hidden.plan, leader)
    assert pages.threads(hidden.plan, leader, reader) == []


def test_whose_name_leads_to_a_hidden_home_is_not_named(hidden):
    """DP-4: a carer who comments is not named to those the home is hidden from."""
    note = ask(hidden, "carer", section="english", query=False, words="She reads at breakfast.")
    reply(hidden, note, "teacher", "Thank you.")

    (thread,) = seen(hidden, "teacher")

    assert thread.first.by == "Someone"
    actions.mark_sorted(note_id=note.pk, by=hidden.carer, at=AT)
    assert seen(hidden, "teacher")[0].sorted_by == "Someone"


@pytest.mark.parametrize(("who", "status"), [("young_person", 403), ("governor", 403)])
def test_who_may_not_read_a_section_asks_nothing_of_it(cast, who, status):
    page = reverse("pep:ask", args=[cast.plan.pk, "english"])

    assert browser(getattr(cast, who)).get(page).status_code == status


def test_only_what_one_reads_can_be_asked_about(hidden):
    page = reverse("pep:ask", args=[hidden.plan.pk, "people"])

    offered = {}
    for who in ("teacher", "social_worker"):
        form = browser(getattr(hidden, who)).get(page).context["form"]
        offered[who] = {key for key, _ in form.fields["about"].choices}
    assert "siblings" in offered["social_worker"] - offered["teacher"]


def test_who_may_not_write_replies_to_nothing(cast):
    note = ask(cast)
    officer = person(Role.OFFICER, authority=cast.child.authority)

    page = reverse("pep:note", args=[cast.plan.pk, note.pk])
    assert browser(officer).get(page).status_code == 200
    assert browser(officer).post(page, {"words": ANSWERED}).status_code == 403


def test_a_comment_is_told_without_its_words(cast):
    ask(cast, query=False)

    (notice,) = Notice.objects.filter(kind="pep_comment")
    assert ASKED not in notice.text


def test_a_note_that_is_not_theirs_is_not_there(cast):
    note = ask(cast)
    page = reverse("pep:note", args=[cast.plan.pk, note.pk])

    assert browser(cast.teacher).get(page).status_code == 200
    assert browser(cast.young_person).get(page).status_code == 404
    assert browser(cast.teacher_elsewhere).get(page).status_code == 404


def test_notes_are_in_no_copy_of_the_plan(cast):
    ask(cast)
    whole = content.plan_content(
        PersonalEducationPlan.objects.select_related("child", "term", "school", "authority").get(
            pk=cast.plan.pk
        ),
        on=AT.date(),
        at=AT,
    )

    assert ASKED not in str(whole)
    assert (
        pages.for_checking_copy(cast.plan, cast.adviser, pages.reader_of(cast.plan, cast.adviser))[
            "english"
        ][0].first.words
        == ASKED
    )


# -- notices ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("owner", "section", "told"),
    [
        (Owner.SCHOOL, "english", "teacher"),
        (Owner.SOCIAL_WORKER, "care", "social_worker"),
        (Owner.CHILD, "views", "young_person"),
    ],
)
def test_the_owner_of_the_section_is_told_without_names_or_words(cast, owner, section, told):
    assert form_content.of_version(cast.plan.form_version_id).section(section).owner == owner
    ask(cast, section=section)

    (notice,) = Notice.objects.filter(kind="pep_query")
    assert notice.recipient == User.objects.get(pk=getattr(cast, told).pk)
    assert "question to answer in a PEP" in notice.text
    for secret in (cast.child.given_name, cast.child.family_name, ASKED, cast.adviser.family_name):
        assert secret not in notice.text


def test_a_reply_is_told_to_who_asked_and_not_to_who_replied(cast):
    note = ask(cast)
    reply(cast, note)

    (notice,) = Notice.objects.filter(kind="pep_reply")
    assert notice.recipient_id == cast.adviser.pk
    assert ANSWERED not in notice.text


def test_nobody_who_has_left_is_told_of_a_reply(cast):
    note = ask(cast, "social_worker", query=False)
    cast.child.involvements.filter(person=cast.social_worker).update(
        started_on=datetime(2026, 1, 1, tzinfo=UTC).date(),
        ended_on=datetime(2026, 11, 1, tzinfo=UTC).date(),
    )
    reply(cast, note)

    assert not Notice.objects.filter(kind="pep_reply", recipient_id=cast.social_worker.pk).exists()


# -- sent back -------------------------------------------------------------------------------------


def test_a_plan_is_not_sent_back_without_a_place(cast):
    at_check(cast)

    with pytest.raises(actions.MoveRefused) as refused:
        actions.send_back(plan_id=cast.plan.pk, reason="Say more.", by=cast.adviser, at=AT)

    assert refused.value.fault == rules.MoveFault.NEEDS_QUERY


def test_the_reason_becomes_the_first_query_where_none_is_open(cast):
    at_check(cast)
    actions.send_back(
        plan_id=cast.plan.pk, reason="Say more.", section="english", by=cast.adviser, at=AT
    )

    note = Note.objects.get()
    assert (note.section, note.words, note.kind) == ("english", "Say more.", Note.Kind.QUERY)
    (notice,) = Notice.objects.filter(kind="pep_sent_back", recipient_id=cast.teacher.pk)
    assert "in English" in notice.text
    assert "Say more" not in notice.text
    assert not Notice.objects.filter(kind="pep_query").exists()


def test_an_open_query_says_where_and_its_owner_is_told_too(cast):
    at_check(cast)
    ask(cast, section="care")
    actions.send_back(plan_id=cast.plan.pk, reason="See there.", by=cast.adviser, at=AT)

    assert Note.objects.count() == 1
    assert Notice.objects.filter(kind="pep_sent_back", recipient_id=cast.social_worker.pk).exists()


def test_the_page_asks_where_only_when_no_query_says_it(cast):
    at_check(cast)
    adviser = browser(cast.adviser)
    url = reverse("pep:send_back", args=[cast.plan.pk])

    without = adviser.post(url, {"reason": "Say more."})
    assert without.status_code == 422
    assert "Select the section that needs to change" in without.content.decode()

    ask(cast)
    assert adviser.post(url, {"reason": "Say more."}).status_code == 302
    cast.plan.refresh_from_db()
    assert cast.plan.status == Status.SENT_BACK


# -- pages -----------------------------------------------------------------------------------------


def test_the_pages_show_what_is_open(cast):
    note = ask(cast, key="strengths")
    teacher = browser(cast.teacher)

    plan = teacher.get(reverse("pep:plan", args=[cast.plan.pk])).content.decode()
    assert "1 open" in plan
    assert "Query to answer" in plan
    section = teacher.get(reverse("pep:section", args=[cast.plan.pk, "english"])).content.decode()
    assert ASKED in section
    assert "#id_strengths" in section
    assert f'name="then" value="reply:{note.pk}"' in section


def test_ask_reply_and_sort_by_hand(cast):
    adviser, teacher = browser(cast.adviser), browser(cast.teacher)
    url = reverse("pep:ask", args=[cast.plan.pk, "english"])
    assert adviser.post(url, {"about": "", "kind": "", "words": ""}).status_code == 422
    sent = {"about": "strengths", "kind": "query", "words": ASKED}
    assert adviser.post(url, sent).status_code == 302
    note = Note.objects.get()
    page = reverse("pep:note", args=[cast.plan.pk, note.pk])

    assert teacher.post(page, {"words": ""}).status_code == 422
    assert teacher.post(page, {"words": ANSWERED}).status_code == 302
    sort = reverse("pep:mark_sorted", args=[cast.plan.pk, note.pk])
    assert teacher.post(sort).status_code == 403
    banner = adviser.post(sort, follow=True).content.decode()
    undo = reverse("pep:open_again", args=[cast.plan.pk, note.pk])
    assert undo in banner
    adviser.post(undo)
    note.refresh_from_db()
    assert note.sorted_at is None
    assert note.answered_at is not None


def test_a_teacher_is_offered_comments_only(cast):
    teacher = browser(cast.teacher)
    url = reverse("pep:ask", args=[cast.plan.pk, "english"])

    assert "kind" not in teacher.get(url).context["form"].fields
    teacher.post(url, {"about": "", "kind": "query", "words": "Look at this."})

    assert Note.objects.get().kind == Note.Kind.COMMENT


# -- how much waits --------------------------------------------------------------------------------


def test_what_waits_is_counted_by_owner(cast, django_assert_num_queries):
    first, second = ask(cast), ask(cast, section="care")
    ask(cast, section="english", words="And maths?")
    reply(cast, second, "social_worker")
    actions.mark_sorted(note_id=first.pk, by=cast.adviser, at=AT)

    with django_assert_num_queries(2):
        everything = waiting.queries_by_child([cast.child.pk])[cast.child.pk]
        school = waiting.queries_by_child([cast.child.pk], owner=Owner.SCHOOL.value)
    assert (everything.to_answer, everything.answered) == (1, 1)
    assert (school[cast.child.pk].to_answer, school[cast.child.pk].answered) == (1, 0)


def test_rights_say_who_may_speak():
    reader = rights.Reader(role=Role.HEAD_TEACHER, is_writing_allowed=False)

    assert reader.may_read_note(owner="school", slug="english", key="")
    assert not reader.may_note(owner="school", slug="english", key="", status="with_school")

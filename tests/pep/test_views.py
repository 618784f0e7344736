from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst

from accounts.roles import Role
from audit.models import Event
from children.models import Enrolment
from pep import actions, documents, form_content
from pep.form_content import named
from pep.models import Answer, KeptText, Paper, PersonalEducationPlan
from pep.views import sections
from starting.actions import start_plan
from tests.factories.accounts import person
from tests.factories.children import ChildFactory, EnrolmentFactory, PeriodOfCareFactory
from tests.factories.pep import Cast, fill, make_plan
from tests.factories.quality import grade_all
from tests.factories.schools import SchoolFactory, TermFactory
from ui.words import short_date

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("open_wall")]

HTMX = {"HTTP_HX_REQUEST": "true"}
WHO = [
    "teacher",
    "head",
    "adviser",
    "social_worker",
    "carer",
    "young_person",
    "teacher_elsewhere",
    "governor",
]


@pytest.fixture
def cast(authority):
    return Cast(authority)


def url(name, cast, *more):
    return reverse(f"pep:{name}", args=[cast.plan.pk, *more])


def as_(user):
    client = Client()
    client.force_login(user)
    return client


def autosave(cast, values, *, by=None, slug="english", version=0, marks="{}", client=None):
    data = {"version": version, "marks": marks, **values}
    return (client or as_(by or cast.teacher)).post(url("autosave", cast, slug), data, **HTMX)


def answer(cast, key="strengths", slug="english"):
    return (
        Answer.objects.filter(plan=cast.plan, section=slug, key=key)
        .values_list("value", flat=True)
        .first()
    )


def checking(cast):
    fill(cast.plan, by=cast.teacher)
    actions.send(plan_id=cast.plan.pk, by=cast.teacher, at=timezone.now())
    actions.start_checking(plan_id=cast.plan.pk, by=cast.adviser, at=timezone.now())


# -- who opens what -------------------------------------------------------------------------------


def expected(**statuses):
    return [pytest.param(who, statuses.get(who, 200), id=who) for who in WHO]


NOT_THEIRS = {"teacher_elsewhere": 404, "governor": 403}


@pytest.mark.parametrize(("who", "status"), expected(**NOT_THEIRS))
def test_task_list_access(cast, who, status):
    assert as_(getattr(cast, who)).get(url("plan", cast)).status_code == status


@pytest.mark.parametrize(("who", "status"), expected(**NOT_THEIRS, young_person=403))
def test_school_section_access(cast, who, status):
    assert as_(getattr(cast, who)).get(url("section", cast, "english")).status_code == status


@pytest.mark.parametrize(("who", "status"), expected(**NOT_THEIRS, young_person=403, carer=403))
def test_care_section_access(cast, who, status):
    assert as_(getattr(cast, who)).get(url("section", cast, "care")).status_code == status


@pytest.mark.parametrize(
    ("who", "status"),
    expected(**NOT_THEIRS, young_person=403, carer=403, social_worker=403),
)
def test_writing_in_the_schools_section(cast, who, status):
    answered = autosave(cast, {"strengths": "She reads."}, by=getattr(cast, who))

    assert answered.status_code == status
    assert answer(cast) == ("She reads." if status == 200 else None)


@pytest.mark.parametrize(("who", "status"), expected(**NOT_THEIRS, young_person=403, carer=403))
def test_pdf_access(cast, who, status):
    checking(cast)
    actions.agree(plan_id=cast.plan.pk, by=cast.adviser, at=timezone.now())
    documents.produce_pdf(Paper.objects.get().pk, at=timezone.now())
    answered = as_(getattr(cast, who)).get(url("pdf", cast))

    assert answered.status_code == status
    if status == 200:
        name = f"pep-autumn-2026-{cast.plan.pk.hex[:6]}-v1.pdf"
        assert answered["Content-Disposition"] == f'attachment; filename="{name}"'
        assert answered.content.startswith(b"%PDF")


def test_every_section_opens_for_its_readers(cast):
    for who in ("teacher", "head", "social_worker"):
        client = as_(getattr(cast, who))
        for section in cast.plan.sections.all():
            may = who != "teacher" or section.slug != "unaccompanied-status"
            status = client.get(url("section", cast, section.slug)).status_code
            assert status == (200 if may else 403)


def test_a_section_that_is_not_on_the_form_is_not_there(cast):
    assert as_(cast.teacher).get(url("section", cast, "nothing")).status_code == 404


def test_the_child_decides_who_reads_the_childs_words(cast):
    Answer.objects.create(
        authority=cast.child.authority, child=cast.child, plan=cast.plan, section="views",
        key="voice_share", value="social_worker", version=1, written_at=timezone.now(),
    )  # fmt: skip

    assert as_(cast.social_worker).get(url("section", cast, "views")).status_code == 200
    assert as_(cast.teacher).get(url("section", cast, "views")).status_code == 403
    assert "Amara chose who may read this" in as_(cast.teacher).get(url("plan", cast)).text


def test_a_school_the_child_left_keeps_only_its_own_sections(cast):
    today = timezone.localdate()
    Enrolment.objects.filter(child=cast.child).update(
        ended_on=today - timedelta(days=3), access_until=today + timedelta(days=10)
    )
    new_school = SchoolFactory(authority=cast.child.authority)
    EnrolmentFactory(child=cast.child, school=new_school, started_on=today - timedelta(days=3))
    newer = make_plan(child=cast.child, school=new_school, kind="school_change")
    former = as_(cast.teacher)
    new = as_(person(Role.DESIGNATED_TEACHER, school=new_school))

    assert former.get(url("section", cast, "english")).status_code == 200
    assert former.get(url("section", cast, "care")).status_code == 403
    assert former.get(url("pdf", cast)).status_code == 403
    assert former.get(reverse("pep:plan", args=[newer.pk])).status_code == 404
    assert new.get(url("section", cast, "care")).status_code == 200
    assert new.get(reverse("pep:plan", args=[newer.pk])).status_code == 200


def test_a_school_the_child_left_neither_sends_nor_takes_back(cast):
    """It writes its own sections to the end; the plan is moved by the school of today."""
    fill(cast.plan, by=cast.teacher)
    today = timezone.localdate()
    Enrolment.objects.filter(child=cast.child).update(
        ended_on=today - timedelta(days=3), access_until=today + timedelta(days=10)
    )
    plans = PersonalEducationPlan.objects.filter(pk=cast.plan.pk)
    former = as_(cast.teacher)
    moves = [("not_started", "send"), ("with_school", "send"), ("sent_to_check", "take_back")]
    for status, move in moves:
        plans.update(status=status)
        assert former.get(url("plan", cast)).context["page"].may[move] is False
        former.post(url(move, cast))
        with pytest.raises(PermissionDenied):
            getattr(actions, move)(plan_id=cast.plan.pk, by=cast.teacher, at=timezone.now())
        assert plans.get().status == status


def test_openings_are_recorded(cast):
    as_(cast.teacher).get(url("section", cast, "english"))

    event = Event.objects.get(kind="child.opened", child_id=cast.child.pk)
    assert (event.actor_id, event.after) == (cast.teacher.pk, {"page": "pep/english"})


# -- autosave -------------------------------------------------------------------------------------


def test_autosave_answers_the_state_and_the_next_version(cast):
    answered = autosave(cast, {"strengths": "She reads."})

    assert answered.status_code == 200
    assert 'data-save-state="saved"' in answered.text
    assert 'id="form-version" value="1" hx-swap-oob="true"' in answered.text
    assert answer(cast) == "She reads."


def test_autosave_of_an_unchanged_page_writes_nothing(cast):
    autosave(cast, {"strengths": "She reads."})
    page = as_(cast.teacher).get(url("section", cast, "english"))

    answered = autosave(cast, {"strengths": "She reads."}, version=1, marks=page.context["marks"])

    assert answered.status_code == 200
    assert cast.plan.sections.get(slug="english").version == 1


def test_two_people_at_once_get_409_and_lose_nothing(cast):
    opened = as_(cast.head).get(url("section", cast, "english")).context
    autosave(cast, {"strengths": "She sings."})

    answered = autosave(
        cast, {"strengths": "She reads."}, by=cast.head, version=opened["version"],
        marks=opened["marks"],
    )  # fmt: skip

    assert answered.status_code == 409
    assert url("conflict", cast, "english") in answered.text
    assert "form-version" not in answered.text
    assert answer(cast) == "She sings."
    assert KeptText.objects.get().values == {"strengths": "She reads."}


def test_words_of_others_are_not_written_over_by_the_next_save(cast):
    """The page still shows the old answer: writing over the new one stays a conflict."""
    head = as_(cast.head)
    opened = head.get(url("section", cast, "english")).context
    autosave(cast, {"strengths": "She sings."})
    first = autosave(
        cast, {"next_steps": "More books."}, client=head, version=opened["version"],
        marks=opened["marks"],
    )  # fmt: skip
    assert first.status_code == 200

    second = autosave(
        cast, {"strengths": "She reads.", "next_steps": "More books."}, client=head,
        version=first.context["version"], marks=first.context["marks"],
    )  # fmt: skip

    assert second.status_code == 409
    assert answer(cast) == "She sings."


def test_half_a_date_is_422_and_the_rest_is_saved(cast):
    answered = autosave(cast, {"strengths": "She reads.", "assessed_0": "14", "assessed_1": "10"})

    assert answered.status_code == 422
    assert "must include a year" in answered.text
    assert 'id="form-version" value="1"' in answered.text
    assert answer(cast) == "She reads."
    assert answer(cast, "assessed") is None


def test_too_many_words_are_told_and_not_cut(cast):
    answered = autosave(cast, {"strengths": "x" * 1501})

    assert answered.status_code == 422
    assert "You have 1 too many" in answered.text
    assert answer(cast) is None


def test_an_ended_session_gets_401_and_nothing_else(cast):
    answered = Client().post(url("autosave", cast, "english"), {}, **HTMX)

    assert (answered.status_code, answered.content) == (401, b"")


def test_a_plan_sent_meanwhile_keeps_the_words(cast):
    fill(cast.plan, by=cast.teacher)
    actions.send(plan_id=cast.plan.pk, by=cast.teacher, at=timezone.now())

    answered = autosave(cast, {"strengths": "Too late."}, version=1)

    assert answered.status_code == 409
    assert "We kept what you wrote" in answered.text
    page = as_(cast.teacher).get(url("conflict", cast, "english"))
    assert "Too late." in page.text


def test_words_under_an_option_not_chosen_are_kept_and_not_told(cast):
    """Whoever typed them may choose that option yet; the page folds them away meanwhile."""
    autosave(cast, {"progress": "on", "barrier": "Typed, then folded away"})

    assert answer(cast, "barrier") == "Typed, then folded away"
    read = as_(cast.social_worker).get(url("section", cast, "english")).text
    assert "folded away" not in read
    autosave(cast, {"progress": "below", "barrier": "Typed, then folded away"}, version=1)
    assert "folded away" in as_(cast.social_worker).get(url("section", cast, "english")).text


def test_words_in_plain_sight_are_kept_and_told_whatever_their_condition_says(cast):
    """“What need is met?” stands on the page for K and E; somebody writes there first."""
    answered = autosave(cast, {"sen_status": "N", "support": "Ten minutes a day"}, slug="send")

    assert "All changes saved" in answered.text
    assert answer(cast, "support", "send") == "Ten minutes a day"
    assert "Ten minutes a day" in as_(cast.social_worker).get(url("section", cast, "send")).text


def test_new_rows_keep_their_ids_over_saves(cast):
    rows = {
        "targets-TOTAL_FORMS": "1",
        "targets-0-id": "",
        "targets-0-target": "Read 20 pages a day",
        "targets-0-due_on_0": "1", "targets-0-due_on_1": "3", "targets-0-due_on_2": "2027",
    }  # fmt: skip
    autosave(cast, rows, slug="targets")
    first = answer(cast, "targets", "targets")
    autosave(cast, rows | {"targets-0-target": "Read 30 pages a day"}, slug="targets", version=1)
    second = answer(cast, "targets", "targets")

    assert [row["id"] for row in first] == [row["id"] for row in second]
    assert second[0]["target"] == "Read 30 pages a day"
    assert second[0]["due_on"] == "2027-03-01"


# -- saving with a button, without script ---------------------------------------------------------


def test_save_and_come_back_later(cast):
    answered = as_(cast.teacher).post(
        url("section", cast, "english"), {"strengths": "She reads.", "later": "1"}
    )

    assert answered.headers["Location"] == url("plan", cast)
    assert answer(cast) == "She reads."


def test_marking_as_complete_asks_for_what_is_missing(cast):
    answered = as_(cast.teacher).post(
        url("section", cast, "english"), {"strengths": "She reads.", "done": "1"}
    )

    assert answered.status_code == 422
    assert "There is a problem" in answered.text
    assert "Select an answer to “What support is in place?”" in answered.text
    assert "She reads." in answered.text
    assert answer(cast) == "She reads."


def test_marking_as_complete(cast):
    as_(cast.teacher).post(url("section", cast, "english"), ENGLISH)

    assert cast.plan.sections.get(slug="english").state == "complete"


ENGLISH = {"strengths": "a", "progress": "on", "support": ["none"], "next_steps": "b", "done": "1"}


def test_a_section_that_is_done_leads_to_the_next_that_waits_for_its_writer(cast):
    """Not to one that is done or another's; after the last of the form the first that is left."""
    schools = cast.plan.sections.filter(owner="school", is_asked=True)
    schools.exclude(slug__in=["english", "about"]).update(
        state="complete", completed_at=timezone.now()
    )
    client = as_(cast.teacher)

    page = client.post(url("section", cast, "english"), ENGLISH, follow=True).text

    banner = page.partition("notification-banner__heading")[2].partition("</p>")[0]
    assert "English is complete. Next: <a" in banner
    assert f'href="{url("section", cast, "about")}"' in banner


def test_the_last_section_of_a_writer_leads_nowhere(cast):
    schools = cast.plan.sections.filter(owner="school", is_asked=True)
    schools.exclude(slug="english").update(state="complete", completed_at=timezone.now())

    page = as_(cast.teacher).post(url("section", cast, "english"), ENGLISH, follow=True).text

    assert "English is complete.</p>" in page


def test_a_row_that_was_begun_must_be_finished(cast):
    rows = {"targets-TOTAL_FORMS": "1", "targets-0-id": "", "targets-0-target": "Read more"}
    answered = as_(cast.teacher).post(url("section", cast, "targets"), rows | {"done": "1"})

    assert answered.status_code == 422
    assert "Enter the date: “By when?”, number 1" in answered.text
    assert answer(cast, "targets", "targets")[0]["target"] == "Read more"


def test_adding_a_row_without_script(cast):
    rows = {"targets-TOTAL_FORMS": "1", "targets-0-id": "", "targets-0-target": "Read more"}
    client = as_(cast.teacher)
    answered = client.post(url("section", cast, "targets"), rows | {"add": "targets"})

    page = client.get(answered.headers["Location"].partition("#")[0])
    assert 'name="targets-TOTAL_FORMS" value="2"' in page.text


def test_a_row_is_removed(cast):
    client = as_(cast.teacher)
    rows = {"targets-TOTAL_FORMS": "1", "targets-0-id": "", "targets-0-target": "Read more"}
    client.post(url("section", cast, "targets"), rows)
    row_id = answer(cast, "targets", "targets")[0]["id"]

    client.post(
        url("section", cast, "targets"),
        rows | {"targets-0-id": row_id, "targets-0-remove": "on", "version": "1"},
    )

    assert not answer(cast, "targets", "targets")


@pytest.mark.parametrize(
    ("choice", "words"),
    [("mine", "She reads."), ("theirs", "She sings."), ("both", "She sings.\n\nShe reads.")],
)
def test_settling_a_conflict(cast, choice, words):
    autosave(cast, {"strengths": "She sings."})
    head = as_(cast.head)
    autosave(cast, {"strengths": "She reads."}, client=head)
    page = head.get(url("conflict", cast, "english"))
    assert "Two people changed this section" in page.text
    assert "<ins>reads.</ins>" in page.text

    head.post(
        url("conflict", cast, "english"),
        {"keep-strengths": choice, "version": page.context["version"]},
    )

    assert answer(cast) == words
    assert KeptText.objects.get().settled_at is not None


def test_words_kept_are_their_authors_to_see(cast):
    for who, words in ((cast.teacher, "She sings."), (cast.head, "Zanzibar")):
        actions.save_section(
            plan_id=cast.plan.pk, slug="english", values={"strengths": words}, base_version=0,
            by=who, at=timezone.now(),
        )  # fmt: skip
    url = reverse("pep:conflict", args=[cast.plan.pk, "english"])
    told = {}
    for who in (cast.teacher, cast.head):
        client = Client()
        client.force_login(who)
        told[who.pk] = client.get(url)

    assert told[cast.teacher.pk].status_code == 302
    assert "Zanzibar" in told[cast.head.pk].text


@pytest.mark.parametrize("text", ["", None, "a" * 31, "A" * 32, "<b>" + "a" * 29, "a" * 33])
def test_a_window_is_a_code_of_ours(text):
    assert sections._window(text) == ""
    assert sections._window("0123456789abcdef" * 2) == "0123456789abcdef" * 2


def test_history_shows_who_changed_what(cast):
    autosave(cast, {"strengths": "She <b>reads</b>."})

    page = as_(cast.head).get(url("history", cast, "english"))

    assert cast.teacher.name in page.text
    assert "&lt;b&gt;reads&lt;/b&gt;" in page.text


# -- moving on ------------------------------------------------------------------------------------


def test_send_lists_what_is_left_with_links(cast):
    client = as_(cast.teacher)

    page = client.get(url("send", cast))
    refused = client.post(url("send", cast))

    assert "not ready to send" in page.text
    assert refused.status_code == 422
    assert url("section", cast, "english") in refused.text


def test_the_whole_way_to_an_agreed_plan(cast):
    fill(cast.plan, by=cast.teacher)
    teacher, adviser = as_(cast.teacher), as_(cast.adviser)

    teacher.post(url("send", cast))
    assert "Take it back" in teacher.get(url("plan", cast)).text
    assert "Start checking" in adviser.get(url("plan", cast)).text
    check = reverse("quality:check", args=[cast.plan.pk])
    adviser.post(check)
    grade_all(cast.plan, by=cast.adviser)
    assert "Nothing is missing" in adviser.get(check).text
    adviser.post(reverse("quality:agree", args=[cast.plan.pk]))

    assert PersonalEducationPlan.objects.get().is_agreed
    page = teacher.get(url("read", cast))
    assert "These words do not change any more" in page.text
    waiting = teacher.get(url("pdf", cast))
    assert waiting.status_code == 404
    assert "The PDF is being made" in waiting.text


def test_sending_back_says_why(cast):
    checking(cast)
    adviser = as_(cast.adviser)

    assert adviser.post(url("send_back", cast), {"reason": ""}).status_code == 422
    adviser.post(
        url("send_back", cast), {"reason": "Say how the gap closes.", "section": "english"}
    )

    assert "Say how the gap closes." in as_(cast.teacher).get(url("plan", cast)).text


@pytest.mark.parametrize(
    "name", ["quality:agree", "pep:send_back", "quality:check", "quality:save", "pep:reopen"]
)
def test_a_teacher_decides_nothing(cast, name):
    checking(cast)

    answer = as_(cast.teacher).post(reverse(name, args=[cast.plan.pk]), {"reason": "x"})

    assert answer.status_code == 403


def test_reopening_asks_why(cast):
    checking(cast)
    actions.agree(plan_id=cast.plan.pk, by=cast.adviser, at=timezone.now())
    head = as_(cast.head)

    assert head.get(url("reopen", cast)).status_code == 200
    assert head.post(url("reopen", cast), {"reason": ""}).status_code == 422
    head.post(url("reopen", cast), {"reason": "A wrong date."})

    assert PersonalEducationPlan.objects.get().version_number == 2


# -- the list --------------------------------------------------------------------------------------


def test_to_check_is_late_first_then_who_waited_longest(authority):
    head = person(Role.VIRTUAL_SCHOOL_HEAD, authority=authority)
    now, today = timezone.now(), timezone.localdate()
    sent_to_check = {}
    for name, due_in, sent_ago in (
        ("soon", 2, 1), ("late", -3, 2), ("waits", 30, 9), ("long late", -1, 8)
    ):  # fmt: skip
        child = ChildFactory(authority=authority, given_name=name)
        PeriodOfCareFactory(child=child)
        sent_to_check[name] = make_plan(
            child=child, status="sent_to_check", complete_by=today + timedelta(days=due_in),
            sent_at=now - timedelta(days=sent_ago), sent_by=head,
        )  # fmt: skip

    answer = as_(head).get(reverse("pep:list"), {"show": "to-check"})

    rows = answer.context["page"].rows
    assert [row.plan.child.given_name for row in rows] == ["long late", "late", "waits", "soon"]
    sent_on = timezone.localtime(sent_to_check["waits"].sent_at).date()
    assert f'data-label="Sent">{short_date(sent_on)}<' in answer.text


def test_other_lists_are_soonest_first_and_show_no_sent_date(authority):
    head = person(Role.VIRTUAL_SCHOOL_HEAD, authority=authority)
    today = timezone.localdate()
    for days in (9, -2, 4):
        child = ChildFactory(authority=authority)
        PeriodOfCareFactory(child=child)
        make_plan(child=child, status="with_school", complete_by=today + timedelta(days=days))

    answer = as_(head).get(reverse("pep:list"), {"show": "with-school"})

    due = [(row.due - today).days for row in answer.context["page"].rows]
    assert due == [-2, 4, 9]
    assert 'data-label="Sent"' not in answer.text


# -- cost and presence ----------------------------------------------------------------------------


@pytest.mark.parametrize("plans", [1, 30])
def test_list_cost(authority, django_assert_max_num_queries, plans):
    head = person(Role.VIRTUAL_SCHOOL_HEAD, authority=authority)
    for _ in range(plans):
        child = ChildFactory(authority=authority)
        PeriodOfCareFactory(child=child)
        make_plan(child=child)
    client = as_(head)
    client.get(reverse("pep:list"))

    with django_assert_max_num_queries(15):
        page = client.get(reverse("pep:list"), {"show": "all"})
    assert page.text.count("Autumn 2026 PEP") == plans


@pytest.mark.parametrize("filled", [False, True])
@pytest.mark.parametrize(("name", "most"), [("plan", 33), ("english", 30), ("read", 37)])
def test_plan_cost(cast, django_assert_max_num_queries, name, most, filled):
    if filled:
        fill(cast.plan, by=cast.teacher)
    client = as_(cast.teacher)
    address = url("section", cast, name) if name == "english" else url(name, cast)
    client.get(address)

    with django_assert_max_num_queries(most):
        client.get(address)


def test_autosave_cost(cast, django_assert_max_num_queries):
    client = as_(cast.teacher)
    autosave(cast, {"strengths": "a"}, client=client)

    with django_assert_max_num_queries(32):
        autosave(cast, {"strengths": "b", "next_steps": "c"}, client=client, version=1)


def test_without_the_cache_everything_else_works(cast, settings):
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": "redis://127.0.0.1:1/0",
        }
    }
    client = as_(cast.teacher)

    assert client.get(url("section", cast, "english")).status_code == 200
    assert client.post(url("presence", cast, "english"), **HTMX).status_code == 200
    assert autosave(cast, {"strengths": "Kept."}, client=client).status_code == 200


@pytest.mark.parametrize("show", ["to-check", "late", "with-school", "due", "agreed", "all", "?"])
def test_every_filter_of_the_list(cast, show):
    assert as_(cast.head).get(reverse("pep:list"), {"show": show}).status_code == 200


def test_a_late_plan_says_how_late(cast):
    late = timezone.localdate() - timedelta(days=1)
    PersonalEducationPlan.objects.update(complete_by=late)

    assert "1 day late" in as_(cast.head).get(reverse("pep:list"), {"show": "late"}).text


def test_no_upn_on_any_page(cast):
    cast.child.upn = "A901200012345"
    cast.child.save()

    for name in ("plan", "read"):
        assert "A901200012345" not in as_(cast.head).get(url(name, cast)).text


def test_the_last_plans_words_are_offered_and_carried_answers_are_to_be_confirmed(cast):
    fill(cast.plan, by=cast.teacher)
    spring = TermFactory(
        authority=cast.child.authority,
        name="spring",
        started_on=date(2027, 1, 1),
        ended_on=date(2027, 4, 12),
    )
    at = timezone.now()
    following = start_plan(child_id=cast.child.pk, by=cast.adviser, at=at, term_id=spring.pk)
    client = as_(cast.teacher)

    english = client.get(reverse("pep:section", args=[following.pk, "english"]))
    assert "Show the answer from the last PEP" in english.text
    assert f"Autumn 2026, by {cast.teacher.name}" in english.text
    about = client.get(reverse("pep:section", args=[following.pk, "about"]))
    assert "Some answers come from the last PEP" in about.text


# -- on paper, and with a colleague ----------------------------------------------------------------


@pytest.mark.parametrize("slug", ["english", "about", "targets", "meeting"])
def test_a_section_is_printed_blank_and_names_nobody(cast, slug):
    fill(cast.plan, by=cast.teacher)
    page = as_(cast.teacher).get(url("blank", cast, slug))

    assert page.status_code == 200
    text = page.text.split("<main")[1].split("vs-narrow")[1]
    for word in (cast.child.given_name, cast.child.family_name, cast.school.name, "{child}"):
        assert word not in text
    assert "Reads every day" not in text
    assert "vs-room" in text


@pytest.mark.parametrize(("who", "is_asked"), [("social_worker", True), ("teacher", False)])
def test_a_blank_print_has_no_fact_and_nothing_restricted(cast, who, is_asked):
    client = as_(getattr(cast, who))
    people, about = (
        client.get(url("blank", cast, slug)).context["empty"].questions
        for slug in ("people", "about")
    )
    section = form_content.of_version(cast.plan.form_version_id).section("people")
    siblings = capfirst(named(section.question("siblings").label, "the child"))

    assert "fact" not in {question.kind for question in about}
    assert (siblings in {question.label for question in people}) is is_asked


def test_an_agreed_plan_is_read_as_it_was_kept(cast):
    fill(cast.plan, by=cast.teacher)
    Answer.objects.filter(section="english", key="strengths").update(value="Zanzibar")
    at = timezone.now()
    actions.send(plan_id=cast.plan.pk, by=cast.teacher, at=at)
    actions.start_checking(plan_id=cast.plan.pk, by=cast.adviser, at=at)
    actions.grade(plan_id=cast.plan.pk, grade="good", by=cast.adviser, at=at)
    actions.agree(plan_id=cast.plan.pk, by=cast.adviser, at=at)
    Answer.objects.filter(section="english", key="strengths").update(value="Quaggatown")

    page = as_(cast.head).get(url("read", cast)).text

    assert "Zanzibar" in page
    assert "Quaggatown" not in page


def test_a_blank_print_has_the_questions_of_its_reader(cast):
    assert as_(cast.young_person).get(url("blank", cast, "english")).status_code == 403
    assert as_(cast.young_person).get(url("blank", cast, "views")).status_code == 200


def test_a_colleague_is_asked_from_the_section(cast):
    section = url("section", cast, "english")
    address = reverse("people:invite_colleague", args=[cast.plan.pk]) + "?section=english"
    button = 'name="then" value="colleague"'
    assert button in as_(cast.teacher).get(section).text
    assert button not in as_(cast.adviser).get(section).text
    assert as_(cast.teacher).post(section, {"then": "colleague"}).url == address

    form = as_(cast.teacher).get(address).context["form"]
    assert form["sections"].value() == ["english"]
    wrong = as_(cast.teacher).get(address.replace("english", "care")).context["form"]
    assert wrong["sections"].value() == []

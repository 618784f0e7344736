"""What is true of a child decides which form and which sections are asked."""

import io
from datetime import UTC, date, datetime

import pikepdf
import pytest
from django.test import Client
from django.urls import reverse

from accounts.roles import Role
from attendance.models import Day
from children.models import Enrolment, SenStatus
from notifications.models import Notice
from pep import actions, content, form_content, pages, tasks
from pep.circumstances import facts_of
from pep.documents import render_pdf
from pep.fitting import fit_sections
from pep.meter import meters
from pep.models import AgreedVersion, Answer, PersonalEducationPlan, PlanSection
from pep.rights import RESTRICTED, Reader, reader
from pep.rules import Fact
from tests.factories.children import ChildFactory, PeriodOfCareFactory
from tests.factories.pep import Cast, an_answer, fill, make_plan
from tests.factories.schools import SchoolFactory
from tests.reading_papers import words_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("open_wall")]

TODAY = date(2026, 11, 20)
AT = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)


@pytest.fixture
def cast(authority):
    return Cast(authority)


def facts(plan):
    return set(facts_of([plan.pk], on=TODAY)[plan.pk].names)


def asked(plan):
    return set(plan.sections.filter(is_asked=True).values_list("slug", flat=True))


def about(child, **values):
    return {"authority": child.authority, "child": child, "started_on": date(2025, 1, 1), **values}


# -- sections -------------------------------------------------------------------------------------


def test_a_child_like_most_is_asked_no_more_than_most(cast):
    assert not asked(cast.plan) & {
        "ehc-plan", "part-time", "alternative-provision", "suspensions", "unaccompanied",
        "unaccompanied-status",
    }  # fmt: skip


def make_ehc(child):
    SenStatus.objects.create(**about(child, code="E"))


def make_part_time(child):
    Enrolment.objects.filter(child=child).update(is_full_time=False)


def make_alternative(child):
    school = SchoolFactory(authority=child.authority, kind_code="14")
    Enrolment.objects.create(**about(child, school=school, kind="subsidiary"))


def make_unaccompanied(child):
    type(child).objects.filter(pk=child.pk).update(is_uasc=True)


def make_suspended(child):
    school = Enrolment.objects.get(child=child).school_id
    Day.objects.create(
        authority_id=child.authority_id, child_id=child.pk, on=date(2026, 10, 5), school_id=school,
        am="E", pm="E", load_number=1,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("make", "fact", "slugs"),
    [
        pytest.param(make_ehc, Fact.EHC_PLAN, {"ehc-plan"}, id="EHC plan, PEP-16"),
        pytest.param(make_part_time, Fact.PART_TIME, {"part-time"}, id="part-time timetable"),
        pytest.param(
            make_alternative, Fact.ALTERNATIVE_PROVISION, {"alternative-provision"}, id="AP"
        ),
        pytest.param(
            make_unaccompanied,
            Fact.UNACCOMPANIED,
            {"unaccompanied", "unaccompanied-status"},
            id="unaccompanied, PEP-15",
        ),
        pytest.param(make_suspended, Fact.SUSPENDED, {"suspensions"}, id="suspended this term"),
    ],
)
def test_a_section_appears_with_the_fact_and_goes_with_it(cast, make, fact, slugs):
    before, total = asked(cast.plan), cast.plan.sections_total
    assert fact not in facts(cast.plan)

    make(cast.child)
    assert fit_sections([cast.plan.pk], on=TODAY, at=AT) == 1
    cast.plan.refresh_from_db()

    assert fact in facts(cast.plan)
    assert asked(cast.plan) - before >= slugs
    assert cast.plan.sections_total == total + len(slugs)
    assert fit_sections([cast.plan.pk], on=TODAY, at=AT) == 0


@pytest.mark.parametrize(
    ("born", "is_asked"),
    [
        pytest.param(date(2021, 1, 9), False, id="year 1"),
        pytest.param(date(2017, 1, 9), False, id="year 5"),
        pytest.param(date(2015, 10, 9), True, id="year 6"),
    ],
)
def test_a_change_of_school_or_stage_is_asked_about_in_its_year(authority, born, is_asked):
    child = ChildFactory(authority=authority, date_of_birth=born)
    PeriodOfCareFactory(child=child)
    plan = make_plan(child=child, phase="PR")

    assert ("transition" in asked(plan)) is is_asked


def move_to_year_11(child):
    Enrolment.objects.filter(child=child).update(year_group=11)


@pytest.fixture
def complete(cast):
    """Everything a child of an earlier year is asked is answered and called complete."""
    Enrolment.objects.filter(child=cast.child).update(year_group=9)
    fit_sections([cast.plan.pk], on=TODAY, at=AT)
    cast.plan.refresh_from_db()
    fill(cast.plan, by=cast.teacher)
    cast.plan.refresh_from_db()
    return cast


def again(plan):
    rows = plan.sections.filter(asked_more_at__isnull=False, is_asked=True)
    return set(rows.exclude(state="complete").values_list("slug", flat=True))


def test_a_complete_section_that_is_asked_for_more_is_complete_no_longer(complete):
    """PEP-16, PEP-17: what is asked in Year 11 is asked of a child whose year was put right."""
    plan, before = complete.plan, meters([complete.plan])[complete.plan.pk]
    move_to_year_11(complete.child)

    assert fit_sections([plan.pk], on=TODAY, at=AT) == 1
    plan.refresh_from_db()
    assert "attainment" in again(plan)
    assert "english" not in again(plan)
    assert plan.sections_complete < plan.sections_total
    now = meters([plan])[plan.pk]
    assert now.total - now.done > before.total - before.done
    with pytest.raises(actions.NotReady):
        actions.send(plan_id=plan.pk, by=complete.teacher, at=AT)

    notices = Notice.objects.filter(kind="pep_asked_more")
    assert complete.teacher.pk in notices.values_list("recipient", flat=True)
    for notice in notices:
        assert "Amara" not in notice.text
        assert "asked for more" in notice.text
    assert fit_sections([plan.pk], on=TODAY, at=AT) == 0
    assert Notice.objects.filter(kind="pep_asked_more").count() == notices.count()


def test_the_page_says_why_until_it_is_complete_again(complete):
    move_to_year_11(complete.child)
    client, address = Client(), reverse("pep:section", args=[complete.plan.pk, "attainment"])
    client.force_login(complete.teacher)

    tasks = client.get(reverse("pep:plan", args=[complete.plan.pk])).text
    page = client.get(address)

    assert "Needs more" in tasks
    assert "What is known of Amara has changed since" in page.text
    assert page.context["page"].asked_more
    questions = form_content.of_plan(complete.plan).section("attainment").questions
    actions.save_section(
        plan_id=complete.plan.pk, slug="attainment", base_version=9, by=complete.teacher, at=AT,
        values={q.key: an_answer(q) for q in questions if q.kind != "fact"},
    )  # fmt: skip
    actions.mark_complete(plan_id=complete.plan.pk, slug="attainment", by=complete.teacher, at=AT)
    assert complete.plan.sections.get(slug="attainment").asked_more_at is None
    assert "What is known of Amara has changed since" not in client.get(address).text


def test_a_plan_that_was_sent_stays_and_tells_its_checker(complete):
    plan = complete.plan
    actions.send(plan_id=plan.pk, by=complete.teacher, at=AT)
    move_to_year_11(complete.child)

    assert fit_sections([plan.pk], on=TODAY, at=AT) == 0
    address = reverse("pep:plan", args=[plan.pk])
    pages = {}
    for who in ("adviser", "teacher"):
        client = Client()
        client.force_login(getattr(complete, who))
        pages[who] = client.get(address).text

    assert "has changed since this PEP was sent" in pages["adviser"]
    assert "has changed since this PEP was sent" not in pages["teacher"]
    assert not again(plan)


def test_facts_that_ask_for_nothing_more_leave_a_section_complete(complete):
    make_suspended(complete.child)

    fit_sections([complete.plan.pk], on=TODAY, at=AT)

    assert not again(complete.plan)
    assert not Notice.objects.filter(kind="pep_asked_more").exists()


def test_what_the_plan_itself_says_asks_for_a_section_at_once(cast):
    actions.save_section(
        plan_id=cast.plan.pk, slug="attendance", values={"suspended": True}, base_version=0,
        by=cast.teacher, at=AT,
    )  # fmt: skip

    assert "suspensions" in asked(cast.plan)


def test_a_section_that_is_not_asked_any_more_keeps_its_words_and_hinders_nobody(cast):
    make_part_time(cast.child)
    fit_sections([cast.plan.pk], on=TODAY, at=AT)
    actions.save_section(
        plan_id=cast.plan.pk, slug="part-time", values={"ptt": "Mornings only."}, base_version=0,
        by=cast.teacher, at=AT,
    )  # fmt: skip
    Enrolment.objects.filter(child=cast.child).update(is_full_time=True)
    fit_sections([cast.plan.pk], on=TODAY, at=AT)
    plan = PersonalEducationPlan.objects.select_related("child", "term", "school").get(
        pk=cast.plan.pk
    )

    whole = content.plan_content(plan, on=TODAY, at=AT)
    [part_time] = [s for s in whole["sections"] if s["slug"] == "part-time"]
    assert part_time["questions"][0]["words"] == "Mornings only."
    rows = {row.id: row.word for g in pages.plan_page(plan, cast.teacher).groups for row in g.rows}
    assert rows["section-part-time"] == "Not asked any more"
    fill(plan, by=cast.teacher)
    assert actions.send(plan_id=plan.pk, by=cast.teacher, at=AT).status == "sent_to_check"


def test_a_section_that_appears_after_all_was_complete_is_still_to_do(cast):
    fill(cast.plan, by=cast.teacher)
    make_ehc(cast.child)

    with pytest.raises(actions.NotReady) as refused:
        actions.send(plan_id=cast.plan.pk, by=cast.teacher, at=AT)

    assert [missing.section for missing in refused.value.missing] == ["ehc-plan"]


def test_what_is_checked_or_agreed_is_left_as_it_was(cast):
    fill(cast.plan, by=cast.teacher)
    actions.send(plan_id=cast.plan.pk, by=cast.teacher, at=AT)
    make_ehc(cast.child)

    assert fit_sections([cast.plan.pk], on=TODAY, at=AT) == 0


def test_every_plan_being_written_is_fitted_every_night(cast):
    make_ehc(cast.child)

    tasks.fit()

    assert "ehc-plan" in asked(cast.plan)


@pytest.mark.parametrize("plans", [1, 4])
def test_facts_of_many_plans_cost_one_query(authority, plans, django_assert_num_queries):
    made = [make_plan().pk for _ in range(plans)]

    with django_assert_num_queries(1):
        facts_of(made, on=TODAY)


def test_fitting_many_plans_costs_the_same(authority, django_assert_max_num_queries):
    made = [make_plan() for _ in range(4)]
    PersonalEducationPlan.objects.update(facts=[])
    PlanSection.objects.filter(slug="ehc-plan").update(is_asked=True)

    with django_assert_max_num_queries(8):
        assert fit_sections([plan.pk for plan in made], on=TODAY, at=AT) == 4


# -- restricted answers ---------------------------------------------------------------------------


@pytest.mark.parametrize("role", list(Role))
def test_what_is_restricted_is_read_by_social_worker_adviser_and_head(role):
    """PEP-15."""
    may = role in {Role.SOCIAL_WORKER, Role.ADVISER, Role.VIRTUAL_SCHOOL_HEAD}
    before = Reader(role=role)

    assert before.may_read(owner="social_worker", slug="unaccompanied-status") is may
    may_know_family = role in RESTRICTED["people", "siblings"]
    assert before.reads(slug="people", key="siblings") is may_know_family


def test_restricted_answers_are_in_no_paper_that_is_one_for_all(cast):
    """PEP-15: the agreed version keeps them, the PDF that school and carer get has none."""
    make_unaccompanied(cast.child)
    fit_sections([cast.plan.pk], on=TODAY, at=AT)
    fill(PersonalEducationPlan.objects.get(pk=cast.plan.pk), by=cast.teacher)
    Answer.objects.filter(section="unaccompanied-status", key="trafficking").update(
        value="Zanzibar"
    )
    Answer.objects.update_or_create(
        plan=cast.plan, section="people", key="siblings",
        defaults={
            "value": "Quaggatown", "version": 1, "written_at": AT, "written_by": cast.social_worker,
            "authority": cast.plan.authority, "child": cast.child,
        },
    )  # fmt: skip
    actions.send(plan_id=cast.plan.pk, by=cast.teacher, at=AT)
    actions.start_checking(plan_id=cast.plan.pk, by=cast.adviser, at=AT)
    actions.agree(plan_id=cast.plan.pk, by=cast.adviser, at=AT)
    version = AgreedVersion.objects.select_related("plan__term").get(plan=cast.plan)

    printed = words_of(pikepdf.open(io.BytesIO(render_pdf(version))))
    for word in ("Zanzibar", "Quaggatown"):
        assert word in version.content
        assert word not in printed
    plan = PersonalEducationPlan.objects.select_related("child", "term", "school").get(
        pk=cast.plan.pk
    )
    for who, reads in ((cast.teacher, False), (cast.carer, False), (cast.social_worker, True)):
        whole = content.plan_content(plan, on=TODAY, at=AT)
        shown = content.shown_to(whole, reader(who, plan))
        assert ("Zanzibar" in str(shown)) is reads


def test_forms_of_children_alike_are_read_once(cast):
    assert form_content.of_plan(cast.plan) is form_content.of_plan(cast.plan)

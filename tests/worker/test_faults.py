"""What goes wrong between browser, database, broker and worker loses and doubles nothing."""

import html
import re
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta

import psycopg2
import pytest
from django.core.cache import cache
from django.db import connection, connections
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags

from accounts import wall
from files.models import StoredFile
from notifications.models import Email, Notice
from notifications.tasks import sweep as sweep_mails
from papers.models import Bundle
from pep import actions
from pep.models import AgreedVersion, Answer, Paper, PersonalEducationPlan, PlanMove
from pep.tasks import produce_pdf
from pep.tasks import sweep as sweep_papers
from tests.factories.accounts import seated
from tests.factories.children import ChildFactory, EnrolmentFactory, PeriodOfCareFactory
from tests.factories.pep import fill
from tests.factories.quality import grade_all
from tests.papers_made import agreed_plan
from tests.worker.running import wait_until
from vschool.tasks import HEARTBEAT_KEY, heartbeat

A_FEW_SECONDS = 12.0  # on a machine that runs everything else besides


@pytest.fixture
def checked(world):
    """Amara's plan, complete and being checked."""
    plan = world.plans.amara
    with wall.opened([901]):
        fill(plan, by=world.people["teacher"])
        actions.send(plan_id=plan.pk, by=seated(world.people["teacher"]), at=timezone.now())
        adviser = seated(world.people["adviser"])
        actions.start_checking(plan_id=plan.pk, by=adviser, at=timezone.now())
        grade_all(plan, by=adviser)
    return plan


def signed_in(user):
    client = Client(raise_request_exception=False)
    client.force_login(user)
    return client


def english(plan, name="section"):
    return reverse(f"pep:{name}", args=[plan.pk, "english"])


def opened_at(client, plan):
    """What the page of a section sends along: where the next save begins from."""
    page = client.get(english(plan)).content.decode()
    return {
        name: html.unescape(re.search(rf'name="{name}"[^>]* value="([^"]*)"', page)[1])
        for name in ("version", "window", "marks")
    }


def held(plan, key="strengths"):
    with wall.opened([901]):
        answers = Answer.objects.filter(plan=plan, section="english", key=key)
        return answers.values_list("value", flat=True).first()


def paper():
    with wall.opened([901]):
        return Paper.objects.get()


def is_made():
    return paper().made_at is not None


def is_being_made():
    """Whether the worker holds the paper's row: it does so while it renders."""
    with wall.opened([901]):
        return not Paper.objects.select_for_update(skip_locked=True).exists()


def grow_old():
    """Make what is owed as old as the sweeps wait for."""
    before = timezone.now() - timedelta(minutes=2)
    with wall.opened([901]):
        Paper.objects.update(asked_at=before)
        Email.objects.update(made_at=before, next_try_at=before)


def wait_for_the_queue():
    """Wait until the only worker has done all that was sent before now."""
    cache.delete(HEARTBEAT_KEY)
    heartbeat.delay(sent_at=timezone.now().isoformat())
    wait_until(lambda: cache.get(HEARTBEAT_KEY) is not None)


def test_a_killed_worker_leaves_one_paper_made_once(checked, world, worker):
    worker.start()
    with wall.opened([901]):
        before = StoredFile.objects.count()
    agree = reverse("quality:agree", args=[checked.pk])
    assert signed_in(world.people["adviser"]).post(agree).status_code == 302
    wait_until(is_being_made)

    worker.kill()

    assert not is_made()
    with wall.opened([901]):
        assert StoredFile.objects.count() == before
    grow_old()
    worker.start()
    sweep_papers.delay()
    wait_until(is_made)
    for _ in range(2):
        produce_pdf.delay(authority_id=901, paper_id=str(paper().pk))
    wait_for_the_queue()
    with wall.opened([901]):
        assert StoredFile.objects.count() == before + 1
        # The social worker, who stands in for them, the designated teacher and the adviser: once
        assert Notice.objects.filter(kind="pep_agreed").count() == 4


@pytest.mark.parametrize("how", ["stop", "hang"])
def test_a_dead_broker_holds_nobody_up_and_the_message_goes_out_later(
    checked, world, broker, worker, how
):
    adviser = signed_in(world.people["adviser"])
    getattr(broker, how)()
    began = time.monotonic()

    answer = adviser.post(reverse("quality:agree", args=[checked.pk]))

    assert answer.status_code == 302
    assert time.monotonic() - began < A_FEW_SECONDS
    assert adviser.get(reverse("pep:plan", args=[checked.pk])).status_code == 200
    assert not is_made()
    broker.stop()
    broker.start()
    worker.start()
    grow_old()
    sweep_papers.delay()
    wait_until(is_made)
    grow_old()
    sweep_mails.delay()
    wait_until(lambda: len(worker.mails()) >= 3)
    assert not [mail for mail in worker.mails() if "Amara" in mail or "Okell" in mail]


@pytest.mark.parametrize("how", ["stop", "hang"])
def test_a_save_holds_while_the_broker_is_dead(world, broker, how):
    plan, teacher = world.plans.amara, signed_in(world.people["teacher"])
    getattr(broker, how)()
    began = time.monotonic()

    opened = teacher.get(english(plan))
    saved = teacher.post(english(plan, "autosave"), {"strengths": "She reads."})

    assert (opened.status_code, saved.status_code) == (200, 200)
    assert time.monotonic() - began < A_FEW_SECONDS
    assert held(plan) == "She reads."


def test_answers_of_two_people_are_merged_one_by_one(world):
    plan = world.plans.amara
    teacher, head = signed_in(world.people["teacher"]), signed_in(world.people["head"])
    begun = [opened_at(client, plan) for client in (teacher, head)]

    teacher.post(english(plan, "autosave"), begun[0] | {"strengths": "She sings."})
    answer = head.post(english(plan, "autosave"), begun[1] | {"next_steps": "Spelling."})

    assert answer.status_code == 200
    assert held(plan) == "She sings."
    assert held(plan, "next_steps") == "Spelling."


def test_two_people_in_one_answer_see_both_texts(world):
    plan = world.plans.amara
    teacher, head = signed_in(world.people["teacher"]), signed_in(world.people["head"])
    begun = [opened_at(client, plan) for client in (teacher, head)]

    teacher.post(english(plan, "autosave"), begun[0] | {"strengths": "She sings."})
    answer = head.post(english(plan, "autosave"), begun[1] | {"strengths": "She reads."})

    assert answer.status_code == 409
    page = strip_tags(
        head.get(english(plan, "conflict")).content.decode()
    )  # differences are marked
    assert "She sings." in page
    assert "She reads." in page
    assert held(plan) == "She sings."


def test_one_person_in_two_windows_is_asked_and_loses_no_words(world):
    plan, teacher = world.plans.amara, signed_in(world.people["teacher"])
    first, second = opened_at(teacher, plan), opened_at(teacher, plan)

    teacher.post(english(plan, "autosave"), first | {"strengths": "She sings."})
    again = teacher.post(english(plan, "autosave"), first | {"strengths": "She sings solo."})
    answer = teacher.post(english(plan, "autosave"), second | {"strengths": "She reads."})

    assert again.status_code == 200, "the answer to the first save may be lost on its way"
    assert answer.status_code == 409
    assert "in another window" in answer.content.decode()
    assert held(plan) == "She sings solo."
    page = strip_tags(teacher.get(english(plan, "conflict")).content.decode())
    assert "You changed this section in two windows" in page
    assert "She reads." in page


def test_going_back_to_an_older_page_does_not_write_over_newer_words(world):
    """A browser's back button shows the page as it was left, with all it sends along."""
    plan, teacher = world.plans.amara, signed_in(world.people["teacher"])
    left = opened_at(teacher, plan)
    teacher.post(english(plan, "autosave"), left | {"strengths": "Old."})
    newer = opened_at(teacher, plan)
    teacher.post(english(plan, "autosave"), newer | {"strengths": "Old. And new."})

    answer = teacher.post(english(plan, "autosave"), left | {"strengths": "Old. More."})

    assert answer.status_code == 409
    assert held(plan) == "Old. And new."


def test_words_kept_from_a_window_are_not_written_over_by_the_next(world):
    plan = world.plans.amara
    teacher, head = signed_in(world.people["teacher"]), signed_in(world.people["head"])
    windows = [opened_at(teacher, plan) for _ in range(2)]
    head.post(english(plan, "autosave"), opened_at(head, plan) | {"strengths": "Theirs."})

    for window, words in ((0, "One."), (0, "One and on."), (1, "Two.")):
        sent = windows[window] | {"strengths": words}
        assert teacher.post(english(plan, "autosave"), sent).status_code == 409

    page = strip_tags(teacher.get(english(plan, "conflict")).content.decode())
    assert "One and on." in page
    assert "Two." in page


def test_a_plan_that_is_locked_while_someone_types_keeps_their_words(checked, world):
    teacher = signed_in(world.people["teacher"])

    answer = teacher.post(
        english(checked, "autosave"), {"strengths": "One more thing.", "version": "9"}
    )

    assert answer.status_code == 409
    assert "can no longer be changed" in answer.content.decode()
    page = strip_tags(teacher.get(english(checked, "conflict")).content.decode())
    assert "One more thing." in page


def test_an_ended_session_answers_a_partial_request_with_nothing(world):
    plan = world.plans.amara

    answer = Client().post(
        english(plan, "autosave"), {"strengths": "Lost?"}, headers={"HX-Request": "true"}
    )

    assert (answer.status_code, answer.content) == (401, b"")
    assert held(plan) is None


def together(*calls):
    """Run the calls at the same time, each on a database connection of its own."""

    def run(call):
        try:
            return call().status_code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def test_agreeing_by_double_click_agrees_once(checked, world):
    url = reverse("quality:agree", args=[checked.pk])
    clients = [signed_in(world.people["adviser"]) for _ in range(2)]

    answers = together(*[lambda client=client: client.post(url) for client in clients])

    assert answers == [302, 302]
    with wall.opened([901]):
        assert AgreedVersion.objects.count() == 1
        assert Paper.objects.count() == 1
        assert PlanMove.objects.filter(after="agreed").count() == 1


def test_sending_by_double_click_sends_once(world):
    plan = world.plans.amara
    with wall.opened([901]):
        fill(plan, by=world.people["teacher"])
    url = reverse("pep:send", args=[plan.pk])
    clients = [signed_in(world.people["teacher"]) for _ in range(2)]

    answers = together(*[lambda client=client: client.post(url) for client in clients])

    assert answers == [302, 302]
    with wall.opened([901]):
        assert PlanMove.objects.filter(after="sent_to_check").count() == 1
        assert Notice.objects.filter(kind="pep_to_check").count() == 1


def meeting_at(table, *calls):
    """Run the calls at the same time, each as far as it comes while the table takes no rows."""
    other = psycopg2.connect(**connection.get_connection_params())
    with ThreadPoolExecutor(1) as pool, closing(other), other.cursor() as cursor:
        cursor.execute(f"LOCK TABLE {table} IN SHARE MODE")
        answers = pool.submit(together, *calls)
        wait_until(lambda: waiting() == len(calls))
        other.rollback()
        return answers.result()


def waiting():
    """How many connections wait for a lock."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity "
            "WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return cursor.fetchone()[0]


def test_two_who_start_a_plan_at_once_start_one(world):
    with wall.opened([901]):
        child = ChildFactory(authority=world.amara.authority)
        PeriodOfCareFactory(child=child)
        EnrolmentFactory(child=child, school=world.school)
    url = reverse("starting:start", args=[child.pk])
    clients = [signed_in(world.people["head"]) for _ in range(2)]

    answers = meeting_at(
        "pep_personaleducationplan", *[lambda one=one: one.post(url) for one in clients]
    )

    assert answers == [302, 302]
    with wall.opened([901]):
        assert PersonalEducationPlan.objects.filter(child=child).count() == 1


def test_two_clicks_ask_for_all_plans_of_a_term_once(world):
    with wall.opened([901]):
        agreed_plan(world.amara.authority, world.school, by=world.people["head"])
    url = reverse("papers:bundles")
    clients = [signed_in(world.people["head"]) for _ in range(2)]
    asked = {"term": world.term.pk, "school": "", "phase": "", "reason": "For the yearly review"}

    answers = meeting_at(
        "papers_bundle", *[lambda one=one: one.post(url, asked) for one in clients]
    )

    assert answers == [302, 302]
    with wall.opened([901]):
        assert Bundle.objects.filter(state=Bundle.State.ASKED).count() == 1


def test_a_lost_database_connection_is_said_and_the_next_request_works(world):
    plan, teacher = world.plans.amara, signed_in(world.people["teacher"])
    owner = psycopg2.connect(**connection.get_connection_params())
    with owner.cursor() as cursor:  # what the request waits for, so that it can be cut off
        cursor.execute("SELECT set_config('app.authorities', '901', true)")
        cursor.execute("SELECT 1 FROM pep_personaleducationplan FOR UPDATE")

    with ThreadPoolExecutor(1) as pool:
        saving = pool.submit(
            together, lambda: teacher.post(english(plan, "autosave"), {"strengths": "First."})
        )
        wait_until(cut_off)
        assert saving.result() == [500]
    owner.close()

    assert held(plan) is None
    answer = teacher.post(english(plan, "autosave"), {"strengths": "Second."})
    assert answer.status_code == 200
    assert held(plan) == "Second."


def cut_off():
    """End the connection that waits for a lock of ours."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return bool(cursor.fetchall())

from datetime import UTC, datetime, timedelta
from smtplib import SMTPServerDisconnected

import pytest
from django.core import mail
from django.core.mail import EmailMessage
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from kombu.exceptions import OperationalError

from accounts.roles import Role
from notifications import actions, tasks
from notifications.models import Email, Notice
from notifications.summaries import grouped
from tests.factories.accounts import person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("open_wall")]

AT = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)  # a Friday


@pytest.fixture
def head(authority):
    return person(Role.VIRTUAL_SCHOOL_HEAD, authority=authority)


def tell(authority, *people, key="pep:1", at=AT):
    return actions.notify(
        recipients=people,
        key=key,
        kind="pep_to_check",
        text="A PEP is ready for you to check.",
        path="/peps/",
        authority_id=authority.pk,
        at=at,
    )


def as_(user):
    client = Client()
    client.force_login(user)
    return client


def test_each_person_is_told_once(authority, head):
    assert len(tell(authority, head, head)) == 1
    assert tell(authority, head) == []
    assert len(tell(authority, head, key="pep:2")) == 1
    assert Email.objects.count() == 2


def test_a_person_who_left_is_not_told(authority, head):
    head.is_active = False

    assert tell(authority, head) == []


def test_a_person_without_an_address_is_told_in_the_service_only(authority, head):
    head.email = None
    head.save()

    assert len(tell(authority, head)) == 1
    assert not Email.objects.exists()


def test_the_mail_is_sent_after_the_transaction(
    authority, head, django_capture_on_commit_callbacks, monkeypatch
):
    sent = []
    monkeypatch.setattr(tasks.send_email, "delay", lambda **kwargs: sent.append(kwargs))

    with django_capture_on_commit_callbacks(execute=True):
        tell(authority, head)
        assert sent == []

    assert sent == [{"authority_id": authority.pk, "email_id": str(Email.objects.get().pk)}]


def test_a_dead_broker_breaks_nothing(
    authority, head, django_capture_on_commit_callbacks, monkeypatch
):
    def away(**kwargs):
        raise OperationalError("nobody there")

    monkeypatch.setattr(tasks.send_email, "delay", away)
    with django_capture_on_commit_callbacks(execute=True):
        tell(authority, head)

    assert tasks.due(at=AT + timedelta(minutes=1)) == [Email.objects.get().pk]


def test_a_mail_says_that_something_waits_and_where(authority, head):
    tell(authority, head)

    assert tasks.deliver(Email.objects.get().pk, at=AT)

    message = mail.outbox[0]
    assert message.to == [head.email]
    assert "/peps/" in message.body
    assert "A PEP is ready" in message.body
    # As text alone: markup in whatever it might ever say is never read as markup
    assert (message.content_subtype, getattr(message, "alternatives", [])) == ("plain", [])


def test_a_mail_is_sent_once(authority, head):
    tell(authority, head)
    email = Email.objects.get()

    tasks.deliver(email.pk, at=AT)
    tasks.deliver(email.pk, at=AT + timedelta(minutes=1))

    assert len(mail.outbox) == 1
    email.refresh_from_db()
    assert (email.state, email.sent_at, email.tries) == ("sent", AT, 1)


@pytest.mark.parametrize("fault", [SMTPServerDisconnected(), ConnectionRefusedError()])
def test_a_mail_that_could_not_go_is_tried_later(authority, head, monkeypatch, fault):
    def fails(self, fail_silently=False):
        raise fault

    monkeypatch.setattr(EmailMessage, "send", fails)
    tell(authority, head)
    email = Email.objects.get()

    tasks.deliver(email.pk, at=AT)
    email.refresh_from_db()
    assert (email.state, email.next_try_at) == ("waiting", AT + timedelta(minutes=1))
    tasks.deliver(email.pk, at=AT + timedelta(minutes=1))
    email.refresh_from_db()
    assert email.next_try_at == AT + timedelta(minutes=6)
    assert tasks.due(at=AT + timedelta(minutes=5)) == []
    assert tasks.due(at=AT + timedelta(minutes=6)) == [email.pk]


def test_a_mail_is_given_up_in_the_end(authority, head, monkeypatch):
    def fails(self, fail_silently=False):
        raise SMTPServerDisconnected

    monkeypatch.setattr(EmailMessage, "send", fails)
    tell(authority, head)
    Email.objects.update(tries=tasks.GIVE_UP_AFTER - 1)

    tasks.deliver(Email.objects.get().pk, at=AT)

    assert Email.objects.get().state == "failed"


def test_the_sweep_goes_through_every_authority(
    authority, neighbour, head, django_capture_on_commit_callbacks, monkeypatch
):
    sent = []
    monkeypatch.setattr(tasks.send_email, "delay", lambda **kwargs: sent.append(kwargs))
    other = person(Role.VIRTUAL_SCHOOL_HEAD, authority=neighbour)
    tell(authority, head)
    tell(neighbour, other)

    with django_capture_on_commit_callbacks(execute=True):
        tasks.sweep()

    assert {call["authority_id"] for call in sent} == {901, 902}


def test_the_task_opens_the_wall_itself(authority, head):
    tell(authority, head)
    email = Email.objects.get()

    tasks.send_email(authority_id=902, email_id=str(email.pk))
    assert mail.outbox == []
    tasks.send_email(authority_id=901, email_id=str(email.pk))
    assert len(mail.outbox) == 1


def test_notices_stand_under_their_day(authority, head):
    for days in (0, 2, 20):
        tell(authority, head, key=str(days), at=AT - timedelta(days=days))

    groups = grouped(Notice.objects.order_by("-made_at"), on=AT.date())

    assert [group.title for group in groups] == ["Today", "This week", "Earlier"]


def test_the_page_shows_a_persons_own_notices_only(authority, head):
    other = person(Role.ADVISER, authority=authority)
    tell(authority, head, key="mine")
    tell(authority, other, key="theirs")

    page = as_(head).get(reverse("notifications:list"))

    assert page.text.count("Open<span") == 1
    assert "Notifications (1" in page.text


def test_opening_marks_read_and_goes_there(authority, head):
    (notice,) = tell(authority, head)

    answered = as_(head).post(reverse("notifications:open", args=[notice.pk]))

    notice.refresh_from_db()
    assert answered.headers["Location"] == "/peps/"
    assert notice.read_at is not None


def test_another_persons_notice_is_not_there(authority, head):
    other = person(Role.ADVISER, authority=authority)
    (notice,) = tell(authority, other)

    answered = as_(head).post(reverse("notifications:open", args=[notice.pk]))

    assert answered.status_code == 404


def test_a_notice_leads_nowhere_else(authority, head):
    (notice,) = tell(authority, head)
    Notice.objects.update(path="https://example.org/")

    answered = as_(head).post(reverse("notifications:open", args=[notice.pk]))

    assert answered.headers["Location"] == reverse("notifications:list")


def test_all_of_ones_own_are_marked_read(authority, head):
    other = person(Role.OFFICER, authority=authority)
    tell(authority, head, other, key="1")
    tell(authority, head, key="2")

    as_(head).post(reverse("notifications:read_all"))

    assert [notice.recipient for notice in Notice.objects.unread()] == [other]


@pytest.mark.parametrize("notices", [1, 30])
def test_list_cost(authority, head, django_assert_max_num_queries, notices):
    for number in range(notices):
        tell(authority, head, key=str(number), at=timezone.now())
    client = as_(head)
    client.get(reverse("notifications:list"))  # writes the seat into the session

    with django_assert_max_num_queries(12):
        client.get(reverse("notifications:list"))


def test_a_notice_and_its_mail_go_with_what_caused_them(authority, head):
    with transaction.atomic():
        tell(authority, head)
        transaction.set_rollback(True)

    assert not Notice.objects.exists()

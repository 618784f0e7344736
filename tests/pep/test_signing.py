"""Signing an agreed plan: who, in which order, of which version, and what stays (PEP form 19)."""

from datetime import UTC, date, datetime, timedelta
from io import StringIO

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from accounts.roles import Role
from audit.models import Event
from children.models import Enrolment
from notifications.models import Notice
from pep import actions, pages, rights, rules
from pep.models import AgreedVersion, PersonalEducationPlan, PlanMove, Signature
from pep.rules import Signer
from tests.factories.accounts import person
from tests.factories.children import EnrolmentFactory
from tests.factories.pep import Cast, fill
from tests.factories.schools import PolicyFactory, SchoolFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("open_wall")]

AT = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)
Status = PersonalEducationPlan.Status


@pytest.fixture
def cast(authority):
    cast = Cast(authority)
    fill(cast.plan, by=cast.teacher)
    agree(cast)
    return cast


def agree(cast):
    actions.send(plan_id=cast.plan.pk, by=cast.teacher, at=AT)
    actions.start_checking(plan_id=cast.plan.pk, by=cast.adviser, at=AT)
    PersonalEducationPlan.objects.filter(pk=cast.plan.pk).update(quality="good")
    actions.agree(plan_id=cast.plan.pk, by=cast.adviser, at=AT)


def reopen_and_agree(cast):
    actions.reopen(plan_id=cast.plan.pk, reason="A wrong date", by=cast.adviser, at=AT)
    agree(cast)


def version(cast):
    return AgreedVersion.objects.filter(plan=cast.plan).latest("number")


def sign(cast, who, *, remark="", sha256=None):
    return actions.sign(
        plan_id=cast.plan.pk,
        sha256=sha256 or version(cast).sha256,
        remark=remark,
        by=getattr(cast, who),
        at=AT + timedelta(hours=1),
    )


def status(cast):
    return PersonalEducationPlan.objects.get(pk=cast.plan.pk).status


# -- the rule -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("signed", "has_school", "waiting"),
    [
        pytest.param([], True, [Signer.SCHOOL, Signer.SOCIAL_WORKER], id="nobody"),
        pytest.param([Signer.SCHOOL], True, [Signer.SOCIAL_WORKER], id="school"),
        pytest.param([Signer.SOCIAL_WORKER, Signer.SCHOOL], True, [], id="in any order"),
        pytest.param(
            [Signer.CARER, Signer.CHILD],
            True,
            [Signer.SCHOOL, Signer.SOCIAL_WORKER],
            id="carer and child are invited, not waited for",
        ),
        pytest.param([], False, [Signer.SOCIAL_WORKER], id="PEP-13 without a school"),
        pytest.param([Signer.SOCIAL_WORKER], False, [], id="PEP-13 and then it is final"),
    ],
)
def test_whom_a_plan_waits_for(signed, has_school, waiting):
    assert rules.still_to_sign(signed, has_school=has_school) == waiting


def test_whom_a_council_makes_it_wait_for_is_its_own_word():
    local = frozenset({Signer.SOCIAL_WORKER, Signer.CARER})

    waiting = rules.still_to_sign([Signer.SOCIAL_WORKER], has_school=True, local=local)

    assert waiting == [Signer.CARER]


def test_a_plan_is_final_by_the_policy_of_the_day_it_was_agreed(cast):
    then = {"started_on": date(2026, 1, 1), "ended_on": date(2026, 11, 21)}
    PolicyFactory(authority=cast.plan.authority, social_worker_must_sign=False, **then)
    PolicyFactory(authority=cast.plan.authority, started_on=date(2026, 11, 21))

    sign(cast, "teacher")

    assert status(cast) == Status.FINAL


# -- signing --------------------------------------------------------------------------------------


@pytest.mark.parametrize("order", [("teacher", "social_worker"), ("social_worker", "teacher")])
def test_with_the_last_required_signature_the_plan_is_final(cast, order):
    first, last = order
    sign(cast, first)
    assert status(cast) == Status.AGREED

    sign(cast, last)

    assert status(cast) == Status.FINAL
    move = PlanMove.objects.filter(plan=cast.plan).latest("made_at")
    assert (move.before, move.after) == (Status.AGREED, Status.FINAL)
    assert Notice.objects.filter(kind="pep_final", recipient=cast.adviser).count() == 1


def test_a_signature_holds_who_in_whose_place_when_and_what(cast):
    signature = sign(cast, "carer", remark="  She reads to me every night. ")

    assert signature.person_id == cast.carer.pk
    assert signature.role == Role.CARER
    assert signature.signed_at == AT + timedelta(hours=1)
    assert signature.sha256 == version(cast).sha256
    assert signature.remark == "She reads to me every night."
    assert Event.objects.get(kind="pep.signed").actor_id == cast.carer.pk


def test_carer_and_young_person_may_sign_after_it_is_final(cast):
    for who in ("teacher", "social_worker", "carer", "young_person"):
        sign(cast, who)

    assert status(cast) == Status.FINAL
    assert Signature.objects.filter(version=version(cast)).count() == 4


def test_signing_twice_changes_nothing(cast):
    first = sign(cast, "teacher")
    again = sign(cast, "teacher", remark="Another thought")

    assert again.pk == first.pk
    assert Signature.objects.get().remark == ""
    assert Event.objects.filter(kind="pep.signed").count() == 1


@pytest.mark.parametrize("who", ["head", "adviser", "governor", "teacher_elsewhere"])
def test_others_do_not_sign(cast, who):
    with pytest.raises(PermissionDenied):
        sign(cast, who)


def test_what_was_read_must_be_what_is_agreed(cast):
    read = version(cast).sha256
    actions.reopen(plan_id=cast.plan.pk, reason="A wrong date", by=cast.adviser, at=AT)

    with pytest.raises(actions.NotTheVersion):
        sign(cast, "teacher", sha256=read)

    assert not Signature.objects.exists()
    agree(cast)
    with pytest.raises(actions.NotTheVersion):
        sign(cast, "teacher", sha256=read if read != version(cast).sha256 else "0" * 64)
    assert not Signature.objects.exists()


def test_the_school_of_today_does_not_sign_a_plan_of_the_school_before(cast):
    new = SchoolFactory(authority=cast.plan.authority)
    Enrolment.objects.update(ended_on=date(2026, 11, 19))
    EnrolmentFactory(child=cast.child, school=new, started_on=date(2026, 11, 19))
    cast.new_teacher = person(Role.DESIGNATED_TEACHER, school=new)

    with pytest.raises(PermissionDenied):
        sign(cast, "new_teacher")
    assert as_(cast.new_teacher).get(reverse("pep:plan", args=[cast.plan.pk])).status_code == 200
    assert as_(cast.new_teacher).get(url(cast)).status_code == 403


def test_each_reads_above_the_button_what_they_may_read(cast):
    title = "Care and health"

    assert title in as_(cast.social_worker).get(url(cast)).text
    assert title not in as_(cast.carer).get(url(cast)).text


def test_who_signed_is_named_as_the_reader_may_know(cast):
    sign(cast, "carer")
    hidden = {"is_home_hidden": True, "not_named": frozenset({cast.carer.pk})}
    names = [
        pages.signatures(
            cast.plan, version(cast), cast.teacher, rights.Reader(Role.DESIGNATED_TEACHER, **how)
        ).rows[0].name
        for how in ({}, hidden)
    ]  # fmt: skip

    assert names == [cast.carer.name, "someone"]


def test_a_new_version_is_signed_anew(cast):
    sign(cast, "teacher")
    sign(cast, "social_worker")
    reopen_and_agree(cast)

    assert status(cast) == Status.AGREED
    page = as_(cast.teacher).get(reverse("pep:plan", args=[cast.plan.pk])).content.decode()
    assert "2 signatures under earlier versions do not count for version 2" in page
    assert "Still to sign: the designated teacher and the social worker." in page


def test_a_remark_is_told_to_those_who_work_on_it(cast):
    sign(cast, "social_worker", remark="We have moved the review")

    told = Notice.objects.filter(kind="pep_remark").values_list("recipient", flat=True)
    assert list(told) == [cast.adviser.pk]


def test_everyone_who_signs_is_asked_to(cast):
    asked = Notice.objects.filter(kind="pep_to_sign").values_list("recipient", flat=True)

    signers = (cast.teacher, cast.social_worker, cast.carer, cast.young_person)
    assert set(asked) == {person.pk for person in signers}


def test_a_signature_never_changes(cast):
    signature = sign(cast, "teacher")

    with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
        Signature.objects.filter(pk=signature.pk).update(remark="I did not say this")


def test_a_signature_goes_with_the_whole_record_alone(cast):
    """Also before the application's own role."""
    signature = sign(cast, "teacher")

    with pytest.raises(DatabaseError, match="never goes alone"), transaction.atomic():
        Signature.objects.filter(pk=signature.pk).delete()

    assert Signature.objects.filter(pk=signature.pk).exists()


# -- the page -------------------------------------------------------------------------------------


def as_(user):
    client = Client()
    client.force_login(user)
    return client


def url(cast):
    return reverse("pep:sign", args=[cast.plan.pk])


@pytest.mark.parametrize("who", ["teacher", "social_worker", "carer", "young_person"])
def test_who_signs_reads_the_plan_and_signs_below_it(cast, who):
    client = as_(getattr(cast, who))
    page = client.get(url(cast)).content.decode()
    assert version(cast).sha256 in page

    answer = client.post(url(cast), {"answer": "agrees", "sha256": version(cast).sha256})

    assert answer.status_code == 302
    assert Signature.objects.get().person_id == getattr(cast, who).pk
    assert "You have signed this version." in client.get(url(cast)).content.decode()


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({}, "Choose whether you agree or have something to add"),
        ({"answer": "adds", "remark": "  "}, "Enter what you want to add"),
        ({"answer": "adds", "remark": "x" * 1501}, "must be 1,500 characters or less"),
    ],
)
def test_what_is_missing_is_said(cast, sent, words):
    answer = as_(cast.carer).post(url(cast), sent | {"sha256": version(cast).sha256})

    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not Signature.objects.exists()


def test_words_to_add_are_not_lost_when_a_newer_version_was_agreed(cast):
    client, old = as_(cast.carer), version(cast).sha256
    reopen_and_agree(cast)

    answer = client.post(
        url(cast), {"answer": "adds", "remark": "She is proud of it", "sha256": old}
    )

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Read it as it is now" in page
    assert "She is proud of it" in page
    assert version(cast).sha256 in page
    assert not Signature.objects.exists()


def test_who_agrees_adds_nothing(cast):
    sent = {"answer": "agrees", "remark": "typed, then not meant", "sha256": version(cast).sha256}

    as_(cast.carer).post(url(cast), sent)

    assert Signature.objects.get().remark == ""


@pytest.mark.parametrize("who", ["head", "adviser"])
def test_who_does_not_sign_has_no_page_for_it(cast, who):
    assert as_(getattr(cast, who)).get(url(cast)).status_code == 403


# -- verify_plan ----------------------------------------------------------------------------------


def verified(text):
    out = StringIO()
    call_command("verify_plan", text, stdout=out)
    return out.getvalue()


def test_the_hash_of_the_paper_is_verified(cast):
    sign(cast, "social_worker")
    sign(cast, "teacher")

    said = verified(version(cast).sha256[:16].upper())

    assert "As agreed: version 1, 20/11/2026" in said
    assert "Signed by designated teacher and social worker." in said


@pytest.mark.parametrize(
    ("text", "words"), [("ab", "at least 16"), ("z" * 16, "at least 16"), ("0" * 16, "altered")]
)
def test_another_hash_is_refused(cast, text, words):
    with pytest.raises(CommandError, match=words):
        verified(text)

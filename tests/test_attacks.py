"""What somebody may try on purpose: each attack of SECURITY.md that no other test makes."""

import zipfile
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from urllib.parse import urlencode
from uuid import UUID

import pytest
from django.apps import apps
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import wall
from accounts.middleware import SEAT
from accounts.models import Membership
from accounts.roles import Role
from audit.models import Event
from children.models import DoNotShare, Flag, Involvement
from families.models import SignInCode
from files.models import Load, StoredFile
from pep.models import Attachment, Doubt, Note
from tests import matrix
from tests.access_table import ADMINISTRATORS, EVERYONE, ROUTES, RUN_BENS
from tests.admin_table import ADMIN_ROUTES
from tests.factories.accounts import MembershipFactory
from tests.factories.children import InvolvementFactory
from tests.world import build_world

IN_THE_ADMIN = {name: route for name, route in ADMIN_ROUTES.items() if not route.kwargs}
FORM = "application/x-www-form-urlencoded"
MARKUP = "<script>alert(1)</script>"
QUOTED = "\"'><img src=x onerror=alert(2)>"
# Who someone is, what they may, whose child it is, what was agreed: no form of a case changes them
KEPT = (
    "accounts_user", "accounts_membership", "children_child", "children_involvement",
    "children_enrolment", "children_periodofcare", "placements_address", "placements_placement",
    "placements_legalstatus", "pep_agreedversion", "pep_signature", "pep_deputy", "pep_form",
    "pep_formversion", "papers_deliveryplace", "quality_rubric",
    "schools_authority", "schools_policy",
)  # fmt: skip
# Where a person does change one of them, and who may
MAY_CHANGE: dict[str, set[str]] = {
    "people:end": RUN_BENS,
    "people:end_all": RUN_BENS,
    "people:account": ADMINISTRATORS,
    "people:end_cover": {"head", "officer", "manager"},
    "people:end_colleague": {"teacher", "head_teacher"},
    "pep:end_deputy": {"head"},
}


@pytest.fixture
def world(db):
    return build_world()


def asked(world, name):
    route = ROUTES.get(name) or ADMIN_ROUTES[name]
    return reverse(name, kwargs=route.kwargs(world) if route.kwargs else None)


# A name with markup ------------------------------------------------------------------------------


def test_a_persons_name_with_markup_is_only_ever_text_in_the_admin(client, world):
    teacher = world.people["teacher"]
    teacher.given_name, teacher.family_name = MARKUP, QUOTED
    teacher.save()
    client.force_login(world.people["system_administrator"])
    pages = [
        client.get(reverse(f"admin:{name}", args=args), {"q": "script"}).content.decode()
        for name, args in (
            ("accounts_user_changelist", []),
            ("accounts_user_change", [teacher.pk]),
            ("accounts_user_history", [teacher.pk]),
            ("accounts_membership_changelist", []),
            ("accounts_membership_change", [teacher.memberships.get().pk]),
        )
    ]

    assert [page for page in pages if MARKUP in page or "<img src=x" in page] == []
    assert sum("&lt;script&gt;" in page for page in pages) >= 3


# A part of one child under another --------------------------------------------------------------


def test_a_part_of_one_child_is_not_reached_through_another(client, world):
    """Both children are the reader's, so that only the part's parent can refuse it."""
    now = timezone.now()
    with wall.opened([901]):
        carer = InvolvementFactory(child=world.kofi, role=Role.CARER)
        code = SignInCode.objects.create(
            authority=world.kofi.authority, child=world.kofi, kind=SignInCode.Kind.CODE,
            code_hash="x" * 64, made_by=world.people["head"], made_at=now,
            expires_at=now + timedelta(hours=1),
        )  # fmt: skip
        parts = {
            "children:end_instruction": {
                "flag_pk": Flag.objects.get(child=world.kofi, kind="stop").pk
            },
            "children:end_note": {"note_pk": DoNotShare.objects.get(child=world.kofi).pk},
            "families:withdraw": {"code_pk": code.pk},
            "families:reset_pin": {"person_pk": carer.person_id},
        }
        theirs = {"plan": world.plans.kofi}
        note, file = Note.objects.get(**theirs), Attachment.objects.get(**theirs)
        of_plans = {
            "pep:note": {"note_pk": note.pk},
            "pep:mark_sorted": {"note_pk": note.pk},
            "pep:file": {"file_pk": file.pk},
            "pep:remove_file": {"file_pk": file.pk},
            "pep:put_file_back": {"file_pk": file.pk},
            "pep:withdraw_file": {"file_pk": file.pk},
            "pep:open_again": {"note_pk": note.pk},
            "pep:doubt": {"doubt_pk": Doubt.objects.get(**theirs).pk},
        }
    client.force_login(world.people["head"])

    answers = {
        name: client.post(reverse(name, kwargs={"pk": world.amara.pk, **part})).status_code
        for name, part in parts.items()
    }
    for name, part in of_plans.items():
        url = reverse(name, kwargs={"pk": world.plans.amara.pk, **part})
        answers[name] = getattr(client, ROUTES[name].method)(url).status_code
    parts |= of_plans

    assert answers == dict.fromkeys(parts, 404)
    of_two = {
        name
        for name, route in ROUTES.items()
        if route.kwargs and sum(isinstance(one, UUID) for one in route.kwargs(world).values()) > 1
    }
    assert of_two == set(parts), "routes with a part of a child that are not tried here"


# Every field of every model ----------------------------------------------------------------------


def everything(world):
    """A value for every field name there is, such as someone who wants more would send."""
    values = {
        field.name: "x" for model in apps.get_models() for field in model._meta.concrete_fields
    }
    wanted = {
        "role": Role.SYSTEM_ADMINISTRATOR, "authority": "902", "authority_id": "902",
        "child": str(world.zofia.pk), "child_id": str(world.zofia.pk), "status": "agreed",
        "is_active": "on", "is_staff": "on", "is_superuser": "on", "started_on": "2020-01-01",
        "ended_on": "2020-01-02", "email": "taken@elsewhere.example", "password": "x" * 14,
        "user": str(world.people["nobody"].pk), "person": str(world.people["nobody"].pk),
    }  # fmt: skip
    return values | wanted


def last_event():
    with wall.opened([901, 902]):
        return Event.objects.latest("pk").pk


def changed_since(place):
    """The kept tables of which the record says that a row changed; when somebody last signed in
    is no change. That no change of them misses the record is in tests/audit."""
    with wall.opened([901, 902]):
        rows = Event.objects.filter(pk__gt=place, kind__startswith="row.", table__in=KEPT)
        return {row.table for row in rows if set(row.after or row.before) != {"last_login"}}


@pytest.mark.parametrize("people", [sorted(EVERYONE)[::2], sorted(EVERYONE)[1::2]], ids="ab")
def test_posting_every_field_of_every_model_changes_nothing(client, world, people):
    body = urlencode(everything(world))
    taking = {
        row.route
        for row, given in matrix.read().items()
        if row.method == "post" and row.route in ROUTES and not matrix.is_not_taken(given)
    }
    assert set(MAY_CHANGE) < taking
    changed = []
    for key in people:
        client.force_login(world.people[key])
        before = last_event()
        for name in sorted(taking):
            if ROUTES[name].signs_out or key in MAY_CHANGE.get(name, set()):
                continue
            with matrix.taken_back():
                client.post(asked(world, name), body, content_type=FORM)
                changed += [f"{key}, {name}: {table}" for table in changed_since(before)]

    assert changed == []


# Access that has ended ---------------------------------------------------------------------------


def test_an_old_form_is_refused_once_the_work_has_ended(client, world):
    client.force_login(world.people["social_worker"])
    url = reverse("children:instruction", args=[world.amara.pk])
    form = {"instruction-label": "Must not be collected"}
    with wall.opened([901]):
        Involvement.objects.filter(person=world.people["social_worker"]).update(
            ended_on=timezone.localdate()
        )

    assert client.post(url, form).status_code in {403, 404}


def test_a_membership_that_ended_works_no_more_in_the_same_session(client, world):
    client.force_login(world.people["head"])
    overview = reverse("dashboard:overview")
    assert client.get(overview).status_code == 200

    Membership.objects.filter(user=world.people["head"]).update(ended_on=timezone.localdate())

    assert client.get(overview).status_code == 403


def test_a_role_chosen_in_the_session_must_still_be_held(client, world):
    head = world.people["head"]
    other = MembershipFactory(user=head, role=Role.OFFICER, authority_id=902)
    client.force_login(head)
    client.post(reverse("accounts:switch"), {"seat": "officer:902"})
    assert "Zofia" in client.get(reverse("dashboard:children")).content.decode()

    other.ended_on = timezone.localdate() - timedelta(days=1)
    other.save()

    assert "Zofia" not in client.get(reverse("dashboard:children")).content.decode()


def test_a_role_nobody_gave_cannot_be_chosen(client, world):
    client.force_login(world.people["teacher"])

    answer = client.post(reverse("accounts:switch"), {"seat": "virtual_school_head:901"})

    assert answer.status_code == 422
    assert client.get(reverse("dashboard:overview")).status_code == 403


@pytest.mark.parametrize(
    "named", ["virtual_school_head:901", "adviser:901", "designated_teacher:902", "nonsense", ""]
)
def test_a_seat_named_in_the_session_opens_nothing_that_is_not_held(client, world, named):
    """Even if the session itself could be written."""
    client.force_login(world.people["teacher"])
    session = client.session
    session[SEAT] = named
    session.save()

    assert client.get(reverse("dashboard:overview")).status_code == 403
    assert client.get(reverse("dashboard:child", args=[world.kofi.pk])).status_code == 404
    assert client.get(reverse("dashboard:child", args=[world.amara.pk])).status_code == 200


# Files -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("../../../evil.csv", b"CHILD,SEX\n1,F\n"),
        ("..\\..\\evil.csv", b"CHILD,SEX\n1,F\n"),
        ("/etc/evil.csv", b"CHILD,SEX\n1,F\n"),
        ("page.csv", b"<html><script>alert(1)</script></html>"),
        ("drawing.csv", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
    ],
)
def test_a_crafted_file_stays_under_a_name_of_ours(
    client, world, name, content, django_capture_on_commit_callbacks
):
    client.force_login(world.people["head"])
    upload = SimpleUploadedFile(name, content, "text/html")

    client.post(reverse("returns:send", args=["roll"]), {"files": [upload]})

    with wall.opened([901]):
        assert_kept_under_names_of_ours()
        for load in Load.objects.exclude(pk=world.load.pk):
            answer = client.get(reverse("returns:load", args=[load.pk])).content.decode()
            assert "<script>alert" not in answer
            assert "<svg xmlns='" not in answer


def assert_kept_under_names_of_ours():
    root = Path(settings.MEDIA_ROOT).resolve()
    beside_plans = Attachment.objects.values("file")
    sent = StoredFile.objects.filter(scan=StoredFile.Scan.NOT_SCANNED)
    kept = list(sent.exclude(pk__in=beside_plans))
    assert kept
    for stored in kept:
        path = Path(stored.content.path).resolve()
        assert path.is_relative_to(root)
        assert path.name == str(stored.pk)
        assert stored.content_type == "text/csv"


ROLL = b"CHILD,SEX\n1,F\n"
PAGE, DRAWING = b"<script>alert(1)</script>", b"<svg xmlns='http://www.w3.org/2000/svg'/>"


def send_zip(client, world, *members):
    archive = BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as box:
        for name, content in members:
            box.writestr(name, content)
    client.force_login(world.people["head"])
    upload = SimpleUploadedFile("roll.zip", archive.getvalue(), "application/zip")
    return client.post(reverse("returns:send", args=["roll"]), {"files": [upload]})


@pytest.mark.parametrize(
    ("members", "names"),
    [
        ([("../../evil.csv", ROLL)], ["evil.csv"]),
        ([("/etc/evil.csv", ROLL)], ["etc/evil.csv"]),
        ([("roll.csv", ROLL), ("page.html", PAGE), ("drawing.svg", DRAWING)], ["roll.csv"]),
        ([("roll.csv", ROLL), ("inner.zip", b"PK\x03\x04")], ["roll.csv"]),
    ],
    ids=["up", "root", "page and drawing", "a zip in the zip"],
)
def test_of_a_crafted_zip_only_tables_are_kept(client, world, members, names):
    assert send_zip(client, world, *members).status_code == 302

    with wall.opened([901]):
        assert Load.objects.exclude(pk=world.load.pk).get().file_names == names
        assert_kept_under_names_of_ours()


@pytest.mark.parametrize(
    ("members", "words"),
    [
        ([("page.html", PAGE), ("drawing.svg", DRAWING)], "There is no CSV file in the zip"),
        ([("roll.csv", b"\0" * 200_000)], "The files in the zip are too large"),
        ([(f"{n}.csv", ROLL) for n in range(61)], "Send 60 files or fewer at a time"),
    ],
    ids=["nothing of ours", "far larger unpacked", "very many"],
)
def test_a_crafted_zip_is_refused(client, world, settings, members, words):
    settings.UPLOAD_LIMIT_BYTES = 100_000

    answer = send_zip(client, world, *members)

    assert answer.status_code == 422
    assert words in answer.content.decode()
    with wall.opened([901]):
        assert not Load.objects.exclude(pk=world.load.pk).exists()


def test_files_lie_where_the_web_server_does_not_look():
    media = Path(settings.MEDIA_ROOT).resolve()

    for served in (settings.STATIC_ROOT, *settings.STATICFILES_DIRS):
        assert not media.is_relative_to(Path(served).resolve())
    assert not settings.MEDIA_URL or settings.MEDIA_URL == "/"


# Cross-site ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", ["head", "teacher", "carer", "system_administrator"])
def test_a_form_of_another_site_is_refused(world, key):
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.people[key])
    let_in = []
    for name, route in (ROUTES | IN_THE_ADMIN).items():
        if name in {"csp_report"}:
            continue  # takes reports from any browser, and changes nothing
        status = client.post(asked(world, name), route.data or {}).status_code
        if status not in {403, 405}:
            let_in.append(f"{name}: {status}")

    assert let_in == []

"""Every page as everybody who may open it: the policy, axe, 320 wide, and what points nowhere."""

from datetime import date
from types import SimpleNamespace

import pytest
from django.contrib import admin
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from accounts import wall
from accounts.models import CouncilSignIn
from accounts.permissions import PERMISSIONS
from files.models import Load
from papers.models import DeliveryPlace
from pep import actions, documents, form_content
from pep.models import Form, FormVersion, Paper, Question, Section
from planforms.views import may_write
from returns import actions as load_actions
from returns import tasks as load_tasks
from schools.models import ClosedDay, District, Postcode, TeachingPeriod
from starting.actions import start_plan
from tests.access_table import ADMINISTRATORS, EVERYONE, ROUTES
from tests.browser.conftest import Visitor
from tests.browser.walking import Walk
from tests.factories.accounts import seated
from tests.factories.children import ChildFactory, EnrolmentFactory, PeriodOfCareFactory
from tests.factories.pep import fill
from tests.factories.schools import PolicyFactory

# In two processes, which note for each other what axe has read
OFFICE = pytest.mark.xdist_group("pages of the office")
OTHERS = pytest.mark.xdist_group("pages of the others")

# One of each role. Their doubles with other children see no page that these do not
PEOPLE = [
    "head", "adviser", "officer", "finance", "social_worker", "manager", "duty_worker",
    "reviewing_officer", "personal_adviser", "teacher", "head_teacher", "safeguarding_lead",
    "colleague", "send_officer", "admissions_officer", "youth_justice_worker",
    "area_virtual_school", "carer", "young_person", "governor", "authority_administrator",
    "system_administrator",
]  # fmt: skip
OF_THE_OFFICE = {
    "head", "adviser", "officer", "finance", "governor", "authority_administrator",
    "system_administrator",
}  # fmt: skip
# A page for everybody is the same for all who have the same frame around it: one person of each
FRAMES = {"head", "teacher", "carer", "young_person", "system_administrator"}
NOT_PAGES = {
    "health", "accounts:theme", "returns:faults", "pep:pdf", "pep:file", "disclosure:file",
    "oversight:print_style",
}  # fmt: skip
OWN_SECTIONS = {
    "teacher": ("school",), "social_worker": ("social_worker",), "carer": ("carer",),
    "young_person": ("child",),
}  # fmt: skip
SOUND = "CHILD,SEX,DOB,ETHNIC,UPN,MOTHER,MC_DOB\n1,F,18/10/2011,WBRI,UN1,0,\n"
FAULTY = SOUND + "2,F,31/02/2011,WBRI,UN1,0,\n3,X,18/10/2011,ZZZZ,UN1,,\n"


@pytest.fixture(scope="module")
def world(standing):
    """The small council with plans and files in every state."""
    people = {key: seated(user) for key, user in standing.people.items()}
    now = timezone.now()
    with wall.opened([901, 902]):
        _agree(standing.plans.kofi, people=people, at=now)
        actions.save_section(
            plan_id=standing.plans.amara.pk, slug="english", base_version=0, at=now,
            values={"strengths": "She reads every day."}, by=people["teacher"],
        )  # fmt: skip
        form = form_content.of_version(standing.plans.amara.form_version_id)
        standing.plans.amara.sections_of_its_form = form.sections
        standing.checked = _checked_plan(standing, "Ife", people=people, at=now)
        standing.to_sign = _checked_plan(standing, "Jun", people=people, at=now)
        actions.agree(plan_id=standing.to_sign.pk, by=people["adviser"], at=now)
        standing.loads = [_load(people["head"], content=content) for content in (SOUND, FAULTY)]
        _fill_the_admin(standing)
    return standing


GONE = 410  # a link that is over


def _fill_the_admin(world):
    """A row of each table that the small council has none of; a form that is still open."""
    ours, autumn = world.amara.authority, date(2025, 9, 1)
    PolicyFactory(authority=ours)
    CouncilSignIn.objects.create(authority=ours, name="Northmere", email_domains=["a.example"])
    dated = {"authority": ours, "school": world.school}
    TeachingPeriod.objects.create(started_on=autumn, ended_on=date(2026, 8, 1), **dated)
    ClosedDay.objects.create(on=autumn, **dated)
    DeliveryPlace.objects.create(authority=ours, way="folder", folder="casefile")
    District.objects.create(code="E07000901", name="Northmere", upper_code="E10000901")
    Postcode.objects.create(
        postcode="QX99ZZ", easting=400_000, northing=300_000, district_code="E07000901"
    )
    form = Form.objects.create(phase=Form.Phase.PRIMARY, authority=ours)
    section = Section.objects.create(
        version=FormVersion.objects.create(form=form, number=1), slug="english", title="English",
        group="Learning", owner="school", place=1,
    )  # fmt: skip
    Question.objects.create(
        section=section, key="strengths", place=1, kind="text", label="What is going well?"
    )
    Question.objects.create(
        section=section, key="books", place=2, kind="rows", label="Books read",
        columns=[
            {"key": "title", "kind": "line", "label": "Title"},
            {"key": "how", "kind": "choice", "label": "How?", "options": [["alone", "Alone"]]},
        ],
    )  # fmt: skip


def _agree(plan, *, people, at):
    fill(plan, by=people["other_teacher"])
    actions.send(plan_id=plan.pk, by=people["head"], at=at)
    actions.start_checking(plan_id=plan.pk, by=people["adviser"], at=at)
    actions.agree(plan_id=plan.pk, by=people["adviser"], at=at)
    documents.produce_pdf(Paper.objects.get(version__plan=plan).pk, at=at)


def _checked_plan(world, given_name, *, people, at):
    """The plan of another child, sent and half read by the adviser."""
    child = ChildFactory(
        authority=world.amara.authority, given_name=given_name, family_name="Briain",
        date_of_birth=date(at.year - 14, 5, 1),
    )  # fmt: skip
    PeriodOfCareFactory(child=child)
    EnrolmentFactory(child=child, school=world.school, year_group=10)
    plan = start_plan(child_id=child.pk, by=people["head"], at=at)
    fill(plan, by=people["teacher"])
    actions.send(plan_id=plan.pk, by=people["teacher"], at=at)
    actions.start_checking(plan_id=plan.pk, by=people["adviser"], at=at)
    return plan


def _load(by, *, content):
    upload = SimpleUploadedFile("header.csv", content.encode())
    load = load_actions.receive(
        kind=Load.Kind.ROLL,
        uploads=[upload],
        authority_id=901,
        options={},
        by=by,
        at=timezone.now(),
    )
    load_tasks.check(authority_id=901, load_id=str(load.pk))
    return load


def pages_of(key, world):
    """The address of every page this person may open, with its name."""
    for name, route in ROUTES.items():
        is_theirs = key in route.roles and (route.mine is None or key in route.mine)
        if route.roles == EVERYONE and key not in FRAMES:
            continue
        answer = (route.instead or {}).get(key, route.ok)
        if route.method == "get" and is_theirs and answer == 200 and name not in NOT_PAGES:
            yield name, reverse(name, kwargs=route.kwargs(world) if route.kwargs else None)
    yield from _sections(key, world)
    yield from _states(key, world)
    if key in ADMINISTRATORS:
        yield from _admin_pages(world.people[key])


def _sections(key, world):
    """Sections of a plan that the person writes."""
    plan = world.plans.amara
    for section in plan.sections_of_its_form:
        if section.owner in OWN_SECTIONS.get(key, ()):
            yield "pep:section", reverse("pep:section", args=[plan.pk, section.slug])


def _states(key, world):
    """Pages that look otherwise in another state."""
    if key == "teacher":
        for name in ("plan", "sign", "compare"):
            yield f"pep:{name}", reverse(f"pep:{name}", args=[world.to_sign.pk])
    if key == "head":
        agreed, checked = world.plans.kofi.pk, world.checked.pk
        for name, pk in (
            ("plan", agreed), ("read", agreed), ("reopen", agreed),
            ("plan", checked), ("send_back", checked),
        ):  # fmt: skip
            yield f"pep:{name}", reverse(f"pep:{name}", args=[pk])
        yield "quality:check", reverse("quality:check", args=[checked])
        yield "dashboard:child_peps", reverse("dashboard:child_peps", args=[world.kofi.pk])
        yield "dashboard:child_targets", reverse("dashboard:child_targets", args=[world.kofi.pk])
        for load in world.loads:
            yield "returns:load", reverse("returns:load", args=[load.pk])
        for kind in ("roll", "attendance"):
            yield "returns:send", reverse("returns:send", args=[kind])


def _admin_pages(person):
    """The administration: of each table the list, a new row, one to change and one to read.

    A list that finds nothing and the history of a row are Django's, the same for every table:
    one of each.
    """
    request = SimpleNamespace(user=seated(person), GET={}, resolver_match=None)
    yield "admin:index", reverse("admin:index")
    yield "admin:app_list", reverse("admin:app_list", args=["schools"])
    lists = reverse("admin:schools_term_changelist")
    yield "admin:schools_term_changelist", f"{lists}?q=nothing-is-called-this"
    for model, table in admin.site._registry.items():
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        yield f"{name}_changelist", reverse(f"{name}_changelist")
        if table.has_add_permission(request):
            yield f"{name}_add", reverse(f"{name}_add")
        with wall.opened([901, 902]):
            rows = {table.has_change_permission(request, row): row for row in
                    table.get_queryset(request)[:200]}  # fmt: skip
        assert rows, f"no {name} to look at"
        for row in rows.values():
            yield f"{name}_change", reverse(f"{name}_change", args=[row.pk])
    yield f"{name}_history", reverse(f"{name}_history", args=[row.pk])
    yield from _pages_of_forms(request)


def _pages_of_forms(request):
    """A form an authority writes: tried, compared with the one before, taken in from a file."""
    versions = FormVersion.objects.filter(form__authority__in=[901, 902])
    for name in ("preview", "changes"):
        yield f"admin:planforms_{name}", reverse(f"admin:planforms_{name}", args=[versions[0].pk])
    if may_write(request):
        yield "admin:planforms_take_in", reverse("admin:planforms_take_in")


@pytest.fixture(scope="module")
def walk(tmp_path_factory, testrun_uid):
    """Walkers of one run, in whatever process, share the notes of what axe has read."""
    place = tmp_path_factory.getbasetemp().parent / f"read-by-axe-{testrun_uid}"
    place.mkdir(exist_ok=True)
    return Walk(place)


@pytest.fixture
def visitor(chromium, world):
    visitor = Visitor(chromium, world.site)
    yield visitor
    visitor.context.close()


@pytest.mark.parametrize(
    "key",
    [pytest.param(key, marks=OFFICE if key in OF_THE_OFFICE else OTHERS) for key in PEOPLE],
)
def test_every_page(key, world, visitor, walk):
    visitor.enter(world.people[key])
    faults = []
    for name, path in pages_of(key, world):
        faults += [f"{name} {path}: {fault}" for fault in walk.faults_of(visitor, path)]

    assert not faults, "\n".join(faults)


@OTHERS
def test_every_role_is_walked(world):
    walked = {seated(world.people[key]).seat.role for key in PEOPLE}

    assert walked == set(PERMISSIONS)


@OFFICE
def test_forms_of_the_admin_with_their_errors(world, visitor, walk):
    """What is said when a new row is saved empty, to who may add rows of every table."""
    person = world.people["system_administrator"]
    visitor.enter(person)
    faults = []
    for name, path in _admin_pages(person):
        if name.endswith("_add"):
            visitor.open(path)
            visitor.page.locator("[name=_save]").click()
            visitor.page.wait_for_load_state("load")
            assert visitor.page.locator(".errornote").count() == 1, name
            faults += [f"{name}: {fault}" for fault in walk.state_of(visitor)]

    assert not faults, "\n".join(faults)


@OTHERS
@pytest.mark.parametrize("key", [None, "nobody", "head", "carer", "young_person"])
def test_pages_for_everybody_and_pages_that_refuse(key, world, visitor, walk):
    """Sign-in and the pages open to all; one that is not there, and one of another role."""
    public = {
        name: route for name, route in ROUTES.items()
        if route.public and route.method == "get" and not route.kwargs and name not in NOT_PAGES
    }  # fmt: skip
    paths = {
        reverse(name): GONE if route.ok == GONE else 200 for name, route in public.items()
        if not key or route.ok in {200, GONE}
    }  # fmt: skip
    paths["/no-such-page/"] = 404
    if key:
        visitor.enter(world.people[key])
        paths[reverse("dashboard:school_home")] = 403
    faults = []
    for path, status in paths.items():
        faults += [f"{path}: {fault}" for fault in walk.faults_of(visitor, path, status=status)]

    assert not faults, "\n".join(faults)

"""Every page as everybody who may open it: the policy, axe, 320 wide, and what points nowhere."""

import re
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from accounts import wall
from files.models import Load
from pep import actions, documents, form_content
from pep.models import Paper
from returns import actions as load_actions
from returns import tasks as load_tasks
from tests.access_table import ROUTES
from tests.browser.conftest import NARROW, PHONE, WIDE, Visitor
from tests.factories.accounts import seated
from tests.factories.children import ChildFactory, EnrolmentFactory, PeriodOfCareFactory
from tests.factories.pep import fill

# One of each kind of page-goer; the others open the same pages (tests/test_access.py)
PEOPLE = [
    "head", "social_worker", "teacher", "carer", "young_person", "governor",
    "authority_administrator",
]  # fmt: skip
NOT_PAGES = {"health", "accounts:theme", "returns:faults", "pep:pdf"}
NAMES = ("Amara", "Okell", "Kofi", "Arden", "Zofia", "Łaska", "Ife", "Briain")
OWN_SECTIONS = {
    "teacher": ("school",), "social_worker": ("social_worker",), "carer": ("carer",),
    "young_person": ("child",),
}  # fmt: skip
SOUND = "CHILD,SEX,DOB,ETHNIC,UPN,MOTHER,MC_DOB\n1,F,18/10/2011,WBRI,UN1,0,\n"
FAULTY = SOUND + "2,F,31/02/2011,WBRI,UN1,0,\n3,X,18/10/2011,ZZZZ,UN1,,\n"
IN_THE_MARKUP = {
    "a style attribute": re.compile(r"<[^>]+\sstyle\s*=", re.IGNORECASE),
    "a style element": re.compile(r"<style", re.IGNORECASE),
    "an inline script": re.compile(r"<script(?![^>]*\ssrc=)", re.IGNORECASE),
    "an inline handler": re.compile(r"<[^>]+\son[a-z]+\s*=", re.IGNORECASE),
    "a javascript: address": re.compile(r"href=\"javascript:", re.IGNORECASE),
}
# A page of the same build as one that was read at every size is not read again
BUILD = """() => [...document.querySelectorAll("body *")].map((e) =>
  `${e.tagName}.${e.getAttribute("class") || ""}.${e.getAttribute("role") || ""}.${e.type || ""}`)
  .join()"""


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
        standing.checked = _checked_plan(standing, people=people, at=now)
        standing.loads = [_load(people["head"], content=content) for content in (SOUND, FAULTY)]
    return standing


def _agree(plan, *, people, at):
    fill(plan, by=people["other_teacher"])
    actions.send(plan_id=plan.pk, by=people["head"], at=at)
    actions.start_checking(plan_id=plan.pk, by=people["adviser"], at=at)
    actions.agree(plan_id=plan.pk, by=people["adviser"], at=at)
    documents.produce_pdf(Paper.objects.get(version__plan=plan).pk, at=at)


def _checked_plan(world, *, people, at):
    """The plan of a third child, sent and half read by the adviser."""
    child = ChildFactory(
        authority=world.amara.authority, given_name="Ife", family_name="Briain",
        date_of_birth=date(at.year - 14, 5, 1),
    )  # fmt: skip
    PeriodOfCareFactory(child=child)
    EnrolmentFactory(child=child, school=world.school, year_group=10)
    plan = actions.start_plan(child_id=child.pk, by=people["head"], at=at)
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
        answer = (route.instead or {}).get(key, route.ok)
        if route.method == "get" and is_theirs and answer == 200 and name not in NOT_PAGES:
            yield name, reverse(name, kwargs=route.kwargs(world) if route.kwargs else None)
    yield from _sections(key, world)
    yield from _states(key, world)


def _sections(key, world):
    """Sections of a plan that the person writes."""
    plan = world.plans.amara
    for section in plan.sections_of_its_form:
        if section.owner in OWN_SECTIONS.get(key, ()):
            yield "pep:section", reverse("pep:section", args=[plan.pk, section.slug])


def _states(key, world):
    """Pages that look otherwise in another state."""
    if key == "head":
        agreed, checked = world.plans.kofi.pk, world.checked.pk
        for name, pk in (
            ("plan", agreed), ("read", agreed), ("reopen", agreed),
            ("plan", checked), ("check", checked),
        ):  # fmt: skip
            yield f"pep:{name}", reverse(f"pep:{name}", args=[pk])
        yield "dashboard:child_peps", reverse("dashboard:child_peps", args=[world.kofi.pk])
        for load in world.loads:
            yield "returns:load", reverse("returns:load", args=[load.pk])
        for kind in ("roll", "attendance"):
            yield "returns:send", reverse("returns:send", args=[kind])


@pytest.fixture(scope="module")
def read_builds():
    return set()


@pytest.fixture
def visitor(chromium, world):
    visitor = Visitor(chromium, world.site)
    yield visitor
    visitor.context.close()


@pytest.mark.parametrize("key", PEOPLE)
def test_every_page(key, world, visitor, read_builds):
    visitor.enter(world.people[key])
    faults = []
    for name, path in pages_of(key, world):
        faults += [f"{name} {path}: {fault}" for fault in faults_of(visitor, path, read_builds)]

    assert not faults, "\n".join(faults)


def faults_of(visitor, path, read_builds):
    """What is wrong with a page, one line each."""
    visitor.messages.clear()
    visitor.page.set_viewport_size(WIDE)
    answer = visitor.open(path)
    if answer.status != 200:
        return [f"status {answer.status}"]
    markup = answer.text()
    found = [f"{what} in the markup" for what, sign in IN_THE_MARKUP.items() if sign.search(markup)]
    found += [f"“{name}” in the title" for name in NAMES if name in visitor.page.title()]
    found += visitor.dangling()
    found += _sizes(visitor, read_builds)
    return found + [f"console: {message}" for message in visitor.messages]


def _sizes(visitor, read_builds):
    """Read the page wide, on a phone and at 320, unless one of the same build was read."""
    build = hash(visitor.page.evaluate(BUILD))
    if build in read_builds:
        return []
    read_builds.add(build)
    found = visitor.violations()
    visitor.page.set_viewport_size(PHONE)
    found += [f"on a phone: {line}" for line in visitor.violations()]
    visitor.page.set_viewport_size(NARROW)
    if visitor.scrolls_sideways():
        found.append("scrolls sideways at 320")
    return found

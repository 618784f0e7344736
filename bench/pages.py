"""Server time of the pages people open most, as times of a page that does nothing.

In this process, through the whole stack: sessions, sign-in, the wall, the record, templates. The
budgets are for the slowest twentieth on a server of this class.
"""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse

from accounts.roles import Role
from bench.browsing import Fields, Reader, queries, reader
from bench.measuring import Line, Work, interleaved, timed
from children.models import Child
from dashboard.views.listing import PER_PAGE
from pep import form_content
from pep.form_content import Kind
from pep.models import Owner, PersonalEducationPlan
from pep.rules import BEING_WRITTEN

settings.ROOT_URLCONF = "bench.urls"

BARE = "bare view"
ROUNDS, WARM = 25, 3
GROUP = "Pages, server time"


@dataclass(frozen=True, slots=True)
class Page:
    """A page: what one opening of it is, and the most it may take."""

    name: str
    work: Work
    budget: float


def measure(*, children: int) -> list[Line]:
    pages = list(measured())
    works = {page.name: page.work for page in pages}
    counts = {name: queries(work) for name, work in works.items()}
    floor = Work(lambda: reader_of_head.get("/bench/bare/"))
    reader_of_head = reader(Role.VIRTUAL_SCHOOL_HEAD)
    timings = interleaved({BARE: floor, **works}, rounds=ROUNDS, warm=WARM)
    return [
        timed(
            GROUP,
            page.name,
            timings=timings,
            floor_name=BARE,
            budget=page.budget,
            note=f"{counts[page.name]} queries (bare: {queries(floor)})",
        )
        for page in pages
    ]


def measured() -> Iterator[Page]:
    """The pages measured, as the people who open them; made one after the other."""
    head, teacher = reader(Role.VIRTUAL_SCHOOL_HEAD), reader(Role.DESIGNATED_TEACHER)
    plan, slug = _plan_being_written(teacher)
    task_list = reverse("pep:plan", args=[plan.pk])
    section = reverse("pep:section", args=[plan.pk, slug])
    yield Page("overview", _opening(head, reverse("dashboard:overview")), 0.4)
    yield Page(
        f"children list, {PER_PAGE} rows", _opening(head, reverse("dashboard:children")), 0.25
    )
    yield Page(
        "children list, by attendance",
        _opening(head, reverse("dashboard:children") + "?sort=attendance&page=2"),
        0.25,
    )
    yield Page("child record", _opening(head, _record(head)), 0.25)
    yield Page("who PEPs wait for", _opening(head, reverse("chasing:board")), 0.25)
    yield Page("adviser's home", _opening(reader(Role.ADVISER), None), 0.2)
    yield Page("school home", _opening(teacher, None), 0.2)
    yield Page("PEP task list", _opening(teacher, task_list), 0.2)
    yield Page("PEP section", _opening(teacher, section), 0.15)
    yield Page("PEP section autosave", _autosave(teacher, plan, slug), 0.08)
    yield Page("carer's home", _opening(reader(Role.CARER), None), 0.12)


def _opening(person: Reader, url: str | None) -> Work:
    """Open a page; without an address, the one their role is sent to."""
    address = url or person.home()
    return Work(lambda: person.get(address))


def _record(head: Reader) -> str:
    """The first record by name of a child who is at a school and has a plan."""
    with head.behind_wall():
        child = (
            Child.objects.visible_to(head.user)
            .filter(enrolments__ended_on=None, personaleducationplans__isnull=False)
            .order_by("sort_name", "pk")[:1]
            .get()
        )
    return reverse("dashboard:child", args=[child.pk])


def _plan_being_written(teacher: Reader) -> tuple[PersonalEducationPlan, str]:
    """A plan at the teacher's school, and its section of the school's with the most questions."""
    with teacher.behind_wall():
        plan = (
            PersonalEducationPlan.objects.visible_to(teacher.user)
            .filter(status__in=BEING_WRITTEN)
            .order_by("-status", "-started_at", "pk")[:1]
            .get()
        )
        sections = form_content.of_version(plan.form_version_id).sections
    theirs = [s for s in sections if s.owner == Owner.SCHOOL]
    longest = max(theirs, key=lambda s: sum(q.kind == Kind.TEXT for q in s.questions))
    return plan, longest.slug


def _autosave(teacher: Reader, plan: PersonalEducationPlan, slug: str) -> Work:
    """Save what a person has typed into one long answer since the last time."""
    page = teacher.get(reverse("pep:section", args=[plan.pk, slug]))
    url = reverse("pep:autosave", args=[plan.pk, slug])
    fields = Fields(page.content.decode(), action=url)
    typed = itertools.count(1)

    def save() -> None:
        words = f"They read for twenty minutes a day, {next(typed)} days so far."
        teacher.post(url, fields.values | {fields.texts[0]: [words]})

    return Work(save)

"""What every template must not hold, and the frame for each role without a query."""

import re
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.contrib.messages import constants
from django.contrib.messages.storage.base import Message
from django.core.paginator import Paginator
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import RequestFactory

from tests.ui.markup import dangling, elements, read, same
from tests.ui.test_fields import FIXTURES
from ui.identity import Flag, Identity, RecordGroup, RecordLink, RecordMenu
from ui.navigation import LONGEST_MENU, MENUS, Item, Link, menu
from ui.parts import AttendanceCalendar, AttendanceCell, AttendanceRow, Kpi

pytestmark = pytest.mark.urls("tests.ui.addresses")

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
FORBIDDEN = {
    "a style attribute": r"<[^>]*\sstyle\s*=",
    "a style element": r"<style\b",
    "an inline script": r"<script\b(?![^>]*\bsrc=)",
    "an event attribute": r"<[^>]*\son[a-z]+\s*=",
    "htmx that needs eval": r"\bhx-on\b|hx-vals=.js:",
    "a script address": r"javascript:",
}
IDENTITY = Identity(
    initials="AO",
    name="Amara Okell",
    age=14,
    flags=[Flag("know", f"Fact {number}") for number in range(6)] + [Flag("stop", "Do not share")],
)


def pages():
    # Papers for WeasyPrint are not served to a browser
    return [path for path in TEMPLATES.rglob("*.html") if "pdf" not in path.parts]


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_template_holds(what):
    at_fault = [
        str(path.relative_to(TEMPLATES))
        for path in pages()
        if re.search(FORBIDDEN[what], path.read_text(), re.IGNORECASE)
    ]

    assert at_fault == []


class Person:
    is_authenticated = True
    given_name = "Dan"

    def __init__(self, role):
        self.seat = SimpleNamespace(role=role, authority_name="Northmere Council", label="Adviser")

    def get_full_name(self):
        return "Dan Whitlow"


def request_of(user):
    request = RequestFactory().get("/")
    request.user = user
    request.resolver_match = SimpleNamespace(view_name="dashboard:children")
    request.seats = [1, 2]
    request.idle_minutes = 30
    request.unread_notices = lambda: 3
    return request


def layout(name, user, **context):
    return render_to_string(f"layouts/{name}.html", context, request=request_of(user))


@pytest.mark.parametrize("name", ["staff", "child", "calm", "signed_out"])
@pytest.mark.parametrize("role", sorted(MENUS))
def test_a_layout_renders_for_each_role_without_a_query(role, name):
    # No database mark: a query would fail here
    html = layout(name, Person(role))

    assert dangling(html) == set()
    assert "Northmere Council" in html


@pytest.mark.parametrize("name", ["staff", "signed_out"])
def test_a_layout_renders_for_nobody(name):
    html = layout(name, SimpleNamespace(is_authenticated=False))

    assert "Sign out" not in html
    assert 'role="search"' not in html


@pytest.mark.parametrize("role", ["carer", "young_person", "governor"])
def test_search_is_for_staff_only(role):
    assert 'role="search"' not in layout("staff", Person(role))


@pytest.mark.parametrize("role", sorted(MENUS))
def test_menus_are_short(role):
    assert len(menu(role, "")) <= LONGEST_MENU


def test_pages_not_built_are_not_in_the_menu():
    assert [link.label for link in menu("carer", "")] == ["Home"]


def test_the_current_section_is_marked():
    current = [link.label for link in menu("adviser", "children:detail") if link.is_current]

    assert current == ["Children"]


def test_a_menu_item_is_current_in_its_sections():
    item = Item("Children", "dashboard:children", ("children", "pep:list"))

    assert item.is_current("dashboard:children")
    assert item.is_current("children:detail")
    assert item.is_current("pep:list")
    assert not item.is_current("pep:detail")
    assert not item.is_current("")


def test_the_menu_equals_the_fixture():
    items = [Link(f"Navigation item {n}", f"#/{n}", n == 2) for n in range(1, 5)]
    html = render_to_string("components/menu.html", {"menu": items})
    theirs = FIXTURES["service-navigation"]["with navigation with a current item"]

    # Sections, not pages, are marked: aria-current says "true"
    assert same(html.replace('aria-current="true"', 'aria-current="page"')) == same(theirs)


def test_the_title_holds_initials_and_no_name():
    html = layout("child", Person("adviser"), identity=IDENTITY)
    title = re.search(r"<title>(.*?)</title>", html, re.DOTALL)[1]

    assert "record A.O." in title
    assert "Amara" not in title
    assert title.endswith("Virtual School – Northmere Council")


def test_flags_that_forbid_come_first_and_five_are_shown():
    assert [flag.label for flag in IDENTITY.first_flags][:2] == ["Do not share", "Fact 0"]
    assert len(IDENTITY.first_flags) == 5
    assert "2 more" in layout("child", Person("adviser"), identity=IDENTITY)


def test_the_record_menu_names_the_current_page_when_closed():
    links = [RecordLink("Summary", "/s/"), RecordLink("SEND", "/x/", 0, is_current=True)]
    menu = RecordMenu("Amara’s record", [RecordGroup("Learning", links)])
    html = layout("child", Person("adviser"), identity=IDENTITY, record_menu=menu)

    assert "<summary>Amara’s record: SEND</summary>" in html
    assert '<a href="/x/" aria-current="page">' in html


def test_a_young_persons_page_says_whom_to_call():
    assert "0800 1111" in layout("calm", Person("young_person"), young_person=True)


@pytest.mark.parametrize("name", ["403", "404", "500", "403_csrf"])
def test_error_pages_need_no_context_and_no_script(name):
    html = render_to_string(f"{name}.html")

    assert "<script" not in html
    assert html.count("<h1") == 1
    assert dangling(html) == set()


@pytest.mark.parametrize(
    ("level", "title", "role"),
    [
        (constants.SUCCESS, "Done", "alert"),
        (constants.WARNING, "Important", "region"),
        (constants.ERROR, "There is a problem", "alert"),
    ],
)
def test_a_message_is_a_banner(level, title, role):
    context = Context({"messages": [Message(level, "PEP sent.", "undo:/undo/")], "csrf_token": "t"})
    html = render_to_string("components/banners.html", context.flatten())

    assert title in html
    assert f'role="{role}"' in html
    assert 'action="/undo/"' in html
    assert dangling(html) == set()


def test_undo_leads_nowhere_else():
    message = Message(constants.SUCCESS, "Sent.", "undo://elsewhere.example/")

    assert "<form" not in render_to_string("components/banners.html", {"messages": [message]})


def tag(source, request=None, **context):
    loaded = Template("{% load ui %}" + source)
    return loaded.render(Context({"request": request, **context}))


@pytest.mark.parametrize("kind", ["good", "warn", "bad", "info", "none"])
def test_a_status_is_a_shape_and_a_word(kind):
    html = tag("{% status kind 'On target' %}", kind=kind)

    assert "<svg" in html
    assert "On target" in html


def test_pagination_keeps_the_filters():
    request = RequestFactory().get("/?year=9&page=7")
    html = tag("{% pagination page %}", request, page=Paginator(range(1000), 50).page(7))

    assert 'href="?year=9&amp;page=8"' in html
    assert 'aria-current="page"' in html
    assert html.count("⋯") == 2


def test_a_single_page_has_no_pagination():
    html = tag("{% pagination page %}", None, page=Paginator([1], 50).page(1))

    assert "<nav" not in html


@pytest.mark.parametrize(
    ("query", "url", "order"),
    [
        ("", "?sort=name", None),
        ("?sort=name", "?sort=-name", "ascending"),
        ("?sort=-name&page=3", "?sort=name", "descending"),
    ],
)
def test_a_heading_sorts_and_says_how(query, url, order):
    html = tag("{% sort_header 'name' 'Name' %}", RequestFactory().get(f"/{query}"))
    heading = next(attrs for name, attrs in elements(html) if name == "th")

    assert f'href="{url}"' in html
    assert heading.get("aria-sort") == order


def test_a_tile_without_a_value_says_so():
    html = tag("{% kpi kpi %}", kpi=Kpi("Attendance", "", meta="Load a register to see it."))

    assert "No data yet" in html


def test_the_calendar_says_each_code_in_words_once_in_its_key():
    cell = AttendanceCell("I", "authorised", "Illness")
    rows = [AttendanceRow("Mon", [cell, cell]), AttendanceRow("Tue", [cell, AttendanceCell("")])]
    calendar = AttendanceCalendar("Autumn", ["7 Sep", "14"], rows)
    html = tag("{% attendance_calendar calendar %}", calendar=calendar)

    assert html.count("Illness") == 4  # three cells and the key
    assert [entry.code for entry in calendar.key] == ["I"]
    assert read(html)


def test_an_empty_fact_is_read_out_as_none():
    html = render_to_string("components/summary_list.html", {"rows": [("School", ""), ("Year", 0)]})

    assert "none</span>" in html
    assert "<dd>0" in html

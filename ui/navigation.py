"""The main menu of each role: labels and the pages they lead to. Only built pages appear."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import NoReverseMatch, reverse

LONGEST_MENU = 7


@dataclass(frozen=True, slots=True)
class Item:
    """One entry of a menu: the page it opens and the sections in which it is the current one.

    A section is a URL name ("dashboard:children") or a namespace ("pep").
    """

    label: str
    url_name: str
    sections: tuple[str, ...] = ()

    def is_current(self, view_name: str) -> bool:
        """Whether the page with this full view name lies in this item's section."""
        namespace = view_name.rpartition(":")[0]
        if view_name == self.url_name or view_name in self.sections:
            return True
        return bool(namespace) and namespace in self.sections


@dataclass(frozen=True, slots=True)
class Link:
    """A menu entry ready to be shown."""

    label: str
    url: str
    is_current: bool = False


# The pages of one child's record lie in the section its reader found the child in
_RECORD = (
    "dashboard:child",
    "dashboard:child_school",
    "dashboard:child_attendance",
    "dashboard:child_peps",
    "dashboard:child_targets",
    "dashboard:child_placements",
    "dashboard:child_people",
    "dashboard:child_access",
    "dashboard:export_access",
)

OVERVIEW = Item("Overview", "dashboard:overview", ("measures:overview", "dashboard:measure"))
YOUR_WORK = Item("Your work", "dashboard:your_work")
CHILDREN = Item("Children", "dashboard:children", ("children", "placements", "progress", *_RECORD))
PEPS = Item(
    "PEPs",
    "pep:list",
    (
        "pep",
        "papers",
        "quality",
    ),
)
ATTENDANCE = Item("Attendance", "attendance:overview", ("attendance",))
SCHOOLS = Item("Schools", "schools:list", ("schools",))
PREMIUM = Item("Pupil premium plus", "funding:list", ("funding",))
REPORTS = Item("Reports", "measures:list", ("measures", "retention", "disclosure"))
DATA = Item("Data in and out", "returns:list", ("returns",))
YOUR_PUPILS = Item("Your pupils", "dashboard:school_home", ("children", *_RECORD))
YOUR_CHILDREN = Item(
    "Your children", "dashboard:social_worker_home", ("children", "placements", *_RECORD)
)
MEETINGS = Item("Meetings", "voices:meetings")
MESSAGES = Item("Messages", "voices:messages")
MY_CHILDREN = Item("Home", "dashboard:my_children", ("dashboard:my_child", "pep", "papers"))
MY_VIEWS = Item("My views", "dashboard:my_views", ("voices", "pep", "papers"))
MY_GOALS = Item("My goals", "dashboard:my_goals")
MY_PEOPLE = Item("My people", "dashboard:my_people")
HELP = Item("Help", "help")
USERS = Item("People and access", "people:list", ("people",))
NAMED = Item("Your children", "people:named")
RECORD = Item("Record", "oversight:log", ("oversight",))
COVER = Item("Caseloads and cover", "people:cover", ("people",))
ADMIN = Item("Administration", "admin:index", ("admin",))

_CARE = (YOUR_CHILDREN, PEPS, MEETINGS, HELP)

# Role, as stored in a membership, to its menu in order.
MENUS: dict[str, tuple[Item, ...]] = {
    "virtual_school_head": (
        OVERVIEW,
        CHILDREN,
        PEPS,
        ATTENDANCE,
        SCHOOLS,
        PREMIUM,
        REPORTS,
        DATA,
    ),
    "adviser": (YOUR_WORK, CHILDREN, PEPS, ATTENDANCE, SCHOOLS, REPORTS),
    "officer": (YOUR_WORK, CHILDREN, PEPS, ATTENDANCE, SCHOOLS, PREMIUM, DATA, USERS),
    "finance_officer": (PREMIUM, REPORTS, HELP),
    "designated_teacher": (YOUR_PUPILS, PEPS, ATTENDANCE, PREMIUM, HELP),
    "head_teacher": (YOUR_PUPILS, PEPS, ATTENDANCE, HELP),
    "safeguarding_lead": (YOUR_PUPILS, PEPS, ATTENDANCE, HELP),
    "invited_colleague": (PEPS, HELP),
    "social_worker": _CARE,
    "team_manager": (YOUR_CHILDREN, PEPS, MEETINGS, COVER, HELP),
    "duty_worker": _CARE,
    "reviewing_officer": _CARE,
    "personal_adviser": _CARE,
    "send_officer": (NAMED, PEPS, HELP),
    "admissions_officer": (NAMED, HELP),
    "youth_justice_worker": (NAMED, HELP),
    "area_virtual_school": (NAMED, HELP),
    "carer": (MY_CHILDREN, MEETINGS, MESSAGES),
    "young_person": (MY_VIEWS, MY_GOALS, MY_PEOPLE),
    "governor": (REPORTS,),
    "authority_administrator": (USERS, RECORD, ADMIN),
    "system_administrator": (USERS, DATA, RECORD, ADMIN),
}

# What a role with a full menu finds in the header instead, beside its notifications.
TOOLS: dict[str, tuple[Item, ...]] = {"virtual_school_head": (USERS, RECORD)}

# Who gets the search box: people who work with more than a handful of children.
SEARCHING_ROLES = frozenset(
    {
        "virtual_school_head",
        "adviser",
        "officer",
        "designated_teacher",
        "head_teacher",
        "safeguarding_lead",
        "social_worker",
        "team_manager",
        "duty_worker",
        "reviewing_officer",
    }
)
CALM_ROLES = frozenset({"carer", "young_person"})


def address(*url_names: str, args: Sequence[Any] = ()) -> str:
    """The address of the first of these pages that exists; empty when none does."""
    for name in url_names:
        try:
            return reverse(name, args=args)
        except NoReverseMatch:
            continue
    return ""


def menu(role: str, view_name: str) -> list[Link]:
    """The menu of a role, without pages that are not there; at most seven entries."""
    return _links(MENUS.get(role, ()), view_name)[:LONGEST_MENU]


def tools(role: str, view_name: str) -> list[Link]:
    """What the header offers a role besides its menu."""
    return _links(TOOLS.get(role, ()), view_name)


def _links(items: tuple[Item, ...], view_name: str) -> list[Link]:
    return [
        Link(item.label, url, item.is_current(view_name))
        for item in items
        if (url := address(item.url_name))
    ]

"""The access matrix: every route, method and child against every person, as a reviewed file.

`tests/access_matrix.csv` holds one row per route, method and whose child it is about, and one
column per person. A cell that is missing (a new route, a new person; empty one to ask again) is
filled from what the site answers:

    VS_WRITE_MATRIX=1 .venv/bin/pytest tests/test_every_route.py -k lacks

Read what it wrote line by line before it is committed: the file says what must be.
`tests/test_every_route.py` holds the site to it, `tests/test_matrix.py` holds the file itself to
what must be true of any matrix.
"""

import csv
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass, replace
from pathlib import Path
from types import SimpleNamespace

from django.db import transaction
from django.urls import reverse

from children.models import DoNotShare, Flag
from pep.models import Attachment, Doubt, Note
from quality.models import SecondMark
from tests.access_table import EVERYONE, ROUTES
from tests.admin_table import ADMIN_ROUTES

FILE = Path(__file__).with_name("access_matrix.csv")
ANONYMOUS = "anonymous"
PEOPLE = (*sorted(EVERYONE), "nobody", ANONYMOUS)
# Whose child a route is about, seen from Amara's people; "any" is about no child
OWN, SAME, OTHER, ANY = "own", "same authority", "other authority", "any"
_WHOSE = {OWN: "amara", SAME: "kofi", OTHER: "zofia"}
# Whose row a page of the admin is about: the authority's that Amara's people work for, or another's
OWN_ROW, OTHER_ROW = "own row", "other row"
SEEN_FROM = {ANY: OWN, OWN_ROW: OWN, OTHER_ROW: OTHER}
ALL_ROUTES = ROUTES | ADMIN_ROUTES
ONLY_READ = ("_changelist", "_history")  # of the admin: without actions they take no form
# They end the session that the walk goes on with
LEFT_OUT = {("accounts:sign_out", "post"), ("admin:logout", "post")}


@dataclass(frozen=True)
class Row:
    route: str
    method: str
    whose: str


def about(world, name):
    """The world as the routes see it, with another child in Amara's place."""
    seen = replace(world, amara=getattr(world, name))
    seen.plans = copy(world.plans) if isinstance(world.plans, SimpleNamespace) else world.plans
    seen.plans.amara = getattr(world.plans, name)
    seen.file = Attachment.objects.get(plan=seen.plans.amara)
    seen.query = Note.objects.get(plan=seen.plans.amara)
    seen.mark = SecondMark.objects.get(plan=seen.plans.amara)
    seen.doubt = Doubt.objects.get(plan=seen.plans.amara)
    seen.flag = Flag.objects.get(child=seen.amara, kind="stop")
    seen.note = DoNotShare.objects.get(child=seen.amara)
    return seen


def rows(worlds):
    """Every row there must be. `worlds` maps whose child to the world as seen from there."""
    for name, route in ALL_ROUTES.items():
        asked = {w: route.kwargs(seen) for w, seen in worlds.items()} if route.kwargs else {}
        several = [OWN_ROW, OTHER_ROW] if name in ADMIN_ROUTES else list(worlds)
        whose = several if len({str(one) for one in asked.values()}) > 1 else [ANY]
        for method in ("get",) if name.endswith(ONLY_READ) else ("get", "post"):
            if (name, method) not in LEFT_OUT:
                yield from (Row(name, method, one) for one in whose)


@contextmanager
def taken_back():
    """A transaction of which nothing stays."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def ask(client, worlds, row):
    """What the site answers, with what the route's own page would post."""
    route = ALL_ROUTES[row.route]
    seen = worlds[SEEN_FROM.get(row.whose, row.whose)]
    url = reverse(row.route, kwargs=route.kwargs(seen) if route.kwargs else None)
    data = route.data if row.method == route.method and route.data else {}
    return getattr(client, row.method)(url, data)


def read():
    """The reviewed answers: row -> person -> status."""
    with FILE.open(encoding="utf-8", newline="") as file:
        return {
            Row(line["route"], line["method"], line["whose"]): {
                person: int(line[person]) for person in PEOPLE if line.get(person)
            }
            for line in csv.DictReader(file)
        }


def is_not_taken(given):
    """Whether a row's method is one that its page takes from nobody who is signed in."""
    return {status for person, status in given.items() if person != ANONYMOUS} == {405}


def write(answers):
    with FILE.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, ["route", "method", "whose", *PEOPLE], lineterminator="\n")
        writer.writeheader()
        for row, given in answers.items():
            writer.writerow(row.__dict__ | given)

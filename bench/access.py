"""What the two locks cost: `visible_to` against the bare query, the wall against no wall.

The wall is taken down for a round by the owner of the tables, in the benchmark's own database, and
put up again before the next.
"""

from collections.abc import Callable

from django.db import connections
from django.utils import timezone

from accounts.roles import Role
from bench import pages
from bench.browsing import Reader, reader
from bench.measuring import Line, Work, interleaved, timed
from children.models import Child
from dashboard.views.listing import PER_PAGE

VISIBLE_TARGET, WALL_TARGET = 1.5, 1.3
ROUNDS, WARM = 40, 4
UNFILTERED, NO_WALL = "the same query without visible_to", "the same page without the wall"
WALLED_PAGES = {"overview", f"children list, {PER_PAGE} rows", "child record", "PEP section"}


def measure(*, children: int) -> list[Line]:
    return [*_visible(), *_walled()]


# visible_to --------------------------------------------------------------------------------------


def _visible() -> list[Line]:
    lines = []
    for role in (Role.VIRTUAL_SCHOOL_HEAD, Role.DESIGNATED_TEACHER, Role.SOCIAL_WORKER):
        who = reader(role)
        name = f"first {PER_PAGE} children by name, {role.label.lower()}"
        timings = interleaved(
            {name: Work(_listed(who, Child.objects.visible_to)),
             UNFILTERED: Work(_listed(who, lambda user: Child.objects.all()))},
            rounds=ROUNDS, warm=WARM,
        )  # fmt: skip
        lines.append(
            timed(
                "Second lock",
                name,
                timings=timings,
                floor_name=UNFILTERED,
                target=VISIBLE_TARGET,
                note="one query",
            )
        )
    return lines


def _listed(who: Reader, children: Callable[..., object]) -> Callable[[], object]:
    """Read a page of names, in the seat and behind the wall of a request."""

    def read() -> object:
        with who.behind_wall():
            who.user.seat = who.seat
            rows = children(who.user)
            named = rows.looked_after(on=timezone.localdate())  # type: ignore[attr-defined]
            return list(named.order_by("sort_name", "pk")[:PER_PAGE])

    return read


# The wall ----------------------------------------------------------------------------------------


def _walled() -> list[Line]:
    tables = _tables_behind_the_wall()
    lines = []
    for page in pages.measured():
        if page.name not in WALLED_PAGES:
            continue
        works = {
            page.name: page.work,
            NO_WALL: Work(
                page.work.run,
                before=lambda: _put(tables, "DISABLE"),
                after=lambda: _put(tables, "ENABLE"),
            ),
        }
        try:
            timings = interleaved(works, rounds=ROUNDS // 2, warm=WARM)
        finally:
            _put(tables, "ENABLE")
        lines.append(
            timed(
                "Wall in the database",
                page.name,
                timings=timings,
                floor_name=NO_WALL,
                target=WALL_TARGET,
            )
        )
    return lines


def _tables_behind_the_wall() -> list[str]:
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relrowsecurity AND relkind = 'r' ORDER BY 1"
        )
        return [name for (name,) in cursor.fetchall()]


def _put(tables: list[str], verb: str) -> None:
    """Take row-level security of these tables off (DISABLE) or on (ENABLE)."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "; ".join(f"ALTER TABLE {name} {verb} ROW LEVEL SECURITY" for name in tables)
        )

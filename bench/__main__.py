"""bench/run [--children N] [--only GROUP ...] [--json | --markdown] [--fresh]"""

import argparse
import importlib
import json
import os
import sys
from datetime import UTC, datetime

import django

from bench import council, report
from bench.measuring import Line

# Group -> the module that measures it, each with `measure(children=...) -> list[Line]`
GROUPS = {
    "pages": "bench.pages",
    "forms": "bench.sections",
    "data": "bench.data",
    "access": "bench.access",
    "load": "bench.loads",
    "memory": "bench.memory",
    "pdf": "bench.papers",
}


def main(arguments: list[str]) -> int:
    asked = options(arguments)
    council.ensure(asked.children, fresh=asked.fresh)
    council.use(asked.children)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "vschool.settings")
    django.setup()
    importlib.import_module("vschool.wsgi")  # as a server of the site starts
    began, busy = datetime.now(UTC), os.getloadavg()[0]
    lines: list[Line] = []
    for group in asked.only or GROUPS:
        council.say(f"- measuring: {group}")
        lines += importlib.import_module(GROUPS[group]).measure(children=asked.children)
    facts = {
        "date": began.date().isoformat(),
        "children": asked.children,
        "load_average_at_start": round(busy, 2),
    }
    if asked.json:
        json.dump(report.as_json(lines, **facts), sys.stdout, indent=1)
        sys.stdout.write("\n")
        return 0
    text = report.markdown(lines) if asked.markdown else report.table(lines)
    sys.stdout.write(
        f"{report.machine()}; {facts['date']}; {asked.children} children; "
        f"load average at the start {busy:.2f}\n\n{text}"
    )
    return 0


def options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="bench/run",
        description="Measure pages, figures, loads and PDFs as ratios against a floor.",
    )
    parser.add_argument("--children", type=int, default=1500, help="size of the council (1500)")
    parser.add_argument(
        "--only", action="append", choices=GROUPS, help="measure this group; may be given again"
    )
    parser.add_argument("--json", action="store_true", help="print everything for a program")
    parser.add_argument("--markdown", action="store_true", help="print it for docs/measured.md")
    parser.add_argument("--fresh", action="store_true", help="make the council anew first")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

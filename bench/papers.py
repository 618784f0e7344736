"""PDFs of agreed plans against WeasyPrint alone with the same page, style and fonts.

The floor gets the finished HTML and the parsed style sheet, and no more: ours reads the version,
fills the template, prints, and refuses every address from outside.
"""

import time
from unittest.mock import patch

from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration

from accounts.roles import Role
from bench import many_papers
from bench.browsing import reader
from bench.measuring import Line, Work, interleaved, timed
from pep import documents
from pep.models import AgreedVersion

FLOOR = "bare WeasyPrint of the same HTML"
TARGET = 1.3
BUDGET = 2.0
ROUNDS = 9


def measure(*, children: int) -> list[Line]:
    version = _longest_version()
    html = _html_of(version)
    fonts = FontConfiguration()
    style = CSS(filename=str(documents.STYLE), font_config=fonts)

    def bare() -> bytes:
        pdf: bytes = HTML(string=html).write_pdf(
            stylesheets=[style], font_config=fonts, pdf_variant="pdf/ua-1"
        )
        return pdf

    pages = len(HTML(string=html).render(stylesheets=[style], font_config=fonts).pages)
    name = f"PDF of an agreed plan, {pages} pages"
    works = {FLOOR: Work(bare), name: Work(lambda: documents.render_pdf(version))}
    timings = interleaved(works, rounds=ROUNDS, second_clock=time.process_time)
    each = timings[name].median / pages
    note = f"{each * 1000:.0f} ms a page, {len(documents.render_pdf(version)) / 1024:.0f} kB"
    return [
        *many_papers.measure(),
        timed(
            "PDF", name, timings=timings, floor_name=FLOOR, target=TARGET, budget=BUDGET, note=note
        ),
    ]


def _longest_version() -> AgreedVersion:
    """The agreed plan with the most words of the head's council."""
    head = reader(Role.VIRTUAL_SCHOOL_HEAD)
    with head.behind_wall():
        return max(
            AgreedVersion.objects.select_related("plan__term").order_by("-agreed_at")[:200],
            key=lambda version: len(version.content),
        )


def _html_of(version: AgreedVersion) -> str:
    """The page that ours prints, taken from it on its way to be printed."""
    with patch.object(documents, "print_html", side_effect=lambda html: html):
        return str(documents.render_pdf(version))

"""The PDF of an agreed plan, made from the agreed version alone (decisions 24, 36)."""

import hashlib
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import transaction
from django.template.loader import render_to_string
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from files.models import StoredFile
from pep import content as plan_content
from pep import form_content, notices, rights, rules
from pep.content import gaps_but_of
from pep.models import AgreedVersion, Owner, Paper
from schools.rules import AcademicYear, Season
from ui import words

PDF = "application/pdf"
TAGGED = "pdf/ua-1"
STYLE = Path(__file__).parent / "data" / "print" / "plan.css"
FONTS = Path(settings.BASE_DIR) / "static" / "fonts"


class NothingFromOutside(FatalURLFetchingError):
    """A page to be printed asked for something that is not ours."""


class TooLong(Exception):
    """It takes more pages than it may."""


class OurFilesOnly(URLFetcher):
    """Give WeasyPrint our style sheet and fonts and refuse every other address."""

    def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:
        ours = {path.as_uri() for path in (STYLE, *FONTS.glob("*.woff2"))}
        if url not in ours:
            raise NothingFromOutside("a paper may fetch nothing from outside")
        return super().fetch(url, headers)


@transaction.atomic
def produce_pdf(paper_id: UUID, *, at: datetime) -> None:
    """Make the PDF a paper owes and tell the plan's people, once.

    The paper's row is held while we render: a second worker waits, then finds it made. A worker
    that dies leaves the row as it was.
    """
    paper = (
        Paper.objects.select_for_update(of=("self",))
        .select_related("version__plan__term", "version__plan__child")
        .get(pk=paper_id)
    )
    if paper.made_at is not None:
        return
    version = paper.version
    pdf = render_pdf(version)
    file = StoredFile(
        authority_id=paper.authority_id,
        sha256=hashlib.sha256(pdf).hexdigest(),
        size=len(pdf),
        content_type=PDF,
        scan=StoredFile.Scan.OURS,
        download_name=download_name(version),
        made_at=at,
    )
    file.content.save("plan.pdf", ContentFile(pdf), save=False)
    file.save(force_insert=True)
    paper.file, paper.made_at = file, at
    paper.save(update_fields=["file", "made_at"])
    notices.paper_ready(version.plan, version_id=version.pk, at=at)


def render_pdf(version: AgreedVersion) -> bytes:
    """Print an agreed version: tagged for readers (PDF/UA), the same words every time."""
    return _render(version, plan_content.agreed(version), is_partial=False)


def render_part(version: AgreedVersion, content: dict[str, Any]) -> bytes:
    """Print less of an agreed version, as `content` has it; the paper says so."""
    return _render(version, content, is_partial=True)


def _render(version: AgreedVersion, content: dict[str, Any], *, is_partial: bool) -> bytes:
    narrowed = form_content.narrowed_in(version.form_version_id)
    few = {
        section["slug"]
        for section in content["sections"]
        if not rights.for_every_reader(section["slug"], narrowed=narrowed)
    }
    gaps = gaps_but_of(content, few)
    content["sections"] = [part for part in content["sections"] if part["slug"] not in few]
    for section in content["sections"]:
        keys = {question["key"] for question in section["questions"]}
        section["questions"] = [
            question
            for question in section["questions"]
            if rights.for_every_reader(section["slug"], question["key"], narrowed=narrowed)
        ]
        if not rights.all_for_every_reader(section["slug"], keys, narrowed=narrowed):
            section["files"] = []
        shared = section["shared_with"] or rights.EVERYONE
        section["is_private"] = section["owner"] == Owner.CHILD and shared != rights.EVERYONE
        section["has_words"] = any(q["words"] or q["rows"] for q in section["questions"])
    agreed_at = datetime.fromisoformat(content["agreed"]["at"])
    html = render_to_string(
        "pep/pdf/plan.html",
        {
            "content": content,
            "born": words.long_date(date.fromisoformat(content["child"]["born"])),
            "agreed_on": words.long_date(agreed_at.date()),
            "sha256": version.sha256,
            "is_partial": is_partial,
            "gaps": [_gap(gap) for gap in gaps],
        },
    )
    return print_html(html)


def _gap(gap: dict[str, str]) -> str:
    """One part the plan was agreed without, as people read it."""
    by_when = words.long_date(date.fromisoformat(gap["due_on"]))
    if not gap["owed_by"]:  # not told to who reads this copy
        return f"{gap['title']}, by {by_when}"
    return f"{gap['title']}, from {gap['owed_by']} by {by_when}. {gap['reason']}"


def print_html(html: str, *, at_most: int | None = None) -> bytes:
    """Turn a page of ours into a PDF; raises NothingFromOutside if it asks for anything else.

    Raises TooLong where there may be `at_most` so many pages.
    """
    fonts, style = _style()
    page = HTML(string=html, url_fetcher=OurFilesOnly())
    laid_out = page.render(stylesheets=[style], font_config=fonts, pdf_variant=TAGGED)
    if at_most is not None and len(laid_out.pages) > at_most:
        raise TooLong
    pdf: bytes = laid_out.write_pdf(pdf_variant=TAGGED)
    return pdf


@lru_cache(maxsize=1)
def _style() -> tuple[FontConfiguration, CSS]:
    """Read the style sheet and its fonts once per process."""
    fonts = FontConfiguration()
    return fonts, CSS(filename=str(STYLE), font_config=fonts, url_fetcher=OurFilesOnly())


def download_name(version: AgreedVersion) -> str:
    """Name the file for whoever downloads it: term, six characters of the id, version."""
    term = version.plan.term
    return rules.download_name(
        season=Season(term.name),
        academic_year=AcademicYear(term.academic_year),
        plan_id=version.plan_id,
        version=version.number,
    )

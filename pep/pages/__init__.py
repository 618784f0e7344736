"""What the pages of one plan show, put together from its rows; views and templates pass it on."""

from pep.pages.asking import (
    Thread,
    answers_to_ask_about,
    for_checking_copy,
    label_of,
    open_queries,
    places_to_change,
    threads,
)
from pep.pages.attaching import Files, files_of
from pep.pages.blank import empty_section
from pep.pages.doubts import DoubtRow, doubt_row, doubt_rows
from pep.pages.gaps import GapRow, gap_rows
from pep.pages.plan import (
    STATUS_KINDS,
    PlanPage,
    asked_since_sent,
    moves_open,
    next_to_write,
    others_here,
    plan_page,
    plan_title,
    status_word,
)
from pep.pages.section import (
    SectionPage,
    saved_words,
    section_form,
    section_page,
    sections_beside,
    why_not,
)
from pep.pages.signing import Signatures, signatures
from pep.pages.targets import new_row_place, target_checks, target_help
from pep.readers import child_shares, reader_of

__all__ = [
    "STATUS_KINDS",
    "DoubtRow",
    "Files",
    "GapRow",
    "PlanPage",
    "SectionPage",
    "Signatures",
    "Thread",
    "answers_to_ask_about",
    "asked_since_sent",
    "child_shares",
    "doubt_row",
    "doubt_rows",
    "empty_section",
    "files_of",
    "for_checking_copy",
    "gap_rows",
    "label_of",
    "moves_open",
    "new_row_place",
    "next_to_write",
    "open_queries",
    "others_here",
    "places_to_change",
    "plan_page",
    "plan_title",
    "reader_of",
    "saved_words",
    "section_form",
    "section_page",
    "sections_beside",
    "signatures",
    "status_word",
    "target_checks",
    "target_help",
    "threads",
    "why_not",
]

"""What the pages of one plan show, put together from its rows; views and templates pass it on."""

from pep.pages.plan import (
    STATUS_KINDS,
    PlanPage,
    child_shares,
    moves_open,
    others_here,
    plan_page,
    plan_title,
    reader_of,
    status_word,
)
from pep.pages.section import SectionPage, saved_words, section_form, section_page, why_not
from pep.pages.signing import Signatures, signatures

__all__ = [
    "STATUS_KINDS",
    "PlanPage",
    "SectionPage",
    "Signatures",
    "child_shares",
    "moves_open",
    "others_here",
    "plan_page",
    "plan_title",
    "reader_of",
    "saved_words",
    "section_form",
    "section_page",
    "signatures",
    "status_word",
    "why_not",
]

"""What must reach whom nowhere, and the letters of an answer to look for it in [DP-4]."""

import io

import pikepdf

from tests.reading_papers import words_of
from tests.world import (
    AMARAS_SCHOOL,
    PLANTED_AREA,
    PLANTED_CARER,
    PLANTED_CARER_PHONE,
    PLANTED_DISTANCE,
    PLANTED_KEY_ADULT,
    PLANTED_MEETING_PLACE,
    PLANTED_TRAVEL,
)

HOME = {PLANTED_AREA, PLANTED_DISTANCE, PLANTED_CARER, PLANTED_CARER_PHONE, PLANTED_TRAVEL}
SCHOOL = {AMARAS_SCHOOL, PLANTED_KEY_ADULT}
MEETING = {PLANTED_MEETING_PLACE}
# Who sees Amara and is not cleared for her home, and what must reach them nowhere
HIDDEN_FROM = {
    "personal_adviser": HOME | SCHOOL | MEETING,
    "head_teacher": HOME | MEETING,
    "safeguarding_lead": HOME | MEETING,
    # Know the child by name and year, and of no confidential home the school
    "send_officer": HOME | SCHOOL | MEETING,
    "admissions_officer": HOME | SCHOOL | MEETING,
    "youth_justice_worker": HOME | SCHOOL | MEETING,
    "area_virtual_school": HOME | SCHOOL | MEETING,
    "colleague": HOME | MEETING,
    # Writes how the child travels, and is invited to the meeting
    "teacher": HOME - {PLANTED_TRAVEL},
    "former_teacher": HOME | SCHOOL | MEETING,
    "other_teacher": HOME | SCHOOL | MEETING,
    "other_carer": HOME | SCHOOL | MEETING,
    "other_social_worker": HOME | SCHOOL | MEETING,
    "other_head": HOME | SCHOOL | MEETING,
    "governor": HOME | SCHOOL | MEETING,
    "authority_administrator": HOME | MEETING,
}
# Name every school, or every council, of no child
REGISTER = {
    "schools:school", "schools:list", "admin:schools_authority_changelist",
    "admin:schools_authority_change",
}  # fmt: skip


def text_of(answer):
    """The letters of an answer, its headers and, of a paper, its text and properties."""
    told = [str(dict(answer.headers))]
    if answer.headers.get("Content-Type") == "application/pdf":
        with pikepdf.open(io.BytesIO(answer.content)) as paper:
            told += [str(dict(paper.docinfo)), words_of(paper)]
    else:
        told.append(answer.content.decode(errors="replace"))
    return letters("".join(told))


def letters(words):
    """Words without the spaces, which a line's end may take."""
    return "".join(words.split())

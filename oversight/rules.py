"""What the record's lines are called, how a long list is read on, whom a young person is told of.

Plain Python: kinds of events are text, moments and ids come from the caller.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

CHANGES = ("row.insert", "row.update", "row.delete")
LOOKS = (
    "child.opened",
    "child.downloaded",
    "child.printed",
    "child.address_shown",
    "child.note_shown",
    "child.looks_exported",
)
# What a page was opened as, and what the record calls it when that page is printed
PRINTED = {
    "child.opened": "child.printed",
    "child.address_shown": "child.printed",
    "child.note_shown": "child.printed",
    "young_person.sheet_printed": "child.printed",
    "children.listed": "children.printed",
    "search": "children.printed",
    "load.opened": "load.printed",
    "record.read": "record.printed",
}
# The page of a record, where the event of its opening has none
_SHOWN_ON_IT = {
    "child.address_shown": "home address",
    "child.note_shown": "note not to be shared",
    "young_person.sheet_printed": "sign-in sheet",
    "search": "search results",
}
WITH_REASON = ("child.opened_interrupted", "child.opened_sealed", "child.opened_emergency")

# What a person may choose from in the log, and the kinds each stands for; a dot at the end stands
# for all kinds that begin so
ACTIONS: dict[str, tuple[str, tuple[str, ...]]] = {
    "opened": ("Opened a record", ("child.opened",)),
    "reason": ("Opened with a reason", WITH_REASON),
    "address": ("Asked for a home address", ("child.address_shown",)),
    "note": ("Asked for a note not to be shared", ("child.note_shown",)),
    "downloaded": (
        "Took away a paper or file",
        ("child.downloaded", "child.looks_exported", "load.faults_downloaded"),
    ),
    "printed": (
        "Printed a page",
        ("child.printed", "children.printed", "load.printed", "record.printed"),
    ),
    "listed": ("Looked at a list of children", ("children.listed",)),
    "searched": ("Searched", ("search",)),
    "answered": ("Wrote in a PEP", ()),  # the writing steps: not in the table of events
    "moved": ("Moved a PEP on", ("pep.",)),
    "changed": ("Changed the record", CHANGES),
    "loaded": ("Sent, opened or added a file", ("load.",)),
    "deleted": ("Deleted what was due", ("retention.",)),
    "refused": ("Was refused", ("refused.",)),
    "signed_in": (
        "Signed in or out",
        (
            "signed_in",
            "signed_out",
            "sign_in_refused",
            "council_account_refused",
            "seat_taken",
            "link_",
            "pin_",
        ),
    ),
    "codes": ("Let a young person sign in", ("young_person.",)),
    "read": ("Read this record", ("record.read",)),
}

_PAGES = {
    "pep": "PEP",
    "pep/read": "the whole PEP",
    "pep/pdf": "the PEP as a PDF",
    "pep/check": "checking the PEP",
    "pep/quality": "what the check of the PEP found",
    "pep/second mark": "marking the PEP a second time",
    "pep/settle grades": "settling the grades of the PEP",
    "pep/sending": "sending the PEP",
    "pep/sign": "signing the PEP",
    "pep/compare": "what changed in the PEP",
    "pep/gap": "agreeing the PEP without a part",
    "pep/doubt": "a fact of the PEP called wrong",
    "pep/reopen": "reopening the PEP",
    "pep/start": "starting a PEP",
    "papers": "the papers of the PEP",
    "legal hold": "placing a legal hold",
    "sign-in codes": "helping a young person sign in",
    "subject access": "the whole record, asked for by whom it is about",
    "carer’s page": "the carer’s page",
}
# Pages beside a section of a plan, and sections whose address is no word
_BESIDE_SECTION = {
    "ask": "to ask about it",
    "blank": "as an empty sheet",
    "conflict": "two wordings to choose from",
    "file": "a file",
    "history": "what changed",
    "note": "a query or comment",
}
_SECTIONS = {"send": "SEND", "ehc-plan": "EHC plan", "english-maths": "English and maths"}
# Lists of children, by the name of their page
_LISTS = {
    ("dashboard", "children"): "all children",
    ("dashboard", "measure"): "the children behind a figure",
    ("dashboard", "your work"): "the children they have work for",
    ("dashboard", "social worker home"): "their children",
    ("dashboard", "school home"): "the pupils of their school",
    ("dashboard", "my children"): "the children they care for",
    ("schools", "school"): "the pupils of a school",
    ("attendance", "overview"): "attendance",
    ("quality", "queue"): "the next PEP to check",
    ("quality", "sample"): "a sample of PEPs to mark again",
    ("quality", "plans"): "the PEPs behind a figure of quality",
    ("pep", "list"): "PEPs",
    ("chasing", "board"): "whom PEPs wait for",
    ("chasing", "nudge all"): "whom to nudge about PEPs",
    ("retention", "overview"): "what may be deleted",
    ("children", "openings"): "records opened with a reason",
    ("children", "sealed"): "sealed records, without names",
    ("people", "named"): "children named to them",
    ("people", "colleagues"): "pupils that colleagues write about",
}
_SENTENCES = {
    "child.opened": "opened {child} record: {page}",
    "child.downloaded": "took away {page} of {child} record",
    "child.printed": "printed {page} of {child} record",
    "child.subject_access": "worked on giving {child} whole record to whom it is about",
    "child.address_shown": "asked for {child} home address",
    "child.note_shown": "read what must not be shared on {child} record",
    "child.note_written": "wrote what must not be shared on {child} record",
    "child.note_ended": "ended a note on {child} record",
    "child.looks_exported": "took away the list of who looked at {child} record",
    "child.opened_interrupted": "opened {child} restricted record with a reason",
    "child.opened_sealed": "opened {child} sealed record with a reason",
    "child.opened_emergency": "opened {child} record in an emergency",
    "child.opening_ended": "closed {child} record again",
    "children.listed": "looked at a list: {page}",
    "children.printed": "printed a list: {page}",
    "search": "searched for a child",
    "signed_in": "signed in",
    "signed_out": "signed out",
    "sign_in_refused": "was refused at sign-in",
    "council_account_refused": "was refused with a council account",
    "council_account_linked": "was linked to their council account",
    "council_account_unlinked": "took a council account off somebody",
    "email_moved": "changed the address somebody signs in with",
    "seat_taken": "changed role",
    "link_asked": "asked for a link to sign in",
    "link_used": "used a link to sign in",
    "pin_chosen": "chose a PIN",
    "pin_refused": "typed a wrong PIN",
    "pin_locked": "typed a wrong PIN too often",
    "pin_reset": "let a carer choose a new PIN",
    "young_person.account_made": "made {child} own account",
    "young_person.code_made": "made a sign-in code for {child} account",
    "young_person.sheet_printed": "made a sign-in sheet for {child} account",
    "young_person.code_withdrawn": "withdrew a code or sheet for {child} account",
    "young_person.code_used": "signed in with a code or sheet",
    "young_person.refused": "was refused with a code or sheet",
    "young_person.locked": "tried codes too often",
    "record.read": "read {page}",
    "record.printed": "printed {page}",
    "load.opened": "opened a file that was sent in",
    "load.printed": "printed a page of a file that was sent in",
    "load.added": "added a file that was sent in",
    "load.rows_left_out": "left rows out of a file",
    "load.faults_downloaded": "took away the faulty rows of a file",
    "pep.not_started": "made {child} PEP ready",
    "pep.with_school": "opened {child} PEP for writing",
    "pep.sent_to_check": "sent {child} PEP to check",
    "pep.being_checked": "began to check {child} PEP",
    "pep.file_added": "added a file to {child} PEP",
    "pep.file_removed": "removed a file from {child} PEP",
    "pep.file_put_back": "put a file back into {child} PEP",
    "pep.note_sorted": "marked a query or comment in {child} PEP as sorted",
    "pep.note_opened_again": "opened a query or comment in {child} PEP again",
    "pep.sent_back": "sent {child} PEP back",
    "pep.agreed": "agreed {child} PEP",
    "pep.final": "made {child} PEP final",
    "retention.deleted": "deleted what need no longer be kept",
    "row.insert": "added {thing}{of_child}",
    "row.update": "changed {fields}{thing}{of_child}",
    "row.delete": "removed {thing}{of_child}",
    "refused.403": "was refused a page",
    "refused.404": "asked for something that is not theirs to see",
    "refused.429": "searched, printed or took files away more often than anybody may",
}


def list_words(room: str, name: str) -> str:
    """What a list of children is called, by the name of its page."""
    return _LISTS.get((room, name), name)


def printed_page(kind: str, page: str) -> str:
    """What stood on a printed page, from the event of its opening and the page noted with it."""
    return _SHOWN_ON_IT.get(kind, page)


def page_words(page: str) -> str:
    """The page of a record as people call it."""
    if page in _PAGES:
        return _PAGES[page]
    room, _, rest = page.partition("/")
    if room == "papers":
        return f"a paper of the PEP, {rest}"
    if room != "pep":
        return page
    section, _, beside = rest.partition("/")
    name = _SECTIONS.get(section) or section.replace("-", " ").capitalize()
    told = _BESIDE_SECTION.get(beside, beside)
    return f"“{name}” in the PEP" + (f", {told}" if told else "")


def sentence(
    kind: str, *, child: str = "", page: str = "", thing: str = "", fields: tuple[str, ...] = ()
) -> str:
    """Say what somebody did; the person's name stands before it.

    `child` is a possessive ("Amara’s"); without it nothing tells which child it was.
    """
    pattern = _SENTENCES.get(kind)
    if pattern is None:
        return kind.replace(".", ": ").replace("_", " ")
    about = child or "a child’s"
    listed = ", ".join(fields)
    return pattern.format(
        child=about,
        page=page_words(page) or "page not noted",
        thing=thing or "a row",
        fields=f"{listed} in " if listed else "",
        of_child=f" in {child} record" if child else "",
    )


class Source(StrEnum):
    """Where a line of the log comes from, in the order two of the same moment stand."""

    EVENT = "e"
    STEP = "s"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page of the log ended: the next one begins after it."""

    at: datetime
    source: Source
    id: str

    def as_text(self) -> str:
        return f"{self.source}{int(self.at.timestamp() * 1_000_000)}.{self.id}"


def place_of(text: str) -> Place | None:
    """Read a place out of an address; None for what is none."""
    head, _, tail = text.partition(".")
    try:
        source = Source(head[:1])
        micros = int(head[1:])
        at = datetime.fromtimestamp(micros // 1_000_000, tz=UTC)
    except (ValueError, OverflowError, OSError):
        return None
    if not tail or len(tail) > 36:
        return None
    return Place(at.replace(microsecond=micros % 1_000_000), source, tail)


# Whom a young person is told of, in their words [DP-2, DP-7]. Roles that are not here, family above
# all, are not told of
TOLD = {
    "virtual_school_head": "The virtual school",
    "adviser": "The virtual school",
    "officer": "The virtual school",
    "social_worker": "Your social worker’s team",
    "team_manager": "Your social worker’s team",
    "reviewing_officer": "Your reviewing officer",
    "personal_adviser": "Your personal adviser",
    "designated_teacher": "Your school",
    "head_teacher": "Your school",
    "invited_colleague": "Your school",
    "safeguarding_lead": "Your school",
    "duty_worker": "Your social worker’s team",
    "send_officer": "The council’s special needs team",
    "admissions_officer": "The council’s school places team",
    "youth_justice_worker": "The youth justice team",
    "area_virtual_school": "The virtual school where you live",
}


def days_words(days: int) -> str:
    """How often, in a young person's words."""
    return "on 1 day" if days == 1 else f"on {days} days"


class Reason(StrEnum):
    """Why a day's reading is on the list of unusual reading."""

    MANY_AN_HOUR = "many_an_hour"
    MANY_A_DAY = "many_a_day"
    OUT_OF_HOURS = "out_of_hours"
    OWN_NAME = "own_name"
    NOT_THEIRS = "not_theirs"

    @property
    def label(self) -> str:
        return {
            Reason.MANY_AN_HOUR: "Many records in one hour",
            Reason.MANY_A_DAY: "More records in a day than usual",
            Reason.OUT_OF_HOURS: "Reading at night",
            Reason.OWN_NAME: "A child with the reader’s own family name",
            Reason.NOT_THEIRS: "Children of another adviser",
        }[self]


def reason_words(reason: str, *, number: int, usual: int) -> str:
    """What was found, with its figures."""
    records = "record" if number == 1 else "records"
    match Reason(reason):
        case Reason.MANY_AN_HOUR:
            return f"Opened {number} {records} in one hour"
        case Reason.MANY_A_DAY:
            return f"Opened {number} {records} in the day; their usual is {usual}"
        case Reason.OUT_OF_HOURS:
            times = "once" if number == 1 else f"{number} times"
            return f"Opened records at night, {times}"
        case Reason.OWN_NAME:
            return "Opened the record of a child with their own family name"
        case Reason.NOT_THEIRS:
            return f"Opened {number} {records} of children who have another adviser"

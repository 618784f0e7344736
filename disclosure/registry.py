"""Where each table about a child stands in the record that is given, or why it is left out.

A test fails on a table with a child that is in neither list.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from disclosure.rules import Kind


@dataclass(frozen=True, slots=True)
class Chapter:
    """One table of the record as a part of the paper.

    What is withheld follows from the class of each field (`audit.classes`). `kinds` says of
    fields why they are withheld where the class alone does not; `plain` are the child's own words
    of identity; `left_out` is what the service needs and tells of nobody. `reader` names one of
    `disclosure.reading` for what needs more than its fields.
    """

    order: int
    title: str
    kinds: Mapping[str, Kind] = field(default_factory=dict)
    plain: frozenset[str] = frozenset()
    left_out: frozenset[str] = frozenset()
    codes: Mapping[str, str] = field(default_factory=dict)  # field -> list of the return's codes
    reader: str = "fields"


_PERSON, _FLAG, _NUMBER, _CARER = Kind.PERSON, Kind.FLAG, Kind.NUMBER, Kind.CARER

CHAPTERS: dict[str, Chapter] = {
    "children.child": Chapter(
        10,
        "Who you are",
        kinds={"upn": _NUMBER, "uln": _NUMBER},
        plain=frozenset({"given_name", "family_name", "known_as", "first_language"}),
        left_out=frozenset({"sort_name"}),
        codes={"ethnicity": "ETHNIC"},
    ),
    "children.identifier": Chapter(11, "Numbers you are known by", kinds={"value": _NUMBER}),
    "children.periodofcare": Chapter(
        20, "Times in care", codes={"category_of_need": "CIN", "end_reason": "REC"}
    ),
    "placements.legalstatus": Chapter(21, "Legal orders and agreements", codes={"code": "LS"}),
    "placements.placement": Chapter(
        30,
        "Where you lived",
        codes={
            "kind": "PLACE",
            "provider": "PLACE_PROVIDER",
            "change_reason": "REASON_PLACE_CHANGE",
        },
    ),
    "placements.address": Chapter(31, "Addresses"),
    "placements.carerdetails": Chapter(
        32, "Carers", kinds={"name": _CARER, "phone": _CARER, "email": _CARER}
    ),
    "placements.missingepisode": Chapter(33, "Times missing or away", codes={"kind": "MISSING"}),
    "placements.review": Chapter(34, "Reviews of your care", codes={"code": "REVIEW_CODE"}),
    "placements.healthreturn": Chapter(
        35, "Health, as reported each year", codes={"sdq_reason": "SDQ_REASON"}
    ),
    "placements.returnrow": Chapter(36, "Other rows of the yearly return"),
    "children.enrolment": Chapter(40, "Schools"),
    "children.senstatus": Chapter(41, "Special educational needs"),
    "attendance.termsummary": Chapter(50, "Attendance, counted by term", reader="attendance"),
    "attendance.day": Chapter(51, "Attendance marks", reader="marks"),
    "attendance.replacedday": Chapter(
        52, "Attendance marks that were corrected", reader="replaced"
    ),
    "pep.personaleducationplan": Chapter(60, "Personal education plans"),
    "pep.agreedversion": Chapter(61, "Plans as they were agreed", reader="agreed"),
    "pep.signature": Chapter(62, "Signatures"),
    "pep.answer": Chapter(
        63,
        "Answers in plans",
        kinds={"not_known_who": _PERSON, "not_known_person": _PERSON},
        reader="answers",
    ),
    "pep.plansection": Chapter(
        64, "Parts of plans", left_out=frozenset({"place", "version", "turns"})
    ),
    "pep.factword": Chapter(65, "What people said of facts in plans"),
    "pep.planmove": Chapter(66, "How plans went from one to the next"),
    "pep.writingstep": Chapter(67, "Earlier words in plans"),
    "pep.kepttext": Chapter(
        68,
        "Words kept when two people wrote at once",
        left_out=frozenset({"base_version", "window", "order"}),
    ),
    "pep.attachment": Chapter(71, "Files added to plans, given with this paper"),
    "pep.note": Chapter(69, "What was asked and said about answers in plans"),
    "pep.notereply": Chapter(70, "Replies to that"),
    "progress.target": Chapter(
        71,
        "Your targets and how they went",
        kinds={"owner": _PERSON},
        left_out=frozenset({"plan_id", "place", "area", "predecessor", "reviewed_in"}),
    ),
    "quality.qualitycheck": Chapter(72, "How plans were checked"),
    "quality.areagrade": Chapter(73, "Grades and comments on plans"),
    "quality.secondmark": Chapter(74, "Second checks of plans"),
    "pep.gap": Chapter(77, "What plans were agreed without"),
    "pep.doubt": Chapter(78, "Facts somebody called wrong"),
    "children.involvement": Chapter(75, "People who work with you or care for you"),
    "people.invitation": Chapter(76, "Invitations to work with you"),
    "children.flag": Chapter(80, "Safety instructions", kinds={"label": _FLAG, "reason": _FLAG}),
    "children.donotshare": Chapter(85, "What must not be passed on"),
    "children.restriction": Chapter(81, "When the record was closed", kinds={"why": _FLAG}),
    "children.shutout": Chapter(82, "From whom the record was hidden"),
    "children.sealkeeper": Chapter(83, "Who could open the sealed record"),
    "children.opening": Chapter(84, "Openings of a closed record", kinds={"reason": _FLAG}),
    "notifications.notice": Chapter(
        90, "Notices", left_out=frozenset({"key", "path", "kind", "child_id"})
    ),
    "audit.event": Chapter(91, "Who has looked, by role", reader="looks"),
    "oversight.unusualreading": Chapter(92, "Reading that was looked into"),
    "disclosure.subjectrequest": Chapter(
        93, "Requests for this record", kinds={"asker_name": _PERSON}
    ),
}
EARLIER = 95  # after all that, what rows said before they were changed or removed
EARLIER_TITLE = "Entries that were changed or removed"

LEFT_OUT: dict[str, str] = {
    "retention.legalhold": "Why nothing is deleted: often a case that others are a party to",
    "quality.planprint": "Numbers made from the words of a plan, which are given in full",
    "families.signincode": "Codes to sign in with; the record says who made one",
    "pep.nudge": "That somebody was reminded of their part of a plan; the notice is given",
    "pep.paper": "The PDF of an agreed plan, whose words are given in full",
    "papers.readerpaper": "Papers of plans, whose words are given in full",
    "papers.delivery": "That a plan, which is given, was handed over to the child’s file",
    "papers.bundlepaper": "That a plan was in a file with others; who has looked says who took it",
    "disclosure.maskeditem": "Parts of this record again, with what was decided about each",
    "disclosure.requestfile": "This record itself, as files",
    "notifications.email": "Only that a notice, which is given, was sent",
}

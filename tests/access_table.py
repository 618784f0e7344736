"""Every route of the site and who may use it: the reviewed table behind tests/test_access.py.

`roles` may do the kind of thing (first lock); of those, the child or thing must also be theirs
(second lock): `mine` lists who sees Amara's, all others of `roles` get 404 for it. A role outside
`roles` gets 403. `instead` is for a person whose answer is another, by the rights inside a plan.
A route without a row fails the test.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

# Keys of tests.world.World.people
TEAM = {"head", "adviser", "officer", "other_head"}
SOCIAL_CARE = {
    "social_worker", "other_social_worker", "manager", "duty_worker", "reviewing_officer",
    "personal_adviser",
}  # fmt: skip
SCHOOL = {"teacher", "head_teacher", "safeguarding_lead", "other_teacher"}
# Know children by name, school and year, and open no record
NAMED_TO = {"send_officer", "admissions_officer", "youth_justice_worker", "area_virtual_school"}
COLLEAGUES = {"colleague"}  # invited for the section English of Amara's plan
CARERS = {"carer", "other_carer"}
FAMILY = CARERS | {"young_person"}
ADMINISTRATORS = {"authority_administrator", "system_administrator"}
FIGURES = {"governor", "finance"}
EVERYONE = TEAM | SOCIAL_CARE | SCHOOL | NAMED_TO | COLLEAGUES | FAMILY | ADMINISTRATORS | FIGURES
# Whose is Amara: her authority's team, her school, the people involved with her
AMARAS = {
    "head", "adviser", "officer", "social_worker", "manager", "reviewing_officer",
    "personal_adviser", "duty_worker", "teacher", "head_teacher", "safeguarding_lead", "carer",
    "young_person", "colleague", "send_officer",
}  # fmt: skip
CASE_READERS = TEAM | SOCIAL_CARE | SCHOOL


@dataclass(frozen=True)
class Route:
    """Who may use a route, with which method, and what a person of it gets."""

    roles: set[str]
    ok: int = 200
    method: str = "get"
    kwargs: Callable[[Any], dict[str, Any]] | None = None
    mine: set[str] | None = None
    data: dict[str, Any] | None = None
    instead: dict[str, int] | None = None
    public: bool = False
    signs_out: bool = False


PLAN_READERS = CASE_READERS | FAMILY | COLLEAGUES | {"send_officer"}
# Read parts of the plan, not the paper that has all of it
NOT_THE_PAPER = [
    "officer", "personal_adviser", "head_teacher", "safeguarding_lead", "carer", "young_person",
    "colleague", "send_officer",
]  # fmt: skip
# Read the plan, not how it was graded (access matrix)
NOT_THE_GRADES = [
    "personal_adviser", "head_teacher", "safeguarding_lead", "carer", "young_person", "colleague",
    "send_officer",
]  # fmt: skip
WRITERS = {
    "head", "adviser", "other_head", "social_worker", "other_social_worker", "duty_worker",
    "teacher", "other_teacher", "colleague", *FAMILY,
}  # fmt: skip
SENDERS = {"head", "adviser", "other_head", "teacher", "other_teacher"}
SIGNERS = {"social_worker", "other_social_worker", "teacher", "other_teacher", *FAMILY}
CHECKERS = {"head", "adviser", "other_head"}
NO_ENGLISH = ["social_worker", "duty_worker", "carer", "young_person"]
# Write in a plan of Amara's and call no query sorted
NO_CHECKERS = ["social_worker", "duty_worker", "teacher", "colleague", "carer"]
# May give a young person they see a code to sign in with
TRUSTED = {
    "head", "adviser", "other_head", "social_worker", "other_social_worker", "teacher",
    "other_teacher", *CARERS,
}  # fmt: skip
HEADS = {"head", "other_head"}
PROTECTORS = HEADS | {
    "adviser", "social_worker", "other_social_worker", "manager", "duty_worker",
}  # fmt: skip
RECORD_READERS = {"head", "other_head", *ADMINISTRATORS}
LOADERS = {"head", "officer", "other_head", "system_administrator"}


# Who runs seats, and of those who runs Ben's at Amara's school
PEOPLE_RUN_BY = ADMINISTRATORS | {"head", "officer", "other_head"}
RUN_BENS = ADMINISTRATORS | {"head", "officer"}


def somebody(world: Any) -> dict[str, Any]:
    return {"pk": world.people["teacher"].pk}


INVITERS = {"teacher", "head_teacher", "other_teacher"}
HAND_OVER = {"head", "officer", "manager", "other_head"}


def part_of(world: Any) -> dict[str, Any]:
    return {"pk": world.amara.pk, "role": "social_worker"}


def priyas(world: Any) -> dict[str, Any]:
    """The caseload of Amara's social worker."""
    return {"pk": world.people["social_worker"].pk, "role": "social_worker"}


def a_token(world: Any) -> dict[str, Any]:
    return {"token": "nobody-sent-this"}


def child(world: Any) -> dict[str, Any]:
    return {"pk": world.amara.pk}


def plan(world: Any) -> dict[str, Any]:
    return {"pk": world.plans.amara.pk}


def draft(world: Any) -> dict[str, Any]:
    """A paper of Amara's plan."""
    return {"pk": world.plans.amara.pk, "kind": "draft"}


def bundle(world: Any) -> dict[str, Any]:
    return {"pk": world.bundle.pk}


def english(world: Any) -> dict[str, Any]:
    """A section of the school's, which a carer reads and a young person does not."""
    return {"pk": world.plans.amara.pk, "slug": "english"}


def called_wrong(world: Any) -> dict[str, Any]:
    """A fact of her plan that somebody called wrong."""
    return {"pk": world.plans.amara.pk, "doubt_pk": world.doubt.pk}


def beside(world: Any) -> dict[str, Any]:
    """A query about that section."""
    return {"pk": world.plans.amara.pk, "note_pk": world.query.pk}


def beside_file(world: Any) -> dict[str, Any]:
    """A file of that section."""
    return {"pk": world.plans.amara.pk, "file_pk": world.file.pk}


def flag(world: Any) -> dict[str, Any]:
    return {"pk": world.amara.pk, "flag_pk": world.flag.pk}


def note(world: Any) -> dict[str, Any]:
    return {"pk": world.amara.pk, "note_pk": world.note.pk}


def opening(world: Any) -> dict[str, Any]:
    return {"opening_pk": world.opening.pk}


def sealed(world: Any) -> dict[str, Any]:
    return {"restriction_pk": world.sealed.pk}


def second_mark(world: Any) -> dict[str, Any]:
    return {"pk": world.mark.pk}


def whole_record(world: Any) -> dict[str, Any]:
    """A request for Amara's record, in review."""
    return {"pk": world.whole_record.pk}


def record(*, roles: set[str] = CASE_READERS) -> Route:
    """A page of a child's record, for those whose child it is."""
    return Route(roles, kwargs=child, mine=AMARAS)


ROUTES: dict[str, Route] = {
    # Machines, sign-in, one's own account
    "health": Route(EVERYONE, ok=503, public=True),
    "csp_report": Route(EVERYONE, ok=400, method="post", public=True),
    "accounts:theme": Route(EVERYONE, public=True),
    "accounts:sign_in": Route(EVERYONE, ok=302, public=True),
    "accounts:sign_out": Route(EVERYONE, ok=302, method="post", public=True, signs_out=True),
    "account_login": Route(EVERYONE, ok=302, public=True),
    # Without a sign-in that waits for it, the second step leads back to the first
    "accounts:code": Route(EVERYONE, ok=302, public=True),
    "mfa_authenticate": Route(EVERYONE, ok=302, public=True),
    "accounts:passkey": Route(EVERYONE, ok=302, method="post", public=True),
    "accounts:recovery": Route(EVERYONE, ok=302, public=True),
    # No council has set it up here: for a stranger it is not there
    "accounts:council": Route(EVERYONE, ok=302, kwargs=lambda world: {"code": "901"}, public=True),
    "accounts:council_back": Route(
        EVERYONE, ok=302, kwargs=lambda world: {"code": "901"}, public=True
    ),
    "accounts:cannot_sign_in": Route(EVERYONE, public=True),
    "accounts:reset_sent": Route(EVERYONE, public=True),
    "accounts:reset": Route(
        EVERYONE, ok=302, kwargs=lambda world: {"uid": "x", "token": "x"}, public=True
    ),
    "accounts:new_password": Route(EVERYONE, ok=410, public=True),
    "account_email_verification_sent": Route(EVERYONE, public=True),
    "account_confirm_email": Route(
        EVERYONE, ok=410, kwargs=lambda world: {"key": "x"}, public=True
    ),
    "accounts:account": Route(EVERYONE),
    "accounts:change_password": Route(EVERYONE),
    "accounts:confirm": Route(EVERYONE),
    "accounts:devices": Route(EVERYONE),
    "accounts:end_session": Route(EVERYONE, ok=302, method="post"),
    "accounts:two_step": Route(EVERYONE),
    "accounts:two_step_app": Route(EVERYONE),
    "accounts:two_step_passkey": Route(EVERYONE),
    "accounts:codes": Route(EVERYONE, ok=302),
    "accounts:two_step_remove": Route(EVERYONE, ok=302, method="post"),
    "accounts:switch": Route(EVERYONE),
    "accounts:stay": Route(EVERYONE, ok=204, method="post"),
    # Words held after a session had ended: only one's own
    "words:list": Route(EVERYONE),
    "words:discard": Route(EVERYONE, ok=302, method="post", kwargs=lambda _: {"pk": UUID(int=0)}),
    # Words for everybody
    "help": Route(EVERYONE, public=True),
    "privacy": Route(EVERYONE, public=True),
    "accessibility": Route(EVERYONE, public=True),
    "cookies": Route(EVERYONE, public=True),
    "contact": Route(EVERYONE, public=True),
    # How carers and young people get in; a page for who is signed in already
    "families:young_person": Route(EVERYONE, public=True),
    "families:carer": Route(EVERYONE, ok=302, public=True),
    "families:link_sent": Route(EVERYONE, public=True),
    "families:pin": Route(EVERYONE, ok=410, public=True),
    "families:link": Route(EVERYONE, ok=302, kwargs=lambda world: {"token": "x"}, public=True),
    "families:help_sign_in": Route(TRUSTED, kwargs=child, mine=AMARAS),
    "families:make_code": Route(TRUSTED, method="post", kwargs=child, mine=AMARAS),
    "families:make_sheet": Route(TRUSTED, method="post", kwargs=child, mine=AMARAS),
    "families:withdraw": Route(
        TRUSTED,
        ok=302,
        method="post",
        kwargs=lambda world: {"pk": world.amara.pk, "code_pk": world.code.pk},
        mine=AMARAS,
    ),
    "families:reset_pin": Route(
        TEAM,
        kwargs=lambda world: {"pk": world.amara.pk, "person_pk": world.people["carer"].pk},
        mine=AMARAS,
    ),
    # First pages
    "dashboard:home": Route(EVERYONE, ok=302),
    "dashboard:overview": Route(TEAM),
    "dashboard:measure": Route(TEAM, kwargs=lambda world: {"slug": "attendance"}),
    "dashboard:your_work": Route(TEAM | SOCIAL_CARE),
    "dashboard:social_worker_home": Route(TEAM | SOCIAL_CARE),
    "dashboard:school_home": Route(SCHOOL),
    "dashboard:my_children": Route(CARERS, instead={"carer": 302, "other_carer": 302}),
    "dashboard:my_child": Route(CARERS, kwargs=child, mine={"carer"}),
    "dashboard:my_views": Route({"young_person"}),
    "dashboard:my_goals": Route({"young_person"}),
    "dashboard:my_people": Route({"young_person"}),
    "measures:list": Route(TEAM | FIGURES),
    # Children
    "dashboard:children": Route(CASE_READERS),
    "dashboard:search": Route(CASE_READERS),
    "dashboard:child": record(),
    "dashboard:child_school": record(),
    "dashboard:child_attendance": record(),
    "dashboard:child_peps": record(),
    "dashboard:child_targets": record(),
    "dashboard:child_placements": record(),
    "dashboard:child_people": record(),
    "dashboard:child_access": record(roles={"head", "other_head", "manager"}),
    "dashboard:export_access": Route(
        {"head", "other_head", "manager"},
        method="post",
        kwargs=child,
        mine=AMARAS,
        data={"reason": "A complaint"},
    ),
    # The record of who did what
    "oversight:log": Route(RECORD_READERS),
    "oversight:find_person": Route(
        RECORD_READERS,
        ok=302,
        method="post",
        data={"name": "Dan Example"},
        mine=RECORD_READERS - {"other_head"},
        instead={"other_head": 422},
    ),
    "oversight:person": Route(
        RECORD_READERS,
        kwargs=lambda world: {"pk": world.people["adviser"].pk},
        mine=RECORD_READERS - {"other_head"},
    ),
    "oversight:event": Route(
        RECORD_READERS, kwargs=lambda world: {"pk": world.changes[world.amara.pk]}, mine={"head"}
    ),
    "oversight:unusual": Route({"head", "other_head"}),
    "oversight:look_into": Route(
        {"head", "other_head"}, kwargs=lambda world: {"pk": world.unusual.pk}, mine={"head"}
    ),
    "oversight:my_looks": Route({"young_person"}),
    "oversight:printed": Route(
        EVERYONE, ok=204, method="post", data={"written_as": str(UUID(int=0))}
    ),
    "oversight:print_style": Route(EVERYONE, kwargs=lambda world: {"written_as": UUID(int=0)}),
    "oversight:printed_plain": Route(
        EVERYONE, ok=204, kwargs=lambda world: {"written_as": UUID(int=0)}
    ),
    # The whole record, asked for by whom it is about
    "disclosure:list": Route(CHECKERS),
    "disclosure:receive": Route(HEADS, kwargs=child, mine={"head"}),
    "disclosure:second": Route(HEADS, kwargs=whole_record, mine={"head"}),
    "disclosure:request": Route(CHECKERS, kwargs=whole_record, mine={"head"}),
    "disclosure:identity": Route(HEADS, kwargs=whole_record, mine={"head"}),
    "disclosure:complex": Route(HEADS, kwargs=whole_record, mine={"head"}),
    "disclosure:withdraw": Route(HEADS, kwargs=whole_record, mine={"head"}),
    "disclosure:step": Route(
        CHECKERS,
        ok=302,
        method="post",
        kwargs=lambda world: {**whole_record(world), "step": "reviewed"},
        mine={"head"},
    ),
    "disclosure:review": Route(
        CHECKERS, kwargs=lambda world: {**whole_record(world), "kind": "person"}, mine={"head"}
    ),
    "disclosure:accept": Route(
        HEADS,
        ok=302,
        method="post",
        kwargs=lambda world: whole_record(world) | {"kind": "person"},
        mine={"head"},
    ),
    "disclosure:file": Route(
        CHECKERS, kwargs=lambda world: {**whole_record(world), "kind": "draft_json"}, mine={"head"}
    ),
    # Closed records
    "children:restricted": Route(CASE_READERS, ok=302, kwargs=child, mine=AMARAS),
    "children:protection": record(roles=PROTECTORS),
    "children:restrict": Route(HEADS, ok=422, method="post", kwargs=child, mine={"head"}),
    "children:lift": Route(HEADS, method="post", kwargs=child, mine={"head"}),
    "children:seal": Route(HEADS, ok=422, method="post", kwargs=child, mine={"head"}),
    "children:instruction": Route(
        PROTECTORS, ok=422, method="post", kwargs=child, mine=PROTECTORS & AMARAS
    ),
    "children:end_instruction": Route(
        PROTECTORS,
        method="post",
        kwargs=flag,
        mine=PROTECTORS & AMARAS,
    ),
    "children:note": Route(PROTECTORS, 422, "post", child, PROTECTORS & AMARAS),
    "children:show_notes": Route(PROTECTORS, 422, "post", child, PROTECTORS & AMARAS),
    "children:end_note": Route(PROTECTORS, 200, "post", note, PROTECTORS & AMARAS),
    "children:emergency": Route(PROTECTORS - HEADS),
    "children:openings": Route(TEAM),
    "children:end_opening": Route(HEADS, ok=302, method="post", kwargs=opening, mine={"head"}),
    "children:sealed": Route(TEAM),
    "children:open_sealed": Route(TEAM, kwargs=sealed, mine={"head"}),
    "attendance:overview": Route(CASE_READERS),
    "schools:list": Route(TEAM),
    "schools:school": Route(TEAM, kwargs=lambda world: {"pk": world.school.pk}),
    # Plans
    "pep:list": Route(PLAN_READERS),
    "starting:start": Route(
        WRITERS - FAMILY - COLLEAGUES,
        ok=302,
        method="post",
        kwargs=lambda world: {"child_pk": world.amara.pk},
        mine=AMARAS,
    ),
    "pep:plan": Route(PLAN_READERS, kwargs=plan, mine=AMARAS),
    "pep:section": Route(PLAN_READERS, kwargs=english, mine=AMARAS, instead={"young_person": 403}),
    "pep:autosave": Route(
        WRITERS,
        method="post",
        kwargs=english,
        mine=AMARAS,
        instead={"social_worker": 403, "duty_worker": 403, "carer": 403, "young_person": 403},
    ),
    "pep:presence": Route(WRITERS, method="post", kwargs=english, mine=AMARAS),
    "pep:conflict": Route(WRITERS, ok=302, kwargs=english, mine=AMARAS),
    "pep:history": Route(PLAN_READERS, kwargs=english, mine=AMARAS, instead={"young_person": 403}),
    "pep:deputies": Route(HEADS),
    "pep:end_deputy": Route(
        HEADS, ok=302, method="post", kwargs=lambda world: {"pk": world.deputy.pk}, mine={"head"}
    ),
    "chasing:board": Route({"head", "adviser", "officer", "other_head"}),
    "chasing:nudge_all": Route({"head", "adviser", "officer", "other_head"}, ok=302),
    "chasing:nudge": Route(
        {"head", "adviser", "officer", "other_head"},
        ok=302,
        method="post",
        kwargs=plan,
        mine=AMARAS,
        data={"owner": "school"},
    ),
    # Beside the answers of English; the young person reads their own part alone
    "pep:ask": Route(WRITERS, kwargs=english, mine=AMARAS, instead={"young_person": 403}),
    "pep:blank": Route(PLAN_READERS, kwargs=english, mine=AMARAS, instead={"young_person": 403}),
    "pep:attach": Route(
        WRITERS,
        ok=422,
        method="post",
        kwargs=english,
        mine=AMARAS,
        instead=dict.fromkeys(NO_ENGLISH, 403),
    ),
    "pep:file": Route(PLAN_READERS, kwargs=beside_file, mine=AMARAS, instead={"young_person": 404}),
    "pep:remove_file": Route(
        WRITERS,
        ok=302,
        method="post",
        kwargs=beside_file,
        mine=AMARAS,
        instead=dict.fromkeys(NO_ENGLISH, 403) | {"young_person": 404},
    ),
    "pep:put_file_back": Route(
        WRITERS,
        ok=302,
        method="post",
        kwargs=beside_file,
        mine=AMARAS,
        instead=dict.fromkeys(NO_ENGLISH, 403) | {"young_person": 404},
    ),
    # Part of no agreed version: the head is led back
    "pep:withdraw_file": Route(HEADS, ok=302, kwargs=beside_file, mine={"head"}),
    "pep:note": Route(PLAN_READERS, kwargs=beside, mine=AMARAS, instead={"young_person": 404}),
    "pep:mark_sorted": Route(
        WRITERS,
        ok=302,
        method="post",
        kwargs=beside,
        mine=AMARAS,
        instead=dict.fromkeys(NO_CHECKERS, 403) | {"young_person": 404},
    ),
    "pep:open_again": Route(
        WRITERS,
        ok=302,
        method="post",
        kwargs=beside,
        mine=AMARAS,
        instead=dict.fromkeys(NO_CHECKERS, 403) | {"young_person": 404},
    ),
    # What the record says of Amara's care is asked of her social worker
    "pep:doubt": Route(
        WRITERS,
        kwargs=called_wrong,
        mine=AMARAS,
        instead=dict.fromkeys(["teacher", "colleague", "carer", "young_person"], 403),
    ),
    "pep:name_gap": Route(CHECKERS, kwargs=plan, mine=AMARAS),
    # Her teacher owes English
    "pep:write_missing": Route(
        WRITERS,
        ok=302,
        method="post",
        kwargs=plan,
        mine=AMARAS,
        instead=dict.fromkeys(sorted(WRITERS & AMARAS - {"teacher"}), 403),
    ),
    "pep:send": Route(SENDERS, kwargs=plan, mine=AMARAS),
    "pep:take_back": Route(SENDERS, ok=302, method="post", kwargs=plan, mine=AMARAS),
    "pep:send_back": Route(
        CHECKERS, ok=302, method="post", kwargs=plan, mine=AMARAS, data={"reason": "More"}
    ),
    "pep:reopen": Route(CHECKERS, ok=302, kwargs=plan, mine=AMARAS),
    # Not agreed yet: who signs is led back
    "pep:sign": Route(SIGNERS, ok=302, kwargs=plan, mine=AMARAS),
    "pep:read": Route(PLAN_READERS, kwargs=plan, mine=AMARAS),
    "pep:compare": Route(PLAN_READERS, kwargs=plan, mine=AMARAS),
    # There is no PDF yet: 404 for those who may have it
    "pep:pdf": Route(
        PLAN_READERS,
        ok=404,
        kwargs=plan,
        mine=AMARAS,
        instead=dict.fromkeys(NOT_THE_PAPER, 403),
    ),
    # Papers of Amara's plan, which is being written: no copy of what was agreed
    "papers:list": Route(PLAN_READERS, kwargs=plan, mine=AMARAS),
    "papers:paper": Route(PLAN_READERS, kwargs=draft, mine=AMARAS),
    "papers:ask": Route(PLAN_READERS, ok=302, method="post", kwargs=draft, mine=AMARAS),
    "papers:pdf": Route(PLAN_READERS, ok=404, kwargs=draft, mine=AMARAS),
    "papers:json": Route(PLAN_READERS, ok=404, kwargs=plan, mine=AMARAS),
    # Checking; Amara's plan is not sent: who checks is led back to it
    "quality:queue": Route(CHECKERS),
    "quality:check": Route(CHECKERS, ok=302, kwargs=plan, mine=AMARAS),
    "quality:save": Route(CHECKERS, ok=302, method="post", kwargs=plan, mine=AMARAS),
    "quality:autosave": Route(CHECKERS, ok=422, method="post", kwargs=plan, mine=AMARAS),
    "quality:agree": Route(CHECKERS, ok=302, method="post", kwargs=plan, mine=AMARAS),
    # Second marks: Amara's plan was marked again by the head, who is led on
    "quality:samples": Route(HEADS),
    "quality:sample": Route(
        HEADS, kwargs=lambda world: {"pk": world.mark.sample_id}, mine={"head"}
    ),
    "quality:second": Route(CHECKERS, ok=302, kwargs=second_mark, mine={"head"}),
    "quality:autosave_second": Route(
        CHECKERS, ok=422, method="post", kwargs=second_mark, mine={"head"}
    ),
    "quality:settle": Route(HEADS, ok=302, kwargs=second_mark, mine={"head"}),
    "quality:trends": Route(TEAM),
    "quality:plans": Route(TEAM),
    "quality:result": Route(
        PLAN_READERS,
        kwargs=plan,
        mine=AMARAS,
        instead=dict.fromkeys(NOT_THE_GRADES, 403),
    ),
    # All plans of a term in one file, cancelled by Dev; only one's own
    "papers:bundles": Route(HEADS),
    "papers:bundle": Route(HEADS, kwargs=bundle, mine={"head"}),
    "papers:cancel_bundle": Route(HEADS, ok=302, method="post", kwargs=bundle, mine={"head"}),
    "papers:bundle_file": Route(HEADS, ok=404, kwargs=bundle, mine={"head"}),
    # Notices: only one's own
    "notifications:list": Route(EVERYONE),
    "notifications:read_all": Route(EVERYONE, ok=302, method="post"),
    "notifications:open": Route(
        EVERYONE,
        ok=302,
        method="post",
        kwargs=lambda world: {"pk": world.notice.pk},
        mine={"teacher"},
    ),
    # People and belonging
    "people:list": Route(PEOPLE_RUN_BY),
    "people:changes": Route(PEOPLE_RUN_BY),
    "people:person": Route(PEOPLE_RUN_BY, kwargs=somebody, mine=RUN_BENS),
    "people:give": Route(PEOPLE_RUN_BY, kwargs=somebody, mine=RUN_BENS),
    "people:end": Route(
        PEOPLE_RUN_BY,
        ok=302,
        method="post",
        kwargs=lambda world: {"pk": world.leaver.pk},
        mine=RUN_BENS,
    ),
    "people:end_all": Route(
        PEOPLE_RUN_BY,
        ok=302,
        method="post",
        kwargs=lambda world: {"pk": world.leaver.user_id},
        mine=RUN_BENS,
    ),
    "people:undo": Route(
        PEOPLE_RUN_BY, ok=404, method="post", kwargs=lambda world: {"ended": "nothing-signed"}
    ),
    "people:account": Route(
        ADMINISTRATORS, ok=302, method="post", kwargs=somebody, data={"open": "1"}
    ),
    "people:unlink": Route(ADMINISTRATORS, ok=302, method="post", kwargs=somebody),
    "people:second_step": Route(ADMINISTRATORS, kwargs=somebody),
    "people:named": Route(NAMED_TO),
    "people:invite": Route(PEOPLE_RUN_BY),
    "people:invite_file": Route(PEOPLE_RUN_BY),
    "people:invite_all": Route(PEOPLE_RUN_BY, ok=302, method="post"),
    "people:send_again": Route(
        PEOPLE_RUN_BY | INVITERS,
        ok=302,
        method="post",
        kwargs=lambda world: {"pk": world.invitation.pk},
        mine=RUN_BENS,
    ),
    "people:withdraw": Route(
        PEOPLE_RUN_BY | INVITERS,
        ok=302,
        method="post",
        kwargs=lambda world: {"pk": world.invitation.pk},
        mine=RUN_BENS,
    ),
    "people:invite_to_child": Route(
        {"head", "officer", "other_head"}, kwargs=child, mine={"head", "officer"}
    ),
    "people:change": Route(HAND_OVER, kwargs=part_of, mine={"head", "officer", "manager"}),
    "people:caseload": Route(HAND_OVER, kwargs=priyas, mine={"head", "officer", "manager"}),
    "people:cover": Route(HAND_OVER),
    "people:add_cover": Route(HAND_OVER, kwargs=priyas, mine={"head", "officer", "manager"}),
    "people:end_cover": Route(
        HAND_OVER,
        ok=302,
        method="post",
        kwargs=lambda world: {"pk": world.cover.person_id, "role": "social_worker"},
        mine={"head", "officer", "manager"},
    ),
    "people:invite_colleague": Route(INVITERS, kwargs=plan, mine={"teacher", "head_teacher"}),
    "people:colleagues": Route(INVITERS),
    "people:end_colleague": Route(
        INVITERS,
        ok=302,
        method="post",
        kwargs=lambda world: {"pk": world.helper.pk},
        mine={"teacher", "head_teacher"},
    ),
    # For people who are not signed in: a link nobody sent opens nothing
    "people:invitation": Route(EVERYONE, ok=404, public=True, kwargs=a_token),
    "people:password": Route(EVERYONE, ok=302, public=True, kwargs=a_token),
    "people:again": Route(EVERYONE, method="post", public=True, kwargs=a_token),
    # How long things are kept
    "retention:overview": Route(HEADS),
    "retention:decide": Route(HEADS, kwargs=lambda world: {"pk": world.proposed.pk}, mine={"head"}),
    "retention:hold_all": Route(HEADS),
    "retention:hold_child": Route(HEADS, kwargs=child, mine={"head"}),
    "retention:lift": Route(HEADS, kwargs=lambda world: {"pk": world.hold.pk}, mine={"head"}),
    # Files in and out
    "returns:list": Route(LOADERS),
    "returns:send": Route(LOADERS, kwargs=lambda world: {"kind": "schools"}),
    "returns:load": Route(
        LOADERS, kwargs=lambda world: {"pk": world.load.pk}, mine={"head", "officer"}
    ),
    "returns:faults": Route(
        LOADERS, kwargs=lambda world: {"pk": world.load.pk}, mine={"head", "officer"}
    ),
    "returns:add": Route(
        LOADERS,
        ok=409,
        method="post",
        kwargs=lambda world: {"pk": world.load.pk},
        mine={"head", "officer"},
    ),
    "returns:leave_out": Route(
        LOADERS,
        ok=422,
        method="post",
        kwargs=lambda world: {"pk": world.load.pk},
        mine={"head", "officer"},
    ),
}

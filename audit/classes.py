"""What every stored field tells about a person: one reviewed table, read by whatever hides.

`CLASSES` names every column of every table. A test fails on a field that is missing here, so a new
one is decided about when it is made. A typed copy of a state (`...event`) has its model's classes.
"""

from __future__ import annotations

from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING

from django.apps import apps

if TYPE_CHECKING:
    from django.db.models import Model


class FieldClass(StrEnum):
    """How much harm a value does in the wrong hands, least first."""

    PUBLIC = "public"  # tells of nobody by itself: keys, moments, settings, the school register
    PERSONAL = "personal"  # tells who somebody is, or an ordinary fact about them
    SPECIAL = "special"  # health, ethnicity, offences, why in care, and whatever free text may say
    ADDRESS = "address"  # where a child or carer may be found [DP-4]
    SECRET = "secret"  # noqa: S105 (a class, not a password): lets its reader in; shown to nobody


PUBLIC, PERSONAL, SPECIAL, ADDRESS, SECRET = FieldClass

_COPY = "pgh_id pgh_created_at pgh_label pgh_obj"
_ROW = "id authority child"
_DATES = f"{_ROW} started_on ended_on"

# model -> class -> its fields, as the model names them
CLASSES: dict[str, dict[FieldClass, str]] = {
    # People and belonging
    "accounts.user": {
        PUBLIC: "id is_active joined_at last_login last_seat",
        PERSONAL: "given_name family_name email phone job_title",
        SECRET: "password",
    },
    "accounts.membership": {PUBLIC: "id user role authority school started_on ended_on by_group"},
    "people.invitation": {
        PUBLIC: "id authority person role school sections started_on ended_on invited_by made_at "
        "expires_at times_sent notice accepted_at withdrawn_at withdrawn_by",
        PERSONAL: "child",
    },
    "words.heldwords": {PUBLIC: "id person page form called made_at", SPECIAL: "values own"},
    "accounts.councilsignin": {
        PUBLIC: "id authority name is_open email_domains does_second_step makes_people groups_claim"
    },
    "accounts.councilgroup": {PUBLIC: "id sign_in group role"},
    "socialaccount.socialaccount": {
        PUBLIC: "id user provider last_login date_joined",
        PERSONAL: "uid extra_data",
    },
    # The library's, and empty: addresses and secrets of councils' servers are the environment's
    "socialaccount.socialapp": {
        PUBLIC: "id provider provider_id name client_id settings",
        SECRET: "secret key",
    },
    "socialaccount.socialtoken": {
        PUBLIC: "id app account expires_at",
        SECRET: "token token_secret",
    },
    "accounts.knowndevice": {
        PUBLIC: "id user first_seen_at last_seen_at trusted_until",
        PERSONAL: "words",
        SECRET: "token_hash",
    },
    "accounts.opensession": {PUBLIC: "id user device began_at", SECRET: "session_key"},
    "accounts.tries": {PUBLIC: "id kind count began_at locked_until", SECRET: "key"},
    "accounts.accountmail": {PUBLIC: "id user kind asked_at done_at tries"},
    "account.emailaddress": {PUBLIC: "id user verified primary", PERSONAL: "email"},
    "account.emailconfirmation": {PUBLIC: "id email_address created sent", SECRET: "key"},
    "mfa.authenticator": {PUBLIC: "id user type created_at last_used_at", SECRET: "data"},
    "sessions.session": {PUBLIC: "expire_date", SECRET: "session_key session_data"},
    "families.carerpin": {PUBLIC: "id user set_at", SECRET: "pin"},
    "families.carerlink": {
        PUBLIC: "id user way asked_at done_at tries until_at wrong_pins ended_at",
        SECRET: "asked_on token_hash",
    },
    "families.signincode": {
        PUBLIC: f"{_ROW} kind made_by made_as made_at expires_at ended_at uses last_used_at",
        SECRET: "code_hash",
    },
    # The child
    "children.child": {
        PUBLIC: "id authority upn_reason created_at",
        PERSONAL: "given_name family_name known_as sort_name date_of_birth sex upn uln "
        "year_group_override",
        SPECIAL: "ethnicity first_language needs_interpreter is_uasc uasc_ended_on",
    },
    "children.identifier": {PUBLIC: f"{_DATES} system", PERSONAL: "value"},
    "children.periodofcare": {
        PUBLIC: _ROW,
        SPECIAL: "started_on ended_on category_of_need end_reason short_breaks",
    },
    "children.enrolment": {
        PUBLIC: f"{_ROW} kind access_until",
        PERSONAL: "school agreed_on started_on ended_on year_group hours_a_week is_full_time",
    },
    "children.involvement": {
        PUBLIC: f"{_DATES} role is_cover sections",
        PERSONAL: "person school",
    },
    "children.senstatus": {PUBLIC: _DATES, SPECIAL: "code"},
    "children.opening": {
        PUBLIC: f"{_ROW} kind person role began_at until_at",
        SPECIAL: "reason",
    },
    "children.restriction": {PUBLIC: f"{_DATES} kind owner", SPECIAL: "why"},
    "children.shutout": {PUBLIC: f"{_ROW} restriction", SPECIAL: "person"},
    "children.sealkeeper": {PUBLIC: f"{_ROW} restriction person"},
    "children.flag": {PUBLIC: f"{_DATES} kind review_on", SPECIAL: "label reason"},
    "children.donotshare": {PUBLIC: f"{_DATES} given_by", ADDRESS: "words why"},
    # Where the child lives, and under which order
    "placements.legalstatus": {PUBLIC: _DATES, SPECIAL: "code"},
    "placements.placement": {
        PUBLIC: _DATES,
        SPECIAL: "kind provider is_temporary change_reason",
        ADDRESS: "provider_urn area area_authority country is_at_a_distance distance_miles",
    },
    "placements.address": {
        PUBLIC: f"{_ROW} kind placement started_on is_confidential",
        ADDRESS: "lines postcode",
    },
    "placements.carerdetails": {PUBLIC: f"{_ROW} placement", ADDRESS: "name phone email"},
    "placements.review": {PUBLIC: _ROW, PERSONAL: "held_on code"},
    "placements.missingepisode": {PUBLIC: _ROW, SPECIAL: "kind started_on ended_on"},
    "placements.healthreturn": {
        PUBLIC: f"{_ROW} return_year",
        SPECIAL: "sdq_score sdq_reason is_convicted had_development_check has_immunisations "
        "had_teeth_check had_health_assessment substance_misuse intervention_received "
        "intervention_offered",
    },
    "placements.returnrow": {PUBLIC: f"{_ROW} table key", SPECIAL: "values"},
    # Attendance
    "attendance.day": {
        PUBLIC: "authority_id child_id load_number",
        PERSONAL: "on school_id",
        SPECIAL: "am pm",
    },
    "attendance.replacedday": {
        PUBLIC: "id authority_id child_id load_number replaced_by",
        PERSONAL: "on school_id",
        SPECIAL: "am pm",
    },
    "attendance.termsummary": {
        PUBLIC: "authority_id child_id term_started_on",
        PERSONAL: "school_id possible attending approved authorised unauthorised late "
        "late_after_close",
        SPECIAL: "ill excluded",
    },
    "attendance.code": {
        PUBLIC: "id code session meaning category is_possible is_present is_absent is_authorised "
        "started_on ended_on"
    },
    # The plan
    "pep.form": {PUBLIC: "id phase authority"},
    "pep.formversion": {PUBLIC: "id form number published_at"},
    "pep.section": {
        PUBLIC: "id version slug title group owner place hint guidance statutory_head shown_when"
    },
    "pep.question": {
        PUBLIC: "id section key place kind label hint options columns is_required required_when "
        "shown_when max_length max_rows is_carried readers"
    },
    "pep.personaleducationplan": {
        PUBLIC: f"{_ROW} term kind form_version status version_number started_at clock_from "
        "initiate_by complete_by sections_total sections_complete sent_at sent_by checking_at "
        "checking_by agreed_at agreed_by quality grade_hidden_from",
        PERSONAL: "school meeting_at",
        SPECIAL: "facts",
        ADDRESS: "meeting_place",
    },
    "pep.plansection": {
        PUBLIC: f"{_ROW} plan slug place owner version state is_asked written_at written_by "
        "completed_at completed_by"
    },
    "pep.answer": {
        PUBLIC: f"{_ROW} plan section key state not_known_until version written_at written_by "
        "window rows_written is_to_confirm",
        PERSONAL: "not_known_who not_known_person",
        SPECIAL: "value",
    },
    "pep.writingstep": {
        PUBLIC: f"{_ROW} plan section key person began_at last_at",
        SPECIAL: "before after",
    },
    "pep.kepttext": {
        PUBLIC: f"{_ROW} plan section person base_version window reason made_at settled_at",
        SPECIAL: "values earlier",
    },
    "pep.factword": {
        PUBLIC: f"{_ROW} plan section key is_right said_at said_by",
        SPECIAL: "note",
    },
    "pep.note": {
        PUBLIC: f"{_ROW} plan section key kind written_at written_by answered_at sorted_at "
        "sorted_by",
        SPECIAL: "words",
    },
    "pep.attachment": {
        PUBLIC: f"{_ROW} plan section file added_at added_by removed_at removed_by agreed_at",
        SPECIAL: "name",
    },
    "pep.nudge": {PUBLIC: f"{_ROW} plan person owner made_on made_at made_by"},
    "pep.notereply": {PUBLIC: f"{_ROW} note written_at written_by", SPECIAL: "words"},
    "pep.planmove": {PUBLIC: f"{_ROW} plan before after made_at made_by", SPECIAL: "reason"},
    "pep.agreedversion": {
        PUBLIC: f"{_ROW} plan number form_version sha256 agreed_at agreed_by",
        SPECIAL: "content agreed_with_gap",
    },
    "pep.deputy": {
        PUBLIC: "id authority person started_on ended_on named_at named_by",
        PERSONAL: "reason",
    },
    "pep.gap": {
        PUBLIC: f"{_ROW} plan version_number kind part owed_by due_on named_at named_by closed_at",
        SPECIAL: "reason",
    },
    "pep.doubt": {
        PUBLIC: f"{_ROW} plan section key asked_of asked_at asked_by answer answered_at "
        "answered_by",
        SPECIAL: "words reply",
    },
    "pep.paper": {PUBLIC: f"{_ROW} version kind file asked_at made_at"},
    "pep.signature": {
        PUBLIC: f"{_ROW} version person role sha256 signed_at",
        SPECIAL: "remark",
    },
    # Targets and what came of them
    "progress.target": {
        PUBLIC: f"{_ROW} plan_id term predecessor place area area_name is_funded intervention "
        "proposed_at agreed_at dropped_at reviewed_in reviewed_at",
        PERSONAL: "school owner due_on is_child_agreed cost_pence source outcome impact "
        "spent_pence",
        SPECIAL: "need text measure baseline goal at_school at_home by_child evidence",
    },
    "progress.intervention": {PUBLIC: "id authority key is_offered category name evidence source"},
    "progress.example": {
        PUBLIC: "id authority key is_offered phase area need text measure baseline goal at_school "
        "at_home by_child intervention"
    },
    "papers.readerpaper": {
        PUBLIC: f"{_ROW} plan version kind person seat state why tries is_draft rights file "
        "asked_at made_at goes_at"
    },
    # Checks of plans
    "quality.rubric": {
        PUBLIC: "id authority number scale tolerance any_worst same_text_from started_on "
        "published_at"
    },
    "quality.area": {PUBLIC: "id rubric key place title description kind"},
    "quality.bankcomment": {PUBLIC: "id authority kind words is_offered"},
    "quality.qualitycheck": {
        PUBLIC: f"{_ROW} plan version_number mark rubric started_at marker own_grade overall "
        "settled",
        SPECIAL: "reason",
    },
    "quality.areagrade": {
        PUBLIC: f"{_ROW} check_of area grade written_at written_by",
        SPECIAL: "comment",
    },
    "quality.planprint": {PUBLIC: f"{_ROW} plan term made_at", SPECIAL: "hashes"},
    "quality.sample": {PUBLIC: "id authority term number percent drawn_from seed made_at made_by"},
    "quality.secondmark": {
        PUBLIC: f"{_ROW} sample plan first second marker done_at settled_at settled_by",
        SPECIAL: "note",
    },
    "papers.bundle": {
        PUBLIC: "id authority person seat term school phase state total in_file tries run file "
        "asked_at worked_at made_at goes_at",
        SPECIAL: "reason",
    },
    "papers.deliveryplace": {PUBLIC: "id authority way folder url is_on started_at"},
    "papers.delivery": {
        PUBLIC: f"{_ROW} version state where names pdf_sha256 json_sha256 code fault tries owed_at "
        "next_try_at sent_at",
        SPECIAL: "answer",
    },
    "papers.bundlepaper": {PUBLIC: f"{_ROW} bundle version state why file"},
    # What people are told, files
    "notifications.notice": {
        PUBLIC: "id authority recipient key kind child_id path made_at read_at",
        PERSONAL: "text",
    },
    "notifications.email": {
        PUBLIC: "id authority notice state tries made_at next_try_at sent_at",
        SECRET: "token_hash",
    },
    "files.storedfile": {
        PUBLIC: "id authority sha256 size content_type scan download_name made_at made_by",
        SPECIAL: "content",
    },
    "files.load": {
        PUBLIC: "id number authority kind state sha256 counts fault_count options received_at "
        "received_by applied_at",
        PERSONAL: "file_names",
        SPECIAL: "faults warnings left_out left_out_reason",
    },
    "files.loadfile": {PUBLIC: "id authority load file", PERSONAL: "name"},
    # The record
    "audit.event": {
        PUBLIC: "id at kind table row child_id authority_id actor_id seat acting_for_id "
        "request_id device transaction taken_out",
        PERSONAL: "ip_address",
        SPECIAL: "before after reason",
    },
    "audit.seal": {
        PUBLIC: "number form made_at era after_id upto_transaction upto_id highest_id count leaves "
        "previous hash"
    },
    "oversight.unusualreading": {
        PUBLIC: "id authority role reason on number usual found_at looked_into_at looked_into_by",
        PERSONAL: "person child",
        SPECIAL: "note",
    },
    "disclosure.subjectrequest": {
        PUBLIC: f"{_ROW} asked_by received_on identity_checked_on identity_checked_by due_on "
        "is_complex clarifying_since days_stopped state made_by changed_at reviewed_by released_by",
        PERSONAL: "asker_name",
        SPECIAL: "reason complex_reason",
    },
    "disclosure.maskeditem": {
        PUBLIC: f"{_ROW} request number kind chapter label times is_released exemption decided_at "
        "decided_by",
        SPECIAL: "reason",
        ADDRESS: "value",
    },
    "disclosure.requestfile": {PUBLIC: f"{_ROW} request kind file"},
    # How long things are kept
    "retention.legalhold": {
        PUBLIC: f"{_DATES} reason placed_at placed_by lifted_at lifted_by",
        SPECIAL: "why lifted_why",
    },
    "retention.proposal": {PUBLIC: "id authority on made_at"},
    "retention.proposed": {
        PUBLIC: "id authority proposal kind subject_id number rule due_on decision decided_at "
        "decided_by",
        SPECIAL: "reason",
    },
    "retention.tombstone": {
        PUBLIC: "id authority kind subject_id number rule due_on counts events remains deleted_at "
        "approved_by"
    },
    "retention.filetoremove": {PUBLIC: "id authority path asked_at"},
    # Authorities and schools: reference and settings
    "schools.authority": {
        PUBLIC: "id code name display_name kind region country ended_on successor "
        "adjoining_is_known is_made_up accent contact_email contact_phone"
    },
    "schools.authority_adjoining": {PUBLIC: "id from_authority to_authority"},
    "schools.gsscode": {PUBLIC: "code authority ended_on"},
    "schools.district": {PUBLIC: "code name upper_code"},
    "schools.postcode": {PUBLIC: "postcode easting northing district_code"},
    "schools.bankholiday": {PUBLIC: "on name"},
    "schools.policy": {
        PUBLIC: "id authority started_on ended_on initiate_pep_working_days "
        "complete_pep_working_days pep_after_school_change_working_days long_holiday_days "
        "paper_kept_days draft_paper_kept_days plans_file_kept_hours "
        "pep_from_year pep_to_year minimum_targets advisers_see_only_their_caseload "
        "days_between_pep_nudges days_old_school_keeps_access "
        "pep_on_time_target attendance_target attendance_concern school_must_sign "
        "social_worker_must_sign carer_must_sign child_must_sign "
        "head_teacher_must_answer_working_days restricted_opening_minutes "
        "emergency_access_hours invitation_days unused_account_days colleague_longest_days "
        "unusual_records_an_hour unusual_records_a_day unusual_times_the_usual "
        "unusual_records_of_others reading_hours_begin reading_hours_end "
        "trusted_device_days young_person_signs_in_from_age sign_in_sheet_days "
        "one_person_may_answer_subject_access refused_load_days register_years "
        "other_record_years"
    },
    "schools.term": {PUBLIC: "id authority academic_year name started_on ended_on pep_deadline_on"},
    "schools.school": {
        PUBLIC: "id name authority authority_code establishment_number status kind_code kind "
        "group_code phase_code phase opened_on closed_on low_age high_age gender street locality "
        "town county postcode phone website ukprn trust easting northing added_by_authority"
    },
    "schools.schoollink": {PUBLIC: "id school linked_id kind established_on"},
    "schools.teachingperiod": {PUBLIC: "id authority school started_on ended_on"},
    "schools.closedday": {PUBLIC: "id authority school on reason"},
    # Django's own
    "admin.logentry": {
        PUBLIC: "id action_time user content_type object_id action_flag",
        PERSONAL: "object_repr change_message",
    },
    "auth.permission": {PUBLIC: "id name content_type codename"},
    "auth.group": {PUBLIC: "id name"},
    "auth.group_permissions": {PUBLIC: "id group permission"},
    "contenttypes.contenttype": {PUBLIC: "id app_label model"},
    "pghistory.context": {PUBLIC: "id created_at updated_at", PERSONAL: "metadata"},
}


class Unclassified(LookupError):
    """A field nobody has decided about."""


def classes_of(model: type[Model]) -> dict[str, FieldClass]:
    """Answer the class of every field of a model, by field name. Raises Unclassified."""
    tracked = getattr(model, "pgh_tracked_model", None)
    named = CLASSES.get((tracked or model)._meta.label_lower, {})
    known = {name: kind for kind, names in named.items() for name in names.split()}
    if tracked is not None:
        known |= dict.fromkeys(_COPY.split(), PUBLIC)
    fields = {field.name for field in model._meta.concrete_fields}
    if missing := fields - known.keys():
        raise Unclassified(f"{model._meta.label_lower}: {', '.join(sorted(missing))}")
    return {name: kind for name, kind in known.items() if name in fields}


def class_of_column(table: str, column: str) -> FieldClass:
    """Answer the class of a column as the record names it; what is not known is secret."""
    model = next((m for m in apps.get_models(True) if m._meta.db_table == table), None)
    if model is None:
        return SECRET
    field = next((f for f in model._meta.concrete_fields if column in {f.name, f.column}), None)
    return classes_of(model)[field.name] if field else SECRET


@cache
def names_to_hide() -> frozenset[str]:
    """Answer every field name that tells of a person in some table, for text without a table."""
    return frozenset(
        name
        for named in CLASSES.values()
        for kind, names in named.items()
        if kind is not PUBLIC
        for name in names.split()
    )

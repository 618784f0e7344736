"""The record, how long things are kept, authorities and schools, and Django's own."""

from audit.classes.kinds import ADDRESS, DATES, PERSONAL, PUBLIC, ROW, SPECIAL, Classes

OF_SERVICE: Classes = {
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
        PUBLIC: f"{ROW} asked_by received_on identity_checked_on identity_checked_by due_on "
        "is_complex clarifying_since days_stopped state made_by changed_at reviewed_by "
        "second_person released_by",
        PERSONAL: "asker_name",
        SPECIAL: "reason complex_reason",
    },
    "disclosure.maskeditem": {
        PUBLIC: f"{ROW} request number kind chapter times is_released exemption decided_at "
        "decided_by",
        SPECIAL: "label reason",  # a question names the child it was asked of
        ADDRESS: "value",
    },
    "disclosure.requestfile": {PUBLIC: f"{ROW} request kind file"},
    # How long things are kept
    "retention.legalhold": {
        PUBLIC: f"{DATES} placed_at placed_by lifted_at lifted_by",
        SPECIAL: "reason why lifted_why",
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
        "pep_from_year pep_to_year minimum_targets minimum_targets_early_years "
        "advisers_see_only_their_caseload "
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

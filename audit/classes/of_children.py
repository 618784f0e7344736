"""The child, where the child lives, attendance."""

from audit.classes.kinds import ADDRESS, DATES, PERSONAL, PUBLIC, ROW, SPECIAL, Classes

OF_CHILDREN: Classes = {
    # The child
    "children.child": {
        PUBLIC: "id authority upn_reason created_at",
        PERSONAL: "given_name family_name known_as sort_name date_of_birth sex upn uln "
        "year_group_override",
        SPECIAL: "ethnicity first_language needs_interpreter is_uasc uasc_ended_on",
    },
    "children.identifier": {PUBLIC: f"{DATES} system", PERSONAL: "value"},
    "children.periodofcare": {
        PUBLIC: ROW,
        SPECIAL: "started_on ended_on category_of_need end_reason short_breaks",
    },
    "children.enrolment": {
        PUBLIC: f"{ROW} kind access_until",
        PERSONAL: "school agreed_on started_on ended_on year_group hours_a_week is_full_time",
    },
    "children.involvement": {
        PUBLIC: f"{DATES} is_cover sections",
        PERSONAL: "person school",
        SPECIAL: "role",  # such as a youth justice worker's
    },
    "children.senstatus": {PUBLIC: DATES, SPECIAL: "code"},
    "children.opening": {
        PUBLIC: f"{ROW} person role began_at until_at",
        SPECIAL: "kind reason",
    },
    "children.restriction": {PUBLIC: f"{DATES} owner", SPECIAL: "kind why"},
    "children.shutout": {PUBLIC: f"{ROW} restriction", SPECIAL: "person"},
    "children.sealkeeper": {PUBLIC: f"{ROW} restriction person"},
    "children.flag": {PUBLIC: f"{DATES} kind review_on", SPECIAL: "label reason"},
    "children.donotshare": {PUBLIC: f"{DATES} given_by", ADDRESS: "words why"},
    # Where the child lives, and under which order
    "placements.legalstatus": {PUBLIC: DATES, SPECIAL: "code"},
    "placements.placement": {
        PUBLIC: DATES,
        SPECIAL: "kind provider is_temporary change_reason",
        ADDRESS: "provider_urn area area_authority country is_at_a_distance distance_miles",
    },
    "placements.address": {
        PUBLIC: f"{ROW} kind placement started_on",
        SPECIAL: "is_confidential",
        ADDRESS: "lines postcode",
    },
    "placements.carerdetails": {PUBLIC: f"{ROW} placement", ADDRESS: "name phone email"},
    "placements.review": {PUBLIC: ROW, PERSONAL: "held_on code"},
    "placements.missingepisode": {PUBLIC: ROW, SPECIAL: "kind started_on ended_on"},
    "placements.healthreturn": {
        PUBLIC: f"{ROW} return_year",
        SPECIAL: "sdq_score sdq_reason is_convicted had_development_check has_immunisations "
        "had_teeth_check had_health_assessment substance_misuse intervention_received "
        "intervention_offered",
    },
    "placements.returnrow": {PUBLIC: f"{ROW} table key", SPECIAL: "values"},
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
}

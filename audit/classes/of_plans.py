"""Plans, targets, checks of plans and papers of plans."""

from audit.classes.kinds import ADDRESS, PERSONAL, PUBLIC, ROW, SPECIAL, Classes

OF_PLANS: Classes = {
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
        PUBLIC: f"{ROW} term kind form_version status version_number started_at clock_from "
        "initiate_by complete_by sections_total sections_complete sent_at sent_by checking_at "
        "checking_by agreed_at agreed_by quality grade_hidden_from",
        PERSONAL: "school meeting_at",
        SPECIAL: "facts",
        ADDRESS: "meeting_place",
    },
    "pep.plansection": {
        PUBLIC: f"{ROW} plan slug place owner version state is_asked asked_more_at written_at "
        "written_by completed_at completed_by turns"
    },
    "pep.answer": {
        PUBLIC: f"{ROW} plan section key state not_known_until version written_at written_by "
        "window rows_written is_to_confirm",
        PERSONAL: "not_known_who not_known_person",
        SPECIAL: "value",
    },
    "pep.writingstep": {
        PUBLIC: f"{ROW} plan section key person began_at last_at is_late",
        SPECIAL: "before after",
    },
    "pep.kepttext": {
        PUBLIC: f"{ROW} plan section person base_version window order reason made_at settled_at",
        SPECIAL: "values earlier",
    },
    "pep.factword": {
        PUBLIC: f"{ROW} plan section key is_right said_at said_by",
        SPECIAL: "note",
    },
    "pep.note": {
        PUBLIC: f"{ROW} plan section key kind written_at written_by answered_at sorted_at "
        "sorted_by",
        SPECIAL: "words",
    },
    "pep.attachment": {
        PUBLIC: f"{ROW} plan section file added_at added_by removed_at removed_by agreed_at "
        "withdrawn_at withdrawn_by",
        SPECIAL: "name withdrawn_why",
    },
    "pep.nudge": {PUBLIC: f"{ROW} plan person owner made_on made_at made_by"},
    "pep.notereply": {PUBLIC: f"{ROW} note written_at written_by", SPECIAL: "words"},
    "pep.planmove": {PUBLIC: f"{ROW} plan before after made_at made_by", SPECIAL: "reason"},
    "pep.agreedversion": {
        PUBLIC: f"{ROW} plan number form_version sha256 agreed_at agreed_by",
        SPECIAL: "content agreed_with_gap",
    },
    "pep.deputy": {
        PUBLIC: "id authority person started_on ended_on named_at named_by",
        SPECIAL: "reason",
    },
    "pep.gap": {
        PUBLIC: f"{ROW} plan version_number kind part owed_by due_on named_at named_by closed_at",
        SPECIAL: "reason",
    },
    "pep.doubt": {
        PUBLIC: f"{ROW} plan section key asked_of asked_at asked_by answer answered_at answered_by",
        SPECIAL: "words reply",
    },
    "pep.paper": {PUBLIC: f"{ROW} version kind file asked_at made_at"},
    "pep.signature": {
        PUBLIC: f"{ROW} version person role sha256 signed_at",
        SPECIAL: "remark",
    },
    # Targets and what came of them
    "progress.target": {
        PUBLIC: f"{ROW} plan_id term predecessor place area area_name is_funded intervention "
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
        PUBLIC: f"{ROW} plan version kind person seat state why tries is_draft rights file "
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
        PUBLIC: f"{ROW} plan version_number mark rubric started_at marker own_grade overall "
        "settled",
        SPECIAL: "reason",
    },
    "quality.areagrade": {
        PUBLIC: f"{ROW} check_of area grade written_at written_by",
        SPECIAL: "comment",
    },
    "quality.planprint": {PUBLIC: f"{ROW} plan term made_at", SPECIAL: "hashes"},
    "quality.sample": {PUBLIC: "id authority term number percent drawn_from seed made_at made_by"},
    "quality.secondmark": {
        PUBLIC: f"{ROW} sample plan first second marker done_at settled_at settled_by",
        SPECIAL: "note",
    },
    "papers.bundle": {
        PUBLIC: "id authority person seat term school phase state total in_file tries run file "
        "asked_at worked_at made_at goes_at",
        SPECIAL: "reason",
    },
    "papers.deliveryplace": {PUBLIC: "id authority way folder url is_on started_at"},
    "papers.delivery": {
        PUBLIC: f"{ROW} version state where names pdf_sha256 json_sha256 code fault tries owed_at "
        "next_try_at sent_at",
        SPECIAL: "answer",
    },
    "papers.bundlepaper": {PUBLIC: f"{ROW} bundle version state why file"},
}

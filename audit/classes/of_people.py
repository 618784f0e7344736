"""People, their seats and what they are told."""

from audit.classes.kinds import PERSONAL, PUBLIC, ROW, SECRET, SPECIAL, Classes

OF_PEOPLE: Classes = {
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
    "accounts.accountmail": {
        PUBLIC: "id user kind asked_at done_at tries",
        PERSONAL: "former_address",
    },
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
        PUBLIC: f"{ROW} kind made_by made_as made_at expires_at ended_at uses last_used_at",
        SECRET: "code_hash",
    },
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
        SPECIAL: "file_names faults warnings left_out left_out_reason",
    },
    "files.loadfile": {PUBLIC: "id authority load file", SPECIAL: "name"},
}

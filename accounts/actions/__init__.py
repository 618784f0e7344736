"""What people do with their own account, and administrators with another's; all recorded."""

from accounts.actions.addresses import note_moved
from accounts.actions.council_accounts import (
    enter_by_council_account,
    fit_groups,
    note_refusal,
    unlink_council_account,
)
from accounts.actions.passwords import (
    ask_for_reset,
    ask_to_confirm,
    change_password,
    confirm_email,
    owe_mail,
    reset_password,
)
from accounts.actions.second_steps import (
    NotTheirs,
    add_app,
    add_passkey,
    make_codes,
    remove_second_step,
    reset_second_factor,
)
from accounts.actions.sessions import (
    begin_session,
    end_other_sessions,
    end_session,
    end_sessions,
    sign_out,
    take_seat,
)
from accounts.actions.signing_in import confirm_password, try_code, try_passkey, try_password

__all__ = [
    "NotTheirs",
    "add_app",
    "add_passkey",
    "ask_for_reset",
    "ask_to_confirm",
    "begin_session",
    "change_password",
    "confirm_email",
    "confirm_password",
    "end_other_sessions",
    "end_session",
    "end_sessions",
    "enter_by_council_account",
    "fit_groups",
    "make_codes",
    "note_moved",
    "note_refusal",
    "owe_mail",
    "remove_second_step",
    "reset_password",
    "reset_second_factor",
    "sign_out",
    "take_seat",
    "try_code",
    "try_passkey",
    "try_password",
    "unlink_council_account",
]

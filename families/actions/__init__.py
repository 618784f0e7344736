"""How carers and young people get in, and what adults do for them; all recorded."""

from families.actions.carers import (
    LinkIsOver,
    ask_for_link,
    choose_pin,
    has_pin,
    link_of,
    reset_pin,
    set_first_pin,
    try_pin,
)
from families.actions.codes import TooYoung, make_code, withdraw_code
from families.actions.signing_in import Typed, use_code

__all__ = [
    "LinkIsOver",
    "TooYoung",
    "Typed",
    "ask_for_link",
    "choose_pin",
    "has_pin",
    "link_of",
    "make_code",
    "reset_pin",
    "set_first_pin",
    "try_pin",
    "use_code",
    "withdraw_code",
]

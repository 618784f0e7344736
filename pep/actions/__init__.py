"""Every write a person asks for in a plan: write it, move it on."""

from pep.actions.asking import ask, mark_sorted, open_again, reply
from pep.actions.attaching import PartOfAgreed, attach, put_file_back, remove_file
from pep.actions.deputies import end_deputy, name_deputy
from pep.actions.doubting import answer_doubt
from pep.actions.gaps import name_gap, write_missing_part
from pep.actions.grading import grade, hide_grades, settle_grade
from pep.actions.moving import (
    MoveRefused,
    NotReady,
    agree,
    missing_for_agreement,
    reopen,
    send,
    send_back,
    start_checking,
    take_back,
)
from pep.actions.signing import NotTheVersion, sign
from pep.actions.targets import NoRoom, carry_on, use_example
from pep.actions.turns import last_turn
from pep.actions.withdrawing import NotOfAgreed, withdraw_file
from pep.actions.writing import (
    NotComplete,
    Saved,
    mark_complete,
    save_section,
    settle_kept_text,
)

__all__ = [
    "MoveRefused",
    "NoRoom",
    "NotComplete",
    "NotOfAgreed",
    "NotReady",
    "NotTheVersion",
    "PartOfAgreed",
    "Saved",
    "agree",
    "answer_doubt",
    "ask",
    "attach",
    "carry_on",
    "end_deputy",
    "grade",
    "hide_grades",
    "last_turn",
    "mark_complete",
    "mark_sorted",
    "missing_for_agreement",
    "name_deputy",
    "name_gap",
    "open_again",
    "put_file_back",
    "remove_file",
    "reopen",
    "reply",
    "save_section",
    "send",
    "send_back",
    "settle_grade",
    "settle_kept_text",
    "sign",
    "start_checking",
    "take_back",
    "use_example",
    "withdraw_file",
    "write_missing_part",
]

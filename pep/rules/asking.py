"""Queries and comments beside a plan's answers: while they may be written, and who is waited for.

Queries are the virtual school's; whoever owns the section answers; the virtual school marks them
sorted (ux 7.13). Comments are anyone's who may read the answer and write in the plan.
"""

from pep.rules.states import COUNTS_AS_AGREED, Status

# After the virtual school's word is given nothing is asked any more, until a plan is reopened
TALKED_ABOUT = frozenset(Status) - COUNTS_AS_AGREED - {Status.SUPERSEDED}


def waits_for_answer(*, is_query: bool, is_sorted: bool, is_answered: bool) -> bool:
    """Whether a note waits for the section's owner to answer it."""
    return is_query and not is_sorted and not is_answered


def may_sort(*, is_query: bool, is_virtual_school: bool, is_author: bool) -> bool:
    """Who calls a note sorted: the virtual school; their own comment anyone."""
    return is_virtual_school or (is_author and not is_query)

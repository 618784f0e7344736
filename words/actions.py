"""Hold words whose session has ended, and let go of them."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

import audit
from accounts import wall
from accounts.models import User
from words import rules
from words.models import HeldWords


class TooMuch(Exception):
    """The form, or the number of forms held for a person, is beyond any honest use."""


def hold(
    *,
    author: User,
    page: str,
    form: str,
    called: str,
    values: rules.Values,
    own: Mapping[str, str],
    at: datetime,
    seat: str = "signed out",
) -> HeldWords | None:
    """Hold a form for the person whose session it came from; the same one again is held once.

    It opens the author's own wall and no authority's: nobody is signed in, or no longer in a seat
    that may write there. None if nothing was sent. Raises TooMuch.
    """
    if not values:
        return None
    if rules.is_too_much(values):
        raise TooMuch
    with wall.opened([], actor=wall.Actor(user_id=author.pk, seat=seat)):
        theirs = HeldWords.objects.visible_to(author).current(at=at)
        same = theirs.filter(page=page, form=form, values=values).first()
        if same is not None:
            return same
        if theirs.count() >= rules.MOST_ROWS:
            raise TooMuch
        held = HeldWords.objects.create(
            person=author,
            page=page,
            form=form,
            called=called,
            values=values,
            own=[[rules.label_of(name), text] for name, text in own.items()],
            made_at=at,
        )
        audit.record(kind="words.held", at=at, table=HeldWords._meta.db_table, row=held.pk)
    return held


def discard(*, held_id: UUID, by: User) -> None:
    """Let go of words that were saved, or that their author no longer needs. Safe to repeat."""
    HeldWords.objects.visible_to(by).filter(pk=held_id).delete()

"""Text messages: sent by whatever `VS_TEXT_SENDER` names, not offered without one."""

from django.conf import settings
from django.utils.module_loading import import_string


class NotSent(Exception):
    """The sender could not send; it is tried again."""


def are_offered() -> bool:
    return bool(settings.VS_TEXT_SENDER)


def send(*, to: str, body: str) -> None:
    """Send one message. Raises NotSent.

    The setting is the dotted name of a function that takes `to` and `body` by keyword and raises
    OSError when the provider cannot be reached.
    """
    try:
        import_string(settings.VS_TEXT_SENDER)(to=to, body=body)
    except OSError as error:
        raise NotSent from error

"""The authority a command is told by its code."""

from django.core.management.base import CommandError

from schools.models import Authority


def named_authority(code: str) -> Authority:
    """The authority of a DfE or GSS code. Raises CommandError."""
    try:
        return Authority.objects.from_code(code)
    except (Authority.DoesNotExist, ValueError):
        raise CommandError(
            f"There is no authority with the code {code}. Give its DfE code, like 850, or its "
            "GSS code, like E10000014."
        ) from None

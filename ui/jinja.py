"""The Jinja2 side of the form pack: only `vsforms/field.html` is rendered there, for speed."""

from typing import Any

from jinja2 import Environment, StrictUndefined

from ui.fields import describe


def environment(**options: Any) -> Environment:
    """Make the environment Django's Jinja2 backend asks for; a misspelt name is an error."""
    options.setdefault("autoescape", True)
    options["undefined"] = StrictUndefined
    options["trim_blocks"] = True
    options["lstrip_blocks"] = True
    made = Environment(**options)  # noqa: S701 -- autoescape is set above
    made.globals["describe"] = describe
    return made

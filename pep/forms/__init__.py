"""The form of a section, and what is asked when a plan moves on."""

from pep.forms.asking import AskForm, ReplyForm
from pep.forms.deputy import DeputyForm
from pep.forms.fields import digest, normal
from pep.forms.gap import DoubtForm, GapForm
from pep.forms.moving import ReasonForm, ReopenForm
from pep.forms.section import SectionForm, own_words
from pep.forms.signing import SignForm

__all__ = [
    "AskForm",
    "DeputyForm",
    "DoubtForm",
    "GapForm",
    "ReasonForm",
    "ReopenForm",
    "ReplyForm",
    "SectionForm",
    "SignForm",
    "digest",
    "normal",
    "own_words",
]

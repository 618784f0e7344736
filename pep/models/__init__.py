"""Tables of Personal Education Plans."""

from pep.models.agreed import (
    AgreedVersion,
    Paper,
    Signature,
)
from pep.models.asking import Note, NoteReply
from pep.models.attaching import Attachment
from pep.models.deputy import Deputy
from pep.models.form import (
    Form,
    FormVersion,
    Owner,
    Question,
    Section,
)
from pep.models.gap import (
    Doubt,
    Gap,
)
from pep.models.nudging import Nudge
from pep.models.plan import (
    PersonalEducationPlan,
    PlanMove,
    PlanQuerySet,
)
from pep.models.writing import (
    Answer,
    FactWord,
    KeptText,
    PlanSection,
    WritingStep,
    Written,
)

__all__ = [
    "AgreedVersion",
    "Answer",
    "Attachment",
    "Deputy",
    "Doubt",
    "FactWord",
    "Form",
    "FormVersion",
    "Gap",
    "KeptText",
    "Note",
    "NoteReply",
    "Nudge",
    "Owner",
    "Paper",
    "PersonalEducationPlan",
    "PlanMove",
    "PlanQuerySet",
    "PlanSection",
    "Question",
    "Section",
    "Signature",
    "WritingStep",
    "Written",
]

from children.models.base import (
    AboutChild,
    ChildFact,
    DatedFact,
    DatedQuerySet,
    FactQuerySet,
    history,
)
from children.models.belonging import Enrolment, Involvement, PeriodOfCare
from children.models.child import SEX, Child, ChildQuerySet
from children.models.facts import Flag, Identifier, SenStatus

__all__ = [
    "SEX",
    "AboutChild",
    "Child",
    "ChildFact",
    "ChildQuerySet",
    "DatedFact",
    "DatedQuerySet",
    "Enrolment",
    "FactQuerySet",
    "Flag",
    "Identifier",
    "Involvement",
    "PeriodOfCare",
    "SenStatus",
    "history",
]

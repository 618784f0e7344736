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
from children.models.restricting import (
    DoNotShare,
    Opening,
    Restriction,
    SealKeeper,
    ShutOut,
    children_hidden_from,
)
from children.models.schooling import OfSchoolQuerySet

__all__ = [
    "SEX",
    "AboutChild",
    "Child",
    "ChildFact",
    "ChildQuerySet",
    "DatedFact",
    "DatedQuerySet",
    "DoNotShare",
    "Enrolment",
    "FactQuerySet",
    "Flag",
    "Identifier",
    "Involvement",
    "OfSchoolQuerySet",
    "Opening",
    "PeriodOfCare",
    "Restriction",
    "SealKeeper",
    "SenStatus",
    "ShutOut",
    "children_hidden_from",
    "history",
]

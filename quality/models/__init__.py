"""Tables of rubrics, checks and second marks."""

from quality.models.checks import AreaGrade, PlanPrint, QualityCheck
from quality.models.rubric import Area, BankComment, Rubric
from quality.models.samples import Sample, SecondMark

__all__ = [
    "Area",
    "AreaGrade",
    "BankComment",
    "PlanPrint",
    "QualityCheck",
    "Rubric",
    "Sample",
    "SecondMark",
]

"""That somebody was reminded of their part of a plan."""

from django.db import models

from children.models import ChildFact
from pep.models.form import Owner
from pep.models.plan import PersonalEducationPlan


class Nudge(ChildFact):
    """One person reminded of one plan on one day; `owner` is whose sections they were asked for."""

    plan = models.ForeignKey(PersonalEducationPlan, models.CASCADE, related_name="nudges")
    person = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    owner = models.CharField(max_length=20, choices=Owner.choices)
    made_on = models.DateField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["authority", "id"], name="nudge_authority_id"),
            models.UniqueConstraint(fields=["plan", "person", "made_on"], name="nudge_once_a_day"),
        ]

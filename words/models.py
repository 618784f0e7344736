from datetime import datetime
from typing import Self
from uuid import uuid4

from django.db import models
from django.http import QueryDict

from accounts.models import User
from words import rules


class HeldWordsQuerySet(models.QuerySet["HeldWords"]):
    def visible_to(self, user: User) -> Self:
        """Only one's own. The wall of this table is the person, not an authority."""
        return self.filter(person=user)

    def current(self, *, at: datetime) -> Self:
        return self.filter(made_at__gt=at - rules.KEPT_FOR)

    def over(self, *, at: datetime) -> Self:
        return self.filter(made_at__lte=at - rules.KEPT_FOR)


class HeldWords(models.Model):
    """One form that arrived after its sender's session had ended, held a day for its author."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    person = models.ForeignKey("accounts.User", models.CASCADE, related_name="+")
    page = models.CharField(max_length=300, help_text="where the form stands: the path")
    form = models.SlugField(max_length=40, blank=True, help_text="which form of that page")
    called = models.CharField(max_length=100, help_text="what the form is, in words")
    values = models.JSONField(help_text="{name: [value]} as sent: to put back into the form")
    own = models.JSONField(help_text="[[label, words]] of what the person wrote: to be read")
    made_at = models.DateTimeField()

    objects = HeldWordsQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["person", "made_at"], name="heldwords_of_person"),
            models.Index(fields=["made_at"], name="heldwords_oldest"),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    def posted(self) -> QueryDict:
        """What was sent, as a form reads it."""
        posted = QueryDict(mutable=True)
        for name, values in self.values.items():
            posted.setlist(name, values)
        return posted

    def address(self) -> str:
        """The page, asked to put the words back."""
        return f"{self.page}?words={self.pk}"

"""What every table about a child shares: history, who sees its rows, the child and the dates."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any, Self, TypeVar
from uuid import uuid4

import pghistory
from django.apps import apps
from django.db import models
from django.db.models import Q
from django.utils import timezone

if TYPE_CHECKING:
    from accounts.models import User

M = TypeVar("M", bound=models.Model)


def history(*, exclude: tuple[str, ...] = ()) -> Callable[[type[M]], type[M]]:
    """Keep a typed copy of each state of a row, written by trigger (decisions 17)."""
    track: Callable[[type[M]], type[M]] = pghistory.track(
        pghistory.InsertEvent(),
        pghistory.UpdateEvent(),
        pghistory.DeleteEvent(),
        exclude=list(exclude) or None,
        context_field=None,  # type: ignore[arg-type]  # the record has it
    )
    return track


def _children() -> Any:
    """The children, whose model stands on this module."""
    return apps.get_model("children", "Child").objects


class FactQuerySet(models.QuerySet[Any]):
    """Rows about a child: seen by whoever may see the child."""

    def visible_to(self, user: User) -> Self:
        return self.filter(child_id__in=_children().visible_to(user).values("pk"))


class DatedQuerySet(FactQuerySet):
    """Rows with `started_on` and a half-open `ended_on`."""

    def on(self, day: date) -> Self:
        return self.filter(Q(ended_on__isnull=True) | Q(ended_on__gt=day), started_on__lte=day)

    def current(self) -> Self:
        return self.on(timezone.localdate())


class AboutChild(models.Model):
    """What every table about a child shares: its own id, the authority first, the child."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    authority = models.ForeignKey("schools.Authority", models.PROTECT, related_name="+")
    child = models.ForeignKey("children.Child", models.PROTECT, related_name="%(class)ss")

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return str(self.pk)


class ChildFact(AboutChild):
    """A fact about a child, seen by whoever may see the child."""

    objects = FactQuerySet.as_manager()

    class Meta:
        abstract = True


class DatedFact(AboutChild):
    """A fact about a child from a day to a day; `ended_on` is the first day it no longer holds."""

    started_on = models.DateField()
    ended_on = models.DateField(null=True, blank=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        abstract = True

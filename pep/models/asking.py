"""What people ask and say about an answer, beside it: never part of the plan's own words."""

from typing import Self

from django.db import models
from django.db.models import Q

from children.models import AboutChild, ChildFact, FactQuerySet
from pep.models.plan import PersonalEducationPlan


class NoteQuerySet(FactQuerySet):
    def open_queries(self) -> Self:
        """Queries nobody has marked as sorted."""
        return self.filter(kind=Note.Kind.QUERY, sorted_at__isnull=True)


class Note(AboutChild):
    """A note pinned to an answer of a plan, or to a whole section.

    A query waits: for the section's owner until they answer, then for the virtual school, who mark
    it sorted. A comment waits for nobody.
    """

    class Kind(models.TextChoices):
        QUERY = "query", "Query"
        COMMENT = "comment", "Comment"

    plan = models.ForeignKey(PersonalEducationPlan, models.CASCADE, related_name="notes")
    section = models.SlugField(max_length=40)
    key = models.SlugField(max_length=40, blank=True, help_text="Empty: the whole section")
    kind = models.CharField(max_length=7, choices=Kind.choices)
    words = models.TextField()
    written_at = models.DateTimeField()
    written_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(
        null=True, blank=True, help_text="Empty again when the virtual school asks on"
    )
    sorted_at = models.DateTimeField(null=True, blank=True)
    sorted_by = models.ForeignKey(
        "accounts.User", models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = NoteQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["authority", "id"], name="note_authority_id"),
            models.CheckConstraint(
                condition=Q(sorted_at__isnull=True, sorted_by__isnull=True)
                | Q(sorted_at__isnull=False, sorted_by__isnull=False),
                name="note_sorted_at_with_by",
            ),
        ]
        indexes = [
            models.Index(fields=["plan", "section"], name="note_of_section"),
            models.Index(
                fields=["authority", "plan"],
                condition=Q(kind="query", sorted_at__isnull=True),
                name="note_open_query",
            ),
        ]


class NoteReply(ChildFact):
    """One answer to a query or comment."""

    note = models.ForeignKey(Note, models.CASCADE, related_name="replies")
    words = models.TextField()
    written_at = models.DateTimeField()
    written_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["authority", "id"], name="notereply_authority_id")
        ]
        indexes = [models.Index(fields=["note", "written_at"], name="notereply_of_note")]

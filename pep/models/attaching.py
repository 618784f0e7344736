"""Files people add to a section of a plan."""

from django.db import models
from django.db.models import Q

from children.models import ChildFact
from pep.models.plan import PersonalEducationPlan


class Attachment(ChildFact):
    """A report or piece of work added to a section. Removed ones stay, for undo and history.

    One that an agreed version lists is not removed any more: the version holds its name and hash.
    It can be withdrawn, with a reason: then its content and name are gone, and this row says so.
    """

    plan = models.ForeignKey(PersonalEducationPlan, models.CASCADE, related_name="attachments")
    section = models.SlugField(max_length=40)
    file = models.OneToOneField(
        "files.StoredFile", models.PROTECT, null=True, blank=True, related_name="+"
    )
    name = models.CharField(max_length=120, blank=True, help_text="As the sender called it")
    added_at = models.DateTimeField()
    added_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    removed_at = models.DateTimeField(null=True, blank=True)
    removed_by = models.ForeignKey(
        "accounts.User", models.PROTECT, null=True, blank=True, related_name="+"
    )
    agreed_at = models.DateTimeField(
        null=True, blank=True, help_text="When a version that lists it was first agreed: it stays"
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        "accounts.User", models.PROTECT, null=True, blank=True, related_name="+"
    )
    withdrawn_why = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(agreed_at__isnull=True) | Q(removed_at__isnull=True),
                name="attachment_agreed_stays",
            ),
            models.CheckConstraint(
                condition=Q(
                    withdrawn_at__isnull=True,
                    withdrawn_by__isnull=True,
                    withdrawn_why="",
                    file__isnull=False,
                )
                | Q(
                    ~Q(withdrawn_why=""),
                    withdrawn_at__isnull=False,
                    withdrawn_by__isnull=False,
                    agreed_at__isnull=False,
                    file__isnull=True,
                    name="",
                ),
                name="attachment_withdrawn_is_gone",
            ),
            models.UniqueConstraint(fields=["authority", "id"], name="attachment_authority_id"),
            models.CheckConstraint(
                condition=Q(removed_at__isnull=True, removed_by__isnull=True)
                | Q(removed_at__isnull=False, removed_by__isnull=False),
                name="attachment_removed_at_with_by",
            ),
        ]
        indexes = [models.Index(fields=["plan", "section"], name="attachment_of_section")]

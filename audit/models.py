from django.contrib.postgres.indexes import BrinIndex
from django.db import models


class Event(models.Model):
    """One thing that happened: a row that changed, a record that was opened, a refusal.

    Append-only: the application's database role may insert and read, never change or delete.
    No foreign keys, so that a row outlives what it is about. `kind` is a dotted word: `row.insert`,
    `row.update` and `row.delete` come from the triggers (`audit.triggers`), all others from
    `audit.record`. `before` and `after` hold the columns that changed.
    """

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    kind = models.CharField(max_length=60)
    table = models.CharField(max_length=63, blank=True)
    row = models.CharField(max_length=120, blank=True)
    child_id = models.UUIDField(null=True)
    authority_id = models.IntegerField(null=True)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    actor_id = models.UUIDField(null=True)
    seat = models.CharField(max_length=80, blank=True)
    acting_for_id = models.UUIDField(null=True)
    reason = models.TextField(blank=True)
    request_id = models.CharField(max_length=36, blank=True)
    transaction = models.BigIntegerField()

    class Meta:
        indexes = [
            models.Index(fields=["child_id", "at"], name="audit_event_child"),
            models.Index(fields=["actor_id", "at"], name="audit_event_actor"),
            models.Index(fields=["authority_id", "kind", "at"], name="audit_event_authority"),
            BrinIndex(fields=["at"], name="audit_event_at"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

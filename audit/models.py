from django.contrib.postgres.indexes import BrinIndex
from django.db import models


class Event(models.Model):
    """One thing that happened: a row that changed, a record that was opened, a refusal.

    Append-only: the application's database role may insert and read, never change or delete.
    No foreign keys, so that a row outlives what it is about. `kind` is a dotted word: `row.insert`,
    `row.update` and `row.delete` come from the triggers (`audit.triggers`), all others from
    `audit.record`. `before` and `after` hold the columns that changed.

    When a child's whole record is deleted, what its events said goes too (`rules.TAKEN_OUT`), and
    `taken_out` names the deletion. Only a function of the owner does that (`retention.forgetting`).
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
    ip_address = models.GenericIPAddressField(null=True, blank=True)
    device = models.CharField(
        max_length=10, blank=True, db_default="", help_text="Phone, tablet or computer"
    )
    transaction = models.BigIntegerField()
    taken_out = models.UUIDField(null=True, help_text="The deletion that took its values out")

    class Meta:
        indexes = [
            models.Index(fields=["child_id", "at"], name="audit_event_child"),
            models.Index(fields=["actor_id", "at"], name="audit_event_actor"),
            models.Index(fields=["authority_id", "kind", "at"], name="audit_event_authority"),
            models.Index(fields=["authority_id", "at"], name="audit_event_of_authority"),
            models.Index(
                fields=["authority_id", "at"],
                condition=models.Q(actor_id__isnull=False),
                name="audit_event_of_people",
            ),
            BrinIndex(fields=["at"], name="audit_event_at"),
            models.Index(fields=["transaction", "id"], name="audit_event_sealing"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class Seal(models.Model):
    """A stretch of the record, hashed together with the seal before it (decisions 29).

    Append-only like the record. A stretch is every event of an era whose place, its transaction and
    then its id, lies after the place where the seal before ends and not after this one's. A new era
    begins when the database was restored to a server that counts transactions from lower on: events
    with an id up to `after_id` belong to the eras before. `highest_id` is the highest id sealed so
    far. `leaves` is one digest for each event, so that an altered one can be named. `form` says
    which columns were hashed, and how.
    """

    number = models.BigIntegerField(primary_key=True)
    form = models.SmallIntegerField()
    made_at = models.DateTimeField()
    era = models.IntegerField()
    after_id = models.BigIntegerField()
    upto_transaction = models.BigIntegerField()
    upto_id = models.BigIntegerField()
    highest_id = models.BigIntegerField()
    count = models.IntegerField()
    leaves = models.BinaryField()
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    def __str__(self) -> str:
        return str(self.number)

from __future__ import annotations

from django.db import models
from django.db.models import Q

from children.models import FactQuerySet


class Day(models.Model):
    """One child's register marks for one day at one school: AM and PM code (decisions 32).

    No foreign keys: they are the largest cost of a bulk load. Child and school are checked by a
    join in the statement that writes, and by `manage.py check_integrity`. `load_number` says which
    load wrote it last (`files.Load.number`).
    """

    pk = models.CompositePrimaryKey("authority_id", "child_id", "on", "school_id")
    authority_id = models.IntegerField()
    child_id = models.UUIDField()
    on = models.DateField("date")
    school_id = models.IntegerField()
    am = models.CharField(max_length=2, blank=True)
    pm = models.CharField(max_length=2, blank=True)
    load_number = models.BigIntegerField()

    objects = FactQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["authority_id", "on"], name="attendance_day_on")]

    def __str__(self) -> str:
        return f"{self.child_id} {self.on}"


class ReplacedDay(models.Model):
    """The marks a load replaced, with the load that had written them, so that it can be undone."""

    id = models.BigAutoField(primary_key=True)
    authority_id = models.IntegerField()
    child_id = models.UUIDField()
    on = models.DateField("date")
    school_id = models.IntegerField()
    am = models.CharField(max_length=2, blank=True)
    pm = models.CharField(max_length=2, blank=True)
    load_number = models.BigIntegerField(help_text="The load that had written these marks")
    replaced_by = models.BigIntegerField(help_text="The load that replaced them")

    objects = FactQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["authority_id", "replaced_by"], name="replaced_by_load")]

    def __str__(self) -> str:
        return f"{self.child_id} {self.on}"


class TermSummary(models.Model):
    """Counts of sessions of one child at one school in one statistical term (ATT-2, 3, 11).

    Written in the transaction that writes the marks. possible = attending + educated elsewhere +
    authorised + unauthorised. A session is half a school day.
    """

    pk = models.CompositePrimaryKey("authority_id", "child_id", "school_id", "term_started_on")
    authority_id = models.IntegerField()
    child_id = models.UUIDField()
    school_id = models.IntegerField()
    term_started_on = models.DateField()
    possible = models.PositiveIntegerField()
    attending = models.PositiveIntegerField()
    approved = models.PositiveIntegerField(help_text="At an approved educational activity")
    authorised = models.PositiveIntegerField()
    unauthorised = models.PositiveIntegerField()
    late = models.PositiveIntegerField(help_text="L: before the register closed")
    late_after_close = models.PositiveIntegerField(help_text="U: counts as absent")
    ill = models.PositiveIntegerField()
    excluded = models.PositiveIntegerField(help_text="E: suspended or excluded, no provision")

    objects = FactQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["authority_id", "term_started_on"],
                name="summary_of_term",
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    possible=models.F("attending")
                    + models.F("approved")
                    + models.F("authorised")
                    + models.F("unauthorised")
                ),
                name="summary_adds_up",
            )
        ]

    def __str__(self) -> str:
        return f"{self.child_id} {self.term_started_on}"


class Code(models.Model):
    """An attendance code while it was in use and how it counts; loaded from our own list."""

    id = models.CharField(max_length=14, primary_key=True, help_text="Code and first day")
    code = models.CharField(max_length=2)
    session = models.CharField(max_length=6, help_text="AM, PM or either")
    meaning = models.CharField(max_length=300)
    category = models.CharField(max_length=30)
    is_possible = models.BooleanField()
    is_present = models.BooleanField()
    is_absent = models.BooleanField()
    is_authorised = models.BooleanField()
    started_on = models.DateField()
    ended_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code", "started_on"], name="attendance_code_once")
        ]

    def __str__(self) -> str:
        return self.code

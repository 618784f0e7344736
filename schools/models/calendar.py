"""Terms, and the days on which nobody works or no school meets."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q

from schools.models.authority import Authority
from schools.models.school import School


class DateRange(Func):
    """daterange(started_on, ended_on): half-open, empty end means still open."""

    function = "daterange"
    output_field = DateRangeField()


class BankHolidayQuerySet(models.QuerySet["BankHoliday"]):
    def days(self) -> frozenset[date]:
        """All of them, for the working-day rules. One query."""
        return frozenset(self.values_list("on", flat=True))


class BankHoliday(models.Model):
    """A bank holiday in England and Wales: not a working day. Administrators add one-off days."""

    on = models.DateField("date", primary_key=True)
    name = models.CharField(max_length=100)

    objects = BankHolidayQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name


class TermQuerySet(models.QuerySet["Term"]):
    def containing(self, *, authority_id: int, on: date) -> Term | None:
        """Answer the term window a day lies in. One query."""
        return self.filter(authority_id=authority_id, started_on__lte=on, ended_on__gt=on).first()


class Term(models.Model):
    """An authority's term for counting PEPs: windows without gaps (not the registers' terms)."""

    class Name(models.TextChoices):
        AUTUMN = "autumn", "Autumn"
        SPRING = "spring", "Spring"
        SUMMER = "summer", "Summer"

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    authority = models.ForeignKey(Authority, models.CASCADE, related_name="terms")
    academic_year = models.PositiveSmallIntegerField(help_text="2026 means 2026/27")
    name = models.CharField(max_length=6, choices=Name.choices)
    started_on = models.DateField()
    ended_on = models.DateField()
    pep_deadline_on = models.DateField(help_text="The last day a PEP of this term is on time")

    objects = TermQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["authority", "academic_year", "name"], name="term_once_a_year"
            ),
            ExclusionConstraint(
                name="term_no_overlap",
                violation_error_message="Another term of this authority has some of these days",
                expressions=[
                    ("authority", RangeOperators.EQUAL),
                    (DateRange("started_on", "ended_on"), RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(
                condition=Q(ended_on__gt=F("started_on")),
                name="term_ends_after_start",
                violation_error_message="The end must be after the start",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.academic_year}"

    @property
    def title(self) -> str:
        """Name the term as people say it: Autumn 2026, Spring 2027."""
        year = self.academic_year + (0 if self.name == self.Name.AUTUMN else 1)
        return f"{self.get_name_display()} {year}"


class TeachingPeriod(models.Model):
    """Days a school year runs, half-open: of an authority, or of one school instead."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    authority = models.ForeignKey(Authority, models.CASCADE, related_name="teaching_periods")
    school = models.ForeignKey(
        School, models.CASCADE, null=True, blank=True, related_name="teaching_periods"
    )
    started_on = models.DateField()
    ended_on = models.DateField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_on__gt=F("started_on")),
                name="teaching_period_ends_after_start",
                violation_error_message="The end must be after the start",
            )
        ]

    def __str__(self) -> str:
        return f"{self.started_on} to {self.ended_on}"


class ClosedDay(models.Model):
    """A day inside a teaching period when pupils are not in: INSET, polling, bank holiday."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    authority = models.ForeignKey(Authority, models.CASCADE, related_name="closed_days")
    school = models.ForeignKey(
        School, models.CASCADE, null=True, blank=True, related_name="closed_days"
    )
    on = models.DateField("date")
    reason = models.CharField(max_length=60, default="INSET")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["authority", "school", "on"],
                nulls_distinct=False,
                name="closed_day_once",
                violation_error_message="This day is in the list already",
            )
        ]

    def __str__(self) -> str:
        return f"{self.on} {self.reason}"

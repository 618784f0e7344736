"""A row of the roll."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from attendance.rules import AbsenceBand, AttendanceSummary
from attendance.rules import absence_band as band_of
from pep.rules import COUNTS_AS_AGREED
from schools.rules import Phase, phase


@dataclass(frozen=True, slots=True)
class RollRow:
    """One child as lists show it. Counts of sessions are of this school year so far."""

    child_id: UUID
    authority_id: int
    authority_name: str
    given_name: str
    family_name: str
    date_of_birth: date
    year: int
    care_started_on: date | None
    needs_pep: bool
    school_id: int | None
    school_name: str
    school_is_outside: bool
    school_area: str
    area: str
    plan_id: UUID | None
    has_had_plan: bool
    plan_status: str
    plan_kind: str
    complete_by: date | None
    sent_at: datetime | None
    sections_total: int
    sections_complete: int
    waiting: int
    meeting_at: datetime | None  # the next one
    plan_meeting_at: datetime | None  # of this term's plan, also when it is over
    term_ends_on: date | None
    deadline_on: date | None
    present: int
    authorised: int
    unauthorised: int
    adviser_id: UUID | None
    adviser: str
    is_confidential: bool  # lives, or will live, in a home that must not be given away [DP-4]

    @property
    def name(self) -> str:
        return f"{self.given_name} {self.family_name}".strip()

    @property
    def attendance(self) -> AttendanceSummary:
        return AttendanceSummary(
            present=self.present, authorised=self.authorised, unauthorised=self.unauthorised
        )

    @property
    def band(self) -> AbsenceBand:
        return band_of(self.attendance)

    @property
    def phase(self) -> Phase:
        return phase(self.year)

    @property
    def is_plan_finished(self) -> bool:
        return self.plan_status in COUNTS_AS_AGREED

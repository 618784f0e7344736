"""Who the children are: their ages, names and care, drawn so that the wanted shares come out."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from children.rules import uln_check_digit, upn_check_letter
from demo import figures, names
from demo.chance import Chance
from demo.geography import Council, Spot
from schools.rules import ONE_DAY, AcademicYear, anniversary, nc_year

LEAVING_REASONS = {  # why care ends before 18, by the return's codes [ours]
    "E4A": 30,
    "E4B": 14,
    "E45": 9,
    "E46": 4,
    "E47": 3,
    "E13": 8,
    "E41": 6,
    "E3": 2,
    "E8": 8,
}
AT_EIGHTEEN = {"E5": 6, "E17": 3, "E7": 1}


@dataclass(slots=True)
class Stay:
    """One placement: what kind, where, with whom, from when to when."""

    id: UUID
    group: str
    place: str
    provider: str
    started_on: date
    ended_on: date | None
    spot: Spot
    household: int | None = None
    reason: str = ""
    miles: Decimal | None = None


@dataclass(slots=True)
class OnRoll:
    """One enrolment at a school."""

    id: UUID
    school: int
    started_on: date
    ended_on: date | None
    kind: str = "main"
    agreed_on: date | None = None
    is_full_time: bool = True
    hours: Decimal | None = None


@dataclass(slots=True)
class Life:
    """A child as drawn: everything later rows are written from."""

    id: UUID
    council: Council
    given: str
    family: str
    known_as: str
    sex: str
    ethnicity: str
    language: str
    origin: str
    born_on: date
    year: int  # national curriculum year on the day they are as drawn for
    as_of: date  # today, or the day care ended
    care_started_on: date
    care_ended_on: date | None = None
    end_reason: str = ""
    need: str = "N1"
    group: str = "council foster"
    distance: str = "in"
    home: Spot | None = None
    moves_in_year: int = 0
    setting: str = "mainstream"
    sen: str = "N"
    upn: str = ""
    upn_reason: str = ""
    uln: str = ""
    social_care_number: str = ""
    legal: list[tuple[str, date, date | None]] = field(default_factory=list)
    stays: list[Stay] = field(default_factory=list)
    rolls: list[OnRoll] = field(default_factory=list)
    wanted_school: int | None = None
    steadiness: float = 0.5  # 0 never misses school, 1 seldom comes
    part: str = ""  # the child's part in the cast

    @property
    def is_uasc(self) -> bool:
        return self.origin != ""

    @property
    def is_looked_after(self) -> bool:
        return self.care_ended_on is None

    @property
    def called(self) -> str:
        return self.known_as or self.given

    @property
    def sen_since(self) -> date | None:
        """Since when the record knows of a SEN status; None where it says nothing."""
        if self.year < 0 and self.sen == "N":
            return None
        begun = date(AcademicYear.of(self.as_of).start_year - self.year % 4, 9, 1)
        return begun if begun < self.as_of else self.care_started_on

    def year_on(self, day: date) -> int:
        return nc_year(self.born_on, day)


def _birthday(chance: Chance, *, year: int, as_of: date) -> date | None:
    """A day that puts a child in a year group and under 18 on a day; None where none does."""
    cohort = AcademicYear.of(as_of).start_year - 4 - year
    first = max(date(cohort - 1, 9, 1), anniversary(as_of, -18) + timedelta(days=9))
    last = min(date(cohort, 8, 31), as_of - timedelta(days=30))
    if first > last:
        return None
    return first + timedelta(days=chance.randrange((last - first).days + 1))


def _draw(
    chance: Chance,
    *,
    council: Council,
    year: int,
    sex: str,
    origin: str,
    ethnicity: str,
    as_of: date,
) -> Life:
    """A child without care history yet."""
    born_on = None
    while born_on is None:
        born_on = _birthday(chance, year=year, as_of=as_of)
        year -= born_on is None
    name = names.a_child_name(chance, sex=sex, ethnicity=ethnicity, origin=origin)
    speaks = name.language if origin or chance.happens(0.35) else ""
    return Life(
        id=chance.id(),
        council=council,
        given=name.given,
        family=name.family,
        known_as=name.known_as,
        sex=sex,
        ethnicity=ethnicity,
        language=figures.ORIGINS[origin][2] if origin else speaks,
        origin=origin,
        born_on=born_on,
        year=year,
        as_of=as_of,
        care_started_on=as_of,
        steadiness=chance.random(),
    )


def looked_after(seed: int, *, council: Council, count: int, today: date) -> list[Life]:
    """The children looked after today, by quota: ages, sex, ethnicity and years in care."""
    chance = Chance(seed, council.id, "looked after")
    years = chance.quota(figures.YEAR_GROUPS, count)
    alone = round(count * figures.UASC / 100)
    older = [place for place, year in enumerate(years) if year >= 12]
    younger = [place for place, year in enumerate(years) if 9 <= year <= 11]
    of_age = round(alone * 0.9)
    uasc = {*chance.sample(older, of_age), *chance.sample(younger, alone - of_age)}
    origins = iter(chance.quota({k: v[0] for k, v in figures.ORIGINS.items()}, alone))
    ethnicities = iter(chance.quota(figures.ETHNICITY, count - alone))
    sexes = {
        True: iter(chance.quota({"M": figures.MALE_UASC, "F": 100 - figures.MALE_UASC}, alone)),
        False: iter(
            chance.quota(
                {"M": figures.MALE_WITHOUT_UASC, "F": 100 - figures.MALE_WITHOUT_UASC},
                count - alone,
            )
        ),
    }
    lives = []
    for place, year in enumerate(years):
        origin = next(origins) if place in uasc else ""
        ethnicity = figures.ORIGINS[origin][1] if origin else next(ethnicities)
        sex = next(sexes[bool(origin)])
        lives.append(
            _draw(
                chance,
                council=council,
                year=year,
                sex=sex,
                origin=origin,
                ethnicity=ethnicity,
                as_of=today,
            )
        )
    _give_years_in_care(chance, lives)
    _give_needs(chance, lives)
    _give_sen(chance, lives)
    return lives


def left_care(seed: int, *, council: Council, count: int, since: date, today: date) -> list[Life]:
    """Children who left care in the last years, each as they were on the day."""
    chance = Chance(seed, council.id, "left")
    span = (today - since).days
    lives = []
    for _ in range(count):
        left_on = since + timedelta(days=chance.randrange(20, span))
        grown = chance.happens(0.28)
        origin = ""
        if grown and chance.happens(0.3):
            origin = chance.one_of({k: v[0] for k, v in figures.ORIGINS.items()})
        share = figures.MALE_UASC if origin else figures.MALE_WITHOUT_UASC
        life = _draw(
            chance,
            council=council,
            year=13 if grown else chance.one_of(figures.YEAR_GROUPS),
            sex="M" if chance.happens(share / 100) else "F",
            origin=origin,
            ethnicity=figures.ORIGINS[origin][1] if origin else chance.one_of(figures.ETHNICITY),
            as_of=left_on,
        )
        _leave(chance, life, grown=grown, today=today)
        lives.append(life)
    _give_needs(chance, lives)
    _give_sen(chance, lives)
    return lives


def _leave(chance: Chance, life: Life, *, grown: bool, today: date) -> None:
    """End the care of a child: on the 18th birthday, or before for a reason."""
    birthday = anniversary(life.born_on, 18)
    if grown and birthday <= today:
        life.as_of, life.care_ended_on = birthday - ONE_DAY, birthday
        life.end_reason = chance.one_of(AT_EIGHTEEN)
    else:
        life.care_ended_on = life.as_of
        life.end_reason = chance.one_of(LEAVING_REASONS)
        if life.year < 3 and chance.happens(0.4):
            life.end_reason, life.group = "E11", "adoption"
    days = min(20 + chance.expovariate(1 / 500), 0.9 * (life.as_of - life.born_on).days)
    days = max(days, 200) if life.group == "adoption" else days
    life.care_started_on = life.care_ended_on - timedelta(days=int(max(days, 8)))
    life.year = life.year_on(life.as_of)


def _give_years_in_care(chance: Chance, lives: list[Life]) -> None:
    spans = chance.quota(figures.YEARS_IN_CARE, len(lives))
    # The longest in care cannot be the youngest: give the long spans to the older half first
    by_age = sorted(lives, key=lambda life: (life.is_uasc, life.born_on))
    spans.sort(key=lambda span: span[0] + chance.random() * 6, reverse=True)
    for life, (least, most) in zip(by_age, spans, strict=True):
        years = chance.uniform(least, most)
        if life.is_uasc:
            years = min(years, chance.uniform(0.1, 2.4))
        alive = (life.as_of - life.born_on).days
        life.care_started_on = life.as_of - timedelta(days=int(min(years * 365.25, alive * 0.92)))


def _give_needs(chance: Chance, lives: list[Life]) -> None:
    for life in lives:
        life.need = "N8" if life.is_uasc else chance.one_of(figures.NEED)


def _give_sen(chance: Chance, lives: list[Life]) -> None:
    """Settings of school age and after; special schools go with an EHC plan."""
    school_age = [life for life in lives if 0 <= life.year <= 11]
    older = [life for life in lives if life.year > 11]
    settings = chance.quota(figures.SETTINGS, len(school_age))
    old_enough = {"alternative": 7, "independent special": 4}
    pool = sorted(school_age, key=lambda life: chance.random())
    # The choosiest settings first, so that none of them misses a child old enough
    for setting in sorted(settings, key=lambda name: -old_enough.get(name, 0)):
        place = next(
            (n for n, life in enumerate(pool) if life.year >= old_enough.get(setting, -9)), 0
        )
        pool.pop(place).setting = setting
    for life, setting in zip(
        older, chance.quota(figures.SETTINGS_AFTER_16, len(older)), strict=True
    ):
        life.setting = setting
    _share_out_sen(chance, [life for life in lives if life.year >= 0])


def _share_out_sen(chance: Chance, lives: list[Life]) -> None:
    special = [life for life in lives if "special" in life.setting]
    rest = [life for life in lives if "special" not in life.setting]
    plans = max(0, round(len(lives) * figures.SEN["E"] / 100) - len(special))
    for life in special:
        life.sen = "E"
    left = {"K": figures.SEN["K"], "N": figures.SEN["N"]}
    codes = ["E"] * plans + chance.quota(left, max(0, len(rest) - plans))
    chance.shuffle(codes)
    for life, code in zip(rest, codes, strict=False):
        life.sen = code


class Numbers:
    """Hands out UPNs, ULNs and social care numbers that can never be real, each once."""

    def __init__(self, seed: int) -> None:
        self._chance = Chance(seed, "numbers")
        self._serials: dict[tuple[str, int], int] = {}
        self._used: set[str] = set()

    def upn(self, life: Life, establishment: str) -> str:
        """A UPN of the made-up council 999, with the right check letter."""
        begun = AcademicYear.of(anniversary(life.born_on, 4)).start_year % 100
        serial = self._serials.get((establishment, begun), 0) + 1
        self._serials[establishment, begun] = serial
        body = f"999{establishment}{begun:02d}{serial:03d}"
        return upn_check_letter(body) + body

    def uln(self) -> str:
        while True:
            nine = f"{self._chance.randrange(100_000_000, 999_999_999)}"
            digit = uln_check_digit(nine)
            if digit is not None and nine not in self._used:
                self._used.add(nine)
                return f"{nine}{digit}"

    def social_care(self) -> str:
        while True:
            number = f"{self._chance.randrange(100_000, 999_999)}"
            if number not in self._used:
                self._used.add(number)
                return number

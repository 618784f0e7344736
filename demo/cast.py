"""The children and colleagues people meet first: those of the pages drawn by hand."""

from dataclasses import dataclass
from datetime import date, timedelta

from demo.lives import Life
from schools.rules import AcademicYear


@dataclass(frozen=True, slots=True)
class Part:
    """A child by name, with what the story needs; everything else stays as it was drawn."""

    name: str
    given: str
    family: str
    year: int
    sex: str
    ethnicities: tuple[str, ...]
    school: str
    sen: str = ""
    language: str = ""
    birthday: tuple[int, int] | None = None
    days_in_care: int = 0
    setting: str = "mainstream"


CHILDREN = (
    Part(
        "amara",
        "Amara",
        "Okell",
        10,
        "F",
        ("BAFR", "MWBA"),
        "Hollins Park Academy",
        "E",
        "French",
        (2, 9),
        990,
    ),
    Part("elodie", "Elodie", "Marr", 7, "F", ("WBRI",), "Hollins Park Academy", "K"),
    Part("reece", "Reece", "Moyle", 8, "M", ("WBRI",), "Hollins Park Academy", "", "", None, 18),
    Part("zofia", "Zofia", "Łaska", 9, "F", ("WOTH",), "Hollins Park Academy", "N", "Polish"),
    Part(
        "harun",
        "Harun",
        "Demir",
        11,
        "M",
        ("WOTH", "OOTH", "AOTH"),
        "Hollins Park Academy",
        "N",
        "Turkish",
    ),
    Part("leo", "Leo", "Farrant", 11, "M", ("WBRI",), "Kingsmoor High", "K"),
    Part("tyrese", "Tyrese", "Vale", 9, "M", ("BCRB", "MWBC"), "Kingsmoor High", "E"),
    Part("maisie", "Maisie", "Holt", 8, "F", ("WBRI",), "St Cuthwin’s RC"),
    Part(
        "jayden",
        "Jayden",
        "Calvert",
        5,
        "M",
        ("MWBC", "MOTH"),
        "Mill Lane Primary",
        "K",
        "",
        None,
        800,
    ),
    Part(
        "niamh",
        "Niamh",
        "Ó Briain",
        11,
        "F",
        ("WIRI", "WBRI"),
        "Beacon Hill School",
        "E",
        "",
        None,
        0,
        "special",
    ),
    Part("isla", "Isla", "Brandreth", 3, "F", ("WBRI",), ""),
    Part("ruby", "Ruby", "Castell", 2, "F", ("WBRI",), "", "", "", None, 3),
)


def cast(lives: list[Life], *, school_numbers: dict[str, int]) -> dict[str, Life]:
    """Give each part to a child who fits it best, so that ages and shares stay as drawn."""
    given: dict[str, Life] = {}
    free = [life for life in lives if not life.is_uasc]
    for part in CHILDREN:
        life = _fitting(free, part)
        if life is None:
            continue
        free.remove(life)
        _play(life, part, school_numbers=school_numbers)
        given[part.name] = life
    return given


def _fitting(free: list[Life], part: Part) -> Life | None:
    """The child nearest to a part: the year must be right, the rest as far as can be had."""
    same_year = [life for life in free if life.year == part.year]
    return max(
        same_year,
        key=lambda life: (
            life.setting == part.setting,
            life.sex == part.sex,
            life.ethnicity in part.ethnicities,
            not part.sen or life.sen == part.sen,
        ),
        default=None,
    )


def _play(life: Life, part: Part, *, school_numbers: dict[str, int]) -> None:
    life.part, life.given, life.family, life.known_as = part.name, part.given, part.family, ""
    life.sex = part.sex
    if life.ethnicity not in part.ethnicities:
        life.ethnicity = part.ethnicities[0]
    life.language = part.language
    life.setting = part.setting
    life.sen = part.sen or life.sen
    life.wanted_school = school_numbers.get(part.school)
    life.distance = "in"
    if part.birthday:
        month, day = part.birthday
        cohort = AcademicYear.of(life.as_of).start_year - 4 - part.year
        life.born_on = date(cohort - (month >= 9), month, day)
    if part.days_in_care:
        life.care_started_on = life.as_of - timedelta(days=part.days_in_care)


@dataclass(frozen=True, slots=True)
class Colleague:
    """An adult by name: role, address, job title."""

    name: str
    given: str
    family: str
    role: str
    email: str
    job_title: str = ""


COLLEAGUES = (
    Colleague(
        "head",
        "Helen",
        "Marsh",
        "virtual_school_head",
        "helen.marsh@northmere.example",
        "Virtual School Head",
    ),
    Colleague(
        "adviser", "Dan", "Whitlow", "adviser", "dan.whitlow@northmere.example", "Education adviser"
    ),
    Colleague(
        "officer",
        "Joan",
        "Price",
        "officer",
        "joan.price@northmere.example",
        "Virtual school officer",
    ),
    Colleague(
        "social_worker",
        "Priya",
        "Nair",
        "social_worker",
        "priya.nair@northmere.example",
        "Social worker",
    ),
    Colleague(
        "manager",
        "Owen",
        "Tierney",
        "team_manager",
        "owen.tierney@northmere.example",
        "Team manager",
    ),
    Colleague(
        "reviewer",
        "Gareth",
        "Lomas",
        "reviewing_officer",
        "gareth.lomas@northmere.example",
        "Independent reviewing officer",
    ),
    Colleague(
        "governor", "Anne", "Liddell", "governor", "anne.liddell@northmere.example", "Governor"
    ),
    Colleague(
        "authority_administrator",
        "Tom",
        "Fairley",
        "authority_administrator",
        "tom.fairley@northmere.example",
        "Systems officer",
    ),
    Colleague(
        "system_administrator",
        "Sunita",
        "Rao",
        "system_administrator",
        "sunita.rao@northmere.example",
        "System administrator",
    ),
    Colleague(
        "teacher",
        "Ruth",
        "Aldous",
        "designated_teacher",
        "ruth.aldous@hollins-park.example",
        "Designated teacher",
    ),
    Colleague(
        "school_head",
        "Martin",
        "Dearden",
        "head_teacher",
        "martin.dearden@hollins-park.example",
        "Head teacher",
    ),
    Colleague("carer", "Maureen", "Tate", "carer", "maureen.tate@carers.example"),
    Colleague("young_person", "Amara", "Okell", "young_person", "amara.okell@young.example"),
)

# Those of the newer roles, made after everybody else so that nobody else's story changes
LATER_COLLEAGUES = (
    Colleague(
        "safeguarding", "Farah", "Siddiq", "safeguarding_lead",
        "farah.siddiq@hollins-park.example", "Designated safeguarding lead",
    ),
    Colleague(
        "tutor", "Tia", "Orr", "invited_colleague", "tia.orr@hollins-park.example", "English tutor"
    ),
    Colleague(
        "duty", "Colm", "Reddy", "duty_worker", "colm.reddy@northmere.example",
        "Duty social worker",
    ),
    Colleague(
        "send", "Meera", "Joshi", "send_officer", "meera.joshi@northmere.example",
        "SEND officer",
    ),
    Colleague(
        "admissions", "Lewis", "Hart", "admissions_officer", "lewis.hart@northmere.example",
        "Admissions officer",
    ),
    Colleague(
        "youth_justice", "Dawn", "Peel", "youth_justice_worker", "dawn.peel@northmere.example",
        "Youth justice worker",
    ),
    Colleague(
        "area", "Ivo", "Clarke", "area_virtual_school", "ivo.clarke@calderbeck.example",
        "Education adviser",
    ),
    Colleague(
        "finance", "Bea", "Lund", "finance_officer", "bea.lund@northmere.example",
        "Finance officer",
    ),
)  # fmt: skip

"""What the demonstration is drawn from: published shares, and our choices where none are.

Keys in brackets are those of `docs/sources.md`; [ours] marks a choice made for a believable
picture. None of it may be quoted as a national figure.
"""

from collections.abc import Mapping

# Percentages of the roll; the roll is aged 2 to 18 [ours]
YEAR_GROUPS: Mapping[int, float] = {
    -3: 2.5,
    -2: 3.3,
    -1: 4.2,
    0: 3.5,
    1: 4.0,
    2: 4.2,
    3: 4.5,
    4: 4.9,
    5: 5.5,
    6: 6.1,
    7: 6.7,
    8: 7.1,
    9: 7.5,
    10: 7.8,
    11: 8.2,
    12: 10.5,
    13: 9.5,
}
UASC = 8.0  # of all looked after [CLA-2025]
MALE_WITHOUT_UASC, MALE_UASC = 53.0, 95.0  # [CLA-2025], [ours]
ETHNICITY: Mapping[str, float] = {  # without unaccompanied children; national with them
    "WBRI": 66.8,
    "WOTH": 2.2,
    "WIRI": 0.6,
    "WROM": 0.5,
    "WIRT": 0.3,
    "MWBC": 3.8,
    "MWBA": 2.0,
    "MWAS": 2.0,
    "MOTH": 3.2,
    "BAFR": 2.6,
    "BCRB": 2.0,
    "BOTH": 1.0,
    "APKN": 1.2,
    "ABAN": 0.5,
    "AIND": 0.4,
    "AOTH": 0.6,
    "CHNE": 0.1,
    "OOTH": 1.2,
    "NOBT": 0.6,
    "REFU": 0.4,
}
ETHNIC_GROUPS: Mapping[str, tuple[str, ...]] = {
    "White": ("WBRI", "WIRI", "WOTH", "WIRT", "WROM"),
    "Mixed": ("MWBC", "MWBA", "MWAS", "MOTH"),
    "Black": ("BAFR", "BCRB", "BOTH"),
    "Asian": ("AIND", "APKN", "ABAN", "AOTH"),
    "Other": ("OOTH", "CHNE"),
    "Not known": ("NOBT", "REFU"),
}
# Where unaccompanied children come from: ethnicity and language (made here, not published)
ORIGINS: Mapping[str, tuple[float, str, str]] = {
    "sudanese": (17, "BAFR", "Arabic"),
    "eritrean": (13, "BAFR", "Tigrinya"),
    "afghan": (21, "AOTH", "Pashto"),
    "vietnamese": (8, "AOTH", "Vietnamese"),
    "kurdish": (27, "OOTH", "Kurdish (Sorani)"),
    "syrian": (7, "OOTH", "Arabic"),
    "albanian": (7, "WOTH", "Albanian"),
}
NEED: Mapping[str, float] = {"N1": 65, "N5": 13, "N4": 9, "N3": 4, "N2": 3, "N6": 2, "N8": 4}

# Kinds of placement [ours], and the return's codes for each: (PLACE, provider)
PLACEMENTS: Mapping[str, float] = {
    "council foster": 36,
    "agency foster": 24,
    "kinship foster": 15,
    "children's home": 10,
    "supported": 8,
    "parents": 5,
    "adoption": 2,
}
PLACEMENT_CODES: Mapping[str, tuple[tuple[str, str], ...]] = {
    "council foster": (("U4", "PR1"), ("U6", "PR1"), ("U6", "PR1")),
    "agency foster": (("U4", "PR4"), ("U6", "PR4"), ("U6", "PR5")),
    "kinship foster": (("U1", "PR1"), ("U3", "PR1")),
    "children's home": (("K2", "PR4"), ("K2", "PR4"), ("K2", "PR1"), ("K2", "PR5")),
    "supported": (("K3", "PR4"), ("K3", "PR5"), ("K3", "PR1")),
    "parents": (("P1", "PR0"),),
    "adoption": (("A5", "PR1"), ("A6", "PR1")),
}
DISTANCE: Mapping[str, float] = {"in": 55, "near": 23, "far": 22}  # far: over 20 miles [ours]
PLACEMENTS_IN_YEAR: Mapping[int, float] = {1: 65, 2: 22, 3: 10, 4: 3}  # three or more 11 [CLA-2013]
YEARS_IN_CARE: Mapping[tuple[float, float], float] = {  # of those looked after today [ours]
    (0.02, 0.5): 16,
    (0.5, 1.0): 13,
    (1.0, 2.0): 19,
    (2.0, 3.0): 14,
    (3.0, 5.0): 18,
    (5.0, 11.0): 20,
}
LEAVERS_A_YEAR = 0.25  # of the roll; a council loses and gains about a third [CLA-2025]

# School age, Reception to Year 11 [ours]
SETTINGS: Mapping[str, float] = {
    "mainstream": 73,
    "special": 14,
    "independent special": 6.5,
    "alternative": 3.3,
    "none": 3.2,
}
SETTINGS_AFTER_16: Mapping[str, float] = {
    "college": 45,
    "sixth form": 21,
    "training": 9,
    "work": 6,
    "none": 19,
}
SCHOOL_MOVES_A_YEAR = 0.09  # half of them with a move of placement [ours]
SEN: Mapping[str, float] = {"E": 27, "K": 28, "N": 45}  # [OUT-2023], [ours]
PART_TIME = 0.04

# Bands of attendance over a school year: all, 95 to 99.9, 50 to 94.9, under 50 [DURHAM-2024],
# with the fall from Year 9 on that the same council reports
BANDS = ("all", "high", "middle", "low")
BAND_SHARES: Mapping[str, tuple[float, float, float, float]] = {
    "nursery": (18, 48, 33.5, 0.5),  # as the next: no figures are published
    "KS1": (18, 48, 33.5, 0.5),
    "KS2": (17, 46, 36, 1),
    "Y7-8": (13, 40, 43.5, 3.5),
    "Y9": (8, 34, 47.5, 10.5),
    "Y10": (7, 30, 46, 17),
    "Y11": (5, 25, 47, 23),
    "post-16": (5, 24, 55, 16),
}
# Before care: severely absent are half as many again, one in ten in all [CIN-2023], the rest [ours]
BEFORE_CARE = {"all": 0.5, "high": 0.75, "low": 1.5}  # times those in care; the others are middle
WANTED_BANDS: Mapping[str, float] = {"all": 13.2, "high": 38.5, "middle": 41.7, "low": 6.7}
WANTED_ATTENDANCE = 90.0
SUSPENDED: Mapping[str, float] = {"KS2": 0.03, "Y7-8": 0.14, "Y9": 0.14, "Y10": 0.19, "Y11": 0.19}
DAYS_SUSPENDED: Mapping[tuple[int, int], float] = {
    (1, 2): 55,
    (3, 5): 28,
    (6, 15): 13,
    (16, 22): 4,
}
MONDAYS_AND_FRIDAYS = 1.3  # times as many absences
AFTER_A_MOVE_WEEKS, AFTER_A_MOVE = 6, 2.2  # times as many for six weeks

# Plans [ours]
AGREED_BY_DEADLINE = 0.96
FIRST_IN_TIME = 0.93
IN_LAST_EIGHT_DAYS = 0.45
QUALITY: Mapping[str, float] = {"good": 67, "needs_more": 27, "not_good_enough": 6}
SENT_BACK = 0.12
TARGET_AREAS = ("reading", "writing", "maths", "semh", "attendance", "independence")


def stage(year: int) -> str:
    """The stage by which attendance and suspensions differ."""
    if year < 0:
        return "nursery"
    if year <= 2:
        return "KS1"
    if year <= 6:
        return "KS2"
    return {7: "Y7-8", 8: "Y7-8", 9: "Y9", 10: "Y10", 11: "Y11"}.get(year, "post-16")


def band_shares(stage: str, *, in_care: bool) -> tuple[float, float, float, float]:
    """The shares of a stage's bands in a school year in care, or in one before it."""
    if in_care:
        return BAND_SHARES[stage]
    most, high, _, low = BAND_SHARES[stage]
    most, high, low = (
        most * BEFORE_CARE["all"],
        high * BEFORE_CARE["high"],
        low * BEFORE_CARE["low"],
    )
    return most, high, 100 - most - high - low, low

import csv
import json
from collections import defaultdict
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from placements.rules import (
    Approver,
    CannotBeLeftOut,
    Episode,
    GridReference,
    PlacPurpose,
    Recipient,
    Responsibility,
    SdqBand,
    Withheld,
    approver,
    area_facts,
    care_periods,
    continuity_warnings,
    distance_miles,
    ending_notice_due,
    is_continuous_twelve_months,
    is_educated_out_of_area,
    is_kinship_after_care,
    is_looked_after,
    is_only_remanded_to_custody,
    is_over_20_miles,
    is_previously_looked_after,
    is_sdq_due,
    last_day_looked_after,
    merge_returns,
    needs_key_stage_4_approval,
    next_review_due,
    notice_recipients,
    parental_responsibility,
    placement_notice_due,
    placement_plan_due,
    roll_figures,
    school_place_due,
    sdq_band,
)
from schools.codes import bank_holidays, postcode_places, upper_tier
from schools.rules import DateRange, ReturnYear, SchoolCalendar

HOLIDAYS = bank_holidays()
SAMPLE = Path(__file__).parents[2] / "returns/data/sample-return"
DISTANCES = Path(__file__).parents[2] / "schools/data/samples/distances.csv"


def day(text):
    return datetime.strptime(text, "%d/%m/%Y").date() if text else None  # noqa: DTZ007


def episodes(text):
    """Episodes as the return writes them: DECOM RNE LS PLACE [DEC REC], one a line."""
    found = []
    for line in text.strip().split(";"):
        start, new, status, place, *end = line.split()
        found.append(
            Episode(
                started_on=day(start),
                reason_new=new,
                legal_status=status,
                place=place,
                ended_on=day(end[0]) if end else None,
                reason_ended=end[1] if end else "",
            )
        )
    return found


CHILD_A = "01/04/2026 S V2 U6"
CHILD_B = "02/04/2026 S V2 U6"
CHILD_C = "10/01/2025 S V2 U6 05/05/2025 X1; 05/05/2025 L C1 U6 20/08/2026 X1; 20/08/2026 P C1 K2"
CHILD_D = "10/01/2025 S C2 U4 01/06/2026 X1; 01/06/2026 P C2 T1 10/06/2026 X1; 10/06/2026 P C2 U4"
CHILD_E = "10/01/2025 S C2 U1 15/09/2026 E45"
CHILD_F = "10/01/2025 S V2 U6 15/09/2026 E4A"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(CHILD_A, True, id="A: starting on 1 April counts"),
        pytest.param(CHILD_B, False, id="B: a day later does not"),
        pytest.param(CHILD_C, True, id="C: changes, no break"),
        pytest.param(CHILD_D, True, id="D: a stay in hospital"),
        pytest.param(CHILD_E, False, id="E: left in the year"),
        pytest.param("10/01/2025 S C2 U1 31/03/2027 E45", True, id="left on 31 March"),
        pytest.param("10/01/2025 S C2 U1 30/03/2027 E45", False, id="left the day before"),
        pytest.param("10/01/2025 S V4 R1", False, id="short breaks"),
        pytest.param(
            "10/01/2025 S V4 R1 01/03/2026 X1; 01/03/2026 L C2 R1", True, id="breaks long ago"
        ),
        pytest.param(
            "10/01/2025 S V2 U6 01/04/2026 E4A; 01/04/2026 S V2 U6", False, id="ended, came back"
        ),
    ],
)
def test_twelve_months_to_31_march_2027(text, expected):
    assert is_continuous_twelve_months(care_periods(episodes(text)), ReturnYear(2027)) is expected


def test_a_period_goes_on_through_changes():
    (period,) = care_periods(episodes(CHILD_C))

    assert period.started_on == date(2025, 1, 10)
    assert period.ended_on is None
    assert period.legal_changes == 1
    assert [status.code for status in period.legal_statuses] == ["V2", "C1"]
    assert period.legal_statuses[0].ended_on == period.legal_statuses[1].started_on
    assert period.moves_of_carer == 1
    assert [placement.place for placement in period.placements] == ["U6", "K2"]
    assert period.placements[0].started_on == date(2025, 1, 10)
    assert period.placements[0].ended_on == date(2026, 8, 20)


def test_hospital_is_temporary_and_no_move():
    (period,) = care_periods(episodes(CHILD_D))

    assert [placement.is_temporary for placement in period.placements] == [False, True, False]
    assert len(period.lasting_placements) == 1
    assert (period.placement_moves, period.moves_of_carer) == (0, 0)


def test_a_new_home_after_hospital_is_a_move():
    text = CHILD_D.replace("10/06/2026 P C2 U4", "10/06/2026 P C2 K2")

    (period,) = care_periods(episodes(text))

    assert (period.placement_moves, period.moves_of_carer) == (1, 1)


def test_same_carer_in_another_kind_of_placement_is_no_move_of_carer():
    text = "10/01/2025 S C2 U6 01/06/2026 X1; 01/06/2026 T C2 U4"

    (period,) = care_periods(episodes(text))

    assert (period.placement_moves, period.moves_of_carer) == (1, 0)


def test_short_breaks_are_periods_of_their_own():
    text = "09/06/2025 S V4 R1 14/06/2025 E4B; 29/07/2025 S V4 R1 03/08/2025 E4B"

    periods = care_periods(episodes(text))

    assert [period.is_short_break for period in periods] == [True, True]


def test_an_overlap_is_cut_so_that_ranges_never_overlap():
    text = "10/01/2025 S C2 U6; 01/06/2026 P C2 U4"

    (period,) = care_periods(episodes(text))

    assert period.placements[0].ended_on == date(2026, 6, 1)
    assert period.ended_on is None


def test_on_the_end_date_a_child_is_no_longer_looked_after():
    periods = care_periods(episodes(CHILD_E))

    assert is_looked_after(periods, date(2026, 9, 14))
    assert not is_looked_after(periods, date(2026, 9, 15))
    assert last_day_looked_after(periods[0]) == date(2026, 9, 14)


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        pytest.param("10/01/2025 S C2 U6; 01/06/2026 P C2 U4", "142", id="two open"),
        pytest.param(
            "10/01/2025 S C2 U6 01/06/2026 X1; 01/06/2026 S C2 U4", "431", id="S in a chain"
        ),
        pytest.param("10/01/2025 S C2 U6 01/06/2026 E4A; 02/06/2026 P C2 U4", "433", id="a gap"),
        pytest.param("10/01/2025 L C2 U6", "433", id="L with nothing before"),
        pytest.param(
            "10/01/2025 S V2 U6 01/06/2026 X1; 01/06/2026 L V2 U6", "436", id="L, no change"
        ),
        pytest.param(
            "10/01/2025 S V2 U6 01/06/2026 X1; 01/06/2026 P C2 U4", "436", id="P for both"
        ),
        pytest.param("10/01/2025 S V2 T1", "380", id="begins temporary"),
        pytest.param(
            "10/01/2025 S C2 U4 01/06/2026 X1; 01/06/2026 P C2 T1 10/06/2026 E4A",
            "381",
            id="ends temporary",
        ),
        pytest.param(
            CHILD_D.replace("10/06/2026 P C2 U4", "10/06/2026 P C2 K2"), "382", id="back elsewhere"
        ),
    ],
)
def test_faults_of_a_chain_are_warnings(text, rule):
    warnings = continuity_warnings(episodes(text))

    assert rule in {warning.rule for warning in warnings}


def test_an_end_without_its_reason_is_a_warning():
    broken = Episode(date(2025, 1, 10), "S", "C2", "U6", ended_on=date(2026, 1, 1))

    assert [warning.rule for warning in continuity_warnings([broken])] == ["148"]


@pytest.mark.parametrize("text", [CHILD_A, CHILD_C, CHILD_D, CHILD_E], ids="ACDE")
def test_sound_chains_have_no_warnings(text):
    assert continuity_warnings(episodes(text)) == []


def test_the_later_return_has_the_last_word():
    earlier = episodes("10/01/2025 S C2 U6")
    later = episodes("10/01/2025 S C2 U6 01/06/2026 X1; 01/06/2026 P C2 U4")

    assert merge_returns(earlier, later) == later


def test_an_episode_put_right_since_is_left_out():
    earlier = episodes("10/01/2024 S V2 U6 01/02/2024 E4A; 10/01/2025 S C2 U6")
    later = episodes("12/01/2025 S C2 U6")

    merged = merge_returns(earlier, later, later_from=date(2025, 4, 1))

    assert merged == [earlier[0], *later]


@pytest.mark.parametrize(
    ("reason", "on", "purpose", "expected"),
    [
        pytest.param("E45", date(2026, 9, 15), PlacPurpose.ADVICE, True, id="E: guardianship"),
        pytest.param("E4A", date(2026, 9, 15), PlacPurpose.ADVICE, False, id="F: home"),
        pytest.param("E11", date(2026, 9, 15), PlacPurpose.ADVICE, True, id="adopted"),
        pytest.param("E41", date(2027, 9, 15), PlacPurpose.ADVICE, True, id="child arrangements"),
        pytest.param("E3", date(2026, 9, 15), PlacPurpose.ADVICE, False, id="other authority"),
        pytest.param("E17", date(2026, 9, 15), PlacPurpose.ADVICE, False, id="grown up"),
        pytest.param("E46", date(2027, 3, 31), PlacPurpose.ADVICE, True, id="last day before"),
        pytest.param("E46", date(2027, 4, 1), PlacPurpose.ADVICE, False, id="kinship from here"),
        pytest.param("E46", date(2027, 4, 1), PlacPurpose.GRANT, True, id="grant stays"),
        pytest.param("E46", date(2027, 4, 1), PlacPurpose.ADMISSIONS, True, id="priority stays"),
    ],
)
def test_previously_looked_after(reason, on, purpose, expected):
    duty = date(2027, 4, 1)

    found = is_previously_looked_after(reason, on=on, purpose=purpose, kinship_duty_from=duty)

    assert found is expected


def test_until_its_date_is_set_the_kinship_duty_is_off():
    assert is_previously_looked_after("E46", on=date(2030, 1, 1))
    assert not is_kinship_after_care("E46", on=date(2030, 1, 1))
    assert is_kinship_after_care("E46", on=date(2027, 4, 1), kinship_duty_from=date(2027, 4, 1))


@pytest.mark.parametrize(
    ("born", "expected"),
    [
        pytest.param(date(2022, 4, 1), True, id="4 on 1 April"),
        pytest.param(date(2022, 4, 2), False, id="4 a day later"),
        pytest.param(date(2010, 3, 31), False, id="17 on 31 March"),
        pytest.param(date(2010, 4, 1), True, id="still 16"),
    ],
)
def test_sdq_due_2026_27(born, expected):
    periods = care_periods(episodes(CHILD_A))

    assert is_sdq_due(periods, date_of_birth=born, year=ReturnYear(2027)) is expected


@pytest.mark.parametrize(
    ("score", "expected"),
    [
        (0, SdqBand.NORMAL), (13, SdqBand.NORMAL), (14, SdqBand.BORDERLINE),
        (16, SdqBand.BORDERLINE), (17, SdqBand.CONCERN), (40, SdqBand.CONCERN),
    ],
)  # fmt: skip
def test_sdq_band(score, expected):
    assert sdq_band(score) is expected


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        pytest.param("V2", Responsibility.PARENTS, id="section 20"),
        pytest.param("J1", Responsibility.PARENTS, id="remand"),
        pytest.param("C1", Responsibility.SHARED, id="interim care order"),
        pytest.param("C2", Responsibility.SHARED, id="care order"),
        pytest.param("E1", Responsibility.SHARED_WITH_ADOPTERS, id="placement order"),
        pytest.param("L2", Responsibility.ASK, id="emergency protection order"),
    ],
)
def test_parental_responsibility(status, expected):
    assert parental_responsibility(status) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("05/10/2026 S J1 R5", True, id="A: home, then custody"),
        pytest.param(
            "10/01/2022 S C2 U6 05/10/2026 X1; 05/10/2026 P C2 R5", False, id="B: care order"
        ),
        pytest.param("05/10/2026 S J1 U6", False, id="C: remanded to foster care"),
        pytest.param(
            "10/01/2022 S V2 U6 05/10/2026 X1; 05/10/2026 B J1 R5", False, id="was accommodated"
        ),
        pytest.param("05/10/2026 S J1 K1 20/10/2026 E14", False, id="remand over"),
    ],
)
def test_looked_after_only_by_remand_to_custody(text, expected):
    periods = care_periods(episodes(text))

    assert is_only_remanded_to_custody(periods, date(2026, 11, 2)) is expected


# Leeds, its neighbour Bradford, and places further off.
LEEDS, BRADFORD, CORNWALL, CARDIFF = "E08000035", "E08000032", "E06000052", "W06000015"
NEAR_LEEDS = {BRADFORD}


@pytest.mark.parametrize(
    ("placed_in", "own_carer", "out", "distant", "outside", "who"),
    [
        pytest.param(LEEDS, False, False, False, False, Approver.NOBODY, id="Leeds"),
        pytest.param(
            BRADFORD, False, True, False, False, Approver.NOMINATED_OFFICER, id="Bradford"
        ),
        pytest.param(CORNWALL, False, True, True, False, Approver.DIRECTOR, id="Cornwall"),
        pytest.param(
            CORNWALL, True, True, True, False, Approver.NOBODY, id="Cornwall, with an aunt"
        ),
        pytest.param(CARDIFF, False, True, True, True, Approver.DIRECTOR, id="Cardiff"),
        pytest.param("S12000036", False, True, True, True, Approver.ASK, id="Edinburgh"),
    ],
)
def test_where_a_placement_lies(placed_in, own_carer, out, distant, outside, who):
    facts = area_facts(responsible=LEEDS, placed_in=placed_in, adjoining=NEAR_LEEDS)

    assert (facts.is_out_of_area, facts.is_at_a_distance, facts.is_outside_england) == (
        out,
        distant,
        outside,
    )
    assert approver(facts, is_own_carer=own_carer) is who


def test_a_welsh_neighbour_is_not_at_a_distance():
    facts = area_facts(responsible="E06000019", placed_in="W06000023", adjoining={"W06000023"})

    assert facts.is_outside_england
    assert facts.is_at_a_distance is False
    assert approver(facts) is Approver.NOMINATED_OFFICER


def test_without_a_list_of_neighbours_nobody_can_tell():
    facts = area_facts(responsible=LEEDS, placed_in=BRADFORD)

    assert facts.is_at_a_distance is None
    assert approver(facts) is Approver.ASK


def test_school_and_home_are_two_flags():
    facts = area_facts(responsible=LEEDS, placed_in=LEEDS)

    assert not facts.is_out_of_area
    assert is_educated_out_of_area(responsible=LEEDS, school_authority=BRADFORD)


@pytest.mark.parametrize(
    ("placement", "miles", "over"),
    [
        pytest.param(GridReference(445000, 400000), "15.5", False, id="25 kilometres"),
        pytest.param(GridReference(430000 + 32186, 380000), "20.0", False, id="just twenty"),
        pytest.param(GridReference(430000 + 32267, 380000), "20.1", True, id="twenty and a tenth"),
        pytest.param(GridReference(430000, 380000), "0.0", False, id="same place"),
    ],
)
def test_distance(placement, miles, over):
    found = distance_miles(GridReference(430000, 380000), placement)

    assert found == Decimal(miles)
    assert is_over_20_miles(found) is over


def test_distances_and_areas_of_real_postcodes():
    places = {place.postcode.replace(" ", ""): place for place in postcode_places()}
    with DISTANCES.open(encoding="utf-8", newline="") as file:
        pairs = list(csv.DictReader(file))

    for pair in pairs:
        home, placement = (places[pair[key].replace(" ", "")] for key in ("home", "placement"))
        miles = distance_miles(
            GridReference(home.easting, home.northing),
            GridReference(placement.easting, placement.northing),
        )
        facts = area_facts(responsible="E10000014", placed_in=upper_tier(placement.district))
        assert miles == Decimal(pair["miles"]), pair
        assert facts.is_out_of_area is (pair["in_or_out"] == "OUT"), pair
    assert len(pairs) == 58


@pytest.mark.parametrize(
    ("started", "held", "expected"),
    [
        pytest.param(date(2026, 9, 14), [], date(2026, 10, 12), id="first"),
        pytest.param(date(2026, 9, 14), [date(2026, 10, 9)], date(2027, 1, 9), id="second"),
        pytest.param(
            date(2026, 9, 14),
            [date(2026, 10, 9), date(2026, 12, 31)],
            date(2027, 6, 30),
            id="third",
        ),
        pytest.param(date(2026, 11, 2), [date(2026, 11, 30)], date(2027, 2, 28), id="February"),
    ],
)
def test_reviews_due_pep_6(started, held, expected):
    assert next_review_due(started, held=held, bank_holidays=HOLIDAYS) == expected


def test_notice_of_an_emergency_placement():
    placed = date(2026, 12, 23)

    notice = placement_notice_due(placed, is_emergency=True, bank_holidays=HOLIDAYS)
    plan = placement_plan_due(placed, is_emergency=True, bank_holidays=HOLIDAYS)

    assert (notice, plan) == (date(2027, 1, 4), date(2027, 1, 4))
    assert ending_notice_due(placed, HOLIDAYS) == date(2027, 1, 11)


def test_notice_of_a_planned_placement_comes_before_it():
    placed = date(2026, 12, 23)

    notice = placement_notice_due(placed, is_emergency=False, bank_holidays=HOLIDAYS)

    assert notice < placed


def test_a_dangerous_parent_may_be_left_out():
    decision = Withheld(Recipient.PARENT, reason="Risk of harm", decided_by="Team manager")

    told = notice_recipients(is_out_of_area=True, withheld=[decision])

    assert Recipient.PARENT not in told
    assert Recipient.AREA_AUTHORITY in told
    assert Recipient.AREA_AUTHORITY not in notice_recipients(is_out_of_area=False)


@pytest.mark.parametrize(
    "decision",
    [
        pytest.param(
            Withheld(Recipient.AREA_AUTHORITY, reason="Risk", decided_by="Manager"),
            id="the area authority must know",
        ),
        pytest.param(Withheld(Recipient.PARENT, reason=" ", decided_by="Manager"), id="no reason"),
    ],
)
def test_others_cannot_be_left_out(decision):
    with pytest.raises(CannotBeLeftOut):
        notice_recipients(is_out_of_area=True, withheld=[decision])


def test_a_school_place_within_twenty_school_days():
    calendar = SchoolCalendar(
        teaching_periods=(
            DateRange(date(2026, 11, 2), date(2026, 12, 19)),
            DateRange(date(2027, 1, 4), date(2027, 2, 13)),
        ),
        inset_days=frozenset({date(2026, 11, 2), date(2027, 1, 4)}),
    )

    assert school_place_due(date(2026, 12, 14), calendar) == date(2027, 1, 26)


@pytest.mark.parametrize(
    ("year", "disrupts", "emergency", "expected"),
    [
        pytest.param(9, True, False, False, id="Year 9"),
        pytest.param(10, True, False, True, id="Year 10"),
        pytest.param(11, True, False, True, id="Year 11"),
        pytest.param(12, True, False, False, id="Year 12"),
        pytest.param(10, False, False, False, id="same school"),
        pytest.param(10, True, True, False, id="emergency"),
    ],
)
def test_key_stage_4_moves_wait_for_approval(year, disrupts, emergency, expected):
    needed = needs_key_stage_4_approval(
        nc_year=year, disrupts_education=disrupts, is_emergency=emergency
    )

    assert needed is expected


FIRST_DAYS = {"previous": date(2024, 4, 1), "current": date(2025, 4, 1)}


def sample_periods(*folders):
    children = defaultdict(list)
    for folder in folders:
        by_child = defaultdict(list)
        with (SAMPLE / folder / "episodes.csv").open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                by_child[row["CHILD"]].append(
                    Episode(
                        started_on=day(row["DECOM"]),
                        reason_new=row["RNE"],
                        legal_status=row["LS"],
                        place=row["PLACE"],
                        ended_on=day(row["DEC"]),
                        reason_ended=row["REC"],
                        provider=row["PLACE_PROVIDER"],
                        postcode=row["PL_POST"],
                        provider_urn=row["URN"],
                    )
                )
        for child, found in by_child.items():
            children[child] = merge_returns(children[child], found, later_from=FIRST_DAYS[folder])
    return {child: care_periods(found) for child, found in children.items()}


@pytest.mark.parametrize(("folder", "year"), [("current", 2026), ("previous", 2025)])
def test_figures_of_the_sample_return(folder, year):
    truth = json.loads((SAMPLE / "truth.json").read_text(encoding="utf-8"))[folder]

    figures = roll_figures(sample_periods(folder).values(), ReturnYear(year))

    assert figures.looked_after_31_march == truth["looked_after_31_march"]
    assert figures.children_started == truth["children_started"]
    assert figures.children_ceased == truth["children_ceased"]


def test_the_twelve_month_cohort_of_the_sample_return():
    children = sample_periods("previous", "current")
    with (SAMPLE / "current/oc2.csv").open(encoding="utf-8", newline="") as file:
        expected = {row["CHILD"] for row in csv.DictReader(file)}

    cohort = {
        child
        for child, periods in children.items()
        if is_continuous_twelve_months(periods, ReturnYear(2026))
    }

    assert cohort == expected

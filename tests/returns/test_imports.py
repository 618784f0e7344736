from datetime import date

import pytest

from accounts.models import Membership, User
from audit.models import Event
from children.models import Child, Enrolment, Identifier, Involvement, PeriodOfCare, SenStatus
from files.csv_format import ImportRefused
from files.models import Load
from placements.models import Address, LegalStatus, Placement, ReturnRow, Review
from returns.imports import load_roll
from schools.models import TeachingPeriod
from schools.rules import ReturnYear

TODAY = date(2026, 11, 21)
TWO_CHILDREN = (
    "CHILD,SEX,DOB,ETHNIC,UPN,MOTHER,MC_DOB\n1,F,18/10/2011,WBRI,UN1,0,\n"
    "2,F,18/10/2005,WBRI,UN1,0,\n"
)

HEADER = "CHILD,SEX,DOB,ETHNIC,UPN,MOTHER,MC_DOB\n1,F,18/10/2011,WBRI,UN1,0,\n"
EPISODES = (
    "CHILD,DECOM,RNE,LS,CIN,PLACE,PLACE_PROVIDER,DEC,REC,REASON_PLACE_CHANGE,"
    "HOME_POST,PL_POST,URN\n"
)
FIRST = "1,01/05/2025,S,V2,N1,U6,PR1,,,,SP6 2JJ,GU139NE,SC123456\n"
FIRST_ENDED = FIRST.replace("PR1,,,,", "PR1,10/06/2025,X1,CARPL,")
SECOND = "1,10/06/2025,P,V2,N1,K2,PR4,,,,SP6 2JJ,RG253NW,SC123456\n"


def load(authority, *, year=None, left_out=None, **files):
    named = {f"{name}.csv": text.encode() for name, text in files.items()}
    return load_roll(
        named,
        authority=authority,
        today=TODAY,
        year=ReturnYear(year) if year else None,
        left_out=left_out or {},
    )


def placements():
    return list(
        Placement.objects.order_by("started_on").values_list("kind", "started_on", "ended_on")
    )


def test_the_sample_becomes_a_roll(hampshire, sample_files):
    outcome = load_roll(
        sample_files("previous", "current", "companions"), authority=hampshire, today=TODAY
    )

    assert Child.objects.count() == 79
    assert PeriodOfCare.objects.count() == 80
    assert Enrolment.objects.count() == 70
    assert Involvement.objects.count() == 219
    assert SenStatus.objects.filter(code="E").count() == 12
    assert Child.objects.filter(given_name="Ruairí").exists()
    assert outcome.of("children").added == 79


def test_a_second_time_changes_nothing(hampshire, sample_files):
    files = sample_files("previous", "current", "companions")
    load_roll(files, authority=hampshire, today=TODAY)
    before = Event.objects.count()

    again = load_roll(files, authority=hampshire, today=TODAY)

    assert not again.has_changes
    assert Event.objects.count() == before


@pytest.mark.parametrize("order", [("previous", "current"), ("current", "previous")])
def test_two_years_make_one_history_in_either_order(hampshire, sample_files, order):
    both = sample_files("previous", "current")
    load_roll(both, authority=hampshire, today=TODAY)
    rows = ["child_id", "started_on", "ended_on"]
    expected = [
        sorted(model.objects.values_list(*rows[1:]), key=str)
        for model in (PeriodOfCare, LegalStatus, Placement)
    ]
    for model in (Address, Placement, LegalStatus, PeriodOfCare, ReturnRow, Review):
        model.objects.all().delete()

    for name in order:
        load_roll(sample_files(name), authority=hampshire, today=TODAY)

    assert [
        sorted(model.objects.values_list(*rows[1:]), key=str)
        for model in (PeriodOfCare, LegalStatus, Placement)
    ] == expected


def test_companions_may_come_after_the_return(hampshire, sample_files):
    load_roll(sample_files("current"), authority=hampshire, today=TODAY)
    assert not Child.objects.exclude(given_name="Child").exists()

    load_roll(sample_files("companions"), authority=hampshire, today=TODAY)

    assert not Child.objects.filter(given_name="Child").exists()
    assert Enrolment.objects.count() == 70


def test_a_later_return_ends_what_was_open(hampshire):
    load(hampshire, h=HEADER, e=EPISODES + FIRST)

    load(hampshire, h=HEADER, e=EPISODES + FIRST_ENDED + SECOND)

    assert placements() == [
        ("U6", date(2025, 5, 1), date(2025, 6, 10)),
        ("K2", date(2025, 6, 10), None),
    ]
    assert PeriodOfCare.objects.get().ended_on is None


def test_a_withdrawn_episode_goes(hampshire):
    load(hampshire, h=HEADER, e=EPISODES + FIRST_ENDED + SECOND)

    load(hampshire, h=HEADER, e=EPISODES + FIRST)

    assert placements() == [("U6", date(2025, 5, 1), None)]


def test_what_happened_after_the_year_is_not_the_returns_to_change(hampshire):
    load(hampshire, h=HEADER, e=EPISODES + FIRST)
    Placement.objects.update(ended_on=date(2026, 9, 1))
    old = Placement.objects.get()
    Placement.objects.create(
        authority=hampshire, child=old.child, kind="K2", started_on=date(2026, 9, 1)
    )

    again = load(hampshire, h=HEADER, e=EPISODES + FIRST)

    assert not again.has_changes
    assert [kind for kind, *_ in placements()] == ["U6", "K2"]


@pytest.mark.parametrize(
    ("home", "placement", "area", "miles"),
    [("SP6 2JJ", "GU139NE", "in", "47.1"), ("RG253NW", "MK403TN", "out", "70.6")],
)
def test_area_and_distance_follow_from_the_postcodes(hampshire, home, placement, area, miles):
    row = FIRST.replace("SP6 2JJ", home).replace("GU139NE", placement)

    load(hampshire, h=HEADER, e=EPISODES + row)

    found = Placement.objects.get()
    assert (found.area, str(found.distance_miles)) == (area, miles)
    assert (
        Address.objects.get(kind="home").postcode.replace(" ", ""),
        found.addresses.get().postcode.replace(" ", ""),
    ) == (home.replace(" ", ""), placement.replace(" ", ""))


def test_a_postcode_nobody_knows_leaves_the_area_open(hampshire):
    load(hampshire, h=HEADER, e=EPISODES + FIRST.replace("GU139NE", "ZZ99 9ZZ"))

    found = Placement.objects.get()
    assert (found.area, found.distance_miles, found.is_at_a_distance) == ("", None, None)


@pytest.mark.parametrize(
    ("files", "line", "column", "words"),
    [
        (
            {"e": EPISODES + FIRST.replace("01/05/2025", "31/02/2026")},
            2,
            "DECOM",
            "February 2026 has 28 days",
        ),
        ({"e": EPISODES + FIRST + FIRST}, 3, "CHILD, DECOM", "second one for the same"),
        ({"e": EPISODES + FIRST.replace("V2", "QQ")}, 2, "LS", "not a code of LS"),
        (
            {"n": "CHILD,UPN,URN,start,end,nc_year,kind,sen\n1,,999999,01/09/2025,,9,main,\n"},
            2,
            "URN",
            "No school of the register",
        ),
    ],
)
def test_a_fault_refuses_the_whole_load(hampshire, files, line, column, words):
    with pytest.raises(ImportRefused) as refused:
        load(hampshire, h=HEADER, **files)

    (fault,) = refused.value.faults
    assert (fault.line, fault.column, words in fault.message) == (line, column, True)
    assert not Child.objects.exists() or not ReturnRow.objects.filter(table="Episodes").exists()


def test_rules_of_the_return_are_warnings(hampshire):
    outcome = load(hampshire, h=HEADER, e=EPISODES + FIRST.replace("U6", "A5"))

    assert "A5 and A6 need a placement order (rule 408)" in [
        one.message for one in outcome.warnings
    ]
    assert Placement.objects.get().kind == "A5"


def test_two_children_with_one_upn_are_told_apart(hampshire):
    upn = "D999200012346"
    outcome = load(
        hampshire,
        h=HEADER.replace("UN1", upn) + f"2,M,18/10/2012,WBRI,{upn},,\n",
    )

    assert sorted(Child.objects.values_list("upn", flat=True)) == ["", upn]
    assert any("rule 444" in one.message for one in outcome.warnings)


def test_a_new_upn_closes_the_old_one(hampshire):
    load(hampshire, h=HEADER.replace("UN1", "D999200012346"))

    load(hampshire, h=HEADER.replace("UN1", "T999200012347"))

    assert Child.objects.get().upn == "T999200012347"
    assert dict(Identifier.objects.filter(system="upn").values_list("value", "ended_on")) == {
        "D999200012346": TODAY,
        "T999200012347": None,
    }


def test_a_plain_list_of_children_makes_a_roll(hampshire):
    children = (
        "CHILD,UPN,given_name,family_name,known_as,date_of_birth,sex,ethnicity,care_start,"
        "legal_status\n"
        "A1,D999200012346,Amara,Okell,Ama,09/02/2012,F,WBRI,03/03/2024,C2\n"
        "A2,,Kofi,Arden,,01/05/2013,M,,04/04/2025,\n"
    )

    load(hampshire, c=children)
    again = load(hampshire, c=children)

    assert not again.has_changes
    amara = Child.objects.get(upn="D999200012346")
    assert (amara.known_as, amara.sort_name) == ("Ama", "okell amara")
    assert PeriodOfCare.objects.get(child=amara).started_on == date(2024, 3, 3)
    assert LegalStatus.objects.get().code == "C2"


def test_people_are_known_but_not_invited(hampshire):
    load(
        hampshire,
        h=HEADER,
        i="CHILD,role,email,start,end\n1,social worker,Ben.Arden@council.example,01/09/2025,\n",
    )

    person = User.objects.get(email="ben.arden@council.example")
    assert (person.given_name, person.family_name) == ("Ben", "Arden")
    assert not person.has_usable_password()
    assert Membership.objects.get(user=person).role == "social_worker"


def test_the_last_day_of_a_companion_is_the_day_before_it_no_longer_holds(hampshire):
    load(
        hampshire,
        h=HEADER,
        n="CHILD,UPN,URN,start,end,nc_year,kind,sen\n1,,116633,01/09/2025,17/07/2026,9,main,\n",
    )

    assert Enrolment.objects.get().ended_on == date(2026, 7, 18)


def test_a_new_school_ends_the_old_one(hampshire):
    head = "CHILD,UPN,URN,start,end,nc_year,kind,sen\n"
    load(hampshire, h=HEADER, n=head + "1,,116633,01/09/2024,,8,main,SEN support\n")

    load(hampshire, n=head + "1,,116445,05/01/2026,,9,main,EHC plan\n")

    old, new = Enrolment.objects.order_by("started_on")
    assert (old.school_id, old.ended_on) == (116633, date(2026, 1, 5))
    assert old.access_until > old.ended_on
    assert (new.school_id, new.ended_on) == (116445, None)
    assert list(SenStatus.objects.order_by("started_on").values_list("code", "ended_on")) == [
        ("K", date(2026, 1, 5)),
        ("E", None),
    ]


def test_the_old_school_keeps_its_sections_for_fifteen_school_days(hampshire):
    """Half-term does not count where the calendar is entered; before it began, weekdays do."""
    for first, end in (
        (date(2025, 9, 1), date(2025, 10, 25)), (date(2025, 11, 3), date(2025, 12, 20)),
    ):  # fmt: skip
        TeachingPeriod.objects.create(authority=hampshire, started_on=first, ended_on=end)
    rows = "1,,116633,01/09/2024,16/10/2025,9,main,\n2,,116633,01/09/2014,16/10/2015,5,main,\n"

    load(
        hampshire, h=TWO_CHILDREN,
        n=f"CHILD,UPN,URN,start,end,nc_year,kind,sen\n{rows}",
    )  # fmt: skip

    until = dict(Enrolment.objects.values_list("started_on", "access_until"))
    assert until[date(2024, 9, 1)] == date(2025, 11, 14)  # six days before half-term, nine after
    assert until[date(2014, 9, 1)] == date(2015, 11, 7)


def test_a_new_social_worker_follows_the_old_one(hampshire):
    head = "CHILD,role,email,start,end\n"
    load(hampshire, h=HEADER, i=head + "1,social worker,one@council.example,01/09/2024,\n")

    load(hampshire, i=head + "1,social worker,two@council.example,01/02/2026,\n")

    assert list(
        Involvement.objects.order_by("started_on").values_list("person__email", "ended_on")
    ) == [("one@council.example", date(2026, 2, 1)), ("two@council.example", None)]


def test_rows_left_out_leave_their_child_out_with_them(hampshire):
    bad = HEADER + "2,F,31/02/2011,WBRI,UN1,0,\n"

    load(hampshire, h=bad, e=EPISODES + FIRST, left_out={"h.csv": {3}})

    assert Child.objects.count() == 1


def test_two_authorities_keep_apart(hampshire, neighbour):
    from accounts import wall

    load(hampshire, h=HEADER, e=EPISODES + FIRST)
    with wall.opened([neighbour.pk]):
        load(neighbour, h=HEADER, e=EPISODES + FIRST)
        assert Child.objects.count() == 1

    assert Child.objects.get().authority_id == 850
    assert Load.objects.count() == 0

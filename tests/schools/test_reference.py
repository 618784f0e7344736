"""What an installation holds after loading the national lists."""

from datetime import date

import pytest
from django.core.management import call_command

from attendance.models import Code
from schools import reference
from schools.models import Authority, BankHoliday, District, GssCode, Postcode

pytestmark = pytest.mark.django_db


def test_every_authority_is_there_with_its_numbers():
    loaded = reference.load()

    assert Authority.objects.filter(ended_on=None).count() == 153
    assert loaded.authorities == Authority.objects.count()
    assert Authority.objects.get(pk=850).code == "850"
    assert Authority.objects.from_code("E10000014") == Authority.objects.get(pk=850)


def test_a_changed_statistical_code_leads_to_the_same_authority():
    reference.load_authorities()

    assert Authority.objects.from_code("E08000016").pk == 370
    assert GssCode.objects.get(pk="E08000016").ended_on == date(2025, 5, 1)
    assert Authority.objects.get(pk=370).ended_on is None


def test_an_ended_authority_names_its_successor_where_there_is_one():
    reference.load_authorities()

    poole = Authority.objects.get(pk=836)
    cumbria = Authority.objects.get(pk=909)
    assert (poole.ended_on, poole.successor_id) == (date(2019, 4, 1), 839)
    assert (cumbria.ended_on, cumbria.successor_id) == (date(2023, 4, 1), None)


def test_a_postcode_leads_to_the_authority_with_childrens_services():
    reference.load()

    winchester = Postcode.objects.filter(district_code="E07000094").first()
    upper = District.objects.get(pk=winchester.district_code).upper_code
    assert Authority.objects.from_code(upper).pk == 850


def test_postcodes_are_packed_and_placed():
    reference.load_postcodes()

    assert not Postcode.objects.filter(postcode__contains=" ").exists()
    assert Postcode.objects.get(pk="AB210HD").easting == 385689


def test_loading_again_changes_nothing_people_have_set():
    reference.load()
    Authority.objects.filter(pk=850).update(display_name="Our county")
    BankHoliday.objects.create(on=date(2027, 9, 20), name="One-off")

    again = reference.load()

    assert Authority.objects.get(pk=850).display_name == "Our county"
    assert again == reference.load()
    assert BankHoliday.objects.filter(on=date(2027, 9, 20)).exists()


def test_a_withdrawn_code_ends_the_day_after_its_last():
    assert Code.objects.get(code="H").ended_on == date(2024, 8, 19)
    assert Code.objects.get(code="/").ended_on is None


def test_the_command_leaves_standard_output_to_figures(capsys):
    call_command("load_reference")

    said = capsys.readouterr()
    assert said.out == ""
    assert "authorities" in said.err

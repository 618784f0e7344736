"""The first person of an empty installation."""

import pytest
from django.core.management import CommandError, call_command

from accounts.models import Membership, User
from accounts.roles import Role

pytestmark = pytest.mark.django_db
WHO = ("--email", "Ada@Council.example", "--given-name", "Ada")


def test_a_system_administrator_is_made_with_a_password_shown_once(authority, capsys):
    call_command("first_administrator", *WHO, "--authority", "901", "--generate")

    password = capsys.readouterr().out.strip()
    ada = User.objects.get(email="ada@council.example")
    assert len(password) >= 12
    assert ada.check_password(password)
    seat = Membership.objects.get(user=ada)
    assert (seat.role, seat.authority) == (Role.SYSTEM_ADMINISTRATOR, authority)


def test_the_first_authority_is_taken_without_one(neighbour, authority):
    call_command("first_administrator", *WHO, "--generate")

    assert Membership.objects.get().authority == authority


def test_again_changes_nothing(authority, capsys):
    call_command("first_administrator", *WHO, "--generate")
    call_command("first_administrator", *WHO, "--generate")

    assert User.objects.count() == 1
    assert "nothing was changed" in capsys.readouterr().err


def test_what_is_left_out_is_asked_for_at_a_terminal(neighbour, authority, monkeypatch):
    answers = iter(["ada@council.example", "Ada", str(neighbour.pk)])
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr("builtins.input", lambda prompt: next(answers))

    call_command("first_administrator", "--generate")

    seat = Membership.objects.get()
    assert (seat.user.given_name, seat.authority) == ("Ada", neighbour)


def test_without_a_terminal_what_to_give_is_said(authority):
    with pytest.raises(CommandError, match="--email and --given-name"):
        call_command("first_administrator", "--email", "ada@council.example", "--generate")


def test_a_password_is_asked_for_twice(authority, monkeypatch):
    answers = iter(["correct horse battery", "another horse battery"])
    module = "accounts.management.commands.first_administrator.getpass"
    monkeypatch.setattr(module, lambda prompt: next(answers))

    with pytest.raises(CommandError, match="not the same"):
        call_command("first_administrator", *WHO)
    assert not User.objects.exists()


def test_a_short_password_is_refused(authority, monkeypatch):
    module = "accounts.management.commands.first_administrator.getpass"
    monkeypatch.setattr(module, lambda prompt: "short")

    with pytest.raises(CommandError, match="12"):
        call_command("first_administrator", *WHO)


@pytest.mark.parametrize("code", ["777", "E10000000"])
def test_an_unknown_authority_says_what_to_run(code, authority):
    with pytest.raises(CommandError, match="load_reference"):
        call_command("first_administrator", *WHO, "--authority", code, "--generate")


def test_an_empty_installation_says_what_to_run(db):
    with pytest.raises(CommandError, match="load_reference"):
        call_command("first_administrator", *WHO, "--generate")

import json

import pytest

from tooling import running, state
from tooling.console import Refused


def test_nothing_asked_means_the_usual_council():
    asked = running.options([])

    assert (asked.reset, asked.port, asked.children, asked.empty) == (False, None, None, False)


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(["--empty", "--children", "220"], id="empty or a size, not both"),
        pytest.param(["--children", "221"], id="a size that is not offered"),
        pytest.param(["--email", "head@school.example"], id="an administrator only without demo"),
        pytest.param(["--port", "0"], id="no such port"),
    ],
)
def test_what_makes_no_sense_is_refused(arguments):
    with pytest.raises(SystemExit):
        running.options(arguments)


def test_a_taken_port_is_passed_over_unless_asked_for(monkeypatch):
    monkeypatch.setattr(state, "is_free", lambda port: port > running.DEFAULT_PORT + 1)

    assert running.choose_port(None) == running.DEFAULT_PORT + 2
    with pytest.raises(Refused, match="taken"):
        running.choose_port(running.DEFAULT_PORT)


ALIVE = {"database": True, "queue": True, "worker": True, "beat": True}
DEAD = {"worker": False, "beat": False, "seconds_since_heartbeat": None}


@pytest.mark.parametrize(
    ("health", "expected"),
    [
        pytest.param(None, None, id="the site does not answer"),
        pytest.param(ALIVE | DEAD, ["worker", "beat"], id="nothing heard yet"),
        pytest.param(
            ALIVE | DEAD | {"database": False}, ["database", "worker", "beat"], id="three are away"
        ),
        pytest.param(ALIVE | {"seconds_since_heartbeat": 3.0}, [], id="heard since this start"),
        pytest.param(
            ALIVE | {"seconds_since_heartbeat": 4.0}, ["worker", "beat"], id="an earlier start's"
        ),
    ],
)
def test_only_what_was_heard_since_this_start_is_alive(health, expected):
    assert running.silent_parts(health, seconds=4.0) == expected


def test_sign_ins_are_shown_once_and_not_kept(tmp_path, monkeypatch):
    monkeypatch.setattr(running, "SIGN_INS", tmp_path / "sign-ins.json")
    running.SIGN_INS.write_text(
        json.dumps([{"role": "carer", "email": "a@b.example", "password": "made-up"}])
    )

    assert "a@b.example" in running.who_can_sign_in()
    assert "demo_signins" in running.who_can_sign_in()


def test_the_table_of_sign_ins_shows_secrets_only_when_there_are_some():
    head = {"role": "Virtual head", "email": "head@demo.example", "password": "made-up"}

    plain = running.sign_in_table([head])
    with_secret = running.sign_in_table([head, head | {"secret": "ABC"}])

    assert "secret" not in plain
    assert "Virtual head  head@demo.example  made-up" in plain
    assert with_secret.splitlines()[-1].endswith("ABC")

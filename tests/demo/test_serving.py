import json
import stat

import pytest

from demo import serving
from tests.factories.accounts import UserFactory
from tooling import running


@pytest.mark.django_db(transaction=True)
def test_the_web_server_leaves_the_sign_ins_for_us_alone(tmp_path, monkeypatch):
    UserFactory(email="helen.marsh@northmere.example")
    monkeypatch.setattr(serving, "SIGN_INS", tmp_path / "sign-ins.json")

    for _ in range(2):
        serving.when_ready(None)

    assert stat.S_IMODE(serving.SIGN_INS.stat().st_mode) == 0o600
    assert [person["email"] for person in json.loads(serving.SIGN_INS.read_text())] == [
        "helen.marsh@northmere.example"
    ]


def test_they_lie_where_run_looks_for_them():
    assert serving.SIGN_INS == running.SIGN_INS

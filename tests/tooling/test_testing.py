import pytest

from tooling import testing


@pytest.fixture(autouse=True)
def suite(tmp_path, monkeypatch):
    for folder in ("pep", "children", "browser"):
        (tmp_path / "tests" / folder).mkdir(parents=True)
    for name in ("test_pep_journey.py", "test_sign_in.py"):
        (tmp_path / "tests" / "browser" / name).touch()
    (tmp_path / "tests" / "pep" / "test_rules.py").touch()
    monkeypatch.setattr(testing, "CHECKOUT", tmp_path)
    monkeypatch.setattr(testing, "TESTS", tmp_path / "tests")


def test_an_app_stands_for_its_tests_and_its_journeys():
    paths, rest = testing.split(["pep", "children", "-k", "pep"])

    assert paths == ["tests/pep", "tests/browser/test_pep_journey.py", "tests/children"]
    assert rest == ["-k", "pep"]


def test_without_an_app_everything_goes_to_pytest():
    assert testing.split(["-x", "tests/pep"]) == ([], ["-x", "tests/pep"])


def test_only_folders_with_tests_are_apps():
    assert testing.apps() == ["browser", "pep"]


@pytest.mark.parametrize(
    "rest", [["-n0"], ["--pdb"], ["-s"], ["tests/pep/test_rules.py::test_one"]]
)
def test_what_wants_one_process_gets_one(rest):
    assert testing.processes(rest) == []


def test_otherwise_at_least_two_processes_share_the_tests(monkeypatch):
    monkeypatch.setattr(testing.os, "cpu_count", lambda: 1)

    assert testing.processes(["-k", "pep"])[:2] == ["-n", "2"]

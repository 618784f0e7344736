"""An officer sends a return with two wrong rows, reads what is wrong, and leaves them out."""

import pytest
from django.urls import reverse

from accounts import wall
from files.models import Load
from returns import tasks
from tests.browser.conftest import NARROW, WIDE

HEADER = (
    "CHILD,SEX,DOB,ETHNIC,UPN,MOTHER,MC_DOB\n"
    "1,F,18/10/2011,WBRI,UN1,0,\n2,F,31/02/2011,WBRI,UN1,0,\n3,M,18/10/2011,QQ,UN1,,\n"
)


@pytest.fixture
def worker(monkeypatch):
    """What is sent to the queue is kept, and done when the test says so."""
    sent = []
    for name in ("check", "apply"):
        task = getattr(tasks, name)
        monkeypatch.setattr(task, "delay", lambda task=task, **kwargs: sent.append((task, kwargs)))

    def work():
        while sent:
            task, kwargs = sent.pop(0)
            task(**kwargs)

    return work


@pytest.mark.parametrize("size", [WIDE, NARROW])
def test_leaving_out_the_rows_at_fault(visit, world, worker, tmp_path, size):
    path = tmp_path / "header.csv"
    path.write_text(HEADER)
    officer = visit(size=size).enter(world.people["officer"])
    page = officer.page

    officer.open(reverse("returns:list"))
    assert officer.violations() == []
    page.get_by_role("link", name="Roll and return").click()
    assert officer.violations() == []
    page.get_by_label("Which files do you want to check?").set_input_files(path)
    page.get_by_role("button", name="Check the roll and return").click()
    page.get_by_text("The file is being checked").wait_for()
    worker()
    page.get_by_role("link", name="Look again").click()

    page.get_by_role("heading", name="Fix these 2 rows").wait_for()
    assert page.get_by_text("February 2011 has 28 days").is_visible()
    assert officer.violations() == []
    assert officer.dangling() == []
    assert not officer.scrolls_sideways()
    page.get_by_role("button", name="and leave out 2").click()
    page.get_by_role("alert").get_by_text("Enter why you are leaving").wait_for()
    page.get_by_label("Why are you leaving these rows out?").fill("Social care will correct them")
    page.get_by_role("button", name="and leave out 2").click()
    page.get_by_text("The rows are being added").wait_for()
    worker()
    page.get_by_role("link", name="Look again").click()

    page.get_by_role("heading", name="Roll and return added").wait_for()
    assert officer.violations() == []
    assert not officer.scrolls_sideways()
    # The form without a reason is answered with 422, which the browser notes
    assert [text for text in officer.messages if "422" not in text] == []
    with wall.opened([901]):
        assert Load.objects.filter(state="applied", left_out_reason__startswith="Social").exists()

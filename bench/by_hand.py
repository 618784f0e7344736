"""python -m bench.by_hand teacher | social-worker [--site URL] [--width PIXELS] [--child NAME]

How long a plan takes by hand: a model at human speed, not a person. A program goes through a plan
of the demonstration that nobody has begun (./run must be up), does in a real browser what a person
with no large changes would do, and adds up what that would take them: reading what is on the page
and what it holds, choosing, typing, and the pages as they came. What is not counted: the meeting,
finding words, and signing in.
"""

import argparse
import json
import re
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page, sync_playwright

FORMS = Path(__file__).resolve().parent.parent / "pep" / "data" / "forms"
WORDS_READ, CHARACTERS_TYPED = 250, 200  # in a minute
A_CLICK = 1.5  # seconds: to find it, to point, to press
PASSWORD = "made-up-people-only"  # noqa: S105 (the demonstration's, as its sign-in page says)

ONE = "She reads a chapter book each week now and tells the group about it; spelling is next."
TWO = f"{ONE} She asks for help when she needs it, and her friends say that she is fun to be with."
SHORT = "Still as last term, and it still helps."
# What is different each term. All other answers are last term's, looked at and found still true.
NEW = {
    ("about", "achievements"): ONE,
    ("attainment", "school_view"): TWO,
    ("english", "next_steps"): ONE,
    ("maths", "next_steps"): ONE,
    ("attendance", "att_plan"): ONE,
    ("meeting", "attendees"): "Mrs Aldous, Ms Nair, the carer, and Amara for the first half hour.",
    ("meeting", "summary"): TWO,
    ("care", "sw_view"): ONE,
}
SUBJECTS = ("English", "Maths", "Science")
NEW_TARGETS, REVIEWED = 2, 3
ROW_CHOICES = {"outcome", "difference", "progress", "area", "funding", "child_agreed"}
# What a person picks; of what is not here the first that is offered
PICKED = {
    "full_time": "yes", "alternative": "no", "suspended": "no", "risk_excl": "no",
    "planned_move": "no", "ehc_request": "no", "funding": "no", "carry": "no",
}  # fmt: skip
# Columns of rows that are worth a word each time; others are left as they are
ROW_WORDS = {
    "need": "She avoids long texts and loses heart after a page.",
    "target": "Read four books of her own choice by Easter and talk about each for five minutes.",
    "measure": "Her reading record",
    "baseline": "One book a term",
    "goal": "Four books a term",
    "action": "Ten minutes of reading together before lessons, three days a week, from Monday.",
    "owner": "Mr Osei, form tutor",
    "current": "4",
    "evidence": "Her record shows nine weeks out of eleven, and she said so herself.",
}


@dataclass
class Hand:
    """What a person has done so far, and the seconds it took."""

    seconds: float = 0.0
    clicks: int = 0
    fields: int = 0
    characters: int = 0
    words: int = 0
    pages: int = 0
    waited: float = 0.0  # of the seconds, for pages
    parts: dict[str, float] = field(default_factory=dict)

    def read(self, text: str) -> None:
        number = len(text.split())
        self.words += number
        self.seconds += number * 60 / WORDS_READ

    def click(self, times: int = 1) -> None:
        self.clicks += times
        self.seconds += times * A_CLICK

    def type(self, text: str) -> None:
        self.click()
        self.fields += 1
        self.characters += len(text)
        self.seconds += len(text) * 60 / CHARACTERS_TYPED

    @contextmanager
    def turning(self) -> Iterator[None]:
        """A page that comes: as long as it took."""
        began = time.monotonic()
        yield
        self.pages += 1
        self.waited += time.monotonic() - began
        self.seconds += time.monotonic() - began


class Walk:
    """One person at one plan."""

    def __init__(self, page: Page, hand: Hand, needed: dict[str, set[str]]) -> None:
        self.page, self.hand, self.needed = page, hand, needed

    def follow(self, link: Locator) -> None:
        self.hand.click()
        with self.hand.turning():
            link.click()
            self.page.wait_for_load_state("load")

    def press(self, name: str) -> None:
        self.follow(self.page.get_by_role("button", name=name, exact=True).first)

    # -- a section -----------------------------------------------------------------------------

    def section(self, slug: str) -> None:
        before = self.hand.seconds
        self._look()
        if slug == "last-targets":
            self._review()
        elif slug == "targets":
            self._targets()
        elif slug == "attainment":
            self._subjects()
        self._fill(slug)
        for _ in range(3):
            self.press("Save and mark as complete")
            told = self.page.locator(".govuk-error-summary li")
            if not told.count():
                break
            sys.stderr.write(f"{slug}: {told.all_inner_texts()}\n")
            self.hand.read(" ".join(told.all_inner_texts()))
            self.needed[slug] |= {"*"}
            self._fill(slug)
        else:
            sys.exit(f"{slug} could not be completed")
        self.hand.parts[slug] = self.hand.seconds - before

    def _look(self) -> None:
        """Read the questions, the facts of the record and the answers that are there already."""
        form = self.page.locator("#section-form")
        questions = form.locator("label:visible, legend:visible, dl:visible, .vs-prev:visible")
        for text in questions.all_inner_texts():
            self.hand.read(text)
        for area in form.locator("textarea:visible, input[type=text]:visible").all():
            self.hand.read(area.input_value())

    def _fill(self, slug: str) -> None:
        """What is not there yet and cannot be left out, one field after the other."""
        form = self.page.locator("#section-form")
        done: set[str] = set()
        for control in form.locator("input:visible, textarea:visible, select:visible").all():
            name = control.get_attribute("name") or ""
            key = re.sub(r"_[012]$", "", name)
            if key in done or "-" in key:
                continue
            done.add(key)
            kind = control.get_attribute("type") or control.evaluate("e => e.tagName.toLowerCase()")
            if kind in {"radio", "checkbox"}:
                self._choose(form, key, is_needed=self._is_needed(slug, key))
            elif name != key:
                if self._is_needed(slug, key) and not control.input_value():
                    self._date(form, key, in_days=84 if key.startswith("next") else 0)
            elif (slug, key) in NEW:
                self._write(control, NEW[slug, key])
            elif self._is_needed(slug, key) and not control.input_value().strip():
                self._reuse(control)

    def _is_needed(self, slug: str, key: str) -> bool:
        return key in self.needed.get(slug, ())

    def _write(self, control: Locator, words: str) -> None:
        if control.input_value().strip() != words:
            control.fill(words)
            self.hand.type(words)

    def _reuse(self, control: Locator) -> None:
        """Open last term's answer, read it and copy it; without one, a line of one's own."""
        before = control.locator("xpath=ancestor::div[contains(@class,'govuk-form-group')][1]")
        details = before.locator("details:has([data-copy-to])").first
        if not details.count():
            self._write(control, SHORT)
            return
        details.locator("summary").click()
        self.hand.click()
        self.hand.read(details.locator("[data-copy-from]").inner_text())
        details.locator("[data-copy-to]").click()
        self.hand.click()

    def _choose(self, form: Locator, key: str, *, is_needed: bool) -> None:
        options = form.locator(f"input[name='{key}']")
        if not is_needed or form.locator(f"input[name='{key}']:checked").count():
            return
        wanted = form.locator(f"input[name='{key}'][value='{PICKED.get(key)}']")
        (wanted if wanted.count() else options).first.check(force=True)
        self.hand.click()

    def _date(self, form: Locator, name: str, *, in_days: int) -> None:
        day = date.today() + timedelta(days=in_days)  # noqa: DTZ011 (typed as a person would)
        for box, text in enumerate((str(day.day), str(day.month), str(day.year))):
            form.locator(f"input[name='{name}_{box}']").fill(text)
            self.hand.characters += len(text)
            self.hand.seconds += len(text) * 60 / CHARACTERS_TYPED
        self.hand.click(3)  # into the first box, and a tab to each other
        self.hand.fields += 1

    # -- rows ----------------------------------------------------------------------------------

    def _row(self, prefix: str, *, in_days: int = 84, only: tuple[str, ...] = ()) -> None:
        """Fill one row of a table: words where there are none, a choice where there is none."""
        form = self.page.locator("#section-form")
        done: set[str] = set()
        for control in form.locator(f"[name^='{prefix}']:visible").all():
            name = re.sub(r"_[012]$", "", control.get_attribute("name") or "")
            column = name.removeprefix(prefix)
            if name in done or column in {"remove", "id"} or (only and column not in only):
                continue
            done.add(name)
            kind = control.get_attribute("type") or control.evaluate("e => e.tagName.toLowerCase()")
            if kind in {"radio", "checkbox"}:
                if column in {*ROW_CHOICES, *only}:
                    options = form.locator(f"input[name='{name}']")
                    wanted = form.locator(f"input[name='{name}'][value='{PICKED.get(column)}']")
                    if not form.locator(f"input[name='{name}']:checked").count():
                        (wanted if wanted.count() else options).first.check(force=True)
                        self.hand.click()
            elif kind == "select":
                if not control.input_value() and column in {"outcome", "progress", "area"}:
                    control.select_option(index=1)
                    self.hand.click(2)
            elif control.get_attribute("name") != name:
                if column == "due_on" and not control.input_value():
                    self._date(form, name, in_days=in_days)
            elif column in ROW_WORDS and not control.input_value().strip():
                self._write(control, ROW_WORDS[column])

    def _subjects(self) -> None:
        """What each subject stands at; its name and target only where they are not there."""
        form = self.page.locator("#section-form")
        for number, subject in enumerate(SUBJECTS):
            prefix = f"subjects-{number}-"
            if not form.locator(f"[name='{prefix}subject']").count():
                form.locator("button[name=add][value=subjects]").click()
                self.hand.click()
            for column, words in (("subject", subject), ("target", "6")):
                control = form.locator(f"[name='{prefix}{column}']")
                if not control.input_value():
                    self._write(control, words)
            current = form.locator(f"[name='{prefix}current']")
            self._write(current, "4" if current.input_value() != "4" else "5")
            self._row(prefix, only=("progress",))

    def _review(self) -> None:
        rows = self.page.locator("#section-form [name^='targets-'][name$='-id']")
        for number in range(min(REVIEWED, rows.count())):
            self._row(f"targets-{number}-", only=("outcome", "evidence", "difference"))
        self.follow(self.page.locator("#section-form button[name=carry]").first)

    def _targets(self) -> None:
        form = self.page.locator("#section-form")
        there = form.locator("[id^='targets-row-']").count()
        for number in range(there):  # what was carried on: where she is now, and by when
            self._row(f"targets-{number}-")
        for number in range(there, there + NEW_TARGETS):
            form.locator("button[name=add][value=targets]").click()
            self.hand.click()
            self._row(f"targets-{number}-")


def sign_in(browser: Browser, site: str, email: str, *, width: int) -> Page:
    """Not counted: most people who come back are signed in, or have their phone beside them."""
    page = browser.new_context(viewport={"width": width, "height": 844}).new_page()
    page.goto(f"{site}/sign-in/")
    page.get_by_label("Email address").fill(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Continue").click()
    page.wait_for_load_state("load")
    if code := re.search(r"\b(\d{3}) ?(\d{3})\b", page.inner_text("main")):
        page.get_by_label("6-digit code").fill(code[1] + code[2])
        page.get_by_role("button", name="Continue").click()
        page.wait_for_load_state("load")
    return page


def needed_of(phase: str) -> dict[str, set[str]]:
    """The questions a section cannot be complete without, for someone who knows the form."""
    shipped = json.loads((FORMS / f"{phase}.json").read_text())
    return {
        section["slug"]: {
            question["key"]
            for question in section["questions"]
            if question.get("is_required") or question.get("required_when")
        }
        for section in shipped["sections"]
    }


WHO = {
    "teacher": ("ruth.aldous@hollins-park.example", "School"),
    "social-worker": ("priya.nair@northmere.example", "Social worker"),
}


def walk(browser: Browser, asked: argparse.Namespace) -> Hand:
    email, owner = WHO[asked.who]
    hand = Hand()
    page = sign_in(browser, asked.site, email, width=asked.width)
    walk = Walk(page, hand, needed_of(asked.phase))
    link = page.get_by_role("link", name=re.compile(asked.child)).first
    hand.read(
        link.locator("xpath=ancestor::*[self::ul or self::ol or self::section][1]").inner_text()
    )
    walk.follow(link)
    if "/peps/" not in page.url:
        walk.follow(page.locator("a[href*='/peps/']").first)
    plan = page.url
    hand.read(" ".join(page.locator("main h1, main h2, li.vs-steps__row").all_inner_texts()))
    rows = page.locator("li.vs-steps__row:has(a[href*='/section/'])")
    todo = [
        str(row.locator("a").first.get_attribute("href"))
        for row in rows.all()
        if row.locator(".vs-steps__who").inner_text().startswith((owner, "You"))
        and "Complete" not in row.inner_text()
    ]
    for address in todo:
        if page.url.removeprefix(asked.site) != address:
            if page.url != plan:
                sys.exit(f"expected the list of the plan, not {page.url}")
            walk.follow(page.locator(f"a[href='{address}']").first)
        walk.section(address.rstrip("/").rpartition("/")[2])
    return hand


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.by_hand", description=__doc__)
    parser.add_argument("who", choices=WHO)
    parser.add_argument("--child", default="", help="part of the name in the list of work")
    parser.add_argument("--phase", default="se", help="whose form the plan is on")
    parser.add_argument("--site", default="http://localhost:8000")
    parser.add_argument("--width", type=int, default=1280)
    parser.add_argument("--browser", default="/usr/bin/chromium")
    asked = parser.parse_args(arguments)
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=asked.browser, args=["--no-sandbox"])
        hand = walk(browser, asked)
        browser.close()
    for slug, seconds in hand.parts.items():
        sys.stdout.write(f"{slug:20} {seconds / 60:5.1f} min\n")
    sys.stdout.write(
        f"{hand.seconds / 60:.1f} minutes: {hand.clicks} clicks, {hand.fields} fields, "
        f"{hand.characters} characters typed, {hand.words} words read, "
        f"{hand.pages} pages in {hand.waited:.0f} s\n"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

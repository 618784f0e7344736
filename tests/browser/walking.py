"""How a page is looked at: its markup, where it points, axe, its width and its console."""

import re
from hashlib import sha256

from tests.browser.conftest import NARROW, PHONE, WIDE

NAMES = ("Amara", "Okell", "Kofi", "Arden", "Zofia", "Łaska", "Ife", "Jun", "Briain")
IN_THE_MARKUP = {
    "a style attribute": re.compile(r"<[^>]+\sstyle\s*=", re.IGNORECASE),
    "a style element": re.compile(r"<style", re.IGNORECASE),
    "an inline script": re.compile(r"<script(?![^>]*\ssrc=)", re.IGNORECASE),
    "an inline handler": re.compile(r"<[^>]+\son[a-z]+\s*=", re.IGNORECASE),
    "a javascript: address": re.compile(r"href=\"javascript:", re.IGNORECASE),
}
# How a page's own part and its frame are built, whatever their words: a run of rows that are built
# alike counts as one row
BUILDS = """() => {
  const main = document.querySelector("main");
  const build = (element) => {
    const own = [element.tagName, element.getAttribute("class"), element.getAttribute("role"),
      element.type].join();
    const parts = [...element.children].filter((part) => part !== main).map(build);
    return `${own}(${parts.filter((part, at) => part !== parts[at - 1]).join("")})`;
  };
  return [main ? build(main) : "", build(document.body)];
}"""


class Walk:
    """Everybody's way through the site; every page is opened, watched and measured for each.

    Left out is only axe, the slow part, on a page whose own part and whose frame are both built
    like ones it has read: the same elements, classes, roles and types in the same order, so that
    other words cannot change what it finds. Thus what two roles share is read by axe once, at both
    widths, also where they are walked in two processes: what was read is noted in `place`.
    """

    def __init__(self, place):
        self.place = place

    def is_new(self, build):
        """Whether nobody has read what is built like this; whoever asks first is to read it."""
        try:
            (self.place / sha256(build.encode()).hexdigest()).touch(exist_ok=False)
        except FileExistsError:
            return False
        return True

    def faults_of(self, visitor, path, *, status=200):
        """What is wrong with a page, one line each."""
        visitor.messages.clear()
        visitor.page.set_viewport_size(WIDE)
        answer = visitor.open(path)
        if answer.status != status:
            return [f"status {answer.status}"]
        markup = answer.text()
        found = [what for what, sign in IN_THE_MARKUP.items() if sign.search(markup)]
        found += [f"“{name}” in the title" for name in NAMES if name in visitor.page.title()]
        # A browser says by itself that a page was refused or not found
        said = f"status of {status}" if status != 200 else "\0"
        found += self.state_of(visitor)
        return [fault for fault in found if said not in fault]

    def state_of(self, visitor):
        """What is wrong with the page as it stands: its references, widths, console, then axe.

        The console is read before axe, which has words of its own there for imported styles.
        """
        found = visitor.dangling()
        builds = visitor.page.evaluate(BUILDS)
        for name, size in (("at 320", NARROW), ("on a phone", PHONE)):
            visitor.page.set_viewport_size(size)
            if visitor.scrolls_sideways():
                found.append(f"scrolls sideways {name}")
        found += [f"console: {message}" for message in visitor.messages]
        if [build for build in builds if self.is_new(build)]:
            found += [f"on a phone: {line}" for line in visitor.violations()]
            visitor.page.set_viewport_size(WIDE)
            found += [f"wide: {line}" for line in visitor.violations()]
        visitor.messages.clear()
        return found

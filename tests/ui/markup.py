"""Reads HTML into comparable trees, and follows the ids a page points at."""

from html.parser import HTMLParser

VOID = {"input", "br", "meta", "link", "img", "hr", "path", "rect", "circle", "line"}
# Ours on purpose: scripts of radios and checkboxes are not loaded; aria-invalid is added
OUR_OWN = {"aria-invalid", "focusable"}
SCRIPTED = {"govuk-radios", "govuk-checkboxes"}


class _Reader(HTMLParser):
    def __init__(self):
        super().__init__()
        self.root = ("root", {}, [])
        self.stack = [self.root]

    def handle_starttag(self, tag, attrs):
        node = (tag, dict(attrs), [])
        self.stack[-1][2].append(node)
        if tag not in VOID:
            self.stack.append(node)

    def handle_endtag(self, tag):
        if tag not in VOID and len(self.stack) > 1:
            assert self.stack[-1][0] == tag, f"</{tag}> closes <{self.stack[-1][0]}>"
            self.stack.pop()

    def handle_data(self, data):
        text = " ".join(data.split())
        if text:
            self.stack[-1][2].append(text)


def read(html):
    """The tree of some HTML as (tag, attributes, children)."""
    reader = _Reader()
    reader.feed(html)
    assert len(reader.stack) == 1, f"<{reader.stack[-1][0]}> is not closed"
    return reader.root


def _plain(node, without):
    if isinstance(node, str):
        return node
    tag, attrs, children = node
    kept = {}
    for name, value in attrs.items():
        if name in OUR_OWN | without or (name == "data-module" and value in SCRIPTED):
            continue
        if name in {"class", "aria-describedby"}:
            value = " ".join(sorted(value.split()))
        kept[name] = value
    return (tag, kept, [_plain(child, without) for child in children])


def same(html, without=frozenset()):
    """HTML made comparable: order of classes, spaces and what is ours on purpose do not count."""
    return _plain(read(html), set(without))


def elements(html):
    """Every element of some HTML as (tag, attributes)."""
    waiting = [read(html)]
    while waiting:
        tag, attrs, children = waiting.pop()
        if tag != "root":
            yield tag, attrs
        waiting += [child for child in children if not isinstance(child, str)]


def dangling(html):
    """References (for, aria-describedby and its like, error links) to ids that are not there."""
    found = list(elements(html))
    ids = [attrs["id"] for _, attrs in found if "id" in attrs]
    assert len(ids) == len(set(ids)), "an id occurs twice"
    missing = set()
    for tag, attrs in found:
        named = []
        for name in ("for", "aria-describedby", "aria-labelledby", "aria-controls", "headers"):
            named += (attrs.get(name) or "").split()
        if tag == "a" and (attrs.get("href") or "").startswith("#"):
            named.append(attrs["href"][1:])
        missing |= {name for name in named if name and name not in ids}
    return missing

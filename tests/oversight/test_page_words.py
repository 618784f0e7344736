"""What the pages of a record are called where it says who looked at what."""

import pytest

from oversight.rules import page_words


@pytest.mark.parametrize(
    ("page", "words"),
    [
        ("pep", "PEP"),
        ("pep/sending", "sending the PEP"),
        ("pep/send", "“SEND” in the PEP"),
        ("pep/last-targets", "“Last targets” in the PEP"),
        ("pep/english/history", "“English” in the PEP, what changed"),
        ("papers", "the papers of the PEP"),
        ("papers/full", "a paper of the PEP, full"),
        ("attendance", "attendance"),
        ("", ""),
    ],
)
def test_a_page_is_told_as_people_call_it(page, words):
    assert page_words(page) == words

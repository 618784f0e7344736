"""Facts of the record that somebody called wrong, for one reader of a plan."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.text import capfirst

from pep import facts, rights
from pep.models import Doubt, Owner, PersonalEducationPlan
from pep.pages.words import when

ANSWERS = {
    Doubt.Answer.PUT_RIGHT: "has been put right in the record",
    Doubt.Answer.STANDS: "is right as it is",
}


@dataclass(frozen=True, slots=True)
class DoubtRow:
    """One fact called wrong: by whom, whom it waits for or what they answered."""

    title: str
    words: str
    asked: str  # by whom and when
    waits_for: str
    answer: str
    reply: str
    answered: str
    url: str  # to answer it, for those who do


def doubt_rows(
    plan: PersonalEducationPlan, reader: rights.Reader, *, section: str
) -> list[DoubtRow]:
    """What was asked about the facts of a section, newest of each fact. One query."""
    rows = Doubt.objects.filter(plan=plan, section=section).exclude(answer=Doubt.Answer.WITHDRAWN)
    newest: dict[str, Doubt] = {}
    for doubt in rows.select_related("asked_by", "answered_by").order_by("asked_at", "pk"):
        newest[doubt.key] = doubt
    return [doubt_row(plan, doubt, reader) for doubt in newest.values() if is_shown(doubt, reader)]


def is_shown(doubt: Doubt, reader: rights.Reader) -> bool:
    """Words about a fact are for those who read it, and who may know its school [DP-4]."""
    if not reader.reads(slug=doubt.section, key=doubt.key):
        return False
    return reader.knows_school or doubt.key not in rights.ROWS_OF_SCHOOL


def doubt_row(plan: PersonalEducationPlan, doubt: Doubt, reader: rights.Reader) -> DoubtRow:
    title = facts.TITLES.get(doubt.key, "A fact from the record")
    by = doubt.answered_by
    may_answer = doubt.answered_at is None and rights.answers_doubt(reader, doubt)
    asker = capfirst(reader.name_of(doubt.asked_by_id, doubt.asked_by.name))
    return DoubtRow(
        title=title,
        words=doubt.words,
        asked=f"{asker}, {when(doubt.asked_at)}",
        waits_for="" if by else Owner(doubt.asked_of).label.lower(),
        answer=ANSWERS.get(Doubt.Answer(doubt.answer), "") if doubt.answer else "",
        reply=doubt.reply,
        answered=f"{capfirst(reader.name_of(by.pk, by.name))}, {when(doubt.answered_at)}"
        if by
        else "",
        url=reverse("pep:doubt", args=[plan.pk, doubt.pk]) if may_answer else "",
    )

"""Two versions of a child's plans beside each other, section by section, word by word."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.safestring import SafeString

from accounts.models import User
from pep import pages, reading
from pep.form_content import Kind
from pep.models import AgreedVersion, PersonalEducationPlan
from ui.words import short_date

NOW = "now"  # the words as they stand in a plan that is not agreed


@dataclass(frozen=True, slots=True)
class Side:
    """A version that can be compared: an agreed one, or the words as they stand."""

    key: str
    name: str
    plan: PersonalEducationPlan
    version: AgreedVersion | None = None


@dataclass(frozen=True, slots=True)
class Pair:
    """One question in both versions."""

    label: str
    before: SafeString
    after: SafeString
    is_same: bool


@dataclass(frozen=True, slots=True)
class SectionPair:
    title: str
    pairs: Sequence[Pair]


@dataclass(frozen=True, slots=True)
class Comparison:
    before: Side
    after: Side
    sections: Sequence[SectionPair]
    changed: int  # sections with a difference
    total: int


def sides(plan: PersonalEducationPlan, user: User) -> list[Side]:
    """What this plan can be compared with, newest first: all this person may see. Two queries."""
    versions = (
        AgreedVersion.objects.filter(
            plan__in=PersonalEducationPlan.objects.visible_to(user).filter(child=plan.child_id)
        )
        .select_related("plan__child", "plan__term", "plan__school")
        .order_by("-plan__term__started_on", "-agreed_at", "-number")
    )
    agreed = [
        Side(
            str(version.pk),
            f"{pages.plan_title(version.plan)}, version {version.number}, agreed "
            f"{short_date(timezone.localtime(version.agreed_at).date())}",
            version.plan,
            version,
        )
        for version in versions
    ]
    if plan.is_agreed:
        return agreed
    return [Side(NOW, f"{pages.plan_title(plan)}, as it is now", plan), *agreed]


def chosen(
    known: Sequence[Side], plan: PersonalEducationPlan, *, a: str, b: str
) -> tuple[Side, Side] | None:
    """The two versions asked for: by default this plan's newest, and the one before it.

    None where there is nothing to compare. Raises LookupError for a version that is not there.
    """
    by_key = {side.key: side for side in known}
    own = next((side for side in known if side.plan.pk == plan.pk), None)
    after = by_key[b] if b else own
    if after is None:
        return None
    older = known[known.index(after) + 1 :]
    before = by_key[a] if a else next(iter(older), None)
    return None if before is None else (before, after)


def compare(before: Side, after: Side, user: User, *, everything: bool) -> Comparison:
    """Set two versions beside each other, of each what this person may read."""
    old, new = _sections(before, user), _sections(after, user)
    titles = {slug: section["title"] for slug, section in [*old.items(), *new.items()]}
    order = [*new, *(slug for slug in old if slug not in new)]
    found = [
        SectionPair(titles[slug], _pairs(old.get(slug), new.get(slug), everything=everything))
        for slug in order
    ]
    changed = [any(not pair.is_same for pair in section.pairs) for section in found]
    return Comparison(
        before=before,
        after=after,
        sections=[section for section in found if section.pairs],
        changed=sum(changed),
        total=len(found),
    )


def _sections(side: Side, user: User) -> dict[str, Mapping[str, Any]]:
    content = (
        reading.whole_plan(side.plan, user)
        if side.version is None
        else reading.agreed_content(side.plan, side.version, user)
    )
    return {section["slug"]: section for section in content["sections"]}


def _pairs(
    old: Mapping[str, Any] | None, new: Mapping[str, Any] | None, *, everything: bool
) -> list[Pair]:
    was = {question["key"]: question for question in (old or {}).get("questions", ())}
    now = {question["key"]: question for question in (new or {}).get("questions", ())}
    pairs = []
    for key in [*now, *(key for key in was if key not in now)]:
        before, after = as_text(was.get(key)), as_text(now.get(key))
        if before == after and not (everything and after):
            continue
        label = (now.get(key) or was[key])["label"]
        pairs.append(Pair(label, *reading.compared(before, after), is_same=before == after))
    return pairs


def as_text(question: Mapping[str, Any] | None) -> str:
    """An answer as one text: each row of repeating rows, and each fact, a line of its own."""
    if question is None:
        return ""
    between = "\n" if question["kind"] == Kind.FACT else "; "
    lines = [
        between.join(
            f"{label} {text}" if label.endswith("?") else f"{label}: {text}" for label, text in row
        )
        for row in question["rows"]
    ]
    return "\n".join([*lines, *filter(None, [question["words"]])])

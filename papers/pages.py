"""The page "Papers of this plan" for one reader."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from accounts.models import User
from children.models import Restriction
from papers import content, exchange, rights
from papers.models import Bundle, BundlePaper, Delivery, ReaderPaper
from papers.rules import NAMES, Kind
from pep import pages as plan_pages
from pep import reading
from pep import rights as pep_rights
from pep.models import AgreedVersion, Paper, PersonalEducationPlan
from ui.parts import Status

State = ReaderPaper.State
_STATUS: dict[str, tuple[Status, str]] = {
    State.ASKED: ("info", "Being made"),
    State.MADE: ("good", "Ready"),
    State.FAILED: ("bad", "Could not be made"),
}
_ASK_WORDS: dict[str, str] = {State.FAILED: "Try again", State.MADE: "Make again"}


@dataclass(frozen=True, slots=True)
class Row:
    """One kind of paper, as the page shows it."""

    kind: Kind
    label: str
    hint: str
    status: Status
    word: str
    detail: str
    size: int | None
    download_url: str
    ask_word: str  # of the button; empty where there is none
    needs_check_list: bool
    made_at: datetime | None = None
    goes_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class PapersPage:
    rows: Sequence[Row]
    is_waiting: bool
    version: AgreedVersion | None
    reads_whole_plan: bool
    deliveries: Sequence[Delivery]  # to the child's file, newest version first


def papers_page(plan: PersonalEducationPlan, user: User) -> PapersPage:
    """Put the page together. About six queries."""
    version = reading.latest_version(plan)
    reader = plan_pages.reader_of(plan, user)
    made = {
        paper.kind: paper
        for paper in ReaderPaper.objects.visible_to(user)
        .filter(plan=plan)
        .select_related("file", "version")
    }
    council = Paper.objects.filter(version=version) if reader.reads_whole_plan else None
    full = council.select_related("file", "version").first() if version and council else None
    rows = [
        _councils(plan, full)
        if kind is Kind.FULL and full
        else _row(plan, reader, kind, made.get(kind.value), version, user)
        for kind in rights.kinds_open(plan, reader, version=version)
    ]
    return PapersPage(
        rows=rows,
        is_waiting=any(row.word == "Being made" for row in rows),
        version=version,
        reads_whole_plan=reader.reads_whole_plan,
        deliveries=_deliveries(plan) if reader.reads_whole_plan else [],
    )


def _deliveries(plan: PersonalEducationPlan) -> list[Delivery]:
    rows = Delivery.objects.filter(version__plan=plan).select_related("version")
    return list(rows.order_by("-version__number"))


def _councils(plan: PersonalEducationPlan, paper: Paper) -> Row:
    """The full copy made when the plan was agreed, for those who read every part of it."""
    file = paper.file
    status, word = _STATUS[State.MADE if file else State.ASKED]
    return Row(
        kind=Kind.FULL,
        label=NAMES[Kind.FULL].label,
        hint="The whole plan, as it was agreed",
        status=status,
        word=word,
        detail=f"Version {paper.version.number}",
        size=file.size if file else None,
        download_url=reverse("pep:pdf", args=[plan.pk]) if file else "",
        ask_word="",
        needs_check_list=False,
        made_at=paper.made_at,
    )


def _row(
    plan: PersonalEducationPlan,
    reader: pep_rights.Reader,
    kind: Kind,
    paper: ReaderPaper | None,
    version: AgreedVersion | None,
    user: User,
) -> Row:
    name, state = NAMES[kind], paper.state if paper else ""
    status, word = _STATUS.get(state, ("none", "Not made yet"))
    is_good = paper is not None and state == State.MADE and is_still_right(paper, plan, user)
    if state == State.MADE and not is_good:
        status, word = "none", "Make it again"
    is_old = is_good and paper is not None and _is_old(paper, plan, version)
    return Row(
        kind=kind,
        label=name.label,
        hint=name.hint,
        status=status,
        word=word,
        detail=_detail(paper, is_good=is_good, is_old=is_old),
        size=paper.file.size if paper and paper.file and is_good else None,
        download_url=reverse("papers:pdf", args=[plan.pk, kind.value]) if is_good else "",
        ask_word=_ask_word(state, is_current=is_good and not is_old and not _changes(paper)),
        needs_check_list=rights.needs_check_list(kind, reader.role),
        made_at=paper.made_at if paper and is_good else None,
        goes_at=paper.goes_at if paper and is_good else None,
    )


def _ask_word(state: str, *, is_current: bool) -> str:
    if state == State.ASKED or is_current:
        return ""
    return _ASK_WORDS.get(state, "Make")


def _changes(paper: ReaderPaper | None) -> bool:
    """Whether the words it was made of still change."""
    return paper is not None and paper.is_draft


def _is_old(paper: ReaderPaper, plan: PersonalEducationPlan, version: AgreedVersion | None) -> bool:
    if paper.kind == Kind.BLANK:
        return False
    if paper.version_id is None:
        return plan.is_agreed
    return version is not None and paper.version_id != version.pk


def _detail(paper: ReaderPaper | None, *, is_good: bool, is_old: bool) -> str:
    if paper is None:
        return ""
    if paper.state == State.FAILED:
        return ReaderPaper.Why(paper.why).label if paper.why else ""
    if paper.state == State.MADE and not is_good:
        return "What you may read has changed since it was made"
    if is_old:
        return "This plan has moved on since"
    return "Draft: the words still change" if is_good and paper.is_draft else ""


def is_still_right(paper: ReaderPaper, plan: PersonalEducationPlan, user: User) -> bool:
    """Whether this person may today read what they might when the paper was made [DP-4]."""
    return paper.rights == mark_of(plan, user, version=paper.version)


def mark_of(plan: PersonalEducationPlan, user: User, *, version: AgreedVersion | None) -> str:
    """The mark of what a person may read today of a version, or of the words as they stand."""
    if version is None:
        reader = plan_pages.reader_of(plan, user)
    else:
        reader = pep_rights.reader(user, plan, shares=content.shares_of(version))
    confidential = bool(getattr(plan, "home_is_confidential", True))
    return rights.mark(reader, is_confidential=confidential)


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A plan that is not in the file, and why; no name, the record may be closed."""

    name: str
    url: str
    why: str


@dataclass(frozen=True, slots=True)
class BundlePage:
    done: int
    left_out: Sequence[LeftOut]
    may_download: bool


def bundle_page(bundle: Bundle, user: User, *, at: datetime) -> BundlePage:
    """How far a bundle is. About four queries."""
    rows = bundle.papers.select_related("version__plan__term")
    failed = rows.filter(state=BundlePaper.State.FAILED).order_by("pk")
    is_made = bundle.state == Bundle.State.MADE
    is_kept = bundle.file_id is not None and bundle.goes_at is not None and bundle.goes_at > at
    may_download = is_made and is_kept and bundle.in_file > 0 and _reads_all_of(bundle, user)
    return BundlePage(
        done=bundle.papers.exclude(state=BundlePaper.State.OWED).count(),
        left_out=[
            LeftOut(
                name=exchange.file_name(row.version.plan, row.version),
                url=reverse("pep:plan", args=[row.version.plan_id]),
                why=row.get_why_display(),
            )
            for row in failed
        ],
        may_download=may_download,
    )


def _reads_all_of(bundle: Bundle, user: User) -> bool:
    """Whether every record in the file is still there and open to this person. Two queries."""
    inside = bundle.papers.filter(file=bundle.file_id)
    plans = PersonalEducationPlan.objects.visible_to(user)
    closed = Restriction.objects.stopping(user).filter(child__in=inside.values("child"))
    seen = inside.filter(version__plan__in=plans.values("pk"))
    return seen.count() == bundle.in_file and not closed.exists()

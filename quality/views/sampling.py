"""Draw samples, mark a plan a second time without knowing the first marks, settle differences."""

from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.permissions import Permission
from accounts.requests import SignedInRequest, require_permission
from children.opening import lists_children
from pep import reading
from pep.models import AgreedVersion
from pep.rules import Rate, grade_label
from pep.views.opening import opened, plan_of
from quality import actions, pages, summaries
from quality.forms import CheckForm, SampleForm, SettleForm, own_words, seen_in
from quality.models import Sample, SecondMark
from quality.rules import Agreement
from quality.views import autosaving
from schools.models import Term
from words.requests import keeps_words, put_back, typed

A_PAGE = 50
A_MARK = "the second mark of a PEP"
_NOT_THEIRS = "You have given this mark already, or it is somebody else’s."


@require_http_methods(["GET", "HEAD", "POST"])
@require_permission(Permission.SAMPLE_QUALITY)
def samples(request: SignedInRequest) -> HttpResponse:
    """The samples of the authority, and drawing another."""
    terms = _terms(request)
    form = SampleForm(
        request.POST if request.method == "POST" else None,
        terms=[(str(term.pk), term.title) for term in terms],
    )
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        term = next(term for term in terms if str(term.pk) == said["term"])
        size = {"number": said["number"], "percent": said["percent"]}
        try:
            drawn = actions.draw(term=term, **size, by=request.user, at=timezone.now())
        except actions.NothingToDraw:
            form.add_error("term", "No PEP of this term is left that somebody else could mark")
        else:
            messages.success(
                request, "The sample is drawn. Markers find theirs in “Next to check”."
            )
            return redirect("quality:sample", pk=drawn.pk)
    context = {
        "form": form,
        "samples": _samples(request),
        "back_url": reverse("quality:trends"),
        "back_label": "Quality",
    }
    return render(request, "quality/samples.html", context, status=422 if form.errors else 200)


def _terms(request: SignedInRequest) -> list[Term]:
    """The terms of the authority that have begun, newest first."""
    seat = request.user.seat
    own = Term.objects.filter(authority=seat.authority_id if seat else None)
    return list(own.filter(started_on__lte=timezone.localdate()).order_by("-started_on")[:6])


def _samples(request: SignedInRequest) -> list[Sample]:
    """The newest samples, with how many marks each has and how many are given. One query."""
    rows = Sample.objects.visible_to(request.user).select_related("term", "made_by")
    given = Count("marks", filter=Q(marks__done_at__isnull=False))
    counted = rows.annotate(of=Count("marks"), given=given)
    return list(counted.order_by("-made_at", "pk")[:A_PAGE])


@require_safe
@require_permission(Permission.SAMPLE_QUALITY)
@lists_children
def sample(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """One sample: who marks what, how far they agree, what is to settle."""
    found = get_object_or_404(
        Sample.objects.visible_to(request.user).select_related("term", "made_by"), pk=pk
    )
    marks = SecondMark.objects.visible_to(request.user).filter(sample=found)
    rows = marks.select_related("plan__child", "first__marker", "second", "marker")
    context = {
        "sample": found,
        "rows": [_row(mark) for mark in rows.order_by("plan__child__sort_name", "pk")],
        "agreements": [
            {"title": row.title, "pairs": row.found.pairs, "same": row.found.same,
             "exact": _share(row.found), "kappa": _kappa(row.found)}
            for row in summaries.agreements(marks)
        ],
        "back_url": reverse("quality:samples"),
        "back_label": "Samples",
    }  # fmt: skip
    return render(request, "quality/sample.html", context)


def _row(mark: SecondMark) -> dict[str, Any]:
    """One plan of a sample; no grade is told before the second mark is given."""
    is_given = mark.done_at is not None
    if not is_given:
        state, kind = "To mark", "none"
    elif not mark.differs:
        state, kind = "Same grade", "good"
    elif mark.settled_at:
        state, kind = f"Settled: {grade_label(mark.first.settled)}", "good"
    else:
        state, kind = "To settle", "warn"
    return {
        "mark": mark,
        "first": grade_label(mark.first.overall) if is_given else "",
        "second": grade_label(mark.second.overall) if is_given else "",
        "state": state,
        "kind": kind,
        "to_settle": mark.differs and mark.settled_at is None,
    }


def _share(found: Agreement) -> str:
    share = Rate(found.same, found.pairs).percent()
    return f"{share}%" if share is not None else ""


def _kappa(found: Agreement) -> str:
    if found.kappa is None:
        return ""
    exact = Decimal(found.kappa.numerator) / found.kappa.denominator
    return str(exact.quantize(Decimal("0.01"), ROUND_HALF_UP))


def _own(request: SignedInRequest, pk: UUID) -> SecondMark:
    """A second mark of the reader's own; its plan opened like any other."""
    own = SecondMark.objects.visible_to(request.user).filter(marker=request.user)
    found: SecondMark = get_object_or_404(own.select_related("second__rubric"), pk=pk)
    found.plan = plan_of(request, found.plan_id)
    found.second.plan = found.plan
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@keeps_words(A_MARK, own=own_words)
@require_permission(Permission.CHECK_PEP)
def second(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Grade an agreed plan a second time; nothing of the first marks is on the page."""
    mark = _own(request, pk)
    if mark.done_at is not None:
        return redirect("quality:result", pk=mark.plan_id)
    if request.method != "POST":
        held = put_back(request)
        form = pages.check_form(mark.second, request.user, data=held, can_insert=False)
        seen = held.get("seen", "") if held is not None else form.marks()
        return _show(request, mark, form, seen=seen)
    form, saved = _save(request, mark)
    if form.errors or saved.conflicts:
        form = pages.check_form(
            saved.check, request.user, data=request.POST, conflicts=saved.conflicts,
            can_insert=False,
        )  # fmt: skip
        return _show(request, mark, form, seen=form.marks(), status=422)
    if "done" not in request.POST:
        messages.success(request, "Your marks are saved.")
        return redirect("quality:second", pk=mark.pk)
    if not actions.finish_second(mark_id=mark.pk, by=request.user, at=timezone.now()):
        form = pages.check_form(saved.check, request.user, can_insert=False)
        return _show(request, mark, form, seen=form.marks(), status=422, is_incomplete=True)
    messages.success(request, "Your mark is given. You can see what the first check found now.")
    return redirect("quality:result", pk=mark.plan_id)


def _save(request: SignedInRequest, mark: SecondMark) -> tuple[CheckForm, actions.Saved]:
    form = pages.check_form(mark.second, request.user, data=request.POST, for_page=False)
    saved = actions.save_second(
        mark_id=mark.pk,
        values=form.words(),
        seen=seen_in(request.POST.get("seen")),
        by=request.user,
        at=timezone.now(),
    )
    saved.check.plan = mark.plan
    return form, saved


def _show(
    request: SignedInRequest,
    mark: SecondMark,
    form: CheckForm,
    *,
    seen: str,
    status: int = 200,
    is_incomplete: bool = False,
) -> HttpResponse:
    version = AgreedVersion.objects.get(plan=mark.plan_id, number=mark.second.version_number)
    context = opened(request, mark.plan, "pep/second mark") | {
        "mark": mark,
        "form": form,
        "seen": seen,
        "version": version,
        "result": pages.result_of(mark.second),
        "content": reading.agreed_content(mark.plan, version, request.user),
        "is_incomplete": is_incomplete,
        "page_has_errors": bool(form.errors) or is_incomplete,
        "back_url": reverse("quality:queue"),
        "back_label": "Next to check",
    }
    return render(request, "quality/second.html", context, status=status)


@require_POST
@keeps_words(A_MARK, page="quality:second", own=own_words)
@require_permission(Permission.CHECK_PEP)
def autosave_second(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Save a second mark while its marker grades."""
    mark = _own(request, pk)
    return autosaving.answered(
        request, lambda: _save(request, mark), why_not=lambda _refusal: _NOT_THEIRS
    )


@require_http_methods(["GET", "HEAD", "POST"])
@keeps_words("how two grades of a PEP were settled", own=own_words)
@require_permission(Permission.SAMPLE_QUALITY)
def settle(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Look at both marks and say which grade counts, and why."""
    mark = get_object_or_404(
        SecondMark.objects.visible_to(request.user).select_related(
            "first__rubric", "first__marker", "second__rubric", "second__marker"
        ),
        pk=pk,
    )
    plan = plan_of(request, mark.plan_id)
    if not mark.differs or mark.settled_at:
        return redirect("quality:sample", pk=mark.sample_id)
    form = SettleForm(typed(request), rubric=mark.first.rubric)
    if request.method == "POST" and form.is_valid():
        actions.settle(
            mark_id=mark.pk,
            grade=form.cleaned_data["grade"],
            note=form.cleaned_data["note"],
            by=request.user,
            at=timezone.now(),
        )
        messages.success(request, "Settled. The PEP carries this grade now.")
        return redirect("quality:sample", pk=mark.sample_id)
    first, again = pages.result_of(mark.first), pages.result_of(mark.second)
    context = opened(request, plan, "pep/settle grades") | {
        "mark": mark,
        "form": form,
        "first": first,
        "second": again,
        "areas": list(zip(first.areas, again.areas, strict=True)),
        "back_url": reverse("quality:sample", args=[mark.sample_id]),
        "back_label": "Sample",
    }
    return render(request, "quality/settle.html", context, status=422 if form.errors else 200)

"""The files of a request: gathered once, drafted with all withheld, finished as was decided."""

import hashlib
import json
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.files.base import ContentFile
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone

from children.models import Child
from disclosure import gathering, notices, rules
from disclosure.models import MaskedItem, RequestFile, SubjectRequest
from disclosure.rules import State
from files.models import StoredFile
from pep.documents import PDF, print_html
from ui.words import long_date

JSON = "application/json"
_KINDS = RequestFile.Kind


@transaction.atomic
def work_off(request_id: UUID, *, at: datetime) -> None:
    """Gather and draft, or finish, whichever is owed; once, however often it is asked for.

    The row is held while we work: a second worker waits, then finds nothing owed.
    """
    request = SubjectRequest.objects.select_for_update(of=("self",)).get(pk=request_id)
    match request.state:
        case State.MAKING:
            _gather(request, at=at)
            _files(request, _KINDS.DRAFT_PDF, _KINDS.DRAFT_JSON, at=at)
            _done(request, State.REVIEW, at=at)
        case State.FINISHING:
            _files(request, _KINDS.PDF, _KINDS.JSON, at=at)
            _done(request, State.RELEASED, at=at)


def _gather(request: SubjectRequest, *, at: datetime) -> None:
    content, masked = gathering.gather(Child.objects.get(pk=request.child_id))
    MaskedItem.objects.bulk_create(
        MaskedItem(
            authority_id=request.authority_id, child_id=request.child_id, request=request,
            number=one.number, kind=one.kind.value, chapter=one.chapter, label=one.label,
            value=one.value, times=one.times,
        )
        for one in masked
    )  # fmt: skip
    _store(request, _KINDS.GATHERED, gathering.as_json(content), JSON, at=at)


def _files(request: SubjectRequest, pdf: str, plain: str, *, at: datetime) -> None:
    """Both papers from what was gathered: what nobody released is not in them."""
    gathered = RequestFile.objects.select_related("file").get(request=request, kind=_KINDS.GATHERED)
    with gathered.file.content.open("rb") as stored:
        content = json.load(stored)
    words = {
        item.number: item.value if item.is_released else rules.withheld(item.exemption)
        for item in request.items.all()
    }
    full = gathering.resolved(content, words)
    _store(request, plain, gathering.as_json(full), JSON, at=at)
    _store(request, pdf, render_pdf(full, is_final=pdf == _KINDS.PDF, at=at), PDF, at=at)


def render_pdf(content: dict[str, Any], *, is_final: bool, at: datetime) -> bytes:
    """Print a record: tagged for readers (PDF/UA), each page with its number."""
    made_on = long_date(timezone.localtime(at).date())
    context = {"content": content, "is_final": is_final, "made_on": made_on}
    return print_html(render_to_string("disclosure/pdf/record.html", context))


def _store(
    request: SubjectRequest, kind: str, content: bytes, content_type: str, *, at: datetime
) -> None:
    file = StoredFile(
        authority_id=request.authority_id,
        sha256=hashlib.sha256(content).hexdigest(),
        size=len(content),
        content_type=content_type,
        scan=StoredFile.Scan.OURS,
        download_name=rules.download_name(
            request_id=request.pk,
            is_final=kind in {_KINDS.PDF, _KINDS.JSON},
            extension="pdf" if content_type == PDF else "json",
        ),
        made_at=at,
    )
    file.content.save("record", ContentFile(content), save=False)
    file.save(force_insert=True)
    RequestFile.objects.create(
        authority_id=request.authority_id, child_id=request.child_id, request=request, kind=kind,
        file=file,
    )  # fmt: skip


def _done(request: SubjectRequest, state: State, *, at: datetime) -> None:
    request.state, request.changed_at = state.value, at
    request.save(update_fields=["state", "changed_at"])
    notices.ready_to_look_at(request, at=at)

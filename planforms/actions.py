"""Begin, take in and publish an authority's own PEP forms."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max

import audit
from accounts.models import User
from pep.models import Form, FormVersion, Question, Section
from planforms import rules
from planforms.contents import (
    begun_from,
    content_of,
    draft_of,
    known_to,
    published_of,
    with_readers,
)


class Faulty(Exception):
    """A form cannot be published or taken in; carries every fault as a sentence."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__(f"{len(faults)} faults")
        self.faults = faults


class NothingToBeginFrom(Exception):
    """No form of this phase was ever published."""


@transaction.atomic
def begin_draft(*, authority_id: int, phase: str, by: User, at: datetime) -> FormVersion:
    """Begin a new version of an authority's form, from its last one or from the shipped one.

    The draft there is already is the answer. Raises NothingToBeginFrom.
    """
    form = _own_form(authority_id, phase)
    if (draft := draft_of(form)) is not None:
        return draft
    shipped = Form.objects.filter(phase=phase, authority=None).first()
    source = published_of(form) or (published_of(shipped) if shipped else None)
    if source is None:
        raise NothingToBeginFrom
    return _new_draft(form, content_of(source), kind="planforms.begun", by=by, at=at)


def import_form(*, authority_id: int, raw: bytes, by: User, at: datetime) -> FormVersion:
    """Take in a form another council saved: whole, as a draft, or not at all.

    Raises Faulty; also when a draft of the phase is being written, which it would overwrite.
    """
    content, faults = rules.form_of_file(raw, known_to(authority_id))
    if content is None:
        raise Faulty(faults)
    with transaction.atomic():
        form = _own_form(authority_id, content["phase"])
        if draft_of(form) is not None:
            raise Faulty(
                [f"A draft for {form.get_phase_display()} is being written. Publish it first."]
            )
        return _new_draft(form, content, kind="planforms.imported", by=by, at=at)


@transaction.atomic
def publish(*, version_id: UUID, by: User, at: datetime) -> FormVersion:
    """Publish a draft: plans that begin from now on are kept in it, older ones keep theirs.

    Publishing twice changes nothing. Raises Faulty.
    """
    version = (
        FormVersion.objects.select_related("form")
        .select_for_update(of=("self",))
        .get(pk=version_id)
    )
    if version.published_at is not None:
        return version
    content = content_of(version)
    if faults := rules.faults_of_form(content, known_to(version.form.authority_id)):
        raise Faulty(faults)
    before = begun_from(version)
    changed = len(rules.changes(content_of(before), content)) if before else 0
    version.published_at = at
    version.save(update_fields=["published_at"])
    _record("planforms.published", version, by=by, at=at, after={"changes": changed})
    return version


def _own_form(authority_id: int, phase: str) -> Form:
    """The authority's own form of a phase, held: two people who begin at once get one draft."""
    Form.objects.get_or_create(phase=phase, authority_id=authority_id)
    return Form.objects.select_for_update().get(phase=phase, authority_id=authority_id)


def _new_draft(
    form: Form, content: Mapping[str, Any], *, kind: str, by: User, at: datetime
) -> FormVersion:
    content = with_readers(dict(content))
    last = form.versions.aggregate(last=Max("number"))["last"] or 0
    version = FormVersion.objects.create(form=form, number=last + 1)
    sections = Section.objects.bulk_create(
        Section(
            version=version,
            place=place,
            **{name: value for name, value in section.items() if name != "questions"},
        )
        for place, section in enumerate(content["sections"], start=1)
    )
    Question.objects.bulk_create(
        Question(section=section, place=place, **question)
        for section, written in zip(sections, content["sections"], strict=True)
        for place, question in enumerate(written["questions"], start=1)
    )
    _record(kind, version, by=by, at=at)
    return version


def _record(
    kind: str,
    version: FormVersion,
    *,
    by: User,
    at: datetime,
    after: dict[str, Any] | None = None,
) -> None:
    audit.record(
        kind=kind,
        at=at,
        table=FormVersion._meta.db_table,
        row=version.pk,
        authority_id=version.form.authority_id,
        actor_id=by.pk,
        after=after,
    )

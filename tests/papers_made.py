"""Agreed plans as rows, with a PDF that is only a name: for what happens to papers afterwards."""

from pathlib import Path

from django.core.files.base import ContentFile
from django.utils import timezone

from files.models import StoredFile
from pep import rules
from pep.content import plan_content
from pep.models import AgreedVersion, Paper
from tests.factories.children import ChildFactory, EnrolmentFactory, PeriodOfCareFactory
from tests.factories.pep import make_plan


def agreed_plan(authority, school, *, by, has_paper=True, is_there=True, is_whole=False):
    """A plan agreed without anyone's doing, with a PDF that is only its name."""
    child = ChildFactory(authority=authority)
    PeriodOfCareFactory(child=child)
    EnrolmentFactory(child=child, school=school)
    now = timezone.now()
    plan = make_plan(
        child=child, school=school, status="agreed", agreed_at=now, agreed_by=by,
    )  # fmt: skip
    dated = {"authority": authority, "child": child}
    text = '{"sections":[]}'
    if is_whole:
        text = rules.canonical_json(plan_content(plan, on=now.date(), agreed_by=by, at=now))
    version = AgreedVersion.objects.create(
        plan=plan, number=1, form_version=plan.form_version, content=text,
        sha256="0" * 64, agreed_at=now, agreed_by=by, **dated,
    )  # fmt: skip
    file = None
    if has_paper:
        file = StoredFile(
            authority=authority, sha256="0" * 64, size=9, content_type="application/pdf",
            download_name="pep.pdf", made_at=now,
        )  # fmt: skip
        file.content.save("pep", ContentFile(f"%PDF {plan.pk}".encode()), save=False)
        file.save(force_insert=True)
        if not is_there:
            Path(file.content.path).unlink()
    Paper.objects.create(
        version=version, file=file, asked_at=now, made_at=now if file else None, **dated
    )
    return plan

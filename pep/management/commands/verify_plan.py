import json
from argparse import ArgumentParser
from hashlib import file_digest
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts import wall
from accounts.roles import Role
from pep import rules
from pep.content import files_in
from pep.models import AgreedVersion, Attachment
from schools.models import Authority
from ui.words import in_words

SHORTEST = 16  # characters: what the first page of a PDF prints


class Command(BaseCommand):
    help = "Check that an agreed PEP is as it was agreed, by the hash printed in its PDF."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("hash", help=f"the SHA-256 in the PDF, or its first {SHORTEST} letters")

    def handle(self, *args: Any, **options: Any) -> None:
        asked = options["hash"].strip().lower()
        if len(asked) < SHORTEST or not set(asked) <= set("0123456789abcdef"):
            raise CommandError(f"Give at least {SHORTEST} of the letters and digits of the hash")
        authorities = list(Authority.objects.order_by("pk").values_list("pk", flat=True))
        with wall.opened(authorities, actor=wall.Actor(seat="command")):
            versions = AgreedVersion.objects.filter(sha256__startswith=asked)
            found = list(versions.prefetch_related("signatures").order_by("pk"))
            if not found:
                raise CommandError("No agreed PEP has this hash: it is not one of ours, or altered")
            for version in found:
                self._say(version)

    def _check(self, file: dict[str, Any], version: AgreedVersion) -> bool:
        """The bytes of a file that the version lists; where they lie is the plan's own row.

        Whether they are there: a file that was withdrawn since has none, and its row says so.
        """
        row = Attachment.objects.select_related("file").filter(pk=file["id"]).first()
        if row is None or row.plan_id != version.plan_id or row.removed_at is not None:
            raise CommandError(f"MISSING: {version.pk} lists the file {file['id']}, which is gone")
        if row.withdrawn_at is not None:
            self.stdout.write(
                f"Withdrawn on {row.withdrawn_at:%d/%m/%Y}: the file {file['id']}, "
                f"SHA-256 {file['sha256']}"
            )
            return False
        try:
            with row.file.content.open("rb") as stored:
                digest = file_digest(stored, "sha256").hexdigest()
        except OSError:
            raise CommandError(f"MISSING: the file {file['id']} of {version.pk}") from None
        if digest != file["sha256"]:
            raise CommandError(f"ALTERED: the file {file['id']} is not what {version.pk} agreed")
        return True

    def _say(self, version: AgreedVersion) -> None:
        if rules.content_hash(version.content) != version.sha256:
            raise CommandError(f"ALTERED: the content of {version.pk} is not what was agreed")
        listed = files_in(json.loads(version.content))
        files = [file for file in listed if self._check(file, version)]
        under = [row for row in version.signatures.all() if row.sha256 == version.sha256]
        if len(under) != len(version.signatures.all()):
            raise CommandError(f"ALTERED: a signature of {version.pk} is for another content")
        roles = sorted({Role(row.role).label.lower() for row in under})
        self.stdout.write(
            f"As agreed: version {version.number}, {version.agreed_at:%d/%m/%Y}, "
            f"plan {version.plan_id}. "
            + (
                f"{len(files)} {'file' if len(files) == 1 else 'files'} as agreed. "
                if files
                else ""
            )
            + (f"Signed by {in_words(roles)}." if roles else "Not signed by anybody.")
        )

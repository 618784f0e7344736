from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from accounts import wall
from pep.documents import download_name, render_pdf
from pep.models import AgreedVersion
from schools.management.naming import named_authority
from schools.models import Authority


class Command(BaseCommand):
    help = "Write the PDFs of the latest agreed PEPs into a folder."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--latest-agreed", type=int, required=True, metavar="N")
        parser.add_argument("--out", type=Path, required=True, metavar="DIR")
        parser.add_argument("--authority", metavar="CODE", help="DfE or GSS code; all without it")

    def handle(self, *args: Any, **options: Any) -> None:
        out: Path = options["out"]
        out.mkdir(parents=True, exist_ok=True)
        with wall.opened(_authorities(options["authority"]), actor=wall.Actor(seat="command")):
            versions = AgreedVersion.objects.select_related("plan__term").order_by(
                "-agreed_at", "-number", "pk"
            )[: max(0, options["latest_agreed"])]
            for version in versions:
                path = out / download_name(version)
                path.write_bytes(render_pdf(version))
                self.stdout.write(path.name)


def _authorities(code: str | None) -> list[int]:
    if code is None:
        return list(Authority.objects.order_by("pk").values_list("pk", flat=True))
    return [named_authority(code).pk]

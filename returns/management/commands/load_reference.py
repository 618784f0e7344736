"""Loads what every installation needs before its first child: national lists and PEP forms."""

import time
from typing import Any

from django.core.management.base import BaseCommand

from attendance.reference import load_codes
from pep.reference import load_forms
from progress.reference import load_lists
from quality.reference import load_rubric
from schools import reference


class Command(BaseCommand):
    help = (
        "Load authorities, districts, postcodes, bank holidays, attendance codes, and the PEP "
        "forms, lists for targets and rubric that ship with the service. Safe to repeat: only "
        "what is new or changed is written."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        began = time.monotonic()
        places = reference.load()
        codes = load_codes()
        load_forms()
        load_lists()
        load_rubric()
        self.stderr.write(
            f"Reference data: {places.authorities} authorities, {places.districts} districts, "
            f"{places.postcodes} postcodes, {places.bank_holidays} bank holidays, "
            f"{codes} attendance codes, PEP forms, the rubric ({time.monotonic() - began:.1f} s)"
        )

"""Makes the first person who can sign in to an empty installation."""

import secrets
import sys
from getpass import getpass
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone

import audit
from accounts import actions
from accounts.models import Membership, User
from accounts.roles import Role
from schools.models import Authority

PASSWORD_BYTES = 15  # twenty characters


class Command(BaseCommand):
    help = (
        "Make a system administrator. What is left out is asked for at a terminal; the password "
        "is made and printed once with --generate. Running it again for the same e-mail changes "
        "nothing."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--email")
        parser.add_argument("--given-name")
        parser.add_argument("--family-name", default="")
        parser.add_argument("--authority", help="DfE or GSS code; the first authority without it")
        parser.add_argument("--generate", action="store_true", help="Make and print a password")

    def handle(self, *args: Any, **options: Any) -> None:
        email = (options["email"] or self._asked("E-mail address: ")).strip().lower()
        try:
            validate_email(email)
        except ValidationError as fault:
            raise CommandError("Enter an e-mail address like name@council.gov.uk") from fault
        if User.objects.filter(email=email).exists():
            self.stderr.write("There is a person with this e-mail already: nothing was changed")
            return
        given_name = options["given_name"] or self._asked("Given name: ")
        authority = self._authority(options["authority"] or self._asked_council())
        password = (
            secrets.token_urlsafe(PASSWORD_BYTES) if options["generate"] else self._ask_password()
        )
        with transaction.atomic():
            user = User.objects.create_user(
                email,
                password,
                given_name=given_name,
                family_name=options["family_name"],
            )
            actions.confirm_email(user=user, at=timezone.now())
            Membership.objects.create(
                user=user,
                role=Role.SYSTEM_ADMINISTRATOR,
                authority=authority,
                started_on=timezone.localdate(),
            )
            audit.record(
                kind="administrator_made",
                at=timezone.now(),
                table="accounts_user",
                row=user.pk,
                authority_id=authority.pk,
            )
        self.stderr.write(f"System administrator made, with a seat in {authority}")
        if options["generate"]:
            self.stderr.write("The password, shown this once:")
            self.stdout.write(password)

    def _authority(self, code: str | None) -> Authority:
        if code:
            try:
                return Authority.objects.from_code(code)
            except Authority.DoesNotExist as fault:
                raise CommandError(
                    f"No authority has the code {code}. Run load_reference first"
                ) from fault
        first = Authority.objects.filter(ended_on=None).order_by("pk").first()
        if first is None:
            raise CommandError("There are no authorities yet. Run load_reference first")
        return first

    def _asked(self, prompt: str) -> str:
        if not sys.stdin.isatty():
            raise CommandError("There is no terminal to ask at: give --email and --given-name")
        answer = input(prompt).strip()
        if not answer:
            raise CommandError("Nothing was typed. Nothing was made")
        return answer

    def _asked_council(self) -> str | None:
        if not sys.stdin.isatty():
            return None
        return input("Council, by its DfE or GSS code (nothing: the first): ").strip()

    def _ask_password(self) -> str:
        password = getpass("Password, at least 12 characters: ")
        try:
            validate_password(password)
        except ValidationError as fault:
            raise CommandError(" ".join(fault.messages)) from fault
        if getpass("The same again: ") != password:
            raise CommandError("The two passwords are not the same. Nothing was made")
        return password

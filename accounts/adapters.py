"""Where the sign-in library asks us: what a session begins with, which steps, whose words.

Its own pages, words, mails and limits are not used (docs/adr/0010).
"""

import base64
import hashlib
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.stages import AuthenticateStage
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from accounts import actions, devices
from accounts.models import KnownDevice, User

SECOND_STEP_THERE = "second_step_there"  # of a sign-in: the council's server asked for it


class SecondStepStage(AuthenticateStage):
    """Ask for the second step, unless the council did so already, or the person trusts this device
    where policy lets them.
    """

    def _should_handle(self, request: HttpRequest) -> bool:
        if self.login.state.get(SECOND_STEP_THERE):
            return False
        token = devices.token_of(request)
        trusted = KnownDevice.objects.filter(
            user=self.login.user,
            token_hash=devices.token_hash(token),
            trusted_until__gt=timezone.now(),
        )
        if token and trusted.exists():
            return False
        return bool(super()._should_handle(request))


class AccountAdapter(DefaultAccountAdapter):
    def get_login_stages(self) -> list[str]:
        return [
            "allauth.account.stages.EmailVerificationStage",
            "accounts.adapters.SecondStepStage",
        ]

    def login(self, request: HttpRequest, user: User) -> None:
        """All steps were taken."""
        actions.begin_session(request=request, user=user, at=timezone.now())

    def post_login(
        self, request: HttpRequest, user: User, *, redirect_url: str | None, **_: Any
    ) -> HttpResponse:
        wanted = redirect_url or ""
        answer = redirect(wanted if self.is_safe_url(wanted) else settings.LOGIN_REDIRECT_URL)
        devices.remember(answer, request.device_token)  # type: ignore[attr-defined]
        return answer

    def is_safe_url(self, url: str) -> bool:
        """Pages of this host only; the library would let every host we trust pass."""
        return url_has_allowed_host_and_scheme(
            url, allowed_hosts={self.request.get_host()}, require_https=self.request.is_secure()
        )

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """Our views say what happened, in our words."""

    def send_confirmation_mail(
        self, request: HttpRequest, emailconfirmation: Any, signup: bool
    ) -> None:
        address: EmailAddress = emailconfirmation.email_address
        actions.ask_to_confirm(user=address.user, at=timezone.now())

    def send_mail(self, *args: Any, **kwargs: Any) -> None:
        """No mail in the library's words: ours are rows, sent after the transaction."""


class CouncilAdapter(DefaultSocialAccountAdapter):
    """How the library talks to councils' servers: straight, or not at all."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return False

    def get_requests_session(self) -> Any:
        session = super().get_requests_session()
        session.max_redirects = 0  # an answer from elsewhere is not the server's we were told of
        return session


class SecondStepAdapter(DefaultMFAAdapter):
    """Secrets are kept encrypted with the secret key: a copy of the database alone signs nobody in.

    An old key in VS_SECRET_KEY_OLD still reads them.
    """

    def encrypt(self, text: str) -> str:
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _cipher().decrypt(encrypted_text.encode()).decode()

    def get_totp_label(self, user: Any) -> str:
        return str(user.email or "account")

    def _get_site_name(self) -> str:
        return "Virtual School"


def _cipher() -> MultiFernet:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet(
        [
            Fernet(
                base64.urlsafe_b64encode(
                    hashlib.sha256(f"accounts.second_steps{key}".encode()).digest()
                )
            )
            for key in keys
        ]
    )

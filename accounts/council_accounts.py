"""The talk with a council's OpenID Connect server: there by a link, back with a code, then claims.

The library keeps the state, makes the proof key (PKCE) and exchanges the code. It checks neither
the nonce nor, at this point, the signature of the ID token; both are checked here, with what else
the standard asks, and nothing is read before.
"""

import logging
import secrets
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

import jwt
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.internal import statekit
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.base.constants import AuthProcess
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from requests import RequestException

from accounts.models import CouncilSignIn

logger = logging.getLogger(__name__)

ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "ES256", "ES384"]  # by a key pair, never by word
LEEWAY_SECONDS = 60
LONGEST_SUBJECT = 191  # what the library's table holds


class Why(StrEnum):
    """Why nobody is let in; recorded, and chooses the words of the page."""

    LOST = "state"  # not begun here, too long ago, or a second time
    STOPPED = "stopped there"
    SERVER = "server"  # no answer, or not one we may believe
    NOT_VERIFIED = "address not verified"
    DOMAIN = "domain not allowed"
    UNKNOWN = "unknown person"
    CLOSED = "account closed"
    ANOTHER = "address of another account"
    ELSEWHERE = "seats elsewhere"
    NO_SEAT = "no seat"


class NotLetIn(Exception):
    """The council account opens nothing here; `why` says what stood against it."""

    def __init__(self, why: Why) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True)
class Claims:
    """What a council's server says about the person who signed in there, once it is believed."""

    issuer: str
    subject: str
    email: str = ""  # in lower case; empty unless the server has verified it
    given_name: str = ""
    family_name: str = ""
    groups: frozenset[str] = frozenset()
    took_second_step: bool = False


class _Provider(OpenIDConnectProvider):
    """The library's, talking through ours."""

    pkce_enabled_default = True

    def __init__(self, request: HttpRequest, *, talk: "_Conversation") -> None:
        super().__init__(request, app=talk.app)
        self.talk = talk

    def get_oauth2_adapter(self, request: HttpRequest) -> "_Conversation":
        return self.talk


class _Conversation(OpenIDConnectOAuth2Adapter):
    """The library's, with the council at hand instead of looked up, and believing less."""

    def __init__(self, request: HttpRequest, council: CouncilSignIn) -> None:
        code = council.authority.code
        super().__init__(request, code)
        server = settings.COUNCIL_SERVERS[code]
        self.issuer = server.issuer
        self.app = SocialApp(  # a value for the library; never saved
            provider=OpenIDConnectProvider.id,
            provider_id=code,
            name=council.name,
            client_id=server.client_id,
            secret=server.secret,
            settings={"server_url": server.issuer.rstrip("/")},
        )
        self.provider = _Provider(request, talk=self)

    def get_provider(self) -> _Provider:
        return self.provider

    def get_callback_url(self, request: HttpRequest, app: SocialApp) -> str:
        back = reverse("accounts:council_back", args=[self.provider_id])
        return request.build_absolute_uri(back)

    def scope(self, *, with_groups: bool) -> list[str]:
        """What to ask for; some servers tell groups only when asked."""
        scope: list[str] = self.provider.get_scope()
        if with_groups and "groups" in self.openid_config.get("scopes_supported", []):
            scope.append("groups")
        return scope

    @property
    def openid_config(self) -> dict[str, Any]:
        """What the server says of itself, if it is the one we were told to ask."""
        config: dict[str, Any] = super().openid_config
        if config["issuer"] != self.issuer:
            raise OAuth2Error("issuer")
        scheme = urlsplit(self.issuer).scheme
        for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
            if urlsplit(config[name]).scheme not in {scheme, "https"}:
                raise OAuth2Error(name)
        return config

    def signing_key(self, token: str) -> jwt.PyJWK:
        """The server's own key that a token says it was signed with."""
        with get_adapter().get_requests_session() as session:
            answer = session.get(self.openid_config["jwks_uri"])
            answer.raise_for_status()
        return jwt.PyJWKSet.from_dict(answer.json())[jwt.get_unverified_header(token)["kid"]]


# What a server that is away, wrong or hostile makes of a sign-in
_FAULTS = (OAuth2Error, RequestException, jwt.PyJWTError, KeyError, TypeError, ValueError)


def offered() -> QuerySet[CouncilSignIn]:
    """The councils whose accounts may be used here: set up by both the council and the operator."""
    return (
        CouncilSignIn.objects.filter(is_open=True, authority__code__in=settings.COUNCIL_SERVERS)
        .select_related("authority")
        .order_by("name", "pk")
    )


def begin(request: HttpRequest, council: CouncilSignIn, *, next_url: str) -> HttpResponse:
    """Lead to the council's sign-in, with a state, a nonce and a proof key kept in the session.

    Raises NotLetIn when the server cannot be asked.
    """
    nonce = secrets.token_urlsafe(32)
    talk = _Conversation(request, council)
    try:
        answer: HttpResponse = talk.provider.redirect(
            request,
            process=AuthProcess.LOGIN,
            next_url=next_url,
            data={"nonce": nonce},
            scope=talk.scope(with_groups=council.makes_people),
            auth_params={"nonce": nonce},
        )
    except _FAULTS as error:
        raise _server_fault(council, error) from error
    return answer


def finish(request: HttpRequest, council: CouncilSignIn) -> tuple[Claims, str]:
    """Answer who came back from the council, and the page they had asked for.

    A state counts once, in the session and for the council it was made for. Raises NotLetIn.
    """
    state = statekit.unstash_state(
        request,
        state_id=request.GET.get("state", ""),
        provider_id=council.authority.code,
    )
    if state is None:
        raise NotLetIn(Why.LOST)
    if "code" not in request.GET:
        raise NotLetIn(Why.STOPPED)
    talk = _Conversation(request, council)
    try:
        answer = talk.get_access_token_data(
            request,
            talk.app,
            talk.get_client(request, talk.app),
            pkce_code_verifier=state["pkce_code_verifier"],
        )
        said = _believed(talk, answer["id_token"], nonce=state["data"]["nonce"])
    except _FAULTS as error:
        raise _server_fault(council, error) from error
    return _claims(said, groups_claim=council.groups_claim), str(state.get("next") or "")


def _server_fault(council: CouncilSignIn, error: Exception) -> NotLetIn:
    """Log what kind of fault it was; what the server said may name a person."""
    logger.warning(
        "sign-in by council account failed for authority %s: %s",
        council.authority_id,
        type(error).__name__,
    )
    return NotLetIn(Why.SERVER)


def _believed(talk: _Conversation, token: str, *, nonce: str) -> dict[str, Any]:
    """Answer what an ID token says, after every check of OpenID Connect Core 3.1.3.7."""
    said: dict[str, Any] = jwt.decode(
        token,
        key=talk.signing_key(token),
        algorithms=ALGORITHMS,
        issuer=talk.issuer,
        audience=talk.app.client_id,
        leeway=LEEWAY_SECONDS,
        options={"require": ["iss", "sub", "aud", "exp", "iat", "nonce"]},
    )
    if not constant_time_compare(str(said["nonce"]), nonce):
        raise OAuth2Error("nonce")
    if isinstance(said["aud"], list) and said["aud"] != [talk.app.client_id]:
        raise OAuth2Error("audience")  # a token that others may use as well
    if not 0 < len(said["sub"]) <= LONGEST_SUBJECT or not said["sub"].isprintable():
        raise OAuth2Error("subject")
    return said


def _claims(said: dict[str, Any], *, groups_claim: str) -> Claims:
    # Entra ID does not send the standard's claim; xms_edov is its word for the same
    is_verified = said.get("email_verified") is True or said.get("xms_edov") in (True, 1, "1")
    groups, methods = said.get(groups_claim), said.get("amr")
    return Claims(
        issuer=said["iss"],
        subject=said["sub"],
        email=_address(said) if is_verified else "",
        given_name=_text(said, "given_name") or _text(said, "name"),
        family_name=_text(said, "family_name"),
        groups=frozenset(_printable(group) for group in groups if isinstance(group, str))
        if isinstance(groups, list)
        else frozenset(),
        took_second_step=isinstance(methods, list) and "mfa" in methods,
    )


def _address(said: dict[str, Any]) -> str:
    address = _text(said, "email").lower()
    try:
        validate_email(address)
    except ValidationError:
        return ""
    return address


def _text(said: dict[str, Any], name: str) -> str:
    value = said.get(name)
    return _printable(value) if isinstance(value, str) else ""


def _printable(text: str) -> str:
    return "".join(letter for letter in text if letter.isprintable()).strip()

"""What production must be told before it may start, and councils' own sign-in (plain Python)."""

from collections.abc import Mapping
from dataclasses import dataclass, field

_COUNCIL = "VS_OIDC_"
_DELIVERY = "VS_DELIVERY_SECRET_"
_PARTS = ("ISSUER", "CLIENT", "SECRET")


@dataclass(frozen=True, slots=True)
class CouncilServer:
    """Whom we believe about a council's people: its OpenID Connect server, and our name there."""

    issuer: str
    client_id: str
    secret: str = field(repr=False)


def council_servers(environ: Mapping[str, str]) -> dict[str, CouncilServer]:
    """Map an authority's code to its server, for those whose three settings are all there."""
    found = {}
    for code in _council_codes(environ):
        issuer, client_id, secret = (environ.get(name, "") for name in _council_names(code))
        if issuer and client_id and secret:
            found[code] = CouncilServer(issuer=issuer, client_id=client_id, secret=secret)
    return found


def delivery_secrets(environ: Mapping[str, str]) -> dict[str, str]:
    """Map an authority's code to the secret its agreed plans are handed over with.

    By code and by nothing else: an authority's administrator names the address, and could have
    another's secret, or the database's, sent there if they named the secret too.
    """
    return {
        name.removeprefix(_DELIVERY): value.strip()
        for name, value in environ.items()
        if name.startswith(_DELIVERY) and value.strip()
    }


def _council_codes(environ: Mapping[str, str]) -> list[str]:
    """The codes in names such as VS_OIDC_901_SECRET."""
    return sorted({name.split("_")[2] for name in environ if name.startswith(_COUNCIL)})


def _council_names(code: str) -> list[str]:
    return [f"{_COUNCIL}{code}_{part}" for part in _PARTS]


def _council_faults(environ: Mapping[str, str]) -> list[str]:
    faults = []
    for code in _council_codes(environ):
        names = _council_names(code)
        faults += [
            f"{name} is missing: council sign-in needs {', '.join(names)}"
            for name in names
            if not environ.get(name, "").strip()
        ]
        if not environ.get(names[0], "https://").startswith("https://"):
            faults.append(f"{names[0]} is not safe: set an address that begins with https://")
    return faults


def production_faults(environ: Mapping[str, str], *, insecure_key: str) -> list[str]:
    """Say, one sentence each, what the environment of a production start lacks."""
    faults = []
    key = environ.get("VS_SECRET_KEY", "")
    if not key or key == insecure_key:
        faults.append("VS_SECRET_KEY is missing or the default: set 50 or more random characters")
    elif len(key) < 50:
        faults.append("VS_SECRET_KEY is too short: set 50 or more random characters")
    if environ.get("VS_DEBUG", "").lower() in {"1", "true", "yes", "on"}:
        faults.append("VS_DEBUG is on: take it out")
    if not environ.get("VS_HOSTS", "").strip():
        faults.append("VS_HOSTS is missing: set the host names of the service, comma between")
    elif "*" in environ["VS_HOSTS"]:
        faults.append("VS_HOSTS allows every host: name the hosts of the service")
    for name, what in (
        ("DATABASE_URL", "the database address of the application's role"),
        ("REDIS_URL", "the address of the queue"),
        ("VS_BASE_URL", "the address people type, for links in e-mails"),
        ("VS_EMAIL_URL", "the mail server, such as smtp://user:password@mail.example:587"),
    ):
        if not environ.get(name, "").strip():
            faults.append(f"{name} is missing: set {what}")
    return faults + _council_faults(environ)

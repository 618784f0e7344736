"""What production must be told before it may start (plain Python)."""

from collections.abc import Mapping


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
    return faults

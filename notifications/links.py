"""Links that only the person who got the e-mail has: made when it is sent, kept as a hash.

Whoever follows one is not signed in, so the wall is closed: the one function asked before it opens
says of which authority the e-mail is (decisions 13).
"""

import secrets
from hashlib import sha256

from django.db import connection

# Stands in a notice's path for what is made when the e-mail is sent
TOKEN = "{token}"  # noqa: S105 (a place for one)

CREATE_REACH = [
    "GRANT SELECT (authority_id, token_hash) ON notifications_email TO vs_reach",
    "CREATE POLICY reach ON notifications_email FOR SELECT TO vs_reach USING (true)",
    """
    CREATE FUNCTION reach_of_link(link_hash text) RETURNS int
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
        SELECT e.authority_id FROM notifications_email AS e
        WHERE e.token_hash = link_hash AND link_hash <> ''
    $$
    """,
    "ALTER FUNCTION reach_of_link(text) OWNER TO vs_reach",
]
DROP_REACH = [
    "DROP FUNCTION reach_of_link(text)",
    "DROP POLICY reach ON notifications_email",
    "REVOKE ALL ON notifications_email FROM vs_reach",
]


def new_token() -> str:
    return secrets.token_urlsafe(32)


def hash_of(token: str) -> str:
    """What is kept of a token: 256 random bits need no salt and no slow hash."""
    return sha256(token.encode()).hexdigest()


def authority_of(token: str) -> int | None:
    """The authority whose e-mail carried this link; None for one nobody sent. One query."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT reach_of_link(%s)", [hash_of(token)])
        found: int | None = cursor.fetchone()[0]
    return found

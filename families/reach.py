"""Whose authority a code belongs to, asked before the wall can open (SQL; `children.reach`).

Nobody is signed in yet, so no wall is open and no row of the table is seen. `vs_reach` answers this
one question, and only to who has a whole code.
"""

from django.db import connection

CREATE_REACH = [
    "GRANT SELECT (authority_id, code_hash) ON families_signincode TO vs_reach",
    "CREATE POLICY reach ON families_signincode FOR SELECT TO vs_reach USING (true)",
    """
    CREATE FUNCTION reach_of_code(hashed varchar) RETURNS int
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
        SELECT authority_id FROM families_signincode WHERE code_hash = hashed
    $$
    """,
    "ALTER FUNCTION reach_of_code(varchar) OWNER TO vs_reach",
]

DROP_REACH = [
    "DROP FUNCTION reach_of_code(varchar)",
    "DROP POLICY reach ON families_signincode",
    "REVOKE ALL ON families_signincode FROM vs_reach",
]


def authority_of_code(code_hash: str) -> int | None:
    """Answer the authority of a code; None for one nobody made. One query."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT reach_of_code(%s)", [code_hash])
        authority_id: int | None = cursor.fetchone()[0]
        return authority_id

"""The trigger that records every change of a row, and the migration operation that sets it.

One statement-level trigger per table and verb: a thousand rows changed by one statement cost one
call. `app.actor`, `app.seat`, `app.request`, `app.acting_for`, `app.reason`, `app.ip_address` and
`app.device` are settings of the transaction (`accounts.wall`).
"""

from django.db.migrations.operations.base import Operation
from django.db.migrations.operations.special import RunSQL

# What each row of the record says of its circumstances: column, and where the value comes from
_FIRST = (
    ("actor_id", "nullif(current_setting('app.actor', true), '')::uuid"),
    ("seat", "coalesce(current_setting('app.seat', true), '')"),
    ("acting_for_id", "nullif(current_setting('app.acting_for', true), '')::uuid"),
    ("reason", "coalesce(current_setting('app.reason', true), '')"),
    ("request_id", "coalesce(current_setting('app.request', true), '')"),
    ("transaction", "pg_current_xact_id()::text::bigint"),
)
_WHERE = (
    ("ip_address", "nullif(current_setting('app.ip_address', true), '')::inet"),
    ("device", "coalesce(current_setting('app.device', true), '')"),
)
_CHANGES = {
    "insert": (
        "audit_key(r, TG_ARGV[0]), audit_child(r, TG_TABLE_NAME), audit_authority(r), NULL, "
        "r || (SELECT coalesce(jsonb_object_agg(key, value), '{}') "
        "FROM jsonb_each(masked) WHERE r ? key)",
        "SELECT to_jsonb(new_rows) AS r FROM new_rows",
    ),
    "delete": (
        "audit_key(r, TG_ARGV[0]), audit_child(r, TG_TABLE_NAME), audit_authority(r), "
        "r || (SELECT coalesce(jsonb_object_agg(key, value), '{}') "
        "FROM jsonb_each(masked) WHERE r ? key), NULL",
        "SELECT to_jsonb(old_rows) AS r FROM old_rows",
    ),
    "update": (
        "audit_key(n, TG_ARGV[0]), audit_child(n, TG_TABLE_NAME), audit_authority(n), "
        "(SELECT jsonb_object_agg(key, coalesce(masked -> key, value)) "
        "FROM jsonb_each(o) WHERE value IS DISTINCT FROM n -> key), "
        "(SELECT jsonb_object_agg(key, coalesce(masked -> key, value)) "
        "FROM jsonb_each(n) WHERE value IS DISTINCT FROM o -> key)",
        """
        SELECT o, n
        FROM (SELECT to_jsonb(old_rows) AS o,
                     audit_key(to_jsonb(old_rows), TG_ARGV[0]) AS k FROM old_rows) AS olds
        JOIN (SELECT to_jsonb(new_rows) AS n,
                     audit_key(to_jsonb(new_rows), TG_ARGV[0]) AS k FROM new_rows) AS news
        USING (k)
        WHERE o IS DISTINCT FROM n
        """,
    ),
}


def _function(circumstances: tuple[tuple[str, str], ...]) -> str:
    """Write the trigger's function for a record with these columns about who and where."""
    columns = ", ".join(name for name, _ in circumstances)
    values = ", ".join(value for _, value in circumstances)

    def append(verb: str) -> str:
        what, rows = _CHANGES[verb]
        return f"""
        INSERT INTO audit_event (at, kind, "table", row, child_id, authority_id, before, after,
                                 {columns})
        SELECT now(), 'row.{verb}', TG_TABLE_NAME, {what}, {values}
        FROM ({rows}) AS changed;
        """  # noqa: S608 (our own names only)

    return f"""
CREATE OR REPLACE FUNCTION audit_rows() RETURNS trigger
LANGUAGE plpgsql SECURITY INVOKER SET search_path = public, pg_temp AS $$
DECLARE
    hidden text[] := string_to_array(TG_ARGV[1], ',');
    masked jsonb := (
        SELECT coalesce(jsonb_object_agg(name, to_jsonb('(not kept)'::text)), '{{}}')
        FROM unnest(hidden) AS name WHERE name <> ''
    );
BEGIN
    IF TG_OP = 'INSERT' THEN {append("insert")}
    ELSIF TG_OP = 'DELETE' THEN {append("delete")}
    ELSE {append("update")}
    END IF;
    RETURN NULL;
END $$;
"""  # noqa: S608 (our own names only)


_KEYS = """
CREATE FUNCTION audit_key(r jsonb, columns text) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
    SELECT string_agg(r ->> name, '|' ORDER BY place)
    FROM unnest(string_to_array(columns, ',')) WITH ORDINALITY AS key(name, place)
$$;

CREATE FUNCTION audit_child(r jsonb, table_name text) RETURNS uuid
LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN table_name = 'children_child' THEN (r ->> 'id')::uuid
                ELSE (r ->> 'child_id')::uuid END
$$;

CREATE FUNCTION audit_authority(r jsonb) RETURNS integer
LANGUAGE sql IMMUTABLE AS $$ SELECT (r ->> 'authority_id')::integer $$;
"""

FUNCTION = _function(_FIRST) + _KEYS  # as the first migration makes it
FUNCTION_WITHOUT_WHERE = _function(_FIRST)
FUNCTION_WITH_WHERE = _function(_FIRST + _WHERE)

DROP_FUNCTION = """
DROP FUNCTION audit_rows();
DROP FUNCTION audit_key(jsonb, text);
DROP FUNCTION audit_child(jsonb, text);
DROP FUNCTION audit_authority(jsonb);
"""

_VERBS = {
    "insert": "REFERENCING NEW TABLE AS new_rows",
    "update": "REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows",
    "delete": "REFERENCING OLD TABLE AS old_rows",
}


def watch(*tables: str, key: str = "id", hidden: tuple[str, ...] = ()) -> list[Operation]:
    """Make the operations that record every insert, update and delete of these tables.

    `key` names the key's columns, comma between; `hidden` names the columns whose values are not
    copied (passwords, addresses): that they changed is recorded, not what to.
    """
    return [
        RunSQL(
            [
                f"CREATE TRIGGER audit_{verb} AFTER {verb.upper()} ON {table} {transition} "
                f"FOR EACH STATEMENT EXECUTE FUNCTION audit_rows('{key}', '{','.join(hidden)}')"
                for table in tables
                for verb, transition in _VERBS.items()
            ],
            [f"DROP TRIGGER audit_{verb} ON {table}" for table in tables for verb in _VERBS],
        )
    ]

"""What only the owner of the tables may do, and does for one approved deletion alone (SQL).

The application's role may neither change the record of who did what nor delete the typed histories
or, but for an approval, an agreed plan. `retention_forget` does it with the owner's rights for one
child whose record was deleted in the same transaction, under a tombstone, and for nothing else
(docs/adr/0015). What is in these texts was applied by migrations: a change is a new text.
"""

from django.conf import settings

APP = '"{}"'.format(settings.DATABASES["default"]["USER"])

EVENTS_OF = """
CREATE FUNCTION retention_events_of(child uuid) RETURNS SETOF bigint
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    -- Also of what this transaction deleted with the child: their own account, their files
    WITH gone AS MATERIALIZED (
        SELECT "table", row FROM audit_event
        WHERE transaction = pg_current_xact_id()::text::bigint
          AND kind = 'row.delete' AND child_id IS NULL
    )
    SELECT id FROM audit_event WHERE child_id = child AND taken_out IS NULL
    UNION
    SELECT id FROM audit_event
    WHERE actor_id IN (SELECT row::uuid FROM gone WHERE "table" = 'accounts_user')
      AND taken_out IS NULL
    UNION
    SELECT id FROM audit_event JOIN gone USING ("table", row) WHERE taken_out IS NULL
$$
"""

FORGET = """
CREATE FUNCTION retention_forget(stone_id uuid) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    here bigint := pg_current_xact_id()::text::bigint;
    open_for text := coalesce(current_setting('app.authorities', true), '');
    ignored text := coalesce(nullif(current_setting('pgtrigger.ignore', true), ''), '{}');
    stone retention_tombstone;
    gone record;
    history record;
    is_there boolean;
    number integer;
BEGIN
    SELECT * INTO stone FROM retention_tombstone WHERE id = stone_id AND kind = 'child_record';
    IF NOT FOUND THEN
        RAISE EXCEPTION 'no tombstone of a record is seen' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF NOT EXISTS (
        SELECT FROM retention_proposed
        WHERE kind = 'child_record' AND subject_id = stone.subject_id AND decision = 'approved'
          AND authority_id = stone.authority_id
    ) THEN
        RAISE EXCEPTION 'nobody has approved it' USING ERRCODE = 'insufficient_privilege';
    END IF;
    -- In whichever authority: a child this transaction does not see is not a child who is gone
    PERFORM set_config(
        'app.authorities', (SELECT string_agg(id::text, ',') FROM schools_authority), true);
    is_there := EXISTS (SELECT FROM children_child WHERE id = stone.subject_id);
    PERFORM set_config('app.authorities', open_for, true);
    IF is_there OR NOT EXISTS (
        SELECT FROM audit_event
        WHERE transaction = here AND kind = 'row.delete' AND "table" = 'children_child'
          AND child_id = stone.subject_id AND authority_id = stone.authority_id
    ) THEN
        RAISE EXCEPTION 'the record was not deleted' USING ERRCODE = 'insufficient_privilege';
    END IF;
    -- That a row was deleted here is not believed: it must be gone
    FOR gone IN
        SELECT "table" AS name, array_agg(row) AS keys FROM audit_event
        WHERE transaction = here AND kind = 'row.delete' AND child_id IS NULL GROUP BY "table"
    LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM %I WHERE id::text = ANY ($1))', gone.name)
            INTO is_there USING gone.keys;
        IF is_there THEN
            RAISE EXCEPTION 'a row is still there' USING ERRCODE = 'insufficient_privilege';
        END IF;
    END LOOP;

    UPDATE audit_event
    SET row = '', before = NULL, after = NULL, reason = '', ip_address = NULL, taken_out = stone.id
    WHERE id IN (SELECT retention_events_of(stone.subject_id));
    GET DIAGNOSTICS number = ROW_COUNT;
    IF number <> stone.events THEN
        RAISE EXCEPTION 'the tombstone says another number of events'
            USING ERRCODE = 'insufficient_privilege';
    END IF;

    PERFORM set_config('pgtrigger.ignore', (
        SELECT array_agg(tgname)::text FROM pg_trigger
        WHERE tgname LIKE 'pgtrigger\\_append\\_only\\_%'), true);
    FOR history IN
        SELECT c.relname AS name, bool_or(a.attname = 'child_id') AS has_child
        FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid AND NOT a.attisdropped
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'
        GROUP BY c.relname HAVING bool_or(a.attname = 'pgh_obj_id')
    LOOP
        EXECUTE format(
            'DELETE FROM %I WHERE %I = $1', history.name,
            CASE WHEN history.has_child THEN 'child_id' ELSE 'pgh_obj_id' END
        ) USING stone.subject_id;
    END LOOP;
    PERFORM set_config('pgtrigger.ignore', ignored, true);
    RETURN number;
END $$
"""

# An agreed plan goes with the whole record of its child, once that was approved, and never else
AGREED_PLANS = """
CREATE OR REPLACE FUNCTION pep_never_changes() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' AND EXISTS (
        SELECT FROM retention_proposed
        WHERE kind = 'child_record' AND subject_id = OLD.child_id AND decision = 'approved'
          AND authority_id = OLD.authority_id
    ) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'an agreed version never changes' USING ERRCODE = 'restrict_violation';
END $$
"""

FORMER_AGREED_PLANS = """
CREATE OR REPLACE FUNCTION pep_never_changes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'an agreed version never changes' USING ERRCODE = 'restrict_violation';
END $$
"""

# So does a signature, of whose change `pep.freezing` takes care
SIGNATURES_STAY = [
    """
    CREATE FUNCTION pep_signature_goes_with_its_record() RETURNS trigger
    LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
    BEGIN
        IF EXISTS (
            SELECT FROM retention_proposed
            WHERE kind = 'child_record' AND subject_id = OLD.child_id AND decision = 'approved'
              AND authority_id = OLD.authority_id
        ) THEN
            RETURN OLD;
        END IF;
        RAISE EXCEPTION 'a signature never goes alone' USING ERRCODE = 'restrict_violation';
    END $$
    """,
    "CREATE TRIGGER goes_with_its_record BEFORE DELETE ON pep_signature "
    "FOR EACH ROW EXECUTE FUNCTION pep_signature_goes_with_its_record()",
]

SIGNATURES_GO = [
    "DROP TRIGGER goes_with_its_record ON pep_signature",
    "DROP FUNCTION pep_signature_goes_with_its_record()",
]

# The library's own guard can be switched off by a setting of the session: a right cannot
HISTORIES = (
    "children_childevent",
    "children_periodofcareevent",
    "children_enrolmentevent",
    "children_involvementevent",
    "children_senstatusevent",
    "placements_legalstatusevent",
    "placements_placementevent",
)

APPLY = [
    EVENTS_OF,
    FORGET,
    "REVOKE ALL ON FUNCTION retention_forget(uuid) FROM PUBLIC",
    f"GRANT EXECUTE ON FUNCTION retention_forget(uuid) TO {APP}",
    "CREATE POLICY audit_forget ON audit_event FOR UPDATE TO CURRENT_USER USING (true)",
    AGREED_PLANS,
    f"REVOKE UPDATE, TRUNCATE ON pep_agreedversion FROM {APP}",
    f"REVOKE UPDATE, DELETE, TRUNCATE ON {', '.join(HISTORIES)} FROM {APP}",
]

TAKE_BACK = [
    f"GRANT UPDATE, DELETE ON {', '.join(HISTORIES)} TO {APP}",
    f"GRANT UPDATE ON pep_agreedversion TO {APP}",
    FORMER_AGREED_PLANS,
    "DROP POLICY audit_forget ON audit_event",
    "DROP FUNCTION retention_forget(uuid)",
    "DROP FUNCTION retention_events_of(uuid)",
]

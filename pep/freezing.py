"""Triggers that keep a published form and an agreed plan as they were (SQL; decisions 20, 24)."""

FREEZING = [
    """
    CREATE FUNCTION pep_never_changes() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'an agreed version never changes' USING ERRCODE = 'restrict_violation';
    END $$
    """,
    "CREATE TRIGGER never_changes BEFORE UPDATE OR DELETE ON pep_agreedversion "
    "FOR EACH ROW EXECUTE FUNCTION pep_never_changes()",
    """
    CREATE FUNCTION pep_form_is_frozen() RETURNS trigger
    LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
    DECLARE
        the_row record := coalesce(OLD, NEW);
        frozen boolean;
    BEGIN
        IF TG_TABLE_NAME = 'pep_formversion' THEN
            frozen := TG_OP <> 'INSERT' AND OLD.published_at IS NOT NULL;
        ELSIF TG_TABLE_NAME = 'pep_section' THEN
            SELECT v.published_at IS NOT NULL INTO frozen
            FROM pep_formversion AS v WHERE v.id = the_row.version_id;
        ELSE
            SELECT v.published_at IS NOT NULL INTO frozen
            FROM pep_section AS s JOIN pep_formversion AS v ON v.id = s.version_id
            WHERE s.id = the_row.section_id;
        END IF;
        IF frozen THEN
            RAISE EXCEPTION 'a published form never changes: begin a new version'
                USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN coalesce(NEW, OLD);
    END $$
    """,
    *[
        f"CREATE TRIGGER form_is_frozen BEFORE INSERT OR UPDATE OR DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION pep_form_is_frozen()"
        for table in ("pep_formversion", "pep_section", "pep_question")
    ],
]

# Who signed what, and what they added: only a deletion of the whole record takes it away
SIGNATURES = [
    """
    CREATE FUNCTION pep_signature_stays() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'a signature never changes' USING ERRCODE = 'restrict_violation';
    END $$
    """,
    "CREATE TRIGGER signature_stays BEFORE UPDATE ON pep_signature "
    "FOR EACH ROW EXECUTE FUNCTION pep_signature_stays()",
]

DROP_SIGNATURES = [
    "DROP TRIGGER signature_stays ON pep_signature",
    "DROP FUNCTION pep_signature_stays()",
]

DROP_FREEZING = [
    *[
        f"DROP TRIGGER form_is_frozen ON {table}"
        for table in ("pep_question", "pep_section", "pep_formversion")
    ],
    "DROP FUNCTION pep_form_is_frozen()",
    "DROP TRIGGER never_changes ON pep_agreedversion",
    "DROP FUNCTION pep_never_changes()",
]

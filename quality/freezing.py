"""The trigger that keeps a published rubric as it was (SQL)."""

FREEZING = [
    """
    CREATE FUNCTION quality_rubric_is_frozen() RETURNS trigger
    LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
    DECLARE
        frozen boolean;
    BEGIN
        IF TG_TABLE_NAME = 'quality_rubric' THEN
            frozen := OLD.published_at IS NOT NULL;
        ELSE
            SELECT bool_or(published_at IS NOT NULL) INTO frozen FROM quality_rubric
            WHERE id = ANY (CASE TG_OP WHEN 'INSERT' THEN ARRAY[NEW.rubric_id]
                                       WHEN 'DELETE' THEN ARRAY[OLD.rubric_id]
                                       ELSE ARRAY[OLD.rubric_id, NEW.rubric_id] END);
        END IF;
        IF frozen THEN
            RAISE EXCEPTION 'a published rubric never changes: begin a new edition'
                USING ERRCODE = 'restrict_violation';
        END IF;
        IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
        RETURN NEW;
    END $$
    """,
    "CREATE TRIGGER rubric_is_frozen BEFORE UPDATE OR DELETE ON quality_rubric "
    "FOR EACH ROW EXECUTE FUNCTION quality_rubric_is_frozen()",
    "CREATE TRIGGER rubric_is_frozen BEFORE INSERT OR UPDATE OR DELETE ON quality_area "
    "FOR EACH ROW EXECUTE FUNCTION quality_rubric_is_frozen()",
]

DROP_FREEZING = [
    "DROP TRIGGER rubric_is_frozen ON quality_area",
    "DROP TRIGGER rubric_is_frozen ON quality_rubric",
    "DROP FUNCTION quality_rubric_is_frozen()",
]

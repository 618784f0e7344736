"""The one thing asked before the wall opens: which authorities a person's work touches (SQL).

The functions run as `vs_reach`, a role that cannot sign in and may only read what their policies
show it: who is involved with whom, and who is enrolled where (decisions 13).
"""

CREATE_REACH = [
    "GRANT SELECT (authority_id, person_id, role, started_on, ended_on) "
    "ON children_involvement TO vs_reach",
    "GRANT SELECT (authority_id, school_id, agreed_on, started_on, ended_on, access_until) "
    "ON children_enrolment TO vs_reach",
    "CREATE POLICY reach ON children_involvement FOR SELECT TO vs_reach USING (true)",
    "CREATE POLICY reach ON children_enrolment FOR SELECT TO vs_reach USING (true)",
    """
    CREATE FUNCTION reach_of_person(who uuid, roles text[], day date)
    RETURNS TABLE (role varchar, authorities int[])
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
        SELECT i.role, array_agg(DISTINCT i.authority_id)
        FROM children_involvement AS i
        WHERE i.person_id = who AND i.role = ANY (roles)
          AND i.started_on <= day AND (i.ended_on IS NULL OR i.ended_on > day)
        GROUP BY i.role
    $$
    """,
    """
    CREATE FUNCTION reach_of_school(place int, day date) RETURNS int[]
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
        SELECT array_agg(DISTINCT e.authority_id)
        FROM children_enrolment AS e
        WHERE e.school_id = place
          AND (e.started_on <= day OR e.agreed_on <= day)
          AND (e.ended_on IS NULL OR e.ended_on > day OR e.access_until > day)
    $$
    """,
    "ALTER FUNCTION reach_of_person(uuid, text[], date) OWNER TO vs_reach",
    "ALTER FUNCTION reach_of_school(int, date) OWNER TO vs_reach",
]

DROP_REACH = [
    "DROP FUNCTION reach_of_school(int, date)",
    "DROP FUNCTION reach_of_person(uuid, text[], date)",
    "DROP POLICY reach ON children_enrolment",
    "DROP POLICY reach ON children_involvement",
    "REVOKE ALL ON children_enrolment, children_involvement FROM vs_reach",
]

-- Two records may also be one target because the registry of enterprises says so: one is listed under a number that the
-- other had formerly, or both had the same. Numbers that the registry gave before a change count, too.

CREATE INDEX registration_change_of_number ON registration_change ((before ->> 'former_number'))
    WHERE before ->> 'former_number' <> '' AND before ->> 'former_number' <> after ->> 'former_number';

-- Under which numbers each registration was formerly; seen by whoever may see the registrations.
CREATE VIEW former_number WITH (security_invoker = true) AS
    SELECT code, former_number AS number FROM registration WHERE former_number <> ''
    UNION ALL
    SELECT code, before ->> 'former_number' FROM registration_change
    WHERE before ->> 'former_number' <> '' AND before ->> 'former_number' <> after ->> 'former_number';
GRANT SELECT ON former_number TO app;

CREATE OR REPLACE FUNCTION onedoor_alike_targets(most integer) RETURNS TABLE (one text, other text)
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp SET max_parallel_workers_per_gather = 0
    AS $$
DECLARE
    own text := onedoor_department();
    mine text := CASE WHEN own IS NULL THEN 'SELECT sound, target FROM target_search' ELSE
        'SELECT sound, target FROM target_search
         WHERE target IN (SELECT id FROM target_entry WHERE department = $2)' END;
BEGIN
    IF own IS NULL AND NOT (onedoor_is_coordinator() OR onedoor_is_supervisor()) THEN
        RETURN;
    END IF;
    RETURN QUERY EXECUTE format($alike$
        WITH mine AS NOT MATERIALIZED (%s),
        heard AS MATERIALIZED (
            SELECT DISTINCT sound FROM (
                SELECT sound, lead(sound) OVER (ORDER BY sound, target) AS following FROM mine) AS walked
            WHERE sound = following LIMIT $1),
        shared AS MATERIALIZED (
            SELECT number FROM former_number GROUP BY number HAVING min(code) <> max(code) LIMIT $1),
        known AS (
            SELECT number, code AS target FROM former_number WHERE number IN (SELECT number FROM shared)
            UNION ALL
            SELECT former.number, former.code FROM former_number AS former JOIN mine ON mine.target = former.number
            UNION ALL
            SELECT former.number, former.number FROM former_number AS former JOIN mine ON mine.target = former.number),
        pair AS (
            SELECT least(old.target, new.target) AS one, greatest(old.target, new.target) AS other
            FROM mine AS old JOIN mine AS new ON substr(new.target, 3, 15) = old.target
            WHERE length(old.target) = 15 AND length(new.target) = 18
            UNION ALL
            SELECT a.target, b.target FROM known AS a JOIN known AS b USING (number)
            WHERE a.target < b.target AND a.target IN (SELECT target FROM mine) AND b.target IN (SELECT target FROM mine)
            UNION ALL
            SELECT a.target, b.target FROM heard JOIN mine AS a USING (sound) JOIN mine AS b USING (sound)
            WHERE a.target < b.target),
        away AS (SELECT away FROM target_merge
                 WHERE undone_at IS NULL AND (department IS NULL OR department = $2))
        SELECT DISTINCT pair.one, pair.other FROM pair
        WHERE pair.one NOT IN (SELECT away FROM away) AND pair.other NOT IN (SELECT away FROM away) LIMIT $1
        $alike$, mine) USING most, own;
END
$$;

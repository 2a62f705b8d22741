-- The pairs that the registry's numbers make are looked for from the few numbers that can make one: those under which
-- somebody is listed, those that two registrations have, those that were corrected.

CREATE INDEX target_search_of_old_numbers ON target_search (target) WHERE length(target) IN (13, 15);

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
        walked AS (
            SELECT former_number AS number, lead(former_number) OVER (ORDER BY former_number) AS following
            FROM registration WHERE former_number <> ''),
        corrected AS MATERIALIZED (
            SELECT before ->> 'former_number' AS number, code FROM registration_change
            WHERE before ->> 'former_number' <> '' AND before ->> 'former_number' <> after ->> 'former_number'),
        number AS MATERIALIZED (
            SELECT target AS number FROM mine WHERE length(target) IN (13, 15)
            UNION (SELECT number FROM walked WHERE number = following LIMIT $1)
            UNION SELECT number FROM corrected),
        named AS (
            SELECT number, number AS target FROM number
            UNION SELECT number, found.code FROM number CROSS JOIN LATERAL (
                SELECT code FROM registration
                WHERE former_number = number.number AND former_number <> '' OFFSET 0) AS found
            UNION SELECT number, code FROM corrected),
        known AS MATERIALIZED (
            SELECT number, target FROM named
            WHERE EXISTS (SELECT FROM mine WHERE mine.target = named.target OFFSET 0)),
        pair AS (
            SELECT least(old.target, new.target) AS one, greatest(old.target, new.target) AS other
            FROM mine AS old JOIN mine AS new ON substr(new.target, 3, 15) = old.target
            WHERE length(old.target) = 15 AND length(new.target) = 18
            UNION ALL
            SELECT a.target, b.target FROM known AS a JOIN known AS b USING (number) WHERE a.target < b.target
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

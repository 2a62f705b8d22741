-- Two records in the directory that are one target: one of them stands, the other refers to it. Nothing is deleted, and
-- rounds keep what they drew.
--
-- A merge of the coordinating office holds for all, a department's for its own directory. A department sees the office's
-- where it lists both records, so that it learns of no record that is another's.

CREATE TABLE target_merge (
    id uuid PRIMARY KEY,
    -- NULL: the coordinating office's
    department text,
    away text NOT NULL REFERENCES target,
    stands text NOT NULL REFERENCES target,
    merged_by text NOT NULL,
    merged_at timestamptz NOT NULL,
    undone_by text,
    undone_at timestamptz,
    CONSTRAINT target_merge_of_two CHECK (away <> stands),
    CONSTRAINT target_merge_undone_by_somebody CHECK ((undone_by IS NULL) = (undone_at IS NULL))
);

CREATE UNIQUE INDEX target_merge_once ON target_merge (away, coalesce(department, '')) WHERE undone_at IS NULL;
CREATE INDEX target_merge_by_stands ON target_merge (stands) WHERE undone_at IS NULL;

ALTER TABLE target_merge ENABLE ROW LEVEL SECURITY;
ALTER TABLE target_merge FORCE ROW LEVEL SECURITY;
CREATE POLICY coordinator ON target_merge USING (onedoor_is_coordinator());
CREATE POLICY supervisor ON target_merge FOR SELECT USING (onedoor_is_supervisor());
CREATE POLICY own_department ON target_merge USING (department = onedoor_department());
CREATE POLICY of_both ON target_merge FOR SELECT USING (
    department IS NULL AND onedoor_department() IS NOT NULL
    AND EXISTS (SELECT FROM target_entry WHERE target_entry.id = away AND target_entry.department = onedoor_department()
                OFFSET 0)
    AND EXISTS (SELECT FROM target_entry WHERE target_entry.id = stands
                AND target_entry.department = onedoor_department() OFFSET 0));
CREATE POLICY both_are_ones_own ON target_merge AS RESTRICTIVE FOR INSERT WITH CHECK (
    onedoor_is_coordinator()
    OR (EXISTS (SELECT FROM target_entry WHERE target_entry.id = away
                AND target_entry.department = onedoor_department())
        AND EXISTS (SELECT FROM target_entry WHERE target_entry.id = stands
                    AND target_entry.department = onedoor_department())));
GRANT SELECT, INSERT ON target_merge TO app;
GRANT UPDATE (undone_by, undone_at) ON target_merge TO app;

-- The merges that hold for whoever acts.
CREATE VIEW target_reference WITH (security_invoker = true) AS
    SELECT DISTINCT ON (away) id, department, away, stands, merged_by, merged_at FROM target_merge
    WHERE undone_at IS NULL AND (department IS NULL OR department = onedoor_department())
    ORDER BY away, department NULLS FIRST;
GRANT SELECT ON target_reference TO app;

-- The pinyin without brackets and strokes; targets known before have it nearly so until they are handed in again.
ALTER TABLE target_search ADD COLUMN sound text;
SELECT set_config('onedoor.office', 'coordinator', true);
UPDATE target_search SET sound = translate(pinyin, '()[]{}<>-_·.,、。"''“”', '');
ALTER TABLE target_search ALTER COLUMN sound SET NOT NULL;
CREATE INDEX target_search_by_sound ON target_search (sound, target);
CREATE INDEX target_search_of_old_codes ON target_search (target) WHERE length(target) = 15;
CREATE INDEX target_search_by_inner_code ON target_search (substr(target, 3, 15)) WHERE length(target) = 18;

-- Pairs that sound alike, or of which one's old code is within the other's code. Past row security, as
-- onedoor_find_targets is: codes only, for a department only of its own.
CREATE FUNCTION onedoor_alike_targets(most integer) RETURNS TABLE (one text, other text)
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
        pair AS (
            SELECT least(old.target, new.target) AS one, greatest(old.target, new.target) AS other
            FROM mine AS old JOIN mine AS new ON substr(new.target, 3, 15) = old.target
            WHERE length(old.target) = 15 AND length(new.target) = 18
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
REVOKE EXECUTE ON FUNCTION onedoor_alike_targets(integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION onedoor_alike_targets(integer) TO app;

-- Directories of hundreds of thousands of targets: a page costs milliseconds, whatever is searched for.
--
-- What many names hold (有限公司) is met on the way along the order of the list; what few hold is looked up in the index
-- and then put in order. So two thousand targets are walked first. No second process is started for either: starting it
-- takes longer than the work.

CREATE OR REPLACE FUNCTION onedoor_find_targets(wanted text, after_pinyin text, after_target text, most integer)
    RETURNS SETOF text
    LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 51
    SET search_path = pg_catalog, public, pg_temp SET max_parallel_workers_per_gather = 0
    AS $$
DECLARE
    own text := onedoor_department();
    -- written into the statements, not asked of each row: only so does the index on a department's own rows serve
    belongs text := CASE WHEN own IS NULL THEN '' ELSE 'AND EXISTS (
        SELECT FROM target_entry WHERE target_entry.id = found.target AND department = $5)' END;
    has_grams text := CASE WHEN cardinality(onedoor_grams(wanted)) = 0 THEN '' ELSE
        'AND onedoor_grams(words) @> onedoor_grams($1)' END;
    walked integer;
    met text[];
BEGIN
    IF own IS NULL AND NOT (onedoor_is_coordinator() OR onedoor_is_supervisor()) THEN
        RETURN;
    END IF;
    EXECUTE format($walk$
        WITH way AS MATERIALIZED (SELECT target, pinyin, words FROM target_search
            WHERE (pinyin, target) > ($2, $3) ORDER BY pinyin, target LIMIT 2000)
        SELECT (SELECT count(*) FROM way), array(SELECT target FROM way AS found
            WHERE strpos(words, $1) > 0 %s ORDER BY pinyin, target LIMIT $4)
        $walk$, belongs) INTO walked, met USING wanted, after_pinyin, after_target, most, own;
    IF walked < 2000 OR cardinality(met) = most THEN
        RETURN QUERY SELECT unnest(met);
    ELSE
        RETURN QUERY EXECUTE format($all$
            WITH found AS MATERIALIZED (SELECT target, pinyin FROM target_search
                WHERE strpos(words, $1) > 0 %s AND (pinyin, target) > ($2, $3))
            SELECT target FROM found WHERE true %s ORDER BY pinyin, target LIMIT $4
            $all$, has_grams, belongs) USING wanted, after_pinyin, after_target, most, own;
    END IF;
END
$$;
ALTER FUNCTION onedoor_find_targets(text, text, text, integer) RESET plan_cache_mode;

-- OFFSET 0 keeps these asked row by row, by index. Without it the planner, which cannot know how much a department
-- lists, reads all that it lists for each page.
DROP POLICY own_entry ON target_search;
CREATE POLICY own_entry ON target_search FOR SELECT USING (onedoor_department() IS NOT NULL AND EXISTS (
    SELECT FROM target_entry WHERE target_entry.id = target_search.target AND department = onedoor_department()
    OFFSET 0));
DROP POLICY own_entry ON target;
CREATE POLICY own_entry ON target FOR SELECT USING (onedoor_department() IS NOT NULL AND EXISTS (
    SELECT FROM target_entry WHERE target_entry.id = target.id AND department = onedoor_department() OFFSET 0));
DROP POLICY own_matter ON target;
CREATE POLICY own_matter ON target FOR SELECT USING (onedoor_department() IS NOT NULL AND EXISTS (
    SELECT FROM matter WHERE matter.target = target.id AND department = onedoor_department() OFFSET 0));

-- Who acts is asked once a statement, not once a row of hundreds of thousands.
DROP POLICY coordinator ON target_entry;
CREATE POLICY coordinator ON target_entry USING ((SELECT onedoor_is_coordinator()));
DROP POLICY supervisor ON target_entry;
CREATE POLICY supervisor ON target_entry FOR SELECT USING ((SELECT onedoor_is_supervisor()));
DROP POLICY own_department ON target_entry;
CREATE POLICY own_department ON target_entry USING (department = (SELECT onedoor_department()));

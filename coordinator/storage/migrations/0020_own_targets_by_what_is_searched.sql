-- A department's own targets are searched by what is wanted first, and then asked whether they are its own: a directory
-- of tens of thousands is not read through for each page.

CREATE OR REPLACE FUNCTION onedoor_find_targets(wanted text, after_pinyin text, after_target text, most integer)
    RETURNS SETOF text
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp SET plan_cache_mode = force_custom_plan
    AS $$
DECLARE
    grams text[] := onedoor_grams(wanted);
    own text := onedoor_department();
BEGIN
    IF own IS NULL AND NOT (onedoor_is_coordinator() OR onedoor_is_supervisor()) THEN
        RETURN;
    END IF;
    RETURN QUERY SELECT target FROM target_search
        WHERE (cardinality(grams) = 0 OR onedoor_grams(words) @> grams) AND strpos(words, wanted) > 0
        AND (own IS NULL OR EXISTS (
            SELECT FROM target_entry WHERE target_entry.id = target_search.target AND department = own))
        AND (pinyin, target) > (after_pinyin, after_target)
        ORDER BY pinyin, target LIMIT most;
END
$$;

-- Directories over all rounds: targets found by name, code and pinyin, also among hundreds of thousands.
--
-- Row-level security lets no index on what a name contains be used: the operators are not leakproof. So the index has a
-- table of its own, of which the service sees no more than its actor may; one function of the owner's looks things up in
-- it, gives numbers of rows only, and asks first who asks. Whoever shows a row reads it from `target` by its own rights.

CREATE TABLE target_search (
    target text PRIMARY KEY REFERENCES target ON DELETE CASCADE,
    name text NOT NULL,
    -- by which lists are ordered
    pinyin text NOT NULL,
    -- name, code, initials and whole pinyin, a line each, in small letters
    words text NOT NULL
);

ALTER TABLE target_search ENABLE ROW LEVEL SECURITY;
ALTER TABLE target_search FORCE ROW LEVEL SECURITY;
CREATE POLICY coordinator ON target_search USING (onedoor_is_coordinator());
CREATE POLICY supervisor ON target_search FOR SELECT USING (onedoor_is_supervisor());
CREATE POLICY own_entry ON target_search FOR SELECT USING (onedoor_department() IS NOT NULL AND EXISTS (
    SELECT FROM target_entry WHERE target_entry.id = target_search.target AND department = onedoor_department()));
CREATE POLICY owner_finds ON target_search FOR SELECT TO pg_database_owner USING (true);
GRANT SELECT, INSERT, UPDATE ON target_search TO app;

-- Pairs of signs, and triples of Latin letters and figures, of which pairs would be too common to tell anything.
CREATE FUNCTION onedoor_grams(words text) RETURNS text[]
    LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 10000
    RETURN array(
        SELECT DISTINCT gram FROM unnest(string_to_array(words, E'\n')) AS line,
            generate_series(1, length(line) - 1) AS place,
            LATERAL (SELECT CASE WHEN octet_length(substr(line, place, 2)) > 2 THEN substr(line, place, 2)
                            ELSE substr(line, place, 3) END) AS cut (gram)
        WHERE octet_length(gram) > 2 ORDER BY gram);

CREATE INDEX target_search_by_pinyin ON target_search (pinyin, target);
CREATE INDEX target_search_by_grams ON target_search USING gin (onedoor_grams(words));
CREATE INDEX target_entry_by_department ON target_entry (department, id);

CREATE FUNCTION onedoor_find_targets(wanted text, after_pinyin text, after_target text, most integer)
    RETURNS SETOF text
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp SET plan_cache_mode = force_custom_plan
    AS $$
DECLARE
    grams text[] := onedoor_grams(wanted);
BEGIN
    IF onedoor_department() IS NOT NULL THEN
        RETURN QUERY SELECT target FROM target_search
            WHERE target IN (SELECT id FROM target_entry WHERE department = onedoor_department())
            AND strpos(words, wanted) > 0 AND (pinyin, target) > (after_pinyin, after_target)
            ORDER BY pinyin, target LIMIT most;
    ELSIF NOT (onedoor_is_coordinator() OR onedoor_is_supervisor()) THEN
        RETURN;
    ELSIF cardinality(grams) = 0 THEN
        RETURN QUERY SELECT target FROM target_search
            WHERE strpos(words, wanted) > 0 AND (pinyin, target) > (after_pinyin, after_target)
            ORDER BY pinyin, target LIMIT most;
    ELSE
        RETURN QUERY SELECT target FROM target_search
            WHERE onedoor_grams(words) @> grams AND strpos(words, wanted) > 0
            AND (pinyin, target) > (after_pinyin, after_target)
            ORDER BY pinyin, target LIMIT most;
    END IF;
END
$$;

REVOKE EXECUTE ON FUNCTION onedoor_find_targets(text, text, text, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION onedoor_find_targets(text, text, text, integer) TO app;

-- Targets known before are found by name and code until they are handed in again.
SELECT set_config('onedoor.office', 'coordinator', true);
INSERT INTO target_search (target, name, pinyin, words)
SELECT id, '', lower(name), lower(name || E'\n' || id) FROM target;

-- What firms ask of their visits and what they are answered, and what their calendars were last told.
--
-- A firm asks through its own letter and sees what stands for its target in its round, also after a new letter. An
-- answer stays. What a calendar was told is kept by target, so that SEQUENCE goes on when a letter is replaced.

CREATE TABLE firm_request (
    id uuid PRIMARY KEY,
    letter uuid NOT NULL REFERENCES letter ON DELETE CASCADE,
    round uuid NOT NULL REFERENCES round ON DELETE CASCADE,
    target text NOT NULL REFERENCES target,
    departments text[] NOT NULL CHECK (cardinality(departments) > 0),
    kind text NOT NULL CHECK (kind IN ('move', 'recusal', 'objection')),
    visit text NOT NULL,
    wished_day date,
    inspector text,
    reason text NOT NULL CHECK (length(reason) BETWEEN 2 AND 500),
    made_at timestamptz NOT NULL,
    granted boolean,
    answer text CHECK (length(answer) BETWEEN 2 AND 500),
    answered_by text,
    answered_at timestamptz,
    CONSTRAINT firm_request_moves_to_a_day CHECK ((kind = 'move') = (wished_day IS NOT NULL)),
    CONSTRAINT firm_request_recuses_somebody CHECK ((kind = 'recusal') = (inspector IS NOT NULL)),
    CONSTRAINT firm_request_answer_is_whole CHECK (
        num_nulls(granted, answer, answered_by, answered_at) IN (0, 4))
);
CREATE UNIQUE INDEX firm_request_is_open_once ON firm_request (round, target, kind, visit, coalesce(inspector, ''))
    WHERE answered_at IS NULL;
CREATE INDEX firm_request_by_round ON firm_request (round, target);

CREATE TABLE told_visit (
    round uuid NOT NULL REFERENCES round ON DELETE CASCADE,
    target text NOT NULL REFERENCES target,
    anchor text NOT NULL,
    begins_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL CHECK (ends_at > begins_at),
    content_digest text NOT NULL CHECK (content_digest ~ '^[0-9a-f]{64}$'),
    sequence integer NOT NULL CHECK (sequence >= 0),
    cancelled boolean NOT NULL,
    told_at timestamptz NOT NULL,
    PRIMARY KEY (round, target, anchor)
);

DO $$
DECLARE
    guarded text;
BEGIN
    FOREACH guarded IN ARRAY ARRAY['firm_request', 'told_visit']
    LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', guarded);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', guarded);
        EXECUTE format('CREATE POLICY coordinator ON %I USING (onedoor_is_coordinator())', guarded);
        EXECUTE format('CREATE POLICY supervisor ON %I FOR SELECT USING (onedoor_is_supervisor())', guarded);
        -- of the letters a firm sees its own alone
        EXECUTE format(
            'CREATE POLICY own ON %1$I FOR SELECT USING (onedoor_is(''enterprise'') AND EXISTS ('
            'SELECT FROM letter WHERE letter.round = %1$I.round AND letter.target = %1$I.target))',
            guarded);
    END LOOP;
END
$$;

CREATE POLICY taking_part ON firm_request FOR SELECT USING (onedoor_department() = ANY (departments));
CREATE POLICY asks ON firm_request FOR INSERT WITH CHECK (
    onedoor_is('enterprise') AND letter::text = onedoor_actor() AND EXISTS (
        SELECT FROM letter WHERE letter.id = firm_request.letter AND letter.round = firm_request.round
        AND letter.target = firm_request.target AND letter.departments = firm_request.departments));
CREATE POLICY is_told ON told_visit FOR INSERT WITH CHECK (onedoor_is('enterprise') AND EXISTS (
    SELECT FROM letter WHERE letter.round = told_visit.round AND letter.target = told_visit.target));
CREATE POLICY is_told_anew ON told_visit FOR UPDATE USING (onedoor_is('enterprise') AND EXISTS (
    SELECT FROM letter WHERE letter.round = told_visit.round AND letter.target = told_visit.target));

GRANT SELECT ON firm_request, told_visit TO app;
GRANT INSERT (id, letter, round, target, departments, kind, visit, wished_day, inspector, reason, made_at),
    UPDATE (granted, answer, answered_by, answered_at) ON firm_request TO app;
GRANT INSERT, UPDATE (begins_at, ends_at, content_digest, sequence, cancelled, told_at) ON told_visit TO app;

CREATE TRIGGER firm_request_stays_answered
    BEFORE UPDATE ON firm_request
    FOR EACH ROW WHEN (OLD.answered_at IS NOT NULL) EXECUTE FUNCTION refuse_change();

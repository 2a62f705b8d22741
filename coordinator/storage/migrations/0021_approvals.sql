-- 凡检查必审批: between the lots and the announcement stands the approval of a round's papers, by somebody who did not
-- draw them up. What was approved is fixed by digest; a round is dispatched by an approval and by nothing else.

ALTER TYPE round_stage ADD VALUE 'teams_drawn' BEFORE 'dispatched';

-- One set of a round's papers, drawn up to be approved; `issue` counts the sets of a round.
CREATE TABLE approval (
    id uuid PRIMARY KEY,
    round uuid NOT NULL REFERENCES round ON DELETE CASCADE,
    issue integer NOT NULL CHECK (issue >= 1),
    digest text NOT NULL CHECK (digest ~ '^[0-9a-f]{64}$'),
    drawn_up_by text NOT NULL CHECK (drawn_up_by <> ''),
    drawn_up_name text NOT NULL,
    drawn_up_at timestamptz NOT NULL,
    -- the command line's operator answers for both
    single_operator boolean NOT NULL DEFAULT false,
    decision text CHECK (decision IN ('approved', 'returned')),
    decided_by text,
    decided_name text,
    decided_at timestamptz,
    number text CHECK (number <> ''),
    reason text CHECK (reason <> ''),
    UNIQUE (round, issue),
    CONSTRAINT approval_takes_two CHECK (decided_by <> drawn_up_by OR single_operator),
    CONSTRAINT approval_decided_by_somebody CHECK (
        (decision IS NULL) = (decided_by IS NULL) AND (decision IS NULL) = (decided_name IS NULL)
        AND (decision IS NULL) = (decided_at IS NULL)),
    CONSTRAINT approval_has_number CHECK ((decision IS NOT DISTINCT FROM 'approved') = (number IS NOT NULL)),
    CONSTRAINT approval_returned_has_reason CHECK ((decision IS NOT DISTINCT FROM 'returned') = (reason IS NOT NULL))
);

CREATE UNIQUE INDEX approval_waits_once ON approval (round) WHERE decision IS NULL;

CREATE TABLE paper (
    approval uuid NOT NULL REFERENCES approval ON DELETE CASCADE,
    kind text NOT NULL CHECK (kind IN ('scheme', 'approval_sheet', 'notice')),
    subject text NOT NULL,
    content bytea NOT NULL,
    digest text NOT NULL CHECK (digest = encode(sha256(content), 'hex')),
    PRIMARY KEY (approval, kind, subject)
);

DO $$
DECLARE
    guarded text;
BEGIN
    FOREACH guarded IN ARRAY ARRAY['approval', 'paper']
    LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', guarded);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', guarded);
        EXECUTE format('CREATE POLICY coordinator ON %I USING (onedoor_is_coordinator())', guarded);
        EXECUTE format('CREATE POLICY supervisor ON %I FOR SELECT USING (onedoor_is_supervisor())', guarded);
    END LOOP;
END
$$;

GRANT SELECT, INSERT ON paper TO app;
GRANT SELECT ON approval TO app;
GRANT INSERT (id, round, issue, digest, drawn_up_by, drawn_up_name, drawn_up_at, single_operator),
    UPDATE (decision, decided_by, decided_name, decided_at, number, reason) ON approval TO app;

CREATE TRIGGER approval_is_decided_once
    BEFORE UPDATE ON approval
    FOR EACH ROW WHEN (OLD.decision IS NOT NULL) EXECUTE FUNCTION refuse_change();

-- Papers come with their approval, in one transaction; later ones add nothing to it.
ALTER TABLE approval ADD COLUMN drawn_up_in xid8 NOT NULL DEFAULT pg_current_xact_id();

CREATE FUNCTION refuse_late_paper() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF EXISTS (
        SELECT FROM (SELECT DISTINCT approval FROM added) AS named JOIN approval ON approval.id = named.approval
        WHERE decision IS NOT NULL OR drawn_up_in <> pg_current_xact_id())
    THEN
        RAISE EXCEPTION 'these papers are drawn up' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NULL;
END
$$;

CREATE TRIGGER paper_comes_with_its_approval
    AFTER INSERT ON paper REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_late_paper();

CREATE FUNCTION refuse_unapproved() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM approval WHERE round = NEW.id AND decision = 'approved') THEN
        RAISE EXCEPTION 'the papers of round % are not approved', NEW.code USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER round_is_dispatched_by_approval
    BEFORE UPDATE ON round
    FOR EACH ROW WHEN (OLD.stage <> NEW.stage AND NEW.stage = 'dispatched') EXECUTE FUNCTION refuse_unapproved();

-- Draws that their parties hold together, each from its own place: when commitments end, why an attempt is void, and
-- what one person proposed and another confirmed. What spec/draw.md 3 refuses is refused here once more.

ALTER TABLE draw
    ADD COLUMN closed_at timestamptz,
    ADD COLUMN void_reason text CHECK (void_reason <> ''),
    ADD CONSTRAINT draw_void_has_reason CHECK ((state = 'void') = (void_reason IS NOT NULL)),
    ADD CONSTRAINT draw_fixed_is_bare CHECK (
        state <> 'fixed' OR (beacon = '' AND seed IS NULL AND transcript_digest IS NULL AND ended_at IS NULL));
GRANT UPDATE (closed_at, void_reason) ON draw TO app;

-- The only changes of a draw are that its list of commitments closes, once, and that it ends, once.
DROP TRIGGER draw_is_final ON draw;
CREATE TRIGGER draw_is_final
    BEFORE UPDATE ON draw
    FOR EACH ROW WHEN (
        OLD.state <> 'fixed'
        OR NEW.state = 'fixed' AND (OLD.closed_at IS NOT NULL OR NEW.closed_at IS NULL)
        OR NEW.state <> 'fixed' AND NEW.closed_at IS DISTINCT FROM OLD.closed_at)
    EXECUTE FUNCTION refuse_change();

-- Whoever acts, all parties' commitments are asked; the draw's row is locked, so steps come one after the other.
CREATE OR REPLACE FUNCTION refuse_late_secret() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
DECLARE
    office text := current_setting('onedoor.office', true);
    asked draw;
    head jsonb;
BEGIN
    PERFORM set_config('onedoor.office', 'operator', true);
    IF TG_OP = 'UPDATE' AND OLD.secret IS NOT NULL THEN
        RAISE EXCEPTION 'the secret of % is revealed', OLD.party USING ERRCODE = 'insufficient_privilege';
    END IF;
    SELECT * INTO asked FROM draw WHERE id = NEW.draw AND state = 'fixed' FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'draw % has ended', NEW.draw USING ERRCODE = 'insufficient_privilege';
    END IF;
    SELECT convert_from(content, 'UTF8') INTO head FROM draw_file WHERE draw = NEW.draw AND name = 'head.json';
    IF NOT head -> 'parties' ? NEW.party THEN
        RAISE EXCEPTION '% is no party of draw %', NEW.party, NEW.draw USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF TG_OP = 'INSERT' AND (asked.closed_at IS NOT NULL
        OR EXISTS (SELECT FROM commitment WHERE draw = NEW.draw AND secret IS NOT NULL))
    THEN
        RAISE EXCEPTION 'commitments to draw % are closed', NEW.draw USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF TG_OP = 'UPDATE' AND asked.closed_at IS NULL AND EXISTS (
        SELECT FROM jsonb_array_elements_text(head -> 'parties') AS party
        WHERE NOT EXISTS (SELECT FROM commitment WHERE draw = NEW.draw AND commitment.party = party.value))
    THEN
        RAISE EXCEPTION 'commitments to draw % are still open', NEW.draw USING ERRCODE = 'insufficient_privilege';
    END IF;
    -- one operator answers for a draw that no party can be late for
    IF TG_OP = 'UPDATE' AND NOT asked.single_operator AND NEW.revealed_at > (head ->> 'reveal_by')::timestamptz THEN
        RAISE EXCEPTION '% reveals too late', NEW.party USING ERRCODE = 'insufficient_privilege';
    END IF;
    PERFORM set_config('onedoor.office', office, true);
    RETURN NEW;
END
$$;

-- A later attempt has the files of the one before it, all but the head (spec/draw.md 3).
CREATE FUNCTION refuse_other_document() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF NEW.name <> 'head.json' AND EXISTS (
        SELECT FROM draw AS this JOIN draw AS before
            ON before.round = this.round AND before.stage = this.stage AND before.attempt < this.attempt
        JOIN draw_file ON draw_file.draw = before.id AND draw_file.name = NEW.name
        WHERE this.id = NEW.draw AND draw_file.content <> NEW.content)
    THEN
        RAISE EXCEPTION 'the document of draw % is not that of the attempt before', NEW.draw
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER draw_file_is_the_same_in_each_attempt
    BEFORE INSERT ON draw_file
    FOR EACH ROW EXECUTE FUNCTION refuse_other_document();

-- What takes two people: one proposes, another confirms; the facts are what the first one saw.
CREATE TABLE proposal (
    id uuid PRIMARY KEY,
    act text NOT NULL CHECK (act ~ '^[a-z][a-z_]{0,39}$'),
    subject text NOT NULL CHECK (subject <> ''),
    round uuid REFERENCES round ON DELETE CASCADE,
    facts jsonb NOT NULL CHECK (jsonb_typeof(facts) = 'object'),
    proposer uuid NOT NULL REFERENCES account,
    proposer_name text NOT NULL,
    proposed_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL CHECK (expires_at > proposed_at),
    confirmer uuid REFERENCES account,
    confirmer_name text,
    confirmed_at timestamptz,
    withdrawn_at timestamptz,
    CONSTRAINT proposal_takes_two CHECK (confirmer <> proposer),
    CONSTRAINT proposal_confirmed_by_somebody CHECK (
        (confirmed_at IS NULL) = (confirmer IS NULL) AND (confirmed_at IS NULL) = (confirmer_name IS NULL)),
    CONSTRAINT proposal_confirmed_in_time CHECK (confirmed_at < expires_at),
    CONSTRAINT proposal_ends_one_way CHECK (confirmed_at IS NULL OR withdrawn_at IS NULL)
);

CREATE UNIQUE INDEX proposal_stands_once ON proposal (act, subject)
    WHERE confirmed_at IS NULL AND withdrawn_at IS NULL;

ALTER TABLE proposal ENABLE ROW LEVEL SECURITY;
ALTER TABLE proposal FORCE ROW LEVEL SECURITY;
CREATE POLICY coordinator ON proposal USING (onedoor_is_coordinator());
CREATE POLICY supervisor ON proposal FOR SELECT USING (onedoor_is_supervisor());

GRANT SELECT ON proposal TO app;
GRANT INSERT (id, act, subject, round, facts, proposer, proposer_name, proposed_at, expires_at),
    UPDATE (confirmer, confirmer_name, confirmed_at, withdrawn_at) ON proposal TO app;

CREATE TRIGGER proposal_ends_once
    BEFORE UPDATE ON proposal
    FOR EACH ROW WHEN (OLD.confirmed_at IS NOT NULL OR OLD.withdrawn_at IS NOT NULL) EXECUTE FUNCTION refuse_change();

CREATE FUNCTION refuse_one_alone() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM proposal
        WHERE act = 'hold_draw' AND subject = NEW.id::text AND confirmed_at IS NOT NULL)
    THEN
        RAISE EXCEPTION 'draw % is held by two people', NEW.id USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER draw_is_held_by_two
    BEFORE UPDATE ON draw
    FOR EACH ROW WHEN (NEW.state = 'held' AND NOT NEW.single_operator) EXECUTE FUNCTION refuse_one_alone();

-- A round planned again with something altered, beside the plan that stands: until its lots are fixed somebody takes the
-- new plan or leaves the old one. What allows more than the round's rules did is taken by two people.

CREATE TABLE replanning (
    -- its job's, too
    id uuid PRIMARY KEY,
    round uuid NOT NULL REFERENCES round ON DELETE CASCADE,
    base uuid NOT NULL REFERENCES plan ON DELETE CASCADE,
    alterations jsonb NOT NULL CHECK (jsonb_typeof(alterations) = 'array' AND jsonb_array_length(alterations) > 0),
    is_looser boolean NOT NULL,
    problem bytea NOT NULL,
    asked_name text NOT NULL,
    asked_at timestamptz NOT NULL,
    document bytea,
    moves bytea,
    outcome text CHECK (outcome IN ('taken', 'left')),
    decided_name text,
    decided_at timestamptz,
    reason text CHECK (reason <> ''),
    proposal uuid REFERENCES proposal ON DELETE CASCADE,
    CONSTRAINT replanning_made_whole CHECK ((document IS NULL) = (moves IS NULL)),
    CONSTRAINT replanning_decided_by_somebody CHECK (
        (outcome IS NULL) = (decided_name IS NULL) AND (outcome IS NULL) = (decided_at IS NULL)),
    CONSTRAINT replanning_taken_has_plan CHECK (outcome IS DISTINCT FROM 'taken' OR document IS NOT NULL),
    CONSTRAINT replanning_loosened_by_two CHECK (
        outcome IS DISTINCT FROM 'taken' OR NOT is_looser OR (proposal IS NOT NULL AND reason IS NOT NULL))
);

CREATE INDEX replanning_of_round ON replanning (round, asked_at);

ALTER TABLE replanning ENABLE ROW LEVEL SECURITY;
ALTER TABLE replanning FORCE ROW LEVEL SECURITY;
CREATE POLICY coordinator ON replanning USING (onedoor_is_coordinator());
CREATE POLICY supervisor ON replanning FOR SELECT USING (onedoor_is_supervisor());

GRANT SELECT ON replanning TO app;
GRANT INSERT (id, round, base, alterations, is_looser, problem, asked_name, asked_at),
    UPDATE (document, moves, outcome, decided_name, decided_at, reason, proposal) ON replanning TO app;

CREATE TRIGGER replanning_has_its_turn
    AFTER INSERT ON replanning REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_out_of_turn('planned');

CREATE TRIGGER replanning_is_decided_once
    BEFORE UPDATE ON replanning
    FOR EACH ROW WHEN (OLD.outcome IS NOT NULL OR (OLD.document IS NOT NULL AND NEW.document <> OLD.document))
    EXECUTE FUNCTION refuse_change();

CREATE FUNCTION refuse_unconfirmed() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM proposal WHERE id = NEW.proposal AND act = 'override_rule' AND subject = NEW.id::text
        AND confirmed_at IS NOT NULL)
    THEN
        RAISE EXCEPTION 'no rule is overridden by one person' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER replanning_loosened_by_a_confirmed_proposal
    BEFORE UPDATE ON replanning
    FOR EACH ROW WHEN (NEW.outcome = 'taken' AND NEW.is_looser) EXECUTE FUNCTION refuse_unconfirmed();

-- Recusal after the lots (行政处罚法 43): who asked and why, what was decided, and who took which place in which order.
--
-- team_member and desk_member stay as the lots drew them; replacements are applied to them in the order of `number`.
-- Whoever comes had a published chance for that role, or was eligible for that desk matter.

CREATE TABLE recusal_request (
    id uuid PRIMARY KEY,
    round uuid NOT NULL REFERENCES round ON DELETE CASCADE,
    target text NOT NULL REFERENCES target,
    inspector text NOT NULL,
    -- the inspector's own
    department text NOT NULL,
    cause text NOT NULL CHECK (cause IN ('declared', 'requested')),
    reason text NOT NULL CHECK (reason <> ''),
    asked_by text NOT NULL CHECK (asked_by <> ''),
    asked_name text NOT NULL,
    asked_at timestamptz NOT NULL,
    due_on date NOT NULL,
    decision text CHECK (decision IN ('granted', 'refused')),
    decided_by text,
    decided_name text,
    decided_at timestamptz,
    decision_reason text CHECK (decision_reason <> ''),
    CONSTRAINT recusal_is_decided_by_another CHECK (decided_by <> asked_by),
    CONSTRAINT recusal_decided_by_somebody CHECK (
        (decision IS NULL) = (decided_by IS NULL) AND (decision IS NULL) = (decided_name IS NULL)
        AND (decision IS NULL) = (decided_at IS NULL) AND (decision IS NULL) = (decision_reason IS NULL))
);

CREATE UNIQUE INDEX recusal_waits_once ON recusal_request (round, target, inspector) WHERE decision IS NULL;

CREATE TABLE replacement (
    round uuid NOT NULL REFERENCES round ON DELETE CASCADE,
    number integer NOT NULL CHECK (number >= 1),
    request uuid NOT NULL REFERENCES recusal_request ON DELETE CASCADE,
    plan uuid NOT NULL REFERENCES plan ON DELETE CASCADE,
    lot text NOT NULL,
    -- the lot where it is a role's: whoever comes had a chance for it
    role text CHECK (role = lot),
    leaves text NOT NULL,
    comes text CHECK (comes <> leaves),
    candidates text[] NOT NULL,
    at timestamptz NOT NULL,
    PRIMARY KEY (round, number),
    FOREIGN KEY (plan, role, comes) REFERENCES chance ON DELETE CASCADE,
    CONSTRAINT replacement_is_the_first CHECK (comes IS NOT DISTINCT FROM candidates[1])
);

-- how often teams have changed since the lots
ALTER TABLE round ADD COLUMN team_changes integer NOT NULL DEFAULT 0 CHECK (team_changes >= 0);
GRANT UPDATE (team_changes) ON round TO app;
-- papers say who goes: those drawn up before a change are no longer true
ALTER TABLE approval ADD COLUMN team_changes integer NOT NULL DEFAULT 0 CHECK (team_changes >= 0);
GRANT INSERT (team_changes) ON approval TO app;

DO $$
DECLARE
    guarded text;
BEGIN
    FOREACH guarded IN ARRAY ARRAY['recusal_request', 'replacement']
    LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', guarded);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', guarded);
        EXECUTE format('CREATE POLICY coordinator ON %I USING (onedoor_is_coordinator())', guarded);
        EXECUTE format('CREATE POLICY supervisor ON %I FOR SELECT USING (onedoor_is_supervisor())', guarded);
    END LOOP;
END
$$;

CREATE POLICY own_department ON recusal_request USING (department = onedoor_department());

GRANT SELECT, INSERT ON replacement TO app;
GRANT SELECT ON recusal_request TO app;
GRANT INSERT (id, round, target, inspector, department, cause, reason, asked_by, asked_name, asked_at, due_on),
    UPDATE (decision, decided_by, decided_name, decided_at, decision_reason) ON recusal_request TO app;

CREATE TRIGGER recusal_is_decided_once
    BEFORE UPDATE ON recusal_request
    FOR EACH ROW WHEN (OLD.decision IS NOT NULL) EXECUTE FUNCTION refuse_change();

CREATE FUNCTION refuse_undecided() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM recusal_request WHERE id = NEW.request AND round = NEW.round AND decision = 'granted') THEN
        RAISE EXCEPTION 'nobody is replaced without a granted recusal' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER replacement_follows_a_decision
    BEFORE INSERT ON replacement
    FOR EACH ROW EXECUTE FUNCTION refuse_undecided();

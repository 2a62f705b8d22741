-- A caused inspection that comes after its round was planned (临时增加的任务): filed by its department or the coordinating
-- office with reason and document, and part of the round from the moment in which a plan that has it is taken.
--
-- Its matter is numbered on when it is filed, and no number is given twice, so that none that stands ever changes.

CREATE TABLE late_cause (
    id uuid PRIMARY KEY,
    round uuid NOT NULL,
    department text NOT NULL,
    number integer NOT NULL CHECK (number >= 1),
    matter text NOT NULL CHECK (matter ~ '^M[0-9]{4,}$'),
    target text NOT NULL REFERENCES target,
    item text NOT NULL,
    source text NOT NULL CHECK (source IN ('投诉举报', '转办交办', '数据监测', '其他')),
    document text NOT NULL CHECK (document <> ''),
    note text NOT NULL CHECK (note <> ''),
    first_day date NOT NULL,
    last_day date NOT NULL,
    filed_by text NOT NULL CHECK (filed_by <> ''),
    filed_name text NOT NULL,
    filed_at timestamptz NOT NULL,
    outcome text CHECK (outcome IN ('taken', 'withdrawn')),
    -- the first that has it
    plan uuid REFERENCES plan ON DELETE CASCADE,
    decided_name text,
    decided_at timestamptz,
    UNIQUE (round, department, number),
    UNIQUE (round, matter),
    FOREIGN KEY (round, department) REFERENCES submission ON DELETE CASCADE,
    CONSTRAINT late_cause_days_in_order CHECK (first_day <= last_day),
    CONSTRAINT late_cause_taken_into_a_plan CHECK ((outcome IS NOT DISTINCT FROM 'taken') = (plan IS NOT NULL)),
    CONSTRAINT late_cause_decided_by_somebody CHECK (
        (outcome IS NULL) = (decided_name IS NULL) AND (outcome IS NULL) = (decided_at IS NULL))
);

CREATE UNIQUE INDEX late_cause_waits_once ON late_cause (round, department, item, target) WHERE outcome IS NULL;

ALTER TABLE late_cause ENABLE ROW LEVEL SECURITY;
ALTER TABLE late_cause FORCE ROW LEVEL SECURITY;
CREATE POLICY coordinator ON late_cause USING (onedoor_is_coordinator());
CREATE POLICY own_department ON late_cause USING (department = onedoor_department());
CREATE POLICY supervisor ON late_cause FOR SELECT USING (onedoor_is_supervisor());

GRANT SELECT ON late_cause TO app;
GRANT INSERT (id, round, department, number, matter, target, item, source, document, note, first_day, last_day,
    filed_by, filed_name, filed_at), UPDATE (outcome, plan, decided_name, decided_at) ON late_cause TO app;

CREATE TRIGGER late_cause_has_its_turn
    AFTER INSERT ON late_cause REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_out_of_turn('planned');

CREATE FUNCTION refuse_number_again() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF EXISTS (
        SELECT FROM caused_inspection
        WHERE round = NEW.round AND department = NEW.department AND number = NEW.number)
    THEN
        RAISE EXCEPTION 'caused inspection % of % is another', NEW.number, NEW.department
            USING ERRCODE = 'unique_violation';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER late_cause_is_numbered_on
    BEFORE INSERT ON late_cause
    FOR EACH ROW EXECUTE FUNCTION refuse_number_again();

-- It is withdrawn or taken once, while lots are not fixed, and taken only with the plan that is stored together with it.
CREATE FUNCTION refuse_other_outcome() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF OLD.outcome IS NOT NULL
        OR NOT EXISTS (SELECT FROM round WHERE id = OLD.round AND stage = 'planned')
        OR (NEW.outcome = 'taken' AND NOT EXISTS (
            SELECT FROM plan WHERE id = NEW.plan AND round = OLD.round AND live AND stored_in = pg_current_xact_id()))
    THEN
        RAISE EXCEPTION 'late cause % is not decided now', OLD.id USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER late_cause_is_decided_once
    BEFORE UPDATE ON late_cause
    FOR EACH ROW EXECUTE FUNCTION refuse_other_outcome();

CREATE FUNCTION refuse_without_matter() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM matter WHERE round = NEW.round AND id = NEW.matter) THEN
        RAISE EXCEPTION 'late cause % is taken without its matter', NEW.id USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NULL;
END
$$;

CREATE CONSTRAINT TRIGGER late_cause_brings_its_matter
    AFTER UPDATE ON late_cause DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (NEW.outcome = 'taken') EXECUTE FUNCTION refuse_without_matter();

-- Matters are stored with the first plan; after it only those of late causes, with the plan that takes them in.
CREATE FUNCTION refuse_other_matter() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF EXISTS (
        SELECT FROM added LEFT JOIN round ON round.id = added.round
        WHERE round.stage IS DISTINCT FROM 'drawn' AND NOT (round.stage IS NOT DISTINCT FROM 'planned' AND EXISTS (
            SELECT FROM late_cause AS late JOIN plan ON plan.id = late.plan
            WHERE late.outcome = 'taken' AND plan.stored_in = pg_current_xact_id()
            AND (late.round, late.matter, late.department, late.target, late.item, late.first_day, late.last_day)
                = (added.round, added.id, added.department, added.target, added.item, added.first_day, added.last_day)
            AND added.tasks = ARRAY[format('特别检查/%s/%s', late.department, late.number)]
            AND added.caused AND added.key AND added.unannounced AND NOT added.desk)))
    THEN
        RAISE EXCEPTION 'nothing is added to matter but with its plan' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NULL;
END
$$;

DROP TRIGGER matter_has_its_turn ON matter;
CREATE TRIGGER matter_has_its_turn
    AFTER INSERT ON matter REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_other_matter();

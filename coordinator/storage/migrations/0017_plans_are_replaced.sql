-- Until its lots are fixed a round's plan may be replaced by another: moved by hand, taken back, planned again. The one
-- before stays as it was, live no more; `undoes_to` is the plan that undoing goes back to.

ALTER TABLE plan
    ADD COLUMN undoes_to uuid REFERENCES plan,
    ADD COLUMN stored_in xid8 NOT NULL DEFAULT pg_current_xact_id();

GRANT UPDATE (live) ON plan TO app;

CREATE FUNCTION refuse_revival() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF NOT OLD.live OR NEW.live OR NOT EXISTS (
        SELECT FROM round WHERE id = OLD.round AND stage = 'planned')
    THEN
        RAISE EXCEPTION 'plan % is not replaced now', OLD.id USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER plan_is_replaced
    BEFORE UPDATE ON plan
    FOR EACH ROW EXECUTE FUNCTION refuse_revival();

-- Who retires a plan stores another in the same transaction.
CREATE FUNCTION refuse_gap() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM plan WHERE round = NEW.round AND live) THEN
        RAISE EXCEPTION 'plan % is replaced by none', NEW.id USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NULL;
END
$$;

CREATE CONSTRAINT TRIGGER plan_is_followed_by_another
    AFTER UPDATE ON plan DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION refuse_gap();

CREATE OR REPLACE FUNCTION refuse_out_of_turn() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF EXISTS (
        SELECT FROM (SELECT DISTINCT round FROM added) AS named WHERE NOT EXISTS (
            SELECT FROM round WHERE id = named.round AND stage = ANY (TG_ARGV::round_stage[])))
    THEN
        RAISE EXCEPTION 'nothing is added to % unless its round is %', TG_TABLE_NAME, TG_ARGV[0]
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NULL;
END
$$;

DROP TRIGGER plan_has_its_turn ON plan;
CREATE TRIGGER plan_has_its_turn
    AFTER INSERT ON plan REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_out_of_turn('drawn', 'planned');

-- A plan is stored whole, in one transaction; later ones add nothing to it.
CREATE FUNCTION refuse_late_part() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF EXISTS (
        SELECT FROM (SELECT DISTINCT plan FROM added) AS named WHERE NOT EXISTS (
            SELECT FROM plan WHERE id = named.plan AND stored_in = pg_current_xact_id()))
    THEN
        RAISE EXCEPTION 'nothing is added to % of a plan that stands', TG_TABLE_NAME
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NULL;
END
$$;

DO $$
DECLARE
    part text;
BEGIN
    FOREACH part IN ARRAY ARRAY['plan_problem', 'tour', 'visit', 'visit_matter', 'role', 'chance']
    LOOP
        EXECUTE format('DROP TRIGGER %I ON %I', part || '_has_its_turn', part);
        EXECUTE format(
            'CREATE TRIGGER %1$I AFTER INSERT ON %2$I REFERENCING NEW TABLE AS added'
            ' FOR EACH STATEMENT EXECUTE FUNCTION refuse_late_part()',
            part || '_is_stored_with_its_plan', part);
    END LOOP;
END
$$;

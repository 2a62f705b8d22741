-- What is decided stays decided, also against the service's own rights: stages go forward one by one, and documents,
-- secrets, plans and teams are written once, at their time.
--
-- The service adds rows and hardly ever rewrites one, so most rights are taken back. What it may add, it may add only
-- while the round's stage is the one to which that belongs; triggers ask it after the statement. A rehearsal still goes
-- whole with its round: ON DELETE CASCADE asks for no right of the service.

REVOKE UPDATE, DELETE ON
    task, batch, exclusion, drawn_target, matter, plan, tour, visit, visit_matter, role, chance, team_member,
    desk_member, inspection_item, submitted_item, target_entry, inspector, plan_line, recusal, caused_inspection, area,
    apart_pair, calendar_day, calendar_year FROM app;
REVOKE UPDATE ON submission FROM app;

-- A round begins at its first stage, a draw without an end, a commitment without its secret.
REVOKE INSERT, UPDATE ON round, draw, commitment FROM app;
GRANT INSERT (id, code, rehearsal_seed, settings, content_digest), UPDATE (settings, content_digest, stage)
    ON round TO app;
GRANT INSERT (id, round, stage, attempt, document_digest, single_operator, fixed_at),
    UPDATE (state, beacon, seed, transcript, transcript_digest, ended_at) ON draw TO app;
GRANT INSERT (draw, party, commitment, committed_at), UPDATE (secret, revealed_at) ON commitment TO app;

CREATE FUNCTION refuse_other_ways() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF NOT NEW.stage = ANY ((enum_range(OLD.stage, NULL))[1:2]) THEN
        RAISE EXCEPTION 'round % does not go from % to %', OLD.code, OLD.stage, NEW.stage
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF OLD.stage <> 'collected' AND (NEW.settings, NEW.content_digest) <> (OLD.settings, OLD.content_digest) THEN
        RAISE EXCEPTION 'round % has its names fixed', OLD.code USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER round_goes_forward
    BEFORE UPDATE ON round
    FOR EACH ROW EXECUTE FUNCTION refuse_other_ways();

-- The only change of a draw is its end.
DROP TRIGGER draw_is_final ON draw;
CREATE TRIGGER draw_is_final
    BEFORE UPDATE ON draw
    FOR EACH ROW WHEN (OLD.state <> 'fixed' OR NEW.state = 'fixed') EXECUTE FUNCTION refuse_change();

-- A document is fixed whole, in one transaction; later ones add nothing to it.
ALTER TABLE draw ADD COLUMN fixed_in xid8 NOT NULL DEFAULT pg_current_xact_id();

CREATE FUNCTION refuse_late_file() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM draw WHERE id = NEW.draw AND state = 'fixed' AND fixed_in = pg_current_xact_id()) THEN
        RAISE EXCEPTION 'the document of draw % is fixed', NEW.draw USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER draw_file_is_fixed_with_its_draw
    BEFORE INSERT ON draw_file
    FOR EACH ROW EXECUTE FUNCTION refuse_late_file();

CREATE FUNCTION refuse_late_secret() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.secret IS NOT NULL THEN
        RAISE EXCEPTION 'the secret of % is revealed', OLD.party USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF NOT EXISTS (SELECT FROM draw WHERE id = NEW.draw AND state = 'fixed') THEN
        RAISE EXCEPTION 'draw % has ended', NEW.draw USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER commitment_is_kept
    BEFORE INSERT OR UPDATE ON commitment
    FOR EACH ROW EXECUTE FUNCTION refuse_late_secret();

-- Once the names are fixed nothing that was handed in goes, unless the whole rehearsal does (its round is gone first).
CREATE FUNCTION refuse_late_withdrawal() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF EXISTS (SELECT FROM round WHERE id = OLD.round AND stage <> 'collected') THEN
        RAISE EXCEPTION 'the round of % has its names fixed', OLD.department USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN OLD;
END
$$;

CREATE TRIGGER submission_stays
    BEFORE DELETE ON submission
    FOR EACH ROW EXECUTE FUNCTION refuse_late_withdrawal();

CREATE FUNCTION refuse_out_of_turn() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF EXISTS (
        SELECT FROM (SELECT DISTINCT round FROM added) AS named WHERE NOT EXISTS (
            SELECT FROM round WHERE id = named.round AND stage = TG_ARGV[0]::round_stage))
    THEN
        RAISE EXCEPTION 'nothing is added to % unless its round is %', TG_TABLE_NAME, TG_ARGV[0]
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NULL;
END
$$;

CREATE FUNCTION refuse_part_out_of_turn() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF EXISTS (
        SELECT FROM (SELECT DISTINCT plan FROM added) AS named WHERE NOT EXISTS (
            SELECT FROM plan JOIN round ON round.id = plan.round
            WHERE plan.id = named.plan AND round.stage = TG_ARGV[0]::round_stage))
    THEN
        RAISE EXCEPTION 'nothing is added to % unless its round is %', TG_TABLE_NAME, TG_ARGV[0]
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NULL;
END
$$;

DO $$
DECLARE
    turn record;
BEGIN
    FOR turn IN SELECT * FROM (VALUES
        ('collected', 'refuse_out_of_turn', ARRAY[
            'submission', 'submitted_item', 'target_entry', 'inspector', 'plan_line', 'recusal', 'caused_inspection',
            'area', 'apart_pair', 'task', 'batch', 'exclusion']),
        ('frozen', 'refuse_out_of_turn', ARRAY['drawn_target']),
        ('drawn', 'refuse_out_of_turn', ARRAY['matter', 'plan']),
        ('drawn', 'refuse_part_out_of_turn', ARRAY[
            'plan_problem', 'tour', 'visit', 'visit_matter', 'role', 'chance']),
        ('lots_frozen', 'refuse_part_out_of_turn', ARRAY['team_member', 'desk_member'])
    ) AS turns (stage, refusal, guarded)
    LOOP
        FOR i IN 1 .. array_length(turn.guarded, 1) LOOP
            EXECUTE format(
                'CREATE TRIGGER %1$I AFTER INSERT ON %2$I REFERENCING NEW TABLE AS added'
                ' FOR EACH STATEMENT EXECUTE FUNCTION %3$I(%4$L)',
                turn.guarded[i] || '_has_its_turn', turn.guarded[i], turn.refusal, turn.stage);
        END LOOP;
    END LOOP;
END
$$;

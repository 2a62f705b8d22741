-- A visit moved after the lots (改期): from which half-day to which, why, by whom. Its drawn team goes with it, so that no
-- record names anybody. What the draw fixed stays; who goes where as things stand is in standing_member.

CREATE TABLE rescheduling (
    round uuid NOT NULL REFERENCES round ON DELETE CASCADE,
    number integer NOT NULL CHECK (number >= 1),
    plan uuid NOT NULL,
    -- the visit's first: it names the visit wherever it is
    matter text NOT NULL,
    target text NOT NULL REFERENCES target,
    was_tour text NOT NULL,
    was_half_day text NOT NULL,
    was_start text NOT NULL CHECK (was_start ~ '^[0-2][0-9]:[0-5][0-9]$'),
    tour text NOT NULL CHECK (tour <> ''),
    half_day text NOT NULL,
    start text NOT NULL CHECK (start ~ '^[0-2][0-9]:[0-5][0-9]$'),
    joins boolean NOT NULL,
    replacements integer NOT NULL CHECK (replacements >= 0),
    changes integer NOT NULL CHECK (changes >= number),
    reason text NOT NULL CHECK (reason <> ''),
    -- the firm's, if a firm asked: it is granted once
    request uuid UNIQUE REFERENCES firm_request ON DELETE CASCADE,
    moved_by text NOT NULL CHECK (moved_by <> ''),
    moved_name text NOT NULL,
    at timestamptz NOT NULL,
    moved_in xid8 NOT NULL DEFAULT pg_current_xact_id(),
    PRIMARY KEY (round, number),
    FOREIGN KEY (plan, matter) REFERENCES visit_matter ON DELETE CASCADE,
    CONSTRAINT rescheduling_goes_elsewhere CHECK (half_day <> was_half_day)
);

-- Who goes as things stand, after replacements and moves: whom the lots drew for `role`, or who took the place, in
-- `lot`, which is the same but for tours that came to be by a move.
CREATE TABLE standing_member (
    plan uuid NOT NULL REFERENCES plan ON DELETE CASCADE,
    lot text NOT NULL,
    role text NOT NULL,
    half_day text NOT NULL,
    inspector text NOT NULL,
    PRIMARY KEY (plan, lot, inspector),
    CONSTRAINT standing_member_is_in_one_place UNIQUE (plan, inspector, half_day),
    FOREIGN KEY (plan, role, inspector) REFERENCES chance ON DELETE CASCADE
);

SELECT set_config('onedoor.office', 'coordinator', true);
INSERT INTO standing_member SELECT plan, role, role, half_day, inspector FROM team_member;
DO $$
DECLARE
    each record;
BEGIN
    FOR each IN SELECT * FROM replacement WHERE role IS NOT NULL ORDER BY round, number
    LOOP
        DELETE FROM standing_member WHERE plan = each.plan AND lot = each.lot AND inspector = each.leaves;
        INSERT INTO standing_member
        SELECT each.plan, id, id, half_day, each.comes FROM role
        WHERE plan = each.plan AND id = each.role AND each.comes IS NOT NULL;
    END LOOP;
END
$$;

DO $$
DECLARE
    guarded text;
BEGIN
    FOREACH guarded IN ARRAY ARRAY['rescheduling', 'standing_member']
    LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', guarded);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', guarded);
        EXECUTE format('CREATE POLICY coordinator ON %I USING (onedoor_is_coordinator())', guarded);
        EXECUTE format('CREATE POLICY supervisor ON %I FOR SELECT USING (onedoor_is_supervisor())', guarded);
    END LOOP;
END
$$;

GRANT SELECT ON rescheduling TO app;
GRANT INSERT (round, number, plan, matter, target, was_tour, was_half_day, was_start, tour, half_day, start, joins,
    replacements, changes, reason, request, moved_by, moved_name, at) ON rescheduling TO app;
GRANT SELECT, INSERT, DELETE ON standing_member TO app;

CREATE TRIGGER rescheduling_has_its_turn
    AFTER INSERT ON rescheduling REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_out_of_turn('teams_drawn', 'dispatched');

-- A target opens its door at most once in a half-day, moved visits included.
CREATE FUNCTION refuse_second_door() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF EXISTS (
        SELECT FROM visit
        JOIN visit_matter AS moving ON moving.plan = NEW.plan AND moving.matter = NEW.matter
        WHERE visit.plan = NEW.plan AND visit.target = moving.target AND visit.half_day <> moving.half_day
        AND NEW.half_day = coalesce((
            SELECT moved.half_day FROM rescheduling AS moved
            JOIN visit_matter AS its ON its.plan = moved.plan AND its.matter = moved.matter
            WHERE moved.plan = visit.plan AND its.target = visit.target AND its.half_day = visit.half_day
            ORDER BY moved.number DESC LIMIT 1), visit.half_day))
    THEN
        RAISE EXCEPTION 'the door of % is opened already in %', NEW.target, NEW.half_day
            USING ERRCODE = 'unique_violation', CONSTRAINT = 'rescheduling_opens_once';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER rescheduling_opens_once
    BEFORE INSERT ON rescheduling
    FOR EACH ROW EXECUTE FUNCTION refuse_second_door();

-- Who goes changes with the lots, with a replacement and with a move, and in no other way.
CREATE FUNCTION follow_lots() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    INSERT INTO standing_member VALUES (NEW.plan, NEW.role, NEW.role, NEW.half_day, NEW.inspector);
    RETURN NULL;
END
$$;

CREATE TRIGGER team_member_goes
    AFTER INSERT ON team_member
    FOR EACH ROW EXECUTE FUNCTION follow_lots();

CREATE FUNCTION follow_replacement() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
DECLARE
    place standing_member;
BEGIN
    DELETE FROM standing_member WHERE plan = NEW.plan AND lot = NEW.lot AND inspector = NEW.leaves
        RETURNING * INTO place;
    IF FOUND AND NEW.comes IS NOT NULL THEN
        INSERT INTO standing_member VALUES (place.plan, place.lot, place.role, place.half_day, NEW.comes);
    END IF;
    RETURN NULL;
END
$$;

CREATE TRIGGER replacement_goes
    AFTER INSERT ON replacement
    FOR EACH ROW EXECUTE FUNCTION follow_replacement();

CREATE FUNCTION refuse_quiet_change() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF pg_trigger_depth() = 1 AND NOT EXISTS (
        SELECT FROM rescheduling WHERE plan = coalesce(NEW.plan, OLD.plan) AND moved_in = pg_current_xact_id())
    THEN
        RAISE EXCEPTION 'nobody comes or goes without a move' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN coalesce(NEW, OLD);
END
$$;

CREATE TRIGGER standing_member_follows
    BEFORE INSERT OR DELETE ON standing_member
    FOR EACH ROW EXECUTE FUNCTION refuse_quiet_change();

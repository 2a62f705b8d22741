-- Outside systems: destinations that two people approved, their secrets apart, every try with its answer, and what a
-- receiver says when it is asked later.

CREATE TYPE destination_state AS ENUM ('open', 'paused', 'closed');

-- `name` is what outbox.destination says; who proposed and who approved are two people by the table proposal. Settings hold no secret; which addresses may be reached is part of them.
CREATE TABLE destination (
    name text PRIMARY KEY CHECK (name ~ '^[a-z][a-z0-9-]{1,39}$'),
    connector text NOT NULL CHECK (connector ~ '^[a-z][a-z_]{0,39}$'),
    title text NOT NULL CHECK (title <> ''),
    department text NOT NULL CHECK (department <> ''),
    wants text[] NOT NULL CHECK (wants <> '{}'),
    settings jsonb NOT NULL,
    state destination_state NOT NULL DEFAULT 'open',
    proposed_by text NOT NULL CHECK (proposed_by <> ''),
    approved_by text NOT NULL CHECK (approved_by <> ''),
    approved_at timestamptz NOT NULL
);

-- Sealed under the service's key; read by the office `gate` alone.
CREATE TABLE destination_secret (
    destination text NOT NULL CHECK (destination ~ '^[a-z][a-z0-9-]{1,39}$'),
    name text NOT NULL CHECK (name <> ''),
    sealed text NOT NULL CHECK (sealed <> ''),
    set_by text NOT NULL,
    set_at timestamptz NOT NULL,
    PRIMARY KEY (destination, name)
);

-- One try: when, how it ended, and what was answered or went wrong.
CREATE TABLE delivery_attempt (
    outbox uuid NOT NULL REFERENCES outbox ON DELETE CASCADE,
    fencing bigint NOT NULL CHECK (fencing > 0),
    started_at timestamptz NOT NULL,
    ended_at timestamptz NOT NULL,
    state delivery_state NOT NULL,
    answer text NOT NULL,
    PRIMARY KEY (outbox, fencing),
    CONSTRAINT delivery_attempt_ends_after_it_starts CHECK (ended_at >= started_at)
);

CREATE TRIGGER delivery_attempt_is_final BEFORE UPDATE ON delivery_attempt
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- `ask_at` is when the receiver is asked what became of it, `confirmation` what it said last.
ALTER TABLE delivery ADD COLUMN ask_at timestamptz;
ALTER TABLE delivery ADD COLUMN confirmation jsonb;
ALTER TABLE delivery ADD CONSTRAINT delivery_asked_when_delivered CHECK (ask_at IS NULL OR state = 'delivered');
CREATE INDEX delivery_to_ask ON delivery (ask_at) WHERE ask_at IS NOT NULL;

-- The line in which a partner's packages stand, so that the next is found without looking at those behind it.
ALTER TABLE delivery ADD COLUMN line text;
ALTER TABLE delivery ADD COLUMN place bigint;
SELECT set_config('onedoor.office', 'coordinator', true);
UPDATE delivery SET line = queued.line, place = queued.place
FROM (SELECT id, jsonb_build_array(connector, destination, recipient)::text AS line,
             row_number() OVER (ORDER BY created_at, batch, number) AS place FROM outbox) AS queued
WHERE queued.id = delivery.outbox;
ALTER TABLE delivery ALTER COLUMN line SET NOT NULL;
ALTER TABLE delivery ALTER COLUMN place SET NOT NULL;
CREATE SEQUENCE delivery_place OWNED BY delivery.place;
SELECT setval('delivery_place', coalesce((SELECT max(place) FROM delivery), 0) + 1, false);
ALTER TABLE delivery ALTER COLUMN place SET DEFAULT nextval('delivery_place');
CREATE INDEX delivery_in_line ON delivery (line, place) WHERE state = 'waiting';

DO $$
DECLARE
    guarded text;
BEGIN
    FOREACH guarded IN ARRAY ARRAY['destination', 'destination_secret', 'delivery_attempt']
    LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', guarded);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', guarded);
    END LOOP;
END
$$;

CREATE POLICY coordinator ON destination USING (onedoor_is_coordinator());
CREATE POLICY administrator ON destination USING (onedoor_office() = 'administrator');
CREATE POLICY own_department ON destination FOR SELECT USING (department = onedoor_department());
CREATE POLICY supervisor ON destination FOR SELECT USING (onedoor_is_supervisor());
CREATE POLICY administrator ON proposal
    USING (onedoor_office() = 'administrator' AND act = 'manage_destinations');
CREATE POLICY gate ON destination_secret USING (onedoor_office() = 'gate');
CREATE POLICY coordinator ON delivery_attempt USING (onedoor_is_coordinator());
CREATE POLICY of_visible_package ON delivery_attempt FOR SELECT USING (EXISTS (
    SELECT FROM outbox WHERE id = delivery_attempt.outbox));

GRANT SELECT, INSERT, UPDATE ON destination, destination_secret TO app;
GRANT SELECT, INSERT ON delivery_attempt TO app;
GRANT USAGE ON SEQUENCE delivery_place TO app;

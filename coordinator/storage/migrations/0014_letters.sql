-- Letters to firms, what opens them, and the sessions in which a firm looks at its page.
--
-- A letter belongs to a round and a target; one stands at a time. The firm acts in the office `enterprise` with the
-- letter's id as its name, and policies show it what belongs to that letter. What opens a letter, how often that was
-- tried, and sessions are read by the gate alone. Tries are counted by the digest of the number that was typed, whether
-- or not a letter bears it: so a number that exists cannot be told from one that does not.

CREATE TABLE letter (
    id uuid PRIMARY KEY,
    round uuid NOT NULL REFERENCES round ON DELETE CASCADE,
    target text NOT NULL REFERENCES target,
    departments text[] NOT NULL CHECK (cardinality(departments) > 0),
    number text NOT NULL UNIQUE CHECK (number ~ '^[0-9A-HJKMNP-TV-Z]{8}$'),
    issued_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL CHECK (expires_at > issued_at),
    first_opened_on date,
    reopened_at timestamptz,
    withdrawn_at timestamptz
);
CREATE UNIQUE INDEX letter_stands_once ON letter (round, target) WHERE withdrawn_at IS NULL;

CREATE TABLE letter_secret (
    letter uuid PRIMARY KEY REFERENCES letter ON DELETE CASCADE,
    number_digest bytea NOT NULL UNIQUE CHECK (length(number_digest) = 32),
    code_hash text NOT NULL CHECK (code_hash LIKE '$argon2id$%'),
    feed_digest bytea UNIQUE CHECK (length(feed_digest) = 32)
);

CREATE TABLE letter_try (
    number_digest bytea PRIMARY KEY CHECK (length(number_digest) = 32),
    failures integer NOT NULL CHECK (failures > 0),
    last_at timestamptz NOT NULL
);

CREATE TABLE letter_session (
    digest bytea PRIMARY KEY CHECK (length(digest) = 32),
    letter uuid NOT NULL REFERENCES letter ON DELETE CASCADE,
    began_at timestamptz NOT NULL,
    seen_at timestamptz NOT NULL
);
CREATE INDEX letter_session_by_letter ON letter_session (letter);

DO $$
DECLARE
    guarded text;
BEGIN
    FOREACH guarded IN ARRAY ARRAY['letter', 'letter_secret', 'letter_try', 'letter_session']
    LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', guarded);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', guarded);
        EXECUTE format('CREATE POLICY gate ON %I USING (onedoor_is(''gate''))', guarded);
    END LOOP;
END
$$;

CREATE POLICY coordinator ON letter USING (onedoor_is_coordinator());
CREATE POLICY supervisor ON letter FOR SELECT USING (onedoor_is_supervisor());
CREATE POLICY taking_part ON letter USING (onedoor_department() = ANY (departments));
CREATE POLICY own ON letter FOR SELECT USING (onedoor_is('enterprise') AND id::text = onedoor_actor());

GRANT SELECT ON letter, letter_secret, letter_try, letter_session TO app;
GRANT INSERT (id, round, target, departments, number, issued_at, expires_at),
    UPDATE (first_opened_on, reopened_at, withdrawn_at) ON letter TO app;
GRANT INSERT, UPDATE (feed_digest) ON letter_secret TO app;
GRANT INSERT, UPDATE, DELETE ON letter_try TO app;
GRANT INSERT, UPDATE (seen_at), DELETE ON letter_session TO app;

CREATE TRIGGER letter_has_its_turn
    AFTER INSERT ON letter REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_out_of_turn('dispatched');
CREATE TRIGGER letter_stays_withdrawn
    BEFORE UPDATE ON letter
    FOR EACH ROW WHEN (OLD.withdrawn_at IS NOT NULL) EXECUTE FUNCTION refuse_change();

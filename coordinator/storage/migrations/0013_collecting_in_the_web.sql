-- Rounds that are collected in the web: until when and by whom is to be handed in, and every workbook tried or handed in.

CREATE TABLE collection (
    round uuid PRIMARY KEY REFERENCES round ON DELETE CASCADE,
    -- round.toml, byte for byte
    settings_file bytea NOT NULL,
    due_on date NOT NULL
);

CREATE TABLE asked_department (
    round uuid NOT NULL REFERENCES collection ON DELETE CASCADE,
    department text NOT NULL CHECK (length(department) BETWEEN 1 AND 80),
    PRIMARY KEY (round, department)
);

-- A workbook is tried first; with a number it has been handed in. The one with the highest number that was not undone
-- stands. `replaces` is the one that stood when it was tried, `settings_digest` what the round's settings were then.
CREATE TABLE hand_in (
    id uuid PRIMARY KEY,
    round uuid NOT NULL,
    department text NOT NULL,
    file text NOT NULL,
    sha256 text NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    content bytea NOT NULL,
    replaces uuid REFERENCES hand_in ON DELETE CASCADE,
    settings_digest text NOT NULL CHECK (settings_digest ~ '^[0-9a-f]{64}$'),
    trial jsonb NOT NULL,
    tried_by text NOT NULL,
    tried_at timestamptz NOT NULL,
    number integer CHECK (number >= 1),
    handed_in_by text,
    handed_in_at timestamptz,
    undone_by text,
    undone_at timestamptz,
    UNIQUE (round, department, number),
    FOREIGN KEY (round, department) REFERENCES asked_department ON DELETE CASCADE,
    CONSTRAINT hand_in_has_moment CHECK (num_nonnulls(number, handed_in_by, handed_in_at) IN (0, 3)),
    CONSTRAINT hand_in_undone_has_moment CHECK (num_nonnulls(undone_by, undone_at) IN (0, 2)),
    CONSTRAINT hand_in_undone_was_handed_in CHECK (undone_at IS NULL OR handed_in_at <= undone_at)
);

-- What a submission came to when it was taken in, so that one that comes to the same is not written anew.
ALTER TABLE submission ADD COLUMN taken_digest text NOT NULL DEFAULT '' CHECK (taken_digest ~ '^([0-9a-f]{64})?$');

DO $$
DECLARE
    guarded text;
BEGIN
    FOREACH guarded IN ARRAY ARRAY['collection', 'asked_department', 'hand_in']
    LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', guarded);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', guarded);
        EXECUTE format('CREATE POLICY coordinator ON %I USING (onedoor_is_coordinator())', guarded);
        EXECUTE format('CREATE POLICY supervisor ON %I FOR SELECT USING (onedoor_is_supervisor())', guarded);
    END LOOP;
END
$$;

CREATE POLICY own_department ON asked_department FOR SELECT USING (department = onedoor_department());
CREATE POLICY own_department ON hand_in FOR SELECT USING (department = onedoor_department());
CREATE POLICY asked ON collection FOR SELECT USING (onedoor_department() IS NOT NULL AND EXISTS (
    SELECT FROM asked_department WHERE asked_department.round = collection.round
    AND department = onedoor_department()));
CREATE POLICY asked ON round FOR SELECT USING (onedoor_department() IS NOT NULL AND EXISTS (
    SELECT FROM asked_department WHERE asked_department.round = round.id AND department = onedoor_department()));

GRANT SELECT, INSERT, UPDATE (due_on) ON collection TO app;
GRANT SELECT, INSERT, DELETE ON asked_department TO app;
GRANT SELECT, DELETE, INSERT (id, round, department, file, sha256, content, replaces, settings_digest, trial, tried_by,
    tried_at), UPDATE (number, handed_in_by, handed_in_at, undone_by, undone_at) ON hand_in TO app;

-- What was handed in stays, and so does what was undone; only what was merely tried goes.
CREATE FUNCTION refuse_other_end() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.number IS NOT NULL AND EXISTS (SELECT FROM round WHERE id = OLD.round) THEN
            RAISE EXCEPTION 'what % handed in stays', OLD.department USING ERRCODE = 'insufficient_privilege';
        END IF;
        RETURN OLD;
    END IF;
    IF OLD.undone_at IS NOT NULL OR (OLD.number IS NOT NULL) <> (NEW.undone_at IS NOT NULL)
        OR NOT EXISTS (SELECT FROM round WHERE id = OLD.round AND stage = 'collected')
    THEN
        RAISE EXCEPTION 'a workbook is handed in once and undone once, while its round is collected'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER hand_in_ends_once
    BEFORE UPDATE OR DELETE ON hand_in
    FOR EACH ROW EXECUTE FUNCTION refuse_other_end();

-- What the registry of enterprises says, beside what departments list: taken in batch by batch, each change kept.
--
-- Registrations are nobody's and everybody's: whoever sees a directory may read them.

CREATE TABLE registry_batch (
    id uuid PRIMARY KEY,
    source text NOT NULL CHECK (source <> ''),
    -- where the next pull from this source goes on; empty for files
    cursor text NOT NULL,
    taken_at timestamptz NOT NULL,
    taken_by text NOT NULL CHECK (taken_by <> ''),
    "rows" bigint NOT NULL CHECK ("rows" >= 0),
    refused jsonb NOT NULL
);

CREATE INDEX registry_batch_by_source ON registry_batch (source, taken_at);

CREATE TABLE registration (
    code text PRIMARY KEY CHECK (code <> ''),
    former_number text NOT NULL,
    name text NOT NULL CHECK (name <> ''),
    kind text NOT NULL,
    status text NOT NULL CHECK (status IN ('存续', '吊销', '注销', '撤销', '迁出')),
    address text NOT NULL,
    area text NOT NULL,
    industry text NOT NULL,
    registered_on date,
    lists text[] NOT NULL
);

-- a target that a department still lists under its number of before the unified code
CREATE INDEX registration_by_former_number ON registration (former_number) WHERE former_number <> '';

CREATE INDEX registration_not_open ON registration (code) WHERE status <> '存续';

CREATE TABLE registration_change (
    batch uuid NOT NULL REFERENCES registry_batch,
    code text NOT NULL,
    change text NOT NULL CHECK (change IN ('new', 'changed', 'closed', 'reopened', 'listed', 'unlisted')),
    before jsonb,
    after jsonb NOT NULL,
    PRIMARY KEY (batch, code, change)
);

CREATE TRIGGER registration_change_is_final BEFORE UPDATE ON registration_change
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

DO $$
DECLARE
    guarded text;
BEGIN
    FOREACH guarded IN ARRAY ARRAY['registry_batch', 'registration', 'registration_change']
    LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', guarded);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', guarded);
        EXECUTE format('CREATE POLICY coordinator ON %I USING ((SELECT onedoor_is_coordinator()))', guarded);
        EXECUTE format(
            'CREATE POLICY whoever_reads ON %I FOR SELECT USING ('
            '(SELECT onedoor_department() IS NOT NULL OR onedoor_is_supervisor()))',
            guarded);
    END LOOP;
END
$$;

GRANT SELECT, INSERT, UPDATE (cursor, "rows", refused) ON registry_batch TO app;
GRANT SELECT, INSERT ON registration_change TO app;
GRANT SELECT, INSERT, UPDATE ON registration TO app;

-- The annual plan (年度抽查工作计划), by calendar year: every change with who, what and why; issues approved by another
-- than who drew them up; causes of tasks that stand in no line.

CREATE TABLE annual_change (
    year integer NOT NULL CHECK (year BETWEEN 2000 AND 2100),
    number integer NOT NULL CHECK (number >= 1),
    line text NOT NULL CHECK (line <> ''),
    department text NOT NULL CHECK (department <> ''),
    -- the line as it stands from then on; without it, it was withdrawn
    content jsonb CHECK (jsonb_typeof(content) = 'object'),
    reason text NOT NULL CHECK (reason <> ''),
    by_id text NOT NULL CHECK (by_id <> ''),
    by_name text NOT NULL,
    at timestamptz NOT NULL,
    PRIMARY KEY (year, number)
);

CREATE TABLE annual_issue (
    id uuid PRIMARY KEY,
    year integer NOT NULL CHECK (year BETWEEN 2000 AND 2100),
    issue integer NOT NULL CHECK (issue >= 1),
    content bytea NOT NULL,
    digest text NOT NULL CHECK (digest = encode(sha256(content), 'hex')),
    drawn_up_by text NOT NULL CHECK (drawn_up_by <> ''),
    drawn_up_name text NOT NULL,
    drawn_up_at timestamptz NOT NULL,
    decision text CHECK (decision IN ('approved', 'returned')),
    decided_by text,
    decided_name text,
    decided_at timestamptz,
    number text CHECK (number <> ''),
    reason text CHECK (reason <> ''),
    UNIQUE (year, issue),
    CONSTRAINT annual_issue_takes_two CHECK (decided_by <> drawn_up_by),
    CONSTRAINT annual_issue_decided_by_somebody CHECK (
        (decision IS NULL) = (decided_by IS NULL) AND (decision IS NULL) = (decided_name IS NULL)
        AND (decision IS NULL) = (decided_at IS NULL)),
    CONSTRAINT annual_issue_has_number CHECK ((decision IS NOT DISTINCT FROM 'approved') = (number IS NOT NULL)),
    CONSTRAINT annual_issue_returned_has_reason CHECK (
        (decision IS NOT DISTINCT FROM 'returned') = (reason IS NOT NULL))
);

CREATE UNIQUE INDEX annual_issue_waits_once ON annual_issue (year) WHERE decision IS NULL;

-- A task of a round that stands in no line of the published plan (R01).
CREATE TABLE unplanned_cause (
    round uuid NOT NULL,
    task text NOT NULL,
    reason text NOT NULL CHECK (reason <> ''),
    by_name text NOT NULL,
    at timestamptz NOT NULL,
    PRIMARY KEY (round, task),
    FOREIGN KEY (round, task) REFERENCES task ON DELETE CASCADE
);

DO $$
DECLARE
    guarded text;
BEGIN
    FOREACH guarded IN ARRAY ARRAY['annual_change', 'annual_issue', 'unplanned_cause']
    LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', guarded);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', guarded);
        EXECUTE format('CREATE POLICY coordinator ON %I USING (onedoor_is_coordinator())', guarded);
        EXECUTE format('CREATE POLICY supervisor ON %I FOR SELECT USING (onedoor_is_supervisor())', guarded);
    END LOOP;
END
$$;

CREATE POLICY own_department ON annual_change USING (department = onedoor_department());

GRANT SELECT, INSERT ON annual_change, unplanned_cause TO app;
GRANT SELECT ON annual_issue TO app;
GRANT INSERT (id, year, issue, content, digest, drawn_up_by, drawn_up_name, drawn_up_at),
    UPDATE (decision, decided_by, decided_name, decided_at, number, reason) ON annual_issue TO app;

CREATE TRIGGER annual_issue_is_decided_once
    BEFORE UPDATE ON annual_issue
    FOR EACH ROW WHEN (OLD.decision IS NOT NULL) EXECUTE FUNCTION refuse_change();

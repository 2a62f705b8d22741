-- Statistics tables as they were reported (填报时间): one for each unit and year, never changed. What facts say since then
-- is a marked correction, worked out anew each time.

CREATE TABLE closed_table (
    unit text NOT NULL CHECK (unit <> ''),
    year integer NOT NULL CHECK (year BETWEEN 2000 AND 2100),
    -- the unit where it is a department, nobody's where it is a region
    department text CHECK (department = unit),
    content jsonb NOT NULL,
    closed_on date NOT NULL,
    closed_by text NOT NULL CHECK (closed_by <> ''),
    closed_at timestamptz NOT NULL,
    PRIMARY KEY (unit, year)
);

ALTER TABLE closed_table ENABLE ROW LEVEL SECURITY;
ALTER TABLE closed_table FORCE ROW LEVEL SECURITY;
CREATE POLICY coordinator ON closed_table USING (onedoor_is_coordinator());
CREATE POLICY own_department ON closed_table USING (department = onedoor_department());
CREATE POLICY supervisor ON closed_table FOR SELECT USING (onedoor_is_supervisor());

GRANT SELECT, INSERT ON closed_table TO app;

CREATE TRIGGER closed_table_is_final BEFORE UPDATE ON closed_table FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

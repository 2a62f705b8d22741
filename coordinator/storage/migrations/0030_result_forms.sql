-- Filled-in result forms that came in through the web: tried first, then entered once. Of those that were entered the
-- digest stays, so that a file handed in before undoes no later correction; what its rows said is in finding.

CREATE TABLE result_form (
    id uuid PRIMARY KEY,
    round uuid NOT NULL REFERENCES round ON DELETE CASCADE,
    department text NOT NULL CHECK (department <> ''),
    file text NOT NULL,
    sha256 text NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    content bytea NOT NULL,
    tried_by text NOT NULL,
    tried_at timestamptz NOT NULL,
    entered_by text,
    entered_at timestamptz,
    CONSTRAINT result_form_is_entered_by_somebody CHECK (num_nonnulls(entered_by, entered_at) IN (0, 2)),
    CONSTRAINT result_form_is_kept_until_entered CHECK ((length(content) = 0) = (entered_at IS NOT NULL))
);

CREATE INDEX result_form_by_round ON result_form (round, department);

ALTER TABLE result_form ENABLE ROW LEVEL SECURITY;
ALTER TABLE result_form FORCE ROW LEVEL SECURITY;
CREATE POLICY coordinator ON result_form USING (onedoor_is_coordinator());
CREATE POLICY own_department ON result_form USING (department = onedoor_department());
CREATE POLICY supervisor ON result_form FOR SELECT USING (onedoor_is_supervisor());

GRANT SELECT, DELETE, INSERT (id, round, department, file, sha256, content, tried_by, tried_at),
    UPDATE (content, entered_by, entered_at) ON result_form TO app;

-- What was entered stays; only what was merely tried goes.
CREATE FUNCTION refuse_other_entry() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF OLD.entered_at IS NOT NULL AND (TG_OP = 'UPDATE' OR EXISTS (SELECT FROM round WHERE id = OLD.round)) THEN
        RAISE EXCEPTION 'what % entered stays', OLD.department USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN CASE TG_OP WHEN 'UPDATE' THEN NEW ELSE OLD END;
END
$$;

CREATE TRIGGER result_form_is_entered_once
    BEFORE UPDATE OR DELETE ON result_form
    FOR EACH ROW EXECUTE FUNCTION refuse_other_entry();

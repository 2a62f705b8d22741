-- What departments hand in: rounds, submissions and their rows, column for column as coordinator/domain/submissions.py.

CREATE TYPE round_stage AS ENUM ('collected', 'frozen', 'drawn', 'planned', 'lots_frozen', 'dispatched');

-- Working days as the State Council's notices set them; a year that is not confirmed makes deadlines provisional.
CREATE TABLE calendar_day (
    day date PRIMARY KEY,
    kind text NOT NULL CHECK (kind IN ('holiday', 'make_up'))
);

CREATE TABLE calendar_year (
    year smallint PRIMARY KEY CHECK (year BETWEEN 2000 AND 2100),
    source text NOT NULL,
    confirmed_at timestamptz NOT NULL DEFAULT now()
);

-- `settings` is round.toml as it was read; a rehearsal stands beside the real round and never in its way.
CREATE TABLE round (
    id uuid PRIMARY KEY,
    code text NOT NULL CHECK (code <> ''),
    rehearsal_seed text CHECK (rehearsal_seed ~ '^[0-9a-f]{64}$'),
    settings jsonb NOT NULL,
    content_digest text NOT NULL CHECK (content_digest ~ '^[0-9a-f]{64}$'),
    stage round_stage NOT NULL DEFAULT 'collected',
    created_at timestamptz NOT NULL DEFAULT now()
);

CREATE UNIQUE INDEX round_is_held_once ON round (code) WHERE rehearsal_seed IS NULL;

CREATE TABLE submission (
    round uuid NOT NULL REFERENCES round ON DELETE CASCADE,
    department text NOT NULL CHECK (department <> ''),
    file text NOT NULL,
    sha256 text NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    is_coordinator boolean NOT NULL,
    "row" integer NOT NULL,
    region text NOT NULL,
    level text NOT NULL CHECK (level IN ('省辖市', '县')),
    liaison text NOT NULL,
    phone text NOT NULL,
    system text NOT NULL,
    findings jsonb NOT NULL,
    refused jsonb NOT NULL,
    -- the workbook as it was handed in
    content bytea NOT NULL,
    submitted_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (round, department)
);

-- The item list is kept in versions: a changed item is a new version, and every round says which one it used (R03).
CREATE TABLE inspection_item (
    department text NOT NULL,
    code text NOT NULL,
    version integer NOT NULL CHECK (version >= 1),
    content_digest text NOT NULL CHECK (content_digest ~ '^[0-9a-f]{64}$'),
    category text NOT NULL,
    name text NOT NULL,
    weight text NOT NULL CHECK (weight IN ('重点', '一般')),
    applies_to text[] NOT NULL,
    methods text[] NOT NULL CHECK (methods <@ ARRAY['现场', '书面', '网络', '委托'] AND cardinality(methods) > 0),
    legal_basis text[] NOT NULL,
    lowest_ratio jsonb,
    highest_ratio jsonb,
    expertise text[] NOT NULL,
    officers integer NOT NULL CHECK (officers >= 2),
    minutes integer NOT NULL CHECK (minutes >= 1),
    announcement text NOT NULL CHECK (announcement IN ('提前告知', '不予告知')),
    unit text NOT NULL,
    documents text[] NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (department, code, version),
    UNIQUE (department, code, content_digest)
);

CREATE TABLE submitted_item (
    round uuid NOT NULL,
    department text NOT NULL,
    code text NOT NULL,
    version integer NOT NULL,
    "row" integer NOT NULL,
    PRIMARY KEY (round, department, code),
    FOREIGN KEY (round, department) REFERENCES submission ON DELETE CASCADE,
    FOREIGN KEY (department, code, version) REFERENCES inspection_item
);

-- One target for each id, whoever lists it; each department's own words about it are in target_entry.
CREATE TABLE target (
    id text PRIMARY KEY CHECK (id <> ''),
    name text NOT NULL,
    kind text NOT NULL,
    seen_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE target_entry (
    round uuid NOT NULL,
    department text NOT NULL,
    "row" integer NOT NULL,
    id text NOT NULL REFERENCES target,
    name text NOT NULL,
    kind text NOT NULL,
    scope text NOT NULL,
    address text NOT NULL,
    area text,
    industries text[] NOT NULL,
    credit_risk text CHECK (credit_risk IN ('A', 'B', 'C', 'D')),
    tags text[] NOT NULL,
    lon double precision CHECK (lon BETWEEN -180 AND 180),
    lat double precision CHECK (lat BETWEEN -90 AND 90),
    last_inspected_on date,
    last_inspectors text[] NOT NULL,
    inspected_count integer NOT NULL CHECK (inspected_count >= 0),
    closed jsonb NOT NULL,
    PRIMARY KEY (round, department, "row"),
    FOREIGN KEY (round, department) REFERENCES submission ON DELETE CASCADE,
    CONSTRAINT target_entry_place_is_whole CHECK ((lon IS NULL) = (lat IS NULL))
);

CREATE INDEX target_entry_by_target ON target_entry (id, round);

CREATE TABLE inspector (
    round uuid NOT NULL,
    department text NOT NULL,
    "row" integer NOT NULL,
    id text NOT NULL CHECK (id <> ''),
    name text NOT NULL,
    organisation text NOT NULL,
    post text NOT NULL,
    kind text NOT NULL CHECK (kind IN ('执法人员', '专家')),
    certificate text NOT NULL,
    certificate_expires_on date,
    expertise text[] NOT NULL,
    area text,
    unavailable jsonb NOT NULL,
    max_half_days integer CHECK (max_half_days >= 0),
    serves text[] NOT NULL,
    borrowed boolean NOT NULL,
    PRIMARY KEY (round, id),
    FOREIGN KEY (round, department) REFERENCES submission ON DELETE CASCADE
);

CREATE TABLE plan_line (
    round uuid NOT NULL,
    department text NOT NULL,
    "row" integer NOT NULL,
    task text NOT NULL CHECK (task <> ''),
    name text NOT NULL,
    kind text NOT NULL CHECK (kind IN ('系统内', '部门联合')),
    role text NOT NULL CHECK (role IN ('发起', '配合')),
    cooperating text[] NOT NULL,
    items text[] NOT NULL CHECK (cardinality(items) > 0),
    kinds text[] NOT NULL,
    scope text[] NOT NULL,
    ratio jsonb,
    class_ratios jsonb NOT NULL,
    first_day date NOT NULL,
    last_day date NOT NULL,
    batches integer NOT NULL CHECK (batches >= 1),
    PRIMARY KEY (round, department, task),
    FOREIGN KEY (round, department) REFERENCES submission ON DELETE CASCADE,
    CONSTRAINT plan_line_days_in_order CHECK (first_day <= last_day)
);

CREATE UNIQUE INDEX task_has_one_initiator ON plan_line (round, task) WHERE role = '发起';

CREATE TABLE recusal (
    round uuid NOT NULL,
    department text NOT NULL,
    "row" integer NOT NULL,
    inspector text NOT NULL,
    target text NOT NULL,
    reason text NOT NULL,
    PRIMARY KEY (round, department, "row"),
    FOREIGN KEY (round, department) REFERENCES submission ON DELETE CASCADE
);

CREATE TABLE caused_inspection (
    round uuid NOT NULL,
    department text NOT NULL,
    "row" integer NOT NULL,
    source text NOT NULL CHECK (source IN ('投诉举报', '转办交办', '数据监测', '其他')),
    target text NOT NULL,
    item text NOT NULL,
    number integer NOT NULL CHECK (number >= 1),
    last_day date NOT NULL,
    note text NOT NULL,
    PRIMARY KEY (round, department, number),
    FOREIGN KEY (round, department) REFERENCES submission ON DELETE CASCADE
);

CREATE TABLE area (
    round uuid NOT NULL,
    department text NOT NULL,
    "row" integer NOT NULL,
    id text NOT NULL CHECK (id <> ''),
    name text NOT NULL,
    lon double precision CHECK (lon BETWEEN -180 AND 180),
    lat double precision CHECK (lat BETWEEN -90 AND 90),
    neighbours text[] NOT NULL,
    PRIMARY KEY (round, id),
    FOREIGN KEY (round, department) REFERENCES submission ON DELETE CASCADE
);

CREATE TABLE apart_pair (
    round uuid NOT NULL,
    department text NOT NULL,
    "row" integer NOT NULL,
    inspector text NOT NULL,
    other text NOT NULL,
    reason text NOT NULL,
    PRIMARY KEY (round, department, "row"),
    FOREIGN KEY (round, department) REFERENCES submission ON DELETE CASCADE,
    CONSTRAINT apart_pair_is_two CHECK (inspector <> other)
);

-- Every state change leaves an entry, written in the same transaction; nobody can change or remove one.
CREATE TABLE audit_entry (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    actor text NOT NULL,
    action text NOT NULL CHECK (action ~ '^[a-z][a-z_]{0,59}$'),
    round uuid,
    subject text NOT NULL,
    facts jsonb NOT NULL
);

CREATE INDEX audit_entry_by_round ON audit_entry (round, id);

CREATE FUNCTION refuse_change() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    RAISE EXCEPTION '% on % is not allowed: it is append-only', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END
$$;

CREATE TRIGGER audit_entry_is_append_only
    BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entry
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

DO $$
DECLARE
    guarded text;
BEGIN
    FOREACH guarded IN ARRAY ARRAY[
        'submission', 'inspection_item', 'submitted_item', 'target_entry', 'inspector', 'plan_line', 'recusal',
        'caused_inspection', 'area', 'apart_pair']
    LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', guarded);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', guarded);
        EXECUTE format('CREATE POLICY coordinator ON %I USING (onedoor_is_coordinator())', guarded);
        EXECUTE format('CREATE POLICY own_department ON %I USING (department = onedoor_department())', guarded);
        EXECUTE format('CREATE POLICY supervisor ON %I FOR SELECT USING (onedoor_is_supervisor())', guarded);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO app', guarded);
    END LOOP;
END
$$;

GRANT SELECT, INSERT, UPDATE, DELETE ON round, calendar_day, calendar_year TO app;
GRANT SELECT, INSERT, UPDATE ON target TO app;
GRANT SELECT, INSERT ON audit_entry TO app;

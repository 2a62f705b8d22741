-- The two draws and what lies between them: frames, commitments, selections, matters, plans, chances and teams.

CREATE TABLE task (
    round uuid NOT NULL REFERENCES round ON DELETE CASCADE,
    id text NOT NULL CHECK (id <> ''),
    department text NOT NULL,
    name text NOT NULL,
    kind text NOT NULL CHECK (kind IN ('系统内', '部门联合')),
    level text NOT NULL CHECK (level IN ('省辖市', '县')),
    first_day date NOT NULL,
    last_day date NOT NULL,
    batches integer NOT NULL CHECK (batches >= 1),
    PRIMARY KEY (round, id)
);

CREATE TABLE batch (
    round uuid NOT NULL,
    task text NOT NULL,
    number integer NOT NULL CHECK (number >= 1),
    first_day date NOT NULL,
    last_day date NOT NULL,
    PRIMARY KEY (round, task, number),
    FOREIGN KEY (round, task) REFERENCES task ON DELETE CASCADE,
    CONSTRAINT batch_days_in_order CHECK (first_day <= last_day)
);

CREATE TABLE exclusion (
    round uuid NOT NULL REFERENCES round ON DELETE CASCADE,
    entry text NOT NULL,
    target text NOT NULL,
    reason text NOT NULL,
    PRIMARY KEY (round, entry, target, reason)
);

-- A draw whose document is fixed: from here on only chance decides. `transcript` stands once it was held or voided.
CREATE TABLE draw (
    id uuid PRIMARY KEY,
    round uuid NOT NULL REFERENCES round ON DELETE CASCADE,
    stage text NOT NULL CHECK (stage IN ('targets', 'teams')),
    attempt integer NOT NULL CHECK (attempt >= 1),
    document_digest text NOT NULL CHECK (document_digest ~ '^[0-9a-f]{64}$'),
    single_operator boolean NOT NULL,
    fixed_at timestamptz NOT NULL,
    state text NOT NULL DEFAULT 'fixed' CHECK (state IN ('fixed', 'held', 'void')),
    beacon text NOT NULL DEFAULT '',
    seed text CHECK (seed ~ '^[0-9a-f]{64}$'),
    transcript bytea,
    transcript_digest text CHECK (transcript_digest ~ '^[0-9a-f]{64}$'),
    ended_at timestamptz,
    UNIQUE (round, stage, attempt),
    CONSTRAINT draw_ended_has_transcript CHECK ((state = 'fixed') = (transcript IS NULL)),
    CONSTRAINT draw_held_has_seed CHECK (state <> 'held' OR seed IS NOT NULL)
);

CREATE UNIQUE INDEX draw_is_held_once ON draw (round, stage) WHERE state <> 'void';

CREATE TABLE draw_file (
    draw uuid NOT NULL REFERENCES draw ON DELETE CASCADE,
    name text NOT NULL CHECK (name IN ('head.json', 'entries.json', 'frame.tsv', 'plan.json')),
    content bytea NOT NULL,
    PRIMARY KEY (draw, name)
);

-- A secret serves one draw and one attempt; used again, it would let one party foresee a seed.
CREATE TABLE commitment (
    draw uuid NOT NULL REFERENCES draw ON DELETE CASCADE,
    party text NOT NULL,
    commitment text NOT NULL UNIQUE CHECK (commitment ~ '^[0-9a-f]{64}$'),
    committed_at timestamptz NOT NULL,
    secret text UNIQUE CHECK (secret ~ '^[0-9a-f]{64}$'),
    revealed_at timestamptz,
    PRIMARY KEY (draw, party),
    CONSTRAINT commitment_reveal_has_moment CHECK ((secret IS NULL) = (revealed_at IS NULL))
);

-- A target is drawn at most once for a task, so in at most one batch.
CREATE TABLE drawn_target (
    round uuid NOT NULL,
    task text NOT NULL,
    target text NOT NULL REFERENCES target,
    batch integer NOT NULL,
    PRIMARY KEY (round, task, target),
    FOREIGN KEY (round, task, batch) REFERENCES batch ON DELETE CASCADE
);

CREATE TABLE matter (
    round uuid NOT NULL REFERENCES round ON DELETE CASCADE,
    id text NOT NULL,
    department text NOT NULL,
    target text NOT NULL REFERENCES target,
    item text NOT NULL,
    tasks text[] NOT NULL CHECK (cardinality(tasks) > 0),
    first_day date NOT NULL,
    last_day date NOT NULL,
    key boolean NOT NULL,
    caused boolean NOT NULL,
    desk boolean NOT NULL,
    unannounced boolean NOT NULL,
    PRIMARY KEY (round, id),
    CONSTRAINT matter_days_in_order CHECK (first_day <= last_day)
);

-- One live plan a round; `problem` and `document` are the files whose digests the draw fixes.
CREATE TABLE plan (
    id uuid PRIMARY KEY,
    round uuid NOT NULL REFERENCES round ON DELETE CASCADE,
    live boolean NOT NULL DEFAULT true,
    problem bytea NOT NULL,
    document bytea NOT NULL,
    stored_at timestamptz NOT NULL DEFAULT now()
);

CREATE UNIQUE INDEX plan_is_one_a_round ON plan (round) WHERE live;

CREATE TABLE tour (
    plan uuid NOT NULL REFERENCES plan ON DELETE CASCADE,
    id text NOT NULL,
    half_day text NOT NULL,
    travel_minutes integer NOT NULL CHECK (travel_minutes >= 0),
    PRIMARY KEY (plan, id),
    UNIQUE (plan, id, half_day)
);

-- A target opens its door at most once in a half-day.
CREATE TABLE visit (
    plan uuid NOT NULL,
    tour text NOT NULL,
    half_day text NOT NULL,
    target text NOT NULL REFERENCES target,
    starts text NOT NULL CHECK (starts ~ '^[0-2][0-9]:[0-5][0-9]$'),
    ends text NOT NULL CHECK (ends ~ '^[0-2][0-9]:[0-5][0-9]$'),
    PRIMARY KEY (plan, target, half_day),
    FOREIGN KEY (plan, tour, half_day) REFERENCES tour (plan, id, half_day) ON DELETE CASCADE
);

-- A matter is served at most once.
CREATE TABLE visit_matter (
    plan uuid NOT NULL,
    matter text NOT NULL,
    target text NOT NULL,
    half_day text NOT NULL,
    PRIMARY KEY (plan, matter),
    FOREIGN KEY (plan, target, half_day) REFERENCES visit ON DELETE CASCADE
);

CREATE TABLE role (
    plan uuid NOT NULL,
    id text NOT NULL,
    tour text NOT NULL,
    half_day text NOT NULL,
    department text NOT NULL,
    need integer NOT NULL CHECK (need >= 1),
    certified boolean NOT NULL,
    expertise text[] NOT NULL,
    PRIMARY KEY (plan, id),
    UNIQUE (plan, id, half_day),
    FOREIGN KEY (plan, tour, half_day) REFERENCES tour (plan, id, half_day) ON DELETE CASCADE
);

CREATE TABLE chance (
    plan uuid NOT NULL,
    role text NOT NULL,
    inspector text NOT NULL,
    chance integer NOT NULL CHECK (chance BETWEEN 0 AND 1000000),
    PRIMARY KEY (plan, role, inspector),
    FOREIGN KEY (plan, role) REFERENCES role (plan, id) ON DELETE CASCADE
);

-- Who was drawn. Only somebody with a published chance, and nobody in two places in one half-day.
CREATE TABLE team_member (
    plan uuid NOT NULL,
    role text NOT NULL,
    half_day text NOT NULL,
    inspector text NOT NULL,
    PRIMARY KEY (plan, role, inspector),
    CONSTRAINT team_member_is_in_one_place UNIQUE (plan, inspector, half_day),
    FOREIGN KEY (plan, role, half_day) REFERENCES role (plan, id, half_day) ON DELETE CASCADE,
    FOREIGN KEY (plan, role, inspector) REFERENCES chance ON DELETE CASCADE
);

CREATE TABLE desk_member (
    plan uuid NOT NULL REFERENCES plan ON DELETE CASCADE,
    matter text NOT NULL,
    inspector text NOT NULL,
    PRIMARY KEY (plan, matter, inspector)
);

DO $$
DECLARE
    guarded text;
BEGIN
    FOREACH guarded IN ARRAY ARRAY['task', 'matter', 'role']
    LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', guarded);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', guarded);
        EXECUTE format('CREATE POLICY coordinator ON %I USING (onedoor_is_coordinator())', guarded);
        EXECUTE format('CREATE POLICY own_department ON %I USING (department = onedoor_department())', guarded);
        EXECUTE format('CREATE POLICY supervisor ON %I FOR SELECT USING (onedoor_is_supervisor())', guarded);
    END LOOP;
END
$$;

-- What was drawn for real stays on the record: such a round cannot be deleted, an ended draw cannot be changed.

CREATE FUNCTION refuse_loss_of_round() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF OLD.rehearsal_seed IS NULL AND OLD.stage <> 'collected' THEN
        RAISE EXCEPTION 'round % has a draw on the record', OLD.code USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN OLD;
END
$$;

CREATE TRIGGER round_with_draw_stays
    BEFORE DELETE ON round
    FOR EACH ROW EXECUTE FUNCTION refuse_loss_of_round();

CREATE TRIGGER draw_is_final
    BEFORE UPDATE ON draw
    FOR EACH ROW WHEN (OLD.state <> 'fixed') EXECUTE FUNCTION refuse_change();

GRANT SELECT, INSERT, UPDATE, DELETE ON
    task, batch, exclusion, drawn_target, matter, plan, tour, visit, visit_matter, role, chance, team_member,
    desk_member TO app;
GRANT SELECT, INSERT, UPDATE ON draw, commitment TO app;
GRANT SELECT, INSERT ON draw_file TO app;

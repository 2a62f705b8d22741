-- What leaves the house, and what comes back: the transactional outbox with its deliveries, findings and publication.

CREATE TYPE delivery_state AS ENUM ('waiting', 'delivered', 'dead', 'paused');

-- A package is posted in the transaction that made it necessary, and never changes. `key` names it for ever to its
-- receiver; behind it stands the natural key: one number of one batch for one receiver.
CREATE TABLE outbox (
    id uuid PRIMARY KEY,
    round uuid REFERENCES round ON DELETE CASCADE,
    department text NOT NULL CHECK (department <> ''),
    connector text NOT NULL CHECK (connector ~ '^[a-z][a-z_]{0,39}$'),
    -- where to: a folder's root; for later kinds the name under which the partner and its secrets are kept elsewhere
    destination text NOT NULL CHECK (destination <> ''),
    recipient text NOT NULL CHECK (recipient <> ''),
    batch text NOT NULL CHECK (batch <> ''),
    number integer NOT NULL CHECK (number >= 1),
    key text NOT NULL UNIQUE CHECK (key ~ '^[0-9a-f]{64}$'),
    content_digest text NOT NULL CHECK (content_digest ~ '^[0-9a-f]{64}$'),
    created_at timestamptz NOT NULL,
    UNIQUE (connector, destination, recipient, batch, number)
);

CREATE INDEX outbox_by_round ON outbox (round);

CREATE TABLE outbox_file (
    outbox uuid NOT NULL REFERENCES outbox ON DELETE CASCADE,
    name text NOT NULL CHECK (name <> ''),
    content bytea NOT NULL,
    row_count integer NOT NULL CHECK (row_count >= 0),
    sha256 text NOT NULL,
    PRIMARY KEY (outbox, name),
    CONSTRAINT outbox_file_is_what_was_posted CHECK (sha256 = encode(sha256(content), 'hex'))
);

-- How a package fares. A try moves `next_try_at` past its lease, so that nobody else takes the row meanwhile, and so
-- that a killed dispatcher is followed by another. All moments are the service's clock, not the database's: days of
-- retrying are tested in seconds.
CREATE TABLE delivery (
    outbox uuid PRIMARY KEY REFERENCES outbox ON DELETE CASCADE,
    state delivery_state NOT NULL DEFAULT 'waiting',
    attempts integer NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    -- grows with each try: who comes with an older one has nothing to say any more
    fencing bigint NOT NULL DEFAULT 0 CHECK (fencing >= 0),
    next_try_at timestamptz NOT NULL,
    receipt jsonb,
    last_error text,
    CONSTRAINT delivery_delivered_has_receipt CHECK ((state = 'delivered') = (receipt IS NOT NULL)),
    CONSTRAINT delivery_dead_has_error CHECK (state <> 'dead' OR last_error IS NOT NULL)
);

CREATE INDEX delivery_waiting ON delivery (next_try_at) WHERE state = 'waiting';

CREATE TRIGGER outbox_is_final BEFORE UPDATE ON outbox FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER outbox_file_is_final BEFORE UPDATE ON outbox_file FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- One result row (coordinator/domain/findings.py): a matter, for one of the tasks that asked for it.
CREATE TABLE finding (
    round uuid NOT NULL REFERENCES round ON DELETE CASCADE,
    task text NOT NULL CHECK (task <> ''),
    department text NOT NULL CHECK (department <> ''),
    target text NOT NULL REFERENCES target,
    item text NOT NULL CHECK (item <> ''),
    inspected_on date NOT NULL,
    result text NOT NULL CHECK (result IN (
        '未发现问题', '未按规定公示应当公示的信息', '公示信息隐瞒真实情况、弄虚作假',
        '通过登记的住所（经营场所）无法联系', '发现问题已责令改正', '不配合检查情节严重',
        '未发现开展本次抽查涉及的经营活动', '发现问题待后续处理', '已关闭停业或正在清算', '注销、吊销、撤销、迁出')),
    problem text NOT NULL,
    dispositions text[] NOT NULL CHECK (
        dispositions <@ ARRAY['无需后续处置', '责令改正', '移送办案', '抄告其他部门', '反馈日常监管']),
    case_number text CHECK (case_number <> ''),
    case_filed_on date,
    fine_fen bigint CHECK (fine_fen >= 0),
    referred_to text NOT NULL,
    file text NOT NULL,
    "row" integer NOT NULL,
    PRIMARY KEY (round, task, department, target, item),
    CONSTRAINT finding_case_is_whole CHECK ((case_number IS NULL) = (case_filed_on IS NULL)),
    CONSTRAINT finding_fine_has_case CHECK (fine_fen IS NULL OR case_number IS NOT NULL)
);

CREATE INDEX finding_by_target ON finding (target);

-- Where a finding is published, or why it is not; without a channel that is still to be decided.
CREATE TABLE publication (
    round uuid NOT NULL,
    task text NOT NULL,
    department text NOT NULL,
    target text NOT NULL,
    item text NOT NULL,
    channel text CHECK (channel IN ('公示系统', '专业系统', '部门网站', '不予公示')),
    published_on date,
    withheld_reason text NOT NULL,
    PRIMARY KEY (round, task, department, target, item),
    FOREIGN KEY (round, task, department, target, item) REFERENCES finding ON DELETE CASCADE,
    CONSTRAINT publication_on_a_day_has_channel CHECK (published_on IS NULL OR channel IS NOT NULL),
    CONSTRAINT publication_withheld_has_reason CHECK (
        (channel IS NOT DISTINCT FROM '不予公示') = (withheld_reason <> '')),
    CONSTRAINT publication_withheld_has_no_day CHECK (published_on IS NULL OR channel <> '不予公示')
);

-- What a finding said before its department replaced it (更正): appended, never changed.
CREATE TABLE correction (
    id bigint GENERATED ALWAYS AS IDENTITY,
    round uuid NOT NULL REFERENCES round ON DELETE CASCADE,
    department text NOT NULL CHECK (department <> ''),
    digest text NOT NULL CHECK (digest ~ '^[0-9a-f]{64}$'),
    before jsonb NOT NULL,
    after jsonb NOT NULL,
    corrected_at timestamptz NOT NULL,
    PRIMARY KEY (round, digest)
);

CREATE TRIGGER correction_is_final BEFORE UPDATE ON correction FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

DO $$
DECLARE
    guarded text;
BEGIN
    FOREACH guarded IN ARRAY ARRAY['outbox', 'finding', 'publication', 'correction']
    LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', guarded);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', guarded);
        EXECUTE format('CREATE POLICY coordinator ON %I USING (onedoor_is_coordinator())', guarded);
        EXECUTE format('CREATE POLICY own_department ON %I USING (department = onedoor_department())', guarded);
        EXECUTE format('CREATE POLICY supervisor ON %I FOR SELECT USING (onedoor_is_supervisor())', guarded);
    END LOOP;

    -- who sees a package sees its files and how it fares; only the coordinating office delivers
    FOREACH guarded IN ARRAY ARRAY['outbox_file', 'delivery']
    LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', guarded);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', guarded);
        EXECUTE format('CREATE POLICY coordinator ON %I USING (onedoor_is_coordinator())', guarded);
        EXECUTE format(
            'CREATE POLICY of_visible_package ON %1$I FOR SELECT USING (EXISTS ('
            'SELECT FROM outbox WHERE id = %1$I.outbox))',
            guarded);
        EXECUTE format(
            'CREATE POLICY of_own_package ON %1$I FOR INSERT WITH CHECK (EXISTS ('
            'SELECT FROM outbox WHERE id = %1$I.outbox AND department = onedoor_department()))',
            guarded);
    END LOOP;
END
$$;

GRANT SELECT, INSERT ON outbox, outbox_file, correction TO app;
GRANT SELECT, INSERT, UPDATE ON delivery, finding, publication TO app;

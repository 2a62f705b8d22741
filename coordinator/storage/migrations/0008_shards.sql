-- Plannings that are worked on, and their shards: parts that any worker on any machine can do.
--
-- A shard is a job of its own kind in a queue of its own, with the lease, fencing and tries of any job. What it is about
-- stands here, because a job's row holds ids only. It goes when the planning that asked for it is over.

ALTER TABLE job DROP CONSTRAINT job_queue_check;
ALTER TABLE job ADD CONSTRAINT job_queue_check CHECK (queue IN ('quick', 'solver', 'shard'));

-- The problem holds every department's recusals and absences and is no department's to see.
CREATE TABLE planning (
    job uuid PRIMARY KEY REFERENCES job ON DELETE CASCADE,
    problem bytea NOT NULL,
    -- the best lawful plan so far
    incumbent bytea
);

CREATE TABLE shard (
    job uuid PRIMARY KEY REFERENCES job ON DELETE CASCADE,
    planning uuid NOT NULL REFERENCES planning,
    -- of the claim that asked: what an earlier claim of the planning asked for is nobody's business any more
    fencing bigint NOT NULL CHECK (fencing > 0),
    number integer NOT NULL CHECK (number >= 0),
    call bytea NOT NULL,
    answer bytea,
    UNIQUE (planning, fencing, number)
);

ALTER TABLE planning ENABLE ROW LEVEL SECURITY;
ALTER TABLE planning FORCE ROW LEVEL SECURITY;
CREATE POLICY coordinator ON planning USING (onedoor_is_coordinator());
CREATE POLICY supervisor ON planning FOR SELECT USING (onedoor_is_supervisor());
ALTER TABLE shard ENABLE ROW LEVEL SECURITY;
ALTER TABLE shard FORCE ROW LEVEL SECURITY;
CREATE POLICY coordinator ON shard USING (onedoor_is_coordinator());
CREATE POLICY supervisor ON shard FOR SELECT USING (onedoor_is_supervisor());

GRANT SELECT, INSERT, UPDATE (incumbent), DELETE ON planning TO app;
GRANT SELECT, INSERT, UPDATE (answer) ON shard TO app;

-- Jobs stay for ever, but for shards and for plannings of files, which no round remembers.
GRANT DELETE ON job TO app;
CREATE TRIGGER job_stays
    BEFORE DELETE ON job
    FOR EACH ROW WHEN (OLD.kind NOT IN ('solve_shard', 'plan_file')) EXECUTE FUNCTION refuse_change();

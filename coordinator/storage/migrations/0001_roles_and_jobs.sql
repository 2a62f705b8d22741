-- The role of the service, what policies ask, and the jobs.
--
-- How migrations are written here:
--  * Forward only, one transaction each (made by migrate.py: no BEGIN or COMMIT in the file), expand then contract.
--  * Tables singular, columns equal to the fields of their types. Constraints guard data: NOT NULL, CHECK, FK, UNIQUE.
--  * The role `app` owns nothing and gets only what it needs, table by table:
--        GRANT SELECT, INSERT, UPDATE ON target TO app;       an append-only table gets SELECT, INSERT
--  * Every table with a column `department` (a department's name) is guarded, also against its owner:
--        ALTER TABLE target ENABLE ROW LEVEL SECURITY;
--        ALTER TABLE target FORCE ROW LEVEL SECURITY;
--        CREATE POLICY coordinator ON target USING (onedoor_is_coordinator());
--        CREATE POLICY own_department ON target USING (department = onedoor_department());
--        CREATE POLICY supervisor ON target FOR SELECT USING (onedoor_is_supervisor());
--    tests/postgres/test_row_security.py fails for a table that forgets it. A row that belongs to several departments
--    (a visit) has no such column; its policy asks the table that has (EXISTS (SELECT FROM matter ...)).
--  * A migration that changes rows of guarded tables says first: SELECT set_config('onedoor.office', 'coordinator', true);
--  * schema.sql beside this folder is written anew by `python tests/support/schema.py`.

DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'app') THEN
        CREATE ROLE app NOLOGIN NOSUPERUSER NOBYPASSRLS;
    END IF;
END
$$;

REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO app;
GRANT SELECT ON migration TO app;

-- Who acts, as connection.transaction() has set it; NULL outside a transaction, so nothing is shown by oversight.

CREATE FUNCTION onedoor_actor() RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN nullif(current_setting('onedoor.actor', true), '');

CREATE FUNCTION onedoor_office() RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN nullif(current_setting('onedoor.office', true), '');

CREATE FUNCTION onedoor_department() RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN nullif(current_setting('onedoor.department', true), '');

CREATE FUNCTION onedoor_is_coordinator() RETURNS boolean
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN coalesce(onedoor_office() IN ('coordinator', 'operator'), false);

CREATE FUNCTION onedoor_is_supervisor() RETURNS boolean
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN coalesce(onedoor_office() = 'supervisor', false);

CREATE TYPE job_state AS ENUM ('queued', 'running', 'done', 'failed', 'dead', 'cancelled');

-- Work that outlives a request. A row holds ids only; the moment is always the database's, so that workers on
-- several machines agree on when a lease ends.
CREATE TABLE job (
    id uuid PRIMARY KEY,
    kind text NOT NULL CHECK (kind ~ '^[a-z][a-z_]{0,39}$'),
    queue text NOT NULL CHECK (queue IN ('quick', 'solver')),
    payload jsonb NOT NULL CHECK (jsonb_typeof(payload) = 'object' AND octet_length(payload::text) <= 4000),
    -- the same request twice is one job
    request_key text UNIQUE,
    state job_state NOT NULL DEFAULT 'queued',
    attempts smallint NOT NULL DEFAULT 0 CHECK (attempts BETWEEN 0 AND 3),
    -- grows with each claim: who comes with an older one has lost the job
    fencing bigint NOT NULL DEFAULT 0 CHECK (fencing >= 0),
    due_at timestamptz NOT NULL DEFAULT now(),
    lease_until timestamptz,
    heartbeat_at timestamptz,
    stop_request text CHECK (stop_request IN ('finish', 'cancel')),
    progress jsonb,
    result jsonb,
    error text,
    created_at timestamptz NOT NULL DEFAULT now(),
    finished_at timestamptz,
    CONSTRAINT job_running_is_leased CHECK ((state = 'running') = (lease_until IS NOT NULL)),
    CONSTRAINT job_ended_has_moment CHECK ((state IN ('queued', 'running')) = (finished_at IS NULL)),
    CONSTRAINT job_done_has_result CHECK ((state = 'done') = (result IS NOT NULL)),
    CONSTRAINT job_failed_has_error CHECK (state NOT IN ('failed', 'dead') OR error IS NOT NULL)
);

CREATE INDEX job_waiting ON job (queue, due_at, created_at) WHERE state = 'queued';
CREATE INDEX job_leased ON job (lease_until) WHERE state = 'running';

GRANT SELECT, INSERT, UPDATE ON job TO app;

-- All migrations applied, as pg_dump shows them. Written by tests/support/schema.py, checked by a test.

CREATE TYPE public.job_state AS ENUM (
    'queued',
    'running',
    'done',
    'failed',
    'dead',
    'cancelled'
);

CREATE FUNCTION public.onedoor_actor() RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN NULLIF(current_setting('onedoor.actor'::text, true), ''::text);

CREATE FUNCTION public.onedoor_department() RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN NULLIF(current_setting('onedoor.department'::text, true), ''::text);

CREATE FUNCTION public.onedoor_office() RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN NULLIF(current_setting('onedoor.office'::text, true), ''::text);

CREATE FUNCTION public.onedoor_is_coordinator() RETURNS boolean
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN COALESCE((public.onedoor_office() = ANY (ARRAY['coordinator'::text, 'operator'::text])), false);

CREATE FUNCTION public.onedoor_is_supervisor() RETURNS boolean
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN COALESCE((public.onedoor_office() = 'supervisor'::text), false);

CREATE TABLE public.job (
    id uuid NOT NULL,
    kind text NOT NULL,
    queue text NOT NULL,
    payload jsonb NOT NULL,
    request_key text,
    state public.job_state DEFAULT 'queued'::public.job_state NOT NULL,
    attempts smallint DEFAULT 0 NOT NULL,
    fencing bigint DEFAULT 0 NOT NULL,
    due_at timestamp with time zone DEFAULT now() NOT NULL,
    lease_until timestamp with time zone,
    heartbeat_at timestamp with time zone,
    stop_request text,
    progress jsonb,
    result jsonb,
    error text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    finished_at timestamp with time zone,
    CONSTRAINT job_attempts_check CHECK (((attempts >= 0) AND (attempts <= 3))),
    CONSTRAINT job_done_has_result CHECK (((state = 'done'::public.job_state) = (result IS NOT NULL))),
    CONSTRAINT job_ended_has_moment CHECK (((state = ANY (ARRAY['queued'::public.job_state, 'running'::public.job_state])) = (finished_at IS NULL))),
    CONSTRAINT job_failed_has_error CHECK (((state <> ALL (ARRAY['failed'::public.job_state, 'dead'::public.job_state])) OR (error IS NOT NULL))),
    CONSTRAINT job_fencing_check CHECK ((fencing >= 0)),
    CONSTRAINT job_kind_check CHECK ((kind ~ '^[a-z][a-z_]{0,39}$'::text)),
    CONSTRAINT job_payload_check CHECK (((jsonb_typeof(payload) = 'object'::text) AND (octet_length((payload)::text) <= 4000))),
    CONSTRAINT job_queue_check CHECK ((queue = ANY (ARRAY['quick'::text, 'solver'::text]))),
    CONSTRAINT job_running_is_leased CHECK (((state = 'running'::public.job_state) = (lease_until IS NOT NULL))),
    CONSTRAINT job_stop_request_check CHECK ((stop_request = ANY (ARRAY['finish'::text, 'cancel'::text])))
);

CREATE TABLE public.migration (
    name text NOT NULL,
    sha256 text NOT NULL,
    applied_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT migration_sha256_check CHECK ((sha256 ~ '^[0-9a-f]{64}$'::text))
);

ALTER TABLE ONLY public.job
    ADD CONSTRAINT job_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.job
    ADD CONSTRAINT job_request_key_key UNIQUE (request_key);

ALTER TABLE ONLY public.migration
    ADD CONSTRAINT migration_pkey PRIMARY KEY (name);

CREATE INDEX job_leased ON public.job USING btree (lease_until) WHERE (state = 'running'::public.job_state);

CREATE INDEX job_waiting ON public.job USING btree (queue, due_at, created_at) WHERE (state = 'queued'::public.job_state);

GRANT USAGE ON SCHEMA public TO app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.job TO app;

GRANT SELECT ON TABLE public.migration TO app;

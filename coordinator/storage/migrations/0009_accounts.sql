-- Accounts, sessions and tokens. Passwords are argon2 hashes; session ids, tokens and one-time codes stand here as
-- SHA-256 digests only. Nobody but the gate (signing in, before it is known who acts) reads secrets and sessions.
--
-- Failed tries are counted by the digest of the name that was typed, whether or not there is such an account: so a
-- name that exists cannot be told from one that does not. An account is ended, never deleted.

CREATE FUNCTION onedoor_is(wanted text) RETURNS boolean
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN coalesce(onedoor_office() = wanted, false);

CREATE TABLE account (
    id uuid PRIMARY KEY,
    login text NOT NULL UNIQUE CHECK (login ~ '^[a-z][a-z0-9._-]{2,31}$'),
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 40),
    office text NOT NULL
        CHECK (office IN ('coordinator', 'department', 'inspector', 'supervisor', 'auditor', 'administrator')),
    department text CHECK (length(department) BETWEEN 1 AND 80),
    has_password boolean NOT NULL DEFAULT false,
    has_second_factor boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL,
    locked_at timestamptz,
    ended_at timestamptz,
    successor uuid REFERENCES account,
    CONSTRAINT account_department_where_held
        CHECK ((office IN ('department', 'inspector')) = (department IS NOT NULL)),
    CONSTRAINT account_hands_over_when_it_ends CHECK (successor IS NULL OR (ended_at IS NOT NULL AND successor <> id))
);

CREATE TABLE account_secret (
    account uuid PRIMARY KEY REFERENCES account,
    password_hash text CHECK (password_hash LIKE '$argon2id$%'),
    code_digest bytea CHECK (length(code_digest) = 32),
    code_until timestamptz,
    totp_secret text,
    -- the last time step whose code was used: no code opens twice
    totp_step bigint NOT NULL DEFAULT 0,
    -- being set up: becomes totp_secret once its owner has shown a code
    totp_proposed text,
    CONSTRAINT account_secret_code_ends CHECK ((code_digest IS NULL) = (code_until IS NULL))
);

CREATE TABLE session (
    digest bytea PRIMARY KEY CHECK (length(digest) = 32),
    account uuid NOT NULL REFERENCES account,
    began_at timestamptz NOT NULL,
    seen_at timestamptz NOT NULL
);
CREATE INDEX session_by_account ON session (account);

CREATE TABLE api_token (
    id uuid PRIMARY KEY,
    account uuid NOT NULL REFERENCES account,
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 40),
    digest bytea NOT NULL UNIQUE CHECK (length(digest) = 32),
    scopes text[] NOT NULL CHECK (cardinality(scopes) > 0),
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL CHECK (expires_at > created_at),
    revoked_at timestamptz
);
CREATE INDEX api_token_by_account ON api_token (account);

CREATE TABLE sign_in_failure (
    name_digest bytea PRIMARY KEY CHECK (length(name_digest) = 32),
    failures integer NOT NULL CHECK (failures > 0),
    last_at timestamptz NOT NULL
);

DO $$
DECLARE
    guarded text;
BEGIN
    FOREACH guarded IN ARRAY ARRAY['account', 'account_secret', 'session', 'api_token', 'sign_in_failure']
    LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', guarded);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', guarded);
        EXECUTE format('CREATE POLICY gate ON %I USING (onedoor_is(''gate''))', guarded);
    END LOOP;
END
$$;

CREATE POLICY administrator ON account USING (onedoor_is('administrator'));
CREATE POLICY console ON account USING (onedoor_is('operator'));
CREATE POLICY auditor ON account FOR SELECT USING (onedoor_is('auditor'));
CREATE POLICY own ON account FOR SELECT USING (id::text = onedoor_actor());
CREATE POLICY own ON api_token USING (account::text = onedoor_actor());
CREATE POLICY administrator ON sign_in_failure FOR SELECT USING (onedoor_is('administrator'));
CREATE POLICY auditor ON audit_entry FOR SELECT USING (onedoor_is('auditor'));

GRANT SELECT ON account, account_secret, session, api_token, sign_in_failure TO app;
GRANT INSERT (id, login, name, office, department, created_at),
    UPDATE (has_password, has_second_factor, locked_at, ended_at, successor) ON account TO app;
GRANT INSERT, UPDATE ON account_secret TO app;
GRANT INSERT, UPDATE (seen_at), DELETE ON session TO app;
GRANT INSERT, UPDATE (revoked_at) ON api_token TO app;
GRANT INSERT, UPDATE, DELETE ON sign_in_failure TO app;

-- What has ended stays ended, and what was revoked stays revoked.
CREATE TRIGGER account_stays_ended
    BEFORE UPDATE ON account
    FOR EACH ROW WHEN (OLD.ended_at IS NOT NULL) EXECUTE FUNCTION refuse_change();
CREATE TRIGGER api_token_stays_revoked
    BEFORE UPDATE ON api_token
    FOR EACH ROW WHEN (OLD.revoked_at IS NOT NULL) EXECUTE FUNCTION refuse_change();

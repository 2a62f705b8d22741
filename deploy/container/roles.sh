#!/bin/sh
# Once, when the database is made: who migrates (owner) and who serves (app). Neither sees past row-level security.
set -eu
psql -v ON_ERROR_STOP=1 -v owner="$OWNER_PASSWORD" -v app="$APP_PASSWORD" -U postgres -d onedoor <<'SQL'
CREATE ROLE owner LOGIN NOSUPERUSER NOBYPASSRLS PASSWORD :'owner';
CREATE ROLE app LOGIN NOSUPERUSER NOBYPASSRLS PASSWORD :'app';
ALTER DATABASE onedoor OWNER TO owner;
REVOKE ALL ON DATABASE onedoor FROM PUBLIC;
GRANT CONNECT ON DATABASE onedoor TO app;
SQL

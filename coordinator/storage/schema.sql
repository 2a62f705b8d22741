-- All migrations applied, as pg_dump shows them. Written by tests/support/schema.py, checked by a test.

CREATE TYPE public.delivery_state AS ENUM (
    'waiting',
    'delivered',
    'dead',
    'paused'
);

CREATE TYPE public.destination_state AS ENUM (
    'open',
    'paused',
    'closed'
);

CREATE TYPE public.job_state AS ENUM (
    'queued',
    'running',
    'done',
    'failed',
    'dead',
    'cancelled'
);

CREATE TYPE public.round_stage AS ENUM (
    'collected',
    'frozen',
    'drawn',
    'planned',
    'lots_frozen',
    'teams_drawn',
    'dispatched'
);

CREATE FUNCTION public.erase_outlived(contacts_before date, names_before date, accounts_before timestamp with time zone, tries_before timestamp with time zone) RETURNS jsonb
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public'
    AS $$
DECLARE
    office text := current_setting('onedoor.office', true);
    counted bigint;
    counts jsonb := '{}';
BEGIN
    IF contacts_before > now() - interval '2 years' OR names_before > now() - interval '9 years'
        OR accounts_before > now() - interval '2 years' OR tries_before > now() - interval '23 hours'
    THEN
        RAISE EXCEPTION 'too early to erase' USING ERRCODE = 'insufficient_privilege';
    END IF;
    PERFORM set_config('onedoor.office', 'operator', true);

    UPDATE submission SET liaison = '', phone = '', content = ''
    FROM round WHERE round.id = submission.round AND length(content) > 0
        AND (round.settings #>> '{round,last_day}')::date < contacts_before;
    GET DIAGNOSTICS counted = ROW_COUNT;
    counts := counts || jsonb_build_object('workbooks', counted);

    UPDATE hand_in SET content = ''
    FROM round WHERE round.id = hand_in.round AND length(content) > 0
        AND (round.settings #>> '{round,last_day}')::date < contacts_before;
    GET DIAGNOSTICS counted = ROW_COUNT;
    counts := counts || jsonb_build_object('hand_ins', counted);

    UPDATE inspector SET name = '（已删除）', certificate = ''
    FROM round WHERE round.id = inspector.round AND inspector.name <> '（已删除）'
        AND (round.settings #>> '{round,last_day}')::date < names_before;
    GET DIAGNOSTICS counted = ROW_COUNT;
    counts := counts || jsonb_build_object('inspectors', counted);

    UPDATE paper SET content = ''
    FROM approval JOIN round ON round.id = approval.round
    WHERE approval.id = paper.approval AND length(paper.content) > 0
        AND (round.settings #>> '{round,last_day}')::date < names_before;
    GET DIAGNOSTICS counted = ROW_COUNT;
    counts := counts || jsonb_build_object('papers', counted);

    UPDATE outbox_file SET content = ''
    FROM outbox LEFT JOIN round ON round.id = outbox.round
    WHERE outbox.id = outbox_file.outbox AND length(outbox_file.content) > 0
        AND coalesce((round.settings #>> '{round,last_day}')::date, outbox.created_at::date) < names_before
        AND NOT EXISTS (SELECT FROM delivery WHERE delivery.outbox = outbox.id AND delivery.state = 'waiting');
    GET DIAGNOSTICS counted = ROW_COUNT;
    counts := counts || jsonb_build_object('package_files', counted);

    UPDATE account SET name = '（已删除）' WHERE ended_at < accounts_before AND name <> '（已删除）';
    GET DIAGNOSTICS counted = ROW_COUNT;
    counts := counts || jsonb_build_object('accounts', counted);

    PERFORM set_config('onedoor.office', 'gate', true);
    DELETE FROM session WHERE seen_at < tries_before;
    DELETE FROM sign_in_failure WHERE last_at < tries_before;
    DELETE FROM letter_session WHERE seen_at < tries_before;
    DELETE FROM letter_try WHERE last_at < tries_before;

    PERFORM set_config('onedoor.office', coalesce(office, ''), true);
    RETURN counts;
END
$$;

CREATE FUNCTION public.follow_lots() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    INSERT INTO standing_member VALUES (NEW.plan, NEW.role, NEW.role, NEW.half_day, NEW.inspector);
    RETURN NULL;
END
$$;

CREATE FUNCTION public.follow_replacement() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
DECLARE
    place standing_member;
BEGIN
    DELETE FROM standing_member WHERE plan = NEW.plan AND lot = NEW.lot AND inspector = NEW.leaves
        RETURNING * INTO place;
    IF FOUND AND NEW.comes IS NOT NULL THEN
        INSERT INTO standing_member VALUES (place.plan, place.lot, place.role, place.half_day, NEW.comes);
    END IF;
    RETURN NULL;
END
$$;

CREATE FUNCTION public.onedoor_actor() RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN NULLIF(current_setting('onedoor.actor'::text, true), ''::text);

CREATE FUNCTION public.onedoor_alike_targets(most integer) RETURNS TABLE(one text, other text)
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    SET max_parallel_workers_per_gather TO '0'
    AS $_$
DECLARE
    own text := onedoor_department();
    mine text := CASE WHEN own IS NULL THEN 'SELECT sound, target FROM target_search' ELSE
        'SELECT sound, target FROM target_search
         WHERE target IN (SELECT id FROM target_entry WHERE department = $2)' END;
BEGIN
    IF own IS NULL AND NOT (onedoor_is_coordinator() OR onedoor_is_supervisor()) THEN
        RETURN;
    END IF;
    RETURN QUERY EXECUTE format($alike$
        WITH mine AS NOT MATERIALIZED (%s),
        heard AS MATERIALIZED (
            SELECT DISTINCT sound FROM (
                SELECT sound, lead(sound) OVER (ORDER BY sound, target) AS following FROM mine) AS walked
            WHERE sound = following LIMIT $1),
        walked AS (
            SELECT former_number AS number, lead(former_number) OVER (ORDER BY former_number) AS following
            FROM registration WHERE former_number <> ''),
        corrected AS MATERIALIZED (
            SELECT before ->> 'former_number' AS number, code FROM registration_change
            WHERE before ->> 'former_number' <> '' AND before ->> 'former_number' <> after ->> 'former_number'),
        number AS MATERIALIZED (
            SELECT target AS number FROM mine WHERE length(target) IN (13, 15)
            UNION (SELECT number FROM walked WHERE number = following LIMIT $1)
            UNION SELECT number FROM corrected),
        named AS (
            SELECT number, number AS target FROM number
            UNION SELECT number, found.code FROM number CROSS JOIN LATERAL (
                SELECT code FROM registration
                WHERE former_number = number.number AND former_number <> '' OFFSET 0) AS found
            UNION SELECT number, code FROM corrected),
        known AS MATERIALIZED (
            SELECT number, target FROM named
            WHERE EXISTS (SELECT FROM mine WHERE mine.target = named.target OFFSET 0)),
        pair AS (
            SELECT least(old.target, new.target) AS one, greatest(old.target, new.target) AS other
            FROM mine AS old JOIN mine AS new ON substr(new.target, 3, 15) = old.target
            WHERE length(old.target) = 15 AND length(new.target) = 18
            UNION ALL
            SELECT a.target, b.target FROM known AS a JOIN known AS b USING (number) WHERE a.target < b.target
            UNION ALL
            SELECT a.target, b.target FROM heard JOIN mine AS a USING (sound) JOIN mine AS b USING (sound)
            WHERE a.target < b.target),
        away AS (SELECT away FROM target_merge
                 WHERE undone_at IS NULL AND (department IS NULL OR department = $2))
        SELECT DISTINCT pair.one, pair.other FROM pair
        WHERE pair.one NOT IN (SELECT away FROM away) AND pair.other NOT IN (SELECT away FROM away) LIMIT $1
        $alike$, mine) USING most, own;
END
$_$;

CREATE FUNCTION public.onedoor_department() RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN NULLIF(current_setting('onedoor.department'::text, true), ''::text);

CREATE FUNCTION public.onedoor_find_targets(wanted text, after_pinyin text, after_target text, most integer) RETURNS SETOF text
    LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 51
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    SET max_parallel_workers_per_gather TO '0'
    AS $_$
DECLARE
    own text := onedoor_department();
    -- written into the statements, not asked of each row: only so does the index on a department's own rows serve
    belongs text := CASE WHEN own IS NULL THEN '' ELSE 'AND EXISTS (
        SELECT FROM target_entry WHERE target_entry.id = found.target AND department = $5)' END;
    has_grams text := CASE WHEN cardinality(onedoor_grams(wanted)) = 0 THEN '' ELSE
        'AND onedoor_grams(words) @> onedoor_grams($1)' END;
    walked integer;
    met text[];
BEGIN
    IF own IS NULL AND NOT (onedoor_is_coordinator() OR onedoor_is_supervisor()) THEN
        RETURN;
    END IF;
    EXECUTE format($walk$
        WITH way AS MATERIALIZED (SELECT target, pinyin, words FROM target_search
            WHERE (pinyin, target) > ($2, $3) ORDER BY pinyin, target LIMIT 2000)
        SELECT (SELECT count(*) FROM way), array(SELECT target FROM way AS found
            WHERE strpos(words, $1) > 0 %s ORDER BY pinyin, target LIMIT $4)
        $walk$, belongs) INTO walked, met USING wanted, after_pinyin, after_target, most, own;
    IF walked < 2000 OR cardinality(met) = most THEN
        RETURN QUERY SELECT unnest(met);
    ELSE
        RETURN QUERY EXECUTE format($all$
            WITH found AS MATERIALIZED (SELECT target, pinyin FROM target_search
                WHERE strpos(words, $1) > 0 %s AND (pinyin, target) > ($2, $3))
            SELECT target FROM found WHERE true %s ORDER BY pinyin, target LIMIT $4
            $all$, has_grams, belongs) USING wanted, after_pinyin, after_target, most, own;
    END IF;
END
$_$;

CREATE FUNCTION public.onedoor_grams(words text) RETURNS text[]
    LANGUAGE sql IMMUTABLE COST 10000 PARALLEL SAFE
    RETURN ARRAY(SELECT DISTINCT cut.gram FROM unnest(string_to_array(onedoor_grams.words, '
'::text)) line(line), LATERAL generate_series(1, (length(line.line) - 1)) place(place), LATERAL (SELECT CASE WHEN (octet_length(substr(line.line, place.place, 2)) > 2) THEN substr(line.line, place.place, 2) ELSE substr(line.line, place.place, 3) END AS substr) cut(gram) WHERE (octet_length(cut.gram) > 2) ORDER BY cut.gram);

CREATE FUNCTION public.onedoor_office() RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN NULLIF(current_setting('onedoor.office'::text, true), ''::text);

CREATE FUNCTION public.onedoor_is(wanted text) RETURNS boolean
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN COALESCE((public.onedoor_office() = wanted), false);

CREATE FUNCTION public.onedoor_is_coordinator() RETURNS boolean
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN COALESCE((public.onedoor_office() = ANY (ARRAY['coordinator'::text, 'operator'::text])), false);

CREATE FUNCTION public.onedoor_is_supervisor() RETURNS boolean
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN COALESCE((public.onedoor_office() = 'supervisor'::text), false);

CREATE FUNCTION public.refuse_change() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    RAISE EXCEPTION '% on % is not allowed: it is append-only', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END
$$;

CREATE FUNCTION public.refuse_gap() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM plan WHERE round = NEW.round AND live) THEN
        RAISE EXCEPTION 'plan % is replaced by none', NEW.id USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NULL;
END
$$;

CREATE FUNCTION public.refuse_late_file() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM draw WHERE id = NEW.draw AND state = 'fixed' AND fixed_in = pg_current_xact_id()) THEN
        RAISE EXCEPTION 'the document of draw % is fixed', NEW.draw USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END
$$;

CREATE FUNCTION public.refuse_late_paper() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF EXISTS (
        SELECT FROM (SELECT DISTINCT approval FROM added) AS named JOIN approval ON approval.id = named.approval
        WHERE decision IS NOT NULL OR drawn_up_in <> pg_current_xact_id())
    THEN
        RAISE EXCEPTION 'these papers are drawn up' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NULL;
END
$$;

CREATE FUNCTION public.refuse_late_part() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF EXISTS (
        SELECT FROM (SELECT DISTINCT plan FROM added) AS named WHERE NOT EXISTS (
            SELECT FROM plan WHERE id = named.plan AND stored_in = pg_current_xact_id()))
    THEN
        RAISE EXCEPTION 'nothing is added to % of a plan that stands', TG_TABLE_NAME
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NULL;
END
$$;

CREATE FUNCTION public.refuse_late_secret() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
DECLARE
    office text := current_setting('onedoor.office', true);
    asked draw;
    head jsonb;
BEGIN
    PERFORM set_config('onedoor.office', 'operator', true);
    IF TG_OP = 'UPDATE' AND OLD.secret IS NOT NULL THEN
        RAISE EXCEPTION 'the secret of % is revealed', OLD.party USING ERRCODE = 'insufficient_privilege';
    END IF;
    SELECT * INTO asked FROM draw WHERE id = NEW.draw AND state = 'fixed' FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'draw % has ended', NEW.draw USING ERRCODE = 'insufficient_privilege';
    END IF;
    SELECT convert_from(content, 'UTF8') INTO head FROM draw_file WHERE draw = NEW.draw AND name = 'head.json';
    IF NOT head -> 'parties' ? NEW.party THEN
        RAISE EXCEPTION '% is no party of draw %', NEW.party, NEW.draw USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF TG_OP = 'INSERT' AND (asked.closed_at IS NOT NULL
        OR EXISTS (SELECT FROM commitment WHERE draw = NEW.draw AND secret IS NOT NULL))
    THEN
        RAISE EXCEPTION 'commitments to draw % are closed', NEW.draw USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF TG_OP = 'UPDATE' AND asked.closed_at IS NULL AND EXISTS (
        SELECT FROM jsonb_array_elements_text(head -> 'parties') AS party
        WHERE NOT EXISTS (SELECT FROM commitment WHERE draw = NEW.draw AND commitment.party = party.value))
    THEN
        RAISE EXCEPTION 'commitments to draw % are still open', NEW.draw USING ERRCODE = 'insufficient_privilege';
    END IF;
    -- one operator answers for a draw that no party can be late for
    IF TG_OP = 'UPDATE' AND NOT asked.single_operator AND NEW.revealed_at > (head ->> 'reveal_by')::timestamptz THEN
        RAISE EXCEPTION '% reveals too late', NEW.party USING ERRCODE = 'insufficient_privilege';
    END IF;
    PERFORM set_config('onedoor.office', office, true);
    RETURN NEW;
END
$$;

CREATE FUNCTION public.refuse_late_settings() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM round WHERE id = NEW.round AND stage = 'collected') THEN
        RAISE EXCEPTION 'the names of round % are fixed', NEW.round USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END
$$;

CREATE FUNCTION public.refuse_late_withdrawal() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF EXISTS (SELECT FROM round WHERE id = OLD.round AND stage <> 'collected') THEN
        RAISE EXCEPTION 'the round of % has its names fixed', OLD.department USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN OLD;
END
$$;

CREATE FUNCTION public.refuse_loss_of_round() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF OLD.rehearsal_seed IS NULL AND OLD.stage <> 'collected' THEN
        RAISE EXCEPTION 'round % has a draw on the record', OLD.code USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN OLD;
END
$$;

CREATE FUNCTION public.refuse_number_again() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF EXISTS (
        SELECT FROM caused_inspection
        WHERE round = NEW.round AND department = NEW.department AND number = NEW.number)
    THEN
        RAISE EXCEPTION 'caused inspection % of % is another', NEW.number, NEW.department
            USING ERRCODE = 'unique_violation';
    END IF;
    RETURN NEW;
END
$$;

CREATE FUNCTION public.refuse_one_alone() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM proposal
        WHERE act = 'hold_draw' AND subject = NEW.id::text AND confirmed_at IS NOT NULL)
    THEN
        RAISE EXCEPTION 'draw % is held by two people', NEW.id USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END
$$;

CREATE FUNCTION public.refuse_other_document() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF NEW.name <> 'head.json' AND EXISTS (
        SELECT FROM draw AS this JOIN draw AS before
            ON before.round = this.round AND before.stage = this.stage AND before.attempt < this.attempt
        JOIN draw_file ON draw_file.draw = before.id AND draw_file.name = NEW.name
        WHERE this.id = NEW.draw AND draw_file.content <> NEW.content)
    THEN
        RAISE EXCEPTION 'the document of draw % is not that of the attempt before', NEW.draw
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END
$$;

CREATE FUNCTION public.refuse_other_end() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.number IS NOT NULL AND EXISTS (SELECT FROM round WHERE id = OLD.round) THEN
            RAISE EXCEPTION 'what % handed in stays', OLD.department USING ERRCODE = 'insufficient_privilege';
        END IF;
        RETURN OLD;
    END IF;
    IF length(NEW.content) = 0 AND to_jsonb(NEW) - 'content' = to_jsonb(OLD) - 'content' THEN
        RETURN NEW;
    END IF;
    IF OLD.undone_at IS NOT NULL OR (OLD.number IS NOT NULL) <> (NEW.undone_at IS NOT NULL)
        OR NOT EXISTS (SELECT FROM round WHERE id = OLD.round AND stage = 'collected')
    THEN
        RAISE EXCEPTION 'a workbook is handed in once and undone once, while its round is collected'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END
$$;

CREATE FUNCTION public.refuse_other_entry() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF OLD.entered_at IS NOT NULL AND (TG_OP = 'UPDATE' OR EXISTS (SELECT FROM round WHERE id = OLD.round)) THEN
        RAISE EXCEPTION 'what % entered stays', OLD.department USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN CASE TG_OP WHEN 'UPDATE' THEN NEW ELSE OLD END;
END
$$;

CREATE FUNCTION public.refuse_other_matter() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF EXISTS (
        SELECT FROM added LEFT JOIN round ON round.id = added.round
        WHERE round.stage IS DISTINCT FROM 'drawn' AND NOT (round.stage IS NOT DISTINCT FROM 'planned' AND EXISTS (
            SELECT FROM late_cause AS late JOIN plan ON plan.id = late.plan
            WHERE late.outcome = 'taken' AND plan.stored_in = pg_current_xact_id()
            AND (late.round, late.matter, late.department, late.target, late.item, late.first_day, late.last_day)
                = (added.round, added.id, added.department, added.target, added.item, added.first_day, added.last_day)
            AND added.tasks = ARRAY[format('特别检查/%s/%s', late.department, late.number)]
            AND added.caused AND added.key AND added.unannounced AND NOT added.desk)))
    THEN
        RAISE EXCEPTION 'nothing is added to matter but with its plan' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NULL;
END
$$;

CREATE FUNCTION public.refuse_other_outcome() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF OLD.outcome IS NOT NULL
        OR NOT EXISTS (SELECT FROM round WHERE id = OLD.round AND stage = 'planned')
        OR (NEW.outcome = 'taken' AND NOT EXISTS (
            SELECT FROM plan WHERE id = NEW.plan AND round = OLD.round AND live AND stored_in = pg_current_xact_id()))
    THEN
        RAISE EXCEPTION 'late cause % is not decided now', OLD.id USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END
$$;

CREATE FUNCTION public.refuse_other_ways() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF NOT NEW.stage = ANY ((enum_range(OLD.stage, NULL))[1:2]) THEN
        RAISE EXCEPTION 'round % does not go from % to %', OLD.code, OLD.stage, NEW.stage
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF OLD.stage <> 'collected' AND (NEW.settings, NEW.content_digest) <> (OLD.settings, OLD.content_digest) THEN
        RAISE EXCEPTION 'round % has its names fixed', OLD.code USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END
$$;

CREATE FUNCTION public.refuse_out_of_turn() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF EXISTS (
        SELECT FROM (SELECT DISTINCT round FROM added) AS named WHERE NOT EXISTS (
            SELECT FROM round WHERE id = named.round AND stage = ANY (TG_ARGV::round_stage[])))
    THEN
        RAISE EXCEPTION 'nothing is added to % unless its round is %', TG_TABLE_NAME, TG_ARGV[0]
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NULL;
END
$$;

CREATE FUNCTION public.refuse_part_out_of_turn() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF EXISTS (
        SELECT FROM (SELECT DISTINCT plan FROM added) AS named WHERE NOT EXISTS (
            SELECT FROM plan JOIN round ON round.id = plan.round
            WHERE plan.id = named.plan AND round.stage = TG_ARGV[0]::round_stage))
    THEN
        RAISE EXCEPTION 'nothing is added to % unless its round is %', TG_TABLE_NAME, TG_ARGV[0]
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NULL;
END
$$;

CREATE FUNCTION public.refuse_quiet_change() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF pg_trigger_depth() = 1 AND NOT EXISTS (
        SELECT FROM rescheduling WHERE plan = coalesce(NEW.plan, OLD.plan) AND moved_in = pg_current_xact_id())
    THEN
        RAISE EXCEPTION 'nobody comes or goes without a move' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN coalesce(NEW, OLD);
END
$$;

CREATE FUNCTION public.refuse_revival() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF NOT OLD.live OR NEW.live OR NOT EXISTS (
        SELECT FROM round WHERE id = OLD.round AND stage = 'planned')
    THEN
        RAISE EXCEPTION 'plan % is not replaced now', OLD.id USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END
$$;

CREATE FUNCTION public.refuse_second_door() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF EXISTS (
        SELECT FROM visit
        JOIN visit_matter AS moving ON moving.plan = NEW.plan AND moving.matter = NEW.matter
        WHERE visit.plan = NEW.plan AND visit.target = moving.target AND visit.half_day <> moving.half_day
        AND NEW.half_day = coalesce((
            SELECT moved.half_day FROM rescheduling AS moved
            JOIN visit_matter AS its ON its.plan = moved.plan AND its.matter = moved.matter
            WHERE moved.plan = visit.plan AND its.target = visit.target AND its.half_day = visit.half_day
            ORDER BY moved.number DESC LIMIT 1), visit.half_day))
    THEN
        RAISE EXCEPTION 'the door of % is opened already in %', NEW.target, NEW.half_day
            USING ERRCODE = 'unique_violation', CONSTRAINT = 'rescheduling_opens_once';
    END IF;
    RETURN NEW;
END
$$;

CREATE FUNCTION public.refuse_unapproved() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM approval WHERE round = NEW.id AND decision = 'approved') THEN
        RAISE EXCEPTION 'the papers of round % are not approved', NEW.code USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END
$$;

CREATE FUNCTION public.refuse_unconfirmed() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM proposal WHERE id = NEW.proposal AND act = 'override_rule' AND subject = NEW.id::text
        AND confirmed_at IS NOT NULL)
    THEN
        RAISE EXCEPTION 'no rule is overridden by one person' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END
$$;

CREATE FUNCTION public.refuse_undecided() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM recusal_request WHERE id = NEW.request AND round = NEW.round AND decision = 'granted') THEN
        RAISE EXCEPTION 'nobody is replaced without a granted recusal' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END
$$;

CREATE FUNCTION public.refuse_without_matter() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM matter WHERE round = NEW.round AND id = NEW.matter) THEN
        RAISE EXCEPTION 'late cause % is taken without its matter', NEW.id USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NULL;
END
$$;

CREATE TABLE public.account (
    id uuid NOT NULL,
    login text NOT NULL,
    name text NOT NULL,
    office text NOT NULL,
    department text,
    has_password boolean DEFAULT false NOT NULL,
    has_second_factor boolean DEFAULT false NOT NULL,
    created_at timestamp with time zone NOT NULL,
    locked_at timestamp with time zone,
    ended_at timestamp with time zone,
    successor uuid,
    CONSTRAINT account_department_check CHECK (((length(department) >= 1) AND (length(department) <= 80))),
    CONSTRAINT account_department_where_held CHECK (((office = ANY (ARRAY['department'::text, 'inspector'::text])) = (department IS NOT NULL))),
    CONSTRAINT account_hands_over_when_it_ends CHECK (((successor IS NULL) OR ((ended_at IS NOT NULL) AND (successor <> id)))),
    CONSTRAINT account_login_check CHECK ((login ~ '^[a-z][a-z0-9._-]{2,31}$'::text)),
    CONSTRAINT account_name_check CHECK (((length(name) >= 1) AND (length(name) <= 40))),
    CONSTRAINT account_office_check CHECK ((office = ANY (ARRAY['coordinator'::text, 'department'::text, 'inspector'::text, 'supervisor'::text, 'auditor'::text, 'administrator'::text])))
);

ALTER TABLE ONLY public.account FORCE ROW LEVEL SECURITY;

CREATE TABLE public.account_secret (
    account uuid NOT NULL,
    password_hash text,
    code_digest bytea,
    code_until timestamp with time zone,
    totp_secret text,
    totp_step bigint DEFAULT 0 NOT NULL,
    totp_proposed text,
    CONSTRAINT account_secret_code_digest_check CHECK ((length(code_digest) = 32)),
    CONSTRAINT account_secret_code_ends CHECK (((code_digest IS NULL) = (code_until IS NULL))),
    CONSTRAINT account_secret_password_hash_check CHECK ((password_hash ~~ '$argon2id$%'::text))
);

ALTER TABLE ONLY public.account_secret FORCE ROW LEVEL SECURITY;

CREATE TABLE public.annual_change (
    year integer NOT NULL,
    number integer NOT NULL,
    line text NOT NULL,
    department text NOT NULL,
    content jsonb,
    reason text NOT NULL,
    by_id text NOT NULL,
    by_name text NOT NULL,
    at timestamp with time zone NOT NULL,
    CONSTRAINT annual_change_by_id_check CHECK ((by_id <> ''::text)),
    CONSTRAINT annual_change_content_check CHECK ((jsonb_typeof(content) = 'object'::text)),
    CONSTRAINT annual_change_department_check CHECK ((department <> ''::text)),
    CONSTRAINT annual_change_line_check CHECK ((line <> ''::text)),
    CONSTRAINT annual_change_number_check CHECK ((number >= 1)),
    CONSTRAINT annual_change_reason_check CHECK ((reason <> ''::text)),
    CONSTRAINT annual_change_year_check CHECK (((year >= 2000) AND (year <= 2100)))
);

ALTER TABLE ONLY public.annual_change FORCE ROW LEVEL SECURITY;

CREATE TABLE public.annual_issue (
    id uuid NOT NULL,
    year integer NOT NULL,
    issue integer NOT NULL,
    content bytea NOT NULL,
    digest text NOT NULL,
    drawn_up_by text NOT NULL,
    drawn_up_name text NOT NULL,
    drawn_up_at timestamp with time zone NOT NULL,
    decision text,
    decided_by text,
    decided_name text,
    decided_at timestamp with time zone,
    number text,
    reason text,
    CONSTRAINT annual_issue_check CHECK ((digest = encode(sha256(content), 'hex'::text))),
    CONSTRAINT annual_issue_decided_by_somebody CHECK ((((decision IS NULL) = (decided_by IS NULL)) AND ((decision IS NULL) = (decided_name IS NULL)) AND ((decision IS NULL) = (decided_at IS NULL)))),
    CONSTRAINT annual_issue_decision_check CHECK ((decision = ANY (ARRAY['approved'::text, 'returned'::text]))),
    CONSTRAINT annual_issue_drawn_up_by_check CHECK ((drawn_up_by <> ''::text)),
    CONSTRAINT annual_issue_has_number CHECK (((NOT (decision IS DISTINCT FROM 'approved'::text)) = (number IS NOT NULL))),
    CONSTRAINT annual_issue_issue_check CHECK ((issue >= 1)),
    CONSTRAINT annual_issue_number_check CHECK ((number <> ''::text)),
    CONSTRAINT annual_issue_reason_check CHECK ((reason <> ''::text)),
    CONSTRAINT annual_issue_returned_has_reason CHECK (((NOT (decision IS DISTINCT FROM 'returned'::text)) = (reason IS NOT NULL))),
    CONSTRAINT annual_issue_takes_two CHECK ((decided_by <> drawn_up_by)),
    CONSTRAINT annual_issue_year_check CHECK (((year >= 2000) AND (year <= 2100)))
);

ALTER TABLE ONLY public.annual_issue FORCE ROW LEVEL SECURITY;

CREATE TABLE public.apart_pair (
    round uuid NOT NULL,
    department text NOT NULL,
    "row" integer NOT NULL,
    inspector text NOT NULL,
    other text NOT NULL,
    reason text NOT NULL,
    CONSTRAINT apart_pair_is_two CHECK ((inspector <> other))
);

ALTER TABLE ONLY public.apart_pair FORCE ROW LEVEL SECURITY;

CREATE TABLE public.api_token (
    id uuid NOT NULL,
    account uuid NOT NULL,
    name text NOT NULL,
    digest bytea NOT NULL,
    scopes text[] NOT NULL,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    revoked_at timestamp with time zone,
    CONSTRAINT api_token_check CHECK ((expires_at > created_at)),
    CONSTRAINT api_token_digest_check CHECK ((length(digest) = 32)),
    CONSTRAINT api_token_name_check CHECK (((length(name) >= 1) AND (length(name) <= 40))),
    CONSTRAINT api_token_scopes_check CHECK ((cardinality(scopes) > 0))
);

ALTER TABLE ONLY public.api_token FORCE ROW LEVEL SECURITY;

CREATE TABLE public.approval (
    id uuid NOT NULL,
    round uuid NOT NULL,
    issue integer NOT NULL,
    digest text NOT NULL,
    drawn_up_by text NOT NULL,
    drawn_up_name text NOT NULL,
    drawn_up_at timestamp with time zone NOT NULL,
    single_operator boolean DEFAULT false NOT NULL,
    decision text,
    decided_by text,
    decided_name text,
    decided_at timestamp with time zone,
    number text,
    reason text,
    drawn_up_in xid8 DEFAULT pg_current_xact_id() NOT NULL,
    team_changes integer DEFAULT 0 NOT NULL,
    CONSTRAINT approval_decided_by_somebody CHECK ((((decision IS NULL) = (decided_by IS NULL)) AND ((decision IS NULL) = (decided_name IS NULL)) AND ((decision IS NULL) = (decided_at IS NULL)))),
    CONSTRAINT approval_decision_check CHECK ((decision = ANY (ARRAY['approved'::text, 'returned'::text]))),
    CONSTRAINT approval_digest_check CHECK ((digest ~ '^[0-9a-f]{64}$'::text)),
    CONSTRAINT approval_drawn_up_by_check CHECK ((drawn_up_by <> ''::text)),
    CONSTRAINT approval_has_number CHECK (((NOT (decision IS DISTINCT FROM 'approved'::text)) = (number IS NOT NULL))),
    CONSTRAINT approval_issue_check CHECK ((issue >= 1)),
    CONSTRAINT approval_number_check CHECK ((number <> ''::text)),
    CONSTRAINT approval_reason_check CHECK ((reason <> ''::text)),
    CONSTRAINT approval_returned_has_reason CHECK (((NOT (decision IS DISTINCT FROM 'returned'::text)) = (reason IS NOT NULL))),
    CONSTRAINT approval_takes_two CHECK (((decided_by <> drawn_up_by) OR single_operator)),
    CONSTRAINT approval_team_changes_check CHECK ((team_changes >= 0))
);

ALTER TABLE ONLY public.approval FORCE ROW LEVEL SECURITY;

CREATE TABLE public.area (
    round uuid NOT NULL,
    department text NOT NULL,
    "row" integer NOT NULL,
    id text NOT NULL,
    name text NOT NULL,
    lon double precision,
    lat double precision,
    neighbours text[] NOT NULL,
    CONSTRAINT area_id_check CHECK ((id <> ''::text)),
    CONSTRAINT area_lat_check CHECK (((lat >= ('-90'::integer)::double precision) AND (lat <= (90)::double precision))),
    CONSTRAINT area_lon_check CHECK (((lon >= ('-180'::integer)::double precision) AND (lon <= (180)::double precision)))
);

ALTER TABLE ONLY public.area FORCE ROW LEVEL SECURITY;

CREATE TABLE public.asked_department (
    round uuid NOT NULL,
    department text NOT NULL,
    CONSTRAINT asked_department_department_check CHECK (((length(department) >= 1) AND (length(department) <= 80)))
);

ALTER TABLE ONLY public.asked_department FORCE ROW LEVEL SECURITY;

CREATE TABLE public.audit_entry (
    id bigint NOT NULL,
    at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    actor text NOT NULL,
    action text NOT NULL,
    round uuid,
    subject text NOT NULL,
    facts jsonb NOT NULL,
    CONSTRAINT audit_entry_action_check CHECK ((action ~ '^[a-z][a-z_]{0,59}$'::text))
);

ALTER TABLE ONLY public.audit_entry FORCE ROW LEVEL SECURITY;

ALTER TABLE public.audit_entry ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.audit_entry_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.batch (
    round uuid NOT NULL,
    task text NOT NULL,
    number integer NOT NULL,
    first_day date NOT NULL,
    last_day date NOT NULL,
    CONSTRAINT batch_days_in_order CHECK ((first_day <= last_day)),
    CONSTRAINT batch_number_check CHECK ((number >= 1))
);

ALTER TABLE ONLY public.batch FORCE ROW LEVEL SECURITY;

CREATE TABLE public.calendar_day (
    day date NOT NULL,
    kind text NOT NULL,
    CONSTRAINT calendar_day_kind_check CHECK ((kind = ANY (ARRAY['holiday'::text, 'make_up'::text])))
);

CREATE TABLE public.calendar_year (
    year smallint NOT NULL,
    source text NOT NULL,
    confirmed_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT calendar_year_year_check CHECK (((year >= 2000) AND (year <= 2100)))
);

CREATE TABLE public.caused_inspection (
    round uuid NOT NULL,
    department text NOT NULL,
    "row" integer NOT NULL,
    source text NOT NULL,
    target text NOT NULL,
    item text NOT NULL,
    number integer NOT NULL,
    last_day date NOT NULL,
    note text NOT NULL,
    CONSTRAINT caused_inspection_number_check CHECK ((number >= 1)),
    CONSTRAINT caused_inspection_source_check CHECK ((source = ANY (ARRAY['投诉举报'::text, '转办交办'::text, '数据监测'::text, '其他'::text])))
);

ALTER TABLE ONLY public.caused_inspection FORCE ROW LEVEL SECURITY;

CREATE TABLE public.chance (
    plan uuid NOT NULL,
    role text NOT NULL,
    inspector text NOT NULL,
    chance integer NOT NULL,
    CONSTRAINT chance_chance_check CHECK (((chance >= 0) AND (chance <= 1000000)))
);

ALTER TABLE ONLY public.chance FORCE ROW LEVEL SECURITY;

CREATE TABLE public.closed_table (
    unit text NOT NULL,
    year integer NOT NULL,
    department text,
    content jsonb NOT NULL,
    closed_on date NOT NULL,
    closed_by text NOT NULL,
    closed_at timestamp with time zone NOT NULL,
    CONSTRAINT closed_table_check CHECK ((department = unit)),
    CONSTRAINT closed_table_closed_by_check CHECK ((closed_by <> ''::text)),
    CONSTRAINT closed_table_unit_check CHECK ((unit <> ''::text)),
    CONSTRAINT closed_table_year_check CHECK (((year >= 2000) AND (year <= 2100)))
);

ALTER TABLE ONLY public.closed_table FORCE ROW LEVEL SECURITY;

CREATE TABLE public.collection (
    round uuid NOT NULL,
    settings_file bytea NOT NULL,
    due_on date NOT NULL
);

ALTER TABLE ONLY public.collection FORCE ROW LEVEL SECURITY;

CREATE TABLE public.commitment (
    draw uuid NOT NULL,
    party text NOT NULL,
    commitment text NOT NULL,
    committed_at timestamp with time zone NOT NULL,
    secret text,
    revealed_at timestamp with time zone,
    CONSTRAINT commitment_commitment_check CHECK ((commitment ~ '^[0-9a-f]{64}$'::text)),
    CONSTRAINT commitment_reveal_has_moment CHECK (((secret IS NULL) = (revealed_at IS NULL))),
    CONSTRAINT commitment_secret_check CHECK ((secret ~ '^[0-9a-f]{64}$'::text))
);

ALTER TABLE ONLY public.commitment FORCE ROW LEVEL SECURITY;

CREATE TABLE public.correction (
    id bigint NOT NULL,
    round uuid NOT NULL,
    department text NOT NULL,
    digest text NOT NULL,
    before jsonb NOT NULL,
    after jsonb NOT NULL,
    corrected_at timestamp with time zone NOT NULL,
    CONSTRAINT correction_department_check CHECK ((department <> ''::text)),
    CONSTRAINT correction_digest_check CHECK ((digest ~ '^[0-9a-f]{64}$'::text))
);

ALTER TABLE ONLY public.correction FORCE ROW LEVEL SECURITY;

ALTER TABLE public.correction ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.correction_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.delivery (
    outbox uuid NOT NULL,
    state public.delivery_state DEFAULT 'waiting'::public.delivery_state NOT NULL,
    attempts integer DEFAULT 0 NOT NULL,
    fencing bigint DEFAULT 0 NOT NULL,
    next_try_at timestamp with time zone NOT NULL,
    receipt jsonb,
    last_error text,
    ask_at timestamp with time zone,
    confirmation jsonb,
    line text NOT NULL,
    place bigint NOT NULL,
    CONSTRAINT delivery_asked_when_delivered CHECK (((ask_at IS NULL) OR (state = 'delivered'::public.delivery_state))),
    CONSTRAINT delivery_attempts_check CHECK ((attempts >= 0)),
    CONSTRAINT delivery_dead_has_error CHECK (((state <> 'dead'::public.delivery_state) OR (last_error IS NOT NULL))),
    CONSTRAINT delivery_delivered_has_receipt CHECK (((state = 'delivered'::public.delivery_state) = (receipt IS NOT NULL))),
    CONSTRAINT delivery_fencing_check CHECK ((fencing >= 0))
);

ALTER TABLE ONLY public.delivery FORCE ROW LEVEL SECURITY;

CREATE TABLE public.delivery_attempt (
    outbox uuid NOT NULL,
    fencing bigint NOT NULL,
    started_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone NOT NULL,
    state public.delivery_state NOT NULL,
    answer text NOT NULL,
    CONSTRAINT delivery_attempt_ends_after_it_starts CHECK ((ended_at >= started_at)),
    CONSTRAINT delivery_attempt_fencing_check CHECK ((fencing > 0))
);

ALTER TABLE ONLY public.delivery_attempt FORCE ROW LEVEL SECURITY;

CREATE SEQUENCE public.delivery_place
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.delivery_place OWNED BY public.delivery.place;

CREATE TABLE public.desk_member (
    plan uuid NOT NULL,
    matter text NOT NULL,
    inspector text NOT NULL
);

ALTER TABLE ONLY public.desk_member FORCE ROW LEVEL SECURITY;

CREATE TABLE public.destination (
    name text NOT NULL,
    connector text NOT NULL,
    title text NOT NULL,
    department text NOT NULL,
    wants text[] NOT NULL,
    settings jsonb NOT NULL,
    state public.destination_state DEFAULT 'open'::public.destination_state NOT NULL,
    proposed_by text NOT NULL,
    approved_by text NOT NULL,
    approved_at timestamp with time zone NOT NULL,
    CONSTRAINT destination_approved_by_check CHECK ((approved_by <> ''::text)),
    CONSTRAINT destination_connector_check CHECK ((connector ~ '^[a-z][a-z_]{0,39}$'::text)),
    CONSTRAINT destination_department_check CHECK ((department <> ''::text)),
    CONSTRAINT destination_name_check CHECK ((name ~ '^[a-z][a-z0-9-]{1,39}$'::text)),
    CONSTRAINT destination_proposed_by_check CHECK ((proposed_by <> ''::text)),
    CONSTRAINT destination_title_check CHECK ((title <> ''::text)),
    CONSTRAINT destination_wants_check CHECK ((wants <> '{}'::text[]))
);

ALTER TABLE ONLY public.destination FORCE ROW LEVEL SECURITY;

CREATE TABLE public.destination_secret (
    destination text NOT NULL,
    name text NOT NULL,
    sealed text NOT NULL,
    set_by text NOT NULL,
    set_at timestamp with time zone NOT NULL,
    CONSTRAINT destination_secret_destination_check CHECK ((destination ~ '^[a-z][a-z0-9-]{1,39}$'::text)),
    CONSTRAINT destination_secret_name_check CHECK ((name <> ''::text)),
    CONSTRAINT destination_secret_sealed_check CHECK ((sealed <> ''::text))
);

ALTER TABLE ONLY public.destination_secret FORCE ROW LEVEL SECURITY;

CREATE TABLE public.draw (
    id uuid NOT NULL,
    round uuid NOT NULL,
    stage text NOT NULL,
    attempt integer NOT NULL,
    document_digest text NOT NULL,
    single_operator boolean NOT NULL,
    fixed_at timestamp with time zone NOT NULL,
    state text DEFAULT 'fixed'::text NOT NULL,
    beacon text DEFAULT ''::text NOT NULL,
    seed text,
    transcript bytea,
    transcript_digest text,
    ended_at timestamp with time zone,
    fixed_in xid8 DEFAULT pg_current_xact_id() NOT NULL,
    closed_at timestamp with time zone,
    void_reason text,
    CONSTRAINT draw_attempt_check CHECK ((attempt >= 1)),
    CONSTRAINT draw_document_digest_check CHECK ((document_digest ~ '^[0-9a-f]{64}$'::text)),
    CONSTRAINT draw_ended_has_transcript CHECK (((state = 'fixed'::text) = (transcript IS NULL))),
    CONSTRAINT draw_fixed_is_bare CHECK (((state <> 'fixed'::text) OR ((beacon = ''::text) AND (seed IS NULL) AND (transcript_digest IS NULL) AND (ended_at IS NULL)))),
    CONSTRAINT draw_held_has_seed CHECK (((state <> 'held'::text) OR (seed IS NOT NULL))),
    CONSTRAINT draw_seed_check CHECK ((seed ~ '^[0-9a-f]{64}$'::text)),
    CONSTRAINT draw_stage_check CHECK ((stage = ANY (ARRAY['targets'::text, 'teams'::text]))),
    CONSTRAINT draw_state_check CHECK ((state = ANY (ARRAY['fixed'::text, 'held'::text, 'void'::text]))),
    CONSTRAINT draw_transcript_digest_check CHECK ((transcript_digest ~ '^[0-9a-f]{64}$'::text)),
    CONSTRAINT draw_void_has_reason CHECK (((state = 'void'::text) = (void_reason IS NOT NULL))),
    CONSTRAINT draw_void_reason_check CHECK ((void_reason <> ''::text))
);

ALTER TABLE ONLY public.draw FORCE ROW LEVEL SECURITY;

CREATE TABLE public.draw_file (
    draw uuid NOT NULL,
    name text NOT NULL,
    content bytea NOT NULL,
    CONSTRAINT draw_file_name_check CHECK ((name = ANY (ARRAY['head.json'::text, 'entries.json'::text, 'frame.tsv'::text, 'plan.json'::text])))
);

ALTER TABLE ONLY public.draw_file FORCE ROW LEVEL SECURITY;

CREATE TABLE public.drawn_target (
    round uuid NOT NULL,
    task text NOT NULL,
    target text NOT NULL,
    batch integer NOT NULL
);

ALTER TABLE ONLY public.drawn_target FORCE ROW LEVEL SECURITY;

CREATE TABLE public.exclusion (
    round uuid NOT NULL,
    entry text NOT NULL,
    target text NOT NULL,
    reason text NOT NULL
);

ALTER TABLE ONLY public.exclusion FORCE ROW LEVEL SECURITY;

CREATE TABLE public.feedback (
    id uuid NOT NULL,
    kind text NOT NULL,
    round uuid NOT NULL,
    given_on date NOT NULL,
    stars smallint,
    about text NOT NULL,
    words text NOT NULL,
    CONSTRAINT feedback_complaint_has_words CHECK (((kind = 'rating'::text) OR (words <> ''::text))),
    CONSTRAINT feedback_kind_check CHECK ((kind = ANY (ARRAY['rating'::text, 'complaint'::text]))),
    CONSTRAINT feedback_rating_has_stars CHECK (((kind = 'rating'::text) = (stars IS NOT NULL))),
    CONSTRAINT feedback_stars_check CHECK (((stars >= 1) AND (stars <= 5))),
    CONSTRAINT feedback_words_check CHECK ((length(words) <= 1000))
);

ALTER TABLE ONLY public.feedback FORCE ROW LEVEL SECURITY;

CREATE TABLE public.feedback_mark (
    round uuid NOT NULL,
    target text NOT NULL,
    kind text NOT NULL,
    CONSTRAINT feedback_mark_kind_check CHECK ((kind = ANY (ARRAY['rating'::text, 'complaint'::text])))
);

ALTER TABLE ONLY public.feedback_mark FORCE ROW LEVEL SECURITY;

CREATE TABLE public.finding (
    round uuid NOT NULL,
    task text NOT NULL,
    department text NOT NULL,
    target text NOT NULL,
    item text NOT NULL,
    inspected_on date NOT NULL,
    result text NOT NULL,
    problem text NOT NULL,
    dispositions text[] NOT NULL,
    case_number text,
    case_filed_on date,
    fine_fen bigint,
    referred_to text NOT NULL,
    file text NOT NULL,
    "row" integer NOT NULL,
    CONSTRAINT finding_case_is_whole CHECK (((case_number IS NULL) = (case_filed_on IS NULL))),
    CONSTRAINT finding_case_number_check CHECK ((case_number <> ''::text)),
    CONSTRAINT finding_department_check CHECK ((department <> ''::text)),
    CONSTRAINT finding_dispositions_check CHECK ((dispositions <@ ARRAY['无需后续处置'::text, '责令改正'::text, '移送办案'::text, '抄告其他部门'::text, '反馈日常监管'::text])),
    CONSTRAINT finding_fine_fen_check CHECK ((fine_fen >= 0)),
    CONSTRAINT finding_fine_has_case CHECK (((fine_fen IS NULL) OR (case_number IS NOT NULL))),
    CONSTRAINT finding_item_check CHECK ((item <> ''::text)),
    CONSTRAINT finding_result_check CHECK ((result = ANY (ARRAY['未发现问题'::text, '未按规定公示应当公示的信息'::text, '公示信息隐瞒真实情况、弄虚作假'::text, '通过登记的住所（经营场所）无法联系'::text, '发现问题已责令改正'::text, '不配合检查情节严重'::text, '未发现开展本次抽查涉及的经营活动'::text, '发现问题待后续处理'::text, '已关闭停业或正在清算'::text, '注销、吊销、撤销、迁出'::text]))),
    CONSTRAINT finding_task_check CHECK ((task <> ''::text))
);

ALTER TABLE ONLY public.finding FORCE ROW LEVEL SECURITY;

CREATE TABLE public.firm_request (
    id uuid NOT NULL,
    letter uuid NOT NULL,
    round uuid NOT NULL,
    target text NOT NULL,
    departments text[] NOT NULL,
    kind text NOT NULL,
    visit text NOT NULL,
    wished_day date,
    inspector text,
    reason text NOT NULL,
    made_at timestamp with time zone NOT NULL,
    granted boolean,
    answer text,
    answered_by text,
    answered_at timestamp with time zone,
    CONSTRAINT firm_request_answer_check CHECK (((length(answer) >= 2) AND (length(answer) <= 500))),
    CONSTRAINT firm_request_answer_is_whole CHECK ((num_nulls(granted, answer, answered_by, answered_at) = ANY (ARRAY[0, 4]))),
    CONSTRAINT firm_request_departments_check CHECK ((cardinality(departments) > 0)),
    CONSTRAINT firm_request_kind_check CHECK ((kind = ANY (ARRAY['move'::text, 'recusal'::text, 'objection'::text]))),
    CONSTRAINT firm_request_moves_to_a_day CHECK (((kind = 'move'::text) = (wished_day IS NOT NULL))),
    CONSTRAINT firm_request_reason_check CHECK (((length(reason) >= 2) AND (length(reason) <= 500))),
    CONSTRAINT firm_request_recuses_somebody CHECK (((kind = 'recusal'::text) = (inspector IS NOT NULL)))
);

ALTER TABLE ONLY public.firm_request FORCE ROW LEVEL SECURITY;

CREATE TABLE public.registration (
    code text NOT NULL,
    former_number text NOT NULL,
    name text NOT NULL,
    kind text NOT NULL,
    status text NOT NULL,
    address text NOT NULL,
    area text NOT NULL,
    industry text NOT NULL,
    registered_on date,
    lists text[] NOT NULL,
    CONSTRAINT registration_code_check CHECK ((code <> ''::text)),
    CONSTRAINT registration_name_check CHECK ((name <> ''::text)),
    CONSTRAINT registration_status_check CHECK ((status = ANY (ARRAY['存续'::text, '吊销'::text, '注销'::text, '撤销'::text, '迁出'::text])))
);

ALTER TABLE ONLY public.registration FORCE ROW LEVEL SECURITY;

CREATE TABLE public.registration_change (
    batch uuid NOT NULL,
    code text NOT NULL,
    change text NOT NULL,
    before jsonb,
    after jsonb NOT NULL,
    CONSTRAINT registration_change_change_check CHECK ((change = ANY (ARRAY['new'::text, 'changed'::text, 'closed'::text, 'reopened'::text, 'listed'::text, 'unlisted'::text])))
);

ALTER TABLE ONLY public.registration_change FORCE ROW LEVEL SECURITY;

CREATE VIEW public.former_number WITH (security_invoker='true') AS
 SELECT registration.code,
    registration.former_number AS number
   FROM public.registration
  WHERE (registration.former_number <> ''::text)
UNION ALL
 SELECT registration_change.code,
    (registration_change.before ->> 'former_number'::text) AS number
   FROM public.registration_change
  WHERE (((registration_change.before ->> 'former_number'::text) <> ''::text) AND ((registration_change.before ->> 'former_number'::text) <> (registration_change.after ->> 'former_number'::text)));

CREATE TABLE public.forwarding (
    round uuid NOT NULL,
    entries bigint NOT NULL,
    CONSTRAINT forwarding_entries_check CHECK ((entries >= 0))
);

ALTER TABLE ONLY public.forwarding FORCE ROW LEVEL SECURITY;

CREATE TABLE public.hand_in (
    id uuid NOT NULL,
    round uuid NOT NULL,
    department text NOT NULL,
    file text NOT NULL,
    sha256 text NOT NULL,
    content bytea NOT NULL,
    replaces uuid,
    settings_digest text NOT NULL,
    trial jsonb NOT NULL,
    tried_by text NOT NULL,
    tried_at timestamp with time zone NOT NULL,
    number integer,
    handed_in_by text,
    handed_in_at timestamp with time zone,
    undone_by text,
    undone_at timestamp with time zone,
    CONSTRAINT hand_in_has_moment CHECK ((num_nonnulls(number, handed_in_by, handed_in_at) = ANY (ARRAY[0, 3]))),
    CONSTRAINT hand_in_number_check CHECK ((number >= 1)),
    CONSTRAINT hand_in_settings_digest_check CHECK ((settings_digest ~ '^[0-9a-f]{64}$'::text)),
    CONSTRAINT hand_in_sha256_check CHECK ((sha256 ~ '^[0-9a-f]{64}$'::text)),
    CONSTRAINT hand_in_undone_has_moment CHECK ((num_nonnulls(undone_by, undone_at) = ANY (ARRAY[0, 2]))),
    CONSTRAINT hand_in_undone_was_handed_in CHECK (((undone_at IS NULL) OR (handed_in_at <= undone_at)))
);

ALTER TABLE ONLY public.hand_in FORCE ROW LEVEL SECURITY;

CREATE TABLE public.inspection_item (
    department text NOT NULL,
    code text NOT NULL,
    version integer NOT NULL,
    content_digest text NOT NULL,
    category text NOT NULL,
    name text NOT NULL,
    weight text NOT NULL,
    applies_to text[] NOT NULL,
    methods text[] NOT NULL,
    legal_basis text[] NOT NULL,
    lowest_ratio jsonb,
    highest_ratio jsonb,
    expertise text[] NOT NULL,
    officers integer NOT NULL,
    minutes integer NOT NULL,
    announcement text NOT NULL,
    unit text NOT NULL,
    documents text[] NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT inspection_item_announcement_check CHECK ((announcement = ANY (ARRAY['提前告知'::text, '不予告知'::text]))),
    CONSTRAINT inspection_item_content_digest_check CHECK ((content_digest ~ '^[0-9a-f]{64}$'::text)),
    CONSTRAINT inspection_item_methods_check CHECK (((methods <@ ARRAY['现场'::text, '书面'::text, '网络'::text, '委托'::text]) AND (cardinality(methods) > 0))),
    CONSTRAINT inspection_item_minutes_check CHECK ((minutes >= 1)),
    CONSTRAINT inspection_item_officers_check CHECK ((officers >= 2)),
    CONSTRAINT inspection_item_version_check CHECK ((version >= 1)),
    CONSTRAINT inspection_item_weight_check CHECK ((weight = ANY (ARRAY['重点'::text, '一般'::text])))
);

ALTER TABLE ONLY public.inspection_item FORCE ROW LEVEL SECURITY;

CREATE TABLE public.inspector (
    round uuid NOT NULL,
    department text NOT NULL,
    "row" integer NOT NULL,
    id text NOT NULL,
    name text NOT NULL,
    organisation text NOT NULL,
    post text NOT NULL,
    kind text NOT NULL,
    certificate text NOT NULL,
    certificate_expires_on date,
    expertise text[] NOT NULL,
    area text,
    unavailable jsonb NOT NULL,
    max_half_days integer,
    serves text[] NOT NULL,
    borrowed boolean NOT NULL,
    CONSTRAINT inspector_id_check CHECK ((id <> ''::text)),
    CONSTRAINT inspector_kind_check CHECK ((kind = ANY (ARRAY['执法人员'::text, '专家'::text]))),
    CONSTRAINT inspector_max_half_days_check CHECK ((max_half_days >= 0))
);

ALTER TABLE ONLY public.inspector FORCE ROW LEVEL SECURITY;

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
    CONSTRAINT job_queue_check CHECK ((queue = ANY (ARRAY['quick'::text, 'solver'::text, 'shard'::text]))),
    CONSTRAINT job_running_is_leased CHECK (((state = 'running'::public.job_state) = (lease_until IS NOT NULL))),
    CONSTRAINT job_stop_request_check CHECK ((stop_request = ANY (ARRAY['finish'::text, 'cancel'::text])))
);

ALTER TABLE ONLY public.job FORCE ROW LEVEL SECURITY;

CREATE TABLE public.late_cause (
    id uuid NOT NULL,
    round uuid NOT NULL,
    department text NOT NULL,
    number integer NOT NULL,
    matter text NOT NULL,
    target text NOT NULL,
    item text NOT NULL,
    source text NOT NULL,
    document text NOT NULL,
    note text NOT NULL,
    first_day date NOT NULL,
    last_day date NOT NULL,
    filed_by text NOT NULL,
    filed_name text NOT NULL,
    filed_at timestamp with time zone NOT NULL,
    outcome text,
    plan uuid,
    decided_name text,
    decided_at timestamp with time zone,
    CONSTRAINT late_cause_days_in_order CHECK ((first_day <= last_day)),
    CONSTRAINT late_cause_decided_by_somebody CHECK ((((outcome IS NULL) = (decided_name IS NULL)) AND ((outcome IS NULL) = (decided_at IS NULL)))),
    CONSTRAINT late_cause_document_check CHECK ((document <> ''::text)),
    CONSTRAINT late_cause_filed_by_check CHECK ((filed_by <> ''::text)),
    CONSTRAINT late_cause_matter_check CHECK ((matter ~ '^M[0-9]{4,}$'::text)),
    CONSTRAINT late_cause_note_check CHECK ((note <> ''::text)),
    CONSTRAINT late_cause_number_check CHECK ((number >= 1)),
    CONSTRAINT late_cause_outcome_check CHECK ((outcome = ANY (ARRAY['taken'::text, 'withdrawn'::text]))),
    CONSTRAINT late_cause_source_check CHECK ((source = ANY (ARRAY['投诉举报'::text, '转办交办'::text, '数据监测'::text, '其他'::text]))),
    CONSTRAINT late_cause_taken_into_a_plan CHECK (((NOT (outcome IS DISTINCT FROM 'taken'::text)) = (plan IS NOT NULL)))
);

ALTER TABLE ONLY public.late_cause FORCE ROW LEVEL SECURITY;

CREATE TABLE public.letter (
    id uuid NOT NULL,
    round uuid NOT NULL,
    target text NOT NULL,
    departments text[] NOT NULL,
    number text NOT NULL,
    issued_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    first_opened_on date,
    reopened_at timestamp with time zone,
    withdrawn_at timestamp with time zone,
    CONSTRAINT letter_check CHECK ((expires_at > issued_at)),
    CONSTRAINT letter_departments_check CHECK ((cardinality(departments) > 0)),
    CONSTRAINT letter_number_check CHECK ((number ~ '^[0-9A-HJKMNP-TV-Z]{8}$'::text))
);

ALTER TABLE ONLY public.letter FORCE ROW LEVEL SECURITY;

CREATE TABLE public.letter_secret (
    letter uuid NOT NULL,
    number_digest bytea NOT NULL,
    code_hash text NOT NULL,
    feed_digest bytea,
    CONSTRAINT letter_secret_code_hash_check CHECK ((code_hash ~~ '$argon2id$%'::text)),
    CONSTRAINT letter_secret_feed_digest_check CHECK ((length(feed_digest) = 32)),
    CONSTRAINT letter_secret_number_digest_check CHECK ((length(number_digest) = 32))
);

ALTER TABLE ONLY public.letter_secret FORCE ROW LEVEL SECURITY;

CREATE TABLE public.letter_session (
    digest bytea NOT NULL,
    letter uuid NOT NULL,
    began_at timestamp with time zone NOT NULL,
    seen_at timestamp with time zone NOT NULL,
    CONSTRAINT letter_session_digest_check CHECK ((length(digest) = 32))
);

ALTER TABLE ONLY public.letter_session FORCE ROW LEVEL SECURITY;

CREATE TABLE public.letter_try (
    number_digest bytea NOT NULL,
    failures integer NOT NULL,
    last_at timestamp with time zone NOT NULL,
    CONSTRAINT letter_try_failures_check CHECK ((failures > 0)),
    CONSTRAINT letter_try_number_digest_check CHECK ((length(number_digest) = 32))
);

ALTER TABLE ONLY public.letter_try FORCE ROW LEVEL SECURITY;

CREATE TABLE public.matter (
    round uuid NOT NULL,
    id text NOT NULL,
    department text NOT NULL,
    target text NOT NULL,
    item text NOT NULL,
    tasks text[] NOT NULL,
    first_day date NOT NULL,
    last_day date NOT NULL,
    key boolean NOT NULL,
    caused boolean NOT NULL,
    desk boolean NOT NULL,
    unannounced boolean NOT NULL,
    CONSTRAINT matter_days_in_order CHECK ((first_day <= last_day)),
    CONSTRAINT matter_tasks_check CHECK ((cardinality(tasks) > 0))
);

ALTER TABLE ONLY public.matter FORCE ROW LEVEL SECURITY;

CREATE TABLE public.migration (
    name text NOT NULL,
    sha256 text NOT NULL,
    applied_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT migration_sha256_check CHECK ((sha256 ~ '^[0-9a-f]{64}$'::text))
);

CREATE TABLE public.outbox (
    id uuid NOT NULL,
    round uuid,
    department text NOT NULL,
    connector text NOT NULL,
    destination text NOT NULL,
    recipient text NOT NULL,
    batch text NOT NULL,
    number integer NOT NULL,
    key text NOT NULL,
    content_digest text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT outbox_batch_check CHECK ((batch <> ''::text)),
    CONSTRAINT outbox_connector_check CHECK ((connector ~ '^[a-z][a-z_]{0,39}$'::text)),
    CONSTRAINT outbox_content_digest_check CHECK ((content_digest ~ '^[0-9a-f]{64}$'::text)),
    CONSTRAINT outbox_department_check CHECK ((department <> ''::text)),
    CONSTRAINT outbox_destination_check CHECK ((destination <> ''::text)),
    CONSTRAINT outbox_key_check CHECK ((key ~ '^[0-9a-f]{64}$'::text)),
    CONSTRAINT outbox_number_check CHECK ((number >= 1)),
    CONSTRAINT outbox_recipient_check CHECK ((recipient <> ''::text))
);

ALTER TABLE ONLY public.outbox FORCE ROW LEVEL SECURITY;

CREATE TABLE public.outbox_file (
    outbox uuid NOT NULL,
    name text NOT NULL,
    content bytea NOT NULL,
    row_count integer NOT NULL,
    sha256 text NOT NULL,
    CONSTRAINT outbox_file_name_check CHECK ((name <> ''::text)),
    CONSTRAINT outbox_file_row_count_check CHECK ((row_count >= 0))
);

ALTER TABLE ONLY public.outbox_file FORCE ROW LEVEL SECURITY;

CREATE TABLE public.paper (
    approval uuid NOT NULL,
    kind text NOT NULL,
    subject text NOT NULL,
    content bytea NOT NULL,
    digest text NOT NULL,
    CONSTRAINT paper_kind_check CHECK ((kind = ANY (ARRAY['scheme'::text, 'approval_sheet'::text, 'notice'::text])))
);

ALTER TABLE ONLY public.paper FORCE ROW LEVEL SECURITY;

CREATE TABLE public.plan (
    id uuid NOT NULL,
    round uuid NOT NULL,
    live boolean DEFAULT true NOT NULL,
    document bytea NOT NULL,
    stored_at timestamp with time zone DEFAULT now() NOT NULL,
    undoes_to uuid,
    stored_in xid8 DEFAULT pg_current_xact_id() NOT NULL
);

ALTER TABLE ONLY public.plan FORCE ROW LEVEL SECURITY;

CREATE TABLE public.plan_line (
    round uuid NOT NULL,
    department text NOT NULL,
    "row" integer NOT NULL,
    task text NOT NULL,
    name text NOT NULL,
    kind text NOT NULL,
    role text NOT NULL,
    cooperating text[] NOT NULL,
    items text[] NOT NULL,
    kinds text[] NOT NULL,
    scope text[] NOT NULL,
    ratio jsonb,
    class_ratios jsonb NOT NULL,
    first_day date NOT NULL,
    last_day date NOT NULL,
    batches integer NOT NULL,
    CONSTRAINT plan_line_batches_check CHECK ((batches >= 1)),
    CONSTRAINT plan_line_days_in_order CHECK ((first_day <= last_day)),
    CONSTRAINT plan_line_items_check CHECK ((cardinality(items) > 0)),
    CONSTRAINT plan_line_kind_check CHECK ((kind = ANY (ARRAY['系统内'::text, '部门联合'::text]))),
    CONSTRAINT plan_line_role_check CHECK ((role = ANY (ARRAY['发起'::text, '配合'::text]))),
    CONSTRAINT plan_line_task_check CHECK ((task <> ''::text))
);

ALTER TABLE ONLY public.plan_line FORCE ROW LEVEL SECURITY;

CREATE TABLE public.plan_problem (
    plan uuid NOT NULL,
    content bytea NOT NULL
);

ALTER TABLE ONLY public.plan_problem FORCE ROW LEVEL SECURITY;

CREATE TABLE public.planning (
    job uuid NOT NULL,
    problem bytea NOT NULL,
    incumbent bytea
);

ALTER TABLE ONLY public.planning FORCE ROW LEVEL SECURITY;

CREATE TABLE public.program_request (
    owner bytea NOT NULL,
    key text NOT NULL,
    fingerprint bytea NOT NULL,
    began_at timestamp with time zone NOT NULL,
    status integer,
    headers jsonb,
    content bytea,
    CONSTRAINT program_request_answer_is_whole CHECK ((((status IS NULL) = (headers IS NULL)) AND ((status IS NULL) = (content IS NULL)))),
    CONSTRAINT program_request_fingerprint_check CHECK ((length(fingerprint) = 32)),
    CONSTRAINT program_request_key_check CHECK (((length(key) >= 1) AND (length(key) <= 200))),
    CONSTRAINT program_request_owner_check CHECK ((length(owner) = 32)),
    CONSTRAINT program_request_status_check CHECK (((status >= 200) AND (status <= 499)))
);

ALTER TABLE ONLY public.program_request FORCE ROW LEVEL SECURITY;

CREATE TABLE public.proposal (
    id uuid NOT NULL,
    act text NOT NULL,
    subject text NOT NULL,
    round uuid,
    facts jsonb NOT NULL,
    proposer uuid NOT NULL,
    proposer_name text NOT NULL,
    proposed_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    confirmer uuid,
    confirmer_name text,
    confirmed_at timestamp with time zone,
    withdrawn_at timestamp with time zone,
    CONSTRAINT proposal_act_check CHECK ((act ~ '^[a-z][a-z_]{0,39}$'::text)),
    CONSTRAINT proposal_check CHECK ((expires_at > proposed_at)),
    CONSTRAINT proposal_confirmed_by_somebody CHECK ((((confirmed_at IS NULL) = (confirmer IS NULL)) AND ((confirmed_at IS NULL) = (confirmer_name IS NULL)))),
    CONSTRAINT proposal_confirmed_in_time CHECK ((confirmed_at < expires_at)),
    CONSTRAINT proposal_ends_one_way CHECK (((confirmed_at IS NULL) OR (withdrawn_at IS NULL))),
    CONSTRAINT proposal_facts_check CHECK ((jsonb_typeof(facts) = 'object'::text)),
    CONSTRAINT proposal_subject_check CHECK ((subject <> ''::text)),
    CONSTRAINT proposal_takes_two CHECK ((confirmer <> proposer))
);

ALTER TABLE ONLY public.proposal FORCE ROW LEVEL SECURITY;

CREATE TABLE public.publication (
    round uuid NOT NULL,
    task text NOT NULL,
    department text NOT NULL,
    target text NOT NULL,
    item text NOT NULL,
    channel text,
    published_on date,
    withheld_reason text NOT NULL,
    CONSTRAINT publication_channel_check CHECK ((channel = ANY (ARRAY['公示系统'::text, '专业系统'::text, '部门网站'::text, '不予公示'::text]))),
    CONSTRAINT publication_on_a_day_has_channel CHECK (((published_on IS NULL) OR (channel IS NOT NULL))),
    CONSTRAINT publication_withheld_has_no_day CHECK (((published_on IS NULL) OR (channel <> '不予公示'::text))),
    CONSTRAINT publication_withheld_has_reason CHECK (((NOT (channel IS DISTINCT FROM '不予公示'::text)) = (withheld_reason <> ''::text)))
);

ALTER TABLE ONLY public.publication FORCE ROW LEVEL SECURITY;

CREATE TABLE public.recusal (
    round uuid NOT NULL,
    department text NOT NULL,
    "row" integer NOT NULL,
    inspector text NOT NULL,
    target text NOT NULL,
    reason text NOT NULL
);

ALTER TABLE ONLY public.recusal FORCE ROW LEVEL SECURITY;

CREATE TABLE public.recusal_request (
    id uuid NOT NULL,
    round uuid NOT NULL,
    target text NOT NULL,
    inspector text NOT NULL,
    department text NOT NULL,
    cause text NOT NULL,
    reason text NOT NULL,
    asked_by text NOT NULL,
    asked_name text NOT NULL,
    asked_at timestamp with time zone NOT NULL,
    due_on date NOT NULL,
    decision text,
    decided_by text,
    decided_name text,
    decided_at timestamp with time zone,
    decision_reason text,
    CONSTRAINT recusal_decided_by_somebody CHECK ((((decision IS NULL) = (decided_by IS NULL)) AND ((decision IS NULL) = (decided_name IS NULL)) AND ((decision IS NULL) = (decided_at IS NULL)) AND ((decision IS NULL) = (decision_reason IS NULL)))),
    CONSTRAINT recusal_is_decided_by_another CHECK ((decided_by <> asked_by)),
    CONSTRAINT recusal_request_asked_by_check CHECK ((asked_by <> ''::text)),
    CONSTRAINT recusal_request_cause_check CHECK ((cause = ANY (ARRAY['declared'::text, 'requested'::text]))),
    CONSTRAINT recusal_request_decision_check CHECK ((decision = ANY (ARRAY['granted'::text, 'refused'::text]))),
    CONSTRAINT recusal_request_decision_reason_check CHECK ((decision_reason <> ''::text)),
    CONSTRAINT recusal_request_reason_check CHECK ((reason <> ''::text))
);

ALTER TABLE ONLY public.recusal_request FORCE ROW LEVEL SECURITY;

CREATE TABLE public.registry_batch (
    id uuid NOT NULL,
    source text NOT NULL,
    cursor text NOT NULL,
    taken_at timestamp with time zone NOT NULL,
    taken_by text NOT NULL,
    rows bigint NOT NULL,
    refused jsonb NOT NULL,
    CONSTRAINT registry_batch_rows_check CHECK ((rows >= 0)),
    CONSTRAINT registry_batch_source_check CHECK ((source <> ''::text)),
    CONSTRAINT registry_batch_taken_by_check CHECK ((taken_by <> ''::text))
);

ALTER TABLE ONLY public.registry_batch FORCE ROW LEVEL SECURITY;

CREATE TABLE public.replacement (
    round uuid NOT NULL,
    number integer NOT NULL,
    request uuid NOT NULL,
    plan uuid NOT NULL,
    lot text NOT NULL,
    role text,
    leaves text NOT NULL,
    comes text,
    candidates text[] NOT NULL,
    at timestamp with time zone NOT NULL,
    CONSTRAINT replacement_check CHECK ((role = lot)),
    CONSTRAINT replacement_check1 CHECK ((comes <> leaves)),
    CONSTRAINT replacement_is_the_first CHECK ((NOT (comes IS DISTINCT FROM candidates[1]))),
    CONSTRAINT replacement_number_check CHECK ((number >= 1))
);

ALTER TABLE ONLY public.replacement FORCE ROW LEVEL SECURITY;

CREATE TABLE public.replanning (
    id uuid NOT NULL,
    round uuid NOT NULL,
    base uuid NOT NULL,
    alterations jsonb NOT NULL,
    is_looser boolean NOT NULL,
    problem bytea NOT NULL,
    asked_name text NOT NULL,
    asked_at timestamp with time zone NOT NULL,
    document bytea,
    moves bytea,
    outcome text,
    decided_name text,
    decided_at timestamp with time zone,
    reason text,
    proposal uuid,
    CONSTRAINT replanning_alterations_check CHECK (((jsonb_typeof(alterations) = 'array'::text) AND (jsonb_array_length(alterations) > 0))),
    CONSTRAINT replanning_decided_by_somebody CHECK ((((outcome IS NULL) = (decided_name IS NULL)) AND ((outcome IS NULL) = (decided_at IS NULL)))),
    CONSTRAINT replanning_loosened_by_two CHECK (((outcome IS DISTINCT FROM 'taken'::text) OR (NOT is_looser) OR ((proposal IS NOT NULL) AND (reason IS NOT NULL)))),
    CONSTRAINT replanning_made_whole CHECK (((document IS NULL) = (moves IS NULL))),
    CONSTRAINT replanning_outcome_check CHECK ((outcome = ANY (ARRAY['taken'::text, 'left'::text]))),
    CONSTRAINT replanning_reason_check CHECK ((reason <> ''::text)),
    CONSTRAINT replanning_taken_has_plan CHECK (((outcome IS DISTINCT FROM 'taken'::text) OR (document IS NOT NULL)))
);

ALTER TABLE ONLY public.replanning FORCE ROW LEVEL SECURITY;

CREATE TABLE public.rescheduling (
    round uuid NOT NULL,
    number integer NOT NULL,
    plan uuid NOT NULL,
    matter text NOT NULL,
    target text NOT NULL,
    was_tour text NOT NULL,
    was_half_day text NOT NULL,
    was_start text NOT NULL,
    tour text NOT NULL,
    half_day text NOT NULL,
    start text NOT NULL,
    joins boolean NOT NULL,
    replacements integer NOT NULL,
    changes integer NOT NULL,
    reason text NOT NULL,
    request uuid,
    moved_by text NOT NULL,
    moved_name text NOT NULL,
    at timestamp with time zone NOT NULL,
    moved_in xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT rescheduling_check CHECK ((changes >= number)),
    CONSTRAINT rescheduling_goes_elsewhere CHECK ((half_day <> was_half_day)),
    CONSTRAINT rescheduling_moved_by_check CHECK ((moved_by <> ''::text)),
    CONSTRAINT rescheduling_number_check CHECK ((number >= 1)),
    CONSTRAINT rescheduling_reason_check CHECK ((reason <> ''::text)),
    CONSTRAINT rescheduling_replacements_check CHECK ((replacements >= 0)),
    CONSTRAINT rescheduling_start_check CHECK ((start ~ '^[0-2][0-9]:[0-5][0-9]$'::text)),
    CONSTRAINT rescheduling_tour_check CHECK ((tour <> ''::text)),
    CONSTRAINT rescheduling_was_start_check CHECK ((was_start ~ '^[0-2][0-9]:[0-5][0-9]$'::text))
);

ALTER TABLE ONLY public.rescheduling FORCE ROW LEVEL SECURITY;

CREATE TABLE public.result_form (
    id uuid NOT NULL,
    round uuid NOT NULL,
    department text NOT NULL,
    file text NOT NULL,
    sha256 text NOT NULL,
    content bytea NOT NULL,
    tried_by text NOT NULL,
    tried_at timestamp with time zone NOT NULL,
    entered_by text,
    entered_at timestamp with time zone,
    CONSTRAINT result_form_department_check CHECK ((department <> ''::text)),
    CONSTRAINT result_form_is_entered_by_somebody CHECK ((num_nonnulls(entered_by, entered_at) = ANY (ARRAY[0, 2]))),
    CONSTRAINT result_form_is_kept_until_entered CHECK (((length(content) = 0) = (entered_at IS NOT NULL))),
    CONSTRAINT result_form_sha256_check CHECK ((sha256 ~ '^[0-9a-f]{64}$'::text))
);

ALTER TABLE ONLY public.result_form FORCE ROW LEVEL SECURITY;

CREATE TABLE public.role (
    plan uuid NOT NULL,
    id text NOT NULL,
    tour text NOT NULL,
    half_day text NOT NULL,
    department text NOT NULL,
    need integer NOT NULL,
    certified boolean NOT NULL,
    expertise text[] NOT NULL,
    CONSTRAINT role_need_check CHECK ((need >= 1))
);

ALTER TABLE ONLY public.role FORCE ROW LEVEL SECURITY;

CREATE TABLE public.round (
    id uuid NOT NULL,
    code text NOT NULL,
    rehearsal_seed text,
    settings jsonb NOT NULL,
    content_digest text NOT NULL,
    stage public.round_stage DEFAULT 'collected'::public.round_stage NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    team_changes integer DEFAULT 0 NOT NULL,
    CONSTRAINT round_code_check CHECK ((code <> ''::text)),
    CONSTRAINT round_content_digest_check CHECK ((content_digest ~ '^[0-9a-f]{64}$'::text)),
    CONSTRAINT round_rehearsal_seed_check CHECK ((rehearsal_seed ~ '^[0-9a-f]{64}$'::text)),
    CONSTRAINT round_team_changes_check CHECK ((team_changes >= 0))
);

ALTER TABLE ONLY public.round FORCE ROW LEVEL SECURITY;

CREATE TABLE public.session (
    digest bytea NOT NULL,
    account uuid NOT NULL,
    began_at timestamp with time zone NOT NULL,
    seen_at timestamp with time zone NOT NULL,
    CONSTRAINT session_digest_check CHECK ((length(digest) = 32))
);

ALTER TABLE ONLY public.session FORCE ROW LEVEL SECURITY;

CREATE TABLE public.shard (
    job uuid NOT NULL,
    planning uuid NOT NULL,
    fencing bigint NOT NULL,
    number integer NOT NULL,
    call bytea NOT NULL,
    answer bytea,
    CONSTRAINT shard_fencing_check CHECK ((fencing > 0)),
    CONSTRAINT shard_number_check CHECK ((number >= 0))
);

ALTER TABLE ONLY public.shard FORCE ROW LEVEL SECURITY;

CREATE TABLE public.sign_in_failure (
    name_digest bytea NOT NULL,
    failures integer NOT NULL,
    last_at timestamp with time zone NOT NULL,
    CONSTRAINT sign_in_failure_failures_check CHECK ((failures > 0)),
    CONSTRAINT sign_in_failure_name_digest_check CHECK ((length(name_digest) = 32))
);

ALTER TABLE ONLY public.sign_in_failure FORCE ROW LEVEL SECURITY;

CREATE TABLE public.standing_member (
    plan uuid NOT NULL,
    lot text NOT NULL,
    role text NOT NULL,
    half_day text NOT NULL,
    inspector text NOT NULL
);

ALTER TABLE ONLY public.standing_member FORCE ROW LEVEL SECURITY;

CREATE TABLE public.submission (
    round uuid NOT NULL,
    department text NOT NULL,
    file text NOT NULL,
    sha256 text NOT NULL,
    is_coordinator boolean NOT NULL,
    "row" integer NOT NULL,
    region text NOT NULL,
    level text NOT NULL,
    liaison text NOT NULL,
    phone text NOT NULL,
    system text NOT NULL,
    findings jsonb NOT NULL,
    refused jsonb NOT NULL,
    content bytea NOT NULL,
    submitted_at timestamp with time zone DEFAULT now() NOT NULL,
    taken_digest text DEFAULT ''::text NOT NULL,
    CONSTRAINT submission_department_check CHECK ((department <> ''::text)),
    CONSTRAINT submission_level_check CHECK ((level = ANY (ARRAY['省辖市'::text, '县'::text]))),
    CONSTRAINT submission_sha256_check CHECK ((sha256 ~ '^[0-9a-f]{64}$'::text)),
    CONSTRAINT submission_taken_digest_check CHECK ((taken_digest ~ '^([0-9a-f]{64})?$'::text))
);

ALTER TABLE ONLY public.submission FORCE ROW LEVEL SECURITY;

CREATE TABLE public.submitted_item (
    round uuid NOT NULL,
    department text NOT NULL,
    code text NOT NULL,
    version integer NOT NULL,
    "row" integer NOT NULL
);

ALTER TABLE ONLY public.submitted_item FORCE ROW LEVEL SECURITY;

CREATE TABLE public.target (
    id text NOT NULL,
    name text NOT NULL,
    kind text NOT NULL,
    seen_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT target_id_check CHECK ((id <> ''::text))
);

ALTER TABLE ONLY public.target FORCE ROW LEVEL SECURITY;

CREATE TABLE public.target_entry (
    round uuid NOT NULL,
    department text NOT NULL,
    "row" integer NOT NULL,
    id text NOT NULL,
    name text NOT NULL,
    kind text NOT NULL,
    scope text NOT NULL,
    address text NOT NULL,
    area text,
    industries text[] NOT NULL,
    credit_risk text,
    tags text[] NOT NULL,
    lon double precision,
    lat double precision,
    last_inspected_on date,
    last_inspectors text[] NOT NULL,
    inspected_count integer NOT NULL,
    closed jsonb NOT NULL,
    CONSTRAINT target_entry_credit_risk_check CHECK ((credit_risk = ANY (ARRAY['A'::text, 'B'::text, 'C'::text, 'D'::text]))),
    CONSTRAINT target_entry_inspected_count_check CHECK ((inspected_count >= 0)),
    CONSTRAINT target_entry_lat_check CHECK (((lat >= ('-90'::integer)::double precision) AND (lat <= (90)::double precision))),
    CONSTRAINT target_entry_lon_check CHECK (((lon >= ('-180'::integer)::double precision) AND (lon <= (180)::double precision))),
    CONSTRAINT target_entry_place_is_whole CHECK (((lon IS NULL) = (lat IS NULL)))
);

ALTER TABLE ONLY public.target_entry FORCE ROW LEVEL SECURITY;

CREATE TABLE public.target_merge (
    id uuid NOT NULL,
    department text,
    away text NOT NULL,
    stands text NOT NULL,
    merged_by text NOT NULL,
    merged_at timestamp with time zone NOT NULL,
    undone_by text,
    undone_at timestamp with time zone,
    CONSTRAINT target_merge_of_two CHECK ((away <> stands)),
    CONSTRAINT target_merge_undone_by_somebody CHECK (((undone_by IS NULL) = (undone_at IS NULL)))
);

ALTER TABLE ONLY public.target_merge FORCE ROW LEVEL SECURITY;

CREATE VIEW public.target_reference WITH (security_invoker='true') AS
 SELECT DISTINCT ON (away) id,
    department,
    away,
    stands,
    merged_by,
    merged_at
   FROM public.target_merge
  WHERE ((undone_at IS NULL) AND ((department IS NULL) OR (department = public.onedoor_department())))
  ORDER BY away, department NULLS FIRST;

CREATE TABLE public.target_search (
    target text NOT NULL,
    name text NOT NULL,
    pinyin text NOT NULL,
    words text NOT NULL,
    sound text NOT NULL
);

ALTER TABLE ONLY public.target_search FORCE ROW LEVEL SECURITY;

CREATE TABLE public.task (
    round uuid NOT NULL,
    id text NOT NULL,
    department text NOT NULL,
    name text NOT NULL,
    kind text NOT NULL,
    level text NOT NULL,
    first_day date NOT NULL,
    last_day date NOT NULL,
    batches integer NOT NULL,
    CONSTRAINT task_batches_check CHECK ((batches >= 1)),
    CONSTRAINT task_id_check CHECK ((id <> ''::text)),
    CONSTRAINT task_kind_check CHECK ((kind = ANY (ARRAY['系统内'::text, '部门联合'::text]))),
    CONSTRAINT task_level_check CHECK ((level = ANY (ARRAY['省辖市'::text, '县'::text])))
);

ALTER TABLE ONLY public.task FORCE ROW LEVEL SECURITY;

CREATE TABLE public.team_member (
    plan uuid NOT NULL,
    role text NOT NULL,
    half_day text NOT NULL,
    inspector text NOT NULL
);

ALTER TABLE ONLY public.team_member FORCE ROW LEVEL SECURITY;

CREATE TABLE public.told_visit (
    round uuid NOT NULL,
    target text NOT NULL,
    anchor text NOT NULL,
    begins_at timestamp with time zone NOT NULL,
    ends_at timestamp with time zone NOT NULL,
    content_digest text NOT NULL,
    sequence integer NOT NULL,
    cancelled boolean NOT NULL,
    told_at timestamp with time zone NOT NULL,
    CONSTRAINT told_visit_check CHECK ((ends_at > begins_at)),
    CONSTRAINT told_visit_content_digest_check CHECK ((content_digest ~ '^[0-9a-f]{64}$'::text)),
    CONSTRAINT told_visit_sequence_check CHECK ((sequence >= 0))
);

ALTER TABLE ONLY public.told_visit FORCE ROW LEVEL SECURITY;

CREATE TABLE public.tour (
    plan uuid NOT NULL,
    id text NOT NULL,
    half_day text NOT NULL,
    travel_minutes integer NOT NULL,
    CONSTRAINT tour_travel_minutes_check CHECK ((travel_minutes >= 0))
);

ALTER TABLE ONLY public.tour FORCE ROW LEVEL SECURITY;

CREATE TABLE public.unplanned_cause (
    round uuid NOT NULL,
    task text NOT NULL,
    reason text NOT NULL,
    by_name text NOT NULL,
    at timestamp with time zone NOT NULL,
    CONSTRAINT unplanned_cause_reason_check CHECK ((reason <> ''::text))
);

ALTER TABLE ONLY public.unplanned_cause FORCE ROW LEVEL SECURITY;

CREATE TABLE public.visit (
    plan uuid NOT NULL,
    tour text NOT NULL,
    half_day text NOT NULL,
    target text NOT NULL,
    starts text NOT NULL,
    ends text NOT NULL,
    CONSTRAINT visit_ends_check CHECK ((ends ~ '^[0-2][0-9]:[0-5][0-9]$'::text)),
    CONSTRAINT visit_starts_check CHECK ((starts ~ '^[0-2][0-9]:[0-5][0-9]$'::text))
);

ALTER TABLE ONLY public.visit FORCE ROW LEVEL SECURITY;

CREATE TABLE public.visit_matter (
    plan uuid NOT NULL,
    matter text NOT NULL,
    target text NOT NULL,
    half_day text NOT NULL
);

ALTER TABLE ONLY public.visit_matter FORCE ROW LEVEL SECURITY;

ALTER TABLE ONLY public.delivery ALTER COLUMN place SET DEFAULT nextval('public.delivery_place'::regclass);

ALTER TABLE ONLY public.account
    ADD CONSTRAINT account_login_key UNIQUE (login);

ALTER TABLE ONLY public.account
    ADD CONSTRAINT account_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.account_secret
    ADD CONSTRAINT account_secret_pkey PRIMARY KEY (account);

ALTER TABLE public.account_secret
    ADD CONSTRAINT account_secret_totp_proposed_is_sealed CHECK ((totp_proposed ~~ 'gAAAA%'::text)) NOT VALID;

ALTER TABLE public.account_secret
    ADD CONSTRAINT account_secret_totp_secret_is_sealed CHECK ((totp_secret ~~ 'gAAAA%'::text)) NOT VALID;

ALTER TABLE ONLY public.annual_change
    ADD CONSTRAINT annual_change_pkey PRIMARY KEY (year, number);

ALTER TABLE ONLY public.annual_issue
    ADD CONSTRAINT annual_issue_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.annual_issue
    ADD CONSTRAINT annual_issue_year_issue_key UNIQUE (year, issue);

ALTER TABLE ONLY public.apart_pair
    ADD CONSTRAINT apart_pair_pkey PRIMARY KEY (round, department, "row");

ALTER TABLE ONLY public.api_token
    ADD CONSTRAINT api_token_digest_key UNIQUE (digest);

ALTER TABLE ONLY public.api_token
    ADD CONSTRAINT api_token_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.approval
    ADD CONSTRAINT approval_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.approval
    ADD CONSTRAINT approval_round_issue_key UNIQUE (round, issue);

ALTER TABLE ONLY public.area
    ADD CONSTRAINT area_pkey PRIMARY KEY (round, id);

ALTER TABLE ONLY public.asked_department
    ADD CONSTRAINT asked_department_pkey PRIMARY KEY (round, department);

ALTER TABLE ONLY public.audit_entry
    ADD CONSTRAINT audit_entry_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.batch
    ADD CONSTRAINT batch_pkey PRIMARY KEY (round, task, number);

ALTER TABLE ONLY public.calendar_day
    ADD CONSTRAINT calendar_day_pkey PRIMARY KEY (day);

ALTER TABLE ONLY public.calendar_year
    ADD CONSTRAINT calendar_year_pkey PRIMARY KEY (year);

ALTER TABLE ONLY public.caused_inspection
    ADD CONSTRAINT caused_inspection_pkey PRIMARY KEY (round, department, number);

ALTER TABLE ONLY public.chance
    ADD CONSTRAINT chance_pkey PRIMARY KEY (plan, role, inspector);

ALTER TABLE ONLY public.closed_table
    ADD CONSTRAINT closed_table_pkey PRIMARY KEY (unit, year);

ALTER TABLE ONLY public.collection
    ADD CONSTRAINT collection_pkey PRIMARY KEY (round);

ALTER TABLE ONLY public.commitment
    ADD CONSTRAINT commitment_commitment_key UNIQUE (commitment);

ALTER TABLE ONLY public.commitment
    ADD CONSTRAINT commitment_pkey PRIMARY KEY (draw, party);

ALTER TABLE ONLY public.commitment
    ADD CONSTRAINT commitment_secret_key UNIQUE (secret);

ALTER TABLE ONLY public.correction
    ADD CONSTRAINT correction_pkey PRIMARY KEY (round, digest);

ALTER TABLE ONLY public.delivery_attempt
    ADD CONSTRAINT delivery_attempt_pkey PRIMARY KEY (outbox, fencing);

ALTER TABLE ONLY public.delivery
    ADD CONSTRAINT delivery_pkey PRIMARY KEY (outbox);

ALTER TABLE ONLY public.desk_member
    ADD CONSTRAINT desk_member_pkey PRIMARY KEY (plan, matter, inspector);

ALTER TABLE ONLY public.destination
    ADD CONSTRAINT destination_pkey PRIMARY KEY (name);

ALTER TABLE ONLY public.destination_secret
    ADD CONSTRAINT destination_secret_pkey PRIMARY KEY (destination, name);

ALTER TABLE ONLY public.draw_file
    ADD CONSTRAINT draw_file_pkey PRIMARY KEY (draw, name);

ALTER TABLE ONLY public.draw
    ADD CONSTRAINT draw_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.draw
    ADD CONSTRAINT draw_round_stage_attempt_key UNIQUE (round, stage, attempt);

ALTER TABLE ONLY public.drawn_target
    ADD CONSTRAINT drawn_target_pkey PRIMARY KEY (round, task, target);

ALTER TABLE ONLY public.exclusion
    ADD CONSTRAINT exclusion_pkey PRIMARY KEY (round, entry, target, reason);

ALTER TABLE ONLY public.feedback_mark
    ADD CONSTRAINT feedback_mark_pkey PRIMARY KEY (round, target, kind);

ALTER TABLE ONLY public.feedback
    ADD CONSTRAINT feedback_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.finding
    ADD CONSTRAINT finding_pkey PRIMARY KEY (round, task, department, target, item);

ALTER TABLE ONLY public.firm_request
    ADD CONSTRAINT firm_request_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.forwarding
    ADD CONSTRAINT forwarding_pkey PRIMARY KEY (round);

ALTER TABLE ONLY public.hand_in
    ADD CONSTRAINT hand_in_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.hand_in
    ADD CONSTRAINT hand_in_round_department_number_key UNIQUE (round, department, number);

ALTER TABLE ONLY public.inspection_item
    ADD CONSTRAINT inspection_item_department_code_content_digest_key UNIQUE (department, code, content_digest);

ALTER TABLE ONLY public.inspection_item
    ADD CONSTRAINT inspection_item_pkey PRIMARY KEY (department, code, version);

ALTER TABLE ONLY public.inspector
    ADD CONSTRAINT inspector_pkey PRIMARY KEY (round, id);

ALTER TABLE ONLY public.job
    ADD CONSTRAINT job_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.job
    ADD CONSTRAINT job_request_key_key UNIQUE (request_key);

ALTER TABLE ONLY public.late_cause
    ADD CONSTRAINT late_cause_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.late_cause
    ADD CONSTRAINT late_cause_round_department_number_key UNIQUE (round, department, number);

ALTER TABLE ONLY public.late_cause
    ADD CONSTRAINT late_cause_round_matter_key UNIQUE (round, matter);

ALTER TABLE ONLY public.letter
    ADD CONSTRAINT letter_number_key UNIQUE (number);

ALTER TABLE ONLY public.letter
    ADD CONSTRAINT letter_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.letter_secret
    ADD CONSTRAINT letter_secret_feed_digest_key UNIQUE (feed_digest);

ALTER TABLE ONLY public.letter_secret
    ADD CONSTRAINT letter_secret_number_digest_key UNIQUE (number_digest);

ALTER TABLE ONLY public.letter_secret
    ADD CONSTRAINT letter_secret_pkey PRIMARY KEY (letter);

ALTER TABLE ONLY public.letter_session
    ADD CONSTRAINT letter_session_pkey PRIMARY KEY (digest);

ALTER TABLE ONLY public.letter_try
    ADD CONSTRAINT letter_try_pkey PRIMARY KEY (number_digest);

ALTER TABLE ONLY public.matter
    ADD CONSTRAINT matter_pkey PRIMARY KEY (round, id);

ALTER TABLE ONLY public.migration
    ADD CONSTRAINT migration_pkey PRIMARY KEY (name);

ALTER TABLE ONLY public.outbox
    ADD CONSTRAINT outbox_connector_destination_recipient_batch_number_key UNIQUE (connector, destination, recipient, batch, number);

ALTER TABLE public.outbox_file
    ADD CONSTRAINT outbox_file_is_what_was_posted CHECK (((content = '\x'::bytea) OR (sha256 = encode(sha256(content), 'hex'::text)))) NOT VALID;

ALTER TABLE ONLY public.outbox_file
    ADD CONSTRAINT outbox_file_pkey PRIMARY KEY (outbox, name);

ALTER TABLE ONLY public.outbox
    ADD CONSTRAINT outbox_key_key UNIQUE (key);

ALTER TABLE ONLY public.outbox
    ADD CONSTRAINT outbox_pkey PRIMARY KEY (id);

ALTER TABLE public.paper
    ADD CONSTRAINT paper_is_what_was_drawn_up CHECK (((content = '\x'::bytea) OR (digest = encode(sha256(content), 'hex'::text)))) NOT VALID;

ALTER TABLE ONLY public.paper
    ADD CONSTRAINT paper_pkey PRIMARY KEY (approval, kind, subject);

ALTER TABLE ONLY public.plan_line
    ADD CONSTRAINT plan_line_pkey PRIMARY KEY (round, department, task);

ALTER TABLE ONLY public.plan
    ADD CONSTRAINT plan_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.plan_problem
    ADD CONSTRAINT plan_problem_pkey PRIMARY KEY (plan);

ALTER TABLE ONLY public.planning
    ADD CONSTRAINT planning_pkey PRIMARY KEY (job);

ALTER TABLE ONLY public.program_request
    ADD CONSTRAINT program_request_pkey PRIMARY KEY (owner, key);

ALTER TABLE ONLY public.proposal
    ADD CONSTRAINT proposal_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.publication
    ADD CONSTRAINT publication_pkey PRIMARY KEY (round, task, department, target, item);

ALTER TABLE ONLY public.recusal
    ADD CONSTRAINT recusal_pkey PRIMARY KEY (round, department, "row");

ALTER TABLE ONLY public.recusal_request
    ADD CONSTRAINT recusal_request_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.registration_change
    ADD CONSTRAINT registration_change_pkey PRIMARY KEY (batch, code, change);

ALTER TABLE ONLY public.registration
    ADD CONSTRAINT registration_pkey PRIMARY KEY (code);

ALTER TABLE ONLY public.registry_batch
    ADD CONSTRAINT registry_batch_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.replacement
    ADD CONSTRAINT replacement_pkey PRIMARY KEY (round, number);

ALTER TABLE ONLY public.replanning
    ADD CONSTRAINT replanning_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.rescheduling
    ADD CONSTRAINT rescheduling_pkey PRIMARY KEY (round, number);

ALTER TABLE ONLY public.rescheduling
    ADD CONSTRAINT rescheduling_request_key UNIQUE (request);

ALTER TABLE ONLY public.result_form
    ADD CONSTRAINT result_form_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.role
    ADD CONSTRAINT role_pkey PRIMARY KEY (plan, id);

ALTER TABLE ONLY public.role
    ADD CONSTRAINT role_plan_id_half_day_key UNIQUE (plan, id, half_day);

ALTER TABLE ONLY public.round
    ADD CONSTRAINT round_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.session
    ADD CONSTRAINT session_pkey PRIMARY KEY (digest);

ALTER TABLE ONLY public.shard
    ADD CONSTRAINT shard_pkey PRIMARY KEY (job);

ALTER TABLE ONLY public.shard
    ADD CONSTRAINT shard_planning_fencing_number_key UNIQUE (planning, fencing, number);

ALTER TABLE ONLY public.sign_in_failure
    ADD CONSTRAINT sign_in_failure_pkey PRIMARY KEY (name_digest);

ALTER TABLE ONLY public.standing_member
    ADD CONSTRAINT standing_member_is_in_one_place UNIQUE (plan, inspector, half_day);

ALTER TABLE ONLY public.standing_member
    ADD CONSTRAINT standing_member_pkey PRIMARY KEY (plan, lot, inspector);

ALTER TABLE ONLY public.submission
    ADD CONSTRAINT submission_pkey PRIMARY KEY (round, department);

ALTER TABLE ONLY public.submitted_item
    ADD CONSTRAINT submitted_item_pkey PRIMARY KEY (round, department, code);

ALTER TABLE ONLY public.target_entry
    ADD CONSTRAINT target_entry_pkey PRIMARY KEY (round, department, "row");

ALTER TABLE ONLY public.target_merge
    ADD CONSTRAINT target_merge_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.target
    ADD CONSTRAINT target_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.target_search
    ADD CONSTRAINT target_search_pkey PRIMARY KEY (target);

ALTER TABLE ONLY public.task
    ADD CONSTRAINT task_pkey PRIMARY KEY (round, id);

ALTER TABLE ONLY public.team_member
    ADD CONSTRAINT team_member_is_in_one_place UNIQUE (plan, inspector, half_day);

ALTER TABLE ONLY public.team_member
    ADD CONSTRAINT team_member_pkey PRIMARY KEY (plan, role, inspector);

ALTER TABLE ONLY public.told_visit
    ADD CONSTRAINT told_visit_pkey PRIMARY KEY (round, target, anchor);

ALTER TABLE ONLY public.tour
    ADD CONSTRAINT tour_pkey PRIMARY KEY (plan, id);

ALTER TABLE ONLY public.tour
    ADD CONSTRAINT tour_plan_id_half_day_key UNIQUE (plan, id, half_day);

ALTER TABLE ONLY public.unplanned_cause
    ADD CONSTRAINT unplanned_cause_pkey PRIMARY KEY (round, task);

ALTER TABLE ONLY public.visit_matter
    ADD CONSTRAINT visit_matter_pkey PRIMARY KEY (plan, matter);

ALTER TABLE ONLY public.visit
    ADD CONSTRAINT visit_pkey PRIMARY KEY (plan, target, half_day);

CREATE UNIQUE INDEX annual_issue_waits_once ON public.annual_issue USING btree (year) WHERE (decision IS NULL);

CREATE INDEX api_token_by_account ON public.api_token USING btree (account);

CREATE UNIQUE INDEX approval_waits_once ON public.approval USING btree (round) WHERE (decision IS NULL);

CREATE INDEX audit_entry_by_action ON public.audit_entry USING btree (action, round);

CREATE INDEX audit_entry_by_round ON public.audit_entry USING btree (round, id);

CREATE INDEX delivery_in_line ON public.delivery USING btree (line, place) WHERE (state = 'waiting'::public.delivery_state);

CREATE INDEX delivery_to_ask ON public.delivery USING btree (ask_at) WHERE (ask_at IS NOT NULL);

CREATE INDEX delivery_waiting ON public.delivery USING btree (next_try_at) WHERE (state = 'waiting'::public.delivery_state);

CREATE UNIQUE INDEX draw_is_held_once ON public.draw USING btree (round, stage) WHERE (state <> 'void'::text);

CREATE INDEX finding_by_target ON public.finding USING btree (target);

CREATE INDEX firm_request_by_round ON public.firm_request USING btree (round, target);

CREATE UNIQUE INDEX firm_request_is_open_once ON public.firm_request USING btree (round, target, kind, visit, COALESCE(inspector, ''::text)) WHERE (answered_at IS NULL);

CREATE INDEX job_leased ON public.job USING btree (lease_until) WHERE (state = 'running'::public.job_state);

CREATE INDEX job_of_round ON public.job USING btree (kind, ((payload ->> 'round'::text)), created_at) WHERE (payload ? 'round'::text);

CREATE UNIQUE INDEX job_plans_a_round_once ON public.job USING btree (((payload ->> 'round'::text))) WHERE ((kind = 'plan_round'::text) AND (state = ANY (ARRAY['queued'::public.job_state, 'running'::public.job_state])));

CREATE INDEX job_waiting ON public.job USING btree (queue, due_at, created_at) WHERE (state = 'queued'::public.job_state);

CREATE UNIQUE INDEX late_cause_waits_once ON public.late_cause USING btree (round, department, item, target) WHERE (outcome IS NULL);

CREATE INDEX letter_session_by_letter ON public.letter_session USING btree (letter);

CREATE UNIQUE INDEX letter_stands_once ON public.letter USING btree (round, target) WHERE (withdrawn_at IS NULL);

CREATE INDEX matter_by_target ON public.matter USING btree (target, department);

CREATE INDEX outbox_by_round ON public.outbox USING btree (round);

CREATE UNIQUE INDEX plan_is_one_a_round ON public.plan USING btree (round) WHERE live;

CREATE INDEX program_request_by_age ON public.program_request USING btree (began_at);

CREATE UNIQUE INDEX proposal_stands_once ON public.proposal USING btree (act, subject) WHERE ((confirmed_at IS NULL) AND (withdrawn_at IS NULL));

CREATE UNIQUE INDEX recusal_waits_once ON public.recusal_request USING btree (round, target, inspector) WHERE (decision IS NULL);

CREATE INDEX registration_by_former_number ON public.registration USING btree (former_number) WHERE (former_number <> ''::text);

CREATE INDEX registration_change_of_number ON public.registration_change USING btree (((before ->> 'former_number'::text))) WHERE (((before ->> 'former_number'::text) <> ''::text) AND ((before ->> 'former_number'::text) <> (after ->> 'former_number'::text)));

CREATE INDEX registration_not_open ON public.registration USING btree (code) WHERE (status <> '存续'::text);

CREATE INDEX registry_batch_by_source ON public.registry_batch USING btree (source, taken_at);

CREATE UNIQUE INDEX rehearsal_stands_once ON public.round USING btree (code, rehearsal_seed) WHERE (rehearsal_seed IS NOT NULL);

CREATE INDEX replanning_of_round ON public.replanning USING btree (round, asked_at);

CREATE INDEX result_form_by_round ON public.result_form USING btree (round, department);

CREATE INDEX role_by_tour ON public.role USING btree (plan, tour);

CREATE UNIQUE INDEX round_is_held_once ON public.round USING btree (code) WHERE (rehearsal_seed IS NULL);

CREATE INDEX session_by_account ON public.session USING btree (account);

CREATE INDEX target_entry_by_department ON public.target_entry USING btree (department, id);

CREATE INDEX target_entry_by_target ON public.target_entry USING btree (id, round);

CREATE INDEX target_merge_by_stands ON public.target_merge USING btree (stands) WHERE (undone_at IS NULL);

CREATE UNIQUE INDEX target_merge_once ON public.target_merge USING btree (away, COALESCE(department, ''::text)) WHERE (undone_at IS NULL);

CREATE INDEX target_search_by_grams ON public.target_search USING gin (public.onedoor_grams(words));

CREATE INDEX target_search_by_inner_code ON public.target_search USING btree (substr(target, 3, 15)) WHERE (length(target) = 18);

CREATE INDEX target_search_by_pinyin ON public.target_search USING btree (pinyin, target);

CREATE INDEX target_search_by_sound ON public.target_search USING btree (sound, target);

CREATE INDEX target_search_of_old_codes ON public.target_search USING btree (target) WHERE (length(target) = 15);

CREATE INDEX target_search_of_old_numbers ON public.target_search USING btree (target) WHERE (length(target) = ANY (ARRAY[13, 15]));

CREATE UNIQUE INDEX task_has_one_initiator ON public.plan_line USING btree (round, task) WHERE (role = '发起'::text);

CREATE INDEX visit_by_tour ON public.visit USING btree (plan, tour);

CREATE TRIGGER account_stays_ended BEFORE UPDATE ON public.account FOR EACH ROW WHEN (((old.ended_at IS NOT NULL) AND (NOT ((new.name = '（已删除）'::text) AND ((to_jsonb(new.*) - 'name'::text) = (to_jsonb(old.*) - 'name'::text)))))) EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER annual_issue_is_decided_once BEFORE UPDATE ON public.annual_issue FOR EACH ROW WHEN ((old.decision IS NOT NULL)) EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER apart_pair_has_its_turn AFTER INSERT ON public.apart_pair REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_out_of_turn('collected');

CREATE TRIGGER api_token_stays_revoked BEFORE UPDATE ON public.api_token FOR EACH ROW WHEN ((old.revoked_at IS NOT NULL)) EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER approval_is_decided_once BEFORE UPDATE ON public.approval FOR EACH ROW WHEN ((old.decision IS NOT NULL)) EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER area_has_its_turn AFTER INSERT ON public.area REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_out_of_turn('collected');

CREATE TRIGGER audit_entry_is_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.audit_entry FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER batch_has_its_turn AFTER INSERT ON public.batch REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_out_of_turn('collected');

CREATE TRIGGER caused_inspection_has_its_turn AFTER INSERT ON public.caused_inspection REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_out_of_turn('collected');

CREATE TRIGGER chance_is_stored_with_its_plan AFTER INSERT ON public.chance REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_late_part();

CREATE TRIGGER closed_table_is_final BEFORE UPDATE ON public.closed_table FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER commitment_is_kept BEFORE INSERT OR UPDATE ON public.commitment FOR EACH ROW EXECUTE FUNCTION public.refuse_late_secret();

CREATE TRIGGER correction_is_final BEFORE UPDATE ON public.correction FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER delivery_attempt_is_final BEFORE UPDATE ON public.delivery_attempt FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER desk_member_has_its_turn AFTER INSERT ON public.desk_member REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_part_out_of_turn('lots_frozen');

CREATE TRIGGER draw_file_is_fixed_with_its_draw BEFORE INSERT ON public.draw_file FOR EACH ROW EXECUTE FUNCTION public.refuse_late_file();

CREATE TRIGGER draw_file_is_the_same_in_each_attempt BEFORE INSERT ON public.draw_file FOR EACH ROW EXECUTE FUNCTION public.refuse_other_document();

CREATE TRIGGER draw_is_final BEFORE UPDATE ON public.draw FOR EACH ROW WHEN (((old.state <> 'fixed'::text) OR ((new.state = 'fixed'::text) AND ((old.closed_at IS NOT NULL) OR (new.closed_at IS NULL))) OR ((new.state <> 'fixed'::text) AND (new.closed_at IS DISTINCT FROM old.closed_at)))) EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER draw_is_held_by_two BEFORE UPDATE ON public.draw FOR EACH ROW WHEN (((new.state = 'held'::text) AND (NOT new.single_operator))) EXECUTE FUNCTION public.refuse_one_alone();

CREATE TRIGGER drawn_target_has_its_turn AFTER INSERT ON public.drawn_target REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_out_of_turn('frozen');

CREATE TRIGGER exclusion_has_its_turn AFTER INSERT ON public.exclusion REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_out_of_turn('collected');

CREATE TRIGGER feedback_is_final BEFORE UPDATE ON public.feedback FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER firm_request_stays_answered BEFORE UPDATE ON public.firm_request FOR EACH ROW WHEN ((old.answered_at IS NOT NULL)) EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER hand_in_ends_once BEFORE DELETE OR UPDATE ON public.hand_in FOR EACH ROW EXECUTE FUNCTION public.refuse_other_end();

CREATE TRIGGER inspector_has_its_turn AFTER INSERT ON public.inspector REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_out_of_turn('collected');

CREATE TRIGGER job_stays BEFORE DELETE ON public.job FOR EACH ROW WHEN ((old.kind <> ALL (ARRAY['solve_shard'::text, 'plan_file'::text]))) EXECUTE FUNCTION public.refuse_change();

CREATE CONSTRAINT TRIGGER late_cause_brings_its_matter AFTER UPDATE ON public.late_cause DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN ((new.outcome = 'taken'::text)) EXECUTE FUNCTION public.refuse_without_matter();

CREATE TRIGGER late_cause_has_its_turn AFTER INSERT ON public.late_cause REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_out_of_turn('planned');

CREATE TRIGGER late_cause_is_decided_once BEFORE UPDATE ON public.late_cause FOR EACH ROW EXECUTE FUNCTION public.refuse_other_outcome();

CREATE TRIGGER late_cause_is_numbered_on BEFORE INSERT ON public.late_cause FOR EACH ROW EXECUTE FUNCTION public.refuse_number_again();

CREATE TRIGGER letter_has_its_turn AFTER INSERT ON public.letter REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_out_of_turn('dispatched');

CREATE TRIGGER letter_stays_withdrawn BEFORE UPDATE ON public.letter FOR EACH ROW WHEN ((old.withdrawn_at IS NOT NULL)) EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER matter_has_its_turn AFTER INSERT ON public.matter REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_other_matter();

CREATE TRIGGER outbox_file_is_final BEFORE UPDATE ON public.outbox_file FOR EACH ROW WHEN (((new.content <> '\x'::bytea) OR ((((new.outbox IS DISTINCT FROM old.outbox) OR (new.name IS DISTINCT FROM old.name)) OR (new.row_count IS DISTINCT FROM old.row_count)) OR (new.sha256 IS DISTINCT FROM old.sha256)))) EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER outbox_is_final BEFORE UPDATE ON public.outbox FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER paper_comes_with_its_approval AFTER INSERT ON public.paper REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_late_paper();

CREATE TRIGGER paper_is_final BEFORE UPDATE ON public.paper FOR EACH ROW WHEN (((new.content <> '\x'::bytea) OR ((((new.approval IS DISTINCT FROM old.approval) OR (new.kind IS DISTINCT FROM old.kind)) OR (new.subject IS DISTINCT FROM old.subject)) OR (new.digest IS DISTINCT FROM old.digest)))) EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER plan_has_its_turn AFTER INSERT ON public.plan REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_out_of_turn('drawn', 'planned');

CREATE CONSTRAINT TRIGGER plan_is_followed_by_another AFTER UPDATE ON public.plan DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public.refuse_gap();

CREATE TRIGGER plan_is_replaced BEFORE UPDATE ON public.plan FOR EACH ROW EXECUTE FUNCTION public.refuse_revival();

CREATE TRIGGER plan_line_has_its_turn AFTER INSERT ON public.plan_line REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_out_of_turn('collected');

CREATE TRIGGER plan_problem_is_stored_with_its_plan AFTER INSERT ON public.plan_problem REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_late_part();

CREATE TRIGGER proposal_ends_once BEFORE UPDATE ON public.proposal FOR EACH ROW WHEN (((old.confirmed_at IS NOT NULL) OR (old.withdrawn_at IS NOT NULL))) EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER recusal_has_its_turn AFTER INSERT ON public.recusal REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_out_of_turn('collected');

CREATE TRIGGER recusal_is_decided_once BEFORE UPDATE ON public.recusal_request FOR EACH ROW WHEN ((old.decision IS NOT NULL)) EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER registration_change_is_final BEFORE UPDATE ON public.registration_change FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER replacement_follows_a_decision BEFORE INSERT ON public.replacement FOR EACH ROW EXECUTE FUNCTION public.refuse_undecided();

CREATE TRIGGER replacement_goes AFTER INSERT ON public.replacement FOR EACH ROW EXECUTE FUNCTION public.follow_replacement();

CREATE TRIGGER replanning_has_its_turn AFTER INSERT ON public.replanning REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_out_of_turn('planned');

CREATE TRIGGER replanning_is_decided_once BEFORE UPDATE ON public.replanning FOR EACH ROW WHEN (((old.outcome IS NOT NULL) OR ((old.document IS NOT NULL) AND (new.document <> old.document)))) EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER replanning_loosened_by_a_confirmed_proposal BEFORE UPDATE ON public.replanning FOR EACH ROW WHEN (((new.outcome = 'taken'::text) AND new.is_looser)) EXECUTE FUNCTION public.refuse_unconfirmed();

CREATE TRIGGER rescheduling_has_its_turn AFTER INSERT ON public.rescheduling REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_out_of_turn('teams_drawn', 'dispatched');

CREATE TRIGGER rescheduling_opens_once BEFORE INSERT ON public.rescheduling FOR EACH ROW EXECUTE FUNCTION public.refuse_second_door();

CREATE TRIGGER result_form_is_entered_once BEFORE DELETE OR UPDATE ON public.result_form FOR EACH ROW EXECUTE FUNCTION public.refuse_other_entry();

CREATE TRIGGER role_is_stored_with_its_plan AFTER INSERT ON public.role REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_late_part();

CREATE TRIGGER round_goes_forward BEFORE UPDATE ON public.round FOR EACH ROW EXECUTE FUNCTION public.refuse_other_ways();

CREATE TRIGGER round_is_dispatched_by_approval BEFORE UPDATE ON public.round FOR EACH ROW WHEN (((old.stage <> new.stage) AND (new.stage = 'dispatched'::public.round_stage))) EXECUTE FUNCTION public.refuse_unapproved();

CREATE TRIGGER round_with_draw_stays BEFORE DELETE ON public.round FOR EACH ROW EXECUTE FUNCTION public.refuse_loss_of_round();

CREATE TRIGGER settings_are_changed_while_collected BEFORE UPDATE OF settings_file ON public.collection FOR EACH ROW EXECUTE FUNCTION public.refuse_late_settings();

CREATE TRIGGER standing_member_follows BEFORE INSERT OR DELETE ON public.standing_member FOR EACH ROW EXECUTE FUNCTION public.refuse_quiet_change();

CREATE TRIGGER submission_has_its_turn AFTER INSERT ON public.submission REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_out_of_turn('collected');

CREATE TRIGGER submission_stays BEFORE DELETE ON public.submission FOR EACH ROW EXECUTE FUNCTION public.refuse_late_withdrawal();

CREATE TRIGGER submitted_item_has_its_turn AFTER INSERT ON public.submitted_item REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_out_of_turn('collected');

CREATE TRIGGER target_entry_has_its_turn AFTER INSERT ON public.target_entry REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_out_of_turn('collected');

CREATE TRIGGER task_has_its_turn AFTER INSERT ON public.task REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_out_of_turn('collected');

CREATE TRIGGER team_member_goes AFTER INSERT ON public.team_member FOR EACH ROW EXECUTE FUNCTION public.follow_lots();

CREATE TRIGGER team_member_has_its_turn AFTER INSERT ON public.team_member REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_part_out_of_turn('lots_frozen');

CREATE TRIGGER tour_is_stored_with_its_plan AFTER INSERT ON public.tour REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_late_part();

CREATE TRIGGER visit_is_stored_with_its_plan AFTER INSERT ON public.visit REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_late_part();

CREATE TRIGGER visit_matter_is_stored_with_its_plan AFTER INSERT ON public.visit_matter REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_late_part();

ALTER TABLE ONLY public.account_secret
    ADD CONSTRAINT account_secret_account_fkey FOREIGN KEY (account) REFERENCES public.account(id);

ALTER TABLE ONLY public.account
    ADD CONSTRAINT account_successor_fkey FOREIGN KEY (successor) REFERENCES public.account(id);

ALTER TABLE ONLY public.apart_pair
    ADD CONSTRAINT apart_pair_round_department_fkey FOREIGN KEY (round, department) REFERENCES public.submission(round, department) ON DELETE CASCADE;

ALTER TABLE ONLY public.api_token
    ADD CONSTRAINT api_token_account_fkey FOREIGN KEY (account) REFERENCES public.account(id);

ALTER TABLE ONLY public.approval
    ADD CONSTRAINT approval_round_fkey FOREIGN KEY (round) REFERENCES public.round(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.area
    ADD CONSTRAINT area_round_department_fkey FOREIGN KEY (round, department) REFERENCES public.submission(round, department) ON DELETE CASCADE;

ALTER TABLE ONLY public.asked_department
    ADD CONSTRAINT asked_department_round_fkey FOREIGN KEY (round) REFERENCES public.collection(round) ON DELETE CASCADE;

ALTER TABLE ONLY public.batch
    ADD CONSTRAINT batch_round_task_fkey FOREIGN KEY (round, task) REFERENCES public.task(round, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.caused_inspection
    ADD CONSTRAINT caused_inspection_round_department_fkey FOREIGN KEY (round, department) REFERENCES public.submission(round, department) ON DELETE CASCADE;

ALTER TABLE ONLY public.chance
    ADD CONSTRAINT chance_plan_role_fkey FOREIGN KEY (plan, role) REFERENCES public.role(plan, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.collection
    ADD CONSTRAINT collection_round_fkey FOREIGN KEY (round) REFERENCES public.round(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.commitment
    ADD CONSTRAINT commitment_draw_fkey FOREIGN KEY (draw) REFERENCES public.draw(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.correction
    ADD CONSTRAINT correction_round_fkey FOREIGN KEY (round) REFERENCES public.round(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.delivery_attempt
    ADD CONSTRAINT delivery_attempt_outbox_fkey FOREIGN KEY (outbox) REFERENCES public.outbox(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.delivery
    ADD CONSTRAINT delivery_outbox_fkey FOREIGN KEY (outbox) REFERENCES public.outbox(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.desk_member
    ADD CONSTRAINT desk_member_plan_fkey FOREIGN KEY (plan) REFERENCES public.plan(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.draw_file
    ADD CONSTRAINT draw_file_draw_fkey FOREIGN KEY (draw) REFERENCES public.draw(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.draw
    ADD CONSTRAINT draw_round_fkey FOREIGN KEY (round) REFERENCES public.round(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.drawn_target
    ADD CONSTRAINT drawn_target_round_task_batch_fkey FOREIGN KEY (round, task, batch) REFERENCES public.batch(round, task, number) ON DELETE CASCADE;

ALTER TABLE ONLY public.drawn_target
    ADD CONSTRAINT drawn_target_target_fkey FOREIGN KEY (target) REFERENCES public.target(id);

ALTER TABLE ONLY public.exclusion
    ADD CONSTRAINT exclusion_round_fkey FOREIGN KEY (round) REFERENCES public.round(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.feedback_mark
    ADD CONSTRAINT feedback_mark_round_fkey FOREIGN KEY (round) REFERENCES public.round(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.feedback_mark
    ADD CONSTRAINT feedback_mark_target_fkey FOREIGN KEY (target) REFERENCES public.target(id);

ALTER TABLE ONLY public.feedback
    ADD CONSTRAINT feedback_round_fkey FOREIGN KEY (round) REFERENCES public.round(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.finding
    ADD CONSTRAINT finding_round_fkey FOREIGN KEY (round) REFERENCES public.round(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.finding
    ADD CONSTRAINT finding_target_fkey FOREIGN KEY (target) REFERENCES public.target(id);

ALTER TABLE ONLY public.firm_request
    ADD CONSTRAINT firm_request_letter_fkey FOREIGN KEY (letter) REFERENCES public.letter(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.firm_request
    ADD CONSTRAINT firm_request_round_fkey FOREIGN KEY (round) REFERENCES public.round(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.firm_request
    ADD CONSTRAINT firm_request_target_fkey FOREIGN KEY (target) REFERENCES public.target(id);

ALTER TABLE ONLY public.forwarding
    ADD CONSTRAINT forwarding_round_fkey FOREIGN KEY (round) REFERENCES public.round(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.hand_in
    ADD CONSTRAINT hand_in_replaces_fkey FOREIGN KEY (replaces) REFERENCES public.hand_in(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.hand_in
    ADD CONSTRAINT hand_in_round_department_fkey FOREIGN KEY (round, department) REFERENCES public.asked_department(round, department) ON DELETE CASCADE;

ALTER TABLE ONLY public.inspector
    ADD CONSTRAINT inspector_round_department_fkey FOREIGN KEY (round, department) REFERENCES public.submission(round, department) ON DELETE CASCADE;

ALTER TABLE ONLY public.late_cause
    ADD CONSTRAINT late_cause_plan_fkey FOREIGN KEY (plan) REFERENCES public.plan(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.late_cause
    ADD CONSTRAINT late_cause_round_department_fkey FOREIGN KEY (round, department) REFERENCES public.submission(round, department) ON DELETE CASCADE;

ALTER TABLE ONLY public.late_cause
    ADD CONSTRAINT late_cause_target_fkey FOREIGN KEY (target) REFERENCES public.target(id);

ALTER TABLE ONLY public.letter
    ADD CONSTRAINT letter_round_fkey FOREIGN KEY (round) REFERENCES public.round(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.letter_secret
    ADD CONSTRAINT letter_secret_letter_fkey FOREIGN KEY (letter) REFERENCES public.letter(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.letter_session
    ADD CONSTRAINT letter_session_letter_fkey FOREIGN KEY (letter) REFERENCES public.letter(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.letter
    ADD CONSTRAINT letter_target_fkey FOREIGN KEY (target) REFERENCES public.target(id);

ALTER TABLE ONLY public.matter
    ADD CONSTRAINT matter_round_fkey FOREIGN KEY (round) REFERENCES public.round(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.matter
    ADD CONSTRAINT matter_target_fkey FOREIGN KEY (target) REFERENCES public.target(id);

ALTER TABLE ONLY public.outbox_file
    ADD CONSTRAINT outbox_file_outbox_fkey FOREIGN KEY (outbox) REFERENCES public.outbox(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.outbox
    ADD CONSTRAINT outbox_round_fkey FOREIGN KEY (round) REFERENCES public.round(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.paper
    ADD CONSTRAINT paper_approval_fkey FOREIGN KEY (approval) REFERENCES public.approval(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.plan_line
    ADD CONSTRAINT plan_line_round_department_fkey FOREIGN KEY (round, department) REFERENCES public.submission(round, department) ON DELETE CASCADE;

ALTER TABLE ONLY public.plan_problem
    ADD CONSTRAINT plan_problem_plan_fkey FOREIGN KEY (plan) REFERENCES public.plan(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.plan
    ADD CONSTRAINT plan_round_fkey FOREIGN KEY (round) REFERENCES public.round(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.plan
    ADD CONSTRAINT plan_undoes_to_fkey FOREIGN KEY (undoes_to) REFERENCES public.plan(id);

ALTER TABLE ONLY public.planning
    ADD CONSTRAINT planning_job_fkey FOREIGN KEY (job) REFERENCES public.job(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.proposal
    ADD CONSTRAINT proposal_confirmer_fkey FOREIGN KEY (confirmer) REFERENCES public.account(id);

ALTER TABLE ONLY public.proposal
    ADD CONSTRAINT proposal_proposer_fkey FOREIGN KEY (proposer) REFERENCES public.account(id);

ALTER TABLE ONLY public.proposal
    ADD CONSTRAINT proposal_round_fkey FOREIGN KEY (round) REFERENCES public.round(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.publication
    ADD CONSTRAINT publication_round_task_department_target_item_fkey FOREIGN KEY (round, task, department, target, item) REFERENCES public.finding(round, task, department, target, item) ON DELETE CASCADE;

ALTER TABLE ONLY public.recusal_request
    ADD CONSTRAINT recusal_request_round_fkey FOREIGN KEY (round) REFERENCES public.round(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.recusal_request
    ADD CONSTRAINT recusal_request_target_fkey FOREIGN KEY (target) REFERENCES public.target(id);

ALTER TABLE ONLY public.recusal
    ADD CONSTRAINT recusal_round_department_fkey FOREIGN KEY (round, department) REFERENCES public.submission(round, department) ON DELETE CASCADE;

ALTER TABLE ONLY public.registration_change
    ADD CONSTRAINT registration_change_batch_fkey FOREIGN KEY (batch) REFERENCES public.registry_batch(id);

ALTER TABLE ONLY public.replacement
    ADD CONSTRAINT replacement_plan_fkey FOREIGN KEY (plan) REFERENCES public.plan(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.replacement
    ADD CONSTRAINT replacement_plan_role_comes_fkey FOREIGN KEY (plan, role, comes) REFERENCES public.chance(plan, role, inspector) ON DELETE CASCADE;

ALTER TABLE ONLY public.replacement
    ADD CONSTRAINT replacement_request_fkey FOREIGN KEY (request) REFERENCES public.recusal_request(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.replacement
    ADD CONSTRAINT replacement_round_fkey FOREIGN KEY (round) REFERENCES public.round(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.replanning
    ADD CONSTRAINT replanning_base_fkey FOREIGN KEY (base) REFERENCES public.plan(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.replanning
    ADD CONSTRAINT replanning_proposal_fkey FOREIGN KEY (proposal) REFERENCES public.proposal(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.replanning
    ADD CONSTRAINT replanning_round_fkey FOREIGN KEY (round) REFERENCES public.round(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.rescheduling
    ADD CONSTRAINT rescheduling_plan_matter_fkey FOREIGN KEY (plan, matter) REFERENCES public.visit_matter(plan, matter) ON DELETE CASCADE;

ALTER TABLE ONLY public.rescheduling
    ADD CONSTRAINT rescheduling_request_fkey FOREIGN KEY (request) REFERENCES public.firm_request(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.rescheduling
    ADD CONSTRAINT rescheduling_round_fkey FOREIGN KEY (round) REFERENCES public.round(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.rescheduling
    ADD CONSTRAINT rescheduling_target_fkey FOREIGN KEY (target) REFERENCES public.target(id);

ALTER TABLE ONLY public.result_form
    ADD CONSTRAINT result_form_round_fkey FOREIGN KEY (round) REFERENCES public.round(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.role
    ADD CONSTRAINT role_plan_tour_half_day_fkey FOREIGN KEY (plan, tour, half_day) REFERENCES public.tour(plan, id, half_day) ON DELETE CASCADE;

ALTER TABLE ONLY public.session
    ADD CONSTRAINT session_account_fkey FOREIGN KEY (account) REFERENCES public.account(id);

ALTER TABLE ONLY public.shard
    ADD CONSTRAINT shard_job_fkey FOREIGN KEY (job) REFERENCES public.job(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.shard
    ADD CONSTRAINT shard_planning_fkey FOREIGN KEY (planning) REFERENCES public.planning(job);

ALTER TABLE ONLY public.standing_member
    ADD CONSTRAINT standing_member_plan_fkey FOREIGN KEY (plan) REFERENCES public.plan(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.standing_member
    ADD CONSTRAINT standing_member_plan_role_inspector_fkey FOREIGN KEY (plan, role, inspector) REFERENCES public.chance(plan, role, inspector) ON DELETE CASCADE;

ALTER TABLE ONLY public.submission
    ADD CONSTRAINT submission_round_fkey FOREIGN KEY (round) REFERENCES public.round(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.submitted_item
    ADD CONSTRAINT submitted_item_department_code_version_fkey FOREIGN KEY (department, code, version) REFERENCES public.inspection_item(department, code, version);

ALTER TABLE ONLY public.submitted_item
    ADD CONSTRAINT submitted_item_round_department_fkey FOREIGN KEY (round, department) REFERENCES public.submission(round, department) ON DELETE CASCADE;

ALTER TABLE ONLY public.target_entry
    ADD CONSTRAINT target_entry_id_fkey FOREIGN KEY (id) REFERENCES public.target(id);

ALTER TABLE ONLY public.target_entry
    ADD CONSTRAINT target_entry_round_department_fkey FOREIGN KEY (round, department) REFERENCES public.submission(round, department) ON DELETE CASCADE;

ALTER TABLE ONLY public.target_merge
    ADD CONSTRAINT target_merge_away_fkey FOREIGN KEY (away) REFERENCES public.target(id);

ALTER TABLE ONLY public.target_merge
    ADD CONSTRAINT target_merge_stands_fkey FOREIGN KEY (stands) REFERENCES public.target(id);

ALTER TABLE ONLY public.target_search
    ADD CONSTRAINT target_search_target_fkey FOREIGN KEY (target) REFERENCES public.target(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.task
    ADD CONSTRAINT task_round_fkey FOREIGN KEY (round) REFERENCES public.round(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.team_member
    ADD CONSTRAINT team_member_plan_role_half_day_fkey FOREIGN KEY (plan, role, half_day) REFERENCES public.role(plan, id, half_day) ON DELETE CASCADE;

ALTER TABLE ONLY public.team_member
    ADD CONSTRAINT team_member_plan_role_inspector_fkey FOREIGN KEY (plan, role, inspector) REFERENCES public.chance(plan, role, inspector) ON DELETE CASCADE;

ALTER TABLE ONLY public.told_visit
    ADD CONSTRAINT told_visit_round_fkey FOREIGN KEY (round) REFERENCES public.round(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.told_visit
    ADD CONSTRAINT told_visit_target_fkey FOREIGN KEY (target) REFERENCES public.target(id);

ALTER TABLE ONLY public.tour
    ADD CONSTRAINT tour_plan_fkey FOREIGN KEY (plan) REFERENCES public.plan(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.unplanned_cause
    ADD CONSTRAINT unplanned_cause_round_task_fkey FOREIGN KEY (round, task) REFERENCES public.task(round, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.visit_matter
    ADD CONSTRAINT visit_matter_plan_target_half_day_fkey FOREIGN KEY (plan, target, half_day) REFERENCES public.visit(plan, target, half_day) ON DELETE CASCADE;

ALTER TABLE ONLY public.visit
    ADD CONSTRAINT visit_plan_tour_half_day_fkey FOREIGN KEY (plan, tour, half_day) REFERENCES public.tour(plan, id, half_day) ON DELETE CASCADE;

ALTER TABLE ONLY public.visit
    ADD CONSTRAINT visit_target_fkey FOREIGN KEY (target) REFERENCES public.target(id);

CREATE POLICY about_department ON public.audit_entry FOR SELECT USING (((subject = public.onedoor_department()) AND (NOT (facts ? 'seed'::text))));

ALTER TABLE public.account ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.account_secret ENABLE ROW LEVEL SECURITY;

CREATE POLICY administrator ON public.account USING (public.onedoor_is('administrator'::text));

CREATE POLICY administrator ON public.destination USING ((public.onedoor_office() = 'administrator'::text));

CREATE POLICY administrator ON public.proposal USING (((public.onedoor_office() = 'administrator'::text) AND (act = 'manage_destinations'::text)));

CREATE POLICY administrator ON public.sign_in_failure FOR SELECT USING (public.onedoor_is('administrator'::text));

ALTER TABLE public.annual_change ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.annual_issue ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.apart_pair ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.api_token ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.approval ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.area ENABLE ROW LEVEL SECURITY;

CREATE POLICY asked ON public.collection FOR SELECT USING (((public.onedoor_department() IS NOT NULL) AND (EXISTS ( SELECT
   FROM public.asked_department
  WHERE ((asked_department.round = collection.round) AND (asked_department.department = public.onedoor_department()))))));

CREATE POLICY asked ON public.round FOR SELECT USING (((public.onedoor_department() IS NOT NULL) AND (EXISTS ( SELECT
   FROM public.asked_department
  WHERE ((asked_department.round = round.id) AND (asked_department.department = public.onedoor_department()))))));

ALTER TABLE public.asked_department ENABLE ROW LEVEL SECURITY;

CREATE POLICY asks ON public.firm_request FOR INSERT WITH CHECK ((public.onedoor_is('enterprise'::text) AND ((letter)::text = public.onedoor_actor()) AND (EXISTS ( SELECT
   FROM public.letter
  WHERE ((letter.id = firm_request.letter) AND (letter.round = firm_request.round) AND (letter.target = firm_request.target) AND (letter.departments = firm_request.departments))))));

ALTER TABLE public.audit_entry ENABLE ROW LEVEL SECURITY;

CREATE POLICY auditor ON public.account FOR SELECT USING (public.onedoor_is('auditor'::text));

CREATE POLICY auditor ON public.audit_entry FOR SELECT USING (public.onedoor_is('auditor'::text));

ALTER TABLE public.batch ENABLE ROW LEVEL SECURITY;

CREATE POLICY both_are_ones_own ON public.target_merge AS RESTRICTIVE FOR INSERT WITH CHECK ((public.onedoor_is_coordinator() OR ((EXISTS ( SELECT
   FROM public.target_entry
  WHERE ((target_entry.id = target_merge.away) AND (target_entry.department = public.onedoor_department())))) AND (EXISTS ( SELECT
   FROM public.target_entry
  WHERE ((target_entry.id = target_merge.stands) AND (target_entry.department = public.onedoor_department())))))));

ALTER TABLE public.caused_inspection ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.chance ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.closed_table ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.collection ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.commitment ENABLE ROW LEVEL SECURITY;

CREATE POLICY console ON public.account USING (public.onedoor_is('operator'::text));

CREATE POLICY coordinator ON public.annual_change USING (public.onedoor_is_coordinator());

CREATE POLICY coordinator ON public.annual_issue USING (public.onedoor_is_coordinator());

CREATE POLICY coordinator ON public.apart_pair USING (public.onedoor_is_coordinator());

CREATE POLICY coordinator ON public.approval USING (public.onedoor_is_coordinator());

CREATE POLICY coordinator ON public.area USING (public.onedoor_is_coordinator());

CREATE POLICY coordinator ON public.asked_department USING (public.onedoor_is_coordinator());

CREATE POLICY coordinator ON public.audit_entry USING (public.onedoor_is_coordinator());

CREATE POLICY coordinator ON public.batch USING (public.onedoor_is_coordinator());

CREATE POLICY coordinator ON public.caused_inspection USING (public.onedoor_is_coordinator());

CREATE POLICY coordinator ON public.chance USING (public.onedoor_is_coordinator());

CREATE POLICY coordinator ON public.closed_table USING (public.onedoor_is_coordinator());

CREATE POLICY coordinator ON public.collection USING (public.onedoor_is_coordinator());

CREATE POLICY coordinator ON public.commitment USING (public.onedoor_is_coordinator());

CREATE POLICY coordinator ON public.correction USING (public.onedoor_is_coordinator());

CREATE POLICY coordinator ON public.delivery USING (public.onedoor_is_coordinator());

CREATE POLICY coordinator ON public.delivery_attempt USING (public.onedoor_is_coordinator());

CREATE POLICY coordinator ON public.desk_member USING (public.onedoor_is_coordinator());

CREATE POLICY coordinator ON public.destination USING (public.onedoor_is_coordinator());

CREATE POLICY coordinator ON public.draw USING (public.onedoor_is_coordinator());

CREATE POLICY coordinator ON public.draw_file USING (public.onedoor_is_coordinator());

CREATE POLICY coordinator ON public.drawn_target USING (public.onedoor_is_coordinator());

CREATE POLICY coordinator ON public.exclusion USING (public.onedoor_is_coordinator());

CREATE POLICY coordinator ON public.finding USING (public.onedoor_is_coordinator());

CREATE POLICY coordinator ON public.firm_request USING (public.onedoor_is_coordinator());

CREATE POLICY coordinator ON public.forwarding USING (public.onedoor_is_coordinator());

CREATE POLICY coordinator ON public.hand_in USING (public.onedoor_is_coordinator());

CREATE POLICY coordinator ON public.inspection_item USING (public.onedoor_is_coordinator());

CREATE POLICY coordinator ON public.inspector USING (public.onedoor_is_coordinator());

CREATE POLICY coordinator ON public.job USING (public.onedoor_is_coordinator());

CREATE POLICY coordinator ON public.late_cause USING (public.onedoor_is_coordinator());

CREATE POLICY coordinator ON public.letter USING (public.onedoor_is_coordinator());

CREATE POLICY coordinator ON public.matter USING (public.onedoor_is_coordinator());

CREATE POLICY coordinator ON public.outbox USING (public.onedoor_is_coordinator());

CREATE POLICY coordinator ON public.outbox_file USING (public.onedoor_is_coordinator());

CREATE POLICY coordinator ON public.paper USING (public.onedoor_is_coordinator());

CREATE POLICY coordinator ON public.plan USING (public.onedoor_is_coordinator());

CREATE POLICY coordinator ON public.plan_line USING (public.onedoor_is_coordinator());

CREATE POLICY coordinator ON public.plan_problem USING (public.onedoor_is_coordinator());

CREATE POLICY coordinator ON public.planning USING (public.onedoor_is_coordinator());

CREATE POLICY coordinator ON public.proposal USING (public.onedoor_is_coordinator());

CREATE POLICY coordinator ON public.publication USING (public.onedoor_is_coordinator());

CREATE POLICY coordinator ON public.recusal USING (public.onedoor_is_coordinator());

CREATE POLICY coordinator ON public.recusal_request USING (public.onedoor_is_coordinator());

CREATE POLICY coordinator ON public.registration USING (( SELECT public.onedoor_is_coordinator() AS onedoor_is_coordinator));

CREATE POLICY coordinator ON public.registration_change USING (( SELECT public.onedoor_is_coordinator() AS onedoor_is_coordinator));

CREATE POLICY coordinator ON public.registry_batch USING (( SELECT public.onedoor_is_coordinator() AS onedoor_is_coordinator));

CREATE POLICY coordinator ON public.replacement USING (public.onedoor_is_coordinator());

CREATE POLICY coordinator ON public.replanning USING (public.onedoor_is_coordinator());

CREATE POLICY coordinator ON public.rescheduling USING (public.onedoor_is_coordinator());

CREATE POLICY coordinator ON public.result_form USING (public.onedoor_is_coordinator());

CREATE POLICY coordinator ON public.role USING (public.onedoor_is_coordinator());

CREATE POLICY coordinator ON public.round USING (public.onedoor_is_coordinator());

CREATE POLICY coordinator ON public.shard USING (public.onedoor_is_coordinator());

CREATE POLICY coordinator ON public.standing_member USING (public.onedoor_is_coordinator());

CREATE POLICY coordinator ON public.submission USING (public.onedoor_is_coordinator());

CREATE POLICY coordinator ON public.submitted_item USING (public.onedoor_is_coordinator());

CREATE POLICY coordinator ON public.target USING (public.onedoor_is_coordinator());

CREATE POLICY coordinator ON public.target_entry USING (( SELECT public.onedoor_is_coordinator() AS onedoor_is_coordinator));

CREATE POLICY coordinator ON public.target_merge USING (public.onedoor_is_coordinator());

CREATE POLICY coordinator ON public.target_search USING (public.onedoor_is_coordinator());

CREATE POLICY coordinator ON public.task USING (public.onedoor_is_coordinator());

CREATE POLICY coordinator ON public.team_member USING (public.onedoor_is_coordinator());

CREATE POLICY coordinator ON public.told_visit USING (public.onedoor_is_coordinator());

CREATE POLICY coordinator ON public.tour USING (public.onedoor_is_coordinator());

CREATE POLICY coordinator ON public.unplanned_cause USING (public.onedoor_is_coordinator());

CREATE POLICY coordinator ON public.visit USING (public.onedoor_is_coordinator());

CREATE POLICY coordinator ON public.visit_matter USING (public.onedoor_is_coordinator());

ALTER TABLE public.correction ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.delivery ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.delivery_attempt ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.desk_member ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.destination ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.destination_secret ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.draw ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.draw_file ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.drawn_target ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.exclusion ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.feedback ENABLE ROW LEVEL SECURITY;

CREATE POLICY feedback_is_not_traced ON public.audit_entry AS RESTRICTIVE FOR SELECT USING (((action <> 'feedback_given'::text) OR public.onedoor_is_supervisor() OR public.onedoor_is('auditor'::text)));

ALTER TABLE public.feedback_mark ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.finding ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.firm_request ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.forwarding ENABLE ROW LEVEL SECURITY;

CREATE POLICY gate ON public.account USING (public.onedoor_is('gate'::text));

CREATE POLICY gate ON public.account_secret USING (public.onedoor_is('gate'::text));

CREATE POLICY gate ON public.api_token USING (public.onedoor_is('gate'::text));

CREATE POLICY gate ON public.destination_secret USING ((public.onedoor_office() = 'gate'::text));

CREATE POLICY gate ON public.letter USING (public.onedoor_is('gate'::text));

CREATE POLICY gate ON public.letter_secret USING (public.onedoor_is('gate'::text));

CREATE POLICY gate ON public.letter_session USING (public.onedoor_is('gate'::text));

CREATE POLICY gate ON public.letter_try USING (public.onedoor_is('gate'::text));

CREATE POLICY gate ON public.program_request USING (public.onedoor_is('gate'::text));

CREATE POLICY gate ON public.session USING (public.onedoor_is('gate'::text));

CREATE POLICY gate ON public.sign_in_failure USING (public.onedoor_is('gate'::text));

ALTER TABLE public.hand_in ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.inspection_item ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.inspector ENABLE ROW LEVEL SECURITY;

CREATE POLICY is_told ON public.told_visit FOR INSERT WITH CHECK ((public.onedoor_is('enterprise'::text) AND (EXISTS ( SELECT
   FROM public.letter
  WHERE ((letter.round = told_visit.round) AND (letter.target = told_visit.target))))));

CREATE POLICY is_told_anew ON public.told_visit FOR UPDATE USING ((public.onedoor_is('enterprise'::text) AND (EXISTS ( SELECT
   FROM public.letter
  WHERE ((letter.round = told_visit.round) AND (letter.target = told_visit.target))))));

ALTER TABLE public.job ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.late_cause ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.letter ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.letter_secret ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.letter_session ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.letter_try ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.matter ENABLE ROW LEVEL SECURITY;

CREATE POLICY of_both ON public.target_merge FOR SELECT USING (((department IS NULL) AND (public.onedoor_department() IS NOT NULL) AND (EXISTS ( SELECT
   FROM public.target_entry
  WHERE ((target_entry.id = target_merge.away) AND (target_entry.department = public.onedoor_department()))
 OFFSET 0)) AND (EXISTS ( SELECT
   FROM public.target_entry
  WHERE ((target_entry.id = target_merge.stands) AND (target_entry.department = public.onedoor_department()))
 OFFSET 0))));

CREATE POLICY of_own_package ON public.delivery FOR INSERT WITH CHECK ((EXISTS ( SELECT
   FROM public.outbox
  WHERE ((outbox.id = delivery.outbox) AND (outbox.department = public.onedoor_department())))));

CREATE POLICY of_own_package ON public.outbox_file FOR INSERT WITH CHECK ((EXISTS ( SELECT
   FROM public.outbox
  WHERE ((outbox.id = outbox_file.outbox) AND (outbox.department = public.onedoor_department())))));

CREATE POLICY of_visible_draw ON public.draw_file FOR SELECT USING (((public.onedoor_department() IS NOT NULL) AND (EXISTS ( SELECT
   FROM public.draw
  WHERE (draw.id = draw_file.draw)))));

CREATE POLICY of_visible_package ON public.delivery FOR SELECT USING ((EXISTS ( SELECT
   FROM public.outbox
  WHERE (outbox.id = delivery.outbox))));

CREATE POLICY of_visible_package ON public.delivery_attempt FOR SELECT USING ((EXISTS ( SELECT
   FROM public.outbox
  WHERE (outbox.id = delivery_attempt.outbox))));

CREATE POLICY of_visible_package ON public.outbox_file FOR SELECT USING ((EXISTS ( SELECT
   FROM public.outbox
  WHERE (outbox.id = outbox_file.outbox))));

ALTER TABLE public.outbox ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.outbox_file ENABLE ROW LEVEL SECURITY;

CREATE POLICY own ON public.account FOR SELECT USING (((id)::text = public.onedoor_actor()));

CREATE POLICY own ON public.api_token USING (((account)::text = public.onedoor_actor()));

CREATE POLICY own ON public.feedback_mark USING ((public.onedoor_is('enterprise'::text) AND (EXISTS ( SELECT
   FROM public.letter
  WHERE ((letter.round = feedback_mark.round) AND (letter.target = feedback_mark.target))))));

CREATE POLICY own ON public.firm_request FOR SELECT USING ((public.onedoor_is('enterprise'::text) AND (EXISTS ( SELECT
   FROM public.letter
  WHERE ((letter.round = firm_request.round) AND (letter.target = firm_request.target))))));

CREATE POLICY own ON public.letter FOR SELECT USING ((public.onedoor_is('enterprise'::text) AND ((id)::text = public.onedoor_actor())));

CREATE POLICY own ON public.told_visit FOR SELECT USING ((public.onedoor_is('enterprise'::text) AND (EXISTS ( SELECT
   FROM public.letter
  WHERE ((letter.round = told_visit.round) AND (letter.target = told_visit.target))))));

CREATE POLICY own_commitment ON public.commitment FOR INSERT WITH CHECK (((party = public.onedoor_department()) AND (EXISTS ( SELECT
   FROM public.draw
  WHERE (draw.id = commitment.draw)))));

CREATE POLICY own_department ON public.annual_change USING ((department = public.onedoor_department()));

CREATE POLICY own_department ON public.apart_pair USING ((department = public.onedoor_department()));

CREATE POLICY own_department ON public.area USING ((department = public.onedoor_department()));

CREATE POLICY own_department ON public.asked_department FOR SELECT USING ((department = public.onedoor_department()));

CREATE POLICY own_department ON public.caused_inspection USING ((department = public.onedoor_department()));

CREATE POLICY own_department ON public.closed_table USING ((department = public.onedoor_department()));

CREATE POLICY own_department ON public.correction USING ((department = public.onedoor_department()));

CREATE POLICY own_department ON public.destination FOR SELECT USING ((department = public.onedoor_department()));

CREATE POLICY own_department ON public.finding USING ((department = public.onedoor_department()));

CREATE POLICY own_department ON public.hand_in FOR SELECT USING ((department = public.onedoor_department()));

CREATE POLICY own_department ON public.inspection_item USING ((department = public.onedoor_department()));

CREATE POLICY own_department ON public.inspector USING ((department = public.onedoor_department()));

CREATE POLICY own_department ON public.late_cause USING ((department = public.onedoor_department()));

CREATE POLICY own_department ON public.matter USING ((department = public.onedoor_department()));

CREATE POLICY own_department ON public.outbox USING ((department = public.onedoor_department()));

CREATE POLICY own_department ON public.plan_line USING ((department = public.onedoor_department()));

CREATE POLICY own_department ON public.publication USING ((department = public.onedoor_department()));

CREATE POLICY own_department ON public.recusal USING ((department = public.onedoor_department()));

CREATE POLICY own_department ON public.recusal_request USING ((department = public.onedoor_department()));

CREATE POLICY own_department ON public.result_form USING ((department = public.onedoor_department()));

CREATE POLICY own_department ON public.role USING ((department = public.onedoor_department()));

CREATE POLICY own_department ON public.submission USING ((department = public.onedoor_department()));

CREATE POLICY own_department ON public.submitted_item USING ((department = public.onedoor_department()));

CREATE POLICY own_department ON public.target_entry USING ((department = ( SELECT public.onedoor_department() AS onedoor_department)));

CREATE POLICY own_department ON public.target_merge USING ((department = public.onedoor_department()));

CREATE POLICY own_department ON public.task USING ((department = public.onedoor_department()));

CREATE POLICY own_entry ON public.target FOR SELECT USING (((public.onedoor_department() IS NOT NULL) AND (EXISTS ( SELECT
   FROM public.target_entry
  WHERE ((target_entry.id = target.id) AND (target_entry.department = public.onedoor_department()))
 OFFSET 0))));

CREATE POLICY own_entry ON public.target_search FOR SELECT USING (((public.onedoor_department() IS NOT NULL) AND (EXISTS ( SELECT
   FROM public.target_entry
  WHERE ((target_entry.id = target_search.target) AND (target_entry.department = public.onedoor_department()))
 OFFSET 0))));

CREATE POLICY own_inspector ON public.chance FOR SELECT USING (((public.onedoor_department() IS NOT NULL) AND (EXISTS ( SELECT
   FROM (public.plan
     JOIN public.inspector ON ((inspector.round = plan.round)))
  WHERE ((plan.id = chance.plan) AND (inspector.id = chance.inspector) AND (inspector.department = public.onedoor_department()))))));

CREATE POLICY own_inspector ON public.team_member FOR SELECT USING (((public.onedoor_department() IS NOT NULL) AND (EXISTS ( SELECT
   FROM (public.plan
     JOIN public.inspector ON ((inspector.round = plan.round)))
  WHERE ((plan.id = team_member.plan) AND (inspector.id = team_member.inspector) AND (inspector.department = public.onedoor_department()))))));

CREATE POLICY own_matter ON public.desk_member FOR SELECT USING (((public.onedoor_department() IS NOT NULL) AND (EXISTS ( SELECT
   FROM (public.plan
     JOIN public.matter ON ((matter.round = plan.round)))
  WHERE ((plan.id = desk_member.plan) AND (matter.id = desk_member.matter) AND (matter.department = public.onedoor_department()))))));

CREATE POLICY own_matter ON public.target FOR SELECT USING (((public.onedoor_department() IS NOT NULL) AND (EXISTS ( SELECT
   FROM public.matter
  WHERE ((matter.target = target.id) AND (matter.department = public.onedoor_department()))
 OFFSET 0))));

CREATE POLICY own_matter ON public.visit_matter FOR SELECT USING (((public.onedoor_department() IS NOT NULL) AND (EXISTS ( SELECT
   FROM (public.plan
     JOIN public.matter ON ((matter.round = plan.round)))
  WHERE ((plan.id = visit_matter.plan) AND (matter.id = visit_matter.matter) AND (matter.department = public.onedoor_department()))))));

CREATE POLICY own_reveal ON public.commitment FOR UPDATE USING ((party = public.onedoor_department()));

CREATE POLICY own_role ON public.chance FOR SELECT USING (((public.onedoor_department() IS NOT NULL) AND (EXISTS ( SELECT
   FROM public.role
  WHERE ((role.plan = chance.plan) AND (role.id = chance.role) AND (role.department = public.onedoor_department()))))));

CREATE POLICY own_role ON public.team_member FOR SELECT USING (((public.onedoor_department() IS NOT NULL) AND (EXISTS ( SELECT
   FROM public.role
  WHERE ((role.plan = team_member.plan) AND (role.id = team_member.role) AND (role.department = public.onedoor_department()))))));

CREATE POLICY own_role ON public.tour FOR SELECT USING (((public.onedoor_department() IS NOT NULL) AND (EXISTS ( SELECT
   FROM public.role
  WHERE ((role.plan = tour.plan) AND (role.tour = tour.id) AND (role.department = public.onedoor_department()))))));

CREATE POLICY own_role ON public.visit FOR SELECT USING (((public.onedoor_department() IS NOT NULL) AND (EXISTS ( SELECT
   FROM public.role
  WHERE ((role.plan = visit.plan) AND (role.tour = visit.tour) AND (role.department = public.onedoor_department()))))));

CREATE POLICY own_secret ON public.commitment FOR SELECT USING ((party = public.onedoor_department()));

CREATE POLICY own_task ON public.batch FOR SELECT USING (((public.onedoor_department() IS NOT NULL) AND (EXISTS ( SELECT
   FROM public.plan_line
  WHERE ((plan_line.round = batch.round) AND (plan_line.task = batch.task) AND (plan_line.department = public.onedoor_department()))))));

CREATE POLICY own_task ON public.drawn_target FOR SELECT USING (((public.onedoor_department() IS NOT NULL) AND (EXISTS ( SELECT
   FROM public.plan_line
  WHERE ((plan_line.round = drawn_target.round) AND (plan_line.task = drawn_target.task) AND (plan_line.department = public.onedoor_department()))))));

CREATE POLICY own_task ON public.exclusion FOR SELECT USING (((public.onedoor_department() IS NOT NULL) AND (EXISTS ( SELECT
   FROM public.plan_line
  WHERE ((plan_line.round = exclusion.round) AND (plan_line.task = exclusion.entry) AND (plan_line.department = public.onedoor_department()))))));

CREATE POLICY own_trace ON public.audit_entry FOR INSERT WITH CHECK ((public.onedoor_actor() IS NOT NULL));

CREATE POLICY owner_finds ON public.target_search FOR SELECT TO pg_database_owner USING (true);

ALTER TABLE public.paper ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.plan ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.plan_line ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.plan_problem ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.planning ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.program_request ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.proposal ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.publication ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.recusal ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.recusal_request ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.registration ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.registration_change ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.registry_batch ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.replacement ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.replanning ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.rescheduling ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.result_form ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.role ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.round ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.session ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.shard ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.sign_in_failure ENABLE ROW LEVEL SECURITY;

CREATE POLICY speaks ON public.feedback FOR INSERT WITH CHECK ((public.onedoor_is('enterprise'::text) AND (EXISTS ( SELECT
   FROM public.letter
  WHERE (letter.round = feedback.round)))));

ALTER TABLE public.standing_member ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.submission ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.submitted_item ENABLE ROW LEVEL SECURITY;

CREATE POLICY supervisor ON public.annual_change FOR SELECT USING (public.onedoor_is_supervisor());

CREATE POLICY supervisor ON public.annual_issue FOR SELECT USING (public.onedoor_is_supervisor());

CREATE POLICY supervisor ON public.apart_pair FOR SELECT USING (public.onedoor_is_supervisor());

CREATE POLICY supervisor ON public.approval FOR SELECT USING (public.onedoor_is_supervisor());

CREATE POLICY supervisor ON public.area FOR SELECT USING (public.onedoor_is_supervisor());

CREATE POLICY supervisor ON public.asked_department FOR SELECT USING (public.onedoor_is_supervisor());

CREATE POLICY supervisor ON public.audit_entry FOR SELECT USING (public.onedoor_is_supervisor());

CREATE POLICY supervisor ON public.batch FOR SELECT USING (public.onedoor_is_supervisor());

CREATE POLICY supervisor ON public.caused_inspection FOR SELECT USING (public.onedoor_is_supervisor());

CREATE POLICY supervisor ON public.chance FOR SELECT USING (public.onedoor_is_supervisor());

CREATE POLICY supervisor ON public.closed_table FOR SELECT USING (public.onedoor_is_supervisor());

CREATE POLICY supervisor ON public.collection FOR SELECT USING (public.onedoor_is_supervisor());

CREATE POLICY supervisor ON public.commitment FOR SELECT USING (public.onedoor_is_supervisor());

CREATE POLICY supervisor ON public.correction FOR SELECT USING (public.onedoor_is_supervisor());

CREATE POLICY supervisor ON public.desk_member FOR SELECT USING (public.onedoor_is_supervisor());

CREATE POLICY supervisor ON public.destination FOR SELECT USING (public.onedoor_is_supervisor());

CREATE POLICY supervisor ON public.draw FOR SELECT USING (public.onedoor_is_supervisor());

CREATE POLICY supervisor ON public.draw_file FOR SELECT USING (public.onedoor_is_supervisor());

CREATE POLICY supervisor ON public.drawn_target FOR SELECT USING (public.onedoor_is_supervisor());

CREATE POLICY supervisor ON public.exclusion FOR SELECT USING (public.onedoor_is_supervisor());

CREATE POLICY supervisor ON public.feedback FOR SELECT USING (public.onedoor_is_supervisor());

CREATE POLICY supervisor ON public.finding FOR SELECT USING (public.onedoor_is_supervisor());

CREATE POLICY supervisor ON public.firm_request FOR SELECT USING (public.onedoor_is_supervisor());

CREATE POLICY supervisor ON public.hand_in FOR SELECT USING (public.onedoor_is_supervisor());

CREATE POLICY supervisor ON public.inspection_item FOR SELECT USING (public.onedoor_is_supervisor());

CREATE POLICY supervisor ON public.inspector FOR SELECT USING (public.onedoor_is_supervisor());

CREATE POLICY supervisor ON public.job FOR SELECT USING (public.onedoor_is_supervisor());

CREATE POLICY supervisor ON public.late_cause FOR SELECT USING (public.onedoor_is_supervisor());

CREATE POLICY supervisor ON public.letter FOR SELECT USING (public.onedoor_is_supervisor());

CREATE POLICY supervisor ON public.matter FOR SELECT USING (public.onedoor_is_supervisor());

CREATE POLICY supervisor ON public.outbox FOR SELECT USING (public.onedoor_is_supervisor());

CREATE POLICY supervisor ON public.paper FOR SELECT USING (public.onedoor_is_supervisor());

CREATE POLICY supervisor ON public.plan FOR SELECT USING (public.onedoor_is_supervisor());

CREATE POLICY supervisor ON public.plan_line FOR SELECT USING (public.onedoor_is_supervisor());

CREATE POLICY supervisor ON public.plan_problem FOR SELECT USING (public.onedoor_is_supervisor());

CREATE POLICY supervisor ON public.planning FOR SELECT USING (public.onedoor_is_supervisor());

CREATE POLICY supervisor ON public.proposal FOR SELECT USING (public.onedoor_is_supervisor());

CREATE POLICY supervisor ON public.publication FOR SELECT USING (public.onedoor_is_supervisor());

CREATE POLICY supervisor ON public.recusal FOR SELECT USING (public.onedoor_is_supervisor());

CREATE POLICY supervisor ON public.recusal_request FOR SELECT USING (public.onedoor_is_supervisor());

CREATE POLICY supervisor ON public.replacement FOR SELECT USING (public.onedoor_is_supervisor());

CREATE POLICY supervisor ON public.replanning FOR SELECT USING (public.onedoor_is_supervisor());

CREATE POLICY supervisor ON public.rescheduling FOR SELECT USING (public.onedoor_is_supervisor());

CREATE POLICY supervisor ON public.result_form FOR SELECT USING (public.onedoor_is_supervisor());

CREATE POLICY supervisor ON public.role FOR SELECT USING (public.onedoor_is_supervisor());

CREATE POLICY supervisor ON public.round FOR SELECT USING (public.onedoor_is_supervisor());

CREATE POLICY supervisor ON public.shard FOR SELECT USING (public.onedoor_is_supervisor());

CREATE POLICY supervisor ON public.standing_member FOR SELECT USING (public.onedoor_is_supervisor());

CREATE POLICY supervisor ON public.submission FOR SELECT USING (public.onedoor_is_supervisor());

CREATE POLICY supervisor ON public.submitted_item FOR SELECT USING (public.onedoor_is_supervisor());

CREATE POLICY supervisor ON public.target FOR SELECT USING (public.onedoor_is_supervisor());

CREATE POLICY supervisor ON public.target_entry FOR SELECT USING (( SELECT public.onedoor_is_supervisor() AS onedoor_is_supervisor));

CREATE POLICY supervisor ON public.target_merge FOR SELECT USING (public.onedoor_is_supervisor());

CREATE POLICY supervisor ON public.target_search FOR SELECT USING (public.onedoor_is_supervisor());

CREATE POLICY supervisor ON public.task FOR SELECT USING (public.onedoor_is_supervisor());

CREATE POLICY supervisor ON public.team_member FOR SELECT USING (public.onedoor_is_supervisor());

CREATE POLICY supervisor ON public.told_visit FOR SELECT USING (public.onedoor_is_supervisor());

CREATE POLICY supervisor ON public.tour FOR SELECT USING (public.onedoor_is_supervisor());

CREATE POLICY supervisor ON public.unplanned_cause FOR SELECT USING (public.onedoor_is_supervisor());

CREATE POLICY supervisor ON public.visit FOR SELECT USING (public.onedoor_is_supervisor());

CREATE POLICY supervisor ON public.visit_matter FOR SELECT USING (public.onedoor_is_supervisor());

CREATE POLICY taking_part ON public.draw FOR SELECT USING (((public.onedoor_department() IS NOT NULL) AND (EXISTS ( SELECT
   FROM public.submission
  WHERE ((submission.round = draw.round) AND (submission.department = public.onedoor_department()))))));

CREATE POLICY taking_part ON public.firm_request FOR SELECT USING ((public.onedoor_department() = ANY (departments)));

CREATE POLICY taking_part ON public.letter USING ((public.onedoor_department() = ANY (departments)));

CREATE POLICY taking_part ON public.plan FOR SELECT USING (((public.onedoor_department() IS NOT NULL) AND (EXISTS ( SELECT
   FROM public.submission
  WHERE ((submission.round = plan.round) AND (submission.department = public.onedoor_department()))))));

CREATE POLICY taking_part ON public.round FOR SELECT USING (((public.onedoor_department() IS NOT NULL) AND (EXISTS ( SELECT
   FROM public.submission
  WHERE ((submission.round = round.id) AND (submission.department = public.onedoor_department()))))));

ALTER TABLE public.target ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.target_entry ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.target_merge ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.target_search ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.task ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.team_member ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.told_visit ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.tour ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.unplanned_cause ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.visit ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.visit_matter ENABLE ROW LEVEL SECURITY;

CREATE POLICY whoever_reads ON public.registration FOR SELECT USING (( SELECT ((public.onedoor_department() IS NOT NULL) OR public.onedoor_is_supervisor())));

CREATE POLICY whoever_reads ON public.registration_change FOR SELECT USING (( SELECT ((public.onedoor_department() IS NOT NULL) OR public.onedoor_is_supervisor())));

CREATE POLICY whoever_reads ON public.registry_batch FOR SELECT USING (( SELECT ((public.onedoor_department() IS NOT NULL) OR public.onedoor_is_supervisor())));

GRANT USAGE ON SCHEMA public TO app;

REVOKE ALL ON FUNCTION public.erase_outlived(contacts_before date, names_before date, accounts_before timestamp with time zone, tries_before timestamp with time zone) FROM PUBLIC;
GRANT ALL ON FUNCTION public.erase_outlived(contacts_before date, names_before date, accounts_before timestamp with time zone, tries_before timestamp with time zone) TO app;

REVOKE ALL ON FUNCTION public.onedoor_alike_targets(most integer) FROM PUBLIC;
GRANT ALL ON FUNCTION public.onedoor_alike_targets(most integer) TO app;

REVOKE ALL ON FUNCTION public.onedoor_find_targets(wanted text, after_pinyin text, after_target text, most integer) FROM PUBLIC;
GRANT ALL ON FUNCTION public.onedoor_find_targets(wanted text, after_pinyin text, after_target text, most integer) TO app;

GRANT SELECT ON TABLE public.account TO app;

GRANT INSERT(id) ON TABLE public.account TO app;

GRANT INSERT(login) ON TABLE public.account TO app;

GRANT INSERT(name) ON TABLE public.account TO app;

GRANT INSERT(office) ON TABLE public.account TO app;

GRANT INSERT(department) ON TABLE public.account TO app;

GRANT UPDATE(has_password) ON TABLE public.account TO app;

GRANT UPDATE(has_second_factor) ON TABLE public.account TO app;

GRANT INSERT(created_at) ON TABLE public.account TO app;

GRANT UPDATE(locked_at) ON TABLE public.account TO app;

GRANT UPDATE(ended_at) ON TABLE public.account TO app;

GRANT UPDATE(successor) ON TABLE public.account TO app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.account_secret TO app;

GRANT SELECT,INSERT ON TABLE public.annual_change TO app;

GRANT SELECT ON TABLE public.annual_issue TO app;

GRANT INSERT(id) ON TABLE public.annual_issue TO app;

GRANT INSERT(year) ON TABLE public.annual_issue TO app;

GRANT INSERT(issue) ON TABLE public.annual_issue TO app;

GRANT INSERT(content) ON TABLE public.annual_issue TO app;

GRANT INSERT(digest) ON TABLE public.annual_issue TO app;

GRANT INSERT(drawn_up_by) ON TABLE public.annual_issue TO app;

GRANT INSERT(drawn_up_name) ON TABLE public.annual_issue TO app;

GRANT INSERT(drawn_up_at) ON TABLE public.annual_issue TO app;

GRANT UPDATE(decision) ON TABLE public.annual_issue TO app;

GRANT UPDATE(decided_by) ON TABLE public.annual_issue TO app;

GRANT UPDATE(decided_name) ON TABLE public.annual_issue TO app;

GRANT UPDATE(decided_at) ON TABLE public.annual_issue TO app;

GRANT UPDATE(number) ON TABLE public.annual_issue TO app;

GRANT UPDATE(reason) ON TABLE public.annual_issue TO app;

GRANT SELECT,INSERT ON TABLE public.apart_pair TO app;

GRANT SELECT,INSERT ON TABLE public.api_token TO app;

GRANT UPDATE(revoked_at) ON TABLE public.api_token TO app;

GRANT SELECT ON TABLE public.approval TO app;

GRANT INSERT(id) ON TABLE public.approval TO app;

GRANT INSERT(round) ON TABLE public.approval TO app;

GRANT INSERT(issue) ON TABLE public.approval TO app;

GRANT INSERT(digest) ON TABLE public.approval TO app;

GRANT INSERT(drawn_up_by) ON TABLE public.approval TO app;

GRANT INSERT(drawn_up_name) ON TABLE public.approval TO app;

GRANT INSERT(drawn_up_at) ON TABLE public.approval TO app;

GRANT INSERT(single_operator) ON TABLE public.approval TO app;

GRANT UPDATE(decision) ON TABLE public.approval TO app;

GRANT UPDATE(decided_by) ON TABLE public.approval TO app;

GRANT UPDATE(decided_name) ON TABLE public.approval TO app;

GRANT UPDATE(decided_at) ON TABLE public.approval TO app;

GRANT UPDATE(number) ON TABLE public.approval TO app;

GRANT UPDATE(reason) ON TABLE public.approval TO app;

GRANT INSERT(team_changes) ON TABLE public.approval TO app;

GRANT SELECT,INSERT ON TABLE public.area TO app;

GRANT SELECT,INSERT,DELETE ON TABLE public.asked_department TO app;

GRANT SELECT,INSERT ON TABLE public.audit_entry TO app;

GRANT SELECT,INSERT ON TABLE public.batch TO app;

GRANT SELECT,INSERT ON TABLE public.calendar_day TO app;

GRANT SELECT,INSERT ON TABLE public.calendar_year TO app;

GRANT SELECT,INSERT ON TABLE public.caused_inspection TO app;

GRANT SELECT,INSERT ON TABLE public.chance TO app;

GRANT SELECT,INSERT ON TABLE public.closed_table TO app;

GRANT SELECT,INSERT ON TABLE public.collection TO app;

GRANT UPDATE(settings_file) ON TABLE public.collection TO app;

GRANT UPDATE(due_on) ON TABLE public.collection TO app;

GRANT SELECT ON TABLE public.commitment TO app;

GRANT INSERT(draw) ON TABLE public.commitment TO app;

GRANT INSERT(party) ON TABLE public.commitment TO app;

GRANT INSERT(commitment) ON TABLE public.commitment TO app;

GRANT INSERT(committed_at) ON TABLE public.commitment TO app;

GRANT UPDATE(secret) ON TABLE public.commitment TO app;

GRANT UPDATE(revealed_at) ON TABLE public.commitment TO app;

GRANT SELECT,INSERT ON TABLE public.correction TO app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.delivery TO app;

GRANT SELECT,INSERT ON TABLE public.delivery_attempt TO app;

GRANT USAGE ON SEQUENCE public.delivery_place TO app;

GRANT SELECT,INSERT ON TABLE public.desk_member TO app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.destination TO app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.destination_secret TO app;

GRANT SELECT ON TABLE public.draw TO app;

GRANT INSERT(id) ON TABLE public.draw TO app;

GRANT INSERT(round) ON TABLE public.draw TO app;

GRANT INSERT(stage) ON TABLE public.draw TO app;

GRANT INSERT(attempt) ON TABLE public.draw TO app;

GRANT INSERT(document_digest) ON TABLE public.draw TO app;

GRANT INSERT(single_operator) ON TABLE public.draw TO app;

GRANT INSERT(fixed_at) ON TABLE public.draw TO app;

GRANT UPDATE(state) ON TABLE public.draw TO app;

GRANT UPDATE(beacon) ON TABLE public.draw TO app;

GRANT UPDATE(seed) ON TABLE public.draw TO app;

GRANT UPDATE(transcript) ON TABLE public.draw TO app;

GRANT UPDATE(transcript_digest) ON TABLE public.draw TO app;

GRANT UPDATE(ended_at) ON TABLE public.draw TO app;

GRANT UPDATE(closed_at) ON TABLE public.draw TO app;

GRANT UPDATE(void_reason) ON TABLE public.draw TO app;

GRANT SELECT,INSERT ON TABLE public.draw_file TO app;

GRANT SELECT,INSERT ON TABLE public.drawn_target TO app;

GRANT SELECT,INSERT ON TABLE public.exclusion TO app;

GRANT SELECT,INSERT ON TABLE public.feedback TO app;

GRANT SELECT,INSERT ON TABLE public.feedback_mark TO app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.finding TO app;

GRANT SELECT ON TABLE public.firm_request TO app;

GRANT INSERT(id) ON TABLE public.firm_request TO app;

GRANT INSERT(letter) ON TABLE public.firm_request TO app;

GRANT INSERT(round) ON TABLE public.firm_request TO app;

GRANT INSERT(target) ON TABLE public.firm_request TO app;

GRANT INSERT(departments) ON TABLE public.firm_request TO app;

GRANT INSERT(kind) ON TABLE public.firm_request TO app;

GRANT INSERT(visit) ON TABLE public.firm_request TO app;

GRANT INSERT(wished_day) ON TABLE public.firm_request TO app;

GRANT INSERT(inspector) ON TABLE public.firm_request TO app;

GRANT INSERT(reason) ON TABLE public.firm_request TO app;

GRANT INSERT(made_at) ON TABLE public.firm_request TO app;

GRANT UPDATE(granted) ON TABLE public.firm_request TO app;

GRANT UPDATE(answer) ON TABLE public.firm_request TO app;

GRANT UPDATE(answered_by) ON TABLE public.firm_request TO app;

GRANT UPDATE(answered_at) ON TABLE public.firm_request TO app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.registration TO app;

GRANT SELECT,INSERT ON TABLE public.registration_change TO app;

GRANT SELECT ON TABLE public.former_number TO app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.forwarding TO app;

GRANT SELECT,DELETE ON TABLE public.hand_in TO app;

GRANT INSERT(id) ON TABLE public.hand_in TO app;

GRANT INSERT(round) ON TABLE public.hand_in TO app;

GRANT INSERT(department) ON TABLE public.hand_in TO app;

GRANT INSERT(file) ON TABLE public.hand_in TO app;

GRANT INSERT(sha256) ON TABLE public.hand_in TO app;

GRANT INSERT(content) ON TABLE public.hand_in TO app;

GRANT INSERT(replaces) ON TABLE public.hand_in TO app;

GRANT INSERT(settings_digest) ON TABLE public.hand_in TO app;

GRANT INSERT(trial) ON TABLE public.hand_in TO app;

GRANT INSERT(tried_by) ON TABLE public.hand_in TO app;

GRANT INSERT(tried_at) ON TABLE public.hand_in TO app;

GRANT UPDATE(number) ON TABLE public.hand_in TO app;

GRANT UPDATE(handed_in_by) ON TABLE public.hand_in TO app;

GRANT UPDATE(handed_in_at) ON TABLE public.hand_in TO app;

GRANT UPDATE(undone_by) ON TABLE public.hand_in TO app;

GRANT UPDATE(undone_at) ON TABLE public.hand_in TO app;

GRANT SELECT,INSERT ON TABLE public.inspection_item TO app;

GRANT SELECT,INSERT ON TABLE public.inspector TO app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.job TO app;

GRANT SELECT ON TABLE public.late_cause TO app;

GRANT INSERT(id) ON TABLE public.late_cause TO app;

GRANT INSERT(round) ON TABLE public.late_cause TO app;

GRANT INSERT(department) ON TABLE public.late_cause TO app;

GRANT INSERT(number) ON TABLE public.late_cause TO app;

GRANT INSERT(matter) ON TABLE public.late_cause TO app;

GRANT INSERT(target) ON TABLE public.late_cause TO app;

GRANT INSERT(item) ON TABLE public.late_cause TO app;

GRANT INSERT(source) ON TABLE public.late_cause TO app;

GRANT INSERT(document) ON TABLE public.late_cause TO app;

GRANT INSERT(note) ON TABLE public.late_cause TO app;

GRANT INSERT(first_day) ON TABLE public.late_cause TO app;

GRANT INSERT(last_day) ON TABLE public.late_cause TO app;

GRANT INSERT(filed_by) ON TABLE public.late_cause TO app;

GRANT INSERT(filed_name) ON TABLE public.late_cause TO app;

GRANT INSERT(filed_at) ON TABLE public.late_cause TO app;

GRANT UPDATE(outcome) ON TABLE public.late_cause TO app;

GRANT UPDATE(plan) ON TABLE public.late_cause TO app;

GRANT UPDATE(decided_name) ON TABLE public.late_cause TO app;

GRANT UPDATE(decided_at) ON TABLE public.late_cause TO app;

GRANT SELECT ON TABLE public.letter TO app;

GRANT INSERT(id) ON TABLE public.letter TO app;

GRANT INSERT(round) ON TABLE public.letter TO app;

GRANT INSERT(target) ON TABLE public.letter TO app;

GRANT INSERT(departments) ON TABLE public.letter TO app;

GRANT INSERT(number) ON TABLE public.letter TO app;

GRANT INSERT(issued_at) ON TABLE public.letter TO app;

GRANT INSERT(expires_at) ON TABLE public.letter TO app;

GRANT UPDATE(first_opened_on) ON TABLE public.letter TO app;

GRANT UPDATE(reopened_at) ON TABLE public.letter TO app;

GRANT UPDATE(withdrawn_at) ON TABLE public.letter TO app;

GRANT SELECT,INSERT ON TABLE public.letter_secret TO app;

GRANT UPDATE(feed_digest) ON TABLE public.letter_secret TO app;

GRANT SELECT,INSERT,DELETE ON TABLE public.letter_session TO app;

GRANT UPDATE(seen_at) ON TABLE public.letter_session TO app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.letter_try TO app;

GRANT SELECT,INSERT ON TABLE public.matter TO app;

GRANT SELECT ON TABLE public.migration TO app;

GRANT SELECT,INSERT ON TABLE public.outbox TO app;

GRANT SELECT,INSERT ON TABLE public.outbox_file TO app;

GRANT SELECT,INSERT ON TABLE public.paper TO app;

GRANT SELECT,INSERT ON TABLE public.plan TO app;

GRANT UPDATE(live) ON TABLE public.plan TO app;

GRANT SELECT,INSERT ON TABLE public.plan_line TO app;

GRANT SELECT,INSERT ON TABLE public.plan_problem TO app;

GRANT SELECT,INSERT,DELETE ON TABLE public.planning TO app;

GRANT UPDATE(incumbent) ON TABLE public.planning TO app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.program_request TO app;

GRANT SELECT ON TABLE public.proposal TO app;

GRANT INSERT(id) ON TABLE public.proposal TO app;

GRANT INSERT(act) ON TABLE public.proposal TO app;

GRANT INSERT(subject) ON TABLE public.proposal TO app;

GRANT INSERT(round) ON TABLE public.proposal TO app;

GRANT INSERT(facts) ON TABLE public.proposal TO app;

GRANT INSERT(proposer) ON TABLE public.proposal TO app;

GRANT INSERT(proposer_name) ON TABLE public.proposal TO app;

GRANT INSERT(proposed_at) ON TABLE public.proposal TO app;

GRANT INSERT(expires_at) ON TABLE public.proposal TO app;

GRANT UPDATE(confirmer) ON TABLE public.proposal TO app;

GRANT UPDATE(confirmer_name) ON TABLE public.proposal TO app;

GRANT UPDATE(confirmed_at) ON TABLE public.proposal TO app;

GRANT UPDATE(withdrawn_at) ON TABLE public.proposal TO app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.publication TO app;

GRANT SELECT,INSERT ON TABLE public.recusal TO app;

GRANT SELECT ON TABLE public.recusal_request TO app;

GRANT INSERT(id) ON TABLE public.recusal_request TO app;

GRANT INSERT(round) ON TABLE public.recusal_request TO app;

GRANT INSERT(target) ON TABLE public.recusal_request TO app;

GRANT INSERT(inspector) ON TABLE public.recusal_request TO app;

GRANT INSERT(department) ON TABLE public.recusal_request TO app;

GRANT INSERT(cause) ON TABLE public.recusal_request TO app;

GRANT INSERT(reason) ON TABLE public.recusal_request TO app;

GRANT INSERT(asked_by) ON TABLE public.recusal_request TO app;

GRANT INSERT(asked_name) ON TABLE public.recusal_request TO app;

GRANT INSERT(asked_at) ON TABLE public.recusal_request TO app;

GRANT INSERT(due_on) ON TABLE public.recusal_request TO app;

GRANT UPDATE(decision) ON TABLE public.recusal_request TO app;

GRANT UPDATE(decided_by) ON TABLE public.recusal_request TO app;

GRANT UPDATE(decided_name) ON TABLE public.recusal_request TO app;

GRANT UPDATE(decided_at) ON TABLE public.recusal_request TO app;

GRANT UPDATE(decision_reason) ON TABLE public.recusal_request TO app;

GRANT SELECT,INSERT ON TABLE public.registry_batch TO app;

GRANT UPDATE(cursor) ON TABLE public.registry_batch TO app;

GRANT UPDATE(rows) ON TABLE public.registry_batch TO app;

GRANT UPDATE(refused) ON TABLE public.registry_batch TO app;

GRANT SELECT,INSERT ON TABLE public.replacement TO app;

GRANT SELECT ON TABLE public.replanning TO app;

GRANT INSERT(id) ON TABLE public.replanning TO app;

GRANT INSERT(round) ON TABLE public.replanning TO app;

GRANT INSERT(base) ON TABLE public.replanning TO app;

GRANT INSERT(alterations) ON TABLE public.replanning TO app;

GRANT INSERT(is_looser) ON TABLE public.replanning TO app;

GRANT INSERT(problem) ON TABLE public.replanning TO app;

GRANT INSERT(asked_name) ON TABLE public.replanning TO app;

GRANT INSERT(asked_at) ON TABLE public.replanning TO app;

GRANT UPDATE(document) ON TABLE public.replanning TO app;

GRANT UPDATE(moves) ON TABLE public.replanning TO app;

GRANT UPDATE(outcome) ON TABLE public.replanning TO app;

GRANT UPDATE(decided_name) ON TABLE public.replanning TO app;

GRANT UPDATE(decided_at) ON TABLE public.replanning TO app;

GRANT UPDATE(reason) ON TABLE public.replanning TO app;

GRANT UPDATE(proposal) ON TABLE public.replanning TO app;

GRANT SELECT ON TABLE public.rescheduling TO app;

GRANT INSERT(round) ON TABLE public.rescheduling TO app;

GRANT INSERT(number) ON TABLE public.rescheduling TO app;

GRANT INSERT(plan) ON TABLE public.rescheduling TO app;

GRANT INSERT(matter) ON TABLE public.rescheduling TO app;

GRANT INSERT(target) ON TABLE public.rescheduling TO app;

GRANT INSERT(was_tour) ON TABLE public.rescheduling TO app;

GRANT INSERT(was_half_day) ON TABLE public.rescheduling TO app;

GRANT INSERT(was_start) ON TABLE public.rescheduling TO app;

GRANT INSERT(tour) ON TABLE public.rescheduling TO app;

GRANT INSERT(half_day) ON TABLE public.rescheduling TO app;

GRANT INSERT(start) ON TABLE public.rescheduling TO app;

GRANT INSERT(joins) ON TABLE public.rescheduling TO app;

GRANT INSERT(replacements) ON TABLE public.rescheduling TO app;

GRANT INSERT(changes) ON TABLE public.rescheduling TO app;

GRANT INSERT(reason) ON TABLE public.rescheduling TO app;

GRANT INSERT(request) ON TABLE public.rescheduling TO app;

GRANT INSERT(moved_by) ON TABLE public.rescheduling TO app;

GRANT INSERT(moved_name) ON TABLE public.rescheduling TO app;

GRANT INSERT(at) ON TABLE public.rescheduling TO app;

GRANT SELECT,DELETE ON TABLE public.result_form TO app;

GRANT INSERT(id) ON TABLE public.result_form TO app;

GRANT INSERT(round) ON TABLE public.result_form TO app;

GRANT INSERT(department) ON TABLE public.result_form TO app;

GRANT INSERT(file) ON TABLE public.result_form TO app;

GRANT INSERT(sha256) ON TABLE public.result_form TO app;

GRANT INSERT(content),UPDATE(content) ON TABLE public.result_form TO app;

GRANT INSERT(tried_by) ON TABLE public.result_form TO app;

GRANT INSERT(tried_at) ON TABLE public.result_form TO app;

GRANT UPDATE(entered_by) ON TABLE public.result_form TO app;

GRANT UPDATE(entered_at) ON TABLE public.result_form TO app;

GRANT SELECT,INSERT ON TABLE public.role TO app;

GRANT SELECT,DELETE ON TABLE public.round TO app;

GRANT INSERT(id) ON TABLE public.round TO app;

GRANT INSERT(code) ON TABLE public.round TO app;

GRANT INSERT(rehearsal_seed) ON TABLE public.round TO app;

GRANT INSERT(settings),UPDATE(settings) ON TABLE public.round TO app;

GRANT INSERT(content_digest),UPDATE(content_digest) ON TABLE public.round TO app;

GRANT UPDATE(stage) ON TABLE public.round TO app;

GRANT UPDATE(team_changes) ON TABLE public.round TO app;

GRANT SELECT,INSERT,DELETE ON TABLE public.session TO app;

GRANT UPDATE(seen_at) ON TABLE public.session TO app;

GRANT SELECT,INSERT ON TABLE public.shard TO app;

GRANT UPDATE(answer) ON TABLE public.shard TO app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.sign_in_failure TO app;

GRANT SELECT,INSERT,DELETE ON TABLE public.standing_member TO app;

GRANT SELECT,INSERT,DELETE ON TABLE public.submission TO app;

GRANT SELECT,INSERT ON TABLE public.submitted_item TO app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.target TO app;

GRANT SELECT,INSERT ON TABLE public.target_entry TO app;

GRANT SELECT,INSERT ON TABLE public.target_merge TO app;

GRANT UPDATE(undone_by) ON TABLE public.target_merge TO app;

GRANT UPDATE(undone_at) ON TABLE public.target_merge TO app;

GRANT SELECT ON TABLE public.target_reference TO app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.target_search TO app;

GRANT SELECT,INSERT ON TABLE public.task TO app;

GRANT SELECT,INSERT ON TABLE public.team_member TO app;

GRANT SELECT,INSERT ON TABLE public.told_visit TO app;

GRANT UPDATE(begins_at) ON TABLE public.told_visit TO app;

GRANT UPDATE(ends_at) ON TABLE public.told_visit TO app;

GRANT UPDATE(content_digest) ON TABLE public.told_visit TO app;

GRANT UPDATE(sequence) ON TABLE public.told_visit TO app;

GRANT UPDATE(cancelled) ON TABLE public.told_visit TO app;

GRANT UPDATE(told_at) ON TABLE public.told_visit TO app;

GRANT SELECT,INSERT ON TABLE public.tour TO app;

GRANT SELECT,INSERT ON TABLE public.unplanned_cause TO app;

GRANT SELECT,INSERT ON TABLE public.visit TO app;

GRANT SELECT,INSERT ON TABLE public.visit_matter TO app;

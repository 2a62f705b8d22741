-- Personal data are kept as long as they are needed, and then erased: by this function alone, which the service may call
-- and not widen. What was drawn, planned and found stays: it names people by their numbers.

CREATE OR REPLACE FUNCTION refuse_other_end() RETURNS trigger
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

DROP TRIGGER account_stays_ended ON account;
CREATE TRIGGER account_stays_ended
    BEFORE UPDATE ON account
    FOR EACH ROW WHEN (OLD.ended_at IS NOT NULL AND NOT (
        NEW.name = '（已删除）' AND to_jsonb(NEW) - 'name' = to_jsonb(OLD) - 'name'))
    EXECUTE FUNCTION refuse_change();

-- Gives how many rows of each kind were erased. The three moments are years ago and cannot be later: whoever could call
-- it with others would still erase nothing that is needed.
CREATE FUNCTION erase_outlived(contacts_before date, names_before date, accounts_before timestamptz, tries_before timestamptz)
    RETURNS jsonb
    LANGUAGE plpgsql
    SECURITY DEFINER
    SET search_path = pg_catalog, public
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

REVOKE ALL ON FUNCTION erase_outlived FROM PUBLIC;
GRANT EXECUTE ON FUNCTION erase_outlived TO app;

-- While a round is collected in the web its settings may be changed, and with them the round.toml that says them.

GRANT UPDATE (settings_file) ON collection TO app;

CREATE FUNCTION refuse_late_settings() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM round WHERE id = NEW.round AND stage = 'collected') THEN
        RAISE EXCEPTION 'the names of round % are fixed', NEW.round USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER settings_are_changed_while_collected
    BEFORE UPDATE OF settings_file ON collection
    FOR EACH ROW EXECUTE FUNCTION refuse_late_settings();

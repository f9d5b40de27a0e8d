"""Events and seals are append-only in the database itself; each new event joins the sealer's queue.

TRUNCATE is refused too, unless the session says `SET motcua.allow_truncate = 'on'` (the test runner's flush does).
"""

from django.db import migrations

FORWARD = """
CREATE FUNCTION events_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'TRUNCATE' AND current_setting('motcua.allow_truncate', true) = 'on' THEN
        RETURN NULL;
    END IF;
    RAISE EXCEPTION 'table % is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER events_append_only BEFORE UPDATE OR DELETE ON events_event
    FOR EACH ROW EXECUTE FUNCTION events_refuse_change();
CREATE TRIGGER events_no_truncate BEFORE TRUNCATE ON events_event
    FOR EACH STATEMENT EXECUTE FUNCTION events_refuse_change();
CREATE TRIGGER seals_append_only BEFORE UPDATE OR DELETE ON events_seal
    FOR EACH ROW EXECUTE FUNCTION events_refuse_change();
CREATE TRIGGER seals_no_truncate BEFORE TRUNCATE ON events_seal
    FOR EACH STATEMENT EXECUTE FUNCTION events_refuse_change();
CREATE FUNCTION events_await_seal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO events_unsealed (event_id) SELECT id FROM fresh;
    RETURN NULL;
END $$;
CREATE TRIGGER events_await_seal AFTER INSERT ON events_event
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION events_await_seal();
INSERT INTO events_unsealed (event_id) SELECT id FROM events_event;
"""

BACKWARD = """
DROP TRIGGER events_await_seal ON events_event;
DROP FUNCTION events_await_seal();
DROP TRIGGER events_append_only ON events_event;
DROP TRIGGER events_no_truncate ON events_event;
DROP TRIGGER seals_append_only ON events_seal;
DROP TRIGGER seals_no_truncate ON events_seal;
DROP FUNCTION events_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("events", "0002_seals")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]

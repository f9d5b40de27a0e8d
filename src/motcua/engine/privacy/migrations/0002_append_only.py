"""Readings are append-only in the database itself.

TRUNCATE is refused too, unless the session says `SET motcua.allow_truncate = 'on'` (the test runner's flush does).
"""

from django.db import migrations

FORWARD = """
CREATE FUNCTION privacy_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'TRUNCATE' AND current_setting('motcua.allow_truncate', true) = 'on' THEN
        RETURN NULL;
    END IF;
    RAISE EXCEPTION 'table % is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER readings_append_only BEFORE UPDATE OR DELETE ON privacy_reading
    FOR EACH ROW EXECUTE FUNCTION privacy_refuse_change();
CREATE TRIGGER readings_no_truncate BEFORE TRUNCATE ON privacy_reading
    FOR EACH STATEMENT EXECUTE FUNCTION privacy_refuse_change();
"""

BACKWARD = """
DROP TRIGGER readings_append_only ON privacy_reading;
DROP TRIGGER readings_no_truncate ON privacy_reading;
DROP FUNCTION privacy_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("privacy", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]

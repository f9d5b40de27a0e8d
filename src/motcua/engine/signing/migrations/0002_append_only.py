"""Records of signing are append-only in the database itself.

TRUNCATE is refused too, unless the session says `SET motcua.allow_truncate = 'on'` (the test runner's flush does).
"""

from django.db import migrations

FORWARD = """
CREATE FUNCTION signing_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'TRUNCATE' AND current_setting('motcua.allow_truncate', true) = 'on' THEN
        RETURN NULL;
    END IF;
    RAISE EXCEPTION 'table % is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER signing_records_append_only BEFORE UPDATE OR DELETE ON signing_signaturerecord
    FOR EACH ROW EXECUTE FUNCTION signing_refuse_change();
CREATE TRIGGER signing_records_no_truncate BEFORE TRUNCATE ON signing_signaturerecord
    FOR EACH STATEMENT EXECUTE FUNCTION signing_refuse_change();
"""

BACKWARD = """
DROP TRIGGER signing_records_append_only ON signing_signaturerecord;
DROP TRIGGER signing_records_no_truncate ON signing_signaturerecord;
DROP FUNCTION signing_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("signing", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]

"""A number given is never removed nor given to another; a register is never removed.

TRUNCATE is refused too, unless the session says `SET motcua.allow_truncate = 'on'` (the test runner's flush does).
The counter's row is rewritten at every number: room in its page keeps that from growing the table.
"""

from django.db import migrations

FORWARD = """
ALTER TABLE registers_counter SET (fillfactor = 50);
CREATE FUNCTION registers_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'TRUNCATE' AND current_setting('motcua.allow_truncate', true) = 'on' THEN
        RETURN NULL;
    END IF;
    RAISE EXCEPTION 'numbers of table % are never removed nor changed', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER registers_number_kept BEFORE DELETE ON registers_registerednumber
    FOR EACH ROW EXECUTE FUNCTION registers_refuse_change();
CREATE TRIGGER registers_number_same
    BEFORE UPDATE OF province_id, kind, unit_code, period, number, subject, given_at
    ON registers_registerednumber FOR EACH ROW EXECUTE FUNCTION registers_refuse_change();
CREATE TRIGGER registers_number_no_truncate BEFORE TRUNCATE ON registers_registerednumber
    FOR EACH STATEMENT EXECUTE FUNCTION registers_refuse_change();
CREATE TRIGGER registers_counter_kept BEFORE DELETE ON registers_counter
    FOR EACH ROW EXECUTE FUNCTION registers_refuse_change();
CREATE TRIGGER registers_counter_same BEFORE UPDATE OF province_id, kind, unit_code, period ON registers_counter
    FOR EACH ROW EXECUTE FUNCTION registers_refuse_change();
CREATE TRIGGER registers_counter_no_truncate BEFORE TRUNCATE ON registers_counter
    FOR EACH STATEMENT EXECUTE FUNCTION registers_refuse_change();
"""

BACKWARD = """
DROP TRIGGER registers_number_kept ON registers_registerednumber;
DROP TRIGGER registers_number_same ON registers_registerednumber;
DROP TRIGGER registers_number_no_truncate ON registers_registerednumber;
DROP TRIGGER registers_counter_kept ON registers_counter;
DROP TRIGGER registers_counter_same ON registers_counter;
DROP TRIGGER registers_counter_no_truncate ON registers_counter;
DROP FUNCTION registers_refuse_change();
ALTER TABLE registers_counter RESET (fillfactor);
"""


class Migration(migrations.Migration):
    dependencies = [("registers", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]

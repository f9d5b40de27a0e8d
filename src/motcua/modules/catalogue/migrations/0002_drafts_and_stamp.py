import django.db.models.deletion
from django.db import migrations, models

import motcua.kernel.ids

# The stamp is written as the transaction commits, once: a lock held any longer would make writers of the
# catalogue wait for each other, or stand across each other's way.
FORWARD = """
ALTER TABLE catalogue_stamp ADD COLUMN written_by xid8;
CREATE SEQUENCE catalogue_stamp_value;
CREATE FUNCTION catalogue_touch_stamp() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO catalogue_stamp (id, value, written_by)
  VALUES (1, nextval('catalogue_stamp_value'), pg_current_xact_id())
  ON CONFLICT (id) DO UPDATE SET value = EXCLUDED.value, written_by = EXCLUDED.written_by
  WHERE catalogue_stamp.written_by IS DISTINCT FROM EXCLUDED.written_by;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER catalogue_version_touched AFTER INSERT OR UPDATE OR DELETE ON catalogue_version
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION catalogue_touch_stamp();
CREATE CONSTRAINT TRIGGER catalogue_override_touched AFTER INSERT OR UPDATE OR DELETE ON catalogue_override
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION catalogue_touch_stamp();
CREATE CONSTRAINT TRIGGER catalogue_field_touched AFTER UPDATE ON catalogue_field
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION catalogue_touch_stamp();
CREATE CONSTRAINT TRIGGER catalogue_procedure_touched
  AFTER UPDATE OF code, lifecycle, at_ministry, at_province, at_commune, origin, essential, tags
  ON catalogue_procedure DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION catalogue_touch_stamp();
"""
BACKWARD = """
DROP TRIGGER catalogue_procedure_touched ON catalogue_procedure;
DROP TRIGGER catalogue_field_touched ON catalogue_field;
DROP TRIGGER catalogue_override_touched ON catalogue_override;
DROP TRIGGER catalogue_version_touched ON catalogue_version;
DROP FUNCTION catalogue_touch_stamp();
DROP SEQUENCE catalogue_stamp_value;
ALTER TABLE catalogue_stamp DROP COLUMN written_by;
"""


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0001_initial"), ("provinces", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Stamp",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("value", models.BigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="Draft",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("uid", models.UUIDField(default=motcua.kernel.ids.uuid7, editable=False, unique=True)),
                ("body", models.JSONField(default=dict)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "Đang soạn"),
                            ("announced", "Đã công bố"),
                            ("discarded", "Đã bỏ"),
                        ],
                        default="open",
                        max_length=10,
                    ),
                ),
                ("revision", models.PositiveIntegerField(default=1)),
                ("owner_id", models.BigIntegerField(null=True)),
                ("updated_at", models.DateTimeField()),
                (
                    "based_on",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="catalogue.version",
                    ),
                ),
                (
                    "procedure",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="drafts",
                        to="catalogue.procedure",
                    ),
                ),
                (
                    "province",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="provinces.province"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "open")),
                        fields=("province", "procedure"),
                        name="draft_open_once",
                    )
                ],
            },
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]

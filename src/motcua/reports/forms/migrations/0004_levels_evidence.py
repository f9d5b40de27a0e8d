import django.db.models.deletion
from django.db import migrations, models


def level_of_the_province(apps, schema_editor):
    """A province's own forms are those under one code alone; units keep an empty level, which every row takes in."""
    sheets = apps.get_model("forms", "FormSheet")
    sheets.objects.filter(unit_path__regex=r"^/[^/]+/$").update(level="province")


class Migration(migrations.Migration):
    dependencies = [
        ("files", "0001_initial"),
        ("forms", "0003_counted"),
    ]

    operations = [
        migrations.AddField(
            model_name="formsheet",
            name="level",
            field=models.CharField(blank=True, default="", max_length=12),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="formvalue",
            name="evidence",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="files.storedfile",
            ),
        ),
        migrations.AlterField(
            model_name="formvalue",
            name="source",
            field=models.CharField(
                choices=[
                    ("computed", "tính từ dòng khác"),
                    ("counted", "đếm từ hồ sơ"),
                    ("declared", "kê khai"),
                    ("imported", "nhập từ tệp"),
                    ("adopted", "lấy từ đơn vị chủ trì"),
                ],
                max_length=10,
            ),
        ),
        migrations.RunPython(level_of_the_province, migrations.RunPython.noop),
    ]

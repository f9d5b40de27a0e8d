"""How many working days before its effect a version was decided on."""

from django.db import migrations, models

from motcua.kernel.errors import KernelError
from motcua.kernel.worktime import vietnam


def fill(apps, schema_editor):
    version = apps.get_model("catalogue", "Version")
    dates = (
        version.objects.filter(decision_date__isnull=False)
        .values_list("decision_date", "valid_from")
        .distinct()
    )
    for decided, valid_from in list(dates):
        try:
            days = vietnam().working_days(decided, valid_from) if decided <= valid_from else -1
        except KernelError:
            continue
        version.objects.filter(decision_date=decided, valid_from=valid_from).update(lead_days=days)


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0003_longer_names_and_unknown_level")]

    operations = [
        migrations.AddField("version", "lead_days", models.IntegerField(null=True)),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]

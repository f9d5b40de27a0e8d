from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("forms", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="formsheet",
            name="unit_name",
            field=models.CharField(blank=True, default="", max_length=300),
            preserve_default=False,
        ),
    ]

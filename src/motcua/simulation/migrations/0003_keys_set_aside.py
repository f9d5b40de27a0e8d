from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("simulation", "0002_indexes_set_aside")]

    operations = [
        migrations.AddField(model_name="run", name="keys", field=models.JSONField(default=list)),
    ]

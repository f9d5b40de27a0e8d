from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("simulation", "0001_initial")]

    operations = [
        migrations.AddField(model_name="run", name="indexes", field=models.JSONField(default=list)),
    ]

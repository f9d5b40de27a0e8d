from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("provinces", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="province", name="simulated", field=models.BooleanField(default=False)
        ),
    ]

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("dossiers", "0003_lists_of_a_province")]
    operations = [
        migrations.AddIndex(
            model_name="dossier",
            index=models.Index(
                condition=models.Q(("status", 1)),
                fields=["province", "registered_at", "id"],
                name="dossier_registered",
            ),
        )
    ]

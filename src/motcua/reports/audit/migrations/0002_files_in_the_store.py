"""Files of an audit live in the store of files, by digest, and no longer in the table."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial"), ("files", "0001_initial")]

    operations = [
        migrations.DeleteModel(name="AuditedFile"),
        migrations.CreateModel(
            name="AuditedFile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("previous", models.BooleanField(default=False)),
                ("name", models.CharField(max_length=150)),
                (
                    "audit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="files",
                        to="audit.reportaudit",
                    ),
                ),
                (
                    "stored",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="files.storedfile"
                    ),
                ),
            ],
        ),
    ]

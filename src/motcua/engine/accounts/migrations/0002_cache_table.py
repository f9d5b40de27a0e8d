"""The cache table that sign-in throttling counts in, so that the count holds across processes."""

from django.db import migrations

CREATE = """
CREATE TABLE IF NOT EXISTS engine_cache (
    cache_key varchar(255) NOT NULL PRIMARY KEY,
    value text NOT NULL,
    expires timestamp with time zone NOT NULL
);
CREATE INDEX IF NOT EXISTS engine_cache_expires ON engine_cache (expires);
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]

    operations = [migrations.RunSQL(CREATE, "DROP TABLE IF EXISTS engine_cache")]

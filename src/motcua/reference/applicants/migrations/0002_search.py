"""Search by the words of a name: folded words as they are (no parser), with the province among them, under GIN."""

from django.db import migrations

FORWARD = """
CREATE INDEX applicant_by_words ON applicants_applicant USING gin (
    array_to_tsvector(string_to_array(rtrim('p' || province_id::text || ' ' || search_text), ' ')));
ALTER INDEX applicant_by_words ALTER COLUMN 1 SET STATISTICS 1000;
"""


class Migration(migrations.Migration):
    dependencies = [("applicants", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, "DROP INDEX applicant_by_words")]

"""Search vectors as `lexemes` now writes them: a name's words, and each again for every unit below the province."""

from django.db import migrations

FORWARD = """
UPDATE dossiers_dossier AS dossier SET search = array_to_tsvector(words.list || ARRAY(
    SELECT DISTINCT 'u:' || unit || ' ' || word
    FROM unnest((string_to_array(trim(BOTH '/' FROM lower(dossier.unit_path)), '/'))[2:]
        || (string_to_array(trim(BOTH '/' FROM lower(dossier.received_path)), '/'))[2:]
        || (string_to_array(trim(BOTH '/' FROM lower(dossier.return_path)), '/'))[2:]) AS unit, unnest(words.list) AS word))
FROM (
    SELECT id, ARRAY(SELECT lexeme FROM unnest(search) WHERE lexeme NOT LIKE 'u:%') AS list FROM dossiers_dossier
    WHERE search IS NOT NULL
) AS words
WHERE words.id = dossier.id
"""


class Migration(migrations.Migration):
    dependencies = [("dossiers", "0004_waiting_to_be_received")]
    operations = [migrations.RunSQL(FORWARD, migrations.RunSQL.noop)]

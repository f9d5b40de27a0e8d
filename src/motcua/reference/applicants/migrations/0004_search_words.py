"""Words of names are noted as names are written, and several words are always looked up in their index."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION applicants_note_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO applicants_nameword (province_id, word)
    SELECT DISTINCT province_id, word
    FROM fresh, unnest(string_to_array(search_text, ' ')) AS word ORDER BY province_id, word
    ON CONFLICT (province_id, word) DO NOTHING;
    RETURN NULL;
END $$;
CREATE TRIGGER applicants_note_words_of_new AFTER INSERT ON applicants_applicant
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION applicants_note_words();
CREATE FUNCTION applicants_note_new_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO applicants_nameword (province_id, word)
    SELECT NEW.province_id, word FROM unnest(string_to_array(NEW.search_text, ' ')) AS word ORDER BY word
    ON CONFLICT (province_id, word) DO NOTHING;
    RETURN NULL;
END $$;
CREATE TRIGGER applicants_note_words_of_changed AFTER UPDATE OF search_text ON applicants_applicant
    FOR EACH ROW WHEN (OLD.search_text IS DISTINCT FROM NEW.search_text)
    EXECUTE FUNCTION applicants_note_new_words();
INSERT INTO applicants_nameword (province_id, word)
    SELECT DISTINCT province_id, word FROM applicants_applicant, unnest(string_to_array(search_text, ' ')) AS word;
CREATE FUNCTION applicants_with_words(words tsquery, province bigint, most integer) RETURNS SETOF bigint
LANGUAGE sql STABLE SET enable_seqscan = off SET enable_indexscan = off SET enable_indexonlyscan = off AS $$
    SELECT id FROM applicants_applicant
    WHERE array_to_tsvector(string_to_array(rtrim('p' || province_id::text || ' ' || search_text), ' ')) @@ words
        AND province_id = province AND merged_into_id IS NULL AND erased_at IS NULL LIMIT most
$$;
"""

BACKWARD = """
DROP FUNCTION applicants_with_words(tsquery, bigint, integer);
DROP TRIGGER applicants_note_words_of_changed ON applicants_applicant;
DROP FUNCTION applicants_note_new_words();
DROP TRIGGER applicants_note_words_of_new ON applicants_applicant;
DROP FUNCTION applicants_note_words();
"""


class Migration(migrations.Migration):
    dependencies = [("applicants", "0003_words")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]

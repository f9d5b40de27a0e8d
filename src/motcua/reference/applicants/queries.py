"""Finding applicants: flat at a million of them."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from django.db import connection
from django.db.models import BooleanField, F, Func, Q, QuerySet, Value
from django.urls import reverse

from motcua.engine.permissions.api import Viewer
from motcua.engine.provinces.api import Province
from motcua.engine.statements.api import Prepared
from motcua.kernel.text import squeeze
from motcua.reference.applicants.blinds import blind_of_space, phone_blind
from motcua.reference.applicants.data import Masked
from motcua.reference.applicants.errors import ApplicantRefused
from motcua.reference.applicants.identity import folded_name, normal_phone, possible_identities
from motcua.reference.applicants.models import Applicant, NameWord
from motcua.reference.applicants.permissions import VIEW

MOST_WORDS, LONGEST_WORD = 8, 60
MOST_LONGER = 300  # words a begun one may become, before it is asked for by its beginning
MOST_ORDERED = 1000  # matches put in order of names
BY_NAME, BY_AGE = ("sort_key", "id"), ("-id",)
SHOWN_SIGNS = 3
_WORDS = "SELECT id FROM applicants_with_words(%s::tsquery, %s, %s) AS id"
_ONE_WORD = """
SELECT id FROM applicants_applicant
WHERE array_to_tsvector(string_to_array(rtrim('p' || province_id::text || ' ' || search_text), ' ')) @@ %s::tsquery
    AND province_id = %s AND merged_into_id IS NULL AND erased_at IS NULL LIMIT %s
"""
# 30 among the newest 10,000 of 300,000 and more: some 1,000 in all.
COMMON = 30
_SEEN_AMONG_NEWEST = """
SELECT count(*) FROM (
    SELECT 1 FROM (
        SELECT * FROM applicants_applicant
        WHERE province_id = %s
            AND (SELECT reltuples FROM pg_class WHERE oid = 'applicants_applicant'::regclass) > 300000
        ORDER BY id DESC LIMIT 10000) AS newest
    WHERE array_to_tsvector(string_to_array(rtrim('p' || province_id::text || ' ' || search_text), ' ')) @@ %s::tsquery
        AND merged_into_id IS NULL AND erased_at IS NULL
    LIMIT 30) AS seen
"""
_SAME_PERSON = """
WITH RECURSIVE up(id, above) AS (
    SELECT id, merged_into_id FROM applicants_applicant WHERE id = %s
    UNION SELECT a.id, a.merged_into_id FROM applicants_applicant a JOIN up ON a.id = up.above
), same(id) AS (
    SELECT id FROM up WHERE above IS NULL
    UNION SELECT a.id FROM applicants_applicant a JOIN same ON a.merged_into_id = same.id
)
SELECT id FROM same ORDER BY id
"""


class _Words(Func):
    """Whether a folded name holds the words of a tsquery, asked row by row: for walking where many match."""

    arity = 3
    output_field = BooleanField()
    conditional = True

    def as_sql(self, compiler, connection, **context):  # type: ignore[no-untyped-def]
        province, text, query = (compiler.compile(part) for part in self.get_source_expressions())
        sql = (
            f"array_to_tsvector(string_to_array(rtrim('p' || {province[0]}::text || ' ' || {text[0]}), ' '))"
            f" @@ {query[0]}::tsquery IS TRUE"  # which no index serves
        )
        return sql, [*province[1], *text[1], *query[1]]


def visible_applicants(viewer: Viewer, province: Province | None) -> QuerySet[Applicant]:
    """Everybody of the province, for who may look at applicants there."""
    return viewer.within(Applicant.objects.filter(province=province), VIEW, unit_path=None)


_BY_UID = Prepared(Applicant, "province_id = %s AND uid = %s")


def applicant_by_uid(province_id: int, uid: uuid.UUID) -> Applicant | None:
    """One applicant, by one prepared statement: every dossier filed asks it."""
    return next(iter(_BY_UID.rows(province_id, uid)), None)


def find_applicants(viewer: Viewer, province: Province, text: str = "") -> QuerySet[Applicant]:
    """Applicants whose name has these words (marks optional, the last one may be unfinished), or whose identity
    number or telephone is exactly this. Merged records are found as the one that is kept.

    In Vietnamese order of given names; when the words fit more than MOST_ORDERED, the newest first. Slice it, and go
    on with `after`: counting or skipping many rows costs what there are of them. Without words: everybody.
    """
    rows = visible_applicants(viewer, province).filter(merged_into__isnull=True, erased_at__isnull=True)
    words = squeeze(text[:200])
    if any(letter.isdigit() for letter in words):
        exact = _exactly(province, words)
        if exact is not None:
            return rows.filter(exact).order_by(*BY_NAME)
    if not words:
        return rows.order_by(*BY_NAME)
    query = words_query(province.pk, words)
    few = _few_matching(province.pk, query) if query else []
    if few is not None:
        return rows.filter(pk__in=few).order_by(*BY_NAME)
    # Walking by name would pass over everybody before the letter; numbers of rows know nothing of names.
    return rows.filter(_Words(F("province_id"), F("search_text"), Value(query))).order_by(*BY_AGE)


def after(rows: QuerySet[Applicant], last: Applicant) -> QuerySet[Applicant]:
    """The rows of `find_applicants` behind the last one shown."""
    if rows.query.order_by == BY_AGE:
        return rows.filter(id__lt=last.pk)
    return rows.filter(sort_key__gte=last.sort_key).filter(
        Q(sort_key__gt=last.sort_key) | Q(sort_key=last.sort_key, id__gt=last.pk)
    )


def words_query(province_id: int, text: str) -> str:
    """The words as a tsquery, the last one also as the beginning of longer ones; "" when nobody's name has it."""
    words = [word[:LONGEST_WORD] for word in folded_name(text).split()[:MOST_WORDS]]
    if not words:
        return ""
    *whole, begun = words
    longer = _words_from(province_id, begun)
    if not longer:
        return ""
    last = f"'{begun}':*" if len(longer) > MOST_LONGER else " | ".join(f"'{word}'" for word in longer)
    return " & ".join([f"'p{province_id}'", *(f"'{word}'" for word in dict.fromkeys(whole)), f"({last})"])


def _words_from(province_id: int, begun: str) -> list[str]:
    rows = NameWord.objects.filter(province_id=province_id, word__startswith=begun)
    return list(rows.values_list("word", flat=True)[: MOST_LONGER + 1])


def _few_matching(province_id: int, query: str) -> list[int] | None:
    """Keys of the matching rows; None when there are more than MOST_ORDERED.

    Several words are looked up in the index whatever the planner thinks of them together: it takes words for
    independent, and nobody is called both Văn and Thị. What is common among the newest of very many is not counted.
    """
    one_word = query.count("&") == 1
    with connection.cursor() as cursor:
        cursor.execute(_SEEN_AMONG_NEWEST, [province_id, query])
        if cursor.fetchone() == (COMMON,):
            return None
        cursor.execute(_ONE_WORD if one_word else _WORDS, [query, province_id, MOST_ORDERED + 1])
        found = [row[0] for row in cursor.fetchall()]
    return found if len(found) <= MOST_ORDERED else None


def _exactly(province: Province, text: str) -> Q | None:
    """The rows that bear this number, as keys; None when the text is no number anybody could bear, or nobody does
    (a name of an enterprise may hold digits)."""
    blinds = [blind_of_space(space, normal) for space, normal in possible_identities(text)]
    same = Q(identity_blind__in=blinds) if blinds else Q(pk__in=[])
    try:
        phone = phone_blind(normal_phone(text))
    except ApplicantRefused:
        phone = b""
    if phone:
        same |= Q(phone_blind=phone)
    if not blinds and not phone:
        return None
    found = Applicant.objects.filter(same, province=province).only("id", "merged_into")[:500]
    keys = {kept_key(row) for row in found}
    if not keys and any(letter.isalpha() for letter in text):
        return None
    return Q(pk__in=keys)


def kept_key(applicant: Applicant) -> int:
    return kept_of(applicant).pk


def kept_of(applicant: Applicant) -> Applicant:
    """The record that stands for this one now: itself, or what it was merged into."""
    while applicant.merged_into_id is not None:
        applicant = applicant.merged_into
    return applicant


def ids_of_person(applicant: Applicant) -> list[int]:
    """Keys of every record that is this person, the merged ones among them: what dossiers may point to."""
    with connection.cursor() as cursor:
        cursor.execute(_SAME_PERSON, [applicant.pk])
        return [row[0] for row in cursor.fetchall()]


def masked(applicant: Applicant) -> Masked:
    """The last three signs of identity number and telephone; what a list may show, without a reading."""
    return Masked(_tail(applicant.identity_number), _tail(applicant.phone))


def _tail(text: str) -> str:
    """Never more than a third of it."""
    if not text:
        return ""
    return "•••• " + text[-min(SHOWN_SIGNS, len(text) // 3) :] if len(text) >= 3 else "••••"


def described(subjects: Sequence[str]) -> dict[str, tuple[str, str]]:
    """(name, address) by subject, for the list of readings."""
    uids = [subject.partition(":")[2] for subject in subjects]
    rows = Applicant.objects.filter(uid__in=uids).only("uid", "display_name")
    return {row.subject: (row.display_name, reverse("applicants:applicant", args=[row.uid])) for row in rows}

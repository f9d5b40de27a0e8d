"""Who may be the same person as the one just typed, and why."""

from __future__ import annotations

from collections.abc import Callable

from django.db.models import Q
from django.utils.translation import gettext as _
from rapidfuzz import fuzz

from motcua.engine.provinces.api import Province
from motcua.reference.applicants.blinds import identity_blind, person_blind, phone_blind
from motcua.reference.applicants.data import ApplicantDraft, Likeness
from motcua.reference.applicants.drafts import _birth_date
from motcua.reference.applicants.errors import ApplicantRefused
from motcua.reference.applicants.identity import folded_name, normal_identity, normal_phone
from motcua.reference.applicants.models import Applicant
from motcua.reference.applicants.queries import kept_of

SIMILAR = 82.0  # of 100, words in any order
MOST_LOOKED_AT, MOST_SHOWN = 100, 5


def likely_duplicates(province: Province, draft: ApplicantDraft) -> list[Likeness]:
    """Applicants of the province who may be the one of the draft, the certain ones first, at most five.

    The same identity number is certain; the same folded name and birth date, or the same telephone with a similar
    name, are likely. A half-typed draft is welcome: what cannot be read yet is passed over. Three index look-ups,
    whatever the number of applicants.
    """
    folded = folded_name(draft.display_name)
    same_identity = _blind(
        lambda: identity_blind(
            draft.identity_kind, normal_identity(draft.identity_kind, draft.identity_number)
        )
    )
    same_phone = _blind(lambda: phone_blind(normal_phone(draft.phone)))
    same_person = _blind(lambda: person_blind(folded, _birth_date(draft.birth_date)))
    found: dict[int, Likeness] = {}
    for row in _candidates(province, same_identity, same_phone, same_person):
        certain = bool(same_identity) and bytes(row.identity_blind) == same_identity
        reasons = [_("cùng số giấy tờ")] if certain else []
        if same_person and bytes(row.person_blind) == same_person:
            reasons.append(_("cùng họ tên và ngày sinh"))
        if same_phone and bytes(row.phone_blind) == same_phone and _similar(row.search_text, folded):
            reasons.append(_("cùng số điện thoại, tên gần giống"))
        if reasons:
            kept = kept_of(row)
            found.setdefault(kept.pk, Likeness(kept, tuple(reasons), certain))
    return sorted(found.values(), key=lambda like: (not like.certain, -len(like.reasons)))[:MOST_SHOWN]


def _candidates(province: Province, identity: bytes, phone: bytes, person: bytes) -> list[Applicant]:
    same = Q()
    for column, value in (("identity_blind", identity), ("phone_blind", phone), ("person_blind", person)):
        if value:
            same |= Q(**{column: value})
    if not same:
        return []
    rows = Applicant.objects.filter(same, province=province, erased_at__isnull=True)
    return list(rows.select_related("merged_into").order_by("id")[:MOST_LOOKED_AT])


def _similar(left: str, right: str) -> bool:
    return bool(left and right) and fuzz.token_sort_ratio(left, right) >= SIMILAR


def _blind(read: Callable[[], bytes]) -> bytes:
    try:
        return read()
    except ApplicantRefused:
        return b""

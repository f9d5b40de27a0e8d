"""Who may be the same person as the one just typed, and why."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext as _
from rapidfuzz import fuzz

from motcua.engine.provinces.api import Province
from motcua.reference.applicants.blinds import identity_blind, person_blind, phone_blind
from motcua.reference.applicants.data import ApplicantDraft, Likeness
from motcua.reference.applicants.drafts import normal_birth_date
from motcua.reference.applicants.errors import ApplicantRefused
from motcua.reference.applicants.identity import folded_name, normal_identity, normal_phone
from motcua.reference.applicants.models import Applicant
from motcua.reference.applicants.queries import kept_of

SIMILAR = 82.0  # of 100, words in any order
MOST_LOOKED_AT, MOST_SHOWN = 100, 5


@dataclass(frozen=True, slots=True)
class Traits:
    """What two records of one person have in common: folded name, and blind indexes ("" when unknown)."""

    name: str
    identity: bytes
    phone: bytes
    person: bytes


def likely_duplicates(province: Province, draft: ApplicantDraft) -> list[Likeness]:
    """Applicants of the province who may be the one of the draft, the certain ones first, at most five.

    The same identity number is certain; the same folded name and birth date, or the same telephone with a similar
    name, are likely. A half-typed draft is welcome: what cannot be read yet is passed over. Three index look-ups,
    whatever the number of applicants.
    """
    folded = folded_name(draft.display_name)
    return _alike(
        province,
        Traits(
            folded,
            _blind(
                lambda: identity_blind(
                    draft.identity_kind, normal_identity(draft.identity_kind, draft.identity_number)
                )
            ),
            _blind(lambda: phone_blind(normal_phone(draft.phone))),
            _blind(lambda: person_blind(folded, normal_birth_date(draft.birth_date))),
        ),
    )


def likely_twins(applicant: Applicant) -> list[Likeness]:
    """Other records that may be the same person as this one."""
    traits = Traits(
        applicant.search_text,
        bytes(applicant.identity_blind),
        bytes(applicant.phone_blind),
        bytes(applicant.person_blind),
    )
    own = kept_of(applicant).pk
    return [like for like in _alike(applicant.province, traits) if like.applicant.pk != own]


def _alike(province: Province, traits: Traits) -> list[Likeness]:
    found: dict[int, Likeness] = {}
    for row in _candidates(province, traits):
        reasons, certain = _reasons(row, traits)
        if reasons:
            kept = kept_of(row)
            found.setdefault(kept.pk, Likeness(kept, tuple(reasons), certain))
    return sorted(found.values(), key=lambda like: (not like.certain, -len(like.reasons)))[:MOST_SHOWN]


def _reasons(row: Applicant, traits: Traits) -> tuple[list[str], bool]:
    certain = bool(traits.identity) and bytes(row.identity_blind) == traits.identity
    reasons = [_("cùng số giấy tờ")] if certain else []
    if traits.person and bytes(row.person_blind) == traits.person:
        reasons.append(_("cùng họ tên và ngày sinh"))
    if traits.phone and bytes(row.phone_blind) == traits.phone and _similar(row.search_text, traits.name):
        reasons.append(_("cùng số điện thoại, tên gần giống"))
    return reasons, certain


def _candidates(province: Province, traits: Traits) -> list[Applicant]:
    same = Q()
    by_column = {
        "identity_blind": traits.identity,
        "person_blind": traits.person,
        "phone_blind": traits.phone,
    }
    for column, value in by_column.items():
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

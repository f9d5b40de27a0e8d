"""Blind indexes of an applicant: equal for equal values, telling nothing without the key."""

from __future__ import annotations

from motcua.engine.privacy.api import blind
from motcua.reference.applicants.identity import identity_space


def identity_blind(kind: str, normal: str) -> bytes:
    return blind_of_space(identity_space(kind, normal), normal)


def blind_of_space(space: str, normal: str) -> bytes:
    return blind(normal, context=f"applicants.identity:{space}")


def phone_blind(normal: str) -> bytes:
    return blind(normal, context="applicants.phone")


def person_blind(folded: str, birth_date: str) -> bytes:
    """Of the folded name and the birth date together; empty without a birth date."""
    return blind(f"{folded}|{birth_date}", context="applicants.person") if birth_date else b""

"""Temporary passwords: made by the machine, shown once, changed at the next sign-in."""

from __future__ import annotations

import secrets

# Without letters and digits that are mistaken for one another when read aloud or copied by hand.
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


def temporary_password() -> str:
    """Four groups of four, about 79 bits: `k7mp-4fxa-…`."""
    return "-".join("".join(secrets.choice(ALPHABET) for _letter in range(4)) for _group in range(4))

"""What a scanner at the desk types: the QR code of a citizen's identity card, or of a dossier."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from motcua.kernel.text import squeeze

_PARTS = 7
_NUMBER = re.compile(r"\d{12}")
_DATE = re.compile(r"\d{8}")


@dataclass(frozen=True, slots=True)
class CardRead:
    """An identity card as its QR code says it: number, name, birth date (ISO), address."""

    number: str
    name: str
    birth_date: str
    address: str


def read_card(text: str) -> CardRead | None:
    """number|old number|name|ddmmyyyy|sex|address|issued ddmmyyyy; None for anything else."""
    parts = [squeeze(part) for part in text[:1000].split("|")]
    if len(parts) < _PARTS or not _NUMBER.fullmatch(parts[0]) or not parts[2]:
        return None
    return CardRead(parts[0], parts[2][:200], _iso(parts[3]), parts[5][:500])


def _iso(digits: str) -> str:
    if not _DATE.fullmatch(digits):
        return ""
    try:
        return dt.date(int(digits[4:]), int(digits[2:4]), int(digits[:2])).isoformat()
    except ValueError:
        return ""

"""What a scanner at the desk types: the QR code of a citizen's identity card, or the code of a dossier."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from motcua.kernel.text import squeeze

_PARTS = 7
_NUMBER = re.compile(r"[0-9]{12}")
_DATE = re.compile(r"[0-9]{8}")
_CODE = re.compile(r"(?<![A-Z0-9.])[A-Z][0-9]{2}(?:\.[0-9]{1,5}){0,4}-[0-9]{6}-[0-9]{4,6}(?![0-9])", re.I)
LONGEST = 1000  # a card's code is below 300 signs
OLDEST = dt.date(1900, 1, 1)


@dataclass(frozen=True, slots=True)
class CardRead:
    """An identity card as its QR code says it: number, name, birth date (ISO, "" when unreadable), address."""

    number: str
    name: str
    birth_date: str
    address: str


def read_card(text: str) -> CardRead | None:
    """number|old number|name|ddmmyyyy|sex|address|issued ddmmyyyy; None for anything else, however long."""
    if len(text) > LONGEST:
        return None
    parts = [squeeze(part) for part in text.split("|")]
    if len(parts) < _PARTS or not _NUMBER.fullmatch(parts[0]) or not parts[2]:
        return None
    return CardRead(parts[0], parts[2][:200], _iso(parts[3]), parts[5][:500])


def read_code(text: str) -> str:
    """The code of a dossier in what was scanned (a label, a receipt's address); "" without one."""
    found = _CODE.search(text[:LONGEST])
    return found[0].upper() if found else ""


def _iso(digits: str) -> str:
    if not _DATE.fullmatch(digits):
        return ""
    try:
        day = dt.date(int(digits[4:]), int(digits[2:4]), int(digits[:2]))
    except ValueError:
        return ""
    return day.isoformat() if day >= OLDEST else ""

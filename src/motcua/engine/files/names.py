"""The name of a file as people see it: no folders, no control or direction marks, NFC, not too long."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import quote

LONGEST = 150  # characters

_FOLDERS = re.compile(r"[\\/]")
_SPACES = re.compile(r"\s+")
_HIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def clean_name(name: str) -> str:
    """The last part of a path in NFC, without invisible characters (which can hide the true ending).

    Too long a name loses the middle of its stem, never its ending. Nothing left gives "tep".
    """
    last = _FOLDERS.split(unicodedata.normalize("NFC", name))[-1]
    spaced = _SPACES.sub(" ", last)
    seen = "".join(letter for letter in spaced if unicodedata.category(letter) not in _HIDDEN)
    shown = _SPACES.sub(" ", unicodedata.normalize("NFC", seen)).strip(" .")
    if not shown:
        return "tep"
    stem, dot, ending = shown.rpartition(".")
    if len(shown) <= LONGEST or not dot or len(ending) > 10:
        return shown[:LONGEST].rstrip(" .")
    return f"{stem[: LONGEST - len(ending) - 1].rstrip(' .')}.{ending}"


def ending_of(name: str) -> str:
    """The ending in lower case without its dot; empty when there is none."""
    stem, _, ending = name.rpartition(".")
    return ending.lower() if stem else ""


def content_disposition(name: str, kind: str = "attachment") -> str:
    """The header by RFC 6266 with the name by RFC 5987 for all, and an ASCII name for very old browsers."""
    cleaned = clean_name(name)
    folded = unicodedata.normalize("NFD", cleaned.replace("đ", "d").replace("Đ", "D"))
    plain = re.sub(r"[^A-Za-z0-9._ -]", "", folded).strip(" .") or "tep"
    return f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quote(cleaned, safe='')}"

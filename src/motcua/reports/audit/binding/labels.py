"""Labels made comparable: no diacritics, no marks, abbreviations written out, OCR slips left to the measure."""

from __future__ import annotations

import re
from functools import lru_cache

from motcua.kernel.text import without_diacritics

_ABBREVIATIONS = {
    "tthc": "thu tuc hanh chinh",
    "ubnd": "uy ban nhan dan",
    "hdnd": "hoi dong nhan dan",
    "vbqppl": "van ban quy pham phap luat",
    "qppl": "quy pham phap luat",
    "cchc": "cai cach hanh chinh",
    "dvsncl": "don vi su nghiep cong lap",
    "dvsn": "don vi su nghiep",
    "sncl": "su nghiep cong lap",
    "dvctt": "dich vu cong truc tuyen",
    "dvc": "dich vu cong",
    "pakn": "phan anh kien nghi",
    "nsnn": "ngan sach nha nuoc",
    "cntt": "cong nghe thong tin",
}
_NUMBER_PREFIX = re.compile(
    r"^\s*(?P<number>(?:\d{1,2}(?:[.,]\s?\d{1,2})*[.)]?|[IVX]{1,5}[.)]|[a-zđ][.)]))\s+(?=\S)", re.UNICODE
)
_SPARE = re.compile(r"[^a-z0-9% ]+")
_IN_PARENTHESES = re.compile(r"\([^()]*\)")


@lru_cache(maxsize=8192)
def label_key(text: str) -> str:
    """A label as it is compared: folded, abbreviations written out, single spaces."""
    words = _SPARE.sub(" ", without_diacritics(text).casefold()).split()
    return " ".join(_ABBREVIATIONS.get(word, word) for word in words)


@lru_cache(maxsize=8192)
def short_key(text: str) -> str:
    """The same without what stands in parentheses."""
    bare = _IN_PARENTHESES.sub(" ", text)
    return label_key(bare) or label_key(text)


def split_number(label: str) -> tuple[str, str]:
    """("2.1", "Số ...") of "2.1. Số ..."; ("", label) where no number leads."""
    match = _NUMBER_PREFIX.match(label)
    if not match:
        return "", label.strip()
    return match["number"], label[match.end() :].strip()

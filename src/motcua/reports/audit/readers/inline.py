"""Text as a person sees it: without markup, NFC, single spaces. Every pattern here is linear in its input."""

from __future__ import annotations

import html
import re
import unicodedata

# Soft hyphen, zero-width and direction marks, byte order mark; then controls that are no white space.
_INVISIBLE = dict.fromkeys((0xAD, *range(0x200B, 0x2010), *range(0x202A, 0x202F), 0x2060, 0xFEFF))
_INVISIBLE |= dict.fromkeys((*range(0x09), *range(0x0E, 0x1C), *range(0x7F, 0x85), *range(0x86, 0xA0)))
_SUPERSCRIPT = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")

_BREAK = re.compile(r"<br\s{0,9}/?>", re.IGNORECASE)
_SUP = re.compile(r"<sup>\s{0,9}([^<>]{0,40})</sup>", re.IGNORECASE)
_SUP_UNIT = re.compile(r"(?:^|[\s\d(/])(?:m|km|cm|dm|mm)$")
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,2000}>|<!--[^<>]{0,2000}-->")
_LINK = re.compile(r"!?\[([^\[\]]{0,1000})\]\([^()\s]{0,2000}\)")
_FOOTNOTE_REFERENCE = re.compile(r"\[\^[^\]\s]{1,40}\]")
_STARS = re.compile(r"(?<!\\)\*{1,3}")
_UNDERSCORES = re.compile(r"(?<![\w\\])_{1,3}(?=\S)|(?<=[^\s_\\])_{1,3}(?!\w)")
_ESCAPE = re.compile(r"\\([\\`*_{}\[\]()#+\-.!|<>~&])")
_SPLIT_SEPARATOR = re.compile(r"(?<=\d) (?=[.,]\d)")


def clean_text(text: str) -> str:
    """NFC, invisible characters dropped, white space single, and no space before a separator in a number."""
    text = unicodedata.normalize("NFC", text.translate(_INVISIBLE))
    return _SPLIT_SEPARATOR.sub("", " ".join(text.split()))


def superscript(mark: str, before: str) -> str:
    """What a raised text leaves in the line: a unit keeps its power (m²), a footnote mark leaves nothing."""
    mark = mark.strip()
    if mark in {"2", "3"} and _SUP_UNIT.search(before[-5:]):
        return mark.translate(_SUPERSCRIPT)
    return "" if len(mark) <= 3 and (mark.isdigit() or not mark.isalnum()) else mark


def strip_markup(text: str) -> str:
    """Markdown and HTML markup of one line taken off, then `clean_text`."""
    if "<" in text:
        text = _BREAK.sub(" ", text)
        text = _SUP.sub(lambda found: superscript(found[1], text[: found.start()][-5:]), text)
        text = _TAG.sub("", text)
    if "[" in text:
        text = _FOOTNOTE_REFERENCE.sub("", _LINK.sub(r"\1", text))
    if "*" in text:
        text = _STARS.sub(_keep_note_mark, text)
    if "_" in text:
        text = _UNDERSCORES.sub("", text)
    if "&" in text:
        text = html.unescape(text)
    return clean_text(_ESCAPE.sub(r"\1", text))


def _keep_note_mark(found: re.Match[str]) -> str:
    """Emphasis goes; `(*)`, a mark of a note, and a star between spaces, a multiplication, stay."""
    before = found.string[max(found.start() - 1, 0) : found.start()]
    after = found.string[found.end() : found.end() + 1]
    if (before, after) == ("(", ")") or (before == " " and after == " "):
        return found[0]
    return ""


def is_emphasised(line: str) -> bool:
    """Whether a Markdown line is bold from end to end, as unmarked headings are."""
    line = line.strip()
    stripped = line.strip("*")
    left = len(line) - len(line.lstrip("*"))
    right = len(line) - len(line.rstrip("*"))
    if left >= 2 and right >= 2:
        return "**" not in stripped
    return bool(re.fullmatch(r"<b>[^<>]{1,300}</b>", line))

"""Vietnamese text: one normal form, search without diacritics, dictionary order, slips of scanning."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff"))
_SPACES = re.compile(r"\s+")
_NOT_WORD = re.compile(r"[^\w%]+")

_ALPHABET = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_RANK = {letter: chr(ord("A") + position) for position, letter in enumerate(_ALPHABET)}
_TONE_RANK = {"": "0", "\u0300": "1", "\u0309": "2", "\u0303": "3", "\u0301": "4", "\u0323": "5"}

_TONED_SECOND = {
    first + toned: toned_first + plain
    for first, marked, plain, accents in (("o", "òóỏõọ", "a", "àáảãạ"), ("o", "òóỏõọ", "e", "èéẻẽẹ"))
    for toned_first, toned in zip(marked, accents, strict=True)
}
_TONED_SECOND |= {"u" + toned: first + "y" for first, toned in zip("ùúủũụ", "ỳýỷỹỵ", strict=True)}
_SECOND_TONE = re.compile(
    r"(?<![qQ])(" + "|".join(_TONED_SECOND) + r")(?![a-zà-ỹ])", re.IGNORECASE | re.UNICODE
)


def nfc(text: str) -> str:
    """The composed form (NFC), without soft hyphens and zero-width characters."""
    return unicodedata.normalize("NFC", text).translate(_INVISIBLE)


def squeeze(text: str) -> str:
    """NFC with every run of white space (also no-break) made one space, ends trimmed."""
    return _SPACES.sub(" ", nfc(text)).strip()


def without_diacritics(text: str) -> str:
    """The letters without marks: `Thủ tục đất đai` -> `Thu tuc dat dai`."""
    plain = text.replace("đ", "d").replace("Đ", "D")
    decomposed = unicodedata.normalize("NFD", plain)
    return unicodedata.normalize("NFC", "".join(c for c in decomposed if not unicodedata.combining(c)))


@lru_cache(maxsize=16384)
def search_key(text: str) -> str:
    """Lower case without diacritics or punctuation, words parted by one space; `%` is kept."""
    return _NOT_WORD.sub(" ", without_diacritics(nfc(text)).casefold()).strip()


def unify_tone_placement(text: str) -> str:
    """Writes the tone of open `oa`, `oe`, `uy` on the first vowel: `hoà` -> `hòa`, `thuý` -> `thúy`."""
    return _SECOND_TONE.sub(_move_tone, nfc(text))


def same_text(left: str, right: str) -> bool:
    """Equal but for case, white space and the place of tone marks."""
    return _plain(left) == _plain(right)


@lru_cache(maxsize=8192)
def collation_key(text: str) -> str:
    """An ASCII key whose byte order is Vietnamese dictionary order; stored beside the text.

    Letters first (a ă â b c d đ e ê ... y z), then tones (ngang huyền hỏi ngã sắc nặng), then lower
    case before upper. Digits stand before letters; punctuation parts words and is else ignored.
    """
    letters: list[str] = []
    tones: list[str] = []
    cases: list[str] = []
    for character in squeeze(text):
        letter, tone = _split_tone(character.lower())
        rank = _RANK.get(letter) or (letter if letter.isascii() and letter.isdigit() else "!")
        if rank == "!" and (not letters or letters[-1] == "!"):
            continue
        letters.append(rank)
        tones.append(tone)
        cases.append("1" if character.isupper() else "0")
    primary = "".join(letters).rstrip("!")
    return " ".join((primary, "".join(tones[: len(primary)]), "".join(cases[: len(primary)])))


def loosely_equal(left: str, right: str, slips: int = 1) -> bool:
    """Equal without diacritics but for at most `slips` wrong, missing or extra letters in each word.

    Takes scanning slips for what they are: `nhệm vụ` = `nhiệm vụ`, `chuyên đổi` = `chuyển đổi`.
    Words under four letters must be the same.
    """
    first, second = search_key(left).split(), search_key(right).split()
    return len(first) == len(second) and all(_near(a, b, slips) for a, b in zip(first, second, strict=True))


def edit_distance(left: str, right: str) -> int:
    """Least number of letters to insert, delete or replace to make one word the other."""
    row = list(range(len(right) + 1))
    for position, letter in enumerate(left, start=1):
        previous, row[0] = row[0], position
        for column, other in enumerate(right, start=1):
            cost = previous + (letter != other)
            previous = row[column]
            row[column] = min(cost, row[column] + 1, row[column - 1] + 1)
    return row[-1]


def _near(left: str, right: str, slips: int) -> bool:
    if left == right:
        return True
    if min(len(left), len(right)) < 4 or left.isdigit() or right.isdigit():
        return False
    return abs(len(left) - len(right)) <= slips and edit_distance(left, right) <= slips


def _plain(text: str) -> str:
    return squeeze(unify_tone_placement(text.lower()))


def _move_tone(match: re.Match[str]) -> str:
    found = match.group(1)
    moved = _TONED_SECOND[found.lower()]
    if found.isupper():
        return moved.upper()
    return moved[0].upper() + moved[1] if found[0].isupper() else moved


def _split_tone(character: str) -> tuple[str, str]:
    """`ấ` -> (`â`, rank of sắc); other marks than the five tones stay with the letter."""
    decomposed = unicodedata.normalize("NFD", character)
    tone = next((mark for mark in decomposed if mark in _TONE_RANK), "")
    rest = "".join(mark for mark in decomposed if mark != tone) if tone else decomposed
    return unicodedata.normalize("NFC", rest), _TONE_RANK[tone]

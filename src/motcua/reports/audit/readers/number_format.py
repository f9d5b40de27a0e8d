"""Cell values as Excel shows them under Vietnamese settings: 0.9861 under `0.00%` is `98,61%`."""

from __future__ import annotations

import datetime
import re
from decimal import ROUND_HALF_UP, Decimal

_LITERAL = re.compile(r'"([^"]*)"|\\(.)|[_*](?:.)|\[[^\]]*\]')
_DIGITS = re.compile(r"[0#?][0#?,.]*|\.[0#?]+")
_DATE_LETTERS = re.compile(r"[ymdhs]", re.IGNORECASE)
GENERAL_DIGITS = 11
FIFTEEN = 15


def display(value: object, number_format: str) -> str:
    """Text of a cached cell value (number, bool, date, text, None) in its number format."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float | Decimal):
        return _number(_exact(value), number_format or "General")
    if isinstance(value, datetime.datetime | datetime.date | datetime.time):
        return _date(value)
    return str(value)


def _exact(value: int | float | Decimal) -> Decimal:
    """The decimal a sheet shows for a stored binary: fifteen significant digits, as Excel keeps."""
    return Decimal(value) if isinstance(value, int | Decimal) else Decimal(f"{value:.{FIFTEEN}g}")


def _date(value: datetime.datetime | datetime.date | datetime.time) -> str:
    if isinstance(value, datetime.time):
        return f"{value:%H:%M}"
    day = f"{value.day:02d}/{value.month:02d}/{value.year:04d}"
    midnight = datetime.time(0, 0)
    if isinstance(value, datetime.datetime) and value.time() != midnight:
        return f"{day} {value:%H:%M}"
    return day


def _number(value: Decimal, number_format: str) -> str:
    sections = _sections(number_format)
    section = _section(value, sections)
    if value < 0 and len(sections) > 1:
        value = -value
    pattern, before, after = _split(section)
    if pattern is None:
        plain = _LITERAL.sub("", section).strip().lower()
        if plain in {"general", "@"} or _DATE_LETTERS.search(plain):
            return _general(value)
        return before.strip()
    percent = section_has_percent(section)
    scaled = value * 100 if percent else value
    digits = pattern.rstrip(",")
    scaled = scaled.scaleb(-3 * (len(pattern) - len(digits)))
    return (before + _shaped(scaled, digits) + after).strip()


def section_has_percent(section: str) -> bool:
    """Whether a percent sign outside quotes scales the value."""
    return "%" in _LITERAL.sub("", section)


def _sections(number_format: str) -> list[str]:
    return re.findall(r'(?:"[^"]*"|\\.|[^;"\\])+', number_format) or [number_format]


def _section(value: Decimal, sections: list[str]) -> str:
    if value < 0 and len(sections) > 1:
        return sections[1]
    if value == 0 and len(sections) > 2:
        return sections[2]
    return sections[0]


def _split(section: str) -> tuple[str | None, str, str]:
    """Digits pattern of a section, and the literal text before and after it. Exponents count as none."""
    kept: list[str] = []

    def keep(found: re.Match[str]) -> str:
        kept.append(found[1] or found[2] or _currency(found[0]))
        return f"\x00{len(kept) - 1}\x00"

    bare = _LITERAL.sub(keep, section)
    found = _DIGITS.search(re.sub(r"\x00\d+\x00", lambda mark: "\x01" * len(mark[0]), bare))

    def restore(text: str) -> str:
        return re.sub(r"\x00(\d+)\x00", lambda mark: kept[int(mark[1])], text)

    if not found or "E" in bare or "/" in bare:
        return None, restore(bare), ""
    return found[0], restore(bare[: found.start()]), restore(bare[found.end() :])


def _currency(code: str) -> str:
    found = re.match(r"\[\$([^\]-]*)", code)
    return found[1] if found else ""


def _shaped(value: Decimal, pattern: str) -> str:
    whole, _dot, decimals = pattern.partition(".")
    places = len(decimals)
    rounded = value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    sign = "-" if rounded < 0 else ""
    integer, _point, fraction = f"{abs(rounded):f}".partition(".")
    needed = decimals.rfind("0") + 1
    fraction = fraction[:needed] + fraction[needed:].rstrip("0")
    integer = integer.zfill(whole.replace(",", "").count("0"))
    if "," in whole:
        integer = f"{int(integer):,}".replace(",", ".").zfill(len(integer))
    return sign + integer + (f",{fraction}" if fraction else "")


def _general(value: Decimal) -> str:
    """General format: no grouping, at most eleven digits."""
    integer_digits = len(f"{abs(value):f}".partition(".")[0])
    places = max(0, GENERAL_DIGITS - 1 - integer_digits)
    rounded = value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    text = f"{rounded:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return text.replace(".", ",")

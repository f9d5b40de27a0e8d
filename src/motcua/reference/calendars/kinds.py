"""Kinds of parameter values: how a text is read, told to people and asked for."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from motcua.kernel.worktime import Limit, LimitUnit, parse_limit

_CODE = re.compile(r"[\w.-]{1,40}")


@dataclass(frozen=True, slots=True)
class Kind:
    """`read` turns text into the value and raises ValueError for what it does not take; `hint` shows how to write
    it; `choices` are (text, Vietnamese label) when only these are taken; `words` tells a text otherwise than it is kept."""

    read: Callable[[str], Any]
    hint: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    words: Callable[[str], str] | None = None

    def tell(self, text: str) -> str:
        """The text in words for people."""
        if self.words is not None:
            return self.words(text)
        labels = dict(self.choices)
        return _(labels[text]) if text in labels else text


@dataclass(frozen=True, slots=True)
class Lead:
    """How long before its due time something is warned of: a share of its working time, or a limit."""

    share: Fraction | None = None
    limit: Limit | None = None

    def minutes(self, whole: int, day_minutes: int) -> int:
        """Working minutes before the due time, of a span of `whole` working minutes (never longer than it)."""
        if self.share is not None:
            return int(whole * self.share)
        assert self.limit is not None
        one = day_minutes if self.limit.unit is LimitUnit.WORKING_DAY else 60
        return min(whole, int(self.limit.amount * one))


def choice(*choices: tuple[str, str]) -> Kind:
    """One of these texts; the value is the text itself."""
    allowed = frozenset(value for value, _label in choices)

    def read(text: str) -> str:
        if text not in allowed:
            raise ValueError(text)
        return text

    return Kind(read, choices=choices)


def count(least: int = 0, most: int = 1000) -> Kind:
    """A whole number within bounds."""

    def read(text: str) -> int:
        number = int(text)
        if not least <= number <= most:
            raise ValueError(text)
        return number

    return Kind(read, gettext_noop("một số nguyên, ví dụ 8"))


def _share(text: str) -> float:
    """ "0,6" and "60%" are the same share."""
    number = Fraction(text.rstrip("% ").replace(",", "."))
    number = number / 100 if text.endswith("%") else number
    if not 0 < number <= 1:
        raise ValueError(text)
    return float(number)


def _percent(text: str) -> str:
    return f"{Decimal(str(round(_share(text) * 100, 2))).normalize():f}%".replace(".", ",")


def _hour(text: str) -> dt.time:
    return dt.time.fromisoformat(text)


def _codes(text: str) -> tuple[str, ...]:
    """ "HT, DD" is two codes, "–" none."""
    if text == "–":
        return ()
    codes = tuple(dict.fromkeys(part.strip() for part in text.split(",")))
    if not all(_CODE.fullmatch(code) for code in codes):
        raise ValueError(text)
    return codes


def _lead(text: str) -> Lead:
    if text.endswith("%"):
        share = Fraction(text[:-1].strip().replace(",", ".")) / 100
        if not 0 < share < 1:
            raise ValueError(text)
        return Lead(share=share)
    limit = parse_limit(text)
    if limit.unit not in (LimitUnit.WORKING_DAY, LimitUnit.WORKING_HOUR):
        raise ValueError(text)
    return Lead(limit=limit)


HOUR = Kind(_hour, gettext_noop("giờ và phút, ví dụ 15:00"))
SHARE = Kind(_share, gettext_noop("phần trăm, ví dụ 60%"), words=_percent)
LEAD = Kind(
    _lead,
    gettext_noop("phần trăm thời gian (20%) hoặc thời gian làm việc (01 ngày làm việc, 04 giờ làm việc)"),
)
CODES = Kind(_codes, gettext_noop("các mã cách nhau bằng dấu phẩy, ví dụ HT, DD; dấu – là không có mã nào"))
YES_NO = Kind(
    lambda text: {"yes": True, "no": False}[text],
    choices=(("yes", gettext_noop("có")), ("no", gettext_noop("không"))),
)

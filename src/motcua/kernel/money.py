"""Whole đồng: exact, never a fraction, never another currency; written in figures and in words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from motcua.kernel.errors import KernelError
from motcua.kernel.shares import apportion


class MoneyError(KernelError):
    """An amount that is not a whole number of đồng, or a text that is not an amount."""

    code = "kernel.money"


MILLION = 10**6
BILLION = 10**9
_DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
_GROUPS = ("", "nghìn", "triệu")


@dataclass(frozen=True, slots=True, order=True)
class Dong:
    """An amount of money in whole đồng; may be negative (a refund, a correction)."""

    amount: int

    def __post_init__(self) -> None:
        if not isinstance(self.amount, int) or isinstance(self.amount, bool):
            raise MoneyError(
                f"Số tiền {self.amount!r} không phải là số đồng nguyên; hãy làm tròn trước khi ghi.",
                code="kernel.money.not-whole",
            )

    def __add__(self, other: Dong) -> Dong:
        return Dong(self.amount + other.amount) if isinstance(other, Dong) else NotImplemented

    def __sub__(self, other: Dong) -> Dong:
        return Dong(self.amount - other.amount) if isinstance(other, Dong) else NotImplemented

    def __mul__(self, times: int) -> Dong:
        return Dong(self.amount * times) if isinstance(times, int) else NotImplemented

    __rmul__ = __mul__

    def __neg__(self) -> Dong:
        return Dong(-self.amount)

    def __bool__(self) -> bool:
        return self.amount != 0

    def __str__(self) -> str:
        """``1.234.567 đồng``."""
        return f"{grouped(self.amount)} đồng"

    def percent(self, percent: Decimal | int) -> Dong:
        """``percent`` % of the amount, halves rounded away from zero to a whole đồng."""
        part = Decimal(self.amount) * Decimal(percent) / 100
        return Dong(int(part.quantize(Decimal(1), ROUND_HALF_UP)))

    def split(self, weights: Sequence[int]) -> list[Dong]:
        """Divide by non-negative weights; the parts sum to the whole, the largest remainders get the rest."""
        if sum(weights) <= 0 or min(weights) < 0:
            raise MoneyError(
                "Tỷ lệ chia phải là các số không âm và có ít nhất một số lớn hơn 0.",
                code="kernel.money.weights",
            )
        return [Dong(part) for part in apportion(self.amount, weights)]

    def short(self, places: int = 2) -> str:
        """``20.991,71 tỷ đồng``, ``1,5 triệu đồng``: rounded half up, trailing zeros dropped; small ones whole."""
        for scale, name in ((BILLION, "tỷ"), (MILLION, "triệu")):
            if abs(self.amount) >= scale:
                return f"{_scaled(self.amount, scale, places)} {name} đồng"
        return str(self)

    def in_words(self) -> str:
        """``Một nghìn không trăm linh năm đồng``, as receipts ask."""
        words = f"{in_words(self.amount)} đồng"
        return words[0].upper() + words[1:]


ZERO = Dong(0)


def total(amounts: Iterable[Dong]) -> Dong:
    """The sum, zero đồng for none."""
    return sum(amounts, ZERO)


def grouped(value: int) -> str:
    """``1234567`` → ``1.234.567``."""
    return f"{value:,}".replace(",", ".")


def _scaled(amount: int, scale: int, places: int) -> str:
    value = (Decimal(amount) / scale).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    whole, _, fraction = f"{value:f}".partition(".")
    fraction = fraction.rstrip("0")
    sign = "-" if whole.startswith("-") else ""
    return f"{sign}{grouped(abs(int(whole)))}" + (f",{fraction}" if fraction else "")


_AMOUNT = re.compile(
    r"(?P<sign>[-−]?)(?P<whole>\d{1,3}(?:\.\d{3})+|\d+)(?:,(?P<fraction>\d+))?\s*"
    r"(?P<scale>nghìn tỷ|nghìn|triệu|tỷ)?\s*(?:đồng|đ|vnđ|vnd)?",
    re.IGNORECASE,
)
_SCALES = {None: 1, "nghìn": 1000, "triệu": MILLION, "tỷ": BILLION, "nghìn tỷ": 1000 * BILLION}


def parse_dong(text: str) -> Dong:
    """Read ``1.234.567 đồng``, ``20.991,71 tỷ đồng``, ``50 nghìn đồng``; must come to whole đồng."""
    match = _AMOUNT.fullmatch(" ".join(text.split()))
    if match is None:
        raise MoneyError(
            f"Không đọc được số tiền “{text}”; hãy ghi như “1.234.567 đồng” hoặc “1,5 tỷ đồng”.",
            code="kernel.money.text",
        )
    scale = _SCALES[match["scale"].lower() if match["scale"] else None]
    exact = Decimal(f"{match['whole'].replace('.', '')}.{match['fraction'] or '0'}") * scale
    if exact != int(exact):
        raise MoneyError(f"Số tiền “{text}” không tròn đồng.", code="kernel.money.not-whole")
    return Dong(-int(exact) if match["sign"] else int(exact))


def in_words(value: int) -> str:
    """A whole number in Vietnamese words: ``mốt``, ``lăm``, ``tư`` after ``mươi``, ``linh`` for an empty ten.

    A missing group is passed over, but the group after it is read with its hundreds:
    1.000.005 is ``một triệu không trăm linh năm``.
    """
    if value < 0:
        return f"âm {in_words(-value)}"
    if value == 0:
        return _DIGITS[0]
    return " ".join(_number_words(value, full=False))


def _number_words(value: int, *, full: bool) -> list[str]:
    high, low = divmod(value, BILLION)
    words = [*_number_words(high, full=full), "tỷ"] if high else []
    for power in (2, 1, 0):
        group = low // 1000**power % 1000
        if group:
            words += _group_words(group, full=full or bool(words))
            words += [_GROUPS[power]] if power else []
    return words


def _group_words(group: int, *, full: bool) -> list[str]:
    hundreds, rest = divmod(group, 100)
    words = [_DIGITS[hundreds], "trăm"] if hundreds or full else []
    return words + _tens_words(rest, after_hundreds=bool(words))


def _tens_words(rest: int, *, after_hundreds: bool) -> list[str]:
    tens, ones = divmod(rest, 10)
    if rest == 0:
        return []
    if tens == 0:
        return ["linh", _DIGITS[ones]] if after_hundreds else [_DIGITS[ones]]
    words = ["mười"] if tens == 1 else [_DIGITS[tens], "mươi"]
    if ones == 0:
        return words
    return [*words, _last_digit(ones, after_muoi=tens > 1)]


def _last_digit(ones: int, *, after_muoi: bool) -> str:
    if ones == 5:
        return "lăm"
    if after_muoi and ones in (1, 4):
        return "mốt" if ones == 1 else "tư"
    return _DIGITS[ones]

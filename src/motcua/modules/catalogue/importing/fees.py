"""Fees out of free text, as careful as the time limits."""

from __future__ import annotations

import re
from collections import Counter

from motcua.kernel.text import search_key, squeeze
from motcua.modules.catalogue.data import ChannelKind, Fee
from motcua.modules.catalogue.importing.times import NOT_STATED, split_channels

FREE = {"mien phi", "mien", "khong thu", "khong thu phi", "khong mat phi", "khong thu phi le phi"}
NAME = "Phí, lệ phí"
LEAST = 1_000  # a smaller sum is a slip of the pen or another currency
_NUMBER = r"(?P<amount>\d{1,3}(?:[.,]\d{3})+|\d+)"
_FORMS = (
    re.compile(
        r"(?:(?P<name>Lệ phí|Phí)\s*:?\s*)?" + _NUMBER + r"\s*(?:đồng|đ|vnđ)(?P<unit>\s*/[^;|()]{1,80})?\.?",
        re.I,
    ),
    re.compile(
        _NUMBER + r"\s*vnđ\s*\(\s*(?P<again>[\d.,]+)?\s*(?:đồng)(?P<unit>\s*/[^;|()]{1,80})?\s*\)", re.I
    ),
)


def read_fees(text: str) -> tuple[dict[ChannelKind | None, tuple[Fee, ...]], Counter[str]]:
    """Fees by channel (None: of all channels), and what had to stay a note."""
    notes: Counter[str] = Counter()
    found: dict[ChannelKind | None, list[Fee]] = {}
    for kind, said in split_channels(text, "|"):
        fee = read_fee(said)
        if fee is not None and fee not in found.setdefault(kind, []):
            found[kind].append(fee)
    kept = {kind: _settled(fees, notes) for kind, fees in found.items()}
    return {kind: fees for kind, fees in kept.items() if fees}, notes


def read_fee(text: str) -> Fee | None:
    """One fee; None when nothing is stated; without an amount when the text alone says it."""
    text = squeeze(text)
    key = search_key(text)
    if not text or key in NOT_STATED:
        return None
    if key in FREE:
        return Fee(NAME, 0)
    for form in _FORMS:
        if match := form.fullmatch(text):
            return _exact(match, text)
    return Fee(NAME, None, note=text)


def _exact(match: re.Match[str], text: str) -> Fee:
    amount = _amount(match["amount"])
    said = match.groupdict()
    again = said.get("again")
    if (0 < amount < LEAST) or (again and _amount(again) != amount):
        return Fee(NAME, None, note=text)
    name = said.get("name")
    unit = squeeze(said.get("unit") or "")
    kind = "charge" if name and search_key(name) == "phi" else "fee"
    return Fee(name.capitalize() if name else NAME, amount, kind, note=f"đồng{unit}" if unit else "")  # type: ignore[arg-type]


def _amount(text: str) -> int:
    return int(re.sub(r"\D", "", text) or 0)


def _settled(fees: list[Fee], notes: Counter[str]) -> tuple[Fee, ...]:
    """Several sums of one name belong to cases the text does not tell apart: none of them is the fee."""
    names = Counter(fee.name for fee in fees)
    settled: list[Fee] = []
    for name in names:
        group = [fee for fee in fees if fee.name == name]
        if len(group) == 1:
            settled += group
            notes["fee.text"] += group[0].amount is None
            continue
        notes["fee.several"] += 1
        settled.append(Fee(name, None, group[0].kind, "; ".join(_words(fee) for fee in group)))
    return tuple(settled)


def _words(fee: Fee) -> str:
    return fee.note if fee.amount is None else f"{fee.amount} {fee.note or 'đồng'}"

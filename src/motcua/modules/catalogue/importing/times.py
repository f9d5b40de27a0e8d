"""Time limits out of free text. What is not read exactly stays as a note and is counted, never guessed."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field

from motcua.kernel.errors import KernelError
from motcua.kernel.text import search_key, squeeze
from motcua.kernel.worktime import parse_limit
from motcua.modules.catalogue.data import Channel, ChannelKind, ChannelLimit

CHANNEL_KEYS: dict[str, ChannelKind] = {
    "truc tiep": "direct",
    "truc tuyen": "online",
    "dich vu buu chinh": "post",
    "buu chinh": "post",
    "buu chinh cong ich": "post",
    "dich vu buu chinh cong ich": "post",
}
NOT_STATED = {"khong ghi", "khong quy dinh", "khong co thong tin", "khong"}
_HEAD = re.compile(r"\s*(?P<head>[^:;|]{4,32}?)\s*:\s*(?P<rest>.*)", re.S)
_AMOUNT = r"(?P<amount>\d+(?:[.,]\d+)?|½)"
_PLAIN = re.compile(_AMOUNT + r"\s*(?P<unit>ngày làm việc|ngày|giờ làm việc|giờ|tháng|năm)\.?", re.I)
# Only where nothing but the usual words about receipt stand beside the limit.
_SENTENCE = re.compile(
    r"(?:trong thời hạn |trong |không quá )?"
    + _AMOUNT
    + r"\s*(?P<unit>ngày làm việc|giờ làm việc|ngày|tháng)\s*,?\s*"
    r"(?:kể )?(?:từ|sau) (?:ngày |khi |thời điểm )(?:nhận|tiếp nhận)(?: được)?(?: đủ)? hồ sơ"
    r"(?: đầy đủ)?(?:,? và)?(?: hợp lệ)?(?: theo quy định)?\s*\.?",
    re.I,
)
_BARE = re.compile(r"\d+(?:[.,]\d+)?")


@dataclass
class Read:
    """What was read, and how often something had to stay a note, by stable code ("time.text")."""

    channels: tuple[Channel, ...] = ()
    notes: Counter[str] = field(default_factory=Counter)


def split_channels(text: str, mark: str) -> list[tuple[ChannelKind | None, str]]:
    """`Trực tuyến: 5 ngày; Trực tiếp: 7 ngày` -> [(online, 5 ngày), (direct, 7 ngày)]. What names no channel goes
    with the one before it, or stands alone (None)."""
    found: list[tuple[ChannelKind | None, str]] = []
    for piece in text.split(mark):
        match = _HEAD.fullmatch(piece)
        kind = CHANNEL_KEYS.get(search_key(match["head"])) if match else None
        if kind is not None and match is not None:
            found.append((kind, squeeze(match["rest"])))
        elif found:
            last, said = found[-1]
            found[-1] = (last, f"{said}{mark} {squeeze(piece)}".strip(f" {mark}"))
        elif squeeze(piece):
            found.append((None, squeeze(piece)))
    return found


def limit_of(text: str) -> tuple[str, str]:
    """The limit as `parse_limit` reads it, and "" ; or "" and the code of why not ("" too when none is stated)."""
    if not text or search_key(text) in NOT_STATED:
        return "", ""
    match = _PLAIN.fullmatch(text) or _SENTENCE.fullmatch(text)
    if match is None:
        return "", "time.no-unit" if _BARE.fullmatch(text) else "time.text"
    limit = f"{_padded(match['amount'])} {match['unit'].lower()}"
    try:
        parse_limit(limit)
    except KernelError:
        return "", "time.text"
    return limit, ""


def _padded(amount: str) -> str:
    return amount.zfill(2) if amount.isdigit() else amount


def read_times(text: str) -> Read:
    """Channels with their limits. A text that names no channel is a limit of all, kept with direct filing, which
    stands for every channel that has none of its own."""
    read = Read()
    by_kind: dict[ChannelKind, list[str]] = {}
    for kind, said in split_channels(text, ";"):
        by_kind.setdefault(kind or "direct", []).append(said)
    read.channels = tuple(Channel(kind, (_limit(texts, read),)) for kind, texts in by_kind.items())
    return read


def _limit(texts: list[str], read: Read) -> ChannelLimit:
    different = list(dict.fromkeys(texts))
    if len(different) > 1:
        # The text does not say which case each belongs to: none may be taken for a promise.
        read.notes["time.several"] += 1
        return ChannelLimit(note="; ".join(different))
    limit, why = limit_of(different[0])
    if limit:
        return ChannelLimit(limit=limit)
    if why:
        read.notes[why] += 1
        return ChannelLimit(note=different[0])
    return ChannelLimit()

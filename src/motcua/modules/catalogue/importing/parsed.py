"""One procedure as a file tells it: what it says, what it leaves unsaid, what could not be read."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field, replace

from django.utils.translation import gettext as _

from motcua.kernel.errors import KernelError
from motcua.kernel.text import search_key, squeeze
from motcua.modules.catalogue.codes import read_code
from motcua.modules.catalogue.data import Channel, ChannelKind, ChannelLimit, Fee, ProcedureContent
from motcua.modules.catalogue.proposals import Levels

NAME_LENGTH = 2000
FIELD_LENGTH = 300
_HTML = re.compile(r"<\s*[a-zA-Z!/?]")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")

Fees = dict[ChannelKind | None, tuple[Fee, ...]]


@dataclass
class Parsed:
    """`content` holds the parts that `said` names; "times" and "fees" are the two halves of channels."""

    row: int
    code: str = ""
    full_code: str = ""
    name: str = ""
    field_name: str = ""
    field_code: str = ""
    levels: Levels | None = None
    online_level: str | None = None
    location_independent: bool | None = None
    essential: str = ""
    decision: str = ""
    source: str = ""
    content: ProcedureContent = field(default_factory=ProcedureContent)
    fees: Fees = field(default_factory=dict)
    said: set[str] = field(default_factory=set)
    notes: Counter[str] = field(default_factory=Counter)
    reasons: list[str] = field(default_factory=list)

    def read(self, part: str, **parts: object) -> None:
        self.said.add(part)
        self.content = replace(self.content, **parts)  # type: ignore[arg-type]


def set_code(parsed: Parsed, text: str) -> None:
    text = squeeze(text)
    if not text:
        parsed.reasons.append(_("Không có mã thủ tục."))
        return
    try:
        parsed.code, parsed.full_code = read_code(text)
    except KernelError as error:
        parsed.reasons.append(str(error))


def set_name(parsed: Parsed, text: str) -> None:
    parsed.name = squeeze(text)
    if not parsed.name:
        parsed.reasons.append(_("Không có tên thủ tục."))
    elif len(parsed.name) > NAME_LENGTH:
        parsed.reasons.append(_("Tên dài quá {limit} ký tự.").format(limit=NAME_LENGTH))
    if _HTML.search(text) or _CONTROL.search(text):
        parsed.reasons.append(_("Tên có mã HTML hoặc ký tự điều khiển."))


def set_field(parsed: Parsed, name: str, code: str = "") -> None:
    parsed.field_name, parsed.field_code = squeeze(name), squeeze(code)[:40]
    if len(parsed.field_name) > FIELD_LENGTH or _HTML.search(parsed.field_name):
        parsed.reasons.append(_("Tên lĩnh vực quá dài hoặc có mã HTML."))
    if not parsed.field_name:
        parsed.notes["field.none"] += 1


_LEVEL_WORDS = {
    "bo": "ministry",
    "cap bo": "ministry",
    "trung uong": "ministry",
    "tinh": "province",
    "cap tinh": "province",
    "xa": "commune",
    "cap xa": "commune",
}


def set_levels(parsed: Parsed, text: str) -> None:
    """`bộ; tỉnh; xã`. Words that are no level of ours are counted; without any, the level is not said."""
    found = set()
    for word in re.split(r"[;,/]", text):
        key = search_key(word)
        if not key:
            continue
        if key in _LEVEL_WORDS:
            found.add(_LEVEL_WORDS[key])
        else:
            parsed.notes["level.other"] += 1
    if found:
        parsed.levels = Levels(**dict.fromkeys(found, True))
    else:
        parsed.notes["level.none"] += 1


def set_online(parsed: Parsed, text: str) -> None:
    """Only the two legal levels are read; that some online channel exists does not tell which."""
    key = search_key(text)
    if not key:
        return
    if key.startswith("toan trinh"):
        parsed.online_level = "full"
    elif key.startswith("mot phan"):
        parsed.online_level = "partial"
    elif key in ("khong", "chua cung cap", "chua cung cap truc tuyen"):
        parsed.online_level = "none"
    else:
        parsed.notes["online.unclear"] += 1


def set_location(parsed: Parsed, text: str) -> None:
    key = search_key(text)
    if key in ("x", "co", "phi dia gioi"):
        parsed.location_independent = True
    elif key in ("khong",):
        parsed.location_independent = False
    elif key:
        parsed.notes["location.unclear"] += 1


def with_fees(channels: tuple[Channel, ...], fees: Fees) -> tuple[Channel, ...]:
    """Fees laid on channels: those of a channel on all its limits, those of no channel on every channel."""
    kinds = [channel.kind for channel in channels]
    extra = [kind for kind in fees if kind is not None and kind not in kinds]
    every = list(channels) + [Channel(kind, (ChannelLimit(),)) for kind in extra]
    if not every and None in fees:
        every = [Channel("direct", (ChannelLimit(),))]
    laid = []
    for channel in every:
        own = fees.get(channel.kind, ()) + fees.get(None, ())
        limits = channel.limits or (ChannelLimit(),)
        laid.append(replace(channel, limits=tuple(replace(limit, fees=own) for limit in limits)))
    return tuple(laid)

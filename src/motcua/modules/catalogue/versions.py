"""What differs between two versions, part by part, in words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Any

from django.utils.translation import gettext as _

from motcua.kernel.text import squeeze
from motcua.modules.catalogue import wording
from motcua.modules.catalogue.data import ProcedureContent
from motcua.modules.catalogue.proposals import Proposal


@dataclass(frozen=True, slots=True)
class Difference:
    """One part that differs: `part` is stable ("channels"), `label` its name; lines removed, added, changed
    (before, after). Lines are words, such as "Trực tiếp: 05 ngày làm việc"."""

    part: str
    label: str
    removed: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    changed: tuple[tuple[str, str], ...] = field(default=())

    @property
    def sentence(self) -> str:
        """`Thành phần hồ sơ: thêm 1, bớt 2, sửa 1.`"""
        counts = (
            (_("thêm {n}"), len(self.added)),
            (_("bớt {n}"), len(self.removed)),
            (_("sửa {n}"), len(self.changed)),
        )
        said = ", ".join(text.format(n=number) for text, number in counts if number)
        return f"{self.label}: {said}."


Lines = Callable[[Any], Sequence[str]]


def compare(before: Proposal, after: Proposal) -> list[Difference]:
    """The parts that differ, in the order of the form. Equal up to white space is equal."""
    found = [*_heads(before, after), *_parts(before.content, after.content)]
    return [one for one in found if one.removed or one.added or one.changed]


def _heads(before: Proposal, after: Proposal) -> list[Difference]:
    rows = (
        ("name", _("Tên thủ tục"), before.name, after.name),
        (
            "field",
            _("Lĩnh vực"),
            before.field_name or before.field_code,
            after.field_name or after.field_code,
        ),
        ("online", _("Mức độ trực tuyến"), wording.online(before), wording.online(after)),
        ("location", _("Phi địa giới hành chính"), wording.location(before), wording.location(after)),
    )
    return [_single(part, label, old, new) for part, label, old, new in rows]


def _single(part: str, label: str, old: str, new: str) -> Difference:
    if squeeze(old) == squeeze(new):
        return Difference(part, label)
    if not squeeze(old):
        return Difference(part, label, added=(new,))
    if not squeeze(new):
        return Difference(part, label, removed=(old,))
    return Difference(part, label, changed=((old, new),))


def _parts(before: ProcedureContent, after: ProcedureContent) -> list[Difference]:
    found = []
    for part, label, lines in wording.PARTS:
        found.append(_lists(part, _(label), lines(before), lines(after)))
    return found


def _lists(part: str, label: str, old: Sequence[str], new: Sequence[str]) -> Difference:
    """Lines kept in common aside, those that stand in the same place and resemble each other were changed."""
    old, new = [squeeze(one) for one in old], [squeeze(one) for one in new]
    if sorted(old) == sorted(new):
        return Difference(part, label)
    removed = [one for one in old if one not in set(new)]
    added = [one for one in new if one not in set(old)]
    changed = []
    for one in list(removed):
        twin = max(added, key=lambda other: _likeness(one, other), default=None)
        if twin is not None and _likeness(one, twin) >= 0.5:
            changed.append((one, twin))
            removed.remove(one)
            added.remove(twin)
    return Difference(part, label, tuple(removed), tuple(added), tuple(changed))


def _likeness(one: str, other: str) -> float:
    head, other_head = one.partition(":")[0], other.partition(":")[0]
    if ":" in one and head == other_head:
        return 1.0
    return SequenceMatcher(None, one[:300], other[:300], autojunk=False).ratio()

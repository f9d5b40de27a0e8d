"""A procedure in the shape the pages show it: words ready, nothing to compute in templates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from motcua.modules.catalogue import wording
from motcua.modules.catalogue.data import Channel, ProcedureInfo
from motcua.modules.catalogue.models import Procedure, Version


@dataclass(frozen=True, slots=True)
class ChannelShown:
    """One way to file: its limits, what is uncertain about them, its fees."""

    kind: str
    name: str
    limits: list[str]
    fees: list[str]
    note: str


def channels_of(info: ProcedureInfo) -> list[ChannelShown]:
    return [_channel(one) for one in info.content.channels]


def _channel(channel: Channel) -> ChannelShown:
    limits = [wording.limit_text(limit) for limit in channel.limits]
    notes = [limit.note for limit in channel.limits if limit.note and limit.limit]
    fees = [wording.fee_text(fee) for limit in channel.limits for fee in limit.fees]
    note = "; ".join([*notes, *([channel.note] if channel.note else [])])
    return ChannelShown(
        channel.kind, wording.channel_name(channel.kind), limits, list(dict.fromkeys(fees)), note
    )


def quickest(info: ProcedureInfo) -> str:
    """The promise in one line: the limit when all ways share it, else that of each way; "" when none is stated."""
    return _by_channel({one.kind: _limits(one) for one in info.content.channels})


def _limits(channel: Channel) -> str:
    said = list(dict.fromkeys(limit.limit for limit in channel.limits if limit.limit))
    return said[0] if len(said) == 1 else (_("tùy trường hợp") if said else "")


def costs(info: ProcedureInfo) -> str:
    """What it costs in one line, by way of filing where they differ; "" when nothing is stated."""
    return _by_channel({one.kind: _cost(one) for one in info.content.channels})


def _cost(channel: Channel) -> str:
    fees = list(dict.fromkeys(fee for limit in channel.limits for fee in limit.fees))
    if fees and all(fee.amount == 0 for fee in fees):
        return _("không thu")
    if any(fee.amount is None for fee in fees) or len(channel.limits) > 1:
        return _("tùy trường hợp, xem bên dưới")
    return " + ".join(wording.amount_text(fee) for fee in fees)


def _by_channel(said: dict[str, str]) -> str:
    """`01 ngày làm việc`, or `Trực tiếp: 01 ngày làm việc; Trực tuyến: 04 giờ làm việc`."""
    stated = {kind: text for kind, text in said.items() if text}
    if len(set(stated.values())) == 1:
        return next(iter(stated.values()))
    return "; ".join(f"{wording.channel_name(kind)}: {text}" for kind, text in stated.items())


def papers_of(info: ProcedureInfo) -> list[dict[str, Any]]:
    """Papers by case: {name, papers: [{name, counts, form, form_url, note, source, basis, required}]}."""
    return [
        {
            "name": case.name,
            "papers": [
                {
                    "name": paper.name,
                    "counts": _counts(paper.originals, paper.copies),
                    "form": wording.form_text(paper.form),
                    "form_url": paper.form_url if paper.form_url.startswith("https://") else "",
                    "note": paper.note,
                    "source": paper.source,
                    "basis": paper.basis,
                    "required": paper.required,
                }
                for paper in case.papers
            ],
        }
        for case in info.content.cases
    ]


def _counts(originals: int, copies: int) -> str:
    parts = []
    if originals:
        parts.append(_("{n} bản chính").format(n=originals))
    if copies:
        parts.append(_("{n} bản sao").format(n=copies))
    return ", ".join(parts)


def levels_text(procedure: Procedure) -> str:
    names = (
        (procedure.at_ministry, _("Cấp bộ")),
        (procedure.at_province, _("Cấp tỉnh")),
        (procedure.at_commune, _("Cấp xã")),
    )
    return ", ".join(name for held, name in names if held) or _("Chưa rõ cấp")


def online_text(level: str) -> str:
    return _(wording.ONLINE[level])


def version_row(version: Version) -> dict[str, Any]:
    """A line of the list."""
    procedure = version.procedure
    return {
        "code": procedure.code,
        "name": version.name,
        "field": version.field.name,
        "levels": levels_text(procedure),
        "online": online_text(version.online_level),
        "online_level": version.online_level,
        "origin": procedure.origin,
        "essential": procedure.essential,
        "location_independent": version.location_independent,
    }

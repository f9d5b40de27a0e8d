"""Reading the starter catalogue's files: what each procedure says, as the catalogue's own data."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import Any

import yaml

from motcua.modules.catalogue.data import (
    Agency,
    Basis,
    Channel,
    ChannelLimit,
    PaperCase,
    ProcedureContent,
    Result,
    Sequence,
    StepLink,
    StepPlan,
    from_json,
)

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
SIMULATED = "simulated.yaml"
_FOLDER = files("motcua.modules.catalogue.starter") / "data"


@dataclass(frozen=True, slots=True)
class StarterProcess:
    """An internal process of the starter. `origin`: real (retyped from a decision), written (by us, from the
    law) or simulated; `source` says from what."""

    origin: str
    source: str
    steps: tuple[StepPlan, ...]
    links: tuple[StepLink, ...]
    performers: tuple[str, ...]
    decision: str = ""
    decision_date: dt.date | None = None
    limit: str = ""


@dataclass(frozen=True, slots=True)
class StarterProcedure:
    """A procedure of the starter with the columns of `Procedure` and `Version`."""

    code: str
    name: str
    field_code: str
    field_name: str
    department: str
    at_ministry: bool
    at_province: bool
    at_commune: bool
    online_level: str
    partial_reason: str
    location_independent: bool
    location_reason: str
    content: ProcedureContent
    essential: str = ""
    origin: str = "starter"
    tags: tuple[str, ...] = ()
    decision_number: str = ""
    decision_date: dt.date | None = None
    decision_agency: str = ""
    source: str = ""
    note: str = ""
    process: StarterProcess | None = None


@cache
def starter_procedures() -> tuple[StarterProcedure, ...]:
    """All procedures of the packaged files, in order of code. Raises ValueError when a code stands twice."""
    read = [one for document in _documents() for one in _procedures(document)]
    codes = [one.code for one in read]
    twice = sorted({code for code in codes if codes.count(code) > 1})
    if twice:
        raise ValueError(f"Danh mục khởi đầu có mã trùng: {', '.join(twice)}.")
    return tuple(sorted(read, key=lambda one: one.code))


def packaged(name: str) -> dict[str, Any]:
    """One of the packaged files."""
    text = (_FOLDER / name).read_text(encoding="utf-8")
    return dict(yaml.load(text, _LOADER))  # noqa: S506 - a safe loader, in C where there is one


def _documents() -> Iterator[dict[str, Any]]:
    for name in sorted(entry.name for entry in _FOLDER.iterdir()):
        if name.endswith(".yaml") and name != SIMULATED:
            yield packaged(name)


def _procedures(document: dict[str, Any]) -> Iterator[StarterProcedure]:
    for field in document["fields"]:
        for entry in field["procedures"]:
            yield _procedure(field, entry)


def _procedure(field: dict[str, Any], entry: dict[str, Any]) -> StarterProcedure:
    levels, decision = set(entry["levels"]), entry.get("decision", {})
    content = _content(entry)
    return StarterProcedure(
        code=entry["code"],
        name=entry["name"],
        field_code=field["code"],
        field_name=field["name"],
        department=field["department"],
        at_ministry="ministry" in levels,
        at_province="province" in levels,
        at_commune="commune" in levels,
        online_level=entry["online"],
        partial_reason=entry.get("partial_reason", ""),
        location_independent=entry.get("location_independent", True),
        location_reason=entry.get("location_reason", ""),
        content=content,
        essential=entry.get("essential", ""),
        decision_number=decision.get("number", ""),
        decision_date=_date(decision.get("date")),
        decision_agency=decision.get("agency", ""),
        source=entry["source"],
        note=entry.get("note", ""),
        process=_process(entry["process"], content) if "process" in entry else None,
    )


def _content(entry: dict[str, Any]) -> ProcedureContent:
    # What the source does not say is told beside the limits and fees it would stand among.
    untold = ". ".join(text for text in (entry.get("note"), entry.get("fee_note")) if text)
    return ProcedureContent(
        sequences=(Sequence("", _order(entry)),),
        channels=tuple(_channels(entry["channels"], untold)),
        cases=tuple(from_json(PaperCase, one) for one in entry["cases"]),
        sets=entry.get("sets", 1),
        subjects=tuple(entry["subjects"]),
        agencies=tuple(from_json(Agency, one) for one in entry["agencies"]),
        results=tuple(Result(name) for name in entry["results"]),
        bases=tuple(from_json(Basis, one) for one in entry["bases"]),
        conditions=entry.get("conditions", ""),
    )


_WAYS = {
    "direct": "trực tiếp tại bộ phận một cửa",
    "online": "trực tuyến trên Cổng Dịch vụ công quốc gia",
    "post": "qua dịch vụ bưu chính công ích",
}


def _order(entry: dict[str, Any]) -> tuple[str, ...]:
    """The order of steps common to all procedures (Decree 118/2025/NĐ-CP, Art. 16 to 22), in our words."""
    kinds = [kind for one in entry["channels"] for kind in one["kinds"]]
    ways = ", ".join(text for kind, text in _WAYS.items() if kind in kinds)
    results = "; ".join(entry["results"])
    return (
        f"Chuẩn bị giấy tờ theo thành phần hồ sơ và nộp {ways}.",
        "Nơi tiếp nhận kiểm tra; hồ sơ đủ thì cấp giấy tiếp nhận và hẹn trả kết quả, chưa đủ thì hướng dẫn bổ sung.",
        f"{entry['agencies'][0]['name']} giải quyết trong thời hạn; không đủ điều kiện thì trả lời nêu rõ lý do.",
        f"Nhận kết quả theo giấy hẹn: {results}.",
    )


def _channels(entries: list[dict[str, Any]], note: str) -> Iterator[Channel]:
    for entry in entries:
        limits = tuple(from_json(ChannelLimit, one) for one in entry["limits"])
        for kind in entry["kinds"]:
            yield Channel(kind, limits, note)


def _process(entry: dict[str, Any], content: ProcedureContent) -> StarterProcess:
    rows = entry["steps"]
    steps = tuple(_step(order, row) for order, row in enumerate(rows, start=1))
    links = entry.get("links")
    limit = content.limit()
    return StarterProcess(
        origin=entry["origin"],
        source=entry["source"],
        steps=steps,
        links=tuple(from_json(StepLink, one) for one in links) if links else straight(steps),
        performers=tuple(row.get("performer", "") for row in rows),
        decision=entry.get("decision", ""),
        decision_date=_date(entry.get("decision_date")),
        limit=entry.get("limit", limit.limit if limit else ""),
    )


def _step(order: int, row: dict[str, Any]) -> StepPlan:
    plain = {name: value for name, value in row.items() if name != "performer"}
    return from_json(StepPlan, {**plain, "order": order, "actions": tuple(row.get("actions", ()))})


def straight(steps: tuple[StepPlan, ...]) -> tuple[StepLink, ...]:
    """One step after the other."""
    return tuple(StepLink(a.key, b.key) for a, b in pairwise(steps))


def _date(text: str | dt.date | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if isinstance(text, str) else text

"""Simulated procedures: as many as bring a demonstration to the size of Bắc Ninh's catalogue at the end of 2025.

The report counts 2,176 procedures as 1,754 of the province and 422 of the communes, 85 of them common to both
levels. Here one procedure is counted once: those of the province number 1,754, of which 85 are handled by
communes too; those of communes alone number 422. 150 have no internal process yet, so 2,026 are configured.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain, product, zip_longest
from typing import Any

from motcua.kernel.text import search_key
from motcua.modules.catalogue.data import (
    Agency,
    Channel,
    ChannelLimit,
    Paper,
    PaperCase,
    ProcedureContent,
    Result,
)
from motcua.modules.catalogue.starter.data import (
    SIMULATED,
    StarterProcedure,
    StarterProcess,
    packaged,
    starter_procedures,
    straight,
)
from motcua.modules.catalogue.starter.usual import usual_steps

ALL, OF_PROVINCE, OF_COMMUNE_ALONE, COMMON = 2176, 1754, 422, 85
WITHOUT_PROCESS = 150
FIRST_CODE = 900_001  # 3.9xxxxx: no ministry and no province has given such a code
LABEL = "(mô phỏng)"
_SOURCE = "Mô phỏng cho trình diễn, không phải thủ tục có thật"


@dataclass(frozen=True, slots=True)
class _Kind:
    name: str
    field_code: str
    field_name: str
    department: str
    at_province: bool
    at_commune: bool


@cache
def simulated_procedures() -> tuple[StarterProcedure, ...]:
    """What is missing after the starter's own, always the same ones under the same codes."""
    real = starter_procedures()
    parts = packaged(SIMULATED)
    common = COMMON - sum(one.at_province and one.at_commune for one in real)
    province = OF_PROVINCE - COMMON - sum(one.at_province and not one.at_commune for one in real)
    commune = OF_COMMUNE_ALONE - sum(not one.at_province for one in real)
    kinds = [
        *_take(parts, "departments", province, (True, False)),
        *_take(parts, "commune", commune, (False, True)),
        *_take(parts, "both", common, (True, True)),
    ]
    configured = len(kinds) - (WITHOUT_PROCESS - sum(one.process is None for one in real))
    return tuple(
        _procedure(place, kind, parts["limits"], with_process=_spread(place, len(kinds), configured))
        for place, kind in enumerate(kinds)
    )


def _spread(place: int, among: int, wanted: int) -> bool:
    """Picks `wanted` of `among` places, evenly."""
    return (place + 1) * wanted // among > place * wanted // among


def _take(parts: dict[str, Any], group: str, wanted: int, levels: tuple[bool, bool]) -> Iterator[_Kind]:
    """In turn one of each department, so that all have about as many."""
    columns = [_of(entry, parts, levels) for entry in parts[group]]
    rows = chain.from_iterable(zip_longest(*columns))
    found = [kind for kind in rows if kind is not None][:wanted]
    if len(found) < wanted:
        raise ValueError(f"{SIMULATED}: {group} chỉ tạo được {len(found)} trong {wanted} thủ tục.")
    yield from found


def _of(entry: dict[str, Any], parts: dict[str, Any], levels: tuple[bool, bool]) -> Iterator[_Kind]:
    code = "mp-" + search_key(entry["field"]).replace(" ", "-")
    for verb, subject, thing in product(parts["verbs"], parts["subjects"], entry["objects"]):
        name = f"{verb} {thing} của {subject} {LABEL}"
        yield _Kind(name, code, entry["field"], entry.get("department", entry.get("name")), *levels)


def _procedure(place: int, kind: _Kind, limits: Sequence[str], *, with_process: bool) -> StarterProcedure:
    limit = limits[place % len(limits)]
    online = place % 5
    return StarterProcedure(
        code=f"3.{FIRST_CODE + place}",
        name=kind.name,
        field_code=kind.field_code,
        field_name=kind.field_name,
        department=kind.department,
        at_ministry=False,
        at_province=kind.at_province,
        at_commune=kind.at_commune,
        online_level="none" if online == 0 else "partial" if online == 1 else "full",
        partial_reason="Mô phỏng: cần xuất trình bản chính" if online == 1 else "",
        location_independent=place % 300 != 7,
        location_reason="Mô phỏng: phải kiểm tra tại chỗ" if place % 300 == 7 else "",
        content=_content(kind, limit, online),
        origin="simulated",
        source=_SOURCE,
        process=_process(kind, limit) if with_process else None,
    )


def _content(kind: _Kind, limit: str, online: int) -> ProcedureContent:
    limits = (ChannelLimit(limit=limit),)
    kinds = ("direct", "post") if online == 0 else ("direct", "online", "post")
    offices = [kind.department] * kind.at_province + ["Ủy ban nhân dân cấp xã"] * kind.at_commune
    papers = (Paper("Đơn đề nghị (mô phỏng)"), Paper("Tài liệu kèm theo (mô phỏng)", originals=0, copies=1))
    return ProcedureContent(
        channels=tuple(Channel(one, limits) for one in kinds),  # type: ignore[arg-type]
        cases=(PaperCase("", papers),),
        subjects=("Cá nhân", "Tổ chức"),
        agencies=tuple(Agency(name) for name in offices),
        results=(Result("Kết quả giải quyết (mô phỏng)"),),
    )


def _process(kind: _Kind, limit: str) -> StarterProcess:
    steps = usual_steps(limit, at_province=kind.at_province)
    return StarterProcess(
        origin="simulated",
        source=_SOURCE,
        steps=steps,
        links=straight(steps),
        performers=("",) * len(steps),
        limit=limit,
    )

"""Where facts come from: the SELECT a module declares over its own tables, and the events that change its rows."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from motcua.engine.facts.errors import FactsError
from motcua.engine.figures.api import REGISTRY, FactShape

PARAMETERS = ("%(province)s", "%(uids)s")
Given = Callable[[int], Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class FactSource:
    """A fact and how its rows are read.

    `sql`: one SELECT for PostgreSQL 15 to 18 whose columns are the shape's, in order, one row a key, with the
    parameters `%(province)s` (bigint) and `%(uids)s` (uuid[] of records, NULL for all). The shape's `of_record` is text:
    the record's uid as PostgreSQL writes it. `events`: event types, or their beginnings, whose subject
    ("dossier:<uid>") is the record whose rows they may change, or with which they come and go. `given(province id)`:
    further parameters of the statement, by name (a working calendar); who changes them asks for the fact to be built anew.
    `whole`: of a fact so small that any of its events has it read whole anew; its rows need no record an event could
    name, only keys that differ.
    """

    shape: FactShape
    sql: str
    events: tuple[str, ...]
    given: Given | None = None
    whole: bool = False

    @property
    def name(self) -> str:
        return self.shape.name

    @property
    def digest(self) -> str:
        """A mark of the declaration (64 hexadecimal digits): another one asks for facts built anew."""
        columns = "\0".join(f"{name} {kind}" for name, kind in self.shape.columns.items())
        several = tuple(each for each in (self.shape.record, self.shape.until) if each)
        text = "\0\0".join((columns, self.shape.key, self.shape.unit, self.sql, *several))
        return hashlib.sha256(text.encode()).hexdigest()

    def parameters(self, province_id: int, uids: list[Any] | None) -> dict[str, Any]:
        """The parameters of the statement for these records (None: all)."""
        more = self.given(province_id) if self.given else {}
        return {"province": province_id, "uids": uids, **more}

    def follows(self, event_type: str) -> bool:
        """Whether an event of this type may change a row."""
        return event_type.startswith(self.events)


_sources: dict[str, FactSource] = {}


def define_source(
    shape: FactShape, sql: str, events: tuple[str, ...], given: Given | None = None, *, whole: bool = False
) -> FactSource:
    """Declares a fact (its shape too) with its source; the same declaration twice is once.

    Called from an AppConfig.ready. Raises FactsError: FACTS-KEY (no text key, or no unit), FACTS-SQL (a parameter is
    missing), FACTS-EVENTS (no event types), FACTS-TWICE; FigureError: FIG-FACT-TWICE.
    """
    source = FactSource(shape, sql, events, given, whole)
    _check(source)
    known = _sources.setdefault(shape.name, source)
    if known != source:
        raise FactsError("FACTS-TWICE", f"Dữ kiện “{shape.name}” đã được khai báo với nguồn khác.")
    REGISTRY.define_fact(shape)
    return known


def sources() -> tuple[FactSource, ...]:
    """Every source declared, by name."""
    return tuple(_sources[name] for name in sorted(_sources))


def source_of(fact: str) -> FactSource:
    """The source of a fact. Raises FACTS-UNKNOWN."""
    if fact not in _sources:
        raise FactsError("FACTS-UNKNOWN", f"Không có nguồn của dữ kiện “{fact}”. Kiểm tra lại tên.")
    return _sources[fact]


def _check(source: FactSource) -> None:
    shape = source.shape
    keys = (shape.key, shape.of_record)
    if not all(keys) or any(shape.columns[each] != "text" for each in keys) or not shape.unit:
        raise FactsError(
            "FACTS-KEY",
            f"Dữ kiện “{shape.name}” phải nêu cột khóa (kiểu text, chứa uid của hồ sơ gốc) và cột đơn vị.",
        )
    wanted = PARAMETERS[:1] if source.whole else PARAMETERS
    missing = [each for each in wanted if each not in source.sql]
    if missing:
        raise FactsError(
            "FACTS-SQL", f"Câu lệnh của dữ kiện “{shape.name}” thiếu tham số {', '.join(missing)}."
        )
    if not source.events or not all(source.events):
        raise FactsError("FACTS-EVENTS", f"Dữ kiện “{shape.name}” phải nêu loại sự kiện làm dòng thay đổi.")

"""Ended files go to the unit that keeps them: after a merger the successor sees what its predecessors handled.

A row's code says which unit it was then, and every figure counts by it; its path says whose right it stands under today.
Open rows follow with both (`following`). Of ended rows only the path moves, to wherever the unit of the code lives today,
so that the same pass serves a change, its undo, and a pass cut short: it looks at what is, and mends what differs.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_noop

from motcua.engine.jobs.api import defer
from motcua.engine.provinces.api import Province
from motcua.engine.statements.api import fetch, run
from motcua.modules.dossiers.following import refresh_search
from motcua.modules.dossiers.models import Dossier
from motcua.modules.dossiers.units import forget_units
from motcua.reference.organisations.api import Move, keepers_of, register_follower

_BATCH = 2_000


@dataclass(frozen=True, slots=True)
class Seat:
    """Columns of a unit in a table, and which rows are ended. All are names written here, never input."""

    table: str
    code: str
    path: str
    ended: str

    def sql(self, template: str) -> str:
        return template.format(table=self.table, code=self.code, path=self.path, ended=self.ended)


_PAIRS = "SELECT {code}, {path} FROM {table} WHERE province_id = %s AND {ended} GROUP BY 1, 2"
_STRAYED = """
SELECT t.id, mended.path FROM {table} t
JOIN unnest(%s::text[], %s::text[], %s::text[]) AS mended (code, old, path)
  ON t.{code} = mended.code AND t.{path} = mended.old
WHERE t.province_id = %s AND {ended}
"""
_MEND = """
UPDATE {table} t SET {path} = mended.path FROM unnest(%s::bigint[], %s::text[]) AS mended (id, path)
WHERE t.id = mended.id AND {ended}
"""
_ENDED = "ended_at IS NOT NULL"
SEATS = (
    Seat("dossiers_dossier", "unit_code", "unit_path", _ENDED),
    Seat("dossiers_dossier", "received_code", "received_path", _ENDED),
    # a result not handed over yet follows with its code too (`following`)
    Seat("dossiers_dossier", "return_code", "return_path", f"{_ENDED} AND status <> 9"),
    Seat("dossiers_task", "unit_code", "unit_path", "closed_at IS NOT NULL"),
    Seat("dossiers_consultation", "unit_code", "unit_path", "answered_at IS NOT NULL"),
    Seat("dossiers_leg", "unit_code", "unit_path", "ended_at IS NOT NULL"),
)


def follow_keepers(province: Province) -> int:
    """Puts every ended row under the unit that keeps it today; returns how many moved. Done again, it moves none.

    Commits batch by batch: stopped, it goes on where it was the next time.
    """
    return sum(_mend(province, seat) for seat in SEATS)


def _mend(province: Province, seat: Seat) -> int:
    pairs = fetch(seat.sql(_PAIRS), [province.pk])
    keepers = keeper_paths(province, {code for code, _path in pairs})
    wrong = [(code, path, keepers[code]) for code, path in pairs if keepers.get(code, path) != path]
    if not wrong:
        return 0
    rows = fetch(seat.sql(_STRAYED), [*(list(column) for column in zip(*wrong, strict=True)), province.pk])
    for batch in _batches(rows):
        keys = [key for key, _path in batch]
        with transaction.atomic():
            run(seat.sql(_MEND), [keys, [path for _key, path in batch]])
            if seat.table == "dossiers_dossier":
                refresh_search(keys)
    return len(rows)


def keeper_paths(province: Province, codes: set[str]) -> dict[str, str]:
    """Where what each code left is kept today, as a path."""
    return {code: unit.path for code, unit in keepers_of(province, codes).items()}


def _batches(rows: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(rows), _BATCH):
        yield rows[start : start + _BATCH]


@dataclass(frozen=True, slots=True)
class EndedFollower:
    """Says before a change how many ended files go along, and asks for the pass after it and after its undo."""

    code: str = "dossiers:ended"
    label: str = gettext_noop("Hồ sơ đã kết thúc, đơn vị kế thừa được xem")

    def _rows(self, province: Province, paths: Sequence[str]) -> QuerySet[Dossier]:
        rows = Dossier.objects.filter(province=province, ended_at__isnull=False).exclude(status=9)
        return rows.filter(Q(unit_path__in=paths) | Q(received_path__in=paths) | Q(return_path__in=paths))

    def count(self, province: Province, paths: Sequence[str]) -> int:
        return self._rows(province, list(paths)).count() if paths else 0

    def move(self, province: Province, moves: Sequence[Move]) -> Any:
        _ask(province)
        return [move.path for move in moves]

    def restore(self, province: Province, memento: Any) -> None:
        _ask(province)


def _ask(province: Province) -> None:
    from motcua.modules.dossiers.jobs import keepers

    forget_units()
    defer(keepers, {"province_id": province.pk}, key=f"dossiers.keepers:{province.pk}", province=province)


def follow_heirs() -> None:
    """Called when the app is ready."""
    register_follower(EndedFollower())

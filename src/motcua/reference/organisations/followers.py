"""Rows of other rooms that follow a unit: counted before a change, moved by it, put back by its undo."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext, gettext_noop

from motcua.engine.permissions.api import Grant
from motcua.engine.provinces.api import Province
from motcua.engine.signing.api import SigningIdentity
from motcua.reference.organisations.data import Move, Touched

Memento = Any


class Follower(Protocol):
    """A kind of record that belongs to units by code and path."""

    code: str
    label: str

    def count(self, province: Province, paths: Sequence[str]) -> int:
        """How many records stand in units of these paths."""

    def move(self, province: Province, moves: Sequence[Move]) -> Memento:
        """Moves the records; returns JSON that `restore` understands, and that is empty when none moved."""

    def restore(self, province: Province, memento: Memento) -> None:
        """Puts back exactly what `move` moved."""


_followers: dict[str, Follower] = {}


def register_follower(follower: Follower) -> None:
    """Called from a room's AppConfig.ready."""
    _followers[follower.code] = follower


def followers() -> tuple[Follower, ...]:
    return tuple(_followers[code] for code in sorted(_followers))


@dataclass(frozen=True, slots=True)
class RowFollower:
    """Follows the rows of a model that has `province`, `unit_code` and `unit_path` columns.

    `changed` is called with the moved rows' keys, also after an undo (to refresh what depends on them).
    """

    code: str
    label: str
    model: Callable[[], type[models.Model]]
    changed: Callable[[Sequence[int]], None] | None = None

    def _in(self, province: Province, paths: Sequence[str]) -> Any:
        return self.model()._default_manager.filter(Q(province=province), unit_path__in=list(paths))

    def count(self, province: Province, paths: Sequence[str]) -> int:
        return self._in(province, paths).count() if paths else 0

    def move(self, province: Province, moves: Sequence[Move]) -> Memento:
        by_path = {move.path: move for move in moves}
        rows = list(
            self._in(province, list(by_path)).select_for_update().values_list("pk", "unit_code", "unit_path")
        )
        for pk, _code, path in rows:
            move = by_path[path]
            self.model()._default_manager.filter(pk=pk).update(
                unit_code=move.new_code, unit_path=move.new_path
            )
        self._tell([pk for pk, _code, _path in rows])
        return [[pk, code, path] for pk, code, path in rows]

    def restore(self, province: Province, memento: Memento) -> None:
        for pk, code, path in memento:
            self.model()._default_manager.filter(pk=pk).update(unit_code=code, unit_path=path)
        self._tell([pk for pk, _code, _path in memento])

    def _tell(self, keys: Sequence[int]) -> None:
        if self.changed is not None and keys:
            self.changed(keys)


def touched_by(province: Province, paths: Sequence[str]) -> tuple[Touched, ...]:
    """What a change of the units at these paths touches, by follower."""
    return tuple(
        Touched(follower.code, gettext(follower.label), count)
        for follower in followers()
        if (count := follower.count(province, paths))
    )


def follow_grants() -> None:
    """Accounts' rights and the certificates of units and people follow their unit."""
    register_follower(RowFollower("permissions:grants", gettext_noop("Quyền của tài khoản"), lambda: Grant))
    register_follower(
        RowFollower(
            "signing:identities", gettext_noop("Chứng thư số của đơn vị và cán bộ"), lambda: SigningIdentity
        )
    )

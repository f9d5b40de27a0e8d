"""Series and numbers as plain data, and the kinds of registers that rooms keep."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

Link = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Series:
    """Numbers run from 1 without gaps within one series.

    kind: "dossier", "slip:02"; unit_code: code of the unit that gives the numbers, "" for the whole province;
    period: "251001" for a day, "2026" for a year. unit_path: from where the register is seen, taken from the
    first number of the series.
    """

    province_id: int
    kind: str
    unit_code: str
    period: str
    unit_path: str = "/"


@dataclass(frozen=True, slots=True)
class Number:
    """A number given in a series."""

    series: Series
    number: int


@dataclass(frozen=True, slots=True)
class Register:
    """A kind of register as people see it; `link` gives the address of a subject, "" when there is none."""

    kind: str
    label: str
    link: Link | None = None


_registers: dict[str, Register] = {}


def declare_register(kind: str, label: str, *, link: Link | None = None) -> str:
    """Gives a kind of register its Vietnamese name on pages, and its subjects their addresses; returns the kind.

    Called from a room's AppConfig.ready. A kind nobody declares is shown by its code.
    """
    _registers[kind] = Register(kind, label, link)
    return kind


def register_of(kind: str) -> Register:
    return _registers.get(kind) or Register(kind, kind)


def declared_registers() -> tuple[Register, ...]:
    return tuple(_registers[kind] for kind in sorted(_registers))

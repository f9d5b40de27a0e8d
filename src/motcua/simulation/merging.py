"""Open dossiers and petitions follow their units on the day of the merger, and the results those had issued.

The packaged changes of units were carried when they were loaded, before there was any dossier: here the followers of
the room of dossiers are asked to move what stands in the former units, at the simulated moment.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from motcua.engine.events.api import record
from motcua.kernel.clock import frozen
from motcua.kernel.ids import drawn_from
from motcua.kernel.worktime import to_instant
from motcua.reference.organisations.api import Move, followers
from motcua.simulation.draws import Draws
from motcua.simulation.events import UNITS_FOLLOWED
from motcua.simulation.ground import Ground

_SCOPE = (
    "dossiers:unit",
    "dossiers:received",
    "dossiers:return",
    "dossiers:tasks",
    "dossiers:consultations",
    "dossiers:legs",
    "feedback:unit",
    "feedback:received",
    "records:papers",
    "records:results",
)
TICKETS = ("feedback:unit", "feedback:received")


def moves_of(ground: Ground, codes: Iterable[str] | None = None) -> list[Move]:
    """From each unit of before the merger to what became of it."""
    places, heirs = ground.map.places, ground.map.heirs
    return [
        Move(code, places[code].path, heirs[code], places[heirs[code]].path)
        for code in sorted(heirs if codes is None else heirs.keys() & set(codes))
    ]


def follow_merger(
    ground: Ground, draws: Draws, codes: Iterable[str] | None = None, scope: Collection[str] = _SCOPE
) -> int:
    """Moves what is open in the former units (`codes`: only these) to their heirs, and what they issued, by the followers
    of `scope`; returns how many dossiers got another handling unit. Must be called inside a transaction."""
    assert ground.map.merger is not None
    moves, dossiers = moves_of(ground, codes), 0
    with frozen(to_instant(ground.map.merger)):
        for follower in followers():
            if follower.code in scope:
                with drawn_from(draws.stream(f"merger:{follower.code}")):
                    moved = follower.move(ground.province, moves)
                dossiers += (
                    sum(len(keys) for keys, *_from in moved) if follower.code == "dossiers:unit" else 0
                )
    return dossiers


def tell_merger(ground: Ground, dossiers: int) -> None:
    """The event that so many dossiers followed their units."""
    assert ground.map.merger is not None
    with frozen(to_instant(ground.map.merger)):
        payload = {"count": dossiers, "day": f"{ground.calibration.merger:%d/%m/%Y}"}
        subject = f"province:{ground.province.key}"
        record(UNITS_FOLLOWED, province=ground.province, subject=subject, payload=payload)

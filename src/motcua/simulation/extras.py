"""What other rooms do with a dossier: its fee, its papers, its electronic result, its rating. Pure.

Each does all of it in the minute of one of the dossier's own acts, so that no merger ever comes between.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from motcua.simulation.acts import CLERK, DESK, Act, Extra
from motcua.simulation.routes import Route

if TYPE_CHECKING:
    from motcua.simulation.story import Telling

ENDING = ("submit", "approve", "sign", "issue")
PAYMENT, SCAN, SCAN_MORE, REUSE, RESULT, RATING = "payment", "scan", "scan-more", "reuse", "result", "rating"
CHECKED = "checked"


def payment_of(telling: Telling, acts: Sequence[Act]) -> list[Extra]:
    """The fee, raised and paid when the dossier is received."""
    place = _received(acts)
    if not telling.planned.payment or place is None:
        return []
    return [_at(PAYMENT, place, acts, DESK, telling.planned.payment)]


def scans_of(telling: Telling, acts: Sequence[Act]) -> list[Extra]:
    """Papers handed in on paper are scanned at the desk, those of a supplement too; what counts as digitised is checked
    with the scan. A paper of the store in the place of one needs no scan, nor does what was sent online."""
    planned, place = telling.planned, _received(acts)
    if planned.channel == "online" or place is None:
        return []
    reused = reused_component(telling.route) if planned.reused else 0
    numbers = tuple(one for one in range(1, len(telling.route.papers) + 1) if one != reused)
    word = CHECKED if planned.digitised else ""
    found = [_at(SCAN, place, acts, DESK, word, numbers)] if numbers else []
    more = (len(telling.route.papers) + 1,)
    return found + [
        _at(SCAN_MORE, number, acts, DESK, word, more)
        for number, act in enumerate(acts)
        if act.verb == "take"
    ]


def reuse_of(telling: Telling, acts: Sequence[Act]) -> list[Extra]:
    """Data of a register stand in the place of the last paper asked for."""
    place = _received(acts)
    if not telling.planned.reused or place is None:
        return []
    return [_at(REUSE, place, acts, DESK, "", (reused_component(telling.route),))]


def result_of(telling: Telling, acts: Sequence[Act]) -> list[Extra]:
    """The signed file of the result, issued when it is recorded."""
    if not telling.planned.electronic:
        return []
    place = next(place for place, act in enumerate(acts) if ends(act, telling.route))
    return [_at(RESULT, place, acts, CLERK)]


def rating_of(telling: Telling, acts: Sequence[Act]) -> list[Extra]:
    """What the applicant said, at the end of all."""
    rating = telling.planned.rating
    return [_at(RATING, len(acts) - 1, acts, DESK, rating)] if rating else []


def reused_component(route: Route) -> int:
    """The number of the component a register stands in for."""
    return len(route.papers)


def ends(act: Act, route: Route) -> bool:
    """Whether an act gives the dossier its result."""
    return act.verb in ENDING and act.step == route.work[-1].key


def _received(acts: Iterable[Act]) -> int | None:
    return next((place for place, act in enumerate(acts) if act.verb in ("file", "receive")), None)


def _at(
    name: str, place: int, acts: Sequence[Act], role: str, word: str = "", numbers: tuple[int, ...] = ()
) -> Extra:
    return Extra(name, place, acts[place].minute, role, word, numbers)

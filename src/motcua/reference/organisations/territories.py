"""A commune's territory follows its People's Committee: merged, split and renamed by the same decision."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from decimal import Decimal

from django.utils.translation import gettext as _

from motcua.engine.provinces.api import Province
from motcua.kernel.ids import uuid7
from motcua.kernel.text import squeeze
from motcua.reference.places.api import KINDS as PLACE_KINDS
from motcua.reference.places.api import PlaceInfo, place_at, place_state
from motcua.reference.timeline.api import Act, Change, ChangeRefused, Ledger, Part, State

COMMITTEE = "commune_committee"


def territory_act(province: Province, ledger: Ledger, act: Act) -> Act | None:
    """The change of territories that goes with a change of communes' committees; None when there is none.

    `ledger` is that of the units before the act. Raises ChangeRefused when a new committee has a place code but
    a name that does not say its kind ("Xã …", "Phường …").
    """
    ending = {uid: ledger.last(uid).state for uid in act.ending() if uid in ledger.versions}
    places = {uid: _place(province, state, act.change) for uid, state in ending.items()}
    change = Change(uuid7(), act.change.kind, act.change.decision)
    if act.restated:
        return _renamed(province, change, act, places)
    coming = [state for state in act.successors.values() if state.kind == COMMITTEE]
    known = [place for place in places.values() if place is not None]
    if not coming or len(known) != len(places) or not known or any(not _code(state) for state in coming):
        return None
    uids = {uid: uuid7() for uid in act.successors}
    parts = [
        Part(place.uid, uids[part.successor], part.share, part.basis)
        for part in act.parts
        if (place := places[part.predecessor]) is not None and part.successor in uids
    ]
    whole = len(act.successors) == 1
    parent = _above(province, known[0], act.change)
    states = {uids[uid]: _new_place(state, known, parent, whole) for uid, state in act.successors.items()}
    return Act(change, [place.uid for place in known], states, parts=parts)


def _above(province: Province, place: PlaceInfo, change: Change) -> uuid.UUID | None:
    above = place.path.rstrip("/").split("/")[-2]
    found = place_at(province, above, change.day) if above else None
    return found.uid if found else None


def _place(province: Province, state: State, change: Change) -> PlaceInfo | None:
    """The territory of a commune's committee on the eve of the change."""
    if state.kind != COMMITTEE or not _code(state):
        return None
    place = place_at(province, _code(state), change.day)
    return place if place and place.level == "commune" else None


def _renamed(
    province: Province, change: Change, act: Act, places: dict[uuid.UUID, PlaceInfo | None]
) -> Act | None:
    restated = {}
    for uid, state in act.restated.items():
        place = places.get(uid)
        if place is None or state.kind != COMMITTEE:
            continue
        kind, name = _kind_and_name(state)
        if (kind, name) != (place.kind, place.short_name):
            facts = {axis: getattr(place, axis) for axis in ("latitude", "longitude", "area_km2")}
            restated[place.uid] = place_state(
                kind, name, place.code, _above(province, place, change), **facts
            )
    return Act(change, restated=restated) if restated else None


def _new_place(state: State, known: Sequence[PlaceInfo], parent: uuid.UUID | None, whole: bool) -> State:
    kind, name = _kind_and_name(state)
    facts = _merged_facts(known) if whole else {}
    return place_state(kind, name, _code(state), parent, **facts)


def _merged_facts(known: Sequence[PlaceInfo]) -> dict[str, Decimal]:
    """Area of the whole and its centroid, where all parts are known."""
    areas = [place.area_km2 for place in known]
    if any(area is None for area in areas):
        return {}
    total = sum((area for area in areas if area is not None), Decimal(0))
    facts = {"area_km2": total}
    for axis in ("latitude", "longitude"):
        values = [getattr(place, axis) for place in known]
        if total and all(value is not None for value in values):
            weighted = sum(value * area for value, area in zip(values, areas, strict=True))
            facts[axis] = round(weighted / total, 5)
    return facts


def _kind_and_name(state: State) -> tuple[str, str]:
    text = squeeze(state.details["short_name"]).removeprefix("UBND ").removeprefix("Ủy ban nhân dân ")
    for kind, (level, word) in PLACE_KINDS.items():
        if level == "commune" and text.lower().startswith(f"{word.lower()} "):
            return kind, text[len(word) + 1 :]
    raise ChangeRefused(
        _(
            "Tên gọn “{short_name}” phải bắt đầu bằng Xã, Phường, Thị trấn hoặc Đặc khu, vì địa bàn mang tên này."
        ).format(short_name=state.details["short_name"]),
        code="organisations.place-name",
    )


def _code(state: State) -> str:
    return str(state.details["place_code"])

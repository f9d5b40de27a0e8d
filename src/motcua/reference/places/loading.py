"""The packaged register, replayed as changes on a ledger."""

from __future__ import annotations

import uuid
from fractions import Fraction
from typing import Any

from motcua.kernel.ids import uuid7
from motcua.reference.places.data import Act as Resolution
from motcua.reference.places.data import Commune, FormerCommune, Register, full_name, level_of, word_of
from motcua.reference.timeline.api import Act, Change, Decision, Ledger, Part, State

EQUAL_SHARES = "Chia đều; nghị quyết không nêu tỷ lệ"


def new_change(kind: str, act: Resolution, title: str) -> Change:
    """A change under a resolution of the register."""
    return Change(uuid7(), kind, Decision(act.number, act.effective_on, act.signed_on, title))


def place_state(kind: str, name: str, code: str, parent: uuid.UUID | None = None, **details: Any) -> State:
    blank = {"latitude": None, "longitude": None, "area_km2": None}
    return State(
        full_name(kind, name), kind, level_of(kind), code, parent, {"short_name": name, **blank, **details}
    )


def replay(register: Register) -> tuple[Ledger, list[Change]]:
    """All that happened to a province's territories, in order: the ledger and its changes."""
    ledger = Ledger()
    changes = [_found_former(ledger, register)]
    changes += _rearrange(ledger, register)
    changes += _change_kinds(ledger, register)
    return ledger, changes


def _found_former(ledger: Ledger, register: Register) -> Change:
    province = register.province
    origin = Resolution(province["register"], province["register_from"])
    change = new_change("found", origin, "Số liệu ban đầu của danh mục")
    uids: dict[str, uuid.UUID] = {}
    states = [(row["code"], place_state(row["kind"], row["name"], row["code"])) for row in province["former"]]
    states += [(d.code, place_state(d.kind, d.name, d.code)) for d in register.districts]
    states += [(c.code, place_state(c.kind, c.name, c.code)) for c in register.former]
    parents = {d.code: d.province_code for d in register.districts}
    parents |= {c.code: c.district_code for c in register.former}
    for code, state in states:
        uids[code] = uuid7()
        parent = uids[parents[code]] if code in parents else None
        ledger.found(change, uids[code], state.but(parent=parent))
    return change


def _rearrange(ledger: Ledger, register: Register) -> list[Change]:
    day = register.merger.effective_on
    before = {
        version.state.code: version.subject for version in ledger.on(register.province["register_from"])
    }
    province = uuid7()
    communes = {commune.code: commune for commune in register.communes}
    acts = [
        _commune_act(ledger, old, [communes[c] for c in new], before, province)
        for old, new in register.groups()
    ]
    act = communes[register.communes[0].code].act
    districts = new_change("abolish", Resolution(act.number, day, act.signed_on), "Kết thúc cấp huyện")
    acts.append(Act(districts, predecessors=[before[d.code] for d in register.districts]))
    acts.append(_province_act(register, before, province))
    ledger.reorganise(acts)
    return [act.change for act in acts]


def _province_act(register: Register, before: dict[str, uuid.UUID], province: uuid.UUID) -> Act:
    merged, former = register.province["merged"], register.province["former"]
    names = " và ".join(f"{word_of(row['kind']).lower()} {row['name']}" for row in former)
    state = place_state(merged["kind"], merged["name"], merged["code"])
    return Act(
        new_change("merge", register.merger, f"Hợp nhất {names}"),
        predecessors=[before[row["code"]] for row in former],
        successors={province: state},
        parts=[Part(before[row["code"]], province) for row in former],
    )


def _commune_act(
    ledger: Ledger,
    old: list[FormerCommune],
    new: list[Commune],
    before: dict[str, uuid.UUID],
    province: uuid.UUID,
) -> Act:
    states = {commune.code: _commune_state(commune, province) for commune in new}
    names = ", ".join(state.name for state in states.values())
    if len(old) == len(new) == 1 and (old[0].name, old[0].kind) == (new[0].name, new[0].kind):
        kept = new_change("transfer", new[0].act, f"Giữ nguyên {names}, kết thúc cấp huyện")
        return Act(kept, restated={before[old[0].code]: states[new[0].code]})
    kind = "merge" if len(new) == 1 else "split" if len(old) == 1 else "rearrange"
    uids = {code: uuid7() for code in states}
    return Act(
        new_change(kind, new[0].act, f"Sắp xếp thành {names}"),
        predecessors=[before[commune.code] for commune in old],
        successors={uids[code]: state for code, state in states.items()},
        parts=parts_of(old, before, uids),
    )


def parts_of(
    old: list[FormerCommune], before: dict[str, uuid.UUID], uids: dict[str, uuid.UUID]
) -> list[Part]:
    """Which commune went where; a split one in equal shares, since the resolution names none."""
    return [
        Part(
            before[commune.code],
            uids[code],
            Fraction(1, len(commune.into)),
            EQUAL_SHARES if len(commune.into) > 1 else "",
        )
        for commune in old
        for code in commune.into
    ]


def _commune_state(commune: Commune, province: uuid.UUID) -> State:
    return place_state(
        commune.kind,
        commune.name,
        commune.code,
        province,
        latitude=commune.latitude,
        longitude=commune.longitude,
        area_km2=commune.area_km2,
    )


def _change_kinds(ledger: Ledger, register: Register) -> list[Change]:
    acts: list[Act] = []
    for commune in register.communes:
        if commune.became:
            kind, resolution = commune.became
            acts.append(_kind_act(ledger, commune.code, kind, resolution))
    if register.later:
        merged = register.province["merged"]
        acts.append(_kind_act(ledger, merged["code"], register.province["became"]["kind"], register.later))
    if acts:
        ledger.reorganise(acts)
    return [act.change for act in acts]


def _kind_act(ledger: Ledger, code: str, kind: str, resolution: Resolution) -> Act:
    version = ledger.coded(code, resolution.effective_on)
    assert version is not None
    old, name = version.state, version.state.details["short_name"]
    state = old.but(kind=kind, name=full_name(kind, name))
    change = new_change("rename", resolution, f"{state.name} thay cho {old.name}")
    return Act(change, restated={version.subject: state})

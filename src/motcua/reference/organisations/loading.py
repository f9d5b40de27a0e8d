"""The units of a packaged province, replayed as changes on a ledger.

Agency codes are demonstration values of ours, in the form of QĐ 20/2020/QĐ-TTg: the province's code, then the
state register code of the place, or the number of the department.
"""

from __future__ import annotations

import csv
import uuid
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

from motcua.kernel.ids import uuid7
from motcua.reference.organisations.kinds import KINDS
from motcua.reference.places.api import Register, full_name, new_change, parts_of, word_of
from motcua.reference.timeline.api import Act, Change, Decision, Ledger, Part, State

ONE_STOP_DECREE = "118/2025/NĐ-CP"
CENTRE = "Trung tâm Phục vụ hành chính công"

Uids = dict[str, uuid.UUID]


def replay(register: Register) -> tuple[Ledger, list[Change]]:
    """All that happened to a province's units, in order: the ledger and its changes."""
    return _Replay(register).run()


def unit_state(
    name: str,
    kind: str,
    code: str,
    parent: uuid.UUID | None = None,
    *,
    short_name: str = "",
    place_code: str = "",
    level: str = "",
) -> State:
    details = {"short_name": short_name or name, "place_code": place_code}
    return State(name, kind, level or KINDS[kind].level, code, parent, details)


def committee_state(
    code: str, kind: str, name: str, place_code: str, level: str, parent: uuid.UUID | None
) -> State:
    """The People's Committee of a place: "UBND phường Kinh Bắc", "Phường Kinh Bắc" for short."""
    return unit_state(
        f"UBND {word_of(kind).lower()} {name}",
        f"{level}_committee",
        code,
        parent,
        short_name=full_name(kind, name),
        place_code=place_code,
    )


def centre_state(kind: str, name: str, committee: State, parent: uuid.UUID) -> State:
    """The one-stop centre of a commune."""
    return unit_state(
        f"{CENTRE} {word_of(kind).lower()} {name}",
        "centre",
        f"{committee.code}.01",
        parent,
        short_name=f"TTPVHCC {word_of(kind).lower()} {name}",
        place_code=committee.details["place_code"],
    )


class _Replay:
    def __init__(self, register: Register) -> None:
        self.register = register
        self.province = register.province
        self.ledger = Ledger()
        self.before: Uids = {}
        self.root = uuid7()
        self.code = self.province["agency_code"]
        self.departments = _departments(self.province["key"])

    def run(self) -> tuple[Ledger, list[Change]]:
        changes = [self._found_former(), *self._rearrange(), *self._found_centres(), *self._become_city()]
        return self.ledger, changes

    def _found_former(self) -> Change:
        decision = Decision(self.province["register"], self.province["register_from"])
        change = Change(uuid7(), "found", _titled(decision, "Số liệu ban đầu của danh mục"))
        for row in self.province["former"]:
            self._found_former_province(change, row)
        for commune in self.register.former:
            above = self.ledger.last(self.before[commune.district_code])
            code = f"{above.state.code}.{commune.code}"
            state = committee_state(code, commune.kind, commune.name, commune.code, "commune", above.subject)
            self._found(change, commune.code, state)
        return change

    def _found_former_province(self, change: Change, row: Mapping[str, Any]) -> None:
        agency, province_code = row["agency_code"], row["code"]
        self._found(
            change,
            f"P{province_code}",
            committee_state(agency, row["kind"], row["name"], province_code, "province", None),
        )
        root = self.before[f"P{province_code}"]
        for department in self.departments:
            code = f"{agency}.{department['number']}"
            name = department[f"former_{province_code}"]
            self._found(change, code, unit_state(name, department["kind"], code, root))
        for district in self.register.districts:
            if district.province_code == province_code:
                code = f"{agency}.{district.code}"
                state = committee_state(code, district.kind, district.name, district.code, "district", root)
                self._found(change, district.code, state)

    def _found(self, change: Change, key: str, state: State) -> None:
        self.before[key] = uuid7()
        self.ledger.found(change, self.before[key], state)

    def _rearrange(self) -> list[Change]:
        acts = [*self._commune_acts(), self._district_act(), *self._department_acts(), self._root_act()]
        self.ledger.reorganise(acts)
        return [act.change for act in acts]

    def _commune_acts(self) -> list[Act]:
        communes = {commune.code: commune for commune in self.register.communes}
        acts = []
        for old, codes in self.register.groups():
            new = [communes[code] for code in codes]
            states = {
                c.code: committee_state(f"{self.code}.{c.code}", c.kind, c.name, c.code, "commune", self.root)
                for c in new
            }
            names = ", ".join(state.name for state in states.values())
            if len(old) == len(new) == 1 and (old[0].name, old[0].kind) == (new[0].name, new[0].kind):
                kept = new_change("transfer", new[0].act, f"Giữ nguyên {names}, trực thuộc tỉnh")
                acts.append(Act(kept, restated={self.before[old[0].code]: states[new[0].code]}))
                continue
            uids = {code: uuid7() for code in states}
            kind = "merge" if len(new) == 1 else "split" if len(old) == 1 else "rearrange"
            acts.append(
                Act(
                    new_change(kind, new[0].act, f"Sắp xếp thành {names}"),
                    predecessors=[self.before[commune.code] for commune in old],
                    successors={uids[code]: state for code, state in states.items()},
                    parts=parts_of(old, self.before, uids),
                )
            )
        return acts

    def _district_act(self) -> Act:
        change = new_change("abolish", self.register.communes[0].act, "Kết thúc Ủy ban nhân dân cấp huyện")
        return Act(change, predecessors=[self.before[d.code] for d in self.register.districts])

    def _department_acts(self) -> list[Act]:
        acts = []
        for department in self.departments:
            successor, number = uuid7(), department["number"]
            old = [self.before[f"{row['agency_code']}.{number}"] for row in self.province["former"]]
            state = unit_state(department["name"], department["kind"], f"{self.code}.{number}", self.root)
            acts.append(
                Act(
                    new_change("merge", self.register.merger, f"Hợp nhất thành {department['name']}"),
                    predecessors=old,
                    successors={successor: state},
                    parts=[Part(uid, successor) for uid in old],
                )
            )
        return acts

    def _root_act(self) -> Act:
        merged = self.province["merged"]
        state = committee_state(self.code, merged["kind"], merged["name"], merged["code"], "province", None)
        old = [self.before[f"P{row['code']}"] for row in self.province["former"]]
        return Act(
            new_change("merge", self.register.merger, f"Hợp nhất thành {state.name}"),
            predecessors=old,
            successors={self.root: state},
            parts=[Part(uid, self.root) for uid in old],
        )

    def _found_centres(self) -> list[Change]:
        day = self.register.merger.effective_on
        change = Change(uuid7(), "found", Decision(ONE_STOP_DECREE, day, None, f"Lập {CENTRE} hai cấp"))
        for commune in self.register.communes:
            committee = self.ledger.coded(f"{self.code}.{commune.code}", day)
            assert committee is not None
            state = centre_state(commune.kind, commune.name, committee.state, committee.subject)
            self.ledger.found(change, uuid7(), state)
        self._found_provincial_centre(change)
        return [change]

    def _found_provincial_centre(self, change: Change) -> None:
        office = next((d for d in self.departments if d["kind"] == "office"), None)
        above = self.ledger.coded(f"{self.code}.{office['number']}" if office else self.code, change.day)
        assert above is not None
        merged, centre = self.province["merged"], uuid7()
        name = f"{CENTRE} {word_of(merged['kind']).lower()} {merged['name']}"
        code = f"{above.state.code}.01"
        self.ledger.found(
            change,
            centre,
            unit_state(name, "centre", code, above.subject, place_code=merged["code"], level="province"),
        )
        if point := self.province.get("extra_point"):
            place = next(commune for commune in self.register.communes if commune.code == point)
            at = f"{word_of(place.kind).lower()} {place.name}"
            label = f"Điểm tiếp nhận và trả kết quả tại {at} ({name})"
            self.ledger.found(
                change,
                uuid7(),
                unit_state(
                    label,
                    "point",
                    f"{code}.01",
                    centre,
                    short_name=f"Điểm tiếp nhận tại {at}",
                    place_code=point,
                    level="province",
                ),
            )

    def _become_city(self) -> list[Change]:
        acts = []
        for commune in self.register.communes:
            if commune.became:
                kind, resolution = commune.became
                renames = self._renamed_commune(commune.code, commune.name, kind, resolution.effective_on)
                title = f"{full_name(kind, commune.name)} thay cho {full_name(commune.kind, commune.name)}"
                acts.append(Act(new_change("rename", resolution, title), restated=renames))
        if self.register.later:
            acts.append(self._city_act())
        if acts:
            self.ledger.reorganise(acts)
        return [act.change for act in acts]

    def _renamed_commune(self, place: str, name: str, kind: str, day: Any) -> dict[uuid.UUID, State]:
        committee = self.ledger.coded(f"{self.code}.{place}", day)
        assert committee is not None
        old = committee.state
        new = committee_state(old.code, kind, name, place, "commune", old.parent)
        renamed = {committee.subject: new}
        for child in self.ledger.children(committee.subject):
            if child.state.kind == "centre":
                renamed[child.subject] = centre_state(kind, name, new, committee.subject)
        return renamed

    def _city_act(self) -> Act:
        """Names that say "tỉnh" for the province itself follow its new kind."""
        act, merged, kind = self.register.later, self.province["merged"], self.province["became"]["kind"]
        assert act is not None
        old, new = word_of(merged["kind"]).lower(), word_of(kind).lower()
        restated = {}
        for version in self.ledger.on(act.effective_on):
            state = version.state
            if state.level != "province" or old not in state.name:
                continue
            short = state.details["short_name"].replace(old, new).replace(old.capitalize(), new.capitalize())
            details = {**state.details, "short_name": short}
            restated[version.subject] = state.but(name=state.name.replace(old, new), details=details)
        title = f"{full_name(kind, merged['name'])} thay cho {full_name(merged['kind'], merged['name'])}"
        return Act(new_change("rename", act, title), restated=restated)


def _titled(decision: Decision, title: str) -> Decision:
    return Decision(decision.number, decision.effective_on, decision.signed_on, title)


def _departments(province_key: str) -> list[dict[str, str]]:
    """The packaged departments; none where a province's are not packaged."""
    path = files("motcua.reference.organisations") / "data" / province_key / "departments.csv"
    return list(csv.DictReader(path.read_text("utf-8").splitlines())) if path.is_file() else []

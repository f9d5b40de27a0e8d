"""Every change is planned here, in memory and pure; the tables only store what the ledger says.

A ledger holds all versions of one province. Loading a whole province and merging two communes are the same
calls; only the number of rows written afterwards differs.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from motcua.reference.timeline.data import Change, ChangeRefused, Link, Part, State, Version

Restated = Mapping[uuid.UUID, State]


@dataclass(slots=True)
class Written:
    """What a store must do: rows to insert, to update (ends moved) and to delete."""

    founded: list[uuid.UUID] = field(default_factory=list)
    unfounded: list[uuid.UUID] = field(default_factory=list)
    opened: list[Version] = field(default_factory=list)
    ended: list[Version] = field(default_factory=list)
    removed: list[Version] = field(default_factory=list)
    linked: list[Link] = field(default_factory=list)
    unlinked: list[uuid.UUID] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Act:
    """What one change does: what ends, what begins, what goes on in another state, and what went where."""

    change: Change
    predecessors: Sequence[uuid.UUID] = ()
    successors: Mapping[uuid.UUID, State] = field(default_factory=dict)
    restated: Mapping[uuid.UUID, State] = field(default_factory=dict)
    parts: Sequence[Part] = ()

    def ending(self) -> list[uuid.UUID]:
        """The things whose present span ends."""
        return [*self.predecessors, *self.restated]


class Ledger:
    """The versions and links of one province, with the changes made to them since they were read."""

    def __init__(self, versions: Iterable[Version] = (), links: Iterable[Link] = ()) -> None:
        self.versions: dict[uuid.UUID, list[Version]] = defaultdict(list)
        self.links: list[Link] = list(links)
        self.written = Written()
        self._open_children: dict[uuid.UUID | None, set[uuid.UUID]] = defaultdict(set)
        self._by_code: dict[str, list[Version]] = defaultdict(list)
        for version in sorted(versions, key=lambda version: version.valid_from):
            self._index(version)

    # Reading

    def last(self, subject: uuid.UUID) -> Version:
        """The latest version of a thing. Raises ChangeRefused (timeline.unknown)."""
        spans = self.versions.get(subject)
        if not spans:
            raise ChangeRefused(
                f"Không có đơn vị với mã định danh {subject}; hãy chọn lại.", code="timeline.unknown"
            )
        return spans[-1]

    def at(self, subject: uuid.UUID, day: dt.date) -> Version | None:
        return next((span for span in self.versions.get(subject, ()) if span.on(day)), None)

    def on(self, day: dt.date) -> list[Version]:
        """All versions in force on a day."""
        return [span for spans in self.versions.values() for span in spans if span.on(day)]

    def coded(self, code: str, day: dt.date) -> Version | None:
        return next((span for span in self._by_code.get(code, ()) if span.on(day)), None)

    def children(self, subject: uuid.UUID | None) -> list[Version]:
        """The latest versions of the things that stand directly under another, still in force."""
        return sorted(
            (self.last(child) for child in self._open_children.get(subject, ())), key=lambda v: v.path
        )

    def below(self, subject: uuid.UUID) -> list[Version]:
        """All that stand under a thing, parents before children."""
        found: list[Version] = []
        for child in self.children(subject):
            found.append(child)
            found.extend(self.below(child.subject))
        return found

    # Changing

    def found(self, change: Change, subject: uuid.UUID, state: State) -> Version:
        """A new thing from the change's day."""
        return self.reorganise([Act(change, successors={subject: state})])[0]

    def restate(self, change: Change, subject: uuid.UUID, state: State) -> Version:
        """A thing goes on under another name, kind, code or parent; all below it get their new path."""
        return self.reorganise([Act(change, restated={subject: state})])[0]

    def abolish(self, change: Change, subject: uuid.UUID, heir: uuid.UUID | None = None) -> Version:
        """A thing ends. With an heir, what it had (and what stands under it) goes to the heir."""
        current = self._in_force(subject, change.day)
        children = self.children(subject)
        if children and heir is None:
            raise ChangeRefused(
                f"“{current.state.name}” còn {len(children)} đơn vị trực thuộc; hãy chọn đơn vị tiếp nhận.",
                code="timeline.has-children",
            )
        parts = [Part(subject, heir)] if heir is not None else []
        self.reorganise([Act(change, predecessors=[subject], parts=parts)])
        return current

    def rearrange(
        self,
        change: Change,
        predecessors: Sequence[uuid.UUID],
        successors: Mapping[uuid.UUID, State],
        parts: Sequence[Part],
    ) -> list[Version]:
        """Predecessors end and successors begin on the same day; `parts` say what went where.

        What stands under a predecessor goes under the successor that took most of it. Raises ChangeRefused
        when the shares of a predecessor do not add up to one whole.
        """
        if not predecessors or not successors or not parts:
            raise ChangeRefused("Cần ít nhất một đơn vị cũ và một đơn vị mới.", code="timeline.empty")
        return self.reorganise([Act(change, predecessors, successors, parts=parts)])

    def reorganise(self, acts: Sequence[Act]) -> list[Version]:
        """Several acts of one day at once, lower levels first: all ends come before all beginnings.

        So a province can be merged, its districts abolished and its communes merged on the same day. Returns
        the versions opened for what is new or goes on, the acts' last first.
        """
        if len({act.change.day for act in acts}) != 1:
            raise ChangeRefused("Các thay đổi làm cùng lúc phải cùng ngày hiệu lực.", code="timeline.days")
        coming = {subject for act in acts for subject in act.successors}
        for act in acts:
            self._check_act(act, coming)
            self._note(act.change)
        closed = [(act, self._in_force(subject, act.change.day)) for act in acts for subject in act.ending()]
        for act, version in closed:
            self._close(act.change, version)
        restated = {subject: state for act in acts for subject, state in act.restated.items()}
        carried = [pair for act, version in closed for pair in self._close_below(act, version, restated)]
        opened = [version for act in reversed(acts) for version in self._begin(act)]
        moved = _main_successors(part for act in acts for part in act.parts)
        for act in acts:
            for part in act.parts:
                self._link(act.change, part)
        for change, child in carried:
            parent = child.state.parent
            assert parent is not None
            self._open(change, child.subject, child.state.but(parent=moved.get(parent, parent)))
        return opened

    def undo(self, change: Change) -> None:
        """Puts everything back as it was before the change. Refused if later changes stand on it."""
        opened = [v for spans in self.versions.values() for v in spans if v.opened_by == change.uid]
        ended = [v for spans in self.versions.values() for v in spans if v.closed_by == change.uid]
        founded = {v.subject for v in opened if self.versions[v.subject][0] is v}
        self._check_undo(change, opened, founded)
        for version in opened:
            self._remove(version)
        for version in ended:
            version.valid_to = version.closed_by = None
            self._open_children[version.state.parent].add(version.subject)
            self.written.ended.append(version)
        self._check_restored(change, ended)
        self.links = [link for link in self.links if link.change != change.uid]
        self.written.unlinked.append(change.uid)
        for subject in founded:
            del self.versions[subject]
            self.written.unfounded.append(subject)

    # Steps

    def _index(self, version: Version) -> None:
        self.versions[version.subject].append(version)
        self._by_code[version.state.code].append(version)
        if version.valid_to is None:
            self._open_children[version.state.parent].add(version.subject)

    def _note(self, change: Change) -> None:
        if not any(known.uid == change.uid for known in self.written.changes[-1:]):
            self.written.changes.append(change)

    def _in_force(self, subject: uuid.UUID, day: dt.date) -> Version:
        version = self.last(subject)
        if version.valid_to is not None:
            raise ChangeRefused(
                f"“{version.state.name}” đã kết thúc từ ngày {version.valid_to:%d/%m/%Y}.",
                code="timeline.ended",
            )
        if version.valid_from >= day:
            raise ChangeRefused(
                f"“{version.state.name}” có thay đổi hiệu lực từ {version.valid_from:%d/%m/%Y}; "
                f"ngày hiệu lực mới phải sau ngày đó (đang chọn {day:%d/%m/%Y}).",
                code="timeline.later-change",
            )
        return version

    def _found(self, change: Change, subject: uuid.UUID, state: State) -> Version:
        if subject in self.versions:
            raise ChangeRefused(f"Mã định danh {subject} đã được dùng.", code="timeline.known")
        self.written.founded.append(subject)
        return self._open(change, subject, state)

    def _open(self, change: Change, subject: uuid.UUID, state: State) -> Version:
        if not state.name.strip() or not state.code.strip():
            raise ChangeRefused("Thiếu tên hoặc mã của đơn vị.", code="timeline.incomplete")
        self._check_code(state, change.day)
        version = Version(subject, state, self._path(state, change.day), change.day, change.uid)
        self._index(version)
        self.written.opened.append(version)
        return version

    def _path(self, state: State, day: dt.date) -> str:
        if state.parent is None:
            return f"/{state.code}/"
        parent = self.last(state.parent)
        if parent.valid_to is not None or parent.valid_from > day:
            raise ChangeRefused(
                f"Đơn vị quản lý “{parent.state.name}” không hoạt động từ ngày {day:%d/%m/%Y}.",
                code="timeline.parent-not-in-force",
            )
        return f"{parent.path}{state.code}/"

    def _check_code(self, state: State, day: dt.date) -> None:
        for other in self._by_code.get(state.code, ()):
            if other.valid_to is None or other.valid_to > day:
                raise ChangeRefused(
                    f"Mã {state.code} đang là của “{other.state.name}”; hãy chọn mã khác.",
                    code="timeline.code-taken",
                )

    def _close(self, change: Change, version: Version) -> None:
        version.valid_to, version.closed_by = change.day, change.uid
        self._open_children[version.state.parent].discard(version.subject)
        if version.row_id is not None:
            self.written.ended.append(version)

    def _close_below(self, act: Act, version: Version, restated: Restated) -> list[tuple[Change, Version]]:
        """Closes what stands under a closed version, when its path changes; parents first."""
        if version.subject in act.restated and self._keeps_path(version, restated):
            return []
        below = [self._in_force(child.subject, act.change.day) for child in self.below(version.subject)]
        for child in below:
            self._close(act.change, child)
        return [(act.change, child) for child in below]

    def _keeps_path(self, version: Version, restated: Restated) -> bool:
        """Whether a version that is restated will read the same path."""
        state = restated.get(version.subject)
        if state is None:
            return version.valid_to is None
        if (state.code, state.parent) != (version.state.code, version.state.parent):
            return False
        return state.parent is None or self._keeps_path(self.last(state.parent), restated)

    def _begin(self, act: Act) -> list[Version]:
        founded = [self._found(act.change, subject, state) for subject, state in act.successors.items()]
        return founded + [self._open(act.change, subject, state) for subject, state in act.restated.items()]

    def _link(self, change: Change, part: Part) -> None:
        link = Link(change.uid, change.day, part.predecessor, part.successor, part.share, part.basis)
        self.links.append(link)
        self.written.linked.append(link)

    def _remove(self, version: Version) -> None:
        self.versions[version.subject].remove(version)
        self._by_code[version.state.code].remove(version)
        self._open_children[version.state.parent].discard(version.subject)
        self.written.removed.append(version)

    # Refusals

    def _check_act(self, act: Act, coming: set[uuid.UUID]) -> None:
        ending = act.ending()
        if len(set(ending)) != len(ending):
            raise ChangeRefused("Một đơn vị được chọn hai lần.", code="timeline.twice")
        for subject, state in act.restated.items():
            self._check_restated(self._in_force(subject, act.change.day), state)
        if act.parts:
            self._check_parts(act)
        for part in act.parts:
            if part.successor not in coming:
                self._check_heir(act, part)

    def _check_restated(self, current: Version, state: State) -> None:
        if current.state == state:
            raise ChangeRefused(
                f"“{current.state.name}” không có gì thay đổi; hãy sửa tên, loại hình, mã hoặc đơn vị quản lý.",
                code="timeline.nothing-changed",
            )
        subject = current.subject
        if state.parent is not None and state.parent in {subject, *(v.subject for v in self.below(subject))}:
            raise ChangeRefused(
                f"“{current.state.name}” không thể thuộc chính nó hoặc đơn vị cấp dưới của nó.",
                code="timeline.cycle",
            )

    def _check_heir(self, act: Act, part: Part) -> None:
        below = {v.subject for subject in act.predecessors for v in self.below(subject)}
        if part.successor in act.predecessors or part.successor in below:
            raise ChangeRefused(
                "Đơn vị tiếp nhận phải khác đơn vị giải thể và không trực thuộc nó.", code="timeline.heir"
            )
        version, day = self.last(part.successor), act.change.day
        if version.valid_to is not None or version.valid_from > day:
            raise ChangeRefused(
                f"Đơn vị tiếp nhận “{version.state.name}” không hoạt động từ ngày {day:%d/%m/%Y}.",
                code="timeline.heir",
            )

    def _check_parts(self, act: Act) -> None:
        totals: dict[uuid.UUID, Fraction] = dict.fromkeys(act.predecessors, Fraction(0))
        for part in act.parts:
            if part.predecessor not in totals or part.share <= 0:
                raise ChangeRefused("Tỷ lệ chia nêu đơn vị ngoài danh sách.", code="timeline.parts")
            totals[part.predecessor] += part.share
        for subject, total in totals.items():
            if total != 1:
                raise ChangeRefused(
                    f"Tỷ lệ chia của “{self.last(subject).state.name}” cộng lại là {total}, phải đúng bằng 1.",
                    code="timeline.shares",
                )
        if not set(act.successors) <= {part.successor for part in act.parts}:
            raise ChangeRefused("Có đơn vị mới không nhận phần nào.", code="timeline.parts")

    def _check_undo(self, change: Change, opened: Sequence[Version], founded: set[uuid.UUID]) -> None:
        for version in opened:
            if version.valid_to is not None or self.last(version.subject) is not version:
                raise ChangeRefused(
                    f"Không hoàn tác được: “{version.state.name}” đã có thay đổi sau đó "
                    f"(từ {(version.valid_to or self.last(version.subject).valid_from):%d/%m/%Y}); "
                    "hãy hoàn tác thay đổi sau trước.",
                    code="timeline.later-change",
                )
        for subject in founded:
            self._check_nothing_stands_on(change, subject)

    def _check_nothing_stands_on(self, change: Change, subject: uuid.UUID) -> None:
        name = self.last(subject).state.name
        standing = [
            v
            for spans in self.versions.values()
            for v in spans
            if v.state.parent == subject and v.opened_by != change.uid
        ]
        received = [ln for ln in self.links if ln.successor == subject and ln.change != change.uid]
        if standing or received:
            what = f"“{standing[0].state.name}” trực thuộc" if standing else "đã tiếp nhận đơn vị khác"
            raise ChangeRefused(
                f"Không hoàn tác được: “{name}” {what}; hãy hoàn tác thay đổi sau trước.",
                code="timeline.later-change",
            )

    def _check_restored(self, change: Change, restored: Iterable[Version]) -> None:
        for version in restored:
            for other in self._by_code[version.state.code]:
                if other is not version and (other.valid_to is None or other.valid_to > version.valid_from):
                    raise ChangeRefused(
                        f"Không hoàn tác được: mã {version.state.code} đã giao cho “{other.state.name}”.",
                        code="timeline.code-taken",
                    )
            if self._expected_path(version) != version.path:
                raise ChangeRefused(
                    f"Không hoàn tác được: đơn vị quản lý của “{version.state.name}” đã thay đổi sau ngày "
                    f"{change.day:%d/%m/%Y}; hãy hoàn tác thay đổi đó trước.",
                    code="timeline.later-change",
                )

    def _expected_path(self, version: Version) -> str:
        if version.state.parent is None:
            return f"/{version.state.code}/"
        parent = self.last(version.state.parent)
        return f"{parent.path}{version.state.code}/" if parent.valid_to is None else ""


def _main_successors(parts: Iterable[Part]) -> dict[uuid.UUID, uuid.UUID]:
    """For each predecessor the successor with the largest share; the first named wins a tie."""
    best: dict[uuid.UUID, Part] = {}
    for part in parts:
        if part.predecessor not in best or part.share > best[part.predecessor].share:
            best[part.predecessor] = part
    return {subject: part.successor for subject, part in best.items()}

"""Changes of units: merge, split, rename, transfer, found, abolish; preview and undo.

Each asks for `organisations.units.manage` over the province, plans on the ledger, writes rows and event in one
transaction, and lets the followers (accounts' rights, posts, ...) move what stands in the units.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from motcua.engine.events.api import record
from motcua.engine.permissions.api import Viewer
from motcua.engine.provinces.api import Province
from motcua.kernel.clock import now, today
from motcua.kernel.ids import uuid7
from motcua.reference.organisations import events
from motcua.reference.organisations.data import Move, Preview, UnitDraft, UnitInfo
from motcua.reference.organisations.followers import followers, touched_by
from motcua.reference.organisations.kinds import KINDS
from motcua.reference.organisations.models import UNITS, UnitChange
from motcua.reference.organisations.permissions import MANAGE
from motcua.reference.organisations.territories import COMMITTEE, territory_act
from motcua.reference.places.api import change_places, check_places, undo_places
from motcua.reference.timeline.api import (
    Act,
    Change,
    ChangeRefused,
    Decision,
    Ledger,
    Part,
    State,
    Version,
    change_of,
)


@dataclass(frozen=True, slots=True)
class Plan:
    """A change that can be previewed or done: its kind, its decision, and the act it makes on a ledger."""

    kind: str
    decision: Decision
    build: Callable[[Ledger, Change], Act]


def plan_found(decision: Decision, draft: UnitDraft) -> Plan:
    """A new unit under a parent."""
    uid = uuid7()
    return Plan("found", decision, lambda _ledger, change: Act(change, successors={uid: state_of(draft)}))


def plan_merge(decision: Decision, predecessors: Sequence[uuid.UUID], draft: UnitDraft) -> Plan:
    """Several units end and one begins that holds all they were."""
    if len(set(predecessors)) < 2:
        raise ChangeRefused(_("Hợp nhất cần ít nhất hai đơn vị khác nhau."), code="organisations.merge")
    uid = uuid7()
    parts = [Part(predecessor, uid) for predecessor in predecessors]
    return Plan(
        "merge",
        decision,
        lambda _ledger, change: Act(change, predecessors, {uid: state_of(draft)}, parts=parts),
    )


def plan_split(
    decision: Decision, predecessor: uuid.UUID, drafts: Sequence[tuple[UnitDraft, Fraction]], basis: str
) -> Plan:
    """One unit ends and several begin; each takes the share named, on the basis named (people, area, ...)."""
    if len(drafts) < 2:
        raise ChangeRefused(_("Chia cần ít nhất hai đơn vị mới."), code="organisations.split")
    return plan_rearrange(
        decision, {predecessor: [share for _, share in drafts]}, [d for d, _ in drafts], basis
    )


def plan_rearrange(
    decision: Decision,
    shares: Mapping[uuid.UUID, Sequence[Fraction]],
    drafts: Sequence[UnitDraft],
    basis: str = "",
) -> Plan:
    """Units end and others begin; `shares` gives for each predecessor its share to each draft (0: none)."""
    uids = [uuid7() for _ in drafts]
    parts = [
        Part(predecessor, uid, share, basis if share != 1 else "")
        for predecessor, row in shares.items()
        for uid, share in zip(uids, row, strict=True)
        if share
    ]
    states = dict(zip(uids, map(state_of, drafts), strict=True))
    kind = "split" if len(shares) == 1 else "rearrange"
    return Plan(kind, decision, lambda _ledger, change: Act(change, list(shares), states, parts=parts))


def plan_rename(
    decision: Decision,
    unit: uuid.UUID,
    *,
    name: str = "",
    short_name: str = "",
    kind: str = "",
    code: str = "",
) -> Plan:
    """A unit goes on under another name, kind or code; empty keeps what is."""

    def build(ledger: Ledger, change: Change) -> Act:
        old = ledger.last(unit).state
        details = {**old.details, "short_name": short_name or (name or old.details["short_name"])}
        if not short_name and not name:
            details = dict(old.details)
        state = old.but(name=name or old.name, kind=kind or old.kind, code=code or old.code, details=details)
        return Act(change, restated={unit: state})

    return Plan("rename", decision, build)


def plan_transfer(decision: Decision, unit: uuid.UUID, parent: uuid.UUID, code: str = "") -> Plan:
    """A unit, with all below it, goes under another parent (and may get another code)."""

    def build(ledger: Ledger, change: Change) -> Act:
        old = ledger.last(unit).state
        return Act(change, restated={unit: old.but(parent=parent, code=code or old.code)})

    return Plan("transfer", decision, build)


def plan_abolish(decision: Decision, unit: uuid.UUID, heir: uuid.UUID | None = None) -> Plan:
    """A unit ends; an heir takes what it had and what stands under it."""

    def build(ledger: Ledger, change: Change) -> Act:
        children = ledger.children(unit)
        if children and heir is None:
            raise ChangeRefused(
                _("“{name}” còn {count} đơn vị trực thuộc; hãy chọn đơn vị tiếp nhận.").format(
                    name=ledger.last(unit).state.name, count=len(children)
                ),
                code="timeline.has-children",
            )
        return Act(change, [unit], parts=[Part(unit, heir)] if heir else [])

    return Plan("abolish", decision, build)


def state_of(draft: UnitDraft) -> State:
    """The state a draft asks for. Raises ChangeRefused for a kind there is not."""
    if draft.kind not in KINDS:
        raise ChangeRefused(
            _("Không có loại hình “{kind}”.").format(kind=draft.kind), code="organisations.kind"
        )
    details = {"short_name": draft.short_name or draft.name, "place_code": draft.place_code}
    return State(draft.name, draft.kind, KINDS[draft.kind].level, draft.code, draft.parent, details)


def preview_change(viewer: Viewer, province: Province, plan: Plan) -> Preview:
    """What a plan would end, begin and touch; writes nothing. Raises ChangeRefused as doing it would."""
    viewer.require(MANAGE, province=province, unit_path="/")
    ledger = UNITS.ledger(province)
    change = _change(plan)
    act = plan.build(ledger, change)
    territory = territory_act(province, ledger, act)
    ledger.reorganise([act])
    if territory:
        check_places(province, territory)
    ending, beginning = _sides(ledger, change)
    touched = touched_by(province, [version.path for version in ending])
    return Preview(
        tuple(map(info_of, ending)),
        tuple(map(info_of, beginning)),
        touched,
        tuple(_warnings(plan, ending, territory)),
    )


def make_change(
    viewer: Viewer, province: Province, plan: Plan, *, idempotency_key: str | None = None
) -> uuid.UUID:
    """Does a plan: rows, event and what follows, in one transaction. Returns the change's uid.

    The same idempotency key does nothing twice. Raises ChangeRefused, NotPermitted.
    """
    viewer.require(MANAGE, province=province, unit_path="/")
    with transaction.atomic():
        UNITS.lock(province)
        if done := _done_before(province, idempotency_key):
            return done
        ledger = UNITS.ledger(province)
        change = _change(plan)
        act = plan.build(ledger, change)
        territory = territory_act(province, ledger, act)
        ledger.reorganise([act])
        ending, beginning = _sides(ledger, change)
        moves = _moves(ledger, ending)
        UNITS.save(province, ledger)
        UnitChange.objects.filter(uid=change.uid).update(
            moves=[[m.code, m.path, m.new_code, m.new_path] for m in moves],
            idempotency_key=idempotency_key,
            place_change=territory.change.uid if territory else None,
        )
        if territory:
            change_places(province, territory)
        tell_change(province, change, ending, beginning)
        carry_due(province)
    return change.uid


def found_unit(
    viewer: Viewer, province: Province, decision: Decision, draft: UnitDraft, **key: Any
) -> uuid.UUID:
    """Founds a unit; returns the change's uid."""
    return make_change(viewer, province, plan_found(decision, draft), **key)


def merge_units(
    viewer: Viewer,
    province: Province,
    decision: Decision,
    predecessors: Sequence[uuid.UUID],
    draft: UnitDraft,
    **key: Any,
) -> uuid.UUID:
    """Merges units into a new one; returns the change's uid."""
    return make_change(viewer, province, plan_merge(decision, predecessors, draft), **key)


def split_unit(
    viewer: Viewer,
    province: Province,
    decision: Decision,
    predecessor: uuid.UUID,
    drafts: Sequence[tuple[UnitDraft, Fraction]],
    basis: str,
    **key: Any,
) -> uuid.UUID:
    """Splits a unit by explicit shares; returns the change's uid."""
    return make_change(viewer, province, plan_split(decision, predecessor, drafts, basis), **key)


def rename_unit(
    viewer: Viewer,
    province: Province,
    decision: Decision,
    unit: uuid.UUID,
    *,
    key: str | None = None,
    **new: str,
) -> uuid.UUID:
    """Gives a unit another `name`, `short_name`, `kind` or `code`; returns the change's uid."""
    return make_change(viewer, province, plan_rename(decision, unit, **new), idempotency_key=key)


def transfer_unit(
    viewer: Viewer,
    province: Province,
    decision: Decision,
    unit: uuid.UUID,
    parent: uuid.UUID,
    code: str = "",
    **key: Any,
) -> uuid.UUID:
    """Puts a unit under another parent; returns the change's uid."""
    return make_change(viewer, province, plan_transfer(decision, unit, parent, code), **key)


def abolish_unit(
    viewer: Viewer,
    province: Province,
    decision: Decision,
    unit: uuid.UUID,
    heir: uuid.UUID | None = None,
    **key: Any,
) -> uuid.UUID:
    """Ends a unit; returns the change's uid."""
    return make_change(viewer, province, plan_abolish(decision, unit, heir), **key)


def undo_change(viewer: Viewer, province: Province, change_uid: uuid.UUID, reason: str) -> None:
    """Puts everything back as it was; refused, with the reason, when later changes stand on it."""
    viewer.require(MANAGE, province=province, unit_path="/")
    if not reason.strip():
        raise ChangeRefused(_("Hãy ghi lý do hoàn tác."), code="organisations.undo-reason")
    with transaction.atomic():
        UNITS.lock(province)
        row = UnitChange.objects.filter(province=province, uid=change_uid, undone_at__isnull=True).first()
        if row is None:
            raise ChangeRefused(
                _("Không tìm thấy thay đổi còn hiệu lực để hoàn tác."), code="organisations.unknown"
            )
        ledger = UNITS.ledger(province)
        ledger.undo(change_of(row))
        UNITS.save(province, ledger)
        _restore(province, row)
        if row.place_change:
            undo_places(province, row.place_change, reason.strip())
        UNITS.mark_undone(change_of(row), reason.strip())
        payload = {"number": row.number, "title": row.title or row.kind, "reason": reason.strip()}
        record(events.UNDONE, province=province, subject=f"unit-change:{row.uid}", payload=payload)


def carry_due(province: Province, day: dt.date | None = None) -> int:
    """Lets the followers move what changes in force by a day (today) touch; returns how many changes.

    `make_change` calls it; so does a daily job, for changes decided before their day of effect.
    """
    due = UnitChange.objects.select_for_update().filter(
        province=province, moved_at__isnull=True, undone_at__isnull=True, effective_on__lte=day or today()
    )
    carried = 0
    with transaction.atomic():
        for row in due.order_by("effective_on", "pk"):
            moves = [Move(*move) for move in row.moves]
            kept = {f.code: f.move(province, moves) for f in followers()} if moves else {}
            row.moved = {code: memento for code, memento in kept.items() if memento}
            row.moved_at = now()
            row.save(update_fields=["moved", "moved_at"])
            carried += 1
            if row.moved:
                _tell_carried(province, row)
    return carried


def tell_change(
    province: Province, change: Change, ending: Sequence[Version], beginning: Sequence[Version]
) -> None:
    """Records the event of a change, with the names and codes on both sides."""
    decision = change.decision
    first = (list(beginning) or list(ending))[:1]
    record(
        events.CHANGED[change.kind],
        province=province,
        subject=f"unit-change:{change.uid}",
        unit_code=first[0].state.code if first else "",
        unit_path=first[0].path if first else "",
        payload={
            "number": decision.number,
            "title": decision.title,
            "effective_on": decision.effective_on,
            "before": [version.state.name for version in ending],
            "after": [version.state.name for version in beginning],
            "codes_before": [version.state.code for version in ending],
            "codes_after": [version.state.code for version in beginning],
        },
    )


def info_of(version: Version) -> UnitInfo:
    """A version of the ledger as it crosses the door."""
    state = version.state
    return UnitInfo(
        version.subject,
        state.code,
        version.path,
        state.name,
        state.details["short_name"],
        state.kind,
        state.level,
        state.parent,
        state.details["place_code"],
        version.valid_from,
        version.valid_to,
    )


def _change(plan: Plan) -> Change:
    decision = plan.decision
    if not decision.number.strip():
        raise ChangeRefused(_("Thiếu số quyết định hoặc nghị quyết."), code="organisations.decision")
    if decision.signed_on and decision.signed_on > decision.effective_on:
        raise ChangeRefused(_("Ngày ký phải không muộn hơn ngày hiệu lực."), code="organisations.decision")
    return Change(uuid7(), plan.kind, replace(decision, number=decision.number.strip()))


def _sides(ledger: Ledger, change: Change) -> tuple[list[Version], list[Version]]:
    spans = [version for versions in ledger.versions.values() for version in versions]
    ending = [version for version in spans if version.closed_by == change.uid]
    beginning = [version for version in spans if version.opened_by == change.uid]
    return sorted(ending, key=lambda v: v.path), sorted(beginning, key=lambda v: v.path)


def _moves(ledger: Ledger, ending: Sequence[Version]) -> list[Move]:
    """Where the records of each ended span go: to the unit's next span, or to its main successor."""
    moves = []
    for version in ending:
        last = ledger.last(version.subject)
        if last.valid_to is not None:
            links = [link for link in ledger.links if link.predecessor == version.subject]
            if not links:
                continue
            last = ledger.last(max(links, key=lambda link: link.share).successor)
        if (last.state.code, last.path) != (version.state.code, version.path):
            moves.append(Move(version.state.code, version.path, last.state.code, last.path))
    return moves


def _warnings(plan: Plan, ending: Sequence[Version], territory: Act | None) -> list[str]:
    effective, warnings = plan.decision.effective_on, []
    if effective > today():
        warnings.append(
            _("Quyết định có hiệu lực từ {effective}: tài khoản và hồ sơ được chuyển vào ngày đó.").format(
                effective=f"{effective:%d/%m/%Y}"
            )
        )
    communes = [v for v in ending if v.state.kind == COMMITTEE and v.state.details["place_code"]]
    if communes and territory is None and plan.kind in ("merge", "split", "rearrange", "abolish"):
        warnings.append(_("Địa bàn giữ nguyên: đơn vị mới chưa đủ mã địa bàn."))
    return warnings


def _done_before(province: Province, key: str | None) -> uuid.UUID | None:
    if key is None:
        return None
    return (
        UnitChange.objects.filter(province=province, idempotency_key=key)
        .values_list("uid", flat=True)
        .first()
    )


def _restore(province: Province, row: UnitChange) -> None:
    for follower in followers():
        if memento := row.moved.get(follower.code):
            follower.restore(province, memento)


def _tell_carried(province: Province, row: UnitChange) -> None:
    count = sum(len(memento) for memento in row.moved.values())
    payload = {"count": count, "number": row.number}
    record(events.CARRIED, province=province, subject=f"unit-change:{row.uid}", payload=payload)

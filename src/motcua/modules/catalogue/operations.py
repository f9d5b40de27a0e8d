"""Operations on procedures: created, written, tested, announced, stopped."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.db import transaction
from django.db.models import Max, Q
from django.utils.translation import gettext as _

from motcua.engine.events.api import Event, record
from motcua.engine.permissions.api import Viewer
from motcua.engine.provinces.api import Province
from motcua.kernel.clock import now, today
from motcua.kernel.errors import KernelError
from motcua.kernel.text import squeeze
from motcua.modules.catalogue import events
from motcua.modules.catalogue.caching import forget
from motcua.modules.catalogue.checks import Problem, check_dates, check_proposal, lead_days
from motcua.modules.catalogue.codes import read_code
from motcua.modules.catalogue.content import search_vector, sort_key
from motcua.modules.catalogue.data import from_json, to_json
from motcua.modules.catalogue.errors import CatalogueError
from motcua.modules.catalogue.flights import InFlight, in_flight
from motcua.modules.catalogue.lifecycle import STATES, transition
from motcua.modules.catalogue.models import Draft, Field, Lifecycle, Origin, Procedure, Version
from motcua.modules.catalogue.permissions import ANNOUNCE, EDIT
from motcua.modules.catalogue.proposals import (
    Announcement,
    Levels,
    Proposal,
    content_json,
    hash_content,
)
from motcua.modules.catalogue.versions import Difference, compare

WHOLE = "/"  # the catalogue belongs to the whole province
KEEP = "keep"  # what is in flight keeps the version of its receipt: the legal default, and the only policy


@dataclass(frozen=True, slots=True)
class Preview:
    """What announcing a proposal from a day would do."""

    current: Version | None
    differences: list[Difference]
    problems: list[Problem]
    in_flight: list[InFlight]

    @property
    def blocked(self) -> bool:
        return any(problem.blocking for problem in self.problems)


def create_procedure(
    viewer: Viewer,
    province: Province,
    code: str,
    levels: Levels,
    proposal: Proposal,
    *,
    essential: str = "",
    tags: Sequence[str] = (),
    origin: str = Origin.PROVINCE,
    idempotency_key: str | None = None,
) -> Procedure:
    """A new procedure in state draft, with its first draft. The core of the code decides its identity.

    Raises NotPermitted, CatalogueError catalogue.code.invalid, catalogue.code.taken.
    """
    viewer.require(EDIT, province=province, unit_path=WHOLE)
    try:
        core, full_code = read_code(code)
    except KernelError as error:
        raise CatalogueError("code.invalid", str(error)) from error
    with transaction.atomic():
        if done := _done_before(province, events.PROCEDURE_CREATED, idempotency_key):
            return Procedure.objects.get(province=province, code=done.payload["code"])
        procedure, made = Procedure.objects.get_or_create(
            province=province,
            code=core,
            defaults={
                "full_code": full_code,
                "origin": origin,
                "essential": essential,
                "tags": list(tags),
                "created_at": now(),
                **levels.columns(),
            },
        )
        if not made:
            raise CatalogueError(
                "code.taken",
                _("Mã thủ tục {code} đã có trong danh mục. Hãy mở thủ tục đó và soạn bản mới.").format(
                    code=core
                ),
            )
        Draft.objects.create(
            province=province,
            procedure=procedure,
            body=to_json(proposal),
            owner_id=viewer.user_id,
            updated_at=now(),
        )
        payload = {"origin": origin, "levels": asdict(levels)}
        _tell(viewer, events.PROCEDURE_CREATED, procedure, payload, idempotency_key)
        forget()
    return procedure


def save_draft(
    viewer: Viewer,
    procedure: Procedure,
    proposal: Proposal,
    *,
    levels: Levels | None = None,
    seen: int | None = None,
    idempotency_key: str | None = None,
) -> Draft:
    """Writes the open draft, or begins one from the latest version. `seen`: the revision the editor started from.

    `levels` may change only before the first announcement. Raises CatalogueError catalogue.draft.overtaken,
    catalogue.levels.fixed.
    """
    viewer.require(EDIT, province=procedure.province_id, unit_path=WHOLE)
    with transaction.atomic():
        procedure = _locked(procedure)
        if _done_before(procedure.province, events.DRAFT_SAVED, idempotency_key):
            return Draft.objects.get(procedure=procedure, state=Draft.State.OPEN)
        _set_levels(procedure, levels)
        draft = _open_draft(procedure, seen)
        draft.body = to_json(proposal)
        draft.owner_id, draft.updated_at = viewer.user_id, now()
        draft.save()
        payload = {"revision": draft.revision, "hash": hash_content(draft.body)}
        _tell(viewer, events.DRAFT_SAVED, procedure, payload, idempotency_key)
    return draft


def _open_draft(procedure: Procedure, seen: int | None) -> Draft:
    draft = Draft.objects.filter(procedure=procedure, state=Draft.State.OPEN).first()
    if draft is None:
        latest = latest_version(procedure)
        return Draft(province=procedure.province, procedure=procedure, based_on=latest, updated_at=now())
    if seen is not None and seen != draft.revision:
        raise CatalogueError(
            "draft.overtaken",
            _("Bản soạn đã được người khác lưu sau khi bạn mở. Hãy tải lại trang rồi sửa tiếp."),
        )
    draft.revision += 1
    return draft


def _set_levels(procedure: Procedure, levels: Levels | None) -> None:
    if levels is None or levels == levels_of(procedure):
        return
    if procedure.lifecycle not in (Lifecycle.DRAFT, Lifecycle.TEST):
        raise CatalogueError(
            "levels.fixed",
            _("Cấp thực hiện của thủ tục đã công bố không sửa ở bản soạn; hãy dùng “Đổi cấp thực hiện”."),
        )
    Procedure.objects.filter(pk=procedure.pk).update(**levels.columns())
    procedure.refresh_from_db()
    forget()


def discard_draft(viewer: Viewer, procedure: Procedure) -> None:
    """Leaves the open draft aside. Raises CatalogueError catalogue.draft.none."""
    viewer.require(EDIT, province=procedure.province_id, unit_path=WHOLE)
    with transaction.atomic():
        procedure = _locked(procedure)
        draft = _draft_of(procedure)
        draft.state = Draft.State.DISCARDED
        draft.save(update_fields=["state"])
        _tell(viewer, events.DRAFT_DISCARDED, procedure, {"revision": draft.revision})


def move_lifecycle(viewer: Viewer, procedure: Procedure, operation: str) -> Procedure:
    """`test` and `redraft` of the lifecycle table. Test asks for the compulsory parts.

    Raises NotPermitted, CatalogueError catalogue.lifecycle, catalogue.incomplete, catalogue.draft.none.
    """
    viewer.require(EDIT, province=procedure.province_id, unit_path=WHOLE)
    with transaction.atomic():
        procedure = _locked(procedure)
        step = transition(procedure.lifecycle, operation)
        viewer.require(step.permission, province=procedure.province_id, unit_path=WHOLE)
        if operation == "test":
            refuse_incomplete(check_proposal(proposal_of(_draft_of(procedure)), levels_of(procedure)))
        elif operation != "redraft":
            raise CatalogueError("lifecycle", _("Việc này cần quyết định công bố."))
        _move(viewer, procedure, step.after)
    return procedure


def preview_announcement(
    viewer: Viewer,
    procedure: Procedure,
    proposal: Proposal,
    decision: Announcement | None = None,
    valid_from: dt.date | None = None,
) -> Preview:
    """What announcing would change, what is in flight on the version it replaces, what stands against it."""
    viewer.require(EDIT, province=procedure.province_id, unit_path=WHOLE)
    current = latest_version(procedure)
    problems = check_proposal(proposal, levels_of(procedure))
    if decision is not None and valid_from is not None:
        problems += check_dates(decision.date, valid_from)
    before = proposal_of_version(current) if current else None
    return Preview(
        current=current,
        differences=compare(before, proposal) if before else [],
        problems=problems,
        in_flight=in_flight(procedure.province, current.pk if current else None),
    )


def announce(
    viewer: Viewer,
    procedure: Procedure,
    decision: Announcement,
    valid_from: dt.date,
    *,
    policy: str = "",
    proposal: Proposal | None = None,
    idempotency_key: str | None = None,
) -> Version:
    """Makes the proposal (by default the open draft) the version in force from a day; the one before ends that day.

    `policy` must be "keep" when something is in flight on the version replaced: the person says they have seen it.
    Raises NotPermitted, CatalogueError catalogue.lifecycle, catalogue.incomplete, catalogue.announce.decision,
    catalogue.announce.order, catalogue.announce.policy, catalogue.announce.same, catalogue.draft.none.
    """
    viewer.require(ANNOUNCE, province=procedure.province_id, unit_path=WHOLE)
    with transaction.atomic():
        procedure = _locked(procedure)
        if done := _done_before(procedure.province, events.VERSION_ANNOUNCED, idempotency_key):
            return Version.objects.get(pk=done.payload["version"])
        step = transition(procedure.lifecycle, "announce")
        draft = None if proposal is not None else _draft_of(procedure)
        said = proposal if proposal is not None else proposal_of(draft)
        refuse_incomplete(check_proposal(said, levels_of(procedure)))
        _refuse_decision(decision)
        previous = latest_version(procedure)
        _refuse_order(previous, valid_from)
        counted = in_flight(procedure.province, previous.pk if previous else None)
        _refuse_unseen(counted, policy)
        version = _add_version(procedure, said, decision, valid_from, previous)
        if draft is not None:
            draft.state = Draft.State.ANNOUNCED
            draft.save(update_fields=["state"])
        if procedure.lifecycle != step.after:
            _move(viewer, procedure, step.after)
        payload = {
            "version": version.pk,
            "number": version.number,
            "valid_from": valid_from,
            "decision": decision.number,
            "kind": decision.kind,
            "hash": version.content_hash,
            "policy": policy or KEEP,
            "in_flight": sum(one.count for one in counted),
        }
        _tell(viewer, events.VERSION_ANNOUNCED, procedure, payload, idempotency_key)
        forget()
    return version


def _add_version(
    procedure: Procedure,
    proposal: Proposal,
    decision: Announcement,
    valid_from: dt.date,
    previous: Version | None,
) -> Version:
    if previous is not None and previous.valid_to is None:
        previous.valid_to = valid_from
        previous.save(update_fields=["valid_to"])
    field = field_of(procedure.province, proposal)
    return Version.objects.create(
        province=procedure.province,
        procedure=procedure,
        number=next_number(procedure),
        valid_from=valid_from,
        field=field,
        search=search_vector(procedure.code, proposal.name, field.name),
        decision_number=decision.number.strip(),
        decision_date=decision.date,
        lead_days=lead_days(decision.date, valid_from),
        decision_kind=decision.kind,
        decision_agency=decision.agency.strip(),
        **columns_of(proposal),
    )


def columns_of(proposal: Proposal) -> dict[str, Any]:
    """The columns of a version that a proposal fills, hash and sort key included; all but its field."""
    content = content_json(proposal.content)
    name = squeeze(proposal.name)
    return {
        "name": name,
        "online_level": proposal.online_level,
        "partial_reason": proposal.partial_reason,
        "location_independent": proposal.location_independent,
        "location_reason": proposal.location_reason,
        "content": content,
        "content_hash": hash_content(content),
        "source": proposal.source,
        "sort_key": sort_key(name),
    }


def field_of(province: Province, proposal: Proposal) -> Field:
    """The field a proposal names, made when its name comes along. Raises CatalogueError catalogue.field.unknown."""
    code = proposal.field_code.strip()
    found = Field.objects.filter(province=province, code=code).first()
    if found is not None:
        return found
    if not code or not proposal.field_name.strip():
        raise CatalogueError(
            "field.unknown", _("Chưa có lĩnh vực “{code}”. Hãy chọn lĩnh vực có sẵn.").format(code=code)
        )
    return Field.objects.create(province=province, code=code, name=squeeze(proposal.field_name))


def stop_procedure(
    viewer: Viewer,
    procedure: Procedure,
    decision: Announcement,
    day: dt.date,
    *,
    policy: str = "",
    idempotency_key: str | None = None,
) -> Procedure:
    """Abolishes a procedure: `day` is the first day it is no longer received. What is in flight goes on.

    On a day to come it stays live until `settle_lifecycles` finds the day has come.
    Raises NotPermitted, CatalogueError catalogue.lifecycle, catalogue.stop.again, catalogue.announce.*.
    """
    viewer.require(ANNOUNCE, province=procedure.province_id, unit_path=WHOLE)
    with transaction.atomic():
        procedure = _locked(procedure)
        if _done_before(procedure.province, events.PROCEDURE_STOPPED, idempotency_key):
            return procedure
        transition(procedure.lifecycle, "stop")
        _refuse_decision(decision)
        last = latest_version(procedure)
        if last is None or last.valid_to is not None:
            raise CatalogueError("stop.again", _("Thủ tục này đã có ngày dừng theo một quyết định trước."))
        _refuse_order(last, day)
        counted = in_flight(procedure.province, last.pk)
        _refuse_unseen(counted, policy)
        last.valid_to = day
        last.save(update_fields=["valid_to"])
        if day <= today():
            _move(viewer, procedure, Lifecycle.STOPPED)
        payload = {
            "day": day,
            "decision": decision.number,
            "decided": decision.date,
            "policy": policy or KEEP,
            "in_flight": sum(one.count for one in counted),
        }
        _tell(viewer, events.PROCEDURE_STOPPED, procedure, payload, idempotency_key)
        forget()
    return procedure


def settle_lifecycles() -> int:
    """Marks as stopped what is still called live though its last version has ended; returns how many. Run by a beat."""
    lasting = Version.objects.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=today()))
    ended = Procedure.objects.filter(lifecycle=Lifecycle.LIVE).exclude(pk__in=lasting.values("procedure_id"))
    moved = 0
    for pk in list(ended.values_list("pk", flat=True)):
        with transaction.atomic():
            procedure = (
                ended.select_for_update(of=("self",), skip_locked=True)
                .select_related("province")
                .filter(pk=pk)
                .first()
            )
            if procedure is not None:
                _move(None, procedure, Lifecycle.STOPPED)
                moved += 1
    return moved


def latest_version(procedure: Procedure) -> Version | None:
    """The version that begins last, perhaps on a day to come."""
    return (
        Version.objects.filter(procedure=procedure)
        .select_related("procedure", "field")
        .order_by("-valid_from")
        .first()
    )


def next_number(procedure: Procedure) -> int:
    return (Version.objects.filter(procedure=procedure).aggregate(last=Max("number"))["last"] or 0) + 1


def levels_of(procedure: Procedure) -> Levels:
    return Levels(procedure.at_ministry, procedure.at_province, procedure.at_commune)


def proposal_of(draft: Draft) -> Proposal:
    return from_json(Proposal, draft.body)


def proposal_of_version(version: Version) -> Proposal:
    """A version as the proposal it was made from."""
    return from_json(
        Proposal,
        {
            "name": version.name,
            "field_code": version.field.code,
            "field_name": version.field.name,
            "online_level": version.online_level,
            "partial_reason": version.partial_reason,
            "location_independent": version.location_independent,
            "location_reason": version.location_reason,
            "content": version.content,
            "source": version.source,
        },
    )


def refuse_incomplete(problems: Sequence[Problem]) -> None:
    blocking = [problem.message for problem in problems if problem.blocking]
    if blocking:
        raise CatalogueError("incomplete", _("Bản soạn chưa đủ: {what}").format(what=" ".join(blocking)))


def _refuse_decision(decision: Announcement) -> None:
    if not decision.number.strip():
        raise CatalogueError("announce.decision", _("Cần số, ký hiệu của quyết định công bố."))
    if decision.date > today():
        raise CatalogueError("announce.decision", _("Ngày ký quyết định công bố chưa đến."))


def _refuse_order(previous: Version | None, valid_from: dt.date) -> None:
    if previous is None:
        return
    earliest = previous.valid_to or previous.valid_from + dt.timedelta(days=1)
    if valid_from < earliest:
        raise CatalogueError(
            "announce.order",
            _("Đã có phiên bản áp dụng từ {since}; ngày áp dụng mới phải từ {earliest} trở đi.").format(
                since=f"{previous.valid_from:%d/%m/%Y}", earliest=f"{earliest:%d/%m/%Y}"
            ),
        )


def _refuse_unseen(counted: Sequence[InFlight], policy: str) -> None:
    if policy not in ("", KEEP):
        raise CatalogueError(
            "announce.policy", _("Hồ sơ đã nhận phải giữ phiên bản có hiệu lực lúc tiếp nhận.")
        )
    if counted and policy != KEEP:
        number = sum(one.count for one in counted)
        raise CatalogueError(
            "announce.policy",
            _(
                "Còn {count} hồ sơ đang giải quyết theo bản cũ. Hãy xác nhận các hồ sơ này giữ phiên bản lúc tiếp nhận."
            ).format(count=number),
        )


def _move(viewer: Viewer | None, procedure: Procedure, after: str) -> None:
    before, procedure.lifecycle = procedure.lifecycle, after
    procedure.save(update_fields=["lifecycle"])
    payload = {"before": STATES[before], "after": STATES[after]}
    _tell(viewer, events.LIFECYCLE_MOVED, procedure, payload)
    forget()


def _locked(procedure: Procedure) -> Procedure:
    return Procedure.objects.select_for_update(of=("self",)).select_related("province").get(pk=procedure.pk)


def _draft_of(procedure: Procedure) -> Draft:
    draft = Draft.objects.filter(procedure=procedure, state=Draft.State.OPEN).first()
    if draft is None:
        raise CatalogueError("draft.none", _("Thủ tục này chưa có bản đang soạn."))
    return draft


def _done_before(province: Province, type_: str, key: str | None) -> Event | None:
    if not key:
        return None
    return Event.objects.filter(province=province, type=type_, idempotency_key=key).first()


def _tell(
    viewer: Viewer | None, type_: str, procedure: Procedure, payload: dict[str, Any], key: str | None = None
) -> None:
    record(
        type_,
        province=procedure.province,
        subject=f"procedure:{procedure.code}",
        payload={"code": procedure.code, **payload},
        actor=viewer.user if viewer is not None and viewer.signed_in else None,
        idempotency_key=key,
    )

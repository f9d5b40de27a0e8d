"""Operations on internal processes: drafted, discarded, approved by a decision, closed."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from motcua.engine.events.api import Event, record
from motcua.engine.permissions.api import Viewer
from motcua.engine.provinces.api import Province
from motcua.kernel.clock import now, today
from motcua.kernel.text import search_key, squeeze
from motcua.modules.catalogue.data import ProcessPlan, StepPlan, to_json
from motcua.modules.catalogue.errors import CatalogueError
from motcua.modules.catalogue.models import Link, Procedure, Process, ProcessVersion, Step
from motcua.modules.catalogue.permissions import PROCESS_APPROVE
from motcua.modules.catalogue.processes import events
from motcua.modules.catalogue.processes.drafting import require_drafter
from motcua.modules.catalogue.processes.performers import performers_of
from motcua.modules.catalogue.processes.running import forget_processes, plan_of
from motcua.modules.catalogue.processes.usual import limit_of
from motcua.modules.catalogue.processes.validation import Problem, refusing, validate
from motcua.modules.catalogue.queries import procedure_on

WHOLE = "/"
CHAIRMAN = "chu tich"


@dataclass(frozen=True, slots=True)
class Approval:
    """The decision that approves a process. `delegation`: number of the text by which the chairman let another
    sign (Circular 01/2018/TT-VPCP, Art. 8); asked for whenever the signer is no chairman or vice-chairman."""

    number: str
    date: dt.date
    signer_title: str
    delegation: str = ""


@dataclass(frozen=True, slots=True)
class Origins:
    """Where a draft comes from. `origin`: province, real, written or simulated; `performers`: by step key, the
    words of the decision."""

    origin: str = "province"
    source: str = ""
    limit_text: str | None = None
    performers: Mapping[str, str] | None = None


HERE = Origins()


def save_process_draft(
    viewer: Viewer,
    procedure: Procedure,
    plan: ProcessPlan,
    *,
    origins: Origins = HERE,
    seen: str | None = None,
    idempotency_key: str | None = None,
) -> ProcessVersion:
    """Writes the draft of the procedure's process in the plan's variant, in place of the draft there is.

    A draft may have problems: approval refuses them. `seen`: fingerprint of the draft the editor started from ("" when
    there was none). `origins.limit_text` None keeps the limit the procedure has today.
    Raises NotPermitted, CatalogueError catalogue.process.overtaken, catalogue.process.shape.
    """
    require_drafter(viewer, procedure)
    plan = cleaned(plan)
    _refuse_shape(plan)
    with transaction.atomic():
        procedure = _locked(procedure)
        if done := _done_before(procedure.province, events.PROCESS_SAVED, idempotency_key):
            return ProcessVersion.objects.get(pk=done.payload["version"])
        process, _made = Process.objects.get_or_create(
            province=procedure.province, procedure=procedure, variant=plan.variant
        )
        version = _draft(process, seen)
        _fill(version, procedure, plan, origins)
        payload = {"version": version.pk, "variant": plan.variant, "hash": fingerprint(plan)}
        _tell(viewer, events.PROCESS_SAVED, procedure, payload, idempotency_key)
    return version


def _draft(process: Process, seen: str | None) -> ProcessVersion:
    version = ProcessVersion.objects.filter(process=process, approved_at__isnull=True).first()
    there = fingerprint(plan_of(version)) if version else ""
    if seen is not None and seen != there:
        raise CatalogueError(
            "process.overtaken",
            _("Bản soạn quy trình đã được người khác lưu sau khi bạn mở. Hãy tải lại trang rồi sửa tiếp."),
        )
    if version is not None:
        return version
    last = ProcessVersion.objects.filter(process=process).aggregate(last=Max("number"))["last"] or 0
    return ProcessVersion(
        province=process.province, process=process, number=last + 1, valid_from=today(), origin="province"
    )


def _fill(version: ProcessVersion, procedure: Procedure, plan: ProcessPlan, origins: Origins) -> None:
    version.name = plan.name
    version.origin, version.source = origins.origin, origins.source[:500]
    version.limit_text = origins.limit_text if origins.limit_text is not None else current_limit(procedure)
    kept = dict(version.steps.values_list("key", "performer")) if version.pk else {}
    version.save()
    version.steps.all().delete()
    version.links.all().delete()
    said = kept if origins.performers is None else origins.performers
    Step.objects.bulk_create(_row(version, step, said.get(step.key, "")) for step in plan.steps)
    Link.objects.bulk_create(
        Link(version=version, source=one.source, target=one.target, outcome=one.outcome, label=one.label)
        for one in plan.links
    )


def _row(version: ProcessVersion, step: StepPlan, performer: str) -> Step:
    return Step(
        version=version,
        key=step.key,
        order=step.order,
        kind=step.kind,
        name=step.name,
        role=step.role,
        place=step.place,
        unit_code=step.unit_code,
        performer=performer[:300],
        work=step.work,
        output=step.output,
        quarters=step.quarters,
        minutes=step.minutes,
        actions=list(step.actions),
        waits_for_all=step.waits_for_all,
        leg_procedure=step.leg_procedure,
        leg_limit=step.leg_limit,
    )


def discard_process_draft(viewer: Viewer, version: ProcessVersion) -> None:
    """Deletes a draft: nothing was ever run by it. Raises CatalogueError catalogue.process.approved."""
    require_drafter(viewer, version.process.procedure)
    with transaction.atomic():
        procedure = _locked(version.process.procedure)
        version = _still_draft(version)
        payload = {"version": version.pk, "variant": version.process.variant}
        version.delete()
        _tell(viewer, events.PROCESS_DISCARDED, procedure, payload)


def approve_process(
    viewer: Viewer,
    version: ProcessVersion,
    approval: Approval,
    valid_from: dt.date,
    *,
    looked_at: bool = False,
    idempotency_key: str | None = None,
) -> ProcessVersion:
    """Puts a draft in force from a day by a decision; the version before ends that day. Dossiers keep theirs.

    `looked_at`: the person has read the problems that do not block (nobody to perform a step in some unit).
    Raises NotPermitted, CatalogueError catalogue.process.approved, .problems, .warnings, .decision, .delegation, .order.
    """
    viewer.require(PROCESS_APPROVE, province=version.province_id, unit_path=WHOLE)
    with transaction.atomic():
        procedure = _locked(version.process.procedure)
        if done := _done_before(procedure.province, events.PROCESS_APPROVED, idempotency_key):
            return ProcessVersion.objects.get(pk=done.payload["version"])
        version = _still_draft(version)
        _refuse_decision(approval)
        plan = plan_of(version)
        _refuse_problems(problems_of(version, plan), looked_at=looked_at)
        previous = _previous(version)
        _refuse_order(previous, valid_from)
        if previous is not None and previous.valid_to is None:
            previous.valid_to = valid_from
            previous.save(update_fields=["valid_to"])
        _set_in_force(version, approval, valid_from)
        payload = {
            "version": version.pk,
            "number": version.number,
            "variant": version.process.variant,
            "valid_from": valid_from,
            "decision": version.decision_number,
            "decided": approval.date,
            "delegation": version.delegation,
            "closed": previous.pk if previous else None,
            "hash": fingerprint(plan),
        }
        _tell(viewer, events.PROCESS_APPROVED, procedure, payload, idempotency_key)
    forget_processes()
    return version


def _set_in_force(version: ProcessVersion, approval: Approval, valid_from: dt.date) -> None:
    version.valid_from, version.approved_at = valid_from, now()
    version.decision_number, version.decision_date = squeeze(approval.number), approval.date
    version.signed_by_title = squeeze(approval.signer_title)
    version.delegation = squeeze(approval.delegation)
    version.save()


def close_process(
    viewer: Viewer, version: ProcessVersion, day: dt.date, *, idempotency_key: str | None = None
) -> ProcessVersion:
    """Takes the open version out of force: `day` is the first it no longer serves new dossiers.

    Raises CatalogueError catalogue.process.closed, catalogue.process.order.
    """
    viewer.require(PROCESS_APPROVE, province=version.province_id, unit_path=WHOLE)
    with transaction.atomic():
        procedure = _locked(version.process.procedure)
        if done := _done_before(procedure.province, events.PROCESS_CLOSED, idempotency_key):
            return ProcessVersion.objects.get(pk=done.payload["version"])
        version = ProcessVersion.objects.select_related("process").get(pk=version.pk)
        if version.approved_at is None or version.valid_to is not None:
            raise CatalogueError("process.closed", _("Phiên bản quy trình này không đang mở."))
        if day <= version.valid_from:
            raise CatalogueError("process.order", _("Ngày thôi áp dụng phải sau ngày áp dụng."))
        version.valid_to = day
        version.save(update_fields=["valid_to"])
        payload = {"version": version.pk, "variant": version.process.variant, "day": day}
        _tell(viewer, events.PROCESS_CLOSED, procedure, payload, idempotency_key)
    forget_processes()
    return version


def problems_of(version: ProcessVersion, plan: ProcessPlan | None = None) -> tuple[Problem, ...]:
    """What stands against approving a version today, performers looked up in the units concerned."""
    plan = plan if plan is not None else plan_of(version)
    procedure = version.process.procedure
    info = procedure_on(procedure.province, procedure.code, today())
    return validate(plan, version.limit_text, performers_of(procedure, info, today()))


def current_limit(procedure: Procedure) -> str:
    """The legal limit the procedure has today, "" when it states none that can be read."""
    info = procedure_on(procedure.province, procedure.code, today())
    return limit_of(info) if info else ""


def fingerprint(plan: ProcessPlan) -> str:
    """SHA-256 of steps and links: equal for plans that run the same way and say the same."""
    said = [plan.variant, plan.name, to_json(plan.steps), to_json(plan.links)]
    text = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def cleaned(plan: ProcessPlan) -> ProcessPlan:
    """The plan with white space squeezed in names, and within lines of longer texts."""
    steps = tuple(
        replace(
            step,
            key=squeeze(step.key),
            name=squeeze(step.name),
            role=step.role.strip(),
            unit_code=step.unit_code.strip(),
            work=_lines(step.work),
            output=_lines(step.output),
            leg_limit=squeeze(step.leg_limit),
        )
        for step in plan.steps
    )
    links = tuple(replace(one, outcome=squeeze(one.outcome), label=squeeze(one.label)) for one in plan.links)
    return replace(
        plan, name=squeeze(plan.name)[:500], variant=plan.variant.strip(), steps=steps, links=links
    )


def _lines(text: str) -> str:
    return "\n".join(line for line in map(squeeze, text.splitlines()) if line)


def _refuse_shape(plan: ProcessPlan) -> None:
    """What the tables cannot hold."""
    keys = [step.key for step in plan.steps]
    links = [(one.source, one.target, one.outcome) for one in plan.links]
    doubled = len(set(keys)) < len(keys) or len(set(links)) < len(links)
    if doubled or not all(keys):
        raise CatalogueError("process.shape", _("Mỗi bước cần một mã riêng và mỗi đường đi chỉ ghi một lần."))
    lengths = [
        *((step.key, 40) for step in plan.steps),
        *((step.name, 500) for step in plan.steps),
        *((step.role, 60) for step in plan.steps),
        *((step.unit_code, 35) for step in plan.steps),
        *((step.leg_limit, 60) for step in plan.steps),
        *((step.leg_procedure, 20) for step in plan.steps),
        *((one.outcome, 40) for one in plan.links),
        *((one.label, 200) for one in plan.links),
    ]
    for text, most in lengths:
        if len(text) > most:
            raise CatalogueError(
                "process.shape", _("“{text}…” dài hơn {n} ký tự.").format(text=text[:30], n=most)
            )


def _refuse_decision(approval: Approval) -> None:
    if not approval.number.strip():
        raise CatalogueError("process.decision", _("Cần số, ký hiệu của quyết định phê duyệt quy trình."))
    if approval.date > today():
        raise CatalogueError("process.decision", _("Ngày ký quyết định phê duyệt chưa đến."))
    title = search_key(approval.signer_title)
    if not title:
        raise CatalogueError("process.decision", _("Cần chức vụ của người ký quyết định."))
    if CHAIRMAN not in title and not approval.delegation.strip():
        raise CatalogueError(
            "process.delegation",
            _(
                "Chủ tịch Ủy ban nhân dân tỉnh phê duyệt quy trình nội bộ; người khác ký thì cần số văn bản ủy quyền."
            ),
        )


def _refuse_problems(problems: tuple[Problem, ...], *, looked_at: bool) -> None:
    against = refusing(problems)
    if against:
        said = " ".join(one.message for one in against)
        raise CatalogueError("process.problems", _("Quy trình chưa phê duyệt được: {what}").format(what=said))
    if problems and not looked_at:
        said = " ".join(one.message for one in problems)
        raise CatalogueError(
            "process.warnings",
            _("Hãy xem các điểm cần lưu ý rồi đánh dấu đã xem: {what}").format(what=said),
        )


def _previous(version: ProcessVersion) -> ProcessVersion | None:
    return (
        ProcessVersion.objects.filter(process=version.process_id, approved_at__isnull=False)
        .order_by("-valid_from", "-number")
        .first()
    )


def _refuse_order(previous: ProcessVersion | None, valid_from: dt.date) -> None:
    if previous is None:
        return
    earliest = previous.valid_to or previous.valid_from + dt.timedelta(days=1)
    if valid_from < earliest:
        raise CatalogueError(
            "process.order",
            _("Đã có phiên bản áp dụng từ {since}; ngày áp dụng mới phải từ {earliest} trở đi.").format(
                since=f"{previous.valid_from:%d/%m/%Y}", earliest=f"{earliest:%d/%m/%Y}"
            ),
        )


def _still_draft(version: ProcessVersion) -> ProcessVersion:
    found = (
        ProcessVersion.objects.select_for_update(of=("self",))
        .select_related("process__procedure__province")
        .filter(pk=version.pk)
        .first()
    )
    if found is None or found.approved_at is not None:
        raise CatalogueError(
            "process.approved", _("Bản soạn này không còn: đã được phê duyệt hoặc đã bỏ. Hãy tải lại trang.")
        )
    return found


def _locked(procedure: Procedure) -> Procedure:
    return Procedure.objects.select_for_update(of=("self",)).select_related("province").get(pk=procedure.pk)


def _done_before(province: Province, type_: str, key: str | None) -> Event | None:
    if not key:
        return None
    return Event.objects.filter(province=province, type=type_, idempotency_key=key).first()


def _tell(
    viewer: Viewer, type_: str, procedure: Procedure, payload: dict[str, Any], key: str | None = None
) -> None:
    record(
        type_,
        province=procedure.province,
        subject=f"procedure:{procedure.code}",
        payload={"code": procedure.code, **payload},
        actor=viewer.user if viewer.signed_in else None,
        idempotency_key=key,
    )

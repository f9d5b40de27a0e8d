"""Operations on green lanes: a process derived for one, and the register of key projects that may take it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from motcua.engine.events.api import Event, record
from motcua.engine.permissions.api import Viewer
from motcua.engine.provinces.api import Province
from motcua.kernel.text import squeeze
from motcua.modules.catalogue.errors import CatalogueError
from motcua.modules.catalogue.models import KeyProject, ProcessVersion
from motcua.modules.catalogue.permissions import PROCESS_APPROVE
from motcua.modules.catalogue.processes import events
from motcua.modules.catalogue.processes.drafting import require_drafter
from motcua.modules.catalogue.processes.lanes import derived
from motcua.modules.catalogue.processes.running import plan_of
from motcua.modules.catalogue.processes.writing import WHOLE, Origins, save_process_draft

LANES = ("green-60", "green-24h")


def derive_lane(
    viewer: Viewer, version: ProcessVersion, variant: str, *, idempotency_key: str | None = None
) -> ProcessVersion:
    """Saves a lane's process as a draft, derived from an approved version. Raises NotPermitted, CatalogueError
    catalogue.lane.unapproved, .unknown, .cycle."""
    require_drafter(viewer, version.process.procedure)
    if version.approved_at is None or version.process.variant:
        raise CatalogueError(
            "lane.unapproved", _("Luồng nhanh chỉ rút từ quy trình thông thường đã phê duyệt.")
        )
    plan, limit = derived(plan_of(version), variant, version.limit_text)
    performers = dict(version.steps.values_list("key", "performer"))
    origins = Origins(
        origin=version.origin,
        source=_("Rút từ phiên bản {number} của quy trình thông thường").format(number=version.number),
        limit_text=limit,
        performers=performers,
    )
    return save_process_draft(
        viewer, version.process.procedure, plan, origins=origins, idempotency_key=idempotency_key
    )


def register_key_project(
    viewer: Viewer,
    province: Province,
    code: str,
    name: str,
    lane: str,
    basis: str,
    valid_from: dt.date,
    *,
    idempotency_key: str | None = None,
) -> KeyProject:
    """Puts a project on a green lane from a day by a decision (`basis`).

    Raises NotPermitted, CatalogueError catalogue.project.incomplete, .lane, .taken.
    """
    viewer.require(PROCESS_APPROVE, province=province, unit_path=WHOLE)
    code, name, basis = squeeze(code), squeeze(name), squeeze(basis)
    if not (code and name and basis):
        raise CatalogueError("project.incomplete", _("Cần mã, tên dự án và văn bản quyết định."))
    if lane not in LANES:
        raise CatalogueError("project.lane", _("Hãy chọn luồng xanh 24 giờ hoặc luồng xanh 60%."))
    with transaction.atomic():
        if done := _done_before(province, events.KEY_PROJECT_ADDED, idempotency_key):
            return KeyProject.objects.get(province=province, code=done.payload["project"])
        made = _create(province, code, name[:500], lane, basis[:300], valid_from)
        payload = {"project": code, "lane": lane, "valid_from": valid_from, "basis": basis[:300]}
        _tell(viewer, events.KEY_PROJECT_ADDED, made, payload, idempotency_key)
    return made


def _create(province: Province, code: str, name: str, lane: str, basis: str, day: dt.date) -> KeyProject:
    try:
        with transaction.atomic():
            return KeyProject.objects.create(
                province=province, code=code[:60], name=name, lane=lane, basis=basis, valid_from=day
            )
    except IntegrityError as error:
        raise CatalogueError("project.taken", _("Mã dự án “{code}” đã ghi rồi.").format(code=code)) from error


def end_key_project(
    viewer: Viewer, project: KeyProject, day: dt.date, *, idempotency_key: str | None = None
) -> KeyProject:
    """Takes a project off its lane: `day` is the first it no longer has it. Raises CatalogueError
    catalogue.project.ended, catalogue.project.day."""
    viewer.require(PROCESS_APPROVE, province=project.province_id, unit_path=WHOLE)
    with transaction.atomic():
        project = (
            KeyProject.objects.select_for_update(of=("self",)).select_related("province").get(pk=project.pk)
        )
        if _done_before(project.province, events.KEY_PROJECT_ENDED, idempotency_key):
            return project
        if project.valid_to is not None:
            raise CatalogueError("project.ended", _("Dự án này đã ra khỏi luồng xanh."))
        if day <= project.valid_from:
            raise CatalogueError("project.day", _("Ngày kết thúc phải sau ngày bắt đầu."))
        project.valid_to = day
        project.save(update_fields=["valid_to"])
        _tell(
            viewer, events.KEY_PROJECT_ENDED, project, {"project": project.code, "day": day}, idempotency_key
        )
    return project


def _done_before(province: Province, type_: str, key: str | None) -> Event | None:
    if not key:
        return None
    return Event.objects.filter(province=province, type=type_, idempotency_key=key).first()


def _tell(viewer: Viewer, type_: str, project: KeyProject, payload: dict[str, Any], key: str | None) -> None:
    record(
        type_,
        province=project.province,
        subject=f"key-project:{project.uid}",
        payload=payload,
        actor=viewer.user,
        idempotency_key=key,
    )

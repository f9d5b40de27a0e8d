"""What one unit does otherwise: only the parts that differ, beside what it inherits; never a copy."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from motcua.engine.events.api import record
from motcua.engine.permissions.api import Viewer
from motcua.engine.provinces.api import Province
from motcua.kernel.clock import today
from motcua.kernel.errors import KernelError
from motcua.kernel.worktime import parse_limit
from motcua.modules.catalogue import events
from motcua.modules.catalogue.caching import forget
from motcua.modules.catalogue.data import ProcedureContent, ProcedureInfo, from_json, to_json
from motcua.modules.catalogue.errors import CatalogueError
from motcua.modules.catalogue.models import Override, Procedure
from motcua.modules.catalogue.permissions import OVERRIDE
from motcua.modules.catalogue.proposals import Proposal
from motcua.modules.catalogue.queries import apply_override, procedure_on
from motcua.modules.catalogue.versions import Difference, compare

COLUMNS = ("online_level", "partial_reason", "location_independent")
PARTS = tuple(one.name for one in fields(ProcedureContent))


@dataclass(frozen=True, slots=True)
class Beside:
    """An override beside what it inherits: the differences in words, and the procedure as the unit does it."""

    override: Override
    differences: list[Difference]
    effective: ProcedureInfo | None


def set_override(
    viewer: Viewer,
    procedure: Procedure,
    unit_code: str,
    unit_path: str,
    changes: Mapping[str, Any],
    valid_from: dt.date,
    basis: str,
    *,
    stopped: bool = False,
    idempotency_key: str | None = None,
) -> Override:
    """Says what a unit does otherwise from a day, in place of what it said before.

    changes: {"online_level": ..., "content": {"place": ..., "channels": [...]}} as `to_json` writes them; what equals
    the inherited is left out. stopped: the unit does not do it at all. Raises NotPermitted, CatalogueError
    catalogue.override.parts, .same, .basis, .order, .longer, .none.
    """
    viewer.require(OVERRIDE, province=procedure.province_id, unit_path=unit_path)
    if not unit_code or not basis.strip():
        raise CatalogueError("override.basis", _("Cần đơn vị và căn cứ của phần khác biệt."))
    with transaction.atomic():
        procedure = (
            Procedure.objects.select_for_update(of=("self",)).select_related("province").get(pk=procedure.pk)
        )
        inherited = procedure_on(procedure.province, procedure.code, max(valid_from, today()))
        if inherited is None:
            raise CatalogueError("override.none", _("Thủ tục không có bản áp dụng vào ngày này."))
        kept = {} if stopped else only_different(inherited, changes)
        if not kept and not stopped:
            raise CatalogueError("override.same", _("Không có phần nào khác với bản chung của tỉnh."))
        _refuse_longer(inherited, kept, unit_code)
        override = _place(procedure, unit_code, unit_path, valid_from)
        override.changes, override.stopped, override.basis = kept, stopped, basis.strip()
        override.save()
        payload = {"valid_from": valid_from, "parts": sorted(_named(kept)), "stopped": stopped}
        _tell(viewer, events.OVERRIDE_SET, override, payload, idempotency_key)
        forget()
    return override


def end_override(viewer: Viewer, override: Override, day: dt.date) -> None:
    """From a day the unit does as all others. On or before its first day it is withdrawn."""
    viewer.require(OVERRIDE, province=override.province_id, unit_path=override.unit_path)
    with transaction.atomic():
        override = (
            Override.objects.select_for_update(of=("self",))
            .select_related("procedure", "province")
            .get(pk=override.pk)
        )
        if override.valid_to is not None and override.valid_to <= day:
            raise CatalogueError("override.order", _("Phần khác biệt này đã kết thúc trước ngày đó."))
        _tell(viewer, events.OVERRIDE_ENDED, override, {"day": day})
        if day <= override.valid_from:
            override.delete()
        else:
            override.valid_to = day
            override.save(update_fields=["valid_to"])
        forget()


def overrides_of(province: Province, procedure: Procedure, day: dt.date) -> list[Beside]:
    """The overrides in force on a day, each beside what it inherits."""
    rows = Override.objects.filter(Override.on(day), province=province, procedure=procedure)
    inherited = procedure_on(province, procedure.code, day)
    return [beside(row, inherited) for row in rows.order_by("unit_code")]


def beside(override: Override, inherited: ProcedureInfo | None) -> Beside:
    if inherited is None or override.stopped:
        return Beside(override, [], None)
    effective = apply_override(inherited, override.changes, override.unit_code)
    return Beside(override, compare(_proposal(inherited), _proposal(effective)), effective)


def only_different(inherited: ProcedureInfo, changes: Mapping[str, Any]) -> dict[str, Any]:
    """The changes that differ from the inherited. Raises CatalogueError catalogue.override.parts."""
    content = changes.get("content", {})
    unknown = [name for name in changes if name not in (*COLUMNS, "content")]
    unknown += [name for name in content if name not in PARTS]
    if unknown:
        raise CatalogueError("override.parts", _("Không khai khác được phần {part}.").format(part=unknown[0]))
    try:
        parts = from_json(ProcedureContent, content)
    except (TypeError, AttributeError, KeyError) as error:
        raise CatalogueError("override.parts", _("Nội dung khác biệt không đúng dạng.")) from error
    kept: dict[str, Any] = {
        name: changes[name]
        for name in COLUMNS
        if name in changes and changes[name] != getattr(inherited, name)
    }
    different = {
        name: to_json(getattr(parts, name))
        for name in content
        if getattr(parts, name) != getattr(inherited.content, name)
    }
    return kept | ({"content": different} if different else {})


def _refuse_longer(inherited: ProcedureInfo, changes: Mapping[str, Any], unit_code: str) -> None:
    """A unit may promise less time than the province announced, never more."""
    if "channels" not in changes.get("content", {}):
        return
    own = apply_override(inherited, changes, unit_code)
    for channel in own.content.channels:
        for limit in channel.limits:
            announced = inherited.content.limit(channel.kind, limit.case)
            if announced is not None and _longer(limit.limit, announced.limit):
                text = _("Thời hạn {own} dài hơn thời hạn đã công bố {announced}.")
                raise CatalogueError(
                    "override.longer", text.format(own=limit.limit, announced=announced.limit)
                )


def _longer(own: str, announced: str) -> bool:
    try:
        mine, theirs = parse_limit(own), parse_limit(announced)
    except KernelError:
        return False
    return mine.unit == theirs.unit and mine.amount > theirs.amount


def _place(procedure: Procedure, unit_code: str, unit_path: str, valid_from: dt.date) -> Override:
    """The row to write: the one of that day, or a new one after the one before."""
    open_ = Override.objects.select_for_update().filter(
        province=procedure.province, procedure=procedure, unit_code=unit_code, valid_to__isnull=True
    )
    before = open_.first()
    if before is not None and before.valid_from == valid_from:
        return before
    if before is not None and before.valid_from > valid_from:
        raise CatalogueError(
            "override.order",
            _("Đơn vị đã khai phần khác biệt từ {day}; hãy chọn ngày sau đó.").format(
                day=f"{before.valid_from:%d/%m/%Y}"
            ),
        )
    if before is not None:
        before.valid_to = valid_from
        before.save(update_fields=["valid_to"])
    return Override(
        province=procedure.province,
        procedure=procedure,
        unit_code=unit_code,
        unit_path=unit_path,
        valid_from=valid_from,
    )


def _proposal(info: ProcedureInfo) -> Proposal:
    return replace(
        Proposal(info.name, info.field_code, info.field_name),
        online_level=info.online_level,
        partial_reason=info.partial_reason,
        location_independent=info.location_independent,
        content=info.content,
    )


def _named(changes: Mapping[str, Any]) -> list[str]:
    return [name for name in changes if name != "content"] + list(changes.get("content", {}))


def _tell(
    viewer: Viewer, type_: str, override: Override, payload: dict[str, Any], key: str | None = None
) -> None:
    record(
        type_,
        province=override.province,
        subject=f"procedure:{override.procedure.code}",
        payload={"code": override.procedure.code, "unit": override.unit_code, **payload},
        actor=viewer.user if viewer.signed_in else None,  # type: ignore[arg-type]
        unit_code=override.unit_code,
        unit_path=override.unit_path,
        idempotency_key=key,
    )

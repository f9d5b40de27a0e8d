"""A file read and compared, then chosen rows of it applied, in steps that bear being killed and repeated."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from motcua.engine.events.api import record
from motcua.engine.files.api import open_file, store
from motcua.engine.jobs.api import defer
from motcua.engine.permissions.api import Viewer
from motcua.engine.provinces.api import Province
from motcua.kernel.clock import now
from motcua.modules.catalogue import events
from motcua.modules.catalogue.caching import forget
from motcua.modules.catalogue.content import search_vector
from motcua.modules.catalogue.data import from_json
from motcua.modules.catalogue.errors import CatalogueError
from motcua.modules.catalogue.flights import in_flight
from motcua.modules.catalogue.importing.comparing import compare_rows, counts_of, notes_of
from motcua.modules.catalogue.importing.files import ACCEPTED, MAX_BYTES, read_file
from motcua.modules.catalogue.models import ImportBatch, Lifecycle, Origin, Procedure, Version
from motcua.modules.catalogue.operations import KEEP, WHOLE, columns_of, field_of, levels_of, next_number
from motcua.modules.catalogue.permissions import ANNOUNCE, EDIT
from motcua.modules.catalogue.proposals import Levels, Proposal

STEP = 100  # rows a transaction
APPLIED = ("missing", "changed")


def read_import(viewer: Viewer, province: Province, file_name: str, content: bytes) -> ImportBatch:
    """Takes a file in, reads it and compares it with the catalogue. Nothing of the catalogue changes.

    Raises NotPermitted, FileRefused files.*, CatalogueError catalogue.import.*.
    """
    viewer.require(EDIT, province=province, unit_path=WHOLE)
    with transaction.atomic():
        stored = store(
            content, name=file_name, province=province, viewer=viewer, accept=ACCEPTED, limit=MAX_BYTES
        )
        with open_file(stored) as stream:
            read = read_file(stream.read(), stored.media_type)
        rows = compare_rows(province, read.rows)
        batch = ImportBatch.objects.create(
            province=province,
            owner_id=viewer.user_id or 0,
            created_at=now(),
            file_name=stored.display_name,
            file_digest=stored.digest,
            form=read.form,
            rows=rows,
            report={"counts": counts_of(rows), "notes": notes_of(rows), "ignored": read.ignored[:50]},
        )
        _tell(viewer, events.IMPORT_READ, batch, {"count": len(read.rows), "form": read.form})
    return batch


def start_import(
    viewer: Viewer,
    batch: ImportBatch,
    chosen: Iterable[int],
    valid_from: dt.date,
    *,
    policy: str = "",
) -> ImportBatch:
    """Queues the chosen rows (positions in `batch.rows`) to be applied from a day; only missing and changed ones.

    Raises NotPermitted, CatalogueError catalogue.import.state, .none, catalogue.announce.policy.
    """
    from motcua.modules.catalogue.jobs import apply_import_job

    viewer.require(ANNOUNCE, province=batch.province_id, unit_path=WHOLE)
    with transaction.atomic():
        batch = _locked(batch)
        _refuse_state(batch, "waiting")
        wanted = set(chosen)
        positions = [at for at, row in enumerate(batch.rows) if at in wanted and row["kind"] in APPLIED]
        if not positions:
            raise CatalogueError("import.none", _("Chưa chọn dòng nào để áp dụng."))
        _refuse_unseen(batch, positions, policy)
        batch.state, batch.done = "applying", 0
        batch.report |= {
            "chosen": positions,
            "valid_from": valid_from.isoformat(),
            "results": {},
            "skipped": [],
        }
        batch.save()
        _tell(viewer, events.IMPORT_STARTED, batch, {"count": len(positions), "valid_from": valid_from})
        actor = viewer.user if viewer.signed_in else None
        defer(
            apply_import_job,
            {"batch": batch.pk},
            lock=f"catalogue:import:{batch.province_id}",
            province=batch.province,
            actor=actor,
        )  # type: ignore[arg-type]
    return batch


def discard_import(viewer: Viewer, batch: ImportBatch) -> None:
    """Leaves a waiting file aside. Raises CatalogueError catalogue.import.state."""
    viewer.require(EDIT, province=batch.province_id, unit_path=WHOLE)
    with transaction.atomic():
        batch = _locked(batch)
        _refuse_state(batch, "waiting")
        batch.state = "discarded"
        batch.save(update_fields=["state"])
        _tell(viewer, events.IMPORT_DISCARDED, batch, {})


def apply_import(batch_id: int) -> None:
    """Applies what was chosen, a hundred rows a transaction; killed at any moment, it goes on where it stopped."""
    while apply_step(batch_id):
        pass


def apply_step(batch_id: int) -> bool:
    """The next hundred rows; False when none is left."""
    with transaction.atomic():
        batch = (
            ImportBatch.objects.select_for_update(of=("self",)).select_related("province").get(pk=batch_id)
        )
        if batch.state != "applying":
            return False
        positions = batch.report["chosen"][batch.done : batch.done + STEP]
        valid_from = dt.date.fromisoformat(batch.report["valid_from"])
        results: Counter[str] = Counter(batch.report["results"])
        for at in positions:
            row = batch.rows[at]
            done, why = _apply_row(batch, row, valid_from)
            results[done] += 1
            if why:
                batch.report["skipped"].append({"row": row["row"], "code": row["code"], "reason": why})
        batch.report["results"] = dict(results)
        batch.done += len(positions)
        more = batch.done < len(batch.report["chosen"])
        if not more:
            batch.state = "applied"
            payload = {"created": results["created"], "changed": results["changed"]}
            _record(events.IMPORT_APPLIED, batch, f"import:{batch.uid}", payload)
        batch.save(update_fields=["report", "done", "state"])
        forget()
    return more


def _apply_row(batch: ImportBatch, row: dict[str, Any], valid_from: dt.date) -> tuple[str, str]:
    """("created"|"changed"|"same"|"skipped", why it was skipped)."""
    proposal = from_json(Proposal, row["proposal"])
    levels = Levels(**row["levels"])
    procedure = (
        Procedure.objects.select_for_update().filter(province=batch.province, code=row["code"]).first()
    )
    latest = _latest(procedure) if procedure else None
    if latest is not None and _says(latest, proposal) and levels_of(procedure) == levels:  # type: ignore[arg-type]
        return "same", ""
    if (latest.pk if latest else None) != row["base"]:
        return "skipped", _("Danh mục đã thay đổi sau khi so sánh; hãy nhập lại tệp.")
    if latest is not None and valid_from <= latest.valid_from:
        return "skipped", _("Bản đang có áp dụng từ {day}; hãy chọn ngày áp dụng sau đó.").format(
            day=f"{latest.valid_from:%d/%m/%Y}"
        )
    if procedure is None:
        procedure = _new_procedure(batch.province, row, levels)
    elif levels_of(procedure) != levels:
        Procedure.objects.filter(pk=procedure.pk).update(**levels.columns())
    if latest is not None and _says(latest, proposal):
        return "changed", ""
    _write(batch, procedure, proposal, row, valid_from, latest)
    return ("changed" if latest else "created"), ""


def _latest(procedure: Procedure) -> Version | None:
    return Version.objects.filter(procedure=procedure).select_related("field").order_by("-valid_from").first()


def _says(version: Version, proposal: Proposal) -> bool:
    columns = columns_of(proposal)
    said = all(getattr(version, name) == value for name, value in columns.items() if name != "source")
    return said and version.field.code == proposal.field_code


def _new_procedure(province: Province, row: dict[str, Any], levels: Levels) -> Procedure:
    return Procedure.objects.create(
        province=province,
        code=row["code"],
        full_code=row.get("full_code", ""),
        lifecycle=Lifecycle.LIVE,
        origin=Origin.NATIONAL,
        essential=row.get("essential", ""),
        created_at=now(),
        **levels.columns(),
    )


def _write(
    batch: ImportBatch,
    procedure: Procedure,
    proposal: Proposal,
    row: dict[str, Any],
    valid_from: dt.date,
    latest: Version | None,
) -> None:
    if latest is not None and latest.valid_to is None:
        latest.valid_to = valid_from
        latest.save(update_fields=["valid_to"])
    field = field_of(batch.province, proposal)
    version = Version.objects.create(
        province=batch.province,
        procedure=procedure,
        number=next_number(procedure),
        valid_from=valid_from,
        field=field,
        search=search_vector(procedure.code, proposal.name, field.name),
        decision_number=row.get("decision", ""),
        decision_kind="amended" if latest else "new",
        **columns_of(proposal),
    )
    if procedure.lifecycle != Lifecycle.LIVE:
        procedure.lifecycle = Lifecycle.LIVE
        procedure.save(update_fields=["lifecycle"])
    payload = {
        "code": procedure.code,
        "version": version.pk,
        "number": version.number,
        "valid_from": valid_from,
        "decision": version.decision_number,
        "hash": version.content_hash,
        "import": str(batch.uid),
        "policy": KEEP,
    }
    _record(events.VERSION_ANNOUNCED, batch, f"procedure:{procedure.code}", payload)


def flights_of(batch: ImportBatch, positions: Sequence[int] | None = None) -> int:
    """What is in flight on the versions that the chosen changed rows (by default all) would replace."""
    rows = batch.rows if positions is None else [batch.rows[at] for at in positions]
    bases = [row["base"] for row in rows if row["kind"] == "changed"]
    return sum(one.count for base in bases for one in in_flight(batch.province, base))


def _refuse_unseen(batch: ImportBatch, positions: Sequence[int], policy: str) -> None:
    if policy == KEEP:
        return
    if policy or flights_of(batch, positions):
        raise CatalogueError(
            "announce.policy",
            _(
                "Còn hồ sơ đang giải quyết theo bản cũ. Hãy xác nhận các hồ sơ này giữ phiên bản lúc tiếp nhận."
            ),
        )


def _refuse_state(batch: ImportBatch, wanted: str) -> None:
    if batch.state != wanted:
        raise CatalogueError("import.state", _("Tệp này đã được áp dụng hoặc đã bỏ; hãy tải lại trang."))


def _locked(batch: ImportBatch) -> ImportBatch:
    return ImportBatch.objects.select_for_update(of=("self",)).select_related("province").get(pk=batch.pk)


def _tell(viewer: Viewer, type_: str, batch: ImportBatch, payload: dict[str, Any]) -> None:
    record(
        type_,
        province=batch.province,
        subject=f"import:{batch.uid}",
        payload=payload,
        actor=viewer.user if viewer.signed_in else None,  # type: ignore[arg-type]
    )


def _record(type_: str, batch: ImportBatch, subject: str, payload: dict[str, Any]) -> None:
    record(type_, province=batch.province, subject=subject, payload=payload)

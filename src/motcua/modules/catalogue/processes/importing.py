"""Operations that take processes from files: a table of many, a BPMN drawing of one. All become drafts."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import openpyxl
from django.db import transaction
from django.utils.translation import gettext as _

from motcua.engine.events.api import record
from motcua.engine.permissions.api import Viewer
from motcua.engine.provinces.api import Province
from motcua.kernel.clock import now
from motcua.modules.catalogue.errors import CatalogueError
from motcua.modules.catalogue.importing import files
from motcua.modules.catalogue.models import Procedure, ProcessVersion
from motcua.modules.catalogue.permissions import PROCESS_EDIT
from motcua.modules.catalogue.processes import events
from motcua.modules.catalogue.processes.bpmn import parse_bpmn
from motcua.modules.catalogue.processes.drafting import require_drafter
from motcua.modules.catalogue.processes.running import plan_of
from motcua.modules.catalogue.processes.table import TablePlan, TableRead, Unread, plan_from_table
from motcua.modules.catalogue.processes.writing import (
    WHOLE,
    Origins,
    cleaned,
    fingerprint,
    save_process_draft,
)

REAL = "real"  # retyped from a decision


@dataclass(slots=True)
class TableImported:
    """What came of a table. `same`: drafts that already said exactly this."""

    read: TableRead
    saved: list[ProcessVersion] = field(default_factory=list)
    same: int = 0
    at: dt.datetime | None = None


def rows_of(content: bytes) -> Iterator[list[str]]:
    """The rows of a workbook's first sheet or of a CSV text, judged by content.

    Raises CatalogueError catalogue.import.size, .damaged, .rows.
    """
    if len(content) > files.MAX_BYTES:
        raise CatalogueError("import.size", _("Tệp quá lớn nên không được nhận."))
    if content.startswith(b"PK"):
        return _sheet(content)
    try:
        content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise CatalogueError(
            "import.damaged", _("Tệp CSV phải lưu dạng UTF-8, hoặc hãy dùng tệp xlsx.")
        ) from error
    return files._csv(content)


def _sheet(content: bytes) -> Iterator[list[str]]:
    files._refuse_large(content)
    try:
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, keep_links=False)
        rows = [[str(cell) for cell in row] for row in files._cells(book.worksheets[0])]
    except CatalogueError:
        raise
    except Exception:
        # On a broken or forged part the reader stumbles in its own ways: IndexError, zlib.error, AttributeError.
        raise files._damaged() from None
    return iter(rows)


def import_process_table(viewer: Viewer, province: Province, content: bytes) -> TableImported:
    """Saves every process of a table as a draft; the report holds every row that was not read whole.

    A draft that a person began stays as it is. Importing the same table again changes nothing.
    Raises NotPermitted, CatalogueError catalogue.table.*, catalogue.import.*.
    """
    viewer.require(PROCESS_EDIT, province=province, unit_path=WHOLE)
    read = plan_from_table(rows_of(content))
    done = TableImported(read, at=now())
    known = {
        one.code: one
        for one in Procedure.objects.filter(
            province=province, code__in={one.plan.procedure_code for one in read.plans}
        ).select_related("province")
    }
    with transaction.atomic():
        for one in read.plans:
            procedure = known.get(one.plan.procedure_code)
            if procedure is None:
                read.unread.append(
                    Unread(one.lines[0], "procedure.unknown", one.plan.procedure_code, one.plan.name)
                )
            else:
                _save(viewer, procedure, one, done)
        if done.saved:
            payload = {"drafts": len(done.saved), "unread": len(read.unread), "rows": read.rows}
            record(
                events.TABLE_READ,
                province=province,
                subject=f"province:{province.key}",
                payload=payload,
                actor=viewer.user,
            )
    return done


def _save(viewer: Viewer, procedure: Procedure, one: TablePlan, done: TableImported) -> None:
    there = ProcessVersion.objects.filter(
        process__procedure=procedure, process__variant=one.plan.variant, approved_at__isnull=True
    ).first()
    if there is not None:
        if fingerprint(plan_of(there)) == fingerprint(cleaned(one.plan)):
            done.same += 1
            return
        if there.origin != REAL:
            done.read.unread.append(Unread(one.lines[0], "draft.exists", procedure.code, one.plan.name))
            return
    origins = Origins(origin=REAL, source=one.source, performers=one.performers)
    done.saved.append(save_process_draft(viewer, procedure, one.plan, origins=origins))


def import_bpmn(
    viewer: Viewer, procedure: Procedure, content: bytes, *, variant: str = "", seen: str | None = None
) -> ProcessVersion:
    """Saves a BPMN drawing as the draft of a procedure's process. Raises NotPermitted, CatalogueError
    catalogue.bpmn.*, catalogue.process.*."""
    require_drafter(viewer, procedure)
    plan = parse_bpmn(content)
    name = plan.name or procedure.code
    plan = replace(plan, procedure_code=procedure.code, variant=variant, name=name)
    return save_process_draft(viewer, procedure, plan, seen=seen)

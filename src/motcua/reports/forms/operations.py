"""What may be done to forms. Each function checks permission and rule, writes revisions and their event."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from motcua.engine.accounts.models import User
from motcua.engine.events.api import Event, record
from motcua.engine.figures.api import State, Value, evaluate
from motcua.engine.files.api import StoredFile
from motcua.engine.permissions.api import Viewer
from motcua.engine.provinces.api import Province
from motcua.kernel.clock import today
from motcua.reference.organisations.api import unit_at
from motcua.reports.forms import events, queries
from motcua.reports.forms.cells import BLANK, Cell, read_cell, show
from motcua.reports.forms.counting import Counted, count_row, count_rows, counted_rows
from motcua.reports.forms.definitions import DEFAULT_VERSION, FormRow
from motcua.reports.forms.deriving import (
    Derivation,
    Given,
    Plan,
    cell_of_result,
    counted_cell,
    counted_reason,
    derive,
    is_own_word,
)
from motcua.reports.forms.differences import Difference, Kind, compare, restore, store
from motcua.reports.forms.errors import FormsError
from motcua.reports.forms.figures import row_figure
from motcua.reports.forms.gathering import gather
from motcua.reports.forms.levels import PROVINCE, level_of
from motcua.reports.forms.locks import refuse_locked, tell_written
from motcua.reports.forms.models import GIVEN, FormSheet, FormValue, ImportBatch, PeriodKind, Source, Status
from motcua.reports.forms.permissions import EDIT, IMPORT
from motcua.reports.forms.workbook import read_workbook

YOURS, CURRENT = "yours", "current"


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a revision comes from: how, by whom, from which file and line, and why. `quiet`: the writer tells by itself."""

    source: Source
    by: User | None = None
    batch: ImportBatch | None = None
    reason: str = ""
    lines: Mapping[str, int] | None = None
    evidence: StoredFile | None = None
    quiet: bool = False
    file_name: str = ""


def open_sheet(
    viewer: Viewer | None,
    province: Province,
    *,
    unit_code: str,
    unit_path: str,
    period_kind: str,
    period_from: dt.date,
    period_to: dt.date,
    as_of: dt.date | None = None,
    form_version: str = DEFAULT_VERSION,
) -> FormSheet:
    """The set of forms of a unit for a period; the one that is there already, if it is. `viewer` None: a job.

    Raises NotPermitted; FormsError forms.sheet.period, forms.sheet.unit.
    """
    if viewer is not None:
        viewer.require(EDIT, province=province, unit_path=unit_path)
    if period_kind not in PeriodKind.values or period_to < period_from:
        raise FormsError("forms.sheet.period", _("Kỳ báo cáo không hợp lệ: ngày cuối phải sau ngày đầu."))
    unit_name, level = _unit(province, unit_code, unit_path, period_to)
    with transaction.atomic():
        sheet, made = FormSheet.objects.get_or_create(
            province=province,
            unit_code=unit_code,
            form_version=form_version,
            period_from=period_from,
            period_to=period_to,
            defaults={
                "unit_path": unit_path,
                "unit_name": unit_name,
                "level": level,
                "period_kind": period_kind,
                "as_of": as_of or period_to,
                "opened_by": _user(viewer),
            },
        )
        if made:
            _tell(events.SHEET_OPENED, sheet, _opened(sheet), actor=_user(viewer))
    return sheet


def record_value(
    viewer: Viewer,
    sheet: FormSheet,
    row_key: str,
    text: str,
    *,
    note: str = "",
    reason: str = "",
    as_of: dt.date | None = None,
    base_revision: int | None = None,
    idempotency_key: str | None = None,
    evidence: StoredFile | None = None,
) -> FormValue:
    """Declare what stands in a cell; returns its current revision (the same one when nothing changed).

    `text` is as people write it ("1.234", "99,5", "", "không áp dụng"). `base_revision` is the revision the
    person saw (0 for none). A cell that had something needs a `reason`; another value than the system gave needs
    `evidence` too. A note beside the system's value leaves it the system's.
    Raises NotPermitted; FormsError forms.row.unknown, forms.cell.*, forms.value.changed, forms.value.reason,
    forms.override.evidence, forms.sheet.locked.
    """
    viewer.require(EDIT, province=sheet.province_id, unit_path=sheet.unit_path)
    cell = read_cell(_row(sheet, row_key), text, note)
    with transaction.atomic():
        _lock(sheet)
        done = _done_before(sheet, events.VALUE_RECORDED, idempotency_key)
        if done is not None:
            return sheet.values.get(row_key=done.payload["row"], revision=done.payload["revision"])
        refuse_locked(sheet)
        before = queries.current_values(sheet).get(row_key)
        _check_base(row_key, before, base_revision)
        if before is not None and _unchanged(before, cell, as_of) and evidence is None:
            return before
        noted = before is not None and before.source in GIVEN and _same_number(before, cell)
        if before is not None and before.status != State.BLANK and not noted and not reason.strip():
            raise FormsError("forms.value.reason", _("Ô này đã có nội dung. Hãy ghi lý do sửa."))
        if not noted and evidence is None:
            _refuse_bare_override(sheet, {row_key: cell})
        source = Source(before.source) if noted and before is not None else Source.DECLARED
        kept = before.reason if noted and before is not None else ""
        origin = Origin(source, _user(viewer), reason=reason.strip()[:500] or kept, evidence=evidence)
        value = _write(sheet, {row_key: cell}, {row_key: before}, origin, as_of)[0]
        payload = _told(value)
        _tell(events.VALUE_RECORDED, sheet, payload, origin.by, idempotency_key)
    return value


def record_note(viewer: Viewer | None, sheet: FormSheet, row_key: str, note: str) -> FormValue:
    """Write a note beside what stands in a cell, whose value and source stay. `viewer` None: the simulation.

    Raises NotPermitted; FormsError forms.row.unknown, forms.cell.note, forms.sheet.locked.
    """
    if viewer is not None:
        viewer.require(EDIT, province=sheet.province_id, unit_path=sheet.unit_path)
    row = _row(sheet, row_key)
    with transaction.atomic():
        sheet = _lock_to_write(sheet)
        before = queries.current_values(sheet).get(row_key)
        stands = queries.cell_of(before)
        noted = read_cell(row, stands.raw or show(stands) if stands.value is not None else stands.raw, note)
        cell = Cell(stands.state, stands.value, stands.raw, stands.places, noted.note)
        if before is not None and queries.cell_of(before).same(cell):
            return before
        source = Source(before.source) if before is not None else Source.DECLARED
        origin = Origin(
            source,
            _user(viewer),
            reason=before.reason if before else "",
            evidence=before.evidence if before else None,
            file_name=before.source_file if before else "",
        )
        value = _write(sheet, {row_key: cell}, {row_key: before}, origin, before.as_of if before else None)[0]
        _tell(events.VALUE_RECORDED, sheet, _told(value), origin.by)
    return value


def declare_blank(
    viewer: Viewer | None,
    sheet: FormSheet,
    texts: Mapping[str, str],
    *,
    reason: str,
    file_name: str = "",
    notes: Mapping[str, str] | None = None,
) -> int:
    """Declare several cells that have nothing yet, in one transaction with one event; cells with content are left alone.

    `viewer` None: the simulation. `file_name` names where the values come from. Returns how many were written.
    Raises NotPermitted; FormsError forms.row.unknown, forms.cell.*, forms.sheet.locked.
    """
    if viewer is not None:
        viewer.require(EDIT, province=sheet.province_id, unit_path=sheet.unit_path)
    notes = notes or {}
    cells = {key: read_cell(_row(sheet, key), text, notes.get(key, "")) for key, text in texts.items()}
    with transaction.atomic():
        sheet = _lock_to_write(sheet)
        values = queries.current_values(sheet)
        blank = {
            key: cell
            for key, cell in cells.items()
            if key not in values or values[key].status == Status.BLANK
        }
        if not blank:
            return 0
        origin = Origin(Source.DECLARED, _user(viewer), reason=reason.strip()[:500], file_name=file_name)
        written = _write(sheet, blank, values, origin)
        payload = {"count": len(written), "cells": [_told(value) for value in written]}
        _tell(events.VALUES_DECLARED, sheet, payload, origin.by)
    return len(written)


def recompute_value(
    viewer: Viewer, sheet: FormSheet, row_key: str, *, base_revision: int | None = None
) -> FormValue:
    """Set a percentage to its numerator over its denominator, rounded half up; over nothing: not applicable.

    Raises NotPermitted; FormsError forms.row.unknown, forms.value.not_computed, forms.value.parts,
    forms.value.changed.
    """
    viewer.require(EDIT, province=sheet.province_id, unit_path=sheet.unit_path)
    row = _row(sheet, row_key)
    with transaction.atomic():
        _lock_to_write(sheet)
        values = queries.current_values(sheet)
        before = values.get(row_key)
        _check_base(row_key, before, base_revision)
        cell = _computed_cell(sheet, row, values)
        if before is not None and queries.cell_of(before).same(cell):
            return before
        origin = Origin(Source.COMPUTED, _user(viewer), reason="Tính lại từ tử số và mẫu số")
        value = _write(sheet, {row_key: cell}, {row_key: before}, origin)[0]
        _tell(events.VALUE_RECORDED, sheet, _told(value), origin.by)
    return value


def gather_value(
    viewer: Viewer, sheet: FormSheet, row_key: str, *, base_revision: int | None = None
) -> FormValue:
    """Set a row to what the units below have: added, or recomputed from added numerators and denominators.

    Raises NotPermitted; FormsError forms.row.unknown, forms.gather.none (nothing to gather from),
    forms.gather.incomplete (some unit has no value yet), forms.value.changed.
    """
    viewer.require(EDIT, province=sheet.province_id, unit_path=sheet.unit_path)
    row = _row(sheet, row_key)
    with transaction.atomic():
        _lock_to_write(sheet)
        found = gather(viewer, sheet, row)
        if found is None:
            raise FormsError(
                "forms.gather.none",
                _("Dòng {code} không có số của đơn vị trực thuộc để tổng hợp.").format(code=row.code),
            )
        if not found.result.complete:
            waiting = ", ".join(each.unit_code for each in found.missing[:5])
            raise FormsError(
                "forms.gather.incomplete",
                _("Còn {count}/{units} đơn vị chưa có dòng {code} ({waiting}). Chưa tổng hợp.").format(
                    count=len(found.missing), units=found.units, code=row.code, waiting=waiting
                ),
            )
        before = queries.current_values(sheet).get(row_key)
        _check_base(row_key, before, base_revision)
        cell = cell_of_result(row, found.figure, found.result.value)
        if before is not None and queries.cell_of(before).same(cell):
            return before
        origin = Origin(Source.COMPUTED, _user(viewer), reason=f"Tổng hợp từ {found.units} đơn vị")
        value = _write(sheet, {row_key: cell}, {row_key: before}, origin)[0]
        _tell(events.VALUE_RECORDED, sheet, _told(value), origin.by)
    return value


def count_value(
    viewer: Viewer, sheet: FormSheet, row_key: str, *, base_revision: int | None = None
) -> FormValue:
    """Set a row to what the records of the period count to, with the moment up to which they were counted.

    Raises NotPermitted; FormsError forms.row.unknown, forms.count.none (no figure gives the row, or facts are not built
    yet), forms.value.changed.
    """
    viewer.require(EDIT, province=sheet.province_id, unit_path=sheet.unit_path)
    row = _row(sheet, row_key)
    found = count_row(sheet, row)
    if found is None:
        raise FormsError(
            "forms.count.none", _("Dòng {code} chưa đếm được từ hồ sơ; hãy kê khai.").format(code=row.code)
        )
    return _take_over(viewer, sheet, row, found, base_revision)


def _take_over(
    viewer: Viewer, sheet: FormSheet, row: FormRow, found: Counted, base_revision: int | None = None
) -> FormValue:
    row_key = row.key
    with transaction.atomic():
        _lock_to_write(sheet)
        before = queries.current_values(sheet).get(row_key)
        _check_base(row_key, before, base_revision)
        cell = counted_cell(queries.forms_of(sheet), row, found)
        if before is not None and queries.cell_of(before).same(cell) and before.source == Source.COUNTED:
            return before
        origin = Origin(Source.COUNTED, _user(viewer), reason=counted_reason(found))
        value = _write(sheet, {row_key: cell}, {row_key: before}, origin)[0]
        _tell(events.VALUE_RECORDED, sheet, _told(value), origin.by)
    return value


def count_all(viewer: Viewer, sheet: FormSheet) -> int:
    """Every row that records give, set to what they count to; returns how many were written or confirmed."""
    viewer.require(EDIT, province=sheet.province_id, unit_path=sheet.unit_path)
    found = count_rows(sheet, [_row(sheet, key) for key in counted_rows(sheet.form_version)])
    for key, counted in found.items():
        _take_over(viewer, sheet, _row(sheet, key), counted)
    return len(found)


def derive_sheet(
    viewer: Viewer | None, sheet: FormSheet, plan: Plan, *, derived: Derivation | None = None
) -> tuple[Derivation, int]:
    """Give the forms what the system can give them: one transaction, one event with every cell written.

    A person's own value stays. A value given before that can no longer be given (a unit took its forms back) becomes
    blank; one counted before stays while its facts are not built. `viewer` None: a job. Returns what was derived and how
    many cells were written. Raises NotPermitted; FormsError forms.sheet.locked.
    """
    if viewer is not None:
        viewer.require(EDIT, province=sheet.province_id, unit_path=sheet.unit_path)
    with transaction.atomic():
        sheet = _lock_to_write(sheet)
        values = queries.current_values(sheet)
        found = derived or derive(sheet, values, plan)
        outside = {**sheet.externals, **{name: dict(entry) for name, entry in plan.externals.items()}}
        moved = _moved_cells(found.given, values)
        if not moved and outside == sheet.externals:
            return found, 0
        if outside != sheet.externals:
            sheet.externals = outside
            sheet.save(update_fields=["externals"])
        by = _user(viewer) if viewer is not None else None
        written = []
        for given in {(each.source, each.reason) for each in moved.values()}:
            cells = {
                key: each.cell or BLANK for key, each in moved.items() if (each.source, each.reason) == given
            }
            origin = Origin(Source(given[0]), by, reason=given[1][:500], quiet=True)
            written += _write(sheet, cells, values, origin)
        tell_written(sheet)
        payload = {
            "count": len(written),
            "externals": sheet.externals,
            "cells": [_told(value) for value in sorted(written, key=lambda one: one.row_key)],
        }
        _tell(events.SHEET_DERIVED, sheet, payload, by)
    return found, len(written)


def _moved_cells(given: Mapping[str, Given], values: Mapping[str, FormValue]) -> dict[str, Given]:
    """Of what is given, the cells that it changes, with the notes people left in them."""
    moved = {}
    for key, each in given.items():
        before = values.get(key)
        if before is not None and is_own_word(before):
            continue
        if each.cell is not None:
            note = before.note if before else ""
            cell = Cell(each.cell.state, each.cell.value, each.cell.raw, each.cell.places, note)
            if before is None or not (queries.cell_of(before).same(cell) and before.source == each.source):
                moved[key] = Given(cell, each.source, each.reason)
        elif before is not None and before.status != Status.BLANK and before.source != Source.COUNTED:
            reason = f"Chưa đủ số: còn {len(each.missing)} đơn vị"
            moved[key] = Given(Cell(State.BLANK, note=before.note), Source.COMPUTED, reason)
    for key, before in values.items():
        if (
            key not in given
            and before.source in {Source.COMPUTED, Source.ADOPTED}
            and before.status != Status.BLANK
        ):
            moved[key] = Given(
                Cell(State.BLANK, note=before.note), Source.COMPUTED, "Không còn căn cứ để tính"
            )
    return moved


def load_published_values(
    province: Province,
    sheet_fields: Mapping[str, Any],
    *,
    file_name: str,
    title: str,
    content: bytes,
    cells: Mapping[str, Cell],
    lines: Mapping[str, int],
) -> FormSheet:
    """Keep a province's published forms as imported values, errors included; loading twice is loading once.

    Called by installation, not by people. `lines` gives the line of the report each row was read from.
    """
    digest = hashlib.sha256(content).hexdigest()
    with transaction.atomic():
        sheet, made = FormSheet.objects.get_or_create(**sheet_fields, province=province)
        _lock(sheet)
        if sheet.batches.filter(sha256=digest, kind=ImportBatch.Kind.PUBLISHED).exists():
            return sheet
        if made:
            _tell(events.SHEET_OPENED, sheet, _opened(sheet))
        batch = _batch(sheet, ImportBatch.Kind.PUBLISHED, file_name, digest, title=title)
        batch.stage = ImportBatch.Stage.APPLIED
        batch.save()
        origin = Origin(Source.IMPORTED, batch=batch, lines=lines)
        written = _write(sheet, cells, queries.current_values(sheet), origin)
        payload = {"source": title, "count": len(written), "cells": [_told(value) for value in written]}
        _tell(events.PUBLISHED_LOADED, sheet, payload)
    return sheet


def import_workbook(viewer: Viewer, sheet: FormSheet, file_name: str, content: bytes) -> ImportBatch:
    """Take in a workbook made from this set of forms. Nothing is written to any cell yet.

    The answer waits as a pending batch, whose differences `resolve_difference` settles. The same bytes sent
    again by the same person give the batch that waits already.
    Raises NotPermitted; FormsError forms.workbook.*, forms.cell.*, forms.workbook.other, forms.workbook.same.
    """
    viewer.require(IMPORT, province=sheet.province_id, unit_path=sheet.unit_path)
    refuse_locked(sheet)
    digest = hashlib.sha256(content).hexdigest()
    waiting = sheet.batches.filter(
        sha256=digest, stage=ImportBatch.Stage.PENDING, imported_by_id=viewer.user_id
    ).first()
    if waiting is not None:
        return waiting
    back = read_workbook(content, queries.forms_of(sheet))
    if back.fingerprint.sheet != str(sheet.uid):
        raise _other_sheet(back.fingerprint.unit, back.fingerprint.period_from, back.fingerprint.period_to)
    base = queries.cells_of(queries.revisions(sheet, back.fingerprint.revisions))
    differences = compare(
        queries.forms_of(sheet), base, back.cells, queries.cells_of(queries.current_values(sheet))
    )
    if not any(each.kind in {Kind.MINE, Kind.BOTH} for each in differences):
        raise FormsError(
            "forms.workbook.same", _("Tệp không có ô nào khác với số liệu đang có. Không có gì để ghi.")
        )
    with transaction.atomic():
        batch = _batch(sheet, ImportBatch.Kind.WORKBOOK, file_name, digest, by=_user(viewer))
        batch.cells = store(back.cells, back.fingerprint.revisions)
        batch.save()
        payload = {"file_name": batch.file_name, "count": len(differences), "batch": str(batch.uid)}
        _tell(events.WORKBOOK_UPLOADED, sheet, payload, _user(viewer))
    return batch


def resolve_difference(
    viewer: Viewer,
    batch: ImportBatch,
    choices: Mapping[str, str],
    *,
    seen: Mapping[str, int],
    reason: str = "",
    evidence: StoredFile | None = None,
) -> int:
    """Settle a pending workbook: write the cells chosen as "yours", keep the others; all or nothing.

    `choices` by row key; a cell changed on both sides needs a choice, one changed only in the file is taken
    unless "current" is chosen. `seen` gives the current revisions the person looked at. Returns the number
    of cells written. Cells other than the system gave need `evidence` and a reason.
    Raises NotPermitted; FormsError forms.import.settled, forms.import.changed, forms.import.undecided,
    forms.override.evidence, forms.sheet.locked.
    """
    viewer.require(IMPORT, province=batch.province_id, unit_path=batch.unit_path)
    with transaction.atomic():
        sheet = _lock(batch.sheet)
        batch = ImportBatch.objects.select_for_update().get(pk=batch.pk)
        if batch.stage != ImportBatch.Stage.PENDING:
            raise FormsError("forms.import.settled", _("Tệp này đã được xử lý. Hãy tải lại trang biểu mẫu."))
        refuse_locked(sheet)
        current = queries.current_values(sheet)
        chosen = _chosen(differences_of(batch, current), choices)
        _check_seen(current, seen)
        if evidence is None or not reason.strip():
            _refuse_bare_override(sheet, chosen)
        origin = Origin(Source.IMPORTED, _user(viewer), batch, reason.strip()[:500], evidence=evidence)
        written = _write(sheet, chosen, current, origin)
        batch.stage = ImportBatch.Stage.APPLIED
        batch.save(update_fields=["stage"])
        payload = {
            "file_name": batch.file_name,
            "count": len(written),
            "cells": [_told(each) for each in written],
        }
        _tell(events.WORKBOOK_APPLIED, sheet, payload, origin.by)
    return len(written)


def discard_import(viewer: Viewer, batch: ImportBatch) -> None:
    """Leave a pending workbook aside without writing anything. Raises NotPermitted, FormsError."""
    viewer.require(IMPORT, province=batch.province_id, unit_path=batch.unit_path)
    with transaction.atomic():
        changed = ImportBatch.objects.filter(pk=batch.pk, stage=ImportBatch.Stage.PENDING).update(
            stage=ImportBatch.Stage.DISCARDED
        )
        if not changed:
            raise FormsError("forms.import.settled", _("Tệp này đã được xử lý. Hãy tải lại trang biểu mẫu."))
        _tell(events.WORKBOOK_DISCARDED, batch.sheet, {"file_name": batch.file_name}, _user(viewer))


def differences_of(batch: ImportBatch, current: Mapping[str, FormValue]) -> tuple[Difference, ...]:
    """The three-way differences of a waiting workbook against the current values."""
    numbers, cells = restore(batch.cells)
    base = queries.cells_of(queries.revisions(batch.sheet, numbers))
    return compare(queries.forms_of(batch.sheet), base, cells, queries.cells_of(current))


def _chosen(differences: Sequence[Difference], choices: Mapping[str, str]) -> dict[str, Cell]:
    undecided = [each for each in differences if each.kind is Kind.BOTH and each.row.key not in choices]
    if undecided:
        names = ", ".join(
            _("biểu {form} dòng {code}").format(form=each.row.form, code=each.row.code)
            for each in undecided[:5]
        )
        raise FormsError(
            "forms.import.undecided",
            _("Còn {count} ô chưa chọn: {names}. Hãy chọn từng ô.").format(count=len(undecided), names=names),
        )
    return {
        each.row.key: each.yours
        for each in differences
        if each.kind in {Kind.MINE, Kind.BOTH} and choices.get(each.row.key, YOURS) == YOURS
    }


def _check_seen(current: Mapping[str, FormValue], seen: Mapping[str, int]) -> None:
    for key, revision in seen.items():
        now = current[key].revision if key in current else 0
        if now != revision:
            raise FormsError(
                "forms.import.changed",
                _(
                    "Trong lúc bạn xem, dòng {key} đã được sửa (bản {now}). Chưa ghi ô nào; hãy xem lại và chọn lại."
                ).format(key=key, now=now),
            )


def _check_base(row_key: str, before: FormValue | None, base_revision: int | None) -> None:
    now = before.revision if before else 0
    if base_revision is not None and base_revision != now:
        raise FormsError(
            "forms.value.changed",
            _(
                "Dòng {row_key} vừa được người khác sửa (bản {now}). Chưa ghi gì; hãy xem số mới rồi sửa lại."
            ).format(row_key=row_key, now=now),
        )


def _unchanged(before: FormValue, cell: Cell, as_of: dt.date | None) -> bool:
    same_day = as_of is None or as_of == before.as_of
    return same_day and queries.cell_of(before).same(cell) and before.places == cell.places


def _same_number(before: FormValue, cell: Cell) -> bool:
    return (before.status, queries.cell_of(before).value) == (cell.state.value, cell.value)


def _refuse_bare_override(sheet: FormSheet, cells: Mapping[str, Cell]) -> None:
    """Another value than the system last gave needs a file that proves it; an emptied cell goes back to the system's."""
    given = sheet.values.filter(row_key__in=cells, source__in=GIVEN).exclude(status=Status.BLANK)
    bare = [
        value.row_key
        for value in queries.latest(given)
        if cells[value.row_key].state is not State.BLANK and not _same_number(value, cells[value.row_key])
    ]
    if bare:
        raise FormsError(
            "forms.override.evidence",
            _(
                "Dòng {rows} đã có số do hệ thống tính hoặc đếm. Ghi số khác phải kèm lý do và tệp chứng minh; "
                "hãy chọn tệp, hoặc xóa trống ô để dùng lại số của hệ thống."
            ).format(rows=", ".join(bare[:5])),
        )


def _computed_cell(sheet: FormSheet, row: FormRow, values: Mapping[str, FormValue]) -> Cell:
    figure = row_figure(queries.forms_of(sheet), row)
    if not figure.is_ratio:
        raise FormsError(
            "forms.value.not_computed",
            _("Dòng {code} không tính từ dòng khác; hãy nhập số liệu.").format(code=row.code),
        )
    known = {key: value.value for key, value in values.items() if value.value is not None}
    facts = {
        "form_values": [{"row": key, "value": number} for key, number in known.items()],
        "form_externals": [
            {"name": name, "value": number} for name, number in queries.externals_of(sheet).items()
        ],
    }
    result: Value = evaluate(figure, facts.__getitem__)
    if result.state is State.BLANK:
        raise FormsError(
            "forms.value.parts",
            _("Chưa tính được dòng {code} vì tử số hoặc mẫu số chưa có.").format(code=row.code),
        )
    return cell_of_result(row, figure, result)


def _row(sheet: FormSheet, row_key: str) -> FormRow:
    try:
        return queries.forms_of(sheet).row(row_key)
    except (KeyError, ValueError):
        raise FormsError(
            "forms.row.unknown", _("Không có dòng “{row_key}” trong bộ biểu mẫu.").format(row_key=row_key)
        ) from None


def lock_sheet(sheet_id: int) -> FormSheet:
    """Hold a set of forms until the transaction ends, before anything that belongs to it."""
    return FormSheet.objects.select_for_update().select_related("province").get(pk=sheet_id)


def _lock(sheet: FormSheet) -> FormSheet:
    """Hold the set of forms until the transaction ends: its revisions are written one after another."""
    return FormSheet.objects.select_for_update().get(pk=sheet.pk)


def _lock_to_write(sheet: FormSheet) -> FormSheet:
    """The same, where nothing else locks it. Raises FormsError forms.sheet.locked."""
    held = _lock(sheet)
    refuse_locked(sheet)
    return held


def _write(
    sheet: FormSheet,
    cells: Mapping[str, Cell],
    before: Mapping[str, FormValue | None],
    origin: Origin,
    as_of: dt.date | None = None,
) -> list[FormValue]:
    written = FormValue.objects.bulk_create(
        _revision(sheet, key, cell, before.get(key), origin, as_of or sheet.as_of)
        for key, cell in cells.items()
    )
    if not origin.quiet:
        tell_written(sheet)
    return written


def _revision(
    sheet: FormSheet, key: str, cell: Cell, before: FormValue | None, origin: Origin, as_of: dt.date
) -> FormValue:
    return FormValue(
        province_id=sheet.province_id,
        unit_code=sheet.unit_code,
        unit_path=sheet.unit_path,
        sheet=sheet,
        row_key=key,
        revision=before.revision + 1 if before else 1,
        status=cell.state.value,
        value=cell.value,
        raw=cell.raw,
        places=cell.places,
        note=cell.note,
        as_of=as_of,
        source=origin.source,
        batch=origin.batch,
        source_file=origin.batch.file_name if origin.batch else origin.file_name,
        source_line=(origin.lines or {}).get(key),
        reason=origin.reason,
        evidence=origin.evidence,
        recorded_by=origin.by,
    )


def _batch(
    sheet: FormSheet, kind: str, file_name: str, digest: str, *, title: str = "", by: User | None = None
) -> ImportBatch:
    name = file_name.replace("\\", "/").rpartition("/")[2][:200] or "tep.xlsx"
    return ImportBatch(
        province_id=sheet.province_id,
        unit_code=sheet.unit_code,
        unit_path=sheet.unit_path,
        sheet=sheet,
        kind=kind,
        file_name=name,
        title=title,
        sha256=digest,
        imported_by=by,
    )


def _other_sheet(unit: str, start: dt.date, end: dt.date) -> FormsError:
    return FormsError(
        "forms.workbook.other",
        _("Tệp này là biểu của đơn vị {unit}, kỳ {start} – {end}. Hãy nhập vào đúng kỳ của nó.").format(
            unit=unit, start=f"{start:%d/%m/%Y}", end=f"{end:%d/%m/%Y}"
        ),
    )


def _unit(province: Province, code: str, path: str, day: dt.date) -> tuple[str, str]:
    """The unit's name and level on the last day of the period, or today if that has not come; the province has no name."""
    if not code or not path.endswith(f"/{code}/"):
        raise FormsError("forms.sheet.unit", _("Đơn vị không hợp lệ. Hãy chọn một đơn vị trong danh sách."))
    if code == province.agency_code:
        return "", PROVINCE
    unit = unit_at(province, code, min(day, today()))
    if unit is not None and unit.path != path:
        raise FormsError(
            "forms.sheet.unit",
            _("Đơn vị {code} không nằm ở {path} vào cuối kỳ. Hãy chọn lại đơn vị.").format(
                code=code, path=path
            ),
        )
    return (unit.name, level_of(unit.kind)) if unit else ("", "")


def _opened(sheet: FormSheet) -> dict[str, Any]:
    return {
        "sheet": str(sheet.uid),
        "unit_name": sheet.unit_name,
        "level": sheet.level,
        "form_version": sheet.form_version,
        "period_kind": sheet.period_kind,
        "period_from": sheet.period_from,
        "period_to": sheet.period_to,
        "as_of": sheet.as_of,
    }


def _told(value: FormValue) -> dict[str, Any]:
    """One revision as its event tells it: enough to write it again."""
    cell = queries.cell_of(value)
    return {
        "row": value.row_key,
        "revision": value.revision,
        "status": value.status,
        "value": None if cell.value is None else str(cell.value),
        "raw": value.raw,
        "places": value.places,
        "note": value.note,
        "as_of": value.as_of,
        "source": value.source,
        "reason": value.reason,
        "evidence": str(value.evidence.uid) if value.evidence else None,
        "shown": show(cell),
    }


def _tell(
    type_: str,
    sheet: FormSheet,
    payload: Mapping[str, Any],
    actor: User | None = None,
    idempotency_key: str | None = None,
) -> Event:
    return record(
        type_,
        province=sheet.province,
        subject=f"forms:{sheet.uid}",
        payload=payload,
        actor=actor,
        unit_code=sheet.unit_code,
        unit_path=sheet.unit_path,
        idempotency_key=idempotency_key,
    )


def _done_before(sheet: FormSheet, type_: str, key: str | None) -> Event | None:
    if key is None:
        return None
    subject = f"forms:{sheet.uid}"
    return Event.objects.filter(
        province_id=sheet.province_id, type=type_, idempotency_key=key, subject=subject
    ).first()


def _user(viewer: Viewer | None) -> User | None:
    return viewer.user if viewer is not None and isinstance(viewer.user, User) else None


__all__ = [
    "CURRENT",
    "YOURS",
    "declare_blank",
    "derive_sheet",
    "differences_of",
    "discard_import",
    "gather_value",
    "import_workbook",
    "load_published_values",
    "open_sheet",
    "recompute_value",
    "record_note",
    "record_value",
    "resolve_difference",
]

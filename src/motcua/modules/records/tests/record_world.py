"""Dossiers and files for the tests of records, and their state as events must tell it."""

from __future__ import annotations

import datetime as dt
import itertools
import uuid
from typing import Any

from record_signing import signed_pdf, unsigned_pdf

from motcua.engine.events.api import Event
from motcua.engine.files.api import store
from motcua.engine.permissions.api import Viewer
from motcua.kernel.clock import VIETNAM, frozen
from motcua.modules.dossiers import api as dossiers
from motcua.modules.dossiers.data import Handover, ResultDraft
from motcua.modules.records.events import CODES
from motcua.modules.records.models import Digitisation, ElectronicResult, Paper, Reuse

DAY = dt.date(2026, 3, 2)
_number = itertools.count()


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=VIETNAM)


def file_of(world: Any, viewer: Viewer, *, signed: bool = False, text: str = "") -> int:
    """A PDF the viewer has stored; each another content unless `text` says the same."""
    content = text or f"tệp {next(_number)}"
    made = signed_pdf(content) if signed else unsigned_pdf(content)
    return store(made, name="quet.pdf", province=world.province, viewer=viewer).pk


def filed(world: Any, **changes: Any) -> uuid.UUID:
    """A dossier received at the desk, with the desk's work done."""
    with frozen("2026-03-02T08:15"):
        filing = world.filing(**changes)
        return dossiers.file_dossier(world.viewers["desk"], world.province, filing, hand_over=True).uid


def resolved(world: Any, uid: uuid.UUID, *, file_id: int | None = None) -> None:
    """The dossier to its recorded result (status 9); the file is the officer's."""
    v = world.viewers
    with frozen("2026-03-03T10:00"):
        dossiers.forward_dossier(v["leader"], uid, assignee=v["officer"].user_id)
        dossiers.submit_dossier(v["officer"], uid, ResultDraft("Giấy xác nhận", file_id=file_id))
        dossiers.approve_dossier(v["leader"], uid)
        dossiers.sign_dossier(v["leader"], uid)
        dossiers.record_result(v["clerk"], uid)


def returned(world: Any, uid: uuid.UUID) -> None:
    with frozen("2026-03-04T09:00"):
        dossiers.return_result(world.viewers["desk"], uid, Handover())


# -- old state + events = new state -----------------------------------------------------------------

SCAN_COLUMNS = (
    "state", "ground", "file_id", "digest", "pages", "round", "scanned_at", "scanned_by_id", "legible", "complete",
    "checked_at", "checked_by_id", "certified_at", "certified_by_id", "authority_text", "signature",
)  # fmt: skip
PAPER_COLUMNS = (
    "holder_id", "kind_code", "source", "register_code", "file_id", "digest", "signature", "scope", "state",
    "issued_on", "valid_until", "dossier_uid", "component", "unit_code", "unit_path", "ended_at",
)  # fmt: skip
RESULT_COLUMNS = (
    "kind_code", "number", "issued_on", "file_id", "digest", "signature", "signed_by_id", "signed_unit", "signed_at",
    "state", "issued_at", "unit_code", "unit_path", "delivered_at", "paper_id", "ended_at",
)  # fmt: skip
REUSE_COLUMNS = ("number", "register_code", "consent", "consented_on", "state", "ended_at")


def snapshot() -> dict[str, Any]:
    """Every row of the room's tables but what is sealed or written by people."""
    return {
        "scans": {
            f"{row['dossier_uid']} {row['number']}": {name: _plain(row[name]) for name in SCAN_COLUMNS}
            for row in Digitisation.objects.values("dossier_uid", "number", *SCAN_COLUMNS)
        },
        "papers": _by_uid(Paper, PAPER_COLUMNS),
        "results": _by_uid(ElectronicResult, RESULT_COLUMNS),
        "reuses": {
            str(row["uid"]): {name: _plain(row[name]) for name in REUSE_COLUMNS}
            | {"paper": str(row["paper__uid"])}
            for row in Reuse.objects.values("uid", "paper__uid", *REUSE_COLUMNS)
        },
    }


def _by_uid(model: Any, columns: tuple[str, ...]) -> dict[str, Any]:
    return {
        str(row["uid"]): {name: _plain(row[name]) for name in columns}
        for row in model.objects.values("uid", *columns)
    }


def _plain(value: Any) -> Any:
    """An instant in one way, however it was written."""
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).isoformat(timespec="milliseconds")  # as events keep it
    if isinstance(value, str) and len(value) > 18 and value[10] == "T":
        return _plain(dt.datetime.fromisoformat(value))
    return value


def apply(state: dict[str, Any], event: Event) -> dict[str, Any]:
    told, subject = event.payload, event.subject.partition(":")[2]
    for paper in told.get("papers", ()):
        row = state["scans"].setdefault(f"{subject} {paper['number']}", dict(_NEW_SCAN))
        _set(row, paper["set"], SCAN_COLUMNS)
    for name in ("result", "former"):
        if told.get(name):
            row = state["results"].setdefault(told[name]["uid"], dict.fromkeys(RESULT_COLUMNS))
            _set(row, told[name], RESULT_COLUMNS)
    for name in ("paper", "ended"):
        if told.get(name):
            row = state["papers"].setdefault(told[name]["uid"], dict.fromkeys(PAPER_COLUMNS))
            _set(row, told[name], PAPER_COLUMNS)
    if event.type.startswith("records:paper:") and "set" in told:
        _set(state["papers"][told["uid"]], told["set"], PAPER_COLUMNS)
    if "reuse" in told:
        row = state["reuses"].setdefault(told["uid"], dict.fromkeys((*REUSE_COLUMNS, "paper")))
        _set(row, told["reuse"], (*REUSE_COLUMNS, "paper"))
    return state


_NEW_SCAN = dict.fromkeys(SCAN_COLUMNS) | {
    "state": "due", "ground": "", "digest": "", "round": 0, "authority_text": "", "signature": "none",
}  # fmt: skip


def _set(row: dict[str, Any], told: dict[str, Any], columns: tuple[str, ...]) -> None:
    row.update({name: _plain(value) for name, value in told.items() if name in columns})


def _nothing(state: dict[str, Any], _event: Event) -> dict[str, Any]:
    return state


class Apply(dict[str, Any]):
    """This room's events change this room's rows; others (files, dossiers) change none of them."""

    def __contains__(self, code: object) -> bool:
        return True

    def __missing__(self, code: str) -> Any:
        return _nothing


APPLY = Apply(dict.fromkeys(CODES.values(), apply))

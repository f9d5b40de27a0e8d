"""Filing and receiving: register, receive, refuse, transfer."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from motcua.engine.events.api import INSERT_EVENT, event_parameters, is_repeat, keyed, make_event
from motcua.engine.permissions.api import Viewer
from motcua.engine.provinces.api import Province
from motcua.engine.registers.api import Series, take_number_cte
from motcua.engine.statements.api import fetch, run
from motcua.kernel.clock import local, now
from motcua.kernel.codes import new_dossier_code, parse_agency
from motcua.kernel.ids import uuid7
from motcua.kernel.text import squeeze
from motcua.modules.catalogue.api import procedure_on, process_for
from motcua.modules.catalogue.data import ProcedureInfo
from motcua.modules.dossiers import permissions as may
from motcua.modules.dossiers.attaching import require_own_files
from motcua.modules.dossiers.case import Case, Repeated, opened
from motcua.modules.dossiers.clock import promise
from motcua.modules.dossiers.data import Done, Filing, HandedPaper
from motcua.modules.dossiers.errors import DossierRefused
from motcua.modules.dossiers.events import CODES
from motcua.modules.dossiers.lexemes import lexemes
from motcua.modules.dossiers.operations.repeating import operation
from motcua.modules.dossiers.parts import (
    advance,
    end,
    issue_slip,
    lane_limit,
    new_check_value,
    take_yearly,
)
from motcua.modules.dossiers.projects import lane_of_project
from motcua.modules.dossiers.states import Status
from motcua.modules.dossiers.units import handling_choices, unit_by_code
from motcua.reference.applicants.api import Applicant, applicant_by_uid
from motcua.reference.calendars.api import calendar_for, rule_for

_CHANNELS = {1: "direct", 2: "online", 3: "post"}
_LANES = ("", "green-24h", "green-60", "same-day")
_INSERTED = (
    "id", "uid", "province_id", "unit_code", "unit_path", "code", "check_value", "procedure_code", "procedure_name",
    "version_id", "field_code", "case_name", "process_id", "lane", "project_code", "subject", "applicant_id",
    "applicant_name", "submitter_id", "channel", "origin", "sets", "received_code", "received_path", "return_code",
    "return_path", "return_channel", "status", "resume_status", "steps", "registered_at", "received_at",
    "received_by_id", "limit_text", "promised", "legal_due", "index_due", "paused_at", "paused_for", "supplements",
    "extensions", "ended_at", "returned_at", "late_reason", "search", "revision",
)  # fmt: skip
_INSERT = (
    f"INSERT INTO dossiers_dossier ({', '.join(_INSERTED)}) "
    f"VALUES ({', '.join('%s::tsvector' if name == 'search' else '%s' for name in _INSERTED)})"
)
_NEXT_KEY = "nextval(pg_get_serial_sequence('dossiers_dossier', 'id'))"
_INSERT_PAPER = (
    "INSERT INTO dossiers_component (dossier_id, number, code, name, originals, copies, present, source, file_id, "
    "added_at) VALUES "
)
_TOLD = (
    "uid", "code", "procedure_code", "version_id", "process_id", "lane", "status", "unit_code", "unit_path",
    "received_code", "received_path", "return_code", "return_path", "channel", "registered_at", "received_at",
    "limit_text", "promised", "legal_due", "index_due", "paused_at", "paused_for", "supplements", "extensions",
    "ended_at", "returned_at", "steps", "revision", "resume_status", "late_reason",
)  # fmt: skip
_MOST_PAPERS = 200


# -- registering and receiving at once -------------------------------------------------------------


@operation
def register_dossier(
    viewer: Viewer, province: Province, filing: Filing, *, idempotency_key: str | None = None
) -> Done:
    """Keeps a dossier handed in but not yet received (status 1): from the portal, the post, another system.

    Raises NotPermitted without dossiers.desk.receive over the receiving unit, DossierRefused dossiers.filing.*.
    """
    return _create(viewer, province, filing, idempotency_key, receive=False)


@operation
def file_dossier(
    viewer: Viewer,
    province: Province,
    filing: Filing,
    *,
    hand_over: bool = False,
    assignee: int | None = None,
    idempotency_key: str | None = None,
) -> Done:
    """Registers and receives at once, as at the counter: code from the daily series, receipt (form 01), first step.

    hand_over: the reception step is done too, and the next one opens (for `assignee`, if named).
    """
    return _create(
        viewer, province, filing, idempotency_key, receive=True, hand_over=hand_over, assignee=assignee
    )


def _create(
    viewer: Viewer,
    province: Province,
    filing: Filing,
    key: str | None,
    *,
    receive: bool,
    hand_over: bool = False,
    assignee: int | None = None,
) -> Done:
    receiving = unit_by_code(province.pk, filing.receiving)
    viewer.require(may.RECEIVE, province=province, unit_path=receiving[1])
    full_key = keyed("receive-new" if receive else "register", receiving[0], key)
    try:
        with transaction.atomic():
            if full_key:
                _refuse_repeated(province.pk, full_key)
            case = _new_case(viewer, province, filing, receiving)
            case.key = full_key
            if receive:
                _receive_now(case)
                if hand_over and case.tasks:
                    advance(case, case.task(kinds=("reception",)), assignee=assignee, verb="received")
            case.tell("received" if receive else "registered", **_words(case))
            if receive:
                _issue_receipt(case)
            _write_new(case, filing.papers)
            return case.done()
    except IntegrityError as error:
        if full_key and is_repeat(error):
            raise Repeated(_earlier(province.pk, full_key)) from error
        raise


def _words(case: Case) -> dict[str, Any]:
    return {"code": case.row["code"], "procedure": case.row["procedure_code"]}


def _new_case(viewer: Viewer, province: Province, filing: Filing, receiving: tuple[str, str]) -> Case:
    today = local(now()).date()
    _check_codes(filing)
    info = _procedure(province, filing, receiving[0])
    handling = _handling(province, info, filing, receiving)
    returning = unit_by_code(province.pk, filing.returning) if filing.returning else receiving
    lane = filing.lane or lane_of_project(province.pk, filing.project, today)
    plan = process_for(province, info.code, today, variant=lane) or (
        process_for(province, info.code, today) if lane else None
    )
    applicant = _person(province, filing.applicant)
    submitter = _person(province, filing.submitter) if filing.submitter else None
    limit = info.content.limit(_CHANNELS[filing.channel], filing.case)
    row = dict.fromkeys(_INSERTED)
    row |= {
        "uid": uuid7(),
        "province_id": province.pk,
        "unit_code": handling[0],
        "unit_path": handling[1],
        "check_value": new_check_value(),
        "procedure_code": info.code,
        "procedure_name": info.name,
        "version_id": info.version_id,
        "field_code": info.field_code,
        "case_name": squeeze(filing.case)[:300],
        "process_id": plan.version_id if plan else None,
        "lane": lane,
        "project_code": filing.project,
        "subject": squeeze(filing.subject)[:1000],
        "applicant_id": applicant.pk,
        "applicant_name": applicant.display_name,
        "submitter_id": submitter.pk if submitter else None,
        "channel": filing.channel,
        "origin": filing.origin,
        "sets": max(1, filing.sets),
        "received_code": receiving[0],
        "received_path": receiving[1],
        "return_code": returning[0],
        "return_path": returning[1],
        "return_channel": filing.return_channel,
        "status": int(Status.REGISTERED),
        "steps": "",
        "registered_at": now(),
        "limit_text": limit.limit if limit else "",
        "paused_for": "",
        "supplements": 0,
        "extensions": 0,
        "late_reason": "",
        "search": lexemes(applicant.display_name, handling[1], receiving[1], returning[1]),
        "revision": 1,
    }
    check_papers(viewer, province.pk, filing.papers)
    case = Case(viewer, row, [], None)
    case.people = {one.pk: one for one in (applicant, submitter) if one is not None}
    case.papers = [
        {
            "number": number,
            "name": squeeze(paper.name)[:1000],
            "originals": paper.originals,
            "copies": paper.copies,
            "source": paper.source,
        }
        for number, paper in enumerate(filing.papers, start=1)
    ]
    return case


def _check_codes(filing: Filing) -> None:
    if filing.channel not in _CHANNELS or filing.return_channel not in _CHANNELS:
        raise DossierRefused("filing.channel", _("Hãy chọn cách nộp và cách nhận kết quả trong danh sách."))
    if filing.lane not in _LANES:
        raise DossierRefused("filing.lane", _("Không có luồng xử lý này; hãy chọn trong danh sách."))


def _procedure(province: Province, filing: Filing, unit_code: str) -> ProcedureInfo:
    info = procedure_on(
        province, filing.procedure_code, local(now()).date(), unit_code=filing.handling or unit_code
    )
    if info is None:
        raise DossierRefused(
            "filing.procedure",
            _(
                "Thủ tục {code} chưa được công bố hoặc không còn hiệu lực hôm nay; hãy chọn lại thủ tục trong danh mục."
            ).format(code=filing.procedure_code),
        )
    if info.lifecycle != "live":
        raise DossierRefused(
            "filing.stopped",
            _("Thủ tục {code} chưa được áp dụng hoặc đã dừng nên không tiếp nhận hồ sơ mới.").format(
                code=info.code
            ),
        )
    return info


def _handling(
    province: Province, info: ProcedureInfo, filing: Filing, receiving: tuple[str, str]
) -> tuple[str, str]:
    """The handling unit: as filed, or the likeliest by the catalogue. Where the procedure is bound to its place
    (not independent of boundaries) it must be received by the handling agency or at a desk below it (a commune's centre)."""
    if filing.handling:
        chosen = unit_by_code(province.pk, filing.handling)
    else:
        unit = handling_choices(province.pk, info, receiving[0])[0]
        chosen = (unit.code, unit.path)
    bound = not info.location_independent and info.at_commune and not info.at_province
    if bound and not receiving[1].startswith(chosen[1]):
        raise DossierRefused(
            "filing.bound-to-place",
            _(
                "Thủ tục {code} không tiếp nhận phi địa giới; hãy hướng dẫn người nộp đến đơn vị giải quyết."
            ).format(code=info.code),
        )
    return chosen


def _person(province: Province, uid: uuid.UUID) -> Applicant:
    person = applicant_by_uid(province.pk, uid)
    if person is None or person.erased_at is not None:
        raise DossierRefused(
            "filing.applicant", _("Không tìm thấy người nộp hồ sơ; hãy tìm lại hoặc thêm người nộp mới.")
        )
    return person


def check_papers(viewer: Viewer, province_id: int, papers: Sequence[HandedPaper]) -> None:
    """Not too many, and no file of another's. Raises DossierRefused dossiers.filing.papers, dossiers.file.not-yours."""
    require_own_files(viewer, province_id, [paper.file_id for paper in papers])
    if len(papers) > _MOST_PAPERS:
        raise DossierRefused(
            "filing.papers",
            _("Hồ sơ có quá nhiều thành phần ({count}, nhiều nhất {most}).").format(
                count=len(papers), most=_MOST_PAPERS
            ),
        )


def _receive_now(case: Case) -> None:
    """Receipt: the moment, the code, the appointment, the first step."""
    row = case.row
    day = local(case.now).date()
    rule = rule_for(case.province_id, day)
    calendar = calendar_for(case.province_id, row["unit_path"])
    appointment = promise(calendar, case.now, lane_limit(case), rule)
    case.set(received_at=case.now, received_by_id=case.viewer.user_id, status=int(Status.RECEIVED))
    case.add_entry("start", limit=row["limit_text"], promised=appointment.isoformat() if appointment else "")
    legal = promise(calendar, case.now, row["limit_text"], rule)
    case.set(promised=appointment, legal_due=legal, index_due=legal)
    _take_code(case)
    if row["process_id"] is not None:
        case.open_step(case.plan.first, assignee=case.viewer.user_id)


def _take_code(case: Case) -> None:
    """The dossier code of Circular 03/2025/TT-VPCP, Art. 13, from the receiving unit's gapless series of the day."""
    row, day = case.row, local(case.now).date()
    series = Series(case.province_id, "dossier", row["received_code"], f"{day:%y%m%d}", row["received_path"])
    cte, parameters = take_number_cte(series, subject=f"dossier:{row['uid']}")
    key = "0" if row["id"] is not None else _NEXT_KEY
    [(number, fresh)] = fetch(f"WITH {cte} SELECT number, {key} FROM register_number", parameters)
    row["id"] = row["id"] or fresh
    code = new_dossier_code(parse_agency(row["received_code"]), day, number)
    case.set(code=str(code))


def _write_new(case: Case, papers: tuple[HandedPaper, ...]) -> None:
    """Dossier, papers, first steps, clock and event in one statement."""
    case.note_steps()
    key = case.row["id"] = case.row["id"] or fetch(f"SELECT {_NEXT_KEY}")[0][0]
    case.changed = {name: case.row[name] for name in _TOLD}
    event = make_event(
        CODES[case.verb],
        province_id=case.province_id,
        subject=f"dossier:{case.row['uid']}",
        payload=case.payload() | {"papers": len(papers)},
        actor_id=case.viewer.user_id,
        unit_code=case.row["unit_code"],
        unit_path=case.row["unit_path"],
        occurred_at=case.now,
        idempotency_key=case.key,
    )
    parts, parameters = [f"d AS ({_INSERT})"], [case.row[name] for name in _INSERTED]
    if papers:
        parts.append(
            f"p AS ({_INSERT_PAPER}{', '.join(['(%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)'] * len(papers))})"
        )
        for paper, shown in zip(papers, case.papers or (), strict=True):
            parameters += [key, shown["number"], paper.code, shown["name"], paper.originals, paper.copies, True,
                           paper.source, paper.file_id, case.now]  # fmt: skip
    for number, _task in enumerate(case.opened):
        parts.append(f"o{number} AS ({case.TASK_SQL})")
        parameters += case.task_parameters(case.opened[number])
    for number, (leg, entry) in enumerate(case.entries):
        parts.append(f"c{number} AS ({case.ENTRY_SQL})")
        parameters += case.entry_parameters(leg, entry)
    for number, (sql, values) in enumerate(case.beside):
        parts.append(f"b{number} AS ({sql})")
        parameters += values
    run(f"WITH {', '.join(parts)} {INSERT_EVENT}", [*parameters, *event_parameters(event)])


def _issue_receipt(case: Case) -> None:
    issue_slip(case, "01", unit=(case.row["received_code"], case.row["received_path"]))


def _refuse_repeated(province_id: int, key: str) -> None:
    known = _earlier_event(province_id, key)
    if known:
        raise Repeated(_earlier(province_id, key))


def filed_before(province: Province, receiving: str, key: str) -> Done | None:
    """What an earlier request with this idempotency key left at a desk; None when there was none."""
    for operation_name in ("receive-new", "register"):
        full = keyed(operation_name, receiving, key)
        if full and _earlier_event(province.pk, full):
            return _earlier(province.pk, full)
    return None


def _earlier_event(province_id: int, key: str) -> str:
    rows = fetch(
        "SELECT subject FROM events_event WHERE province_id = %s AND type = ANY(%s) AND idempotency_key = %s",
        [province_id, [CODES["received"], CODES["registered"]], key],
    )
    return str(rows[0][0]) if rows else ""


def _earlier(province_id: int, key: str) -> Done:
    uid = uuid.UUID(_earlier_event(province_id, key).partition(":")[2])
    [(code, status, revision, promised)] = fetch(
        "SELECT code, status, revision, promised FROM dossiers_dossier WHERE uid = %s", [uid]
    )
    return Done(uid, code, status, revision, True, {}, promised)


# -- receiving what was registered -----------------------------------------------------------------


@operation
def receive_dossier(
    viewer: Viewer,
    uid: uuid.UUID,
    *,
    hand_over: bool = False,
    assignee: int | None = None,
    idempotency_key: str | None = None,
) -> Done:
    """Receives a registered dossier that is complete: code, receipt (form 01), clock, first step."""
    with opened(viewer, uid, "receive", idempotency_key) as case:
        _receive_now(case)
        if hand_over and case.tasks:
            advance(case, case.task(kinds=("reception",)), assignee=assignee, verb="received")
        case.tell("received", **_words(case))
        _issue_receipt(case)
        return case.done()


@operation
def refuse_dossier(
    viewer: Viewer, uid: uuid.UUID, reason: str, *, idempotency_key: str | None = None
) -> Done:
    """Refuses to receive, or to go on, with a reason: the refusal slip (form 03), status 3, the end."""
    text = required(reason, "refusal.reason", _("Hãy ghi lý do từ chối: phiếu từ chối phải nêu rõ lý do."))
    with opened(viewer, uid, "refuse", idempotency_key) as case:
        unit = own_unit(case)
        if case.status == Status.REGISTERED:
            case.set(status=int(Status.REFUSED), ended_at=case.now)
        else:
            end(case, Status.REFUSED, close_open=True)
        issue_slip(case, "03", unit=unit, number=take_yearly(case, "slip:03", unit), reason=text)
        case.tell("refused")
        return case.done()


@operation
def transfer_dossier(
    viewer: Viewer, uid: uuid.UUID, target: str, reason: str, *, idempotency_key: str | None = None
) -> Done:
    """Hands a dossier over to the competent agency: its open steps close, and the process goes on there."""
    required(reason, "transfer.reason", _("Hãy ghi lý do chuyển hồ sơ sang cơ quan khác."))
    with opened(viewer, uid, "transfer", idempotency_key) as case:
        origin, unit = case.row["unit_code"], unit_by_code(case.province_id, target)
        if unit[0] == origin:
            raise DossierRefused("transfer.same", _("Hồ sơ đang ở chính đơn vị này."))
        case.set(unit_code=unit[0], unit_path=unit[1])
        if case.status != Status.REGISTERED:
            _reopen_in(case, reason)
        _refresh_search(case)
        case.tell("transferred", origin=origin, target=unit[0])
        return case.done()


def _reopen_in(case: Case, reason: str) -> None:
    """The steps open in the former unit are dropped; the first step of handling opens in the new one."""
    reception = [task for task in case.tasks if task["kind"] == "reception"]
    for task in list(case.tasks):
        if task not in reception:
            case.close_task(task, state="cancelled", note=reason[:1000])
    case.add_entry("transfer")
    if case.row["process_id"] is not None and not reception:
        for step in case.plan.after(case.plan.first.key):
            case.open_step(step)
    case.set(status=int(Status.RECEIVED))


def _refresh_search(case: Case) -> None:
    [(name,)] = fetch("SELECT applicant_name FROM dossiers_dossier WHERE id = %s", [case.id])
    row = case.row
    vector = lexemes(name, row["unit_path"], row["received_path"], row["return_path"])
    run("UPDATE dossiers_dossier SET search = %s::tsvector WHERE id = %s", [vector, case.id])


def required(text: str, code: str, message: str, most: int = 2000) -> str:
    """A reason somebody must give. Raises DossierRefused when it is empty or too long."""
    clean = squeeze(text)
    if not clean:
        raise DossierRefused(code, message)
    if len(clean) > most:
        raise DossierRefused(
            "text.too-long", _("Nội dung dài quá {most} ký tự; hãy viết ngắn lại.").format(most=most)
        )
    return clean


def own_unit(case: Case) -> tuple[str, str]:
    """The dossier's unit for which the viewer acts: that of a permission of the move, the receiving unit first."""
    row = case.row
    seats = [
        (row["received_code"], row["received_path"]),
        (row["unit_code"], row["unit_path"]),
        (row["return_code"], row["return_path"]),
    ]
    held = case.seats()
    for code, path in seats:
        if path in held:
            return code, path
    return seats[1]

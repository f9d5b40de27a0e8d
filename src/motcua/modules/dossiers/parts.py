"""Pieces that several operations share: issuing slips, advancing a process, ending a dossier."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext as _

from motcua.engine.privacy.api import seal
from motcua.engine.registers.api import Series, take_number
from motcua.engine.statements.api import fetch
from motcua.kernel.clock import local
from motcua.kernel.ids import random_bits, uuid7
from motcua.kernel.worktime import Limit, LimitUnit, parse_limit
from motcua.modules.catalogue.data import ProcessPlan, StepPlan
from motcua.modules.dossiers import clock as clocks
from motcua.modules.dossiers.attaching import require_own_files
from motcua.modules.dossiers.case import Case, Row
from motcua.modules.dossiers.data import ResultDraft
from motcua.modules.dossiers.errors import DossierRefused
from motcua.modules.dossiers.models import Component, Dossier, Leg, Slip
from motcua.modules.dossiers.performers import require_performer
from motcua.modules.dossiers.states import Status
from motcua.modules.dossiers.units import unit_by_code, unit_name
from motcua.reference.applicants.api import Applicant
from motcua.reference.calendars.api import calendar_for

_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # no letter that reads like another
_CHECK_LENGTH = 8


def new_check_value() -> str:
    """What a citizen types beside the code to follow a dossier: 8 letters, 39 bits, not to be guessed."""
    drawn, letters = random_bits(64), []
    while len(letters) < _CHECK_LENGTH:
        drawn, place = divmod(drawn, len(_LETTERS))
        letters.append(_LETTERS[place])
    return "".join(letters)


def take_yearly(case: Case, kind: str, unit: tuple[str, str]) -> str:
    """The next number of a unit's yearly register, as printed: "05/2026"."""
    year = f"{local(case.now):%Y}"
    number = take_number(
        Series(case.province_id, kind, unit[0], year, unit[1]), subject=f"dossier:{case.row['uid']}"
    )
    return f"{number.number:02d}/{year}"


# -- slips ----------------------------------------------------------------------------------------


def issue_slip(case: Case, kind: str, *, unit: tuple[str, str], number: str = "", **facts: Any) -> None:
    """Keeps a slip as it is issued: who, what and when, sealed. Written with the operation."""
    uid = case.slips[kind] = uuid7()
    told = json.dumps(common_facts(case) | facts, ensure_ascii=False, default=_plain)
    sealed = seal(told, context=Slip._meta.get_field("facts").context)
    case.insert_beside(
        "dossiers_slip",
        {
            "province_id": case.province_id,
            "uid": uid,
            "dossier_id": case.id,
            "kind": kind,
            "number": number,
            "issued_at": case.now,
            "issued_by_id": case.viewer.user_id,
            "unit_code": unit[0],
            "facts": sealed,
        },
    )


def common_facts(case: Case) -> Row:
    """What nearly every form prints: the dossier, its people, its units, its dates."""
    row, dossier = case.row, dossier_facts(case)
    officer = getattr(case.viewer.user, "display_name", "")
    return dossier | {
        "issued_at": case.now,
        "officer": officer,
        "received_at": row["received_at"],
        "promised": row["promised"],
        "limit": row["limit_text"],
        "channel": row["channel"],
        "return_channel": row["return_channel"],
        "handling": unit_name(case.province_id, row["unit_code"]),
        "receiving": unit_name(case.province_id, row["received_code"]),
        "returning": unit_name(case.province_id, row["return_code"]),
    }


def dossier_facts(case: Case) -> Row:
    """Facts that stand in columns the case does not carry; a dossier being filed has them in its row."""
    if "applicant_name" in case.row:
        row = case.row
    else:
        row = Dossier.objects.filter(pk=case.id).values(
            "code", "procedure_name", "subject", "sets", "check_value", "applicant_id", "submitter_id", "case_name"
        )[0]  # fmt: skip
    papers = case.papers
    if papers is None:
        papers = list(
            Component.objects.filter(dossier_id=case.id)
            .order_by("number")
            .values("number", "name", "originals", "copies", "source")
        )
    return {
        "code": row["code"],
        "uid": case.row["uid"],
        "check": row["check_value"],
        "procedure_code": case.row["procedure_code"],
        "procedure": row["procedure_name"],
        "subject": row["subject"],
        "case": row["case_name"],
        "sets": row["sets"],
        "papers": papers,
        "applicant": person_facts(case, row["applicant_id"]),
        "submitter": person_facts(case, row["submitter_id"]) if row["submitter_id"] else None,
    }


def person_facts(case: Case, applicant_id: int) -> Row:
    person = case.people.get(applicant_id) or Applicant.objects.get(pk=applicant_id)
    return {
        "name": person.display_name,
        "kind": person.kind,
        "identity": person.identity_number,
        "address": person.address,
        "phone": person.phone,
        "email": person.email,
    }


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, dt.datetime | dt.date) else str(value)


# -- the process ----------------------------------------------------------------------------------


def advance(
    case: Case,
    task: Row,
    *,
    outcome: str = "",
    note: str = "",
    assignee: int | None = None,
    units: Mapping[str, str] | None = None,
    verb: str,
    result: ResultDraft | None = None,
    document_number: str = "",
) -> None:
    """Closes a step and opens what comes next; reaching the return step is the end of processing.

    units: agency code by step key, for joint legs whose agency the plan leaves open.
    """
    case.close_task(task, outcome=outcome, note=note)
    if task["kind"] == "consult":
        return
    plan = case.plan
    ready = [step for step in _next(plan, task["key"], outcome) if _is_ready(case, plan, step)]
    waiting = [one for one in case.tasks if one["kind"] != "consult"]
    if not ready and not waiting:
        raise DossierRefused(
            "process.dead-end",
            _("Quy trình không có bước sau bước “{step}”; hãy báo người soạn quy trình.").format(
                step=task["name"]
            ),
        )
    case.tell(verb, step=task["key"])
    if any(step.kind == "return" for step in ready):
        finish(case, ready[0], result=result, document_number=document_number)
        return
    if result is not None:
        keep_draft(case, result)
    for step in ready:
        _open_next(case, step, assignee, units or {})
    if case.status == Status.RECEIVED:
        case.set(status=int(Status.PROCESSING))


def _next(plan: ProcessPlan, key: str, outcome: str) -> tuple[StepPlan, ...]:
    return plan.after(key, outcome)


def _is_ready(case: Case, plan: ProcessPlan, step: StepPlan) -> bool:
    """Not open already; and where it waits for all its branches, no open step still leads to it."""
    open_keys = [task["key"] for task in case.tasks if task["kind"] != "consult"]
    if step.key in open_keys:
        return False
    return not step.waits_for_all or not any(leads_to(plan, key, step.key) for key in open_keys)


def leads_to(plan: ProcessPlan, source: str, target: str) -> bool:
    """Whether the ordinary ways from a step reach another."""
    seen, waiting = set(), [source]
    while waiting:
        key = waiting.pop()
        if key == target:
            return True
        if key not in seen:
            seen.add(key)
            waiting += [link.target for link in plan.links if link.source == key and not link.outcome]
    return False


def _open_next(case: Case, step: StepPlan, assignee: int | None, units: Mapping[str, str]) -> None:
    if step.kind == "joint":
        _open_leg(case, step, units.get(step.key, ""))
        return
    person = assignee if step.place in ("handling", "receiving") else None
    if person is not None:
        require_performer(case, step.kind, case.unit_of(step)[1], person)
    case.open_step(step, assignee=person)


def _open_leg(case: Case, step: StepPlan, unit_code: str) -> None:
    """A joint leg: its own limit and clock, in its own agency."""
    code = unit_code or step.unit_code
    if not code:
        raise DossierRefused(
            "leg.unit", _("Hãy chọn cơ quan phối hợp cho bước liên thông “{step}”.").format(step=step.name)
        )
    unit = unit_by_code(case.province_id, code)
    calendar = calendar_for(case.province_id, unit[1])
    limit = step.leg_limit
    rounds = Leg.objects.filter(dossier_id=case.id, key=step.key).aggregate(last=Max("round"))["last"] or 0
    entry = clocks.Entry("start", case.now, {"limit": limit})
    due = clocks.fold([entry], calendar, case.rules).legal_due
    task = case.open_step(step, unit=unit)
    if due is not None:
        task.update(due_at=due, warn_at=case.warn_at(unit[1], due, task["working_minutes"]))
    Leg.objects.create(
        province_id=case.province_id,
        unit_code=unit[0],
        unit_path=unit[1],
        dossier_id=case.id,
        key=step.key,
        name=step.name,
        procedure_code=step.leg_procedure,
        limit_text=limit,
        started_at=case.now,
        due_at=task["due_at"],
        round=rounds + 1,
    )
    case.add_entry("start", leg=step.key, limit=limit)


# -- results and ends -----------------------------------------------------------------------------


def keep_draft(case: Case, draft: ResultDraft, **issued: Any) -> None:
    """The draft result; a later one replaces it until the result is issued. A file stays until another replaces it."""
    require_own_files(case.viewer, case.province_id, [draft.file_id])
    values = {
        "province_id": case.province_id,
        "name": draft.name,
        "favourable": draft.favourable,
        "summary": draft.summary,
    }
    if draft.file_id is not None:
        values["file_id"] = draft.file_id
    values |= issued
    row = {"dossier_id": case.id, **_EMPTY_RESULT, **values}
    case.insert_beside("dossiers_dossierresult", row, once="dossier_id", replace=tuple(values))


_EMPTY_RESULT = {"document_number": "", "handed_to": b"", "handed_how": "", "authorised": False}
_RESULT_NUMBER = "SELECT document_number FROM dossiers_dossierresult WHERE dossier_id = %s"


def finish(case: Case, step: StepPlan, *, result: ResultDraft | None, document_number: str) -> None:
    """Processing ends (status 9): the result gets its number from the unit's register, the return step opens."""
    if case.tasks and any(task["kind"] != "consult" for task in case.tasks):
        raise DossierRefused(
            "process.branches-open",
            _(
                "Còn nhánh chưa xong: {steps}. Hãy hoàn thành các nhánh này trước khi phát hành kết quả."
            ).format(steps=", ".join(task["name"] for task in case.tasks)),
        )
    kept = fetch(_RESULT_NUMBER, [case.id])
    if result is None and not kept:
        raise DossierRefused(
            "result.missing",
            _("Chưa có dự thảo kết quả. Hãy ghi kết quả (tên, đồng ý hay không, tệp) rồi phát hành."),
        )
    number, issued = (kept[0][0] if kept else ""), {}
    if not number:
        unit = (case.row["unit_code"], case.row["unit_path"])
        number = document_number or take_yearly(case, "result", unit)
        issued = {"document_number": number, "issued_on": local(case.now).date()}
    if result is not None:
        keep_draft(case, result, **issued)
    elif issued:
        case.update_beside("dossiers_dossierresult", issued, where={"dossier_id": case.id})
    case.tell("result-recorded", number=number)
    end(case, Status.DONE)
    case.open_step(step)


def end(case: Case, status: Status, *, close_open: bool = False) -> None:
    """The end of processing: the clock stops. `close_open` drops the steps still open."""
    if close_open:
        for task in list(case.tasks):
            case.close_task(task, state="cancelled")
    if case.row["paused_for"]:
        case.set(paused_for="", paused_at=None)
    case.add_entry("end", status=int(status))
    case.set(status=int(status), ended_at=case.now)


def lane_limit(case: Case) -> str:
    """The limit a dossier's appointment is reckoned by: its own, or the shorter one of its green lane (a number of
    working hours, or a share of the time in quarters of a day, rounded up), as the province has set them."""
    limit, lane = case.row["limit_text"], case.row["lane"]
    if not limit or not lane.startswith("green"):
        return str(limit)
    if lane == "green-24h":
        return f"{case.parameter('dossiers.green_lane_hours')} giờ làm việc"
    known, share = parse_limit(limit), Fraction(str(case.parameter("dossiers.green_lane_share")))
    step = {LimitUnit.WORKING_DAY: 4, LimitUnit.WORKING_HOUR: 60}.get(known.unit, 1)
    amount = Fraction(-(-known.amount * step * share // 1), step)
    return str(Limit(max(amount, Fraction(1, step)), known.unit))


def units_in_words(case: Case, codes: Sequence[str]) -> str:
    return ", ".join(unit_name(case.province_id, code) for code in codes)

"""Working on a dossier: assign, forward, send back, consult, submit, approve, sign, issue the result."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from motcua.engine.permissions.api import Viewer
from motcua.modules.catalogue.data import StepPlan
from motcua.modules.dossiers import permissions as may
from motcua.modules.dossiers.case import Case, Row, opened
from motcua.modules.dossiers.data import Done, ResultDraft
from motcua.modules.dossiers.errors import DossierRefused
from motcua.modules.dossiers.models import Consultation, Task
from motcua.modules.dossiers.operations.filing import required
from motcua.modules.dossiers.operations.repeating import operation
from motcua.modules.dossiers.parts import advance, keep_draft, leads_to
from motcua.modules.dossiers.performers import require_other_hand, require_performer, still_able
from motcua.modules.dossiers.states import Status
from motcua.modules.dossiers.units import unit_by_code
from motcua.reference.calendars.api import calendar_for
from motcua.reference.people.api import authority_of


@operation
def assign_step(
    viewer: Viewer,
    uid: uuid.UUID,
    assignee: int,
    *,
    step: str = "",
    idempotency_key: str | None = None,
) -> Done:
    """Gives an open step to an officer of its unit who may do it (also: takes it from another).

    Raises DossierRefused dossiers.assign.* when that person may not, or is away.
    """
    with opened(viewer, uid, "assign", idempotency_key) as case:
        task = case.task(step)
        viewer.require(may.ASSIGN, province=case.province_id, unit_path=task["unit_path"])
        _give(case, task, assignee)
        case.tell("assigned", step=task["key"])
        return case.done()


def _give(case: Case, task: Row, assignee: int) -> None:
    require_performer(case, task["kind"], task["unit_path"], assignee)
    case.change_task(task, assignee_id=assignee)


@operation
def redistribute_step(
    viewer: Viewer, uid: uuid.UUID, step: str, assignee: int, *, idempotency_key: str | None = None
) -> Done:
    """The same for one of many, told as a redistribution of load."""
    with opened(viewer, uid, "assign", idempotency_key and f"again:{idempotency_key}") as case:
        task = case.task(step)
        viewer.require(may.ASSIGN, province=case.province_id, unit_path=task["unit_path"])
        _give(case, task, assignee)
        case.tell("redistributed", step=task["key"])
        return case.done()


@operation
def claim_step(viewer: Viewer, uid: uuid.UUID, *, step: str = "", idempotency_key: str | None = None) -> Done:
    """Takes an open step nobody has yet. Raises DossierRefused dossiers.step.of-another."""
    with opened(viewer, uid, "claim", idempotency_key) as case:
        task = case.task(step)
        case.require_task(task)
        if task["assignee_id"] not in (None, viewer.user_id):
            raise DossierRefused("step.of-another", _("Bước này vừa được người khác nhận."))
        require_other_hand(case, task["kind"], viewer.user_id)
        case.change_task(task, assignee_id=viewer.user_id)
        case.tell("assigned", step=task["key"])
        return case.done()


@operation
def forward_dossier(
    viewer: Viewer,
    uid: uuid.UUID,
    *,
    step: str = "",
    outcome: str = "",
    note: str = "",
    assignee: int | None = None,
    units: Mapping[str, str] | None = None,
    result: ResultDraft | None = None,
    without_answers: bool = False,
    idempotency_key: str | None = None,
) -> Done:
    """Ends a step and opens what the process says comes next; the last step before returning ends processing.

    outcome: a way of the plan other than the ordinary. assignee: who gets the next step. units: agencies of joint
    legs. without_answers: goes on though consulted units have not answered (they are told so).
    """
    with opened(viewer, uid, "forward", idempotency_key) as case:
        task = case.task(step)
        case.require_task(task)
        refuse_kinds(task, ("approve", "sign", "consult"))
        require_other_hand(case, task["kind"], viewer.user_id)
        _settle_consultations(case, task, without_answers)
        _check_outcome(case, task, outcome)
        advance(
            case, task, outcome=outcome, note=note[:1000], assignee=assignee, units=units, verb="forwarded", result=result
        )  # fmt: skip
        return case.done()


def refuse_kinds(task: Row, kinds: Sequence[str]) -> None:
    """Approving, signing and answering are operations of their own: they leave who, by what authority, and when."""
    if task["kind"] in kinds:
        raise DossierRefused(
            "step.kind",
            _(
                "Bước “{step}” phải kết thúc bằng việc duyệt, ký hoặc trả lời ý kiến, không phải chuyển bước."
            ).format(step=task["name"]),
        )


def _check_outcome(case: Case, task: Row, outcome: str) -> None:
    if outcome and outcome not in {link.outcome for link in case.plan.outcomes(task["key"])}:
        raise DossierRefused(
            "step.outcome",
            _("Bước “{step}” không có hướng xử lý “{outcome}”.").format(step=task["name"], outcome=outcome),
        )


def _settle_consultations(case: Case, task: Row, without_answers: bool) -> None:
    waiting = [
        one for one in case.tasks if one["kind"] == "consult" and one["key"].startswith(f"{task['key']}?")
    ]
    if not waiting:
        return
    if not without_answers:
        raise DossierRefused(
            "consultation.open",
            _(
                "Còn {count} đơn vị chưa trả lời lấy ý kiến. Hãy chờ, hoặc chọn “chuyển khi chưa đủ ý kiến” nếu đã hết hạn trả lời."
            ).format(count=len(waiting)),
        )
    early = [one for one in waiting if one["due_at"] is not None and one["due_at"] > case.now]
    if early:
        raise DossierRefused(
            "consultation.not-due", _("Hạn trả lời ý kiến chưa hết nên chưa thể bỏ qua đơn vị được hỏi.")
        )
    for one in waiting:
        case.close_task(one, state="cancelled")


@operation
def return_step(
    viewer: Viewer,
    uid: uuid.UUID,
    to: str,
    reason: str,
    *,
    step: str = "",
    idempotency_key: str | None = None,
) -> Done:
    """Sends the dossier back to an earlier step, with a reason, to whoever did it."""
    text = required(reason, "return.reason", _("Hãy ghi lý do trả lại bước trước."), most=1000)
    with opened(viewer, uid, "return_step", idempotency_key) as case:
        task = case.task(step)
        case.require_task(task)
        earlier = _earlier_step(case, task, to)
        if task["kind"] in ("approve", "sign", "review"):
            _approval(case, task, "send-back", text)
        _drop_after(case, earlier, task)
        case.close_task(task, state="returned", note=text)
        case.open_step(earlier, assignee=still_able(case, earlier, _who_did(case, to)))
        if case.status == Status.RECEIVED:
            case.set(status=int(Status.PROCESSING))
        case.tell("step-returned", step=to)
        return case.done()


def _earlier_step(case: Case, task: Row, to: str) -> StepPlan:
    plan = case.plan
    try:
        step = plan.step(to)
    except KeyError:
        step = None
    if step is None or to == task["key"] or not leads_to(plan, to, task["key"]) or step.kind == "reception":
        raise DossierRefused(
            "return.step", _("Chỉ trả lại được bước xử lý đứng trước bước này trong quy trình.")
        )
    return step


def _drop_after(case: Case, step: StepPlan, returned: Row) -> None:
    """Other open branches that the earlier step leads to will be opened again by it."""
    for task in list(case.tasks):
        if task is not returned and task["kind"] != "consult" and leads_to(case.plan, step.key, task["key"]):
            case.close_task(task, state="cancelled")


def _who_did(case: Case, key: str) -> int | None:
    return (
        Task.objects.filter(dossier_id=case.id, key=key, closed_at__isnull=False)
        .order_by("-id")
        .values_list("closed_by_id", flat=True)
        .first()
    )


# -- consultation ---------------------------------------------------------------------------------


@operation
def consult_units(
    viewer: Viewer,
    uid: uuid.UUID,
    units: Sequence[str],
    question: str,
    due: dt.datetime,
    *,
    step: str = "",
    idempotency_key: str | None = None,
) -> Done:
    """Asks one or many units for an opinion by a moment; each answers in its own work list."""
    text = required(question, "consultation.question", _("Hãy ghi nội dung cần lấy ý kiến."), most=4000)
    with opened(viewer, uid, "consult", idempotency_key) as case:
        task = case.task(step, kinds=("process", "review", "joint", "assign"))
        case.require_task(task)
        chosen = _units_to_ask(case, units)
        if due <= case.now:
            raise DossierRefused("consultation.due", _("Hạn trả lời ý kiến phải sau thời điểm hiện tại."))
        for unit in chosen:
            _ask(case, task, unit, text, due)
        if case.status == Status.RECEIVED:
            case.set(status=int(Status.PROCESSING))
        case.tell("consulted", units=", ".join(code for code, _path in chosen))
        return case.done()


def _units_to_ask(case: Case, codes: Sequence[str]) -> list[tuple[str, str]]:
    chosen = [unit_by_code(case.province_id, code) for code in dict.fromkeys(codes)]
    if not chosen:
        raise DossierRefused("consultation.units", _("Hãy chọn ít nhất một đơn vị để lấy ý kiến."))
    if case.row["unit_code"] in [code for code, _path in chosen]:
        raise DossierRefused(
            "consultation.self",
            _("Không lấy ý kiến chính đơn vị đang giải quyết; hãy phân công trong đơn vị."),
        )
    return chosen


def _ask(case: Case, task: Row, unit: tuple[str, str], question: str, due: dt.datetime) -> None:
    number = Consultation.objects.filter(dossier_id=case.id).count() + 1
    key = f"{task['key']}?{number}"
    calendar = calendar_for(case.province_id, unit[1])
    minutes = max(0, calendar.minutes_between(case.now, due))
    case.open_task(
        key=key,
        kind="consult",
        name=_("Trả lời lấy ý kiến: {step}").format(step=task["name"])[:500],
        role="processing-officer",
        unit=unit,
        minutes=minutes,
        due=due,
    )
    Consultation.objects.create(
        province_id=case.province_id,
        unit_code=unit[0],
        unit_path=unit[1],
        dossier_id=case.id,
        task_key=key,
        asked_at=case.now,
        asked_by_id=case.viewer.user_id,
        question=question,
        due_at=due,
    )


@operation
def answer_consultation(
    viewer: Viewer,
    uid: uuid.UUID,
    step: str,
    answer: str,
    *,
    agrees: bool | None = None,
    idempotency_key: str | None = None,
) -> Done:
    """A consulted unit answers; lateness shows in the control slip."""
    text = required(answer, "consultation.answer", _("Hãy ghi ý kiến trả lời."), most=4000)
    with opened(viewer, uid, "answer_consultation", idempotency_key) as case:
        task = case.task(step, kinds=("consult",))
        case.require_task(task)
        Consultation.objects.filter(dossier_id=case.id, task_key=step).update(
            answered_at=case.now, answered_by_id=viewer.user_id, answer=text, agrees=agrees
        )
        case.close_task(task, note="")
        case.tell("consultation-answered", unit=task["unit_code"])
        return case.done()


# -- approving and signing ------------------------------------------------------------------------


@operation
def submit_dossier(
    viewer: Viewer,
    uid: uuid.UUID,
    result: ResultDraft,
    *,
    step: str = "",
    note: str = "",
    assignee: int | None = None,
    without_answers: bool = False,
    idempotency_key: str | None = None,
) -> Done:
    """The officer submits a draft result for review or approval: the processing step ends."""
    required(result.name, "result.name", _("Hãy ghi tên kết quả trước khi trình duyệt."), most=500)
    with opened(viewer, uid, "submit", idempotency_key) as case:
        task = case.task(step, kinds=("process", "joint", "review"))
        case.require_task(task)
        require_other_hand(case, task["kind"], viewer.user_id)
        _settle_consultations(case, task, without_answers)
        advance(case, task, note=note[:1000], assignee=assignee, verb="submitted", result=result)
        return case.done()


@operation
def approve_dossier(
    viewer: Viewer,
    uid: uuid.UUID,
    *,
    step: str = "",
    note: str = "",
    assignee: int | None = None,
    idempotency_key: str | None = None,
) -> Done:
    """A leader approves the draft: who, by which authority, when; the next step opens."""
    with opened(viewer, uid, "approve", idempotency_key) as case:
        task = case.task(step, kinds=("approve", "review"))
        case.require_task(task)
        _approval(case, task, "approve", note)
        advance(case, task, note=note[:1000], assignee=assignee, verb="approved")
        return case.done()


@operation
def sign_dossier(
    viewer: Viewer,
    uid: uuid.UUID,
    *,
    step: str = "",
    note: str = "",
    idempotency_key: str | None = None,
) -> Done:
    """Signs the result by the authority held at this moment (a post, or a delegation still in force).

    Cryptographic signatures come with the documents' own signing; this records who decided, and by what right.
    Raises DossierRefused dossiers.authority.none.
    """
    with opened(viewer, uid, "sign", idempotency_key) as case:
        task = case.task(step, kinds=("sign",))
        case.require_task(task)
        _approval(case, task, "sign", note)
        advance(case, task, note=note[:1000], verb="signed")
        return case.done()


def _approval(case: Case, task: Row, kind: str, note: str) -> None:
    permission = may.SIGN if task["kind"] == "sign" else may.APPROVE
    authority = authority_of(case.viewer, permission, case.province_id, task["unit_path"])
    if authority is None:
        raise DossierRefused(
            "authority.none",
            _(
                "Tại thời điểm này bạn không có thẩm quyền ký, duyệt ở đơn vị này (uỷ quyền có thể đã hết hạn)."
            ),
        )
    if kind != "send-back":
        require_other_hand(case, task["kind"], case.viewer.user_id)
    case.on_behalf_of = authority.on_behalf_of
    case.insert_beside(
        "dossiers_approval",
        {
            "province_id": case.province_id,
            "dossier_id": case.id,
            "kind": kind,
            "at": case.now,
            "by_id": case.viewer.user_id,
            "on_behalf_of_id": authority.on_behalf_of,
            "authority": authority.kind,
            "authority_text": " · ".join(filter(None, (authority.title, authority.decision_number)))[:400],
            "unit_code": authority.unit_code or task["unit_code"],
            "note": note[:2000],
        },
    )


@operation
def record_result(
    viewer: Viewer,
    uid: uuid.UUID,
    *,
    result: ResultDraft | None = None,
    step: str = "",
    document_number: str = "",
    idempotency_key: str | None = None,
) -> Done:
    """Issues the result (vào sổ, phát hành): its number from the unit's register, status 9, the clock stops."""
    with opened(viewer, uid, "record_result", idempotency_key) as case:
        task = case.task(step)
        case.require_task(task)
        refuse_kinds(task, ("approve", "sign", "consult", "reception"))
        require_other_hand(case, task["kind"], viewer.user_id)
        if not any(one.kind == "return" for one in case.plan.after(task["key"])):
            raise DossierRefused(
                "result.too-early",
                _("Chưa đến bước phát hành kết quả: sau bước “{step}” quy trình còn bước khác.").format(
                    step=task["name"]
                ),
            )
        _settle_consultations(case, task, without_answers=False)
        advance(case, task, verb="result-recorded", result=result, document_number=document_number[:60])
        return case.done()


@operation
def draft_result(
    viewer: Viewer, uid: uuid.UUID, result: ResultDraft, *, idempotency_key: str | None = None
) -> Done:
    """Keeps a draft of the result without ending the step."""
    # a page has one key for all its forms: keeping a draft must not pass for submitting it
    with opened(viewer, uid, "submit", idempotency_key and f"draft:{idempotency_key}") as case:
        task = case.task(kinds=("process", "joint", "review", "approve", "sign", "issue"))
        case.require_task(task)
        keep_draft(case, result)
        case.tell("drafted", step=task["key"])
        return case.done()

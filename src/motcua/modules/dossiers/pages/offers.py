"""What may be done with a dossier now, each as a form: the fields it asks, and the operation it calls.

An offer is made only where the state table, the step and the visitor's rights allow it; the operation checks again.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from motcua.engine.files.api import DOCX, JPEG, PDF, PNG, store
from motcua.kernel.clock import local, now
from motcua.kernel.worktime import WorktimeError
from motcua.modules.catalogue.api import procedure_version
from motcua.modules.dossiers import api
from motcua.modules.dossiers import permissions as may
from motcua.modules.dossiers.clock import SYSTEM, kept_promise
from motcua.modules.dossiers.data import Done, HandedPaper, Handover, ResultDraft
from motcua.modules.dossiers.models import Task
from motcua.modules.dossiers.pages.desk import Desk
from motcua.modules.dossiers.performers import four_eyes_words
from motcua.modules.dossiers.queries import closing_of
from motcua.modules.dossiers.rules import late_causes
from motcua.reference.calendars.api import calendar_for
from motcua.reference.people.api import authority_of

Data = Mapping[str, Any]
DRAFTS = frozenset({PDF, DOCX, PNG, JPEG})


class OfferForm(forms.Form):
    """The form of one offer: its fields are those of the work it does."""

    def __init__(self, fields: Mapping[str, forms.Field], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in fields.items():
            self.fields[name] = field
            _dress(field)


def _dress(field: forms.Field) -> None:
    widget = field.widget
    if isinstance(widget, forms.CheckboxInput):
        widget.attrs.setdefault("class", "form-check-input")
    elif isinstance(widget, forms.Select):
        widget.attrs.setdefault("class", "form-select")
    elif not isinstance(widget, forms.HiddenInput | forms.RadioSelect):
        widget.attrs.setdefault("class", "form-control")
    field.error_messages["required"] = _("Hãy nhập ô này.")
    field.error_messages["invalid_choice"] = _("Hãy chọn trong danh sách.")


@dataclass(frozen=True, slots=True)
class Work:
    """One operation as a form. `ready` says whether it may be done now (with the open step, for work on a step)."""

    code: str
    label: Any
    ready: Callable[[Desk, Task], bool] | Callable[[Desk], bool]
    run: Callable[[Desk, Task | None, Data, str], Done]
    fields: Callable[[Desk, Task | None], dict[str, forms.Field]] = lambda _desk, _task: {}
    on_step: bool = True
    tone: str = ""
    help: Any = ""
    leaves: bool = True  # the visitor's work on it is done: back to the list


@dataclass(frozen=True, slots=True)
class Offer:
    """A work offered, with its form; `wrong` when it has just been refused."""

    work: Work
    task: Task | None
    form: OfferForm
    key: str
    wrong: bool = False
    primary: bool = False

    @property
    def open(self) -> bool:
        return self.wrong

    @property
    def anchor(self) -> str:
        return f"viec-{self.work.code}" + (f"-{self.task.pk}" if self.task else "")


# -- fields -----------------------------------------------------------------------------------------


def _long(label: str, *, required: bool = True, help_text: str = "", most: int = 2000) -> forms.Field:
    widget = forms.Textarea(attrs={"rows": 3})
    return forms.CharField(
        label=label, required=required, help_text=help_text, max_length=most, widget=widget
    )


def _note(_desk: Desk, _task: Task | None) -> dict[str, forms.Field]:
    return {"note": _long(_("Ghi chú"), required=False, most=1000)}


def _reason(label: str, help_text: str = "") -> Callable[[Desk, Task | None], dict[str, forms.Field]]:
    return lambda _desk, _task: {"reason": _long(_(label), help_text=_(help_text) if help_text else "")}


def _person(desk: Desk, task: Task | None) -> dict[str, forms.Field]:
    assert task is not None
    choices = [("", _("Chọn người")), *desk.performers(task.kind, task.unit_path)]
    return {"assignee": forms.TypedChoiceField(label=_("Giao cho"), choices=choices, coerce=int)}


def _next_person(desk: Desk, task: Task) -> dict[str, forms.Field]:
    people = desk.next_performers(task)
    if not people:
        return {}
    choices = [("", _("Để đơn vị tự nhận")), *people]
    label = _("Người làm bước sau")
    return {
        "assignee": forms.TypedChoiceField(
            label=label, choices=choices, coerce=int, required=False, empty_value=None
        )
    }


def _forward(desk: Desk, task: Task | None) -> dict[str, forms.Field]:
    assert task is not None and desk.plan is not None
    found: dict[str, forms.Field] = {}
    ways = {link.outcome: link.label for link in desk.plan.outcomes(task.key)}
    if len(ways) > 1:
        choices = [(code, label or (code if code else _("Bình thường"))) for code, label in ways.items()]
        choices.sort(key=lambda choice: choice[0] != "")
        found["outcome"] = forms.ChoiceField(label=_("Hướng xử lý"), choices=choices, required=False)
    found |= _next_person(desk, task)
    for step in desk.after(task):
        if step.kind == "joint" and not step.unit_code:
            label = _("Cơ quan phối hợp: {step}").format(step=step.name)
            found[f"unit_{step.key}"] = forms.ChoiceField(
                label=label, choices=[("", _("Chọn cơ quan")), *desk.units]
            )
    return found | _without_answers(desk, task) | _note(desk, task)


def _without_answers(desk: Desk, task: Task) -> dict[str, forms.Field]:
    asked = [one for one in desk.open_tasks if one.kind == "consult" and one.key.startswith(f"{task.key}?")]
    if not asked:
        return {}
    label = _("Chuyển khi chưa đủ ý kiến (chỉ khi đã hết hạn trả lời)")
    return {"without_answers": forms.BooleanField(label=label, required=False)}


def _draft(desk: Desk, task: Task | None) -> dict[str, forms.Field]:
    kept = desk.result
    choices = [("1", _("Đồng ý, cấp kết quả")), ("0", _("Không đồng ý, trả lời bằng văn bản"))]
    chosen = "1" if kept is None or kept.favourable else "0"
    return {
        "name": forms.CharField(
            label=_("Tên kết quả"), max_length=500, initial=kept.name if kept else _result_name(desk)
        ),
        "favourable": forms.ChoiceField(label=_("Kết luận"), choices=choices, initial=chosen),
        "summary": forms.CharField(
            label=_("Tóm tắt nội dung"),
            required=False,
            max_length=2000,
            initial=kept.summary if kept else "",
            widget=forms.Textarea(attrs={"rows": 3}),
        ),
        "file": forms.FileField(
            label=_("Tệp dự thảo (PDF, Word, ảnh)"),
            required=False,
            widget=forms.FileInput(attrs={"accept": ".pdf,.docx,.png,.jpg,.jpeg"}),
        ),
    }


def _result_name(desk: Desk) -> str:
    results = procedure_version(desk.dossier.version_id).content.results
    return results[0].name if results else ""


def _submit(desk: Desk, task: Task | None) -> dict[str, forms.Field]:
    assert task is not None
    return _draft(desk, task) | _next_person(desk, task) | _without_answers(desk, task) | _note(desk, task)


def _issue(desk: Desk, task: Task | None) -> dict[str, forms.Field]:
    number = forms.CharField(
        label=_("Số văn bản"),
        required=False,
        max_length=60,
        help_text=_("Để trống thì lấy số tiếp theo trong sổ của đơn vị."),
    )
    return ({} if desk.result else _draft(desk, task)) | {"document_number": number}


def _back_to(desk: Desk, task: Task | None) -> dict[str, forms.Field]:
    assert task is not None
    choices = [(step.key, f"{step.key}. {step.name}") for step in desk.earlier(task)]
    return {
        "to": forms.ChoiceField(label=_("Trả lại bước"), choices=choices),
        "reason": _long(_("Lý do trả lại"), most=1000),
    }


def _consult(desk: Desk, _task: Task | None) -> dict[str, forms.Field]:
    return {
        "units": forms.MultipleChoiceField(
            label=_("Đơn vị được hỏi"),
            choices=desk.units,
            help_text=_("Giữ Ctrl để chọn nhiều đơn vị."),
            widget=forms.SelectMultiple(attrs={"class": "form-select", "size": 6}),
        ),
        "question": _long(_("Nội dung cần lấy ý kiến"), most=4000),
        "due": _day(_("Trả lời trước hết ngày"), _working_day(desk, 3)),
    }


def _day(label: str, initial: dt.date | None) -> forms.Field:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(
        label=label, initial=initial, widget=widget, input_formats=["%Y-%m-%d", "%d/%m/%Y"]
    )


def _working_day(desk: Desk, after: int, start: dt.datetime | None = None) -> dt.date | None:
    try:
        calendar = calendar_for(desk.province.pk, desk.dossier.unit_path)
        return calendar.working_day_after(local(start or now()).date(), after)
    except WorktimeError:
        return None


def _closing(desk: Desk, day: dt.date) -> dt.datetime:
    return closing_of(desk.province.pk, desk.dossier.unit_path, day)


def _supplement(_desk: Desk, _task: Task | None) -> dict[str, forms.Field]:
    items = _long(
        _("Giấy tờ, nội dung cần bổ sung"),
        help_text=_("Mỗi dòng một mục. Hướng dẫn đầy đủ một lần: pháp luật chỉ cho yêu cầu một lần."),
        most=8000,
    )
    return {"items": items, "reason": _long(_("Lý do"))}


def _taking(_desk: Desk, _task: Task | None) -> dict[str, forms.Field]:
    return {
        "papers": _long(
            _("Giấy tờ đã nhận"),
            required=False,
            help_text=_("Mỗi dòng một giấy tờ; tải bản quét ở phần Giấy tờ sau khi nhận."),
            most=8000,
        )
    }


def _extension(desk: Desk, _task: Task | None) -> dict[str, forms.Field]:
    initial = _working_day(desk, 3, desk.dossier.promised)
    return {"new_date": _day(_("Ngày hẹn trả mới"), initial)} | _apology(desk, None)


def _apology(_desk: Desk, _task: Task | None) -> dict[str, forms.Field]:
    return {
        "reason": _long(_("Lý do (in vào văn bản xin lỗi)")),
        "cause": forms.ChoiceField(label=_("Nguyên nhân"), choices=cause_choices(), required=False),
    }


def cause_choices() -> list[tuple[str, str]]:
    return [("", _("Chọn nguyên nhân")), *((code, _(label)) for code, label in late_causes().items())]


def _cause(desk: Desk, _task: Task | None) -> dict[str, forms.Field]:
    field = forms.ChoiceField(
        label=_("Nguyên nhân"), choices=cause_choices(), initial=desk.dossier.late_reason
    )
    return {"cause": field}


def _transfer(desk: Desk, _task: Task | None) -> dict[str, forms.Field]:
    choices = [("", _("Chọn cơ quan")), *desk.units]
    return {
        "target": forms.ChoiceField(label=_("Cơ quan có thẩm quyền"), choices=choices),
        "reason": _long(_("Lý do chuyển")),
    }


def _handover(desk: Desk, _task: Task | None) -> dict[str, forms.Field]:
    hows = [("counter", _("Tại quầy")), ("post", _("Qua bưu chính công ích")), ("online", _("Trực tuyến"))]
    usual = {1: "counter", 2: "online", 3: "post"}.get(desk.dossier.return_channel, "counter")
    return {
        "how": forms.ChoiceField(label=_("Hình thức trả"), choices=hows, initial=usual),
        "to": forms.CharField(
            label=_("Người nhận"), required=False, max_length=200, initial=desk.dossier.applicant_name
        ),
        "authorised": forms.BooleanField(label=_("Nhận theo uỷ quyền"), required=False),
    }


def _receive(_desk: Desk, _task: Task | None) -> dict[str, forms.Field]:
    label = _("Chuyển ngay cho bộ phận giải quyết")
    return {"hand_over": forms.BooleanField(label=label, required=False, initial=True)}


def _answer(_desk: Desk, _task: Task | None) -> dict[str, forms.Field]:
    agrees = [("", _("Ý kiến khác")), ("1", _("Đồng ý")), ("0", _("Không đồng ý"))]
    return {
        "agrees": forms.ChoiceField(label=_("Kết luận"), choices=agrees, required=False),
        "answer": _long(_("Ý kiến trả lời"), most=4000),
    }


def _decide(_desk: Desk, _task: Task | None) -> dict[str, forms.Field]:
    choices = [("1", _("Đồng ý mở lại")), ("0", _("Không đồng ý"))]
    return {"grant": forms.ChoiceField(label=_("Quyết định"), choices=choices, widget=forms.RadioSelect)}


def _system(_desk: Desk, _task: Task | None) -> dict[str, forms.Field]:
    return {
        "system": forms.CharField(
            label=_("Hệ thống đang chờ"),
            max_length=100,
            widget=forms.TextInput(attrs={"list": "systems"}),
            help_text=_("Ví dụ: Cơ sở dữ liệu quốc gia về dân cư."),
        )
    }


def _plain_note(label: str) -> Callable[[Desk, Task | None], dict[str, forms.Field]]:
    return lambda _desk, _task: {"note": forms.CharField(label=_(label), required=False, max_length=300)}


# -- running ----------------------------------------------------------------------------------------


def draft_of(desk: Desk, data: Data) -> ResultDraft:
    """The draft typed, its file stored. Raises FileRefused."""
    file_id = None
    if data.get("file"):
        sent = data["file"]
        kept = store(sent.file, name=sent.name, province=desk.province, viewer=desk.viewer, accept=DRAFTS)
        file_id = kept.pk
    return ResultDraft(data["name"], data["favourable"] == "1", data["summary"], file_id)


def lines_of(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _run_forward(desk: Desk, task: Task | None, data: Data, key: str) -> Done:
    assert task is not None
    units = {name[5:]: data[name] for name in data if name.startswith("unit_") and data[name]}
    return api.forward_dossier(
        desk.viewer,
        desk.dossier.uid,
        step=task.key,
        outcome=data.get("outcome", ""),
        note=data["note"],
        assignee=data.get("assignee"),
        units=units,
        without_answers=bool(data.get("without_answers")),
        idempotency_key=key,
    )


def _run_submit(desk: Desk, task: Task | None, data: Data, key: str) -> Done:
    assert task is not None
    with transaction.atomic():
        return api.submit_dossier(
            desk.viewer,
            desk.dossier.uid,
            draft_of(desk, data),
            step=task.key,
            note=data["note"],
            assignee=data.get("assignee"),
            without_answers=bool(data.get("without_answers")),
            idempotency_key=key,
        )


def _run_issue(desk: Desk, task: Task | None, data: Data, key: str) -> Done:
    assert task is not None
    with transaction.atomic():
        draft = draft_of(desk, data) if "name" in data else None
        return api.record_result(
            desk.viewer,
            desk.dossier.uid,
            result=draft,
            step=task.key,
            document_number=data["document_number"],
            idempotency_key=key,
        )


def _run_draft(desk: Desk, _task: Task | None, data: Data, key: str) -> Done:
    with transaction.atomic():
        return api.draft_result(desk.viewer, desk.dossier.uid, draft_of(desk, data), idempotency_key=key)


def _run_take(desk: Desk, _task: Task | None, data: Data, key: str) -> Done:
    papers = [HandedPaper(name) for name in lines_of(data["papers"])]
    return api.take_supplement(desk.viewer, desk.dossier.uid, papers, idempotency_key=key)


def _run_answer(desk: Desk, task: Task | None, data: Data, key: str) -> Done:
    assert task is not None
    agrees = {"1": True, "0": False}.get(data["agrees"])
    return api.answer_consultation(
        desk.viewer, desk.dossier.uid, task.key, data["answer"], agrees=agrees, idempotency_key=key
    )


def _run_consult(desk: Desk, task: Task | None, data: Data, key: str) -> Done:
    assert task is not None
    due = _closing(desk, data["due"])
    return api.consult_units(
        desk.viewer,
        desk.dossier.uid,
        data["units"],
        data["question"],
        due,
        step=task.key,
        idempotency_key=key,
    )


def _run_extend(desk: Desk, _task: Task | None, data: Data, key: str) -> Done:
    new = _closing(desk, data["new_date"])
    return api.extend_dossier(
        desk.viewer, desk.dossier.uid, new, data["reason"], cause=data["cause"], idempotency_key=key
    )


def _run_return(desk: Desk, _task: Task | None, data: Data, key: str) -> Done:
    handover = Handover(data["how"], data["to"], data["authorised"])
    return api.return_result(desk.viewer, desk.dossier.uid, handover, idempotency_key=key)


def _on_step(function: Callable[..., Done], *names: str) -> Callable[[Desk, Task | None, Data, str], Done]:
    """Calls an operation on a step with the fields of these names."""

    def run(desk: Desk, task: Task | None, data: Data, key: str) -> Done:
        assert task is not None
        values = {name: data[name] for name in names if name in data}
        return function(desk.viewer, desk.dossier.uid, step=task.key, idempotency_key=key, **values)

    return run


def _whole(
    function: Callable[..., Done], *names: str, **known: Any
) -> Callable[[Desk, Task | None, Data, str], Done]:
    """Calls an operation on the dossier, the fields of these names in its order."""

    def run(desk: Desk, _task: Task | None, data: Data, key: str) -> Done:
        values = [data[name] for name in names]
        return function(desk.viewer, desk.dossier.uid, *values, idempotency_key=key, **known)

    return run


def _run_apologise(desk: Desk, _task: Task | None, data: Data, key: str) -> Done:
    return api.apologise(
        desk.viewer, desk.dossier.uid, data["reason"], cause=data["cause"], idempotency_key=key
    )


def _run_supplement(desk: Desk, _task: Task | None, data: Data, key: str) -> Done:
    items = lines_of(data["items"])
    return api.request_supplement(desk.viewer, desk.dossier.uid, items, data["reason"], idempotency_key=key)


def _run_receive(desk: Desk, _task: Task | None, data: Data, key: str) -> Done:
    return api.receive_dossier(
        desk.viewer, desk.dossier.uid, hand_over=bool(data["hand_over"]), idempotency_key=key
    )


def _run_decide(desk: Desk, _task: Task | None, data: Data, key: str) -> Done:
    return api.decide_reopening(
        desk.viewer, desk.dossier.uid, grant=data["grant"] == "1", idempotency_key=key
    )


# -- when -------------------------------------------------------------------------------------------


def _late(desk: Desk) -> bool:
    dossier = desk.dossier
    return kept_promise(dossier.promised, dossier.ended_at, now()) is False


def _may_extend(desk: Desk) -> bool:
    promised = desk.dossier.promised
    return (
        desk.may_move("extend") and promised is not None and promised > now() and not desk.dossier.extensions
    )


def _may_reason(desk: Desk) -> bool:
    path = desk.dossier.unit_path
    return (_late(desk) or desk.dossier.extensions > 0) and any(
        desk.may(one, path) for one in (may.PROCESS, may.ASSIGN, may.EXTEND)
    )


def _may_forward(desk: Desk, task: Task) -> bool:
    if task.kind in ("approve", "sign", "consult", "return", "review") or not desk.may_do(task):
        return False
    nexts = desk.after(task)
    if task.kind == "process" and nexts and all(one.kind in ("approve", "review", "sign") for one in nexts):
        return len({link.outcome for link in desk.plan.outcomes(task.key)}) > 1 if desk.plan else False
    return bool(nexts) and not desk.leads_to_return(task) and desk.may_move("forward")


def _may_submit(desk: Desk, task: Task) -> bool:
    if task.kind != "process" or not desk.may_do(task) or not desk.may_move("submit"):
        return False
    return any(one.kind in ("approve", "review", "sign") for one in desk.after(task))


def _may_issue(desk: Desk, task: Task) -> bool:
    if task.kind in ("approve", "sign", "consult", "reception", "return", "review"):
        return False
    return desk.may_do(task) and desk.leads_to_return(task) and desk.may_move("record_result")


def _may_consult(desk: Desk, task: Task) -> bool:
    fits = task.kind in ("process", "review", "joint", "assign")
    return fits and desk.may_do(task) and desk.may_move("consult")


def _may_claim(desk: Desk, task: Task) -> bool:
    return (
        task.assignee_id is None
        and task.kind != "return"
        and desk.may_move("claim")
        and desk.may_decide(task)
    )


def _may_assign(desk: Desk, task: Task) -> bool:
    return task.kind != "return" and desk.may_move("assign") and desk.may(may.ASSIGN, task.unit_path)


def _may_answer(desk: Desk, task: Task) -> bool:
    return (
        task.kind == "consult"
        and "?" in task.key
        and desk.may_do(task)
        and desk.may_move("answer_consultation")
    )


def _may_decide(kinds: tuple[str, ...], operation: str) -> Callable[[Desk, Task], bool]:
    return lambda desk, task: task.kind in kinds and desk.may_decide(task) and desk.may_move(operation)


def _may_send_back(desk: Desk, task: Task) -> bool:
    fits = task.kind not in ("consult", "return", "reception")
    return fits and desk.may_do(task) and desk.may_move("return_step") and bool(desk.earlier(task))


def _may_draft(desk: Desk, task: Task) -> bool:
    fits = task.kind in ("process", "joint")
    return fits and desk.may_do(task) and desk.may_move("submit")


def _may_ask_supplement(desk: Desk) -> bool:
    """Once by law; again only with a leader's consent not used yet."""
    once = desk.dossier.supplements == 0 or any(one.used_at is None for one in desk.consents)
    return once and desk.may_move("request_supplement")


def _needs_consent(desk: Desk) -> bool:
    used = [one for one in desk.consents if one.used_at is None]
    return desk.dossier.supplements > 0 and not used and desk.may_move("consent_supplement")


def _moves(operation: str) -> Callable[[Desk], bool]:
    return lambda desk: desk.may_move(operation)


def _unpaused(operation: str) -> Callable[[Desk], bool]:
    return lambda desk: not desk.dossier.paused_for and desk.may_move(operation)


def _may_refuse(desk: Desk) -> bool:
    return desk.may_move("refuse")


WORKS: tuple[Work, ...] = (
    Work("claim", gettext_lazy("Nhận việc"), _may_claim, _on_step(api.claim_step), leaves=False),
    Work("answer", gettext_lazy("Trả lời ý kiến"), _may_answer, _run_answer, _answer),
    Work("submit", gettext_lazy("Trình lãnh đạo duyệt, ký"), _may_submit, _run_submit, _submit),
    Work("approve", gettext_lazy("Duyệt"), _may_decide(("approve", "review"), "approve"), _on_step(api.approve_dossier, "note"), _note),
    Work("sign", gettext_lazy("Ký"), _may_decide(("sign",), "sign"), _on_step(api.sign_dossier, "note"), _note),
    Work("forward", gettext_lazy("Chuyển bước sau"), _may_forward, _run_forward, _forward),
    Work("issue", gettext_lazy("Phát hành kết quả"), _may_issue, _run_issue, _issue),
    Work("draft", gettext_lazy("Lưu dự thảo kết quả"), _may_draft, _run_draft, _draft, leaves=False),
    Work("consult", gettext_lazy("Lấy ý kiến đơn vị khác"), _may_consult, _run_consult, _consult, leaves=False),
    Work("send-back", gettext_lazy("Trả lại bước trước"), _may_send_back, lambda desk, task, data, key: api.return_step(desk.viewer, desk.dossier.uid, data["to"], data["reason"], step=task.key if task else "", idempotency_key=key), _back_to),
    Work("assign", gettext_lazy("Phân công, điều chuyển"), _may_assign, _on_step(api.assign_step, "assignee"), _person),
    Work("receive", gettext_lazy("Tiếp nhận"), _moves("receive"), _run_receive, _receive, on_step=False),
    Work("return-result", gettext_lazy("Trả kết quả"), _moves("return_result"), _run_return, _handover, on_step=False),
    Work("take-supplement", gettext_lazy("Nhận giấy tờ bổ sung"), _moves("take_supplement"), _run_take, _taking, on_step=False, leaves=False),
    Work("resume-payment", gettext_lazy("Đã nộp nghĩa vụ tài chính: cho chạy tiếp"), _moves("resume_after_payment"), _whole(api.resume_after_payment, "note"), _plain_note(gettext_noop("Chứng từ")), on_step=False, leaves=False),
    Work("resume-system", gettext_lazy("Hệ thống quốc gia đã trả lời"), lambda desk: desk.dossier.paused_for == SYSTEM and desk.may_move("resume_from_system"), _whole(api.resume_from_system), on_step=False, leaves=False),
    Work("supplement", gettext_lazy("Yêu cầu bổ sung"), _may_ask_supplement, _run_supplement, _supplement, on_step=False, help=gettext_lazy("In phiếu yêu cầu bổ sung (mẫu 02); đồng hồ dừng đến khi nhận đủ.")),
    Work("consent", gettext_lazy("Đồng ý yêu cầu bổ sung thêm"), _needs_consent, _whole(api.consent_to_supplement, "reason"), _reason(gettext_noop("Lý do đồng ý")), on_step=False, leaves=False, help=gettext_lazy("Chỉ khi tỉnh có ngoại lệ đang hiệu lực; hồ sơ bị tính là trễ hạn trong bộ chỉ số.")),
    Work("pause-payment", gettext_lazy("Tạm dừng chờ nghĩa vụ tài chính"), _unpaused("pause_for_payment"), _whole(api.pause_for_payment, "note"), _plain_note(gettext_noop("Khoản phải nộp")), on_step=False),
    Work("wait-system", gettext_lazy("Chờ hệ thống quốc gia"), _unpaused("wait_for_system"), _whole(api.wait_for_system, "system"), _system, on_step=False, leaves=False, help=gettext_lazy("Hạn của bước đứng lại; ngày hẹn với người nộp không đổi.")),
    Work("extend", gettext_lazy("Xin lỗi và gia hạn"), _may_extend, _run_extend, _extension, on_step=False, leaves=False, help=gettext_lazy("Một lần, trước ngày hẹn trả ít nhất một ngày; in văn bản xin lỗi (mẫu 04).")),
    Work("apologise", gettext_lazy("Gửi thư xin lỗi vì quá hạn"), lambda desk: _late(desk) and desk.may_move("apologise"), _run_apologise, _apology, on_step=False, leaves=False),
    Work("late-reason", gettext_lazy("Ghi nguyên nhân quá hạn"), _may_reason, _whole(api.record_late_reason, "cause"), _cause, on_step=False, leaves=False),
    Work("transfer", gettext_lazy("Chuyển cơ quan có thẩm quyền"), _moves("transfer"), _whole(api.transfer_dossier, "target", "reason"), _transfer, on_step=False),
    Work("refuse", gettext_lazy("Từ chối"), _may_refuse, _whole(api.refuse_dossier, "reason"), _reason(gettext_noop("Lý do từ chối"), gettext_noop("In vào phiếu từ chối (mẫu 03).")), on_step=False, tone="danger"),
    Work("withdraw", gettext_lazy("Rút hồ sơ theo yêu cầu người nộp"), _moves("withdraw"), _whole(api.withdraw_dossier, "reason"), _reason(gettext_noop("Yêu cầu rút hồ sơ")), on_step=False, tone="danger"),
    Work("stop", gettext_lazy("Dừng giải quyết"), _moves("stop"), _whole(api.stop_dossier, "reason"), _reason(gettext_noop("Lý do dừng"), gettext_noop("In vào thông báo dừng (mẫu 05).")), on_step=False, tone="danger"),
    Work("ask-reopening", gettext_lazy("Đề nghị mở lại"), lambda desk: desk.may_move("ask_reopening") and desk.reopening is None, _whole(api.ask_reopening, "reason"), _reason(gettext_noop("Sai sót cần sửa"), gettext_noop("Người khác quyết định (hai người cùng xác nhận).")), on_step=False, leaves=False),
    Work("decide-reopening", gettext_lazy("Quyết định mở lại"), lambda desk: desk.reopening is not None and desk.reopening.asked_by_id != desk.viewer.user_id and desk.may_move("reopen"), _run_decide, _decide, on_step=False, leaves=False),
)  # fmt: skip
BY_CODE = {work.code: work for work in WORKS}
# What is done most often from a step comes first and stands out.
_PRIMARY = ("answer", "submit", "approve", "sign", "issue", "forward", "receive", "return-result", "take-supplement", "resume-payment", "resume-system", "decide-reopening")  # fmt: skip


def offers(desk: Desk, key: str, bound: Offer | None = None) -> tuple[list[dict[str, Any]], list[Offer]]:
    """By open step what may be done on it, and what on the whole dossier. `bound`: the offer just refused."""
    steps = []
    for task in desk.open_tasks:
        made = [
            _offer(work, desk, task, key, bound)
            for work in WORKS
            if work.on_step and work.ready(desk, task)  # type: ignore[call-arg]
        ]
        barred = desk.may_do(task) and not desk.may_decide(task)
        if made or barred:
            steps.append(
                {
                    "task": task,
                    "offers": made,
                    "authority": _authority(desk, task),
                    "barred": four_eyes_words(mine=True) if barred else "",
                }
            )
    whole = [
        _offer(work, desk, None, key, bound)
        for work in WORKS
        if not work.on_step and work.ready(desk)  # type: ignore[call-arg]
    ]
    return steps, whole


def _offer(work: Work, desk: Desk, task: Task | None, key: str, bound: Offer | None) -> Offer:
    if bound is not None and bound.work is work and (bound.task is None or bound.task.pk == task.pk):  # type: ignore[union-attr]
        return bound
    return make_offer(work, desk, task, key)


def make_offer(
    work: Work, desk: Desk, task: Task | None, key: str, data: Any = None, files: Any = None
) -> Offer:
    auto_id = f"{work.code}-{task.pk if task else 0}-%s"
    form = OfferForm(work.fields(desk, task), data, files, auto_id=auto_id)
    return Offer(work, task, form, key, wrong=data is not None, primary=work.code in _PRIMARY)


def is_ready(work: Work, desk: Desk, task: Task | None) -> bool:
    if work.on_step:
        return task is not None and work.ready(desk, task)  # type: ignore[call-arg]
    return work.ready(desk)  # type: ignore[call-arg]


def _authority(desk: Desk, task: Task) -> str:
    """By which right the visitor decides at a step to approve or sign, in words."""
    if task.kind not in ("approve", "review", "sign"):
        return ""
    permission = may.SIGN if task.kind == "sign" else may.APPROVE
    found = authority_of(desk.viewer, permission, desk.province.pk, task.unit_path)
    if found is None:
        return ""
    return " · ".join(filter(None, (_(found.title), found.decision_number)))

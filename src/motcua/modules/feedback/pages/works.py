"""What may be done with a petition on its page: with which fields, by which operation."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from motcua.engine.permissions.api import Viewer
from motcua.engine.provinces.api import Province
from motcua.kernel.clock import today
from motcua.modules.feedback import api
from motcua.modules.feedback.data import Publication, TicketDone
from motcua.modules.feedback.models import Kind, Ticket
from motcua.modules.feedback.queries import moves_for
from motcua.modules.feedback.rules import words
from motcua.modules.feedback.states import TABLE
from motcua.reference.organisations.api import units_on

Choices = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Scene:
    """Who stands before which petition."""

    viewer: Viewer
    province: Province
    row: Ticket


@dataclass(frozen=True, slots=True)
class Work:
    """One work: `fields` builds its form's fields, `run` its operation with what was typed and the key."""

    operation: str
    fields: Callable[[Scene], dict[str, forms.Field]]
    run: Callable[[Scene, Mapping[str, Any], str], TicketDone]
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Offer:
    """A work with its form, fresh or as it was sent."""

    work: Work
    label: str
    form: forms.Form
    key: str
    is_open: bool = False


def _text(label: Any, most: int = 4000, **more: Any) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": 3, "class": "form-control", "maxlength": most})
    return forms.CharField(label=label, max_length=most, widget=widget, **more)


def _choice(label: Any, choices: Choices, **more: Any) -> forms.ChoiceField:
    widget = forms.Select(attrs={"class": "form-select"})
    return forms.ChoiceField(label=label, choices=choices, widget=widget, **more)


def _line(label: Any, most: int, **more: Any) -> forms.CharField:
    widget = forms.TextInput(attrs={"class": "form-control"})
    return forms.CharField(label=label, max_length=most, widget=widget, **more)


def _number(label: Any, initial: int) -> forms.IntegerField:
    widget = forms.NumberInput(attrs={"class": "form-control"})
    return forms.IntegerField(label=label, min_value=0, initial=initial, widget=widget)


def _coded(name: str) -> Choices:
    return [("", "–"), *((code, _(label)) for code, label in words()[name].items())]


def _units(scene: Scene) -> Choices:
    units = units_on(scene.province, today())
    return [("", "–"), *((one.code, one.name) for one in units if one.code != scene.row.unit_code)]


def _officers(scene: Scene) -> Choices:
    found = api.officers_of(scene.province, scene.row.unit_path)
    return [("", "–"), *((str(one.pk), one.display_name) for one in found)]


def _only(label: Any) -> Callable[[Scene], dict[str, forms.Field]]:
    return lambda scene: {"text": _text(label)}


_REASON = gettext_lazy("Lý do")
WORKS: tuple[Work, ...] = (
    Work("accept", lambda s: {}, lambda s, d, k: api.accept_ticket(s.viewer, s.province, s.row.uid, idempotency_key=k)),
    Work("assign", lambda s: {"assignee": _choice(gettext_lazy("Người xử lý"), _officers(s))}, lambda s, d, k: api.assign_ticket(s.viewer, s.province, s.row.uid, int(d["assignee"]), idempotency_key=k)),
    Work("answer", lambda s: {"measure": _choice(gettext_lazy("Kết quả xử lý"), _coded("outcomes")), "text": _text(gettext_lazy("Nội dung trả lời"), 20_000)}, lambda s, d, k: api.answer_ticket(s.viewer, s.province, s.row.uid, d["text"], d["measure"], idempotency_key=k)),
    Work("publish", lambda s: {"question": _text(gettext_lazy("Câu hỏi công khai, không nêu người gửi"), 10_000), "answer": _text(gettext_lazy("Trả lời công khai"), 10_000)}, lambda s, d, k: api.publish_ticket(s.viewer, s.province, s.row.uid, Publication(d["question"], d["answer"]), idempotency_key=k)),
    Work("record_clarification", _only(gettext_lazy("Người gửi cho biết")), lambda s, d, k: api.record_clarification(s.viewer, s.province, s.row.uid, d["text"], idempotency_key=k)),
    Work("ask_sender", _only(gettext_lazy("Nội dung cần làm rõ")), lambda s, d, k: api.ask_sender(s.viewer, s.province, s.row.uid, d["text"], idempotency_key=k)),
    Work("forward", lambda s: {"target": _choice(gettext_lazy("Đơn vị nhận"), _units(s)), "text": _text(_REASON)}, lambda s, d, k: api.forward_ticket(s.viewer, s.province, s.row.uid, d["target"], d["text"], idempotency_key=k)),
    Work("transfer", lambda s: {"agency": _line(gettext_lazy("Cơ quan nhận"), 300)}, lambda s, d, k: api.transfer_ticket(s.viewer, s.province, s.row.uid, d["agency"], idempotency_key=k)),
    Work("classify", lambda s: {"kind": _choice(gettext_lazy("Loại"), [(code, _(label)) for code, label in Kind.choices], initial=s.row.kind), "topic": _choice(gettext_lazy("Chủ đề"), _coded("topics"), required=False, initial=s.row.topic), "summary": _line(gettext_lazy("Trích yếu"), 500, required=False, initial=s.row.summary)}, lambda s, d, k: api.classify_ticket(s.viewer, s.province, s.row.uid, kind=d["kind"], topic=d["topic"], summary=d["summary"], idempotency_key=k)),
    Work("record_reactions", lambda s: {"likes": _number(gettext_lazy("Lượt hài lòng"), s.row.likes), "dislikes": _number(gettext_lazy("Lượt không hài lòng"), s.row.dislikes)}, lambda s, d, k: api.record_reactions(s.viewer, s.province, s.row.uid, d["likes"], d["dislikes"], idempotency_key=k)),
    Work("mark_repeat", lambda s: {"earlier": _line(gettext_lazy("Số của phản ánh, kiến nghị trước; bỏ trống là bỏ đánh dấu"), 60, required=False)}, lambda s, d, k: api.mark_repeat(s.viewer, s.province, s.row.uid, d["earlier"], idempotency_key=k)),
    Work("reopen", _only(_REASON), lambda s, d, k: api.reopen_ticket(s.viewer, s.province, s.row.uid, d["text"], idempotency_key=k)),
    Work("close", _only(gettext_lazy("Lý do không công khai")), lambda s, d, k: api.close_ticket(s.viewer, s.province, s.row.uid, d["text"], idempotency_key=k), "danger"),
    Work("refuse", lambda s: {"reason": _choice(_REASON, _coded("refusals")), "text": _text(gettext_lazy("Nội dung báo người gửi"))}, lambda s, d, k: api.refuse_ticket(s.viewer, s.province, s.row.uid, d["reason"], d["text"], idempotency_key=k), "danger"),
    Work("withdraw", _only(gettext_lazy("Yêu cầu của người gửi")), lambda s, d, k: api.withdraw_ticket(s.viewer, s.province, s.row.uid, d["text"], idempotency_key=k), "danger"),
)  # fmt: skip
BY_CODE = {work.operation: work for work in WORKS}


def make_form(work: Work, scene: Scene, data: Any = None) -> forms.Form:
    """The form of a work; its fields' ids are its own, since a page shows several."""
    form = forms.Form(data, auto_id=f"{work.operation}-%s")
    form.fields.update(work.fields(scene))
    return form


def offers(scene: Scene, bound: Offer | None = None) -> list[Offer]:
    """What the viewer may do now, in the order of the page; `bound`: the one that was sent and refused."""
    allowed = {move.operation for move in moves_for(scene.viewer, scene.row)}
    return [
        bound
        if bound is not None and bound.work is work
        else Offer(work, _(TABLE[work.operation].label), make_form(work, scene), uuid.uuid4().hex)
        for work in WORKS
        if work.operation in allowed
    ]

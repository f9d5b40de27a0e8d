"""Petitions by deadline, one petition, its works, its sender, and taking one in."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from motcua.engine.permissions.api import NotPermitted, ViewedRequest, page
from motcua.kernel.clock import local, now, today
from motcua.modules.feedback import api
from motcua.modules.feedback import permissions as may
from motcua.modules.feedback.data import Petition, Sender
from motcua.modules.feedback.errors import FeedbackRefused
from motcua.modules.feedback.models import Channel, Kind, Ticket
from motcua.modules.feedback.pages.works import BY_CODE, Offer, Scene, make_form, offers
from motcua.modules.feedback.queries import (
    TicketFilter,
    counts_of_tickets,
    history_of,
    open_sender,
    open_words,
)
from motcua.modules.feedback.rules import words
from motcua.modules.feedback.states import OPEN, STATE_WORDS, State, state_word
from motcua.reference.organisations.api import units_on

SHOWN = 50
TABS = (
    ("unit", "", gettext_lazy("Đang giải quyết")),
    ("mine", "", gettext_lazy("Của tôi")),
    ("free", "", gettext_lazy("Chưa phân công")),
    ("unit", "late", gettext_lazy("Quá hạn")),
    ("unit", "week", gettext_lazy("Đến hạn trong 7 ngày")),
)


@page(may.VIEW)
def tickets(request: ViewedRequest) -> HttpResponse:
    """Petitions of the visitor's units, the earliest deadline first, fifty a page."""
    if request.province is None:
        raise Http404
    asked = request.GET
    wanted = TicketFilter(
        whose=asked.get("ai", "unit"),
        due=asked.get("han", ""),
        state=asked.get("trang-thai", "") if asked.get("trang-thai", "") in (*STATE_WORDS, "all") else "",
        kind=asked.get("loai", "") if asked.get("loai", "") in Kind.values else "",
        words=asked.get("q", ""),
    )
    rows = api.list_tickets(request.viewer, request.province, wanted)
    shown = Paginator(rows, SHOWN).get_page(asked.get("trang"))
    names = _unit_names(request)
    counted = counts_of_tickets(request.viewer, request.province)
    context = {
        "lines": [{"row": row, "due": due_state(row), "unit": names.get(row.unit_code, row.unit_code), "state": state_word(row.state)} for row in shown],
        "shown": shown,
        "tabs": [_tab(tab, wanted, counted) for tab in TABS],
        "wanted": wanted,
        "kinds": [(code, _(label)) for code, label in Kind.choices],
        "states": [("all", _("mọi trạng thái")), *((str(code), _(word)) for code, word in STATE_WORDS.items())],
        "query": urlencode({name: value for name, value in asked.items() if name != "trang"}),
        "may_receive": request.viewer.may(may.RECEIVE, province=request.province),
    }  # fmt: skip
    return render(request, "feedback/tickets.html", context)


def _tab(tab: tuple[str, str, Any], wanted: TicketFilter, counted: Any) -> dict[str, Any]:
    whose, due, label = tab
    number = counted[due or {"unit": "open"}.get(whose, whose)]
    chosen = (wanted.whose, wanted.due, wanted.state, wanted.words) == (whose, due, "", "")
    return {"label": label, "count": number, "url": f"?ai={whose}&han={due}", "chosen": chosen}


def _unit_names(request: ViewedRequest) -> dict[str, str]:
    return {one.code: one.name for one in units_on(request.province, today())} if request.province else {}


def due_state(row: Ticket, moment: dt.datetime | None = None) -> dict[str, str]:
    """The deadline in a word and a colour: by the day, as lateness is judged."""
    if row.resolved_at is not None:
        return {"word": _("đúng hạn"), "css": "good"} if row.on_time else {"word": _("trễ hạn"), "css": "bad"}
    if row.state == State.CLARIFYING:
        return {"word": _("chờ người gửi"), "css": "wait"}
    left = (local(row.due_at).date() - local(moment or now()).date()).days
    if left < 0:
        return {"word": _("quá hạn {days} ngày").format(days=-left), "css": "bad"}
    if left == 0:
        return {"word": _("hết hạn hôm nay"), "css": "warn"}
    return {"word": _("còn {days} ngày").format(days=left), "css": "good" if left > 3 else "warn"}


@page(may.VIEW)
def ticket(request: ViewedRequest, uid: uuid.UUID) -> HttpResponse:
    """One petition: what was sent and answered, its limits, its history, and what may be done."""
    return _show(request, _ticket_or_404(request, uid))


@page(may.VIEW, methods=("POST",))
def act(request: ViewedRequest, uid: uuid.UUID, work: str) -> HttpResponse:
    """Does one of the works offered; a refusal comes back beside what was typed."""
    row = _ticket_or_404(request, uid)
    wanted = BY_CODE.get(work)
    if wanted is None or request.province is None:
        raise Http404
    scene = Scene(request.viewer, request.province, row)
    form = make_form(wanted, scene, request.POST)
    key = request.POST.get("key", "")[:64] or uuid.uuid4().hex
    if form.is_valid():
        try:
            wanted.run(scene, form.cleaned_data, key)
            messages.success(request, _("Đã ghi: phản ánh, kiến nghị {number}.").format(number=row.number))
            return _back(request, uid)
        except FeedbackRefused as refusal:
            form.add_error(None, refusal.message)
        except NotPermitted:
            form.add_error(None, _("Tài khoản của bạn không có quyền làm việc này với phản ánh, kiến nghị."))
    row = _ticket_or_404(request, uid)
    bound = Offer(wanted, "", form, key, True)
    return _show(request, row, bound=bound, status=400)


def _back(request: ViewedRequest, uid: uuid.UUID) -> HttpResponse:
    """To the petition; to the list when it went to a unit that is not the visitor's."""
    assert request.province is not None
    if api.find_ticket(request.viewer, request.province, uid) is None:
        return redirect("feedback:tickets")
    return redirect("feedback:ticket", uid=uid)


@page(may.VIEW, methods=("POST",))
def sender(request: ViewedRequest, uid: uuid.UUID) -> HttpResponse:
    """Who sent it, in plain text, once the reading is noted."""
    row = _ticket_or_404(request, uid)
    answer = _show(request, row, person=open_sender(request.viewer, row))
    answer["Cache-Control"] = "no-store"
    return answer


def _ticket_or_404(request: ViewedRequest, uid: uuid.UUID) -> Ticket:
    found = api.find_ticket(request.viewer, request.province, uid) if request.province else None
    if found is None:
        raise Http404
    return found


def _show(
    request: ViewedRequest,
    row: Ticket,
    *,
    bound: Offer | None = None,
    person: Sender | None = None,
    status: int = 200,
) -> HttpResponse:
    assert request.province is not None
    shown = offers(Scene(request.viewer, request.province, row), bound)
    refused = [] if bound is None or bound in shown else list(bound.form.non_field_errors())
    names, codes = _unit_names(request), words()
    context = {
        "row": row,
        "due": due_state(row),
        "state": state_word(row.state),
        "is_open": row.state in OPEN,
        "unit": names.get(row.unit_code, row.unit_code),
        "received_unit": names.get(row.received_code, row.received_code),
        "topic": _(codes["topics"][row.topic]) if row.topic in codes["topics"] else "",
        "reason": _(codes["refusals"][row.reason]) if row.reason in codes["refusals"] else "",
        "measure": _(codes["outcomes"][row.measure]) if row.measure in codes["outcomes"] else "",
        "opened": open_words(row),
        "history": history_of(row),
        "offers": shown,
        "refused": refused or ([_("Việc này không còn làm được: trạng thái đã đổi.")] if bound and bound not in shown else []),
        "person": person,
    }  # fmt: skip
    return render(request, "feedback/ticket.html", context, status=status)


# -- taking one in ------------------------------------------------------------------------------


class PetitionForm(forms.Form):
    """A petition as it comes to the desk; what is wrong is said by the operation."""

    receiving = forms.ChoiceField(label=gettext_lazy("Đơn vị tiếp nhận"))
    channel = forms.ChoiceField(label=gettext_lazy("Hình thức gửi"))
    kind = forms.ChoiceField(label=gettext_lazy("Loại"))
    name = forms.CharField(
        label=gettext_lazy("Họ tên, tên tổ chức của người gửi"), max_length=200, required=False
    )
    phone = forms.CharField(label=gettext_lazy("Số điện thoại"), max_length=30, required=False)
    email = forms.CharField(label=gettext_lazy("Thư điện tử"), max_length=254, required=False)
    address = forms.CharField(label=gettext_lazy("Địa chỉ"), max_length=500, required=False)
    content = forms.CharField(
        label=gettext_lazy("Nội dung"), max_length=20_000, widget=forms.Textarea(attrs={"rows": 6})
    )
    summary = forms.CharField(
        label=gettext_lazy("Trích yếu, không có dữ liệu cá nhân"), max_length=500, required=False
    )
    procedure_code = forms.CharField(label=gettext_lazy("Mã thủ tục, nếu có"), max_length=20, required=False)
    dossier_code = forms.CharField(label=gettext_lazy("Mã hồ sơ, nếu có"), max_length=60, required=False)  # fmt: skip

    def __init__(self, data: Any, units: list[tuple[str, str]]) -> None:
        super().__init__(data)
        for name, choices in (
            ("receiving", units),
            ("channel", [(code, _(label)) for code, label in Channel.choices]),
            ("kind", [(code, _(label)) for code, label in Kind.choices]),
        ):
            self.fields[name].choices = choices  # type: ignore[attr-defined]
        for field in self.fields.values():
            is_choice = isinstance(field, forms.ChoiceField)
            field.widget.attrs["class"] = "form-select" if is_choice else "form-control"


@page(may.RECEIVE, methods=("GET", "POST"))
def receive(request: ViewedRequest) -> HttpResponse:
    """The form of a petition, at the visitor's own units."""
    if request.province is None:
        raise Http404
    units = [
        (one.code, one.name)
        for one in units_on(request.province, today())
        if request.viewer.may(may.RECEIVE, province=request.province, unit_path=one.path)
    ]
    form = PetitionForm(request.POST or None, units)
    key = request.POST.get("key", "")[:64] or uuid.uuid4().hex
    if request.method == "POST" and form.is_valid():
        try:
            done = api.receive_ticket(
                request.viewer, request.province, _petition(form.cleaned_data), idempotency_key=key
            )
            messages.success(request, _("Đã vào sổ số {number}.").format(number=done.number))
            return _back(request, done.uid)
        except FeedbackRefused as refusal:
            form.add_error(None, refusal.message)
    return render(request, "feedback/receive.html", {"form": form, "key": key}, status=400 if form.errors else 200)  # fmt: skip


def _petition(data: dict[str, Any]) -> Petition:
    said = {name: data[name] for name in ("name", "phone", "email", "address")}
    rest = {name: value for name, value in data.items() if name not in said}
    return Petition(**rest, sender=Sender(**said))

"""Words the workbench shows: one visual language of state, kinds of step, spans of working time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from motcua.kernel.clock import local, now
from motcua.kernel.worktime import WorktimeError
from motcua.modules.dossiers.clock import PAYMENT, SUPPLEMENT, SYSTEM, kept_promise
from motcua.modules.dossiers.models import Dossier, Task
from motcua.modules.dossiers.states import Status
from motcua.reference.calendars.api import calendar_for

KINDS: Mapping[str, str] = {
    "reception": gettext_noop("Tiếp nhận"),
    "assign": gettext_noop("Phân công"),
    "process": gettext_noop("Thụ lý"),
    "consult": gettext_noop("Trả lời lấy ý kiến"),
    "joint": gettext_noop("Liên thông"),
    "review": gettext_noop("Thẩm tra"),
    "approve": gettext_noop("Duyệt"),
    "sign": gettext_noop("Ký"),
    "issue": gettext_noop("Phát hành"),
    "return": gettext_noop("Trả kết quả"),
}
CHANNELS: Mapping[int, str] = {
    1: gettext_noop("trực tiếp"),
    2: gettext_noop("trực tuyến"),
    3: gettext_noop("bưu chính công ích"),
}
LANES: Mapping[str, str] = {
    "green-24h": gettext_noop("luồng xanh 24 giờ"),
    "green-60": gettext_noop("luồng xanh 60% thời gian"),
}
SLIPS: Mapping[str, str] = {
    "01": gettext_noop("Giấy tiếp nhận và hẹn trả kết quả"),
    "02": gettext_noop("Phiếu yêu cầu bổ sung, hoàn thiện hồ sơ"),
    "03": gettext_noop("Phiếu từ chối tiếp nhận, giải quyết hồ sơ"),
    "04": gettext_noop("Phiếu xin lỗi và hẹn lại ngày trả kết quả"),
    "05": gettext_noop("Thông báo dừng giải quyết hồ sơ"),
    "06": gettext_noop("Phiếu kiểm soát quá trình giải quyết hồ sơ"),
    "07": gettext_noop("Sổ theo dõi hồ sơ"),
    "apology": gettext_noop("Thư xin lỗi vì quá hạn"),
    "withdrawal": gettext_noop("Phiếu rút hồ sơ"),
    "label": gettext_noop("Nhãn hồ sơ"),
    "handover": gettext_noop("Danh sách bàn giao hồ sơ"),
}
# Codes of the applicants room: what a person's data is opened for.
PURPOSES: Mapping[str, str] = {
    "applicants.handle": gettext_noop("Giải quyết hồ sơ"),
    "applicants.receive": gettext_noop("Tiếp nhận, trả kết quả hồ sơ"),
    "applicants.contact": gettext_noop("Liên hệ với người nộp"),
    "applicants.verify": gettext_noop("Đối chiếu giấy tờ"),
    "applicants.request": gettext_noop("Theo yêu cầu của chính người đó"),
    "applicants.complaint": gettext_noop("Giải quyết khiếu nại, phản ánh"),
}
_DAY = 480


@dataclass(frozen=True, slots=True)
class State:
    """How a thing stands in time: a word, its colour class, and the span in words."""

    word: str
    css: str
    span: str = ""


def kind_word(kind: str) -> str:
    return _(KINDS.get(kind, kind))


def lane_word(lane: str) -> str:
    return _(LANES[lane]) if lane in LANES else lane


def step_state(task: Task, moment: dt.datetime | None = None) -> State:
    """Early or late of an open step: its dossier's waiting goes before."""
    moment = moment or now()
    waiting = waiting_state(task.dossier.paused_for)
    if waiting is not None:
        return waiting
    return due_state(task.due_at, moment, task.warn_at, task.province_id, task.unit_path)


def waiting_state(paused_for: str) -> State | None:
    if paused_for == SUPPLEMENT:
        return State(_("chờ người nộp"), "wait", _("bổ sung giấy tờ"))
    if paused_for == PAYMENT:
        return State(_("chờ người nộp"), "wait", _("nghĩa vụ tài chính"))
    if paused_for == SYSTEM:
        return State(_("chờ hệ thống quốc gia"), "wait")
    return None


def due_state(
    due: dt.datetime | None,
    moment: dt.datetime,
    warn_at: dt.datetime | None,
    province_id: int,
    unit_path: str,
) -> State:
    if due is None:
        return State(_("không tính hạn"), "none")
    if due < moment:
        span = span_words(_minutes(province_id, unit_path, due, moment))
        return State(_("quá hạn"), "bad", span)
    span = _("còn {span}").format(span=span_words(_minutes(province_id, unit_path, moment, due)))
    if local(due).date() == local(moment).date() or (warn_at is not None and warn_at <= moment):
        return State(_("sắp đến hạn"), "warn", span)
    return State(_("trong hạn"), "good", span)


def dossier_state(dossier: Dossier, moment: dt.datetime | None = None) -> State:
    """Early, on time, due soon, late or waiting of a whole dossier, by what was promised."""
    moment = moment or now()
    if dossier.status == Status.REGISTERED:
        return State(_("chưa tiếp nhận"), "none")
    if dossier.status in (Status.REFUSED, Status.WITHDRAWN, Status.STOPPED):
        return State(_("đã kết thúc"), "none")
    waiting = waiting_state(dossier.paused_for)
    if waiting is not None and dossier.ended_at is None:
        return waiting
    if dossier.ended_at is not None:
        return _ended(dossier)
    warn = dossier.promised - dt.timedelta(days=1) if dossier.promised else None
    return due_state(dossier.promised, moment, warn, dossier.province_id, dossier.unit_path)


def _ended(dossier: Dossier) -> State:
    kept = kept_promise(dossier.promised, dossier.ended_at, now())
    if kept is None or dossier.promised is None or dossier.ended_at is None:
        return State(_("xong"), "good")
    if not kept:
        span = _minutes(dossier.province_id, dossier.unit_path, dossier.promised, dossier.ended_at)
        return State(_("xong, quá hạn"), "bad", span_words(span))
    if local(dossier.ended_at).date() < local(dossier.promised).date():
        span = _minutes(dossier.province_id, dossier.unit_path, dossier.ended_at, dossier.promised)
        return State(_("xong trước hạn"), "good", span_words(span))
    return State(_("xong đúng hạn"), "good")


def _minutes(province_id: int, unit_path: str, start: dt.datetime, end: dt.datetime) -> int:
    """Working minutes; outside the years of the calendar, those of eight hours in each day."""
    try:
        return calendar_for(province_id, unit_path).minutes_between(start, end)
    except WorktimeError:
        return (end - start).days * _DAY


def span_words(minutes: int) -> str:
    """Working time as people say it: minutes, hours below a day, else days with a half."""
    if minutes < 60:
        return _("{n} phút làm việc").format(n=minutes)
    if minutes < _DAY:
        return _("{n} giờ làm việc").format(n=_short(minutes / 60))
    return _("{n} ngày làm việc").format(n=_short(minutes / _DAY))


def _short(value: float) -> str:
    return f"{round(value, 1):g}".replace(".", ",")

"""Dated parameters of a province: what the law leaves to be settled, or words in a way that still changes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from motcua.reference.calendars.errors import CalendarRefused

Reader = Callable[[str], Any]


@dataclass(frozen=True, slots=True)
class Declared:
    """A parameter rooms may ask for. `default` (as text) holds until the province says otherwise; `basis` is its
    legal source. `read` turns text into the value; it raises ValueError for what it does not take."""

    name: str
    label: str
    default: str
    basis: str
    read: Reader
    choices: tuple[str, ...] = ()


_declared: dict[str, Declared] = {}


def declare_parameter(
    name: str, label: str, default: str, basis: str, *, read: Reader = str, choices: tuple[str, ...] = ()
) -> str:
    """Makes a parameter known; returns its name. Called when a room's module is loaded."""
    _declared[name] = Declared(name, label, default, basis, read, choices)
    return name


def declared_parameters() -> tuple[Declared, ...]:
    return tuple(_declared[name] for name in sorted(_declared))


def declared_parameter(name: str) -> Declared:
    """Raises LookupError."""
    return _declared[name]


def read_value(name: str, text: str) -> Any:
    """The value of a text. Raises CalendarRefused calendars.parameter.value."""
    known = _declared[name]
    clean = text.strip()
    try:
        if known.choices and clean not in known.choices:
            raise ValueError(clean)
        return known.read(clean)
    except (ValueError, ArithmeticError) as error:
        raise CalendarRefused(
            "parameter.value",
            _("Giá trị “{value}” không hợp lệ cho tham số “{label}”.").format(
                value=clean, label=_(known.label)
            ),
        ) from error


def hour(text: str) -> dt.time:
    return dt.time.fromisoformat(text)


def _count(text: str) -> int:
    number = int(text)
    if not 0 <= number <= 1000:
        raise ValueError(text)
    return number


def share(text: str) -> float:
    number = float(text.replace(",", "."))
    if not 0 < number <= 1:
        raise ValueError(text)
    return number


_ONE_STOP = "Nghị định 118/2025/NĐ-CP"
declare_parameter("clock.first_day_rule", gettext_noop("Quy tắc tính ngày đầu của thời hạn"), "packaged", "Bộ luật Dân sự 2015, Điều 147", choices=("packaged", "next-working-day", "same-day", "instant"))  # fmt: skip
declare_parameter("clock.handover_after", gettext_noop("Giờ mà hồ sơ nhận sau đó được chuyển đầu ngày làm việc sau"), "15:00", f"{_ONE_STOP}, Điều 18", read=hour)  # fmt: skip
declare_parameter("dossiers.supplement_restart", gettext_noop("Thời hạn sau khi bổ sung: tính lại từ đầu hay chạy tiếp"), "restart", f"{_ONE_STOP}, Điều 19", choices=("restart", "resume"))  # fmt: skip
declare_parameter("dossiers.max_supplements", gettext_noop("Số lần yêu cầu bổ sung theo luật"), "1", f"{_ONE_STOP}", read=_count)  # fmt: skip
declare_parameter("dossiers.extension_notice_days", gettext_noop("Xin lỗi, gia hạn trước ngày hẹn ít nhất (ngày)"), "1", f"{_ONE_STOP}, Điều 19 khoản 9", read=_count)  # fmt: skip
declare_parameter("dossiers.online_accept_hours", gettext_noop("Giờ làm việc để nhận hoặc từ chối hồ sơ trực tuyến"), "8", "Nghị định 45/2020/NĐ-CP (chưa đối chiếu được văn bản)", read=_count)  # fmt: skip
declare_parameter("dossiers.green_lane_share", gettext_noop("Phần thời hạn của luồng xanh"), "0.6", "Quy định của tỉnh", read=share)  # fmt: skip
declare_parameter("dossiers.green_lane_hours", gettext_noop("Giờ làm việc của luồng xanh 24 giờ"), "24", "Quy định của tỉnh", read=_count)  # fmt: skip

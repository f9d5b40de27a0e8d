"""Dated parameters of a province: what the law leaves to be settled, or words in a way that still changes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from motcua.kernel.errors import KernelError
from motcua.reference.calendars.errors import CalendarRefused
from motcua.reference.calendars.kinds import CODES, HOUR, LEAD, SHARE, YES_NO, Kind, choice, count


@dataclass(frozen=True, slots=True)
class Declared:
    """A parameter rooms may ask for. `default` (as text) holds until the province says otherwise; `basis` is its
    legal source."""

    name: str
    label: str
    default: str
    kind: Kind
    basis: str

    @property
    def read(self) -> Callable[[str], Any]:
        return self.kind.read


_declared: dict[str, Declared] = {}


def declare_parameter(name: str, label: str, default: str, kind: Kind, basis: str) -> str:
    """Makes a parameter known and returns its name; called when a room is loaded.

    `label` is Vietnamese (gettext_noop), `default` and all values are texts that `kind` reads. Raises ValueError for
    a name declared twice or a default the kind does not take.
    """
    known = Declared(name, label, default, kind, basis)
    kind.read(default)
    if _declared.setdefault(name, known) != known:
        raise ValueError(f"parameter {name!r} is declared twice")
    return name


def declared_parameters() -> tuple[Declared, ...]:
    """Every parameter, by name."""
    return tuple(_declared[name] for name in sorted(_declared))


def declared_parameter(name: str) -> Declared:
    """Raises LookupError."""
    return _declared[name]


def clean_value(name: str, text: str) -> str:
    """The text as it is kept. Raises CalendarRefused: calendars.parameter.unknown, calendars.parameter.value."""
    known = _declared.get(name)
    if known is None:
        raise CalendarRefused(
            "parameter.unknown", _("Không có tham số nào mang tên “{name}”.").format(name=name)
        )
    clean = " ".join(text.split())
    try:
        known.read(clean)
    except (ValueError, LookupError, ArithmeticError, KernelError) as error:
        hint = (
            _(known.kind.hint)
            if known.kind.hint
            else ", ".join(_(label) for _value, label in known.kind.choices)
        )
        raise CalendarRefused(
            "parameter.value",
            _("Giá trị “{value}” không hợp lệ cho tham số “{label}”; hãy nhập {hint}.").format(
                value=clean, label=_(known.label), hint=hint
            ),
        ) from error
    return clean


_CIVIL = "Bộ luật Dân sự 2015, Điều 147"
_ONE_STOP = "Nghị định 118/2025/NĐ-CP"
_OLD_ONE_STOP = "Nghị định 61/2018/NĐ-CP"
_OWN = "Quy định của tỉnh"

declare_parameter(
    "clock.first_day_rule",
    gettext_noop("Ngày đầu của thời hạn tính theo ngày làm việc"),
    "packaged",
    choice(
        ("packaged", gettext_noop("theo quy định chung của pháp luật")),
        ("next-working-day", gettext_noop("tính từ ngày làm việc kế tiếp ngày tiếp nhận")),
        ("same-day", gettext_noop("ngày tiếp nhận được tính là ngày thứ nhất")),
        ("instant", gettext_noop("tính theo giờ làm việc, từ lúc tiếp nhận")),
    ),
    _CIVIL,
)
declare_parameter(
    "clock.handover_after",
    gettext_noop("Hồ sơ tiếp nhận sau giờ này được chuyển vào đầu ngày làm việc kế tiếp"),
    "15:00",
    HOUR,
    f"{_ONE_STOP}, Điều 18",
)
declare_parameter(
    "clock.late_moves_limit",
    gettext_noop("Hồ sơ tiếp nhận sau giờ ấy thì thời hạn cũng bắt đầu muộn thêm một ngày làm việc"),
    "no",
    YES_NO,
    _OWN,
)
declare_parameter(
    "clock.off_hours_moves_receipt",
    gettext_noop("Hồ sơ nộp ngoài giờ coi như tiếp nhận vào giờ mở cửa kế tiếp"),
    "no",
    YES_NO,
    _OWN,
)
declare_parameter(
    "dossiers.supplement_restart",
    gettext_noop("Thời hạn sau khi bổ sung hồ sơ"),
    "restart",
    choice(
        ("restart", gettext_noop("tính lại từ đầu, nếu yêu cầu trong những ngày đầu; sau đó chạy tiếp")),
        ("resume", gettext_noop("luôn chạy tiếp phần còn lại")),
    ),
    f"{_OLD_ONE_STOP}, Điều 19",
)
declare_parameter(
    "dossiers.supplement_within_days",
    gettext_noop("Số ngày làm việc từ khi tiếp nhận mà yêu cầu bổ sung còn làm thời hạn tính lại từ đầu"),
    "3",
    count(0, 60),
    f"{_OLD_ONE_STOP}, Điều 19",
)
declare_parameter(
    "dossiers.max_supplements",
    gettext_noop("Số lần được yêu cầu bổ sung một hồ sơ"),
    "1",
    count(0, 10),
    _ONE_STOP,
)
declare_parameter(
    "dossiers.extension_notice_days",
    gettext_noop("Xin lỗi và hẹn lại phải gửi trước khi hết hạn ít nhất (ngày)"),
    "1",
    count(0, 30),
    f"{_OLD_ONE_STOP}, Điều 19 khoản 9",
)
declare_parameter(
    "dossiers.four_eyes",
    gettext_noop("Người xử lý hồ sơ và người duyệt, ký"),
    "drafter",
    choice(
        ("drafter", gettext_noop("người xử lý không được duyệt, ký hồ sơ ấy")),
        (
            "each",
            gettext_noop("người xử lý, người thẩm định, người duyệt và người ký là những người khác nhau"),
        ),
        ("off", gettext_noop("một người được làm cả")),
    ),
    _OWN,
)
declare_parameter(
    "dossiers.online_accept_hours",
    gettext_noop("Số giờ làm việc để nhận hoặc từ chối hồ sơ trực tuyến"),
    "8",
    count(1, 200),
    "Nghị định 45/2020/NĐ-CP (chưa đối chiếu được văn bản)",
)
declare_parameter(
    "dossiers.warn_before",
    gettext_noop("Cảnh báo sắp đến hạn khi còn lại"),
    "20%",
    LEAD,
    _OWN,
)
declare_parameter(
    "dossiers.green_lane_share",
    gettext_noop("Thời hạn của luồng xanh so với thời hạn thông thường"),
    "60%",
    SHARE,
    _OWN,
)
declare_parameter(
    "dossiers.green_lane_hours",
    gettext_noop("Số giờ của luồng xanh xử lý nhanh"),
    "24",
    count(1, 240),
    _OWN,
)
declare_parameter(
    "dossiers.kept_fields",
    gettext_noop("Lĩnh vực có hồ sơ lưu trữ vĩnh viễn, không xóa khi hết thời hạn"),
    "–",
    CODES,
    "Luật Lưu trữ 33/2024/QH15",
)

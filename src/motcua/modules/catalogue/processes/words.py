"""Words of processes, the same on pages, pictures and exports."""

from __future__ import annotations

from fractions import Fraction

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from motcua.modules.catalogue.data import StepPlan
from motcua.modules.catalogue.processes.graph import kernel_day, step_minutes

ROLES = {
    "reception-officer": gettext_noop("Cán bộ tiếp nhận, trả kết quả"),
    "processing-officer": gettext_noop("Cán bộ thụ lý"),
    "unit-leader": gettext_noop("Lãnh đạo đơn vị"),
    "clerk": gettext_noop("Văn thư"),
}
KINDS = {
    "reception": gettext_noop("Tiếp nhận"),
    "assign": gettext_noop("Phân công"),
    "process": gettext_noop("Thụ lý"),
    "consult": gettext_noop("Lấy ý kiến"),
    "review": gettext_noop("Xem xét"),
    "approve": gettext_noop("Duyệt"),
    "sign": gettext_noop("Ký"),
    "issue": gettext_noop("Phát hành"),
    "joint": gettext_noop("Liên thông"),
    "return": gettext_noop("Trả kết quả"),
}
PLACES = {
    "receiving": gettext_noop("Nơi tiếp nhận"),
    "handling": gettext_noop("Cơ quan giải quyết"),
    "returning": gettext_noop("Nơi trả kết quả"),
    "unit": gettext_noop("Đơn vị nêu tên"),
}
VARIANTS = {
    "": gettext_noop("Quy trình thông thường"),
    "green-24h": gettext_noop("Luồng xanh 24 giờ"),
    "green-60": gettext_noop("Luồng xanh 60% thời gian"),
    "same-day": gettext_noop("Giải quyết trong ngày"),
}


def role_name(code: str) -> str:
    return _(ROLES[code]) if code in ROLES else code


def kind_name(code: str) -> str:
    return _(KINDS[code]) if code in KINDS else code


def place_name(code: str) -> str:
    return _(PLACES[code]) if code in PLACES else code


def variant_name(code: str) -> str:
    return _(VARIANTS[code]) if code in VARIANTS else code


def decimal_text(value: Fraction) -> str:
    """Up to two decimals, comma: 2,25; 0,5; 3."""
    rounded = round(value * 100)
    whole, part = divmod(rounded, 100)
    return f"{whole},{part:02d}".rstrip("0") if part else str(whole)


def days_text(minutes: Fraction, day_minutes: int | None = None) -> str:
    """`2,25 ngày làm việc`; under a quarter of a day, or no whole quarters, in hours and minutes."""
    day = day_minutes or kernel_day()
    if minutes == 0:
        return _("không tính thời gian")
    if (minutes * 4 / day).denominator == 1 or minutes > 2 * day:
        return _("{n} ngày làm việc").format(n=decimal_text(minutes / day))
    return clock_text(minutes)


def clock_text(minutes: Fraction) -> str:
    """`1 giờ 30 phút làm việc`, a broken minute rounded up."""
    hours, rest = divmod(-(-minutes.numerator // minutes.denominator), 60)
    words = [_("{n} giờ").format(n=hours)] if hours else []
    if rest or not hours:
        words.append(_("{n} phút").format(n=rest))
    return _("{time} làm việc").format(time=" ".join(words))


def step_time(step: StepPlan) -> str:
    """The working time of a step in words; of a joint leg its limit as written."""
    if step.kind == "joint" and step.leg_limit:
        return step.leg_limit
    if not step.quarters and not step.minutes:
        return _("không tính thời gian")
    if not step.minutes:
        return _("{n} ngày làm việc").format(n=decimal_text(Fraction(step.quarters, 4)))
    if not step.quarters:
        return clock_text(Fraction(step.minutes))
    return days_text(step_minutes(step, kernel_day()))

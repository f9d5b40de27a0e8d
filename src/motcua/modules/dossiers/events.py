"""What happens to dossiers. A payload holds what changed (`set`), the steps closed and opened (`tasks`) and the clock
entries (`clock`), so that old state + event = new state; free text stays in the tables of this room."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext, gettext_noop

from motcua.engine.events.api import declare_event

WORDS: Mapping[str, str] = {
    "registered": gettext_noop("Đăng ký hồ sơ thủ tục {procedure}"),
    "received": gettext_noop("Tiếp nhận hồ sơ {code}"),
    "refused": gettext_noop("Từ chối tiếp nhận, giải quyết hồ sơ"),
    "supplement-requested": gettext_noop("Yêu cầu bổ sung hồ sơ lần {number}"),
    "supplement-consented": gettext_noop("Lãnh đạo đồng ý yêu cầu bổ sung thêm"),
    "supplement-taken": gettext_noop("Nhận bổ sung lần {number}"),
    "assigned": gettext_noop("Phân công bước {step}"),
    "forwarded": gettext_noop("Xong bước {step}, chuyển bước sau"),
    "step-returned": gettext_noop("Trả lại bước {step} từ bước sau"),
    "consulted": gettext_noop("Lấy ý kiến {units}"),
    "consultation-answered": gettext_noop("{unit} trả lời lấy ý kiến"),
    "consultation-cancelled": gettext_noop("Không chờ ý kiến của {units}"),
    "paused-for-payment": gettext_noop("Tạm dừng chờ nghĩa vụ tài chính"),
    "resumed-after-payment": gettext_noop("Tiếp tục sau nghĩa vụ tài chính"),
    "waiting-for-system": gettext_noop("Chờ hệ thống {system}"),
    "resumed-from-system": gettext_noop("Hệ thống {system} đã trả lời"),
    "extended": gettext_noop("Xin lỗi và gia hạn đến {to}"),
    "apologised": gettext_noop("Xin lỗi vì hồ sơ quá hạn"),
    "transferred": gettext_noop("Chuyển hồ sơ từ {origin} sang {target}"),
    "submitted": gettext_noop("Trình duyệt từ bước {step}"),
    "drafted": gettext_noop("Ghi dự thảo kết quả tại bước {step}"),
    "approved": gettext_noop("Duyệt tại bước {step}"),
    "signed": gettext_noop("Ký tại bước {step}"),
    "result-recorded": gettext_noop("Xử lý xong, kết quả số {number}"),
    "returned": gettext_noop("Trả kết quả cho người nộp"),
    "withdrawn": gettext_noop("Người nộp rút hồ sơ"),
    "stopped": gettext_noop("Dừng giải quyết hồ sơ"),
    "reopening-asked": gettext_noop("Đề nghị mở lại hồ sơ"),
    "reopening-refused": gettext_noop("Không đồng ý mở lại hồ sơ"),
    "reopened": gettext_noop("Mở lại hồ sơ"),
    "warned": gettext_noop("Cảnh báo bước {step} sắp đến hạn"),
    "escalated": gettext_noop("Báo lãnh đạo: bước {step} quá hạn"),
    "redistributed": gettext_noop("Điều chuyển bước {step}"),
    "reasoned": gettext_noop("Ghi nguyên nhân quá hạn"),
    "calendar-applied": gettext_noop("Tính lại hạn theo lịch làm việc mới"),
    "slip-printed": gettext_noop("In giấy tờ {kind}"),
    "assisted": gettext_noop("Hỗ trợ người nộp nộp trực tuyến tại quầy"),
    "posted": gettext_noop("Hồ sơ do bưu chính chuyển đến ngày {day}"),
    "paper-attached": gettext_noop("Gắn tệp cho thành phần {number}"),
}


class _Known(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "…"


def _sentence(pattern: str) -> Any:
    return lambda payload: gettext(pattern).format_map(_Known(payload.get("words", {})))


CODES: Mapping[str, str] = {
    verb: declare_event(f"dossiers:dossier:{verb}", _sentence(pattern)) for verb, pattern in WORDS.items()
}
EXCEPTION_GIVEN = declare_event("dossiers:exception:given", "Cho phép yêu cầu bổ sung lần hai ({basis})")
EXCEPTION_ENDED = declare_event(
    "dossiers:exception:ended", "Kết thúc ngoại lệ yêu cầu bổ sung ({basis}) từ {valid_to}"
)
ABSENCE_RECORDED = declare_event("dossiers:absence:recorded", "Ghi ngày vắng của cán bộ")
PARAMETERS_FOLLOWED = declare_event(
    "dossiers:calendar:followed", "Tính lại hạn của {count} hồ sơ theo lịch mới"
)

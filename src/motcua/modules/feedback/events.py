"""What happens to petitions and ratings. A payload holds what changed (`set`), so that old state + event = new state;
what people write, and who they are, stays sealed in the tables of this room."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext, gettext_noop

from motcua.engine.events.api import declare_event

WORDS: Mapping[str, str] = {
    "received": gettext_noop("Tiếp nhận phản ánh, kiến nghị số {number}"),
    "accepted": gettext_noop("Thụ lý phản ánh, kiến nghị"),
    "refused": gettext_noop("Từ chối phản ánh, kiến nghị"),
    "forwarded": gettext_noop("Chuyển phản ánh, kiến nghị từ {origin} sang {target}"),
    "transferred": gettext_noop("Chuyển phản ánh, kiến nghị đến cơ quan ngoài tỉnh"),
    "classified": gettext_noop("Phân loại lại phản ánh, kiến nghị"),
    "assigned": gettext_noop("Phân công xử lý phản ánh, kiến nghị"),
    "sender-asked": gettext_noop("Đề nghị người gửi làm rõ"),
    "clarified": gettext_noop("Người gửi đã làm rõ"),
    "answered": gettext_noop("Trả lời phản ánh, kiến nghị (lần {times})"),
    "published": gettext_noop("Công khai kết quả trả lời"),
    "closed": gettext_noop("Kết thúc phản ánh, kiến nghị, không công khai"),
    "reopened": gettext_noop("Mở lại phản ánh, kiến nghị lần {times}"),
    "withdrawn": gettext_noop("Người gửi rút phản ánh, kiến nghị"),
    "reacted": gettext_noop("Ghi {likes} lượt hài lòng, {dislikes} lượt không hài lòng"),
    "repeat-marked": gettext_noop("Đánh dấu gửi lặp lại của {number}"),
    "repeat-cleared": gettext_noop("Bỏ đánh dấu gửi lặp lại"),
    "moved": gettext_noop("Chuyển theo thay đổi tổ chức sang {target}"),
    "warned": gettext_noop("Nhắc sắp đến hạn trả lời"),
    "escalated": gettext_noop("Báo lãnh đạo đã quá hạn trả lời"),
    "calendar-applied": gettext_noop("Tính lại hạn theo lịch làm việc mới"),
}
RATING_WORDS: Mapping[str, str] = {
    "given": gettext_noop("Đánh giá hồ sơ {code}"),
    "changed": gettext_noop("Sửa đánh giá hồ sơ {code}"),
}


class _Known(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "…"


def _sentence(pattern: str) -> Any:
    return lambda payload: gettext(pattern).format_map(_Known(payload.get("words", {})))


CODES: Mapping[str, str] = {
    verb: declare_event(f"feedback:ticket:{verb}", _sentence(pattern)) for verb, pattern in WORDS.items()
}
RATING_CODES: Mapping[str, str] = {
    verb: declare_event(f"feedback:rating:{verb}", _sentence(pattern))
    for verb, pattern in RATING_WORDS.items()
}
GRIEVANCE_KEPT = declare_event(
    "feedback:grievance:kept", _sentence(gettext_noop("Cập nhật phản ánh, đánh giá không hài lòng về hồ sơ"))
)

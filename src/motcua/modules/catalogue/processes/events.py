"""What happens to internal processes. Payloads hold codes, dates and hashes."""

from motcua.engine.events.api import declare_event

PROCESS_SAVED = declare_event("catalogue:process:saved", "Lưu bản soạn quy trình nội bộ của thủ tục {code}")
PROCESS_DISCARDED = declare_event(
    "catalogue:process:discarded", "Bỏ bản soạn quy trình nội bộ của thủ tục {code}"
)
PROCESS_APPROVED = declare_event(
    "catalogue:process:approved",
    "Phê duyệt quy trình nội bộ của thủ tục {code}, phiên bản {number}, áp dụng từ ngày {valid_from} "
    "theo Quyết định {decision}",
)
PROCESS_CLOSED = declare_event(
    "catalogue:process:closed", "Thôi áp dụng quy trình nội bộ của thủ tục {code} từ ngày {day}"
)
TABLE_READ = declare_event(
    "catalogue:process:table-read",
    "Nhập bảng quy trình nội bộ: {drafts} bản soạn, {unread} dòng không đọc được",
)
KEY_PROJECT_ADDED = declare_event(
    "catalogue:key-project:added", "Ghi dự án trọng điểm {project} vào luồng xanh từ ngày {valid_from}"
)
KEY_PROJECT_ENDED = declare_event(
    "catalogue:key-project:ended", "Đưa dự án trọng điểm {project} ra khỏi luồng xanh từ ngày {day}"
)
SIMPLIFICATION_SAVED = declare_event(
    "catalogue:simplification:saved", "Ghi phương án đơn giản hóa thủ tục {code}"
)
SIMPLIFICATION_DONE = declare_event(
    "catalogue:simplification:done", "Hoàn thành phương án đơn giản hóa thủ tục {code} ngày {day}"
)

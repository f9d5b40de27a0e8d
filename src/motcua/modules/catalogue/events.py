"""What happens to procedures. Payloads hold codes, dates and hashes: what was said stands in the rows."""

from motcua.engine.events.api import declare_event

PROCEDURE_CREATED = declare_event("catalogue:procedure:created", "Thêm thủ tục {code} vào danh mục")
LIFECYCLE_MOVED = declare_event(
    "catalogue:procedure:moved", "Chuyển thủ tục {code} từ “{before}” sang “{after}”"
)
DRAFT_SAVED = declare_event("catalogue:draft:saved", "Lưu bản soạn của thủ tục {code}")
DRAFT_DISCARDED = declare_event("catalogue:draft:discarded", "Bỏ bản soạn của thủ tục {code}")
VERSION_ANNOUNCED = declare_event(
    "catalogue:version:announced",
    "Áp dụng phiên bản {number} của thủ tục {code} từ ngày {valid_from} theo Quyết định {decision}",
)
PROCEDURE_STOPPED = declare_event(
    "catalogue:procedure:stopped", "Dừng thủ tục {code} từ ngày {day} theo Quyết định {decision}"
)
OVERRIDE_SET = declare_event(
    "catalogue:override:set", "Khai phần khác biệt của {unit} trong thủ tục {code} từ ngày {valid_from}"
)
OVERRIDE_ENDED = declare_event(
    "catalogue:override:ended", "Thôi phần khác biệt của {unit} trong thủ tục {code} từ ngày {day}"
)
IMPORT_READ = declare_event("catalogue:import:read", "Đọc tệp danh mục thủ tục: {count} dòng")
IMPORT_STARTED = declare_event("catalogue:import:started", "Bắt đầu áp dụng {count} dòng đã chọn")
IMPORT_APPLIED = declare_event(
    "catalogue:import:applied", "Áp dụng xong tệp danh mục: {created} thêm mới, {changed} thay đổi"
)
IMPORT_DISCARDED = declare_event("catalogue:import:discarded", "Bỏ tệp danh mục, không áp dụng")

"""What happens to audits. Payloads hold counts and codes: a report is private to who brought it."""

from motcua.engine.events.api import declare_event

AUDITED = declare_event(
    "audit:report:audited",
    "Kiểm tra một báo cáo: {definite} chắc chắn sai, {likely} nhiều khả năng sai, {arguable} cần xem lại",
)
DELETED = declare_event("audit:report:deleted", "Xoá một lần kiểm tra báo cáo cùng các tệp của nó")
SHARED = declare_event("audit:report:shared", "Cho một người khác xem một lần kiểm tra báo cáo")
UNSHARED = declare_event("audit:report:unshared", "Thôi cho một người xem một lần kiểm tra báo cáo")
MARKED = declare_event("audit:finding:marked", "Đánh dấu một phát hiện của quy tắc {rule}: {kind}")
UNMARKED = declare_event("audit:finding:unmarked", "Bỏ dấu một phát hiện của quy tắc {rule}")

"""What happens to applicants. Payloads hold codes and names of columns, never what stands in them."""

from motcua.engine.events.api import declare_event

REGISTERED = declare_event("applicants:applicant:registered", "Ghi nhận người nộp hồ sơ ({kind})")
UPDATED = declare_event("applicants:applicant:updated", "Sửa thông tin người nộp hồ sơ: {columns}")
MERGED = declare_event("applicants:applicant:merged", "Gộp bản ghi trùng {gone} vào người nộp hồ sơ này")
UNMERGED = declare_event("applicants:applicant:unmerged", "Tách lại bản ghi {gone} đã gộp nhầm")

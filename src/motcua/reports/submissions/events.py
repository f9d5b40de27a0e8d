"""What happens in a reporting cycle. A payload holds the whole new content: old state + events = new state."""

from motcua.engine.events.api import declare_event

CAMPAIGN_OPENED = declare_event("submissions:campaign:opened", "Mở kỳ báo cáo “{title}”: {count} đơn vị")
CAMPAIGN_CHANGED = declare_event("submissions:campaign:changed", "Sửa kỳ báo cáo “{title}”: {reason}")
DUE_CHANGED = declare_event(
    "submissions:submission:due-changed", "Đổi hạn nộp của {unit} thành {due_on}: {reason}"
)
MOVED = declare_event("submissions:submission:moved", "{unit}: {operation} ({state}), bản {number}")
DERIVED = declare_event("submissions:submission:derived", "{unit}: điền sẵn {count} dòng")
REMARKED = declare_event("submissions:remark:made", "Góp ý dòng {row} của {unit}")
REMARK_RESOLVED = declare_event("submissions:remark:resolved", "Đã giải quyết góp ý dòng {row} của {unit}")
TARGET_SET = declare_event("submissions:target:set", "Đặt chỉ tiêu dòng {row} năm {year}: {value}")
REMINDED = declare_event("submissions:submission:reminded", "Nhắc {unit} nộp báo cáo, hạn {due_on}")

"""What happens to calendars and parameters. Payloads tell the whole change: no personal data is in it."""

from motcua.engine.events.api import declare_event

CHANGED = declare_event(
    "calendars:calendar:changed", "Sửa lịch làm việc, phiên bản {number}: {summary} (văn bản {decision})"
)
RESTORED = declare_event(
    "calendars:calendar:restored", "Khôi phục lịch làm việc về phiên bản {restores}, thành phiên bản {number}"
)
FOLLOWED = declare_event(
    "calendars:calendar:followed-unit", "Lịch làm việc riêng theo đơn vị từ {old} sang {new}"
)
PARAMETER_SET = declare_event(
    "calendars:parameter:set", "Đặt tham số {name} = {value} từ ngày {valid_from} (căn cứ: {basis})"
)
PARAMETER_WITHDRAWN = declare_event(
    "calendars:parameter:withdrawn", "Bỏ tham số {name} = {value} dự kiến áp dụng từ ngày {valid_from}"
)

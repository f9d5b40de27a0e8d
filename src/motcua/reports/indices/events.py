"""What happens to index sets and to values imported from the portal. Payloads hold the whole new content."""

from motcua.engine.events.api import declare_event

PORTAL_IMPORTED = declare_event(
    "indices:portal:imported",
    "Nhập số liệu của Cổng cho bộ chỉ số {set}, {first} – {last}: {changed} giá trị mới hoặc thay đổi",
)
PORTAL_STATED = declare_event("indices:portal-value:stated", "Cổng ghi số liệu {component}")
DIFFERENCE_EXPLAINED = declare_event(
    "indices:portal-value:explained", "Giải thích chênh lệch của {component} với Cổng"
)
SET_ENTERED = declare_event("indices:set:entered", "Nhập bộ chỉ số {code} phiên bản {version}")
SET_ENDED = declare_event(
    "indices:set:ended", "Bộ chỉ số {code} phiên bản {version} hết hiệu lực từ {valid_to}"
)
PARAMETER_CHOSEN = declare_event(
    "indices:parameter:chosen", "Chọn {parameter} = {value} cho bộ chỉ số {set} từ {valid_from}"
)

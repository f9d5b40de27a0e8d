"""What happens to rules and alerts. Payloads hold the whole new content, as text and exact fractions."""

from motcua.engine.events.api import declare_event

RULE_ENTERED = declare_event("watch:rule:entered", "Đặt quy tắc cảnh báo “{name}”, lần {version}")
ALERT_OPENED = declare_event("watch:alert:opened", "Mở cảnh báo “{name}”")
ALERT_ACKNOWLEDGED = declare_event("watch:alert:acknowledged", "Xác nhận cảnh báo: {note}")
ALERT_CLOSED = declare_event("watch:alert:closed", "Đóng cảnh báo “{name}”")

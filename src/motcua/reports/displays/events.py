"""What happens to displays. Payloads hold the whole new content, but for the key, which is kept nowhere."""

from motcua.engine.events.api import declare_event

ISSUED = declare_event("displays:display:issued", "Cấp địa chỉ màn hình “{name}”")
REVOKED = declare_event("displays:display:revoked", "Thu hồi địa chỉ màn hình “{name}”")

"""What is remembered of the outbox: what was given up, what a person did, lanes that broke and healed."""

from __future__ import annotations

DEAD = "outbox:message:dead"
REPLAYED = "outbox:message:replayed"
CANCELLED = "outbox:message:cancelled"
LANE_OPENED = "outbox:lane:opened"
LANE_CLOSED = "outbox:lane:closed"
LANE_REPLAYED = "outbox:lane:replayed"


def declare_types() -> None:
    """Makes the events of this room known; called when the application is ready."""
    from motcua.engine.events.api import declare_event

    declare_event(DEAD, "Thôi gửi một tin ở kênh {lane} sau {attempts} lần ({error})")
    declare_event(REPLAYED, "Cho gửi lại một tin ở kênh {lane}")
    declare_event(CANCELLED, "Hủy một tin ở kênh {lane}")
    declare_event(LANE_OPENED, "Tạm ngắt kênh {lane} sau {failures} lần lỗi liền ({error})")
    declare_event(LANE_CLOSED, "Nối lại kênh {lane}")
    declare_event(LANE_REPLAYED, "Cho gửi lại {count} tin không gửi được ở kênh {lane}")

from __future__ import annotations

RESEALED = "privacy:keys:resealed"
PURGED = "privacy:data:purged"


def declare_types() -> None:
    """Makes the events of this room known; called when the application is ready."""
    from motcua.engine.events.api import declare_event

    declare_event(RESEALED, "Mã hóa lại {rows} giá trị bằng khóa dữ liệu {key}")
    declare_event(PURGED, "Xóa dữ liệu cá nhân hết hạn lưu theo quy tắc {rule}, trước {before}")

"""What is remembered of clients and webhooks; never a token, a secret or an address."""

from __future__ import annotations

CREATED = "clients:client:created"
REVOKED = "clients:client:revoked"
ROTATED = "clients:client:rotated"
CHANGED = "clients:client:changed"
HOOK_ADDED = "clients:webhook:added"
HOOK_PAUSED = "clients:webhook:paused"
HOOK_RESUMED = "clients:webhook:resumed"
HOOK_REWOUND = "clients:webhook:rewound"
HOOK_REMOVED = "clients:webhook:removed"
HOOK_DISABLED = "clients:webhook:disabled"


def declare_types() -> None:
    """Makes the events of this room known; called when the application is ready."""
    from motcua.engine.events.api import declare_event

    declare_event(CREATED, "Mở kết nối “{name}”, vai trò {role}, phạm vi {scopes}")
    declare_event(REVOKED, "Khóa kết nối “{name}”")
    declare_event(ROTATED, "Đổi mã truy cập của kết nối “{name}”")
    declare_event(CHANGED, "Sửa kết nối “{name}”: phạm vi {scopes}, {per_minute} lần gọi một phút")
    declare_event(HOOK_ADDED, "Thêm webhook cho kết nối “{name}”: {types}")
    declare_event(HOOK_PAUSED, "Tạm dừng một webhook của kết nối “{name}”")
    declare_event(HOOK_RESUMED, "Gửi tiếp một webhook của kết nối “{name}”")
    declare_event(HOOK_REWOUND, "Gửi lại webhook của kết nối “{name}” từ sự kiện số {position}")
    declare_event(HOOK_REMOVED, "Gỡ một webhook của kết nối “{name}”")
    declare_event(HOOK_DISABLED, "Ngắt webhook của kết nối “{name}” vì lỗi kéo dài ({error})")

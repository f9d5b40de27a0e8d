"""What happens to people and posts. Payloads hold codes only: names stay in the tables of this room."""

from motcua.engine.events.api import declare_event

PERSON_ADDED = declare_event("people:person:added", "Thêm cán bộ vào đơn vị {unit}")
ACCOUNT_OPENED = declare_event("people:account:opened", "Mở tài khoản")
ACCOUNT_CLOSED = declare_event("people:account:deactivated", "Khoá tài khoản")
ACCOUNT_REOPENED = declare_event("people:account:reactivated", "Mở lại tài khoản")
PASSWORD_RESET = declare_event("people:password:reset", "Đặt lại mật khẩu")
FACTOR_REMOVED = declare_event("people:second-factor:removed", "Gỡ xác thực hai lớp của một tài khoản")
SESSIONS_ENDED = declare_event("people:sessions:ended", "Kết thúc {count} phiên đăng nhập")
POST_GIVEN = declare_event(
    "people:post:given", "Giao vị trí {role} tại {unit}, từ {valid_from} ({kind}; quyết định {decision})"
)
POST_ENDED = declare_event("people:post:ended", "Kết thúc vị trí {role} tại {unit} từ {day}")
ROLE_CHANGED = declare_event("people:role:changed", "Sửa quyền của vai trò {role}")

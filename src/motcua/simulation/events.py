"""What a simulation itself tells; what happens to dossiers is told by the room of dossiers."""

from __future__ import annotations

from django.utils.translation import gettext_noop

from motcua.engine.events.api import declare_event

STARTED = declare_event(
    "simulation:year:started", gettext_noop("Bắt đầu mô phỏng năm {year}, tỷ lệ {scale}, hạt giống {seed}")
)
FINISHED = declare_event("simulation:year:finished", gettext_noop("Xong năm mô phỏng {year}: {count} hồ sơ"))
OFFICERS_MADE = declare_event(
    "simulation:officers:made", gettext_noop("Thêm {count} cán bộ mô phỏng, không có mật khẩu")
)
UNITS_FOLLOWED = declare_event(
    "simulation:units:followed",
    gettext_noop("{count} hồ sơ mô phỏng đang giải quyết chuyển theo đơn vị mới từ {day}"),
)

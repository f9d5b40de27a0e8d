"""What the workers do for records."""

from __future__ import annotations

from motcua.engine.jobs.api import every
from motcua.modules.records.following import follow_dossiers


@every(2.0, "records.follow", "Ghi kết quả điện tử, kho dữ liệu theo hồ sơ đã phát hành, trả kết quả")
def follow() -> None:
    follow_dossiers()

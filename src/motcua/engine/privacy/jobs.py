"""Retention is applied every day; a worker that starts does it at once when it was not done today."""

from motcua.engine.jobs.api import every
from motcua.engine.privacy.retention import apply_retention

DAY = 24 * 3600


@every(DAY, "privacy.retention", "Xóa dữ liệu cá nhân hết hạn lưu")
def retain() -> None:
    apply_retention(dry_run=False)

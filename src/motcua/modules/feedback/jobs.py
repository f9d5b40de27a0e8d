"""What the workers do for petitions."""

from __future__ import annotations

from motcua.engine.jobs.api import every
from motcua.modules.feedback.warning import warn_and_escalate


@every(60.0, "feedback.warn", "Nhắc phản ánh, kiến nghị sắp đến hạn, báo lãnh đạo khi quá hạn")
def warn() -> None:
    warn_and_escalate()

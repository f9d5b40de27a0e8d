"""What the workers do for alerts."""

from __future__ import annotations

from motcua.engine.jobs.api import every
from motcua.reports.watch.evaluating import evaluate_due


@every(60.0, "watch.evaluate", "Đánh giá các quy tắc cảnh báo theo số liệu mới")
def evaluate_rules() -> None:
    evaluate_due()

"""One rule and its alerts for the demonstration: every unit with a dossier in hand past its appointment."""

from __future__ import annotations

from motcua.engine.accounts.api import User
from motcua.engine.facts.api import measure_live
from motcua.engine.permissions.api import Viewer
from motcua.engine.provinces.api import Province
from motcua.reports.watch.evaluating import evaluate
from motcua.reports.watch.models import StoredRule
from motcua.reports.watch.operations import enter_rule
from motcua.reports.watch.rules import Rule

COORDINATOR = "dieuphoi"
RULE = Rule(
    code="trinh-dien-qua-han",
    kind="threshold",
    name="Có hồ sơ đang giải quyết đã quá hạn",
    figure="dossiers.open-overdue",
    period="day",
    raise_at="0",
    clear_at="0",
)


def load_demo_alerts(province: Province) -> int:
    """The rule by the coordinator of the cast, evaluated over the rows themselves; returns how many alerts it opened.
    Nothing where the province has rules already."""
    if StoredRule.objects.filter(province=province).exists():
        return 0
    viewer = Viewer(User.objects.get(username=COORDINATOR))
    enter_rule(viewer, province, RULE, "Quy tắc của bản trình diễn", idempotency_key="demo")
    return len(evaluate(province, measure_live))

"""What the workers do for forecasts: once a day a forecast, and what is over is held against what happened."""

from __future__ import annotations

import time

from motcua.engine.facts.api import FactsError, snapshot_of
from motcua.engine.jobs.api import defer, every, job
from motcua.engine.provinces.api import Province
from motcua.kernel.clock import today
from motcua.reports.forecast.making import make_forecast, score_due, sweep, test_past_weeks
from motcua.reports.forecast.models import Run

_AGAIN_AFTER = 3600.0  # seconds before a province of which nothing could be said is asked once more
_asked: dict[str, float] = {}


@job("forecast.daily", "Dự báo hồ sơ trễ hẹn trong tuần, đối chiếu dự báo của tuần trước", once=False)
def forecast(province_id: int) -> None:
    province = Province.objects.get(pk=province_id)
    score_due(province)
    test_past_weeks(province)
    make_forecast(province)
    sweep(province)


@every(300.0, "forecast.ask", "Gọi dự báo của ngày")
def ask() -> None:
    for province in Province.objects.order_by("pk"):
        if Run.objects.filter(province=province, kind=Run.Kind.DAILY, day=today()).exists():
            continue
        try:
            snapshot_of(province, ["dossiers"])
        except FactsError:
            continue
        key = f"forecast.daily:{province.pk}"
        mark = f"{key}:{today()}"
        if time.monotonic() - _asked.get(mark, float("-inf")) < _AGAIN_AFTER:
            continue
        _asked[mark] = time.monotonic()
        defer(forecast, {"province_id": province.pk}, key=key, lock=key, province=province)

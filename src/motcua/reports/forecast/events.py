"""Forecasts made and held against what happened. Payloads name the run and its sums; rows of dossiers carry no event."""

from motcua.engine.events.api import declare_event

MADE = declare_event(
    "forecast:run:made", "Dự báo tuần đến {last_on}: {dossiers} hồ sơ đến hạn, dự kiến {expected} trễ"
)
SCORED = declare_event(
    "forecast:run:scored", "Đối chiếu dự báo tuần đến {last_on}: dự kiến {expected}, thực tế {actual} trễ"
)

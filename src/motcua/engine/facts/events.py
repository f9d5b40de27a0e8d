"""What is remembered of facts: that they were frozen as the evidence of something."""

from __future__ import annotations

from motcua.engine.events.api import declare_event

FROZEN = declare_event("facts:evidence:frozen", "Chốt dữ kiện làm chứng cứ: {facts}, từ {first} đến {last}")

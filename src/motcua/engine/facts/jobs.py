"""What the workers do for facts."""

from __future__ import annotations

import time

from motcua.engine.facts.rebuilding import rebuild, unbuilt
from motcua.engine.facts.refreshing import refresh_all
from motcua.engine.facts.sources import source_of
from motcua.engine.facts.sweeping import sweep
from motcua.engine.jobs.api import defer, every, job
from motcua.engine.provinces.api import Province

REFRESH_EVERY = 1.0
_AGAIN_AFTER = 600.0  # seconds before a fact that is still not built is tried once more
_queued: dict[str, float] = {}

every(REFRESH_EVERY, "facts.refresh", "Cập nhật dữ kiện theo sự kiện mới")(refresh_all)
every(600.0, "facts.sweep", "Dọn tệp dữ kiện đã được thay")(sweep)


@job("facts.rebuild", "Dựng lại dữ kiện từ hồ sơ gốc", once=False)
def build(province_id: int, fact: str) -> None:
    rebuild(Province.objects.get(pk=province_id), source_of(fact))


def rebuild_later(province_id: int, fact: str) -> None:
    """Has a fact built anew by a worker, after this transaction: what its source is given has changed."""
    key = f"facts.rebuild:{province_id}:{fact}"
    province = Province.objects.get(pk=province_id)
    defer(build, {"province_id": province_id, "fact": fact}, key=key, lock=key, province=province)


@every(30.0, "facts.build", "Dựng dữ kiện chưa có hoặc đã đổi khai báo")
def build_missing() -> None:
    for province, source in unbuilt():
        key = f"facts.rebuild:{province.pk}:{source.name}"
        declared = f"{key}:{source.digest}"
        if time.monotonic() - _queued.get(declared, float("-inf")) < _AGAIN_AFTER:
            continue
        _queued[declared] = time.monotonic()
        defer(build, {"province_id": province.pk, "fact": source.name}, key=key, lock=key, province=province)

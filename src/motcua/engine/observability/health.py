"""Can this installation serve? Each part answers in one sentence."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from motcua.engine.events.api import unsealed_tail
from motcua.engine.jobs.api import worker_silence

LEAST_DISK = 64 * 1024 * 1024  # bytes under which nothing can be written safely
LOW_DISK = 1024 * 1024 * 1024
LONGEST_SILENCE = 60.0  # seconds
LONGEST_UNSEALED = 60.0  # seconds

GOOD, WARNING, BAD = "good", "warning", "bad"


@dataclass(frozen=True, slots=True)
class Part:
    """`state` is good, warning (still serves) or bad (does not serve)."""

    name: str
    state: str
    words: str


_migrated: set[str] = set()  # databases seen fully migrated by this process: they stay so


def examine() -> list[Part]:
    """All parts; those behind the database are left out when it does not answer."""
    parts = [_database(), _disk()]
    if parts[0].state == BAD:
        return parts
    return [*parts, *(_guarded(name, check) for name, check in _BEHIND_DATABASE)]


def ready(parts: list[Part]) -> bool:
    return all(part.state != BAD for part in parts)


def _guarded(name: str, check: Callable[[str], Part]) -> Part:
    try:
        return check(name)
    except DatabaseError as error:
        return Part(name, BAD, f"Không đọc được từ cơ sở dữ liệu ({type(error).__name__}).")


def _database() -> Part:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            cursor.fetchone()
    except Exception as error:
        return Part("database", BAD, f"Cơ sở dữ liệu không trả lời ({type(error).__name__}).")
    return Part("database", GOOD, "Cơ sở dữ liệu trả lời.")


def _migrations(name: str) -> Part:
    database = str(connection.settings_dict["NAME"])
    if database not in _migrated:
        executor = MigrationExecutor(connection)
        waiting = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
        if waiting:
            return Part(name, BAD, f"Còn {waiting} bước nâng cấp chưa chạy; hãy chạy motcua upgrade.")
        _migrated.add(database)
    return Part(name, GOOD, "Cơ sở dữ liệu đúng phiên bản.")


def _cache(name: str) -> Part:
    mark = secrets.token_hex(8)
    key = f"readyz:{mark}"
    cache.set(key, mark, 10)
    kept = cache.get(key)
    cache.delete(key)
    if kept != mark:
        return Part(name, BAD, "Bộ nhớ đệm không giữ được giá trị vừa ghi.")
    return Part(name, GOOD, "Bộ nhớ đệm ghi và đọc được.")


def _disk() -> Part:
    folder = Path(settings.DATA_DIR)
    try:
        free = shutil.disk_usage(folder).free
    except OSError as error:
        return Part("disk", BAD, f"Không xem được thư mục dữ liệu ({error.strerror}).")
    words = f"Còn {free / LOW_DISK:.1f} GB trống.".replace(".", ",", 1)
    if free < LEAST_DISK:
        return Part("disk", BAD, f"{words} Hãy giải phóng đĩa ngay.")
    if free < LOW_DISK:
        return Part("disk", WARNING, f"{words} Hãy giải phóng đĩa.")
    return Part("disk", GOOD, words)


def _worker(name: str) -> Part:
    silence = worker_silence()
    if silence is None:
        return Part(name, WARNING, "Chưa có tiến trình chạy công việc nền.")
    seconds = silence.total_seconds()
    if seconds > LONGEST_SILENCE:
        return Part(name, WARNING, f"Tiến trình chạy công việc nền im lặng {seconds:.0f} giây.")
    return Part(name, GOOD, f"Tiến trình chạy công việc nền báo {seconds:.0f} giây trước.")


def _seals(name: str) -> Part:
    count, oldest = unsealed_tail()
    age = oldest.total_seconds() if oldest else 0.0
    if age > LONGEST_UNSEALED:
        return Part(name, WARNING, f"Nhật ký còn {count} sự kiện chưa niêm phong, cũ nhất {age:.0f} giây.")
    return Part(name, GOOD, f"Nhật ký còn {count} sự kiện chờ niêm phong.")


_BEHIND_DATABASE: tuple[tuple[str, Callable[[str], Part]], ...] = (
    ("migrations", _migrations),
    ("cache", _cache),
    ("worker", _worker),
    ("seals", _seals),
)

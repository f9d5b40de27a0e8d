"""`motcua doctor`: what is well here and what is not, before anybody has to ask."""

from __future__ import annotations

import json
import platform
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import click

import motcua
from motcua.cli.preparation import is_prepared
from motcua.engine.database.api import (
    DatabaseProblem,
    connect,
    data_dir,
    read_marker,
    read_state,
    refuse_newer,
    running_database,
    shown,
    wheel_version,
)

_LOW_DISK = 1_073_741_824
Finding = tuple[bool, str]


@click.command()
def doctor() -> None:
    """Kiểm tra máy, thư mục dữ liệu và cơ sở dữ liệu."""
    healthy = True
    for check in (_machine, _folder, _leftovers, _database):
        for good, words in _findings(check):
            click.echo(f"{'  tốt ' if good else '  LỖI '} {words}")
            healthy = healthy and good
    click.echo("Mọi thứ đều tốt." if healthy else "Có việc cần xử lý, xem các dòng LỖI ở trên.")
    sys.exit(0 if healthy else 1)


def _findings(check: Callable[[], Iterator[Finding]]) -> Iterator[Finding]:
    try:
        yield from check()
    except (DatabaseProblem, OSError) as problem:
        yield False, str(problem)


def _machine() -> Iterator[Finding]:
    yield True, f"motcua {motcua.__version__}, PostgreSQL đi kèm {wheel_version()}"
    version = ".".join(str(part) for part in sys.version_info[:3])
    yield sys.version_info >= (3, 11), f"Python {version} trên {platform.platform(terse=True)}"


def _folder() -> Iterator[Finding]:
    data = data_dir()
    if not data.exists():
        yield True, f"Thư mục dữ liệu {data} chưa có, sẽ được tạo ở lần chạy đầu"
        return
    marker = read_marker(data)
    yield True, f"Thư mục dữ liệu {data}" + (f", motcua {marker.motcua}" if marker else ", còn mới")
    free = shutil.disk_usage(data).free
    yield free > _LOW_DISK, f"Còn trống {free / _LOW_DISK:.1f} GB (nên có ít nhất 1 GB)"


def _leftovers() -> Iterator[Finding]:
    """Clusters that root's runs put outside a closed folder and that the folder no longer names."""
    base = Path("/var/lib/motcua")
    marker = read_marker(data_dir()) if data_dir().exists() else None
    for path in sorted(base.iterdir()) if base.is_dir() else []:
        if (path / "data").is_dir() and (marker is None or Path(marker.cluster) != path):
            yield True, f"Có cơ sở dữ liệu của thư mục khác hoặc đã bỏ: {path} (xóa nếu không còn dùng)"


def _database() -> Iterator[Finding]:
    with running_database() as url:
        with connect(url) as connection:
            version = connection.info.server_version
            yield (
                True,
                f"Cơ sở dữ liệu {shown(url)} trả lời, PostgreSQL {version // 10_000}.{version % 10_000}",
            )
        state = read_state(url)
        refuse_newer(state, shown(url))
        demo = state.get("demo") == "1"
        if not state:
            yield True, "Cơ sở dữ liệu còn trống; `motcua run` hoặc `motcua upgrade` sẽ chuẩn bị"
        elif is_prepared(state, data_dir(), demo):
            yield True, f"Cơ sở dữ liệu đúng phiên bản {state.get('motcua')}"
        else:
            yield False, f"Cơ sở dữ liệu ở phiên bản {state.get('motcua')}: cần `motcua upgrade`"
        accounts = len(json.loads(state.get("demo_accounts", "[]")))
        yield True, f"Dữ liệu trình diễn: {f'có, {accounts} tài khoản' if demo else 'không'}"

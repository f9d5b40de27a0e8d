"""`motcua upgrade`: check, back up, migrate, report."""

from __future__ import annotations

import os
import shutil
from datetime import UTC, datetime
from pathlib import Path

import click

import motcua
from motcua.cli.instance import Instance
from motcua.cli.preparation import is_prepared, prepare
from motcua.cli.problems import Problem, explained
from motcua.engine.database.api import (
    connect,
    data_dir,
    read_state,
    refuse_newer,
    running_database,
    shown,
    write_backup,
)


@click.command()
@click.option("--backup-dir", type=click.Path(file_okay=False, path_type=Path), help="Nơi đặt bản sao lưu.")
@explained
def upgrade(backup_dir: Path | None) -> None:
    """Nâng cấp cơ sở dữ liệu lên phiên bản đang cài; tự sao lưu trước."""
    data = data_dir()
    data.mkdir(parents=True, exist_ok=True)
    instance = Instance(data)
    instance.claim()
    try:
        with running_database() as url:
            _upgrade(url, data, backup_dir or data / "backups")
    finally:
        instance.leave()


def _upgrade(url: str, data: Path, backups: Path) -> None:
    state = read_state(url)
    refuse_newer(state, shown(url))
    demo = state.get("demo") == "1"
    if is_prepared(state, data, demo):
        click.echo(f"Cơ sở dữ liệu đã ở phiên bản {motcua.__version__}, không có gì phải làm.")
        return
    before = state.get("motcua", "mới")
    migrations = _applied(url)
    if migrations:
        _back_up(url, data, backups, before)
    os.environ["MOTCUA_DATA_DIR"] = str(data)
    prepare(data, demo)
    new = sorted(_applied(url) - migrations)
    click.echo(f"Đã nâng cấp từ {before} lên {motcua.__version__}: {len(new)} bước chuyển đổi dữ liệu.")
    for name in new:
        click.echo(f"  {name}")


def _back_up(url: str, data: Path, backups: Path, version: str) -> None:
    backups.mkdir(mode=0o700, parents=True, exist_ok=True)
    _check_room(url, backups)
    moment = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    target = backups / f"truoc-nang-cap-{version}-{moment}.zip"
    manifest = write_backup(url, target, data / "files")
    click.echo(
        f"Đã sao lưu {manifest.rows} dòng vào {target}; quay lại bằng: motcua restore --replace {target}"
    )


def _check_room(url: str, backups: Path) -> None:
    """A backup and a rewritten table must both fit; the database's own size is a safe measure of each."""
    with connect(url) as connection:
        row = connection.execute("SELECT pg_database_size(current_database())").fetchone()
    needed, free = 2 * int(row[0] if row else 0), shutil.disk_usage(backups).free
    if free < needed:
        raise Problem(
            "UPGRADE-DISK",
            f"Cần {needed // 1_048_576} MB trống ở {backups} để sao lưu và nâng cấp, chỉ còn "
            f"{free // 1_048_576} MB. Hãy giải phóng dung lượng hoặc chọn --backup-dir khác.",
            f"{needed // 1_048_576} MB free space needed, {free // 1_048_576} MB found.",
        )


def _applied(url: str) -> set[str]:
    with connect(url) as connection:
        row = connection.execute("SELECT to_regclass('public.django_migrations')").fetchone()
        if row is None or row[0] is None:
            return set()
        return {
            f"{app}.{name}" for app, name in connection.execute("SELECT app, name FROM django_migrations")
        }

"""`motcua backup FILE`."""

from __future__ import annotations

from pathlib import Path

import click

from motcua.cli.problems import explained
from motcua.engine.database.api import data_dir, running_database, write_backup


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--replace", is_flag=True, help="Ghi đè nếu tệp đã có.")
@explained
def backup(file: Path, replace: bool) -> None:
    """Sao lưu cơ sở dữ liệu và kho tệp vào FILE (zip), kể cả khi motcua đang chạy."""
    with running_database() as url:
        manifest = write_backup(url, file.absolute(), data_dir() / "files", replace=replace)
    size = file.stat().st_size / 1_048_576
    click.echo(
        f"Đã sao lưu {len(manifest.tables)} bảng, {manifest.rows} dòng, {manifest.files} tệp "
        f"vào {file} ({size:.1f} MB). Tệp chứa dữ liệu cá nhân: hãy cất nơi an toàn."
    )

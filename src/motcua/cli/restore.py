"""`motcua restore FILE`."""

from __future__ import annotations

from pathlib import Path

import click

from motcua.cli.problems import explained
from motcua.engine.database.api import data_dir, read_backup, restore_backup, running_database


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--replace", is_flag=True, help="Thay toàn bộ dữ liệu đang có.")
@click.option("--check", is_flag=True, help="Chỉ kiểm tra bản sao lưu, không khôi phục.")
@explained
def restore(file: Path, replace: bool, check: bool) -> None:
    """Khôi phục từ bản sao lưu FILE. Sai thì dữ liệu đang có vẫn nguyên."""
    if check:
        manifest = read_backup(file)
    else:
        with running_database() as url:
            manifest = restore_backup(url, file, data_dir() / "files", replace=replace)
    done = "Bản sao lưu nguyên vẹn" if check else "Đã khôi phục"
    click.echo(
        f"{done}: motcua {manifest.motcua}, lúc {manifest.taken_at}, {len(manifest.tables)} bảng, "
        f"{manifest.rows} dòng, {manifest.files} tệp."
    )

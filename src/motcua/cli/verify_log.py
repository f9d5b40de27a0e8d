"""motcua verify-log: checks the event log, here or in an exported file."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from motcua.cli.django_ready import django_ready
from motcua.cli.problems import explained

if TYPE_CHECKING:
    from motcua.engine.events.chain import Verification

REASONS = {
    "content": "nội dung sự kiện đã bị sửa",
    "link": "mắt xích không nối với sự kiện trước",
    "gap": "thiếu sự kiện trước vị trí này",
}


@click.command()
@click.option(
    "--file",
    "source",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Kiểm tra tệp đã xuất, không cần cơ sở dữ liệu.",
)
@click.option(
    "--export",
    "target",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Xuất nhật ký ra tệp JSON theo dòng.",
)
@explained
def verify_log(source: Path | None, target: Path | None) -> None:
    """Kiểm tra chuỗi băm của nhật ký sự kiện. Mã thoát 1 khi có chỗ đã bị sửa."""
    found = _verify_file(source) if source is not None else _verify_database(target)
    _tell(found)
    raise SystemExit(0 if found.holds else 1)


def _verify_file(source: Path) -> Verification:
    from motcua.engine.events.chain import verify_rows

    with source.open(encoding="utf-8") as stream:
        return verify_rows(json.loads(line) for line in stream)


def _verify_database(target: Path | None) -> Verification:
    with django_ready():
        from motcua.engine.events.api import export_rows, verify

        if target is None:
            return verify()
        with target.open("w", encoding="utf-8") as stream:
            return verify(_written(export_rows(), stream))


def _written(rows: Iterator[dict[str, Any]], stream: Any) -> Iterator[dict[str, Any]]:
    for row in rows:
        stream.write(json.dumps(row, ensure_ascii=False) + "\n")
        yield row


def _tell(found: Verification) -> None:
    click.echo(f"Đã kiểm tra {found.checked} sự kiện trong {len(found.heads)} chuỗi.")
    for province, (position, digest) in found.heads.items():
        name = f"tỉnh {province}" if province is not None else "hệ thống"
        click.echo(f"  chuỗi {name}: {position} mắt xích, đầu chuỗi {digest}")
    if found.unsealed:
        age = found.oldest_unsealed.total_seconds() if found.oldest_unsealed else 0
        click.echo(f"Chưa niêm phong: {found.unsealed} sự kiện, cũ nhất {age:.0f} giây.")
    for broken in found.breaks:
        click.secho(
            f"SAI tại vị trí {broken.position} (sự kiện {broken.event_uid}): {REASONS[broken.reason]}.",
            fg="red",
        )
    if found.holds:
        click.echo("Nhật ký nguyên vẹn.")

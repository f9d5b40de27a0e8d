"""motcua facts: columns of facts built anew, looked at, held against their records."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import click

from motcua.cli.django_ready import django_ready
from motcua.cli.problems import Problem, explained

if TYPE_CHECKING:
    from motcua.engine.facts.api import FactSource, State
    from motcua.engine.provinces.api import Province

_STEPS = {"select": "đang đọc từ cơ sở dữ liệu", "write": "đang ghi tệp", "done": "xong"}
_of_province = click.option("--province", "key", help="Chỉ một tỉnh, theo tên khóa (ví dụ bac-ninh).")
_of_fact = click.option("--fact", "name", help="Chỉ một dữ kiện, theo tên.")


@click.group()
def facts() -> None:
    """Dữ kiện để tính chỉ tiêu: dựng lại, xem tình trạng, đối chiếu với hồ sơ gốc."""


@facts.command()
@_of_province
@_of_fact
@click.option("--resume", is_flag=True, help="Chỉ làm tiếp những gì lần trước còn dở.")
@explained
def rebuild(key: str | None, name: str | None, resume: bool) -> None:
    """Dựng lại từ hồ sơ gốc, từng dữ kiện một; dừng giữa chừng thì chạy tiếp với --resume."""
    with django_ready():
        from motcua.engine.facts.api import FactsError, ask, asked

        if not resume:
            for province, source in _chosen(key, name):
                ask(province, source)
        waiting = [one for one in asked() if _matches(one, key, name)]
        for number, (province, source) in enumerate(waiting, start=1):
            try:
                _rebuild(province, source, f"[{number}/{len(waiting)}] {province.key} {source.name}")
            except FactsError as error:
                raise Problem(
                    error.code, error.message, "The fact was not rebuilt; nothing changed."
                ) from error
        click.echo(f"Đã dựng {len(waiting)} dữ kiện.")


def _rebuild(province: Province, source: FactSource, label: str) -> None:
    from motcua.engine.facts.api import rebuild as build

    began = time.monotonic()

    def progress(step: str) -> None:
        click.echo(f"{label}: {_STEPS[step]} ({time.monotonic() - began:.1f} giây)")

    rows = build(province, source, progress)
    click.echo(f"{label}: {rows} dòng")


@facts.command()
@_of_province
@explained
def status(key: str | None) -> None:
    """Mỗi dữ kiện đã dựng chưa, đến sự kiện nào, bao nhiêu dòng và tệp; dữ kiện chậm bao lâu."""
    with django_ready():
        from motcua.engine.facts.api import lag, states

        for state in states():
            if key in (None, state.province):
                click.echo(_line(state))
        behind = lag()
        click.echo(f"Chậm {behind.behind.total_seconds():.0f} giây; chưa dựng {behind.unbuilt}.")


def _line(state: State) -> str:
    if not state.built:
        return f"{state.province} {state.fact}: chưa dựng"
    fresh = f"{state.fresh_at:%H:%M:%S %d/%m/%Y}" if state.fresh_at else "–"
    return (
        f"{state.province} {state.fact}: {state.rows} dòng, {state.changed} dòng bổ sung, "
        f"{state.bases} + {state.deltas} tệp, {state.size / 1_048_576:.1f} MB, đến sự kiện {state.position}, "
        f"lúc {fresh}{' (còn dựng dở)' if state.asked else ''}"
    )


@facts.command()
@_of_province
@_of_fact
@explained
def verify(key: str | None, name: str | None) -> None:
    """Đối chiếu tệp và từng dòng với hồ sơ gốc. Mã thoát 1 khi có chỗ sai."""
    wrong = 0
    with django_ready():
        from motcua.engine.facts.api import verify as check

        for province, source in _chosen(key, name):
            found = check(province, source)
            label = f"{province.key} {source.name}"
            if found.holds:
                click.echo(f"{label}: đúng, {found.rows} dòng, {found.content}")
                continue
            wrong += 1
            for uid in found.damaged:
                click.secho(f"{label}: tệp {uid} bị mất hoặc bị sửa", fg="red")
            if found.count:
                click.secho(
                    f"{label}: {found.count} dòng khác hồ sơ gốc: {', '.join(found.differing)}", fg="red"
                )
    if wrong:
        click.echo("Hãy chạy: motcua facts rebuild")
    raise SystemExit(1 if wrong else 0)


def _chosen(key: str | None, name: str | None) -> list[Any]:
    """Province and source of what the command is about. Raises Problem for an unknown name."""
    from motcua.engine.facts.api import sources
    from motcua.engine.provinces.api import Province

    everything = [(province, source) for province in Province.objects.order_by("pk") for source in sources()]
    chosen = [one for one in everything if _matches(one, key, name)]
    if (key or name) and not chosen:
        raise Problem(
            "FACTS-UNKNOWN",
            "Không có tỉnh hoặc dữ kiện mang tên này. Xem tên bằng: motcua facts status.",
            "No such province or fact.",
        )
    return chosen


def _matches(one: tuple[Province, FactSource], key: str | None, name: str | None) -> bool:
    return key in (None, one[0].key) and name in (None, one[1].name)

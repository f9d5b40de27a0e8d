"""motcua simulate: a province's year that never was, with the published year's totals."""

from __future__ import annotations

import signal
import time
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import click

from motcua.cli.django_ready import django_ready, ready_database
from motcua.cli.problems import Problem, explained

if TYPE_CHECKING:
    from motcua.simulation.api import Beside, Outcome, Progress

_PHASES = {
    "applicants": "người nộp",
    "acts": "việc",
    "stories": "lập kế hoạch",
    "kinds": "học mẫu",
    "sides": "học mẫu việc đi kèm",
    "played": "làm từng hồ sơ hiếm",
    "indexes": "dựng chỉ mục",
    "dossiers": "hồ sơ",
    "seals": "niêm phong sự kiện",
    "facts": "dựng dữ kiện",
}
_SMALL = Fraction(1, 1000)  # up to here through the operations
_EVERY = 2.0  # seconds between two lines of progress


@click.command()
@click.option(
    "--province", default="bac-ninh", show_default=True, help="bac-ninh, hoặc mau (tỉnh không có thật)."
)
@click.option("--year", default=2025, show_default=True, help="Năm báo cáo: 15/12 năm trước đến 14/12.")
@click.option(
    "--scale", default="1/1000", show_default=True, help="Tỷ lệ so với cả năm, ví dụ 1/2000, 0.01, 1."
)
@click.option("--seed", default=7, show_default=True, help="Hạt giống: cùng số thì ra cùng một năm.")
@click.option(
    "--way",
    type=click.Choice(["auto", "operations", "bulk"]),
    default="auto",
    show_default=True,
    help="operations: từng việc qua nghiệp vụ; bulk: ghi hàng loạt, cùng kết quả; auto: theo tỷ lệ.",
)
@click.option("--workers", default=2, show_default=True, help="Số tiến trình ghi hàng loạt.")
@click.option(
    "--live", type=click.IntRange(1, 6_000), help="Không mô phỏng năm: mỗi phút N hồ sơ mới, đến khi Ctrl-C."
)
@explained
def simulate(
    province: str, year: int, scale: str, seed: int, way: str, workers: int, live: int | None
) -> None:
    """Mô phỏng một năm hồ sơ của tỉnh. Ngắt bằng Ctrl-C; chạy lại đúng lệnh này thì làm tiếp từ chỗ dừng."""
    try:
        share = Fraction(scale.replace(",", "."))
    except (ValueError, ZeroDivisionError) as error:
        raise Problem(
            "SIM-SCALE",
            f"Không hiểu tỷ lệ {scale!r}; hãy viết như 1/2000, 0.01 hoặc 1.",
            "The scale is not a number.",
        ) from error
    if live is not None:
        _live(province, live, seed)
        return
    with ready_database():
        from motcua.simulation.api import PlanError, SimulationRefused, Wanted, is_settled, settle
        from motcua.simulation.api import simulate as run_year

        chosen = way if way != "auto" else "operations" if share <= _SMALL else "bulk"
        wanted = Wanted(province, year, share, seed, chosen)
        began, lines, figured = time.monotonic(), _Lines(), None
        try:
            outcome = run_year(wanted, lines, _Stopping(), workers=workers)
            if outcome.finished and not is_settled(wanted):
                figured = settle(wanted, lines)
        except (SimulationRefused, PlanError) as refusal:
            text = getattr(refusal, "message", None) or str(refusal).partition(": ")[2]
            raise Problem(refusal.code, text, "The year was not simulated.") from refusal
    _report(outcome, figured is not None, time.monotonic() - began)


def _live(province: str, per_minute: int, seed: int) -> None:
    """A day in a minute, or however many."""
    with django_ready():
        from motcua.simulation.api import PlanError, SimulationRefused
        from motcua.simulation.api import live as go_on

        lines, stopping = _Lines(), _Stopping()
        try:
            filed = go_on(province, per_minute, seed=seed, tell=lines.count, stop=stopping)
        except (SimulationRefused, PlanError) as refusal:
            text = getattr(refusal, "message", None) or str(refusal).partition(": ")[2]
            raise Problem(refusal.code, text, "Nothing was filed.") from refusal
    click.echo(f"Đã nộp {filed} hồ sơ.")


class _Stopping:
    """Ctrl-C asks for an end at the next whole piece; the second one ends at once (nothing half-saved stays)."""

    def __init__(self) -> None:
        self.asked = False
        signal.signal(signal.SIGINT, self._ask)

    def _ask(self, *_: Any) -> None:
        if self.asked:
            raise KeyboardInterrupt
        self.asked = True
        click.echo("Đang dừng sau phần đang ghi...", err=True)

    def __call__(self) -> bool:
        return self.asked


class _Lines:
    """Progress, a line every two seconds."""

    def __init__(self) -> None:
        self._began, self._told = time.monotonic(), 0.0

    def count(self, filed: int) -> None:
        moment = time.monotonic()
        if moment - self._told >= _EVERY:
            self._told = moment
            click.echo(f"{moment - self._began:6.0f} giây  hồ sơ mới: {filed}")

    def __call__(self, progress: Progress) -> None:
        moment = time.monotonic()
        if progress.done < progress.total and moment - self._told < _EVERY:
            return
        self._told = moment
        share = 100 * progress.done // max(1, progress.total)
        phase = _PHASES.get(progress.phase, progress.phase)
        click.echo(f"{moment - self._began:6.0f} giây  {phase}: {progress.done}/{progress.total} ({share}%)")


def _report_beside(beside: Beside | None) -> None:
    assert beside is not None
    digitised, electronic, reused = (f"{rate:.2f}%".replace(".", ",") for rate in beside.rates)
    click.echo(
        f"số hóa {digitised}, kết quả điện tử {electronic}, dùng lại giấy tờ {reused} đến ngày công bố tỷ lệ\n"
        f"phí: {beside.paid_online} hồ sơ nộp trực tuyến, {beside.paid_at_counter} nộp tại quầy\n"
        f"đánh giá: {beside.rated} lượt, {beside.disliked} không hài lòng; {beside.refused} hồ sơ bị từ chối tiếp nhận\n"
        f"phản ánh, kiến nghị: {beside.petitions} tiếp nhận, {beside.petitions_resolved} đã giải quyết"
    )


def _report(outcome: Outcome, figured: bool, seconds: float) -> None:
    if not outcome.finished:
        click.echo("Đã dừng; những phần đã ghi là trọn vẹn. Chạy lại lệnh này để làm tiếp.")
        raise SystemExit(130)
    counted = outcome.counted
    assert counted is not None
    if outcome.already:
        click.echo("Năm này đã mô phỏng xong từ trước; không ghi gì thêm.")
    click.echo(
        f"{'':10}{'tiếp nhận':>12}{'đã giải quyết':>15}{'đúng hạn':>12}{'quá hạn':>10}{'nơi khác':>10}"
    )
    for level, name in (("province", "cấp tỉnh"), ("commune", "cấp xã")):
        one = counted.levels[level]
        click.echo(
            f"{name:10}{one.received:>12}{one.resolved:>15}{one.on_time:>12}{one.late:>10}{one.elsewhere:>10}"
        )
    for service, name in (("full", "toàn trình"), ("partial", "một phần"), ("none", "không trực tuyến")):
        received, online = counted.services.get(service, (0, 0))
        click.echo(f"dịch vụ {name}: {received} hồ sơ, {online} nộp trực tuyến")
    _report_beside(outcome.beside)
    also = ", bằng các chỉ tiêu tính từ dữ kiện" if figured else ""
    click.echo(f"Các số trên đếm từ hồ sơ bằng SQL{also} và bằng kế hoạch ({seconds:.0f} giây).")

"""`motcua audit`: read a report, say what does not add up. Needs no database, server or network."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from motcua.reports.audit.api import AuditResult, Report, UnreadableReport

EXIT_UNREADABLE = 3
EXIT_USAGE = 64
EXIT_FAULT = 70
FORMATS = ("text", "json", "html", "csv")
SEVERITIES = ("definite", "likely", "arguable")


class _WrongUsage(click.UsageError):
    exit_code = EXIT_USAGE


class _AuditCommand(click.Command):
    """Wrong usage ends with 64: the exit codes 1 and 2 are results of an audit."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        try:
            return super().parse_args(ctx, args)
        except click.UsageError as error:
            raise _WrongUsage(error.format_message(), ctx) from None


@click.command(cls=_AuditCommand, context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("reports", metavar="REPORT...", nargs=-1, required=True)
@click.option(
    "--previous", multiple=True, metavar="FILE", help="Báo cáo kỳ trước của cùng đơn vị; lặp lại được."
)
@click.option(
    "--format", "form", type=click.Choice(FORMATS), default="text", show_default=True, help="Dạng kết quả."
)
@click.option("--output", metavar="FILE", help="Ghi kết quả vào tệp này thay vì màn hình.")
@click.option("--rule-set", default="2025", show_default=True, help="Bộ biểu mẫu và quy tắc.")
@click.option(
    "--min-severity",
    type=click.Choice(SEVERITIES),
    default="arguable",
    show_default=True,
    help="Chỉ hiện phát hiện từ mức này trở lên; mã kết thúc không đổi.",
)
def audit(
    reports: Sequence[str],
    previous: Sequence[str],
    form: str,
    output: str | None,
    rule_set: str,
    min_severity: str,
) -> None:
    """Kiểm tra số liệu của một báo cáo cải cách hành chính (docx, xlsx, pdf có lớp chữ, Markdown).

    Nhiều tệp hợp thành một báo cáo. Mã kết thúc: 0 không có gì trên mức "cần xem lại",
    1 nhiều khả năng sai, 2 chắc chắn sai, 3 không đọc được tệp.
    """
    from motcua.reports.audit.api import UnreadableReport

    try:
        report, result = _audit(reports, previous, rule_set)
    except UnreadableReport as error:
        _refuse(error, form)
        raise SystemExit(EXIT_UNREADABLE) from None
    except Exception as error:
        # Python's own exit code for a crash, 1, would read as "likely".
        click.echo(f"Lỗi của chương trình ({type(error).__name__}): hãy báo kèm tệp gây lỗi.", err=True)
        raise SystemExit(EXIT_FAULT) from error
    _write(_render(report, result, form, min_severity, to_screen=output is None), output, form)
    raise SystemExit(result.exit_code())


def _audit(reports: Sequence[str], previous: Sequence[str], rule_set: str) -> tuple[Report, AuditResult]:
    from motcua.reports.audit.api import audit_report, read_report

    report = read_report([Path(name) for name in reports])
    earlier = read_report([Path(name) for name in previous]) if previous else None
    try:
        return report, audit_report(report, previous=earlier, rule_set=rule_set)
    except FileNotFoundError:
        click.echo(f"Không có bộ quy tắc “{rule_set}”. Hãy dùng --rule-set 2025.", err=True)
        raise SystemExit(EXIT_USAGE) from None


def _refuse(error: UnreadableReport, form: str) -> None:
    if form == "json":
        from motcua.reports.audit.api import render_refusal

        _print(render_refusal(error))
    click.echo(f"Không kiểm tra được: {error.message} [{error.code}]", err=True)


def _render(report: Report, result: AuditResult, form: str, min_severity: str, *, to_screen: bool) -> str:
    from motcua.reports.audit.api import Severity, from_severity, render

    shown = from_severity(result, Severity(min_severity))
    colour = to_screen and sys.stdout.isatty() and "NO_COLOR" not in os.environ
    return render(
        report, shown, form, colour=colour, width=min(shutil.get_terminal_size((100, 24)).columns, 120)
    )


def _write(text: str, output: str | None, form: str) -> None:
    if output is None:
        _print(text)
        return
    try:
        Path(output).write_text(text, encoding="utf-8", newline="" if form == "csv" else None)
    except OSError as error:
        reason = error.strerror or str(error)
        click.echo(f"Không ghi được kết quả vào “{output}”: {reason}. Hãy chọn tệp khác.", err=True)
        raise SystemExit(EXIT_USAGE) from None
    click.echo(f"Đã ghi kết quả vào “{output}”.", err=True)


def _print(text: str) -> None:
    """UTF-8 whatever the locale of the terminal says."""
    sys.stdout.flush()
    sys.stdout.buffer.write(text.encode("utf-8"))
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    audit()

"""motcua verify: who signed a PDF, when, and what changed since. Needs no database."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from motcua.engine.signing.checking import VerifiedPaper, VerifiedSignature
    from motcua.engine.signing.trust import Trust

EXITS = {"good": 0, "changed": 2, "unsigned": 3, "untrusted": 4}
EXIT_USAGE = 64
STATES = {
    "good": "HỢP LỆ: chữ ký đúng, người ký được tin cậy, nội dung không bị sửa.",
    "changed": "KHÔNG HỢP LỆ: chữ ký sai, chứng thư không còn giá trị hoặc nội dung đã bị sửa.",
    "unsigned": "Tệp không có chữ ký số.",
    "untrusted": "CHƯA XÁC NHẬN ĐƯỢC NGƯỜI KÝ: nội dung không bị sửa sau khi ký, nhưng chứng thư chưa được tin cậy.",
}
ROLES = {
    "person": "người có thẩm quyền",
    "organisation": "cơ quan",
    "timestamp": "dấu thời gian của văn bản",
    "other": "chữ ký khác",
}


class _WrongUsage(click.UsageError):
    exit_code = EXIT_USAGE


class _VerifyCommand(click.Command):
    """Wrong usage ends with 64: the exit code 2 is a result."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        try:
            return super().parse_args(ctx, args)
        except click.UsageError as error:
            raise _WrongUsage(error.format_message(), ctx) from None


_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command(cls=_VerifyCommand, context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("file", type=_FILE)
@click.option(
    "--trust",
    "certificates",
    multiple=True,
    type=_FILE,
    help="Chứng thư gốc tin cậy (PEM, DER); lặp lại được.",
)
@click.option("--crl", "lists", multiple=True, type=_FILE, help="Danh sách thu hồi (CRL); lặp lại được.")
@click.option("--json", "as_json", is_flag=True, help="In kết quả dạng JSON.")
def verify(file: Path, certificates: tuple[Path, ...], lists: tuple[Path, ...], as_json: bool) -> None:
    """Kiểm tra chữ ký số của một tệp PDF: ai ký, lúc nào, từ đó có gì thay đổi.

    Ngoài --trust còn tin chứng thư trong thư mục signing/trust của thư mục dữ liệu. Mã kết thúc: 0 hợp lệ,
    2 bị sửa hoặc không hợp lệ, 3 không có chữ ký, 4 còn nguyên nhưng chưa xác nhận được người ký.
    """
    _languages()
    from motcua.engine.signing.checking import verify as judge
    from motcua.engine.signing.errors import SigningRefused

    try:
        paper = judge(file.read_bytes(), _trust(certificates, lists))
    except SigningRefused as refusal:
        raise _WrongUsage(f"[{refusal.code}] {refusal.message}") from None
    if as_json:
        click.echo(json.dumps(paper.as_dict(), ensure_ascii=False, indent=2))
    else:
        _tell(paper)
    raise SystemExit(EXITS[paper.state])


def _languages() -> None:
    """Words of the room without the program's settings, hence without its database: as written, in Vietnamese."""
    from django.conf import settings

    if not settings.configured and not os.environ.get("DJANGO_SETTINGS_MODULE"):
        settings.configure(USE_I18N=False, USE_TZ=True, TIME_ZONE="Asia/Ho_Chi_Minh")


def _trust(certificates: tuple[Path, ...], lists: tuple[Path, ...]) -> Trust:
    from motcua.engine.signing.trust import folder_trust, read_certificates, read_list

    given = [one for path in certificates for one in read_certificates(path.read_bytes())]
    return folder_trust().plus(
        roots=[one for one in given if one.self_issued],
        between=[one for one in given if not one.self_issued],
        lists=[read_list(path.read_bytes()) for path in lists],
    )


def _tell(paper: VerifiedPaper) -> None:
    click.secho(STATES[paper.state], fg="green" if paper.state == "good" else "red", bold=True)
    if paper.number or paper.day:
        click.echo(f"Số, ký hiệu: {paper.number or '–'}; ngày ban hành: {paper.day or '–'}")
    for problem in paper.problems:
        click.echo(f"  ! {problem}")
    for place, one in enumerate(paper.signatures, start=1):
        _tell_signature(place, one)
    click.echo(f"SHA-256: {paper.sha256}")


def _tell_signature(place: int, one: VerifiedSignature) -> None:
    from motcua.kernel.clock import local

    organisation = f" – {one.organisation}" if one.organisation else ""
    click.echo(f"{place}. {one.signer}{organisation} ({ROLES[one.role]})")
    if one.claimed_at:
        click.echo(f"   Thời gian ký (người ký khai): {local(one.claimed_at):%d/%m/%Y %H:%M:%S %z}")
    if one.timestamped_at:
        click.echo(f"   Dấu thời gian: {local(one.timestamped_at):%d/%m/%Y %H:%M:%S %z} {one.timestamped_by}")
    if one.reason:
        click.echo(f"   Lý do: {one.reason}")
    click.echo(
        f"   Chứng thư {one.serial}, nơi cấp: {one.issuer}; {'được tin cậy' if one.trusted else 'CHƯA TIN CẬY'}"
    )
    covers = "toàn bộ tệp" if one.covers_all else f"lần ghi thứ {one.revision} trong {one.revisions}"
    click.echo(f"   Bảo vệ {covers}: {'còn nguyên' if one.intact else 'ĐÃ BỊ SỬA'}")
    for problem in one.problems:
        click.echo(f"   ! {problem}")
    for change in one.changes:
        click.echo(f"   từ đó: {change}")

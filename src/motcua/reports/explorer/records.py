"""What a record that a figure counts is called, and where it is seen; by fact."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from motcua.engine.provinces.api import Province
from motcua.kernel.clock import local
from motcua.modules.dossiers.api import listed, listed_steps


@dataclass(frozen=True, slots=True)
class Record:
    """One line of a list: a name with its address, and cells under the headings of its fact."""

    name: str
    address: str
    cells: tuple[str, ...]


# Facts whose key is a dossier's uid.
OF_DOSSIERS = frozenset({"dossiers", "records_dossiers", "payments_dossiers", "feedback_grievances"})
Reader = Callable[[Province, Collection[str]], Mapping[str, Record]]


@dataclass(frozen=True, slots=True)
class Listing:
    """`headings`: of the name and of every cell."""

    headings: tuple[str, ...]
    read: Reader


def listing_of(fact: str) -> Listing | None:
    """How records of a fact are listed; None where only their keys are known."""
    if fact == "dossier_steps":
        return _steps()
    return _dossiers() if fact in OF_DOSSIERS else None


def _steps() -> Listing:
    headings = (
        _("Bước"), _("Hồ sơ"), _("Thủ tục"), _("Đơn vị thực hiện"), _("Nhận việc"), _("Hạn"), _("Xong việc"),
    )  # fmt: skip
    return Listing(headings, _read_steps)


def _read_steps(province: Province, keys: Collection[str]) -> Mapping[str, Record]:
    return {
        key: Record(
            one.name,
            one.address,
            (
                one.dossier_code or _("chưa có mã"),
                f"{one.procedure_code} {one.procedure_name}",
                one.unit_code,
                _moment(one.opened_at),
                _moment(one.due_at),
                _moment(one.closed_at),
            ),
        )
        for key, one in listed_steps(province, keys).items()
    }


def _dossiers() -> Listing:
    headings = (
        _("Hồ sơ"), _("Thủ tục"), _("Đơn vị giải quyết"), _("Tiếp nhận"), _("Hẹn trả"), _("Xử lý xong"),
        _("Nguyên nhân quá hạn"),
    )  # fmt: skip
    return Listing(headings, _read_dossiers)


def _read_dossiers(province: Province, keys: Collection[str]) -> Mapping[str, Record]:
    return {
        uid: Record(
            one.code or _("chưa có mã"),
            one.address,
            (
                f"{one.procedure_code} {one.procedure_name}",
                one.unit_code,
                _moment(one.received_at),
                _moment(one.promised),
                _moment(one.ended_at),
                one.late_reason,
            ),
        )
        for uid, one in listed(province, keys).items()
    }


def _moment(instant: object) -> str:
    return f"{local(instant):%H:%M %d/%m/%Y}" if instant else "–"  # type: ignore[arg-type]

"""What a record that a figure counts is called, and where it is seen; by fact."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from motcua.engine.provinces.api import Province
from motcua.kernel.clock import local
from motcua.modules.dossiers.api import listed


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
    return _dossiers() if fact in OF_DOSSIERS else None


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

"""A register as CSV, line by line."""

from __future__ import annotations

import csv
from collections.abc import Iterator

from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from motcua.engine.registers.data import register_of
from motcua.engine.registers.models import Counter, RegisteredNumber
from motcua.engine.registers.queries import numbers_of, series_of

FORMULA = ("=", "+", "-", "@", "\t", "\r")


def lines(row: Counter) -> Iterator[str]:
    """Lines with CRLF, the first with the byte-order mark and the headings. A cell that a spreadsheet would take
    for a formula begins with an apostrophe."""
    writer = csv.writer(_Passing())
    yield "\ufeff" + writer.writerow(
        [
            _("Sổ"),
            _("Mã đơn vị"),
            _("Kỳ"),
            _("Số"),
            _("Đối tượng"),
            _("Cấp lúc"),
            _("Hủy lúc"),
            _("Lý do hủy"),
            _("Người hủy"),
        ]
    )
    for number in numbers_of(series_of(row)).select_related("withdrawn_by").iterator(2_000):
        yield writer.writerow([plain(cell) for cell in _cells(number)])


def plain(cell: object) -> str:
    text = str(cell)
    return "'" + text if text.startswith(FORMULA) else text


def _cells(number: RegisteredNumber) -> list[object]:
    withdrawn = number.withdrawn_at
    return [
        _(register_of(number.kind).label),
        number.unit_code,
        number.period,
        number.number,
        number.subject,
        f"{localtime(number.given_at):%d/%m/%Y %H:%M:%S}",
        f"{localtime(withdrawn):%d/%m/%Y %H:%M:%S}" if withdrawn else "",
        number.withdrawn_reason,
        number.withdrawn_by.display_name if number.withdrawn_by else "",
    ]


class _Passing:
    """What is written comes back from `writerow`."""

    def write(self, text: str) -> str:
        return text

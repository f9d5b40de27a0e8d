"""Pages of a list by an opaque cursor: what was seen last, signed, so that a list may grow meanwhile."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.core import signing
from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext as _

from motcua.engine.clients.errors import ApiError

Row = TypeVar("Row", bound=Model)
DEFAULT = 50
MOST = 200
_SALT = "motcua.api.cursor"


@dataclass(frozen=True, slots=True)
class PageOf(Generic[Row]):
    """`items` of one page; `next` is the cursor of the following page, "" at the end."""

    items: list[Row]
    next: str


def paginate(
    rows: QuerySet[Row],
    *,
    cursor: str = "",
    limit: int = DEFAULT,
    sort: str = "id",
    descending: bool = False,
    name: str = "",
) -> PageOf[Row]:
    """One page by keyset on (sort, id): no row twice and none left out, however many come or go between pages.

    sort: a column without nulls, with an index on (.., sort, id). name: of the list and its filters; a cursor of one
    list is refused by another. limit: 1 to 200. Raises ApiError 400 api.cursor.wrong, api.limit.wrong.
    """
    if not 1 <= limit <= MOST:
        raise ApiError(
            400,
            "api.limit.wrong",
            _("Mỗi trang lấy từ 1 đến {most} dòng.").format(most=MOST),
            where="query.limit",
        )
    context = f"{name}:{sort}:{descending}"
    if cursor:
        rows = rows.filter(_after(sort, descending, *_read(cursor, context)))
    order = [f"-{column}" if descending else column for column in ([sort, "id"] if sort != "id" else ["id"])]
    found = list(rows.order_by(*order)[: limit + 1])
    items = found[:limit]
    following = _write(getattr(items[-1], sort), items[-1].pk, context) if len(found) > limit else ""
    return PageOf(items, following)


def _after(sort: str, descending: bool, value: Any, pk: int) -> Q:
    sign = "lt" if descending else "gt"
    if sort == "id":
        return Q(**{f"id__{sign}": pk})
    return Q(**{f"{sort}__{sign}": value}) | Q(**{sort: value, f"id__{sign}": pk})


def _write(value: Any, pk: int, context: str) -> str:
    if isinstance(value, dt.datetime):
        packed: list[Any] = ["t", value.isoformat()]
    elif isinstance(value, dt.date):
        packed = ["d", value.isoformat()]
    else:
        packed = ["v", value]
    return signing.dumps([*packed, pk], salt=f"{_SALT}:{context}")


def _read(cursor: str, context: str) -> tuple[Any, int]:
    try:
        kind, value, pk = signing.loads(cursor, salt=f"{_SALT}:{context}")
    except signing.BadSignature as error:
        raise ApiError(
            400,
            "api.cursor.wrong",
            _("Con trỏ trang không đúng; hãy dùng nguyên giá trị “next” của trang trước cùng danh sách."),
            where="query.cursor",
        ) from error
    if kind == "t":
        return dt.datetime.fromisoformat(value), pk
    return (dt.date.fromisoformat(value) if kind == "d" else value), pk

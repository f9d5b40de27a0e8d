"""The parts of a procedure as a form of nested rows: fields named by path ("cases-0-papers-1-name").

Rows are added and removed by the form's own buttons (`act` = "add:cases-0-papers" or "remove:cases-0-papers-1"): the
server draws the form anew with what was typed, so no script is needed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from motcua.kernel.text import nfc
from motcua.modules.catalogue import wording
from motcua.modules.catalogue.data import ProcedureContent, from_json

MOST_ROWS = 200  # of one list
LONGEST = 20_000  # characters of one field


@dataclass(frozen=True, slots=True)
class Column:
    """A field of a row. kind: text, area, lines (one item a line), count, amount, flag, choice."""

    name: str
    label: str
    kind: str = "text"
    options: Mapping[str, str] | None = None
    wide: bool = False
    more: bool = False  # behind "Thêm chi tiết"


@dataclass(frozen=True, slots=True)
class RowList:
    """A list of rows under a name, with columns and lists of its own."""

    name: str
    label: str
    one: str
    columns: tuple[Column, ...]
    lists: tuple[RowList, ...] = ()


_FEE_KINDS = {"fee": gettext_noop("Lệ phí"), "charge": gettext_noop("Phí")}
_FEES = RowList(
    "fees",
    gettext_noop("Phí, lệ phí"),
    gettext_noop("khoản thu"),
    (
        Column("name", gettext_noop("Tên khoản thu")),
        Column("amount", gettext_noop("Số tiền (đồng); để trống nếu chỉ ghi bằng lời"), "amount"),
        Column("kind", gettext_noop("Loại"), "choice", _FEE_KINDS),
        Column("note", gettext_noop("Ghi chú")),
    ),
)
_LIMITS = RowList(
    "limits",
    gettext_noop("Thời hạn theo trường hợp"),
    gettext_noop("trường hợp"),
    (
        Column("limit", gettext_noop("Thời hạn, ví dụ “05 ngày làm việc”")),
        Column("case", gettext_noop("Trường hợp")),
        Column("note", gettext_noop("Ghi chú")),
    ),
    (_FEES,),
)
_PAPERS = RowList(
    "papers",
    gettext_noop("Giấy tờ"),
    gettext_noop("giấy tờ"),
    (
        Column("name", gettext_noop("Tên giấy tờ"), wide=True),
        Column("originals", gettext_noop("Bản chính"), "count"),
        Column("copies", gettext_noop("Bản sao"), "count"),
        Column("form", gettext_noop("Mẫu số")),
        Column("required", gettext_noop("Bắt buộc"), "flag"),
        Column("code", gettext_noop("Mã giấy tờ"), more=True),
        Column("form_url", gettext_noop("Địa chỉ tải mẫu (https://)"), more=True),
        Column("source", gettext_noop("Cơ sở dữ liệu thay giấy tờ"), more=True),
        Column("basis", gettext_noop("Căn cứ thay giấy tờ"), more=True),
        Column("note", gettext_noop("Ghi chú"), more=True),
    ),
)
LISTS = (
    RowList(
        "cases",
        gettext_noop("Thành phần hồ sơ theo trường hợp"),
        gettext_noop("trường hợp"),
        (Column("name", gettext_noop("Tên trường hợp (để trống nếu chỉ có một)"), wide=True),),
        (_PAPERS,),
    ),
    RowList(
        "channels",
        gettext_noop("Cách thức thực hiện, thời hạn, phí"),
        gettext_noop("cách nộp"),
        (
            Column("kind", gettext_noop("Cách nộp"), "choice", wording.CHANNELS),
            Column("note", gettext_noop("Ghi chú")),
        ),
        (_LIMITS,),
    ),
    RowList(
        "sequences",
        gettext_noop("Trình tự thực hiện"),
        gettext_noop("trình tự"),
        (
            Column("case", gettext_noop("Trường hợp"), wide=True),
            Column("steps", gettext_noop("Các bước, mỗi bước một dòng"), "lines", wide=True),
        ),
    ),
    RowList(
        "agencies",
        gettext_noop("Cơ quan thực hiện"),
        gettext_noop("cơ quan"),
        (
            Column("name", gettext_noop("Tên cơ quan")),
            Column("role", gettext_noop("Vai trò"), "choice", wording.AGENCY_ROLES),
            Column("code", gettext_noop("Mã định danh")),
        ),
    ),
    RowList(
        "results",
        gettext_noop("Kết quả"),
        gettext_noop("kết quả"),
        (
            Column("name", gettext_noop("Tên kết quả")),
            Column("code", gettext_noop("Mã kết quả")),
            Column("document", gettext_noop("Là văn bản, giấy tờ"), "flag"),
        ),
    ),
    RowList(
        "bases",
        gettext_noop("Căn cứ pháp lý"),
        gettext_noop("văn bản"),
        (
            Column("number", gettext_noop("Số, ký hiệu")),
            Column("title", gettext_noop("Tên văn bản")),
            Column("article", gettext_noop("Điều, khoản")),
        ),
    ),
)
PLAIN = (
    Column("subjects", gettext_noop("Đối tượng thực hiện, mỗi đối tượng một dòng"), "lines", wide=True),
    Column("subject_note", gettext_noop("Mô tả đối tượng"), wide=True),
    Column("conditions", gettext_noop("Yêu cầu, điều kiện"), "area", wide=True),
    Column("place", gettext_noop("Địa điểm"), wide=True),
    Column("sets", gettext_noop("Số bộ hồ sơ"), "count"),
)
_DEFAULTS: dict[str, dict[str, Any]] = {
    "papers": {"originals": 1, "copies": 0, "required": True},
    "fees": {"kind": "fee"},
    "channels": {"kind": "direct"},
    "agencies": {"role": "handling"},
    "results": {"document": True},
}
_ACT = re.compile(r"(?P<verb>add|remove):(?P<path>[a-z0-9-]{1,80})")

Node = dict[str, Any]


def node_of(content: Any) -> Node:
    """Content as nested dicts of plain values, every field present."""
    return {one.name: _plain(getattr(content, one.name)) for one in fields(content)}


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return node_of(value)
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    return value


def read_posted(post: Mapping[str, str]) -> Node:
    """What was typed, as a node. A list holds a row for each number that occurs, in order."""
    return _read("", PLAIN, LISTS, post, [name for name in post if "-" in name])


def _read(
    prefix: str,
    columns: tuple[Column, ...],
    lists: tuple[RowList, ...],
    post: Mapping[str, str],
    names: list[str],
) -> Node:
    node: Node = {column.name: _typed(column, post.get(prefix + column.name, "")) for column in columns}
    for one in lists:
        start = f"{prefix}{one.name}-"
        inside = [name for name in names if name.startswith(start)]
        numbers = sorted(
            {int(head) for name in inside if (head := name[len(start) :].split("-")[0]).isdigit()}
        )
        node[one.name] = [
            _read(f"{start}{number}-", one.columns, one.lists, post, inside) for number in numbers[:MOST_ROWS]
        ]
    return node


def _typed(column: Column, text: str) -> Any:
    text = nfc(text).replace("\r\n", "\n").strip()[:LONGEST]
    if column.kind == "lines":
        return [line.strip() for line in text.split("\n") if line.strip()]
    if column.kind == "count":
        return int(text) if text.isdigit() and len(text) < 4 else 0
    if column.kind == "amount":
        digits = re.sub(r"[.,\s]", "", text)
        return int(digits) if digits.isdigit() and len(digits) < 13 else None
    if column.kind == "flag":
        return bool(text)
    if column.kind == "choice" and column.options:
        return text if text in column.options else next(iter(column.options))
    return text


def act(node: Node, wanted: str) -> str:
    """Adds or removes the row that a button names; returns the path to show. Unknown paths change nothing."""
    match = _ACT.fullmatch(wanted)
    if match is None:
        return ""
    *parents, last = match["path"].split("-")
    rows = _rows_at(node, [*parents, last] if match["verb"] == "add" else parents)
    if rows is None:
        return ""
    if match["verb"] == "add":
        if len(rows) < MOST_ROWS:
            rows.append(dict(_DEFAULTS.get(last, {})))
        return f"{match['path']}-{len(rows) - 1}"
    if last.isdigit() and int(last) < len(rows):
        del rows[int(last)]
    return "-".join(parents)


def _rows_at(node: Node, path: list[str]) -> list[Node] | None:
    """The list that a path such as [cases, 0, papers] leads to."""
    here: Any = node
    known: tuple[RowList, ...] = LISTS
    for step in path:
        if isinstance(here, list):
            if not step.isdigit() or int(step) >= len(here):
                return None
            here = here[int(step)]
            continue
        found = next((one for one in known if one.name == step), None)
        if found is None:
            return None
        here, known = here.setdefault(step, []), found.lists
    return here if isinstance(here, list) else None


def content_of(node: Node) -> ProcedureContent:
    """The content typed; rows left wholly empty are dropped."""
    return from_json(ProcedureContent, _filled(node, LISTS))


def _filled(node: Node, lists: tuple[RowList, ...]) -> Node:
    kept = dict(node)
    for one in lists:
        rows = [_filled(row, one.lists) for row in node.get(one.name, [])]
        kept[one.name] = [row for row in rows if _says_something(row, one)]
    return {name: value for name, value in kept.items() if value is not None or name == "amount"}


def _says_something(row: Node, one: RowList) -> bool:
    if one.name == "channels":
        return True
    typed = [row.get(c.name) for c in one.columns if c.kind not in ("choice", "flag", "count")]
    return any(value not in ("", None, []) for value in typed) or any(
        row.get(inner.name) for inner in one.lists
    )


def drawn(node: Node) -> dict[str, Any]:
    """The form as the template draws it: {plain: fields, lists: lists of rows}."""
    return {
        "plain": [_field(column, column.name, node.get(column.name)) for column in PLAIN],
        "lists": [_list(one, one.name, node.get(one.name, [])) for one in LISTS],
    }


def _list(one: RowList, path: str, rows: list[Node]) -> dict[str, Any]:
    return {
        "path": path,
        "label": _(one.label),
        "one": _(one.one),
        "rows": [_row(one, f"{path}-{number}", number + 1, row) for number, row in enumerate(rows)],
    }


def _row(one: RowList, path: str, number: int, row: Node) -> dict[str, Any]:
    drawn_fields = [
        (column, _field(column, f"{path}-{column.name}", row.get(column.name))) for column in one.columns
    ]
    return {
        "path": path,
        "number": number,
        "one": _(one.one),
        "fields": [field for column, field in drawn_fields if not column.more],
        "more": [field for column, field in drawn_fields if column.more],
        "lists": [_list(inner, f"{path}-{inner.name}", row.get(inner.name, [])) for inner in one.lists],
    }


def _field(column: Column, name: str, value: Any) -> dict[str, Any]:
    options = [(key, _(label)) for key, label in (column.options or {}).items()]
    shown = "\n".join(value or ()) if column.kind == "lines" else value
    return {
        "name": name,
        "label": _(column.label),
        "kind": column.kind,
        "wide": column.wide,
        "value": "" if shown is None else shown,
        "options": options,
    }

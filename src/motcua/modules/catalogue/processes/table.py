"""A table of internal processes, one row a step, as plans: what decisions print and people keep in workbooks.

Nothing is guessed without saying so: every row that was not read whole is in the report, with its line and why.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby, pairwise

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from motcua.kernel.codes import parse_procedure_code
from motcua.kernel.errors import KernelError
from motcua.kernel.text import search_key, squeeze
from motcua.modules.catalogue.data import ProcessPlan, StepLink, StepPlan
from motcua.modules.catalogue.errors import CatalogueError
from motcua.modules.catalogue.processes.guessing import (
    ReadTime,
    kind_of,
    looks_like_person,
    read_time,
    role_of,
)
from motcua.modules.catalogue.processes.usual import UNSAVED
from motcua.modules.catalogue.starter.usual import ACTIONS

_HEADERS = {
    "code": ("code", "ma", "ma tthc", "ma thu tuc", "ma so"),
    "procedure": ("procedure", "ten thu tuc", "ten tthc", "thu tuc", "thu tuc hanh chinh"),
    "step": ("step", "buoc", "stt", "thu tu", "trinh tu", "buoc thuc hien"),
    "task": ("task", "noi dung", "noi dung cong viec", "cong viec", "ten buoc", "noi dung thuc hien"),
    "responsible": (
        "responsible",
        "trach nhiem",
        "nguoi thuc hien",
        "don vi thuc hien",
        "trach nhiem thuc hien",
        "don vi nguoi thuc hien",
        "bo phan thuc hien",
    ),
    "time": ("time", "thoi gian", "thoi gian thuc hien", "thoi gian giai quyet", "thoi han"),
    "output": ("output", "ket qua", "san pham", "bieu mau ket qua", "ket qua san pham", "ket qua thuc hien"),
    "decision": ("decision", "quyet dinh", "so quyet dinh"),
    "date": ("date", "ngay", "ngay quyet dinh", "ngay ky"),
    "issuer": ("issuer", "co quan ban hanh", "noi ban hanh"),
}
_NEEDED = {
    "code": gettext_noop("mã thủ tục"),
    "step": gettext_noop("bước"),
    "task": gettext_noop("nội dung"),
    "responsible": gettext_noop("người thực hiện"),
    "time": gettext_noop("thời gian"),
}
MAX_STEPS = 200
NAME_LENGTH = 160
_GIVES_BACK = ("tra ket qua", "tra cho ca nhan", "nhan va tra")
_TAKES = ("tiep nhan", "nhan ho so", "phieu hen", "tip nhan")

WHY = {
    "row.code": gettext_noop("Không có mã thủ tục đọc được; dòng bị bỏ qua."),
    "row.step": gettext_noop("Số bước không đọc được; dòng bị bỏ qua."),
    "row.empty": gettext_noop("Dòng không nêu công việc; dòng bị bỏ qua."),
    "step.again": gettext_noop("Số bước lặp lại trong cùng quy trình (trường hợp rẽ nhánh); dòng bị bỏ qua."),
    "time.person": gettext_noop(
        "Cột thời gian ghi người thực hiện; lấy làm người thực hiện, chưa có thời gian."
    ),
    "time.empty": gettext_noop("Chưa ghi thời gian."),
    "time.unread": gettext_noop("Không đọc được thời gian."),
    "role.unread": gettext_noop("Chưa nhận ra vai trò từ cột người thực hiện."),
    "procedure.unknown": gettext_noop("Thủ tục chưa có trong danh mục; quy trình không được nhập."),
    "draft.exists": gettext_noop("Thủ tục đang có bản soạn quy trình khác; quy trình không được nhập."),
}
SKIPPED = frozenset({"row.code", "row.step", "row.empty", "step.again"})


@dataclass(frozen=True, slots=True)
class Unread:
    """A row that was not read whole: line in the file (1 is the header), stable code, the text it is about."""

    line: int
    code: str
    procedure: str
    text: str = ""

    @property
    def skipped(self) -> bool:
        """Whether nothing of the row came into the plan."""
        return self.code in SKIPPED

    @property
    def message(self) -> str:
        return _(WHY[self.code])


@dataclass(frozen=True, slots=True)
class TablePlan:
    """One process read: its plan, the performers in the words of the table, where it comes from."""

    plan: ProcessPlan
    performers: Mapping[str, str]
    source: str
    lines: tuple[int, ...]


@dataclass(slots=True)
class TableRead:
    """`assumed` counts times in days that did not say whether working days: taken for such, as processes count."""

    rows: int = 0
    plans: list[TablePlan] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)
    assumed: int = 0

    @property
    def steps(self) -> int:
        return sum(len(one.plan.steps) for one in self.plans)


@dataclass(frozen=True, slots=True)
class _Row:
    line: int
    code: str
    step: int
    cells: Mapping[str, str]


def plan_from_table(rows: Iterable[Sequence[str]]) -> TableRead:
    """Reads rows, the first of them the header. Numbering that begins again at 1 begins another case of the same
    procedure (variant `case-2`). Raises CatalogueError catalogue.table.header, catalogue.table.empty."""
    lines = iter(rows)
    places = _places(next(lines, ()))
    read = TableRead()
    kept = list(_rows(lines, places, read))
    for (code, _source, case), group in groupby(
        _cased(kept, read), key=lambda pair: (pair[0].code, _source_of(pair[0]), pair[1])
    ):
        chosen = [row for row, _case in group]
        read.plans.append(_plan(code, case, chosen, read))
    if not read.rows:
        raise CatalogueError("table.empty", _("Bảng không có dòng nào."))
    _tell_apart(read)
    read.unread.sort(key=lambda one: (one.line, one.code))
    return read


def _places(header: Sequence[str]) -> dict[str, int]:
    keys = [search_key(cell) for cell in header]
    places = {
        name: next(place for place, key in enumerate(keys) if key in words)
        for name, words in _HEADERS.items()
        if any(key in words for key in keys)
    }
    missing = [name for name in _NEEDED if name not in places]
    if missing:
        raise CatalogueError(
            "table.header",
            _("Dòng đầu của bảng thiếu cột: {columns}.").format(
                columns=", ".join(_(_NEEDED[name]) for name in missing)
            ),
        )
    return places


def _rows(lines: Iterator[Sequence[str]], places: Mapping[str, int], read: TableRead) -> Iterator[_Row]:
    for line, cells in enumerate(lines, start=2):
        said = {name: squeeze(cells[place]) if place < len(cells) else "" for name, place in places.items()}
        if not any(said.values()):
            continue
        read.rows += 1
        code = _code(said["code"])
        step = re.fullmatch(r"(?:bước |b)?(\d{1,3})\.?", said["step"].casefold())
        if not code:
            read.unread.append(Unread(line, "row.code", said["code"], said["code"]))
        elif step is None:
            read.unread.append(Unread(line, "row.step", code, said["step"]))
        elif not said["task"] and not said["responsible"]:
            read.unread.append(Unread(line, "row.empty", code))
        else:
            yield _Row(line, code, int(step[1]), said)


def _code(text: str) -> str:
    try:
        return parse_procedure_code(text).core
    except KernelError:
        return ""


def _source_of(row: _Row) -> str:
    return "|".join(row.cells.get(name, "") for name in ("decision", "date", "issuer"))


def _cased(rows: Sequence[_Row], read: TableRead) -> Iterator[tuple[_Row, int]]:
    """Each row with the number of its case; a step number seen before in its case is told and left out."""
    last: tuple[str, str] | None = None
    case = reached = 0
    for row in rows:
        group = (row.code, _source_of(row))
        if group != last:
            last, case, reached = group, 1, 0
        elif row.step == 1:
            case, reached = case + 1, 0
        if row.step <= reached:
            read.unread.append(Unread(row.line, "step.again", row.code, str(row.step)))
            continue
        reached = row.step
        yield row, case


def _plan(code: str, case: int, rows: Sequence[_Row], read: TableRead) -> TablePlan:
    steps, performers = [], {}
    for place, row in enumerate(rows[:MAX_STEPS], start=1):
        step, performer = _step(row, place, len(rows), read)
        steps.append(step)
        performers[step.key] = performer
    links = tuple(StepLink(one.key, two.key) for one, two in pairwise(steps))
    name = next((row.cells["procedure"] for row in rows if row.cells.get("procedure")), "") or code
    variant = "" if case == 1 else f"case-{case}"
    plan = ProcessPlan(0, UNSAVED, code, variant, name[:500], tuple(steps), links)
    return TablePlan(plan, performers, _source(rows[0]), tuple(row.line for row in rows))


def _step(row: _Row, place: int, count: int, read: TableRead) -> tuple[StepPlan, str]:
    task, performer, time = row.cells["task"], row.cells["responsible"], row.cells["time"]
    taken, why = _time(time)
    if why == "time.person":
        # The columns slipped by one: work stands under performer, performer under time.
        task, performer = (task or performer), time
    elif not task:
        task = performer
    if why:
        read.unread.append(Unread(row.line, why, row.code, time))
    read.assumed += taken.assumed
    role = role_of(performer)
    if not role:
        read.unread.append(Unread(row.line, "role.unread", row.code, performer))
    words = search_key(task)
    first = place == 1 and any(one in f"{words} {search_key(performer)}" for one in _TAKES)
    last = place == count and place > 1 and any(one in words for one in _GIVES_BACK)
    kind = kind_of(task, role, first=first, last=last)
    step = StepPlan(
        key=str(row.step),
        order=place,
        kind=kind,
        name=textwrap.shorten(task, NAME_LENGTH, placeholder="…"),
        role=role,
        place={"reception": "receiving", "return": "returning"}.get(kind, "handling"),  # type: ignore[arg-type]
        work=task if len(task) > NAME_LENGTH else "",
        output=row.cells.get("output", ""),
        quarters=taken.quarters,
        minutes=taken.minutes,
        actions=ACTIONS.get(kind, ()),
    )
    return step, performer


def _time(text: str) -> tuple[ReadTime, str]:
    nothing = ReadTime(stated=False)
    if not text:
        return nothing, "time.empty"
    taken = read_time(text)
    if taken is not None:
        return taken, ""
    # "Ký duyệt hồ sơ" is no person either, yet stands where the time should: it is simply unread.
    return nothing, "time.person" if looks_like_person(text) else "time.unread"


def _source(row: _Row) -> str:
    decision, date, issuer = (row.cells.get(name, "") for name in ("decision", "date", "issuer"))
    day = re.sub(r"^(\d{4})-(\d\d)-(\d\d)$", r"\3/\2/\1", date)
    parts = [
        _("Quyết định {number}").format(number=decision) if decision else "",
        _("ngày {day}").format(day=day) if day else "",
        _("của {issuer}").format(issuer=issuer) if issuer else "",
    ]
    return " ".join(part for part in parts if part)


def _tell_apart(read: TableRead) -> None:
    """Processes of one procedure by different decisions, or found again further down, become cases of their own."""
    taken: set[tuple[str, str]] = set()
    for place, one in enumerate(read.plans):
        variant, number = one.plan.variant, 1
        while (one.plan.procedure_code, variant) in taken:
            number += 1
            variant = f"case-{number}"
        taken.add((one.plan.procedure_code, variant))
        if variant != one.plan.variant:
            plan = ProcessPlan(
                0, UNSAVED, one.plan.procedure_code, variant, one.plan.name, one.plan.steps, one.plan.links
            )
            read.plans[place] = TablePlan(plan, one.performers, one.source, one.lines)

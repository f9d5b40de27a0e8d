"""What is wrong, odd or missing in one unit's forms: a registry of rules over plain data. Pure: no database.

An error blocks handing over; a finding to explain is settled by a note in the cell; a note only says something.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from statistics import median
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from motcua.engine.figures.api import State, format_number
from motcua.reports.forms.api import (
    BLANK,
    Book,
    Cell,
    Check,
    FormRow,
    FormSet,
    Judgement,
    check_all,
    is_computed,
    parts_of,
    show,
)

LETTER = gettext_noop("Công văn 4625/BNV-CCHC ngày 02/7/2025")
COMPLETENESS = gettext_noop("Nghị định 09/2019/NĐ-CP, yêu cầu báo cáo đầy đủ, đúng hạn")

JUMP_SHARE, JUMP_LEAST, JUMP_POINTS = Decimal("0.5"), Decimal(20), Decimal(20)
PEERS_LEAST, ODD, VERY_ODD = 8, Decimal("3.5"), Decimal(8)
_TO_SIGMA = Decimal("0.6745")


class Severity(StrEnum):
    ERROR = "error"
    EXPLAIN = "explain"
    NOTE = "note"


SEVERITY_WORDS = {
    Severity.ERROR: gettext_noop("phải sửa"),
    Severity.EXPLAIN: gettext_noop("cần giải thích"),
    Severity.NOTE: gettext_noop("lưu ý"),
}
SEVERITY_TONES = {Severity.ERROR: "bad", Severity.EXPLAIN: "warn", Severity.NOTE: "wait"}


@dataclass(frozen=True, slots=True)
class Override:
    """A person's value where the system gives another: whose, why, whether a file proves it."""

    given: Cell
    author: str
    reason: str
    proven: bool


@dataclass(frozen=True, slots=True)
class Subject:
    """Everything the rules look at. `own`: row keys the unit fills; `given`: rows the system gives; `missing`: names of
    units whose value a row still waits for; `last_year`, `peers`, `sums`, `counted` by row key."""

    forms: FormSet
    cells: Mapping[str, Cell]
    own: frozenset[str]
    externals: Mapping[str, Decimal] = field(default_factory=dict)
    given: frozenset[str] = frozenset()
    missing: Mapping[str, Sequence[str]] = field(default_factory=dict)
    system: frozenset[str] = frozenset()
    last_year: Mapping[str, Decimal] = field(default_factory=dict)
    peers: Mapping[str, Sequence[Decimal]] = field(default_factory=dict)
    sums: Mapping[str, Decimal] = field(default_factory=dict)
    counted: Mapping[str, Decimal] = field(default_factory=dict)
    overrides: Mapping[str, Override] = field(default_factory=dict)

    def rows(self) -> Iterator[FormRow]:
        return (row for row in self.forms.rows() if row.key in self.own)

    def cell(self, key: str) -> Cell:
        return self.cells.get(key, BLANK)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to see to: on which row (with the others it speaks of), by which clause, and what to do."""

    rule: str
    row: str
    severity: Severity
    message: str
    clause: str
    todo: str
    rows: tuple[str, ...] = ()
    explained: bool = False

    @property
    def blocks(self) -> bool:
        """Whether the forms cannot be handed over with it."""
        return self.severity is Severity.ERROR or (self.severity is Severity.EXPLAIN and not self.explained)

    def document(self) -> dict[str, Any]:
        """As JSON, for the version it was found at."""
        return {
            "rule": self.rule,
            "row": self.row,
            "severity": self.severity.value,
            "message": self.message,
            "clause": self.clause,
            "todo": self.todo,
            "explained": self.explained,
        }


Rule = Callable[[Subject], Iterator[Finding]]
REGISTRY: dict[str, tuple[str, Rule]] = {}


def rule(code: str, label: str) -> Callable[[Rule], Rule]:
    """Puts a rule into the registry; `label` says in a few words what it looks for."""

    def keep(work: Rule) -> Rule:
        REGISTRY[code] = (label, work)
        return work

    return keep


def judge(subject: Subject) -> list[Finding]:
    """Every finding, the blocking ones first, then in the order of the forms."""
    places = {row.key: place for place, row in enumerate(subject.forms.rows())}
    found = [each for _label, work in REGISTRY.values() for each in work(subject)]
    order = list(Severity)
    return sorted(
        found, key=lambda one: (not one.blocks, order.index(one.severity), places.get(one.row, 0), one.rule)
    )


@rule("relations", gettext_noop("quan hệ giữa các dòng trong một biểu"))
def _relations(subject: Subject) -> Iterator[Finding]:
    for check in _broken(subject):
        if len({key[0] for key in check.rows}) == 1:
            yield _of_check(subject, check, "relations")


@rule("cross-form", gettext_noop("quan hệ giữa hai biểu"))
def _cross_form(subject: Subject) -> Iterator[Finding]:
    for check in _broken(subject):
        if len({key[0] for key in check.rows}) > 1:
            yield _of_check(subject, check, "cross-form")


def _broken(subject: Subject) -> Iterator[Check]:
    book = Book(subject.forms, subject.cells, subject.externals)
    return (each for each in check_all(book) if each.is_finding and subject.own.intersection(each.rows))


def _of_check(subject: Subject, check: Check, code: str) -> Finding:
    """A relation that records themselves break is to be explained: nobody can correct what is counted."""
    counted = all(key in subject.system for key in check.rows)
    explain = check.judgement is Judgement.EXPLAIN or counted
    names = ", ".join(_row_name(key) for key in check.rows)
    return Finding(
        code,
        check.target,
        Severity.EXPLAIN if explain else Severity.ERROR,
        f"{check.message} {check.relation.note}.",
        _(LETTER),
        _("Ghi chú nguyên nhân vào một trong các dòng {names}.").format(names=names)
        if explain
        else _("Kiểm tra và sửa một trong các dòng {names}.").format(names=names),
        check.rows,
        any(subject.cell(key).note for key in check.rows),
    )


@rule("bounds", gettext_noop("giá trị ngoài phạm vi của dòng"))
def _bounds(subject: Subject) -> Iterator[Finding]:
    for row in subject.rows():
        cell = subject.cell(row.key)
        if cell.value is None:
            continue
        wrong = ""
        if cell.value < 0:
            wrong = _("Số liệu âm.")
        elif row.choices and cell.value not in dict(row.choices):
            wrong = _("Chỉ nhận một trong các giá trị đã định.")
        elif row.kind == "count" and cell.value != cell.value.to_integral_value():
            wrong = _("Số đếm phải là số nguyên.")
        if wrong:
            yield Finding(
                "bounds", row.key, Severity.ERROR, wrong, _(LETTER), _("Sửa lại số liệu."), (row.key,)
            )


@rule("blank", gettext_noop("dòng được hỏi mà để trống"))
def _blank(subject: Subject) -> Iterator[Finding]:
    for row in subject.rows():
        cell = subject.cell(row.key)
        if cell.state is not State.BLANK:
            continue
        waiting = subject.missing.get(row.key, ())
        if waiting:
            yield Finding(
                "blank",
                row.key,
                Severity.EXPLAIN,
                _("Chưa đủ số của {count} đơn vị: {names}.").format(
                    count=len(waiting), names=", ".join(waiting[:5]) + ("…" if len(waiting) > 5 else "")
                ),
                _(COMPLETENESS),
                _("Nhắc các đơn vị nộp; nếu vẫn phải nộp thiếu, ghi chú vào ô."),
                (row.key,),
                bool(cell.note),
            )
        elif row.key in subject.given:
            yield Finding(
                "blank",
                row.key,
                Severity.ERROR,
                _("Ô trống trong khi hệ thống có số."),
                _(COMPLETENESS),
                _("Bấm Điền sẵn để lấy lại số của hệ thống."),
                (row.key,),
            )
        elif not _optional(subject, row):
            yield Finding(
                "blank",
                row.key,
                Severity.ERROR,
                _("Ô được hỏi mà chưa có nội dung."),
                _(COMPLETENESS),
                _("Nhập số (0 là một số), hoặc chọn “không áp dụng”, “chưa đến kỳ”."),
                (row.key,),
            )


def _optional(subject: Subject, row: FormRow) -> bool:
    """A percentage or total of the unit's own rows is worked out from them: what is wrong is said there."""
    parts = parts_of(subject.forms.version, row.key) or ()
    outside = {f"{{{name}}}" for name in subject.externals}
    return is_computed(subject.forms, row) and set(parts) <= subject.own | outside


@rule("jump", gettext_noop("tăng giảm đột ngột so với cùng kỳ năm trước"))
def _jump(subject: Subject) -> Iterator[Finding]:
    for row in subject.rows():
        now, before = subject.cell(row.key), subject.last_year.get(row.key)
        if now.value is None or before is None or row.kind in {"flag", "choice"}:
            continue
        change = now.value - before
        if row.kind == "percent":
            jumped = abs(change) > JUMP_POINTS
        else:
            jumped = abs(change) >= JUMP_LEAST and abs(change) > JUMP_SHARE * before
        if jumped:
            yield Finding(
                "jump",
                row.key,
                Severity.EXPLAIN,
                _("Cùng kỳ năm trước {before}, kỳ này {now}: {change}.").format(
                    before=_number(before), now=_number(now.value), change=_signed(change)
                ),
                _(LETTER),
                _("Kiểm tra lại; nếu đúng, ghi nguyên nhân vào ghi chú của ô."),
                (row.key,),
                bool(now.note),
            )


@rule("outlier", gettext_noop("khác thường so với các đơn vị cùng cấp"))
def _outlier(subject: Subject) -> Iterator[Finding]:
    for row in subject.rows():
        now, peers = subject.cell(row.key), subject.peers.get(row.key, ())
        if now.value is None or row.kind in {"flag", "choice"}:
            continue
        found = oddness(now.value, peers)
        if found is not None and found[1] > ODD:
            middle, odd = found
            very = odd > VERY_ODD
            yield Finding(
                "outlier",
                row.key,
                Severity.EXPLAIN if very else Severity.NOTE,
                _("{now} trong khi trung vị của {count} đơn vị cùng cấp là {middle}.").format(
                    now=_number(now.value), count=len(peers), middle=_number(middle)
                ),
                _(LETTER),
                _("Kiểm tra đơn vị tính, số chữ số; nếu đúng, ghi chú vào ô."),
                (row.key,),
                bool(now.note),
            )


def oddness(value: Decimal, peers: Sequence[Decimal]) -> tuple[Decimal, Decimal] | None:
    """Median of the peers, and how many deviations (0.6745 × distance / MAD) the value lies from it.

    None for fewer than eight peers, or peers that are all but alike (MAD of zero).
    """
    if len(peers) < PEERS_LEAST:
        return None
    middle = median(peers)
    spread = median(abs(one - middle) for one in peers)
    if not spread:
        return None
    return middle, _TO_SIGMA * abs(value - middle) / spread


@rule("sum-of-units", gettext_noop("số của tỉnh so với tổng số của các đơn vị và với hồ sơ"))
def _sum_of_units(subject: Subject) -> Iterator[Finding]:
    for row in subject.rows():
        now, total = subject.cell(row.key), subject.sums.get(row.key)
        if now.value is None or total is None:
            continue
        if now.value != total:
            yield Finding(
                "sum-of-units",
                row.key,
                Severity.EXPLAIN if row.key in subject.overrides else Severity.ERROR,
                _("Số của tỉnh {now}, tổng của các đơn vị {total}: lệch {change}.").format(
                    now=_number(now.value), total=_number(total), change=_signed(now.value - total)
                ),
                _(LETTER),
                _("Bấm Điền sẵn để tổng hợp lại, hoặc ghi chú nguyên nhân."),
                (row.key,),
                bool(now.note),
            )
        counted = subject.counted.get(row.key)
        if counted is not None and counted != total:
            yield Finding(
                "sum-of-units",
                row.key,
                Severity.NOTE,
                _("Hồ sơ đếm được {counted}, tổng các đơn vị đã nộp {total}: lệch {change}.").format(
                    counted=_number(counted), total=_number(total), change=_signed(total - counted)
                ),
                _(LETTER),
                _("Mở ô để xem đơn vị nào nộp khác số đếm từ hồ sơ."),
                (row.key,),
            )


@rule("override", gettext_noop("số do người ghi khác số của hệ thống"))
def _override(subject: Subject) -> Iterator[Finding]:
    for row in subject.rows():
        found = subject.overrides.get(row.key)
        if found is None:
            continue
        now = subject.cell(row.key)
        effect = (
            _signed(now.value - found.given.value)
            if now.value is not None and found.given.value is not None
            else _("không so được")
        )
        yield Finding(
            "override",
            row.key,
            Severity.NOTE if found.proven else Severity.ERROR,
            _("{author} ghi {now}; hệ thống tính {given} ({effect}). Lý do: {reason}").format(
                author=found.author,
                now=_(show(now)),
                given=_(show(found.given)),
                effect=effect,
                reason=found.reason or _("chưa ghi"),
            ),
            _(LETTER),
            _("Mở ô để xem tệp chứng minh.")
            if found.proven
            else _("Kèm lý do và tệp chứng minh, hoặc xóa trống ô để dùng lại số của hệ thống."),
            (row.key,),
        )


def _row_name(key: str) -> str:
    return _("{form}/{code}").format(form=key[0], code=key[2:])


def _number(value: Decimal) -> str:
    return format_number(value, trim=True)


def _signed(value: Decimal) -> str:
    return ("+" if value > 0 else "-" if value < 0 else "") + _number(abs(value))

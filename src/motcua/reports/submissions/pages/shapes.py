"""What the templates are given: submissions, rows, findings and versions in words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from motcua.engine.figures.api import State as CellState
from motcua.engine.figures.api import format_number
from motcua.engine.permissions.api import Viewer
from motcua.reports.forms.api import (
    EDIT,
    IMPORT,
    LEVELS,
    OWNERS,
    PROVINCE,
    SOURCES,
    Cell,
    FormRow,
    FormValue,
    cell_of,
    current_values,
    period_words,
    show,
    unit_title,
)
from motcua.reports.submissions import queries
from motcua.reports.submissions.judging import asked_rows, given_cell, overrides_of, rows_of, subject_of
from motcua.reports.submissions.locking import lock_words
from motcua.reports.submissions.models import Remark, Submission
from motcua.reports.submissions.operations import allowed_moves
from motcua.reports.submissions.reminding import is_late
from motcua.reports.submissions.rules import SEVERITY_TONES, SEVERITY_WORDS, Finding, Override, judge
from motcua.reports.submissions.states import EDITABLE, TONES, State, state_word


@dataclass(frozen=True, slots=True)
class Head:
    """One submission on any page: whose, for which period, in which state, and what locks it."""

    submission: Submission
    unit: str
    period: str
    level: str
    state: str
    tone: str
    late: bool
    lock: str


def head_of(submission: Submission) -> Head:
    campaign = submission.campaign
    return Head(
        submission,
        unit_title(submission.sheet),
        period_words(campaign.period_kind, campaign.period_from, campaign.period_to),
        str(LEVELS[submission.level]),
        state_word(submission.state),
        TONES[State(submission.state)],
        is_late(submission),
        lock_words(submission),
    )


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a submission: what stands in it, where from, what is said about it."""

    row: FormRow
    cell: Cell
    text: str
    entered: str
    state: str
    revision: int
    source: str
    why: str
    last: str
    year: str
    target: str
    given: str
    effect: str
    override: Override | None
    missing: int
    findings: Sequence[dict[str, Any]] = ()
    remarks: int = 0

    @property
    def absent(self) -> bool:
        return self.cell.value is None


@dataclass(frozen=True, slots=True)
class Desk:
    """One submission as a person works on it: what is asked first, then what was given."""

    head: Head
    asked: Sequence[Line]
    given: Sequence[Line]
    findings: Sequence[dict[str, Any]]
    blocking: int
    remarks: Sequence[Remark]
    values: Mapping[str, FormValue] = field(default_factory=dict)


def desk_of(submission: Submission) -> Desk:
    """Read once. A constant number of statements, whatever the number of rows, units or peers."""
    values = current_values(submission.sheet)
    names = queries.people(values.values())
    found = judge(subject_of(submission, values, names=names))
    shown = [finding(each) for each in found]
    by_row: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for each in shown:
        by_row[each["row"]].append(each)
    remarks = queries.remarks_of(submission)
    waiting = defaultdict(int)
    for remark in remarks:
        waiting[remark.row_key] += remark.resolved_at is None
    overrides, targets = overrides_of(submission, values, names), queries.targets_of(submission)
    asked = {row.key for row in asked_rows(submission)}
    lines = [
        line_of(submission, row, values.get(row.key), overrides, targets, by_row[row.key], waiting[row.key])
        for row in rows_of(submission)
    ]
    return Desk(
        head_of(submission),
        [each for each in lines if each.row.key in asked],
        [each for each in lines if each.row.key not in asked],
        shown,
        sum(each["blocks"] for each in shown),
        remarks,
        values,
    )


def line_of(
    submission: Submission,
    row: FormRow,
    value: FormValue | None,
    overrides: Mapping[str, Override],
    targets: Mapping[str, Decimal],
    findings: Sequence[dict[str, Any]] = (),
    remarks: int = 0,
) -> Line:
    cell = cell_of(value)
    given = submission.given.get(row.key) or {}
    compared = submission.compared.get(row.key) or {}
    override = overrides.get(row.key)
    return Line(
        row=row,
        cell=cell,
        text=_(show(cell)),
        entered=show(cell) if cell.value is not None else "",
        state=show(cell) if cell.state in {CellState.NOT_APPLICABLE, CellState.NOT_DUE} else "",
        revision=value.revision if value else 0,
        source=str(SOURCES[value.source]) if value else "",
        why=(value.reason if value else "") or given.get("reason", ""),
        last=_compared(compared.get("last")),
        year=_compared(compared.get("year")),
        target=format_number(targets[row.key], trim=True) if row.key in targets else "",
        given=_(show(given_cell(given))) if given.get("state") else "",
        effect=effect_of(cell, override),
        override=override,
        missing=len(given.get("missing", ())),
        findings=findings,
        remarks=remarks,
    )


def effect_of(cell: Cell, override: Override | None) -> str:
    """By how much a person's value differs from the system's."""
    if override is None or cell.value is None or override.given.value is None:
        return ""
    return signed(cell.value - override.given.value)


def signed(number: Decimal) -> str:
    return ("+" if number > 0 else "-" if number < 0 else "") + format_number(abs(number), trim=True)


def _compared(entry: Mapping[str, Any] | None) -> str:
    if not entry or entry["value"] is None:
        return ""
    return format_number(Decimal(entry["value"]), trim=True)


def finding(each: Finding) -> dict[str, Any]:
    """A finding ready to print."""
    return each.document() | {
        "form": each.row[0],
        "code": each.row[2:],
        "word": _(SEVERITY_WORDS[each.severity]),
        "tone": SEVERITY_TONES[each.severity] if each.blocks or each.severity == "note" else "good",
        "blocks": each.blocks,
    }


def buttons(viewer: Viewer, submission: Submission) -> dict[str, bool]:
    """What this viewer may do with the submission now, by operation; `edit` and `file` for its forms."""
    scope: dict[str, Any] = {"province": submission.province_id, "unit_path": submission.unit_path}
    may = {move.operation: True for move in allowed_moves(viewer, submission)}
    editable = submission.state in EDITABLE
    may["edit"] = editable and viewer.may(EDIT, **scope)
    may["file"] = editable and viewer.may(IMPORT, **scope)
    may["derive"] = may.get("derive", False) and may["edit"]
    if submission.level != PROVINCE:
        may.pop("publish", None)
    if may.get("approve") and submission.submitted_by_id == viewer.user_id:
        may["approve"] = False
        may["own_submission"] = True
    return may


def moved_lines(moved: Sequence[Mapping[str, Any]], labels: Mapping[str, str]) -> list[dict[str, Any]]:
    """What moved between two versions, in words."""
    return [
        {
            "form": each["row"][0],
            "code": each["row"][2:],
            "label": labels.get(each["row"], ""),
            "before": _(show(given_cell(each["before"]))) if each["before"] else "–",
            "after": _(show(given_cell(each["after"]))),
            "by": signed(Decimal(each["by"])) if each["by"] else "",
            "why": each["why"],
        }
        for each in moved
    ]


def owner_label(key: str) -> str:
    return str(OWNERS.get(key, key))

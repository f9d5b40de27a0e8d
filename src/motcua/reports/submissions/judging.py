"""A submission as the rules see it, and what they say. Reads only; a constant number of statements."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from motcua.engine.figures.api import State
from motcua.reports.forms.api import (
    BLANK,
    PROVINCE,
    Cell,
    FormRow,
    FormSet,
    FormValue,
    Source,
    added,
    cells_of,
    contributions,
    current_values,
    forms_of,
    is_computed,
    is_own_word,
    latest,
    own_rows,
    parts_of,
    stored_values,
)
from motcua.reports.submissions.models import Submission
from motcua.reports.submissions.planning import below_of, external_values, unit_submissions
from motcua.reports.submissions.rules import Finding, Override, Severity, Subject, judge


def rows_of(submission: Submission) -> tuple[FormRow, ...]:
    """The rows this submission fills."""
    return own_rows(forms_of(submission.sheet), submission.level, frozenset(submission.owned))


def given_cell(entry: Mapping[str, Any]) -> Cell:
    """What the system last gave a row, as a cell."""
    if entry.get("state") is None:
        return BLANK
    value = None if entry["value"] is None else Decimal(entry["value"])
    return Cell(State(entry["state"]), value, entry.get("raw", ""), entry.get("places", 0))


def asked_rows(submission: Submission) -> tuple[FormRow, ...]:
    """What is left to ask: rows nothing gives, nothing is waited for, and no other rows of its own add up to."""
    rows = rows_of(submission)
    forms = forms_of(submission.sheet)
    known = {row.key for row in rows} | {f"{{{name}}}" for name in submission.campaign.externals}
    return tuple(
        row
        for row in rows
        if submission.given.get(row.key, {}).get("state") is None
        and not submission.given.get(row.key, {}).get("missing")
        and not (is_computed(forms, row) and known.issuperset(parts_of(forms.version, row.key) or ()))
    )


def overrides_of(
    submission: Submission, values: Mapping[str, FormValue], names: Mapping[int, str]
) -> dict[str, Override]:
    """Where a person's value stands in place of another that the system gives. `names` of people by id."""
    found = {}
    for key, value in values.items():
        entry = submission.given.get(key)
        if not entry or entry.get("state") is None or not is_own_word(value):
            continue
        given = given_cell(entry)
        if (given.state.value, given.value) != (value.status, value.value):
            author = names.get(value.recorded_by_id or 0, "")
            proven = value.evidence_id is not None and bool(value.reason)
            proven = proven or (value.source == Source.IMPORTED and value.recorded_by_id is None)
            found[key] = Override(given, author, value.reason, proven)
    return found


def subject_of(
    submission: Submission,
    values: Mapping[str, FormValue] | None = None,
    *,
    cells: Mapping[str, Cell] | None = None,
    peers: bool = True,
    names: Mapping[int, str] | None = None,
) -> Subject:
    """What the rules look at. `cells` replaces cells, for what is being typed; `peers`: also those of its level."""
    values = current_values(submission.sheet) if values is None else values
    shown = {**cells_of(values), **(cells or {})}
    rows = rows_of(submission)
    forms = forms_of(submission.sheet)
    given = submission.given
    system = {
        key
        for key, value in values.items()
        if value.source == Source.COUNTED or (given.get(key, {}).get("source") == Source.COUNTED)
    }
    ratios_of_counted = {
        row.key for row in rows if given.get(row.key, {}).get("counted") and row.kind == "percent"
    }
    overrides = overrides_of(submission, values, names or {})
    subject = Subject(
        forms=forms,
        cells=shown,
        own=frozenset(row.key for row in rows),
        externals=external_values({**submission.campaign.externals, **submission.sheet.externals}),
        given=frozenset(key for key, entry in given.items() if entry.get("state") is not None),
        missing={key: entry["missing"] for key, entry in given.items() if entry.get("missing")},
        system=frozenset((system | ratios_of_counted) - set(overrides)),
        last_year={
            key: Decimal(entry["year"]["value"])
            for key, entry in submission.compared.items()
            if entry.get("year") and entry["year"]["value"] is not None
        },
        peers=peer_values(submission, rows) if peers and submission.level != PROVINCE else {},
        overrides=overrides,
        **_of_units(submission, forms, rows, peers),
    )
    return subject


def _of_units(
    submission: Submission, forms: FormSet, rows: tuple[FormRow, ...], wanted: bool
) -> dict[str, Any]:
    """For the province: the sums of its units, where whole, and what records count."""
    if submission.level != PROVINCE or not wanted:
        return {}
    below = below_of(unit_submissions(submission.campaign))
    stored = stored_values([each.sheet for each in below if each.sheet], rows)
    sums = {}
    for row in rows:
        if row.climb == "sum":
            total = added(row, contributions(forms, row, below, stored))
            if total.complete and total.value.numerator is not None:
                number = total.value.numerator
                sums[row.key] = Decimal(number.numerator) / Decimal(number.denominator)
    counted = {
        key: Decimal(entry["counted"]) for key, entry in submission.given.items() if entry.get("counted")
    }
    return {"sums": sums, "counted": counted}


def peer_values(submission: Submission, rows: tuple[FormRow, ...]) -> dict[str, list[Decimal]]:
    """Of the other units of the level: what stands in the rows they all fill. One statement."""
    shared = [row.key for row in rows if submission.level in row.levels]
    values = latest(
        FormValue.objects.filter(
            sheet__submission__campaign_id=submission.campaign_id,
            sheet__submission__level=submission.level,
            row_key__in=shared,
        ).exclude(sheet_id=submission.sheet_id)
    )
    found: dict[str, list[Decimal]] = defaultdict(list)
    for key, value in values.values_list("row_key", "value"):
        if value is not None:
            found[key].append(value)
    return found


def counts_of(submission: Submission, values: Mapping[str, FormValue]) -> dict[str, int]:
    """Rows of its own, filled, asked and still blank, errors, explanations wanted: without looking at peers."""
    rows = rows_of(submission)
    found = judge(subject_of(submission, values, peers=False))
    filled = {key for key, value in values.items() if value.status != "blank"}
    return {
        "rows": len(rows),
        "filled": sum(row.key in filled for row in rows),
        "asked": sum(row.key not in filled for row in asked_rows(submission)),
        "errors": sum(each.severity is Severity.ERROR for each in found),
        "explain": sum(each.severity is Severity.EXPLAIN and not each.explained for each in found),
    }


def findings_of(
    submission: Submission,
    values: Mapping[str, FormValue] | None = None,
    *,
    cells: Mapping[str, Cell] | None = None,
    names: Mapping[int, str] | None = None,
) -> list[Finding]:
    """Every finding of a submission, peers included."""
    return judge(subject_of(submission, values, cells=cells, names=names))

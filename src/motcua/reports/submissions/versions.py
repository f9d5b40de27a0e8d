"""What a unit hands over, frozen; and what moved between two hand-overs. Pure but for what it is given."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from motcua.engine.figures.api import State
from motcua.reports.forms.api import Cell, FormRow, FormValue, cell_of


def frozen_cells(rows: Sequence[FormRow], values: Mapping[str, FormValue]) -> dict[str, dict[str, Any]]:
    """Every row with what stands in it, blanks included."""
    return {row.key: _frozen(values.get(row.key)) for row in rows}


def _frozen(value: FormValue | None) -> dict[str, Any]:
    cell = cell_of(value)
    return {
        "state": cell.state.value,
        "value": None if cell.value is None else str(cell.value),
        "raw": cell.raw,
        "places": cell.places,
        "note": cell.note,
        "source": value.source if value else "",
        "reason": value.reason if value else "",
        "revision": value.revision if value else 0,
        "evidence": value.evidence.digest if value and value.evidence else None,
        "evidence_file": str(value.evidence.uid) if value and value.evidence else None,
    }


def digest_of(cells: Mapping[str, Any]) -> str:
    """SHA-256 over the cells, in hexadecimal; the same for the same content."""
    text = json.dumps(cells, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def thawed(entry: Mapping[str, Any]) -> Cell:
    """A frozen cell as a cell."""
    value = None if entry["value"] is None else Decimal(entry["value"])
    return Cell(State(entry["state"]), value, entry["raw"], entry["places"], entry["note"])


def moved_rows(before: Mapping[str, Any], after: Mapping[str, Any], why: str = "") -> list[dict[str, Any]]:
    """The rows whose state or number differs: from what to what, by how much, and why (the cell's own reason first)."""
    found = []
    for key, new in after.items():
        old = before.get(key)
        if old is None or (old["state"], _number(old)) != (new["state"], _number(new)):
            was, now = _number(old) if old else None, _number(new)
            found.append(
                {
                    "row": key,
                    "before": old and {"state": old["state"], "value": old["value"], "places": old["places"]},
                    "after": {"state": new["state"], "value": new["value"], "places": new["places"]},
                    "by": str(now - was) if now is not None and was is not None else None,
                    "why": new["reason"] if new["revision"] != (old or {}).get("revision") else why,
                }
            )
    return found


def _number(entry: Mapping[str, Any]) -> Decimal | None:
    return None if entry["value"] is None else Decimal(entry["value"])

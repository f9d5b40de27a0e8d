"""A file beside the catalogue: missing, extra, changed, same, invalid. Only what the file says is compared."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from typing import Any

from django.utils.translation import gettext as _

from motcua.engine.provinces.api import Province
from motcua.kernel.text import search_key
from motcua.modules.catalogue.data import Channel, ProcedureContent, to_json
from motcua.modules.catalogue.importing.parsed import Parsed, with_fees
from motcua.modules.catalogue.models import Field, Lifecycle, Version
from motcua.modules.catalogue.operations import columns_of, levels_of, proposal_of_version
from motcua.modules.catalogue.proposals import Levels, Proposal
from motcua.modules.catalogue.versions import Difference, compare

NO_FIELD = ("chua-ro", "Chưa rõ lĩnh vực")
KINDS = ("missing", "changed", "same", "extra", "invalid")


@dataclass(frozen=True, slots=True)
class Standing:
    """What the catalogue holds of a code: its latest version, and its levels."""

    version_id: int
    version: Version
    levels: Levels


class Fields:
    """Fields by name and by code; a new one gets a code made of its name."""

    def __init__(self, province: Province) -> None:
        rows = Field.objects.filter(province=province).values_list("code", "name")
        self._by_code = dict(rows)
        self._by_name = {search_key(name): code for code, name in rows}

    def of(self, parsed: Parsed) -> tuple[str, str]:
        if parsed.field_code in self._by_code:
            return parsed.field_code, self._by_code[parsed.field_code]
        key = search_key(parsed.field_name)
        if key in self._by_name:
            code = self._by_name[key]
            return code, self._by_code[code]
        if not key:
            return NO_FIELD
        code = parsed.field_code or self._fresh(key)
        self._by_code[code], self._by_name[key] = parsed.field_name, code
        return code, parsed.field_name

    def _fresh(self, key: str) -> str:
        stem = key.replace(" ", "-")[:36].strip("-") or "linh-vuc"
        code, number = stem, 1
        while code in self._by_code:
            number += 1
            code = f"{stem}-{number}"
        return code


def compare_rows(province: Province, rows: Iterable[Parsed]) -> list[dict[str, Any]]:
    """The rows of `ImportBatch`: {row, code, name, kind, reasons, notes, differences, proposal, levels, base}."""
    standing = _standing(province)
    fields = Fields(province)
    seen: dict[str, int] = {}
    compared = []
    for parsed in rows:
        if parsed.code and parsed.code in seen:
            parsed.reasons.append(_("Trùng mã với dòng {row}.").format(row=seen[parsed.code]))
        elif parsed.code:
            seen[parsed.code] = parsed.row
        compared.append(_compared(parsed, standing.get(parsed.code), fields))
    live = ((code, one) for code, one in standing.items() if code not in seen)
    compared += [
        _extra(code, one) for code, one in live if one.version.procedure.lifecycle != Lifecycle.STOPPED
    ]
    return compared


def counts_of(rows: Iterable[dict[str, Any]]) -> dict[str, int]:
    counted = Counter(row["kind"] for row in rows)
    return {kind: counted[kind] for kind in KINDS}


def notes_of(rows: Iterable[dict[str, Any]]) -> dict[str, int]:
    """How many rows bear each note."""
    counted: Counter[str] = Counter()
    for row in rows:
        counted.update(set(row.get("notes", ())))
    return dict(sorted(counted.items()))


def _standing(province: Province) -> dict[str, Standing]:
    latest = (
        Version.objects.filter(province=province)
        .select_related("procedure", "field")
        .order_by("procedure_id", "-valid_from")
        .distinct("procedure_id")
    )
    return {row.procedure.code: Standing(row.pk, row, levels_of(row.procedure)) for row in latest}


def _compared(parsed: Parsed, standing: Standing | None, fields: Fields) -> dict[str, Any]:
    row: dict[str, Any] = {
        "row": parsed.row,
        "code": parsed.code,
        "full_code": parsed.full_code,
        "name": parsed.name[:300],
        "notes": sorted(note for note, count in parsed.notes.items() if count),
    }
    if parsed.reasons:
        return row | {"kind": "invalid", "reasons": parsed.reasons}
    before = proposal_of_version(standing.version) if standing else None
    proposal = merged(parsed, before, fields)
    levels = parsed.levels or (standing.levels if standing else Levels())
    row |= {
        "proposal": to_json(proposal),
        "levels": asdict(levels),
        "decision": parsed.decision,
        "essential": parsed.essential,
        "base": standing.version_id if standing else None,
    }
    if standing is None or before is None:
        return row | {"kind": "missing"}
    differences = [*compare(before, proposal), *_levels(standing.levels, levels)]
    if not differences and not _same(standing.version, proposal):
        differences = [Difference("details", _("Chi tiết"), added=(_("Mã giấy tờ, mẫu đơn, ghi chú"),))]
    kind = "changed" if differences else "same"
    return row | {"kind": kind, "differences": [asdict(one) for one in differences]}


def _same(version: Version, proposal: Proposal) -> bool:
    columns = columns_of(proposal)
    return all(getattr(version, name) == value for name, value in columns.items() if name != "source")


def _levels(before: Levels, after: Levels) -> list[Difference]:
    if before == after:
        return []
    return [Difference("levels", _("Cấp thực hiện"), changed=((levels_text(before), levels_text(after)),))]


def levels_text(levels: Levels) -> str:
    names = ((levels.ministry, _("bộ")), (levels.province, _("tỉnh")), (levels.commune, _("xã")))
    return ", ".join(name for held, name in names if held) or _("chưa rõ cấp")


def _extra(code: str, standing: Standing) -> dict[str, Any]:
    return {"row": 0, "code": code, "name": standing.version.name[:300], "kind": "extra", "notes": []}


def merged(parsed: Parsed, before: Proposal | None, fields: Fields) -> Proposal:
    """What the catalogue says, with what the file says in its place."""
    base = before or Proposal("", "", online_level="")
    parts = {
        name: getattr(parsed.content, name)
        for name in parsed.said
        if name not in ("times", "fees", "channels")
    }
    content = replace(base.content, **parts)
    field_code, field_name = base.field_code, base.field_name
    if parsed.field_name or parsed.field_code or before is None:
        field_code, field_name = fields.of(parsed)
    return replace(
        base,
        name=parsed.name,
        field_code=field_code,
        field_name=field_name,
        online_level=base.online_level if parsed.online_level is None else parsed.online_level,
        location_independent=(
            base.location_independent if parsed.location_independent is None else parsed.location_independent
        ),
        content=replace(content, channels=_channels(parsed, base.content)),
        source=base.source or parsed.source,
    )


def _channels(parsed: Parsed, before: ProcedureContent) -> tuple[Channel, ...]:
    if "channels" in parsed.said:
        return parsed.content.channels
    channels = parsed.content.channels if "times" in parsed.said else before.channels
    if "fees" in parsed.said:
        return with_fees(channels, parsed.fees)
    if "times" not in parsed.said:
        return channels
    kept = {one.kind: one.limits[0].fees for one in before.channels if one.limits}
    return with_fees(channels, {kind: fees for kind, fees in kept.items() if fees})

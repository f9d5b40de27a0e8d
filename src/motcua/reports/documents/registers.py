"""Lists a report prints from registers, by the name a template gives them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from motcua.engine.facts.api import FactsError, measure_figures, whole_province
from motcua.engine.figures.api import REGISTRY
from motcua.engine.provinces.api import Province
from motcua.kernel.numbers import format_number
from motcua.kernel.periods import Window
from motcua.modules.catalogue.api import announcing_decisions
from motcua.reports.documents.content import Bound
from motcua.reports.explorer.api import records_address, value_word

Entry = Sequence[str | Bound]
Lister = Callable[[Province, Window, "set[str] | None"], list[Entry]]
_LATE = "dossiers.resolved-late"
_CHANGES = {
    "new": "công bố mới",
    "amended": "sửa đổi, bổ sung",
    "standardised": "chuẩn hóa",
    "abolished": "bãi bỏ",
    "replaced": "thay thế",
}


def entries_of(register: str, province: Province, window: Window, units: set[str] | None) -> list[Entry]:
    """The entries of a register for the days and units; none where nothing is kept. Raises KeyError for no such register."""
    return _LISTERS[register](province, window, units)


def known_registers() -> frozenset[str]:
    return frozenset(_LISTERS)


def _announcements(province: Province, window: Window, _units: set[str] | None) -> list[Entry]:
    """Decisions of the period that announce procedures here, with how many procedures each. Those of another province, which
    a starter catalogue holds as its source, are none of this report's."""
    found: list[Entry] = []
    name = province.title(window.last).partition(" ")[2]
    for one in announcing_decisions(province, window.first, window.last):
        if one.agency and name not in one.agency:
            continue
        kinds = ", ".join(
            f"{_CHANGES.get(kind, kind)} {format_number(count)} TTHC" for kind, count in one.changes
        )
        agency = f" của {one.agency}" if one.agency else ""
        found.append([f"Quyết định số {one.number} ngày {one.date:%d/%m/%Y}{agency}: {kinds}."])
    return found


def _late_causes(province: Province, window: Window, units: set[str] | None) -> list[Entry]:
    """Dossiers resolved late by the cause recorded, most first."""
    figure = REGISTRY.figure(_LATE, window.last)
    try:
        measured = measure_figures(
            province, [figure], window, ("late_reason",), units=units, scope=whole_province(province.pk)
        )
    except FactsError:
        return []
    counted = {str(cause or ""): int(one.numerator or 0) for (cause,), one in measured.of(figure).items()}
    found: list[Entry] = []
    for cause, count in sorted(counted.items(), key=lambda pair: (-pair[1], pair[0])):
        if count:
            told = value_word("dossiers", "late_reason", cause)
            link = records_address(_LATE, window, cuts={"late_reason": cause}) if cause else ""
            bound = Bound(
                ref=f"{_LATE}/late_reason={cause}",
                shown=f"{count:02d}" if count < 10 else format_number(count),
                label=f"{figure.labels['vi']}: {told}",
                unit=figure.unit.label,
                value=str(count),
                source="figure",
                figure=f"{figure.code}@{figure.version}",
                first=window.first.isoformat(),
                last=window.last.isoformat(),
                link=link,
            )
            found.append([f"{told[:1].upper()}{told[1:]}: ", bound, " hồ sơ."])
    return found


_LISTERS: Mapping[str, Lister] = {"announcements": _announcements, "late-causes": _late_causes}

"""The form of a rule: what it offers, and what came back from it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from motcua.engine.facts.api import sources
from motcua.engine.figures.api import REGISTRY
from motcua.engine.permissions.api import Viewer
from motcua.engine.provinces.api import Province
from motcua.kernel.clock import today
from motcua.kernel.ids import uuid7
from motcua.kernel.text import collation_key
from motcua.reference.organisations.api import units_on
from motcua.reports.watch.permissions import MANAGE
from motcua.reports.watch.rules import KINDS, PERIODS, SIDES, SUBJECTS, Rule

_WORDS = ("kind", "name", "figure", "side", "subject", "period")
_COUNTS = ("least", "weeks", "steady")


def blank() -> Rule:
    """A rule as a new form begins."""
    return Rule(code="moi", kind="threshold", name="", raise_at="95", clear_at="96", side="below")


def choices(viewer: Viewer, province: Province) -> dict[str, Any]:
    """What the form offers: only units over which the viewer may set rules."""
    units = [
        each
        for each in units_on(province, today())
        if viewer.may(MANAGE, province=province, unit_path=each.path)
    ]
    known = {source.name for source in sources()}
    figures = [
        (each.code, each.label(get_language() or "vi"))
        for each in REGISTRY.figures(today())
        if {part.fact for part in each.selections()} <= known
    ]
    return {
        "kinds": [(code, _(word)) for code, word in KINDS.items()],
        "periods": [(code, _(word)) for code, word in PERIODS.items()],
        "sides": [(code, _(word)) for code, word in SIDES.items()],
        "subjects": [(code, _(word)) for code, word in SUBJECTS.items()],
        "figures": sorted(figures, key=lambda each: collation_key(each[1])),
        "units": sorted(units, key=lambda each: collation_key(each.name)),
        "whole": viewer.may(MANAGE, province=province, unit_path="/"),
    }


def from_form(province: Province, sent: Mapping[str, str], former: Rule | None) -> dict[str, Any]:
    """The parts of a rule as sent; what is no number is left to the rule to refuse."""
    found: dict[str, Any] = {name: sent.get(name, "")[:300] for name in _WORDS}
    found |= {name: _count(sent.get(name, "")) for name in _COUNTS}
    found |= {name: sent.get(name, "").strip().replace(",", ".")[:30] for name in ("raise_at", "clear_at")}
    if found["kind"] == "bottleneck":
        found["figure"] = ""
    code = sent.get("unit", "")
    unit = next((each for each in units_on(province, today()) if each.code == code), None)
    found["unit_code"], found["unit_path"] = (unit.code, unit.path) if unit else (code, "/")
    found["enabled"] = sent.get("enabled") == "1"
    found["code"] = former.code if former else f"q-{uuid7().hex[-12:]}"
    return found


def _count(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 8 else -1

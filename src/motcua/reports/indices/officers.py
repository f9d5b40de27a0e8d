"""The rating of officers: the indices taken of each dossier, for who processed it, among the officers of one unit."""

from __future__ import annotations

from fractions import Fraction

from motcua.engine.figures.api import Value
from motcua.engine.permissions.api import NotPermitted, Viewer
from motcua.engine.provinces.api import Province
from motcua.kernel.periods import Window
from motcua.reports.indices import queries
from motcua.reports.indices.counted import CountedMeasures
from motcua.reports.indices.data import Inputs, Subject
from motcua.reports.indices.definition import IndexSet, Level
from motcua.reports.indices.permissions import VIEW
from motcua.reports.indices.scoring import Placed, rank, score_unit

OFFICER = "officer"  # the column of facts that says who


def rated_units(viewer: Viewer, province: Province, window: Window) -> list[Subject]:
    """The units whose officers this viewer may see rated, as on the last day of the window."""
    units = (each for each in queries.subjects_on(province, window.last) if each.level is not Level.PROVINCE)
    return [each for each in units if viewer.may(VIEW, province=province, unit_path=each.path)]


def rated_officers(
    viewer: Viewer, province: Province, index: IndexSet, unit_code: str, window: Window
) -> tuple[Subject, list[Placed]]:
    """A unit and its officers from best to worst, each by the uid of the account. Raises NotPermitted.

    An officer without a dossier ended in the window is not there.
    """
    unit = next((each for each in rated_units(viewer, province, window) if each.code == unit_code), None)
    if unit is None:
        raise NotPermitted(VIEW)
    found = CountedMeasures(province).by_column(index.figures(), OFFICER, unit.code, window)
    scores = [
        score_unit(index, Inputs(Subject(uid, Level.OFFICER, path=unit.path), values))
        for uid, values in found.items()
        if uid and any(_counts(value) for value in values.values())
    ]
    return unit, rank(scores)


def _counts(value: Value) -> bool:
    return (value.denominator or Fraction()) > 0

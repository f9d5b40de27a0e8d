"""Where figures and the shapes of facts are declared and looked up by code and date."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from motcua.engine.figures.errors import FigureError
from motcua.engine.figures.fitting import check_selection
from motcua.engine.figures.language import NAME_PATTERN, Column, Figure, Selection

# text; whole numbers; exact decimals; days; moments (aware, UTC); true or false.
COLUMN_TYPES = frozenset({"text", "integer", "decimal", "date", "moment", "flag"})


@dataclass(frozen=True, slots=True)
class FactShape:
    """The columns of a fact table, name to type: one of COLUMN_TYPES.

    `key`: the column that names a row. `record`: the column of the record a row is of, where a record has several rows
    ("" the key: one row a record). `unit`: the column of the code of the unit a row counts for, as the unit was then. A
    fact of values people state may have none of them. `until`: the day on which a row is over and done with, missing
    while it goes on: rows still going on are kept together, so that counting them reads no year of done ones.
    """

    name: str
    columns: Mapping[str, str]
    key: str = ""
    unit: str = ""
    record: str = ""
    until: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "columns", MappingProxyType(dict(self.columns)))
        for name in (self.name, *self.columns):
            if not NAME_PATTERN.match(name):
                raise FigureError(
                    "FIG-NAME", f"Tên dữ kiện hoặc cột “{name}” không hợp lệ: dùng chữ thường, số, _."
                )
        for name, kind in self.columns.items():
            if kind not in COLUMN_TYPES:
                raise FigureError(
                    "FIG-TYPE",
                    f"Dữ kiện “{self.name}”, cột “{name}”: kiểu “{kind}” không có; dùng {', '.join(sorted(COLUMN_TYPES))}.",
                )
        for name in filter(None, (self.key, self.unit, self.record, self.until)):
            if name not in self.columns:
                raise FigureError("FIG-COLUMN", f"Dữ kiện “{self.name}” không có cột “{name}”.")
        if self.until and self.columns[self.until] != "date":
            raise FigureError("FIG-TYPE", f"Dữ kiện “{self.name}”, cột “{self.until}”: phải là kiểu “date”.")

    @property
    def of_record(self) -> str:
        """The column of the record a row is of: rows of one record come, change and go together."""
        return self.record or self.key


class Registry:
    """Figures by code, each a line of versions in order of their day of effect."""

    def __init__(self) -> None:
        self._facts: dict[str, FactShape] = {}
        self._versions: dict[str, list[Figure]] = {}

    def define_fact(self, shape: FactShape) -> FactShape:
        """Declare a fact table. Raises FIG-FACT-TWICE when another shape bears the name."""
        known = self._facts.setdefault(shape.name, shape)
        if known != shape:
            raise FigureError("FIG-FACT-TWICE", f"Dữ kiện “{shape.name}” đã được khai báo với các cột khác.")
        return known

    def fact(self, name: str) -> FactShape:
        """The shape of a fact. Raises FIG-FACT when no module declared it."""
        if name not in self._facts:
            raise FigureError("FIG-FACT", f"Không có dữ kiện “{name}”. Kiểm tra lại tên.")
        return self._facts[name]

    def facts(self) -> tuple[FactShape, ...]:
        """Every fact declared, in order of declaration."""
        return tuple(self._facts.values())

    def define(self, figure: Figure) -> Figure:
        """Declare a version of a figure. The same definition twice is once.

        Raises FIG-TWICE (another definition bears code and version), FIG-ORDER (a version not later than
        the one before), FIG-FACT or FIG-COLUMN (it reads what no module declared), FIG-OPERAND (it compares unlike things).
        """
        self._check_selections(figure)
        versions = self._versions.setdefault(figure.code, [])
        for known in versions:
            if known.version == figure.version:
                return self._same(known, figure)
        if versions and not _follows(figure, versions[-1]):
            raise FigureError(
                "FIG-ORDER",
                f"Chỉ tiêu “{figure.code}” phiên bản {figure.version}: phiên bản và ngày hiệu lực phải sau "
                f"phiên bản {versions[-1].version} ({versions[-1].effective_from:%d/%m/%Y}).",
            )
        versions.append(figure)
        return figure

    def figure(self, code: str, on: date) -> Figure:
        """The version in force on a day. Raises FIG-UNKNOWN or FIG-NOT-IN-FORCE."""
        versions = self._line(code)
        in_force = [each for each in versions if each.effective_from <= on]
        if not in_force:
            first = versions[0].effective_from
            raise FigureError(
                "FIG-NOT-IN-FORCE",
                f"Chỉ tiêu “{code}” chỉ có hiệu lực từ {first:%d/%m/%Y}, sau ngày {on:%d/%m/%Y}.",
            )
        return in_force[-1]

    def version(self, code: str, version: int) -> Figure:
        """A version by its number. Raises FIG-UNKNOWN."""
        for each in self._line(code):
            if each.version == version:
                return each
        raise FigureError("FIG-UNKNOWN", f"Chỉ tiêu “{code}” không có phiên bản {version}.")

    def figures(self, on: date) -> Iterator[Figure]:
        """Every figure in force on a day, in order of declaration."""
        for versions in self._versions.values():
            in_force = [each for each in versions if each.effective_from <= on]
            if in_force:
                yield in_force[-1]

    def __contains__(self, code: object) -> bool:
        return code in self._versions

    def _line(self, code: str) -> list[Figure]:
        if code not in self._versions:
            raise FigureError("FIG-UNKNOWN", f"Không có chỉ tiêu mang mã “{code}”. Kiểm tra lại mã.")
        return self._versions[code]

    @staticmethod
    def _same(known: Figure, figure: Figure) -> Figure:
        if known != figure:
            raise FigureError(
                "FIG-TWICE",
                f"Chỉ tiêu “{figure.code}” phiên bản {figure.version} đã được khai báo khác. Hãy tăng phiên bản.",
            )
        return known

    def _check_selections(self, figure: Figure) -> None:
        for selection in figure.selections():
            shape = self._facts.get(selection.fact)
            if shape is None:
                raise FigureError(
                    "FIG-FACT",
                    f"Chỉ tiêu “{figure.code}” dùng dữ kiện “{selection.fact}” chưa được khai báo.",
                )
            for column in sorted(_columns(selection) - set(shape.columns)):
                raise FigureError(
                    "FIG-COLUMN", f"Chỉ tiêu “{figure.code}”: dữ kiện “{shape.name}” không có cột “{column}”."
                )
            check_selection(selection, shape)


def _columns(selection: Selection) -> set[str]:
    names = {each.column for each in selection.filters}
    names |= {each.operand.name for each in selection.filters if isinstance(each.operand, Column)}
    return names | ({selection.measure.column, selection.unit} - {""})


def _follows(later: Figure, earlier: Figure) -> bool:
    return later.version > earlier.version and later.effective_from > earlier.effective_from


REGISTRY = Registry()

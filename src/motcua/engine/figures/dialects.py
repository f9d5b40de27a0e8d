"""What differs between the engines' SQL: quoting, parameters, types, text by code point, moments as numbers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from motcua.engine.figures.fitting import DIGITS, PLACES

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Dialect:
    """One engine's SQL. `parameter`, `quote`, `text` and `micros` are patterns to be filled with a name.

    `text`: a text column compared byte by byte, which for UTF-8 is by code point. `micros`: a moment as whole
    microseconds since 1970, so that it comes back exact from every driver. `whole`: a whole number made wide enough to
    be summed without overflow. `counted`: how rows that fulfil a condition are counted. `folds`: whether many figures are
    cheaper over rows first put together by what they fulfil.
    """

    name: str
    parameter: str
    quote: str
    types: tuple[tuple[str, str], ...]
    micros: str
    text: str = "{}"
    whole: str = "{}"
    counted: str = "COUNT(*) FILTER (WHERE {})"
    folds: bool = False

    def column(self, name: str, kind: str) -> str:
        """A column as it is compared and grouped."""
        quoted = self.quote.format(name)
        return self.text.format(quoted) if kind == "text" else quoted

    def value(self, name: str, kind: str) -> str:
        """A bound parameter of a type."""
        return f"CAST({self.parameter.format(name)} AS {self.type_of(kind)})"

    def type_of(self, kind: str) -> str:
        """The engine's name of a column type."""
        return dict(self.types)[kind]

    def cut(self, name: str, kind: str) -> str:
        """A column as a group's key leaves the engine; `read_key` makes a Python value of it."""
        column = self.column(name, kind)
        return self.micros.format(column) if kind == "moment" else column

    def added(self, name: str, kind: str) -> str:
        """A number as it is summed."""
        quoted = self.quote.format(name)
        return self.whole.format(quoted) if kind == "integer" else quoted


def read_key(kind: str, value: Any) -> Any:
    """The value of a group's key as `cut` sent it."""
    return _EPOCH + int(value) * _MICROSECOND if kind == "moment" and value is not None else value


def micros_of(moment: datetime) -> int:
    """Whole microseconds since 1970."""
    return (moment - _EPOCH) // _MICROSECOND


_DECIMAL = f"DECIMAL({DIGITS},{PLACES})"

DUCKDB = Dialect(
    name="duckdb",
    parameter="${}",
    quote='"{}"',
    types=(
        ("text", "VARCHAR"),
        ("integer", "BIGINT"),
        ("decimal", _DECIMAL),
        ("date", "DATE"),
        ("moment", "TIMESTAMPTZ"),
        ("flag", "BOOLEAN"),
    ),
    micros="epoch_us({})",
    counted="COUNT_IF({})",  # two thirds of what the filter costs there
    folds=True,
)
POSTGRES = Dialect(
    name="postgresql",
    parameter="%({})s",
    quote='"{}"',
    types=(
        ("text", "text"),
        ("integer", "bigint"),
        ("decimal", "numeric"),
        ("date", "date"),
        ("moment", "timestamptz"),
        ("flag", "boolean"),
    ),
    micros="(extract(epoch FROM {}) * 1000000)::bigint",
    text='{} COLLATE "C"',
)
SPARK = Dialect(
    name="spark",
    parameter=":{}",
    quote="`{}`",
    types=(
        ("text", "STRING"),
        ("integer", "BIGINT"),
        ("decimal", _DECIMAL),
        ("date", "DATE"),
        ("moment", "TIMESTAMP"),
        ("flag", "BOOLEAN"),
    ),
    micros="unix_micros({})",
    whole=f"CAST({{}} AS DECIMAL({DIGITS},0))",
)
DIALECTS = (DUCKDB, POSTGRES, SPARK)

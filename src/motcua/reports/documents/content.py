"""A composed report as data: what every output is written from, what two versions are compared by, what is kept. Pure.

A report is sections of passages; a passage is runs of text and of figures. Equal input gives equal content and an equal
digest; `to_data` and `of_data` are inverse.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from typing import Any


@dataclass(frozen=True, slots=True)
class Bound:
    """A figure as it stands in a sentence.

    `ref`: how the text names it. `shown`: what is printed. `state`: known, blank, not_applicable, not_due. `value`,
    `numerator`, `denominator`: exact, as fractions' text ("1075283", "151619/153771"); empty where there is none. `other`:
    the value it is compared with. `source`: form, figure or name. `link`: address of its records or cell, without the host.
    """

    ref: str
    shown: str
    label: str = ""
    unit: str = ""
    state: str = "known"
    value: str = ""
    numerator: str = ""
    denominator: str = ""
    other: str = ""
    source: str = "form"
    figure: str = ""
    first: str = ""
    last: str = ""
    link: str = ""

    @property
    def is_missing(self) -> bool:
        return self.source != "name" and self.state == "blank"


@dataclass(frozen=True, slots=True)
class Run:
    """Text, or a figure with the text it is printed as."""

    text: str
    bound: Bound | None = None


@dataclass(frozen=True, slots=True)
class Passage:
    """A paragraph. `kind`: text, item (of a list), heading (within a section), table. `origin`: template, person,
    suggestion (drafted, not accepted) or register. `owner`: key of the department that answers for it."""

    key: str
    kind: str
    runs: tuple[Run, ...] = ()
    owner: str = ""
    origin: str = "template"
    rows: tuple[tuple[tuple[Run, ...], ...], ...] = ()
    level: int = 0

    @property
    def text(self) -> str:
        return "".join(run.text for run in self.runs)

    def bounds(self) -> Iterator[Bound]:
        for run in (*self.runs, *(run for row in self.rows for cell in row for run in cell)):
            if run.bound is not None:
                yield run.bound


@dataclass(frozen=True, slots=True)
class Section:
    number: str
    title: str
    passages: tuple[Passage, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """A row of an annexed form: `note` as entered, `origin` in words (counted, declared, ...)."""

    code: str
    label: str
    unit: str
    bound: Bound | None
    note: str = ""
    origin: str = ""
    depth: int = 0


@dataclass(frozen=True, slots=True)
class Annex:
    """One statistical form."""

    code: str
    title: str
    rows: tuple[Row, ...] = ()


@dataclass(frozen=True, slots=True)
class Content:
    """A whole report. `head`: parent, agency, symbol, place, kind, about; `recipients`; `signer`: authority, role, name."""

    head: Mapping[str, str]
    opening: tuple[Passage, ...]
    sections: tuple[Section, ...]
    annexes: tuple[Annex, ...] = ()
    recipients: tuple[str, ...] = ()
    signer: Mapping[str, str] = field(default_factory=dict)
    about: Mapping[str, str] = field(default_factory=dict)

    def passages(self) -> Iterator[Passage]:
        yield from self.opening
        for section in self.sections:
            yield from section.passages

    def bounds(self) -> Iterator[tuple[str, Bound]]:
        """Every figure with the place it stands in: the key of a passage, or "biểu 3" and its row."""
        for passage in self.passages():
            for bound in passage.bounds():
                yield passage.key, bound
        for annex in self.annexes:
            for row in annex.rows:
                if row.bound is not None:
                    yield f"{annex.code}!{row.code}", row.bound

    @property
    def digest(self) -> str:
        return sha256(to_text(self).encode()).hexdigest()


def to_data(content: Content) -> dict[str, Any]:
    return asdict(content)


def to_text(content: Content) -> str:
    """Canonical JSON: sorted keys, no spaces."""
    return json.dumps(to_data(content), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def of_data(data: Mapping[str, Any]) -> Content:
    return Content(
        head=dict(data["head"]),
        opening=tuple(map(_passage, data["opening"])),
        sections=tuple(
            Section(one["number"], one["title"], tuple(map(_passage, one["passages"])))
            for one in data["sections"]
        ),
        annexes=tuple(
            Annex(one["code"], one["title"], tuple(map(_row, one["rows"]))) for one in data["annexes"]
        ),
        recipients=tuple(data["recipients"]),
        signer=dict(data["signer"]),
        about=dict(data["about"]),
    )


def _bound(data: Mapping[str, Any] | None) -> Bound | None:
    return None if data is None else Bound(**data)


def _runs(data: Any) -> tuple[Run, ...]:
    return tuple(Run(one["text"], _bound(one["bound"])) for one in data)


def _passage(data: Mapping[str, Any]) -> Passage:
    rows = tuple(tuple(_runs(cell) for cell in row) for row in data["rows"])
    return Passage(**{**data, "runs": _runs(data["runs"]), "rows": rows})


def _row(data: Mapping[str, Any]) -> Row:
    return Row(**{**data, "bound": _bound(data["bound"])})

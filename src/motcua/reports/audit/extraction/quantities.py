"""Ties prose figures to named quantities: the rows of the forms, by the words that stand around a figure."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources

import yaml

from motcua.kernel.text import search_key
from motcua.reports.audit.extraction.figures import Extraction, ProseFigure, Scope

_LEAD_LENGTH = 130
_TAIL_LENGTH = 160
_SHORT_LEAD = 3
_LONGEST_LIST = 12
_ABBREVIATIONS: tuple[tuple[str, str], ...] = (
    (r"\bvb ?qppl\b|\bvan ban qppl\b", "van ban quy pham phap luat"),
    (r"\bqppl\b", "quy pham phap luat"),
    (r"\btthc\b", "thu tuc hanh chinh"),
    (r"\bdvctt\b", "dich vu cong truc tuyen"),
    (r"\bdvc\b", "dich vu cong"),
    (r"\bdv ?sncl\b|\bdv ?sn cong lap\b|\bdon vi sncl\b", "don vi su nghiep cong lap"),
    (r"\bdvsn\b", "don vi su nghiep"),
    (r"\bpakn\b", "phan anh kien nghi"),
    (r"\bcchc\b", "cai cach hanh chinh"),
    (r"\bnsnn\b", "ngan sach nha nuoc"),
    (r"\bttg?cp\b", "thu tuong chinh phu"),
)
_EXPAND = tuple((re.compile(short), long) for short, long in _ABBREVIATIONS)
_BRACKETS = re.compile(r"\([^()]*\)")
_CLAUSE_END = re.compile(r"[;()]|\.(?:\s|$)|\b(?:trong đó|(?:bao )?gồm|cụ thể)\b")


@dataclass(frozen=True, slots=True)
class Quantity:
    """How the prose names a quantity; see quantities.yaml for the meaning of each field."""

    key: str
    units: frozenset[str]
    roles: frozenset[str]
    all: tuple[re.Pattern[str], ...]
    single: tuple[re.Pattern[str], ...]
    none: tuple[re.Pattern[str], ...]
    sentence: tuple[re.Pattern[str], ...]
    scopes: frozenset[Scope]
    also: tuple[str, ...]
    never: tuple[re.Pattern[str], ...] = ()

    def fits(self, figure: ProseFigure, role: str, words: str, sentence: str) -> bool:
        """Whether the figure, in this role and among these folded words, is this quantity."""
        if figure.unit is None or figure.unit.code not in self.units or role not in self.roles:
            return False
        if self.scopes and figure.scope not in self.scopes:
            return False
        required = (*self.all, *(self.single if role == "single" else ()))
        if not all(pattern.search(words) for pattern in required):
            return False
        if any(pattern.search(words) for pattern in self.none):
            return False
        if any(pattern.search(sentence) for pattern in self.never):
            return False
        return all(pattern.search(sentence) for pattern in self.sentence)


@lru_cache(maxsize=8192)
def folded(text: str) -> str:
    """Folded words with abbreviations written out."""
    words = search_key(text)
    for pattern, long in _EXPAND:
        words = pattern.sub(long, words)
    return words


@cache
def quantities() -> tuple[Quantity, ...]:
    """The packaged names of quantities."""
    path = resources.files("motcua.reports.audit.extraction") / "quantities.yaml"
    return tuple(_quantity(entry) for entry in yaml.safe_load(path.read_text(encoding="utf-8")))


def quantity_of(extraction: Extraction, figure: ProseFigure) -> Quantity | None:
    """The quantity a figure is, when its words say so; None for targets, headlines and unknown ones."""
    if figure.planned or figure.sentence.footnote or figure.scope is Scope.NAMED or figure.direction:
        return None
    words = words_around(extraction, figure)
    sentence = folded(f"{figure.sentence.section} {figure.sentence.text}")
    for role in _roles(extraction, figure):
        for quantity in quantities():
            if quantity.fits(figure, role, words, sentence):
                return quantity
    return None


def words_around(extraction: Extraction, figure: ProseFigure) -> str:
    """Folded words of the figure's own clause: before it, and after it up to the next figure or mark."""
    neighbours = extraction.of(figure.sentence)
    lead = own_lead(neighbours, figure)
    return folded(f"{lead[-_LEAD_LENGTH:]} {_own_tail(neighbours, figure)}")


def own_lead(neighbours: tuple[ProseFigure, ...], figure: ProseFigure) -> str:
    """The words before a figure without the noun of the one before; an item of a list shares the head's words."""
    leads: list[str] = []
    current: ProseFigure | None = figure
    while current is not None and len(leads) < _LONGEST_LIST:
        lead, current = _lead_and_head(neighbours, current)
        leads.append(lead)
    return " ".join(lead for lead in reversed(leads) if lead)


def _lead_and_head(
    neighbours: tuple[ProseFigure, ...], figure: ProseFigure
) -> tuple[str, ProseFigure | None]:
    """The words just before a figure, and the figure whose words it shares when these are too few."""
    last = None if figure.role == "whole" else _before(neighbours, figure)
    if last is None:
        return figure.lead, None
    text = figure.sentence.text
    begin = max(text.find(last.noun, last.end) if last.noun else last.end, last.end) + len(last.noun)
    lead = text[min(begin, figure.start) : figure.start].strip(" ,.:;(")
    return lead, last if len(lead.split()) <= _SHORT_LEAD else None


def _before(neighbours: tuple[ProseFigure, ...], figure: ProseFigure) -> ProseFigure | None:
    """The last figure that ends before this one, in its clause; looked for from the figure backwards, since a
    hostile sentence holds a thousand figures."""
    at = bisect_left(neighbours, figure.start, key=lambda other: other.start)
    back = (neighbours[index] for index in range(at - 1, -1, -1))
    return next((f for f in back if f.end <= figure.start and f.clause == figure.clause), None)


def _own_tail(neighbours: tuple[ProseFigure, ...], figure: ProseFigure) -> str:
    text = figure.sentence.text
    after_it = bisect_right(neighbours, figure.end, key=lambda other: other.start)
    following = neighbours[after_it].start if after_it < len(neighbours) else len(text)
    if figure.role:
        after = text[figure.end : figure.end + 220]
        after = after.replace(")", " ", 1) if figure.depth else after
    else:
        after = _before_next_deed(text[figure.end : following], len(figure.noun), following < len(text))
    after = _BRACKETS.sub(" ", after)
    stop = _CLAUSE_END.search(after)
    return after[: min(stop.start(), _TAIL_LENGTH) if stop else _TAIL_LENGTH]


def _before_next_deed(after: str, noun_length: int, followed: bool) -> str:
    """Words between two figures: those behind the comma after the noun speak of the next figure."""
    if not followed:
        return after
    stop = re.search(r",\s|\svà\s", after[noun_length:])
    return after[: noun_length + stop.start()] if stop else after


def _roles(extraction: Extraction, figure: ProseFigure) -> tuple[str, ...]:
    if figure.role not in ("part", "whole"):
        return ("single",)
    twin = extraction.ratio_by_figure.get(figure.number)
    full = twin is not None and twin.part.printed.value == twin.whole.printed.value
    return (figure.role, "full") if full and figure.role == "whole" else (figure.role,)


def _quantity(entry: dict[str, object]) -> Quantity:
    def patterns(name: str) -> tuple[re.Pattern[str], ...]:
        return tuple(re.compile(rf"(?<!\w)(?:{word})") for word in _texts(entry, name))

    return Quantity(
        str(entry["key"]),
        frozenset(_texts(entry, "units")),
        frozenset(_texts(entry, "roles")),
        patterns("all"),
        patterns("single"),
        patterns("none"),
        patterns("sentence"),
        frozenset(Scope(name) for name in _texts(entry, "scopes")),
        tuple(_texts(entry, "also")),
        patterns("never"),
    )


def _texts(entry: dict[str, object], name: str) -> list[str]:
    value = entry.get(name, [])
    return [str(item) for item in value] if isinstance(value, list) else []

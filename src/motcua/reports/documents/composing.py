"""A template and values become content: conditions judged, bindings filled, lists and people's words put in. Pure.

Values come from a `Source`; nothing here knows where from. What is bound and not there stands as "(chưa có số liệu)" and is
listed among the missing; a sentence that needs it and has another to say says the other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Protocol

from motcua.engine.figures.api import STATE_WORDS, State
from motcua.kernel.money import in_words
from motcua.kernel.numbers import format_number, round_half_up
from motcua.kernel.text import nfc
from motcua.reports.documents.content import Annex, Bound, Content, Passage, Run, Section
from motcua.reports.documents.language import Condition, Part, Ref, read_text
from motcua.reports.documents.template import PassageTemplate, Sentence, Template

MISSING = "(chưa có số liệu)"
POINTS = "điểm phần trăm"


@dataclass(frozen=True, slots=True)
class Given:
    """A value a binding names. `number`: exact, in the unit it is shown in (a rate in percent); `places`: decimals shown.

    `numerator`, `denominator`: exact, where it was made of them. `name`: a text instead of a number.
    """

    state: State
    number: Fraction | None = None
    places: int = 0
    unit: str = ""
    label: str = ""
    numerator: Fraction | None = None
    denominator: Fraction | None = None
    source: str = "form"
    figure: str = ""
    first: str = ""
    last: str = ""
    link: str = ""
    name: str = ""

    @property
    def is_rate(self) -> bool:
        return self.unit == "%"


class Source(Protocol):
    """Where values come from. `against`: "" for the report's own period."""

    def given(self, key: str, against: str) -> Given: ...

    def entries(self, register: str) -> Sequence[Sequence[str | Bound]]:
        """Entries of a register, each text and figures in turn."""
        ...


@dataclass(frozen=True, slots=True)
class Words:
    """What a person wrote in a passage, in the language of bindings; `accepted`: the suggestion, taken over."""

    text: str
    accepted: bool = False


@dataclass
class Composer:
    """Composes one report. `words`: by key of passage. `missing`: (passage, ref) of what is bound and not there."""

    source: Source
    words: Mapping[str, Words] = field(default_factory=dict)
    missing: list[tuple[str, str]] = field(default_factory=list)
    _place: str = ""

    def compose(
        self,
        template: Template,
        head: Mapping[str, str],
        annexes: Sequence[Annex] = (),
        signer: Mapping[str, str] | None = None,
        about: Mapping[str, str] | None = None,
    ) -> Content:
        """The whole report."""
        opening = self._passages(template.opening)
        sections = tuple(
            Section(one.number, one.title, self._passages(one.passages)) for one in template.sections
        )
        subject = "".join(run.text for run in self.runs(template.about))
        return Content(
            head={**head, "kind": template.title, "about": subject},
            opening=opening,
            sections=sections,
            annexes=tuple(annexes),
            recipients=template.recipients,
            signer=dict(signer or {}),
            about={**(about or {}), "template": template.code, "template_version": template.version},
        )

    def _passages(self, templates: Iterable[PassageTemplate]) -> tuple[Passage, ...]:
        return tuple(passage for one in templates for passage in self.passage(one))

    def passage(self, template: PassageTemplate) -> Iterator[Passage]:
        """The paragraphs a template's passage gives; none where its condition does not hold."""
        self._place = template.key
        if template.when is not None and not self.holds(template.when):
            return
        yield from _KINDS[template.kind](self, template)

    def _heading(self, template: PassageTemplate) -> Iterator[Passage]:
        yield Passage(template.key, "heading", (Run(template.title),), template.owner, level=template.level)

    def _say(self, template: PassageTemplate) -> Iterator[Passage]:
        own = self.words.get(template.key)
        if own is not None and not own.accepted:
            yield from self._own(template, own.text)
            return
        runs = self._sentences(template.sentences)
        if runs:
            yield Passage(template.key, "text", runs, template.owner)

    def _free(self, template: PassageTemplate) -> Iterator[Passage]:
        own = self.words.get(template.key)
        if own is not None and own.text.strip():
            yield from self._own(template, own.text)
            return
        runs = self._sentences(template.suggestion)
        if runs:
            origin = "template" if own is not None and own.accepted else "suggestion"
            yield Passage(template.key, "text", runs, template.owner, origin)

    def _own(self, template: PassageTemplate, text: str) -> Iterator[Passage]:
        """A person's words: one paragraph a line; lines that begin with a dash are items."""
        lines = [line.strip() for line in nfc(text).splitlines() if line.strip()]
        for place, line in enumerate(lines):
            kind = "item" if line.startswith(("-", "–", "+")) else "text"
            key = template.key if not place else f"{template.key}.{place + 1}"
            runs = self.runs(read_text(line.lstrip("-–+ ") if kind == "item" else line))
            yield Passage(key, kind, runs, template.owner, "person")

    def _list(self, template: PassageTemplate) -> Iterator[Passage]:
        entries = self.source.entries(template.register)
        if not entries:
            if template.empty:
                yield Passage(template.key, "text", self.runs(template.empty), template.owner)
            return
        if template.title:
            yield Passage(template.key, "text", (Run(template.title),), template.owner)
        for place, entry in enumerate(entries, start=1):
            runs = _joined([Run(one) if isinstance(one, str) else Run(one.shown, one) for one in entry])
            yield Passage(f"{template.key}.{place}", "item", runs, template.owner, "register")

    def _rows(self, template: PassageTemplate) -> Iterator[Passage]:
        head = tuple((Run(text),) for text in ("Nội dung", "Đơn vị tính", "Số liệu"))
        rows = [head]
        for key in template.rows:
            given = self.source.given(key, "")
            rows.append(((Run(given.label),), (Run(given.unit),), (self._run(Ref(key)),)))
        if template.title:
            yield Passage(f"{template.key}.title", "text", (Run(template.title),), template.owner)
        yield Passage(template.key, "table", (), template.owner, rows=tuple(rows))

    # -- sentences -----------------------------------------------------------------------------------

    def _sentences(self, sentences: Sequence[Sentence]) -> tuple[Run, ...]:
        runs: list[Run] = []
        for sentence in sentences:
            holds = sentence.when is None or self.holds(sentence.when)
            said = self.runs(sentence.say if holds else sentence.otherwise)
            if said:
                runs += [Run(" "), *said] if runs else said
        return _joined(runs)

    def runs(self, parts: Sequence[Part]) -> tuple[Run, ...]:
        return _joined([Run(part) if isinstance(part, str) else self._run(part) for part in parts])

    def _run(self, ref: Ref) -> Run:
        bound = self.bound(ref)
        if bound.is_missing:
            self.missing.append((self._place, str(ref)))
        return Run(bound.shown, None if bound.source == "name" else bound)

    def cell(self, ref: Ref) -> Bound:
        """A row as its form prints it: without the nought of prose."""
        bound, given = self.bound(ref), self.source.given(ref.key, "")
        if given.number is None or given.is_rate:
            return replace(bound, shown="" if given.state is State.BLANK else bound.shown)
        places = given.places
        return replace(bound, shown=format_number(round_half_up(given.number, places), places))

    def bound(self, ref: Ref) -> Bound:
        """The value a binding names, as it is printed there."""
        own = self.source.given(ref.key, "")
        other = self.source.given(ref.key, ref.against) if ref.against else None
        compared = ref.shape in ("change", "difference")
        told = own if compared or other is None else other
        if own.name:
            return Bound(str(ref), own.name, own.label, source="name")
        shown = _compared(own, other, ref.shape) if compared and other else shown_as(told, ref.shape)
        state = told.state
        if compared and other is not None and not (own.number is not None and other.number is not None):
            state = State.BLANK
        return Bound(
            ref=str(ref),
            shown=shown,
            label=told.label,
            unit=told.unit,
            state=state.value,
            value=_text(told.number),
            numerator=_text(told.numerator),
            denominator=_text(told.denominator),
            other=_text(other.number) if compared and other else "",
            source=told.source,
            figure=told.figure,
            first=told.first,
            last=told.last,
            link=told.link,
        )

    # -- conditions ----------------------------------------------------------------------------------

    def holds(self, condition: Condition) -> bool:
        """Whether a condition holds; a comparison with what is not there does not."""
        if condition.test == "all":
            return all(map(self.holds, condition.parts))
        if condition.test == "any":
            return any(map(self.holds, condition.parts))
        if condition.test == "not":
            return not any(map(self.holds, condition.parts))
        return all(self._tested(condition.test, ref) for ref in condition.refs)

    def _tested(self, test: str, ref: Ref) -> bool:
        own = self.source.given(ref.key, "")
        if test == "known":
            return own.number is not None
        if test == "absent":
            return own.number is None
        if own.number is None:
            return False
        if test in _ALONE:
            return _ALONE[test](own)
        other = self.source.given(ref.key, ref.against)
        return other.number is not None and _BESIDE[test](_printed(own), _printed(other))


_KINDS: Mapping[str, Callable[[Composer, PassageTemplate], Iterator[Passage]]] = {
    "heading": Composer._heading,
    "say": Composer._say,
    "free": Composer._free,
    "list": Composer._list,
    "rows": Composer._rows,
}
_ALONE: Mapping[str, Callable[[Given], bool]] = {
    "zero": lambda own: own.number == 0,
    "positive": lambda own: own.number is not None and own.number > 0,
    "whole": lambda own: own.is_rate and own.number == 100,
}
# What is said of a change is said of the printed figures: the reader has no others.
_BESIDE: Mapping[str, Callable[[Fraction, Fraction], bool]] = {
    "risen": lambda own, other: own > other,
    "fallen": lambda own, other: own < other,
    "level": lambda own, other: own == other,
    "reached": lambda own, other: own >= other,
    "missed": lambda own, other: own < other,
}


def shown_as(given: Given, shape: str = "") -> str:
    """A value as prose prints it: 05, 1.234, 98,60%; with its unit, or in words."""
    if given.name:
        return given.name
    if given.number is None:
        return MISSING if given.state is State.BLANK else STATE_WORDS[given.state]
    if shape == "words" and given.number.denominator == 1:
        return in_words(int(given.number))
    text = _number(given.number, given.places)
    if given.is_rate:
        return f"{text}%"
    return f"{text} {given.unit[:1].lower()}{given.unit[1:]}" if shape == "unit" and given.unit else text


def _number(number: Fraction, places: int) -> str:
    if number.denominator == 1 and not places and 0 < number < 10:
        return f"0{int(number)}"  # counts below ten are written with a nought in official papers
    return format_number(round_half_up(number, places), places)


def _compared(own: Given, other: Given, shape: str) -> str:
    if own.number is None or other.number is None:
        return MISSING
    apart = _printed(own) - _printed(other)
    places = max(own.places, other.places)
    size = format_number(round_half_up(abs(apart), places), places) + (f" {POINTS}" if own.is_rate else "")
    if shape == "difference":
        return size
    if not apart:
        return "bằng"
    return f"{'tăng' if apart > 0 else 'giảm'} {size}"


def _printed(given: Given) -> Fraction:
    """The number at its printed precision."""
    return Fraction(round_half_up(given.number or Fraction(0), given.places))


def _text(number: Fraction | None) -> str:
    return "" if number is None else str(number)


def _joined(runs: Iterable[Run]) -> tuple[Run, ...]:
    """Neighbouring texts as one."""
    found: list[Run] = []
    for run in runs:
        if not run.text and run.bound is None:
            continue
        if found and run.bound is None and found[-1].bound is None:
            found[-1] = Run(found[-1].text + run.text)
        else:
            found.append(run)
    return tuple(found)

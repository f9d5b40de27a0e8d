"""Templates: what the rows of one kind of story are, learned from stories played through the operations.

Two stories of a kind that differ in everything are laid side by side. What is equal in their rows is constant; what
differs must be explained by an expression over the `Context` that gives the one text in the one story and the other in
the other; what cannot be explained is refused, and the kind is then played, not copied. A third story proves it.
"""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha256
from typing import Any, Self

from motcua.engine.privacy.api import open_sealed, seal
from motcua.modules.payments.api import order_code
from motcua.simulation.capturing import EVENTS, GIVEN, Captured, Column, Row, Table, all_tables
from motcua.simulation.context import (
    DAY,
    LOCAL_ISO,
    SHORT_DAY,
    YEAR,
    Context,
    Workshop,
    check_maker,
    search_of,
    uid_maker,
)
from motcua.simulation.extras import ENDING
from motcua.simulation.numbering import kind_taken
from motcua.simulation.story import Story

RAW, COPY, JSON = range(3)  # places in a `Text`
NULL = "\\N"
# Dates and numbers of registers are never constant, though two stories may share one.
_TOLD_ANEW = re.compile(r"\d{4}-\d\d-\d\d|\d\d/\d{4}")
_CONTENT = (
    "uid", "province_id", "type", "subject", "occurred_at", "recorded_at", "actor_id", "on_behalf_of_id", "unit_code",
    "unit_path", "correlation_id", "idempotency_key",
)  # fmt: skip
_DRAWS = 6  # identifiers an act draws at most
_PERSON = {
    "name": "a.name",
    "identity": "a.identity",
    "address": "a.address",
    "phone": "a.phone",
    "email": "a.email",
}


class Unlearned(Exception):
    """A text in a row that no expression explains."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """An expression and its text in either story. `step`: of which step of the process it speaks; None: of none."""

    expression: str
    first: str
    second: str
    is_text: bool
    step: int | None = None
    kind: str = ""


Piece = str | tuple[str]  # constant text, or (expression,)


class Pieces(list[Piece]):
    """Constant text and expressions in turn."""

    def constant(self, text: str) -> None:
        if self and isinstance(self[-1], str):
            self[-1] += text
        else:
            self.append(text)

    def join(self, others: Iterable[Piece]) -> None:
        for piece in others:
            if isinstance(piece, str):
                self.constant(piece)
            else:
                self.append(piece)

    @property
    def format(self) -> str:
        """A format text with a place for every expression."""
        return "".join(one.replace("%", "%%") if isinstance(one, str) else "%s" for one in self)

    @property
    def expressions(self) -> list[str]:
        return [one[0] for one in self if not isinstance(one, str)]


def namespace(shop: Workshop) -> dict[str, Any]:
    """What expressions are made of besides the context's own names."""
    work, draws = shop.clockwork, shop.player.draws
    return {
        "T": shop.times,
        "add": work.add,
        "shift": work.shift,
        "warn": work.warn,
        "prom": work.promise,
        "hob": work.hand_over,
        "uid": uid_maker(draws),
        "check": check_maker(draws),
        "search": search_of,
        "code_of": code_of,
        "seal": seal,
        "sha256": sha256,
    }


@lru_cache(maxsize=1_000)
def code_of(uid: str) -> str:
    """What partners know an order by."""
    return order_code(uuid.UUID(uid))


def names_in(context: Context) -> dict[str, Any]:
    return {name: getattr(context, name) for name in Context.__slots__} | {"mn": context.r.minutes}


_PRELUDE = "".join(f"    {name} = c.{name}\n" for name in Context.__slots__) + "    mn = r.minutes\n"


# -- candidates ----------------------------------------------------------------------------------------


def candidate_expressions(story: Story) -> Iterable[tuple[str, bool, int | None, str]]:
    """(expression, whether it gives a Text, of which step, kind)."""
    for place in range(6):
        for part in ("code", "path", "keeper"):
            yield f"u[{place}].{part}", False, None, "unit"
        yield f"u[{place}].name", True, None, "unit"
    for part in ("name", "identity", "address", "phone", "email"):
        yield f"a.{part}", True, None, ""
    yield "a.key", False, None, ""
    for part in ("code", "version", "process"):
        yield f"r.{part}", False, None, ""
    yield "r.name", True, None, ""
    for place in range(len(story.route.steps)):
        yield f"r.steps[{place}]", True, None, ""
    yield "w.id", False, None, ""
    yield "w.name", True, None, ""
    for place in range(len(story.acts)):
        yield f"o[{place}].id", False, None, ""
        yield f"o[{place}].name", True, None, ""
        yield f"o[{place}].file", False, None, ""
        for draw in range(_DRAWS):
            yield f"uid(num, {place}, {draw}, m[{place}])", False, None, ""
            yield f"check(num, {place}, {draw})", False, None, ""
    yield from _number_expressions(story)
    for minute, step in _minute_expressions(story):
        for spelling in range(LOCAL_ISO + 4):
            yield f"T[{minute}][{spelling}]", False, step, "moment"


def _number_expressions(story: Story) -> Iterable[tuple[str, bool, int | None, str]]:
    """Dossier codes by the day, other numbers by the year, each by the act that takes it."""
    for place in range(len(story.acts)):
        kind = kind_taken(story, place)
        if kind == "dossier":
            for unit in (0, 1, 3, 4):
                code = f"'%s-%s-%04d' % (u[{unit}].code, T[m[{place}]][{SHORT_DAY}], n[{place}])"
                yield code, False, None, "number"
        elif kind is not None:
            yield f"'%02d/%s' % (n[{place}], T[m[{place}]][{YEAR}])", False, None, "number"


def _minute_expressions(story: Story) -> Iterable[tuple[str, int | None]]:
    """Minutes in a story's rows: of its acts, of what they name, and every deadline that may hang on them."""
    acts = story.acts
    pauses = [
        (i, j)
        for i, act in enumerate(acts)
        for j in [_resumed(story, i)]
        if j and act.verb in ("ask", "pause", "wait")
    ]
    for place, act in enumerate(acts):
        yield f"m[{place}]", None
        if act.until:
            yield f"v[{place}]", None
            yield f"warn(v[{place}], 1440, m[{place}])", None
    deadlines = [
        f"prom(m[{place}], r.limit)"
        for place, act in enumerate(acts)
        if act.verb in ("file", "receive", "take")
    ]
    for deadline in deadlines:
        yield deadline, None
        for since, until in pauses:
            yield f"shift({deadline}, m[{since}], m[{until}])", None
    for place, act in enumerate(acts):
        for step in range(len(story.route.steps)):
            if not story.route.steps[step].minutes:
                continue
            dues = [f"add(m[{place}], mn[{step}])"]
            if step == 0 and act.verb in ("file", "receive"):
                dues.append(f"hob(m[{place}])")
            for one in dues:
                yield one, step
                yield f"warn({one}, mn[{step}], m[{place}])", step
                for since, until in pauses:
                    moved = f"shift({one}, max(m[{since}], m[{place}]), m[{until}])"
                    yield moved, step
                    yield f"warn({moved}, mn[{step}], m[{until}])", step


def _resumed(story: Story, place: int) -> int | None:
    after = {"ask": "take", "pause": "resume", "wait": "answered"}.get(story.acts[place].verb)
    return next((i for i, act in enumerate(story.acts) if i > place and act.verb == after), None)


# -- learning ------------------------------------------------------------------------------------------


@dataclass
class Learner:
    """Finds what each text of the first story's rows is, by the second's."""

    story: Story
    candidates: list[Candidate] = field(default_factory=list)
    by_first: dict[str, list[Candidate]] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        shop: Workshop,
        story: Story,
        names: Sequence[Mapping[str, Any]],
        expressions: Iterable[tuple[str, bool, int | None, str]],
    ) -> Self:
        """names: what expressions are made of in the one story and the other."""
        learner, given = cls(story), namespace(shop)
        spaces = [{**given, **one} for one in names]
        for expression, is_text, step, kind in expressions:
            code = compile(expression, "<template>", "eval")
            try:
                values = [eval(code, space) for space in spaces]  # noqa: S307 - expressions of this file
            except (ValueError, IndexError):
                continue
            first, second = (value[RAW] if is_text else str(value) for value in values)
            one = Candidate(expression, first, second, is_text, step, kind)
            if first or second:
                learner.candidates.append(one)
                learner.by_first.setdefault(first, []).append(one)
        return learner

    def leaf(
        self, first: str, second: str, variant: int, *, key: str = "", step: int | None = None
    ) -> Pieces:
        """What a text is. Raises Unlearned."""
        if (ruled := self._ruled(first, key, step)) is not None:
            return self._emit(ruled, variant)
        fitting = [
            one for one in self.by_first.get(first, ()) if one.second == second and self._fits(one, step)
        ]
        if first == second:
            fitting = [one for one in fitting if one.kind]
        if fitting:
            return self._emit((fitting[0].expression, fitting[0].is_text), variant)
        if first == second and (named := self._step_named(first)) is not None:
            before, place = named
            return Pieces([_written(before, variant), (f"r.steps[{place}][{variant}]",)])
        if first == second and not _TOLD_ANEW.search(first):
            return Pieces([_written(first, variant)])
        return self._compound(first, second, variant, key, step)

    def _fits(self, one: Candidate, step: int | None) -> bool:
        return one.step is None or step is None or one.step == step

    def _step_named(self, text: str) -> tuple[str, int] | None:
        """What stands before the name of a step at the end of a text, and which step: two processes may share the name."""
        before, colon, name = text.partition(": ")
        names = [one.name for one in self.story.route.steps]
        return (before + colon, names.index(name)) if colon and name in names else None

    def _ruled(self, first: str, key: str, step: int | None) -> tuple[str, bool] | None:
        """What is said by its column or key alone, since two stories may share it by chance."""
        if key == "working_minutes" and step is not None and step >= 0:
            return f"mn[{step}]", False
        if key in _BY_KEY:
            return _BY_KEY[key]
        if key in ("late_reason", "cause", "handed_how"):
            places = [i for i, act in enumerate(self.story.acts) if act.word and act.word == first]
            return (f"k[{places[0]}]", False) if places and first else None
        if key in ("steps", "name"):
            names = [one.name for one in self.story.route.steps]
            place = step if step is not None and step >= 0 else None
            if first in names and (place is None or names[place] == first):
                return f"r.steps[{place if place is not None else names.index(first)}]", True
        return None

    def _emit(self, found: tuple[str, bool], variant: int) -> Pieces:
        expression, is_text = found
        return Pieces([(f"{expression}[{variant}]" if is_text else expression,)])

    def _compound(self, first: str, second: str, variant: int, key: str, step: int | None) -> Pieces:
        """A text with others in it: the longest ones are taken out first."""
        inside = sorted(
            (
                one
                for one in self.candidates
                if len(one.first) > 3 and one.first in first and one.second in second
            ),
            key=lambda one: -len(one.first),
        )
        for one in inside:
            before, _, after = first.partition(one.first)
            before2, _, after2 = second.partition(one.second)
            try:
                pieces = Pieces()
                pieces.join(self.leaf(before, before2, variant) if before or before2 else ())
                pieces.join(self._emit((one.expression, one.is_text), variant))
                pieces.join(self.leaf(after, after2, variant) if after or after2 else ())
            except Unlearned:
                continue
            return pieces
        raise Unlearned(f"{key}: {first!r} / {second!r}")

    # -- documents -----------------------------------------------------------------------------------

    def document(
        self,
        first: Any,
        second: Any,
        *,
        key: str = "",
        step: int | None = None,
        inside: Mapping[str, Any] | None = None,
    ) -> Pieces:
        """JSON text with sorted keys and without spaces, as digests are made over."""
        if isinstance(first, dict):
            return self._object(first, second, step)
        if isinstance(first, list):
            if not isinstance(second, list) or len(first) != len(second):
                raise Unlearned(f"{key}: lists of different length")
            pieces = Pieces(["["])
            for place, (one, other) in enumerate(zip(first, second, strict=True)):
                pieces.constant("," if place else "")
                pieces.join(self.document(one, other, key=key, step=step))
            pieces.constant("]")
            return pieces
        if isinstance(first, str) and isinstance(second, str):
            pieces = Pieces(['"'])
            pieces.join(self.leaf(first, second, JSON, key=key, step=step))
            pieces.constant('"')
            return pieces
        if isinstance(first, bool) or first is None or isinstance(second, bool) or second is None:
            if first is not second:
                raise Unlearned(f"{key}: {first!r} / {second!r}")
            return Pieces([json.dumps(first)])
        return self.leaf(str(first), str(second), RAW, key=key, step=step)

    def _object(self, first: dict[str, Any], second: Any, step: int | None) -> Pieces:
        if not isinstance(second, dict) or len(first) != len(second):
            raise Unlearned(f"{sorted(first)} / {sorted(second) if isinstance(second, dict) else second!r}")
        step = self.step_of(first, step)
        pieces = Pieces(["{"])
        is_person, is_paper = (
            "identity" in first and "phone" in first,
            {"copies", "originals"} <= first.keys(),
        )
        for place, (name, other) in enumerate(zip(sorted(first), sorted(second), strict=True)):
            pieces.constant(f'{"," if place else ""}"')
            # a key may name a row by its identifier
            pieces.join([_written(name, JSON)] if name == other else self.leaf(name, other, JSON))
            pieces.constant('":')
            if is_person and name in _PERSON:
                pieces.join(['"', (f"{_PERSON[name]}[{JSON}]",), '"'])
            elif is_person and name == "kind":
                pieces.join(['"', ("a.kind",), '"'])
            elif is_paper and name in _PAPER and (paper := self.paper(first)) is not None:
                rule = _PAPER[name].format(paper)
                pieces.join(['"', (f"{rule}[{JSON}]",), '"'] if name == "name" else [(rule,)])
            else:
                pieces.join(self.document(first[name], second[other], key=name, step=step))
        pieces.constant("}")
        return pieces

    def step_of(self, row: Mapping[str, Any], otherwise: int | None) -> int | None:
        """Which step of the process a row or an object with a `key` speaks of; -1: of a consultation."""
        key = row.get("key")
        if not isinstance(key, str):
            return otherwise
        places = [place for place, step in enumerate(self.story.route.steps) if step.key == key]
        return places[0] if places else -1

    @property
    def ending(self) -> int:
        """The act that gives the result its number and day."""
        last = self.story.route.work[-1].key
        return next(i for i, act in enumerate(self.story.acts) if act.step == last and act.verb in ENDING)

    def given(self, row: Row, name: str) -> str:
        """The number, or the period, of a row of the registers: by the act that took it."""
        kind = row["kind"]
        place = next(i for i in range(len(self.story.acts)) if kind_taken(self.story, i) == kind)
        if name == "number":
            return f"n[{place}]"
        return f"T[m[{place}]][{SHORT_DAY if kind == 'dossier' else YEAR}]"

    def paper(self, row: Mapping[str, Any]) -> int | None:
        """Which of the procedure's papers a row speaks of."""
        number = int(row["number"] or 0)
        papers = self.story.route.papers
        return number - 1 if 0 < number <= len(papers) and papers[number - 1].name == row["name"] else None


_PAPER = {"name": "r.papers[{}]", "originals": "r.originals[{}]", "copies": "r.copies[{}]"}
_BY_KEY: Mapping[str, tuple[str, bool]] = {
    "field_code": ("r.field", False),
    "limit_text": ("r.limit_text", True),
    "limit": ("r.limit_text", True),
    "channel": ("f.channel", False),
    "origin": ("f.origin", False),
    "return_channel": ("f.returned", False),
    "version_id": ("r.version", False),
    "process_id": ("r.process", False),
    "procedure_code": ("r.code", False),
    "procedure_name": ("r.name", True),
    "applicant_id": ("a.key", False),
}


def _written(text: str, variant: int) -> str:
    if variant == JSON:
        return json.dumps(text, ensure_ascii=False)[1:-1]
    if variant == COPY:
        return text.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")
    return text


# -- templates -----------------------------------------------------------------------------------------

Fill = Callable[[Any, list[list[str]]], None]  # of a `Context`, or of a `Side` (`siding.py`)


@dataclass(frozen=True, slots=True)
class Template:
    """Source of a function that appends a story's lines to the lists of `all_tables()`, and its format texts."""

    source: str
    formats: Mapping[str, str]

    def compiled(self, given: Mapping[str, Any]) -> Fill:
        space = dict(given) | dict(self.formats)
        exec(compile(self.source, "<template>", "exec"), space)  # noqa: S102 - source made here of our own expressions
        fill: Fill = space["fill"]
        return fill


def learn(shop: Workshop, stories: Sequence[Story], captured: Sequence[Captured]) -> Template:
    """The template of two stories, proven by all. Raises Unlearned."""
    contexts = [Context(shop, story, str(one.key)) for story, one in zip(stories, captured, strict=True)]
    names = [names_in(context) for context in contexts[:2]]
    learner = Learner.of(shop, stories[0], names, candidate_expressions(stories[0]))
    template = written(learner, captured, _PRELUDE)
    fill = template.compiled(namespace(shop))
    for context, one in zip(contexts, captured, strict=True):
        prove(fill, context, one, context.did)
    return template


def written(learner: Learner, captured: Sequence[Captured], prelude: str) -> Template:
    """The template of the first two. prelude: source that names what expressions are made of. Raises Unlearned."""
    writer = _Writer(learner, prelude)
    for place, table in enumerate(all_tables()):
        rows = [one.rows.get(table.name, ()) for one in captured[:2]]
        if len(rows[0]) != len(rows[1]):
            raise Unlearned(f"{table.name}: {len(rows[0])} / {len(rows[1])} rows")
        for first, second in zip(*rows, strict=True):
            writer.row(place, table, first, second)
    return writer.template()


class _Writer:
    """Python source, line by line, that writes a story's rows."""

    def __init__(self, learner: Learner, prelude: str) -> None:
        self.learner, self.prelude = learner, prelude
        self.lines: list[str] = []
        self.names: dict[str, str] = {}
        self.formats: dict[str, str] = {}
        self.rows: dict[int, Pieces] = {}

    def row(self, place: int, table: Table, first: Row, second: Row) -> None:
        learner = self.learner
        step = learner.step_of(first, None) if table.name == "dossiers_task" else None
        payload = ""
        row = self.rows.setdefault(place, Pieces())
        for number, column in enumerate(table.columns):
            row.constant("\t" if number else "")
            if column.kind == "json":
                payload = self._variable(
                    learner.document(
                        json.loads(first[column.name] or "null"),
                        json.loads(second[column.name] or "null"),
                        step=step,
                    )
                )
                row.append(
                    (f"({payload}.replace(chr(92), chr(92) * 2) if chr(92) in {payload} else {payload})",)
                )
            elif column.kind == "digest":
                row.append((self._digest(first, second, payload),))
            elif column.kind == "sealed":
                row.join(self._sealed(column, first, second))
            elif column.kind == "search":
                row.join(self._search(first, second))
            else:
                row.join(self._cell(table, column, first, second, step))
        row.constant("\n")

    def _cell(self, table: Table, column: Column, first: Row, second: Row, step: int | None) -> Pieces:
        one, other = first[column.name], second[column.name]
        if one is None or other is None:
            if one is not other:
                raise Unlearned(f"{table.name}.{column.name}: {one!r} / {other!r}")
            return Pieces([NULL])
        if column.name == "dossier_id" or (column.name == "id" and table.name == "dossiers_dossier"):
            return Pieces([("did",)])
        if table.name == "dossiers_dossierresult" and column.name in _RESULT:
            name, is_text = _RESULT[column.name]
            return Pieces([(f"{name}[{COPY}]" if is_text else name,)])
        if table.name == "dossiers_component" and column.name in _PAPER:
            paper = self.learner.paper(first)
            if paper is not None:
                rule = _PAPER[column.name].format(paper)
                return Pieces([(f"{rule}[{COPY}]" if column.name == "name" else rule,)])
        if table.name == GIVEN and column.name in ("number", "period"):
            return Pieces([(self.learner.given(first, column.name),)])
        if column.name == "issued_on":
            return Pieces([(f"T[m[{self.learner.ending}]][{DAY}]",)])
        key = column.name
        return self.learner.leaf(one, other, COPY, key=key, step=step)

    def _search(self, first: Row, second: Row) -> Pieces:
        paths = [
            self.learner.leaf(first[name] or "", second[name] or "", RAW, key=name).expressions[0]
            for name in ("unit_path", "received_path", "return_path")
        ]
        return Pieces([(f"search(a.raw, {', '.join(paths)})",)])

    def _sealed(self, column: Column, first: Row, second: Row) -> Pieces:
        if first[column.name] is None:
            return Pieces([NULL])
        texts = [_opened(row[column.name] or "", column.context) for row in (first, second)]
        if texts == ["", ""]:
            return Pieces(["\\\\x"])
        if texts[0].startswith("{"):
            pieces = self.learner.document(json.loads(texts[0]), json.loads(texts[1]))
        else:
            pieces = self.learner.leaf(texts[0], texts[1], RAW, key=column.name)
        name = self._variable(pieces)
        return Pieces(["\\\\x", (f"seal({name}, context={column.context!r}).hex()",)])

    def _digest(self, first: Row, second: Row, payload: str) -> str:
        """As `engine.events` makes it: over the content as JSON, the payload last."""
        contents = [[_content(row, name) for name in _CONTENT] for row in (first, second)]
        head = Pieces()
        for place, (one, other) in enumerate(zip(*contents, strict=True)):
            head.constant("," if place else "[")
            head.join(self.learner.document(one, other, key=_CONTENT[place]))
        head.constant(",")
        name = self._variable(head)
        return f"(chr(92) * 2 + 'x' + sha256(({name} + {payload} + ']').encode()).hexdigest())"

    def _variable(self, pieces: Pieces) -> str:
        name = f"x{len(self.lines)}"
        self.lines.append(f"    {name} = {self._formatted(pieces)}\n")
        return name

    def _formatted(self, pieces: Pieces) -> str:
        form = self.formats.setdefault(pieces.format, f"F{len(self.formats)}")
        parts = [self._short(one) for one in pieces.expressions]
        return f"{form} % ({', '.join(parts)},)" if parts else f"{form} % ()"

    def _short(self, expression: str) -> str:
        """Moments and drawn identifiers are reckoned once a story."""
        found = re.fullmatch(r"T\[(.+)\]\[(\d)\]", expression)
        if found:
            return f"{self._once(f'T[{found[1]}]')}[{found[2]}]"
        return self._once(expression) if expression.startswith(("uid(", "check(", "'%")) else expression

    def _once(self, expression: str) -> str:
        if expression not in self.names:
            self.names[expression] = f"y{len(self.names)}"
        return self.names[expression]

    def template(self) -> Template:
        outs = [f"    out[{place}].append({self._formatted(row)})\n" for place, row in self.rows.items()]
        once = [f"    {name} = {expression}\n" for expression, name in self.names.items()]
        source = f"def fill(c, out):\n{self.prelude}{''.join(once)}{''.join(self.lines)}{''.join(outs)}"
        return Template(source, {name: form for form, name in self.formats.items()})


_RESULT = {"name": ("f.result", True), "favourable": ("f.favourable", False), "summary": ("f.summary", True)}


def _content(row: Row, name: str) -> Any:
    value = row[name]
    if value is None or name not in ("province_id", "actor_id", "on_behalf_of_id"):
        if value is not None and name in ("occurred_at", "recorded_at"):
            return value.replace(" ", "T").replace("+00", ".000000+00:00")
        return value
    return int(value)


def _opened(cell: str, context: str) -> str:
    return open_sealed(bytes.fromhex(cell.removeprefix("\\x")), context=context)


# -- proof ---------------------------------------------------------------------------------------------


def lines_of(captured: Captured, did: str) -> list[list[str]]:
    """A captured story's own lines, its dossier's key replaced."""
    found: list[list[str]] = []
    for table in all_tables():
        lines = []
        for row in captured.rows.get(table.name, ()):
            cells = []
            for column in table.columns:
                value = row[column.name]
                if column.name == "dossier_id" or (column.name == "id" and table.name == "dossiers_dossier"):
                    value = did
                cells.append(NULL if value is None else _written(value, COPY))
            lines.append("\t".join(cells) + "\n")
        found.append(lines)
    return found


def prove(fill: Fill, context: Any, captured: Captured, did: str) -> None:
    """The template gives exactly what the operations wrote. Raises Unlearned with the first cell that differs."""
    out: list[list[str]] = [[] for _table in all_tables()]
    fill(context, out)
    for table, made, played in zip(all_tables(), out, lines_of(captured, did), strict=True):
        ours, theirs = "".join(made).splitlines(), "".join(played).splitlines()
        if len(ours) != len(theirs):
            raise Unlearned(f"{table.name}: {len(ours)} rows for {len(theirs)}")
        for line, other in zip(ours, theirs, strict=True):
            for column, one, two in zip(table.columns, line.split("\t"), other.split("\t"), strict=True):
                if one != two and not _same(column, one, two):
                    raise Unlearned(f"{table.name}.{column.name}: {_differs(column, one, two)}")


def _same(column: Column, one: str, two: str) -> bool:
    if column.kind == "json":
        return bool(json.loads(one.replace("\\\\", "\\")) == json.loads(two.replace("\\\\", "\\")))
    if column.kind == "sealed":
        first, second = _unsealed(column, one), _unsealed(column, two)
        return bool(first == second)
    return False


def _unsealed(column: Column, cell: str) -> Any:
    text = _opened(cell.replace("\\\\", "\\"), column.context)
    return json.loads(text) if text.startswith("{") else text


def _differs(column: Column, one: str, two: str) -> str:
    """What differs in two cells, as an error may show it: of sealed ones only the names of what does."""
    if column.kind != "sealed":
        return f"{one!r} for {two!r}"
    first, second = _unsealed(column, one), _unsealed(column, two)
    if not isinstance(first, dict) or not isinstance(second, dict):
        return "[sealed]"
    names = sorted(name for name in {*first, *second} if first.get(name) != second.get(name))
    return f"[sealed] {', '.join(names)}"


__all__ = ["DAY", "EVENTS", "Fill", "Unlearned", "learn", "lines_of", "written"]

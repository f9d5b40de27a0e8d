"""Relations between form rows, evaluated over intervals by a small parser: nothing is ever executed.

Grammar: sum of products of factors; a factor is a number, [row], [form!row], {outside figure}, max(a,b),
min(a,b), a parenthesis or a minus before any of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache

from motcua.kernel.intervals import Interval, UndefinedQuotientError

Values = Callable[[str], Interval | None]

_TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+(?:\.\d+)?)|\[(?P<row>[\d.]+(?:![\d.]+)?)\]|\{(?P<outside>\w+)\}"
    r"|(?P<function>max|min)\b|(?P<mark>[-+*/(),]))"
)


class RelationSyntaxError(ValueError):
    """An expression that the grammar does not know."""

    code = "forms.relation.syntax"


@dataclass(frozen=True, slots=True)
class Operand:
    """A leaf: a number (`value` set) or a named figure ("3!1.4", "{departments}")."""

    name: str = ""
    value: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Operation:
    """A node: + - * / neg max min over its arguments."""

    mark: str
    arguments: tuple[Node, ...]


Node = Operand | Operation


class Status(StrEnum):
    """How an evaluation ended."""

    VALUE = "value"
    BLANK = "blank"
    UNDEFINED = "undefined"


@dataclass(frozen=True, slots=True)
class Evaluation:
    """`interval` is set for VALUE; `blank` names the operands without value; UNDEFINED is a zero divisor."""

    status: Status
    interval: Interval | None = None
    blank: tuple[str, ...] = ()


def evaluate(expression: str, values: Values, form: str = "") -> Evaluation:
    """The range of an expression. `values` gives a figure's range by name, None where it is blank.

    Names: "3!1.4" for rows ([1.4] of form 3 is completed by `form`), "{departments}" for outside figures.
    Raises RelationSyntaxError for text that is no expression.
    """
    tree = parse(expression, form)
    blank = tuple(dict.fromkeys(name for name in names(tree) if values(name) is None))
    if blank:
        return Evaluation(Status.BLANK, blank=blank)
    try:
        return Evaluation(Status.VALUE, _value(tree, values))
    except UndefinedQuotientError:
        return Evaluation(Status.UNDEFINED)


def operands(expression: str, form: str = "") -> tuple[str, ...]:
    """Names of the figures an expression speaks of, in order, each once."""
    return tuple(dict.fromkeys(names(parse(expression, form))))


def spelled(expression: str, form: str, words: Callable[[str], str]) -> str:
    """The expression with every named figure written by `words`: "1.754 + 422"."""

    def replace(match: re.Match[str]) -> str:
        if match["row"]:
            return words(_row_name(match["row"], form))
        return words("{" + match["outside"] + "}")

    text = re.sub(r"\[(?P<row>[\d.!]+)\]|\{(?P<outside>\w+)\}", replace, expression)
    return re.sub(r"\s*([-+*/])\s*", r" \1 ", text).replace("*", "×").replace("/", ":").strip()


@lru_cache(maxsize=1024)
def parse(expression: str, form: str = "") -> Node:
    """The expression as a tree. Raises RelationSyntaxError."""
    parser = _Parser(list(_tokens(expression)), form, expression)
    tree = parser.sum()
    parser.end()
    return tree


def names(tree: Node) -> Iterator[str]:
    """Names of the figures in a tree, in order, repeats included."""
    if isinstance(tree, Operand):
        if tree.name:
            yield tree.name
        return
    for argument in tree.arguments:
        yield from names(argument)


def _row_name(text: str, form: str) -> str:
    return text if "!" in text else f"{form}!{text}"


def _tokens(expression: str) -> Iterator[tuple[str, str]]:
    place = 0
    text = expression.rstrip()
    while place < len(text):
        match = _TOKEN.match(text, place)
        if not match or not match.lastgroup:
            raise _syntax(expression)
        yield match.lastgroup, match[match.lastgroup]
        place = match.end()


def _syntax(expression: str) -> RelationSyntaxError:
    return RelationSyntaxError(f"Không đọc được quan hệ “{expression}”: kiểm tra tệp quan hệ của biểu mẫu.")


class _Parser:
    """Recursive descent over the tokens of one expression."""

    def __init__(self, tokens: list[tuple[str, str]], form: str, expression: str) -> None:
        self._tokens = tokens
        self._form = form
        self._expression = expression
        self._next = 0

    def end(self) -> None:
        if self._next != len(self._tokens):
            raise _syntax(self._expression)

    def sum(self) -> Node:
        return self._chain(self._product, "+-")

    def _product(self) -> Node:
        return self._chain(self._factor, "*/")

    def _chain(self, part: Callable[[], Node], marks: str) -> Node:
        node = part()
        while self._peek()[0] == "mark" and self._peek()[1] in marks:
            mark = self._take()[1]
            node = Operation(mark, (node, part()))
        return node

    def _factor(self) -> Node:
        kind, text = self._take()
        if kind == "number":
            return Operand(value=Decimal(text))
        if kind == "row":
            return Operand(_row_name(text, self._form))
        if kind == "outside":
            return Operand("{" + text + "}")
        if kind == "function":
            return self._function(text)
        if text == "-":
            return Operation("neg", (self._factor(),))
        if text == "(":
            node = self.sum()
            self._expect(")")
            return node
        raise _syntax(self._expression)

    def _function(self, name: str) -> Node:
        self._expect("(")
        arguments = [self.sum()]
        while self._peek() == ("mark", ","):
            self._take()
            arguments.append(self.sum())
        self._expect(")")
        return Operation(name, tuple(arguments))

    def _peek(self) -> tuple[str, str]:
        return self._tokens[self._next] if self._next < len(self._tokens) else ("", "")

    def _take(self) -> tuple[str, str]:
        token = self._peek()
        if not token[0]:
            raise _syntax(self._expression)
        self._next += 1
        return token

    def _expect(self, mark: str) -> None:
        if self._take() != ("mark", mark):
            raise _syntax(self._expression)


def _value(tree: Node, values: Values) -> Interval:
    if isinstance(tree, Operand):
        return _leaf(tree, values)
    arguments = [_value(argument, values) for argument in tree.arguments]
    return _OPERATIONS[tree.mark](arguments)


def _leaf(leaf: Operand, values: Values) -> Interval:
    if leaf.value is not None:
        return Interval.point(leaf.value)
    found = values(leaf.name)
    if found is None:
        raise KeyError(leaf.name)
    return found


def _extreme(arguments: list[Interval], largest: bool) -> Interval:
    """The range of max or min: each edge is the extreme of the arguments' edges."""
    pick = max if largest else min
    low = pick(arguments, key=lambda part: (part.low, part.low_open == largest))
    high = pick(arguments, key=lambda part: (part.high, part.high_open != largest))
    return Interval(low.low, high.high, low.low_open, high.high_open)


_OPERATIONS: dict[str, Callable[[list[Interval]], Interval]] = {
    "+": lambda parts: parts[0] + parts[1],
    "-": lambda parts: parts[0] - parts[1],
    "*": lambda parts: parts[0] * parts[1],
    "/": lambda parts: parts[0] / parts[1],
    "neg": lambda parts: -parts[0],
    "max": lambda parts: _extreme(parts, True),
    "min": lambda parts: _extreme(parts, False),
}

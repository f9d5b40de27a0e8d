"""The language of a narrative: text with bindings in braces, and conditions on what they are bound to. Pure.

``{3!3.1}`` is a row of the report's own forms, ``{dossiers.received}`` a figure, ``{period}`` a name of the report. After
``@`` stands another period (``before``, ``last-year``) or ``target``; after ``|`` how it is written: ``unit`` with its unit,
``words`` in words, ``change`` and ``difference`` against what ``@`` names. A brace that is text is written twice.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from motcua.reports.documents.errors import NarrativeError

AGAINST = ("before", "last-year", "target")
FORMATS = ("", "unit", "words", "change", "difference")
_BINDING = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]")
_REF = re.compile(
    r"(?P<key>\d!\d+(?:\.\d+){0,3}|[a-z][a-z0-9-]*(?:\.[a-z0-9-]+)*)"
    r"(?:@(?P<against>[a-z-]+))?(?:\|(?P<shape>[a-z]+))?"
)


@dataclass(frozen=True, slots=True)
class Ref:
    """What a binding names. `key`: row of a form ("3!3.1"), code of a figure ("dossiers.received") or a name ("period")."""

    key: str
    against: str = ""
    shape: str = ""

    def __str__(self) -> str:
        return (
            self.key + (f"@{self.against}" if self.against else "") + (f"|{self.shape}" if self.shape else "")
        )

    @property
    def is_row(self) -> bool:
        return "!" in self.key

    @property
    def is_name(self) -> bool:
        return "!" not in self.key and "." not in self.key


Part = str | Ref


def read_ref(text: str) -> Ref:
    """Raises NarrativeError documents.binding.shape."""
    found = _REF.fullmatch(text.strip())
    if found is None:
        raise _refused(text)
    against, shape = found["against"] or "", found["shape"] or ""
    if (against and against not in AGAINST) or shape not in FORMATS:
        raise _refused(text)
    if shape in ("change", "difference") and not against:
        raise _refused(text)
    return Ref(found["key"], against, shape)


def read_text(text: str) -> list[Part]:
    """Text and bindings in turn. Raises NarrativeError documents.binding.shape for a brace that opens or closes nothing."""
    parts: list[Part] = []
    start, said = 0, ""
    for found in _BINDING.finditer(text):
        said += text[start : found.start()]
        start = found.end()
        if found[0] in ("{{", "}}"):
            said += found[0][0]
        elif found[1] is None:
            raise _refused(text[found.start() : found.start() + 20])
        else:
            parts += [said] if said else []
            parts.append(read_ref(found[1]))
            said = ""
    said += text[start:]
    return [*parts, said] if said else parts


def written(parts: Sequence[Part]) -> str:
    """The text that reads as these parts: `read_text(written(p)) == p` for parts without neighbouring texts."""
    return "".join(
        part.replace("{", "{{").replace("}", "}}") if isinstance(part, str) else f"{{{part}}}"
        for part in parts
    )


def _refused(text: str) -> NarrativeError:
    return NarrativeError(
        "documents.binding.shape",
        f"Không hiểu chỗ gắn số liệu “{text[:40]}”. Viết như {{3!3.1}} (dòng biểu mẫu), {{dossiers.received}} (chỉ tiêu); "
        "dấu ngoặc nhọn thường thì viết hai lần.",
    )


# -- conditions ----------------------------------------------------------------------------------------

TESTS = (
    "known",
    "absent",
    "zero",
    "positive",
    "whole",
    "risen",
    "fallen",
    "level",
    "reached",
    "missed",
)
_JOINED = ("all", "any", "not")


@dataclass(frozen=True, slots=True)
class Condition:
    """`test` on every one of `refs`, or `all`, `any`, `not` of `parts`."""

    test: str
    refs: tuple[Ref, ...] = ()
    parts: tuple[Condition, ...] = ()

    def bindings(self) -> Iterator[Ref]:
        yield from self.refs
        for part in self.parts:
            yield from part.bindings()


def read_condition(given: Mapping[str, Any]) -> Condition:
    """``{known: 3!3.1}``, ``{risen: 3!3.1@last-year}``, ``{all: [{...}, {...}]}``; several keys stand for all of them.

    known, absent; zero, positive, whole (a rate of 100 %); risen, fallen, level (against a period); reached, missed (against
    the target). Raises NarrativeError documents.condition.shape.
    """
    found = tuple(_read_one(test, operand) for test, operand in given.items())
    if not found:
        raise _no_condition("(trống)")
    return found[0] if len(found) == 1 else Condition("all", parts=found)


def _read_one(test: str, operand: Any) -> Condition:
    if test in _JOINED:
        listed = operand if isinstance(operand, list) else [operand]
        return Condition(test, parts=tuple(read_condition(each) for each in listed))
    if test not in TESTS:
        raise _no_condition(test)
    refs = tuple(read_ref(str(each)) for each in (operand if isinstance(operand, list) else [operand]))
    if test in ("risen", "fallen", "level") and any(ref.against not in AGAINST[:2] for ref in refs):
        raise _no_condition(f"{test}: thiếu kỳ so sánh")
    if test in ("reached", "missed"):
        refs = tuple(Ref(ref.key, "target") for ref in refs)
    return Condition(test, refs)


def _no_condition(text: str) -> NarrativeError:
    return NarrativeError(
        "documents.condition.shape", f"Điều kiện không hiểu được trong mẫu báo cáo: {text}."
    )

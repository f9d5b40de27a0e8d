"""An index definition from plain data (YAML of the package, JSON of an administrator): read, and refused when it
does not add up. Every problem is told at once, each with a code and the place it stands.

A value may be left to a parameter: `{parameter: code}` takes the chosen value itself, `{parameter: code, when:
{value: ...}}` the branch of that value.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise
from typing import Any, TypeVar

from motcua.kernel.errors import KernelError
from motcua.kernel.periods import CutOff
from motcua.reports.indices.definition import (
    Absent,
    Choice,
    Component,
    Grade,
    Group,
    IndexSet,
    KnownBy,
    Level,
    Measure,
    Names,
    Parameter,
    Part,
    RankedBy,
    Term,
    Ties,
    Zero,
)
from motcua.reports.indices.errors import DefinitionRefused, Problem
from motcua.reports.indices.functions import VALUE, Case, Cases, Display, Linear, Scoring

CODE = re.compile(r"[A-Za-z0-9]+(?:[._-][A-Za-z0-9]+)*")
TERM = re.compile(
    r"(?P<sign>[+-]?)\s*(?:(?P<factor>\d{1,3})\s*\*\s*)?(?P<figure>[a-z0-9._!-]+)(?:/(?P<part>\w+))?"
)
MAX_TEXT = 2000
MAX_NUMBER = 10**6

Word = TypeVar("Word", bound=StrEnum)
Item = TypeVar("Item")


def load(document: object, choices: Mapping[str, str] | None = None) -> IndexSet:
    """The index set a document describes, its parameters set to `choices` (else to their defaults).

    Raises DefinitionRefused with every problem found, IDX-* codes in the README. That the figures exist is
    `figure_problems`; that versions do not overlap is `overlap_problems`.
    """
    reader = _Reader(choices or {})
    found = reader.read(document)
    if reader.problems or found is None:
        raise DefinitionRefused(reader.problems)
    return found


def every_reading(document: object) -> list[IndexSet]:
    """The set under its defaults, then with each other value of each parameter: all of them must be readable."""
    first = load(document)
    others = [
        {parameter.code: choice.value}
        for parameter in first.parameters
        for choice in parameter.choices
        if choice.value != parameter.chosen
    ]
    return [first, *(load(document, chosen) for chosen in others)]


def overlap_problems(sets: Iterable[IndexSet]) -> list[Problem]:
    """Versions of one code that hold on the same day, or that bear the same number."""
    problems = []
    ordered = sorted(sets, key=lambda each: (each.code, each.valid_from, each.version))
    for before, after in pairwise(ordered):
        if before.code != after.code:
            continue
        where = f"{after.code} v{after.version}"
        if before.valid_to is None or before.valid_to > after.valid_from:
            problems.append(
                Problem(
                    "IDX-OVERLAP",
                    where,
                    f"hiệu lực từ {after.valid_from:%d/%m/%Y} chồng lên phiên bản {before.version}. "
                    "Hãy đặt ngày hết hiệu lực cho phiên bản trước.",
                )
            )
        if after.version <= before.version:
            problems.append(
                Problem(
                    "IDX-VERSION",
                    where,
                    f"phiên bản có hiệu lực sau phải mang số lớn hơn {before.version}.",
                )
            )
    return problems


def figure_problems(index: IndexSet, is_ratio: Callable[[str], bool | None]) -> list[Problem]:
    """Figures that nobody defines, or that are taken by a side they do not have. `is_ratio`: None when unknown."""
    problems = []
    for component in index.components:
        for measure in component.measures.values():
            factor = [Term(1, measure.times, Part.NUMERATOR)] if measure.times else []
            for term in (*measure.numerator, *measure.denominator, *factor):
                problem = _figure_problem(component, term, is_ratio(term.figure))
                if problem is not None and problem not in problems:
                    problems.append(problem)
    return problems


def _figure_problem(component: Component, term: Term, ratio: bool | None) -> Problem | None:
    if ratio is None:
        return Problem(
            "IDX-FIGURE", component.code, f"chỉ tiêu “{term.figure}” chưa được khai báo. Kiểm tra lại mã."
        )
    if ratio != (term.part is not Part.COUNT):
        kind, hint = (
            ("tỷ lệ", "thêm /numerator hoặc /denominator") if ratio else ("số đếm", "bỏ phần sau dấu /")
        )
        return Problem("IDX-FIGURE-PART", component.code, f"chỉ tiêu “{term.figure}” là {kind}: hãy {hint}.")
    return None


class _Reader:
    """Reads one document; whatever is wrong goes to `problems` and reading goes on."""

    def __init__(self, choices: Mapping[str, str]) -> None:
        self.choices = dict(choices)
        self.problems: list[Problem] = []

    def refuse(self, code: str, where: str, message: str) -> None:
        self.problems.append(Problem(code, where, message))

    # The document as a whole.

    def read(self, document: object) -> IndexSet | None:
        if not isinstance(document, Mapping):
            self.refuse("IDX-SHAPE", "bộ chỉ số", "phải là một bảng các mục (code, names, groups, ...).")
            return None
        code = self.code(document, "bộ chỉ số")
        parameters = self.parameters(document.get("parameters"))
        body = self.resolved(document, parameters)
        levels = self.levels(body.get("levels"), code)
        groups = tuple(
            self.group(entry, levels) for entry in self.entries(body.get("groups"), f"{code}.groups")
        )
        maximum = self.number(body.get("maximum"), f"{code}.maximum")
        valid_from, valid_to = self.validity(body, code)
        found = IndexSet(
            code=code,
            version=self.whole(body.get("version"), f"{code}.version"),
            names=self.names(body.get("names"), code),
            maximum=maximum,
            valid_from=valid_from,
            valid_to=valid_to,
            basis=self.texts(body.get("basis"), f"{code}.basis"),
            levels=levels,
            groups=groups,
            cut_off=self.cut_off(body.get("cut_off", 0), code),
            places=self.whole(body.get("places", 2), f"{code}.places", 0, 6),
            absent=self.word(Absent, body.get("absent", "left-out"), f"{code}.absent"),
            ranked_by=self.word(RankedBy, body.get("ranked_by", "share"), f"{code}.ranked_by"),
            ties=self.word(Ties, body.get("ties", "shown"), f"{code}.ties"),
            grades=self.grades(body.get("grades"), maximum),
            parameters=tuple(parameters.values()),
            about=self.names(body["about"], code) if "about" in body else {},
        )
        self.check_sums(found)
        return found

    def check_sums(self, found: IndexSet) -> None:
        total = sum((group.maximum for group in found.groups), Fraction())
        if total != found.maximum:
            self.refuse(
                "IDX-TOTAL", found.code, f"các nhóm cộng lại {total}, khác tổng điểm {found.maximum}."
            )
        for group in found.groups:
            total = sum((each.maximum for each in group.components), Fraction())
            if total != group.maximum:
                self.refuse(
                    "IDX-GROUP",
                    group.code,
                    f"các chỉ số thành phần cộng lại {total}, khác điểm tối đa của nhóm {group.maximum}.",
                )
        self.once([group.code for group in found.groups], f"{found.code}.groups")
        self.once([each.code for each in found.components], f"{found.code}.components")
        if not any(each.is_scored for each in found.components):
            self.refuse("IDX-EMPTY", found.code, "không có chỉ số thành phần nào được chấm điểm.")

    def group(self, entry: Mapping[str, Any], levels: frozenset[Level]) -> Group:
        code = self.code(entry, "nhóm")
        components = tuple(
            self.component(each, levels)
            for each in self.entries(entry.get("components"), f"{code}.components")
        )
        return Group(
            code,
            self.names(entry.get("names"), code),
            self.number(entry.get("maximum"), f"{code}.maximum"),
            components,
        )

    def component(self, entry: Mapping[str, Any], levels: frozenset[Level]) -> Component:
        code = self.code(entry, "chỉ số thành phần")
        maximum = self.number(entry.get("maximum"), f"{code}.maximum")
        measures = self.measures(entry, code)
        own_levels = self.levels(entry["levels"], code) if "levels" in entry else levels
        if not own_levels <= levels:
            self.refuse("IDX-LEVEL", code, "có cấp không nằm trong các cấp của bộ chỉ số.")
        found = Component(
            code=code,
            names=self.names(entry.get("names"), code),
            maximum=maximum,
            levels=own_levels,
            measures=measures,
            scoring=self.scoring(entry, code, maximum, measures, own_levels),
            zero=self.word(Zero, entry.get("zero", "not-applicable"), f"{code}.zero"),
            known_by=self.word(KnownBy, entry.get("known_by", "ours"), f"{code}.known_by"),
            basis=self.text(entry.get("basis", ""), f"{code}.basis"),
            note=self.text(entry.get("note", ""), f"{code}.note"),
        )
        if not found.basis:
            self.refuse("IDX-BASIS", code, "thiếu căn cứ (văn bản, điều khoản hoặc công thức của Cổng).")
        return found

    # Measures and scoring.

    def measures(self, entry: Mapping[str, Any], code: str) -> dict[str, Measure]:
        if "measures" in entry:
            named = entry["measures"]
            if not isinstance(named, Mapping) or not named:
                self.refuse("IDX-SHAPE", f"{code}.measures", "phải là bảng tên → phép đo.")
                return {}
            return {str(name): self.measure(each, f"{code}.{name}") for name, each in named.items()}
        return {VALUE: self.measure(entry.get("measure"), code)}

    def measure(self, entry: object, where: str) -> Measure:
        if not isinstance(entry, Mapping):
            self.refuse("IDX-MEASURE", where, "thiếu phép đo: nêu ratio, hoặc numerator và denominator.")
            return Measure((), ())
        times = self.text(entry.get("times", ""), f"{where}.times")
        zero = self.word(Zero, entry["zero"], f"{where}.zero") if "zero" in entry else None
        if "ratio" in entry:
            figure = self.text(entry["ratio"], f"{where}.ratio")
            return Measure(
                (Term(1, figure, Part.NUMERATOR),), (Term(1, figure, Part.DENOMINATOR),), times, zero
            )
        found = Measure(
            self.terms(entry.get("numerator"), f"{where}.numerator"),
            self.terms(entry.get("denominator"), f"{where}.denominator"),
            times,
            zero,
        )
        counted = {term.figure for term in found.denominator if term.part is not Part.DENOMINATOR}
        for figure in sorted(counted & set(found.gains())):
            self.refuse(
                "IDX-DENOMINATOR",
                where,
                f"“{figure}” vừa bị trừ ở tử số vừa đếm ở mẫu số: sửa một hồ sơ sẽ làm đổi cả mẫu số.",
            )
        return found

    def terms(self, entry: object, where: str) -> tuple[Term, ...]:
        listed = [entry] if isinstance(entry, str) else entry
        if not isinstance(listed, Sequence) or isinstance(listed, str) or not listed:
            self.refuse("IDX-TERM", where, "phải nêu ít nhất một chỉ tiêu.")
            return ()
        return tuple(term for each in listed for term in self.term(each, where))

    def term(self, text: object, where: str) -> list[Term]:
        match = TERM.fullmatch(text.strip()) if isinstance(text, str) else None
        part = (match["part"] or "count") if match else ""
        if match is None or part not in [each.value for each in Part]:
            self.refuse(
                "IDX-TERM", where, f"không đọc được “{text}”; hãy ghi như “- 2 * ma.chi-tieu/numerator”."
            )
            return []
        factor = int(match["factor"] or 1) * (-1 if match["sign"] == "-" else 1)
        return [Term(factor, match["figure"], Part(part))]

    def scoring(
        self,
        entry: Mapping[str, Any],
        code: str,
        maximum: Fraction,
        measures: Mapping[str, Measure],
        levels: frozenset[Level],
    ) -> dict[str, Scoring]:
        raw = entry.get("scoring")
        by_level = raw.get("by_level") if isinstance(raw, Mapping) else None
        options = by_level if isinstance(by_level, Mapping) else {"": raw}
        unknown = {str(key) for key in options} - {level.value for level in levels} - {""}
        if unknown or ("" not in options and {level.value for level in levels} - set(options)):
            self.refuse(
                "IDX-LEVEL", f"{code}.scoring", "phải nêu cách chấm cho mọi cấp của chỉ số thành phần."
            )
        found = {
            str(key): self.function(each, f"{code}.scoring", maximum, measures)
            for key, each in options.items()
        }
        by_parameter = isinstance(raw, Mapping) and raw.get("beyond_maximum") is True
        for function in found.values():
            if function.top() != maximum and not by_parameter:
                self.refuse(
                    "IDX-MAXIMUM", code, f"cách chấm cho tối đa {function.top()}, khác điểm tối đa {maximum}."
                )
        return found or {"": Display()}

    def function(
        self, entry: object, where: str, maximum: Fraction, measures: Mapping[str, Measure]
    ) -> Scoring:
        kind = entry.get("kind") if isinstance(entry, Mapping) else None
        if not isinstance(entry, Mapping) or kind not in ("linear", "cases", "display"):
            self.refuse("IDX-SCORING", where, "cách chấm phải là linear, cases hoặc display.")
            return Display()
        if kind == "cases":
            return self.cases(entry, where, measures)
        if kind == "display":
            return Display()
        if VALUE not in measures:
            self.refuse("IDX-SCORING", where, "cách chấm linear chỉ dùng cho một phép đo (measure).")
        return self.linear(entry, where, maximum)

    def linear(self, entry: Mapping[str, Any], where: str, maximum: Fraction) -> Linear:
        perfect = self.number(entry.get("perfect", 1), f"{where}.perfect")
        full_at = self.number(entry.get("full_at", 1), f"{where}.full_at")
        cap = self.number(entry["cap"], f"{where}.cap") if "cap" in entry else None
        places = self.whole(entry["places"], f"{where}.places", 0, 6) if "places" in entry else None
        if not 0 < full_at <= perfect:
            self.refuse(
                "IDX-SCORING", where, "ngưỡng đạt điểm tối đa phải lớn hơn 0 và không quá mức cao nhất."
            )
            full_at = perfect = Fraction(1)
        return Linear(maximum, full_at, cap, perfect, places)

    def cases(self, entry: Mapping[str, Any], where: str, measures: Mapping[str, Measure]) -> Cases:
        found = []
        for each in self.entries(entry.get("cases"), f"{where}.cases"):
            wanted = each.get("at_least")
            if (
                not isinstance(wanted, Mapping)
                or not wanted
                or not {str(key) for key in wanted} <= set(measures)
            ):
                self.refuse(
                    "IDX-SCORING", where, "mỗi mức phải nêu ngưỡng (at_least) cho các phép đo đã khai."
                )
                continue
            least = {str(name): self.number(value, f"{where}.at_least") for name, value in wanted.items()}
            found.append(Case(self.number(each.get("points"), f"{where}.points"), least))
        if any(a.points <= b.points for a, b in pairwise(found)):
            self.refuse("IDX-SCORING", where, "các mức phải xếp từ điểm cao xuống thấp.")
        return Cases(tuple(found))

    # Parameters.

    def parameters(self, entry: object) -> dict[str, Parameter]:
        found: dict[str, Parameter] = {}
        for each in self.entries(entry, "parameters") if entry is not None else []:
            parameter = self.parameter(each)
            if parameter.code in found:
                self.refuse("IDX-TWICE", parameter.code, "tham số được khai hai lần.")
            found[parameter.code] = parameter
        for code in sorted(set(self.choices) - set(found)):
            self.refuse("IDX-PARAMETER", code, "bộ chỉ số không có tham số này.")
        return found

    def parameter(self, entry: Mapping[str, Any]) -> Parameter:
        code = self.code(entry, "tham số")
        choices = tuple(
            Choice(
                str(each.get("value")),
                self.names(each.get("explanation"), f"{code}.{each.get('value')}"),
            )
            for each in self.entries(entry.get("values"), f"{code}.values")
        )
        values = [each.value for each in choices]
        self.once(values, f"{code}.values")
        default = str(entry.get("default"))
        chosen = self.choices.get(code, default)
        if len(values) < 2 or default not in values:
            self.refuse(
                "IDX-PARAMETER", code, "phải có ít nhất hai giá trị, và giá trị mặc định là một trong đó."
            )
        elif chosen not in values:
            self.refuse("IDX-CHOICE", code, f"giá trị “{chosen}” không có; hãy chọn {', '.join(values)}.")
        return Parameter(code, self.names(entry.get("names"), code), choices, chosen, default)

    def resolved(self, node: Any, parameters: Mapping[str, Parameter], depth: int = 0) -> Any:
        """The document with the chosen values in the place of its parameters."""
        if depth > 30:
            self.refuse("IDX-SHAPE", "bộ chỉ số", "các mục lồng nhau quá sâu.")
            return None
        if isinstance(node, Mapping):
            if "parameter" in node:
                return self.resolved(self.chosen(node, parameters), parameters, depth + 1)
            return {
                key: value
                if key == "parameters" and depth == 0
                else self.resolved(value, parameters, depth + 1)
                for key, value in node.items()
            }
        if isinstance(node, list | tuple):
            return [self.resolved(each, parameters, depth + 1) for each in node]
        return node

    def chosen(self, node: Mapping[str, Any], parameters: Mapping[str, Parameter]) -> Any:
        parameter = parameters.get(str(node["parameter"]))
        if parameter is None:
            self.refuse("IDX-PARAMETER", str(node["parameter"]), "tham số được dùng mà chưa được khai.")
            return None
        if "when" not in node:
            return parameter.chosen
        branches = node["when"]
        keys = {str(key) for key in branches} if isinstance(branches, Mapping) else set()
        if keys != {each.value for each in parameter.choices}:
            self.refuse("IDX-CHOICE", parameter.code, "phải có đúng một nhánh cho mỗi giá trị của tham số.")
            return None
        return next((value for key, value in branches.items() if str(key) == parameter.chosen), None)

    # Small things.

    def entries(self, entry: object, where: str) -> list[Mapping[str, Any]]:
        if not isinstance(entry, list | tuple) or not entry or not all(isinstance(e, Mapping) for e in entry):
            self.refuse("IDX-SHAPE", where, "phải là danh sách có ít nhất một mục.")
            return []
        return list(entry)

    def code(self, entry: Mapping[str, Any], where: str) -> str:
        code = entry.get("code")
        if not isinstance(code, str) or not CODE.fullmatch(code) or len(code) > 60:
            self.refuse("IDX-CODE", where, f"mã “{code}” không hợp lệ: dùng chữ không dấu, số và . _ -")
            return "?"
        return code

    def names(self, entry: object, where: str) -> Names:
        if not isinstance(entry, Mapping) or not str(entry.get("vi") or "").strip():
            self.refuse("IDX-NAME", where, "thiếu tên hoặc lời giải thích tiếng Việt (vi).")
            return {"vi": where}
        return {str(key): self.text(value, where) for key, value in entry.items()}

    def text(self, entry: object, where: str) -> str:
        if not isinstance(entry, str) or len(entry) > MAX_TEXT:
            self.refuse("IDX-SHAPE", where, f"phải là chữ, không quá {MAX_TEXT} ký tự.")
            return ""
        return " ".join(entry.split())

    def texts(self, entry: object, where: str) -> tuple[str, ...]:
        listed = [entry] if isinstance(entry, str) else entry
        if not isinstance(listed, list | tuple) or not listed:
            self.refuse("IDX-BASIS", where, "thiếu căn cứ pháp lý.")
            return ()
        return tuple(self.text(each, where) for each in listed)

    def number(self, entry: object, where: str) -> Fraction:
        """A number not below 0, exactly as written: 2, 0.8, "0.80", "2/3"."""
        try:
            if isinstance(entry, bool) or not isinstance(entry, int | float | str):
                raise ValueError
            if len(str(entry)) > 20:
                raise ValueError
            found = Fraction(str(entry))
            if not 0 <= found <= MAX_NUMBER:
                raise ValueError
        except (ValueError, ZeroDivisionError):
            self.refuse("IDX-NUMBER", where, f"“{entry}” không phải số từ 0 đến {MAX_NUMBER}.")
            return Fraction(1)
        return found

    def whole(self, entry: object, where: str, least: int = 1, most: int = 10_000) -> int:
        if isinstance(entry, bool) or not isinstance(entry, int) or not least <= entry <= most:
            self.refuse("IDX-NUMBER", where, f"“{entry}” phải là số nguyên từ {least} đến {most}.")
            return least
        return entry

    def word(self, words: type[Word], entry: object, where: str) -> Word:
        allowed = [each.value for each in words]
        if entry not in allowed:
            self.refuse("IDX-WORD", where, f"“{entry}” không có; hãy chọn {', '.join(allowed)}.")
            return next(iter(words))
        return words(entry)

    def levels(self, entry: object, where: str) -> frozenset[Level]:
        allowed = {each.value for each in Level}
        if (
            not isinstance(entry, list | tuple)
            or not entry
            or not all(isinstance(each, str) and each in allowed for each in entry)
        ):
            self.refuse("IDX-LEVEL", where, f"cấp phải là danh sách chọn trong {', '.join(sorted(allowed))}.")
            return frozenset(Level)
        return frozenset(Level(each) for each in entry)

    def day(self, entry: object, where: str) -> date | None:
        try:
            if type(entry) is date:
                return entry
            if isinstance(entry, str):
                return date.fromisoformat(entry)
        except ValueError:
            pass
        self.refuse("IDX-VALIDITY", where, f"“{entry}” không phải ngày viết như 2022-06-23.")
        return None

    def validity(self, entry: Mapping[str, Any], where: str) -> tuple[date, date | None]:
        first = self.day(entry.get("valid_from"), f"{where}.valid_from") or date.min
        last = entry.get("valid_to")
        end = self.day(last, f"{where}.valid_to") if last is not None else None
        if end is not None and end <= first:
            self.refuse("IDX-VALIDITY", where, "ngày hết hiệu lực phải sau ngày có hiệu lực.")
        return first, end

    def cut_off(self, entry: object, where: str) -> CutOff:
        try:
            if isinstance(entry, int) and not isinstance(entry, bool):
                return CutOff(entry)
        except KernelError:
            pass
        self.refuse("IDX-NUMBER", f"{where}.cut_off", "ngày chốt số liệu từ 1 đến 28, hoặc 0: tròn tháng.")
        return CutOff(0)

    def grades(self, entry: object, maximum: Fraction) -> tuple[Grade, ...]:
        if entry is None:
            return ()
        found = tuple(
            Grade(
                self.code(each, "xếp loại"),
                self.names(each.get("names"), "xếp loại"),
                self.number(each.get("least"), "xếp loại"),
            )
            for each in self.entries(entry, "grades")
        )
        falling = all(a.least > b.least for a, b in pairwise(found))
        if found and (not falling or found[-1].least != 0 or found[0].least > maximum):
            self.refuse("IDX-GRADE", "grades", "các mức xếp loại phải giảm dần và mức cuối bắt đầu từ 0.")
        return found

    def once(self, codes: Sequence[str], where: str) -> None:
        for code in sorted({code for code in codes if codes.count(code) > 1}):
            self.refuse("IDX-TWICE", where, f"mã “{code}” xuất hiện hai lần.")

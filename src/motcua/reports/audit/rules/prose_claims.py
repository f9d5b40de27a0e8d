"""Claims that all was done (`100%`, `tất cả`, `đều`, `toàn bộ`, `không có …`) against the data of the forms."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources

import yaml

from motcua.reports.audit.document import Place
from motcua.reports.audit.extraction.figures import Extraction, ProseFigure, Ratio, Scope, Sentence
from motcua.reports.audit.extraction.phrases import scope_of
from motcua.reports.audit.extraction.quantities import folded
from motcua.reports.audit.findings import Check, Finding, Outcome, Severity
from motcua.reports.audit.rules import reading
from motcua.reports.audit.rules.context import AuditContext
from motcua.reports.audit.rules.making import finding_id, quoted, unique_places
from motcua.reports.audit.rules.registry import rule
from motcua.reports.audit.rules.rows import RowValue, row_value

_FULL = "prose.full_ratio"
_ALL = "prose.all_claim"
_NONE = "prose.none_claim"
_STRONG = r"100\s?%|tat ca(?: cac)?|toan bo(?: cac)?|moi"
_WEAK = r"cac|nhung"
_SOFTENED = re.compile(
    r"co ban|hau het|phan lon|gan nhu|muc tieu|phan dau|du kien|huong toi|\bse\b|de nghi|dam bao muc"
)
_EXCEPTION = re.compile(r"\(?\b(?:trừ|ngoại trừ|không bao gồm|không kể)\b[^.;()]{4,90}", re.IGNORECASE)
_HUNDRED = re.compile(r"(?<![\d.,])100\s?%|[Tt]ất cả|[Tt]oàn bộ")
_NO_LATE = re.compile(
    r"khong (?:co|de xay ra|phat sinh|de)(?: truong hop)?(?: nao)? (?:ho so|thu tuc)[a-z ]{0,30}(?:qua|tre|cham) han"
)
_NO_LATE_TASK = re.compile(r"khong (?:co|de)(?: xay ra)? nhiem vu[a-z ]{0,20}(?:qua|tre|cham) han")
_OPEN_TASK = re.compile(
    r"khong (?:co|de)(?: xay ra)? nhiem vu[a-z ]{0,20}(?:qua|tre|cham) han[a-z ]{0,12}chua (?:hoan thanh|thuc hien)"
)
_NO_DISCIPLINE = re.compile(
    r"khong (?:co|phat sinh)(?: truong hop)?[a-z ]{0,40}(?:can bo|cong chuc|vien chuc)[a-z ]{0,30}ky luat"
)
_SHORTEST_CLAIM = 16
_SAME_MATTER = 0.5
_DISCIPLINE_ROWS = ("5!4.1", "5!4.2", "5!4.3", "5!4.4")


@dataclass(frozen=True, slots=True)
class Claim:
    """What a sentence must say to claim that all of `whole` is in `part`."""

    part: str
    whole: str
    pattern: re.Pattern[str]
    none: tuple[re.Pattern[str], ...]
    needs: re.Pattern[str] | None
    scopes: frozenset[Scope]


@rule(
    code=_FULL,
    title="“a/a (đạt 100%)” trái với biểu mẫu",
    checks="Phân số đầy đủ a/a của một đại lượng mà biểu mẫu in số nhỏ hơn, trong khi mẫu số đúng bằng tổng ở biểu; "
    "nêu thêm câu có chữ “trừ …” của cùng việc.",
    excludes="Đại lượng không có dòng trong biểu; mẫu số khác tổng ở biểu (xét ở quy tắc hai số).",
    severity=Severity.DEFINITE,
)
def full_ratio(context: AuditContext) -> Iterable[Finding | Check]:
    """`a/a` of a quantity for which the forms print fewer than the same whole."""
    for ratio, part, whole in _full_ratios(context):
        if not part.value.lies_below(whole.value):
            yield reading.check(_FULL, Outcome.HOLDS, [ratio.part, ratio.whole])
            continue
        share = part.value / whole.value * 100
        exceptions = _exceptions(context, ratio.part)
        yield reading.finding(
            _FULL,
            reading.softened(Severity.DEFINITE, [ratio.part]),
            Outcome.CHANGES_CONCLUSION,
            [ratio.part],
            f"Lời văn nói đủ {ratio.part.printed.text}/{ratio.whole.printed.text} (100%), còn {part.label} in "
            f"{part.printed}, tức {reading.number(share.middle, 2)}%."
            + (" Một câu khác còn nêu ngoại lệ." if exceptions else ""),
            printed=f"{ratio.part.printed.text}/{ratio.whole.printed.text}",
            computed=f"{part.printed}/{whole.printed} = {reading.number(share.middle, 2)}%",
            suggested=part.printed,
            places=(*part.places, *exceptions),
            quantity=part.key,
        )


@rule(
    code=_ALL,
    title="“Tất cả đã xong” trái với biểu mẫu",
    checks="Câu nói 100%, tất cả, toàn bộ, các … đã được … xong, trong khi biểu mẫu in số đã xong nhỏ hơn tổng.",
    excludes="“Cơ bản”, “hầu hết”, mục tiêu, dự kiến; câu nói về một lĩnh vực hoặc đơn vị riêng.",
    severity=Severity.DEFINITE,
)
def all_claim(context: AuditContext) -> Iterable[Finding | Check]:
    """Claims of completeness that the forms refute."""
    for sentence in context.extraction.sentences:
        if sentence.planned or sentence.footnote or len(sentence.text) < 12:
            continue
        for clause_start, clause in _clauses(sentence):
            yield from _judge_clause(context, sentence, clause_start, clause)


@rule(
    code=_NONE,
    title="“Không có …” trái với biểu mẫu",
    checks="“không có hồ sơ quá hạn”, “không có nhiệm vụ quá hạn”, “không có công chức bị kỷ luật” trong khi biểu in khác 0.",
    excludes="Câu về một lĩnh vực hoặc đơn vị riêng; mục tiêu.",
    severity=Severity.DEFINITE,
)
def none_claim(context: AuditContext) -> Iterable[Finding | Check]:
    """Claims of absence that the forms refute."""
    for sentence in context.extraction.sentences:
        if sentence.planned or sentence.footnote:
            continue
        words = folded(sentence.text)
        if "khong" not in words or _SOFTENED.search(words):
            continue
        if _NO_LATE.search(words):
            yield from _late_dossiers(context, sentence)
        if _NO_LATE_TASK.search(words):
            keys = ("1!5.4",) if _OPEN_TASK.search(words) else ("1!5.3", "1!5.4")
            yield from _some_are_there(context, sentence, keys, "nhiệm vụ quá hạn")
        if _NO_DISCIPLINE.search(words):
            yield from _some_are_there(context, sentence, _DISCIPLINE_ROWS, "trường hợp bị kỷ luật")


@rule(
    code="prose.exception",
    title="“100%” có ngoại lệ",
    checks="Câu vừa nói 100%, tất cả, toàn bộ vừa nêu ngoại lệ (“trừ …”).",
    excludes="Câu về mục tiêu; câu đã dùng “cơ bản”, “hầu hết”.",
    severity=Severity.ARGUABLE,
)
def exception(context: AuditContext) -> Iterable[Finding | Check]:
    """`100%` with an exception in the same sentence."""
    for sentence in context.extraction.sentences:
        said, excepted = _HUNDRED.search(sentence.text), _EXCEPTION.search(sentence.text)
        if not said or not excepted or sentence.planned or excepted.start() < said.start():
            continue
        if _SOFTENED.search(folded(sentence.text)) or excepted.start() - said.end() > 120:
            continue
        yield Finding(
            finding_id("prose.exception", said.group(), excepted.group()),
            "prose.exception",
            Severity.ARGUABLE,
            Outcome.INCONSISTENT,
            (quoted(sentence.place_at(said.start()), sentence.text),),
            f"Câu nói “{said.group()}” nhưng lại nêu ngoại lệ “{excepted.group().strip('( ')}”.",
            printed=said.group(),
        )


def full_claims_refuted(context: AuditContext) -> tuple[ProseFigure, ...]:
    """Parts of the full ratios that `full_ratio` finds wrong, so that no other rule tells them again."""
    return tuple(
        ratio.part for ratio, part, whole in _full_ratios(context) if part.value.lies_below(whole.value)
    )


@cache
def claims() -> tuple[Claim, ...]:
    """The packaged claims."""
    path = resources.files("motcua.reports.audit.extraction") / "claims.yaml"
    return tuple(_claim(entry) for entry in yaml.safe_load(path.read_text(encoding="utf-8")))


def _claim(entry: dict[str, object]) -> Claim:
    subject, predicate = entry["subject"], entry["predicate"]
    pattern = re.compile(
        rf"(?<!\w)(?P<all>{_STRONG}|{_WEAK})(?: so)? (?:[a-z]+ ){{0,2}}?{subject}(?P<gap>(?: [a-z]+){{0,22}}?) (?:deu )?{predicate}"
        rf"|(?P<all2>{predicate}[a-z ]{{0,20}} (?:dat )?(?:100\s?%|toan bo|tat ca|het)(?: cac)?) (?:[a-z]+ ){{0,2}}?{subject}"
    )
    none, needs, scopes = entry.get("none", []), entry.get("needs"), entry.get("scopes", [])
    return Claim(
        str(entry["part"]),
        str(entry["whole"]),
        pattern,
        tuple(re.compile(str(word)) for word in none) if isinstance(none, list) else (),
        re.compile(str(needs)) if needs else None,
        frozenset(Scope(str(name)) for name in scopes) if isinstance(scopes, list) else frozenset(),
    )


def _full_ratios(context: AuditContext) -> Iterator[tuple[Ratio, RowValue, RowValue]]:
    """`a/a` whose part is a row of the forms and whose whole is the total that the forms print for it."""
    wholes = {claim.part: claim.whole for claim in claims()}
    for ratio in context.extraction.ratios:
        quantity = context.extraction.quantities.get(ratio.part.number)
        if quantity is None or quantity.key not in wholes:
            continue
        part, whole = row_value(context, quantity.key), row_value(context, wholes[quantity.key])
        full = ratio.part.printed.value == ratio.whole.printed.value
        if part and whole and full and ratio.whole.printed.value in whole.value:
            yield ratio, part, whole


def _clauses(sentence: Sentence) -> Iterator[tuple[int, str]]:
    begin = 0
    for stop in re.finditer(r";|$", sentence.text):
        if stop.start() - begin >= _SHORTEST_CLAIM:
            yield begin, sentence.text[begin : stop.start()]
        begin = stop.end()


def _judge_clause(
    context: AuditContext, sentence: Sentence, start: int, clause: str
) -> Iterator[Finding | Check]:
    words = folded(clause)
    if _SOFTENED.search(words):
        return
    for claim in claims():
        match = claim.pattern.search(words)
        if not match or not _is_meant(claim, words, sentence, start, clause):
            continue
        part, whole = row_value(context, claim.part), row_value(context, claim.whole)
        place = quoted(sentence.place_at(start), clause if len(clause) > 40 else sentence.text)
        if part is None or whole is None:
            yield Check(_ALL, Outcome.NOT_CHECKABLE, (place,), "Biểu mẫu không có số để đối chiếu.")
        elif not part.value.lies_below(whole.value):
            yield Check(_ALL, Outcome.HOLDS, (place,))
        elif severity := _gravity(context.extraction, sentence, match, whole):
            yield _refuted(claim, part, whole, place, severity, clause)
        return


def _is_meant(claim: Claim, words: str, sentence: Sentence, start: int, clause: str) -> bool:
    scope, _ = scope_of(clause, "", sentence.text[:start])
    if scope is Scope.NAMED or any(pattern.search(words) for pattern in claim.none):
        return False
    if claim.needs and not claim.needs.search(folded(sentence.text)):
        return False
    return not claim.scopes or scope in claim.scopes


def _gravity(
    extraction: Extraction, sentence: Sentence, match: re.Match[str], whole: RowValue
) -> Severity | None:
    """Definite for `100%` or `tất cả`, or when the sentence counts the same whole as the form."""
    said = match.groupdict().get("all") or match.groupdict().get("all2") or ""
    counts = any(figure.printed.value in whole.value for figure in extraction.of(sentence))
    if re.search(rf"{_STRONG}", said) or " deu " in match.group() or counts:
        return Severity.DEFINITE
    return Severity.LIKELY


def _refuted(
    claim: Claim, part: RowValue, whole: RowValue, place: Place, severity: Severity, clause: str
) -> Finding:
    share = part.value / whole.value * 100
    rate = f"{reading.number(share.middle, 2)}%"
    left = reading.number((whole.value - part.value).middle)
    return Finding(
        finding_id(_ALL, claim.part, part.printed, whole.printed),
        _ALL,
        severity,
        Outcome.CHANGES_CONCLUSION,
        unique_places([place, *part.places, *whole.places]),
        f"Câu nói tất cả đã xong, còn {part.label} in {part.printed} trên tổng {whole.printed} ({rate}); còn {left} chưa xong.",
        printed=" ".join(clause.split())[:120],
        computed=f"{part.printed}/{whole.printed} = {rate}",
    )


def _exceptions(context: AuditContext, part: ProseFigure) -> list[Place]:
    """Sentences that name an exception to `100%` of the same thing: two long words in common with the claim."""
    wanted = {word for word in folded(part.sentence.text).split() if len(word) > 2}
    found: list[Place] = []
    for sentence in context.extraction.sentences:
        if sentence.planned or not _HUNDRED.search(sentence.text):
            continue
        match = _EXCEPTION.search(sentence.text)
        if match and _same_matter(wanted, folded(sentence.text)):
            found.append(quoted(sentence.place_at(match.start()), sentence.text))
    return found


def _same_matter(wanted: set[str], words: str) -> bool:
    """Most of the shorter sentence's words stand in the other one too."""
    own = {word for word in words.split() if len(word) > 2}
    shared = len(wanted & own)
    return shared >= 8 and shared >= _SAME_MATTER * min(len(wanted), len(own))


def _late_dossiers(context: AuditContext, sentence: Sentence) -> Iterator[Finding | Check]:
    scope, _ = scope_of(sentence.text, "", "")
    keys = {
        Scope.PROVINCE_LEVEL: ("3!3.1.2", "3!3.1.1"),
        Scope.COMMUNE_LEVEL: ("3!3.3.2", "3!3.3.1"),
        Scope.PROVINCE: ("3!3.1.2+3!3.3.2", "3!3.1.1+3!3.3.1"),
        Scope.UNSTATED: ("3!3.1.2+3!3.3.2", "3!3.1.1+3!3.3.1"),
    }.get(scope)
    if keys is None:
        return
    part, whole = row_value(context, keys[0]), row_value(context, keys[1])
    place = quoted(sentence.place_at(0), sentence.text)
    if part is None or whole is None:
        yield Check(_NONE, Outcome.NOT_CHECKABLE, (place,), "Biểu mẫu không có số để đối chiếu.")
    elif part.value.lies_below(whole.value):
        late = reading.number((whole.value - part.value).middle)
        yield _contradicted(sentence, (part, whole), f"{late} hồ sơ không đúng hạn", late)
    else:
        yield Check(_NONE, Outcome.HOLDS, (place,))


def _some_are_there(
    context: AuditContext, sentence: Sentence, keys: tuple[str, ...], what: str
) -> Iterator[Finding | Check]:
    rows = [row for key in keys if (row := row_value(context, key))]
    present = tuple(row for row in rows if row.value.low > 0)
    place = quoted(sentence.place_at(0), sentence.text)
    if not rows:
        yield Check(_NONE, Outcome.NOT_CHECKABLE, (place,), "Biểu mẫu không có số để đối chiếu.")
    elif present:
        count = reading.number(sum((row.value.middle for row in present[1:]), present[0].value.middle))
        yield _contradicted(sentence, present, f"{count} {what}", count)
    else:
        yield Check(_NONE, Outcome.HOLDS, (place,))


def _contradicted(sentence: Sentence, rows: tuple[RowValue, ...], said: str, computed: str) -> Finding:
    return Finding(
        finding_id(_NONE, *(f"{row.key}={row.printed}" for row in rows)),
        _NONE,
        Severity.DEFINITE,
        Outcome.CHANGES_CONCLUSION,
        unique_places(
            [quoted(sentence.place_at(0), sentence.text), *(p for row in rows for p in row.places)]
        ),
        f"Câu nói không có, nhưng theo {rows[0].label} thì có {said}.",
        printed="không có",
        computed=computed,
    )

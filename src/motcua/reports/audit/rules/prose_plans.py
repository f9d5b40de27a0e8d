"""What the forms call done against what the plan of the coming year still sets out to do."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from motcua.reports.audit.binding import BoundRow
from motcua.reports.audit.extraction.figures import Sentence
from motcua.reports.audit.extraction.quantities import folded
from motcua.reports.audit.findings import Check, Finding, Outcome, Severity
from motcua.reports.audit.rules.context import AuditContext
from motcua.reports.audit.rules.making import finding_id, quoted
from motcua.reports.audit.rules.registry import rule
from motcua.reports.audit.rules.rows import named

_CODE = "prose.done_yet_planned"
_DONE = re.compile(r"hoàn thành|đã xong", re.IGNORECASE)
_KEEP_UP = re.compile(r"duy tri|tiep tuc (?:duy tri|van hanh)|nang cap|mo rong|khai thac|van hanh hieu qua")
_COMMON = frozenset(
    [
        "va",
        "cua",
        "cac",
        "tai",
        "cho",
        "theo",
        "den",
        "tu",
        "voi",
        "duoc",
        "trong",
        "nhat",
        "moi",
        "viec",
        "ve",
        "tren",
        "dia",
        "ban",
        "tinh",
        "so",
    ]
)
_COVERED = 0.75
_FEWEST_WORDS = 5


@rule(
    code=_CODE,
    title="Biểu ghi đã hoàn thành, phần nhiệm vụ năm sau lại đặt ra",
    checks="Dòng biểu chọn “hoàn thành” mà phần nhiệm vụ, giải pháp của kỳ sau vẫn nêu làm chính việc ấy.",
    excludes="Việc duy trì, nâng cấp, mở rộng, khai thác; câu ngoài phần nhiệm vụ kỳ sau.",
    severity=Severity.LIKELY,
)
def done_yet_planned(context: AuditContext) -> Iterable[Finding | Check]:
    """Choice rows printed as finished whose words come back in a section of plans."""
    for row in context.forms.numbers():
        if not _is_done(row):
            continue
        for sentence in context.extraction.sentences:
            if sentence.planned and not sentence.footnote:
                yield from _judge(row, sentence)


def _is_done(row: BoundRow) -> bool:
    definition = row.definition
    if definition is None or not definition.choices:
        return False
    chosen = dict(definition.choices).get(int(row.cell.value or 0), "")
    return bool(_DONE.search(chosen)) and row.cell.value == max(number for number, _ in definition.choices)


def _judge(row: BoundRow, sentence: Sentence) -> Iterator[Finding | Check]:
    for start, clause in _clauses(sentence.text):
        if _KEEP_UP.search(folded(clause)) or not _names_the_same(row, clause):
            continue
        yield Finding(
            finding_id(_CODE, row.key, clause),
            _CODE,
            Severity.LIKELY,
            Outcome.INCONSISTENT,
            (row.place, quoted(sentence.place_at(start), clause)),
            f"{named(row)[0].upper()}{named(row)[1:]} ghi đã hoàn thành ({row.cell.text}), "
            f"nhưng phần nhiệm vụ kỳ sau còn nêu: “{clause.strip()}”.",
            printed=row.cell.text,
        )
        return


def _clauses(text: str) -> Iterator[tuple[int, str]]:
    begin = 0
    for stop in re.finditer(r"[;:]\s|\.\s|$", text):
        yield begin, text[begin : stop.start()]
        begin = stop.end()


def _names_the_same(row: BoundRow, clause: str) -> bool:
    """The clause begins with the row's first words and holds most of the others, in their order."""
    label = [
        word for word in folded(row.definition.label if row.definition else "").split() if word not in _COMMON
    ]
    words = folded(clause).split()
    if len(label) < _FEWEST_WORDS or label[:2] != [word for word in words if word not in _COMMON][:2]:
        return False
    found, position = 0, 0
    for word in label:
        if word in words[position:]:
            position = words.index(word, position) + 1
            found += 1
    return found >= _COVERED * len(label)

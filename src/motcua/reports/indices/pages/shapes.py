"""What the templates are given: numbers rounded as they are printed, words in the reader's language."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.utils.formats import number_format
from django.utils.http import urlencode
from django.utils.translation import get_language, gettext

from motcua.engine.figures.api import STATE_WORDS, State
from motcua.kernel.numbers import round_half_up
from motcua.kernel.periods import Period, PeriodKind
from motcua.reports.indices.comparing import WHY_WORDS
from motcua.reports.indices.desk import Compared, IndexDesk
from motcua.reports.indices.losses import CAUSE_WORDS, ComponentLoss, LossPart, shown
from motcua.reports.indices.naming import cause_word, named
from motcua.reports.indices.reaching import Step, mendable
from motcua.reports.indices.scoring import RULE_WORDS, ComponentScore, Placed, Reading, Rule, UnitScore

MOST_RECORDS = 20
_ROMAN = ("I", "II", "III", "IV")


def language() -> str:
    return (get_language() or "vi")[:2]


def period_words(period: Period) -> str:
    """The period's name in the reader's language."""
    if period.kind is PeriodKind.MONTH:
        return gettext("Tháng {number} năm {year}").format(number=period.number, year=period.year)
    if period.kind is PeriodKind.QUARTER:
        return gettext("Quý {number} năm {year}").format(number=_ROMAN[period.number - 1], year=period.year)
    if period.kind is PeriodKind.YEAR:
        return gettext("Năm {year}").format(year=period.year)
    if period.kind is PeriodKind.HALF:
        first = gettext("6 tháng đầu năm {year}").format(year=period.year)
        return first if period.number == 1 else gettext("6 tháng cuối năm {year}").format(year=period.year)
    return gettext("9 tháng đầu năm {year}").format(year=period.year)


def printed(number: Fraction | None, places: int) -> Decimal | None:
    return None if number is None else round_half_up(number, places)


@dataclass(frozen=True, slots=True)
class Line:
    """One component on the page of a unit; numbers already rounded."""

    name: str
    note: str
    basis: str
    possible: Decimal | None
    points: Decimal | None
    lost: Decimal | None
    instead: str
    fractions: tuple[str, ...]
    step: str
    portal: Decimal | None
    why: str
    explanation: str


def groups(desk: IndexDesk, code: str) -> list[dict[str, Any]]:
    """The groups of a set with their lines and sums."""
    steps, compared = (
        desk.steps(code),
        {each.comparison.score.component.code: each for each in desk.compare(code)},
    )
    scores = {each.component.code: each for each in desk.unit(code).score.components}
    places = desk.index.places
    found = []
    for group in desk.index:
        own = [scores[each.code] for each in group.components]
        found.append(
            {
                "name": group.name(language()),
                "possible": printed(sum((each.possible for each in own), Fraction()), places),
                "gained": printed(sum((each.gained for each in own), Fraction()), places),
                "lost": printed(sum((each.lost for each in own), Fraction()), places),
                "lines": [
                    _line(each, steps.get(each.component.code), compared[each.component.code], places)
                    for each in own
                ],
            }
        )
    return found


def _line(score: ComponentScore, step: Step | None, compared: Compared, places: int) -> Line:
    value = compared.value
    scored = score.component.is_scored
    return Line(
        name=score.component.name(language()),
        note=score.component.note,
        basis=score.component.basis,
        possible=printed(score.possible, places) if scored else None,
        points=printed(score.points, places),
        lost=printed(score.lost, places) if score.points is not None else None,
        instead="" if score.state is State.KNOWN else gettext(STATE_WORDS[score.state]),
        fractions=tuple(_fraction(each) for each in score.readings.values() if each.numerator is not None),
        step=_step_words(step, places),
        portal=value.points if value is not None else None,
        why=gettext(WHY_WORDS[compared.comparison.why]) if value is not None else "",
        explanation=value.explanation if value is not None and value.explained else "",
    )


def _fraction(reading: Reading) -> str:
    """`144/160`, with how the ratio came about where it was not divided."""
    top, bottom = _plain(reading.numerator), _plain(reading.denominator)
    text = f"{top}/{bottom}" if bottom else top
    if reading.factor is not None:
        text += f" × {_plain(reading.factor * 100)}%"
    return text if reading.rule is Rule.COUNTED else f"{text} ({gettext(RULE_WORDS[reading.rule])})"


def _plain(number: Fraction | None) -> str:
    if number is None:
        return ""
    exact = round_half_up(number, 0 if number.denominator == 1 else 2)
    return number_format(exact, use_l10n=True, force_grouping=True)


def _step_words(step: Step | None, places: int) -> str:
    if step is None:
        return ""
    gain = round_half_up(step.gain, max(places, 4))
    return gettext("{count} nữa: +{gain}").format(
        count=step.count, gain=number_format(gain.normalize(), use_l10n=True)
    )


def loss_lines(desk: IndexDesk, code: str) -> list[dict[str, Any]]:
    """Each loss with its parts, printed so that they add up, and the first records of each."""
    return [_loss(desk, code, each) for each in desk.losses(code)]


def _loss(desk: IndexDesk, code: str, loss: ComponentLoss) -> dict[str, Any]:
    places = desk.index.places
    parts = [part.points for part in loss.parts]
    return {
        "name": loss.component.name(language()),
        "lost": printed(loss.lost, places),
        "possible": printed(loss.score.possible, places),
        "parts": [
            {
                "cause": cause_words(part.cause, part.figure),
                "figure": part.figure,
                "points": points,
                "weight": _plain(part.weight) if part.named else "",
                "records": _records(desk, code, part),
                "all": urlencode({"chi-tieu": part.figure, "nguyen-nhan": part.cause})
                if part.weight > MOST_RECORDS and part.figure in mendable(desk.index)
                else "",
            }
            for part, points in zip(loss.parts, shown(parts, places), strict=True)
        ],
    }


def _records(desk: IndexDesk, code: str, part: LossPart) -> list[dict[str, Any]]:
    """The first records of a part, named, with what each bears."""
    found = desk.records(code, part, MOST_RECORDS)
    names = named(desk.province, part.figure, [record.key for record, _share in found])
    return [{"named": names[record.key], "share": printed(share, 4)} for record, share in found]


def cause_words(cause: str, figure: str = "") -> str:
    """The cause as the fact of the figure words it."""
    if cause in CAUSE_WORDS:
        return gettext(CAUSE_WORDS[cause])
    return gettext(worded) if (worded := cause_word(figure, cause)) else cause


def officer_parts(score: UnitScore, places: int) -> list[dict[str, Any]]:
    """Each component of an officer: points, what they are out of, and what stands instead of points."""
    return [
        {
            "name": each.component.name(language()),
            "points": printed(each.points, places),
            "parts": "; ".join(_fraction(one) for one in each.readings.values() if one.numerator is not None),
            "instead": "" if each.state is State.KNOWN else gettext(STATE_WORDS[each.state]),
        }
        for each in score.components
    ]


def placed_row(placed: Placed, places: int) -> dict[str, Any]:
    """A line of a ranking."""
    score = placed.score
    return {
        "code": score.subject.code,
        "name": score.subject.name or score.subject.code,
        "place": placed.place,
        "tied": placed.tied,
        "of": placed.of,
        "shown": score.shown,
        "best_case": printed(score.best_case, places),
        "complete": score.complete,
        "grade": score.grade.name(language()) if score.grade and score.complete else "",
        "possible": printed(score.possible, places),
        "gained": printed(score.gained, places),
        "lost": printed(score.lost, places),
        "missing": printed(score.missing, places),
    }

"""Rules of feedback that are data (limits, codes, scales), and what is reckoned from them. Pure, but for the province's
own limits, which its parameters hold."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from motcua.kernel.clock import local
from motcua.kernel.worktime import FirstDayRule, Limit, WorkCalendar, due, parse_limit
from motcua.reference.calendars.api import Kind, count, declare_parameter

HERE = Path(__file__).parent
GENERAL = "law"  # a province that has settled nothing


@dataclass(frozen=True, slots=True)
class StepLimit:
    """The limit of one step of a petition; "" kind or channel: every one. `source`: the clause."""

    step: str
    limit: str
    valid_from: dt.date
    source: str
    confidence: str
    kind: str = ""
    channel: str = ""

    def fits(self, step: str, kind: str, channel: str, day: dt.date) -> bool:
        return (
            self.step == step
            and self.kind in ("", kind)
            and self.channel in ("", channel)
            and self.valid_from <= day
        )


@lru_cache(maxsize=1)
def step_limits() -> tuple[StepLimit, ...]:
    """Every packaged limit, as declared."""
    return tuple(StepLimit(**entry) for entry in _document("limits.yaml")["limits"])


def limit_on(
    step: str, kind: str, channel: str, day: dt.date, limits: Sequence[StepLimit] | None = None
) -> StepLimit:
    """The limit of a step on a day, the most exact that fits. Raises LookupError before the first."""
    fitting = [
        one for one in (step_limits() if limits is None else limits) if one.fits(step, kind, channel, day)
    ]
    if not fitting:
        raise LookupError(f"no limit of step {step!r} on {day}")
    return max(fitting, key=lambda one: (bool(one.channel), bool(one.kind), one.valid_from))


def due_at(
    calendar: WorkCalendar, since: dt.datetime, limit: str, rule: FirstDayRule, waited: int = 0
) -> dt.datetime:
    """When a limit counted from `since` ends; `waited` working minutes spent waiting for the sender come on top."""
    end = due(calendar, since, parse_limit(limit), rule).at
    return calendar.add_minutes(end, waited) if waited else end


def is_on_time(done_at: dt.datetime, due: dt.datetime | None) -> bool | None:
    """By the day: a limit in days ends with its last day (Civil Code 2015, Art. 148). None without a limit."""
    return None if due is None else local(done_at).date() <= local(due).date()


# -- codes ------------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def words() -> Mapping[str, Mapping[str, str]]:
    """Topics, refusals and outcomes: name of the list to code to Vietnamese words, in the order they are offered."""
    found = _document("words.yaml")
    return {name: {one["code"]: one["label"] for one in found[name]} for name in ("topics", "refusals", "outcomes")}  # fmt: skip


@lru_cache(maxsize=8)
def topics_of(kind: str) -> Mapping[str, str]:
    """The topics of a kind of petition."""
    return {one["code"]: one["label"] for one in _document("words.yaml")["topics"] if one["kind"] == kind}


# -- scales -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Criterion:
    """One question of a rating; `answers` by points, `index` the rating index of Circular 01/2018/TT-VPCP it feeds."""

    code: str
    index: int
    label: str
    answers: Mapping[int, str]


@dataclass(frozen=True, slots=True)
class Scale:
    """How dossiers are rated from a day on. `levels`: code to words; `counts`: level to liked, disliked or neither."""

    code: str
    valid_from: dt.date
    source: str
    confidence: str
    levels: Mapping[str, str]
    counts: Mapping[str, str]
    criteria: tuple[Criterion, ...]
    reasons: Mapping[str, str]

    def criterion(self, code: str) -> Criterion | None:
        return next((one for one in self.criteria if one.code == code), None)


@lru_cache(maxsize=1)
def scales() -> tuple[Scale, ...]:
    """Every packaged scale, the earliest first."""
    return tuple(
        sorted(
            (_scale(entry) for entry in _document("scales.yaml")["scales"]), key=lambda one: one.valid_from
        )
    )


def scale_on(day: dt.date) -> Scale:
    """The scale in force on a day. Raises LookupError before the first."""
    for one in reversed(scales()):
        if one.valid_from <= day:
            return one
    raise LookupError(f"no scale of ratings on {day}")


def scale_of(code: str) -> Scale:
    """A scale by its code. Raises LookupError."""
    for one in scales():
        if one.code == code:
            return one
    raise LookupError(f"no scale {code!r}")


def _scale(entry: Mapping[str, Any]) -> Scale:
    return Scale(
        code=entry["code"],
        valid_from=entry["valid_from"],
        source=entry["source"],
        confidence=entry["confidence"],
        levels={one["code"]: one["label"] for one in entry["levels"]},
        counts={one["code"]: one["counts"] for one in entry["levels"]},
        criteria=tuple(Criterion(**one) for one in entry["criteria"]),
        reasons={one["code"]: one["label"] for one in entry["reasons"]},
    )


@lru_cache(maxsize=8)
def _document(name: str) -> Any:
    return yaml.safe_load((HERE / name).read_text(encoding="utf-8"))


# -- what a province settles ------------------------------------------------------------------------


def _own_limit(text: str) -> Limit | None:
    return None if text == GENERAL else parse_limit(text)


LIMIT = Kind(
    _own_limit,
    gettext_noop("thời hạn như 10 ngày làm việc, hoặc “law” là theo quy định chung"),
    words=lambda text: _("theo quy định chung") if text == GENERAL else text,
)
_ANSWERS = {
    "regulation": gettext_noop("Thời hạn trả lời phản ánh, kiến nghị về quy định hành chính"),
    "conduct": gettext_noop("Thời hạn trả lời phản ánh, kiến nghị về hành vi hành chính"),
    "service": gettext_noop("Thời hạn trả lời phản ánh, kiến nghị về giải quyết thủ tục hành chính"),
}
OWN_ANSWER: Mapping[str, str] = {
    kind: declare_parameter(
        f"feedback.answer_{kind}", label, GENERAL, LIMIT, "Nghị định 20/2008/NĐ-CP; quy chế của tỉnh"
    )
    for kind, label in _ANSWERS.items()
}
CHANGE_DAYS = declare_parameter(
    "feedback.rating_change_days",
    gettext_noop("Số ngày kể từ lần đánh giá đầu mà người nộp còn được sửa đánh giá"),
    "30",
    count(0, 365),
    "Quy định của tỉnh (văn bản trung ương chưa ấn định)",
)

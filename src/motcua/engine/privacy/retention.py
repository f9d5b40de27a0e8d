"""How long personal data is kept: dated rules with their source, applied every day, each purge an event."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import yaml
from django.db import connection, transaction

from motcua.engine.events.api import record
from motcua.engine.privacy.events import PURGED
from motcua.engine.provinces.models import Province
from motcua.kernel.clock import VIETNAM, today

BATCH = 200
_LOCK = 0x6D635052  # of the database, so that one worker applies the rules at a time


class Purge(Protocol):
    """Erases what is older than `before` in a province, at most `limit` things, and returns their subjects
    ("applicant:0190..."); with `dry_run` it only names them. Runs in a transaction; what it erased must not be
    found again the next time."""

    def __call__(
        self, province: Province, before: dt.datetime, *, limit: int, dry_run: bool
    ) -> Sequence[str]: ...


@dataclass(frozen=True, slots=True)
class Rule:
    """Years something is kept, from a day on, by which act; `own`: our choice, where no act names a number."""

    valid_from: dt.date
    years: int
    source: str
    own: bool = False


@dataclass(frozen=True, slots=True)
class Retention:
    """One kind of personal data and how long it is kept."""

    code: str
    label: str
    rules: tuple[Rule, ...]
    purge: Purge = field(repr=False)

    def rule_on(self, day: dt.date) -> Rule | None:
        """The rule in force on a day; None before the first."""
        current = [rule for rule in self.rules if rule.valid_from <= day]
        return max(current, key=lambda rule: rule.valid_from, default=None)

    def before(self, day: dt.date) -> dt.datetime | None:
        """What lies before this instant has been kept long enough on the day; None when no rule says so."""
        rule = self.rule_on(day)
        if rule is None:
            return None
        # 29 February of a leap year is kept until 1 March.
        year = day.year - rule.years
        start = (
            dt.date(year, 3, 1)
            if (day.month, day.day) == (2, 29) and not _leap(year)
            else day.replace(year=year)
        )
        return dt.datetime.combine(start, dt.time(), VIETNAM)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one rule did, or would do, in one province."""

    retention: Retention
    rule: Rule
    province: Province
    before: dt.datetime
    subjects: tuple[str, ...]
    more: bool = False


_declared: dict[str, Retention] = {}


def read_rules(path: Path) -> dict[str, tuple[Rule, ...]]:
    """Rules by code from a room's `retention.yaml`. Raises ValueError when one has no source or no years."""
    found = yaml.safe_load(path.read_text(encoding="utf-8"))["rules"]
    return {code: tuple(_rule(code, line) for line in lines) for code, lines in found.items()}


def _rule(code: str, line: dict[str, object]) -> Rule:
    years, source = line.get("years"), str(line.get("source", "")).strip()
    valid_from = line.get("valid_from")
    if (
        not isinstance(years, int)
        or not 1 <= years <= 100
        or not source
        or not isinstance(valid_from, dt.date)
    ):
        raise ValueError(f"retention rule of {code!r} needs valid_from, years (1-100) and source")
    return Rule(valid_from, years, source, bool(line.get("own", False)))


def declare_retention(code: str, label: str, years: int | Sequence[Rule], purge: Purge) -> str:
    """Makes a kind of data subject to retention and returns its code. Called from AppConfig.ready.

    code: "applicants.idle"; label: Vietnamese; years: dated rules (`read_rules`), or one number of our own choice.
    Raises ValueError without any rule.
    """
    rules = (Rule(dt.date.min, years, "", own=True),) if isinstance(years, int) else tuple(years)
    if not rules:
        raise ValueError(f"retention {code!r} has no rule")
    _declared[code] = Retention(code, label, rules, purge)
    return code


def declared_retentions() -> tuple[Retention, ...]:
    return tuple(_declared[code] for code in sorted(_declared))


def apply_retention(
    *, dry_run: bool, provinces: Sequence[Province] | None = None, limit: int = BATCH
) -> list[Outcome]:
    """Applies every rule in force today in every province; with `dry_run` only tells what would go (the first
    `limit` of each). What is erased is committed batch by batch, each thing with its event."""
    every = list(Province.objects.order_by("pk")) if provinces is None else list(provinces)
    outcomes = []
    for retention in declared_retentions():
        rule, before = retention.rule_on(today()), retention.before(today())
        if rule is None or before is None:
            continue
        for province in every:
            subjects = (
                _look(retention, province, before, limit)
                if dry_run
                else _purge(retention, province, before, limit)
            )
            more = dry_run and len(subjects) > limit
            outcomes.append(
                Outcome(
                    retention, rule, province, before, tuple(subjects[:limit] if dry_run else subjects), more
                )
            )
    return outcomes


def _look(retention: Retention, province: Province, before: dt.datetime, limit: int) -> list[str]:
    with transaction.atomic():
        found = list(retention.purge(province, before, limit=limit + 1, dry_run=True))
    return found


def _purge(retention: Retention, province: Province, before: dt.datetime, limit: int) -> list[str]:
    gone: list[str] = []
    while True:
        with transaction.atomic():
            if not _alone():
                return gone
            subjects = list(retention.purge(province, before, limit=limit, dry_run=False))
            for subject in subjects:
                payload = {"rule": retention.code, "before": f"{before:%d/%m/%Y}"}
                record(PURGED, province=province, subject=subject, payload=payload)
        gone += subjects
        if not subjects:
            return gone


def _alone() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
        return bool(cursor.fetchone()[0])


def _leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)

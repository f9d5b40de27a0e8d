"""One cause, one finding: broken relations that one wrong value explains follow from one of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from motcua.reports.audit.formcheck.kinds import PART, RATIO, SUM, result_id, rule_of
from motcua.reports.audit.formcheck.results import RelationResult, relation_results
from motcua.reports.audit.formcheck.slips import Slip, fits, likely_slip, touching_results, variants
from motcua.reports.audit.rules.context import AuditContext

_ORDER = {SUM: 0, PART: 1, RATIO: 2}


@dataclass(frozen=True, slots=True)
class Cause:
    """Broken relations with one cause, the finding that stands for it first; `repair` where it is known."""

    results: tuple[RelationResult, ...]
    repair: Slip | None = None


def causes(context: AuditContext) -> dict[str, str]:
    """For each finding of a broken relation that follows from another: its id -> the id of its cause."""
    return context.forms.once("causes", lambda: _followers(cause_groups(context)))


def cause_groups(context: AuditContext) -> list[Cause]:
    """Broken relations by cause."""
    broken = [result for result in relation_results(context) if result.broken]
    return context.forms.once("groups", lambda: _groups(context, broken))


def _followers(groups: Sequence[Cause]) -> dict[str, str]:
    return {
        result_id(follower): result_id(cause.results[0]) for cause in groups for follower in cause.results[1:]
    }


def repair_of(context: AuditContext, result: RelationResult) -> Slip | None:
    """The one changed value that would put a broken relation, and all it is bound to, right."""
    cause = next((cause for cause in cause_groups(context) if result in cause.results), None)
    if cause is None:
        return None
    return cause.repair or likely_slip(context, cause.results)


def _groups(context: AuditContext, broken: list[RelationResult]) -> list[Cause]:
    groups: list[Cause] = []
    left = list(broken)
    while left:
        cause = _largest(context, left) or Cause((left[0],))
        groups.append(cause)
        left = [result for result in left if result not in cause.results]
    return groups


def _largest(context: AuditContext, left: Sequence[RelationResult]) -> Cause | None:
    """The largest set of broken relations that one other value in a shared row would repair."""
    counts = Counter(key for result in left for key in result.keys)
    for key, count in counts.most_common():
        if count < 2:
            return None
        group = [result for result in left if key in result.keys]
        ordered = tuple(sorted(group, key=lambda result: (result.target != key, _rank(result))))
        if _repairable(context, key, group):
            return Cause(ordered, _solution(context, key, group))
        if _same_parts(group):
            return Cause(tuple(sorted(group, key=_rank)))
    return None


def _rank(result: RelationResult) -> int:
    return _ORDER.get(rule_of(result.relation), 3)


def _solution(context: AuditContext, key: str, group: Sequence[RelationResult]) -> Slip | None:
    """The value that two sums or more ask of the row alike."""
    row = context.forms.row(key)
    solved = _solved(key, group)
    if row is None or len(solved) < 2 or len(set(solved)) != 1:
        return None
    return Slip(row, solved[0], "theo các dòng còn lại")


def _same_parts(group: Sequence[RelationResult]) -> bool:
    """A share above its whole and the percentage computed from the two."""
    widest = set(max((result.keys for result in group), key=lambda keys: len(tuple(keys))))
    return len(group) == 2 and all(set(result.keys) <= widest for result in group)


def _repairable(context: AuditContext, key: str, group: Sequence[RelationResult]) -> bool:
    row = context.forms.row(key)
    if row is None or row.cell.value is None:
        return False
    candidates = [value for value, _ in variants(row.cell.value)] + _solved(key, group)
    touching = touching_results(context, row)
    return any(fits(context, row, value, touching) for value in candidates)


def _solved(key: str, group: Sequence[RelationResult]) -> list[Decimal]:
    """Values a sum would ask of the row."""
    found: list[Decimal] = []
    for result in group:
        if rule_of(result.relation) != SUM or result.computed is None or result.row is None:
            continue
        total, computed = result.row.cell.value, result.computed
        if total is None or not computed.is_point or computed.low.denominator != 1:
            continue
        if result.target == key:
            found.append(Decimal(int(computed.low)))
            continue
        part = next(row.cell.value for row in result.operand_rows if row.key == key)
        if part is not None:
            exact = Fraction(part) + Fraction(total) - computed.low
            found += [Decimal(int(exact))] if exact >= 0 and exact.denominator == 1 else []
    return found

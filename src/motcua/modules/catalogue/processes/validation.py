"""What stands against approving a process. Pure: the caller brings the performers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from motcua.kernel.errors import KernelError
from motcua.kernel.worktime import parse_limit
from motcua.modules.catalogue.data import ProcessPlan, StepPlan
from motcua.modules.catalogue.processes.graph import (
    critical_path,
    forward_links,
    in_order,
    is_return,
    kernel_day,
    limit_minutes,
    reachable,
)
from motcua.modules.catalogue.processes.running_through import run_through
from motcua.modules.catalogue.processes.words import days_text

OFFICE_DAY = 8 * 60  # the day of written processes: half a day is four hours
PLACES = ("receiving", "handling", "returning", "unit")
SHOWN = 5


@dataclass(frozen=True, slots=True)
class Problem:
    """`code` is stable; `steps` are the keys it is about; `blocking` ones stop approval, the others ask for a look."""

    code: str
    message: str
    steps: tuple[str, ...] = ()
    blocking: bool = True


@dataclass(frozen=True, slots=True)
class Lack:
    """The units concerned in which nobody holds a step's role, by name, of how many."""

    units: tuple[str, ...]
    of: int


Performers = Callable[[StepPlan], Lack]


def validate(
    plan: ProcessPlan, limit_text: str = "", performers: Performers | None = None
) -> tuple[Problem, ...]:
    """The problems of a plan against the legal limit ("" when the law states none), in the order a person mends them.

    Steps and links first; the ways through only when those hold; performers are asked about when a callable is given.
    """
    if not plan.steps:
        return (Problem("empty", _("Quy trình chưa có bước nào.")),)
    found = [*_steps(plan), *_links(plan)]
    if not any(one.code == "step.key-twice" for one in found) and in_order(plan) is None:
        keys = _on_cycles(plan)
        found.append(
            Problem(
                "cycle",
                _("Các bước {steps} đi vòng quanh. Đường quay lại phải mang kết quả “return”.").format(
                    steps=_listed(keys)
                ),
                keys,
            )
        )
    broken = {"step.key-twice", "link.unknown", "cycle"} & {one.code for one in found}
    if not broken:
        found += [*_ends(plan), *_ways(plan), *_times(plan, limit_text)]
    if performers is not None:
        found += _performers(plan, performers)
    return tuple(found)


def refusing(problems: Iterable[Problem]) -> list[Problem]:
    return [one for one in problems if one.blocking]


def _listed(keys: Iterable[str]) -> str:
    return ", ".join(f"“{key}”" for key in keys)


def _on_cycles(plan: ProcessPlan) -> tuple[str, ...]:
    onward: dict[str, set[str]] = {step.key: set() for step in plan.steps}
    for link in forward_links(plan):
        onward[link.source].add(link.target)
    return tuple(
        step.key
        for step in plan.steps
        if any(step.key in reachable(plan, target) for target in onward[step.key])
    )


# -- steps and links ------------------------------------------------------------------------------


def _steps(plan: ProcessPlan) -> Iterator[Problem]:
    counted = Counter(step.key for step in plan.steps)
    twice = tuple(key for key, number in counted.items() if number > 1)
    if twice:
        yield Problem(
            "step.key-twice", _("Mã bước {steps} dùng hai lần.").format(steps=_listed(twice)), twice
        )
    for step in plan.steps:
        yield from _step(step)


def _step(step: StepPlan) -> Iterator[Problem]:
    here = (step.key,)
    if not step.name.strip():
        yield Problem("step.no-name", _("Bước “{step}” chưa có tên.").format(step=step.key), here)
    if not step.role.strip():
        yield Problem(
            "step.no-role", _("Bước “{step}” chưa có vai trò thực hiện.").format(step=step.key), here
        )
    if step.place not in PLACES:
        yield Problem("step.no-place", _("Bước “{step}” chưa có nơi thực hiện.").format(step=step.key), here)
    if step.place == "unit" and not step.unit_code and step.kind != "joint":
        yield Problem(
            "step.no-unit",
            _("Bước “{step}” làm ở một đơn vị nêu tên nhưng chưa chọn đơn vị.").format(step=step.key),
            here,
        )
    if step.kind == "joint":
        yield from _leg(step)


def _leg(step: StepPlan) -> Iterator[Problem]:
    if not step.leg_limit:
        yield Problem(
            "leg.no-limit",
            _("Nhánh liên thông “{step}” chưa có thời hạn riêng.").format(step=step.key),
            (step.key,),
        )
        return
    try:
        parse_limit(step.leg_limit)
    except KernelError as error:
        yield Problem("leg.limit", _("Nhánh “{step}”: {why}").format(step=step.key, why=error), (step.key,))


def _links(plan: ProcessPlan) -> Iterator[Problem]:
    keys = {step.key for step in plan.steps}
    for link in plan.links:
        unknown = tuple(dict.fromkeys(key for key in (link.source, link.target) if key not in keys))
        if unknown:
            yield Problem(
                "link.unknown",
                _("Đường đi nêu bước {steps} không có.").format(steps=_listed(unknown)),
                unknown,
            )
    counted = Counter((link.source, link.target, link.outcome) for link in plan.links)
    for (source, target, _outcome), number in counted.items():
        if number > 1:
            yield Problem(
                "link.twice",
                _("Đường từ “{source}” đến “{target}” ghi hai lần.").format(source=source, target=target),
                (source, target),
            )
    for step in plan.steps:
        yield from _conditions(plan, step)


def _conditions(plan: ProcessPlan, step: StepPlan) -> Iterator[Problem]:
    ways = [link for link in plan.links if link.source == step.key]
    chosen = [link for link in ways if link.outcome and not is_return(link)]
    if chosen and not any(not link.outcome for link in ways):
        yield Problem(
            "condition.no-default",
            _("Bước “{step}” chỉ có đường theo điều kiện; cần một đường cho mọi trường hợp còn lại.").format(
                step=step.key
            ),
            (step.key,),
        )
    for link in ways:
        if link.outcome and not link.label.strip():
            yield Problem(
                "condition.no-label",
                _("Đường có điều kiện từ “{source}” đến “{target}” chưa nói điều kiện là gì.").format(
                    source=link.source, target=link.target
                ),
                (link.source, link.target),
            )


# -- the ways through -----------------------------------------------------------------------------


def _ends(plan: ProcessPlan) -> Iterator[Problem]:
    first = plan.first
    onward = forward_links(plan)
    if first.kind != "reception":
        yield Problem(
            "first", _("Bước đầu “{step}” phải là bước tiếp nhận.").format(step=first.key), (first.key,)
        )
    into_first = tuple(link.source for link in onward if link.target == first.key)
    if into_first:
        yield Problem(
            "first.entered",
            _("Bước đầu “{step}” không được nhận đường từ bước khác, trừ đường quay lại.").format(
                step=first.key
            ),
            (first.key, *into_first),
        )
    returns = tuple(step.key for step in plan.steps if step.kind == "return")
    if len(returns) != 1:
        yield Problem("last", _("Quy trình phải có đúng một bước trả kết quả, ở cuối."), returns)
    for step in plan.steps:
        goes_on = any(link.source == step.key for link in onward)
        if step.kind == "return" and goes_on:
            yield Problem(
                "last.goes-on",
                _("Sau bước trả kết quả “{step}” không còn bước nào.").format(step=step.key),
                (step.key,),
            )
        if step.kind != "return" and not goes_on:
            yield Problem(
                "dead-end", _("Bước “{step}” không dẫn đến bước nào.").format(step=step.key), (step.key,)
            )
    lost = tuple(step.key for step in plan.steps if step.key not in reachable(plan, first.key))
    if lost:
        yield Problem("unreachable", _("Không có đường nào đến {steps}.").format(steps=_listed(lost)), lost)


_RUNS = {
    "join.missing": gettext_noop(
        "Các nhánh gặp nhau ở bước “{step}” mà không chờ nhau: bước này sẽ mở hai lần. Hãy đánh dấu “chờ mọi nhánh”."
    ),
    "join.early": gettext_noop(
        "Bước “{step}” chờ mọi nhánh nhưng có thể mở trước khi một nhánh theo điều kiện đến nơi."
    ),
    "join.stuck": gettext_noop("Sau bước “{step}” có trường hợp không còn bước nào mở."),
    "end.open-branches": gettext_noop("Bước trả kết quả “{step}” có thể mở khi còn nhánh chưa xong."),
    "too-complex": gettext_noop(
        "Quy trình có quá nhiều nhánh song song từ bước “{step}” để thử hết các cách chạy; hãy xem lại kỹ các chỗ gặp."
    ),
}


def _ways(plan: ProcessPlan) -> Iterator[Problem]:
    if any(not _goes_on(plan, step) for step in plan.steps if step.kind != "return"):
        return  # said already, as a dead end or an incomplete condition
    joined = Counter(link.target for link in forward_links(plan))
    for step in plan.steps:
        if step.waits_for_all and joined[step.key] < 2:
            yield Problem(
                "join.single",
                _("Bước “{step}” được đánh dấu chờ mọi nhánh nhưng chỉ có một đường đến.").format(
                    step=step.key
                ),
                (step.key,),
                blocking=False,
            )
    for finding in run_through(plan):
        yield Problem(
            finding.code,
            _(_RUNS[finding.code]).format(step=finding.key),
            (finding.key,),
            blocking=finding.code != "too-complex",
        )


def _goes_on(plan: ProcessPlan, step: StepPlan) -> bool:
    return any(link.source == step.key and not link.outcome for link in plan.links)


def _times(plan: ProcessPlan, limit_text: str) -> Iterator[Problem]:
    if not limit_text.strip():
        yield Problem(
            "limit.none",
            _("Thủ tục chưa có thời hạn giải quyết đọc được nên chưa đối chiếu được thời gian các bước."),
            blocking=False,
        )
        return
    try:
        allowed = {day: limit_minutes(limit_text, day) for day in (kernel_day(), OFFICE_DAY)}
    except KernelError as error:
        yield Problem("limit.unreadable", str(error))
        return
    for day, blocking in ((OFFICE_DAY, True), (kernel_day(), False)):
        path = critical_path(plan, day)
        if path is not None and path.minutes > allowed[day]:
            yield _too_long(path.keys, path.minutes, allowed[day], limit_text, day, blocking=blocking)
            return


def _too_long(
    keys: tuple[str, ...], minutes: Fraction, allowed: Fraction, limit: str, day: int, *, blocking: bool
) -> Problem:
    message = (
        _("Đường dài nhất {steps} hết {taken}, vượt thời hạn {limit} ({allowed}).")
        if blocking
        else _(
            "Theo giờ làm việc của lịch, đường dài nhất {steps} hết {taken}, sát quá thời hạn {limit} ({allowed}); "
            "chỉ vừa khi tính một ngày 8 giờ."
        )
    )
    said = message.format(
        steps=_listed(keys), taken=days_text(minutes, day), limit=limit, allowed=days_text(allowed, day)
    )
    return Problem("too-long" if blocking else "too-long.hours", said, keys, blocking)


def _performers(plan: ProcessPlan, performers: Performers) -> Iterator[Problem]:
    for step in plan.steps:
        if not step.role:
            continue
        lack = performers(step)
        if lack.of == 0:
            yield Problem(
                "performer.no-unit",
                _("Bước “{step}”: chưa xác định được đơn vị thực hiện.").format(step=step.key),
                (step.key,),
                blocking=False,
            )
        elif lack.units:
            yield Problem("performer", _lacking(step, lack), (step.key,), blocking=False)


def _lacking(step: StepPlan, lack: Lack) -> str:
    shown: Sequence[str] = lack.units[:SHOWN]
    more = len(lack.units) - len(shown)
    names = "; ".join(shown) + (_(" và {n} đơn vị khác").format(n=more) if more else "")
    return _("Bước “{step}” chưa có người thực hiện ở {n}/{all} đơn vị: {names}.").format(
        step=step.key, n=len(lack.units), all=lack.of, names=names
    )

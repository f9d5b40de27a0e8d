"""What a rule of watching is: data that says which figure, over what, and from where on it is told. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from fractions import Fraction
from functools import cache
from importlib import resources
from typing import Any, Literal

import yaml
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from motcua.kernel.text import squeeze
from motcua.reports.watch.errors import WatchRefused

Kind = Literal["threshold", "jump", "bottleneck"]
KINDS = {
    "threshold": gettext_noop("vượt ngưỡng"),
    "jump": gettext_noop("thay đổi đột ngột so với các tuần trước"),
    "bottleneck": gettext_noop("bước ùn nhất"),
}
SUBJECTS = {"units": gettext_noop("từng đơn vị"), "whole": gettext_noop("gộp cả phạm vi")}
PERIODS = {
    "day": gettext_noop("tại ngày"),
    "week": gettext_noop("trong tuần"),
    "month": gettext_noop("trong tháng báo cáo"),
    "quarter": gettext_noop("trong quý báo cáo"),
    "year": gettext_noop("trong năm báo cáo"),
}
SIDES = {"below": gettext_noop("thấp hơn"), "above": gettext_noop("cao hơn")}
CODE = re.compile(r"[a-z0-9][a-z0-9-]{2,58}")
NUMBER = re.compile(r"-?\d{1,12}(\.\d{1,6})?")
MOST_WEEKS, MOST_STEADY, MOST_LEAST = 26, 48, 1_000_000


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule as entered. An alert opens when the value is beyond `raise_at`, and closes by itself after the value
    was within `clear_at` `steady` times in a row; in between nothing changes, so that it does not flap.

    `unit_code`, `unit_path`: the unit whose subtree is watched ("", "/": the whole province). `figure`: of a threshold
    or a jump; a bottleneck reads the steps of dossiers. `least`: a unit with fewer records than this is not judged.
    `weeks`: how many weeks before a jump is measured against (their median). `raise_at`, `clear_at`: decimal texts, in
    the figure's own unit (points of percent), or for a jump and a bottleneck the change.
    """

    code: str
    kind: Kind
    name: str
    raise_at: str
    clear_at: str
    figure: str = ""
    side: Literal["below", "above"] = "above"
    subject: Literal["units", "whole"] = "units"
    period: Literal["day", "week", "month", "quarter", "year"] = "month"
    least: int = 1
    weeks: int = 8
    steady: int = 2
    enabled: bool = True
    unit_code: str = ""
    unit_path: str = "/"

    @property
    def limit(self) -> Fraction:
        return Fraction(self.raise_at)

    @property
    def calm(self) -> Fraction:
        return Fraction(self.clear_at)

    def beyond(self, value: Fraction) -> bool:
        """Whether an alert opens at this value."""
        return value < self.limit if self.side == "below" else value > self.limit

    def within(self, value: Fraction) -> bool:
        """Whether an open alert may begin to close at this value."""
        return value >= self.calm if self.side == "below" else value <= self.calm

    def document(self) -> dict[str, Any]:
        """As kept in rows and events."""
        return asdict(self)


def rule_of(document: Mapping[str, Any]) -> Rule:
    """A rule from its document; values as `Rule`. Raises WatchRefused watch.rule.* for what is wrong with it."""
    try:
        rule = Rule(**{**document, "name": squeeze(str(document.get("name", "")))})
    except TypeError as error:
        raise WatchRefused("rule.shape", _("Quy tắc thiếu hoặc thừa thông tin.")) from error
    for wrong, code, message in _problems(rule):
        if wrong:
            raise WatchRefused(f"rule.{code}", message)
    return rule


def _problems(rule: Rule) -> list[tuple[bool, str, str]]:
    numbers = bool(NUMBER.fullmatch(rule.raise_at) and NUMBER.fullmatch(rule.clear_at))
    order = numbers and (rule.calm < rule.limit if rule.side == "below" else rule.calm > rule.limit)
    words = rule.kind in KINDS and rule.subject in SUBJECTS and rule.period in PERIODS and rule.side in SIDES
    counts = (
        0 <= rule.least <= MOST_LEAST and 2 <= rule.weeks <= MOST_WEEKS and 1 <= rule.steady <= MOST_STEADY
    )
    return [
        (not CODE.fullmatch(rule.code), "code", _("Mã quy tắc gồm chữ thường, số và dấu gạch ngang.")),
        (not 5 <= len(rule.name) <= 200, "name", _("Hãy đặt tên quy tắc từ 5 đến 200 ký tự.")),
        (not words, "word", _("Loại, kỳ, phạm vi hoặc chiều so sánh của quy tắc không có trong danh sách.")),
        (not numbers, "number", _("Ngưỡng mở và ngưỡng đóng phải là số, ví dụ 95 hoặc 2.5.")),
        (
            order,
            "order",
            _("Ngưỡng đóng phải ở phía bình thường của ngưỡng mở, nếu không cảnh báo sẽ bật tắt liên tục."),
        ),
        (
            not counts,
            "count",
            _("Số hồ sơ tối thiểu, số tuần so sánh hoặc số lần ổn định nằm ngoài giới hạn."),
        ),
        ((rule.figure == "") != (rule.kind == "bottleneck"), "figure", _("Hãy chọn chỉ tiêu để theo dõi.")),
    ]


@cache
def packaged_rules() -> tuple[Rule, ...]:
    """The rules that come with the package (`rules.yaml`); a province's own of the same code stands in their place."""
    text = (resources.files("motcua.reports.watch") / "rules.yaml").read_text(encoding="utf-8")
    return tuple(rule_of(each) for each in yaml.safe_load(text)["rules"])

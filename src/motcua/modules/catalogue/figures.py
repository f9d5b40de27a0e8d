"""What is counted of procedures: each by its code, once, whatever units and versions are in sight.

Counts of procedures never add up from units: the province's are counted over the province.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from motcua.engine.figures.api import (
    REGISTRY,
    Climb,
    Figure,
    Filter,
    Operator,
    PeriodRule,
    Quantity,
    Registry,
    Rounding,
    Unit,
    distinct_of,
    in_period,
    open_at_end,
)
from motcua.modules.catalogue.checks import CLAUSE, CLAUSE_PUBLISHED, DAYS_BEFORE

SINCE = date(2022, 6, 23)  # of Decision 766/QĐ-TTg
PROCEDURE, PERCENT = Unit("procedure", "Thủ tục"), Unit("percent", "%")
INDEX = "Quyết định 766/QĐ-TTg ngày 23/6/2022, nhóm chỉ số dịch vụ công trực tuyến"
RATING = "Thông tư 01/2018/TT-VPCP, Điều 14"
ONE_STOP = "Nghị định 118/2025/NĐ-CP"
_FORMS = "Công văn 4625/BNV-CCHC ngày 02/7/2025 của Bộ Nội vụ"
FORM_3, FORM_7 = f"{_FORMS}, biểu 3", f"{_FORMS}, biểu 7"
IN_FORCE = open_at_end("began_on", "ended_on")
ONLINE = Filter("online", Operator.AMONG, ("full", "partial"))


def is_so(column: str) -> Filter:
    """Rows of which a condition holds."""
    return Filter(column, Operator.EQUAL, True)


def services(*filters: Filter) -> Quantity:
    """Procedures in force at the end of the period, each once."""
    return distinct_of("catalogue_services", "procedure", *IN_FORCE, *filters)


def processes(*filters: Filter) -> Quantity:
    """Procedures whose ordinary process is in force at the end of the period, each once."""
    return distinct_of("catalogue_processes", "procedure", *IN_FORCE, *filters)


def _figure(code: str, vi: str, en: str, basis: tuple[str, ...], **parts: object) -> Figure:
    ratio = "denominator" in parts
    given: Mapping[str, object] = {
        "unit": PERCENT if ratio else PROCEDURE,
        "scale": 100 if ratio else 1,
        "rounding": Rounding(2 if ratio else 0),
        "period_rule": PeriodRule.STOCK,
        **parts,
    }
    return Figure(
        code=f"catalogue.{code}",
        version=1,
        effective_from=SINCE,
        labels={"vi": vi, "en": en},
        legal_basis=basis,
        climb=Climb.NONE,
        **given,  # type: ignore[arg-type]
    )


_FLOW = {"period_rule": PeriodRule.FLOW}
_DECIDED = in_period("decided_on")
# "Counted once; late in one decision is late": those decided on in the period without those late in any.
_LATE = Filter("lead_days", Operator.LESS, DAYS_BEFORE)
_ANNOUNCED = distinct_of("catalogue_services", "procedure", *_DECIDED, Filter("lead_days", Operator.PRESENT))
_ANNOUNCED_LATE = distinct_of("catalogue_services", "procedure", *_DECIDED, _LATE)

FIGURES: tuple[Figure, ...] = (
    _figure("in-force", "Thủ tục hành chính đang có hiệu lực", "Procedures in force", (f"{FORM_3}, dòng 1.4",), count=services()),
    _figure("in-force-province", "Thủ tục hành chính cấp tỉnh đang có hiệu lực", "Procedures in force at province level", (f"{FORM_3}, dòng 1.4.1",), count=services(Filter("level", Operator.EQUAL, "province"))),
    _figure("in-force-commune", "Thủ tục hành chính cấp xã đang có hiệu lực", "Procedures in force at commune level", (f"{FORM_3}, dòng 1.4.2",), count=services(Filter("level", Operator.EQUAL, "commune"))),
    _figure("announced", "Thủ tục công bố mới, sửa đổi, bổ sung trong kỳ", "Procedures newly announced or amended", (f"{FORM_3}, dòng 1.2",), count=distinct_of("catalogue_services", "procedure", *_DECIDED, Filter("decision", Operator.AMONG, ("new", "amended"))), **_FLOW),
    _figure("dropped", "Thủ tục bị bãi bỏ, thay thế trong kỳ", "Procedures abolished or replaced", (f"{FORM_3}, dòng 1.3",), count=distinct_of("catalogue_services", "procedure", *in_period("ended_on"), is_so("dropped")), **_FLOW),
    _figure("simplified", "Thủ tục được phê duyệt phương án đơn giản hóa trong kỳ", "Procedures with a simplification plan approved", (f"{FORM_3}, dòng 1.1",), count=distinct_of("catalogue_simplifications", "procedure", *_DECIDED), **_FLOW),
    _figure("joint-same-level", "Thủ tục liên thông cùng cấp", "Procedures interlinked at the same level", (f"{FORM_3}, dòng 2.1", ONE_STOP), count=processes(is_so("joint_same_level"))),
    _figure("joint-between-levels", "Thủ tục liên thông giữa các cấp chính quyền", "Procedures interlinked between levels", (f"{FORM_3}, dòng 2.2", ONE_STOP), count=processes(is_so("joint_between_levels"))),
    _figure("anywhere", "Thủ tục tiếp nhận không phụ thuộc địa giới hành chính", "Procedures received regardless of boundary", (f"{FORM_3}, dòng 2.3", ONE_STOP), count=services(is_so("anywhere"))),
    _figure("online-services", "Tỷ lệ thủ tục có dịch vụ công trực tuyến", "Share of procedures with an online service", (INDEX,), numerator=services(ONLINE), denominator=services()),
    _figure("online-full", "Dịch vụ công trực tuyến toàn trình", "Full-process online services", (f"{FORM_7}, dòng 6.1.2",), count=services(Filter("online", Operator.EQUAL, "full"))),
    _figure("online-partial", "Dịch vụ công trực tuyến một phần", "Partial online services", (FORM_7,), count=services(Filter("online", Operator.EQUAL, "partial"))),
    _figure("full-process", "Tỷ lệ dịch vụ công trực tuyến toàn trình trên thủ tục đủ điều kiện", "Share of eligible procedures that are full-process online services", (f"{FORM_7}, dòng 6.1", "Nghị định 42/2022/NĐ-CP"), numerator=services(Filter("online", Operator.EQUAL, "full")), denominator=services(is_so("may_be_full"))),
    _figure("announced-in-time", "Tỷ lệ thủ tục công bố đúng hạn trong kỳ", "Share of procedures announced in time", (CLAUSE_PUBLISHED,), numerator=_ANNOUNCED - _ANNOUNCED_LATE, denominator=_ANNOUNCED, **_FLOW),
    _figure("complete", "Tỷ lệ thủ tục công khai đủ bộ phận bắt buộc", "Share of procedures published with all compulsory parts", (CLAUSE,), numerator=services(is_so("complete")), denominator=services()),
    _figure("with-limit", "Tỷ lệ thủ tục công khai thời hạn giải quyết", "Share of procedures with a published time limit", (CLAUSE,), numerator=services(is_so("with_limit")), denominator=services()),
    _figure("with-process", "Tỷ lệ thủ tục có quy trình nội bộ được phê duyệt", "Share of procedures with an approved internal process", (ONE_STOP,), numerator=processes(), denominator=services()),
    _figure("received-at-one-stop", "Tỷ lệ thủ tục tiếp nhận tại một cửa", "Share of procedures received at the one-stop", (f"{RATING}, chỉ số 5",), numerator=processes(is_so("received_at_one_stop")), denominator=services()),
    _figure("whole-at-one-stop", "Tỷ lệ thủ tục tiếp nhận, giải quyết, trả kết quả ngay tại một cửa", "Share of procedures handled wholly at the one-stop", (f"{RATING}, chỉ số 5",), numerator=processes(is_so("whole_at_one_stop")), denominator=services()),
    _figure("published-once", "Tỷ lệ thủ tục công khai đủ và kịp thời bằng ít nhất một hình thức", "Share of procedures published in full and in time in one way at least", (f"{RATING}, chỉ số 6",), numerator=services(is_so("complete"), Filter("lead_days", Operator.AT_LEAST, 0)), denominator=services()),
)  # fmt: skip


def define_figures(registry: Registry = REGISTRY) -> None:
    """Called when the app is ready, after the facts."""
    for figure in FIGURES:
        registry.define(figure)

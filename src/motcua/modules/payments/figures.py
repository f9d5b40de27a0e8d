"""The figures of payments, over the facts of `facts.py`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from motcua.engine.facts.api import define_source
from motcua.engine.figures.api import (
    REGISTRY,
    Bound,
    Climb,
    Figure,
    Filter,
    Operator,
    PeriodRule,
    Quantity,
    Registry,
    Rounding,
    Unit,
    count_of,
    describe_fact,
    distinct_of,
    in_period,
    open_at_end,
    sum_of,
)
from motcua.modules.payments.facts import (
    SOURCES,
    UNIT_PROCEDURES,
    UNIT_PROCEDURES_EVENTS,
    UNIT_PROCEDURES_SQL,
    WORDS,
)

SINCE = date(2022, 6, 23)  # Decision 766/QĐ-TTg
INDEX = "Quyết định 766/QĐ-TTg ngày 23/6/2022, nhóm chỉ số thanh toán trực tuyến"
FEES = "Luật Phí và lệ phí số 97/2015/QH13"
FORM = "Công văn 4625/BNV-CCHC ngày 02/7/2025 của Bộ Nội vụ, biểu 7"
DOSSIERS, DONG = Unit("dossier", "Hồ sơ"), Unit("dong", "Đồng")
PROCEDURES, PERCENT = Unit("procedure", "Thủ tục"), Unit("percent", "%")
_FACT, _CHARGE, _REFUND = "payments_dossiers", "payments_charges", "payments_refunds"
_FEE, _ONLINE = "payments_fee_procedures", "payments_online_procedures"
_KEPT = Filter("cancelled_on", Operator.MISSING)

# A dossier has a duty from the day the first charge above nothing was raised for it.
OWING = count_of(_FACT, *in_period("owed_on"))
# Of those, the ones that by the last day of the period had paid something on a gateway, and owed nothing more.
OWING_PAID_ONLINE = count_of(
    _FACT,
    *in_period("owed_on"),
    Filter("online_on", Operator.AT_MOST, Bound.END),
    Filter("settled_on", Operator.AT_MOST, Bound.END),
)
OWING_SETTLED = count_of(_FACT, *in_period("owed_on"), Filter("settled_on", Operator.AT_MOST, Bound.END))
WITH_DUTY = count_of(_FEE, *open_at_end("began_on", "ended_on"))
INTEGRATED = count_of(_ONLINE, *open_at_end("began_on", "ended_on"))
_OF_UNIT = open_at_end("began_on", "ended_on")
UNIT_WITH_DUTY = distinct_of(
    UNIT_PROCEDURES.name, "procedure", *_OF_UNIT, Filter("kind", Operator.EQUAL, "duty")
)
UNIT_INTEGRATED = distinct_of(
    UNIT_PROCEDURES.name, "procedure", *_OF_UNIT, Filter("kind", Operator.EQUAL, "online")
)


def first_in_period(day: str, previous: str) -> Quantity:
    """How many different things had a row within the period: each is counted by its first row there, the one whose
    previous row lies before the period, or that has none."""
    rows = (Filter(day, Operator.AT_LEAST, Bound.START), Filter(day, Operator.AT_MOST, Bound.END))
    return count_of(_FACT, *rows, Filter(previous, Operator.MISSING)) + count_of(
        _FACT, *rows, Filter(previous, Operator.LESS, Bound.START)
    )


PAID_ONLINE_PROCEDURES = first_in_period("online_on", "previous_online_on")
PAID_ONLINE_PROCEDURES_OF_UNIT = first_in_period("online_on", "previous_online_in_unit_on")


def _count(
    code: str,
    labels: Mapping[str, str],
    unit: Unit,
    basis: str,
    quantity: Quantity,
    *,
    climb: Climb = Climb.SUM,
    rule: PeriodRule = PeriodRule.FLOW,
) -> Figure:
    return Figure(
        code=f"payments.{code}",
        version=1,
        effective_from=SINCE,
        labels=labels,
        unit=unit,
        legal_basis=(basis,),
        count=quantity,
        climb=climb,
        period_rule=rule,
    )


def _share(
    code: str,
    labels: Mapping[str, str],
    basis: tuple[str, ...],
    numerator: Quantity,
    denominator: Quantity,
    *,
    climb: Climb = Climb.RATIO,
    rule: PeriodRule = PeriodRule.FLOW,
) -> Figure:
    return Figure(
        code=f"payments.{code}",
        version=1,
        effective_from=SINCE,
        labels=labels,
        unit=PERCENT,
        legal_basis=basis,
        numerator=numerator,
        denominator=denominator,
        scale=100,
        climb=climb,
        period_rule=rule,
        rounding=Rounding(2),
    )


FIGURES: tuple[Figure, ...] = (
    _count(
        "dossiers-owing",
        {"vi": "Hồ sơ phát sinh nghĩa vụ tài chính", "en": "Dossiers with a financial duty"},
        DOSSIERS, INDEX, OWING,
    ),
    _count(
        "dossiers-settled",
        {"vi": "Hồ sơ đã nộp đủ nghĩa vụ tài chính", "en": "Dossiers that paid all they owed"},
        DOSSIERS, INDEX, OWING_SETTLED,
    ),
    _count(
        "dossiers-online",
        {"vi": "Hồ sơ thanh toán trực tuyến thành công", "en": "Dossiers paid online"},
        DOSSIERS, INDEX, OWING_PAID_ONLINE,
    ),
    _share(
        "online-share",
        {
            "vi": "Tỷ lệ hồ sơ thanh toán trực tuyến trên hồ sơ phát sinh nghĩa vụ tài chính",
            "en": "Share of dossiers with a financial duty that were paid online",
        },
        (INDEX,), OWING_PAID_ONLINE, OWING,
    ),
    _count(
        "procedures-with-duty",
        {"vi": "Thủ tục có yêu cầu nghĩa vụ tài chính", "en": "Procedures with a financial duty"},
        PROCEDURES, f"{FORM}, dòng 6.5.1", WITH_DUTY, climb=Climb.NONE, rule=PeriodRule.STOCK,
    ),
    _count(
        "procedures-integrated",
        {
            "vi": "Thủ tục đã tích hợp thanh toán trực tuyến",
            "en": "Procedures whose fees can be paid online",
        },
        PROCEDURES, f"{FORM}, dòng 6.5.2", INTEGRATED, climb=Climb.NONE, rule=PeriodRule.STOCK,
    ),
    _share(
        "integrated-share",
        {
            "vi": "Tỷ lệ thủ tục tích hợp thanh toán trực tuyến",
            "en": "Share of procedures with a financial duty whose fees can be paid online",
        },
        (f"{FORM}, dòng 6.5", INDEX), INTEGRATED, WITH_DUTY, climb=Climb.NONE, rule=PeriodRule.STOCK,
    ),
    _count(
        "procedures-paid-online",
        {
            "vi": "Thủ tục có hồ sơ thanh toán trực tuyến trong kỳ, toàn tỉnh",
            "en": "Procedures with a dossier paid online, whole province",
        },
        PROCEDURES, INDEX, PAID_ONLINE_PROCEDURES, climb=Climb.NONE,
    ),
    _count(
        "procedures-paid-online-unit",
        {
            "vi": "Thủ tục có hồ sơ thanh toán trực tuyến trong kỳ, tại một đơn vị",
            "en": "Procedures with a dossier paid online, one unit",
        },
        PROCEDURES, INDEX, PAID_ONLINE_PROCEDURES_OF_UNIT, climb=Climb.NONE,
    ),
    _share(
        "procedures-paid-online-share",
        {
            "vi": "Tỷ lệ thủ tục có hồ sơ thanh toán trực tuyến, toàn tỉnh",
            "en": "Share of procedures with a financial duty that had a dossier paid online",
        },
        (INDEX,), PAID_ONLINE_PROCEDURES, WITH_DUTY, climb=Climb.NONE,
    ),
    _share(
        "unit-procedures-paid-online",
        {
            "vi": "Tỷ lệ thủ tục của đơn vị có hồ sơ thanh toán trực tuyến",
            "en": "Share of a unit's procedures with a financial duty that had a dossier paid online",
        },
        (INDEX,),
        distinct_of(_FACT, "procedure", *in_period("online_on")), UNIT_WITH_DUTY, climb=Climb.NONE,
    ),
    _share(
        "unit-procedures-integrated",
        {
            "vi": "Tỷ lệ thủ tục của đơn vị tích hợp thanh toán trực tuyến",
            "en": "Share of a unit's procedures with a financial duty whose fees can be paid online",
        },
        (INDEX,), UNIT_INTEGRATED, UNIT_WITH_DUTY, climb=Climb.NONE, rule=PeriodRule.STOCK,
    ),
    _count(
        "charged",
        {"vi": "Số tiền phải nộp phát sinh", "en": "Money charged"},
        DONG, FEES, sum_of(_CHARGE, "amount", *in_period("charged_on"), _KEPT),
    ),
    _count(
        "collected",
        {"vi": "Số tiền đã thu", "en": "Money collected"},
        DONG, FEES, sum_of(_CHARGE, "amount", *in_period("paid_on")),
    ),
    _count(
        "collected-online",
        {"vi": "Số tiền đã thu trực tuyến", "en": "Money collected online"},
        DONG, INDEX,
        sum_of(_CHARGE, "amount", *in_period("paid_on"), Filter("online", Operator.EQUAL, True)),
    ),
    _share(
        "collected-online-share",
        {"vi": "Tỷ lệ số tiền thu trực tuyến", "en": "Share of money collected online"},
        (INDEX,),
        sum_of(_CHARGE, "amount", *in_period("paid_on"), Filter("online", Operator.EQUAL, True)),
        sum_of(_CHARGE, "amount", *in_period("paid_on")),
    ),
    _count(
        "outstanding",
        {"vi": "Số tiền còn phải nộp cuối kỳ", "en": "Money outstanding at the end of the period"},
        DONG, FEES, sum_of(_CHARGE, "amount", *open_at_end("charged_on", "closed_on")), rule=PeriodRule.STOCK,
    ),
    _count(
        "charges-outstanding",
        {"vi": "Khoản còn phải nộp cuối kỳ", "en": "Charges outstanding at the end of the period"},
        Unit("charge", "Khoản"), FEES,
        count_of(_CHARGE, *open_at_end("charged_on", "closed_on")), rule=PeriodRule.STOCK,
    ),
    _count(
        "relieved",
        {"vi": "Số tiền được miễn, giảm", "en": "Money exempted or reduced"},
        DONG, f"{FEES}, Điều 10",
        sum_of(_CHARGE, "listed", *in_period("charged_on"), _KEPT)
        - sum_of(_CHARGE, "amount", *in_period("charged_on"), _KEPT),
    ),
    _count(
        "refunded",
        {"vi": "Số tiền đã hoàn trả", "en": "Money given back"},
        DONG, FEES, sum_of(_REFUND, "amount", *in_period("paid_on")),
    ),
    _count(
        "refunds",
        {"vi": "Lượt hoàn trả", "en": "Refunds paid"},
        Unit("refund", "Lượt"), FEES, count_of(_REFUND, *in_period("paid_on")),
    ),
)  # fmt: skip


def define_figures(registry: Registry = REGISTRY) -> None:
    """Declares the facts and figures of payments."""
    for shape, sql, events in SOURCES:
        define_source(shape, sql, events)
        registry.define_fact(shape)
    define_source(UNIT_PROCEDURES, UNIT_PROCEDURES_SQL, UNIT_PROCEDURES_EVENTS, whole=True)
    for fact, words in WORDS.items():
        describe_fact(fact, words)
    for figure in FIGURES:
        registry.define(figure)

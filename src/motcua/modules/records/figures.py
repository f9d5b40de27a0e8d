"""Rates and counts of digitisation, electronic results and reuse, over one row a dossier.

Three rates are those of reports and of Decision 766/QĐ-TTg alike. Where the portal's arithmetic is told in more than
one way, each way is a figure of its own: `records.papers-and-result` over dossiers resolved and, with `.of-received`, over
those received. How many points a rate gives (full marks from 80 % or from 100 %) is the index's, not the figure's.
"""

from __future__ import annotations

import datetime as dt

from motcua.engine.facts.api import define_source
from motcua.engine.figures.api import (
    REGISTRY,
    Climb,
    Figure,
    Filter,
    Operator,
    Quantity,
    Registry,
    Rounding,
    Unit,
    count_of,
    describe_fact,
    in_period,
    sum_of,
)
from motcua.modules.records.facts import EVENTS, SHAPE, SQL, WORDS

FACT = SHAPE.name
_PERCENT, _DOSSIERS, _PAPERS = Unit("percent", "%"), Unit("dossiers", "Hồ sơ"), Unit("papers", "Giấy tờ")
_INDEX = "Quyết định 766/QĐ-TTg"
_SCANS = "Thông tư 01/2023/TT-VPCP"
_ONE_STOP = "Nghị định 118/2025/NĐ-CP"
_OLD_ONE_STOP = "Nghị định 107/2021/NĐ-CP"
_RESULT = "Nghị định 45/2020/NĐ-CP, Điều 14"
_STORE = "Nghị định 45/2020/NĐ-CP, Điều 16"
_SINCE = dt.date(2022, 6, 23)  # Decision 766/QĐ-TTg


def _is(column: str, wanted: bool = True) -> Filter:
    return Filter(column, Operator.EQUAL, wanted)


def _received(*filters: Filter) -> Quantity:
    return count_of(FACT, *in_period("received_on"), *filters)


def _resolved(*filters: Filter) -> Quantity:
    return count_of(FACT, *in_period("result_on"), *filters)


def _rate(
    code: str, vi: str, en: str, basis: tuple[str, ...], numerator: Quantity, denominator: Quantity
) -> Figure:
    return Figure(
        code=f"records.{code}",
        version=1,
        effective_from=_SINCE,
        labels={"vi": vi, "en": en},
        unit=_PERCENT,
        legal_basis=basis,
        numerator=numerator,
        denominator=denominator,
        scale=100,
        climb=Climb.RATIO,
        rounding=Rounding(2),
    )


def _count(
    code: str, vi: str, en: str, basis: tuple[str, ...], quantity: Quantity, unit: Unit = _DOSSIERS
) -> Figure:
    return Figure(
        code=f"records.{code}",
        version=1,
        effective_from=_SINCE,
        labels={"vi": vi, "en": en},
        unit=unit,
        legal_basis=basis,
        count=quantity,
    )


FIGURES = (
    _rate(
        "digitised-rate",
        "Tỷ lệ hồ sơ được số hóa khi tiếp nhận",
        "Dossiers digitised at reception",
        (_SCANS, _ONE_STOP, _OLD_ONE_STOP),
        _received(_is("digitised")),
        _received(),
    ),
    _rate(
        "digitised-rate.of-due",
        "Tỷ lệ hồ sơ được số hóa trong số hồ sơ có giấy tờ phải số hóa",
        "Dossiers digitised, of those with papers that must be",
        (_SCANS,),
        _received(_is("digitised")),
        _received(Filter("components_total", Operator.GREATER, 0)),
    ),
    _rate(
        "papers-and-result",
        "Tỷ lệ hồ sơ có tệp giấy tờ và tệp kết quả, trong số hồ sơ đã có kết quả",
        "Dossiers with files of papers and of the result, of those resolved",
        (_INDEX,),
        _resolved(_is("with_files"), _is("result_file")),
        _resolved(),
    ),
    _rate(
        "papers-and-result.of-received",
        "Tỷ lệ hồ sơ có tệp giấy tờ và tệp kết quả, trong số hồ sơ tiếp nhận",
        "Dossiers with files of papers and of the result, of those received",
        (_INDEX,),
        _received(_is("with_files"), _is("result_file")),
        _received(),
    ),
    _rate(
        "electronic-results-rate",
        "Tỷ lệ cấp kết quả giải quyết điện tử",
        "Results issued electronically",
        (_INDEX, _RESULT),
        _resolved(_is("result_document"), _is("electronic")),
        _resolved(_is("result_document")),
    ),
    _rate(
        "reuse-rate",
        "Tỷ lệ hồ sơ dùng lại giấy tờ, dữ liệu đã số hóa",
        "Dossiers reusing digitised papers",
        (_INDEX, _STORE),
        _received(_is("reused")),
        _received(),
    ),
    _rate(
        "data-use-rate",
        "Tỷ lệ hồ sơ dùng lại giấy tờ số hóa hoặc dữ liệu của cơ sở dữ liệu",
        "Dossiers reusing digitised papers or data of a register",
        (_INDEX, _STORE),
        _received(_is("reused")) + _received(_is("reused", False), _is("register_data")),
        _received(),
    ),
    _rate(
        "national-store-rate",
        "Tỷ lệ hồ sơ có giấy tờ lấy từ kho dữ liệu của Cổng Dịch vụ công quốc gia",
        "Dossiers with papers taken from the national store",
        (_INDEX, _STORE),
        _received(_is("national_store")),
        _received(),
    ),
    _rate(
        "population-data-rate",
        "Tỷ lệ hồ sơ dùng dữ liệu của Cơ sở dữ liệu quốc gia về dân cư",
        "Dossiers using data of the national population database",
        (_INDEX,),
        _received(_is("population_data")),
        _received(),
    ),
    _rate(
        "delivered-rate",
        "Tỷ lệ kết quả điện tử đã chuyển vào kho của người nộp",
        "Electronic results delivered into the holder's store",
        (_STORE,),
        _resolved(_is("electronic"), _is("delivered")),
        _resolved(_is("electronic")),
    ),
    _count("received", "Số hồ sơ tiếp nhận", "Dossiers received", (_ONE_STOP,), _received()),
    _count("digitised", "Số hồ sơ được số hóa", "Dossiers digitised", (_SCANS,), _received(_is("digitised"))),
    _count("reused", "Số hồ sơ dùng lại giấy tờ số hóa", "Dossiers reusing papers", (_STORE,), _received(_is("reused"))),
    _count(
        "results-due",
        "Số hồ sơ đã giải quyết phải có kết quả là giấy tờ",
        "Dossiers resolved whose result is a document",
        (_RESULT,),
        _resolved(_is("result_document")),
    ),
    _count(
        "electronic-results",
        "Số hồ sơ có kết quả điện tử",
        "Dossiers with an electronic result",
        (_RESULT,),
        _resolved(_is("electronic")),
    ),
    _count(
        "papers-due",
        "Số giấy tờ phải số hóa",
        "Papers that must be digitised",
        (_SCANS,),
        sum_of(FACT, "components_total", *in_period("received_on")),
        _PAPERS,
    ),
    _count(
        "papers-digitised",
        "Số giấy tờ đã số hóa",
        "Papers digitised",
        (_SCANS,),
        sum_of(FACT, "components_digitised", *in_period("received_on")),
        _PAPERS,
    ),
    _count(
        "papers-certified",
        "Số bản số hóa được ký xác nhận",
        "Scans certified by a signature",
        (_INDEX, _SCANS),
        sum_of(FACT, "components_certified", *in_period("received_on")),
        _PAPERS,
    ),
    _count(
        "papers-reused",
        "Số giấy tờ dùng lại",
        "Papers reused",
        (_STORE,),
        sum_of(FACT, "reused_count", *in_period("received_on")),
        _PAPERS,
    ),
)  # fmt: skip


def define_figures(registry: Registry = REGISTRY) -> None:
    """Declares the fact and the figures; called when the app is ready."""
    define_source(SHAPE, SQL, EVENTS)
    registry.define_fact(SHAPE)
    describe_fact(SHAPE.name, WORDS)
    for figure in FIGURES:
        registry.define(figure)

"""What is counted of dossiers: each number defined once, over `facts.DOSSIERS`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from motcua.engine.figures.api import (
    REGISTRY,
    SPREADS,
    Bound,
    Climb,
    Column,
    Figure,
    Filter,
    Operator,
    PeriodRule,
    Quantity,
    Registry,
    Rounding,
    Spread,
    SpreadRegistry,
    Unit,
    count_of,
    counted_for,
    distinct_of,
    in_period,
    open_at_end,
)

FACT, STEPS, AGENCIES = "dossiers", "dossier_steps", "dossier_agencies"
EFFECTIVE_FROM = date(2022, 6, 23)  # of Decision 766/QĐ-TTg; the definitions before it are not ours to give
DOSSIER, STEP, PERCENT = Unit("dossier", "Hồ sơ"), Unit("step", "Bước"), Unit("percent", "%")
MINUTE = Unit("minute", "Phút làm việc")
ONE_STOP = "Nghị định 118/2025/NĐ-CP"
FORM_3 = "Công văn 4625/BNV-CCHC ngày 02/7/2025 của Bộ Nội vụ, biểu 3"
FORM_7 = "Công văn 4625/BNV-CCHC ngày 02/7/2025 của Bộ Nội vụ, biểu 7"
ENDING = "Thông tư 03/2025/TT-VPCP, Điều 7"
RATING = "Thông tư 01/2018/TT-VPCP, Điều 14"
INDEX = "Quyết định 766/QĐ-TTg ngày 23/6/2022"

RECEIVED = in_period("received_on")
RESOLVED = in_period("resolved_on")
OPEN = open_at_end("received_on", "ended_on")
ON_TIME = Filter("on_time", Operator.EQUAL, True)
LATE = Filter("on_time", Operator.EQUAL, False)
ONLINE = Filter("channel", Operator.EQUAL, "online")
OFFERED = Filter("service", Operator.AMONG, ("full", "partial"))
OVERDUE = Filter("promised_on", Operator.AT_MOST, Bound.END)
GOING_ON = Filter("waiting", Operator.EQUAL, False)  # what waits for the applicant is nobody's to hurry
STEP_CLOSED = (*in_period("closed_on"), Filter("state", Operator.AMONG, ("done", "returned")))
STEP_OPEN = open_at_end("opened_on", "closed_on")


def of(column: str, value: str) -> Filter:
    """Rows with this value in a column."""
    return Filter(column, Operator.EQUAL, value)


def dossiers(*filters: Filter) -> Quantity:
    """Dossiers that pass the filters."""
    return count_of(FACT, *filters)


def steps(*filters: Filter) -> Quantity:
    """Steps of dossiers that pass the filters."""
    return count_of(STEPS, *filters)


@dataclass(frozen=True, slots=True)
class _Words:
    vi: str
    en: str

    @property
    def labels(self) -> dict[str, str]:
        return {"vi": self.vi, "en": self.en}


def _count(code: str, words: _Words, count: Quantity, *basis: str, unit: Unit = DOSSIER) -> Figure:
    stock = any(
        each.operand is Bound.END and each.operator is Operator.NOT_BY
        for _factor, selection in count.terms
        for each in selection.filters
    )
    return Figure(
        code=f"dossiers.{code}",
        version=1,
        effective_from=EFFECTIVE_FROM,
        labels=words.labels,
        unit=unit,
        legal_basis=basis,
        count=count,
        period_rule=PeriodRule.STOCK if stock else PeriodRule.FLOW,
    )


def _share(
    code: str,
    words: _Words,
    numerator: Quantity,
    denominator: Quantity,
    *basis: str,
    climb: Climb = Climb.RATIO,
) -> Figure:
    return Figure(
        code=f"dossiers.{code}",
        version=1,
        effective_from=EFFECTIVE_FROM,
        labels=words.labels,
        unit=PERCENT,
        legal_basis=basis,
        numerator=numerator,
        denominator=denominator,
        scale=100,
        climb=climb,
        rounding=Rounding(2),
    )


def _services(code: str, words: _Words, numerator: Quantity, denominator: Quantity, *basis: str) -> Figure:
    """A share of services, each counted once wherever it was asked for: it does not climb."""
    return _share(code, words, numerator, denominator, *basis, climb=Climb.NONE)


def _at(level: str) -> Filter:
    return of("level", level)


FIGURES: tuple[Figure, ...] = (
    _count("received", _Words("Hồ sơ tiếp nhận", "Dossiers received"), dossiers(*RECEIVED), ONE_STOP),
    *(
        _count(f"received-{level}", words, dossiers(*RECEIVED, _at(level)), ONE_STOP)
        for level, words in (
            ("province", _Words("Hồ sơ cấp tỉnh tiếp nhận", "Dossiers received at province level")),
            ("commune", _Words("Hồ sơ cấp xã tiếp nhận", "Dossiers received at commune level")),
        )
    ),
    _count("resolved", _Words("Hồ sơ đã giải quyết", "Dossiers resolved"), dossiers(*RESOLVED), ENDING, FORM_3),
    _count(
        "resolved-on-time", _Words("Hồ sơ giải quyết đúng hạn", "Dossiers resolved on time"),
        dossiers(*RESOLVED, ON_TIME), ENDING, FORM_3,
    ),
    _count(
        "resolved-late", _Words("Hồ sơ giải quyết quá hạn", "Dossiers resolved late"),
        dossiers(*RESOLVED, LATE), ENDING, FORM_3,
    ),
    _count("refused", _Words("Hồ sơ bị từ chối", "Dossiers refused"), dossiers(*in_period("ended_on"), of("outcome", "refused")), ONE_STOP),
    _count("open", _Words("Hồ sơ đang giải quyết", "Dossiers being handled"), dossiers(*OPEN), ONE_STOP),
    _count(
        "open-overdue", _Words("Hồ sơ đang giải quyết đã quá hạn", "Open dossiers past their appointment"),
        dossiers(*OPEN, OVERDUE), ONE_STOP,
    ),
    _count(
        "open-late", _Words("Hồ sơ đang giải quyết, ngày hẹn đã qua", "Open dossiers whose appointed day has passed"),
        dossiers(*OPEN, Filter("promised_on", Operator.LESS, Bound.END), GOING_ON), ONE_STOP,
    ),
    _count(
        "due", _Words("Hồ sơ đến hẹn trong kỳ, chưa xong", "Dossiers due in the period and not done"),
        dossiers(*OPEN, *in_period("promised_on"), GOING_ON), ONE_STOP,
    ),
    _count(
        "waiting", _Words("Hồ sơ đang chờ người nộp", "Dossiers waiting for the applicant"),
        dossiers(*OPEN, Filter("waiting", Operator.EQUAL, True)), ONE_STOP,
    ),
    _share(
        "on-time", _Words("Tỷ lệ hồ sơ giải quyết đúng hạn", "Share of dossiers resolved on time"),
        dossiers(*RESOLVED, ON_TIME), dossiers(*RESOLVED), ENDING, FORM_3,
    ),
    *(
        _share(
            f"on-time-{level}", words,
            dossiers(*RESOLVED, _at(level), ON_TIME), dossiers(*RESOLVED, _at(level)), ENDING, FORM_3,
        )
        for level, words in (
            ("province", _Words("Tỷ lệ hồ sơ của các sở, ngành giải quyết đúng hạn", "Share of departments' dossiers resolved on time")),
            ("commune", _Words("Tỷ lệ hồ sơ của cấp xã giải quyết đúng hạn", "Share of communes' dossiers resolved on time")),
        )
    ),
    _share(
        "index-on-time",
        _Words("Tỷ lệ hồ sơ đúng hạn theo Bộ chỉ số 766", "Share of dossiers on time by Decision 766"),
        dossiers(*in_period("ended_on"), Filter("index_on_time", Operator.EQUAL, True))
        + dossiers(*OPEN, Filter("index_late_on", Operator.NOT_BY, Bound.END)),
        dossiers(*in_period("ended_on"), Filter("index_on_time", Operator.PRESENT)) + dossiers(*OPEN),
        INDEX,
    ),
    _share("online", _Words("Tỷ lệ hồ sơ nộp trực tuyến", "Share of dossiers filed online"), dossiers(*RECEIVED, ONLINE), dossiers(*RECEIVED), INDEX),
    *(
        _share(
            f"online-{service}", words,
            dossiers(*RECEIVED, of("service", service), ONLINE), dossiers(*RECEIVED, of("service", service)), FORM_7,
        )
        for service, words in (
            ("full", _Words("Tỷ lệ hồ sơ trực tuyến của dịch vụ công toàn trình", "Share filed online of full-process services")),
            ("partial", _Words("Tỷ lệ hồ sơ trực tuyến của dịch vụ công một phần", "Share filed online of partial services")),
        )
    ),
    _count(
        "elsewhere",
        _Words("Hồ sơ tiếp nhận không phụ thuộc địa giới hành chính", "Dossiers received elsewhere than where they are handled"),
        counted_for("received_unit", dossiers(*RECEIVED, Filter("elsewhere", Operator.EQUAL, True))), ONE_STOP,
    ),
    _count(
        "supplemented", _Words("Hồ sơ phải bổ sung", "Dossiers asked for a supplement"),
        dossiers(*RECEIVED, Filter("supplements", Operator.AT_LEAST, 1)), ONE_STOP,
    ),
    # The monthly rating of agencies and officers, over dossiers resolved in the month.
    _share("early", _Words("Tỷ lệ hồ sơ giải quyết trước ngày hẹn", "Share resolved before the appointed day"), dossiers(*RESOLVED, Filter("resolved_on", Operator.LESS, Column("promised_on"))), dossiers(*RESOLVED), f"{RATING}, chỉ số 1"),
    _share("legs-on-time", _Words("Tỷ lệ phần việc của từng cơ quan xong đúng hạn", "Share of agencies' parts done on time"), count_of(AGENCIES, *in_period("ended_on"), ON_TIME), count_of(AGENCIES, *in_period("ended_on")), f"{RATING}, chỉ số 2"),
    _share("legs-early", _Words("Tỷ lệ phần việc của từng cơ quan xong trước hạn", "Share of agencies' parts done early"), count_of(AGENCIES, *in_period("ended_on"), Filter("early", Operator.EQUAL, True)), count_of(AGENCIES, *in_period("ended_on")), f"{RATING}, chỉ số 2"),
    _share("one-stop-only", _Words("Tỷ lệ hồ sơ mà người nộp chỉ phải đến một nơi", "Share whose applicant had to come to one place at most"), dossiers(*RESOLVED, Filter("visits", Operator.AT_MOST, 1)), dossiers(*RESOLVED), f"{RATING}, chỉ số 4"),
    _share("no-agency-contacted", _Words("Tỷ lệ hồ sơ mà người nộp không phải đến cơ quan nào", "Share whose applicant had to come nowhere"), dossiers(*RESOLVED, Filter("visits", Operator.EQUAL, 0)), dossiers(*RESOLVED), f"{RATING}, chỉ số 4"),
    _share("online-on-time", _Words("Tỷ lệ hồ sơ trực tuyến giải quyết đúng hạn", "Share of online dossiers resolved on time"), dossiers(*RESOLVED, ONLINE, ON_TIME), dossiers(*RESOLVED, ONLINE), f"{RATING}, chỉ số 9"),
    _share("no-extra-contact", _Words("Tỷ lệ hồ sơ không phải bổ sung lần nào", "Share never sent back for a supplement"), dossiers(*RESOLVED, Filter("supplements", Operator.EQUAL, 0)), dossiers(*RESOLVED), f"{RATING}, chỉ số 3"),
    _share("at-most-one-contact", _Words("Tỷ lệ hồ sơ phải bổ sung không quá một lần", "Share sent back for a supplement once at most"), dossiers(*RESOLVED, Filter("supplements", Operator.AT_MOST, 1)), dossiers(*RESOLVED), f"{RATING}, chỉ số 3"),
    _services(
        "services-with-online-dossiers",
        _Words("Tỷ lệ dịch vụ công trực tuyến có hồ sơ nộp trực tuyến, trên dịch vụ có phát sinh hồ sơ", "Share of online services with dossiers that had some filed online"),
        distinct_of(FACT, "procedure", *RECEIVED, OFFERED, ONLINE), distinct_of(FACT, "procedure", *RECEIVED, OFFERED), FORM_7,
    ),
    _services(
        "online-services-used",
        _Words("Tỷ lệ dịch vụ công trực tuyến có phát sinh hồ sơ trực tuyến, trên dịch vụ đang cung cấp", "Share of the online services offered that had dossiers filed online"),
        distinct_of(FACT, "procedure", *RECEIVED, OFFERED, ONLINE),
        distinct_of("catalogue_services", "procedure", *open_at_end("began_on", "ended_on"), Filter("online", Operator.AMONG, ("full", "partial"))),
        INDEX,
    ),
    _count("extended", _Words("Hồ sơ phải hẹn lại", "Dossiers given a new date"), dossiers(*RESOLVED, Filter("extensions", Operator.AT_LEAST, 1)), ONE_STOP),
)  # fmt: skip

STEP_FIGURES: tuple[Figure, ...] = (
    _count("steps-opened", _Words("Bước xử lý nhận trong kỳ", "Steps begun in the period"), steps(*in_period("opened_on")), ONE_STOP, unit=STEP),
    _count("steps-closed", _Words("Bước xử lý làm xong", "Steps done"), steps(*STEP_CLOSED), ONE_STOP, unit=STEP),
    _count(
        "steps-closed-late", _Words("Bước xử lý làm xong quá hạn", "Steps done late"),
        steps(*STEP_CLOSED, LATE), ONE_STOP, unit=STEP,
    ),
    _count("steps-open", _Words("Bước xử lý đang mở", "Open steps"), steps(*STEP_OPEN), ONE_STOP, unit=STEP),
    _count(
        "steps-open-late", _Words("Bước xử lý đang mở, hạn đã qua", "Open steps past their day"),
        steps(*STEP_OPEN, Filter("due_on", Operator.LESS, Bound.END), GOING_ON), ONE_STOP, unit=STEP,
    ),
    _share(
        "steps-on-time", _Words("Tỷ lệ bước xử lý xong đúng hạn", "Share of steps done on time"),
        steps(*STEP_CLOSED, ON_TIME), steps(*STEP_CLOSED), ONE_STOP,
    ),
)  # fmt: skip
STEP_MINUTES = Spread(
    code="dossiers.step-minutes",
    version=1,
    effective_from=EFFECTIVE_FROM,
    labels={"vi": "Thời gian làm việc của một bước", "en": "Working time of a step"},
    unit=MINUTE,
    legal_basis=(ONE_STOP,),
    fact=STEPS,
    column="minutes",
    filters=STEP_CLOSED,
)


def define_figures(registry: Registry = REGISTRY, spreads: SpreadRegistry = SPREADS) -> None:
    """Called when the app is ready, after the facts."""
    for figure in (*FIGURES, *STEP_FIGURES):
        registry.define(figure)
    spreads.define(STEP_MINUTES)

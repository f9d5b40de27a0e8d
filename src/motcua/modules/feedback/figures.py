"""Figures of feedback: petitions and their answers, form 3 row 3.4, group 4 of index 766, ratings.

Two readings that the texts leave open are settled here, once. A petition is *resolved* when it was answered, refused,
sent on to an agency outside the province, or taken back by its sender. *Resolved of those received* looks at what was
received in the period and was resolved by its last day, so that it never exceeds what was received (form relation
3.4.2 ≤ 3.4.1); *resolved in the period* counts by the day of resolving, whenever received.
"""

from __future__ import annotations

from datetime import date

from motcua.engine.figures.api import (
    REGISTRY,
    Bound,
    Climb,
    Column,
    Figure,
    Filter,
    Operator,
    PeriodRule,
    Quantity,
    Rounding,
    Unit,
    count_of,
    in_period,
    open_at_end,
    sum_of,
)
from motcua.modules.feedback.facts import DOSSIERS, GRIEVANCES, RATINGS, TICKETS

SINCE = date(2024, 12, 15)  # the first day of the first reporting year this software counts
_TICKET = Unit("petition", "PAKN")
_RATING = Unit("rating", "Lượt đánh giá")
_DOSSIER = Unit("dossier", "Hồ sơ")
_PERCENT = Unit("percent", "%")
_POINT = Unit("point", "Điểm")
_LAW = "Nghị định 20/2008/NĐ-CP (sửa đổi bởi Nghị định 92/2017/NĐ-CP)"
_FORM = "Công văn 4625/BNV-CCHC ngày 02/7/2025 của Bộ Nội vụ, Biểu 3 mục 3.4"
_INDEX = "Quyết định 766/QĐ-TTg ngày 23/6/2022, nhóm chỉ số mức độ hài lòng"
_RATED = "Thông tư 01/2018/TT-VPCP, Điều 13, 14; Nghị định 118/2025/NĐ-CP"

_T, _R, _G, _D = TICKETS.name, RATINGS.name, GRIEVANCES.name, DOSSIERS.name
_RECEIVED = in_period("received_on")
_BY_END = Filter("resolved_on", Operator.AT_MOST, Bound.END)
_BEFORE = Filter("received_on", Operator.LESS, Bound.START)
_STILL_OPEN = Filter("resolved_on", Operator.NOT_BY, Bound.END)
_IN_TIME = Filter("resolved_on", Operator.AT_MOST, Column("due_on"))
# A petition refused, or sent on to an agency outside, was not taken up by this one: form 3 does not count it.
_TAKEN_UP = (
    Filter("kind", Operator.EQUAL, "regulation"),
    Filter("outcome", Operator.AMONG, ("", "answered", "withdrawn")),
)
# Disjoint: resolved in time; open with its limit not yet past; open, waiting for its sender.
_HELD = (
    (_BY_END, _IN_TIME),
    (_STILL_OPEN, Filter("due_on", Operator.AT_LEAST, Bound.END)),
    (_STILL_OPEN, Filter("due_on", Operator.MISSING)),
)


def _tickets(*filters: Filter) -> Quantity:
    return count_of(_T, *filters)


def _held(*filters: Filter) -> Quantity:
    """Petitions received in the period that are handled in time as things stand on its last day."""
    first, *rest = (_tickets(*_RECEIVED, *filters, *each) for each in _HELD)
    for more in rest:
        first = first + more
    return first


def _not_dragging() -> Quantity:
    """Petitions received in the period, or open since before it, less those open at its end with their limit past."""
    _resolved, *open_in_time = _HELD
    ended = _tickets(*_RECEIVED, _BY_END)
    for each in open_in_time:
        ended = ended + _tickets(*_RECEIVED, *each) + _tickets(_BEFORE, *each)
    return ended


def _count(code: str, vi: str, en: str, unit: Unit, basis: str, counted: Quantity, **more: object) -> Figure:
    return Figure(
        code=code,
        version=1,
        effective_from=SINCE,
        labels={"vi": vi, "en": en},
        unit=unit,
        legal_basis=(basis,),
        count=counted,
        **more,  # type: ignore[arg-type]
    )


def _rate(code: str, vi: str, en: str, basis: str, over: Quantity, under: Quantity) -> Figure:
    return Figure(
        code=code,
        version=1,
        effective_from=SINCE,
        labels={"vi": vi, "en": en},
        unit=_PERCENT,
        legal_basis=(basis,),
        numerator=over,
        denominator=under,
        scale=100,
        climb=Climb.RATIO,
        rounding=Rounding(2),
    )


_RESOLVED_IN = in_period("resolved_on")
_REGULATION = _tickets(*_RECEIVED, *_TAKEN_UP)
_REGULATION_DONE = _tickets(*_RECEIVED, *_TAKEN_UP, _BY_END)
_NOT_REPEATED = Filter("repeated", Operator.EQUAL, False)
_NOT_DISLIKED = Filter("disliked", Operator.EQUAL, False)
_RATED_IN = in_period("rated_on")
_STOCK = {"period_rule": PeriodRule.STOCK}

FIGURES: tuple[Figure, ...] = (
    _count("feedback.tickets.received", "PAKN tiếp nhận trong kỳ", "Petitions received", _TICKET, _LAW, _tickets(*_RECEIVED)),
    _count("feedback.tickets.received-resolved", "PAKN tiếp nhận trong kỳ đã giải quyết xong", "Petitions received in the period and resolved", _TICKET, _LAW, _tickets(*_RECEIVED, _BY_END)),
    _rate("feedback.tickets.resolved-rate", "Tỷ lệ giải quyết PAKN tiếp nhận trong kỳ", "Share of petitions received that are resolved", _LAW, _tickets(*_RECEIVED, _BY_END), _tickets(*_RECEIVED)),
    _count("feedback.tickets.resolved", "PAKN giải quyết xong trong kỳ", "Petitions resolved in the period", _TICKET, _LAW, _tickets(*_RESOLVED_IN)),
    _count("feedback.tickets.resolved-in-time", "PAKN giải quyết đúng hạn trong kỳ", "Petitions resolved in time", _TICKET, _LAW, _tickets(*_RESOLVED_IN, _IN_TIME)),
    _rate("feedback.tickets.in-time-rate", "Tỷ lệ PAKN giải quyết đúng hạn", "Share of petitions resolved in time", _LAW, _tickets(*_RESOLVED_IN, _IN_TIME), _tickets(*_RESOLVED_IN)),
    _count("feedback.tickets.open", "PAKN đang giải quyết cuối kỳ", "Petitions open at the end of the period", _TICKET, _LAW, _tickets(*open_at_end("received_on", "resolved_on")), **_STOCK),
    _count("feedback.tickets.overdue", "PAKN đang giải quyết đã quá hạn cuối kỳ", "Petitions open and overdue at the end of the period", _TICKET, _LAW, _tickets(*open_at_end("received_on", "resolved_on"), Filter("due_on", Operator.LESS, Bound.END)), **_STOCK),
    _count("feedback.tickets.published", "PAKN công khai kết quả trong kỳ", "Petitions with their answer published", _TICKET, "Nghị định 20/2008/NĐ-CP, Điều 19", _tickets(*in_period("published_on"))),
    # Form 3, row 3.4.
    _count("feedback.regulation.received", "PAKN về quy định TTHC đã tiếp nhận", "Petitions on procedure rules received", _TICKET, _FORM, _REGULATION),
    _count("feedback.regulation.resolved", "PAKN về quy định TTHC đã giải quyết xong", "Petitions on procedure rules resolved", _TICKET, _FORM, _REGULATION_DONE),
    _rate("feedback.regulation.rate", "Tỷ lệ giải quyết PAKN về quy định TTHC", "Share of petitions on procedure rules resolved", _FORM, _REGULATION_DONE, _REGULATION),
    # Index 766, group 4. The points (and what a denominator of 0 is worth) are the index's own rules.
    _count("feedback.index.procedure", "PAKN về thủ tục hành chính", "Petitions on procedures (classification)", _TICKET, _INDEX, _tickets(*_RECEIVED, Filter("kind", Operator.AMONG, ("regulation", "service")))),
    _count("feedback.index.staff", "PAKN về cán bộ, công chức", "Petitions on the conduct of staff (classification)", _TICKET, _INDEX, _tickets(*_RECEIVED, Filter("kind", Operator.EQUAL, "conduct"))),
    _rate("feedback.index.on-time", "PAKN được xử lý đúng hạn", "Petitions handled in time", _INDEX, _held(), _tickets(*_RECEIVED)),
    _rate("feedback.index.handling-satisfaction", "Hài lòng trong xử lý PAKN", "Satisfaction with the handling of petitions", _INDEX, _held(_NOT_REPEATED, _NOT_DISLIKED), _tickets(*_RECEIVED)),
    _count("feedback.index.aggrieved-dossiers", "Hồ sơ có PAKN hoặc bị đánh giá không hài lòng", "Dossiers with a petition or a dislike", _DOSSIER, _INDEX, count_of(_G, *in_period("since_on"))),
    # The monthly rating of agencies and officers. A petition drags when it is open past its limit; one that waits for its
    # sender does not.
    _rate("feedback.on-time-without-complaint", "Hồ sơ giải quyết đúng hạn, không có phản ánh", "Dossiers resolved on time without a complaint", f"{_RATED}, chỉ số 7", count_of(_D, *_RESOLVED_IN, Filter("quiet", Operator.EQUAL, True)), count_of(_D, *_RESOLVED_IN)),
    _rate("feedback.early-without-complaint", "Hồ sơ giải quyết trước hạn, không có phản ánh", "Dossiers resolved early without a complaint", f"{_RATED}, chỉ số 7", count_of(_D, *_RESOLVED_IN, Filter("quiet_early", Operator.EQUAL, True)), count_of(_D, *_RESOLVED_IN)),
    _rate("feedback.not-dragging", "PAKN không bị kéo dài", "Petitions that do not drag", f"{_RATED}, chỉ số 8", _not_dragging(), _tickets(*_RECEIVED) + _tickets(_BEFORE, _STILL_OPEN)),
    # Ratings.
    _count("feedback.ratings.given", "Lượt đánh giá hồ sơ trong kỳ", "Ratings given", _RATING, _RATED, count_of(_R, *_RATED_IN)),
    _rate("feedback.ratings.satisfied", "Tỷ lệ đánh giá hài lòng và rất hài lòng", "Share of ratings satisfied or very satisfied", _RATED, count_of(_R, *_RATED_IN, Filter("counts", Operator.EQUAL, "liked")), count_of(_R, *_RATED_IN)),
    _rate("feedback.ratings.dissatisfied", "Tỷ lệ đánh giá không hài lòng", "Share of ratings dissatisfied", _RATED, count_of(_R, *_RATED_IN, Filter("counts", Operator.EQUAL, "disliked")), count_of(_R, *_RATED_IN)),
)  # fmt: skip

_SCORES = {
    "time": ("Điểm tổng thời gian giải quyết", "Score: total time", 1),
    "agency_time": ("Điểm thời gian của từng cơ quan", "Score: time of each agency", 2),
    "contacts": ("Điểm số lần liên hệ để hoàn thiện hồ sơ", "Score: contacts needed", 3),
    "agencies": ("Điểm số cơ quan phải liên hệ", "Score: agencies contacted", 4),
    "publicity": ("Điểm công khai thủ tục hành chính", "Score: publicity", 6),
    "attitude": ("Điểm thái độ", "Score: attitude", 7),
}


def _score(criterion: str, vi: str, en: str, index: int) -> Figure:
    """The mean of an answered criterion over the ratings that answered it, to one decimal (Art. 14)."""
    column = f"score_{criterion}"
    return Figure(
        code=f"feedback.ratings.score-{criterion.replace('_', '-')}",
        version=1,
        effective_from=SINCE,
        labels={"vi": vi, "en": en},
        unit=_POINT,
        legal_basis=(f"Thông tư 01/2018/TT-VPCP, Điều 13, 14, chỉ số {index}",),
        numerator=sum_of(_R, column, *_RATED_IN),
        denominator=count_of(_R, *_RATED_IN, Filter(column, Operator.PRESENT)),
        climb=Climb.RATIO,
        rounding=Rounding(1),
    )


def define_figures() -> None:
    """Called when the app is ready, after the facts."""
    for figure in (*FIGURES, *(_score(code, *words) for code, words in _SCORES.items())):
        REGISTRY.define(figure)

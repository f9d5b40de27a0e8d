"""Made for the tests: a private registry of stand-in figures, small index sets, and random ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from itertools import product
from typing import Any

from hypothesis import strategies as st

from motcua.engine.figures.api import (
    Climb,
    Column,
    FactShape,
    Figure,
    Filter,
    Operator,
    Registry,
    Rounding,
    Unit,
    Value,
    count_of,
    in_period,
    open_at_end,
)
from motcua.kernel.periods import Window
from motcua.reports.indices.data import Failing, Inputs, Subject
from motcua.reports.indices.definition import IndexSet, Level
from motcua.reports.indices.loading import load
from motcua.reports.indices.memory import MemoryMeasures
from motcua.reports.indices.scoring import score_unit

MARCH = Window(date(2026, 3, 1), date(2026, 3, 31))
COMMUNES = ("H05.101", "H05.102", "H05.103")
DEPARTMENTS = ("H05.11", "H05.12")
BELOW = {"H05": (*COMMUNES, *DEPARTMENTS)}
SUBJECTS = [
    Subject("H05", Level.PROVINCE, "Tỉnh mẫu", "/H05/"),
    *(Subject(code, Level.DEPARTMENT, f"Sở {code}", f"/H05/{code}/") for code in DEPARTMENTS),
    *(Subject(code, Level.COMMUNE, f"Phường {code}", f"/H05/{code}/") for code in COMMUNES),
]


def on(column: str) -> Filter:
    return Filter(column, Operator.EQUAL, True)


ENDED = in_period("ended_on")
ON_TIME = Filter("ended_on", Operator.AT_MOST, Column("due_on"))
EARLY = Filter("ended_on", Operator.LESS, Column("due_on"))


def figures() -> Registry:
    """Stand-ins for the figures of the modules, over one dossier fact, one of tickets, one of procedures."""
    registry = Registry()
    registry.define_fact(
        FactShape(
            "dossiers",
            {
                "dossier": "text", "unit": "text", "received_on": "date", "due_on": "date", "ended_on": "date",
                "online": "flag", "digitised": "flag", "e_result": "flag", "reused": "flag", "fee": "flag",
                "paid_online": "flag", "complained": "flag", "why": "text",
            },
            key="dossier",
            unit="unit",
        )
    )  # fmt: skip
    registry.define_fact(
        FactShape(
            "tickets",
            {"ticket": "text", "unit": "text", "closed_on": "date", "due_on": "date", "liked": "flag", "why": "text"},
            key="ticket",
            unit="unit",
        )
    )  # fmt: skip
    registry.define_fact(
        FactShape(
            "procedures",
            {"procedure": "text", "unit": "text", "online": "flag", "full": "flag", "used": "flag",
             "fee": "flag", "payable": "flag", "paid": "flag"},
            key="procedure",
            unit="unit",
        )
    )  # fmt: skip
    ratio(registry, "dossiers.on-time", "dossiers", ENDED, (ON_TIME,))
    ratio(registry, "dossiers.early", "dossiers", ENDED, (EARLY,))
    ratio(registry, "dossiers.online", "dossiers", in_period("received_on"), (on("online"),))
    ratio(registry, "dossiers.online-on-time", "dossiers", (*ENDED, on("online")), (ON_TIME,))
    count(registry, "dossiers.received", "dossiers", in_period("received_on"))
    count(registry, "dossiers.open", "dossiers", open_at_end("received_on", "ended_on"))
    overdue = Filter("due_on", Operator.LESS, date(2026, 4, 1))
    count(registry, "dossiers.open-overdue", "dossiers", (*open_at_end("received_on", "ended_on"), overdue))
    ratio(registry, "records.digitised-rate", "dossiers", in_period("received_on"), (on("digitised"),))
    ratio(registry, "records.electronic-results-rate", "dossiers", ENDED, (on("e_result"),))
    ratio(registry, "records.reuse-rate", "dossiers", in_period("received_on"), (on("reused"),))
    ratio(
        registry,
        "payments.online-share",
        "dossiers",
        (*in_period("received_on"), on("fee")),
        (on("paid_online"),),
    )
    count(registry, "feedback.index.aggrieved-dossiers", "dossiers", (*ENDED, on("complained")))
    closed = in_period("closed_on")
    in_time = Filter("closed_on", Operator.AT_MOST, Column("due_on"))
    ratio(registry, "feedback.index.on-time", "tickets", closed, (in_time,))
    ratio(registry, "feedback.index.handling-satisfaction", "tickets", closed, (in_time, on("liked")))
    ratio(registry, "catalogue.online-services", "procedures", (), (on("online"),))
    ratio(registry, "catalogue.full-process", "procedures", (on("online"),), (on("full"),))
    ratio(registry, "dossiers.online-services-used", "procedures", (on("online"),), (on("used"),))
    ratio(registry, "payments.unit-procedures-integrated", "procedures", (on("fee"),), (on("payable"),))
    ratio(registry, "payments.unit-procedures-paid-online", "procedures", (on("fee"),), (on("paid"),))
    return registry


def ratio(registry: Registry, code: str, fact: str, whole: Sequence[Filter], part: Sequence[Filter]) -> None:
    registry.define(
        Figure(
            code=code, version=1, effective_from=date(2020, 1, 1), labels={"vi": code}, unit=Unit("percent", "%"),
            legal_basis=("thử nghiệm",), numerator=count_of(fact, *whole, *part), denominator=count_of(fact, *whole),
            scale=100, climb=Climb.RATIO, rounding=Rounding(2),
        )
    )  # fmt: skip


def count(registry: Registry, code: str, fact: str, filters: Sequence[Filter]) -> None:
    registry.define(
        Figure(
            code=code, version=1, effective_from=date(2020, 1, 1), labels={"vi": code}, unit=Unit("one", "Hồ sơ"),
            legal_basis=("thử nghiệm",), count=count_of(fact, *filters),
        )
    )  # fmt: skip


def dossier(number: int, unit: str, **changes: Any) -> dict[str, Any]:
    """A dossier received and ended in March 2026, good in every way unless told otherwise."""
    row = {
        "dossier": f"HS-{number:04d}", "unit": unit, "received_on": date(2026, 3, 2), "due_on": date(2026, 3, 12),
        "ended_on": date(2026, 3, 10), "online": True, "digitised": True, "e_result": True, "reused": True,
        "fee": True, "paid_online": True, "complained": False, "why": "",
    }  # fmt: skip
    return {**row, **changes}


def measures(rows: Mapping[str, Sequence[Mapping[str, Any]]]) -> MemoryMeasures:
    return MemoryMeasures(figures(), rows, below=BELOW, causes={"dossiers": "why", "tickets": "why"})


# Index sets.


def document(components: Sequence[Mapping[str, Any]], **changes: Any) -> dict[str, Any]:
    """A set of one group for communes."""
    maximum = sum(Fraction(str(each["maximum"])) for each in components)
    whole = {
        "code": "thu", "version": 1, "names": {"vi": "Bộ chỉ số thử"}, "basis": ["Quyết định thử"],
        "maximum": str(maximum), "valid_from": "2026-01-01", "levels": ["commune"], "ranked_by": "points",
        "groups": [{"code": "nhom", "names": {"vi": "Nhóm"}, "maximum": str(maximum), "components": components}],
    }  # fmt: skip
    return {**whole, **changes}


def component(code: str, measure: Any, maximum: Any = 10, **changes: Any) -> dict[str, Any]:
    own = {"measures": measure} if changes.pop("several", False) else {"measure": measure}
    whole = {
        "code": code, "names": {"vi": code}, "maximum": str(maximum), "scoring": {"kind": "linear"},
        "basis": "thử nghiệm", **own,
    }  # fmt: skip
    return {**whole, **changes}


def inputs(values: Mapping[str, Value], unit: str = "H05.101", level: Level = Level.COMMUNE) -> Inputs:
    return Inputs(Subject(unit, level), values)


# Random sets, small enough to try every choice of records.

RATIOS = ("a", "b", "c")
COUNT = "amiss"


@st.composite
def small_sets(draw: st.DrawFn) -> tuple[IndexSet, Inputs, dict[str, list[Failing]]]:
    """A set of up to three components that share figures, its inputs, and up to nine failing records."""
    components = [draw(small_components(f"C{number}")) for number in range(draw(st.integers(1, 3)))]
    share = draw(st.sampled_from(["points", "share"]))
    index = load(document(components, ranked_by=share))
    values: dict[str, Value] = {}
    failing: dict[str, list[Failing]] = {}
    for figure in (*RATIOS, COUNT):
        whole = draw(st.integers(0, 8))
        amiss = draw(st.integers(0, min(whole, 3)))
        values[figure] = Value.of(amiss) if figure == COUNT else Value.ratio(whole - amiss, whole)
        weights = draw(st.lists(st.sampled_from([1, 1, 1, 2]), min_size=amiss, max_size=amiss))
        causes = draw(st.lists(st.sampled_from(["", "x", "y"]), min_size=amiss, max_size=amiss))
        failing[figure] = [
            Failing(f"{figure}{number}", Fraction(weight), cause)
            for number, (weight, cause) in enumerate(zip(weights, causes, strict=True))
        ]
    return index, inputs(values), failing


@st.composite
def small_components(draw: st.DrawFn, code: str) -> dict[str, Any]:
    zero = draw(st.sampled_from(["full", "zero", "not-applicable"]))
    if draw(st.booleans()):
        first, second = draw(st.sampled_from(list(product(RATIOS, RATIOS))))
        high, low = draw(st.sampled_from([("1", "0.5"), ("0.8", "0.3"), ("0.6", "0.6")]))
        cases = [
            {"points": 4, "at_least": {"one": high, "two": high}},
            {"points": 1, "at_least": {"one": low}},
        ]
        several = {"one": {"ratio": first}, "two": {"ratio": second}}
        return component(code, several, 4, scoring={"kind": "cases", "cases": cases}, several=True, zero=zero)
    figure = draw(st.sampled_from(RATIOS))
    measure: dict[str, Any] = {"numerator": [f"{figure}/numerator"], "denominator": [f"{figure}/denominator"]}
    if draw(st.booleans()):
        factor = draw(st.sampled_from(["", "2 * "]))
        other = draw(st.sampled_from([f"- {COUNT}", *(f"+ {factor}{each}/numerator" for each in RATIOS)]))
        measure["numerator"].append(other)
        if "numerator" in other:
            measure["denominator"].append(other.replace("numerator", "denominator"))
    if draw(st.integers(0, 4)) == 0:
        measure["times"] = draw(st.sampled_from(RATIOS))
    scoring: dict[str, Any] = {"kind": "linear", "full_at": draw(st.sampled_from(["1", "0.8", "0.5"]))}
    if draw(st.booleans()):
        scoring["places"] = draw(st.integers(0, 1))
    return component(code, measure, draw(st.sampled_from([6, 10])), scoring=scoring, zero=zero)


def every_choice(
    index: IndexSet, given: Inputs, failing: Mapping[str, Sequence[Failing]]
) -> list[tuple[int, Fraction | None]]:
    """How many records, and the score they make, for every subset of the failing records."""
    records = [(figure, record) for figure, listed in failing.items() for record in listed]
    found = []
    for chosen in product((False, True), repeat=len(records)):
        weights: dict[str, Fraction] = {}
        for taken, (figure, record) in zip(chosen, records, strict=True):
            if taken:
                weights[figure] = weights.get(figure, Fraction()) + record.weight
        found.append((sum(chosen), score_unit(index, given.mended(weights)).score))
    return found

"""Segments as views of an Apache Spark session: the same figures over many provinces on many machines.

Spark is an optional extra and is given, never started, by this room: a session on one machine or on a cluster that sees
the folder of segments.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from motcua.engine.facts import segments
from motcua.engine.facts.duck import GONE
from motcua.engine.facts.engines import SparkEngine
from motcua.engine.facts.models import Segment
from motcua.engine.facts.shelf import ready
from motcua.engine.facts.sources import source_of
from motcua.engine.figures.api import SPARK, FactShape
from motcua.engine.provinces.api import Province


def spark_engine(session: Any, provinces: Iterable[Province], facts: Sequence[str]) -> SparkEngine:
    """An engine over facts of some provinces together, as their manifests stand now. Raises FACTS-NOT-READY.

    The session must keep time in UTC (`spark.sql.session.timeZone`).
    """
    known = list(provinces)
    return SparkEngine(session, {fact: _view(session, known, fact) for fact in facts})


def _view(session: Any, provinces: Sequence[Province], fact: str) -> str:
    shape = source_of(fact).shape
    frames = [_frame(session, shape, province) for province in provinces if ready(province.pk, fact)]
    whole = frames[0]
    for frame in frames[1:]:
        whole = whole.unionByName(frame)
    name = f"facts_{fact}"
    whole.createOrReplaceTempView(name)
    return name


def _frame(session: Any, shape: FactShape, province: Province) -> Any:
    """Bases without what deltas hold anew, and the last of each record in the deltas."""
    from pyspark.sql import Window, functions

    known = segments.live(province.pk, shape.name)
    bases = [str(segments.path_of(each)) for each in known if each.kind == Segment.Kind.BASE]
    deltas = [str(segments.path_of(each)) for each in known if each.kind == Segment.Kind.DELTA]
    columns = list(shape.columns)
    rows = session.read.parquet(*bases).select(*columns) if bases else None
    if not deltas:
        return rows if rows is not None else _empty(session, shape)
    turns = [
        session.read.parquet(path).withColumn("turn", functions.lit(number))
        for number, path in enumerate(deltas)
    ]
    every = turns[0]
    for turn in turns[1:]:
        every = every.unionByName(turn)
    order = Window.partitionBy(shape.of_record).orderBy(functions.col("turn").desc())
    latest = every.withColumn("place", functions.rank().over(order)).filter("place = 1")
    present = latest.filter(~functions.col(GONE)).select(*columns)
    if rows is None:
        return present
    return (
        rows.join(latest.select(shape.of_record).distinct(), shape.of_record, "left_anti")
        .select(*columns)
        .unionByName(present)
    )


def _empty(session: Any, shape: FactShape) -> Any:
    return session.createDataFrame(
        [], ", ".join(f"`{name}` {SPARK.type_of(kind)}" for name, kind in shape.columns.items())
    )

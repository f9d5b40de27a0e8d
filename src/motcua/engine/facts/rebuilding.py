"""A fact built whole from PostgreSQL, and what is asked to be built."""

from __future__ import annotations

from motcua.engine.events.api import sealed_head
from motcua.engine.facts import leaving, segments
from motcua.engine.facts.leaving import Progress
from motcua.engine.facts.models import FactTable, Touched
from motcua.engine.facts.refreshing import is_current, write_whole
from motcua.engine.facts.sources import FactSource, sources
from motcua.engine.provinces.api import Province
from motcua.kernel.clock import now


def rebuild(province: Province, source: FactSource, progress: Progress = lambda text: None) -> int:
    """Builds a fact anew and puts it in the place of what there was, in one transaction; returns its rows.

    Increments of this fact wait meanwhile; readers go on with the segments there were. Raises FACTS-SHAPE,
    FACTS-DECIMAL, FACTS-KEY; on any error nothing changes.
    """
    with segments.locked(province.pk, source.name, wait=True) as table:
        assert table is not None
        head = sealed_head(province.pk)  # before the rows are read: whatever is sealed later is met again
        touched = list(
            Touched.objects.filter(province=province, fact=source.name).values_list("pk", flat=True)
        )
        moment = now()
        leaving.check_source(source, province.pk)
        table.position, table.event_at = (head.position, head.recorded_at) if head else (0, None)
        rows = write_whole(table, source, progress)
        Touched.objects.filter(pk__in=touched).delete()
        table.declaration = source.digest
        table.fresh_at = table.rebuilt_at = moment
        table.asked_at = None
        table.save()
    progress("done")
    return rows


def ask(province: Province, source: FactSource) -> None:
    """Writes down that a fact is to be built: a run that is interrupted goes on with what is still asked for."""
    FactTable.objects.get_or_create(province=province, fact=source.name)
    FactTable.objects.filter(province=province, fact=source.name, asked_at__isnull=True).update(
        asked_at=now()
    )


def asked() -> list[tuple[Province, FactSource]]:
    """What was asked for and is not yet built."""
    known = {each.name: each for each in sources()}
    rows = FactTable.objects.filter(asked_at__isnull=False, fact__in=known).select_related("province")
    return [(row.province, known[row.fact]) for row in rows.order_by("province_id", "fact")]


def unbuilt() -> list[tuple[Province, FactSource]]:
    """Facts never built, built from another declaration, or whose files are gone."""
    wanted = []
    for province in Province.objects.order_by("pk"):
        tables = {each.fact: each for each in FactTable.objects.filter(province=province)}
        for source in sources():
            table = tables.get(source.name)
            if table is None or not is_current(table) or not _files_there(province, source):
                wanted.append((province, source))
    return wanted


def _files_there(province: Province, source: FactSource) -> bool:
    return all(segments.path_of(each).exists() for each in segments.live(province.pk, source.name))

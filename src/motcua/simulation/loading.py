"""A year in bulk: the rows and events the operations would write, written by COPY.

The parent plans the year; workers survey it, the parent ranks the numbers of every register, workers learn the kinds of
stories that come often (`templates.py`) and then write block after block: a block's rows and the mark that it is done are
one transaction. Stories of rare kinds, and kinds that cannot be learned, are played one by one and their rows copied.
"""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field

from django.db import OperationalError, connection, transaction

from motcua.modules.dossiers.api import keeper_paths
from motcua.simulation.acting import Player
from motcua.simulation.capturing import EVENTS, Captured, Table, capture, story_tables
from motcua.simulation.context import Context, Workshop
from motcua.simulation.crew import share
from motcua.simulation.errors import SimulationRefused
from motcua.simulation.kinds import Kind, crossing, kind_of
from motcua.simulation.merging import tell_merger
from motcua.simulation.models import Block, Run
from motcua.simulation.numbering import Numbers, Series, note_numbers
from motcua.simulation.people import Cast, applicants_entered, staff_units
from motcua.simulation.running import (
    Outcome,
    Progress,
    Stop,
    Tell,
    Wanted,
    Year,
    enter_all_applicants,
    finish_run,
    open_year,
    outcome_of,
)
from motcua.simulation.story import Story
from motcua.simulation.templates import Fill, Template, Unlearned, learn, lines_of, namespace

DOSSIERS = "dossiers"
BLOCK = 2_000  # dossiers a transaction
_STRETCH = 10_000  # dossiers surveyed in one go
_RARE = 8  # stories of a kind from which on it is learned
_SAMPLES = 60  # stories of a kind kept to choose two from that differ in everything
_ATTEMPTS = 5
_log = logging.getLogger(__name__)


@dataclass
class Survey:
    """What a stretch of the year holds: how often each kind is told, and some stories of it; the numbers its acts take;
    the units that take part, and how many dossiers follow the merger."""

    size: int = 0
    counts: Counter[Kind] = field(default_factory=Counter)
    samples: dict[Kind, list[Story]] = field(default_factory=dict)
    taken: dict[Series, list[int]] = field(default_factory=dict)
    units: set[str] = field(default_factory=set)
    followed: int = 0

    def note(self, story: Story, kind: Kind) -> None:
        self.counts[kind] += 1
        kept = self.samples.setdefault(kind, [])
        if len(kept) < _SAMPLES:
            kept.append(story)

    def add(self, other: Survey) -> None:
        """Another stretch: of its samples as many as there is room for."""
        self.size += other.size
        self.counts.update(other.counts)
        for kind, stories in other.samples.items():
            kept = self.samples.setdefault(kind, [])
            kept += stories[: max(_SAMPLES - len(kept), 2)]
        for series, keys in other.taken.items():
            self.taken.setdefault(series, []).extend(keys)
        self.units |= other.units
        self.followed += other.followed


def load_year(wanted: Wanted, tell: Tell, stop: Stop, workers: int = 2) -> Outcome:
    """Writes a year in bulk; run again, it goes on where it stopped. Raises as `running.simulate`."""
    year = open_year(wanted)
    if year.run.finished_at is not None:
        return outcome_of(year, already=True)
    if not enter_all_applicants(year, tell, stop, workers):
        return Outcome(False)
    done = set(Block.objects.filter(run=year.run, kind=DOSSIERS).values_list("number", flat=True))
    plan = _Planned(year, done, tell, workers)
    shop = plan.workshop()
    waiting = [number for number in plan.order() if number not in done]
    writer = Writer(year, plan.survey, shop)
    if not writer.learn(tell, stop, workers) or not _write(plan, writer, waiting, tell, stop, workers):
        return Outcome(False)
    _finish(year, plan)
    return outcome_of(year)


def _write(
    plan: _Planned, writer: Writer, waiting: Sequence[int], tell: Tell, stop: Stop, workers: int
) -> bool:
    """Writes the blocks that wait; False when stopped."""
    total, spent = len(plan.planned), Counter[str]()
    written = total - sum(plan.size(number) for number in waiting)

    def block(number: int) -> tuple[int, Counter[str]]:
        writer.spent.clear()
        writer.write(number, list(plan.block(number)))
        return plan.size(number), Counter(writer.spent)

    def heard(found: tuple[int, Counter[str]]) -> None:
        nonlocal written
        written += found[0]
        spent.update(found[1])
        tell(Progress("dossiers", written, total))

    finished = share(waiting, block, heard, stop, workers)
    _log.info("bulk: " + ", ".join(f"{name} {value:.1f}" for name, value in spent.items()))
    return finished


class _Planned:
    """The whole year as stories, its numbers, its kinds; stories are told anew when needed, not kept."""

    def __init__(self, year: Year, done: Collection[int], tell: Tell, workers: int) -> None:
        """done: the blocks already written; their stories are numbered, not learned from."""
        self.year, self.done = year, done
        self.planned = list(year.planned())
        self.survey = Survey()

        def heard(stretch: Survey) -> None:
            self.survey.add(stretch)
            tell(Progress("stories", self.survey.size, len(self.planned)))

        share(range(0, len(self.planned), _STRETCH), self._stretch, heard, lambda: False, workers)
        self.numbers = Numbers()
        self.numbers.rank(self.survey.taken)
        self.survey.taken.clear()

    def _stretch(self, first: int) -> Survey:
        found, rules, units = Survey(), self.year.ground.rules, self.year.ground.map
        for place, planned in enumerate(self.planned[first : first + _STRETCH], start=first):
            story = self.year.tell(planned)
            found.size += 1
            self._note(found, story)
            if place // BLOCK not in self.done:
                found.note(story, kind_of(story, rules, units))
        return found

    def _note(self, found: Survey, story: Story) -> None:
        units = self.year.ground.map
        note_numbers(story, units, found.taken)
        found.followed += story.handling in units.heirs and crossing(story, units) is not None
        found.units |= {code for code in (story.handling, story.receiving, story.asked) if code}

    def workshop(self) -> Workshop:
        ground = self.year.ground
        staff = staff_units(ground, self.survey.units, self.year.draws)
        player = Player(ground, Cast(staff), applicants_entered(ground), self.year.draws)
        known = keeper_paths(ground.province, set(ground.map.places))
        return Workshop(player, self.numbers, known)

    def order(self) -> list[int]:
        """Blocks in the order of the first filing in each, both levels side by side."""
        firsts = [(self.planned[start].filed, start // BLOCK) for start in range(0, len(self.planned), BLOCK)]
        return [number for _filed, number in sorted(firsts)]

    def size(self, number: int) -> int:
        return min(BLOCK, len(self.planned) - number * BLOCK)

    def block(self, number: int) -> Iterator[Story]:
        return map(self.year.tell, self.planned[number * BLOCK : (number + 1) * BLOCK])


class Writer:
    """Writes blocks of stories on its own connection."""

    def __init__(self, year: Year, survey: Survey, shop: Workshop) -> None:
        self.year, self.survey, self.shop = year, survey, shop
        self.quick = may_skip_triggers()
        self.fills: dict[Kind, Fill | None] = {}
        self.spent: Counter[str] = Counter()

    def write(self, number: int, stories: Sequence[Story]) -> None:
        """A block's rows and its mark."""
        began = time.perf_counter()
        out: list[list[str]] = [[] for _table in story_tables()]
        for story, key in zip(stories, next_keys("dossiers_dossier", len(stories)), strict=True):
            self._lines(story, str(key), out)
        self.spent["make"] += time.perf_counter() - began  # type: ignore[assignment]
        began = time.perf_counter()
        with transaction.atomic():
            Block.objects.create(run=self.year.run, kind=DOSSIERS, number=number)
            if self.quick:
                _without_triggers()
            for table, lines in zip(story_tables(), out, strict=True):
                if lines:
                    self._copy(table, "".join(lines))
        self.spent["copy"] += time.perf_counter() - began  # type: ignore[assignment]

    def _copy(self, table: Table, text: str) -> None:
        if table.name != EVENTS or not self.quick:
            copy_in(table.name, table.names, text)
            return
        # What the trigger of the log would note: the events that wait for their seal.
        lines = text.splitlines()
        keys = next_keys(EVENTS, len(lines))
        numbered = "".join([f"{key}\t{line}\n" for key, line in zip(keys, lines, strict=True)])
        copy_in(EVENTS, ("id", *table.names), numbered)
        copy_in("events_unsealed", ("event_id",), "".join([f"{key}\n" for key in keys]))

    def _lines(self, story: Story, key: str, out: list[list[str]]) -> None:
        kind = kind_of(story, self.shop.player.ground.rules, self.shop.player.ground.map)
        fill = self.fills.get(kind)
        if fill is not None:
            fill(Context(self.shop, story, key), out)
            return
        began = time.perf_counter()
        for lines, found in zip(out, lines_of(self._captured(story), key), strict=True):
            lines += found
        self.spent["play"] += time.perf_counter() - began  # type: ignore[assignment]
        self.spent["played"] += 1

    def learn(self, tell: Tell, stop: Stop, workers: int) -> bool:
        """Learns every kind that comes often enough, before any block is written: a story of the samples is played, so it
        must not stand there yet. False when stopped."""
        often = [kind for kind, count in self.survey.counts.most_common() if count >= _RARE]
        given = namespace(self.shop)

        def heard(found: tuple[int, Template | None]) -> None:
            place, template = found
            self.fills[often[place]] = template.compiled(given) if template is not None else None
            tell(Progress("kinds", len(self.fills), len(often)))

        return share(
            range(len(often)), lambda place: (place, self._learned(often[place])), heard, stop, workers
        )

    def _learned(self, kind: Kind) -> Template | None:
        chosen = differing(self.survey.samples[kind], self.shop)
        try:
            return learn(self.shop, chosen, [self._captured(one) for one in chosen]) if chosen else None
        except Unlearned as reason:
            _log.warning(f"a kind of story is played one by one: {reason}")
            return None

    def _captured(self, story: Story) -> Captured:
        """Two workers that play stories may wait for each other's registers: then one begins anew."""
        for _attempt in range(_ATTEMPTS):
            try:
                return capture(self.shop.player, story, self.shop.numbers, self.shop.keepers)
            except OperationalError as error:
                _log.info(f"played anew: {error}")
        return capture(self.shop.player, story, self.shop.numbers, self.shop.keepers)


def next_keys(table: str, count: int) -> list[int]:
    """So many fresh keys of a table."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", [table, count]
        )
        return [key for (key,) in cursor.fetchall()]


def copy_in(table: str, columns: Sequence[str], text: str) -> None:
    """Lines of COPY's own text form into a table."""
    names = ", ".join(f'"{name}"' for name in columns)
    with connection.connection.cursor() as cursor, cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
        copy.write(text)


# -- without triggers ----------------------------------------------------------------------------------

_MAY = "SELECT rolsuper FROM pg_roles WHERE rolname = current_user"


def may_skip_triggers() -> bool:
    """Whether this role may write without triggers: foreign keys are then checked once, in sets, at the end."""
    with connection.cursor() as cursor:
        cursor.execute(_MAY)
        return bool(cursor.fetchone()[0])


def _without_triggers() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")


def lost_keys() -> list[str]:
    """Foreign keys of the tables written that point to nothing; always empty, else a fault to be reported."""
    found = []
    with connection.cursor() as cursor:
        cursor.execute(_REFERENCES, [[table.name for table in story_tables()]])
        for table, column, target, key in cursor.fetchall():
            cursor.execute(
                f"SELECT 1 FROM {table} WHERE {column} IS NOT NULL AND NOT EXISTS "  # noqa: S608 - names of the catalogue
                f"(SELECT 1 FROM {target} known WHERE known.{key} = {table}.{column}) LIMIT 1"
            )
            if cursor.fetchall():
                found.append(f"{table}.{column}")
    return found


_REFERENCES = """
SELECT source.relname, mine.attname, target.relname, theirs.attname
FROM pg_constraint con
JOIN pg_class source ON source.oid = con.conrelid JOIN pg_class target ON target.oid = con.confrelid
JOIN pg_attribute mine ON mine.attrelid = con.conrelid AND mine.attnum = con.conkey[1]
JOIN pg_attribute theirs ON theirs.attrelid = con.confrelid AND theirs.attnum = con.confkey[1]
WHERE con.contype = 'f' AND source.relname = ANY(%s)
"""


def differing(samples: Sequence[Story], shop: Workshop) -> list[Story] | None:
    """Two stories that share nothing by chance, and a third for proof; None when there are none."""
    clear = [one for one in samples if _is_clear(one)]
    routes = len({one.route.code for one in samples})
    for place, first in enumerate(clear):
        for second in clear[place + 1 :]:
            if _share_nothing(first, second, shop, routes):
                others = [one for one in samples if one is not first and one is not second]
                return [first, second, others[len(others) // 2]] if others else None
    return None


def _is_clear(story: Story) -> bool:
    """Every act at a minute of its own, each officer seen apart."""
    minutes = [act.minute for act in story.acts]
    return len(set(minutes)) == len(minutes)


def _share_nothing(first: Story, second: Story, shop: Workshop, routes: int) -> bool:
    one, other = Context(shop, first, ""), Context(shop, second, "")
    day = 24 * 60
    if not (_named_apart(one) and _named_apart(other)):
        return False
    return (
        all(a // day != b // day for a, b in zip(one.m, other.m, strict=True))
        and _told_apart(one.n, other.n)
        and not {a.id for a in one.o} & {b.id for b in other.o}
        and one.u[0].code != other.u[0].code
        and one.u[3].code != other.u[3].code
        and one.a.raw != other.a.raw
        and (routes == 1 or first.route.code != second.route.code)
    )


def _named_apart(context: Context) -> bool:
    """No two officers of the story bear one name."""
    people = {one.id: one.name[0] for one in (*context.o, context.w)}
    return len(set(people.values())) == len(people)


def _told_apart(first: Sequence[int], second: Sequence[int]) -> bool:
    """No two acts took the same number in the one story and the same in the other."""
    pairs = [pair for pair in zip(first, second, strict=True) if pair[0]]
    return len(set(pairs)) == len(pairs)


def _finish(year: Year, plan: _Planned) -> None:
    """The registers' last numbers, who followed the merger, and the run's end."""
    ground = year.ground
    if lost := lost_keys():
        raise SimulationRefused(
            "SIM-KEYS",
            f"Khóa ngoại trỏ vào chỗ trống: {', '.join(lost)}. Đây là lỗi của phần mềm, hãy báo lại.",
        )
    rows = [
        f"{ground.province.pk}\t{kind}\t{unit}\t{ground.map.places[unit].path}\t{period}\t{last}\n"
        for (kind, unit, period), last in sorted(plan.numbers.last.items())
    ]
    columns = ("province_id", "kind", "unit_code", "unit_path", "period", "last")
    with transaction.atomic():
        copy_in("registers_counter", columns, "".join(rows))
        if ground.map.merger is not None:
            tell_merger(ground, plan.survey.followed)
            Run.objects.filter(pk=year.run.pk).update(followed=True)
        finish_run(year, len(plan.planned))

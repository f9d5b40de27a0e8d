"""A year in bulk: the rows and events the operations would write, written by COPY.

The parent plans the year; workers survey it, the parent ranks the numbers of every register, workers learn the kinds of
stories that come often (`templates.py`), play those of rare kinds and of kinds that cannot be learned one by one, and then
write block after block: a block's rows and the mark that it is done are one transaction.
"""

from __future__ import annotations

import gc
import logging
from array import array
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import groupby
from operator import itemgetter

from django.db import OperationalError, connection, transaction

from motcua.engine.statements.api import fetch
from motcua.modules.dossiers.api import keeper_paths
from motcua.simulation.acting import Player
from motcua.simulation.acts import Extra
from motcua.simulation.capturing import KEYED, Captured, all_tables, capture, capture_extra
from motcua.simulation.context import Context, Workshop
from motcua.simulation.crew import share
from motcua.simulation.extras import PAYMENT
from motcua.simulation.indexes import bring_back, may_set_aside, set_aside
from motcua.simulation.kinds import Kind, follows, kind_of
from motcua.simulation.merging import TICKETS, follow_merger, tell_merger
from motcua.simulation.models import Block, Run
from motcua.simulation.numbering import Numbers, Series, dossier_of, note_numbers
from motcua.simulation.people import applicants_entered
from motcua.simulation.running import (
    Outcome,
    Progress,
    Stop,
    Tell,
    Wanted,
    Year,
    enter_all_applicants,
    fewest,
    finish_run,
    open_year,
    outcome_of,
)
from motcua.simulation.sidelines import month_of
from motcua.simulation.siding import Side, differing_sides, learn_side, side_kind
from motcua.simulation.story import Story
from motcua.simulation.templates import Fill, Template, Unlearned, learn, lines_of, namespace

DOSSIERS, PLAYED, SIDELINES = "dossiers", "played", "sidelines"
BLOCK = 2_000  # dossiers a transaction
_STRETCH = 10_000  # dossiers surveyed in one go
_RARE = 8  # stories of a kind from which on it is learned
_SAMPLES = 60  # stories of a kind to choose two from that differ in everything
_ATTEMPTS = 5
_PLAYED_AT_ONCE = 20
_WORTH = 50_000  # dossiers from which on indexes are set aside while they are written
_log = logging.getLogger(__name__)


def load_year(wanted: Wanted, tell: Tell, stop: Stop, workers: int = 2) -> Outcome:
    """Writes a year in bulk; run again, it goes on where it stopped. Raises as `running.simulate`."""
    year = open_year(wanted)
    if year.run.finished_at is not None:
        return outcome_of(year, already=True)
    _bring_back(year, tell, workers)
    if not enter_all_applicants(year, tell, stop, workers):
        return Outcome(False)
    plan = _Planned(year, tell, workers)
    writer = Writer(year, plan.workshop())
    if not (
        writer.learn(plan, tell, stop, workers)
        and writer.learn_sides(plan, tell, stop, workers)
        and _play(plan, writer, tell, stop, workers)
        and _write(plan, writer, tell, stop, workers)
    ):
        return Outcome(False)
    _finish(year, plan)
    return outcome_of(year)


def _bring_back(year: Year, tell: Tell, workers: int) -> None:
    bring_back(year.run, lambda done, total: tell(Progress("indexes", done, total)), workers)


def _play(plan: _Planned, writer: Writer, tell: Tell, stop: Stop, workers: int) -> bool:
    """Plays the stories that no template tells, while every index stands: each with a mark of its own; and what goes on
    beside dossiers, by one worker, since it takes its numbers as it goes. False when stopped."""
    untold = plan.beside(lambda kind: writer.side_fills.get(kind) is None)
    rare = [
        place for place in plan.waiting() if place in untold or writer.fills.get(plan.kind(place)) is None
    ]
    done = 0
    chunks: list[list[int]] = [
        [],  # the sidelines
        *(rare[first : first + _PLAYED_AT_ONCE] for first in range(0, len(rare), _PLAYED_AT_ONCE)),
    ]

    def play(chunk: Sequence[int]) -> int:
        if chunk:
            writer.play([plan.story(place) for place in chunk])
        else:
            _go_along(plan, writer)
        return len(chunk)

    def heard(count: int) -> None:
        nonlocal done
        done += count
        tell(Progress(PLAYED, done, len(rare)))

    finished = share(chunks, play, heard, stop, workers)
    plan.played |= {plan.planned[place].number for place in rare}
    return finished


def _go_along(plan: _Planned, writer: Writer) -> None:
    """Petitions and absences, month by month, each month with its mark; petitions follow their units in between."""
    year, merger = plan.year, plan.year.ground.map.merger
    done = set(Block.objects.filter(run=year.run, kind=SIDELINES).values_list("number", flat=True))
    sidelines = year.sidelines(writer.shop.player.cast)
    steps = [(step.minute, step.name, partial(sidelines.do, step)) for step in sidelines.steps()]
    if merger is not None:
        follow = partial(follow_merger, year.ground, year.draws, None, TICKETS)
        steps.append((merger, "", follow))  # type: ignore[arg-type]
    steps.sort(key=itemgetter(0, 1))
    for month, group in groupby(steps, key=lambda step: month_of(step[0])):
        if month not in done:
            with transaction.atomic():
                Block.objects.create(run=year.run, kind=SIDELINES, number=month)
                for _minute, _name, do in group:
                    do()


def _write(plan: _Planned, writer: Writer, tell: Tell, stop: Stop, workers: int) -> bool:
    """Writes the blocks that wait, without secondary indexes and foreign keys where they are many; False when stopped."""
    blocks = plan.blocks()
    total = len(plan.planned)
    written = total - sum(plan.size(number) for number in blocks)

    def block(number: int) -> int:
        writer.write(number, plan.block(number))
        return plan.size(number)

    def heard(count: int) -> None:
        nonlocal written
        written += count
        tell(Progress(DOSSIERS, written, total))

    tables = [table.name for table in all_tables()]
    if total - written >= _WORTH and _is_alone(plan.year) and may_set_aside(tables):
        set_aside(plan.year.run, tables)
    finished = share(blocks, block, heard, stop, workers)
    _bring_back(plan.year, tell, workers)
    return finished


def _is_alone(year: Year) -> bool:
    """Whether no other province has dossiers that somebody might look for or add to meanwhile."""
    others = "SELECT 1 FROM dossiers_dossier WHERE province_id <> %s LIMIT 1"
    return not fetch(others, [year.ground.province.pk])


@dataclass
class Survey:
    """What a stretch of the year holds: the kind of every story, the numbers its acts take, the units that take part, and
    how many dossiers follow the merger."""

    first: int
    kinds: list[Kind] = field(default_factory=list)
    of_story: list[int] = field(default_factory=list)
    taken: dict[Series, list[int]] = field(default_factory=dict)
    units: set[str] = field(default_factory=set)
    followed: list[int] = field(default_factory=list)
    sides: dict[Kind, array[int]] = field(default_factory=dict)


class _Planned:
    """The whole year as stories, its numbers, its kinds; stories are told anew when needed, not kept."""

    def __init__(self, year: Year, tell: Tell, workers: int) -> None:
        self.year = year
        marks = Block.objects.filter(run=year.run)
        self.done = set(marks.filter(kind=DOSSIERS).values_list("number", flat=True))
        self.played = set(marks.filter(kind=PLAYED).values_list("number", flat=True))
        self.planned = list(year.planned())
        self.kinds: list[Kind] = []
        self._places: dict[Kind, int] = {}
        self.of_story = [0] * len(self.planned)
        self.units: set[str] = set()
        self._followed: set[int] = set()
        self._taken: dict[Series, list[int]] = {}
        self.sides: dict[Kind, array[int]] = {}  # places of the stories that have such an extra
        self._survey(tell, workers)
        self._steer()
        self.followed = len(self._followed)
        self.numbers = Numbers()
        self.numbers.rank(self._taken)
        self._taken.clear()
        gc.freeze()  # what stands now stays: forked workers need not walk over it, nor copy it by walking

    def _survey(self, tell: Tell, workers: int) -> None:
        surveyed = 0

        def heard(found: Survey) -> None:
            nonlocal surveyed
            surveyed += len(found.of_story)
            self._add(found)
            tell(Progress("stories", surveyed, len(self.planned)))

        share(range(0, len(self.planned), _STRETCH), self._stretch, heard, lambda: False, workers)

    def _stretch(self, first: int) -> Survey:
        found, places = Survey(first), dict[Kind, int]()
        for number, planned in enumerate(self.planned[first : first + _STRETCH], start=first):
            story = self.year.tell(planned)
            self._note_sides(story, number, found.sides)
            kind = self._note(story, found.taken, found.units, found.followed.append)
            place = places.setdefault(kind, len(places))
            if place == len(found.kinds):
                found.kinds.append(kind)
            found.of_story.append(place)
        return found

    def _note_sides(self, story: Story, place: int, sides: dict[Kind, array[int]]) -> None:
        for extra in story.extras:
            sides.setdefault(side_kind(story, extra, self.year.ground.map), array("I")).append(place)

    def beside(self, wanted: Callable[[Kind], bool]) -> set[int]:
        """Places of the stories that have an extra of a kind that is wanted."""
        return {place for kind, places in self.sides.items() if wanted(kind) for place in places}

    def _note(
        self,
        story: Story,
        taken: dict[Series, list[int]],
        involved: set[str],
        noted: Callable[[int], None],
    ) -> Kind:
        rules, units = self.year.ground.rules, self.year.ground.map
        note_numbers(story, units, taken)
        if follows(story, units):
            noted(story.number)
        involved |= {code for code in (story.handling, story.receiving, story.asked) if code}
        return kind_of(story, rules, units)

    def _add(self, found: Survey) -> None:
        known = [self._place(kind) for kind in found.kinds]
        self.of_story[found.first : found.first + len(found.of_story)] = [
            known[one] for one in found.of_story
        ]
        for series, keys in found.taken.items():
            self._taken.setdefault(series, []).extend(keys)
        self.units |= found.units
        self._followed.update(found.followed)
        for kind, places in found.sides.items():
            self.sides.setdefault(kind, array("I")).extend(places)

    def _place(self, kind: Kind) -> int:
        place = self._places.setdefault(kind, len(self._places))
        if place == len(self.kinds):
            self.kinds.append(kind)
        return place

    def _steer(self) -> None:
        """Stories of kinds rarer than the year can bear are told plainly (`fewest`)."""
        often, few = Counter(self.of_story), fewest(len(self.planned))
        rare = [place for place, kind in enumerate(self.of_story) if often[kind] < few]
        if not rare:
            return
        numbers = {self.planned[place].number for place in rare}
        self.year.plain = frozenset(numbers)
        self._followed -= numbers
        for series, keys in list(self._taken.items()):
            keys[:] = [key for key in keys if dossier_of(key) not in numbers]
            if not keys:  # a register of which nothing is taken any more is not opened
                del self._taken[series]
        again = set(rare)
        for kind, places in self.sides.items():
            self.sides[kind] = array("I", (place for place in places if place not in again))
        for place in rare:
            story = self.story(place)
            self.of_story[place] = self._place(self._note(story, self._taken, self.units, self._followed.add))
            self._note_sides(story, place, self.sides)

    def workshop(self) -> Workshop:
        ground = self.year.ground
        player = Player(ground, self.year.cast(self.units), applicants_entered(ground), self.year.draws)
        known = keeper_paths(ground.province, set(ground.map.places))
        return Workshop(player, self.numbers, known)

    def story(self, place: int) -> Story:
        """The story at a place of the plan."""
        return self.year.tell(self.planned[place])

    def kind(self, place: int) -> Kind:
        return self.kinds[self.of_story[place]]

    def often(self) -> list[Kind]:
        """The kinds that come often enough to be learned, in the order of how often, of what is still to be written."""
        counts = Counter(self.of_story)
        waiting = {self.of_story[place] for place in self.waiting()}
        return [
            self.kinds[kind] for kind, count in counts.most_common() if count >= _RARE and kind in waiting
        ]

    def samples(self) -> dict[Kind, list[int]]:
        """Places of some stories of each kind, none of which is written; from all over the year."""
        found: dict[int, list[int]] = {}
        for place in self.waiting():
            found.setdefault(self.of_story[place], []).append(place)
        return {
            self.kinds[kind]: places[:: max(1, len(places) // _SAMPLES)][:_SAMPLES]
            for kind, places in found.items()
        }

    def side_samples(self) -> dict[Kind, list[int]]:
        """Of each kind of extra that comes often enough, places of some stories not written, from all over the year."""
        found = {}
        for kind, places in self.sides.items():
            free = [place for place in places if self._waits(place)]
            if len(places) >= _RARE and free:
                found[kind] = free[:: max(1, len(free) // _SAMPLES)][:_SAMPLES]
        return found

    def _waits(self, place: int) -> bool:
        return place // BLOCK not in self.done and self.planned[place].number not in self.played

    def waiting(self) -> Iterator[int]:
        """Places of the stories whose rows are not written."""
        for number in range(-(-len(self.planned) // BLOCK)):
            if number not in self.done:
                yield from self._unplayed(number)

    def _unplayed(self, number: int) -> list[int]:
        first = number * BLOCK
        places = range(first, first + self.size(number))
        return [place for place in places if self.planned[place].number not in self.played]

    def blocks(self) -> list[int]:
        """Blocks that wait, in the order of the first filing in each, both levels side by side."""
        starts = range(0, len(self.planned), BLOCK)
        firsts = sorted((self.planned[start].filed, start // BLOCK) for start in starts)
        return [number for _filed, number in firsts if number not in self.done]

    def size(self, number: int) -> int:
        return min(BLOCK, len(self.planned) - number * BLOCK)

    def block(self, number: int) -> list[tuple[Story, Kind]]:
        """The stories of a block that were not played."""
        return [(self.story(place), self.kind(place)) for place in self._unplayed(number)]


Lines = list[list[str]]  # by table, as COPY reads them


class Writer:
    """Writes stories on its own connection."""

    def __init__(self, year: Year, shop: Workshop) -> None:
        self.year, self.shop = year, shop
        self.fills: dict[Kind, Fill | None] = {}
        self.side_fills: dict[Kind, Fill | None] = {}

    def write(self, number: int, stories: Sequence[tuple[Story, Kind]]) -> None:
        """A block's rows and its mark."""
        out: Lines = [[] for _table in all_tables()]
        for (story, kind), key in zip(stories, next_keys("dossiers_dossier", len(stories)), strict=True):
            fill = self.fills[kind]
            assert fill is not None
            fill(Context(self.shop, story, str(key)), out)
        self._fill_sides([story for story, _kind in stories], out)
        self._save(out, [Block(run=self.year.run, kind=DOSSIERS, number=number)])

    def _fill_sides(self, stories: Sequence[Story], out: Lines) -> None:
        paid = sum(extra.name == PAYMENT for story in stories for extra in story.extras)
        keys = zip(*(next_keys(table, paid) for table in KEYED), strict=True)
        units = self.shop.player.ground.map
        for story in stories:
            for extra in story.extras:
                fill = self.side_fills[side_kind(story, extra, units)]
                assert fill is not None
                own = [str(key) for key in next(keys)] if extra.name == PAYMENT else ()
                fill(Side(self.shop, story, extra, own), out)

    def play(self, stories: Sequence[Story]) -> None:
        """Some stories played one by one; their rows and a mark for each."""
        out: Lines = [[] for _table in all_tables()]
        for story, key in zip(stories, next_keys("dossiers_dossier", len(stories)), strict=True):
            played = [lines_of(self._captured(story), str(key))]
            played += [lines_of(self._captured_extra(story, extra), "") for extra in story.extras]
            for one in played:
                for lines, found in zip(out, one, strict=True):
                    lines += found
        self._save(out, [Block(run=self.year.run, kind=PLAYED, number=story.number) for story in stories])

    def _save(self, out: Lines, marks: Sequence[Block]) -> None:
        with transaction.atomic():
            # The end of the run is awaited on disk, and with it all before; a block lost in a crash is lost with its mark.
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL synchronous_commit = off")
            Block.objects.bulk_create(marks)
            for table, lines in zip(all_tables(), out, strict=True):
                if lines:
                    copy_in(table.name, table.names, "".join(lines))

    def learn(self, plan: _Planned, tell: Tell, stop: Stop, workers: int) -> bool:
        """Learns every kind that comes often enough, before any block is written: a story of the samples is played, so it
        must not stand there yet. False when stopped."""
        often, samples = plan.often(), plan.samples()
        given = namespace(self.shop)

        def learned(place: int) -> tuple[int, Template | None]:
            return place, self._learned([plan.story(one) for one in samples[often[place]]])

        def heard(found: tuple[int, Template | None]) -> None:
            place, template = found
            self.fills[often[place]] = template.compiled(given) if template is not None else None
            tell(Progress("kinds", len(self.fills), len(often)))

        return share(range(len(often)), learned, heard, stop, workers)

    def _learned(self, samples: Sequence[Story]) -> Template | None:
        chosen = differing(samples, self.shop)
        try:
            return learn(self.shop, chosen, [self._captured(one) for one in chosen]) if chosen else None
        except Unlearned as reason:
            _log.warning(f"a kind of story is played one by one: {reason}")
            return None

    def learn_sides(self, plan: _Planned, tell: Tell, stop: Stop, workers: int) -> bool:
        """Learns what other rooms do beside a dossier, likewise. False when stopped."""
        samples, units = plan.side_samples(), self.shop.player.ground.map
        often, given = list(samples), namespace(self.shop)

        def learned(place: int) -> tuple[int, Template | None]:
            kind = often[place]
            told = [
                (story, extra)
                for story in map(plan.story, samples[kind])
                for extra in story.extras
                if side_kind(story, extra, units) == kind
            ]
            return place, self._learned_side(told)

        def heard(found: tuple[int, Template | None]) -> None:
            place, template = found
            self.side_fills[often[place]] = template.compiled(given) if template is not None else None
            tell(Progress("sides", len(self.side_fills), len(often)))

        return share(range(len(often)), learned, heard, stop, workers)

    def _learned_side(self, told: Sequence[tuple[Story, Extra]]) -> Template | None:
        chosen = differing_sides(told, self.shop)
        if chosen is None:
            return None
        captured = [
            self._captured_extra(story, extra, apart) for apart, (story, extra) in enumerate(chosen, start=1)
        ]
        try:
            return learn_side(self.shop, chosen, captured)
        except Unlearned as reason:
            _log.warning(f"what is done beside a dossier is played one by one: {reason}")
            return None

    def _captured(self, story: Story) -> Captured:
        return _again(lambda: capture(self.shop.player, story, self.shop.numbers, self.shop.keepers))

    def _captured_extra(self, story: Story, extra: Extra, apart: int = 0) -> Captured:
        return _again(lambda: capture_extra(self.shop.player, story, extra, self.shop.numbers, apart))


def _again(played: Callable[[], Captured]) -> Captured:
    """Two workers that play stories may wait for each other's registers: then one begins anew."""
    for _attempt in range(_ATTEMPTS):
        try:
            return played()
        except OperationalError as error:
            _log.info(f"played anew: {error}")
    return played()


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


def differing(samples: Sequence[Story], shop: Workshop) -> list[Story] | None:
    """Two stories that share nothing by chance, and a third for proof; None when there are none."""
    contexts = [(one, Context(shop, one, "")) for one in samples if _is_clear(one)]
    clear = [(one, context) for one, context in contexts if _named_apart(context)]
    routes = len({one.route.code for one in samples})
    for place, (first, ours) in enumerate(clear):
        for second, theirs in clear[place + 1 :]:
            if _share_nothing(ours, theirs) and (routes == 1 or first.route.code != second.route.code):
                others = [one for one in samples if one is not first and one is not second]
                return [first, second, others[len(others) // 2]] if others else None
    return None


def _is_clear(story: Story) -> bool:
    """Every act at a minute of its own, each officer seen apart."""
    minutes = [act.minute for act in story.acts]
    return len(set(minutes)) == len(minutes)


def _share_nothing(one: Context, other: Context) -> bool:
    day = 24 * 60
    return (
        all(a // day != b // day for a, b in zip(one.m, other.m, strict=True))
        and _told_apart(one.n, other.n)
        and not {a.id for a in one.o} & {b.id for b in other.o}
        and one.u[0].code != other.u[0].code
        and one.u[3].code != other.u[3].code
        and one.a.raw != other.a.raw
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
    rows = [
        f"{ground.province.pk}\t{kind}\t{unit}\t{ground.map.places[unit].path}\t{period}\t{last}\n"
        for (kind, unit, period), last in sorted(plan.numbers.last.items())
    ]
    columns = ("province_id", "kind", "unit_code", "unit_path", "period", "last")
    with transaction.atomic():
        copy_in("registers_counter", columns, "".join(rows))
        if ground.map.merger is not None:
            tell_merger(ground, plan.followed)
            Run.objects.filter(pk=year.run.pk).update(followed=True)
        finish_run(year, len(plan.planned))

"""Both ways write the same year: rows and events of the bulk way are those of the operations, and tell the same story.

Left out of the comparison, and why: serial keys (two runs share one sequence), so a row names its dossier and its applicant
by their identifiers, and so do payments, in events too, whose digests are then checked by themselves; the nonces of sealed cells,
which are opened; the simulation's own events of beginning and end, which bear the
present moment, and the identifier of the one that tells of the merger.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from django.db import connection, transaction

from motcua.engine.events.api import Event, digest_of, seal_all, verify
from motcua.engine.facts.api import measure_figures, whole_province
from motcua.engine.figures.api import REGISTRY
from motcua.engine.outbox.models import Message
from motcua.engine.privacy.api import open_sealed
from motcua.engine.registers.api import RegisteredNumber
from motcua.kernel.periods import Window
from motcua.kernel.worktime import to_instant
from motcua.modules.dossiers.models import Absence, ClockEntry, Dossier, Task
from motcua.modules.dossiers.queries import clock_of
from motcua.modules.dossiers.telling import tell_applicants
from motcua.modules.dossiers.warning import warn_and_escalate
from motcua.modules.feedback.models import Answer, Note, Ticket
from motcua.modules.payments.models import Charge, Duty, Order
from motcua.modules.records.models import Paper
from motcua.reference.applicants.api import Applicant
from motcua.simulation.api import BULK, Wanted, is_settled, settle, simulate
from motcua.simulation.capturing import DOSSIER, EVENTS, _table, all_tables, side_tables
from motcua.simulation.counting import counted_totals, planned_totals
from motcua.simulation.ground import Ground
from motcua.simulation.kinds import follows, kind_of
from motcua.simulation.loading import _Planned
from motcua.simulation.models import Block, Run
from motcua.simulation.numbering import Numbers, note_numbers
from motcua.simulation.plan.api import Calibration, load_calibration
from motcua.simulation.plan.calibration import Petitions
from motcua.simulation.running import open_year, units_of

pytestmark = pytest.mark.full  # the same year twice takes minutes
SCALE = Fraction(1, 4000)
BLOCK = 80  # dossiers, so that a small year has several
WANTED = Wanted("bac-ninh", 2025, SCALE, 7, BULK)


def year_rows() -> dict[str, Counter[Any]]:
    """Every row of every table that stories write, as far as it can be equal."""
    uids = dict(Dossier.objects.values_list("pk", "uid"))
    people = dict(Applicant.objects.values_list("pk", "uid"))
    others = {name: dict(model.objects.values_list("pk", uid)) for name, (model, uid) in KEYS.items()}
    found: dict[str, Counter[Any]] = {}
    with connection.cursor() as cursor:
        for table in (*all_tables(), *(_table(model, "") for model in ALONG)):
            columns = ", ".join(f'"{name}"::text' for name in table.names)
            where = f"WHERE split_part(type, ':', 1) IN {ROOMS}" if table.name == EVENTS else ""
            cursor.execute(f"SELECT {columns} FROM {table.name} {where}")
            found[table.name] = Counter(
                tuple(
                    cell(table.name, column, value, uids, people, others)
                    for column, value in zip(table.columns, loosened(table, row), strict=True)
                )
                for row in cursor.fetchall()
            )
        cursor.execute("SELECT kind, unit_code, unit_path, period, last FROM registers_counter")
        found["registers_counter"] = Counter(cursor.fetchall())
    merger = Event.objects.filter(type="simulation:units:followed").values_list("occurred_at", "payload")
    found["merger"] = Counter((moment, json.dumps(payload)) for moment, payload in merger)
    return found


ROOMS = ("dossiers", "payments", "records", "feedback")
ALONG = (Absence, Ticket, Answer, Note, Paper)  # written by the operations either way
# Keys of rows that stand in other rows, and what the row is known by.
KEYS = {
    "duty_id": (Duty, "dossier_uid"),
    "charge_id": (Charge, "uid"),
    "order_id": (Order, "uid"),
    "paper_id": (Paper, "uid"),
    "ticket_id": (Ticket, "uid"),
}


def loosened(table: Any, row: tuple[Any, ...]) -> tuple[Any, ...]:
    """Events of payments and absences hold serial keys: without the digests made over them, or the key as subject."""
    cells = dict(zip(table.names, row, strict=True))
    if table.name == EVENTS and cells["type"].startswith(("payments:", "dossiers:absence")):
        cells["digest"] = None
        if cells["type"].startswith("dossiers:absence"):
            cells["subject"] = "absence"
    return tuple(cells.values())


def known(found: Any, others: dict[str, dict[int, Any]]) -> Any:
    """A payload with its serial keys as what they stand for."""
    if isinstance(found, list):
        return [known(one, others) for one in found]
    if not isinstance(found, dict):
        return found
    return {
        name: str(others[name][value]) if name in others and value is not None else known(value, others)
        for name, value in found.items()
        if name != "id"
    }


def cell(
    table: str,
    column: Any,
    value: str | None,
    uids: dict[int, Any],
    people: dict[int, Any],
    others: dict[str, dict[int, Any]],
) -> Any:
    if value is None or (column.name == "id" and table != DOSSIER):
        return None
    if column.name in others:
        return others[column.name][int(value)]
    if column.name == "holder_id":
        return people[int(value)]
    if table == EVENTS and column.name == "payload":
        return json.dumps(known(json.loads(value), others), sort_keys=True)
    if column.name == "dossier_id" or (table == DOSSIER and column.name == "id"):
        return uids[int(value)]
    if column.name == "applicant_id":
        return people[int(value)]
    if column.kind == "sealed":
        text = open_sealed(bytes.fromhex(value.removeprefix("\\x")), context=column.context)
        return json.dumps(json.loads(text), sort_keys=True) if text.startswith("{") else text
    return value


def with_petitions(province: str) -> Calibration:
    """The calibration with as many petitions as make a small year hold every sort."""
    return replace(load_calibration(province), petitions=Petitions(40 * 4_000, 36 * 4_000))


def enter_officers() -> None:
    """Before either run, so that both find the same accounts: their keys stand in events."""
    with transaction.atomic():
        year = open_year(WANTED)
        year.cast(units_of(list(year.stories())))
        Run.objects.all().delete()


@pytest.fixture(scope="module")
def both(django_db_setup: None, django_db_blocker: Any) -> Any:
    """The same small year both ways: the first taken back, the second left standing for the tests of this module."""
    with django_db_blocker.unblock(), transaction.atomic(), pytest.MonkeyPatch.context() as patch:
        patch.setattr("motcua.simulation.running.load_calibration", with_petitions)
        enter_officers()
        with transaction.atomic():
            simulate(Wanted("bac-ninh", 2025, SCALE, 7))
            operations = year_rows()
            transaction.set_rollback(True)
        told: list[str] = []
        patch.setattr("motcua.simulation.loading.BLOCK", BLOCK)
        stopped = simulate(WANTED, lambda one: told.append(one.phase), lambda: "dossiers" in told, workers=1)
        blocks = Block.objects.filter(kind="dossiers").count()
        outcome = simulate(WANTED, workers=1)
        yield operations, year_rows(), (stopped, blocks), outcome
        transaction.set_rollback(True)


@pytest.fixture
def rows(both: Any, db: None) -> Any:
    return both


def test_both_ways_write_the_same_rows_and_events(rows):
    operations, bulk, _stopped, _outcome = rows
    assert operations.keys() == bulk.keys()
    for table in operations:
        assert operations[table] == bulk[table], table
    assert bulk["events_event"].total() > 1_200 and bulk["merger"].total() == 1
    assert bulk["feedback_ticket"].total() == 40
    for table in (*(one.name for one in side_tables()), "dossiers_absence"):
        assert bulk[table].total() > 3, table


def test_digests_are_made_over_what_stands(rows):
    for event in Event.objects.filter(type__regex=rf"^({'|'.join(ROOMS)}):"):
        assert digest_of(event) == bytes(event.digest), event.type


def test_most_of_what_other_rooms_do_is_written_by_templates(rows):
    extras = Block.objects.filter(kind="played").count()
    assert 0 < extras < Dossier.objects.count() * 3 // 4
    assert Block.objects.filter(kind="sidelines").count() == 13


def test_totals_are_the_plan_s_and_nothing_is_written_twice(rows):
    _operations, bulk, (stopped, blocks), outcome = rows
    assert not stopped.finished and blocks == 1 and outcome.finished
    assert outcome.counted.differences(outcome.planned) == []
    year = open_year(WANTED)
    assert len(list(year.planned())) == Dossier.objects.count()
    assert outcome.beside.differences(year.wanted_beside) == []
    assert outcome.beside.petitions_resolved == 36 and outcome.beside.refused == 1
    again = simulate(WANTED, workers=1)
    assert again.already and year_rows() == bulk
    count = Dossier.objects.count()
    assert Block.objects.filter(kind="dossiers").count() == -(-count // BLOCK)


def test_events_replay_to_the_stored_states(rows):
    ground = open_year(WANTED).ground
    events: dict[str, list[Event]] = {}
    for event in Event.objects.filter(type__startswith="dossiers:dossier:").order_by("occurred_at", "pk"):
        assert digest_of(event) == bytes(event.digest)
        events.setdefault(event.subject, []).append(event)
    for dossier in Dossier.objects.all():
        assert plain(replayed(events[f"dossier:{dossier.uid}"], ground)) == plain(stored(dossier))


COLUMNS = (
    "code", "status", "resume_status", "steps", "unit_code", "received_code", "return_code", "promised", "legal_due",
    "index_due", "paused_at", "paused_for", "supplements", "extensions", "ended_at", "returned_at", "received_at",
    "revision", "late_reason", "limit_text", "registered_at",
)  # fmt: skip
TASK = (
    "key",
    "kind",
    "unit_code",
    "assignee_id",
    "state",
    "working_minutes",
    "opened_at",
    "due_at",
    "warn_at",
    "closed_at",
)


def stored(dossier: Dossier) -> dict[str, Any]:
    return {
        "columns": {name: getattr(dossier, name) for name in COLUMNS},
        "tasks": sorted(
            (list(row) for row in Task.objects.filter(dossier=dossier).values_list(*TASK)), key=str
        ),
        "clock": [
            [one.kind, one.at, one.data] for one in ClockEntry.objects.filter(dossier=dossier).order_by("pk")
        ],
    }


def replayed(events: list[Event], ground: Ground) -> dict[str, Any]:
    """The state told by the events, and by the merger between them."""
    columns: dict[str, Any] = {}
    tasks: list[dict[str, Any]] = []
    clock: list[Any] = []
    merger, moved = to_instant(ground.map.merger), False
    for event in events:
        if not moved and columns and event.occurred_at >= merger > events[0].occurred_at:
            follow(columns, tasks, ground)
            moved = True
        told = event.payload
        columns |= {name: value for name, value in told["set"].items() if name in COLUMNS}
        for task in told.get("tasks", ()):
            if task.get("new"):
                tasks.append(dict(task))
                continue
            # a desk that hands over at once opens and closes its step in one event: the new step is told as closed
            for one in tasks:
                if one["key"] == task["key"] and one["closed_at"] is None:
                    one.update(task["set"])
        clock += [[one["kind"], one["at"], one["data"]] for one in told.get("clock", ())]
    if not moved and events[-1].occurred_at < merger:
        follow(columns, tasks, ground)
    return {
        "columns": {name: columns.get(name, EMPTY.get(name)) for name in COLUMNS},
        "tasks": sorted(([task[name] for name in TASK] for task in tasks), key=str),
        "clock": clock,
    }


EMPTY = {"paused_for": "", "supplements": 0, "extensions": 0, "late_reason": "", "limit_text": ""}


def follow(columns: dict[str, Any], tasks: list[dict[str, Any]], ground: Ground) -> None:
    """As the followers do: what is open, the return of what waits to be handed over, and open steps."""
    heirs = ground.map.heirs
    seats = ("unit_code", "received_code", "return_code") if columns.get("ended_at") is None else ()
    for seat in seats or (("return_code",) if columns["status"] == 9 else ()):
        columns[seat] = heirs.get(columns[seat], columns[seat])
    for task in tasks:
        if task["closed_at"] is None:
            task["unit_code"] = heirs.get(task["unit_code"], task["unit_code"])


def plain(state: dict[str, Any]) -> Any:
    from django.core.serializers.json import DjangoJSONEncoder

    text = json.loads(json.dumps(state, cls=DjangoJSONEncoder))
    text["tasks"] = sorted(text["tasks"], key=str)
    return text


def test_the_clock_folds_to_the_dates_kept(rows):
    for dossier in Dossier.objects.all()[:150]:
        clock = clock_of(dossier)
        assert (clock.promised, clock.legal_due, clock.index_due) == (
            dossier.promised, dossier.legal_due, dossier.index_due,
        )  # fmt: skip


def test_the_log_is_sealed_afterwards_and_holds(rows):
    assert seal_all() > 1_200
    found = verify()
    assert found.holds and found.unsealed == 0


def test_numbers_have_no_gaps(rows):
    series: dict[Any, list[int]] = {}
    for kind, unit, period, number in RegisteredNumber.objects.values_list(
        "kind", "unit_code", "period", "number"
    ):
        series.setdefault((kind, unit, period), []).append(number)
    assert all(sorted(numbers) == list(range(1, len(numbers) + 1)) for numbers in series.values())


def test_rare_kinds_are_told_plainly_either_way(rows, monkeypatch):
    monkeypatch.setattr("motcua.simulation.running._DOSSIERS_A_KIND", 100)
    year, other = open_year(WANTED), open_year(WANTED)
    plan, stories = _Planned(year, lambda _progress: None, 1), list(other.stories())
    assert year.plain == other.plain and 20 < len(year.plain) < len(stories)
    assert [plan.story(place) for place in range(len(stories))] == stories
    rules, units = year.ground.rules, year.ground.map
    assert [plan.kind(place) for place in range(len(stories))] == [
        kind_of(one, rules, units) for one in stories
    ]
    taken: dict[Any, list[int]] = {}
    for story in stories:
        note_numbers(story, units, taken)
    numbers = Numbers()
    numbers.rank(taken)
    assert plan.numbers == numbers
    assert plan.followed == sum(follows(one, units) for one in stories)


def test_the_figures_say_the_published_shares(rows):
    found = settle(WANTED)
    calibration = load_calibration(WANTED.province).at(SCALE)
    assert found == counted_totals(open_year(WANTED).ground)
    assert found.differences(planned_totals(calibration)) == []
    assert found.levels["province"].late > 0 and found.services["full"][1] > 0
    assert is_settled(WANTED)


def test_the_figures_of_other_rooms_say_what_was_planned(rows):
    settle(WANTED)
    year = open_year(WANTED)
    list(year.planned())
    wanted, calibration = year.wanted_beside, year.ground.calibration
    first, scope = calibration.first, whole_province(year.ground.province)

    def measured(code: str, last: Any) -> Any:
        figure = REGISTRY.figure(code, last)
        return measure_figures(year.ground.province, [figure], Window(first, last), (), scope=scope).at(
            figure
        )

    for code, count in (
        ("feedback.tickets.received", wanted.petitions),
        ("feedback.tickets.received-resolved", wanted.petitions_resolved),
        ("feedback.ratings.given", wanted.rated),
        ("payments.dossiers-owing", wanted.paid_online + wanted.paid_at_counter),
        ("payments.dossiers-online", wanted.paid_online),
        ("records.digitised", wanted.digitised),
        ("records.reused", wanted.reused),
        ("records.electronic-results", wanted.electronic),
    ):
        assert measured(code, calibration.last).numerator == count, code
    as_of = calibration.rates.as_of
    digitised, reused = measured("records.digitised-rate", as_of), measured("records.reuse-rate", as_of)
    assert (digitised.numerator, digitised.denominator) == (wanted.digitised_by, wanted.received_by)
    assert (reused.numerator, reused.denominator) == (wanted.reused_by, wanted.received_by)
    electronic = measured("records.electronic-results-rate", as_of)
    off = electronic.numerator * 10_000 - calibration.rates.electronic * electronic.denominator
    assert abs(off) <= 20_000  # within two of what the rate gives: a story ends a few days from its plan


def test_nobody_is_told_of_a_simulated_year(rows):
    seal_all()
    assert tell_applicants() == 0 and warn_and_escalate() == 0
    assert Task.objects.filter(closed_at=None).exists() and not Message.objects.exists()

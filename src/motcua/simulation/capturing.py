"""One story played through the operations in a transaction that is rolled back: its rows and events, as text."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.apps import apps
from django.db import connection, models, transaction

from motcua.kernel.worktime import to_instant
from motcua.modules.dossiers.api import lexemes
from motcua.simulation.acting import Player
from motcua.simulation.acts import Extra
from motcua.simulation.extras import PAYMENT
from motcua.simulation.merging import follow_merger
from motcua.simulation.numbering import Numbers
from motcua.simulation.story import Story

Row = dict[str, str | None]
DOSSIER = "dossiers_dossier"
EVENTS, GIVEN = "events_event", "registers_registerednumber"
# Of ended rows the path moves to who keeps them (`modules/dossiers/keepers.py`): table, code and path, ended when.
_KEPT = (
    (DOSSIER, "unit_code", "unit_path"),
    (DOSSIER, "received_code", "received_path"),
    (DOSSIER, "return_code", "return_path"),
    ("dossiers_task", "unit_code", "unit_path"),
    ("dossiers_consultation", "unit_code", "unit_path"),
)


@dataclass(frozen=True, slots=True)
class Column:
    name: str
    kind: str  # text, json, sealed, digest, search
    context: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A table that stories write. `where` finds a story's rows by the dossier's key or its subject."""

    name: str
    columns: tuple[Column, ...]
    where: str

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)


@lru_cache(maxsize=1)
def story_tables() -> tuple[Table, ...]:
    """The dossier, all that hangs on it, its numbers and events."""
    found = []
    for model in apps.get_app_config("dossiers").get_models():
        if model._meta.db_table == DOSSIER:
            found.insert(0, _table(model, "id = %(key)s", keyed=True))
        elif any(one.name == "dossier" for one in model._meta.get_fields()):
            found.append(_table(model, "dossier_id = %(key)s"))
    numbers = apps.get_model("registers", "RegisteredNumber")
    events = apps.get_model("events", "Event")
    by_subject = "province_id = %(province)s AND subject = %(subject)s"
    return (*found, _table(numbers, by_subject), _table(events, by_subject))


@lru_cache(maxsize=1)
def side_tables() -> tuple[Table, ...]:
    """What other rooms write of a dossier, but for numbers and events: those others point to with their keys."""
    found = []
    for (app, name), where in _SIDES.items():
        model = apps.get_model(app, name)
        found.append(_table(model, where, keyed=model._meta.db_table in KEYED))
    return tuple(found)


def all_tables() -> tuple[Table, ...]:
    """Every table a story writes, the dossier's own first."""
    return story_tables() + side_tables()


_OF_DUTY = "duty_id IN (SELECT id FROM payments_duty WHERE dossier_uid = %(uid)s)"
_OF_ORDER = f"order_id IN (SELECT id FROM payments_order WHERE {_OF_DUTY})"  # noqa: S608 - names of our own
_OF_CHARGE = f"charge_id IN (SELECT id FROM payments_charge WHERE {_OF_DUTY})"  # noqa: S608 - likewise
_SIDES = {
    ("payments", "Duty"): "dossier_uid = %(uid)s",
    ("payments", "Order"): _OF_DUTY,
    ("payments", "Charge"): _OF_DUTY,
    ("payments", "OrderLine"): _OF_ORDER,
    ("payments", "Notice"): _OF_ORDER,
    ("payments", "Receipt"): _OF_CHARGE,
    ("records", "Digitisation"): "dossier_uid = %(uid)s",
    ("records", "Reuse"): "dossier_uid = %(uid)s",
    ("records", "ElectronicResult"): "dossier_uid = %(uid)s",
    ("feedback", "Rating"): "dossier_uid = %(uid)s",
    ("feedback", "Grievance"): "dossier_uid = %(uid)s",
}
# Tables whose keys stand in other rows and in events, in the order in which a `Side` holds them.
KEYED = ("payments_duty", "payments_charge", "payments_order", "payments_notice", "payments_receipt")


def _table(model: type[models.Model], where: str, *, keyed: bool = False) -> Table:
    fields = [one for one in model._meta.concrete_fields if keyed or not one.primary_key]
    return Table(model._meta.db_table, tuple(_column(one) for one in fields), where)


def _column(one: Any) -> Column:
    if getattr(one, "context", None):
        return Column(one.column, "sealed", one.context)
    if isinstance(one, models.JSONField):
        return Column(one.column, "json")
    if one.column == "digest" and isinstance(one, models.BinaryField):
        return Column(one.column, "digest")
    if one.column == "search":
        return Column(one.column, "search")
    return Column(one.column, "text")


@dataclass(frozen=True)
class Captured:
    """A story as its rows: by table, each row {column: text as PostgreSQL writes it}."""

    key: int
    rows: Mapping[str, Sequence[Row]]


def capture(player: Player, story: Story, numbers: Numbers, keepers: Mapping[str, str]) -> Captured:
    """Plays a story whole, with the numbers it has in its year, and takes everything back.

    keepers: path of the unit that keeps a former unit's ended files, by code.
    """
    with transaction.atomic():
        _set_counters(player, story, numbers)
        _play(player, story, len(story.acts))
        found = _read(player, player.uids.pop(story.number))
        transaction.set_rollback(True)
    _keep(found.rows, keepers)
    for row in found.rows[DOSSIER]:
        paths = [row[f"{seat}_path"] or "" for seat in ("unit", "received", "return")]
        row["search"] = lexemes(row["applicant_name"] or "", *paths)
    return found


def capture_extra(player: Player, story: Story, extra: Extra, numbers: Numbers, apart: int = 0) -> Captured:
    """Plays a story up to what another room does beside it, and that, and takes everything back; only what that room wrote
    is read. apart: so far are the keys of the tables moved apart, so that none looks like another's."""
    with transaction.atomic():
        _set_counters(player, story, numbers)
        if apart:
            _move_apart(apart)
        _hide_later_payments(player, story, extra)
        _play(player, story, extra.place + 1, extra)
        found = _read_extra(player, player.uids.pop(story.number))
        transaction.set_rollback(True)
    return found


def _play(player: Player, story: Story, count: int, extra: Extra | None = None) -> None:
    """So many acts, then what another room does; the units merge when it is time, at the end at the latest."""
    merger, followed = player.ground.map.merger, False
    for place, act in enumerate(story.acts[:count]):
        if not followed and merger is not None and act.minute >= merger > story.acts[0].minute:
            follow_merger(player.ground, player.draws, _codes(story))
            followed = True
        player.play(story, place)
    if extra is not None:
        player.play_extra(story, extra)
    if not followed and merger is not None and story.acts[count - 1].minute < merger:
        follow_merger(player.ground, player.draws, _codes(story))


def _hide_later_payments(player: Player, story: Story, extra: Extra) -> None:
    """In the order of time nothing later is there when a story is played: payments online of the same procedure tell those
    that come after them."""
    if extra.name == PAYMENT:
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE payments_duty SET online_at = NULL "
                "WHERE province_id = %s AND procedure_code = %s AND online_at >= %s",
                [player.ground.province.pk, story.route.code, to_instant(extra.minute)],
            )


def _move_apart(apart: int) -> None:
    with connection.cursor() as cursor:
        for place, table in enumerate(KEYED, start=1):
            cursor.execute(
                "SELECT count(nextval(pg_get_serial_sequence(%s, 'id'))) FROM generate_series(1, %s)",
                [table, place * apart],
            )


def _codes(story: Story) -> set[str]:
    return {story.handling, story.receiving, story.asked}


def _set_counters(player: Player, story: Story, numbers: Numbers) -> None:
    """The registers as they stand before each of the story's numbers is taken."""
    with connection.cursor() as cursor:
        for (kind, unit, period), number in sorted(numbers.series(story, player.ground.map)):
            if number > 1:
                cursor.execute(
                    "INSERT INTO registers_counter (province_id, kind, unit_code, unit_path, period, last) "
                    "VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT (province_id, kind, unit_code, period) DO NOTHING",
                    [
                        player.ground.province.pk,
                        kind,
                        unit,
                        player.ground.map.places[unit].path,
                        period,
                        number - 1,
                    ],
                )


def _read(player: Player, uid: uuid.UUID) -> Captured:
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM dossiers_dossier WHERE uid = %s", [uid])
        [(key,)] = cursor.fetchall()
        given = {"key": key, "province": player.ground.province.pk, "subject": f"dossier:{uid}"}
        rows: dict[str, list[Row]] = {}
        for table in story_tables():
            rows[table.name] = _fetched(cursor, table, table.where, given)
    return Captured(key, rows)


def _read_extra(player: Player, uid: uuid.UUID) -> Captured:
    given: dict[str, Any] = {"uid": uid, "province": player.ground.province.pk}
    with connection.cursor() as cursor:
        rows = {table.name: _fetched(cursor, table, table.where, given) for table in side_tables()}
        told = [
            f"{kind}:{row['uid']}"
            for table, kind in _TOLD_BY.items()
            for row in rows[table]
        ]  # fmt: skip
        given |= {"subjects": [*told, f"grievance:{uid}"], "dossier": f"dossier:{uid}"}
        for table in story_tables():
            where = _ASIDE.get(table.name)
            if where:
                rows[table.name] = _fetched(cursor, table, where, given)
    return Captured(0, rows)


_TOLD_BY = {
    "payments_charge": "charge",
    "payments_order": "order",
    "payments_notice": "notice",
    "payments_receipt": "receipt",
    "feedback_rating": "rating",
}
_OF_IT = "province_id = %(province)s AND "
_ASIDE = {
    GIVEN: _OF_IT + "subject = ANY(%(subjects)s)",
    EVENTS: _OF_IT
    + "(subject = ANY(%(subjects)s) OR (subject = %(dossier)s AND type NOT LIKE 'dossiers:%%'))",
}


def _fetched(cursor: Any, table: Table, where: str, given: Mapping[str, Any]) -> list[Row]:
    columns = ", ".join(f'"{name}"::text' for name in table.names)
    # Names of our own models; values are parameters.
    cursor.execute(f"SELECT {columns} FROM {table.name} WHERE {where} ORDER BY id", given)  # noqa: S608
    return [dict(zip(table.names, row, strict=True)) for row in cursor.fetchall()]


def _keep(rows: Mapping[str, Sequence[Row]], keepers: Mapping[str, str]) -> None:
    for table, code, path in _KEPT:
        for row in rows[table]:
            kept = keepers.get(row[code] or "")
            if kept is not None and _is_ended(table, code, row):
                row[path] = kept


def _is_ended(table: str, code: str, row: Row) -> bool:
    if table == DOSSIER:  # a result not handed over yet follows with its code
        return row["ended_at"] is not None and (code != "return_code" or row["status"] != "9")
    return row["closed_at" if table == "dossiers_task" else "answered_at"] is not None

"""Re-encrypting with the newest key: in batches, resumable, while the system goes on working."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db import connection, transaction

from motcua.engine.events.api import record
from motcua.engine.privacy.events import RESEALED
from motcua.engine.privacy.fields import SealedField
from motcua.engine.privacy.keys import ring
from motcua.engine.privacy.models import DataKey
from motcua.engine.privacy.ring import key_of

BATCH = 500


@dataclass(frozen=True, slots=True)
class Column:
    """A sealed column of a table."""

    table: str
    key: str
    name: str
    context: str


_declared: dict[tuple[str, str], str] = {}
_files: list[Callable[[], Sequence[tuple[Path, str]]]] = []


def declare_sealed_column(model: str, field: str, context: str) -> None:
    """Names a BinaryField that a room seals by hand (`seal`), so that key rotation reaches it.

    model: "app_label.Model"; field: its column's name. SealedFields are found by themselves. Called from AppConfig.ready.
    """
    _declared[model, field] = context


def declare_sealed_files(files: Callable[[], Sequence[tuple[Path, str]]]) -> None:
    """Names files of the data folder that a room seals whole: (path, context) of each, asked anew at every rotation."""
    if files not in _files:
        _files.append(files)


def waiting_files() -> list[tuple[Path, str]]:
    """Sealed files that bear an older key, with their contexts."""
    listed = [one for files in _files for one in files()]
    return [(path, context) for path, context in listed if key_of(path.read_bytes()) != ring().newest_id]


def reseal_files() -> int:
    """Seals them with the newest key, each whole or not at all; returns how many. Raises PrivacyError when one does not open."""
    waiting = waiting_files()
    for path, context in waiting:
        fresh = ring().seal(ring().open(path.read_bytes(), context), context)
        building = path.with_name(f".{path.name}.{os.getpid()}")
        handle = os.open(building, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as stream:
            stream.write(fresh)
        building.replace(path)
    return len(waiting)


def sealed_columns() -> list[Column]:
    """Every sealed column of the installation, by table."""
    found = [
        _column(model, field.column, field.context)
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, SealedField)
    ]
    for (label, name), context in _declared.items():
        model = apps.get_model(label)
        found.append(_column(model, name, context))
    return sorted(found, key=lambda column: (column.table, column.name))


def waiting(column: Column) -> int:
    """How many values of a column are sealed with an older key. Reads the whole table."""
    with connection.cursor() as cursor:
        cursor.execute(_sql(column, "SELECT count(*) FROM {table} WHERE {older}"), [ring().newest_id])
        return int(cursor.fetchone()[0])


def reseal_column(column: Column, *, batch: int = BATCH) -> Iterator[int]:
    """Seals the column's older values with the newest key; yields the size of each committed batch.

    Stopped at any moment, it goes on where it was: what is done bears the newest key. Raises PrivacyError when a
    value does not open.
    """
    after = None
    while True:
        with transaction.atomic():
            rows = _older(column, after, batch)
            for key, blob in rows:
                _put(column, key, bytes(blob))
        if not rows:
            return
        after = rows[-1][0]
        yield len(rows)


def forget_older_keys(resealed: int) -> list[str]:
    """After everything is resealed: the ids of keys that no row needs any more, now forgotten by the database.

    The key of the blind indexes is never among them. Records the event of the rotation.
    """
    with transaction.atomic():
        older = DataKey.objects.exclude(key_id=ring().newest_id.hex()).exclude(blinds=True)
        ids = sorted(older.values_list("key_id", flat=True))
        older.delete()
        record(
            RESEALED,
            province=None,
            subject="data-keys",
            payload={"rows": resealed, "key": ring().newest_id.hex()},
        )
    return ids


_FIRST = "SELECT {key}, {name} FROM {table} WHERE {older} ORDER BY {key} LIMIT %s FOR UPDATE"
_NEXT = "SELECT {key}, {name} FROM {table} WHERE {older} AND {key} > %s ORDER BY {key} LIMIT %s FOR UPDATE"


def _older(column: Column, after: Any, batch: int) -> list[tuple[Any, bytes]]:
    """Locked, so that a value somebody writes meanwhile is not overwritten by its former self."""
    values = (ring().newest_id, batch) if after is None else (ring().newest_id, after, batch)
    with connection.cursor() as cursor:
        cursor.execute(_sql(column, _FIRST if after is None else _NEXT), values)
        return list(cursor.fetchall())


def _put(column: Column, key: Any, blob: bytes) -> None:
    current = ring()
    fresh = current.seal(current.open(blob, column.context), column.context)
    with connection.cursor() as cursor:
        cursor.execute(_sql(column, "UPDATE {table} SET {name} = %s WHERE {key} = %s"), [fresh, key])


def _column(model: Any, name: str | None, context: str) -> Column:
    meta = model._meta
    return Column(meta.db_table, meta.pk.column, str(name), context)


def _sql(column: Column, text: str) -> str:
    quoted = {part: connection.ops.quote_name(getattr(column, part)) for part in ("table", "key", "name")}
    older = f"octet_length({quoted['name']}) > 0 AND substring({quoted['name']} FROM 2 FOR 4) <> %s"
    return text.format(**quoted, older=older)

"""Facts frozen as the evidence of what was handed in, and held against their hashes afterwards.

A folder holds one Parquet file a fact, its rows in key order, and `manifest.json`: province, window, for each fact its
columns, rows, canonical hash and the SHA-256 of the file, the definitions of figures over these facts in force on the last
day with their digests, and the last event with its link in the sealed chain. The database keeps the SHA-256 of the
manifest. Anyone can check a folder with `verify_folder` alone.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction

import motcua
from motcua.engine.accounts.models import User
from motcua.engine.events.api import record, sealed_head
from motcua.engine.facts import disk, duck
from motcua.engine.facts.engines import DuckEngine
from motcua.engine.facts.events import FROZEN
from motcua.engine.facts.hashing import content_hash
from motcua.engine.facts.keeping_up import catch_up
from motcua.engine.facts.models import Evidence
from motcua.engine.facts.shelf import SHELF, Snapshot
from motcua.engine.figures.api import REGISTRY, FactShape, Figure, definition_digest
from motcua.engine.provinces.api import Province
from motcua.kernel.clock import now
from motcua.kernel.disk import digest_of
from motcua.kernel.ids import uuid7
from motcua.kernel.periods import Window

MANIFEST = "manifest.json"


def folder_of(evidence: Evidence | UUID) -> Path:
    """Where a piece of evidence lies; among the stored files, so that backups hold it."""
    uid = evidence if isinstance(evidence, UUID) else evidence.uid
    return Path(settings.EVIDENCE_ROOT) / str(uid)


def freeze(
    province: Province, facts: Sequence[str], window: Window, *, actor: User | None = None
) -> Evidence:
    """Writes facts as they are now, with everything recorded until now, and remembers their hashes and an event.

    Raises FactsError as `measure_figures`. The folder appears whole, in the transaction of its row.
    """
    catch_up(province)
    uid = uuid7()
    target = folder_of(uid)
    writing = target.with_name(f"draft-{uid}")
    writing.mkdir(mode=0o700, parents=True)
    with SHELF.open(province.pk, sorted(set(facts))) as (engine, snapshot):
        frozen = {fact: _freeze_fact(engine, REGISTRY.fact(fact), writing) for fact in sorted(set(facts))}
    manifest = _manifest(province, window, frozen, snapshot)
    digest = _write_manifest(manifest, writing)
    with transaction.atomic():
        made = Evidence.objects.create(
            province=province,
            uid=uid,
            first_day=window.first,
            last_day=window.last,
            manifest=manifest,
            digest=digest,
            created_at=now(),
        )
        told = {
            "facts": ", ".join(frozen),
            "first": f"{window.first:%d/%m/%Y}",
            "last": f"{window.last:%d/%m/%Y}",
        }
        record(
            FROZEN,
            province=province,
            subject=f"evidence:{uid}",
            payload=told | {"digest": digest},
            actor=actor,
        )
        writing.rename(target)
    return made


def _freeze_fact(engine: DuckEngine, shape: FactShape, folder: Path) -> dict[str, Any]:
    relation = engine.relations[shape.name]
    with disk.draft(".parquet") as written:
        select = f'SELECT {duck.columns(shape)} FROM {relation} AS f ORDER BY "{shape.key}"'
        duck.write_parquet(engine.connection, select, written)
        settled = disk.settle(written, folder / f"{shape.name}.parquet")
    hashed, rows = content_hash(engine.connection, f"read_parquet({duck.quoted(settled.path)})", shape)
    return {
        "columns": [[name, kind] for name, kind in shape.columns.items()],
        "key": shape.key,
        "unit": shape.unit,
        "rows": rows,
        "content": hashed,
        "file": settled.path.name,
        "size": settled.size,
        "sha256": settled.digest,
    }


def _manifest(
    province: Province, window: Window, frozen: dict[str, dict[str, Any]], snapshot: Snapshot
) -> dict[str, Any]:
    head = sealed_head(province.pk)
    at_head = head is not None and head.position == snapshot.position
    return {
        "format": 1,
        "motcua": motcua.__version__,
        "province": province.key,
        "first_day": window.first.isoformat(),
        "last_day": window.last.isoformat(),
        "made_at": now().isoformat(),
        "last_event": {
            "position": snapshot.position,
            "recorded_at": snapshot.event_at.isoformat() if snapshot.event_at else None,
            "uid": head.event_uid if head and at_head else None,
            "chain": head.chain_digest if head and at_head else None,
        },
        "facts": frozen,
        "figures": [_definition(each) for each in _figures(frozen, window)],
    }


def _figures(frozen: dict[str, Any], window: Window) -> Iterator[Figure]:
    """The figures over frozen facts alone, in force on the last day."""
    for figure in REGISTRY.figures(window.last):
        if {selection.fact for selection in figure.selections()} <= set(frozen):
            yield figure


def _definition(figure: Figure) -> dict[str, Any]:
    return {"code": figure.code, "version": figure.version, "definition": definition_digest(figure)}


def _write_manifest(manifest: dict[str, Any], folder: Path) -> str:
    with disk.draft(".json") as written:
        written.write_text(
            json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True), encoding="utf-8"
        )
        return disk.settle(written, folder / MANIFEST).digest


def verify_evidence(evidence: Evidence) -> list[str]:
    """What is wrong with a piece of evidence, as codes; nothing when every byte is as it was frozen."""
    folder = folder_of(evidence)
    if not (folder / MANIFEST).is_file():
        return ["manifest.missing"]
    changed = digest_of(folder / MANIFEST) != evidence.digest
    return ["manifest.changed"] if changed else verify_folder(folder)


def verify_folder(folder: Path) -> list[str]:
    """What is wrong with a folder of evidence, held against its own manifest."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return ["manifest.unreadable"]
    wrong = []
    for name, told in sorted(manifest["facts"].items()):
        path = folder / told["file"]
        if not path.is_file():
            wrong.append(f"{name}.missing")
        elif digest_of(path) != told["sha256"]:
            wrong.append(f"{name}.changed")
        elif _content(path, name, told) != (told["content"], told["rows"]):
            wrong.append(f"{name}.content")
    known = {told["file"] for told in manifest["facts"].values()} | {MANIFEST}
    return wrong + [f"{path.name}.strange" for path in sorted(folder.iterdir()) if path.name not in known]


def _content(path: Path, name: str, told: dict[str, Any]) -> tuple[str, int]:
    memory = duck.connect()
    try:
        shape = FactShape(name, dict(told["columns"]), told["key"], told["unit"])
        return content_hash(memory, f"read_parquet({duck.quoted(path)})", shape)
    finally:
        memory.close()

"""Frozen facts: complete, checked by anybody, and no byte of them changes unseen."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from motcua.engine.events.api import Event, sealed_head
from motcua.engine.facts import duck
from motcua.engine.facts import evidence as room
from motcua.engine.facts.api import catch_up, freeze, verify_evidence, verify_folder
from motcua.engine.facts.engines import DuckEngine, measure
from motcua.engine.facts.evidence import MANIFEST, folder_of
from motcua.engine.facts.models import Evidence
from motcua.engine.facts.tests import things
from motcua.engine.figures.api import REGISTRY, count_of, definition_digest, in_period
from motcua.engine.figures.tests import made
from motcua.kernel.disk import digest_of
from motcua.kernel.periods import Window

WINDOW = Window(dt.date(2025, 1, 1), dt.date(2025, 12, 31))
ENDED = made.figure("made.frozen", count=count_of("test_things", *in_period("ended_on")))


@pytest.fixture
def frozen(built, province, monkeypatch):
    monkeypatch.setattr(REGISTRY, "_versions", {})
    REGISTRY.define(ENDED)
    for number in range(4):
        things.put(province, days=number)
    return freeze(province, [built.name], WINDOW)


def test_evidence_holds_what_was_recorded_until_then(frozen, built, province):
    manifest = json.loads((folder_of(frozen) / MANIFEST).read_text(encoding="utf-8"))
    assert manifest == frozen.manifest
    assert manifest["facts"][built.name]["rows"] == 4
    assert manifest["last_event"]["position"] == 4 and manifest["last_event"]["chain"]
    assert manifest["figures"] == [
        {"code": "made.frozen", "version": 1, "definition": definition_digest(ENDED)}
    ]
    things.put(province)
    catch_up(province)
    memory = duck.connect()
    path = folder_of(frozen) / manifest["facts"][built.name]["file"]
    engine = DuckEngine(memory, {built.name: f"read_parquet({duck.quoted(path)})"})
    assert measure(engine, [ENDED], WINDOW)[0][()].numerator == 4
    assert verify_evidence(frozen) == [] == verify_folder(folder_of(frozen))


def test_freezing_is_an_event_that_holds_the_hash(frozen, province):
    told = Event.objects.get(type="facts:evidence:frozen")
    assert told.subject == f"evidence:{frozen.uid}" and told.payload["digest"] == frozen.digest
    assert sealed_head(province.pk).position == 4


def test_any_changed_byte_is_seen(frozen):
    for path in sorted(folder_of(frozen).iterdir()):
        content = path.read_bytes()
        step = max(1, len(content) // 150)
        for place in [*range(0, len(content), step), len(content) - 1]:
            changed = bytearray(content)
            changed[place] ^= 0x40
            path.write_bytes(bytes(changed))
            assert verify_evidence(frozen), (path.name, place)
        for other in (content + b"\0", content[:-1], b""):
            path.write_bytes(other)
            assert verify_evidence(frozen)
        path.unlink()
        assert verify_evidence(frozen)
        path.write_bytes(content)
    (folder_of(frozen) / "more.parquet").write_bytes(b"x")
    assert verify_evidence(frozen) == ["more.parquet.strange"]


def test_a_manifest_changed_with_its_files_is_seen_by_the_database(frozen, built, province):
    things.put(province)
    other = freeze(province, [built.name], WINDOW)
    for path in folder_of(other).iterdir():
        (folder_of(frozen) / path.name).write_bytes(path.read_bytes())
    assert verify_folder(folder_of(frozen)) == []
    assert verify_evidence(frozen) == ["manifest.changed"]


def test_rows_put_in_another_order_or_changed_have_another_content(frozen, built):
    """Even where somebody mends the file's own hash in the manifest."""
    folder = folder_of(frozen)
    told = frozen.manifest["facts"][built.name]
    memory = duck.connect()
    source = folder / told["file"]
    other = folder / "other"
    select = f"SELECT * REPLACE (days + 1 AS days) FROM read_parquet({duck.quoted(source)})"
    duck.write_parquet(memory, select, other)
    other.replace(source)
    mended = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    mended["facts"][built.name]["sha256"] = digest_of(source)
    (folder / MANIFEST).write_text(json.dumps(mended), encoding="utf-8")
    assert verify_folder(folder) == [f"{built.name}.content"]


def test_a_failure_leaves_neither_row_nor_folder(built, province, monkeypatch):
    def failing(*given, **named):
        raise RuntimeError

    monkeypatch.setattr(room, "record", failing)
    with pytest.raises(RuntimeError):
        freeze(province, [built.name], WINDOW)
    assert not Evidence.objects.exists()
    assert [
        path.name for path in folder_of(Evidence()).parent.iterdir() if not path.name.startswith("draft-")
    ] == []

from __future__ import annotations

import pytest

from motcua.engine.facts import shelf, sources
from motcua.engine.facts.rebuilding import rebuild
from motcua.engine.facts.tests import things
from motcua.engine.figures.api import REGISTRY
from motcua.engine.provinces.api import Province


@pytest.fixture
def source(db, settings, tmp_path, monkeypatch):
    """The fact of things alone, its table empty, its folders under tmp_path."""
    settings.FACTS_ROOT = tmp_path / "facts"
    settings.EVIDENCE_ROOT = tmp_path / "evidence"
    monkeypatch.setattr(sources, "_sources", {})
    monkeypatch.setattr(shelf.SHELF, "_held", {})
    monkeypatch.setattr(shelf.SHELF, "_memory", None)
    monkeypatch.setattr(REGISTRY, "_facts", dict(REGISTRY._facts))
    things.create_table()
    return sources.define_source(things.SHAPE, things.SQL, things.SOURCE.events)


@pytest.fixture
def province(db):
    return Province.objects.create(key="tinh-thu", agency_code="H99", place_code="99")


@pytest.fixture
def built(source, province):
    """The fact built of nothing."""
    rebuild(province, source)
    return source

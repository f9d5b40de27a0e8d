from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from motcua.engine.facts import sources
from motcua.engine.facts.rebuilding import rebuild
from motcua.engine.facts.testing import fresh_facts
from motcua.engine.facts.tests import things
from motcua.engine.figures.api import REGISTRY
from motcua.engine.provinces.api import Province


@pytest.fixture
def source(db, settings, tmp_path, monkeypatch):
    """The fact of things alone, its table empty, its folders under tmp_path."""
    fresh_facts(settings, tmp_path, monkeypatch)
    settings.EVIDENCE_ROOT = tmp_path / "evidence"
    monkeypatch.setattr(sources, "_sources", {})
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


@pytest.fixture(scope="session")
def spark() -> Iterator[Any]:
    pytest.importorskip("pyspark", reason="the extra `spark` is not installed")
    if shutil.which("java") is None:
        pytest.skip("Spark needs Java")
    from pyspark.sql import SparkSession

    with tempfile.TemporaryDirectory() as folder:
        settings_of = {
            "spark.ui.enabled": "false",
            "spark.sql.shuffle.partitions": "1",
            "spark.default.parallelism": "1",
            "spark.sql.session.timeZone": "UTC",
            "spark.sql.warehouse.dir": str(Path(folder) / "warehouse"),
        }
        builder = SparkSession.builder.master("local[1]").appName("motcua-tests")
        for key, value in settings_of.items():
            builder = builder.config(key, value)
        session = builder.getOrCreate()
        session.sparkContext.setLogLevel("ERROR")
        yield session
        session.stop()

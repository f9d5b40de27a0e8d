"""Database URLs survive any character, and a bad one is explained."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from motcua.engine.database.api import (
    DatabaseProblem,
    connection_fields,
    database_url,
    django_database,
    shown,
)
from motcua.engine.database.urls import socket_url

NAMES = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="\x00"), min_size=1
)


@settings(max_examples=60, deadline=None)
@given(folder=NAMES)
def test_socket_url_reads_back_as_libpq_reads_it(folder: str) -> None:
    path = Path("/") / folder.replace("/", "-")
    url = socket_url("motcua", "motcua", path)
    fields = connection_fields(url)
    assert fields == {"user": "motcua", "dbname": "motcua", "host": str(path), "port": "5432"}
    assert conninfo_to_dict(make_conninfo(url)) == fields


@settings(max_examples=60, deadline=None)
@given(password=NAMES)
def test_password_survives_and_is_never_shown(password: str) -> None:
    url = f"postgresql://u:{quote(password, safe='')}@db.example:6432/m?sslmode=require"
    entry = django_database(url)
    assert (entry["PASSWORD"], entry["HOST"], entry["PORT"]) == (password, "db.example", "6432")
    assert entry["OPTIONS"]["sslmode"] == "require"
    assert shown(url) == "postgresql://u:***@db.example:6432/m?sslmode=require"


def test_pool_and_plain_connections() -> None:
    url = "postgresql://u@h/m"
    assert django_database(url)["CONN_MAX_AGE"] == 0
    assert django_database(url)["OPTIONS"]["pool"]["max_size"] == 8
    assert "pool" not in django_database(url, pool=False)["OPTIONS"]
    assert django_database(url, pool=False)["CONN_MAX_AGE"] == 600


@pytest.mark.parametrize("url", ["mysql://u@h/m", "postgresql://u@h/", "không phải", "postgresql://h:abc/m"])
def test_a_bad_url_is_explained(url: str) -> None:
    with pytest.raises(DatabaseProblem) as caught:
        connection_fields(url)
    assert caught.value.code == "DB-URL"
    assert "MOTCUA_DATABASE_URL" in caught.value.message


@pytest.mark.parametrize("size", ["0", "-1", "nhiều", "501"])
def test_a_bad_pool_size_is_explained(monkeypatch: pytest.MonkeyPatch, size: str) -> None:
    monkeypatch.setenv("MOTCUA_POOL_SIZE", size)
    with pytest.raises(DatabaseProblem, match="DB-POOL"):
        django_database("postgresql://u@h/m")


def test_the_administrators_url_comes_first(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("MOTCUA_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("MOTCUA_DATABASE_URL", "postgresql://u@h/m")
    assert database_url() == "postgresql://u@h/m"
    monkeypatch.delenv("MOTCUA_DATABASE_URL")
    assert connection_fields(database_url())["host"].startswith(("/tmp", str(tmp_path)))

"""This process's own DuckDB: in memory, offline, in UTC; files are read and written by it alone."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import duckdb

from motcua.engine.facts import disk
from motcua.engine.figures.api import FactShape

GONE = "__gone"  # the column of deltas that marks a record without a row
# Fewer rows a group than usual: a row selected anew touches less, and two processors share a small province.
ROW_GROUP = 61_440


def connect() -> Any:
    """A new database in memory that never reaches for the network and spills beside the segments."""
    connection = duckdb.connect(
        ":memory:",
        config={
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "temp_directory": str(disk.drafts() / f"{spill_of_this_machine()}{os.getpid()}"),
            "threads": str(os.cpu_count() or 1),
        },
    )
    connection.execute("SET TimeZone = 'UTC'")
    return connection


def spill_of_this_machine() -> str:
    """How the names of folders begin into which processes of this machine spill; their number follows."""
    return f"spill-{platform.node()}-"


def quoted(text: str | Path) -> str:
    """A text as a literal, for the names of files of ours: DuckDB takes no parameter there in a view."""
    return "'" + str(text).replace("'", "''") + "'"


def files(paths: Iterable[Path]) -> str:
    """A list of files, as read_parquet takes it."""
    return "[" + ", ".join(quoted(path) for path in paths) + "]"


def columns(shape: FactShape, prefix: str = "") -> str:
    """The columns of a fact, listed."""
    return ", ".join(f'{prefix}"{name}"' for name in shape.columns)


def write_parquet(connection: Any, select: str, path: Path) -> None:
    """Writes the rows of a SELECT to a file, in the order it gives them."""
    connection.execute(
        f"COPY ({select}) TO {quoted(path)} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {ROW_GROUP})"
    )

"""Django made ready inside a command, on the database that the command has found or started."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def django_ready() -> Iterator[None]:
    """Starts or adopts the database for the time of the command, then sets Django up on it."""
    from motcua.engine.database.api import running_database

    with running_database() as url, _django_on(url):
        yield


@contextmanager
def ready_database() -> Iterator[None]:
    """As `django_ready`; an empty database is first brought to this version, without demonstration data.

    Raises Problem RUN-PREPARE.
    """
    from motcua.cli.preparation import prepare
    from motcua.engine.database.api import data_dir, read_state, running_database

    with running_database() as url:
        os.environ["MOTCUA_DATABASE_URL"] = url
        if not read_state(url):
            prepare(data_dir(), demo=False)
        with _django_on(url):
            yield


@contextmanager
def _django_on(url: str) -> Iterator[None]:
    os.environ["MOTCUA_DATABASE_URL"] = url
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "motcua.config.settings")
    import django
    from django.db import connections

    django.setup()
    try:
        yield
    finally:
        connections.close_all()
        for connection in connections.all(initialized_only=True):
            connection.close_pool()  # type: ignore[attr-defined]

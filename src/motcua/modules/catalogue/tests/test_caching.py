"""What is kept in memory is never older than a second, and never what was rolled back."""

from __future__ import annotations

import datetime as dt
import threading

import pytest
from django.db import connection, transaction

from motcua.modules.catalogue import caching
from motcua.modules.catalogue.api import Announcement, announce, procedure_on
from motcua.modules.catalogue.models import Version

OCTOBER = dt.date(2026, 10, 1)
DECISION = Announcement("200/QĐ-UBND", dt.date(2026, 9, 30))


def elsewhere(work):
    """Runs in another thread, with a connection of its own."""
    result = []

    def run():
        try:
            result.append(work())
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    return result[0]


@pytest.mark.django_db(transaction=True)
def test_asked_again_costs_no_query(province, procedure, django_assert_num_queries, monkeypatch):
    monkeypatch.setattr(caching, "LOOK_EVERY", 3600.0)
    first = procedure_on(province, procedure.code, OCTOBER)
    with django_assert_num_queries(0):
        assert procedure_on(province, procedure.code, OCTOBER) is first


@pytest.mark.django_db(transaction=True)
def test_another_process_is_noticed(province, procedure, monkeypatch):
    """A change that does not pass through this process's `forget` shows when the stamp is looked at."""
    monkeypatch.setattr(caching, "LOOK_EVERY", 3600.0)
    before = procedure_on(province, procedure.code, OCTOBER)
    elsewhere(lambda: Version.objects.filter(procedure=procedure).update(name="Đổi ở tiến trình khác"))
    assert procedure_on(province, procedure.code, OCTOBER) is before
    monkeypatch.setattr(caching, "LOOK_EVERY", 0.0)
    assert procedure_on(province, procedure.code, OCTOBER).name == "Đổi ở tiến trình khác"


@pytest.mark.django_db(transaction=True)
def test_what_is_rolled_back_was_never_seen(editor, province, procedure, proposal):
    before = procedure_on(province, procedure.code, OCTOBER)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        version = announce(editor, procedure, DECISION, OCTOBER, proposal=proposal)
        assert procedure_on(province, procedure.code, OCTOBER).version_id == version.pk
        assert (
            elsewhere(lambda: procedure_on(province, procedure.code, OCTOBER)).version_id == before.version_id
        )
        raise ZeroDivisionError
    assert procedure_on(province, procedure.code, OCTOBER).version_id == before.version_id


@pytest.mark.django_db(transaction=True)
def test_what_is_committed_is_seen_at_once(editor, province, procedure, proposal):
    procedure_on(province, procedure.code, OCTOBER)
    version = announce(editor, procedure, DECISION, OCTOBER, proposal=proposal)
    assert procedure_on(province, procedure.code, OCTOBER).version_id == version.pk

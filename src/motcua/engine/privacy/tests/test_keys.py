"""Keys are made once, kept to their owner, and never made anew where rows need the old ones."""

from __future__ import annotations

import stat
import threading

import pytest
from django.core.management import CommandError, call_command

from motcua.engine.privacy import keys
from motcua.engine.privacy.errors import PrivacyError
from motcua.engine.privacy.models import DataKey

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A data folder of its own, and a database that knows no key yet."""
    monkeypatch.delenv(keys.VARIABLE, raising=False)
    monkeypatch.setenv("MOTCUA_DATA_DIR", str(tmp_path))
    keys.ring.cache_clear()
    DataKey.objects.all().delete()
    yield tmp_path
    monkeypatch.undo()
    keys.ring.cache_clear()


def refused(call):
    with pytest.raises(PrivacyError) as refusal:
        call()
    return refusal.value


def test_made_once_and_readable_by_its_owner_only(folder):
    first = keys.ring().newest_id
    path = folder / "data-keys"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    keys.ring.cache_clear()
    assert keys.ring().newest_id == first
    assert [entry.name for entry in folder.iterdir()] == ["data-keys"]


def test_two_processes_that_start_together_make_one(folder):
    """Each makes its own and only the first is linked in, whole."""
    found, start = [], threading.Barrier(8)

    def make():
        start.wait()
        found.append(keys._link_new(folder / "data-keys"))

    threads = [threading.Thread(target=make) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == [False] * 7 + [True]
    assert len(keys.parse_keys((folder / "data-keys").read_text())) == 1
    assert [entry.name for entry in folder.iterdir()] == ["data-keys"]


def test_no_new_key_where_rows_need_an_old_one(folder):
    keys.remember_keys()
    known = DataKey.objects.get().key_id
    (folder / "data-keys").unlink()
    keys.ring.cache_clear()
    problem = refused(keys.ring)
    assert problem.code == "privacy.key.missing" and known in problem.message
    assert not (folder / "data-keys").exists()


def test_a_foreign_ring_is_refused_at_migration(folder, monkeypatch):
    keys.remember_keys()
    monkeypatch.setenv(keys.VARIABLE, keys.new_key())
    keys.ring.cache_clear()
    assert refused(keys.remember_keys).code == "privacy.key.missing"
    known = DataKey.objects.get().key_id
    with pytest.raises(CommandError):
        call_command("forget_data_key", known)
    call_command("forget_data_key", known, i_know=True, verbosity=0)
    keys.remember_keys()
    assert DataKey.objects.get().key_id == keys.ring().newest_id.hex()


def test_the_first_key_stays_first(folder, monkeypatch):
    keys.remember_keys()
    first = (folder / "data-keys").read_text().strip()
    monkeypatch.setenv(keys.VARIABLE, f"{keys.new_key()},{first}")
    keys.ring.cache_clear()
    assert refused(keys.remember_keys).code == "privacy.key.first"


def test_a_key_is_added_at_the_end(folder):
    keys.remember_keys()
    first = keys.ring()
    call_command("add_data_key", verbosity=0)
    second = keys.ring()
    assert second.first_id == first.newest_id != second.newest_id
    assert stat.S_IMODE((folder / "data-keys").stat().st_mode) == 0o600
    assert set(DataKey.objects.values_list("key_id", "blinds")) == {
        (second.first_id.hex(), True),
        (second.newest_id.hex(), False),
    }


def test_keys_of_the_environment_are_not_ours_to_add_to(folder, new_ring):
    new_ring(keys.new_key())
    with pytest.raises(CommandError, match=keys.VARIABLE):
        call_command("add_data_key")
    assert not (folder / "data-keys").exists()

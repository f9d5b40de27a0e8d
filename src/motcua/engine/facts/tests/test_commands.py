"""The administrator's commands: build, look, hold against the records."""

from __future__ import annotations

from contextlib import contextmanager

import pytest
from click.testing import CliRunner

from motcua.cli.facts import facts
from motcua.engine.facts import rebuilding
from motcua.engine.facts.api import asked, catch_up
from motcua.engine.facts.tests import things
from motcua.engine.observability.metrics import exposition


@pytest.fixture(autouse=True)
def database_at_hand(monkeypatch):
    @contextmanager
    def ready():
        yield

    monkeypatch.setattr("motcua.cli.facts.django_ready", ready)


def run(*arguments):
    return CliRunner().invoke(facts, list(arguments))


def test_build_look_and_verify(source, province):
    things.put(province)
    assert "tinh-thu test_things: chưa dựng" in run("status").output
    built = run("rebuild")
    assert built.exit_code == 0 and "test_things: 1 dòng" in built.output, built.output
    assert "1 dòng, 0 dòng bổ sung, 1 + 0 tệp" in run("status", "--province", "tinh-thu").output
    assert run("verify").exit_code == 0
    things.put(province, event=False)
    wrong = run("verify", "--fact", "test_things")
    assert wrong.exit_code == 1 and "1 dòng khác hồ sơ gốc" in wrong.output
    unknown = run("rebuild", "--fact", "khong-co")
    assert unknown.exit_code == 1 and "FACTS-UNKNOWN" in unknown.output


def test_an_interrupted_run_goes_on_with_what_is_left(source, province, monkeypatch):
    class Stopped(BaseException):
        pass

    def stopping(*given, **named):
        raise Stopped

    with monkeypatch.context() as patch:
        patch.setattr(rebuilding.leaving, "leave", stopping)
        with pytest.raises(Stopped):
            CliRunner().invoke(facts, ["rebuild"], catch_exceptions=False)
    assert len(asked()) == 1
    again = run("rebuild", "--resume")
    assert again.exit_code == 0 and "Đã dựng 1 dữ kiện" in again.output
    assert "Đã dựng 0 dữ kiện" in run("rebuild", "--resume").output


def test_a_refusal_is_told_with_its_code(source, province):
    things.put(province, fee="NaN")
    refused = run("rebuild")
    assert refused.exit_code == 1 and "FACTS-DECIMAL" in refused.output


def test_the_lag_is_measured(built, province):
    assert b"motcua_facts_lag_seconds 0.0" in exposition()
    things.put(province)
    text = exposition().decode()
    lag = next(line for line in text.splitlines() if line.startswith("motcua_facts_lag_seconds "))
    assert float(lag.split()[1]) > 0
    catch_up(province)
    text = exposition().decode()
    assert "motcua_facts_lag_seconds 0.0" in text and "motcua_facts_unbuilt 0.0" in text

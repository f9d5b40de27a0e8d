"""What the packaged starter says must hold together, whoever edits it."""

from __future__ import annotations

import csv
import uuid
from importlib.resources import files

import pytest
import yaml

from motcua.kernel.worktime import parse_limit
from motcua.modules.catalogue.checks import check_proposal
from motcua.modules.catalogue.data import ProcedureContent, ProcessPlan, from_json, to_json
from motcua.modules.catalogue.processes.validation import refusing, validate
from motcua.modules.catalogue.proposals import Levels, Proposal
from motcua.modules.catalogue.starter.data import StarterProcedure, starter_procedures
from motcua.modules.catalogue.starter.filling import simulated_procedures
from motcua.modules.catalogue.starter.usual import ROLES, quarters_of, usual_steps

PROCEDURES = starter_procedures()
CODES = [one.code for one in PROCEDURES]
KNOWN_ROLES = {
    one["code"]
    for one in yaml.safe_load(
        (files("motcua.reference.people") / "data" / "roles.yaml").read_text(encoding="utf-8")
    )["roles"]
}


def plan_of(one: StarterProcedure) -> ProcessPlan:
    assert one.process is not None
    return ProcessPlan(0, uuid.UUID(int=0), one.code, "", one.name, one.process.steps, one.process.links)


@pytest.mark.parametrize("one", PROCEDURES, ids=CODES)
def test_every_limit_can_be_read(one):
    limits = [limit for channel in one.content.channels for limit in channel.limits]
    assert limits
    for limit in limits:
        if limit.limit:
            parse_limit(limit.limit)
        else:
            assert limit.note, "an unknown limit says so"


@pytest.mark.parametrize("one", PROCEDURES, ids=CODES)
def test_every_process_may_be_approved_and_fits_the_shortest_limit(one):
    if one.process is None:
        return
    plan = plan_of(one)
    assert refusing(validate(plan, one.process.limit)) == []
    assert {step.role for step in plan.steps} <= KNOWN_ROLES
    assert one.process.origin in ("real", "written")
    assert one.process.source


@pytest.mark.parametrize("one", PROCEDURES, ids=CODES)
def test_every_procedure_has_the_compulsory_parts(one):
    proposal = Proposal(
        name=one.name,
        field_code=one.field_code,
        online_level=one.online_level,
        partial_reason=one.partial_reason,
        location_independent=one.location_independent,
        location_reason=one.location_reason,
        content=one.content,
    )
    levels = Levels(one.at_ministry, one.at_province, one.at_commune)
    assert [found for found in check_proposal(proposal, levels) if found.blocking] == []
    assert one.content.results
    assert one.content.bases
    assert one.source


@pytest.mark.parametrize("one", PROCEDURES, ids=CODES)
def test_online_level_agrees_with_the_channels(one):
    online = any(channel.kind == "online" for channel in one.content.channels)
    assert (one.online_level == "none") == (not online)


def test_there_are_enough_and_at_both_levels():
    assert len(PROCEDURES) >= 200
    assert sum(one.at_commune for one in PROCEDURES) >= 100
    assert sum(one.at_province for one in PROCEDURES) >= 60
    assert len({one.department for one in PROCEDURES}) >= 14


def test_every_code_people_were_seen_to_look_for_is_there():
    case = files("motcua.modules.catalogue") / "search" / "tests" / "cases" / "asked.csv"
    with case.open(encoding="utf-8") as file:
        wanted = {code for row in csv.DictReader(file) for code in row["codes"].split()}
    assert len(wanted) >= 40
    assert wanted <= set(CODES)


def test_no_host_and_no_repository_is_named():
    folder = files("motcua.modules.catalogue.starter") / "data"
    for entry in folder.iterdir():
        text = entry.read_text(encoding="utf-8")
        assert "http" not in text
        assert "github" not in text.lower()
        assert "www." not in text


def test_content_survives_json():
    for one in PROCEDURES:
        assert from_json(ProcedureContent, to_json(one.content)) == one.content


def test_simulated_processes_may_be_approved_and_take_the_whole_limit():
    seen = set()
    for one in simulated_procedures():
        if one.process is None or (one.process.limit, one.at_province) in seen:
            continue
        seen.add((one.process.limit, one.at_province))
        assert refusing(validate(plan_of(one), one.process.limit)) == []
        assert sum(step.quarters for step in one.process.steps) == quarters_of(one.process.limit)
    assert len(seen) == 16


@pytest.mark.parametrize(
    ("limit", "quarters"),
    [
        ("01 ngày làm việc", 4),
        ("08 giờ làm việc", 4),
        ("10 ngày", 28),
        ("01 tháng", 84),
        ("½ ngày làm việc", 2),
    ],
)
def test_quarters_of_a_limit(limit, quarters):
    assert quarters_of(limit) == quarters


def test_a_limit_too_short_for_the_usual_steps_is_refused():
    with pytest.raises(ValueError, match="ngắn hơn một ngày"):
        usual_steps("02 giờ làm việc", at_province=True)


def test_every_kind_of_step_has_a_known_role():
    assert set(ROLES.values()) <= KNOWN_ROLES

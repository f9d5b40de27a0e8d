"""What may be reused, and what must be digitised: pure."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from motcua.modules.records.rules import Reusable, grounds, must_digitise, refusal

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "reuse.yaml").read_text(encoding="utf-8"))["cases"]
# A busy machine is no reason to fail.
patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
DAYS = st.dates(dt.date(2025, 1, 1), dt.date(2027, 12, 31))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["title"])
def test_cases(case):
    paper = {
        "state": "valid",
        "scope": "consent",
        "signature": "none",
        "valid_until": None,
        "unit_path": "/H05/A/",
    }
    paper |= case.get("paper", {})
    given_ = {"day": dt.date(2026, 3, 2), "consent": "account", "consented_on": dt.date(2026, 3, 2)}
    given_ |= case.get("given", {})
    assert refusal(Reusable(**paper), paths=case.get("paths", ["/H05/A/"]), **given_) == case["refused"]


papers = st.builds(
    Reusable,
    st.sampled_from(["valid", "withdrawn", "replaced"]),
    st.sampled_from(["consent", "unit", "shared", "nobody"]),
    st.sampled_from(["none", "intact", "altered", "unread"]),
    st.none() | DAYS,
    st.sampled_from(["/H05/A/", "/H05/B/"]),
)


@patient
@given(
    papers, DAYS, st.sampled_from(["account", "form", "law"]), DAYS, st.sampled_from(["/H05/A/", "/H05/B/C/"])
)
def test_what_is_allowed_is_valid_consented_and_of_the_scope(paper, day, consent, agreed, path):
    reason = refusal(paper, day, consent, agreed, [path])
    if reason:
        return
    assert paper.state == "valid" and paper.signature != "altered" and paper.scope != "nobody"
    assert paper.valid_until is None or day <= paper.valid_until
    assert agreed <= day
    assert consent != "law" or paper.scope == "shared"
    assert paper.scope != "unit" or path.startswith(paper.unit_path)


@patient
@given(papers, DAYS, DAYS)
def test_once_expired_never_good_again(paper, first, later):
    """An older day never refuses for expiry what a later day allows."""
    early, late = sorted((first, later))
    if refusal(paper, early, "account", early, ["/H05/A/"]) == "expired":
        assert refusal(paper, late, "account", early, ["/H05/A/"]) == "expired"


codes = st.sampled_from(["", "1.1", "1.2"])
lines = st.lists(st.tuples(codes, st.sampled_from(["", "G1", "G2"])), max_size=4)


@patient
@given(lines, st.sampled_from(["1.1", "1.2"]), st.sampled_from(["G1", "G2", ""]))
def test_a_longer_list_never_frees_what_a_shorter_one_binds(listed, procedure, paper):
    if listed and must_digitise(listed, procedure, paper):
        assert must_digitise([*listed, ("9", "G9")], procedure, paper)
    assert must_digitise([], procedure, paper)
    assert must_digitise([(procedure, "")], procedure, paper)


def test_every_ground_has_its_clause():
    assert grounds()["electronic"].counted and [one for one in grounds().values() if one.counted] == [
        grounds()["electronic"]
    ]
    assert all(one.basis.startswith("Thông tư") for one in grounds().values())

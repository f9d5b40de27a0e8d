"""Contents are kept as JSON and read back the same."""

import dataclasses
import datetime as dt
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from motcua.modules.dossiers.slips.api import KINDS, ReceiptContent
from motcua.modules.dossiers.slips.contents import (
    ControlContent,
    Handing,
    Issuer,
    PaperLine,
    Person,
    RegisterContent,
    RegisterLine,
)
from motcua.modules.dossiers.slips.samples import RECEIPT, SAMPLES

words = st.text(max_size=30)
instants = st.datetimes(
    min_value=dt.datetime(2020, 1, 1), max_value=dt.datetime(2040, 1, 1), timezones=st.just(dt.UTC)
)
lines = st.builds(PaperLine, name=words, originals=st.integers(0, 99), copies=st.integers(0, 99), note=words)
people = st.builds(Person, name=words, identity=words, phone=words)
receipts = st.builds(
    ReceiptContent,
    issuer=st.builds(Issuer, name=words, parent=words),
    applicant=people,
    submitter=st.none() | people,
    procedure=words,
    issued_at=instants,
    promised=st.none() | instants,
    fee=st.none() | st.integers(0, 10**10),
    papers=st.lists(lines, max_size=4).map(tuple),
    reissued=st.booleans(),
)


@pytest.mark.parametrize("kind", SAMPLES)
def test_samples_are_read_back(kind):
    content = SAMPLES[kind]
    assert KINDS[kind].content.from_json(content.to_json()) == content
    assert KINDS[kind].content.from_json(json.loads(content.to_json())) == content


@settings(max_examples=60)
@given(receipts)
def test_any_receipt_is_read_back(content):
    assert ReceiptContent.from_json(content.to_json()) == content


def test_every_kind_has_a_sample():
    assert set(SAMPLES) == set(KINDS)
    assert all(type(SAMPLES[kind]) is KINDS[kind].content for kind in KINDS)


def test_nested_parts_come_back_as_what_they_were():
    control = ControlContent.from_json(SAMPLES["06"].to_json())
    assert type(control.handings[0]) is Handing and control.handings[0].received_at.hour == 9
    register = RegisterContent.from_json(SAMPLES["07"].to_json())
    assert type(register.lines[1]) is RegisterLine and register.first_day == dt.date(2026, 3, 1)


def test_what_a_later_version_added_is_passed_over():
    stored = json.loads(RECEIPT.to_json()) | {"colour": "đỏ"}
    stored["issuer"]["seal"] = "tròn"
    assert ReceiptContent.from_json(stored) == RECEIPT


def test_what_must_be_there_is_missed():
    stored = json.loads(RECEIPT.to_json())
    del stored["procedure"]
    with pytest.raises(TypeError, match="procedure"):
        ReceiptContent.from_json(stored)
    with pytest.raises(ValueError, match="not an object"):
        ReceiptContent.from_json("[1]")


def test_contents_do_not_change():
    with pytest.raises(dataclasses.FrozenInstanceError):
        RECEIPT.code = "X"

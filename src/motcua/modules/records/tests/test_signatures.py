"""A signature is intact only over the whole file, and hostile files are read without harm."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from record_signing import sign, signed_pdf, unsigned_pdf

from motcua.modules.records.signatures import ALTERED, INTACT, NONE, UNREAD, inspect

SIGNED = signed_pdf()


@pytest.mark.parametrize("kind", ["ec", "rsa"])
def test_a_signature_over_the_whole_file_is_intact(kind):
    assert inspect(signed_pdf(kind=kind)) == INTACT


def test_two_signatures_one_after_the_other_are_intact():
    assert inspect(sign(SIGNED)) == INTACT


def test_no_signature():
    assert inspect(unsigned_pdf()) == NONE
    assert inspect(b"") == NONE


def test_what_is_added_after_the_signature_alters_the_file():
    assert inspect(SIGNED + b"2 0 obj\n%%EOF\n") == ALTERED


def test_a_signature_before_a_changed_revision_is_seen_behind_a_good_one():
    changed = sign(SIGNED.replace(b"% x", b"% y"))
    assert inspect(changed) == ALTERED


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, len(SIGNED) - 1), st.integers(1, 255))
def test_no_changed_byte_is_missed(place, mask):
    """What the signature signs is everything but the signature itself, which stands between < and >."""
    changed = bytearray(SIGNED)
    changed[place] ^= mask
    start = SIGNED.index(b"<3") + 1
    if inspect(bytes(changed)) == INTACT:
        assert start <= place < SIGNED.index(b">", start)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.binary(max_size=300))
def test_whatever_stands_in_its_place_is_no_signature(junk):
    tail = b">>"
    head = b"%PDF-1.7\n<< /ByteRange [0 "
    start = len(head) + 33 + len(b"] ")
    gap = b"<" + junk.hex().encode() + b">"
    head += b"%010d %010d %010d" % (start, start + len(gap), len(tail)) + b" ] "
    assert len(head) == start
    assert inspect(head + gap + tail) in (UNREAD, ALTERED)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.integers(0, 10**11), min_size=4, max_size=4))
def test_ranges_that_lead_nowhere(numbers):
    text = b"%PDF-1.7\n<< /ByteRange [" + b" ".join(b"%d" % one for one in numbers) + b"] /Contents <3080> >>"
    assert inspect(text) in (UNREAD, ALTERED)

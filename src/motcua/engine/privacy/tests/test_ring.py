"""Sealing is AES-256-GCM bound to its context; whatever is changed does not open."""

from __future__ import annotations

import hashlib
import hmac
import secrets

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from motcua.engine.privacy.errors import PrivacyError
from motcua.engine.privacy.keys import new_key, parse_keys
from motcua.engine.privacy.ring import HEAD, Ring, _derived, key_id_of, key_of

KEY = bytes(range(32))
RING = Ring([KEY])
PHONE, EMAIL = "applicants.phone", "applicants.email"


def code_of(call):
    with pytest.raises(PrivacyError) as refusal:
        call()
    assert refusal.value.message.endswith(".")
    return refusal.value.code


@given(st.text(max_size=300))
def test_what_is_sealed_opens(text):
    blob = RING.seal(text, PHONE)
    assert RING.open(blob, PHONE) == text
    assert (blob == b"") == (text == "")


@given(st.text(min_size=1, max_size=60), st.data())
def test_a_changed_byte_does_not_open(text, data):
    blob = bytearray(RING.seal(text, PHONE))
    place = data.draw(st.integers(0, len(blob) - 1))
    blob[place] ^= data.draw(st.integers(1, 255))
    expected = "privacy.key.unknown" if 1 <= place < HEAD else "privacy.sealed.broken"
    assert code_of(lambda: RING.open(bytes(blob), PHONE)) == expected


@given(st.text(min_size=1, max_size=60), st.integers(1, 200))
def test_a_cut_or_lengthened_one_does_not_open(text, length):
    blob = RING.seal(text, PHONE)
    if cut := blob[: -min(length, len(blob) - 1)]:
        assert code_of(lambda: RING.open(cut, PHONE)) == "privacy.sealed.broken"
    assert code_of(lambda: RING.open(blob + b"\x00" * length, PHONE)) == "privacy.sealed.broken"


def test_another_context_does_not_open():
    blob = RING.seal("0900000001", PHONE)
    assert code_of(lambda: RING.open(blob, EMAIL)) == "privacy.sealed.broken"


def test_the_same_text_is_never_sealed_twice_alike():
    assert len({RING.seal("0900000001", PHONE) for _ in range(200)}) == 200


def test_the_form_is_what_the_documentation_says():
    """Version, key id, nonce, AES-256-GCM under a key derived for sealing, with head and context authenticated."""
    blob = RING.seal("Nguyễn", PHONE)
    assert blob[:1] == b"\x01" and key_of(blob) == hashlib.sha256(b"motcua key id" + KEY).digest()[:4]
    key = _derived(KEY, b"motcua seal")
    assert len(key) == 32 and key != KEY
    plain = AESGCM(key).decrypt(blob[5:17], blob[17:], blob[:5] + PHONE.encode())
    assert plain.decode() == "Nguyễn"


def test_the_newest_key_seals_and_every_key_opens():
    second = secrets.token_bytes(32)
    both = Ring([KEY, second])
    old, new = RING.seal("một", PHONE), both.seal("hai", PHONE)
    assert (both.open(old, PHONE), both.open(new, PHONE)) == ("một", "hai")
    assert key_of(new) == key_id_of(second)
    assert code_of(lambda: RING.open(new, PHONE)) == "privacy.key.unknown"


def test_the_blind_index_is_a_keyed_digest_of_the_text_without_case_and_spaces():
    expected = hmac.new(_derived(KEY, b"motcua blind index"), b"applicants.phone\x000900 a", hashlib.sha256)
    assert RING.blind("  0900   A ", PHONE) == expected.digest()
    assert RING.blind("0900 a", EMAIL) != expected.digest()
    assert RING.blind(" ", PHONE) == b""
    assert Ring([secrets.token_bytes(32)]).blind("0900 a", PHONE) != expected.digest()


def test_the_blind_index_outlives_rotation():
    assert Ring([KEY, secrets.token_bytes(32)]).blind("0900", PHONE) == RING.blind("0900", PHONE)


def test_keys_as_text():
    first, second = new_key(), new_key()
    assert len(parse_keys(f"{first},{second}")) == 2
    assert parse_keys(f"{first}\n{second}\n") == parse_keys(f" {first} , {second} ")


@pytest.mark.parametrize("text", ["abc", "không", "A" * 42, "A" * 43 + "," + "A" * 43, "A" * 90])
def test_a_key_that_is_none_is_refused(text):
    assert code_of(lambda: parse_keys(text)) == "privacy.key.malformed"

"""Numbers, telephones and names come to one form, or are refused in words."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from motcua.reference.applicants.errors import ApplicantRefused
from motcua.reference.applicants.identity import (
    folded_name,
    identity_space,
    normal_identity,
    normal_name,
    normal_phone,
    possible_identities,
    tax_check_digit,
)


def code_of(call, *arguments, **options):
    with pytest.raises(ApplicantRefused) as refusal:
        call(*arguments, **options)
    assert refusal.value.message.endswith(".") and refusal.value.field
    return refusal.value.code.removeprefix("applicants.")


@pytest.mark.parametrize(
    ("kind", "typed", "normal"),
    [
        ("citizen_id", "027 090 000 001", "027090000001"),
        ("citizen_id", "027.090.000.001 ", "027090000001"),
        ("old_id", "123 456 789", "123456789"),
        ("passport", "c 1234567", "C1234567"),
        ("tax_code", "0300588569", "0300588569"),
        ("tax_code", "0101248141-001", "0101248141-001"),
        ("tax_code", "0101248141 001", "0101248141-001"),
        ("tax_code", "027090000001", "027090000001"),
        ("enterprise_number", "0101248141", "0101248141"),
        ("other", "gp-123/2025", "GP1232025"),
        ("", "", ""),
        ("citizen_id", "０２７０９００００００１", "027090000001"),
    ],
)
def test_an_identity_number_in_one_form(kind, typed, normal):
    assert normal_identity(kind, typed) == normal


@pytest.mark.parametrize(
    ("kind", "typed", "code"),
    [
        ("citizen_id", "02709000001", "identity.citizen-id"),
        ("citizen_id", "000090000001", "identity.citizen-id"),
        ("citizen_id", "", "identity.citizen-id"),
        ("citizen_id", "٠٢٧٠٩٠٠٠٠٠٠١", "identity.citizen-id"),
        ("old_id", "1234567890", "identity.old-id"),
        ("passport", "ABCDEFG", "identity.passport"),
        ("passport", "Đ1234567", "identity.passport"),
        ("tax_code", "0300588568", "identity.check-digit"),
        ("tax_code", "03005885690", "identity.tax-code"),
        ("enterprise_number", "0300588560", "identity.check-digit"),
        ("enterprise_number", "0101248141001", "identity.enterprise-number"),
        ("other", "ab", "identity.other"),
        ("", "123", "identity.kind"),
        ("visa", "123", "identity.kind"),
    ],
)
def test_a_wrong_one_says_what_is_wrong(kind, typed, code):
    assert code_of(normal_identity, kind, typed) == code


@given(st.from_regex(r"[0-9]{9}", fullmatch=True))
def test_one_wrong_digit_of_a_tax_code_is_seen(base):
    digit = tax_check_digit(base)
    assume(digit is not None)
    assert normal_identity("tax_code", base + digit) == base + digit
    for place in range(9):
        changed = base[:place] + str((int(base[place]) + 1) % 10) + base[place + 1 :]
        assert code_of(normal_identity, "tax_code", changed + digit) == "identity.check-digit"


def test_one_number_one_space():
    assert identity_space("tax_code", "0101248141") == identity_space("enterprise_number", "0101248141")
    assert identity_space("tax_code", "027090000001") == identity_space("citizen_id", "027090000001")
    assert identity_space("passport", "123456789") != identity_space("old_id", "123456789")


def test_what_a_typed_text_may_be():
    assert ("citizen_id", "027090000001") in possible_identities("027 090 000 001")
    assert ("tax_code", "0101248141-001") in possible_identities("0101248141001")
    assert possible_identities("Nguyễn Mẫu An") == []


@pytest.mark.parametrize(
    ("typed", "normal"),
    [
        ("0900 000 001", "0900000001"),
        ("+84 900.000.001", "0900000001"),
        ("84900000001", "0900000001"),
        ("0084-900-000-001", "0900000001"),
        ("+84 0900 000 001", "0900000001"),
        ("01681234567", "0381234567"),
        ("+84 1681234567", "0381234567"),
        ("0222 3822 345", "02223822345"),
        ("1900 1234", "19001234"),
        ("+65 9123 4567", "+6591234567"),
        ("", ""),
        ("  ", ""),
    ],
)
def test_a_telephone_in_one_form(typed, normal):
    assert normal_phone(typed) == normal


@pytest.mark.parametrize(
    "typed", ["090000000", "09000000012", "0100000000", "+84", "+1", "abc", "0900000001 x", "=0900000001"]
)
def test_a_wrong_telephone_is_refused(typed):
    assert code_of(normal_phone, typed) == "phone.shape"


@given(st.from_regex(r"0[35789][0-9]{8}", fullmatch=True))
def test_home_and_abroad_are_one_number(phone):
    for written in (
        phone,
        "+84" + phone[1:],
        "84" + phone[1:],
        "+84 " + phone,
        f"{phone[:4]} {phone[4:7]} {phone[7:]}",
    ):
        assert normal_phone(written) == phone


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("  Nguyễn   Mẫu\tAn ", "Nguyễn Mẫu An"),
        ("Nguye\u0302\u0303n Mẫu An", "Nguyễn Mẫu An"),
        ("Nguyễn\u200b Mẫu\u202e An\u2066", "Nguyễn Mẫu An"),
        ("Nguyễn\u00a0Mẫu\u2003An\n", "Nguyễn Mẫu An"),
        ("O'Mẫu-Smith, Jr.", "O'Mẫu-Smith, Jr."),
        ("\u0000Mẫu \u001bAn", "Mẫu An"),
    ],
)
def test_a_name_is_what_is_seen_of_it(typed, name):
    assert normal_name(typed, personal=True) == name


@pytest.mark.parametrize(
    ("typed", "personal", "code"),
    [
        ("=cmd|' /C calc'!A0", True, "name.letters"),
        ("<script>alert(1)</script>", True, "name.letters"),
        ("Nguyễn Mẫu 5", True, "name.letters"),
        ("Mẫu\u200b", False, None),
        ("A", True, "name.length"),
        ("\u202e\u200b", True, "name.length"),
        ("Mẫu " * 250, True, "name.length"),
        ("123 456", False, "name.letters"),
        ("--''", True, "name.letters"),
    ],
)
def test_a_name_that_is_none_is_refused(typed, personal, code):
    if code is None:
        assert normal_name(typed, personal=personal) == "Mẫu"
    else:
        assert code_of(normal_name, typed, personal=personal) == code


@given(st.text(max_size=250))
def test_whatever_is_typed_a_name_holds_nothing_unseen(text):
    try:
        name = normal_name(text, personal=False)
    except ApplicantRefused:
        return
    assert normal_name(name, personal=False) == name
    assert 2 <= len(name) <= 200 and name == name.strip()
    folded = folded_name(name)
    assert folded == " ".join(folded.split()) and not set("%_'\\") & set(folded)

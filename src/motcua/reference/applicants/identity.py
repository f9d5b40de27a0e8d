"""Identity numbers, telephone numbers and names: brought to one form, refused in words. No database."""

from __future__ import annotations

import re
import unicodedata

from django.utils.translation import gettext as _

from motcua.kernel.text import search_key, squeeze
from motcua.reference.applicants.errors import ApplicantRefused

CITIZEN_ID, OLD_ID, PASSPORT = "citizen_id", "old_id", "passport"
TAX_CODE, ENTERPRISE_NUMBER, OTHER = "tax_code", "enterprise_number", "other"

_PARTING = re.compile(r"[\s.\-()/]+")
_PASSPORT = re.compile(r"[A-Z0-9]{6,12}")
_OTHER = re.compile(r"[A-Z0-9]{4,30}")
_TAX_WEIGHTS = (31, 29, 23, 19, 17, 13, 7, 5, 3)

MOBILE = re.compile(r"0[35789][0-9]{8}")
LANDLINE = re.compile(r"02[0-9]{9}")
HOTLINE = re.compile(r"1[89]00[0-9]{4,6}")
ABROAD = re.compile(r"\+(?!84)[1-9][0-9]{6,14}")
# Eleven-digit mobile prefixes that became ten-digit ones in 2018 (plan of the Ministry of Information, 22/5/2018).
_OLD_MOBILE = {f"016{digit}": f"03{digit}" for digit in range(2, 10)} | {
    "0120": "070",
    "0121": "079",
    "0122": "077",
    "0126": "076",
    "0128": "078",
    "0123": "083",
    "0124": "084",
    "0125": "085",
    "0127": "081",
    "0129": "082",
    "0186": "056",
    "0188": "058",
    "0199": "059",
}

SHORTEST_NAME, LONGEST_NAME = 2, 200
_PERSONAL_MARKS = set(" '’-.,")


def normal_identity(kind: str, number: str) -> str:
    """The number without spaces and dots, letters in upper case; a branch's tax code reads 0123456789-001.

    Raises ApplicantRefused applicants.identity.<kind>, applicants.identity.check-digit, applicants.identity.kind.
    """
    plain = _compact(number).upper()
    if not plain and not kind:
        return ""
    reader = _READERS.get(kind)
    if reader is None:
        raise ApplicantRefused("identity.kind", _("Hãy chọn loại giấy tờ của số này."), field="identity_kind")
    return reader(plain)


def _compact(text: str) -> str:
    """Without what people part digits by; full-width signs as plain ones."""
    return _PARTING.sub("", unicodedata.normalize("NFKC", squeeze(text)))


def _citizen_id(plain: str) -> str:
    if not re.fullmatch(r"[0-9]{12}", plain) or plain[:3] == "000":
        raise _refused("citizen-id", _("Số căn cước (số định danh cá nhân) gồm đúng 12 chữ số."))
    return plain


def _old_id(plain: str) -> str:
    if not re.fullmatch(r"[0-9]{9}", plain):
        raise _refused("old-id", _("Số chứng minh nhân dân cũ gồm đúng 9 chữ số."))
    return plain


def _passport(plain: str) -> str:
    if not _PASSPORT.fullmatch(plain) or not any(letter.isdigit() for letter in plain):
        raise _refused("passport", _("Số hộ chiếu gồm 6–12 chữ cái không dấu và chữ số, ví dụ C1234567."))
    return plain


def _tax_code(plain: str) -> str:
    """10 digits, 13 of a branch, or the holder's 12-digit personal number, which has been his tax code since
    01/7/2025 (Circular 86/2024/TT-BTC)."""
    if re.fullmatch(r"[0-9]{12}", plain):
        return _citizen_id(plain)
    if not re.fullmatch(r"[0-9]{10}([0-9]{3})?", plain):
        raise _refused(
            "tax-code", _("Mã số thuế gồm 10 chữ số, hoặc 13 chữ số của đơn vị phụ thuộc (0123456789-001).")
        )
    _check_tax_digit(plain)
    return plain if len(plain) == 10 else f"{plain[:10]}-{plain[10:]}"


def _enterprise_number(plain: str) -> str:
    """An enterprise's number is its tax code (Law on Enterprises 59/2020/QH14, article 29)."""
    if not re.fullmatch(r"[0-9]{10}", plain):
        raise _refused("enterprise-number", _("Mã số doanh nghiệp gồm đúng 10 chữ số."))
    _check_tax_digit(plain)
    return plain


def _other(plain: str) -> str:
    if not _OTHER.fullmatch(plain):
        raise _refused("other", _("Số giấy tờ gồm 4–30 chữ cái không dấu và chữ số."))
    return plain


def tax_check_digit(first_nine: str) -> str | None:
    """The tenth digit of a tax code; None when no code begins with these nine."""
    total = sum(int(digit) * weight for digit, weight in zip(first_nine, _TAX_WEIGHTS, strict=True))
    digit = 10 - total % 11
    return str(digit) if digit < 10 else None


def _check_tax_digit(plain: str) -> None:
    if plain[9] != tax_check_digit(plain[:9]):
        raise _refused(
            "check-digit",
            _("Mã số {number} sai chữ số kiểm tra: hãy đối chiếu lại từng chữ số với giấy tờ.").format(
                number=plain
            ),
        )


_READERS = {
    CITIZEN_ID: _citizen_id,
    OLD_ID: _old_id,
    PASSPORT: _passport,
    TAX_CODE: _tax_code,
    ENTERPRISE_NUMBER: _enterprise_number,
    OTHER: _other,
}


def identity_space(kind: str, normal: str) -> str:
    """What a number is unique in: an enterprise's number and its tax code are one number, and so are a citizen's."""
    if kind in (TAX_CODE, ENTERPRISE_NUMBER):
        return CITIZEN_ID if len(normal) == 12 else TAX_CODE
    return kind


def possible_identities(text: str) -> list[tuple[str, str]]:
    """(space, number) of everything the text could be as an identity number; for search."""
    found: dict[tuple[str, str], None] = {}
    for kind in _READERS:
        try:
            normal = normal_identity(kind, text)
        except ApplicantRefused:
            continue
        found[identity_space(kind, normal), normal] = None
    return list(found)


def normal_phone(text: str) -> str:
    """A Vietnamese number as 0912345678, a foreign one as +6591234567; "" for none.

    Raises ApplicantRefused applicants.phone.shape.
    """
    plain = _compact(text)
    if not plain:
        return ""
    if plain.startswith("00"):
        plain = "+" + plain[2:]
    home = re.fullmatch(r"\+?84(0?[1-9][0-9]{8,9})", plain)
    if home:
        plain = "0" + home[1].removeprefix("0")
    if len(plain) == 11 and plain[:4] in _OLD_MOBILE:
        plain = _OLD_MOBILE[plain[:4]] + plain[4:]
    if any(shape.fullmatch(plain) for shape in (MOBILE, LANDLINE, HOTLINE, ABROAD)):
        return plain
    raise ApplicantRefused(
        "phone.shape",
        _(
            "Số điện thoại không đúng: di động có 10 chữ số bắt đầu bằng 03, 05, 07, 08, 09; máy bàn 11 chữ số bắt đầu bằng 02; số nước ngoài bắt đầu bằng dấu +."
        ),
        field="phone",
    )


def normal_name(text: str, *, personal: bool) -> str:
    """NFC, one space between words, without control characters, bidi marks and zero-width ones.

    personal: a human's name, which holds letters only. Raises ApplicantRefused applicants.name.length,
    applicants.name.letters.
    """
    name = squeeze(visible(text))
    if not SHORTEST_NAME <= len(name) <= LONGEST_NAME:
        raise ApplicantRefused(
            "name.length",
            _("Họ tên hoặc tên tổ chức phải có từ {least} đến {most} ký tự.").format(
                least=SHORTEST_NAME, most=LONGEST_NAME
            ),
            field="display_name",
        )
    if personal and not all(_is_of_names(letter) for letter in name):
        raise ApplicantRefused(
            "name.letters",
            _(
                "Họ tên chỉ gồm chữ cái, dấu cách, dấu nháy, gạch nối và dấu chấm; hãy ghi đúng như trên giấy tờ."
            ),
            field="display_name",
        )
    if not any(letter.isalpha() for letter in name):
        raise ApplicantRefused("name.letters", _("Tên phải có ít nhất một chữ cái."), field="display_name")
    return name


def visible(text: str) -> str:
    """The text without what cannot be seen: control characters, bidi marks, zero-width ones."""
    return "".join(
        " " if letter.isspace() else letter
        for letter in text
        if letter.isspace() or not unicodedata.category(letter).startswith("C")
    )


def folded_name(name: str) -> str:
    """A name as it is searched: lower case, no marks, words of letters and digits parted by one space."""
    return " ".join(re.sub(r"[%_]", " ", search_key(name)).split())


def _is_of_names(letter: str) -> bool:
    return letter.isalpha() or letter in _PERSONAL_MARKS or unicodedata.category(letter).startswith("M")


def _refused(code: str, message: str) -> ApplicantRefused:
    return ApplicantRefused(f"identity.{code}", message, field="identity_number")

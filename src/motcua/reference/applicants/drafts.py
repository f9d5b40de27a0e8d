"""A draft as typed becomes values to keep, or is refused in words."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from motcua.kernel.clock import today
from motcua.kernel.text import collation_key, squeeze
from motcua.reference.applicants.blinds import identity_blind, person_blind, phone_blind
from motcua.reference.applicants.data import ApplicantDraft
from motcua.reference.applicants.errors import ApplicantRefused
from motcua.reference.applicants.identity import folded_name, normal_identity, normal_name, normal_phone
from motcua.reference.applicants.models import Applicant, Kind

LONGEST_ADDRESS = 500
PLACE_CODE = re.compile(r"\d{2}|\d{5}")


@dataclass(frozen=True, slots=True)
class Checked:
    """A draft in normal form."""

    kind: Kind
    display_name: str
    identity_kind: str
    identity_number: str
    phone: str
    email: str
    address: str
    birth_date: str
    place_code: str
    representative: str

    @property
    def search_text(self) -> str:
        return folded_name(self.display_name)

    @property
    def identity_blind(self) -> bytes:
        return identity_blind(self.identity_kind, self.identity_number)

    @property
    def phone_blind(self) -> bytes:
        return phone_blind(self.phone)

    @property
    def person_blind(self) -> bytes:
        return person_blind(self.search_text, self.birth_date)


# Columns a person fills in; what is derived from them follows.
COLUMNS = (
    "kind",
    "display_name",
    "identity_kind",
    "identity_number",
    "phone",
    "email",
    "address",
    "birth_date",
    "place_code",
    "representative",
)


def checked(draft: ApplicantDraft) -> Checked:
    """The draft in normal form. Raises ApplicantRefused with the field it is about."""
    if draft.kind not in Kind.values:
        raise ApplicantRefused("kind.unknown", _("Hãy chọn loại người nộp hồ sơ."), field="kind")
    kind = Kind(draft.kind)
    number = normal_identity(draft.identity_kind, draft.identity_number)
    return Checked(
        kind=kind,
        display_name=normal_name(draft.display_name, personal=kind.personal),
        identity_kind=draft.identity_kind if number else "",
        identity_number=number,
        phone=normal_phone(draft.phone),
        email=_email(draft.email),
        address=_address(draft.address),
        birth_date=normal_birth_date(draft.birth_date) if kind.personal else "",
        place_code=_place_code(draft.place_code),
        representative=_representative(kind, draft.representative),
    )


def write(applicant: Applicant, values: Checked) -> list[str]:
    """Puts the values into the row; returns the columns that differ, in order."""
    differing = [name for name in COLUMNS if getattr(applicant, name) != getattr(values, name)]
    for name in COLUMNS:
        setattr(applicant, name, str(getattr(values, name)))
    *before, given = values.display_name.split(" ")
    applicant.search_text = values.search_text
    applicant.sort_key = collation_key(
        " ".join([given, *before]) if values.kind.personal else values.display_name
    )
    applicant.identity_blind = values.identity_blind
    applicant.phone_blind = values.phone_blind
    applicant.person_blind = values.person_blind
    return differing


def _email(text: str) -> str:
    plain = squeeze(text).lower()
    if not plain:
        return ""
    try:
        validate_email(plain)
    except ValidationError:
        raise ApplicantRefused(
            "email.shape", _("Địa chỉ thư điện tử không hợp lệ; ví dụ ten@vidu.vn."), field="email"
        ) from None
    return plain


def _address(text: str) -> str:
    plain = squeeze(text)
    if len(plain) > LONGEST_ADDRESS:
        raise ApplicantRefused(
            "address.length",
            _("Địa chỉ dài quá {most} ký tự.").format(most=LONGEST_ADDRESS),
            field="address",
        )
    return plain


def normal_birth_date(text: str) -> str:
    """A date as ISO; "" for none. Raises ApplicantRefused applicants.birth-date.unreadable."""
    plain = squeeze(text)
    if not plain:
        return ""
    day = _day(plain)
    if day is None or not dt.date(1900, 1, 1) <= day <= today():
        raise ApplicantRefused(
            "birth-date.unreadable",
            _("Ngày sinh không đúng; hãy ghi như 17/05/1990, không sau hôm nay."),
            field="birth_date",
        )
    return day.isoformat()


def _day(text: str) -> dt.date | None:
    typed = re.fullmatch(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})", text)
    try:
        if typed:
            return dt.date(int(typed[3]), int(typed[2]), int(typed[1]))
        return dt.date.fromisoformat(text)
    except ValueError:
        return None


def _place_code(text: str) -> str:
    plain = squeeze(text)
    if plain and not PLACE_CODE.fullmatch(plain):
        raise ApplicantRefused(
            "place.code",
            _("Mã đơn vị hành chính gồm 2 chữ số (tỉnh) hoặc 5 chữ số (xã, phường)."),
            field="place_code",
        )
    return plain


def _representative(kind: Kind, text: str) -> str:
    if kind.personal or not text.strip():
        return ""
    try:
        return normal_name(text, personal=True)
    except ApplicantRefused as refusal:
        raise ApplicantRefused(
            "representative.name",
            _("Người đại diện: {message}").format(message=refusal.message),
            field="representative",
        ) from None

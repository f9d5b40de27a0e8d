"""Made-up applicants of the demonstration: every name has "Mẫu" in it, every number is nobody's."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from motcua.engine.provinces.api import Province
from motcua.reference.applicants.blinds import identity_blind
from motcua.reference.applicants.data import ApplicantDraft
from motcua.reference.applicants.identity import tax_check_digit
from motcua.reference.applicants.models import Applicant, IdentityKind, Kind
from motcua.reference.applicants.operations import register_applicant
from motcua.reference.people.api import Installer

FAMILIES = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Vũ", "Đặng", "Bùi", "Đỗ", "Ngô", "Dương", "Lý")
GIVEN = ("An", "Bình", "Chi", "Dũng", "Đào", "Giang", "Hà", "Hạnh", "Hiếu", "Hòa", "Khánh", "Lan", "Linh")
GIVEN += ("Mai", "Minh", "Nam", "Nga", "Oanh", "Phúc", "Quân", "Quỳnh", "Sơn", "Tâm", "Thảo", "Trang", "Yến")
STREETS = ("Đường Mẫu 1", "Đường Mẫu 2", "Khu phố Mẫu", "Thôn Mẫu Hạ", "Thôn Mẫu Thượng")
FIRMS = ("Công ty TNHH Mẫu {}", "Công ty cổ phần Mẫu {}", "Hợp tác xã Mẫu {}")
COMPANY_EVERY = 6


def load_demo_applicants(province: Province, n: int = 60) -> list[Applicant]:
    """The first n made-up applicants of a province, always the same; those already there are left as they are."""
    with transaction.atomic():
        return [_loaded(province, _draft(number)) for number in range(1, n + 1)]


def _loaded(province: Province, draft: ApplicantDraft) -> Applicant:
    known = Applicant.objects.filter(
        province=province, identity_blind=identity_blind(draft.identity_kind, draft.identity_number)
    ).first()
    return known or register_applicant(Installer(), province, draft)


def _draft(number: int) -> ApplicantDraft:
    phone = f"0900000{number:03d}" if number < 1000 else f"09{number:08d}"
    address = f"Số {number}, {STREETS[number % len(STREETS)]}"
    person = f"{FAMILIES[number % len(FAMILIES)]} Mẫu {GIVEN[number * 7 % len(GIVEN)]}"
    if number % COMPANY_EVERY == 0:
        return ApplicantDraft(
            kind=Kind.ENTERPRISE,
            display_name=FIRMS[number // COMPANY_EVERY % len(FIRMS)].format(number),
            identity_kind=IdentityKind.ENTERPRISE_NUMBER,
            identity_number=_enterprise_number(number),
            phone=phone,
            email=f"mau{number}@vidu.vn",
            address=address,
            representative=person,
        )
    return ApplicantDraft(
        kind=Kind.CITIZEN,
        display_name=person,
        identity_kind=IdentityKind.CITIZEN_ID,
        identity_number=f"0270000{number:05d}",
        phone=phone,
        address=address,
        birth_date=(dt.date(1960, 1, 1) + dt.timedelta(days=number * 317 % 16_000)).isoformat(),
    )


def _enterprise_number(number: int) -> str:
    """Ten digits whose check digit holds; where none does, the next number's.

    Made-up ones begin with 00, which no tax office has given.
    """
    base = 100 * number
    while (digit := tax_check_digit(f"{base:09d}")) is None:
        base += 1
    return f"{base:09d}{digit}"

"""A province that is nowhere: twelve departments and sixty communes under names that say so."""

from __future__ import annotations

import datetime as dt
import uuid

from django.db import transaction

from motcua.engine.provinces.api import Province, ProvinceTitle
from motcua.kernel.clock import frozen
from motcua.reference.organisations.api import Decision, UnitDraft, find_unit, found_unit
from motcua.reference.people.api import Installer

MADE_UP = "mau"
CODE, PLACE = "H99", "99"
_TITLE = "Tỉnh Mẫu"
_DECISION = "01/QĐ-MẪU"
_DEPARTMENTS = (
    "Sở Nội vụ", "Sở Tài chính", "Sở Tư pháp", "Sở Xây dựng", "Sở Nông nghiệp và Môi trường", "Sở Công Thương",
    "Sở Khoa học và Công nghệ", "Sở Giáo dục và Đào tạo", "Sở Y tế", "Sở Văn hóa, Thể thao và Du lịch",
    "Sở Dân tộc và Tôn giáo",
)  # fmt: skip
_COMMUNES = 60


def make_province(since: dt.date) -> Province:
    """The made-up province with its units in force since a day; again, it is only found."""
    with transaction.atomic():
        province, _created = Province.objects.get_or_create(
            key=MADE_UP, defaults={"agency_code": CODE, "place_code": PLACE}
        )
        ProvinceTitle.objects.get_or_create(province=province, valid_from=since, defaults={"title": _TITLE})
        if find_unit(province, "UBND tỉnh Mẫu", since) is None:
            with frozen(since):
                _found_units(province, Decision(_DECISION, since))
    return province


def _found_units(province: Province, decision: Decision) -> None:
    root = _found(province, decision, UnitDraft("UBND tỉnh Mẫu", "province_committee", CODE), since=decision)
    drafts = [UnitDraft("Văn phòng UBND tỉnh Mẫu", "office", f"{CODE}.01", root)]
    drafts += [
        UnitDraft(name, "department", f"{CODE}.{number:02d}", root)
        for number, name in enumerate(_DEPARTMENTS, start=2)
    ]
    drafts += [
        UnitDraft(
            f"UBND xã Mẫu {number}", "commune_committee", f"{CODE}.{99000 + number}", root, f"Xã Mẫu {number}"
        )
        for number in range(1, _COMMUNES + 1)
    ]
    for draft in drafts:
        _found(province, decision, draft, since=decision)


def _found(province: Province, decision: Decision, draft: UnitDraft, *, since: Decision) -> uuid.UUID:
    found_unit(Installer(), province, decision, draft)
    unit = find_unit(province, draft.name, since.effective_on)
    assert unit is not None
    return unit.uid

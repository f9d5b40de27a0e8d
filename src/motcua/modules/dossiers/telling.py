"""Notices to the applicant, made from the sealed log: nothing is lost when a worker dies, nothing slows an operation.

Each event is dealt with once: the notice's key is the event's uid, and the position moves on in the same transaction.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_noop, override

from motcua.engine.events.api import Event, sealed_after
from motcua.engine.notices.api import Recipient, declare_notice, send
from motcua.engine.provinces.api import Province, real_provinces
from motcua.kernel.clock import local
from motcua.modules.catalogue.api import count_use
from motcua.modules.dossiers.models import Dossier, TellingCursor
from motcua.modules.dossiers.units import province_of, unit_name

_FOLLOW = gettext_noop("Tra cứu bằng mã hồ sơ và mã kiểm tra in trên giấy tiếp nhận.")
_NOTICES: Mapping[str, tuple[str, str, str]] = {
    "received": (
        gettext_noop("Đã tiếp nhận hồ sơ {code}"),
        gettext_noop(
            "{receiving} đã tiếp nhận hồ sơ {code} ({procedure}). Hẹn trả kết quả: {promised}. Mã kiểm tra: {check}."
        ),
        gettext_noop("Da tiep nhan ho so {code}. Hen tra: {promised}. Ma kiem tra: {check}"),
    ),
    "supplement-requested": (
        gettext_noop("Cần bổ sung hồ sơ {code}"),
        gettext_noop(
            "Hồ sơ {code} ({procedure}) cần bổ sung; nội dung ghi trong phiếu yêu cầu bổ sung. Thời hạn tạm dừng đến khi nhận đủ."
        ),
        gettext_noop("Ho so {code} can bo sung giay to. Vui long lien he {receiving}"),
    ),
    "supplement-taken": (
        gettext_noop("Đã nhận bổ sung hồ sơ {code}"),
        gettext_noop("Đã nhận bổ sung cho hồ sơ {code}. Hẹn trả kết quả mới: {promised}."),
        gettext_noop("Da nhan bo sung ho so {code}. Hen tra: {promised}"),
    ),
    "refused": (
        gettext_noop("Từ chối hồ sơ {code}"),
        gettext_noop(
            "Hồ sơ {code} ({procedure}) không được tiếp nhận, giải quyết; lý do ghi trong phiếu từ chối."
        ),
        "",
    ),
    "paused-for-payment": (
        gettext_noop("Hồ sơ {code} chờ nghĩa vụ tài chính"),
        gettext_noop("Hồ sơ {code} cần thực hiện nghĩa vụ tài chính; thời hạn tạm dừng đến khi có chứng từ."),
        gettext_noop("Ho so {code} cho nop nghia vu tai chinh"),
    ),
    "extended": (
        gettext_noop("Xin lỗi và hẹn lại hồ sơ {code}"),
        gettext_noop("{handling} xin lỗi vì chậm giải quyết hồ sơ {code}. Hẹn trả kết quả mới: {promised}."),
        gettext_noop("Xin loi vi cham ho so {code}. Hen lai: {promised}"),
    ),
    "apologised": (
        gettext_noop("Xin lỗi vì hồ sơ {code} quá hạn"),
        gettext_noop(
            "{handling} xin lỗi vì hồ sơ {code} đã quá hạn trả kết quả; lý do ghi trong thư xin lỗi."
        ),
        gettext_noop("Xin loi vi ho so {code} qua han"),
    ),
    "result-recorded": (
        gettext_noop("Đã có kết quả hồ sơ {code}"),
        gettext_noop("Hồ sơ {code} ({procedure}) đã có kết quả, nhận tại {returning}."),
        gettext_noop("Ho so {code} da co ket qua, nhan tai {returning}"),
    ),
    "stopped": (
        gettext_noop("Dừng giải quyết hồ sơ {code}"),
        gettext_noop("Hồ sơ {code} dừng giải quyết; lý do ghi trong thông báo dừng."),
        "",
    ),
}
_PREFIX = "dossiers:dossier:"
_BATCH = 200


def declare_notices() -> None:
    """Called when the app is ready."""
    for verb, (subject, body, sms) in _NOTICES.items():
        declare_notice(f"dossiers.{verb}", subject, subject, f"{body}\n{_FOLLOW}", sms)


def tell_applicants() -> int:
    """Deals with what has been sealed since in provinces that are not simulated; returns how many events. A beat calls it; two at once are safe."""
    return sum(_tell_province(province) for province in real_provinces().order_by("pk"))


@transaction.atomic
def _tell_province(province: Province) -> int:
    TellingCursor.objects.get_or_create(province=province)
    cursor = TellingCursor.objects.select_for_update(skip_locked=True).filter(province=province).first()
    if cursor is None:
        return 0
    events = sealed_after(province.pk, cursor.position, _BATCH)
    for _position, event in events:
        if event.type.startswith(_PREFIX) and event.type.removeprefix(_PREFIX) in _NOTICES:
            _tell(event)
    if events:
        cursor.position = events[-1][0]
        cursor.save(update_fields=["position"])
    return len(events)


def _tell(event: Event) -> None:
    """Told to the applicant; a receipt also counts as a use of the procedure, for the search."""
    uid = event.subject.partition(":")[2]
    dossier = Dossier.objects.filter(uid=uid).select_related("applicant").first()
    if dossier is None:
        return
    if event.type == f"{_PREFIX}received":
        count_use(province_of(dossier.province_id), dossier.procedure_code)
    person = dossier.applicant
    recipient = Recipient(
        phone=person.phone, email=person.email, name=person.display_name, person=f"applicant:{person.uid}"
    )
    with override("vi"):
        send(
            f"dossiers.{event.type.removeprefix(_PREFIX)}",
            province=dossier.province_id,
            recipient=recipient,
            context=_words(dossier, event),
            subject=event.subject,
            key=str(event.uid),
        )


def _words(dossier: Dossier, event: Event) -> dict[str, Any]:
    """As things stood at the event: the appointment is the one the event set."""
    told = event.payload.get("set", {}).get("promised")
    promised = dt.datetime.fromisoformat(told) if told else dossier.promised
    return {
        "code": dossier.code or "–",
        "procedure": dossier.procedure_name,
        "check": dossier.check_value,
        "promised": f"{local(promised):%H:%M %d/%m/%Y}" if promised else "–",
        "receiving": unit_name(dossier.province_id, dossier.received_code),
        "handling": unit_name(dossier.province_id, dossier.unit_code),
        "returning": unit_name(dossier.province_id, dossier.return_code),
    }

"""What the reception page does: receive, ask for a supplement, refuse; all of it in one transaction, or nothing."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Callable, Mapping
from typing import Any, BinaryIO, cast

from django.db import transaction
from django.utils.translation import gettext as _

from motcua.engine.accounts.api import User
from motcua.engine.events.api import record
from motcua.engine.files.api import FileRefused, store
from motcua.kernel.clock import today
from motcua.modules.catalogue.api import count_use
from motcua.modules.catalogue.data import ProcedureInfo
from motcua.modules.dossiers import api
from motcua.modules.dossiers.attaching import SCANS
from motcua.modules.dossiers.data import Done, Filing
from motcua.modules.dossiers.events import CODES
from motcua.modules.dossiers.models import Dossier
from motcua.modules.dossiers.pages.intake import NEW, missing
from motcua.modules.dossiers.pages.screen import ONLINE, POST, Screen, details_zone, helpers_of
from motcua.reference.applicants.api import Applicant, ApplicantRefused, register_applicant
from motcua.reference.people.api import UnitRef

RECEIVE, SUPPLEMENT, REFUSE = "receive", "supplement", "refuse"
_ITEM = re.compile(r"[A-Z0-9]{6,20}")  # the number of a postal item
_LONGEST_ON_THE_WAY = dt.timedelta(days=60)
# The field an engine's refusal is about.
_FIELD_OF = {
    "dossiers.filing.bound-to-place": "handling",
    "dossiers.filing.papers": "papers",
    "dossiers.filing.applicant": "q",
    "dossiers.filing.procedure": "p",
    "dossiers.filing.stopped": "p",
    "dossiers.unit.unknown": "handling",
    "dossiers.project.unknown": "project",
    "dossiers.text.too-long": "reason",
}


def take(screen: Screen) -> Done | None:
    """Does what was asked; None when something is missing or refused, said in the intake's errors by field.

    The key of the form makes it happen once, whatever is sent again and however close together.
    """
    before = _before(screen)
    if before is not None:
        return before
    info = screen.procedure()
    details = details_zone(screen, info)["details"]
    if info is None or not _is_complete(screen, info, details):
        return _before(screen)  # what seems wrong may be what the same request did a moment ago
    try:
        with transaction.atomic():
            done = _file(screen, info, details)
            if done.repeated:  # another request with this key was first: its person stands, not a second one
                transaction.set_rollback(True)
    except (ApplicantRefused, FileRefused, api.DossierRefused) as refusal:
        field = getattr(refusal, "about", "") or _field_of(refusal)
        screen.intake.errors[field] = refusal.message
        return _before(screen)
    if not done.repeated:
        count_use(screen.province, info.code)
    return done


def _before(screen: Screen) -> Done | None:
    """What an earlier request with the same key left."""
    return api.filed_before(screen.province, screen.desk.code, screen.intake.key)


def _field_of(refusal: ApplicantRefused | FileRefused | api.DossierRefused) -> str:
    if isinstance(refusal, FileRefused):
        return "papers"
    if isinstance(refusal, ApplicantRefused):
        return f"new_{refusal.field}" if refusal.field else "q"
    return _FIELD_OF.get(refusal.code, "form")


# -- what must be said before ------------------------------------------------------------------------


def _is_complete(screen: Screen, info: ProcedureInfo | None, details: Mapping[str, Any] | None) -> bool:
    intake, errors = screen.intake, screen.intake.errors
    _check_person(screen)
    if info is None or details is None:
        errors["p"] = _("Hãy chọn thủ tục trong danh sách.")
        return False
    if not intake.shows(info, details["case"]):
        errors["details"] = _(
            "Thủ tục hoặc trường hợp vừa được chọn; hãy xem giấy tờ, thời hạn bên dưới rồi bấm lần nữa."
        )
        return False
    if not details["handling"]:
        errors["handling"] = _("Hãy chọn cơ quan giải quyết.")
    wanted = intake.text("do")
    if wanted != RECEIVE and not intake.reason:
        errors["reason"] = _("Hãy ghi lý do để in vào phiếu.")
    if wanted == RECEIVE and details["owed"] and intake.text("owing") != "1":
        errors["owing"] = _(
            "Còn thiếu: {papers}. Hãy yêu cầu bổ sung, hoặc đánh dấu vẫn tiếp nhận để người nộp nộp sau."
        ).format(papers="; ".join(details["owed"]))
    if "file_0" in intake.files and not intake.extra():
        errors["extra_paper"] = _("Hãy ghi tên giấy tờ khác của tệp đã chọn.")
    if details["channel"] == POST:
        _check_post(screen)
    return not errors


def _check_person(screen: Screen) -> None:
    intake, errors = screen.intake, screen.intake.errors
    if not intake.new_person and screen.person() is None:
        errors["q"] = _("Hãy chọn người nộp trong danh sách, hoặc thêm người mới.")
    alike = screen.alike()
    if any(like.certain for like in alike):
        errors["alike"] = _("Số giấy tờ này đã có trong danh sách; hãy chọn người đã có.")
    elif alike and intake.text("confirmed") != "1":
        errors["alike"] = _(
            "Có thể người này đã có trong danh sách. Hãy chọn người đã có, hoặc đánh dấu vẫn thêm mới."
        )
    sent = intake.text("submitter")
    if sent not in ("", NEW) and screen.person("submitter") is None:
        errors["s"] = _("Hãy chọn người nộp thay trong danh sách, hoặc thêm người mới.")


def _check_post(screen: Screen) -> None:
    intake = screen.intake
    day, item = intake.day("posted_on"), intake.text("posted_item").upper()
    if day is None or not today() - _LONGEST_ON_THE_WAY <= day <= today():
        intake.errors["posted_on"] = _(
            "Hãy ghi ngày bưu điện chuyển đến, như 17/05/2026, không sau hôm nay và không quá 60 ngày trước."
        )
    if item and not _ITEM.fullmatch(item):
        intake.errors["posted_item"] = _("Số hiệu bưu gửi chỉ gồm 6 đến 20 chữ cái không dấu và chữ số.")


# -- doing it -----------------------------------------------------------------------------------------


def _file(screen: Screen, info: ProcedureInfo, details: Mapping[str, Any]) -> Done:
    intake = screen.intake
    unit = UnitRef(screen.desk.code, screen.desk.path, screen.desk.name)
    person = screen.person() or register_applicant(screen.viewer, screen.province, intake.draft(), unit=unit)
    submitter = _submitter(screen, unit)
    filing = Filing(
        procedure_code=info.code,
        applicant=person.uid,
        submitter=submitter.uid if submitter and submitter.pk != person.pk else None,
        receiving=screen.desk.code,
        handling=details["handling"],
        case=details["case"],
        channel=details["channel"],
        return_channel=details["return_channel"],
        origin="post" if details["channel"] == POST else "counter",
        subject=intake.text("subject"),
        sets=details["sets"],
        papers=intake.handed(details["lines"], _stored(screen, details)),
        project=intake.text("project", most=60),
    )
    done = _ENDINGS[intake.text("do")](screen, filing, details)
    if not done.repeated:
        _note_way(screen, done.uid, details["channel"])
    return done


def _submitter(screen: Screen, unit: UnitRef) -> Applicant | None:
    """Who hands the dossier in for the applicant: chosen, or entered as they stand there."""
    if screen.intake.sent.get("submitter") != NEW:
        return screen.person("submitter")
    try:
        return register_applicant(screen.viewer, screen.province, screen.intake.submitter_draft(), unit=unit)
    except ApplicantRefused as refusal:
        refusal.about = f"sub_{refusal.field}" if refusal.field else "s"  # type: ignore[attr-defined]
        raise


def _stored(screen: Screen, details: Mapping[str, Any]) -> dict[int, int]:
    """Scans by paper number, kept through the files room; 0 is the first paper the checklist does not name."""
    numbers = {0, *(line.number for line in details["lines"] if line.present)}
    kept = {}
    for number in sorted(numbers):
        upload = screen.intake.files.get(f"file_{number}")
        if upload is not None and upload.file is not None:
            name = upload.name or ""
            stored = store(
                cast(BinaryIO, upload.file),
                name=name,
                province=screen.province,
                viewer=screen.viewer,
                accept=SCANS,
            )
            kept[number] = stored.pk
    return kept


def _note_way(screen: Screen, uid: uuid.UUID, channel: int) -> None:
    """How it came, for the history: who helped to file online, when the post brought it."""
    if channel == ONLINE:
        _tell(screen, uid, "assisted", {"words": {}, "helper": _helper(screen)})
    elif channel == POST:
        day = screen.intake.day("posted_on")
        item = screen.intake.text("posted_item").upper()
        assert day is not None
        _tell(
            screen, uid, "posted", {"words": {"day": f"{day:%d/%m/%Y}"}, "day": day.isoformat(), "item": item}
        )


def _helper(screen: Screen) -> int | None:
    """The account of who helped: one of the desk, else who files."""
    allowed = {key for key, _name in helpers_of(screen)}
    sent = screen.intake.text("helper", most=20)
    return int(sent) if sent in allowed else screen.viewer.user_id


def _tell(screen: Screen, uid: uuid.UUID, verb: str, payload: dict[str, Any]) -> None:
    row = Dossier.objects.only("unit_code", "unit_path").get(uid=uid)
    record(
        CODES[verb],
        province=screen.province,
        subject=f"dossier:{uid}",
        payload={"set": {}} | payload,
        unit_code=row.unit_code,
        unit_path=row.unit_path,
        actor=cast(User, screen.viewer.user),
    )


def _receive(screen: Screen, filing: Filing, details: Mapping[str, Any]) -> Done:
    return api.file_dossier(
        screen.viewer,
        screen.province,
        filing,
        hand_over="hand_over" in screen.intake.sent,
        idempotency_key=screen.intake.key or None,
    )


def _registered(screen: Screen, filing: Filing) -> Done:
    return api.register_dossier(
        screen.viewer, screen.province, filing, idempotency_key=screen.intake.key or None
    )


def _supplement(screen: Screen, filing: Filing, details: Mapping[str, Any]) -> Done:
    done = _registered(screen, filing)
    if done.repeated:
        return done
    reason = screen.intake.reason
    return api.request_supplement(
        screen.viewer, done.uid, missing(details["lines"]) or [reason[:500]], reason
    )


def _refuse(screen: Screen, filing: Filing, details: Mapping[str, Any]) -> Done:
    done = _registered(screen, filing)
    return done if done.repeated else api.refuse_dossier(screen.viewer, done.uid, screen.intake.reason)


_ENDINGS: Mapping[str, Callable[[Screen, Filing, Mapping[str, Any]], Done]] = {
    RECEIVE: _receive,
    SUPPLEMENT: _supplement,
    REFUSE: _refuse,
}
ENDINGS = frozenset(_ENDINGS)

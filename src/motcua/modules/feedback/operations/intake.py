"""Taking petitions in, and screening them: accept, refuse, forward, transfer, classify, withdraw."""

from __future__ import annotations

import datetime as dt
import uuid

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from motcua.engine.events.api import Event, is_repeat, keyed
from motcua.engine.permissions.api import Viewer
from motcua.engine.privacy.api import blind
from motcua.engine.provinces.api import Province
from motcua.engine.registers.api import Series, take_number
from motcua.kernel.clock import local, now
from motcua.kernel.ids import uuid7
from motcua.kernel.text import nfc, squeeze
from motcua.modules.catalogue.api import procedure_on
from motcua.modules.dossiers.api import DossierRef, dossier_ref
from motcua.modules.feedback import permissions as may
from motcua.modules.feedback.case import (
    Case,
    Repeated,
    fitting,
    known_code,
    opened,
    operation,
    record_event,
    required,
    told,
    unit_named,
)
from motcua.modules.feedback.data import Petition, Sender, TicketDone
from motcua.modules.feedback.errors import FeedbackRefused
from motcua.modules.feedback.events import CODES
from motcua.modules.feedback.grievances import keep_grievance
from motcua.modules.feedback.models import Channel, Kind, Outcome, Ticket
from motcua.modules.feedback.rules import is_on_time, topics_of, words
from motcua.modules.feedback.states import State
from motcua.reference.applicants.api import ApplicantRefused, normal_phone

REGISTER = "ticket"
_OLDEST = dt.timedelta(days=365)
_CHOOSE = "Hãy chọn một trong các mã: {choices}."


@operation
def receive_ticket(
    viewer: Viewer, province: Province, petition: Petition, *, idempotency_key: str | None = None
) -> TicketDone:
    """Takes a petition in and gives it its number: state received, the limits begin.

    One ticket for one number of a channel's own system: the same again answers with the ticket there is. Raises
    NotPermitted without feedback.tickets.receive over the receiving unit, FeedbackRefused feedback.*.
    """
    receiving = unit_named(province, petition.receiving)
    viewer.require(may.RECEIVE, province=province, unit_path=receiving[1])
    key = keyed("receive", receiving[0], idempotency_key)
    try:
        with transaction.atomic():
            _refuse_repeated(province.pk, key)
            _refuse_known(province.pk, petition)
            case = _new_case(viewer, province, petition, receiving)
            case.key = key
            _write_new(case)
            return case.done()
    except IntegrityError as error:
        if key and is_repeat(error):
            _refuse_repeated(province.pk, key)
        if "ticket_external_once" in str(error):
            _refuse_known(province.pk, petition)
        raise


def _new_case(viewer: Viewer, province: Province, petition: Petition, receiving: tuple[str, str]) -> Case:
    _check_codes(petition)
    handling = unit_named(province, petition.handling) if petition.handling else receiving
    arrived = _arrived(petition.arrived_at)
    dossier = _dossier(province, petition.dossier_code)
    procedure, area = _procedure(province, petition, dossier)
    row = Ticket(
        province=province,
        uid=uuid7(),
        unit_code=handling[0],
        unit_path=handling[1],
        external_code=fitting(squeeze(petition.external_code), 80),
        received_code=receiving[0],
        received_path=receiving[1],
        channel=petition.channel,
        kind=petition.kind,
        topic=petition.topic,
        procedure_code=procedure,
        field_code=area,
        dossier_uid=dossier.uid if dossier else None,
        dossier_code=dossier.code if dossier else "",
        content=nfc(required(petition.content, "content.empty", _("Hãy ghi nội dung phản ánh, kiến nghị."), 20_000)),
        summary=nfc(fitting(squeeze(petition.summary), 500)),
        state=State.RECEIVED,
        received_at=arrived,
        received_by_id=viewer.user_id,
    )  # fmt: skip
    _seal_sender(row, petition.sender)
    case = Case(viewer, row)
    case.set(
        screen_due_at=case.due(arrived, case.limit("screen", arrived)),
        forward_due_at=case.due(arrived, case.limit("forward", arrived)),
    )
    case.count_answer_from(arrived)
    return case


def _write_new(case: Case) -> None:
    row = case.row
    year = f"{local(row.received_at):%Y}"
    series = Series(row.province_id, REGISTER, row.received_code, year, row.received_path)
    number = take_number(series, subject=row.subject).number
    row.number = f"PAKN-{row.received_code}-{year}-{number:04d}"
    row.save()
    case.changed = {
        field.attname: getattr(row, field.attname)
        for field in Ticket._meta.concrete_fields
        if field.attname not in ("id", "province_id") and field.attname in told({field.attname: None})
    }
    case.tell("received", number=row.number)
    record_event(case)
    keep_grievance(row.province, row.dossier_uid)


def _check_codes(petition: Petition) -> None:
    known_code(petition.kind, dict(Kind.choices), "kind", _(_CHOOSE))
    known_code(petition.channel, dict(Channel.choices), "channel", _(_CHOOSE))
    if petition.topic:
        known_code(petition.topic, topics_of(petition.kind), "topic", _(_CHOOSE))


def _arrived(moment: dt.datetime | None) -> dt.datetime:
    latest = now()
    if moment is None:
        return latest
    if moment.tzinfo is None or not latest - _OLDEST <= moment <= latest:
        raise FeedbackRefused(
            "arrived", _("Thời điểm nhận phải trước hiện tại và không quá một năm; hãy kiểm tra lại ngày giờ.")
        )  # fmt: skip
    return moment


def _dossier(province: Province, code: str) -> DossierRef | None:
    if not squeeze(code):
        return None
    found = dossier_ref(province, code=code)
    if found is None:
        raise FeedbackRefused(
            "dossier.unknown",
            _("Không có hồ sơ mã “{code}”; hãy kiểm tra mã in trên giấy tiếp nhận, hoặc để trống.").format(
                code=squeeze(code)
            ),
        )
    return found


def _procedure(province: Province, petition: Petition, dossier: DossierRef | None) -> tuple[str, str]:
    """Code and field: of the dossier, else of the procedure named."""
    if dossier is not None:
        return dossier.procedure_code, dossier.field_code
    code = squeeze(petition.procedure_code)
    if not code:
        return "", ""
    info = procedure_on(province, code, local(now()).date())
    if info is None:
        raise FeedbackRefused(
            "procedure.unknown",
            _("Không có thủ tục mã “{code}” đang áp dụng; hãy chọn trong danh mục, hoặc để trống.").format(
                code=code
            ),
        )
    return info.code, info.field_code


def _seal_sender(row: Ticket, sender: Sender) -> None:
    try:
        phone = normal_phone(sender.phone)
    except ApplicantRefused as refusal:
        raise FeedbackRefused("sender.phone", refusal.message) from refusal
    row.anonymous = sender.anonymous
    row.sender_name = nfc(fitting(squeeze(sender.name), 200))
    row.sender_phone = phone
    row.sender_email = fitting(squeeze(sender.email), 254)
    row.sender_address = nfc(fitting(squeeze(sender.address), 500))
    row.phone_blind = phone_blind(phone)


def phone_blind(normal: str) -> bytes:
    """By which the petitions of one telephone are found."""
    return blind(normal, context="feedback.sender_phone")


def _refuse_repeated(province_id: int, key: str | None) -> None:
    if not key:
        return
    event = Event.objects.filter(
        province_id=province_id, type=CODES["received"], idempotency_key=key
    ).first()  # fmt: skip
    if event is not None:
        _repeat(Ticket.objects.get(uid=event.subject.partition(":")[2]))


def _refuse_known(province_id: int, petition: Petition) -> None:
    code = squeeze(petition.external_code)
    if not code:
        return
    row = Ticket.objects.filter(
        province_id=province_id, channel=petition.channel, external_code=code
    ).first()  # fmt: skip
    if row is not None:
        _repeat(row)


def _repeat(row: Ticket) -> None:
    raise Repeated(TicketDone(row.uid, row.number, row.state, row.due_at, row.revision, True))


# -- screening ------------------------------------------------------------------------------------


@operation
def accept_ticket(
    viewer: Viewer, province: Province, uid: uuid.UUID, *, idempotency_key: str | None = None
) -> TicketDone:
    """Takes the petition up: it is within the unit's competence, and what the law asks for is there."""
    with opened(viewer, province, uid, "accept", idempotency_key) as case:
        case.set(state=State.ACCEPTED, screened_at=case.now)
        case.tell("accepted")
        return after(case)


@operation
def refuse_ticket(
    viewer: Viewer,
    province: Province,
    uid: uuid.UUID,
    reason: str,
    text: str,
    *,
    idempotency_key: str | None = None,
) -> TicketDone:
    """Refuses the petition: `reason` a code of the refusals, `text` what the sender is told. The end, held to the limit
    of screening. Raises FeedbackRefused feedback.reason.choice, feedback.refusal.text."""
    known_code(reason, words()["refusals"], "reason", _(_CHOOSE))
    told_text = required(text, "refusal.text", _("Hãy ghi lý do từ chối để báo người gửi."))
    with opened(viewer, province, uid, "refuse", idempotency_key) as case:
        case.set(screened_at=case.now, reason=reason)
        resolve(case, State.REFUSED, Outcome.REFUSED, case.row.screen_due_at)
        case.note("refuse", told_text)
        case.tell("refused")
        return after(case)


@operation
def forward_ticket(
    viewer: Viewer,
    province: Province,
    uid: uuid.UUID,
    target: str,
    text: str,
    *,
    idempotency_key: str | None = None,
) -> TicketDone:
    """Sends the petition on to the competent unit of the province, which screens it; the time of the answer counts from
    now. Raises FeedbackRefused feedback.forward.same, feedback.unit.unknown."""
    why = required(text, "forward.text", _("Hãy ghi lý do chuyển phản ánh, kiến nghị."))
    with opened(viewer, province, uid, "forward", idempotency_key) as case:
        origin, unit = case.row.unit_code, unit_named(province, target)
        if unit[0] == origin:
            raise FeedbackRefused("forward.same", _("Phản ánh, kiến nghị đang ở chính đơn vị này."))
        case.set(
            state=State.RECEIVED,
            unit_code=unit[0],
            unit_path=unit[1],
            forwarded_at=case.now,
            screened_at=None,
            assignee_id=None,
            assigned_at=None,
        )
        case.set(screen_due_at=case.due(case.now, case.limit("screen", case.now)))
        case.set(forward_due_at=case.due(case.now, case.limit("forward", case.now)))
        case.count_answer_from(case.now)
        case.note("forward", why)
        case.tell("forwarded", origin=origin, target=unit[0])
        return after(case)


@operation
def transfer_ticket(
    viewer: Viewer,
    province: Province,
    uid: uuid.UUID,
    agency: str,
    *,
    idempotency_key: str | None = None,
) -> TicketDone:
    """Sends the petition to an agency outside the province (a ministry, another province), named in words. The end here,
    held to the limit of forwarding."""
    named = required(agency, "transfer.agency", _("Hãy ghi tên cơ quan có thẩm quyền nhận."), 300)
    with opened(viewer, province, uid, "transfer", idempotency_key) as case:
        resolve(case, State.TRANSFERRED, Outcome.TRANSFERRED, case.row.forward_due_at)
        case.set(forwarded_at=case.now)
        case.note("transfer", named)
        case.tell("transferred")
        return after(case)


@operation
def classify_ticket(
    viewer: Viewer,
    province: Province,
    uid: uuid.UUID,
    *,
    kind: str = "",
    topic: str = "",
    summary: str | None = None,
    idempotency_key: str | None = None,
) -> TicketDone:
    """Corrects kind, topic and summary of an open petition; another kind brings its own limit, from where it counted."""
    with opened(viewer, province, uid, "classify", idempotency_key) as case:
        row = case.row
        chosen = known_code(kind or row.kind, dict(Kind.choices), "kind", _(_CHOOSE))
        if topic:
            known_code(topic, topics_of(chosen), "topic", _(_CHOOSE))
        kept = topic or (row.topic if chosen == row.kind else "")
        case.set(kind=chosen, topic=kept)
        if summary is not None:
            case.set(summary=nfc(fitting(squeeze(summary), 500)))
        limit = case.limit("answer", row.counted_from)
        case.set(limit_text=limit, due_at=case.due(row.counted_from, limit, row.waited_minutes))
        case.tell("classified")
        return after(case)


@operation
def withdraw_ticket(
    viewer: Viewer, province: Province, uid: uuid.UUID, text: str, *, idempotency_key: str | None = None
) -> TicketDone:
    """The sender takes an open petition back."""
    why = required(text, "withdrawal.text", _("Hãy ghi yêu cầu rút của người gửi."))
    with opened(viewer, province, uid, "withdraw", idempotency_key) as case:
        case.stop_waiting()
        resolve(case, State.WITHDRAWN, Outcome.WITHDRAWN, case.row.due_at)
        case.note("withdraw", why)
        case.tell("withdrawn")
        return after(case)


def resolve(case: Case, state: State, outcome: Outcome, due: dt.datetime) -> None:
    """The end of a petition, held to a limit."""
    case.set(
        state=state,
        outcome=outcome,
        resolved_at=case.now,
        due_at=due,
        on_time=is_on_time(case.now, due),
    )
    if state is not State.ANSWERED:
        case.set(closed_at=case.now)


def after(case: Case) -> TicketDone:
    """What the operation will leave: `opened` writes it when the block ends."""
    done = case.done()
    return TicketDone(done.uid, done.number, done.state, done.due_at, done.revision + 1)

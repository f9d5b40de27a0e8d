"""Working on a petition: assign, ask the sender, answer, publish, close, reopen; what is said of the answer."""

from __future__ import annotations

import uuid

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from motcua.engine.accounts.api import User
from motcua.engine.permissions.api import Viewer, holders
from motcua.engine.provinces.api import Province
from motcua.kernel.text import nfc, search_key
from motcua.modules.feedback import permissions as may
from motcua.modules.feedback.case import Case, is_seen, known_code, opened, operation, required
from motcua.modules.feedback.data import Publication, TicketDone
from motcua.modules.feedback.errors import FeedbackRefused
from motcua.modules.feedback.models import Answer, Outcome, Ticket
from motcua.modules.feedback.operations.intake import after, resolve
from motcua.modules.feedback.rules import words
from motcua.modules.feedback.states import State

_MOST_REACTIONS = 1_000_000


def officers_of(province: Province, unit_path: str) -> QuerySet[User]:
    """Accounts that may answer petitions of a unit today (their post is in the unit or above it), by name."""
    return holders(may.ANSWER, province.pk, unit_path)


@operation
def assign_ticket(
    viewer: Viewer,
    province: Province,
    uid: uuid.UUID,
    assignee: int,
    *,
    idempotency_key: str | None = None,
) -> TicketDone:
    """Gives the petition to somebody who may answer for the unit; again: to another. Raises FeedbackRefused
    feedback.assignee."""
    with opened(viewer, province, uid, "assign", idempotency_key) as case:
        if not officers_of(province, case.row.unit_path).filter(pk=assignee).exists():
            raise FeedbackRefused(
                "assignee", _("Hãy chọn người có quyền xử lý, trả lời phản ánh, kiến nghị của đơn vị này.")
            )
        case.set(state=State.ASSIGNED, assignee_id=assignee, assigned_at=case.now)
        case.tell("assigned")
        return after(case)


@operation
def ask_sender(
    viewer: Viewer, province: Province, uid: uuid.UUID, question: str, *, idempotency_key: str | None = None
) -> TicketDone:
    """Asks the sender to make something clear: the time of the answer stands still until they have."""
    asked = required(question, "question", _("Hãy ghi nội dung cần người gửi làm rõ."))
    with opened(viewer, province, uid, "ask_sender", idempotency_key) as case:
        _require_hand(case)
        if case.row.anonymous and not case.row.sender_phone and not case.row.sender_email:
            raise FeedbackRefused(
                "sender.unknown", _("Người gửi không để lại địa chỉ liên hệ nên không hỏi lại được.")
            )
        case.set(state=State.CLARIFYING, asked_at=case.now)
        case.note("ask_sender", asked)
        case.tell("sender-asked")
        return after(case)


@operation
def record_clarification(
    viewer: Viewer, province: Province, uid: uuid.UUID, text: str, *, idempotency_key: str | None = None
) -> TicketDone:
    """What the sender made clear: the time goes on, the limit moved on by the working time waited."""
    said = required(text, "clarification", _("Hãy ghi nội dung người gửi đã làm rõ."))
    with opened(viewer, province, uid, "record_clarification", idempotency_key) as case:
        _require_hand(case)
        case.stop_waiting()
        case.set(state=State.ASSIGNED if case.row.assignee_id else State.ACCEPTED)
        case.note("record_clarification", said)
        case.tell("clarified")
        return after(case)


@operation
def answer_ticket(
    viewer: Viewer,
    province: Province,
    uid: uuid.UUID,
    text: str,
    measure: str,
    *,
    idempotency_key: str | None = None,
) -> TicketDone:
    """Answers the sender (also one who never made clear what was asked): `measure` a code of what was done about it.
    Resolved, in time or late, by the day.

    Raises FeedbackRefused feedback.answer.text, feedback.measure.choice, feedback.of-another.
    """
    known_code(measure, words()["outcomes"], "measure", _("Hãy chọn một trong các mã: {choices}."))
    said = nfc(required(text, "answer.text", _("Hãy ghi nội dung trả lời người gửi."), 20_000))
    with opened(viewer, province, uid, "answer", idempotency_key) as case:
        _require_hand(case)
        case.stop_waiting()
        row = case.row
        resolve(case, State.ANSWERED, Outcome.ANSWERED, row.due_at)
        case.set(
            answered_at=case.now,
            answered_by_id=viewer.user_id,
            measure=measure,
            publish_due_at=case.due(case.now, case.limit("publish", case.now)),
        )
        number = row.answers.count() + 1
        Answer.objects.create(
            province_id=row.province_id,
            ticket=row,
            number=number,
            text=said,
            measure=measure,
            answered_at=case.now,
            answered_by_id=viewer.user_id,
            due_at=row.due_at,
            on_time=bool(row.on_time),
        )
        case.tell("answered", times=number)
        return after(case)


def _require_hand(case: Case) -> None:
    """The petition is the viewer's, nobody's, or their unit's to direct. Raises FeedbackRefused feedback.of-another."""
    row, viewer = case.row, case.viewer
    if row.assignee_id in (None, viewer.user_id):
        return
    if not viewer.may(may.ASSIGN, province=row.province_id, unit_path=row.unit_path):
        raise FeedbackRefused(
            "of-another",
            _("Phản ánh, kiến nghị đang giao cho người khác; lãnh đạo đơn vị có thể phân công lại."),
        )


@operation
def publish_ticket(
    viewer: Viewer,
    province: Province,
    uid: uuid.UUID,
    publication: Publication,
    *,
    idempotency_key: str | None = None,
) -> TicketDone:
    """Publishes question and answer in words that name nobody. Raises FeedbackRefused feedback.publication.text,
    feedback.publication.personal (the sender's name, telephone, e-mail or address stands in it)."""
    message = _("Hãy ghi nội dung câu hỏi và trả lời để công khai.")
    question = nfc(required(publication.question, "publication.text", message, 10_000))
    answer = nfc(required(publication.answer, "publication.text", message, 10_000))
    with opened(viewer, province, uid, "publish", idempotency_key) as case:
        _refuse_personal(case.row, question + "\n" + answer)
        case.set(
            state=State.PUBLISHED,
            published_at=case.now,
            closed_at=case.now,
            published_question=question,
            published_answer=answer,
        )
        case.tell("published")
        return after(case)


def _refuse_personal(row: Ticket, text: str) -> None:
    folded, digits = f" {search_key(text)} ", "".join(filter(str.isdigit, text))
    name, address = search_key(row.sender_name), search_key(row.sender_address)
    found = (
        (name and f" {name} " in folded)
        or (address and address in folded)
        or (row.sender_email and row.sender_email.lower() in text.lower())
        or (row.sender_phone and row.sender_phone.lstrip("+0") in digits)
    )
    if found:
        raise FeedbackRefused(
            "publication.personal",
            _("Nội dung công khai có tên, điện thoại, thư điện tử hoặc địa chỉ của người gửi; hãy bỏ đi."),
        )


@operation
def close_ticket(
    viewer: Viewer, province: Province, uid: uuid.UUID, text: str, *, idempotency_key: str | None = None
) -> TicketDone:
    """Ends an answered petition without publishing, with the reason (it names people, or is offensive)."""
    why = required(text, "close.text", _("Hãy ghi lý do không công khai kết quả."))
    with opened(viewer, province, uid, "close", idempotency_key) as case:
        case.set(state=State.CLOSED, closed_at=case.now)
        case.note("close", why)
        case.tell("closed")
        return after(case)


@operation
def reopen_ticket(
    viewer: Viewer, province: Province, uid: uuid.UUID, text: str, *, idempotency_key: str | None = None
) -> TicketDone:
    """Takes an answered petition up again: the answer given stays on record, what was published is taken off, and the
    time of another answer counts from now."""
    why = required(text, "reopening.text", _("Hãy ghi lý do mở lại phản ánh, kiến nghị."))
    with opened(viewer, province, uid, "reopen", idempotency_key) as case:
        row = case.row
        case.set(
            state=State.ASSIGNED if row.assignee_id else State.ACCEPTED,
            reopenings=row.reopenings + 1,
            **dict.fromkeys(_OF_THE_END),
            outcome="",
            measure="",
            published_question="",
            published_answer="",
        )
        case.count_answer_from(case.now)
        case.note("reopen", why)
        case.tell("reopened", times=row.reopenings)
        return after(case)


_OF_THE_END = (
    "answered_at",
    "answered_by_id",
    "resolved_at",
    "published_at",
    "closed_at",
    "on_time",
    "publish_due_at",
)


@operation
def record_reactions(
    viewer: Viewer,
    province: Province,
    uid: uuid.UUID,
    likes: int,
    dislikes: int,
    *,
    idempotency_key: str | None = None,
) -> TicketDone:
    """How many like and dislike the answer by now, as the portal counts them; a later count replaces it."""
    if not (0 <= likes <= _MOST_REACTIONS and 0 <= dislikes <= _MOST_REACTIONS):
        raise FeedbackRefused("reactions", _("Số lượt phải là số nguyên không âm."))
    with opened(viewer, province, uid, "record_reactions", idempotency_key) as case:
        case.set(likes=likes, dislikes=dislikes)
        case.tell("reacted", likes=likes, dislikes=dislikes)
        return after(case)


@operation
def mark_repeat(
    viewer: Viewer,
    province: Province,
    uid: uuid.UUID,
    earlier: str,
    *,
    idempotency_key: str | None = None,
) -> TicketDone:
    """Says that the petition repeats an earlier one (its number); "" takes that back.

    Raises FeedbackRefused feedback.repeat.unknown, feedback.repeat.order (not an earlier one).
    """
    with opened(viewer, province, uid, "mark_repeat", idempotency_key) as case:
        if not earlier.strip():
            case.set(repeats_id=None)
            case.tell("repeat-cleared")
            return after(case)
        found = Ticket.objects.filter(province=province, number=earlier.strip()).first()
        if found is None or not is_seen(viewer, found):  # of other units: told apart from none to nobody
            raise FeedbackRefused(
                "repeat.unknown",
                _("Không có phản ánh, kiến nghị số “{number}”; hãy kiểm tra lại.").format(
                    number=earlier.strip()[:60]
                ),
            )
        if (found.received_at, found.pk) >= (case.row.received_at, case.row.pk):
            raise FeedbackRefused(
                "repeat.order", _("Chỉ đánh dấu gửi lặp lại của một phản ánh, kiến nghị nhận trước đó.")
            )
        case.set(repeats_id=found.pk)
        case.tell("repeat-marked", number=found.number)
        return after(case)

"""A petition at work: locked, checked against the table and the permissions, changed, and written with its event.

Every operation runs through `opened(...)`; leaving the block writes everything or nothing.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from enum import Enum
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from django.db import transaction
from django.utils.translation import gettext as _

from motcua.engine.events.api import Event, keyed, record
from motcua.engine.permissions.api import NotPermitted, Viewer
from motcua.engine.privacy.api import SealedField
from motcua.engine.provinces.api import Province
from motcua.kernel.clock import local, now, today
from motcua.kernel.text import squeeze
from motcua.kernel.worktime import WorktimeError
from motcua.modules.feedback import permissions as may
from motcua.modules.feedback.data import TicketDone
from motcua.modules.feedback.errors import FeedbackRefused
from motcua.modules.feedback.events import CODES
from motcua.modules.feedback.grievances import keep_grievance
from motcua.modules.feedback.models import Note, Ticket
from motcua.modules.feedback.rules import OWN_ANSWER, due_at, limit_on
from motcua.modules.feedback.states import Move, check
from motcua.reference.calendars.api import calendar_for, parameter, rule_for
from motcua.reference.organisations.api import unit_at

_WRITTEN = frozenset({"summary", "published_question", "published_answer"})  # what people write
P = ParamSpec("P")
D = TypeVar("D")


class Repeated(Exception):
    """The idempotency key was used before: `done` is what stands now."""

    def __init__(self, done: Any) -> None:
        super().__init__("repeated")
        self.done = done


def operation(function: Callable[P, D]) -> Callable[P, D]:
    """Marks a public operation: repeated with the same key it answers what stands, and does nothing again."""

    @wraps(function)
    def answered(*args: P.args, **kwargs: P.kwargs) -> D:
        try:
            return function(*args, **kwargs)
        except Repeated as repeated:
            return repeated.done
        except WorktimeError as error:  # a day of a year that no calendar knows
            raise FeedbackRefused("calendar.unknown", str(error)) from error

    return answered


class Case:
    """One petition inside an operation: `row` as it will be, `changed` what the event tells."""

    def __init__(self, viewer: Viewer, row: Ticket) -> None:
        self.viewer = viewer
        self.row = row
        self.now = now()
        self.changed: dict[str, Any] = {}
        self.verb = ""
        self.words: dict[str, Any] = {}
        self.key: str | None = None

    def set(self, **values: Any) -> None:
        plain = {name: value.value if isinstance(value, Enum) else value for name, value in values.items()}
        for name, value in plain.items():
            setattr(self.row, name, value)
        self.changed.update(plain)

    def tell(self, verb: str, **words: Any) -> None:
        """Names the event of this operation and the words its sentence needs (codes, never personal data)."""
        self.verb, self.words = verb, words

    def note(self, operation: str, text: str) -> None:
        """Keeps what was written on the way, sealed."""
        Note.objects.create(
            province_id=self.row.province_id,
            ticket=self.row,
            operation=operation,
            text=text,
            at=self.now,
            by_id=self.viewer.user_id,
        )

    # -- time ---------------------------------------------------------------------------------------

    def due(self, since: dt.datetime, limit: str, waited: int = 0) -> dt.datetime:
        """By the working calendar of the unit that answers and the province's first-day rule."""
        row = self.row
        rule = rule_for(row.province_id, local(since).date())
        return due_at(calendar_for(row.province_id, row.unit_path), since, limit, rule, waited)

    def limit(self, step: str, since: dt.datetime) -> str:
        """The limit of a step for this petition; for the answer what the province has settled, if it has."""
        row, day = self.row, local(since).date()
        own = parameter(row.province_id, OWN_ANSWER[row.kind], day) if step == "answer" else None
        return str(own) if own else limit_on(step, row.kind, row.channel, day).limit

    def count_answer_from(self, since: dt.datetime) -> None:
        """The time of the answer begins anew at `since`."""
        limit = self.limit("answer", since)
        self.set(counted_from=since, limit_text=limit, waited_minutes=0, due_at=self.due(since, limit))

    def stop_waiting(self) -> None:
        """The wait for the sender ends, if there is one: the limit moves on by the working time waited."""
        row = self.row
        if row.asked_at is None:
            return
        calendar = calendar_for(row.province_id, row.unit_path)
        waited = row.waited_minutes + max(0, calendar.minutes_between(row.asked_at, self.now))
        due = self.due(row.counted_from, row.limit_text, waited)
        self.set(asked_at=None, waited_minutes=waited, due_at=due)

    # -- writing ------------------------------------------------------------------------------------

    def payload(self) -> dict[str, Any]:
        return {"words": self.words, "set": told(self.changed)}

    def write(self) -> None:
        self.set(revision=self.row.revision + 1)
        self.row.save(update_fields=list(self.changed))
        record_event(self)

    def done(self, *, repeated: bool = False) -> TicketDone:
        row = self.row
        return TicketDone(row.uid, row.number, row.state, row.due_at, row.revision, repeated)


def record_event(case: Case) -> None:
    """The event of the operation, beside its row."""
    row = case.row
    record(
        CODES[case.verb],
        province=row.province,
        subject=row.subject,
        payload=case.payload(),
        actor=case.viewer.user if case.viewer.user_id else None,  # type: ignore[arg-type]
        unit_code=row.unit_code,
        unit_path=row.unit_path,
        occurred_at=case.now,
        idempotency_key=case.key,
    )


_SEALED = frozenset(
    field.name for field in Ticket._meta.get_fields() if isinstance(field, SealedField)
) | {"phone_blind"}  # fmt: skip


def told(values: Mapping[str, Any]) -> dict[str, Any]:
    """Columns as the log keeps them: instants in UTC, nothing sealed, nothing that people wrote."""
    return {
        name: value.astimezone(dt.UTC) if isinstance(value, dt.datetime) else value
        for name, value in values.items()
        if name not in _WRITTEN and name not in _SEALED
    }


@contextmanager
def opened(
    viewer: Viewer, province: Province, uid: uuid.UUID, operation: str, idempotency_key: str | None = None
) -> Iterator[Case]:
    """A petition of the province under its lock, checked; written when the block ends.

    Raises Repeated when the key was used for this operation before, FeedbackRefused, NotPermitted (also for a petition
    of units that are not the viewer's: for them it does not exist); nothing is written then.
    """
    with transaction.atomic():
        row = Ticket.objects.select_for_update(of=("self",)).filter(province=province, uid=uid).first()
        if row is None or not is_seen(viewer, row):
            raise NotPermitted(may.VIEW)
        row.province = province
        case = Case(viewer, row)
        case.key = keyed(operation, uid, idempotency_key)
        if used(row.province_id, row.subject, case.key):
            raise Repeated(case.done(repeated=True))
        _refuse_erased(row)
        require_seat(viewer, row, check(operation, row.state))
        yield case
        case.write()
        if "state" in case.changed:
            keep_grievance(row.province, row.dossier_uid)


def _refuse_erased(row: Ticket) -> None:
    if row.erased_at is not None:
        raise FeedbackRefused(
            "erased",
            _(
                "Phản ánh, kiến nghị đã hết thời hạn lưu giữ; nội dung và người gửi đã xóa ngày {day} nên không xử lý tiếp được."
            ).format(day=f"{local(row.erased_at):%d/%m/%Y}"),
        )


def paths_of(row: Ticket) -> set[str]:
    return {row.unit_path, row.received_path}


def is_seen(viewer: Viewer, row: Ticket) -> bool:
    """The viewer belongs to the unit that answers, or to the one that took it in."""
    return any(viewer.may(may.VIEW, province=row.province_id, unit_path=path) for path in paths_of(row))


def require_seat(viewer: Viewer, row: Ticket, move: Move) -> None:
    """The permission of the table's row, over the seat it names. Raises NotPermitted."""
    seats = {"handling": {row.unit_path}, "receiving": {row.received_path}, "any": paths_of(row)}[move.seat]
    if not any(viewer.may(move.permission, province=row.province_id, unit_path=path) for path in seats):
        raise NotPermitted(move.permission)


def used(province_id: int, subject: str, key: str | None) -> bool:
    """Whether the key was used on this thing before."""
    if not key:
        return False
    return Event.objects.filter(province_id=province_id, subject=subject, idempotency_key=key).exists()


def unit_named(province: Province, code: str) -> tuple[str, str]:
    """Code and path of a unit today. Raises FeedbackRefused feedback.unit.unknown."""
    unit = unit_at(province, code, today()) if code else None
    if unit is None:
        raise FeedbackRefused(
            "unit.unknown",
            _("Không có đơn vị mã “{code}” đang hoạt động; hãy chọn đơn vị trong danh sách.").format(
                code=code
            ),
        )
    return unit.code, unit.path


def required(text: str, code: str, message: str, most: int = 4000) -> str:
    """A text somebody must give. Raises FeedbackRefused when it is empty or too long."""
    clean = text.strip()
    if not squeeze(clean):
        raise FeedbackRefused(code, message)
    return fitting(clean, most)


def fitting(text: str, most: int) -> str:
    """Raises FeedbackRefused feedback.text.too-long, feedback.text.signs (a NUL cannot be kept)."""
    if len(text) > most:
        raise FeedbackRefused(
            "text.too-long", _("Nội dung dài quá {most} ký tự; hãy viết ngắn lại.").format(most=most)
        )
    if "\x00" in text:
        raise FeedbackRefused(
            "text.signs", _("Nội dung chứa ký tự không hợp lệ; hãy nhập lại bằng bàn phím.")
        )
    return text


def known_code(code: str, known: Mapping[str, str], name: str, message: str) -> str:
    """One of the codes people choose from. Raises FeedbackRefused feedback.<name>.choice."""
    if code not in known:
        raise FeedbackRefused(f"{name}.choice", message.format(choices=", ".join(known)))
    return code

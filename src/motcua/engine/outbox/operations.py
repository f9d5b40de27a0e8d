"""What a person may do to a message or a lane."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from motcua.engine.accounts.models import User
from motcua.engine.events.api import record
from motcua.engine.outbox import breaker
from motcua.engine.outbox.errors import OutboxError
from motcua.engine.outbox.events import CANCELLED, LANE_REPLAYED, REPLAYED
from motcua.engine.outbox.models import Message, State
from motcua.engine.outbox.permissions import MANAGE
from motcua.engine.permissions.api import NotPermitted, Viewer
from motcua.engine.provinces.models import Province
from motcua.kernel.clock import now

REPLAYABLE = (State.DEAD, State.FAILED, State.CANCELLED)
CANCELLABLE = (State.WAITING, State.FAILED, State.DEAD)


def replay_message(viewer: Viewer, province: Province, uid: UUID) -> Message:
    """Sends a message again at once, attempts counted anew; the other side sees the same uid.

    Raises NotPermitted; OutboxError outbox.message.unknown, outbox.message.not-replayable, outbox.message.emptied.
    """
    viewer.require(MANAGE, province=province, unit_path="/")
    with transaction.atomic():
        message = _locked(province, uid)
        if message.state not in REPLAYABLE:
            raise OutboxError(
                "outbox.message.not-replayable",
                _("Tin này đang ở trạng thái “{state}” nên không gửi lại được.").format(
                    state=message.get_state_display()
                ),
            )
        if not message.payload:
            raise OutboxError(
                "outbox.message.emptied",
                _("Nội dung tin này đã được xóa theo thời hạn lưu nên không gửi lại được."),
            )
        message.state, message.attempts, message.next_at, message.last_error = State.WAITING, 0, now(), ""
        message.save(update_fields=["state", "attempts", "next_at", "last_error"])
        _tell(viewer, REPLAYED, message)
    return message


def cancel_message(viewer: Viewer, province: Province, uid: UUID) -> Message:
    """Takes a message out of the queue. What is just being sent can no longer be held back.

    Raises NotPermitted; OutboxError outbox.message.unknown, outbox.message.not-cancellable.
    """
    viewer.require(MANAGE, province=province, unit_path="/")
    with transaction.atomic():
        message = _locked(province, uid)
        if message.state not in CANCELLABLE:
            raise OutboxError(
                "outbox.message.not-cancellable",
                _("Tin này đang ở trạng thái “{state}” nên không hủy được.").format(
                    state=message.get_state_display()
                ),
            )
        message.state = State.CANCELLED
        message.save(update_fields=["state"])
        _tell(viewer, CANCELLED, message)
    return message


def replay_lane(viewer: Viewer, province: Province, lane: str) -> int:
    """Closes the breaker of a lane and sends all its dead messages again; returns how many. Raises NotPermitted."""
    viewer.require(MANAGE, province=province, unit_path="/")
    with transaction.atomic():
        breaker.close(province.pk, lane)
        dead = Message.objects.filter(province=province, lane=lane, state=State.DEAD).exclude(payload=b"")
        count = dead.update(state=State.WAITING, attempts=0, next_at=now(), last_error="")
        waiting = Message.objects.filter(province=province, lane=lane, state=State.FAILED)
        waiting.update(next_at=now())
        record(
            LANE_REPLAYED,
            province=province,
            subject=f"lane:{lane}",
            payload={"lane": lane, "count": count},
            actor=_person(viewer),
        )
    return count


def _locked(province: Province, uid: UUID) -> Message:
    message = Message.objects.select_for_update().filter(province=province, uid=uid).first()
    if message is None:
        raise OutboxError("outbox.message.unknown", _("Không có tin này trong hộp thư đi của tỉnh."))
    return message


def _person(viewer: Viewer) -> User:
    if not isinstance(viewer.user, User):
        raise NotPermitted(MANAGE)
    return viewer.user


def _tell(viewer: Viewer, type_: str, message: Message) -> None:
    record(
        type_,
        province=Province.objects.get(pk=message.province_id),
        subject=f"message:{message.uid}",
        payload={"lane": message.lane, "kind": message.kind},
        actor=_person(viewer),
    )

"""Changes of territories. Permission is asked by the room whose page or command starts the change."""

from __future__ import annotations

import uuid

from django.db import transaction
from django.utils.translation import gettext

from motcua.engine.events.api import record
from motcua.engine.provinces.api import Province
from motcua.reference.places import events
from motcua.reference.places.data import register
from motcua.reference.places.loading import replay
from motcua.reference.places.models import PLACES, PlaceChange, PlaceVersion
from motcua.reference.timeline.api import Act, Change, ChangeRefused, change_of


def load_places(province: Province) -> int:
    """Loads the packaged register of a province once; returns how many versions were written (0: already).

    Raises LookupError when no register is packaged under the province's key.
    """
    packaged = register(province.key)
    with transaction.atomic():
        PLACES.lock(province)
        if PlaceVersion.objects.filter(province=province).exists():
            return 0
        ledger, changes = replay(packaged)
        written = len(ledger.written.opened)
        PLACES.save(province, ledger)
        for change in changes:
            tell_change(province, change)
    return written


def change_places(province: Province, act: Act) -> None:
    """Makes one change; inside the caller's transaction. Raises ChangeRefused."""
    PLACES.lock(province)
    ledger = PLACES.ledger(province)
    ledger.reorganise([act])
    PLACES.save(province, ledger)
    tell_change(province, act.change)


def check_places(province: Province, act: Act) -> None:
    """Whether a change could be made; writes nothing. Raises ChangeRefused as making it would."""
    PLACES.ledger(province).reorganise([act])


def undo_places(province: Province, change_uid: uuid.UUID, reason: str) -> None:
    """Puts back what a change did; inside the caller's transaction. Raises ChangeRefused."""
    PLACES.lock(province)
    row = PlaceChange.objects.filter(province=province, uid=change_uid, undone_at__isnull=True).first()
    if row is None:
        raise ChangeRefused(
            gettext("Không tìm thấy thay đổi địa giới còn hiệu lực để hoàn tác."), code="places.unknown"
        )
    ledger = PLACES.ledger(province)
    ledger.undo(change_of(row))
    PLACES.save(province, ledger)
    PLACES.mark_undone(change_of(row), reason)
    payload = {"number": row.number, "reason": reason}
    record(events.UNDONE, province=province, subject=f"place-change:{row.uid}", payload=payload)


def tell_change(province: Province, change: Change) -> None:
    """Records the event of a change."""
    decision = change.decision
    record(
        events.CHANGED,
        province=province,
        subject=f"place-change:{change.uid}",
        payload={
            "kind": change.kind,
            "number": decision.number,
            "title": decision.title,
            "effective_on": decision.effective_on,
        },
    )

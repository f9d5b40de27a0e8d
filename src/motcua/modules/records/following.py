"""Dossiers followed by the sealed log, as notices follow it: dossiers may not ask this room, so this room reads on.

A result recorded with a signed file becomes an electronic result, a result returned comes into its holder's store, and
what a dossier received need not scan by the province's list is said so. Each event is dealt with once: the position moves
on in the same transaction, and the operations know the event's uid as their key.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping

from django.db import transaction
from django.utils.translation import gettext_noop, override

from motcua.engine.events.api import Event, sealed_after
from motcua.engine.files.api import FileRefused
from motcua.engine.permissions.api import NotPermitted
from motcua.engine.provinces.api import Province
from motcua.kernel.clock import local
from motcua.modules.dossiers.api import DossierOutline, dossier_outline
from motcua.modules.records.errors import RecordsRefused
from motcua.modules.records.models import Cursor, Digitisation, ElectronicResult, Paper, Requirement
from motcua.modules.records.operations.digitising import exempt_papers
from motcua.modules.records.operations.results import deliver_result, issue_result, replace_result
from motcua.modules.records.rules import must_digitise
from motcua.modules.records.states import Issued
from motcua.reference.organisations.api import RowFollower, register_follower

_BATCH = 200
_AGAIN = gettext_noop("Hồ sơ được mở lại và phát hành lại kết quả")
_Deal = Callable[[uuid.UUID, str], object]


def follow_dossiers() -> int:
    """Deals with what has been sealed since, but in simulated provinces, whose years bring their papers along; returns how
    many events. A beat calls it; two at once are safe."""
    return sum(_follow(province) for province in Province.objects.filter(simulated=False).order_by("pk"))


@transaction.atomic
def _follow(province: Province) -> int:
    Cursor.objects.get_or_create(province=province)
    cursor = Cursor.objects.select_for_update(skip_locked=True).filter(province=province).first()
    if cursor is None:
        return 0
    events = sealed_after(province.pk, cursor.position, _BATCH)
    for _position, event in events:
        deal = _DEALS.get(event.type)
        if deal is not None:
            _dealt(deal, event)
    if events:
        cursor.position = events[-1][0]
        cursor.save(update_fields=["position"])
    return len(events)


def _dealt(deal: _Deal, event: Event) -> None:
    """What is refused (an unsigned file, a dossier since reopened) is no electronic result, and holds nobody up."""
    try:
        with transaction.atomic(), override("vi"):
            deal(uuid.UUID(event.subject.partition(":")[2]), str(event.uid))
    except (RecordsRefused, FileRefused, NotPermitted):
        return


def take_result(uid: uuid.UUID, key: str) -> None:
    """The recorded result as an electronic one, when its file is signed; recorded anew, it replaces what stood."""
    standing = ElectronicResult.objects.filter(dossier_uid=uid, state=Issued.ISSUED).exists()
    if standing:
        replace_result(None, uid, None, _AGAIN, idempotency_key=key)
    else:
        issue_result(None, uid, idempotency_key=key)


def take_return(uid: uuid.UUID, key: str) -> None:
    """What was returned is in its holder's store from then on."""
    deliver_result(None, uid, idempotency_key=key)


def apply_list(uid: uuid.UUID, key: str) -> None:
    """Components not on the province's list on the day of receipt need not be scanned; what somebody began stays."""
    dossier = dossier_outline(None, uid)
    if dossier.received_at is None:
        return
    lines = list(
        Requirement.objects.filter(
            Requirement.on(local(dossier.received_at).date()), province_id=dossier.province_id
        ).values_list("procedure_code", "paper_code")
    )
    numbers = _not_listed(dossier, lines)
    if numbers:
        exempt_papers(None, uid, numbers, "not-listed", idempotency_key=key)


def _not_listed(dossier: DossierOutline, lines: list[tuple[str, str]]) -> list[int]:
    begun = set(Digitisation.objects.filter(dossier_uid=dossier.uid).values_list("number", flat=True))
    return [
        paper.number
        for paper in dossier.papers
        if paper.present
        and paper.number not in begun
        and not must_digitise(lines, dossier.procedure_code, paper.code)
    ]


_DEALS: Mapping[str, _Deal] = {
    "dossiers:dossier:received": apply_list,
    "dossiers:dossier:supplement-taken": apply_list,
    "dossiers:dossier:result-recorded": take_result,
    "dossiers:dossier:returned": take_return,
}


def follow_units() -> None:
    """Who put a paper into the store, and who issued a result, follow their unit. Called when the app is ready."""
    register_follower(
        RowFollower("records:papers", gettext_noop("Giấy tờ trong kho do đơn vị đưa vào"), lambda: Paper)
    )
    register_follower(
        RowFollower(
            "records:results", gettext_noop("Kết quả điện tử do đơn vị phát hành"), lambda: ElectronicResult
        )
    )

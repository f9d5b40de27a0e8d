"""Days on which officers are away: recorded by who assigns work in their unit, so that no new work is offered."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from motcua.engine.accounts.api import User
from motcua.engine.events.api import record
from motcua.engine.permissions.api import Grant, NotPermitted, Viewer
from motcua.engine.provinces.api import Province
from motcua.kernel.clock import today
from motcua.kernel.text import squeeze
from motcua.modules.dossiers import permissions as may
from motcua.modules.dossiers.errors import DossierRefused
from motcua.modules.dossiers.events import ABSENCE_RECORDED
from motcua.modules.dossiers.models import Absence

_LONGEST = dt.timedelta(days=366)
_FURTHEST = 5 * _LONGEST


@dataclass(frozen=True, slots=True)
class Away:
    """Who is away, from a day until and with another, and why."""

    user_id: int
    first: dt.date
    last: dt.date
    reason: str = ""


def record_absence(viewer: Viewer, province: Province, unit: tuple[str, str], away: Away) -> Absence:
    """Keeps days of absence of an officer of a unit (code, path).

    Raises NotPermitted without dossiers.work.assign over the unit, DossierRefused dossiers.absence.*. Recording the
    same days twice keeps one absence.
    """
    viewer.require(may.ASSIGN, province=province, unit_path=unit[1])
    if away.last < away.first or away.last - away.first > _LONGEST or away.last - today() > _FURTHEST:
        raise DossierRefused(
            "absence.span", _("Ngày vắng cuối phải từ ngày vắng đầu trở đi và không quá một năm.")
        )
    if not officers_of(province, unit[1]).filter(pk=away.user_id).exists():
        raise DossierRefused("absence.person", _("Hãy chọn cán bộ của đơn vị này."))
    with transaction.atomic():
        User.objects.select_for_update().get(pk=away.user_id)
        until = away.last + dt.timedelta(days=1)
        same = Absence.objects.filter(
            province=province, user_id=away.user_id, valid_from=away.first, valid_to=until
        ).first()
        if same is not None:
            return same
        absence = Absence.objects.create(
            province=province,
            user_id=away.user_id,
            valid_from=away.first,
            valid_to=until,
            reason=squeeze(away.reason)[:200],
            recorded_by_id=viewer.user_id,
        )
        _tell(absence, unit, {"until": away.last.isoformat()})
    return absence


def end_absence(viewer: Viewer, absence: Absence, unit: tuple[str, str]) -> None:
    """The officer is back today: the absence ends, or never was when it had not begun. Raises NotPermitted."""
    viewer.require(may.ASSIGN, province=absence.province_id, unit_path=unit[1])
    if not officers_of(absence.province, unit[1]).filter(pk=absence.user_id).exists():
        raise NotPermitted(may.ASSIGN)
    with transaction.atomic():
        row = Absence.objects.select_for_update().get(pk=absence.pk)
        day = today()
        if row.valid_to is not None and row.valid_to <= day:
            return
        _tell(row, unit, {"ended": day.isoformat()})
        if row.valid_from >= day:
            row.delete()
            return
        row.valid_to = day
        row.save(update_fields=["valid_to"])


def _tell(absence: Absence, unit: tuple[str, str], payload: dict[str, str]) -> None:
    record(
        ABSENCE_RECORDED,
        province=absence.province,
        subject=f"absence:{absence.pk}",
        payload={"user": absence.user_id, "from": absence.valid_from.isoformat()} | payload,
        unit_code=unit[0],
        unit_path=unit[1],
    )


def officers_of(province: Province, unit_path: str) -> QuerySet[User]:
    """Accounts with a post today in a unit or below it that do steps of dossiers, by name."""
    working = (may.RECEIVE, may.RETURN, may.PROCESS, may.ASSIGN, may.APPROVE, may.SIGN, may.ISSUE)
    holding = Grant.objects.filter(
        Grant.on(today()),
        province=province,
        unit_path__startswith=unit_path,
        role__permissions__permission__in=working,
    )
    return User.objects.filter(pk__in=holding.values("user"), is_active=True).order_by("display_name", "pk")

"""Who may be given a step: officers who hold its permission over the unit today, and are not away."""

from __future__ import annotations

import datetime as dt

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from motcua.engine.accounts.api import User
from motcua.engine.permissions.api import Grant
from motcua.engine.statements.api import fetch
from motcua.kernel.clock import today
from motcua.modules.catalogue.data import StepPlan
from motcua.modules.dossiers.case import PERMISSION_OF_KIND, Case
from motcua.modules.dossiers.errors import DossierRefused


def performers(province_id: int, kind: str, unit_path: str) -> QuerySet[User]:
    """Accounts that may do a step of this kind in the unit today (their post is in the unit or above it), by name."""
    above = [unit_path[: end + 1] for end, letter in enumerate(unit_path) if letter == "/"]
    holding = Grant.objects.filter(
        Grant.on(today()),
        Q(province=province_id) | Q(province__isnull=True),
        unit_path__in=above,
        role__permissions__permission=PERMISSION_OF_KIND[kind],
    )
    return User.objects.filter(pk__in=holding.values("user"), is_active=True).order_by("display_name", "pk")


def away_on(day: dt.date, users: list[int]) -> set[int]:
    """Which of these accounts are away on a day."""
    return {user for (user,) in fetch(_AWAY, [users, day, day])}


_AWAY = """
SELECT DISTINCT user_id FROM dossiers_absence
WHERE user_id = ANY(%s) AND valid_from <= %s AND (valid_to IS NULL OR valid_to > %s)
"""


def require_performer(case: Case, kind: str, unit_path: str, user_id: int) -> None:
    """Raises DossierRefused dossiers.assign.may-not, dossiers.assign.away."""
    if not performers(case.province_id, kind, unit_path).filter(pk=user_id).exists():
        raise DossierRefused(
            "assign.may-not",
            _("Người được chọn không có quyền làm bước này ở đơn vị; hãy chọn người khác trong danh sách."),
        )
    if user_id in away_on(today(), [user_id]):
        raise DossierRefused(
            "assign.away", _("Người được chọn đang vắng hôm nay; hãy chọn người khác hoặc người thay thế.")
        )


def still_able(case: Case, step: StepPlan, user_id: int | None) -> int | None:
    """Who did a step before, if it can be theirs again: still holding its permission in its unit, and not away."""
    if user_id is None or user_id in away_on(today(), [user_id]):
        return None
    path = case.unit_of(step)[1]
    return user_id if performers(case.province_id, step.kind, path).filter(pk=user_id).exists() else None

"""Who may be given a step: officers who hold its permission over the unit today, and are not away."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from motcua.engine.accounts.api import User
from motcua.engine.permissions.api import Viewer, holders
from motcua.engine.provinces.api import Province
from motcua.engine.statements.api import fetch
from motcua.kernel.clock import today
from motcua.modules.catalogue.data import StepPlan
from motcua.modules.dossiers.case import PERMISSION_OF_KIND, Case
from motcua.modules.dossiers.errors import DossierRefused
from motcua.modules.dossiers.permissions import BOARD


def performers(province_id: int, kind: str, unit_path: str) -> QuerySet[User]:
    """Accounts that may do a step of this kind in the unit today (their post is in the unit or above it), by name."""
    return holders(PERMISSION_OF_KIND[kind], province_id, unit_path)


def officer_names(
    viewer: Viewer, province: Province, unit_path: str, uids: Collection[str]
) -> dict[str, str]:
    """Names of accounts by uid, for who may see the load of the officers of a unit; for others their own alone."""
    wanted = set(uids) - {""}
    if not viewer.may(BOARD, province=province, unit_path=unit_path):
        wanted &= {str(viewer.user.uid)} if isinstance(viewer.user, User) else set()
    rows = User.objects.filter(uid__in=wanted).values_list("uid", "display_name")
    return {str(uid): name for uid, name in rows}


def away_on(day: dt.date, users: list[int]) -> set[int]:
    """Which of these accounts are away on a day."""
    return {user for (user,) in fetch(_AWAY, [users, day, day])}


_AWAY = """
SELECT DISTINCT user_id FROM dossiers_absence
WHERE user_id = ANY(%s) AND valid_from <= %s AND (valid_to IS NULL OR valid_to > %s)
"""


def require_performer(case: Case, kind: str, unit_path: str, user_id: int) -> None:
    """Raises DossierRefused dossiers.assign.may-not, dossiers.assign.away, dossiers.four-eyes."""
    if not performers(case.province_id, kind, unit_path).filter(pk=user_id).exists():
        raise DossierRefused(
            "assign.may-not",
            _("Người được chọn không có quyền làm bước này ở đơn vị; hãy chọn người khác trong danh sách."),
        )
    require_other_hand(case, kind, user_id)
    if user_id in away_on(today(), [user_id]):
        raise DossierRefused(
            "assign.away", _("Người được chọn đang vắng hôm nay; hãy chọn người khác hoặc người thay thế.")
        )


def hands_before(rule: str, kind: str) -> tuple[str, ...]:
    """Kinds of steps whose doers may not do a step of this kind on the same dossier, by `dossiers.four_eyes`."""
    if rule == "off" or kind not in _DECIDING:
        return ()
    return _DRAFTING if rule == "drafter" else _DRAFTING + _DECIDING[: _DECIDING.index(kind)]


_DRAFTING = ("process", "joint")
_DECIDING = ("review", "approve", "sign")
_HANDS = "SELECT DISTINCT closed_by_id FROM dossiers_task WHERE dossier_id = %s AND state = 'done' AND kind = ANY(%s)"


def require_other_hand(case: Case, kind: str, user_id: int) -> None:
    """Whoever prepared a dossier does not decide on it. Raises DossierRefused dossiers.four-eyes."""
    kinds = hands_before(case.parameter("dossiers.four_eyes"), kind)
    if not kinds:
        return
    hands = {user for (user,) in fetch(_HANDS, [case.id, list(kinds)])}
    hands |= {
        case.viewer.user_id
        for task, _values in case.closed
        if task["kind"] in kinds and task["state"] == "done"
    }
    if user_id in hands:
        raise DossierRefused("four-eyes", four_eyes_words(mine=user_id == case.viewer.user_id))


def four_eyes_words(*, mine: bool) -> str:
    """Why a person may not decide, and what to do; `mine`: said to that person."""
    if mine:
        return _(
            "Bạn đã xử lý hồ sơ này nên không tự duyệt, ký (tham số “Người xử lý hồ sơ và người duyệt, ký” của tỉnh). Hãy để người khác có thẩm quyền duyệt, ký."
        )
    return _("Người được chọn đã xử lý hồ sơ này nên không duyệt, ký hồ sơ ấy; hãy chọn người khác.")


def still_able(case: Case, step: StepPlan, user_id: int | None) -> int | None:
    """Who did a step before, if it can be theirs again: still holding its permission in its unit, and not away."""
    if user_id is None or user_id in away_on(today(), [user_id]):
        return None
    path = case.unit_of(step)[1]
    return user_id if performers(case.province_id, step.kind, path).filter(pk=user_id).exists() else None

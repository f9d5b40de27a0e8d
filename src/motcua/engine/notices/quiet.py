"""Quiet hours of SMS: dated, a province's own, 21:00-07:00 where it has not decided."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from motcua.engine.accounts.models import User
from motcua.engine.events.api import record
from motcua.engine.notices.errors import NoticesError
from motcua.engine.notices.events import QUIET_SET
from motcua.engine.notices.models import DEFAULT_QUIET, QuietHours
from motcua.engine.notices.permissions import MANAGE
from motcua.engine.permissions.api import Viewer
from motcua.engine.provinces.models import Province
from motcua.kernel.clock import VIETNAM, local, today


def quiet_hours(province_id: int, day: dt.date) -> tuple[dt.time, dt.time]:
    """(start, end) in force on a day."""
    found = QuietHours.objects.filter(QuietHours.on(day), province_id=province_id).first()
    return (found.starts, found.ends) if found else DEFAULT_QUIET


def quiet_until(province_id: int, moment: dt.datetime) -> dt.datetime | None:
    """When the quiet hours that hold `moment` end; None outside of them."""
    here = local(moment)
    starts, ends = quiet_hours(province_id, here.date())
    time = here.time()
    if starts == ends:
        return None
    inside = starts <= time < ends if starts < ends else (time >= starts or time < ends)
    if not inside:
        return None
    day = here.date() if time < ends else here.date() + dt.timedelta(days=1)
    return dt.datetime.combine(day, ends, VIETNAM)


def set_quiet_hours(
    viewer: Viewer, province: Province, *, valid_from: dt.date, starts: dt.time, ends: dt.time
) -> QuietHours:
    """Quiet hours of a province from a day on; what was in force ends the day before, what was to come is dropped.

    Raises NotPermitted; NoticesError notices.quiet.past.
    """
    viewer.require(MANAGE, province=province, unit_path="/")
    if valid_from < today():
        raise NoticesError(
            "notices.quiet.past",
            _("Giờ yên lặng chỉ đổi được từ hôm nay trở đi; ngày {day:%d/%m/%Y} đã qua.").format(
                day=valid_from
            ),
        )
    with transaction.atomic():
        Province.objects.select_for_update().get(pk=province.pk)
        rows = QuietHours.objects.filter(province=province)
        rows.filter(valid_from__gte=valid_from).delete()
        rows.filter(QuietHours.on(valid_from)).update(valid_to=valid_from)
        made = QuietHours.objects.create(province=province, valid_from=valid_from, starts=starts, ends=ends)
        payload = {"from": valid_from, "starts": f"{starts:%H:%M}", "ends": f"{ends:%H:%M}"}
        actor = viewer.user if isinstance(viewer.user, User) else None
        record(QUIET_SET, province=province, subject="quiet-hours", payload=payload, actor=actor)
    return made

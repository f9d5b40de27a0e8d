"""Setting a parameter of a province from a day on, and taking back one that does not hold yet."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from motcua.engine.accounts.api import User
from motcua.engine.events.api import record
from motcua.engine.permissions.api import Viewer
from motcua.engine.provinces.api import Province
from motcua.kernel.clock import now, today
from motcua.kernel.text import squeeze
from motcua.kernel.worktime import short_date
from motcua.reference.calendars import events
from motcua.reference.calendars.data import PROVINCE
from motcua.reference.calendars.errors import CalendarRefused
from motcua.reference.calendars.inforce import changing, forget
from motcua.reference.calendars.models import Parameter
from motcua.reference.calendars.parameters import clean_value
from motcua.reference.calendars.permissions import MANAGE


def set_parameter(
    viewer: Viewer, province: Province, name: str, value: str, valid_from: dt.date, basis: str
) -> Parameter:
    """Sets a parameter from a day on, until the next one set. Setting the same again changes nothing.

    Raises NotPermitted; CalendarRefused calendars.parameter.unknown, .value, .basis, .past: days gone by were
    reckoned by what held then.
    """
    viewer.require(MANAGE, province=province, unit_path=PROVINCE)
    value, basis = clean_value(name, value), squeeze(basis)
    if not basis:
        raise CalendarRefused("parameter.basis", _("Hãy ghi căn cứ (văn bản, điều khoản) của giá trị mới."))
    with changing(province.pk), transaction.atomic():
        Province.objects.select_for_update(no_key=True).get(pk=province.pk)
        before = Parameter.objects.filter(province=province, name=name, valid_from=valid_from).first()
        if before is not None and (before.value, before.basis) == (value, basis[:500]):
            return before
        _refuse_past(valid_from)
        if before is not None:
            before.delete()  # a new row, so that every process sees that something changed
        made = Parameter.objects.create(
            province=province,
            name=name,
            value=value[:200],
            valid_from=valid_from,
            basis=basis[:500],
            created_at=now(),
            created_by=viewer.user if isinstance(viewer.user, User) else None,
        )
        _tell(viewer, events.PARAMETER_SET, made)
        transaction.on_commit(lambda: forget(province.pk))
    return made


def withdraw_parameter(viewer: Viewer, province: Province, name: str, valid_from: dt.date) -> None:
    """Takes back a value that holds from a later day only.

    Raises NotPermitted; CalendarRefused calendars.parameter.not-set, calendars.parameter.past.
    """
    viewer.require(MANAGE, province=province, unit_path=PROVINCE)
    with changing(province.pk), transaction.atomic():
        Province.objects.select_for_update(no_key=True).get(pk=province.pk)
        found = Parameter.objects.filter(province=province, name=name, valid_from=valid_from).first()
        if found is None:
            raise CalendarRefused(
                "parameter.not-set",
                _("Không có giá trị nào được đặt từ ngày {day}.").format(day=short_date(valid_from)),
            )
        if valid_from <= today():
            raise CalendarRefused(
                "parameter.past",
                _("Giá trị từ ngày {day} đã được áp dụng nên không bỏ được; hãy đặt giá trị mới.").format(
                    day=short_date(valid_from)
                ),
            )
        _tell(viewer, events.PARAMETER_WITHDRAWN, found)
        found.delete()
        transaction.on_commit(lambda: forget(province.pk))


def _refuse_past(valid_from: dt.date) -> None:
    if valid_from < today():
        raise CalendarRefused(
            "parameter.past",
            _("Ngày áp dụng {day} đã qua; tham số chỉ đặt từ hôm nay trở đi.").format(
                day=short_date(valid_from)
            ),
        )


def _tell(viewer: Viewer, event: str, row: Parameter) -> None:
    payload = {"name": row.name, "value": row.value, "valid_from": row.valid_from, "basis": row.basis}
    record(
        event,
        province=row.province,
        subject=f"parameter:{row.name}",
        payload=payload,
        actor=viewer.user if isinstance(viewer.user, User) else None,
        unit_path=PROVINCE,
    )

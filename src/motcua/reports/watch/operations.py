"""What people do with rules and alerts. Each checks permission and rule, changes rows and records its event, or nothing."""

from __future__ import annotations

import uuid

from django.db import transaction
from django.utils.translation import gettext as _

from motcua.engine.accounts.api import User
from motcua.engine.events.api import Event, keyed, record
from motcua.engine.figures.api import REGISTRY, FigureError
from motcua.engine.permissions.api import Viewer
from motcua.engine.provinces.api import Province
from motcua.kernel.clock import now, today
from motcua.kernel.text import squeeze
from motcua.reference.organisations.api import unit_at
from motcua.reports.watch import events
from motcua.reports.watch.errors import WatchRefused
from motcua.reports.watch.models import Alert, StoredRule
from motcua.reports.watch.permissions import ACKNOWLEDGE, MANAGE
from motcua.reports.watch.queries import rule_named
from motcua.reports.watch.rules import Rule, rule_of

LEAST_WORDS = 5


def enter_rule(
    viewer: Viewer, province: Province, rule: Rule, reason: str, *, idempotency_key: str | None = None
) -> StoredRule:
    """The next version of a rule, its first included; a packaged one is replaced under its own code, and switched off by
    a version that is not enabled. The same key twice is one version.

    Takes `watch.rules.manage` over all that the rule watches, and over all that its former version watched. Raises
    NotPermitted; WatchRefused watch.rule.*, watch.reason.
    """
    _check_place(province, rule)
    viewer.require(MANAGE, province=province, unit_path=rule.unit_path)
    clean = rule_of(rule.document())
    _check_figure(clean)
    words = _words(reason)
    key = keyed("watch-rule", f"{province.pk}:{clean.code}", idempotency_key)
    with transaction.atomic():
        Province.objects.select_for_update(no_key=True).get(pk=province.pk)
        told = _told(province, events.RULE_ENTERED, key)
        if told is not None:
            return StoredRule.objects.get(uid=told.payload["uid"])
        former = rule_named(province, clean.code)
        if former is not None:
            viewer.require(MANAGE, province=province, unit_path=former.unit_path)
        last = StoredRule.objects.filter(province=province, code=clean.code).order_by("-version").first()
        row = StoredRule.objects.create(
            province=province,
            unit_code=clean.unit_code,
            unit_path=clean.unit_path,
            code=clean.code,
            version=last.version + 1 if last else 1,
            document=clean.document(),
            reason=words,
            entered_by_id=viewer.user_id,
            entered_at=now(),
        )
        record(
            events.RULE_ENTERED,
            province=province,
            subject=f"watch_rule:{clean.code}",
            payload={
                "uid": str(row.uid),
                "name": clean.name,
                "version": row.version,
                "document": row.document,
                "reason": words,
            },
            actor=_user(viewer),
            unit_code=clean.unit_code,
            unit_path=clean.unit_path,
            idempotency_key=key,
        )
    return row


def acknowledge_alert(
    viewer: Viewer, province: Province, uid: uuid.UUID, note: str, *, idempotency_key: str | None = None
) -> Alert:
    """Says that somebody has taken an alert up and what is done about it; once an alert.

    Raises NotPermitted (also where there is no such alert); WatchRefused watch.reason, watch.alert.acknowledged,
    watch.alert.closed.
    """
    words = _words(note)
    key = keyed("watch-acknowledge", uid, idempotency_key)
    with transaction.atomic():
        alert = Alert.objects.select_for_update(of=("self",)).filter(province=province, uid=uid).first()
        viewer.require(ACKNOWLEDGE, province=province, unit_path=alert.unit_path if alert else "/")
        if alert is None:
            raise WatchRefused("alert.unknown", _("Không có cảnh báo này trong tỉnh."))
        if _told(province, events.ALERT_ACKNOWLEDGED, key) is not None:
            return alert
        if alert.acknowledged_at is not None:
            raise WatchRefused("alert.acknowledged", _("Cảnh báo này đã có người xác nhận."))
        if alert.closed_at is not None:
            raise WatchRefused("alert.closed", _("Cảnh báo này đã đóng, không cần xác nhận nữa."))
        alert.acknowledged_at, alert.acknowledged_by_id, alert.note = now(), viewer.user_id, words
        alert.save(update_fields=["acknowledged_at", "acknowledged_by", "note"])
        record(
            events.ALERT_ACKNOWLEDGED,
            province=province,
            subject=f"watch_alert:{alert.uid}",
            payload={"note": words, "at": alert.acknowledged_at, "by": viewer.user_id},
            actor=_user(viewer),
            unit_code=alert.unit_code,
            unit_path=alert.unit_path,
            idempotency_key=key,
        )
    return alert


def _check_place(province: Province, rule: Rule) -> None:
    """The unit must be what its path says: a rule may not claim a unit of its own and watch another."""
    if rule.unit_code == "" and rule.unit_path == "/":
        return
    unit = unit_at(province, rule.unit_code, today()) if rule.unit_code else None
    if unit is None or unit.path != rule.unit_path:
        raise WatchRefused("rule.unit", _("Không có đơn vị này đang hoạt động trong tỉnh."))


def _check_figure(rule: Rule) -> None:
    if not rule.figure:
        return
    try:
        REGISTRY.figure(rule.figure, today())
    except FigureError as error:
        raise WatchRefused("rule.figure", _("Không có chỉ tiêu này; hãy chọn trong danh sách.")) from error


def _told(province: Province, event: str, key: str | None) -> Event | None:
    if key is None:
        return None
    return Event.objects.filter(province=province, type=event, idempotency_key=key).first()


def _words(text: str) -> str:
    words = squeeze(text)[:1000]
    if len(words) < LEAST_WORDS:
        raise WatchRefused("reason", _("Hãy ghi lý do hoặc hướng xử lý, để người đọc sau hiểu vì sao."))
    return words


def _user(viewer: Viewer) -> User | None:
    return viewer.user if isinstance(viewer.user, User) else None

"""Reads: the rules in force, the alerts a viewer may see."""

from __future__ import annotations

import uuid

from django.db.models import F, QuerySet

from motcua.engine.permissions.api import Viewer
from motcua.engine.provinces.api import Province
from motcua.reports.watch.models import Alert, StoredRule
from motcua.reports.watch.permissions import MANAGE, VIEW
from motcua.reports.watch.rules import Rule, packaged_rules


def newest_versions(province: Province) -> dict[str, StoredRule]:
    """The last version of every rule somebody entered, by code."""
    rows = StoredRule.objects.filter(province=province).order_by("code", "version")
    return {row.code: row for row in rows}


def rules_of(province: Province) -> list[Rule]:
    """Every rule of a province, the switched-off ones too: its own, then the packaged ones it did not replace."""
    own = newest_versions(province)
    return [row.rule for row in own.values()] + [each for each in packaged_rules() if each.code not in own]


def rule_named(province: Province, code: str) -> Rule | None:
    """The rule as it is now."""
    return next((each for each in rules_of(province) if each.code == code), None)


def may_edit(viewer: Viewer, province: Province, rule: Rule) -> bool:
    """Whether the viewer may change this rule: they hold the right over all it watches."""
    return viewer.may(MANAGE, province=province, unit_path=rule.unit_path)


def visible_rules(viewer: Viewer, province: Province) -> list[Rule]:
    """The rules that watch anything this viewer may see alerts of."""
    held = [
        each.unit_path
        for each in viewer.grants
        if VIEW in each.permissions and each.province_id in (None, province.pk)
    ]
    return [
        rule
        for rule in rules_of(province)
        if any(rule.unit_path.startswith(path) or path.startswith(rule.unit_path) for path in held)
    ]


def visible_alerts(viewer: Viewer, province: Province) -> QuerySet[Alert]:
    """The alerts of this viewer's units, open ones first, then the newest."""
    return viewer.within(Alert.objects.filter(province=province), VIEW).order_by(
        F("closed_at").desc(nulls_first=True), "-opened_at", "-pk"
    )


def find_alert(viewer: Viewer, province: Province, uid: uuid.UUID) -> Alert | None:
    """The alert, if it is of this viewer's units."""
    return visible_alerts(viewer, province).filter(uid=uid).first()

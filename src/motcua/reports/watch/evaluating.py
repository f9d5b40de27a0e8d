"""The rules of a province evaluated: alerts opened, kept and closed. Called by a beat; two workers never do it at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db import IntegrityError, transaction
from django.urls import reverse

from motcua.engine.events.api import record
from motcua.engine.facts.api import FactsError, Snapshot, measure_figures, snapshot_of
from motcua.engine.notices.api import notify_user
from motcua.engine.permissions.api import grants_above
from motcua.engine.provinces.api import Province
from motcua.kernel.clock import now, today
from motcua.reports.watch import events
from motcua.reports.watch.judging import judge
from motcua.reports.watch.models import Alert, Evaluation
from motcua.reports.watch.permissions import ACKNOWLEDGE
from motcua.reports.watch.queries import rules_of
from motcua.reports.watch.reading import Measure, Reading, keys_behind, read_rule
from motcua.reports.watch.rules import Rule

AT_LEAST_EVERY = dt.timedelta(hours=1)
NOT_SOONER_THAN = dt.timedelta(minutes=5)
SILENT_FOR = dt.timedelta(days=14)
MOST_TOLD = 20
OPENED = "watch.opened"


def evaluate_due() -> int:
    """Evaluates the provinces whose facts have moved on since (not more often than every five minutes) or that were not
    evaluated for an hour; returns how many."""
    return sum(evaluate_if_due(province) for province in Province.objects.order_by("pk"))


def evaluate_if_due(province: Province) -> bool:
    """False when it is too soon, another worker is at it, or facts are not built."""
    try:
        position = snapshot_of(province, ["dossiers"]).position
    except FactsError:
        return False
    with transaction.atomic():
        state = _locked(province)
        if state is None or not _is_due(state, position):
            return False
        evaluate(province)
        state.position, state.evaluated_at = position, now()
        state.save(update_fields=["position", "evaluated_at"])
    return True


@transaction.atomic
def evaluate(province: Province, measure: Measure = measure_figures) -> list[Alert]:
    """Every rule in force on every unit it watches, now; returns the alerts it opened."""
    rules = {rule.code: rule for rule in rules_of(province)}
    standing = {
        (each.rule_code, each.unit_code, each.part): each
        for each in Alert.objects.select_for_update().filter(province=province, closed_at__isnull=True)
    }
    opened = []
    for rule in rules.values():
        if rule.enabled:
            opened += _evaluate_rule(province, rule, standing, measure)
    _close_orphans(rules, standing.values())
    return opened


def _evaluate_rule(
    province: Province, rule: Rule, standing: dict[tuple[str, str, str], Alert], measure: Measure
) -> list[Alert]:
    try:
        places = {(unit, part) for (code, unit, part) in standing if code == rule.code}
        readings = read_rule(province, rule, today(), measure, places)
    except FactsError:
        return []
    opened = []
    for reading in readings.found:
        alert = standing.get((rule.code, reading.unit, reading.part))
        judged = judge(rule, reading.value, is_open=alert is not None, calm=alert.calm if alert else 0)
        if judged.step == "open":
            opened.append(_open(province, rule, reading, readings.snapshot, measure))
        elif alert is not None and reading.value is not None:
            alert.calm, alert.latest, alert.evaluated_at = judged.calm, reading.document(rule), now()
            alert.save(update_fields=["calm", "latest", "evaluated_at"])
            if judged.step == "close":
                _close(alert, "calm")
    return opened


def _open(
    province: Province, rule: Rule, reading: Reading, snapshot: Snapshot | None, measure: Measure
) -> Alert:
    keys, number = keys_behind(province, rule, reading, today(), measure)
    moment = now()
    alert = Alert.objects.create(
        province=province,
        unit_code=reading.unit,
        unit_path=reading.path,
        rule_code=rule.code,
        part=reading.part,
        rule=rule.document(),
        opened_at=moment,
        opened=reading.document(rule),
        first_on=reading.window.first,
        last_on=reading.window.last,
        position=snapshot.position if snapshot else 0,
        counted_at=snapshot.as_of if snapshot else moment,
        records=keys,
        recorded=number,
        latest=reading.document(rule),
        evaluated_at=moment,
    )
    record(
        events.ALERT_OPENED,
        province=province,
        subject=f"watch_alert:{alert.uid}",
        payload={
            "name": rule.name,
            "rule": alert.rule,
            "part": alert.part,
            "opened": alert.opened,
            "at": moment,
            "first_on": alert.first_on,
            "last_on": alert.last_on,
            "position": alert.position,
            "records": keys,
            "recorded": number,
        },
        unit_code=alert.unit_code,
        unit_path=alert.unit_path,
    )
    for user_id in responsible(province, alert.unit_path):
        notify_user(
            user_id,
            OPENED,
            province=province,
            context={"name": rule.name, "unit": alert.unit_code or province.agency_code},
            subject=f"watch_alert:{alert.uid}",
            key=str(alert.uid),
            link=reverse("watch:alert", args=[alert.uid]),
        )
    return alert


def _close(alert: Alert, reason: str) -> None:
    alert.closed_at, alert.closed_for = now(), reason
    alert.save(update_fields=["closed_at", "closed_for"])
    record(
        events.ALERT_CLOSED,
        province=Province.objects.get(pk=alert.province_id),
        subject=f"watch_alert:{alert.uid}",
        payload={
            "name": alert.rule["name"],
            "why": reason,
            "at": alert.closed_at,
            "latest": alert.latest,
        },
        unit_code=alert.unit_code,
        unit_path=alert.unit_path,
    )


def _close_orphans(rules: dict[str, Rule], standing: Iterable[Alert]) -> None:
    """Alerts whose rule is switched off or watches other units now, and those nothing was read of for a fortnight."""
    for alert in standing:
        if alert.closed_at is not None:
            continue
        rule = rules.get(alert.rule_code)
        if rule is None or not rule.enabled or not alert.unit_path.startswith(rule.unit_path):
            _close(alert, "rule")
        elif now() - alert.evaluated_at > SILENT_FOR:
            _close(alert, "silent")


def responsible(province: Province, unit_path: str) -> list[int]:
    """Who is told: those who may acknowledge at the unit itself, or else at the nearest unit above it."""
    grants = grants_above(ACKNOWLEDGE, province.pk, unit_path)
    holding = grants.filter(province=province, user__is_active=True)
    found: dict[str, list[int]] = {}
    for path, user in holding.order_by("user").values_list("unit_path", "user").distinct():
        found.setdefault(path, []).append(user)
    return found[max(found, key=len)][:MOST_TOLD] if found else []


def _is_due(state: Evaluation, position: int) -> bool:
    since = now() - state.evaluated_at
    return (
        state.position < 0
        or since >= AT_LEAST_EVERY
        or (state.position != position and since >= NOT_SOONER_THAN)
    )


def _locked(province: Province) -> Evaluation | None:
    """The province's state under lock; None while another worker holds it."""
    try:
        with transaction.atomic():
            Evaluation.objects.get_or_create(province=province, defaults={"evaluated_at": now()})
    except IntegrityError:
        return None
    return Evaluation.objects.select_for_update(skip_locked=True).filter(province=province).first()

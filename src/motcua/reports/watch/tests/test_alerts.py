"""Rules evaluated over facts: alerts open, are taken up, close; nobody sees or does what is not theirs."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from motcua.engine.accounts.api import User
from motcua.engine.events.testing import replays
from motcua.engine.facts.api import measure_live, rebuild, source_of
from motcua.engine.notices.api import declared_notices
from motcua.engine.outbox.models import Message
from motcua.engine.permissions.api import NotPermitted
from motcua.kernel.clock import frozen, local
from motcua.modules.dossiers import api
from motcua.reports.watch.errors import WatchRefused
from motcua.reports.watch.evaluating import evaluate, evaluate_if_due, responsible
from motcua.reports.watch.models import Alert, StoredRule
from motcua.reports.watch.operations import acknowledge_alert, enter_rule
from motcua.reports.watch.queries import rules_of, visible_alerts
from motcua.reports.watch.rules import Rule, packaged_rules

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def rule(world: Any, **changes: Any) -> Rule:
    values: dict[str, Any] = {
        "code": "qua-han-xa", "kind": "threshold", "name": "Hồ sơ quá hạn của phường", "figure": "dossiers.open-overdue",
        "period": "day", "raise_at": "2", "clear_at": "1", "steady": 1,
        "unit_code": world.ward.code, "unit_path": world.ward.path,
    }  # fmt: skip
    return Rule(**(values | changes))


def build(world: Any) -> None:
    rebuild(world.province, source_of("dossiers"))


def withdraw(world: Any, *numbers: int) -> None:
    for uid in (world.uids[number] for number in numbers):
        api.withdraw_dossier(world.viewers["desk"], uid, "Xin rút hồ sơ")


def state() -> dict[str, Any]:
    rows = Alert.objects.all()
    return {
        str(row.uid): [row.opened, _text(row.acknowledged_at), row.note, _text(row.closed_at), row.closed_for]
        for row in rows
    }


def _text(moment: Any) -> str | None:
    return local(moment).isoformat() if moment else None


def _open(state: Any, event: Any) -> Any:
    state[event.subject.partition(":")[2]] = [event.payload["opened"], None, "", None, ""]
    return state


def _close(state: Any, event: Any) -> Any:
    state[event.subject.partition(":")[2]][3:] = [event.payload["at"], event.payload["why"]]
    return state


def _acknowledge(state: Any, event: Any) -> Any:
    state[event.subject.partition(":")[2]][1:3] = [event.payload["at"], event.payload["note"]]
    return state


APPLY = {
    "watch:alert:opened": _open, "watch:alert:closed": _close, "watch:alert:acknowledged": _acknowledge,
    "outbox:message:sent": lambda state, _event: state,
}  # fmt: skip


def test_an_alert_opens_is_taken_up_and_closes_by_itself(world):
    leader = world.viewers["leader"]
    with frozen("2026-03-20T10:00"):
        enter_rule(leader, world.province, rule(world), "Theo dõi hồ sơ quá hạn")
        build(world)
        with replays(state, APPLY):
            opened = evaluate(world.province)
        [alert] = [each for each in opened if each.rule_code == "qua-han-xa"]
        assert (alert.opened["value"], alert.recorded, alert.unit_code) == ("3", 3, world.ward.code)
        assert sorted(alert.records) == sorted(str(uid) for uid in world.uids)
        assert evaluate(world.province) == []
        with replays(state, APPLY):
            acknowledge_alert(
                leader, world.province, alert.uid, "Giao thụ lý xong trong ngày", idempotency_key="a"
            )
        acknowledge_alert(
            leader, world.province, alert.uid, "Giao thụ lý xong trong ngày", idempotency_key="a"
        )
        with pytest.raises(WatchRefused):
            acknowledge_alert(leader, world.province, alert.uid, "Lần nữa xem sao")
        withdraw(world, 0)
        build(world)
        evaluate(world.province)
        alert.refresh_from_db()
        assert alert.closed_at is None and alert.latest["value"] == "2"  # between the thresholds it stays
        withdraw(world, 1, 2)
        build(world)
        with replays(state, APPLY):
            evaluate(world.province)
        alert.refresh_from_db()
        assert alert.closed_for == "calm"


def test_live_and_counted_readings_agree(world):
    with frozen("2026-03-20T10:00"):
        enter_rule(world.viewers["leader"], world.province, rule(world), "Theo dõi hồ sơ quá hạn")
        build(world)
        live = {
            (each.rule_code, each.unit_code): each.opened for each in evaluate(world.province, measure_live)
        }
        Alert.objects.all().delete()
        counted = {(each.rule_code, each.unit_code): each.opened for each in evaluate(world.province)}
    assert live == counted != {}


def test_a_jump_is_measured_from_the_median_of_the_weeks_before(world):
    with frozen("2026-03-03T09:00"):
        withdraw(world, 0)  # in time
    jump = rule(
        world, code="tang-dot-ngot", kind="jump", figure="watch.late-rate", period="week", raise_at="50", clear_at="10",
        least=2,
    )  # fmt: skip
    with frozen("2026-03-18T10:00"):
        enter_rule(world.viewers["leader"], world.province, jump, "Theo dõi đột biến quá hạn")
        withdraw(world, 1, 2)
        build(world)
        [alert] = [each for each in evaluate(world.province) if each.rule_code == "tang-dot-ngot"]
    assert (alert.opened["shown"], alert.opened["against"], alert.opened["value"]) == ("100", "0", "100")


def test_the_step_whose_queue_grew_most_is_the_bottleneck(world):
    step = rule(
        world, code="buoc-un", kind="bottleneck", figure="", raise_at="100", clear_at="50", least=2, weeks=2, steady=1
    )  # fmt: skip
    with frozen("2026-03-04T10:00"):
        enter_rule(world.viewers["leader"], world.province, step, "Theo dõi bước ùn lại")
        build(world)
        rebuild(world.province, source_of("dossier_steps"))
        [alert] = [each for each in evaluate(world.province) if each.rule_code == "buoc-un"]
        # Three wait to be assigned; none did at the ends of the two weeks before.
        assert (alert.part, alert.opened["shown"], alert.opened["against"]) == ("assign", "3", "0")
        assert sorted(alert.records) == sorted(str(uid) for uid in world.uids)
        page = signed_in("t.leader").get(reverse("watch:alert", args=[alert.uid])).content.decode()
        assert "3 hồ sơ đang chờ" in page and f"/ho-so/{world.uids[0]}/" in page
    with frozen("2026-03-05T09:00"):
        withdraw(world, 0, 1, 2)
        build(world)
        rebuild(world.province, source_of("dossier_steps"))
        evaluate(world.province)
    alert.refresh_from_db()
    assert alert.closed_for == "calm"


def test_switching_a_rule_off_closes_its_alerts(world):
    leader = world.viewers["leader"]
    with frozen("2026-03-20T10:00"):
        enter_rule(leader, world.province, rule(world), "Theo dõi hồ sơ quá hạn")
        build(world)
        [alert] = [each for each in evaluate(world.province) if each.rule_code == "qua-han-xa"]
        enter_rule(leader, world.province, rule(world, enabled=False), "Không cần nữa")
        evaluate(world.province)
        alert.refresh_from_db()
    assert alert.closed_for == "rule" and StoredRule.objects.count() == 2


def test_it_is_evaluated_only_when_due(world):
    with frozen("2026-03-20T10:00") as clock:
        assert not evaluate_if_due(world.province)  # no facts yet
        build(world)
        assert evaluate_if_due(world.province)
        assert not evaluate_if_due(world.province)
        clock.move_to(clock().replace(hour=11, minute=1))
        assert evaluate_if_due(world.province)


def test_who_is_told_is_the_nearest_who_may_answer(world):
    assert responsible(world.province, world.ward.path) == [world.viewers["leader"].user_id]
    assert "watch.opened" in {each.code for each in declared_notices()}
    with frozen("2026-03-20T10:00"):
        enter_rule(world.viewers["leader"], world.province, rule(world), "Theo dõi hồ sơ quá hạn")
        build(world)
        evaluate(world.province)
    told = Message.objects.filter(kind="watch.opened")
    assert told.count() == 1


def test_a_head_sets_rules_of_the_own_unit_only(world):
    other = rule(world, unit_code=world.other_ward.code, unit_path=world.other_ward.path)
    whole = rule(world, unit_code="", unit_path="/")
    claimed = rule(world, unit_code=world.other_ward.code)
    packaged = packaged_rules()[0]
    for wrong, error in (
        (other, NotPermitted),
        (whole, NotPermitted),
        (claimed, WatchRefused),
        (packaged, NotPermitted),
    ):
        with pytest.raises(error):
            enter_rule(world.viewers["leader"], world.province, wrong, "Theo dõi hồ sơ quá hạn")
    with pytest.raises(NotPermitted):
        enter_rule(world.viewers["officer"], world.province, rule(world), "Theo dõi hồ sơ quá hạn")
    assert not StoredRule.objects.exists()
    assert rules_of(world.province) == list(packaged_rules())


def test_the_same_key_is_one_version(world):
    leader = world.viewers["leader"]
    first = enter_rule(leader, world.province, rule(world), "Theo dõi hồ sơ quá hạn", idempotency_key="k")
    again = enter_rule(leader, world.province, rule(world), "Theo dõi hồ sơ quá hạn", idempotency_key="k")
    assert first.pk == again.pk


def test_alerts_are_seen_in_their_unit_alone(world):
    with frozen("2026-03-20T10:00"):
        enter_rule(world.viewers["leader"], world.province, rule(world), "Theo dõi hồ sơ quá hạn")
        build(world)
        [alert] = [each for each in evaluate(world.province) if each.rule_code == "qua-han-xa"]
    assert alert in visible_alerts(world.viewers["leader"], world.province)
    assert not visible_alerts(world.viewers["dept_leader"], world.province).exists()
    with pytest.raises(NotPermitted):
        acknowledge_alert(world.viewers["dept_leader"], world.province, alert.uid, "Việc của nơi khác")
    address = reverse("watch:alert", args=[alert.uid])
    mine, theirs = signed_in("t.leader"), signed_in("t.dept_leader")
    page = mine.get(address).content.decode()
    assert "Hồ sơ quá hạn của phường" in page and f"/ho-so/{world.uids[0]}/" in page
    assert theirs.get(address).status_code == 404
    assert mine.post(address, {"note": "Đã giao người xử lý"}).status_code == 302
    assert mine.post(address, {"note": "x"}).status_code == 400
    assert mine.get(reverse("watch:index")).status_code == 200
    assert mine.get(reverse("watch:rules")).status_code == 200


def test_a_rule_is_entered_by_its_form(world):
    client = signed_in("t.leader")
    address = reverse("watch:rule")
    sent = {
        "name": "Đúng hạn tháng", "kind": "threshold", "figure": "dossiers.on-time", "unit": world.ward.code,
        "subject": "units", "period": "month", "side": "below", "raise_at": "97,5", "clear_at": "98", "least": "10",
        "weeks": "8", "steady": "2", "enabled": "1", "reason": "Theo dõi hằng tháng",
    }  # fmt: skip
    assert client.get(address).status_code == 200
    assert client.post(address, sent | {"clear_at": "90"}).status_code == 400
    assert client.post(address, sent | {"unit": ""}).status_code == 404
    assert client.post(address, sent).status_code == 302
    [row] = StoredRule.objects.all()
    assert (row.rule.raise_at, row.unit_path) == ("97.5", world.ward.path)
    assert client.get(f"{address}?ma={row.code}").status_code == 200
    assert client.get(f"{address}?ma=on-time-low").status_code == 302  # the province's: not theirs to change


def signed_in(username: str) -> Client:
    client = Client()
    user = User.objects.get(username=username)
    User.objects.filter(pk=user.pk).update(must_change_password=False)
    client.force_login(user, backend=BACKEND)
    return client

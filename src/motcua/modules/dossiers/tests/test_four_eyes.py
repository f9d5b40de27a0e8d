"""Whoever prepared a dossier does not decide on it, unless the province says otherwise."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from motcua.engine.accounts.api import User
from motcua.kernel.clock import frozen
from motcua.modules.dossiers import api
from motcua.modules.dossiers.data import ResultDraft
from motcua.modules.dossiers.models import Approval, Dossier, Task
from motcua.modules.dossiers.performers import hands_before
from motcua.reference.calendars.api import set_parameter
from motcua.reference.people.api import Installer

RESULT = ResultDraft("Giấy xác nhận")
NOW = "2026-03-02T10:00"
KINDS = ("reception", "assign", "process", "joint", "consult", "review", "approve", "sign", "issue", "return")


@given(st.sampled_from(["off", "drafter", "each"]), st.sampled_from(KINDS))
def test_only_deciding_is_barred_and_never_by_a_later_step(rule: str, kind: str):
    barred = hands_before(rule, kind)
    if rule == "off" or kind not in ("review", "approve", "sign"):
        assert barred == ()
        return
    assert {"process", "joint"} <= set(barred)
    assert set(barred) <= set(KINDS[: KINDS.index(kind)])
    assert set(hands_before("drafter", kind)) <= set(hands_before("each", kind))


def set_rule(world: Any, value: str) -> None:
    with frozen("2026-02-02T08:00"):
        set_parameter(
            Installer(), world.province, "dossiers.four_eyes", value, dt.date(2026, 2, 2), "Quyết định mẫu"
        )


@pytest.fixture
def people(world) -> dict[str, Any]:
    from dossier_world import officer

    return world.viewers | {"deputy": officer(world.province, "deputy", "unit-leader", world.ward)}


def submitted(world: Any, by: Any, leader: Any) -> Any:
    """A dossier at the step of approval, prepared by somebody."""
    with frozen("2026-03-02T08:15"):
        uid = api.file_dossier(world.viewers["desk"], world.province, world.filing()).uid
        api.forward_dossier(world.viewers["desk"], uid)
        api.forward_dossier(leader, uid)
        api.submit_dossier(by, uid, RESULT)
    return uid


def refused(work: Callable[[], Any], uid: Any) -> None:
    before = Dossier.objects.get(uid=uid).revision
    with frozen(NOW), pytest.raises(api.DossierRefused) as refusal:
        work()
    assert refusal.value.code == "dossiers.four-eyes"
    assert Dossier.objects.get(uid=uid).revision == before
    assert not Approval.objects.filter(dossier__uid=uid).exists()


def test_who_prepared_it_neither_approves_nor_signs_nor_takes_the_step(world, people):
    leader, deputy = people["leader"], people["deputy"]
    uid = submitted(world, leader, leader)
    for work in (
        lambda: api.approve_dossier(leader, uid),
        lambda: api.claim_step(leader, uid),
        lambda: api.assign_step(deputy, uid, leader.user_id),
    ):
        refused(work, uid)
    with frozen(NOW):
        api.approve_dossier(deputy, uid)
        with pytest.raises(api.DossierRefused):
            api.sign_dossier(leader, uid)
        api.sign_dossier(deputy, uid)  # approving and signing by one leader is the common way of a commune
    assert [one.by_id for one in Approval.objects.filter(dossier__uid=uid)] == [deputy.user_id] * 2


def test_who_prepared_it_may_take_it_back_and_another_then_prepares_it(world, people):
    leader = people["leader"]
    uid = submitted(world, leader, leader)
    with frozen(NOW):
        api.return_step(leader, uid, "3", "Còn sai họ tên")
        task = Task.objects.get(dossier__uid=uid, closed_at=None)
        assert task.key == "3"
        api.assign_step(leader, uid, people["officer"].user_id)
        api.submit_dossier(people["officer"], uid, RESULT)
    with frozen(NOW), pytest.raises(api.DossierRefused):
        api.approve_dossier(leader, uid)  # the first preparation is still theirs
    with frozen(NOW):
        api.approve_dossier(people["deputy"], uid)


def test_the_next_step_is_not_given_to_who_prepared_it(world, people):
    leader = people["leader"]
    with frozen("2026-03-02T08:15"):
        uid = api.file_dossier(world.viewers["desk"], world.province, world.filing()).uid
        api.forward_dossier(world.viewers["desk"], uid)
        api.forward_dossier(leader, uid)
    refused(lambda: api.submit_dossier(leader, uid, RESULT, assignee=leader.user_id), uid)


def test_the_province_may_let_one_person_do_it_all(world, people):
    set_rule(world, "off")
    leader = people["leader"]
    uid = submitted(world, leader, leader)
    with frozen(NOW):
        api.approve_dossier(leader, uid)
        api.sign_dossier(leader, uid)
    assert Approval.objects.filter(dossier__uid=uid, by_id=leader.user_id).count() == 2


def test_the_province_may_ask_for_another_person_at_each_decision(world, people):
    set_rule(world, "each")
    uid = submitted(world, people["officer"], people["leader"])
    with frozen(NOW):
        api.approve_dossier(people["leader"], uid)
        with pytest.raises(api.DossierRefused) as refusal:
            api.sign_dossier(people["leader"], uid)
        assert refusal.value.code == "dossiers.four-eyes"
        api.sign_dossier(people["deputy"], uid)


def test_the_page_says_why_and_offers_no_decision(world, people):
    leader = people["leader"]
    uid = submitted(world, leader, leader)
    own = client_of(leader).get(reverse("dossiers:dossier", args=[uid])).content.decode()
    others = client_of(people["deputy"]).get(reverse("dossiers:dossier", args=[uid])).content.decode()
    deciding = reverse("dossiers:act", args=[uid, "approve"])
    assert "không tự duyệt, ký" in own and deciding not in own
    assert "không tự duyệt, ký" not in others and deciding in others
    assert offered(others, leader) == offered(own, leader) == 0, "a barred person is not among the choices"
    assert offered(others, people["deputy"]) == 1


def client_of(viewer: Any) -> Client:
    User.objects.filter(pk=viewer.user_id).update(must_change_password=False)
    client = Client()
    client.force_login(
        User.objects.get(pk=viewer.user_id), backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    return client


def offered(page: str, person: Any) -> int:
    return page.count(f'<option value="{person.user_id}"')


def test_many_at_once_tells_which_could_not_be_decided(world, people):
    leader = people["leader"]
    own, others = submitted(world, leader, leader), submitted(world, people["officer"], leader)
    client = client_of(leader)
    keys = [str(task.pk) for task in Task.objects.filter(closed_at=None, dossier__uid__in=[own, others])]
    client.post(reverse("dossiers:approvals"), {"lam": "decide", "viec": keys})
    page = client.get(reverse("dossiers:approvals")).content.decode()
    assert "không tự duyệt, ký" in page
    assert Approval.objects.filter(dossier__uid=others).count() == 1
    assert not Approval.objects.filter(dossier__uid=own).exists()

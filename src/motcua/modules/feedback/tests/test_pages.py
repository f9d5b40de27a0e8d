"""The officer's pages: what they show, what they do, and what they keep to themselves."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from motcua.engine.accounts.api import User
from motcua.engine.privacy.api import Reading
from motcua.kernel.clock import frozen
from motcua.modules.feedback import api
from motcua.modules.feedback.data import Petition, Sender
from motcua.modules.feedback.models import Ticket

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture(autouse=True)
def _clock():
    with frozen("2026-03-02T08:15"):
        yield


def browser(world, name: str) -> Client:
    viewer = world.viewers[name]
    User.objects.filter(pk=viewer.user_id).update(must_change_password=False)
    client = Client()
    client.force_login(User.objects.get(pk=viewer.user_id), backend=BACKEND)
    return client


def received(world, **changes: Any) -> Ticket:
    values: dict[str, Any] = {"kind": "conduct", "channel": "direct", "content": "Nội dung <b>mẫu</b>", "receiving": world.ward.code, "sender": Sender("Trần Văn Mẫu", "0900000018"), "summary": "Trích yếu mẫu"}  # fmt: skip
    done = api.receive_ticket(world.viewers["coordinator"], world.province, Petition(**(values | changes)))
    return Ticket.objects.get(uid=done.uid)


def act(client: Client, row: Ticket, work: str, **data: Any) -> Any:
    return client.post(reverse("feedback:act", args=[row.uid, work]), data)


def test_a_petition_is_taken_in_worked_on_and_answered_on_its_pages(world):
    desk = browser(world, "coordinator")
    page = desk.get(reverse("feedback:receive"))
    assert page.status_code == 200 and world.department.name not in page.content.decode()
    sent = {
        "receiving": world.ward.code,
        "channel": "phone",
        "kind": "service",
        "content": "Hỏi tiến độ",
        "key": "k1",
    }
    answer = desk.post(reverse("feedback:receive"), sent)
    again = desk.post(reverse("feedback:receive"), sent)
    assert answer.status_code == again.status_code == 302 and answer.url == again.url
    row = Ticket.objects.get()
    assert act(desk, row, "accept").status_code == 302
    officer, leader = browser(world, "officer"), browser(world, "leader")
    assert act(leader, row, "assign", assignee=world.viewers["officer"].user_id).status_code == 302
    assert act(officer, row, "answer", measure="explained", text="Đã trả lời").status_code == 302
    assert act(leader, row, "publish", question="Hỏi?", answer="Đáp.").status_code == 302
    row.refresh_from_db()
    assert (row.state, row.published_answer) == ("published", "Đáp.")
    page = officer.get(reverse("feedback:ticket", args=[row.uid])).content.decode()
    for shown in ("Hỏi tiến độ", "Đã trả lời", "Công khai kết quả trả lời", "đúng hạn"):
        assert shown in page


def test_the_list_shows_numbers_and_deadlines_and_no_sender(world):
    row = received(world)
    page = browser(world, "leader").get(reverse("feedback:tickets")).content.decode()
    assert row.number in page and "Trích yếu mẫu" in page and "còn 21 ngày" in page
    assert "Trần Văn Mẫu" not in page and "0900000018" not in page
    with frozen("2026-03-25T08:00"):
        late = (
            browser(world, "leader").get(reverse("feedback:tickets") + "?ai=unit&han=late").content.decode()
        )
    assert "quá hạn 2 ngày" in late
    other = browser(world, "other_leader").get(reverse("feedback:tickets")).content.decode()
    assert row.number not in other


@pytest.mark.parametrize(
    "query", ["?trang=x&ai=x&han=1", "?trang-thai=x&loai=x", "?q=%27%3B--", "?trang=999"]
)
def test_strange_questions_are_answered_with_a_list(world, query):
    received(world)
    assert browser(world, "leader").get(reverse("feedback:tickets") + query).status_code == 200


def test_the_sender_is_opened_by_a_click_that_is_noted(world):
    row = received(world)
    leader = browser(world, "leader")
    page = leader.get(reverse("feedback:ticket", args=[row.uid])).content.decode()
    assert "Trần Văn Mẫu" not in page and "&lt;b&gt;mẫu" in page and not Reading.objects.exists()
    opened = leader.post(reverse("feedback:sender", args=[row.uid]))
    assert "Trần Văn Mẫu" in opened.content.decode() and opened["Cache-Control"] == "no-store"
    assert Reading.objects.get().subject == row.subject


def test_what_is_refused_comes_back_beside_what_was_typed(world):
    row = received(world)
    leader = browser(world, "leader")
    act(leader, row, "accept")
    act(leader, row, "answer", measure="explained", text="Trả lời")
    answer = act(leader, row, "publish", question="Ông Trần Văn Mẫu hỏi", answer="Đáp.")
    page = answer.content.decode()
    assert answer.status_code == 400 and "hãy bỏ đi" in page and "Ông Trần Văn Mẫu hỏi" in page
    answer = act(leader, row, "accept")
    assert answer.status_code == 400 and "không thực hiện được việc" in answer.content.decode()


def test_who_may_look_but_not_do_is_told_so(world):
    row = received(world)
    desk = browser(world, "desk")
    page = desk.get(reverse("feedback:ticket", args=[row.uid])).content.decode()
    assert "/viec/accept/" not in page and "/viec/withdraw/" in page
    answer = act(desk, row, "accept")
    assert answer.status_code == 400 and Ticket.objects.get().state == "received"


def test_strangers_find_nothing(world):
    row = received(world)
    for name in ("other_leader", "dept_leader"):
        client = browser(world, name)
        for answer in (
            client.get(reverse("feedback:ticket", args=[row.uid])),
            client.post(reverse("feedback:sender", args=[row.uid])),
            act(client, row, "accept"),
        ):
            assert answer.status_code == 404
    assert not Reading.objects.exists() and Ticket.objects.get().revision == 1


def test_forwarded_away_one_comes_back_to_the_list(world):
    row = received(world)
    unseen = received(world, receiving=world.ward.code, handling=world.department.code)
    leader = browser(world, "dept_leader")
    answer = act(leader, unseen, "forward", target=world.other_department.code, text="Không thuộc thẩm quyền")
    assert answer.url == reverse("feedback:tickets")
    answer = act(browser(world, "coordinator"), row, "forward", target=world.department.code, text="Của sở")
    assert answer.url == reverse("feedback:ticket", args=[row.uid])

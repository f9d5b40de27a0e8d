"""Lists, searches and openings of petitions."""

from __future__ import annotations

from typing import Any

import pytest

from motcua.engine.privacy.api import Reading
from motcua.kernel.clock import frozen
from motcua.modules.feedback import api
from motcua.modules.feedback.data import Petition, Publication, Sender
from motcua.modules.feedback.queries import TicketFilter, counts_of_tickets, open_sender, open_words

pytestmark = pytest.mark.django_db


def received(world, moment: str, **changes: Any) -> api.TicketDone:
    values: dict[str, Any] = {"kind": "conduct", "channel": "portal", "content": "Nội dung", "receiving": world.ward.code}  # fmt: skip
    with frozen(moment):
        return api.receive_ticket(
            world.viewers["coordinator"], world.province, Petition(**(values | changes))
        )


def numbers(world, name: str = "leader", **wanted: Any) -> list[str]:
    found = api.list_tickets(world.viewers[name], world.province, TicketFilter(**wanted))
    return [one.number[-4:] for one in found]


@pytest.fixture
def four(world):
    """0001 late since 24/3, 0002 due 26/3, 0003 waiting for its sender since it was late, 0004 ended."""
    v, p = world.viewers, world.province
    made = [
        received(world, "2026-03-02T08:00"),
        received(world, "2026-03-05T08:00", external_code="QG-17", sender=Sender("Trần Mẫu", "0900 000 018")),
        received(world, "2026-03-02T09:00", sender=Sender("Trần Mẫu", "+84 900000018")),
        received(world, "2026-03-02T10:00", kind="service"),
    ]
    with frozen("2026-03-04T08:00"):
        for one in made[2:]:
            api.accept_ticket(v["coordinator"], p, one.uid)
        api.assign_ticket(v["leader"], p, made[2].uid, v["officer"].user_id)
        api.ask_sender(v["officer"], p, made[2].uid, "Rõ thêm?")
        api.answer_ticket(v["officer"], p, made[3].uid, "Trả lời", "explained")
    return made


def test_by_deadline_and_by_what_is_wanted(world, four):
    with frozen("2026-03-24T08:00"):
        assert numbers(world) == ["0001", "0003", "0002"]
        assert numbers(world, due="late") == ["0001"]
        assert numbers(world, due="week") == ["0001", "0003", "0002"]
        assert numbers(world, whose="free") == ["0001", "0002"]
        assert numbers(world, "officer", whose="mine") == ["0003"]
        assert numbers(world, state="answered") == ["0004"]
        assert numbers(world, state="all") == ["0002", "0004", "0003", "0001"]
        assert numbers(world, kind="service", state="all") == ["0004"]
        counted = counts_of_tickets(world.viewers["officer"], world.province)
    assert counted == {"open": 3, "mine": 1, "free": 2, "late": 1, "week": 1}
    with frozen("2026-03-23T20:00"):  # due today is not late today
        assert numbers(world, due="late") == []


def test_found_by_number_here_or_there_or_by_the_senders_telephone(world, four):
    assert numbers(world, words=four[0].number.lower(), state="all") == ["0001"]
    assert numbers(world, words="QG-17", state="all") == ["0002"]
    assert sorted(numbers(world, words="0900000018", state="all")) == ["0002", "0003"]
    assert numbers(world, words="0900000019", state="all") == []
    assert numbers(world, words="Trần Mẫu", state="all") == []
    assert numbers(world, "other_leader", words="0900000018", state="all") == []


def test_who_sent_it_is_opened_with_a_note_of_the_reading(world, four):
    row = api.find_ticket(world.viewers["officer"], world.province, four[1].uid)
    assert row is not None and not Reading.objects.exists()
    sender = open_sender(world.viewers["officer"], row)
    assert (sender.name, sender.phone) == ("Trần Mẫu", "0900000018")
    [reading] = Reading.objects.all()
    assert (reading.subject, reading.viewer_id) == (row.subject, world.viewers["officer"].user_id)
    assert "feedback.sender_phone" in reading.fields and reading.unit_path == row.unit_path


def test_words_are_opened_in_order(world, four):
    row = api.find_ticket(world.viewers["officer"], world.province, four[2].uid)
    opened = open_words(row)
    assert opened.content == "Nội dung"
    assert [(one.operation, one.text) for one in opened.notes] == [("ask_sender", "Rõ thêm?")]


def test_everybody_reads_what_was_published_and_nothing_else(world, four):
    assert not api.published_tickets(world.province).exists()
    with frozen("2026-03-05T08:00"):
        api.publish_ticket(world.viewers["leader"], world.province, four[3].uid, Publication("Hỏi?", "Đáp."))
    [row] = api.published_tickets(world.province)
    assert (row.published_question, row.published_answer, row.number) == ("Hỏi?", "Đáp.", four[3].number)
    assert row.get_deferred_fields() >= {"content", "sender_name", "sender_phone", "sender_address"}

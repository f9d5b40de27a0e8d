"""Dashboards count what the rows hold, within who looks, and open what they show."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from motcua.engine.accounts.api import User
from motcua.engine.facts.api import units_scope, whole_province
from motcua.kernel.clock import frozen
from motcua.modules.dossiers.models import Dossier, Task
from motcua.reports.dashboards.asking import asked
from motcua.reports.dashboards.counting import Board
from motcua.reports.dashboards.drawing import CHARTS
from motcua.reports.explorer.api import places

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 3, 20)
PAGE = "/dieu-hanh/"


@pytest.fixture(autouse=True)
def that_day():
    with frozen("2026-03-20T10:00"):
        yield


def board_of(world: Any, scope: Any = None, **given: str) -> Board:
    question = asked({"ngay": DAY.isoformat(), **given}, DAY)
    return Board(world.province, scope or whole_province(world.province), question, places(world.province, "now", DAY))  # fmt: skip


def client_of(viewer: Any) -> Client:
    User.objects.filter(pk=viewer.user_id).update(must_change_password=False)
    client = Client()
    client.force_login(
        User.objects.get(pk=viewer.user_id), backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    return client


def test_facts_not_built_yet_say_so(world):
    client = client_of(world.viewers["leader"])
    for address in (PAGE, reverse("dashboards:export", args=["gio"])):
        page = client.get(address)
        assert page.status_code == 200 and "chưa được dựng" in page.content.decode()


def test_today_is_that_of_the_rows(world, story):
    now = board_of(world).now
    assert now == {"open": 3, "waiting": 1, "open-late": 2, "due": 0, "received": 0, "resolved": 1, "week": 0}
    assert now["open"] == Dossier.objects.filter(ended_at__isnull=True).count()
    ward = board_of(world, **{"don-vi": world.ward.code}).now
    assert (ward["open"], ward["open-late"]) == (2, 1)


@pytest.mark.parametrize("grain", ["ngay", "tuan", "thang"])
def test_the_trend_adds_up_to_the_same_by_days_weeks_and_months(world, story, grain):
    trend = board_of(world, theo=grain).trend
    assert {code: sum(numbers) for code, numbers in trend.items()} == {
        "received": 5, "resolved": 2, "resolved-late": 1,
    }  # fmt: skip
    assert trend["resolved"][-1] == (1 if grain != "thang" else 2)


def test_arrivals_by_weekday_and_hour(world, story):
    assert board_of(world).arrivals == {(1, 8): 5}


def test_officers_and_steps_add_up_to_the_open_steps(world, story):
    board = board_of(world)
    open_tasks = Task.objects.filter(closed_at__isnull=True)
    assert sum(line.open for line in board.officers) == open_tasks.count()
    assert sum(line.open for line in board.steps.values()) == open_tasks.count()
    held = {line.uid: line for line in board.officers}
    officer = str(world.viewers["officer"].user.uid)
    assert held[officer].open == open_tasks.filter(assignee__uid=officer).count()
    assert board.steps["process"].spread.rows == board.steps["process"].closed == 2


def test_ranking_is_by_share_and_remembers_the_place_before(world, story):
    board = board_of(world)
    lines = {line.code: line for line in board.ranking}
    ward = lines[world.ward.code]
    assert (ward.rate.numerator, ward.rate.denominator, ward.place, ward.received) == (1, 2, 1, 4)
    assert lines[world.department.code].place == 0, "nothing resolved, no place"
    later = Board(world.province, board.scope, asked({"ngay": "2026-04-10"}, DAY), board.known)
    [again] = [line for line in later.ranking if line.code == world.ward.code]
    assert again.before == 1, "its place in the four weeks before"


def test_nobody_counts_another_units(world, story):
    stranger = units_scope(world.province, {world.other_ward.code})
    board = board_of(world, stranger)
    assert set(board.now.values()) == {0} and board.officers == [] and board.ranking == []


def test_a_leader_sees_the_unit_with_names_and_opens_its_records(world, story):
    client = client_of(world.viewers["leader"])
    page = client.get(PAGE)
    text = page.content.decode()
    assert world.ward.name in text and world.viewers["officer"].user.display_name in text
    assert "Số liệu đếm đến" in text and "<svg" in text and 'style="' not in text
    links = set(re.findall(r'href="(/so-lieu/[^"]+/ban-ghi/[^"]+)"', text))
    assert len(links) > 8
    shapes = {
        re.sub(r"=[^&#]*", "=", link): link for link in sorted(links)
    }  # one link of each figure and cut
    for link in shapes.values():
        answer = client.get(link.replace("&amp;", "&"))
        assert answer.status_code == 200 and "bằng đúng con số" in answer.content.decode(), link
    late = next(link for link in links if "dossiers.open-late" in link).replace("&amp;", "&")
    opened = client.get(late)
    assert Dossier.objects.get(uid=story["overdue"]).code in opened.content.decode()
    assert opened.context["count"] == 1
    steps = next(link for link in links if "steps-open/" in link and "cot=officer" in link).replace(
        "&amp;", "&"
    )
    assert "của một cán bộ" in client.get(steps).content.decode()


def test_an_officer_sees_the_unit_and_nobodys_name_but_their_own(world, story):
    text = client_of(world.viewers["officer"]).get(PAGE).content.decode()
    assert (world.ward.name in text and "Cán bộ 1" in text) or "Cán bộ 2" in text
    assert world.viewers["leader"].user.display_name not in text
    assert "/so-lieu/" not in text, "who may not open figures gets no dead links"


def test_the_coordinator_sees_the_whole_with_map_and_ranking(world, story):
    client = client_of(world.viewers["coordinator"])
    text = client.get(PAGE).content.decode()
    for word in ("toàn tỉnh", "ch-tile-bad", "chậm", "Xếp hạng"):
        assert word in text, (word, re.findall("<h1>.*?</h1>", text))
    unit = client.get(PAGE, {"don-vi": world.department.code}).content.decode()
    assert world.department.name in unit and "ch-tile" not in unit


def test_another_unit_is_not_found(world, story):
    client = client_of(world.viewers["leader"])
    assert client.get(PAGE, {"don-vi": world.department.code}).status_code == 404
    assert client.get(PAGE, {"don-vi": "khong-co"}).status_code == 404
    assert client.get(reverse("dashboards:export", args=["khong-co"])).status_code == 404


def test_every_chart_is_exported_with_its_moment(world, story):
    client = client_of(world.viewers["coordinator"])
    for chart in CHARTS:
        answer = client.get(reverse("dashboards:export", args=[chart]))
        lines = answer.content.decode().splitlines()
        assert answer["Content-Type"].startswith("text/csv") and len(lines) > 3, chart
        assert re.fullmatch(r"Số liệu đếm đến;\d\d:\d\d:\d\d \d\d/\d\d/\d{4}", lines[1]), chart

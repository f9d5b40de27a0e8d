"""The log page: who sees what, what is found, and what is said of seals."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.db import connection, transaction
from django.test import Client

from motcua.engine.accounts.models import User
from motcua.engine.events import queries
from motcua.engine.events.api import Event, declare_event, record, seal_all
from motcua.engine.events.permissions import VIEW
from motcua.engine.events.queries import Search
from motcua.engine.permissions.api import Grant, Role, RolePermission, Viewer
from motcua.engine.provinces.api import Province
from motcua.kernel.clock import frozen

RENAMED = declare_event("test:unit:renamed", "Đổi tên đơn vị thành {name}")
CLOSED = declare_event("test:unit:closed", lambda payload: f"Giải thể theo {payload['decision']}")

pytestmark = pytest.mark.django_db


@pytest.fixture
def province():
    return Province.objects.create(key="here", agency_code="H05", place_code="24")


@pytest.fixture
def there():
    return Province.objects.create(key="there", agency_code="H55", place_code="19")


def person(name, province, path="/", permission=VIEW):
    user = User.objects.create_user(name, display_name=f"Người {name}")
    role = Role.objects.create(code=f"role-{name}", label=name)
    RolePermission.objects.create(role=role, permission=permission)
    Grant.objects.create(
        user=user, role=role, province=province, unit_path=path, valid_from=dt.date(2020, 1, 1)
    )
    return Viewer(user)


def happen(province, unit="", name="Sở mẫu", **more):
    with transaction.atomic():
        path = f"/H05/{unit}/" if unit else ""
        more.setdefault("payload", {"name": name})
        more.setdefault("subject", f"unit:{unit}")
        return record(RENAMED, province=province, unit_code=unit, unit_path=path, **more)


def found(viewer, province, **search):
    return [line.event for line in queries.find(viewer, province, Search(**search))[0]]


def sign_in(viewer):
    client = Client()
    client.force_login(viewer.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def browse(viewer, address="/nhat-ky/", **data):
    return sign_in(viewer).get(address, data)


def text(answer):
    return re.sub(r"\s+", " ", answer.content.decode())


def test_a_unit_sees_its_own_a_province_all(province, there):
    whole, mine, other = happen(province), happen(province, "H05.15"), happen(province, "H05.150")
    elsewhere, installation = happen(there), happen(None)
    assert found(person("tinh", province), province) == [other, mine, whole]
    assert found(person("so", province, "/H05/H05.15/"), province) == [mine]
    everywhere = person("bo", None)
    assert found(everywhere, province) == [installation, other, mine, whole]
    assert found(everywhere, there) == [installation, elsewhere]
    assert found(person("la", province, permission="jobs.queue.view"), province) == []


def test_sign_ins_are_seen_by_the_administrator_of_the_only_province(province):
    installation = happen(None)
    assert found(person("tinh", province), province) == [installation]
    assert found(person("so", province, "/H05/H05.15/"), province) == []
    Province.objects.create(key="there", agency_code="H55", place_code="19")
    assert found(person("tinh2", province), province) == []


def test_what_is_looked_for_is_found(province):
    viewer = person("tinh", province)
    with frozen("2026-03-01T23:59:00"):
        first = happen(province, "H05.15", actor=viewer.user)
    with frozen("2026-03-02T00:00:00"):
        second = happen(province, "H05.20")
    with frozen("2026-03-03T10:00:00"), transaction.atomic():
        third = record(CLOSED, province=province, subject="unit:H05.20", payload={"decision": "1/QĐ"})
    for search, expected in [
        ({"type": CLOSED}, [third]),
        ({"subject": "unit:H05.20"}, [third, second]),
        ({"unit": "H05.15"}, [first]),
        ({"actor": "TINH"}, [first]),
        ({"actor": "người ti"}, [first]),
        ({"actor": "không ai"}, []),
        ({"since": dt.date(2026, 3, 2)}, [third, second]),
        ({"until": dt.date(2026, 3, 1)}, [first]),
        ({"since": dt.date(2026, 3, 2), "until": dt.date(2026, 3, 2)}, [second]),
        ({"unit": "H05.20", "type": CLOSED}, []),
    ]:
        assert found(viewer, province, **search) == expected, search


def test_pages_turn_by_key_and_keep_the_search(province, monkeypatch):
    monkeypatch.setattr(queries, "PAGE", 2)
    viewer = person("tinh", province)
    made = [happen(province, "H05.15", f"tên {n}") for n in range(5)]
    happen(province, "H05.16")
    seen, before = [], None
    for _ in range(3):
        lines, before = queries.find(viewer, province, Search(unit="H05.15"), before)
        seen += [line.event for line in lines]
    assert seen == made[::-1] and before is None
    page = text(browse(viewer, **{"don-vi": "H05.15"}))
    assert f"don-vi=H05.15&amp;truoc={made[3].pk}" in page
    assert "tên 2" in text(browse(viewer, **{"don-vi": "H05.15", "truoc": made[3].pk}))


def test_a_page_of_the_log_costs_a_fixed_number_of_questions(province, django_assert_max_num_queries):
    viewer = person("tinh", province)
    for n in range(60):
        happen(province, name=f"tên {n}", actor=viewer.user)
    seal_all()
    with django_assert_max_num_queries(6):
        lines, following = queries.find(viewer, province, Search())
    assert len(lines) == 50 and following


def test_the_page_tells_in_words(province):
    viewer = person("quantri", province)
    with frozen("2026-03-05T08:00:00+07:00"):
        late = happen(
            province,
            "H05.15",
            "Sở <b>A</b>",
            actor=viewer.user,
            occurred_at=dt.datetime(2026, 3, 1, 1, 0, tzinfo=dt.UTC),
        )
    client = sign_in(viewer)
    page = text(client.get("/nhat-ky/"))
    assert "Đổi tên đơn vị thành Sở &lt;b&gt;A&lt;/b&gt;" in page
    assert "Người quantri" in page and "08:00:00 01/03/2026" in page and "ghi lúc 08:00:00 05/03/2026" in page
    assert "chờ niêm phong" in page and "niêm phong chậm" in page
    seal_all()
    page = text(client.get("/nhat-ky/"))
    assert "đã niêm phong hết" in page and "mắt xích 1" in page
    assert "Giải thể theo …" in page
    opened = text(browse(viewer, f"/nhat-ky/{late.uid}/"))
    assert "nguyên vẹn" in opened and bytes(late.digest).hex() in opened and "&quot;name&quot;" in opened


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("""UPDATE events_event SET payload = '{"name": "Sở khác"}' WHERE id = %s""", "nội dung đã bị sửa"),
        ("UPDATE events_seal SET chain_digest = sha256('x') WHERE event_id = %s", "mắt xích không nối"),
    ],
)
def test_a_touched_event_is_shown_as_such(province, statement, words):
    viewer = person("tinh", province)
    happen(province)
    touched = happen(province)
    seal_all()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE events_event DISABLE TRIGGER events_append_only")
        cursor.execute("ALTER TABLE events_seal DISABLE TRIGGER seals_append_only")
        cursor.execute(statement, [touched.pk])
    assert words in text(browse(viewer, f"/nhat-ky/{touched.uid}/"))
    assert queries.open_event(viewer, province, Event.objects.order_by("pk").first().uid).linked


def test_strangers_and_nonsense(province, there):
    event = happen(province)
    assert browse(person("la", there), f"/nhat-ky/{event.uid}/").status_code == 404
    assert browse(person("khong", province, permission="jobs.queue.view")).status_code == 404
    viewer = person("tinh", province)
    answer = browse(viewer, tu="hôm qua", den="9999-12-31", truoc="-1' OR 1", nguoi="a%_'b")
    assert answer.status_code == 200 and "Ngày không đọc được" in text(answer)
    assert browse(viewer, nguoi="a\x00b").status_code == 400  # no browser sends a NUL
    assert browse(viewer, truoc="9" * 40).status_code == 200

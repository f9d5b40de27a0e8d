"""Programs that ask for more than they were given: other units, other provinces, people already known."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from dossier_programs import program, send

from motcua.engine.accounts.api import User
from motcua.engine.clients import calling
from motcua.engine.permissions.api import Grant, Role
from motcua.engine.provinces.api import Province
from motcua.kernel.clock import frozen
from motcua.modules.dossiers import api, rest
from motcua.modules.dossiers.models import Dossier
from motcua.reference.applicants.api import Applicant

pytestmark = pytest.mark.django_db
WRITES = (
    ("receive", {}), ("forward", {}), ("submit", {"name": "Kết quả"}), ("approve", {}), ("sign", {}), ("result", {}),
    ("return", {}), ("supplement", {"reason": "Lý do", "items": ["Bản sao"]}), ("supplement/answer", []), ("paid", {}),
    ("withdraw", {"reason": "Lý do"}),
)  # fmt: skip


@pytest.fixture(autouse=True)
def _clock():
    calling._permits.clear()
    with frozen("2026-03-02T08:15"):
        yield


def filing(world: Any, **changes: Any) -> dict[str, Any]:
    person = {
        "display_name": "Trần Văn Mẫu Hai",
        "identity_kind": "citizen_id",
        "identity_number": "027000000018",
        "phone": "0912345678",
    }
    values = {"procedure_code": "1.000001", "receiving": world.ward.code, "handling": world.ward.code}
    return values | {"applicant": person} | changes


def test_another_units_dossier_is_not_there(world):
    uid = api.file_dossier(world.viewers["desk"], world.province, world.filing()).uid
    token = program(world.province, world.other_ward)
    before = Dossier.objects.values_list().get()
    assert send(token, "GET", "").json()["items"] == []
    assert send(token, "GET", "/work").json() == []
    assert [send(token, "GET", f"/{uid}{path}").status_code for path in ("", "/history")] == [404, 404]
    answers = {
        path: send(token, "POST", f"/{uid}/{path}", body, f"khoa-{number:08}")
        for number, (path, body) in enumerate(WRITES)
    }
    assert {path: answer.status_code for path, answer in answers.items()} == dict.fromkeys(answers, 404)
    filed = send(token, "POST", "", filing(world))
    assert filed.status_code == 404
    assert Dossier.objects.values_list().get() == before
    assert Applicant.objects.count() == 1


def test_another_provinces_dossier_is_not_there_even_with_rights_in_both(world):
    other = Province.objects.exclude(pk=world.province.pk).first() or Province.objects.create(
        key="khac", agency_code="H99", place_code="99"
    )
    uid = api.file_dossier(world.viewers["desk"], world.province, world.filing()).uid
    token = program(other, None)
    role = Role.objects.get(code="integration-client")
    account = User.objects.filter(username__startswith="api.").get()
    Grant.objects.create(user=account, role=role, province=world.province, valid_from=dt.date(2020, 1, 1))
    assert send(token, "GET", f"/{uid}").status_code == 404
    assert send(token, "POST", f"/{uid}/withdraw", {"reason": "Lý do"}).status_code == 404
    assert Dossier.objects.get().status == 2


def test_reading_is_not_writing(world):
    uid = api.file_dossier(world.viewers["desk"], world.province, world.filing()).uid
    token = program(world.province, world.ward, rest.READ)
    for path, body in WRITES:
        answer = send(token, "POST", f"/{uid}/{path}", body)
        assert (answer.status_code, answer.json()["code"]) == (403, "api.scope.missing")


def test_who_is_known_by_number_is_filed_for_and_not_told_about(world):
    token = program(world.province, world.ward)
    first = send(token, "POST", "", filing(world), "khoa-thu-0001")
    again = send(token, "POST", "", filing(world), "khoa-thu-0002")
    assert (first.status_code, again.status_code) == (200, 200)
    assert Dossier.objects.filter(applicant__display_name="Trần Văn Mẫu Hai").count() == 2
    assert Applicant.objects.count() == 2
    # a number tried with another name tells nobody whose it is
    person = filing(world)["applicant"] | {"display_name": "Lê Văn Mẫu Dò"}
    guess = send(token, "POST", "", filing(world, applicant=person), "khoa-thu-0003")
    assert guess.status_code == 409
    assert "Trần" not in guess.content.decode()
    assert Dossier.objects.count() == 2


def test_a_filing_refused_leaves_no_person(world):
    token = program(world.province, world.ward)
    answer = send(token, "POST", "", filing(world, procedure_code="9.999999"))
    assert answer.status_code == 409
    assert Applicant.objects.count() == 1


def test_papers_of_a_supplement_are_bounded(world):
    v = world.viewers
    uid = api.file_dossier(v["desk"], world.province, world.filing()).uid
    api.request_supplement(v["desk"], uid, ["Bản sao"], "Lý do")
    token = program(world.province, world.ward)
    answer = send(token, "POST", f"/{uid}/supplement/answer", [{"name": "Giấy"}] * 201)
    assert answer.status_code in (409, 422)

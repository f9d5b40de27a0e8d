"""Public figures as a visitor without an account gets them."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from motcua.engine.facts.api import rebuild, source_of
from motcua.kernel.clock import frozen
from motcua.modules.dossiers import api
from motcua.reports.openfigures.book import book_of, public_figures
from motcua.reports.openfigures.pages import views

pytestmark = pytest.mark.django_db
PAGE = reverse("openfigures:index")


@pytest.fixture
def counted(world: Any) -> Any:
    """Three dossiers of the ward, two of them withdrawn: all below the least number of records."""
    cache.clear()
    with frozen("2026-03-20T10:00"):
        for uid in world.uids[:2]:
            api.withdraw_dossier(world.viewers["desk"], uid, "Xin rút hồ sơ")
        for fact in ("dossiers", "feedback_ratings"):
            rebuild(world.province, source_of(fact))
        yield world


def test_counts_are_told_and_shares_of_few_are_not(counted):
    book = book_of(counted.province, 2026)
    assert book.at("dossiers.received", counted.ward.code).numerator == "3"
    assert book.at("dossiers.received", "", "3").numerator == "3"
    share = book.at("dossiers.on-time", counted.ward.code)
    assert share.hidden and share.numerator == "" and share.denominator == "2"


def test_anybody_reads_and_takes_them_away(counted):
    client = Client()
    page = client.get(PAGE + "?nam=2026")
    text = page.content.decode()
    assert page.status_code == 200 and "không công bố" in text and counted.ward.name in text
    assert counted.applicant.display_name not in text and str(counted.uids[0]) not in text
    unit = client.get(reverse("openfigures:unit", args=[counted.ward.code]))
    assert unit.status_code == 200 and "Tính thế nào" in unit.content.decode()
    table = client.get(reverse("openfigures:unit-csv", args=[counted.ward.code]))
    rows = list(csv.reader(io.StringIO(table.content.decode("utf-8-sig")), delimiter=";"))
    received = next(row for row in rows if row[2] == "2026" and row[5] == "dossiers.received")
    hidden = next(row for row in rows if row[2] == "2026" and row[5] == "dossiers.on-time")
    assert received[7:] == ["3", "", "3", ""] and hidden[7:] == ["", "2", "", "x"]
    document = client.get(reverse("openfigures:whole-json")).json()
    assert document["least_records"] == 5 and {each["code"] for each in document["figures"]} == {
        each.code for each in public_figures(counted.province, counted.ward.valid_from)
    }
    assert any(each["unit"] == counted.ward.code and each["value"] == "3" for each in document["records"])
    assert client.get(reverse("openfigures:unit", args=["H99.99"])).status_code == 404


def test_files_are_the_same_until_something_changes(counted):
    client, address = Client(), reverse("openfigures:whole-csv")
    first = client.get(address)
    assert first["Cache-Control"] == "public, max-age=300"
    again = client.get(address, headers={"if-none-match": first["ETag"]})
    assert again.status_code == 304 and not again.content
    assert client.get(address, headers={"if-none-match": '"other"'}).status_code == 200


def test_an_address_that_asks_too_often_waits(counted, monkeypatch):
    client, address = Client(), reverse("openfigures:whole-csv")
    answers = [client.get(address).status_code for _number in range(views.WHOLE_TABLES_A_MINUTE + 2)]
    assert answers[-1] == 429 and answers.count(200) == views.WHOLE_TABLES_A_MINUTE


def test_before_facts_are_built_the_page_says_so(world):
    cache.clear()
    client = Client()
    page = client.get(PAGE)
    assert page.status_code == 200 and "đang được dựng" in page.content.decode()
    assert client.get(reverse("openfigures:whole-json")).status_code == 409

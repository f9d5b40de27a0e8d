"""Reports over the published year: who may write what, revisions, editions, and pages for each."""

from __future__ import annotations

import uuid

import pytest
from django.test import Client
from django.urls import reverse

from motcua.engine.events.api import Event
from motcua.engine.permissions.api import NotPermitted
from motcua.reports.documents import api, queries
from motcua.reports.documents.models import Edition, Wording
from motcua.reports.forms.permissions import EDIT
from motcua.reports.forms.permissions import VIEW as FORMS

pytestmark = pytest.mark.django_db


@pytest.fixture
def writer(person, province):
    return person("viet", province, [FORMS, EDIT, api.VIEW, api.WRITE, api.ISSUE])


@pytest.fixture
def report(writer, published):
    return api.open_report(writer, published)


def accepted(writer, report):
    """Every suggestion taken over, so that nothing is in the way."""
    for key in queries.desk(report).drafts:
        api.write_passage(writer, report, key, "", base_revision=0, accepted=True)


def test_opening_twice_is_opening_once(writer, published, report):
    assert api.open_report(writer, published) == report
    assert Event.objects.filter(type="narrative:report:opened").count() == 1


def test_the_published_year_writes_itself(report):
    desk = queries.desk(report)
    text = "\n".join(one.text for one in desk.content.passages())
    assert "Các sở, ngành giải quyết 153.771 hồ sơ, đúng hạn 151.619, đạt 99,61%." in text
    assert not desk.missing


def test_a_reader_writes_nothing(person, province, report):
    reader = person("doc", province, [api.VIEW])
    for attempt in (
        lambda: api.write_passage(reader, report, "strengths.words", "Tốt", base_revision=0),
        lambda: api.issue_edition(reader, report),
        lambda: api.write_head(reader, report, {}, {}),
    ):
        with pytest.raises(NotPermitted):
            attempt()
    assert not Wording.objects.exists() and not Edition.objects.exists()


def test_words_are_revisions_and_a_stale_one_is_refused(writer, report):
    api.write_passage(writer, report, "strengths.words", "Ưu điểm thứ nhất", base_revision=0)
    again = api.write_passage(writer, report, "strengths.words", "Ưu điểm thứ nhất", base_revision=1)
    assert again.revision == 1
    with pytest.raises(api.NarrativeError) as refusal:
        api.write_passage(writer, report, "strengths.words", "Khác", base_revision=0)
    assert refusal.value.code == "documents.passage.changed"
    with pytest.raises(api.NarrativeError) as refusal:
        api.write_passage(writer, report, "strengths.words", "Đạt {9!9}", base_revision=1)
    assert refusal.value.code == "documents.binding.unknown"
    with pytest.raises(api.NarrativeError) as refusal:
        api.write_passage(writer, report, "procedures.decisions", "Khác", base_revision=0)
    assert refusal.value.code == "documents.passage.fixed"
    assert report.wordings.count() == 1


def test_an_edition_waits_for_drafts_and_loose_numbers(writer, report):
    with pytest.raises(api.NarrativeError) as refusal:
        api.issue_edition(writer, report)
    assert refusal.value.code == "documents.edition.open"
    accepted(writer, report)
    api.write_passage(writer, report, "listening.news", "Tặng 4.000 cuốn sách.", base_revision=0)
    with pytest.raises(api.NarrativeError):
        api.issue_edition(writer, report)
    api.write_passage(
        writer, report, "listening.news", "Tặng 4.000 cuốn sách.", base_revision=1, left=["4.000"]
    )
    first = api.issue_edition(writer, report, "Bản trình")
    assert first.number == 1 and api.issue_edition(writer, report).pk == first.pk
    assert first.digest == api.of_data(first.content).digest
    assert Event.objects.get(type="narrative:edition:issued").payload["digest"] == first.digest


def test_pages_for_who_may_and_not_found_for_others(writer, person, province, report):
    accepted(writer, report)
    edition = api.issue_edition(writer, report)
    addresses = [
        reverse("narrative:index"),
        reverse("narrative:report", args=[report.uid]),
        reverse("narrative:editions", args=[report.uid]),
        reverse("narrative:edition", args=[report.uid, edition.number]),
        reverse("narrative:compare", args=[report.uid]),
        *(
            reverse("narrative:download", args=[report.uid, 1, form])
            for form in ("docx", "pdf", "xlsx", "html", "json")
        ),
    ]
    client, stranger = Client(), Client()
    client.force_login(writer.user)
    stranger.force_login(person("la", province, [api.VIEW], path="/H05/H05.99/").user)
    for address in addresses:
        assert client.get(address).status_code == 200, address
        if address != addresses[0]:
            assert stranger.get(address).status_code == 404, address
    assert stranger.get(reverse("narrative:report", args=[uuid.uuid4()])).status_code == 404


def test_a_number_is_bound_on_the_page(writer, report):
    client = Client()
    client.force_login(writer.user)
    address = reverse("narrative:passage", args=[report.uid, "listening.news"])
    sent = {"text": "Giải quyết 153.771 hồ sơ.", "base": "0", "do": "look"}
    page = client.post(address, sent)
    assert page.status_code == 200 and "3!3.1.1" in page.content.decode()
    done = client.post(address, {**sent, "do": "save", "bind-0": "3!3.1.1"})
    assert done.status_code == 302
    assert report.wordings.get().text == "Giải quyết {3!3.1.1} hồ sơ."
    refused = client.post(address, {"text": "Hỏng {", "base": "1", "do": "save"})
    assert refused.status_code == 422 and "documents.binding.shape" in refused.content.decode()

"""The fact of a dossier says what its rows say, and the figures are what the law counts."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from record_world import DAY, at, file_of, filed, resolved, returned

from motcua.engine.events.api import Event
from motcua.engine.figures.api import REGISTRY, evaluate
from motcua.kernel.clock import VIETNAM, frozen
from motcua.kernel.periods import Window
from motcua.modules.catalogue.models import Version
from motcua.modules.dossiers import api as dossiers
from motcua.modules.dossiers.data import HandedPaper
from motcua.modules.dossiers.models import Dossier, DossierResult
from motcua.modules.records import api
from motcua.modules.records.data import Checks, Consent, PaperDraft, ScannedPaper
from motcua.modules.records.facts import EVENTS, SHAPE, SQL
from motcua.modules.records.figures import FIGURES
from motcua.modules.records.models import Digitisation, ElectronicResult
from motcua.modules.records.queries import counts, states_of

pytestmark = pytest.mark.django_db
GOOD = Checks(True, True)
MARCH = Window(dt.date(2026, 3, 1), dt.date(2026, 3, 31))


def facts(province, uids=None):
    """Rows by dossier, by the declared SQL, with the types the shape declares."""
    with connection.cursor() as cursor:
        cursor.execute(SQL, {"province": province.pk, "uids": uids})
        names = [column.name for column in cursor.description]
        assert names == list(SHAPE.columns)
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    kinds = {"text": str, "integer": int, "date": dt.date, "flag": bool}
    for row in rows:
        for name, kind in SHAPE.columns.items():
            assert row[name] is None or type(row[name]) is kinds[kind], (name, row[name])
    found = {row["dossier"]: row for row in rows}
    assert len(found) == len(rows)
    return found


def fact(world, uid):
    whole, alone = facts(world.province)[str(uid)], facts(world.province, [uid])
    assert list(alone.values()) == [whole]
    states = states_of(api_outline(uid))
    assert {"required": whole["components_total"], "digitised": whole["components_digitised"]} == counts(
        states
    )
    return whole


def api_outline(uid):
    return dossiers.dossier_outline(None, uid)


def value(world, code):
    rows = list(facts(world.province).values())
    found = evaluate(REGISTRY.figure(f"records.{code}", DAY), lambda _name: rows, MARCH)
    return (found.numerator, found.denominator) if found.denominator is not None else found.numerator


def scanned(world, uid, *numbers):
    desk = world.viewers["desk"]
    api.scan_papers(
        desk, uid, [ScannedPaper(number, file_of(world, desk), checks=GOOD) for number in numbers]
    )


def test_a_dossier_as_it_goes(world):
    v = world.viewers
    uid = filed(world)
    row = fact(world, uid)
    assert (row["unit"], row["receiving_unit"], row["procedure"], row["field"], row["channel"]) == (
        world.ward.code, world.ward.code, "1.000001", "HT", 1,
    )  # fmt: skip
    assert (row["received_on"], row["ended_on"], row["result_on"]) == (DAY, None, None)
    assert (row["components_total"], row["digitised"], row["with_files"]) == (2, False, False)
    scanned(world, uid, 1)
    row = fact(world, uid)
    assert (row["components_digitised"], row["digitised"], row["with_files"]) == (1, False, True)
    scanned(world, uid, 2)
    assert fact(world, uid)["digitised"]
    file = file_of(world, v["officer"], signed=True)
    resolved(world, uid, file_id=file)
    row = fact(world, uid)
    assert (row["result_on"], row["result_file"], row["electronic"], row["electronic_on"]) == (
        dt.date(2026, 3, 3), True, False, None,
    )  # fmt: skip
    with frozen("2026-03-04T08:00"):
        api.issue_result(v["clerk"], uid)
    row = fact(world, uid)
    assert (row["electronic"], row["electronic_on"], row["delivered"]) == (True, dt.date(2026, 3, 4), False)
    with frozen("2026-03-05T23:30"):
        api.deliver_result(v["desk"], uid)
    assert fact(world, uid)["delivered_on"] == dt.date(2026, 3, 5)
    api.withdraw_result(v["clerk"], uid, "Sai")
    row = fact(world, uid)
    assert (row["electronic"], row["delivered"], row["result_file"]) == (False, False, True)


def test_days_are_those_of_viet_nam(world):
    """Half past midnight on the second is the first in Greenwich."""
    uid = filed(world)
    Dossier.objects.filter(uid=uid).update(received_at=dt.datetime(2026, 3, 2, 0, 30, tzinfo=VIETNAM))
    assert fact(world, uid)["received_on"] == dt.date(2026, 3, 2)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL timezone TO 'America/Lima'")
        assert facts(world.province, [uid])[str(uid)]["received_on"] == dt.date(2026, 3, 2)


def test_what_is_exempt_sent_online_reused_or_of_a_register(world):
    desk = world.viewers["desk"]
    papers = (
        HandedPaper("Tờ khai", file_id=file_of(world, desk)),
        HandedPaper("Giấy tờ tùy thân", originals=0, source="Cơ sở dữ liệu quốc gia về dân cư"),
        HandedPaper("Chỉ xuất trình"),
        HandedPaper("Bản điện tử"),
        HandedPaper("Giấy chứng sinh"),
    )
    uid = filed(world, papers=papers, channel=2)
    api.exempt_papers(desk, uid, [3], "shown")
    api.exempt_papers(desk, uid, [4], "electronic")
    row = fact(world, uid)
    assert (row["components_total"], row["components_digitised"], row["digitised"]) == (4, 3, False)
    assert (row["register_data"], row["population_data"], row["reused"]) == (True, True, False)
    with frozen("2026-03-02T10:00"):
        store = api.keep_paper(
            desk, uid, PaperDraft("Giấy chứng sinh", register_code="national-store", reference="1")
        )
        api.reuse_paper(desk, uid, 5, store.uid, Consent("account", DAY))
    row = fact(world, uid)
    assert (row["digitised"], row["reused"], row["reused_count"], row["national_store"]) == (
        True,
        True,
        1,
        True,
    )
    api.take_back_reuse(desk, uid, 5, "Nhầm")
    row = fact(world, uid)
    assert (row["digitised"], row["reused"], row["national_store"]) == (False, False, False)


def test_a_procedure_whose_results_are_no_documents_owes_no_electronic_result(world):
    uid = filed(world)
    assert fact(world, uid)["result_document"]
    version = Version.objects.get(procedure__code="1.000001")
    for results, owes in (
        ([{"name": "Cập nhật dữ liệu", "document": False}], False),
        ([{"name": "Cập nhật dữ liệu", "document": False}, {"name": "Giấy"}], True),
        (None, True),
    ):
        content = dict(version.content)
        content.pop("results") if results is None else content.update(results=results)
        Version.objects.filter(pk=version.pk).update(content=content)
        assert fact(world, uid)["result_document"] is owes


def test_other_provinces_and_dossiers_not_received_are_left_out(world):
    from motcua.engine.provinces.api import Province

    other = Province.objects.create(key="khac", agency_code="H99", place_code="99")
    with frozen("2026-03-02T08:15"):
        waiting = dossiers.register_dossier(world.viewers["desk"], world.province, world.filing()).uid
    assert facts(other) == {} and fact(world, waiting)["received_on"] is None
    assert value(world, "received") == 0 and value(world, "digitised-rate") == (0, 0)


def test_the_rates_are_what_the_law_counts(world):
    """Four received, one without papers to scan; two resolved with a document, one of them electronic; one reuses."""
    v = world.viewers
    first, second, third, fourth = (filed(world) for _ in range(4))
    scanned(world, first, 1, 2)
    scanned(world, second, 1)
    api.exempt_papers(v["desk"], third, [1, 2], "shown")
    scanned(world, fourth, 1)
    with frozen("2026-03-02T10:00"):
        paper = api.keep_paper(v["desk"], first, PaperDraft("Giấy chứng sinh", component=2)).uid
        api.reuse_paper(v["desk"], fourth, 2, paper, Consent("form", DAY))
    resolved(world, first, file_id=file_of(world, v["officer"], signed=True))
    api.issue_result(v["clerk"], first)
    resolved(world, second)
    assert value(world, "digitised-rate") == (2, 4)
    assert value(world, "digitised-rate.of-due") == (2, 3)
    assert value(world, "electronic-results-rate") == (1, 2)
    assert value(world, "papers-and-result") == (1, 2)
    assert value(world, "papers-and-result.of-received") == (1, 4)
    assert value(world, "reuse-rate") == value(world, "data-use-rate") == (1, 4)
    assert value(world, "national-store-rate") == (0, 4)
    assert value(world, "population-data-rate") == (0, 4)
    assert value(world, "delivered-rate") == (0, 1)
    told = {
        code: value(world, code)
        for code in ("received", "digitised", "reused", "results-due", "electronic-results")
    }
    assert told == {"received": 4, "digitised": 2, "reused": 1, "results-due": 2, "electronic-results": 1}
    told = {code: value(world, f"papers-{code}") for code in ("due", "digitised", "certified", "reused")}
    assert told == {"due": 6, "digitised": 5, "certified": 0, "reused": 1}


def test_another_period_counts_nothing_of_this_one(world):
    uid = filed(world)
    scanned(world, uid, 1, 2)
    rows = list(facts(world.province).values())
    april = Window(dt.date(2026, 4, 1), dt.date(2026, 4, 30))
    found = evaluate(REGISTRY.figure("records.digitised-rate", DAY), lambda _name: rows, april)
    assert (found.numerator, found.denominator) == (0, 0)


def test_every_figure_names_its_law_in_two_languages():
    for figure in FIGURES:
        assert figure.legal_basis and set(figure.labels) == {"vi", "en"}
        assert figure in list(REGISTRY.figures(DAY))


def test_whatever_changes_a_row_is_followed_by_an_event_on_its_dossier(world):
    """The dossiers whose rows differ are those that the declared events name."""
    v = world.viewers
    uid, other = filed(world), filed(world)

    def changes(work):
        before, last = (
            facts(world.province),
            Event.objects.order_by("-pk").values_list("pk", flat=True).first(),
        )
        work()
        after = facts(world.province)
        named = {
            event.subject.partition(":")[2]
            for event in Event.objects.filter(pk__gt=last)
            if event.type.startswith(EVENTS)
        }
        changed = {key for key, row in after.items() if before.get(key) != row}
        assert changed and changed <= named

    changes(lambda: scanned(world, uid, 1))
    changes(lambda: api.refuse_scan(v["desk"], uid, 1, Checks(False, True)))
    changes(lambda: api.exempt_papers(v["desk"], uid, [2], "opinion"))
    scanned(world, uid, 1)
    with frozen("2026-03-02T10:00"):
        paper = api.keep_paper(v["desk"], uid, PaperDraft("Giấy", component=1)).uid
        changes(lambda: api.reuse_paper(v["desk"], other, 1, paper, Consent("form", DAY)))
    changes(lambda: api.take_back_reuse(v["desk"], other, 1, "Nhầm"))
    changes(lambda: resolved(world, uid, file_id=file_of(world, v["officer"], signed=True)))
    changes(lambda: api.issue_result(v["clerk"], uid))
    changes(lambda: api.deliver_result(v["desk"], uid))
    changes(lambda: api.withdraw_result(v["clerk"], uid, "Sai"))
    changes(lambda: dossiers.withdraw_dossier(v["desk"], other, "Không còn nhu cầu"))


def test_returned_results_are_resolved_still(world):
    uid = filed(world)
    resolved(world, uid)
    returned(world, uid)
    row = fact(world, uid)
    assert row["result_on"] == dt.date(2026, 3, 3) == row["ended_on"]
    assert DossierResult.objects.get(dossier__uid=uid).handed_how == "counter"
    assert (
        not row["result_file"] and not ElectronicResult.objects.exists() and not Digitisation.objects.exists()
    )
    assert Dossier.objects.get(uid=uid).returned_at == at("2026-03-04T09:00")

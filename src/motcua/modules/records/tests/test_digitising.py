"""Components are scanned, checked, refused and scanned again, certified, or said not to be scanned."""

from __future__ import annotations

import pytest
from record_world import APPLY, at, file_of, filed, resolved, snapshot

from motcua.engine.events.api import Event
from motcua.engine.events.testing import replays
from motcua.engine.files.api import store
from motcua.engine.files.models import StoredFile
from motcua.engine.permissions.api import NotPermitted
from motcua.kernel.clock import frozen
from motcua.modules.dossiers import api as dossiers
from motcua.modules.dossiers.data import HandedPaper
from motcua.modules.dossiers.models import Component
from motcua.modules.records import api
from motcua.modules.records.data import Checks, ScannedPaper
from motcua.modules.records.models import Digitisation
from motcua.modules.records.states import Scan

pytestmark = pytest.mark.django_db
GOOD = Checks(legible=True, complete=True)


@pytest.fixture
def uid(world):
    return filed(world)


def scan_of(uid, number=1):
    return Digitisation.objects.get(dossier_uid=uid, number=number)


def test_a_scan_is_made_checked_and_stands_on_the_dossier(world, uid):
    desk = world.viewers["desk"]
    file = file_of(world, desk)
    with frozen("2026-03-02T09:00"), replays(snapshot, APPLY):
        done = api.scan_papers(desk, uid, [ScannedPaper(1, file, pages=2)])
    assert (done.uid, done.state) == (uid, Scan.SCANNED)
    row = scan_of(uid)
    assert (row.state, row.round, row.pages, row.digest) == (
        "scanned",
        1,
        2,
        StoredFile.objects.get(pk=file).digest,
    )
    assert row.scanned_at == at("2026-03-02T09:00")
    assert Component.objects.get(dossier__uid=uid, number=1).file_id == file
    with replays(snapshot, APPLY):
        api.accept_scans(desk, uid, [1])
    row = scan_of(uid)
    assert (row.state, row.legible, row.complete, row.checked_by_id) == ("accepted", True, True, desk.user_id)
    told = Event.objects.filter(type="records:digitisation:scanned").get()
    assert told.subject == f"dossier:{uid}" and told.payload["numbers"] == "1"


def test_several_at_once_checked_as_they_are_scanned_are_one_event(world, uid):
    desk = world.viewers["desk"]
    scans = [ScannedPaper(number, file_of(world, desk), checks=GOOD) for number in (1, 2)]
    with replays(snapshot, APPLY) as happened:
        api.scan_papers(desk, uid, scans)
    assert [row.state for row in Digitisation.objects.order_by("number")] == ["accepted", "accepted"]
    assert [event.type for event in happened if event.type.startswith("records:")] == [
        "records:digitisation:scanned"
    ]
    assert all(one.digitised for one in api.papers_of(desk, uid))


def test_a_refused_scan_is_scanned_again(world, uid):
    desk, officer = world.viewers["desk"], world.viewers["officer"]
    api.scan_papers(desk, uid, [ScannedPaper(1, file_of(world, desk), checks=GOOD)])
    with replays(snapshot, APPLY):
        api.refuse_scan(officer, uid, 1, Checks(legible=True, complete=False))
    row = scan_of(uid)
    assert (row.state, row.complete, row.checked_by_id) == ("refused", False, officer.user_id)
    assert not api.papers_of(desk, uid)[0].digitised
    with replays(snapshot, APPLY):
        api.scan_papers(desk, uid, [ScannedPaper(1, file_of(world, desk))])
    row = scan_of(uid)
    assert (row.state, row.round, row.complete, row.checked_by_id) == ("scanned", 2, None, None)


def test_the_file_handed_in_with_the_dossier_is_taken_as_the_scan(world):
    desk = world.viewers["desk"]
    file = file_of(world, desk)
    uid = filed(world, papers=(HandedPaper("Tờ khai", file_id=file), HandedPaper("Giấy chứng sinh")))
    api.scan_papers(desk, uid, [ScannedPaper(1)])
    assert scan_of(uid).file_id == file
    with pytest.raises(api.RecordsRefused) as refused:
        api.scan_papers(desk, uid, [ScannedPaper(2)])
    assert refused.value.code == "records.scan.file" and "Giấy chứng sinh" in refused.value.message


def test_certified_by_a_signature_over_the_whole_file_and_by_who_has_authority(world, uid):
    desk, leader = world.viewers["desk"], world.viewers["leader"]
    api.scan_papers(desk, uid, [ScannedPaper(1, file_of(world, desk), checks=GOOD)])
    with pytest.raises(api.RecordsRefused) as refused:
        api.certify_scan(leader, uid, 1)
    assert refused.value.code == "records.certify.unsigned"
    with pytest.raises(NotPermitted):
        api.certify_scan(desk, uid, 1)
    signed = file_of(world, leader, signed=True)
    with replays(snapshot, APPLY):
        api.certify_scan(leader, uid, 1, signed)
    row = scan_of(uid)
    assert (row.state, row.file_id, row.signature, row.certified_by_id) == (
        "certified", signed, "intact", leader.user_id,
    )  # fmt: skip
    assert row.authority_text
    with replays(snapshot, APPLY):
        api.refuse_scan(leader, uid, 1, Checks(legible=False, complete=True))
    row = scan_of(uid)
    assert (row.state, row.certified_by_id, row.authority_text) == ("refused", None, "")


def test_who_lost_the_post_has_no_authority_to_certify(world, uid):
    from dossier_world import drop_grants

    desk, leader = world.viewers["desk"], world.viewers["leader"]
    api.scan_papers(desk, uid, [ScannedPaper(1, file_of(world, desk, signed=True), checks=GOOD)])
    assert leader.grants  # asked before, as in a request under way
    drop_grants(leader)
    with pytest.raises(api.RecordsRefused) as refused:
        api.certify_scan(leader, uid, 1)
    assert refused.value.code == "records.certify.authority"
    assert scan_of(uid).state == "accepted"


def test_what_is_not_scanned_says_why(world, uid):
    desk = world.viewers["desk"]
    with replays(snapshot, APPLY):
        api.exempt_papers(desk, uid, [1, 2], "shown")
    first, second = api.papers_of(desk, uid)
    assert (first.state, first.required, first.digitised) == ("exempt", False, False)
    with pytest.raises(api.RecordsRefused) as refused:
        api.scan_papers(desk, uid, [ScannedPaper(1, file_of(world, desk))])
    assert refused.value.code == "records.state" and "không phải số hóa" in refused.value.message
    with replays(snapshot, APPLY):
        api.lift_exemption(desk, uid, [1])
    first, second = api.papers_of(desk, uid)
    assert (first.state, first.required, second.state) == ("due", True, "exempt")
    with pytest.raises(api.RecordsRefused) as refused:
        api.exempt_papers(desk, uid, [1], "lười")
    assert refused.value.code == "records.exempt.ground"


def test_what_is_electronic_already_counts_as_digitised(world, uid):
    desk = world.viewers["desk"]
    api.exempt_papers(desk, uid, [1], "electronic")
    first = api.papers_of(desk, uid)[0]
    assert (first.required, first.digitised) == (True, True)


@pytest.mark.parametrize(
    ("scan", "code"),
    [
        (lambda w, d: ScannedPaper(9, file_of(w, d)), "records.component"),
        (lambda w, d: ScannedPaper(1, file_of(w, d), pages=0), "records.scan.pages"),
        (lambda w, d: ScannedPaper(1, file_of(w, d), checks=Checks(False, True)), "records.scan.checks"),
        (
            lambda w, d: ScannedPaper(1, store(b"abc", name="a.txt", province=w.province, viewer=d).pk),
            "records.file.kind",
        ),
        (lambda w, _d: ScannedPaper(1, file_of(w, w.viewers["officer"])), "dossiers.file.not-yours"),
    ],
)
def test_a_scan_that_may_not_be_kept_leaves_nothing(world, uid, scan, code):
    """The first of two is good: it is not kept either."""
    desk = world.viewers["desk"]
    good, bad = ScannedPaper(2, file_of(world, desk)), scan(world, desk)
    before, events = snapshot(), Event.objects.count()
    files = list(Component.objects.order_by("pk").values_list("file_id", flat=True))
    with pytest.raises((api.RecordsRefused, dossiers.DossierRefused)) as refused:
        api.scan_papers(desk, uid, [good, bad])
    assert refused.value.code == code
    assert (snapshot(), Event.objects.count()) == (before, events)
    assert list(Component.objects.order_by("pk").values_list("file_id", flat=True)) == files


def test_each_component_once_and_at_least_one(world, uid):
    desk = world.viewers["desk"]
    for scans in ([], [ScannedPaper(1, file_of(world, desk))] * 2):
        with pytest.raises(api.RecordsRefused) as refused:
            api.scan_papers(desk, uid, scans)
        assert refused.value.code == "records.scan.which"
    with pytest.raises(api.RecordsRefused):
        api.accept_scans(desk, uid, [])
    with pytest.raises(api.RecordsRefused) as refused:
        api.refuse_scan(desk, uid, 1, GOOD)
    assert refused.value.code == "records.refuse.checks"


def test_the_same_key_scans_once(world, uid):
    desk = world.viewers["desk"]
    scan = ScannedPaper(1, file_of(world, desk))
    first = api.scan_papers(desk, uid, [scan], idempotency_key="k")
    again = api.scan_papers(desk, uid, [scan], idempotency_key="k")
    assert (again.repeated, again.uid, again.state) == (True, first.uid, first.state)
    assert scan_of(uid).round == 1
    api.accept_scans(
        desk, uid, [1], idempotency_key="k"
    )  # another operation with the same key is another thing
    assert api.accept_scans(desk, uid, [1], idempotency_key="k").repeated


def test_the_desk_sees_what_is_not_digitised_and_others_do_not(world, uid):
    v = world.viewers
    rows = api.not_digitised(v["desk"], world.province)
    assert [(row.dossier.uid, row.number) for row in rows] == [(uid, 1), (uid, 2)]
    api.scan_papers(v["desk"], uid, [ScannedPaper(1, file_of(world, v["desk"]))])
    assert rows.all().count() == 2  # nobody has looked at it yet
    api.accept_scans(v["desk"], uid, [1])
    api.exempt_papers(v["desk"], uid, [2], "secret")
    assert not rows.all().exists()
    filed(world)
    assert api.not_digitised(v["desk"], world.province).count() == 2
    assert not api.not_digitised(v["other_desk"], world.province).exists()


def test_papers_sent_online_and_registers_need_no_scan(world):
    desk = world.viewers["desk"]
    papers = (
        HandedPaper("Tờ khai", file_id=file_of(world, desk)),
        HandedPaper("Giấy tờ tùy thân", originals=0, source="Cơ sở dữ liệu quốc gia về dân cư"),
        HandedPaper("Giấy chứng sinh"),
    )
    uid = filed(world, papers=papers, channel=2)
    states = api.papers_of(desk, uid)
    assert [one.digitised for one in states] == [True, True, False]
    assert [row.number for row in api.not_digitised(desk, world.province)] == [3]
    api.exempt_papers(desk, uid, [1], "shown")
    api.lift_exemption(desk, uid, [1])
    assert [one.digitised for one in api.papers_of(desk, uid)] == [True, True, False]
    assert [row.number for row in api.not_digitised(desk, world.province)] == [3]


def test_a_dossier_that_ended_takes_no_new_file_but_is_still_read(world, uid):
    desk = world.viewers["desk"]
    resolved(world, uid)
    with pytest.raises(dossiers.DossierRefused):
        api.scan_papers(desk, uid, [ScannedPaper(1, file_of(world, desk))])
    assert [one.state for one in api.papers_of(desk, uid)] == ["due", "due"]

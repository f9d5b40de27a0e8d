"""States by role, locks in every writer of the forms, four eyes, overrides, corrections and what moved."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from motcua.engine.events.api import Event
from motcua.engine.events.testing import replays
from motcua.engine.files.api import store
from motcua.engine.permissions.api import NotPermitted
from motcua.kernel.clock import frozen
from motcua.reports.forms import operations as forms
from motcua.reports.forms.api import FormsError, FormSheet, current_values, record_value
from motcua.reports.forms.exporting import export_workbook
from motcua.reports.submissions import operations
from motcua.reports.submissions.errors import SubmissionRefused
from motcua.reports.submissions.models import Remark, Submission, Version
from motcua.reports.submissions.operations import (
    aggregate,
    approve,
    approve_many,
    change_due,
    derive_submission,
    drift_of,
    publish,
    remark,
    reopen,
    resolve_remark,
    return_submission,
    submit,
    withdraw,
)
from motcua.reports.submissions.seeding import _hand_over, run_campaign, seed_declared
from motcua.reports.submissions.states import EDITABLE, LOCKED, TABLE, State

pytestmark = pytest.mark.django_db


def refused(code: str, act: Any, *args: Any, **more: Any) -> str:
    with pytest.raises((SubmissionRefused, FormsError)) as refusal:
        act(*args, **more)
    assert refusal.value.code == code, refusal.value.message
    return refusal.value.message


@pytest.fixture
def filled(cycle: Any) -> Any:
    """Every unit has declared what was asked of it."""
    seed_declared(cycle.campaign)
    for each in cycle.campaign.submissions.exclude(level="province"):
        derive_submission(None, each)
    return cycle


def put(world: Any, code: str, state: str) -> Submission:
    Submission.objects.filter(campaign=world.campaign, unit_code=code).update(state=state)
    return world.of(code)


ACTS = {
    "submit": lambda viewer, one: submit(viewer, one, why="Thử"),
    "withdraw": withdraw,
    "return": lambda viewer, one: return_submission(viewer, one, "Thử"),
    "approve": approve,
    "publish": publish,
    "reopen": lambda viewer, one: reopen(viewer, one, "Thử"),
    "remark": lambda viewer, one: remark(viewer, one, "", "Thử"),
    "derive": derive_submission,
}
MAY = {
    "H99.1": {
        "head": {"submit", "withdraw", "derive"},
        "commune": {"derive"},
        "other": set(),
        "coordinator": {"return", "approve", "reopen", "remark", "derive"},
        "leader": {"publish"},
    },
    "H99": {
        "head": set(),
        "commune": set(),
        "coordinator": {"submit", "withdraw", "derive"},
        "leader": {"return", "approve", "publish", "reopen", "remark"},
    },
}


@pytest.mark.parametrize(("code", "name"), [(code, name) for code, each in MAY.items() for name in each])
def test_who_may_do_what(filled, code, name):
    viewer = filled.viewers[name]
    for operation, act in ACTS.items():
        move = TABLE[operation]
        assert operations.may_do(viewer, filled.of(code), move) == (
            operation in MAY[code][name] or (operation == "derive" and code == "H99.1" and name == "leader")
        ), operation
        if operation not in MAY[code][name] and operation != "derive":
            with pytest.raises(NotPermitted):
                act(viewer, filled.of(code))


@pytest.mark.parametrize("operation", list(ACTS))
def test_from_another_state_it_is_refused_with_the_lock(filled, operation):
    viewer = filled.viewers["head" if operation in {"submit", "withdraw", "derive"} else "coordinator"]
    code = "H99.1"
    if operation == "publish":
        viewer, code = filled.viewers["leader"], "H99"
    for state in State:
        if state in TABLE[operation].sources:
            continue
        one = put(filled, code, state)
        before = Event.objects.count()
        message = refused("submissions.state", ACTS[operation], viewer, one)
        assert Event.objects.count() == before and filled.of(code).state == state
        if state in LOCKED:
            assert "từ" in message and "lại được" in message, "says since when, and who can open it"


def test_the_states_are_told_by_events(filled):
    head, coordinator = filled.viewers["head"], filled.viewers["coordinator"]

    def snapshot() -> dict[str, Any]:
        return {str(one.uid): [one.state, one.number] for one in Submission.objects.all()}

    def move(state: dict[str, Any], event: Event) -> dict[str, Any]:
        state[event.subject.partition(":")[2]] = [event.payload["state"], event.payload["number"]]
        return state

    def same(state: dict[str, Any], event: Event) -> dict[str, Any]:
        return state

    apply = {
        "submissions:submission:moved": move,
        "submissions:remark:made": same,
        "submissions:remark:resolved": same,
    }
    with replays(snapshot, apply):
        submit(head, filled.of("H99.1"))
        withdraw(head, filled.of("H99.1"))
        submit(head, filled.of("H99.1"), why="Sửa")
        return_submission(coordinator, filled.of("H99.1"), "Xem lại", {"2!1.2": "Có đúng không?"})
        resolve_remark(filled.viewers["commune"], Remark.objects.get())
        submit(head, filled.of("H99.1"), why="Đã xem lại")
        approve(coordinator, filled.of("H99.1"))
        reopen(coordinator, filled.of("H99.1"), "Đính chính")
    stages = [each.stage for each in Version.objects.order_by("number")]
    assert stages == ["withdrawn", "returned", "approved"]


def test_four_eyes_and_each_of_many_by_itself(filled):
    both, coordinator = filled.viewers["both"], filled.viewers["coordinator"]
    submit(both, filled.of("H99.1"))
    refused("submissions.approve.four-eyes", approve, both, filled.of("H99.1"))
    submit(filled.viewers["other"], filled.of("H99.2"))
    outcomes = approve_many(both, [filled.of("H99.1"), filled.of("H99.2"), filled.of("H99.3")])
    assert [each.refusal.code if each.refusal else "" for each in outcomes] == [
        "submissions.approve.four-eyes", "", "submissions.state",
    ]  # fmt: skip
    assert [filled.of(code).state for code in ("H99.1", "H99.2", "H99.3")] == [
        "submitted",
        "approved",
        "derived",
    ]
    assert approve(coordinator, filled.of("H99.1")).state == "approved"


def test_no_withdrawing_after_a_remark_and_no_submitting_over_one(filled):
    head, coordinator = filled.viewers["head"], filled.viewers["coordinator"]
    submit(head, filled.of("H99.1"))
    made = remark(coordinator, filled.of("H99.1"), "4!2.2", "Số này lạ")
    refused("submissions.withdraw.looked", withdraw, head, filled.of("H99.1"))
    refused("submissions.approve.remarks", approve, coordinator, filled.of("H99.1"))
    return_submission(coordinator, filled.of("H99.1"), "Xem góp ý")
    refused("submissions.submit.remarks", submit, head, filled.of("H99.1"), why="Lại")
    resolve_remark(filled.viewers["commune"], made)
    refused("submissions.remark.settled", resolve_remark, coordinator, made)
    assert submit(head, filled.of("H99.1"), why="Đã trả lời").number == 2
    refused("submissions.remark.row", remark, coordinator, filled.of("H99.1"), "1!1", "Không phải của xã")


def test_every_writer_of_the_forms_keeps_to_the_lock(filled):
    viewer = filled.viewers["commune"]
    sheet = filled.of("H99.1").sheet
    book = forms.import_workbook(viewer, sheet, "a.xlsx", changed(export_workbook(sheet, "Xã Một")))
    submit(filled.viewers["head"], filled.of("H99.1"))
    before = current_values(sheet)
    writers = {
        "record_value": lambda: record_value(viewer, sheet, "4!2.2", "77", reason="Thử"),
        "record_note": lambda: forms.record_note(viewer, sheet, "4!2.2", "Thử"),
        "declare_blank": lambda: forms.declare_blank(viewer, sheet, {"1!1": "3"}, reason="Thử"),
        "recompute_value": lambda: forms.recompute_value(viewer, sheet, "6!1"),
        "gather_value": lambda: forms.gather_value(viewer, sheet, "2!1.2"),
        "count_value": lambda: forms._take_over(viewer, sheet, forms._row(sheet, "3!3.3.1"), counted()),
        "import_workbook": lambda: forms.import_workbook(viewer, sheet, "b.xlsx", b"x"),
        "resolve_difference": lambda: forms.resolve_difference(viewer, book, {}, seen={}),
        "derive_sheet": lambda: forms.derive_sheet(viewer, sheet, forms.Plan("commune")),
    }
    for name, write in writers.items():
        message = refused("forms.sheet.locked", write)
        assert "đã nộp, chờ duyệt" in message and "Người head" in message and "trả lại được" in message, name
    assert current_values(sheet) == before
    public = {name for name in forms.__all__ if callable(getattr(forms, name))}
    no_writers = {"differences_of", "discard_import", "load_published_values", "open_sheet"}
    assert public - no_writers <= set(writers), "a new writer of the forms is tried here too"


def counted() -> Any:
    from motcua.engine.figures.api import REGISTRY, Value
    from motcua.kernel.periods import Window
    from motcua.reports.forms.counting import Counted

    day = dt.date(2025, 12, 14)
    figure = REGISTRY.figure("dossiers.on-time-commune", day)
    return Counted(figure, "denominator", Value.of(5), Window(day, day), None)


def changed(content: bytes) -> bytes:
    import io

    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(content))
    sheet = book["Biểu 4"]
    line = next(row[5].row for row in sheet.iter_rows(max_col=6) if row[5].value == "4!2.2")
    sheet.cell(line, 4).value = 1234
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_another_value_than_the_systems_needs_a_reason_and_a_file(filled):
    viewer, one = filled.viewers["commune"], filled.of("H99.1")
    computed = current_values(one.sheet)["6!2.1"]
    assert computed.source == "computed"
    text = str(computed.value + 3)
    text = str(int(computed.value) + 3)
    refused("forms.override.evidence", record_value, viewer, one.sheet, "6!2.1", text, reason="Kiểm kê lại")
    refused("forms.value.reason", record_value, viewer, one.sheet, "6!2.1", text)
    file = store(b"Bien ban kiem ke", name="bien-ban.txt", province=filled.province, viewer=viewer)
    record_value(viewer, one.sheet, "6!2.1", text, reason="Kiểm kê lại", evidence=file)
    derive_submission(None, filled.of("H99.1"))
    value = current_values(one.sheet)["6!2.1"]
    assert (value.value, value.evidence) == (Decimal(text), file), "deriving never replaces a person's value"
    from motcua.reports.submissions.judging import findings_of

    said = next(each for each in findings_of(filled.of("H99.1")) if each.rule == "override")
    assert said.severity == "note" and "+3" in said.message and "Kiểm kê lại" in said.message
    record_value(viewer, one.sheet, "6!2.1", "", reason="Nhầm")
    derive_submission(None, filled.of("H99.1"))
    assert current_values(one.sheet)["6!2.1"].value == computed.value


def test_a_correction_makes_a_version_that_says_what_moved_and_why(filled):
    head, coordinator = filled.viewers["head"], filled.viewers["coordinator"]
    own = run_campaign(filled.campaign, tell=lambda _text: None)
    before = current_values(own.sheet)["4!2.2"].value
    reopen(coordinator, filled.of("H99.1"), "Sót hai người")
    sheet = filled.of("H99.1").sheet
    was = current_values(sheet)["4!2.2"].value
    record_value(filled.viewers["commune"], sheet, "4!2.2", str(int(was) + 2), reason="Sót hai người mới về")
    refused("submissions.reason", submit, head, filled.of("H99.1"))
    version = submit(head, filled.of("H99.1"), why="Đính chính")
    assert version.number == 2 and len(version.moved) == 1
    moved = version.moved[0]
    assert (moved["row"], Decimal(moved["by"]), moved["why"]) == ("4!2.2", 2, "Sót hai người mới về")
    assert filled.of("H99.1").versions.get(number=1).stage == "superseded"
    drift = drift_of(filled.own())
    assert set(drift) == {"4!2.2"} and Decimal(drift["4!2.2"]["after"]["value"]) == before + 2
    assert aggregate(filled.campaign) == 0, "published: locked, only shown"
    reopen(filled.viewers["leader"], filled.own(), "Xã đính chính")
    assert aggregate(filled.campaign) == 1
    assert current_values(own.sheet)["4!2.2"].value == before + 2 and drift_of(filled.own()) == {}
    last = submit(coordinator, filled.own(), why="Theo đính chính của xã")
    assert [each["row"] for each in last.moved] == ["4!2.2"]


def test_a_unit_that_takes_its_forms_back_takes_its_number_out(filled):
    for each in filled.campaign.submissions.filter(level="commune").order_by("unit_path"):
        _hand_over(filled.of(each.unit_code))
    aggregate(filled.campaign)
    assert current_values(filled.own().sheet)["2!1.2"].status == "known"
    reopen(filled.viewers["coordinator"], filled.of("H99.2"), "Xem lại")
    aggregate(filled.campaign)
    value = current_values(filled.own().sheet)["2!1.2"]
    assert value.status == "blank" and filled.own().given["2!1.2"]["missing"] == ["H99.2"]


def test_due_days_late_and_reminders_once(filled):
    from motcua.engine.outbox.models import Message
    from motcua.reports.submissions.reminding import is_late, remind, remind_due

    filled.province.simulated = False
    filled.province.save()
    with frozen("2027-12-17T09:00"):
        assert not is_late(filled.of("H99.1"))
        assert remind_due() == 2, "the two communes that have people of their own"
    told = Message.objects.count()
    with frozen("2027-12-17T15:00"):
        assert remind_due() == 0
    assert told == Message.objects.count() >= 2
    with frozen("2027-12-21T09:00"):
        assert is_late(filled.of("H99.1"))
        change_due(filled.viewers["coordinator"], filled.of("H99.1"), dt.date(2027, 12, 30), "Bão")
        assert not is_late(filled.of("H99.1"))
        assert len(remind(filled.viewers["coordinator"], [filled.of("H99.1")])) == 1
        refused("submissions.remind.none", remind, filled.viewers["coordinator"], [filled.of("H99.1")])


def test_a_campaign_opens_once_and_not_over_published_figures(cycle):
    from motcua.reports.submissions.operations import CampaignDraft, open_campaign

    coordinator = cycle.viewers["coordinator"]
    same = CampaignDraft("year", cycle.campaign.period_from, cycle.campaign.period_to)
    refused("submissions.campaign.same", open_campaign, coordinator, cycle.province, same)
    backwards = CampaignDraft("year", dt.date(2026, 1, 2), dt.date(2026, 1, 1))
    refused("submissions.campaign.period", open_campaign, coordinator, cycle.province, backwards)
    with pytest.raises(NotPermitted):
        open_campaign(cycle.viewers["head"], cycle.province, same)
    later = CampaignDraft("quarter", dt.date(2040, 12, 15), dt.date(2041, 3, 14))
    made = open_campaign(coordinator, cycle.province, later)
    assert {each.state for each in made.submissions.all()} == {"not_due"}
    sheet = FormSheet.objects.get(unit_code="H99.1", period_to=later.period_to)
    assert sheet.level == "commune"
    refused("submissions.state", submit, cycle.viewers["head"], made.submissions.get(unit_code="H99.1"))
    assert State.NOT_DUE not in EDITABLE

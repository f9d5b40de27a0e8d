"""Stories end when and as the plan says; nobody decides on what they prepared; nothing happens before its cause."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction

import pytest

from motcua.kernel.worktime import minute_of_date, vietnam
from motcua.modules.dossiers.rules import late_causes
from motcua.simulation.acts import LEADER, WORKER, Act
from motcua.simulation.draws import Draws
from motcua.simulation.extras import ends
from motcua.simulation.plan.api import Office, Procedure, load_calibration, plan_year
from motcua.simulation.routes import Map, Place, Route, RouteFee, RoutePaper, RouteStep
from motcua.simulation.story import CAUSES, TELLERS, Rules, Story, tell_story

DAY = 8 * 60
KINDS = {
    "short": ("reception", "process", "sign", "return"),
    "long": ("reception", "assign", "process", "approve", "issue", "return"),
    "drafted": ("reception", "process", "return"),
}
LIMITS = {"p.full": 5, "p.part": 4, "p.none": 10, "c.full": 1, "c.part": 3, "c.none": 2}
PLACES = {
    code: Place(code, f"/{code[:3]}/{code}/", code, level, kind)
    for code, level, kind in (
        ("H05.01", "province", "office"), ("H02.01", "province", "office"), ("H05.02", "province", "department"),
        ("H05.03", "province", "department"), ("H02.02", "province", "department"),
        ("H02.03", "province", "department"), ("H05.11", "commune", "commune_committee"),
        ("H02.91", "commune", "commune_committee"),
    )
}  # fmt: skip
HEIRS = {"H02.01": "H05.01", "H02.02": "H05.02", "H02.03": "H05.03", "H02.91": "H05.11"}
OFFICES = [
    Office("H05.02", "province", 3, (("H02.02", 1),)),
    Office("H05.03", "province", 2, (("H02.03", 1),)),
    Office("H05.11", "commune", 5, (("H02.91", 1),)),
]


def route(code: str, kinds: tuple[str, ...]) -> Route:
    steps = tuple(RouteStep(str(n), kind, kind, "", 60) for n, kind in enumerate(kinds, 1))
    limit = f"{LIMITS[code]} ngày làm việc"
    papers = (RoutePaper("Tờ khai", 1, 0), RoutePaper("Giấy tờ", 1, 0))[: 1 + (code[0] == "c")]
    return Route(code, code, 1, "HT", 1, limit, steps, papers, {"online": RouteFee("Lệ phí", 8_000, "fee")})


ROUTES = {
    code: route(code, kinds)
    for code, kinds in zip(
        LIMITS, [KINDS["long"]] * 3 + [KINDS["short"], KINDS["drafted"], KINDS["short"]], strict=True
    )
}
PROCEDURES = [
    Procedure(code, "province" if code[0] == "p" else "commune", service, (LIMITS[code] + 1) * DAY, 1, "", frozenset({"online"}))
    for code, service in zip(LIMITS, ("full", "partial", "none") * 2, strict=True)
]  # fmt: skip


@pytest.fixture(scope="module")
def told() -> tuple[Rules, Map, list[Story]]:
    calibration = load_calibration("bac-ninh")
    rules = Rules(vietnam(), calibration)
    desks = {"H05": "H05.01", "H02": "H02.01"}
    before = {code: PLACES[code] for code in (*HEIRS, "H05.01", "H05.02", "H05.03")}
    units = Map(PLACES, before, HEIRS, desks, minute_of_date(calibration.merger))
    draws = Draws("bac-ninh", 3)
    plan = plan_year(calibration, OFFICES, PROCEDURES, vietnam(), scale=Fraction(1, 200), seed=3)
    return rules, units, [tell_story(one, ROUTES[one.procedure], rules, units, draws, 900) for one in plan]


def ending(story: Story) -> Act | None:
    """The act that ends processing."""
    last = story.route.work[-1].key
    for act in reversed(story.acts):
        if act.verb in ("withdraw", "stop") or (
            act.verb in ("submit", "approve", "sign", "issue") and act.step == last
        ):
            return act
    return None


def promise_of(rules: Rules, story: Story) -> int:
    """The last promise printed: the receipt's, moved by what the law lets move it."""
    promised = rules.promise(story.planned.filed, story.route.limit_text)
    stopped = None
    for act in story.acts:
        if act.verb in ("ask", "pause"):
            stopped = act
        elif act.verb in ("take", "resume"):
            assert stopped is not None
            if stopped.verb == "ask" and rules.restarts(story.planned.filed, stopped.minute):
                promised = rules.promise(act.minute, story.route.limit_text)
            else:
                promised = rules.shifted(promised, stopped.minute, act.minute)
        elif act.verb == "extend":
            promised = act.until
    return promised


def test_on_time_is_by_the_promise_and_late_after_it(told):
    rules, _units, stories = told
    for story in stories:
        end, promised = ending(story), promise_of(rules, story)
        assert (end is None) == (story.planned.outcome in ("open", "refused"))
        if end is not None:
            assert (end.minute <= promised) == (story.planned.outcome == "on_time"), story
            assert end.minute <= rules.end


def test_acts_follow_one_another_within_the_year(told):
    rules, _units, stories = told
    for story in stories:
        minutes = [act.minute for act in story.acts]
        assert minutes == sorted(minutes) and minutes[-1] <= rules.end
        verbs = [act.verb for act in story.acts]
        assert (
            verbs[:2] in (["register", "receive"], ["register", "refuse"])
            if story.planned.channel == "online"
            else verbs[0] == "file"
        )
        for first, then in (
            ("ask", "take"),
            ("pause", "resume"),
            ("wait", "answered"),
            ("consult", "answer"),
        ):
            assert verbs.count(then) <= verbs.count(first) <= 1
            if then in verbs:
                assert verbs.index(first) < verbs.index(then)
        if story.planned.outcome not in ("open", "refused") and verbs[-1] not in ("withdraw", "stop"):
            assert [kind for kind in verbs if kind == "submit"]


def test_every_kind_of_story_is_told(told):
    _rules, _units, stories = told
    verbs = Counter(act.verb for story in stories for act in story.acts)
    assert set(verbs) >= {
        "file", "register", "receive", "assign", "submit", "approve", "sign", "issue", "send-back", "ask", "take", "pause",
        "resume", "wait", "answered", "consult", "answer", "extend", "withdraw", "return",
    }  # fmt: skip
    late = [story for story in stories if story.planned.outcome == "late"]
    for story in late:
        [reason] = [act.word for act in story.acts if act.verb in ("apologise", "reason")]
        assert reason == CAUSES[story.planned.late_reason] in late_causes()
    assert {story.planned.late_reason for story in late} == set(CAUSES)
    assert len({story.applicant for story in stories}) > 800


def test_location_independent_dossiers_are_received_by_the_provincial_point(told):
    _rules, units, stories = told
    for story in stories:
        elsewhere = story.receiving != story.handling
        assert elsewhere == story.planned.location_independent
        if elsewhere:
            assert units.places[story.receiving].kind == "office"
            assert story.receiving[:3] == story.handling[:3]


def test_the_same_number_is_the_same_story_and_another_seed_another(told):
    rules, units, stories = told
    for story in stories[:50]:
        again = tell_story(story.planned, story.route, rules, units, Draws("bac-ninh", 3), 900)
        assert again == story
    other = [
        tell_story(one.planned, one.route, rules, units, Draws("bac-ninh", 4), 900) for one in stories[:50]
    ]
    assert [one.acts for one in other] != [one.acts for one in stories[:50]]


def test_who_prepares_does_not_decide(told):
    _rules, _units, stories = told
    assert {act.role for s in stories for act in s.acts if act.verb == "submit"} == {WORKER}
    assert {act.role for s in stories for act in s.acts if act.verb in ("approve", "sign", "assign")} == {
        LEADER
    }


def test_another_room_tells_its_part(told, monkeypatch):
    rules, units, stories = told
    monkeypatch.setattr(
        "motcua.simulation.story.TELLERS",
        [*TELLERS, lambda telling: [Act(telling.planned.filed, "pay", "desk")]],
    )
    story = tell_story(stories[0].planned, stories[0].route, rules, units, Draws("bac-ninh", 3), 900)
    assert [act.verb for act in story.acts].count("pay") == 1


def test_other_rooms_do_their_part_in_the_minute_of_an_act(told):
    _rules, _units, stories = told
    assert {extra.name for story in stories for extra in story.extras} == {
        "payment", "scan", "scan-more", "reuse", "result", "rating",
    }  # fmt: skip
    for story in stories:
        planned, names = story.planned, [extra.name for extra in story.extras]
        assert len(set(names)) == len(names)
        for extra in story.extras:
            act = story.acts[extra.place]
            assert extra.minute == act.minute
            if extra.name in ("payment", "scan", "reuse"):
                assert act.verb in ("file", "receive")
            elif extra.name == "result":
                assert ends(act, story.route)
            elif extra.name == "rating":
                assert act is story.acts[-1]
        assert ("payment" in names) == bool(planned.payment) and ("result" in names) == planned.electronic
        assert ("reuse" in names) == planned.reused and ("rating" in names) == bool(planned.rating)


def test_what_was_handed_in_on_paper_is_scanned_but_for_what_a_register_knows(told):
    _rules, _units, stories = told
    for story in stories:
        papers = set(range(1, len(story.route.papers) + 1))
        supplements = [act for act in story.acts if act.verb == "take"]
        scanned = [extra for extra in story.extras if extra.name in ("scan", "scan-more")]
        if story.planned.channel == "online":
            assert not scanned
            continue
        reused = {one for extra in story.extras if extra.name == "reuse" for one in extra.numbers}
        wanted = (papers - reused) | ({len(papers) + 1} if supplements else set())
        assert {number for extra in scanned for number in extra.numbers} == wanted
        assert {extra.word for extra in scanned} <= {"checked" if story.planned.digitised else ""}


def test_a_refused_application_is_never_received(told):
    _rules, _units, stories = told
    refused = [story for story in stories if story.planned.outcome == "refused"]
    assert refused
    for story in refused:
        assert [act.verb for act in story.acts] == ["register", "refuse"] and not story.extras
        assert story.acts[-1].minute == story.planned.filed

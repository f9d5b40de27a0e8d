"""The desk: all questions of one set and window, scoped to who asks."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from fractions import Fraction

import pytest

from motcua.engine.figures.api import State
from motcua.engine.permissions.api import NotPermitted
from motcua.kernel.periods import PeriodKind, Window
from motcua.reports.indices import desk as desk_module
from motcua.reports.indices import queries
from motcua.reports.indices.api import IndexDesk, MemoryMeasures, Routed, open_desk, provide_measures
from motcua.reports.indices.comparing import Why
from motcua.reports.indices.definition import Level
from motcua.reports.indices.operations import Reading, import_portal_values
from motcua.reports.indices.permissions import IMPORT, RANKING, VIEW
from motcua.reports.indices.portal import Line
from motcua.reports.indices.tests.made import dossier, figures
from motcua.reports.indices.whatif import Edit

pytestmark = pytest.mark.django_db
MARCH = Window(dt.date(2026, 3, 1), dt.date(2026, 3, 31))
LATE = dt.date(2026, 3, 20)


@pytest.fixture
def communes(province):
    return [each for each in queries.subjects_on(province, MARCH.last) if each.level is Level.COMMUNE]


@pytest.fixture
def source(province, communes):
    """Three communes: ten dossiers of which four late, ten of which one late, twenty all on time."""
    first, second, third = (each.code for each in communes[:3])
    rows = [
        dossier(n, first, ended_on=LATE if n <= 4 else dt.date(2026, 3, 10), why="chờ" if n == 1 else "")
        for n in range(1, 11)
    ]
    rows += [dossier(n, second, ended_on=LATE if n == 11 else dt.date(2026, 3, 10)) for n in range(11, 21)]
    rows += [dossier(n, third) for n in range(21, 41)]
    below = {province.agency_code: [each.code for each in queries.subjects_on(province, MARCH.last)]}
    memory = MemoryMeasures(figures(), {"dossiers": rows}, below=below, causes={"dossiers": "why"})
    return Routed({"portal.": queries.PortalMeasures(province), "": memory})


@pytest.fixture
def head(person, province):
    return person("dieu-phoi", province, [VIEW, RANKING, IMPORT])


@pytest.fixture
def asked(head, province, source):
    return open_desk(head, province, "qd766", MARCH, measures=source, choices={"online-count": "plain"})


def test_the_units_of_a_province_are_those_of_the_day(province):
    now = queries.subjects_on(province, MARCH.last)
    counts = {level: sum(each.level is level for each in now) for level in Level}
    assert counts == {Level.PROVINCE: 1, Level.DEPARTMENT: 14, Level.COMMUNE: 99, Level.OFFICER: 0}
    assert now[0].code == province.agency_code and now[0].name == province.title(MARCH.last)


def test_scores_places_and_losses_of_a_unit(asked, communes):
    first, second, third = (each.code for each in communes[:3])
    progress = asked.unit(first).score.component("PROCESSED_ON_TIME")
    assert (progress.points, progress.lost) == (12, 8)
    assert [asked.unit(code).place for code in (third, second, first)] == [1, 2, 3]
    losses = {each.component.code: each for each in asked.losses(first)}
    parts = {part.cause: part for part in losses["PROCESSED_ON_TIME"].parts}
    assert {cause: part.points for cause, part in parts.items()} == {"": 6, "chờ": 2}
    records = asked.records(first, parts[""])
    assert [(record.key, share) for record, share in records] == [(f"HS-{n:04d}", 2) for n in (2, 3, 4)]
    assert asked.records(first, parts[""], limit=1) == records[:1]
    assert sum(each.lost for each in losses.values()) == asked.unit(first).score.lost


def test_figures_nobody_gives_are_missing_not_lost(head, province):
    bare = open_desk(head, province, "qd766", MARCH)
    score = bare.unit(province.agency_code).score
    assert not score.complete and score.gained == 0 and score.lost == 0 and score.missing == 100
    assert (score.score, score.best_case) == (0, 100)
    assert {each.state for each in score.components} == {State.BLANK} and bare.losses(
        province.agency_code
    ) == []
    assert bare.steps(province.agency_code) == {}


def test_a_provided_source_serves_every_desk(head, province, source, communes, monkeypatch):
    monkeypatch.setattr(desk_module, "_factories", [])
    provide_measures(lambda asked: source)
    found = open_desk(head, province, "qd766", MARCH)
    assert found.unit(communes[0].code).score.component("PROCESSED_ON_TIME").points == 12
    assert found.unit(communes[0].code).score.component("PUBLISH_ON_TIME").state is State.BLANK


def test_a_commune_sees_itself_and_not_its_neighbours(person, province, source, communes):
    own = person("xa", province, [VIEW], communes[0].path)
    found = open_desk(own, province, "qd766", MARCH, measures=source)
    assert found.visible() == [communes[0]]
    assert found.unit(communes[0].code).place == 3
    asks = [
        lambda code: found.unit(code), lambda code: found.losses(code), lambda code: found.steps(code),
        lambda code: found.candidates(code), lambda code: found.what_if(code, []), lambda code: found.compare(code),
        lambda code: found.history(code, [MARCH]), lambda code: found.changes(code, MARCH),
        lambda code: found.fewest(code, Fraction(1)), lambda code: found.score_for_place(code, 1),
        lambda code: found.peers(code), lambda code: found.records(code, found.losses(communes[0].code)[0].parts[0]),
    ]  # fmt: skip
    for ask in asks:
        for code in (communes[1].code, province.agency_code, "H05.không"):
            with pytest.raises(NotPermitted):
                ask(code)
    for ask in (lambda: found.ranking(Level.COMMUNE), lambda: found.peers(communes[0].code)):
        with pytest.raises(NotPermitted):
            ask()


def test_a_stranger_gets_no_desk_and_the_ranking_alone_opens_no_unit(person, province, source, communes):
    for viewer in (person("la", province, []), person("nhap", province, [IMPORT])):
        with pytest.raises(NotPermitted):
            open_desk(viewer, province, "qd766", MARCH, measures=source)
    found = open_desk(person("xem", province, [RANKING]), province, "qd766", MARCH, measures=source)
    assert next(each.score.subject.code for each in found.ranking(Level.COMMUNE)) == communes[2].code
    assert found.visible() == []
    with pytest.raises(NotPermitted):
        found.unit(communes[0].code)


def test_the_ranking_is_of_one_level(asked):
    communes, departments = asked.ranking(Level.COMMUNE), asked.ranking(Level.DEPARTMENT)
    assert (len(communes), len(departments), len(asked.ranking(Level.PROVINCE))) == (99, 14, 1)
    assert [each.place for each in communes[:3]] == [1, 2, 3]


def test_what_if_and_the_fewest_records_agree(asked, communes):
    first, second = communes[0].code, communes[1].code
    target = asked.score_for_place(first, 2)
    plan = asked.fewest(first, target)
    picks = asked.picks(first, plan, 100)
    assert plan.proven and {pick.figure for pick in picks} == {"dossiers.on-time"}
    assert plan.count == len(picks) and asked.picks(first, plan, 1) == picks[:1]
    edits = [Edit(first, pick.figure, (pick.record,)) for pick in picks]
    moved = asked.what_if(first, edits)
    assert (moved.before.place, moved.after.place) == (3, 2)
    assert moved.after.score.score == plan.after.score >= target
    assert asked.what_if(first, edits[1:]).after.place == 3
    unnamed = [Edit(first, figure, unnamed=weight * n) for (figure, weight), n in plan.counts.items()]
    assert asked.what_if(first, unnamed).after.score == moved.after.score
    beyond = asked.what_if(first, [Edit(first, "dossiers.on-time", unnamed=Fraction(1000))])
    assert beyond.after.score.component("PROCESSED_ON_TIME").points == 20
    assert asked.fewest(first, Fraction(101)) is None
    assert second in {each.score.subject.code for each in asked.ranking(Level.COMMUNE)}


def test_the_nearest_steps_are_told_by_component(asked, communes):
    steps = asked.steps(communes[0].code)
    assert (steps["PROCESSED_ON_TIME"].count, steps["PROCESSED_ON_TIME"].gain) == (1, 2)
    assert steps["DOSSIER_RECEIVING_SATISFACTION"].by_figure == {"dossiers.on-time": 1}
    assert "DOSSIERS_PAID_ONLINE" not in steps


def test_peers_are_of_like_size(asked, communes):
    first, second, third = (each.code for each in communes[:3])
    assert [each.score.subject.code for each in asked.peers(first, 2)] == [second, third]


def test_changes_since_a_week_ago_name_the_records(head, province, source, communes):
    first = communes[0].code
    week = Window(dt.date(2026, 3, 1), dt.date(2026, 3, 24))
    now = open_desk(head, province, "qd766", week, measures=source, choices={"online-count": "plain"})
    before = Window(dt.date(2026, 3, 1), dt.date(2026, 3, 17))
    found = {each.component.code: each for each in now.changes(first, before)}
    progress = found["PROCESSED_ON_TIME"]
    assert progress.newly_failing["dossiers.on-time"] == tuple(f"HS-{n:04d}" for n in range(1, 5))
    earlier = now.at(before).unit(first).score
    assert sum(each.gained for each in found.values()) == now.unit(first).score.gained - earlier.gained


def test_history_by_weeks(asked, communes):
    weeks = asked.weeks(3, PeriodKind.MONTH)
    assert [(each.first.day, each.last.day) for each in weeks] == [(1, 17), (1, 24), (1, 31)]
    history = asked.history(communes[2].code, weeks)
    assert [each.placed.place for each in history.moments][-1] == 1
    assert history.moments[0].moved is None and history.in_a_row >= 2
    loser = asked.history(communes[0].code, weeks)
    # On the 17th its four late dossiers stood open and overdue: it lost the same points then.
    assert [each.placed.place for each in loser.moments] == [3, 3, 3]
    assert [each.moved for each in loser.moments] == [None, 0, 0] and loser.in_a_row == 3


def test_ours_beside_the_portals(head, asked, province, communes):
    code = communes[0].code
    lines = [
        Line(code, "PROCESSED_ON_TIME", Decimal(7), Decimal(10), Decimal(14)),
        Line(code, "ORIGINAL_RESULT_AVAILABLE", Decimal(10), Decimal(10), Decimal(6)),
        Line(code, "SERVICES_WITH_ONLINE_DOSSIERS", None, None, Decimal("3.5")),
        Line(communes[1].code, "PROCESSED_ON_TIME", Decimal(1), Decimal(2), Decimal(10)),
    ]
    as_of = dt.datetime(2026, 4, 2, tzinfo=dt.UTC)
    import_portal_values(head, province, "qd766", MARCH, lines, Reading("Cổng", as_of))
    found = {each.comparison.score.component.code: each for each in asked.compare(code)}
    progress = found["PROCESSED_ON_TIME"]
    assert (progress.comparison.why, progress.comparison.points) == (Why.NUMERATOR, 2)
    assert progress.value.source.source == "Cổng" and progress.value.points == 14
    assert found["ORIGINAL_RESULT_AVAILABLE"].comparison.why is Why.SAME
    assert found["SERVICES_WITH_ONLINE_DOSSIERS"].comparison.why is Why.ONLY_PORTAL
    assert found["REUSED_DIGITIZED_DATA"].comparison.why is Why.ONLY_OURS
    assert found["PUBLISH_ON_TIME"].comparison.why is Why.NEITHER


def test_portal_values_are_scoped_and_feed_the_score(head, person, province, source, communes):
    own, other = communes[0], communes[1]
    lines = [Line(each.code, "PUBLISH_ON_TIME", Decimal(9), Decimal(10)) for each in (own, other)]
    as_of = dt.datetime(2026, 4, 2, tzinfo=dt.UTC)
    import_portal_values(head, province, "qd766", MARCH, lines, Reading("Cổng", as_of))
    local = person("xa", province, [VIEW], own.path)
    assert [each.unit_code for each in queries.portal_values(local, province, "qd766", MARCH)] == [own.code]
    assert not queries.portal_imports(local).exists() and queries.portal_imports(head).count() == 1
    found = open_desk(head, province, "qd766", MARCH, measures=source)
    assert found.unit(own.code).score.component("PUBLISH_ON_TIME").points == Fraction("5.4")


def test_a_hundred_and_fourteen_units_take_few_statements(
    head, province, source, django_assert_max_num_queries
):
    with django_assert_max_num_queries(12):
        found = open_desk(head, province, "qd766", MARCH, measures=source)
        for level in (Level.PROVINCE, Level.DEPARTMENT, Level.COMMUNE):
            found.ranking(level)


def test_the_rating_is_asked_for_in_the_same_way(head, province, source, communes):
    found = IndexDesk(
        head, province, queries.set_in_force(province, "rating-agency", MARCH.last), MARCH, source
    )
    score = found.unit(communes[0].code).score
    assert score.component("TOTAL_TIME").points == Fraction("1.2")
    assert score.component("LEG_TIME").state is State.BLANK

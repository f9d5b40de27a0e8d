"""Provincial totals are equal before and after any sequence of changes and undos, on the database."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from motcua.engine.permissions.api import Viewer
from motcua.engine.provinces.api import Province
from motcua.reference.organisations.api import (
    ChangeRefused,
    Decision,
    UnitDraft,
    abolish_unit,
    climb_totals,
    found_unit,
    genealogy,
    merge_units,
    rename_unit,
    split_unit,
    transfer_unit,
    undo_change,
    unit_at,
    units_on,
)
from motcua.reference.organisations.models import UnitLink, UnitVersion
from motcua.reference.organisations.tests.support import manager_of

FIRST = dt.date(2025, 1, 1)
picks = st.integers(0, 1000)


class Reorganising(RuleBasedStateMachine):
    """Communes under a root; each has a count on the first day, whose sum must never change."""

    @initialize(counts=st.lists(st.integers(0, 10_000), min_size=3, max_size=5))
    def begin(self, counts):
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.province = Province.objects.create(key="tinh-mau", agency_code="H99", place_code="99")
        self.viewer = Viewer(manager_of(self.province))
        self.day, self.next_code, self.history = FIRST, 0, []
        found_unit(
            self.viewer, self.province, self.decision(), UnitDraft("Tỉnh", "province_committee", "H99")
        )
        self.root = unit_at(self.province, "H99", self.day).uid
        for _ in counts:
            found_unit(self.viewer, self.province, Decision("0/QĐ", self.day), self.draft())
        communes = sorted(u.uid for u in self.communes())
        self.figures = dict(zip(communes, counts, strict=True))

    def teardown(self):
        if hasattr(self, "atomic"):
            transaction.set_rollback(True)
            self.atomic.__exit__(None, None, None)

    def decision(self):
        self.day += dt.timedelta(days=1)
        return Decision(f"{self.day.toordinal()}/QĐ", self.day)

    def draft(self):
        self.next_code += 1
        return UnitDraft(f"UBND xã {self.next_code}", "commune_committee", f"H99.{self.next_code}", self.root)

    def communes(self):
        return units_on(self.province, self.day, kind="commune_committee")

    def pick(self, seed):
        found = self.communes()
        return found[seed % len(found)].uid

    def rows(self):
        versions = UnitVersion.objects.filter(province=self.province).order_by("pk")
        return list(versions.values()), list(
            UnitLink.objects.filter(province=self.province).order_by("pk").values()
        )

    def doing(self, operation, *arguments, **named):
        before = self.rows()
        self.history.append((operation(self.viewer, self.province, *arguments, **named), before))

    @precondition(lambda self: len(self.communes()) > 1)
    @rule(seed=picks)
    def merge(self, seed):
        found = [u.uid for u in self.communes()]
        first = seed % len(found)
        self.doing(merge_units, self.decision(), [found[first], found[first - 1]], self.draft())

    @rule(seed=picks, weights=st.lists(st.integers(1, 9), min_size=2, max_size=3))
    def split(self, seed, weights):
        drafts = [(self.draft(), Fraction(weight, sum(weights))) for weight in weights]
        self.doing(split_unit, self.decision(), self.pick(seed), drafts, "Theo diện tích")

    @rule(seed=picks)
    def rename(self, seed):
        name = f"UBND phường {self.day.toordinal()}"
        self.doing(rename_unit, self.decision(), self.pick(seed), name=name)

    @precondition(lambda self: len(self.communes()) > 1)
    @rule(seed=picks)
    def transfer(self, seed):
        found = [u.uid for u in self.communes()]
        chosen, above = found[seed % len(found)], found[(seed + 1) % len(found)]
        before = self.rows()
        try:
            with transaction.atomic():
                done = transfer_unit(self.viewer, self.province, self.decision(), chosen, above)
        except ChangeRefused as refusal:
            assert refusal.code in {"timeline.cycle", "timeline.nothing-changed"}
            assert self.rows() == before
        else:
            self.history.append((done, before))

    @precondition(lambda self: len(self.communes()) > 1)
    @rule(seed=picks)
    def abolish(self, seed):
        found = [u.uid for u in self.communes()]
        chosen, heir = found[seed % len(found)], found[(seed + 1) % len(found)]
        before = self.rows()
        try:
            with transaction.atomic():
                done = abolish_unit(self.viewer, self.province, self.decision(), chosen, heir)
        except ChangeRefused as refusal:
            assert refusal.code == "timeline.heir"
        else:
            self.history.append((done, before))

    @precondition(lambda self: self.history and self.history[-1][1] is not None)
    @rule()
    def undo(self):
        change, before = self.history.pop()
        undo_change(self.viewer, self.province, change, "Thử")
        assert self.rows() == before

    @precondition(lambda self: self.history)
    @rule(seed=picks)
    def undo_any(self, seed):
        """An earlier change is undone exactly, or refused without a trace."""
        place = seed % len(self.history)
        before = self.rows()
        try:
            with transaction.atomic():
                undo_change(self.viewer, self.province, self.history[place][0], "Thử")
        except ChangeRefused:
            assert self.rows() == before
        else:
            del self.history[place]
            if place < len(self.history):  # later changes stand: no rows kept before are those to come back
                self.history = [(change, None) for change, _before in self.history]

    @invariant()
    def totals_hold(self):
        if not hasattr(self, "figures"):
            return
        now = climb_totals(self.province, self.figures, self.day)
        assert sum(now.values()) == sum(self.figures.values())
        whole = genealogy(self.province).climb_whole(self.figures, self.day)
        assert sum(whole.values()) == sum(self.figures.values())

    @invariant()
    def figures_rest_on_living_units(self):
        if hasattr(self, "figures"):
            living = {u.uid for u in self.communes()}
            assert set(climb_totals(self.province, self.figures, self.day)) <= living

    @invariant()
    def paths_are_true(self):
        if not hasattr(self, "figures"):
            return
        units = {u.uid: u for u in units_on(self.province, self.day)}
        for unit in units.values():
            above = units[unit.parent].path if unit.parent else "/"
            assert unit.path == f"{above}{unit.code}/"


@pytest.mark.django_db
def test_totals_survive_any_sequence_of_changes():
    run_state_machine_as_test(
        Reorganising,
        settings=settings(
            max_examples=8,
            stateful_step_count=10,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )

"""Any sequence of operations by anybody obeys the tables, its events tell it, and the fact says what the rows say."""

from __future__ import annotations

import contextlib
import datetime as dt
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, settings
from hypothesis import given as given_
from hypothesis import strategies as st
from record_world import APPLY, DAY, file_of, filed, resolved, returned, snapshot

from motcua.engine.events.testing import replays
from motcua.engine.permissions.api import NotPermitted
from motcua.kernel.clock import frozen
from motcua.kernel.ids import uuid7
from motcua.modules.dossiers import api as dossiers
from motcua.modules.records import api
from motcua.modules.records.data import Checks, Consent, PaperDraft, ResultFile, ScannedPaper
from motcua.modules.records.facts import SHAPE, SQL
from motcua.modules.records.models import Digitisation, ElectronicResult, Paper, Reuse
from motcua.modules.records.queries import counts, states_of
from motcua.modules.records.states import TABLE

pytestmark = pytest.mark.django_db
# "able": whoever has the right, so that most walks get somewhere
PEOPLE = ("able", "able", "able", "officer", "clerk", "other_desk")
ABLE = {"certify": "leader", "issue": "clerk", "replace": "clerk", "withdraw": "clerk", "end": "leader"}


def newest() -> Any:
    found = Paper.objects.order_by("-pk").first()
    return found.uid if found else uuid7()


ATTEMPTS: dict[str, tuple[str, Any]] = {
    "scan": ("scan", lambda f, v, u: api.scan_papers(v, u, [ScannedPaper(1, f)])),
    "scan-checked": ("scan", lambda f, v, u: api.scan_papers(v, u, [ScannedPaper(2, f, checks=Checks(True, True))])),
    "accept": ("accept", lambda _f, v, u: api.accept_scans(v, u, [1])),
    "refuse": ("refuse", lambda _f, v, u: api.refuse_scan(v, u, 2, Checks(False, True))),
    "certify": ("certify", lambda _f, v, u: api.certify_scan(v, u, 2)),
    "exempt": ("exempt", lambda _f, v, u: api.exempt_papers(v, u, [1, 2], "electronic")),
    "lift": ("lift", lambda _f, v, u: api.lift_exemption(v, u, [1])),
    "keep": ("keep", lambda _f, v, u: api.keep_paper(v, u, PaperDraft("Giấy", component=2))),
    "register": ("keep", lambda _f, v, u: api.keep_paper(v, u, PaperDraft("Số liệu", register_code="population", reference="1"))),
    "reuse": ("reuse", lambda _f, v, u: api.reuse_paper(v, u, 1, newest(), Consent("account", DAY))),
    "take-back": ("take_back", lambda _f, v, u: api.take_back_reuse(v, u, 1, "Nhầm")),
    "issue": ("issue", lambda _f, v, u: api.issue_result(v, u)),
    "deliver": ("deliver", lambda _f, v, u: api.deliver_result(v, u)),
    "replace": ("replace", lambda f, v, u: api.replace_result(v, u, ResultFile(f), "Sai")),
    "withdraw": ("withdraw", lambda _f, v, u: api.withdraw_result(v, u, "Sai")),
    "end": ("keep", lambda _f, v, _u: api.withdraw_paper(v, newest(), "Sai")),
}  # fmt: skip
# The dossier goes on by itself; what has been done to it already is refused by its own table.
MEANWHILE = {
    "resolve": lambda w, u: resolved(w, u, file_id=file_of(w, w.viewers["officer"], signed=True)),
    "return": returned,
}
STEPS = st.lists(
    st.tuples(st.sampled_from(sorted(ATTEMPTS) + sorted(MEANWHILE)), st.sampled_from(PEOPLE)),
    min_size=5,
    max_size=18,
)


def test_every_operation_is_tried():
    assert {operation for operation, _work in ATTEMPTS.values()} == set(TABLE)


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given_(STEPS)
def test_any_sequence(world, steps):
    with transaction.atomic():
        _walk(world, steps)
        transaction.set_rollback(True)


def _walk(world: Any, steps: list[tuple[str, str]]) -> None:
    uid = filed(world)
    for number, (attempt, person) in enumerate(steps):
        viewer = world.viewers[ABLE.get(attempt, "desk") if person == "able" else person]
        if attempt in MEANWHILE:
            with contextlib.suppress(dossiers.DossierRefused), transaction.atomic():
                MEANWHILE[attempt](world, uid)
            continue
        file = file_of(world, viewer, signed=True)
        moment = dt.datetime(2026, 3, 5, 9, 0) + dt.timedelta(minutes=number)
        with (
            contextlib.suppress(api.RecordsRefused, dossiers.DossierRefused, NotPermitted),
            frozen(moment.isoformat()),
            replays(snapshot, APPLY),
        ):
            ATTEMPTS[attempt][1](file, viewer, uid)
        _holds(world, uid)


def _holds(world: Any, uid: Any) -> None:
    """What must hold at rest."""
    for row in Digitisation.objects.all():
        assert (row.state in ("scanned", "accepted", "certified")) <= (row.file_id is not None)
        assert (row.state in ("accepted", "certified")) <= (row.legible is True and row.complete is True)
        assert (row.certified_by_id is not None) == (row.state == "certified")
        assert (row.ground != "") == (row.state == "exempt")
    standing = ElectronicResult.objects.filter(state="issued")
    assert standing.count() <= 1
    for result in ElectronicResult.objects.select_related("paper"):
        assert (result.paper is not None) == (result.delivered_at is not None)
        assert (result.state == "issued") or result.paper is None or result.paper.state != "valid"
    assert Reuse.objects.filter(state="used").count() <= 1
    with connection.cursor() as cursor:
        cursor.execute(SQL, {"province": world.province.pk, "uids": [uid]})
        [row] = [dict(zip(SHAPE.columns, one, strict=True)) for one in cursor.fetchall()]
    told = counts(states_of(dossiers.dossier_outline(None, uid)))
    assert told == {"required": row["components_total"], "digitised": row["components_digitised"]}
    assert row["electronic"] == standing.exists()
    assert row["reused_count"] == Reuse.objects.filter(state="used").count()

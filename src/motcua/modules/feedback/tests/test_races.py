"""Two people at once: one petition for one key, one rating for one dossier, no grievance lost."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from motcua.engine.registers.api import Series, gaps
from motcua.kernel.clock import local, now
from motcua.modules.dossiers import api as dossiers
from motcua.modules.dossiers.models import Dossier
from motcua.modules.feedback import api
from motcua.modules.feedback.data import Petition, RatingDraft
from motcua.modules.feedback.models import Grievance, Rating, Ticket

pytestmark = pytest.mark.django_db(transaction=True)


def both(*works: Callable[[], Any]) -> list[Any]:
    """Runs all at the same moment, each on a connection of its own; what each returned, or its refusal."""
    gate, outcomes = threading.Barrier(len(works)), [None] * len(works)

    def run(number: int, work: Callable[[], Any]) -> None:
        gate.wait()
        try:
            outcomes[number] = work()
        except api.FeedbackRefused as refusal:
            outcomes[number] = refusal
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(n, work)) for n, work in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert not any(thread.is_alive() for thread in threads)
    return outcomes


def test_all_at_once(committed_world):
    """One world for all of it: making a committed one takes long."""
    w = committed_world
    v, p = w.viewers, w.province

    def receive(key: str | None = None, **changes: Any) -> Any:
        petition = Petition("conduct", "portal", "Nội dung", w.ward.code, **changes)
        return api.receive_ticket(v["coordinator"], p, petition, idempotency_key=key)

    same = both(*[lambda: receive("key")] * 4)
    assert len({one.uid for one in same}) == 1 and sum(not one.repeated for one in same) == 1
    outside = both(*[lambda: receive(external_code="QG-1")] * 4)
    assert len({one.uid for one in outside}) == 1 and sum(not one.repeated for one in outside) == 1
    uid = same[0].uid
    outcomes = both(
        lambda: api.accept_ticket(v["coordinator"], p, uid),
        lambda: api.refuse_ticket(v["coordinator"], p, uid, "unclear", "Không rõ"),
    )
    assert sorted(isinstance(one, api.FeedbackRefused) for one in outcomes) == [False, True]
    row = Ticket.objects.get(uid=uid)
    assert row.revision == 2 and row.state in ("accepted", "refused")

    code = dossiers.file_dossier(v["desk"], p, w.filing()).code
    dossier = Dossier.objects.get(code=code)
    draft = RatingDraft("reception", "dissatisfied")
    both(
        *[lambda: api.record_rating(v["desk"], p, code, draft)] * 3,
        *[lambda: receive(dossier_code=code)] * 3,
    )
    rating = Rating.objects.get(dossier_uid=dossier.uid)
    assert rating.revision == 3
    kept = Grievance.objects.get(dossier_uid=dossier.uid)
    assert (kept.petitions, kept.dislikes) == (3, 1)
    assert not gaps(Series(p.pk, "ticket", w.ward.code, f"{local(now()):%Y}"))
    assert Ticket.objects.count() == 5

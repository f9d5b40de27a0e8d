"""Two people at once on one dossier: one of them acts, the other is told; numbers stay gapless."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from motcua.engine.events.api import Event
from motcua.engine.permissions.api import NotPermitted
from motcua.engine.registers.api import Series, gaps
from motcua.kernel.clock import local, now
from motcua.modules.dossiers import api
from motcua.modules.dossiers.data import Handover, ResultDraft
from motcua.modules.dossiers.models import Dossier, Slip, Task

pytestmark = pytest.mark.django_db(transaction=True)
RESULT = ResultDraft("Giấy xác nhận")


@pytest.fixture
def world(committed_world):
    return committed_world


def both(*works: Callable[[], Any]) -> list[Any]:
    """Runs all at the same moment, each on a connection of its own; what each returned, or its refusal."""
    gate, outcomes = threading.Barrier(len(works)), [None] * len(works)

    def run(number: int, work: Callable[[], Any]) -> None:
        gate.wait()
        try:
            outcomes[number] = work()
        except (api.DossierRefused, NotPermitted) as refusal:
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


def prepared(world: Any, upto: str) -> Any:
    """A dossier brought to the state before an operation."""
    v = world.viewers
    uid = api.file_dossier(v["desk"], world.province, world.filing()).uid
    path = [
        ("assign", lambda: api.forward_dossier(v["desk"], uid)),
        ("process", lambda: api.forward_dossier(v["leader"], uid)),
        ("approve", lambda: api.submit_dossier(v["officer"], uid, RESULT)),
        ("sign", lambda: api.approve_dossier(v["leader"], uid)),
        ("issue", lambda: api.sign_dossier(v["leader"], uid)),
        ("return", lambda: api.record_result(v["clerk"], uid)),
    ]
    if upto == "reception":
        return uid
    for name, step in path:
        step()
        if name == upto:
            break
    return uid


RACES: dict[str, tuple[str, Callable[[Any, Any], Any], Callable[[Any, Any], Any]]] = {
    "forward twice": ("reception", lambda v, u: api.forward_dossier(v["desk"], u), lambda v, u: api.forward_dossier(v["desk"], u, step="1")),
    "claim twice": ("process", lambda v, u: api.claim_step(v["officer"], u), lambda v, u: api.claim_step(v["second"], u)),
    "submit and supplement": ("process", lambda v, u: api.submit_dossier(v["officer"], u, RESULT), lambda v, u: api.request_supplement(v["second"], u, ["A"], "Thiếu")),
    "supplement twice": ("process", lambda v, u: api.request_supplement(v["officer"], u, ["A"], "Thiếu"), lambda v, u: api.request_supplement(v["second"], u, ["B"], "Thiếu")),
    "approve and send back": ("approve", lambda v, u: api.approve_dossier(v["leader"], u), lambda v, u: api.return_step(v["leader"], u, "3", "Sửa", step="4")),
    "sign and withdraw": ("sign", lambda v, u: api.sign_dossier(v["leader"], u), lambda v, u: api.withdraw_dossier(v["desk"], u, "Rút")),
    "result twice": ("issue", lambda v, u: api.record_result(v["clerk"], u), lambda v, u: api.record_result(v["clerk"], u, step="6")),
    "return twice": ("return", lambda v, u: api.return_result(v["desk"], u, Handover()), lambda v, u: api.return_result(v["desk"], u, Handover("post"))),
    "withdraw and stop": ("process", lambda v, u: api.withdraw_dossier(v["desk"], u, "Rút"), lambda v, u: api.stop_dossier(v["leader"], u, "Dừng")),
    "pause twice": ("process", lambda v, u: api.pause_for_payment(v["officer"], u), lambda v, u: api.pause_for_payment(v["second"], u)),
    "refuse and forward": ("process", lambda v, u: api.refuse_dossier(v["officer"], u, "Không"), lambda v, u: api.submit_dossier(v["second"], u, RESULT)),
    "extend twice": ("process", lambda v, u: api.extend_dossier(v["leader"], u, _later(u), "Chậm"), lambda v, u: api.extend_dossier(v["leader"], u, _later(u), "Chậm")),
}  # fmt: skip
# The law lets the second follow the first here, in one order; what matters is that each sees the other's work.
IN_TURN = {"refuse and forward", "submit and supplement"}


def _later(uid: Any) -> Any:
    import datetime as dt

    from motcua.kernel.worktime import vietnam

    calendar = vietnam()
    promised = local(Dossier.objects.get(uid=uid).promised).date()
    return calendar.closing(calendar.working_day_after(promised, 3)) + dt.timedelta(0)


@pytest.mark.parametrize("name", sorted(RACES))
def test_one_acts_and_the_other_is_told(world, name):
    upto, first, second = RACES[name]
    uid = prepared(world, upto)
    before = Dossier.objects.get(uid=uid).revision
    outcomes = both(lambda: first(world.viewers, uid), lambda: second(world.viewers, uid))
    done = [one for one in outcomes if isinstance(one, api.Done)]
    refused = [one for one in outcomes if not isinstance(one, api.Done)]
    assert done and (name in IN_TURN or len(refused) == 1), outcomes
    dossier = Dossier.objects.get(uid=uid)
    assert dossier.revision == before + len(done)
    assert Event.objects.filter(subject=f"dossier:{uid}").count() == dossier.revision
    keys = list(Task.objects.filter(dossier=dossier, closed_at=None).values_list("key", flat=True))
    assert len(keys) == len(set(keys))


def test_one_key_at_the_same_moment_receives_once(world):
    def file() -> Any:
        return api.file_dossier(world.viewers["desk"], world.province, world.filing(), idempotency_key="same")

    outcomes = both(file, file, file)
    assert len({one.uid for one in outcomes}) == 1
    assert Dossier.objects.count() == 1 and Slip.objects.count() == 1
    series = Series(world.province.pk, "dossier", world.ward.code, f"{local(now()):%y%m%d}")
    assert list(gaps(series)) == []


def test_many_desks_at_once_leave_no_gap(world):
    def file() -> Any:
        return [
            api.file_dossier(world.viewers["desk"], world.province, world.filing()).code for _ in range(5)
        ]

    codes = sorted(code for batch in both(file, file, file, file) for code in batch)
    assert [int(code[-4:]) for code in codes] == list(range(1, 21))

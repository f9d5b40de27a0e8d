"""A process of its own for the crash tests: does operations until it is killed, and says what was committed.

Arguments: a file to write to, the name of an operation to stand still in (with its transaction open), or "run".
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import Any

import django


def main(told: Path, where: str, province_key: str) -> None:
    django.setup()
    if where == "prepare":
        prepare()
        return
    from motcua.engine.provinces.api import Province

    province = Province.objects.get(key=province_key)
    people = viewers()
    if where == "run":
        run(told, province, people)
    elif where == "verify":
        verify(told)
    elif where == "tell":
        tell(told)
    else:
        stand_still(told, where, province, people)


def viewers() -> dict[str, Any]:
    from motcua.engine.accounts.api import User
    from motcua.engine.permissions.api import Viewer

    return {
        user.username.removeprefix("t."): Viewer(user)
        for user in User.objects.filter(username__startswith="t.")
    }


def filing(province: Any) -> Any:
    from motcua.kernel.clock import today
    from motcua.modules.dossiers.data import Filing, HandedPaper
    from motcua.reference.applicants.api import Applicant
    from motcua.reference.organisations.api import units_on

    ward = min(units_on(province, today(), kind="commune_committee"), key=lambda unit: unit.code)
    person = Applicant.objects.filter(province=province).first()
    return Filing("1.000001", person.uid, ward.code, ward.code, papers=(HandedPaper("Tờ khai"),))


def path_of(province: Any, v: dict[str, Any], uid: Any) -> list[tuple[str, Any]]:
    from motcua.modules.dossiers import api
    from motcua.modules.dossiers.data import Handover, ResultDraft

    return [
        ("forward", lambda key: api.forward_dossier(v["desk"], uid, idempotency_key=key)),
        (
            "supplement",
            lambda key: api.request_supplement(v["leader"], uid, ["A"], "Thiếu", idempotency_key=key),
        ),
        ("take", lambda key: api.take_supplement(v["desk"], uid, idempotency_key=key)),
        ("assign", lambda key: api.forward_dossier(v["leader"], uid, idempotency_key=key)),
        ("submit", lambda key: api.submit_dossier(v["officer"], uid, ResultDraft("KQ"), idempotency_key=key)),
        ("approve", lambda key: api.approve_dossier(v["leader"], uid, idempotency_key=key)),
        ("sign", lambda key: api.sign_dossier(v["leader"], uid, idempotency_key=key)),
        ("result", lambda key: api.record_result(v["clerk"], uid, idempotency_key=key)),
        ("return", lambda key: api.return_result(v["desk"], uid, Handover(), idempotency_key=key)),
    ]


def run(told: Path, province: Any, v: dict[str, Any]) -> None:
    """Whole dossiers, one after another; each committed operation is a line, written only after its commit."""
    from motcua.modules.dossiers import api

    with told.open("a", buffering=1, encoding="utf-8") as log:
        number = 0
        while True:
            key = f"{os.getpid()}-{number}"
            done = api.file_dossier(v["desk"], province, filing(province), idempotency_key=key)
            log.write(f"{done.uid} {done.revision}\n")
            for name, step in path_of(province, v, done.uid):
                done = step(f"{key}-{name}")
                log.write(f"{done.uid} {done.revision}\n")
            number += 1


def stand_still(told: Path, where: str, province: Any, v: dict[str, Any]) -> None:
    """Up to an operation, and then waits inside its transaction, everything written and nothing committed."""
    from django.db import transaction

    from motcua.modules.dossiers import api

    def hold() -> None:
        told.write_text("inside", encoding="utf-8")
        time.sleep(120)

    if where == "file":
        with transaction.atomic():
            api.file_dossier(v["desk"], province, filing(province))
            hold()
    uid = api.file_dossier(v["desk"], province, filing(province)).uid
    for name, step in path_of(province, v, uid):
        if name == where:
            with transaction.atomic():
                step("held")
                hold()
        step(f"before-{name}")


def tell(told: Path) -> None:
    """Tells applicants, and waits inside the transaction: the worker's work written and not committed."""
    from django.db import transaction

    from motcua.modules.dossiers.telling import tell_applicants

    with transaction.atomic():
        while tell_applicants():
            pass
        told.write_text("inside", encoding="utf-8")
        time.sleep(120)


def prepare() -> None:
    """An empty database gets its tables and the tests' world."""
    import importlib.util

    from django.core.management import call_command

    call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)
    spec = importlib.util.spec_from_file_location("dossier_world", Path(__file__).with_name("world.py"))
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["dossier_world"] = module
    spec.loader.exec_module(module)
    module.make_world()


def verify(told: Path) -> None:
    """Fails when what was told is not there, when a dossier's rows and events disagree, or when a number is missing."""
    import uuid

    from motcua.engine.events.api import Event, seal_all
    from motcua.engine.events.api import verify as verify_log
    from motcua.modules.dossiers.models import Dossier
    from motcua.modules.dossiers.queries import clock_of

    for line in told.read_text(encoding="utf-8").splitlines():
        uid, revision = line.split()
        assert Dossier.objects.get(uid=uuid.UUID(uid)).revision >= int(revision), line
    serials = []
    for dossier in Dossier.objects.order_by("pk"):
        assert Event.objects.filter(subject=f"dossier:{dossier.uid}").count() == dossier.revision
        assert clock_of(dossier).promised == dossier.promised
        serials.append(int((dossier.code or "").rpartition("-")[2]))
    assert sorted(serials) == list(range(1, len(serials) + 1))
    seal_all()
    assert verify_log().holds
    sys.stdout.write(f"{len(serials)} dossiers whole\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], sys.argv[3])

"""How long applicants are kept: erased when nobody has needed them for as long as the rule says."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Sequence
from pathlib import Path

from django.db.models import ForeignObjectRel, Model
from django.utils.translation import gettext_noop

from motcua.engine.privacy.api import declare_retention, read_rules
from motcua.engine.provinces.api import Province
from motcua.kernel.clock import now
from motcua.reference.applicants.models import Applicant
from motcua.reference.applicants.queries import ids_of_person

IDLE = "applicants.idle"
ERASED_NAME = "–"
_CHUNK = 500

StillNeeded = Callable[[Province, Collection[int], dt.datetime], Collection[int]]
_needs: dict[str, StillNeeded] = {}


def keep_while(room: str, still_needed: StillNeeded) -> None:
    """Says whose data a room still needs: `still_needed(province, applicant ids, before)` gives those of the ids
    that something open, or something that ended after `before`, refers to. Called from AppConfig.ready.

    room: its app label. Until a room says so, everybody its rows refer to is needed for good.
    """
    _needs[room] = still_needed


def declare() -> None:
    """Makes the retention of applicants known; called when the application is ready."""
    rules = read_rules(Path(__file__).parent / "data" / "retention.yaml")
    label = gettext_noop("Người nộp hồ sơ lâu không có việc gì")
    declare_retention(IDLE, label, rules[IDLE], erase_idle)


def erase_idle(province: Province, before: dt.datetime, *, limit: int, dry_run: bool) -> Sequence[str]:
    """Erases people of whom nothing has been changed since `before` and whom no room needs; their rows stay, empty."""
    idle = Applicant.objects.filter(
        province=province, merged_into__isnull=True, erased_at__isnull=True, updated_at__lt=before
    ).order_by("id")
    gone: list[str] = []
    after = 0
    while len(gone) < limit:
        chunk = list(idle.filter(id__gt=after)[:_CHUNK])
        if not chunk:
            break
        after = chunk[-1].pk
        for person in _unneeded(province, chunk, before)[: limit - len(gone)]:
            gone.append(person.subject)
            if not dry_run:
                erase(person)
    return gone


def erase(person: Applicant) -> None:
    """Empties the person's record and every record merged into it."""
    Applicant.objects.filter(pk__in=ids_of_person(person)).update(
        display_name=ERASED_NAME,
        search_text="",
        sort_key="",
        identity_kind="",
        identity_number="",
        identity_blind=b"",
        phone="",
        phone_blind=b"",
        email="",
        address="",
        birth_date="",
        person_blind=b"",
        place_code="",
        representative="",
        merge_reason="",
        erased_at=now(),
    )


def _unneeded(province: Province, people: list[Applicant], before: dt.datetime) -> list[Applicant]:
    records = {person.pk: ids_of_person(person) for person in people}
    every = [pk for found in records.values() for pk in found]
    needed = set(Applicant.objects.filter(pk__in=every, updated_at__gte=before).values_list("pk", flat=True))
    for still_needed in _needs.values():
        needed |= set(still_needed(province, every, before))
    needed |= _referred_to(every)
    return [person for person in people if not needed.intersection(records[person.pk])]


def _referred_to(ids: Collection[int]) -> set[int]:
    """Those of the ids that rows of rooms refer to which have not said how long they need them."""
    found: set[int] = set()
    for model, column in _references():
        if model._meta.app_label not in _needs:
            rows = model._default_manager.filter(**{f"{column}__in": ids})
            found |= set(rows.values_list(column, flat=True))
    return found


def _references() -> list[tuple[type[Model], str]]:
    """Every (model, column) of other rooms that points to applicants, also without a name for the way back."""
    relations = Applicant._meta.get_fields(include_hidden=True)
    return [
        (relation.related_model, relation.field.name)
        for relation in relations
        if isinstance(relation, ForeignObjectRel) and relation.related_model is not Applicant
    ]

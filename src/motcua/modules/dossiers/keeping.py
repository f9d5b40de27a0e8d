"""What other rooms ask about dossiers: whose data is still needed, what a subject is called, where it is seen."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db.models import Q
from django.urls import reverse

from motcua.engine.events.api import uid_of
from motcua.engine.provinces.api import Province
from motcua.modules.dossiers.models import Dossier, Task


def people_needed(province: Province, ids: Collection[int], before: dt.datetime) -> set[int]:
    """Those of the applicants to whom an open dossier refers, or one that ended after `before`."""
    rows = Dossier.objects.filter(
        Q(ended_at__isnull=True) | Q(ended_at__gte=before),
        Q(applicant_id__in=ids) | Q(submitter_id__in=ids),
        province=province,
    )
    found: set[int] = set()
    for applicant, submitter in rows.values_list("applicant_id", "submitter_id"):
        found |= {one for one in (applicant, submitter) if one in ids}
    return found


def described(subjects: Sequence[str]) -> dict[str, tuple[str, str]]:
    """(code, address) of dossiers by subject, for lists of readings."""
    rows = Dossier.objects.filter(uid__in=[uid for subject in subjects if (uid := uid_of(subject))])
    return {
        f"dossier:{uid}": (code or str(uid), _address(uid)) for uid, code in rows.values_list("uid", "code")
    }


@dataclass(frozen=True, slots=True)
class Listed:
    """A dossier in a list of what a figure counts: no name, no number of anybody."""

    code: str
    procedure_code: str
    procedure_name: str
    unit_code: str
    received_at: dt.datetime | None
    promised: dt.datetime | None
    ended_at: dt.datetime | None
    late_reason: str
    address: str


def listed(province: Province, uids: Collection[str]) -> dict[str, Listed]:
    """Dossiers by uid, for lists of what a figure counts; whoever may count them may know this much."""
    rows = Dossier.objects.filter(province=province, uid__in=list(uids))
    return {
        str(row.uid): Listed(
            row.code or "",
            row.procedure_code,
            row.procedure_name,
            row.unit_code,
            row.received_at,
            row.promised,
            row.ended_at,
            row.late_reason,
            _address(row.uid),
        )
        for row in rows.defer("search")
    }


@dataclass(frozen=True, slots=True)
class ListedStep:
    """A step in a list of what a figure counts: whose work it was is not said."""

    name: str
    dossier_code: str
    procedure_code: str
    procedure_name: str
    unit_code: str
    opened_at: dt.datetime
    due_at: dt.datetime | None
    closed_at: dt.datetime | None
    address: str


def listed_steps(province: Province, keys: Collection[str]) -> dict[str, ListedStep]:
    """Steps by the key of their fact, for lists of what a figure counts; whoever may count them may know this much."""
    numbers = [int(number) for key in keys if (number := key.rpartition("/")[2]).isdecimal()]
    rows = Task.objects.filter(province=province, pk__in=numbers).select_related("dossier")
    return {
        f"{row.dossier.uid}/{row.pk}": ListedStep(
            row.name,
            row.dossier.code or "",
            row.dossier.procedure_code,
            row.dossier.procedure_name,
            row.unit_code,
            row.opened_at,
            row.due_at,
            row.closed_at,
            _address(row.dossier.uid),
        )
        for row in rows.defer("dossier__search")
    }


def link_of(subject: str) -> str:
    """The page of a register's subject."""
    uid = uid_of(subject)
    return _address(uid) if uid else ""


def _address(uid: uuid.UUID) -> str:
    return reverse("dossiers:dossier", args=[uid])

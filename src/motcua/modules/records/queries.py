"""Every read of papers, within the viewer's scope: of a dossier, of the store of its applicant, of a unit's desk."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from motcua.engine.permissions.api import NotPermitted, Viewer
from motcua.engine.provinces.api import Province
from motcua.kernel.clock import today
from motcua.modules.dossiers.api import DossierOutline, PaperOutline, components_in_units, dossier_outline
from motcua.modules.records import permissions as may
from motcua.modules.records.models import Digitisation, ElectronicResult, Paper, Reuse
from motcua.modules.records.rules import grounds
from motcua.modules.records.states import Issued, Kept, Scan, Used
from motcua.reference.applicants.api import Applicant, ids_of_person

_SEATS = ("receiving", "handling", "returning")


@dataclass(frozen=True, slots=True)
class ComponentState:
    """A component with what was done to digitise it, and the paper of the store that stands in its place."""

    paper: PaperOutline
    scan: Digitisation | None
    reuse: Reuse | None
    digitised: bool
    required: bool

    @property
    def state(self) -> str:
        return self.scan.state if self.scan is not None else Scan.DUE


def seen_dossier(viewer: Viewer, uid: uuid.UUID) -> DossierOutline:
    """A dossier the viewer sees and whose papers they may look at, over one of its units. Raises NotPermitted."""
    dossier = dossier_outline(viewer, uid)
    if not any(
        viewer.may(may.VIEW, province=dossier.province_id, unit_path=getattr(dossier, seat)[1])
        for seat in _SEATS
    ):
        raise NotPermitted(may.VIEW)
    return dossier


def papers_of(viewer: Viewer, uid: uuid.UUID) -> list[ComponentState]:
    """The components of a dossier by number. Raises NotPermitted."""
    return states_of(seen_dossier(viewer, uid))


def states_of(dossier: DossierOutline) -> list[ComponentState]:
    """The same rule as the facts: see `facts.SQL`."""
    scans = {row.number: row for row in Digitisation.objects.filter(dossier_uid=dossier.uid)}
    used = {
        row.number: row
        for row in Reuse.objects.filter(dossier_uid=dossier.uid, state=Used.USED).select_related("paper")
    }
    return [
        _component(dossier, paper, scans.get(paper.number), used.get(paper.number))
        for paper in dossier.papers
        if paper.present
    ]


def _component(
    dossier: DossierOutline, paper: PaperOutline, scan: Digitisation | None, reuse: Reuse | None
) -> ComponentState:
    state = scan.state if scan is not None else Scan.DUE
    counted = state == Scan.EXEMPT and scan is not None and grounds()[scan.ground].counted
    online = dossier.channel == 2 and paper.file_id is not None and state == Scan.DUE
    digitised = (
        state in (Scan.ACCEPTED, Scan.CERTIFIED)
        or counted
        or online
        or reuse is not None
        or bool(paper.source)
    )
    return ComponentState(paper, scan, reuse, digitised, digitised or state != Scan.EXEMPT)


def results_of(viewer: Viewer, uid: uuid.UUID) -> QuerySet[ElectronicResult]:
    """The electronic results of a dossier, the newest first; at most one stands. Raises NotPermitted."""
    seen_dossier(viewer, uid)
    return ElectronicResult.objects.filter(dossier_uid=uid).select_related("successor").order_by("-pk")


def store_of(viewer: Viewer, uid: uuid.UUID) -> QuerySet[Paper]:
    """The store of a dossier's applicant and submitter, the newest first, for who may look at the dossier's papers:
    nobody looks into a store without a dossier of its holder at hand. Showing it is a reading. Raises NotPermitted."""
    dossier = seen_dossier(viewer, uid)
    people = [key for key in (dossier.applicant_id, dossier.submitter_id) if key is not None]
    records = [key for person in people for key in ids_of_person(Applicant(pk=person))]
    return Paper.objects.filter(province_id=dossier.province_id, holder_id__in=records).order_by("-pk")


def register_papers(province: Province) -> dict[int, tuple[int, uuid.UUID, str]]:
    """Of each applicant whose store holds data of a register: key and uid of the paper, code of the register; of several
    the latest. Asks nobody's rights and opens nothing sealed: the caller names no holder to anybody."""
    rows = Paper.objects.filter(province=province, source="register", state=Kept.VALID).order_by("pk")
    return {
        holder: (key, uid, register)
        for holder, key, uid, register in rows.values_list("holder_id", "pk", "uid", "register_code")
    }


def usable(rows: QuerySet[Paper], day: dt.date | None = None) -> QuerySet[Paper]:
    """Those valid on a day and open to reuse by consent or rule."""
    return rows.filter(
        Q(valid_until__isnull=True) | Q(valid_until__gte=day or today()), state=Kept.VALID
    ).exclude(scope="nobody")


def not_digitised(viewer: Viewer, province: Province) -> QuerySet[Any]:
    """Components handed in with open dossiers of the viewer's units and not digitised yet, the oldest first.

    Rows of `dossiers` with `.dossier`; scanned and unchecked ones are among them, since somebody must look.
    """
    done = Digitisation.objects.filter(
        dossier_uid=OuterRef("dossier__uid"), number=OuterRef("number")
    ).filter(state__in=(Scan.ACCEPTED, Scan.CERTIFIED, Scan.EXEMPT))
    begun = Digitisation.objects.filter(
        dossier_uid=OuterRef("dossier__uid"), number=OuterRef("number")
    ).exclude(state=Scan.DUE)
    used = Reuse.objects.filter(
        dossier_uid=OuterRef("dossier__uid"), number=OuterRef("number"), state=Used.USED
    )
    rows = components_in_units(viewer, province, may.VIEW).filter(~Exists(done), ~Exists(used), source="")
    online = Q(dossier__channel=2, file_id__isnull=False) & ~Exists(begun)
    return rows.exclude(online).order_by("dossier__received_at", "dossier_id", "number")


def files_needed(province: Province, files: Collection[int]) -> set[int]:
    """Those of the files that are a valid paper of somebody's store: it outlives the dossier it came with."""
    rows = Paper.objects.filter(province=province, file_id__in=files, state=Kept.VALID)
    return {file_id for file_id in rows.values_list("file_id", flat=True) if file_id is not None}


def people_needed(province: Province, ids: Collection[int], before: dt.datetime) -> set[int]:
    """Those of the applicants who hold a paper that is valid, or that ended after `before`."""
    rows = Paper.objects.filter(
        Q(ended_at__isnull=True) | Q(ended_at__gte=before), province=province, holder_id__in=ids
    )
    return set(rows.values_list("holder_id", flat=True))


def standing_result(uid: uuid.UUID) -> ElectronicResult | None:
    """The electronic result of a dossier that stands; for who has seen the dossier."""
    return ElectronicResult.objects.filter(dossier_uid=uid, state=Issued.ISSUED).first()


def counts(states: Collection[ComponentState]) -> Mapping[str, int]:
    """How many components must be digitised, and how many are."""
    wanted = [one for one in states if one.required]
    return {"required": len(wanted), "digitised": sum(one.digitised for one in wanted)}

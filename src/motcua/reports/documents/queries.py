"""Every read of this room, through the viewer's scope."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet

from motcua.engine.permissions.api import Viewer
from motcua.engine.provinces.api import Province
from motcua.reports.documents.composing import Composer, Words
from motcua.reports.documents.content import Annex, Content, Row
from motcua.reports.documents.language import Ref
from motcua.reports.documents.loose import Loose, loose_numbers
from motcua.reports.documents.models import Edition, Report, Wording
from motcua.reports.documents.owners import Owner, owner_units
from motcua.reports.documents.permissions import VIEW, WRITE
from motcua.reports.documents.template import PassageTemplate, Template, load_template
from motcua.reports.documents.values import SheetSource
from motcua.reports.forms.api import current_values, form_set

if TYPE_CHECKING:
    from motcua.reports.forms.api import FormSheet


def reports(viewer: Viewer, province: Province) -> QuerySet[Report]:
    """Reports of the viewer's units, and the province's own for whoever writes for a unit that owns passages of it."""
    every = Report.objects.filter(province=province)
    rows = every.select_related("sheet", "province").order_by("-sheet__period_to", "unit_path")
    root = f"/{province.agency_code}/"
    if viewer.may(VIEW, province=province, unit_path=root):
        return viewer.within(rows, VIEW)
    own = {
        grant.unit_code
        for grant in viewer.grants
        if WRITE in grant.permissions and grant.province_id in (None, province.pk)
    }
    shared = [
        one.pk
        for one in every.filter(unit_path=root).select_related("sheet", "province")
        if own and own & {code for code, _path, _name in owner_units(one.sheet).values()}
    ]
    return rows.filter(Q(pk__in=viewer.within(every, VIEW).values("pk")) | Q(pk__in=shared))


def find_report(viewer: Viewer, province: Province, uid: uuid.UUID) -> Report | None:
    return reports(viewer, province).filter(uid=uid).first()


def template_of(report: Report) -> Template:
    return load_template(report.template, report.template_version)


def wordings(report: Report) -> dict[str, Wording]:
    """The current wording of every passage a person wrote in. One statement."""
    rows = report.wordings.order_by("key", "-revision").distinct("key").select_related("written_by")
    return {one.key: one for one in rows}


def words_of(found: dict[str, Wording]) -> dict[str, Words]:
    return {
        key: Words(one.text, one.accepted) for key, one in found.items() if one.text.strip() or one.accepted
    }


def source_for(report: Report, template: Template) -> SheetSource:
    """Where the report's values come from; figures bound by the template or by persons are measured."""
    codes = {ref.key for ref in template.bindings() if not ref.is_row and not ref.is_name}
    return SheetSource(report.sheet, sorted(codes))


@dataclass(frozen=True, slots=True)
class Desk:
    """A report composed now, with what stands in its way. `missing`: (passage, binding) that have no value; `drafts`:
    passages whose suggestion nobody accepted; `loose`: by passage the numbers nobody bound or left on purpose."""

    report: Report
    template: Template
    content: Content
    source: SheetSource
    wordings: dict[str, Wording]
    missing: tuple[tuple[str, str], ...]
    drafts: tuple[str, ...]
    empty: tuple[str, ...]
    loose: dict[str, tuple[Loose, ...]]

    @property
    def is_ready(self) -> bool:
        return not (self.missing or self.drafts or self.loose)


def desk(report: Report, source: SheetSource | None = None) -> Desk:
    """Composes the report from the values of this moment, or those `source` has read already."""
    template, found = template_of(report), wordings(report)
    source = source or source_for(report, template)
    composer = Composer(source, words_of(found))
    content = composer.compose(
        template, head_of(report, source), annexes(report.sheet, composer), report.signer, about_of(report)
    )
    composed = {passage.key for passage in content.passages()}
    drafts = tuple(one.key for one in content.passages() if one.origin == "suggestion")
    empty = tuple(one.key for one in template.passages() if one.kind == "free" and one.key not in composed)
    loose = {}
    offered = source.offered()
    for key, one in found.items():
        if not one.accepted and one.text.strip():
            left = set(one.left)
            waiting = tuple(each for each in loose_numbers(one.text, offered) if each.text not in left)
            if waiting:
                loose[key] = waiting
    missing = tuple(pair for pair in composer.missing if pair[0])
    return Desk(report, template, content, source, found, missing, drafts, empty, loose)


def head_of(report: Report, source: SheetSource) -> dict[str, str]:
    """What stands at the head: as written, else by the unit's name."""
    usual = {"parent": "", "agency": source.names["agency"], "symbol": "BC-UBND", "place": source.place}
    return {**usual, **report.head}


def about_of(report: Report) -> dict[str, str]:
    sheet = report.sheet
    return {
        "unit": report.unit_code,
        "first": sheet.period_from.isoformat(),
        "last": sheet.period_to.isoformat(),
        "forms": sheet.form_version,
        "report": str(report.uid),
    }


def annexes(sheet: FormSheet, composer: Composer) -> list[Annex]:
    """The statistical forms as they stand, each row with where it comes from."""
    values = current_values(sheet)
    found = []
    for form in form_set(sheet.form_version).forms.values():
        rows = []
        for row in form.rows:
            value = values.get(row.key)
            bound = None if row.is_heading else composer.cell(Ref(row.key))
            rows.append(
                Row(
                    row.code,
                    row.label,
                    row.unit,
                    bound,
                    value.note if value else "",
                    value.get_source_display() if value else "",
                    row.depth,
                )
            )
        found.append(Annex(form.code, form.title, tuple(rows)))
    return found


def may_write(
    viewer: Viewer, report: Report, passage: PassageTemplate, owners: Mapping[str, Owner] | None = None
) -> bool:
    """Who writes for the report's unit writes everywhere in it; a department's person in what the department owns.

    `owners`: `owner_units` of the report, by who asks of many passages.
    """
    if viewer.may(WRITE, province=report.province_id, unit_path=report.unit_path):
        return True
    owner = (owner_units(report.sheet) if owners is None else owners).get(passage.owner)
    return owner is not None and viewer.may(WRITE, province=report.province_id, unit_path=owner[1])


def last_editions(listed: Iterable[Report]) -> dict[int, Edition]:
    """The last edition of each report that has one, by the report's id. One statement."""
    rows = Edition.objects.filter(report__in=[one.pk for one in listed])
    return {one.report_id: one for one in rows.order_by("report_id", "-number").distinct("report_id")}


def editions(report: Report) -> QuerySet[Edition]:
    return report.editions.select_related("made_by", "pdf").order_by("-number")

"""Values for the addresses of this room, for the route × role test: a submission the visitor may see, made if need be."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from motcua.engine.accounts.models import User
from motcua.engine.files.api import store
from motcua.engine.permissions.api import Viewer
from motcua.engine.provinces.api import Province
from motcua.kernel.clock import today
from motcua.reference.organisations.api import unit_at
from motcua.reports.forms.api import (
    COMMUNE,
    DEFAULT_VERSION,
    EDIT,
    PROVINCE,
    FormSheet,
    FormValue,
    forms_of,
    level_of,
    own_rows,
)
from motcua.reports.submissions.models import Campaign, Remark, Submission, Version
from motcua.reports.submissions.permissions import VIEW

NOBODY = UUID(int=0)
DAYS = {"period_from": dt.date(2030, 12, 15), "period_to": dt.date(2031, 12, 14)}


def _submission(viewer: Viewer) -> Submission | None:
    permission = EDIT if viewer.may(EDIT) and viewer.may(VIEW) else VIEW
    found = viewer.within(Submission.objects.order_by("pk"), permission).first()
    held = [grant for grant in viewer.grants if permission in grant.permissions]
    if found is not None or not held:
        return found
    province = Province.objects.filter(pk=held[0].province_id or 0).first() or Province.objects.earliest("pk")
    whole = held[0].unit_path == "/"
    code = province.agency_code if whole else held[0].unit_code
    path = f"/{province.agency_code}/" if whole else held[0].unit_path
    unit = unit_at(province, code, today())
    level = PROVINCE if whole else level_of(unit.kind if unit else "") or COMMUNE
    campaign, _made = Campaign.objects.get_or_create(
        province=province,
        form_version=DEFAULT_VERSION,
        **DAYS,
        defaults={
            "title": "Kỳ mẫu",
            "period_kind": "year",
            "as_of": DAYS["period_to"],
            "opened_on": DAYS["period_from"],
        },
    )
    sheet, _made = FormSheet.objects.get_or_create(
        province=province,
        unit_code=code,
        form_version=DEFAULT_VERSION,
        **DAYS,
        defaults={"unit_path": path, "level": level, "period_kind": "year", "as_of": DAYS["period_to"]},
    )
    return Submission.objects.create(
        province=province,
        unit_code=code,
        unit_path=path,
        campaign=campaign,
        sheet=sheet,
        level=level,
        due_on=DAYS["period_to"],
        state="derived",
    )


def _uid(viewer: Viewer) -> dict[str, Any]:
    found = _submission(viewer)
    return {"uid": found.uid if found else NOBODY}


def _campaign(viewer: Viewer) -> dict[str, Any]:
    found = _submission(viewer)
    return {"uid": found.campaign.uid if found else NOBODY}


def _cell(viewer: Viewer) -> dict[str, Any]:
    found = _submission(viewer)
    if found is None:
        return {"uid": NOBODY, "form": "1", "code": "1"}
    row = own_rows(forms_of(found.sheet), found.level)[0]
    return {"uid": found.uid, "form": row.form, "code": row.code}


def _evidence(viewer: Viewer) -> dict[str, Any]:
    found, cell = _submission(viewer), _cell(viewer)
    if found is None:
        return {**cell, "revision": 1}
    key = f"{cell['form']}!{cell['code']}"
    kept = FormValue.objects.filter(sheet=found.sheet, row_key=key, evidence__isnull=False).first()
    if kept is None:
        last = FormValue.objects.filter(sheet=found.sheet, row_key=key).order_by("-revision").first()
        owner = viewer if isinstance(viewer.user, User) else None
        kept = FormValue.objects.create(
            province_id=found.province_id,
            unit_code=found.unit_code,
            unit_path=found.unit_path,
            sheet=found.sheet,
            row_key=key,
            revision=last.revision + 1 if last else 1,
            status="not_applicable",
            as_of=found.sheet.as_of,
            source="declared",
            evidence=store(b"mau thu", name="mau.txt", province=found.province, viewer=owner),
        )
    return {**cell, "revision": kept.revision}


def _version(viewer: Viewer) -> dict[str, Any]:
    found = _submission(viewer)
    if found is None:
        return {"uid": NOBODY, "number": 1}
    version, _made = Version.objects.get_or_create(
        submission=found,
        number=1,
        defaults={
            "province_id": found.province_id,
            "unit_code": found.unit_code,
            "unit_path": found.unit_path,
            "cells": {},
            "digest": "0" * 64,
        },
    )
    return {"uid": found.uid, "number": version.number}


def _remark(viewer: Viewer) -> dict[str, Any]:
    found = _submission(viewer)
    if found is None:
        return {"uid": NOBODY}
    remark = Remark.objects.create(
        province_id=found.province_id,
        unit_code=found.unit_code,
        unit_path=found.unit_path,
        submission=found,
        text="Mẫu",
    )
    return {"uid": remark.uid}


SAMPLES = {
    **dict.fromkeys(
        [f"submissions:{name}" for name in ("campaign", "export", "approve", "remind", "settings")], _campaign
    ),
    **dict.fromkeys(
        [f"submissions:{name}" for name in ("submission", "act", "save", "versions", "offline", "send")], _uid
    ),
    **dict.fromkeys([f"submissions:{name}" for name in ("cell", "judge", "say")], _cell),
    "submissions:evidence": _evidence,
    "submissions:version": _version,
    "submissions:resolve": _remark,
}

"""What other rooms do with a dossier, done through their operations."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from motcua.engine.permissions.api import Viewer
from motcua.engine.provinces.api import Province
from motcua.kernel.clock import now, today
from motcua.kernel.money import Dong
from motcua.modules.dossiers.api import dossier_ref
from motcua.modules.feedback import api as feedback
from motcua.modules.payments import api as payments
from motcua.modules.records import api as records
from motcua.reference.people.api import Installer
from motcua.simulation.acts import Extra
from motcua.simulation.extras import CHECKED, PAYMENT, RATING, RESULT, REUSE, SCAN, SCAN_MORE
from motcua.simulation.people import Entered, applicant_draft
from motcua.simulation.story import Story

GATEWAY = "Cổng Dịch vụ công quốc gia"
PAGES = 2  # of every scan
REASONS = {"dissatisfied": ("late", "manner")}


@dataclass(frozen=True, slots=True)
class Aside:
    """One thing about to be done: who does it, with which file, on which dossier, for whom."""

    province: Province
    story: Story
    extra: Extra
    dossier: uuid.UUID
    who: Viewer
    file: int | None
    applicant: Entered


def reference_of(story: Story) -> str:
    """Under which the gateway knows the payment."""
    return f"MAU{story.number:010d}"


def _pay(aside: Aside) -> None:
    """The fee of the catalogue, paid in cash at the desk, or on the gateway, which tells so itself; then the receipt."""
    story, who = aside.story, aside.who
    fee = story.route.fees[story.planned.channel]
    charge = payments.charge_by_catalogue(who, aside.province, aside.dossier, only=[fee.name]).uid
    if aside.extra.word == "national":
        order = payments.place_order(who, [charge], "national", partner=GATEWAY)
        notice = payments.PartnerNotice(GATEWAY, reference_of(story), order.number, Dong(fee.amount), now())
        payments.take_notice(Installer(), aside.province, notice)
    else:
        order = payments.place_order(who, [charge], "cash")
        payments.collect_order(who, order.uid, Dong(fee.amount))
    payments.issue_receipt(who, charge, applicant_draft(story.applicant).display_name)


def _scan(aside: Aside) -> None:
    """Scans of what the desk attached to the components, checked at once or not yet."""
    checks = records.Checks(True, True) if aside.extra.word == CHECKED else None
    scans = [records.ScannedPaper(number, pages=PAGES, checks=checks) for number in aside.extra.numbers]
    records.scan_papers(aside.who, aside.dossier, scans)


def _reuse(aside: Aside) -> None:
    """Who files online agrees on their account, all others on the form they sign at the desk."""
    assert aside.applicant.paper is not None
    consent = records.Consent("account" if aside.story.planned.channel == "online" else "form", today())
    [number] = aside.extra.numbers
    records.reuse_paper(aside.who, aside.dossier, number, aside.applicant.paper[1], consent)


def _issue(aside: Aside) -> None:
    records.issue_result(aside.who, aside.dossier, records.ResultFile(file_id=aside.file))


def _rate(aside: Aside) -> None:
    """What the applicant says: on the tablet at the desk, or by telephone if they filed online."""
    dossier = dossier_ref(aside.province, uid=aside.dossier)
    assert dossier is not None
    level = aside.extra.word
    draft = feedback.RatingDraft(
        "handling",
        level,
        reasons=REASONS.get(level, ()),
        channel="phone" if aside.story.planned.channel == "online" else "tablet",
    )
    feedback.record_rating(aside.who, aside.province, dossier.code, draft)


DOINGS: Mapping[str, Callable[[Aside], None]] = {
    PAYMENT: _pay,
    SCAN: _scan,
    SCAN_MORE: _scan,
    REUSE: _reuse,
    RESULT: _issue,
    RATING: _rate,
}

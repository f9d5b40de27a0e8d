"""What the workers do for the reporting cycle."""

from __future__ import annotations

import logging

from motcua.engine.jobs.api import every, job
from motcua.reports.forms.api import PROVINCE, FormsError
from motcua.reports.submissions.errors import SubmissionRefused
from motcua.reports.submissions.models import Campaign
from motcua.reports.submissions.operations import aggregate, derive_submission
from motcua.reports.submissions.reminding import open_due, remind_due
from motcua.reports.submissions.states import EDITABLE

_log = logging.getLogger("motcua.submissions")


@job("submissions.derive", "Điền sẵn biểu báo cáo của các đơn vị", once=False)
def derive_campaign(campaign: str) -> None:
    """Every unit's forms that may be written in, each by itself, then the province's own."""
    derive_all(Campaign.objects.get(uid=campaign))


@job("submissions.aggregate", "Tổng hợp lại biểu báo cáo của tỉnh")
def aggregate_campaign(campaign: str) -> None:
    aggregate(Campaign.objects.get(uid=campaign))


@every(600.0, "submissions.remind", "Mở kỳ báo cáo đến ngày, nhắc đơn vị sắp đến hạn hoặc quá hạn")
def open_and_remind() -> None:
    open_due()
    remind_due()


def derive_all(campaign: Campaign) -> int:
    """Returns how many submissions were derived. One that was submitted meanwhile is left alone."""
    rows = campaign.submissions.filter(state__in=EDITABLE).select_related("sheet", "campaign", "province")
    done = 0
    for each in sorted(rows, key=lambda one: (one.level == PROVINCE, one.unit_path)):
        try:
            derive_submission(None, each)
            done += 1
        except (SubmissionRefused, FormsError) as refusal:
            _log.warning("not derived", extra={"submission": str(each.uid), "code": refusal.code})
    return done

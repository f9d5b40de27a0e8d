"""The door of the reporting cycle."""

from motcua.reports.submissions.errors import SubmissionRefused
from motcua.reports.submissions.jobs import derive_all
from motcua.reports.submissions.judging import findings_of, rows_of
from motcua.reports.submissions.models import Campaign, Submission, Target, Version
from motcua.reports.submissions.operations import (
    CampaignDraft,
    aggregate,
    approve,
    approve_many,
    derive_submission,
    open_campaign,
    publish,
    remark,
    reopen,
    return_submission,
    submit,
    withdraw,
)
from motcua.reports.submissions.permissions import PUBLISH, REVIEW, RUN, SUBMIT, VIEW
from motcua.reports.submissions.queries import (
    campaign,
    campaigns,
    owners_of_sheet,
    submission,
    submissions,
    targets_of_sheet,
    versions_of,
)
from motcua.reports.submissions.seeding import run_campaign, seed_declared
from motcua.reports.submissions.states import State
from motcua.reports.submissions.versions import thawed

__all__ = [
    "PUBLISH",
    "REVIEW",
    "RUN",
    "SUBMIT",
    "VIEW",
    "Campaign",
    "CampaignDraft",
    "State",
    "Submission",
    "SubmissionRefused",
    "Target",
    "Version",
    "aggregate",
    "approve",
    "approve_many",
    "campaign",
    "campaigns",
    "derive_all",
    "derive_submission",
    "findings_of",
    "open_campaign",
    "owners_of_sheet",
    "publish",
    "remark",
    "reopen",
    "return_submission",
    "rows_of",
    "run_campaign",
    "seed_declared",
    "submission",
    "submissions",
    "submit",
    "targets_of_sheet",
    "thawed",
    "versions_of",
    "withdraw",
]

"""The door of records: digitisation, the holder's store, reuse, electronic results."""

from motcua.modules.records.data import Checks, Consent, Done, PaperDraft, ResultFile, ScannedPaper
from motcua.modules.records.errors import RecordsRefused
from motcua.modules.records.operations.digitising import (
    accept_scans,
    certify_scan,
    exempt_papers,
    lift_exemption,
    refuse_scan,
    scan_papers,
)
from motcua.modules.records.operations.listing import end_requirement, require_digitisation
from motcua.modules.records.operations.results import (
    deliver_result,
    issue_result,
    replace_result,
    withdraw_result,
)
from motcua.modules.records.operations.storing import (
    keep_paper,
    keep_register_data,
    reuse_paper,
    scope_paper,
    take_back_reuse,
    withdraw_paper,
)
from motcua.modules.records.queries import (
    ComponentState,
    not_digitised,
    papers_of,
    register_papers,
    results_of,
    store_of,
    usable,
)

__all__ = [
    "Checks",
    "ComponentState",
    "Consent",
    "Done",
    "PaperDraft",
    "RecordsRefused",
    "ResultFile",
    "ScannedPaper",
    "accept_scans",
    "certify_scan",
    "deliver_result",
    "end_requirement",
    "exempt_papers",
    "issue_result",
    "keep_paper",
    "keep_register_data",
    "lift_exemption",
    "not_digitised",
    "papers_of",
    "refuse_scan",
    "register_papers",
    "replace_result",
    "require_digitisation",
    "results_of",
    "reuse_paper",
    "scan_papers",
    "scope_paper",
    "store_of",
    "take_back_reuse",
    "usable",
    "withdraw_paper",
    "withdraw_result",
]

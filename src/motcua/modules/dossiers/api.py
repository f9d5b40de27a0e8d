"""The door of dossiers: the operations the law names, and reads within the viewer's scope."""

from motcua.modules.dossiers.absences import Away, record_absence
from motcua.modules.dossiers.attaching import SCANS
from motcua.modules.dossiers.data import (
    Done,
    DossierOutline,
    DossierRef,
    Filing,
    HandedPaper,
    Handover,
    PaperOutline,
    ResultDraft,
    ResultOutline,
)
from motcua.modules.dossiers.demo import load_demo_dossiers
from motcua.modules.dossiers.erasing import keep_files_while
from motcua.modules.dossiers.errors import DossierRefused
from motcua.modules.dossiers.facts import WHO_PROCESSED
from motcua.modules.dossiers.keepers import follow_keepers, keeper_paths
from motcua.modules.dossiers.keeping import Listed, ListedStep, listed, listed_steps
from motcua.modules.dossiers.lexemes import lexemes
from motcua.modules.dossiers.operations.ending import (
    ask_reopening,
    attach_paper,
    decide_reopening,
    return_result,
    stop_dossier,
    withdraw_dossier,
)
from motcua.modules.dossiers.operations.exceptions import end_exception, give_exception
from motcua.modules.dossiers.operations.filing import (
    file_dossier,
    filed_before,
    receive_dossier,
    refuse_dossier,
    register_dossier,
    transfer_dossier,
)
from motcua.modules.dossiers.operations.timing import (
    apologise,
    consent_to_supplement,
    extend_dossier,
    pause_for_payment,
    record_late_reason,
    request_supplement,
    resume_after_payment,
    resume_from_system,
    take_supplement,
    wait_for_system,
)
from motcua.modules.dossiers.operations.work import (
    answer_consultation,
    approve_dossier,
    assign_step,
    claim_step,
    consult_units,
    draft_result,
    forward_dossier,
    record_result,
    redistribute_step,
    return_step,
    sign_dossier,
    submit_dossier,
)
from motcua.modules.dossiers.outline import (
    components_in_units,
    dossier_of_receipt,
    dossier_outline,
    dossier_ref,
    ended_refs,
)
from motcua.modules.dossiers.performers import officer_names
from motcua.modules.dossiers.queries import visible as visible_dossiers
from motcua.modules.dossiers.states import Status

__all__ = [
    "SCANS",
    "WHO_PROCESSED",
    "Away",
    "Done",
    "DossierOutline",
    "DossierRef",
    "DossierRefused",
    "Filing",
    "HandedPaper",
    "Handover",
    "Listed",
    "ListedStep",
    "PaperOutline",
    "ResultDraft",
    "ResultOutline",
    "Status",
    "answer_consultation",
    "apologise",
    "approve_dossier",
    "ask_reopening",
    "assign_step",
    "attach_paper",
    "claim_step",
    "components_in_units",
    "consent_to_supplement",
    "consult_units",
    "decide_reopening",
    "dossier_of_receipt",
    "dossier_outline",
    "dossier_ref",
    "draft_result",
    "end_exception",
    "ended_refs",
    "extend_dossier",
    "file_dossier",
    "filed_before",
    "follow_keepers",
    "forward_dossier",
    "give_exception",
    "keep_files_while",
    "keeper_paths",
    "lexemes",
    "listed",
    "listed_steps",
    "load_demo_dossiers",
    "officer_names",
    "pause_for_payment",
    "receive_dossier",
    "record_absence",
    "record_late_reason",
    "record_result",
    "redistribute_step",
    "refuse_dossier",
    "register_dossier",
    "request_supplement",
    "resume_after_payment",
    "resume_from_system",
    "return_result",
    "return_step",
    "sign_dossier",
    "stop_dossier",
    "submit_dossier",
    "take_supplement",
    "transfer_dossier",
    "visible_dossiers",
    "wait_for_system",
    "withdraw_dossier",
]

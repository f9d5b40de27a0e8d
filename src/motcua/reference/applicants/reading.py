"""Opening a person's data: the reading is logged first."""

from __future__ import annotations

from motcua.engine.permissions.api import Viewer
from motcua.engine.privacy.api import log_reading
from motcua.reference.applicants.data import PersonalData
from motcua.reference.applicants.models import Applicant
from motcua.reference.applicants.permissions import VIEW

PERSONAL = ("identity_number", "phone", "email", "address", "birth_date", "representative")


def reveal(
    viewer: Viewer | None,
    applicant: Applicant,
    *,
    purpose: str,
    subject: str = "",
    unit_code: str = "",
    unit_path: str = "/",
) -> PersonalData:
    """An applicant's data in plain text, after noting who reads it and what for.

    viewer: None for a job, which needs no permission. purpose: a code of PURPOSES or words. subject: the record
    through which it is read ("dossier:0190..."), with its unit. Raises NotPermitted without applicants.people.view
    in the province.
    """
    if viewer is not None:
        viewer.require(VIEW, province=applicant.province_id)
    data = PersonalData(
        display_name=applicant.display_name,
        identity_kind=applicant.identity_kind,
        **{name: getattr(applicant, name) for name in PERSONAL},
    )
    shown = tuple(name for name in PERSONAL if getattr(data, name))
    if shown:
        log_reading(
            viewer,
            province=applicant.province_id,
            subject=applicant.subject,
            fields=shown,
            purpose=purpose,
            through=subject,
            unit_code=unit_code,
            unit_path=unit_path,
        )
    return data

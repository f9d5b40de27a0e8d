"""The door of applicants: register, find, warn of duplicates, reveal."""

from motcua.reference.applicants.data import ApplicantDraft, Likeness, Masked, PersonalData
from motcua.reference.applicants.demo import load_demo_applicants
from motcua.reference.applicants.errors import ApplicantRefused
from motcua.reference.applicants.identity import normal_identity, normal_name, normal_phone
from motcua.reference.applicants.keeping import keep_while
from motcua.reference.applicants.likeness import likely_duplicates, likely_twins
from motcua.reference.applicants.models import Applicant, IdentityKind, Kind
from motcua.reference.applicants.operations import (
    merge_applicants,
    register_applicant,
    register_applicants,
    undo_merge,
    update_applicant,
)
from motcua.reference.applicants.queries import (
    after,
    applicant_by_uid,
    find_applicants,
    ids_of_person,
    kept_of,
    masked,
)
from motcua.reference.applicants.reading import reveal

__all__ = [
    "Applicant",
    "ApplicantDraft",
    "ApplicantRefused",
    "IdentityKind",
    "Kind",
    "Likeness",
    "Masked",
    "PersonalData",
    "after",
    "applicant_by_uid",
    "find_applicants",
    "ids_of_person",
    "keep_while",
    "kept_of",
    "likely_duplicates",
    "likely_twins",
    "load_demo_applicants",
    "masked",
    "merge_applicants",
    "normal_identity",
    "normal_name",
    "normal_phone",
    "register_applicant",
    "register_applicants",
    "reveal",
    "undo_merge",
    "update_applicant",
]

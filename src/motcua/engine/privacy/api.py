"""The door of privacy: seal and open, search blindly, log who reads, erase by rule."""

from motcua.engine.privacy.errors import PrivacyError
from motcua.engine.privacy.fields import SealedField
from motcua.engine.privacy.models import Reading
from motcua.engine.privacy.permissions import VIEW as READINGS_VIEW
from motcua.engine.privacy.readings import (
    declare_personal_fields,
    declare_purpose,
    declare_subjects,
    field_labels,
    log_reading,
    purpose_labels,
    readings_of,
)
from motcua.engine.privacy.resealing import declare_sealed_column, declare_sealed_files
from motcua.engine.privacy.retention import (
    Rule,
    apply_retention,
    declare_retention,
    declared_retentions,
    read_rules,
)
from motcua.engine.privacy.sealing import blind, open_sealed, seal

__all__ = [
    "READINGS_VIEW",
    "PrivacyError",
    "Reading",
    "Rule",
    "SealedField",
    "apply_retention",
    "blind",
    "declare_personal_fields",
    "declare_purpose",
    "declare_retention",
    "declare_sealed_column",
    "declare_sealed_files",
    "declare_subjects",
    "declared_retentions",
    "field_labels",
    "log_reading",
    "open_sealed",
    "purpose_labels",
    "read_rules",
    "readings_of",
    "seal",
]

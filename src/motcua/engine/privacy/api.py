"""The door of privacy: seal and open, search blindly, log who reads, purge by rule."""

from motcua.engine.privacy.errors import PrivacyError
from motcua.engine.privacy.fields import SealedField
from motcua.engine.privacy.models import Reading
from motcua.engine.privacy.readings import (
    declare_personal_fields,
    declare_purpose,
    log_reading,
    purpose_labels,
    readings_of,
)
from motcua.engine.privacy.sealing import blind, open_sealed, seal

__all__ = [
    "PrivacyError",
    "Reading",
    "SealedField",
    "blind",
    "declare_personal_fields",
    "declare_purpose",
    "log_reading",
    "open_sealed",
    "purpose_labels",
    "readings_of",
    "seal",
]

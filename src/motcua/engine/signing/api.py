"""The door of signing: prepare, sign as a person, number, seal as an organisation, verify."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from motcua.engine.signing.authority import Authority, Signatory, authority_of, register_authority
from motcua.engine.signing.errors import SigningRefused
from motcua.engine.signing.identities import (
    add_pkcs11,
    add_pkcs12,
    identities_of,
    identity_of_unit,
    issue_development,
    retire_identity,
)
from motcua.engine.signing.installation import signing_trust
from motcua.engine.signing.models import SignatureRecord, SigningIdentity
from motcua.engine.signing.permissions import MANAGE, NUMBER, SEAL, SIGN, VIEW
from motcua.engine.signing.places import Box, Fields, corner_of_first_page, fields_of
from motcua.engine.signing.trust import Trust, read_certificates
from motcua.engine.signing.verified import (
    CHANGED,
    GOOD,
    UNSIGNED,
    UNTRUSTED,
    VerifiedPaper,
    VerifiedSignature,
)

if TYPE_CHECKING:
    from motcua.engine.signing.checking import verify
    from motcua.engine.signing.operations import (
        Paper,
        SignedPaper,
        fill_number_and_day,
        number_from_register,
        seal_as_organisation,
        sign_as_person,
    )
    from motcua.engine.signing.pdf import prepare, state_of

# The PDF library takes a second or two to load: only who signs or checks waits for it.
_WHEN_USED = {
    "Paper": "operations",
    "SignedPaper": "operations",
    "fill_number_and_day": "operations",
    "number_from_register": "operations",
    "prepare": "pdf",
    "seal_as_organisation": "operations",
    "sign_as_person": "operations",
    "state_of": "pdf",
    "verify": "checking",
}


def __getattr__(name: str) -> Any:
    if name not in _WHEN_USED:
        raise AttributeError(name)
    return getattr(import_module(f"motcua.engine.signing.{_WHEN_USED[name]}"), name)


__all__ = [
    "CHANGED",
    "GOOD",
    "MANAGE",
    "NUMBER",
    "SEAL",
    "SIGN",
    "UNSIGNED",
    "UNTRUSTED",
    "VIEW",
    "Authority",
    "Box",
    "Fields",
    "Paper",
    "Signatory",
    "SignatureRecord",
    "SignedPaper",
    "SigningIdentity",
    "SigningRefused",
    "Trust",
    "VerifiedPaper",
    "VerifiedSignature",
    "add_pkcs11",
    "add_pkcs12",
    "authority_of",
    "corner_of_first_page",
    "fields_of",
    "fill_number_and_day",
    "identities_of",
    "identity_of_unit",
    "issue_development",
    "number_from_register",
    "prepare",
    "read_certificates",
    "register_authority",
    "retire_identity",
    "seal_as_organisation",
    "sign_as_person",
    "signing_trust",
    "state_of",
    "verify",
]

"""What a check of a file found."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, dataclass
from typing import Any

from motcua.kernel import clock

GOOD, CHANGED, UNTRUSTED, UNSIGNED = "good", "changed", "untrusted", "unsigned"


@dataclass(frozen=True, slots=True)
class VerifiedSignature:
    """One signature. `revision` of `revisions` is the state of the file it covers; `changes` is what came after.

    `intact`: what it covers is as it was signed. `allowed`: what came after is of the kinds it allows.
    `trust_code` is empty when the certificate is trusted at `judged_at`.
    """

    field: str
    role: str  # person, organisation, timestamp, other
    signer: str
    organisation: str
    serial: str
    issuer: str
    valid_from: dt.datetime | None
    valid_to: dt.datetime | None
    claimed_at: dt.datetime | None
    timestamped_at: dt.datetime | None
    timestamped_by: str
    judged_at: dt.datetime
    reason: str
    place: str
    revision: int
    revisions: int
    covers_all: bool
    intact: bool
    allowed: bool
    trusted: bool
    trust_code: str
    problems: tuple[str, ...]
    changes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class VerifiedPaper:
    """What a file says of itself. `state`: good, changed (or invalid), untrusted (intact, signer unknown), unsigned."""

    state: str
    sha256: str
    number: str
    day: str
    signatures: tuple[VerifiedSignature, ...]
    problems: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """For JSON; instants as ISO 8601."""
        return dict(_plain(asdict(self)))


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return clock.local(value).isoformat() if isinstance(value, dt.datetime) else value

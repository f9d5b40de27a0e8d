"""What each form says, as plain values: the seven forms of Circular 03/2025/TT-VPCP, Appendix I, and the papers beside them.

Pure: no query and no clock. Texts may be empty (the form then leaves a dotted line), instants are aware, money is whole
đồng. `to_json` and `from_json` keep a content as it was printed.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import types
import typing
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Self


class _Stored:
    """Contents written as JSON and read back. Keys it does not know are passed over, so older papers stay readable."""

    __slots__ = ()

    def to_json(self) -> str:
        return json.dumps(dataclasses.asdict(self), ensure_ascii=False, default=_written)  # type: ignore[call-overload]

    @classmethod
    def from_json(cls, text: str | Mapping[str, Any]) -> Self:
        """Raises TypeError when a field without a default is missing, ValueError when the text is no JSON object."""
        values = json.loads(text) if isinstance(text, str) else text
        if not isinstance(values, Mapping):
            raise ValueError(f"{cls.__name__}: not an object")
        known = _types(cls)
        return cls(**{key: _read(known[key], value) for key, value in values.items() if key in known})


@lru_cache(maxsize=64)
def _types(cls: type) -> dict[str, Any]:
    return typing.get_type_hints(cls)


def _written(value: Any) -> str:
    if isinstance(value, dt.datetime | dt.date):
        return value.isoformat()
    raise TypeError(type(value))


def _read(kind: Any, value: Any) -> Any:
    options = typing.get_args(kind)
    if isinstance(kind, types.UnionType):
        return None if value is None else _read(options[0], value)
    if typing.get_origin(kind) is tuple:
        return tuple(_read(options[0], item) for item in value)
    if kind is dt.datetime:
        return dt.datetime.fromisoformat(value)
    if kind is dt.date:
        return dt.date.fromisoformat(value)
    return kind.from_json(value) if isinstance(kind, type) and issubclass(kind, _Stored) else value


# -- parts ----------------------------------------------------------------------------------------


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Issuer(_Stored):
    """Who issues the paper: the agency, the one above it, where it sits and how it is reached."""

    name: str
    parent: str = ""
    place: str = ""  # địa danh before the date
    address: str = ""
    phone: str = ""
    email: str = ""
    website: str = ""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Person(_Stored):
    name: str
    identity: str = ""  # personal number, passport or tax code
    address: str = ""
    phone: str = ""
    email: str = ""
    representative: str = ""  # of an organisation


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class PaperLine(_Stored):
    """A paper handed in, asked for or given back, with its quantities."""

    name: str
    originals: int = 0
    certified: int = 0
    copies: int = 0
    note: str = ""  # e.g. the register that is read in its place


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Signer(_Stored):
    """Who signs a letter: `authority` reads "TM. ỦY BAN NHÂN DÂN" or "KT. GIÁM ĐỐC", may be empty."""

    title: str
    name: str = ""
    authority: str = ""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class _About(_Stored):
    """What every paper about one dossier says."""

    issuer: Issuer
    applicant: Person
    procedure: str
    issued_at: dt.datetime
    code: str = ""
    procedure_code: str = ""
    subject: str = ""  # what is asked for, in the applicant's own case
    follow_link: str = ""  # the whole address for the QR code, check value included
    follow_site: str = ""  # the address to type
    check: str = ""
    number: str = ""  # from the yearly register, "05/2026"
    officer: str = ""


# -- the seven forms ------------------------------------------------------------------------------


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptContent(_About):
    """Form 01: receipt and appointment."""

    receiving: str = ""  # the desk or unit that received
    handling: str = ""
    submitter: Person | None = None  # when not the applicant
    case_name: str = ""
    papers: tuple[PaperLine, ...] = ()
    sets: int = 1
    limit: str = ""  # "05 ngày làm việc"
    received_at: dt.datetime | None = None
    promised: dt.datetime | None = None  # None: no limit set, or returned at once
    channel: str = ""  # how it was filed, in words
    return_how: str = ""
    return_place: str = ""
    fee: int | None = None  # fees and charges in đồng; None: not stated
    fee_status: str = ""  # "đã nộp", "chưa nộp"
    register_book: str = ""
    register_line: str = ""
    reissued: bool = False  # printed again with a new appointment
    note: str = ""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class SupplementContent(_About):
    """Form 02: request to supplement and complete a dossier."""

    items: tuple[PaperLine, ...] = ()
    reason: str = ""
    answer_by: dt.datetime | None = None
    contact: str = ""  # who explains, by default the officer
    contact_phone: str = ""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class RefusalContent(_About):
    """Form 03: refusal to receive and handle."""

    reason: str = ""
    guidance: str = ""  # the competent agency, what to do next
    contact: str = ""
    contact_phone: str = ""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class ExtensionContent(_About):
    """Form 04: apology and request for more time."""

    signer: Signer
    field: str = ""
    received_at: dt.datetime | None = None
    promised: dt.datetime | None = None
    reason: str = ""
    new_date: dt.datetime | None = None
    recipients: tuple[str, ...] = ()  # after "Như trên"
    contact_phone: str = ""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class StopContent(_About):
    """Form 05: notice that handling stops."""

    signer: Signer
    received_at: dt.datetime | None = None
    requested_at: dt.datetime | None = None  # None: the agency stops of its own accord
    finding: str = ""  # what the check of the dossier found
    reason: str = ""
    stopped_at: dt.datetime | None = None
    returned: tuple[PaperLine, ...] = ()
    recipients: tuple[str, ...] = ()
    contact_phone: str = ""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Handing(_Stored):
    """One hand-over in a control slip."""

    unit: str  # who receives and handles
    step: str = ""
    giver: str = ""
    handed_at: dt.datetime | None = None
    receiver: str = ""
    received_at: dt.datetime | None = None
    due_at: dt.datetime | None = None
    done_at: dt.datetime | None = None
    outcome: str = ""  # "early", "on-time", "late", "" not yet known
    note: str = ""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class ControlContent(_About):
    """Form 06: control slip of the whole process."""

    received_at: dt.datetime | None = None
    promised: dt.datetime | None = None
    handings: tuple[Handing, ...] = ()


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class RegisterLine(_Stored):
    number: int
    code: str
    procedure: str
    applicant: str
    sets: int = 1
    contact: str = ""  # address and phone
    handling: str = ""
    received_at: dt.datetime | None = None
    promised: dt.datetime | None = None
    sent_at: dt.datetime | None = None  # to the handling agency
    done_at: dt.datetime | None = None  # result back
    returned_at: dt.datetime | None = None
    returned_how: str = ""
    note: str = ""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class RegisterContent(_Stored):
    """Form 07: the register of a unit for a span of days, A4 landscape."""

    issuer: Issuer
    issued_at: dt.datetime
    book: str  # "01/2026"
    first_day: dt.date
    last_day: dt.date
    lines: tuple[RegisterLine, ...] = ()
    closed: bool = False  # closed at the end of the year
    signer: Signer | None = None


# -- beside the forms -----------------------------------------------------------------------------


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class ApologyContent(_About):
    """Apology for a dossier already late, without a formal new appointment."""

    signer: Signer
    received_at: dt.datetime | None = None
    promised: dt.datetime | None = None
    late_by: str = ""  # "2,5 ngày làm việc"
    reason: str = ""
    expected: dt.datetime | None = None
    recipients: tuple[str, ...] = ()
    contact_phone: str = ""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawalContent(_About):
    """Note that a dossier was withdrawn by its applicant."""

    received_at: dt.datetime | None = None
    requested_at: dt.datetime | None = None
    reason: str = ""
    returned: tuple[PaperLine, ...] = ()
    submitter: Person | None = None


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class LabelContent(_Stored):
    """Label for the folder, 62 x 29 mm."""

    code: str
    applicant: str
    procedure: str
    issued_at: dt.datetime
    promised: dt.datetime | None = None
    unit: str = ""
    follow_link: str = ""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class HandoverLine(_Stored):
    code: str
    procedure: str
    applicant: str
    sets: int = 1
    papers: int = 0
    promised: dt.datetime | None = None
    note: str = ""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class HandoverContent(_Stored):
    """List of dossiers handed from one unit to another."""

    issuer: Issuer
    issued_at: dt.datetime
    giving_unit: str
    receiving_unit: str
    giver: str = ""
    receiver: str = ""
    number: str = ""
    lines: tuple[HandoverLine, ...] = ()
    note: str = ""


Content = (
    ReceiptContent
    | SupplementContent
    | RefusalContent
    | ExtensionContent
    | StopContent
    | ControlContent
    | RegisterContent
    | ApologyContent
    | WithdrawalContent
    | LabelContent
    | HandoverContent
)

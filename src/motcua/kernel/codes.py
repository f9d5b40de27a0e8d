"""Codes of agencies, dossiers, procedures, places and documents: read in every grammar, written in today's."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from motcua.kernel.errors import KernelError


class CodeError(KernelError):
    """A text that is not the code it should be, or a code that has no such form."""

    code = "kernel.codes"


# -- agencies ------------------------------------------------------------------------------------

_MAX_AGENCY = 35
_AGENCY = re.compile(r"[A-Y]\d{2}(?:\.[0-9A-Y]+)*")
_OLD_AGENCY = re.compile(r"([0-9A-Y]{3})\.([0-9A-Y]{2})\.([0-9A-Y]{2})\.([A-Y]\d{2})")
_SCHEME = re.compile(r"Z(?!00)\d{2}[0-9A-Z]{1,32}")
_OLD_WIDTHS = (2, 2, 3)


@dataclass(frozen=True, slots=True, order=True)
class AgencyCode:
    """An agency identifier of Decision 20/2020/QĐ-TTg, the largest unit first: ``H05.15.02``."""

    groups: tuple[str, ...]

    def __str__(self) -> str:
        return ".".join(self.groups)

    @property
    def level(self) -> int:
        """1 for a ministry or province, 2 for a department or commune, and so on."""
        return len(self.groups)

    @property
    def top(self) -> AgencyCode:
        """The ministry or province."""
        return AgencyCode(self.groups[:1])

    @property
    def parent(self) -> AgencyCode | None:
        """The agency one level up, None at the top."""
        return AgencyCode(self.groups[:-1]) if self.level > 1 else None

    def is_within(self, other: AgencyCode) -> bool:
        """Whether this is ``other`` or stands under it."""
        return self.groups[: other.level] == other.groups

    def old_form(self) -> str:
        """The same unit by QCVN 102:2016/BTTTT, the smallest first: ``000.02.15.H05``; refused when it has none."""
        lower = self.groups[1:]
        fits = len(lower) <= 3 and all(len(g) == w for g, w in zip(lower, _OLD_WIDTHS, strict=False))
        if not fits:
            raise CodeError(
                f"Mã định danh {self} không viết được theo QCVN 102:2016 (bốn nhóm 3, 2, 2, 3 ký tự).",
                code="kernel.codes.no-old-form",
            )
        padded = [*lower, *("0" * width for width in _OLD_WIDTHS[len(lower) :])]
        return ".".join([*reversed(padded), self.groups[0]])


def parse_agency(text: str) -> AgencyCode:
    """Read an agency identifier in either order; the old one is turned round.

    Sources: Decision 20/2020/QĐ-TTg (≤ 35 characters, digits and A-Y), QCVN 102:2016/BTTTT.
    """
    clean = text.strip().upper()
    old = _OLD_AGENCY.fullmatch(clean)
    if old is not None:
        return AgencyCode(_from_old(old))
    if _AGENCY.fullmatch(clean) is None or len(clean) > _MAX_AGENCY:
        raise CodeError(
            f"Mã định danh cơ quan “{text}” không hợp lệ; mã đúng như H05.15.02, tối đa {_MAX_AGENCY} ký tự, "
            "hoặc 000.00.15.H05 theo quy chuẩn cũ.",
            code="kernel.codes.agency",
        )
    return AgencyCode(tuple(clean.split(".")))


def _from_old(match: re.Match[str]) -> tuple[str, ...]:
    *small_first, top = match.groups()
    lower = list(reversed(small_first))
    while lower and not lower[-1].strip("0"):
        lower.pop()
    return (top, *lower)


def is_scheme_code(text: str) -> bool:
    """Whether a text is an identifier of another scheme: Z01-Z99 and up to 32 characters, no separator."""
    return _SCHEME.fullmatch(text.strip()) is not None


# -- dossiers ------------------------------------------------------------------------------------


class DossierGrammar(StrEnum):
    """Which circular a dossier code follows."""

    TT01_2018 = "tt01-2018"
    TT03_2025 = "tt03-2025"
    TT04_2025 = "tt04-2025"


_DOSSIER = re.compile(r"(?P<agency>[0-9A-Y.]+)-(?P<date>\d{6})-(?P<serial>\d{4,})")


@dataclass(frozen=True, slots=True)
class DossierCode:
    """A dossier code: agency, date of receipt, serial of that day. ``owner`` only for centralised services."""

    agency: AgencyCode
    received: date
    serial: int
    grammar: DossierGrammar = DossierGrammar.TT03_2025
    owner: str = ""

    def __str__(self) -> str:
        agency = self.agency.old_form() if self.grammar is DossierGrammar.TT01_2018 else str(self.agency)
        return f"{agency}-{self.received:%y%m%d}-{self.owner}{self.serial:04d}"


def new_dossier_code(agency: AgencyCode, received: date, serial: int) -> DossierCode:
    """The code of a dossier received on a day, by Circular 03/2025/TT-VPCP, Art. 13: ``H05.15-251001-0001``."""
    if not 1 <= serial <= 99_999 or not 2000 <= received.year <= 2099:
        raise CodeError(
            f"Không cấp được mã hồ sơ số thứ tự {serial} ngày {received:%d/%m/%Y}; "
            "số thứ tự từ 1 đến 99999, năm từ 2000 đến 2099.",
            code="kernel.codes.dossier-serial",
        )
    return DossierCode(agency, received, serial)


def parse_dossier_code(text: str, *, today: date | None = None) -> DossierCode:
    """Read a dossier code in any of its three grammars; with ``today``, a date of receipt after it is refused.

    Circular 01/2018 (old order), 03/2025 (province first), 04/2025 (two digits of the owner of a central
    system before a serial of at least four, hence six digits or more).
    """
    match = _DOSSIER.fullmatch(text.strip().upper())
    if match is None:
        raise CodeError(
            f"Mã hồ sơ “{text}” không hợp lệ; mã đúng như H05.15-251001-0001.", code="kernel.codes.dossier"
        )
    received = _receipt_date(match["date"], text, today)
    agency, serial = parse_agency(match["agency"]), match["serial"]
    if _OLD_AGENCY.fullmatch(match["agency"]):
        return DossierCode(agency, received, int(serial), DossierGrammar.TT01_2018)
    if len(serial) >= 6:
        return DossierCode(agency, received, int(serial[2:]), DossierGrammar.TT04_2025, serial[:2])
    return DossierCode(agency, received, int(serial))


def _receipt_date(digits: str, text: str, today: date | None) -> date:
    try:
        received = date(2000 + int(digits[:2]), int(digits[2:4]), int(digits[4:]))
    except ValueError:
        raise CodeError(
            f"Mã hồ sơ “{text}” có ngày tiếp nhận {digits} không có thật (năm, tháng, ngày).",
            code="kernel.codes.dossier-date",
        ) from None
    if today is not None and received > today:
        raise CodeError(
            f"Mã hồ sơ “{text}” có ngày tiếp nhận {received:%d/%m/%Y} ở tương lai.",
            code="kernel.codes.dossier-date",
        )
    return received


# -- procedures ----------------------------------------------------------------------------------

_PROCEDURE = re.compile(r"(?P<core>[123]\.\d{6})(?:\.(?P<agency>[0-9A-Y.]+))?")


@dataclass(frozen=True, slots=True, order=True)
class ProcedureCode:
    """A procedure code: the national core ``1.001193`` and, in some lists, the agency it is listed for."""

    core: str
    agency: AgencyCode | None = None

    def __str__(self) -> str:
        return f"{self.core}.{self.agency}" if self.agency else self.core

    @property
    def is_provincial(self) -> bool:
        """Whether a province made the procedure (core begins with 3)."""
        return self.core.startswith("3")

    def matches(self, other: ProcedureCode) -> bool:
        """Whether both name one procedure: the core alone decides."""
        return self.core == other.core


def parse_procedure_code(text: str) -> ProcedureCode:
    """Read ``1.001193``, ``1.001193.H05`` or ``1.001193.000.00.00.H05``."""
    match = _PROCEDURE.fullmatch(text.strip().upper())
    if match is None:
        raise CodeError(
            f"Mã thủ tục hành chính “{text}” không hợp lệ; mã đúng như 1.001193 hoặc 1.001193.H05.",
            code="kernel.codes.procedure",
        )
    return ProcedureCode(match["core"], parse_agency(match["agency"]) if match["agency"] else None)


# -- places --------------------------------------------------------------------------------------


class PlaceLevel(StrEnum):
    """Level of an administrative unit, told by the length of its code."""

    PROVINCE = "province"
    DISTRICT = "district"
    COMMUNE = "commune"

    @property
    def label(self) -> str:
        """The level in Vietnamese."""
        return {"province": "cấp tỉnh", "district": "cấp huyện", "commune": "cấp xã"}[self.value]


_PLACE_LEVELS = {2: PlaceLevel.PROVINCE, 3: PlaceLevel.DISTRICT, 5: PlaceLevel.COMMUNE}


@dataclass(frozen=True, slots=True, order=True)
class PlaceCode:
    """A code of the list of administrative units: 2 digits a province, 3 a (former) district, 5 a commune."""

    digits: str

    def __str__(self) -> str:
        return self.digits

    @property
    def level(self) -> PlaceLevel:
        """The level of the unit."""
        return _PLACE_LEVELS[len(self.digits)]


def parse_place_code(text: str) -> PlaceCode:
    """Read an administrative-unit code; leading zeros belong to it (``07210``)."""
    clean = text.strip()
    if re.fullmatch(r"[0-9]{2}|[0-9]{3}|[0-9]{5}", clean) is None:
        raise CodeError(
            f"Mã đơn vị hành chính “{text}” không hợp lệ; mã tỉnh có 2 chữ số, huyện 3, xã 5 "
            "(kể cả các số 0 ở đầu).",
            code="kernel.codes.place",
        )
    return PlaceCode(clean)


# -- documents -----------------------------------------------------------------------------------

DOCUMENT_TYPES = {
    "NQ": "nghị quyết", "QĐ": "quyết định", "CT": "chỉ thị", "QC": "quy chế", "QYĐ": "quy định",
    "TC": "thông cáo", "TB": "thông báo", "HD": "hướng dẫn", "CTR": "chương trình", "KH": "kế hoạch",
    "PA": "phương án", "ĐA": "đề án", "DA": "dự án", "BC": "báo cáo", "BB": "biên bản", "TTR": "tờ trình",
    "HĐ": "hợp đồng", "CĐ": "công điện", "BGN": "bản ghi nhớ", "BTT": "bản thỏa thuận",
    "GUQ": "giấy ủy quyền", "GM": "giấy mời", "GGT": "giấy giới thiệu", "GNP": "giấy nghỉ phép",
    "PG": "phiếu gửi", "PC": "phiếu chuyển", "PB": "phiếu báo", "CV": "công văn", "KL": "kết luận",
    "NĐ": "nghị định", "TT": "thông tư", "TTLT": "thông tư liên tịch", "L": "luật", "PL": "pháp lệnh",
    "SL": "sao lục", "SY": "sao y", "TRS": "trích sao", "VBHN": "văn bản hợp nhất",
}  # fmt: skip
"""Abbreviations of Decree 30/2020/NĐ-CP, Art. 7 and of legal documents, keyed in capitals."""

_SYMBOL = re.compile(r"(?:số:?\s*)?(\d{1,6})\s*/\s*(?:(\d{4})\s*/\s*)?([^\W_][\w&.\-–]*)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class DocumentSymbol:
    """Number and symbol of a document: ``303/QĐ-UBND``, ``118/2025/NĐ-CP``, ``4625/BNV-CCHC``."""

    number: int
    symbol: str
    year: int | None = None

    def __str__(self) -> str:
        """Numbers below 10 take a leading zero (Decree 30/2020/NĐ-CP, annex I)."""
        year = f"{self.year}/" if self.year is not None else ""
        return f"{self.number:02d}/{year}{self.symbol}"

    @property
    def type_code(self) -> str:
        """The abbreviation of the type (``QĐ``), empty for a letter or a law of the National Assembly."""
        head, dash, _ = self.symbol.partition("-")
        return head if dash and head.upper() in DOCUMENT_TYPES else ""

    @property
    def type_label(self) -> str:
        """The type in words; ``công văn`` for a symbol without type, empty where it cannot be told."""
        if self.type_code:
            return DOCUMENT_TYPES[self.type_code.upper()]
        return "công văn" if self.year is None else ""

    @property
    def agency(self) -> str:
        """The abbreviation of the issuing agency: ``UBND``, ``CP``, ``BNV``, ``QH16``."""
        parts = self.symbol.split("-")
        return parts[1] if self.type_code else parts[0]

    @property
    def drafting_unit(self) -> str:
        """What follows the agency (``CCHC``), empty when nothing does."""
        return "-".join(self.symbol.split("-")[2 if self.type_code else 1 :])


def parse_document_symbol(text: str) -> DocumentSymbol:
    """Read a number and symbol; a date such as 01/7/2025 or a ratio is refused."""
    clean = " ".join(text.split())
    match = _SYMBOL.fullmatch(clean)
    symbol = match[3].replace("–", "-").rstrip(".-") if match else ""
    if match is None or not any(letter.isupper() for letter in symbol) or symbol[0].isdigit():
        raise CodeError(
            f"Số, ký hiệu văn bản “{text}” không hợp lệ; hãy ghi như 303/QĐ-UBND hoặc 118/2025/NĐ-CP.",
            code="kernel.codes.document",
        )
    return DocumentSymbol(int(match[1]), symbol, int(match[2]) if match[2] else None)

"""From words to roles, kinds of step and times: for files that were not made here. What is not read stays unread."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from motcua.kernel.text import search_key, squeeze
from motcua.modules.catalogue.data import StepKind

# The first that fits: "Lãnh đạo Văn phòng" is a leader though it names an office.
_ROLES = (
    ("clerk", ("van thu",)),
    (
        "unit-leader",
        (
            "lanh dao",
            "truong phong",
            "pho truong phong",
            "giam doc",
            "chu tich",
            "chanh van phong",
            "thu truong",
            "nguoi dung dau",
            "truong ban",
            "chi cuc truong",
        ),
    ),
    (
        "reception-officer",
        (
            "tiep nhan",
            "tra ket qua",
            "mot cua",
            "nhan ho so",
            "tra chuyen ho so",
            "phuc vu hanh chinh cong",
            "ttpvhcc",
        ),
    ),
    (
        "processing-officer",
        (
            "chuyen vien",
            "cong chuc",
            "vien chuc",
            "can bo",
            "thu ly",
            "phong",
            "so",
            "co quan",
            "don vi",
            "ubnd",
            "uy ban",
            "hoi dong",
            "trung tam",
            "co so",
            "to cong tac",
            "doan",
            "chi cuc",
            "ban",
        ),
    ),
)
_KINDS: tuple[tuple[StepKind, tuple[str, ...]], ...] = (
    ("assign", ("phan cong", "giao viec", "chuyen chuyen vien", "chuyen xu ly", "chuyen phong")),
    ("issue", ("vao so", "dong dau", "phat hanh", "ban hanh")),
    ("consult", ("lay y kien", "xin y kien", "tham gia y kien", "cho y kien bang van ban")),
    ("review", ("xem xet", "kiem tra du thao", "ra soat", "cho y kien", "trinh lanh dao")),
    ("sign", ("ky", "ky duyet", "ky so")),
    ("approve", ("phe duyet", "duyet", "quyet dinh", "thong qua")),
    (
        "process",
        ("tham dinh", "thu ly", "tham tra", "xu ly", "du thao", "kiem tra", "xac minh", "giai quyet"),
    ),
)
_AS_ROLE: dict[str, StepKind] = {
    "clerk": "issue",
    "unit-leader": "approve",
    "reception-officer": "process",
    "processing-officer": "process",
}


def role_of(words: str) -> str:
    """The role that a performer's words name: `Lãnh đạo Sở` → unit-leader; "" when they name none."""
    said = f" {search_key(words)} "
    for role, signs in _ROLES:
        heard = said.replace(" ho so ", " ") if role == "processing-officer" else said  # "hồ sơ" is no "sở"
        if any(f" {sign} " in heard for sign in signs):
            return role
    return ""


def kind_of(work: str, role: str, *, first: bool, last: bool) -> StepKind:
    """The kind of a step by its place, its work and its role."""
    if first:
        return "reception"
    if last:
        return "return"
    head = f" {' '.join(search_key(work).split()[:12])} "
    found = [
        (head.index(f" {sign} "), kind) for kind, signs in _KINDS for sign in signs if f" {sign} " in head
    ]
    kind = min(found)[1] if found else _AS_ROLE.get(role, "process")
    return _fitting(kind, role)


def _fitting(kind: StepKind, role: str) -> StepKind:
    """A leader looks at and approves what an officer prepares; an officer signs nothing."""
    if role == "unit-leader" and kind in ("process", "issue"):
        return "review"
    if role in ("processing-officer", "reception-officer") and kind in (
        "sign",
        "approve",
        "review",
        "assign",
    ):
        return "process"
    return kind


@dataclass(frozen=True, slots=True)
class ReadTime:
    """A time as quarters of a working day or minutes. `stated`: False when the text says it is not counted."""

    quarters: int = 0
    minutes: int = 0
    stated: bool = True
    assumed: bool = False  # days without "làm việc", taken for working days


_NOT_COUNTED = ("khong tinh thoi gian", "khong quy dinh", "khong tinh", "ngay khi nhan")
_TIME = re.compile(
    r"(?:trong |không quá |tối đa )?(?P<amount>\d+(?:[.,]\d+)?|½|¼|¾|\d+\s*/\s*\d+)\s*(?:\([^)]*\)\s*)?"
    r"(?P<unit>ngày|giờ|phút|buổi)\s*(?P<working>làm việc)?\.?",
    re.IGNORECASE,
)
_HALVES = {"½": Fraction(1, 2), "¼": Fraction(1, 4), "¾": Fraction(3, 4)}
_ISO = re.compile(r"P(?:(?P<days>\d+(?:\.\d+)?)D)?(?:T(?:(?P<hours>\d+(?:\.\d+)?)H)?(?:(?P<minutes>\d+)M)?)?")


def read_time(text: str) -> ReadTime | None:
    """`0,25 ngày làm việc`, `½ ngày`, `02 giờ`, `01 buổi`, `PT4H`, `Không tính thời gian`; None when it is no time,
    or not whole quarters of a day or whole minutes."""
    said = squeeze(text)
    if search_key(said).startswith(_NOT_COUNTED):
        return ReadTime(stated=False)
    iso = _ISO.fullmatch(said)
    if iso is not None and any(iso.groups()):
        days, hours, minutes = (Fraction(part or 0) for part in iso.groups())
        return _exact(days * 4, hours * 60 + minutes)
    match = _TIME.fullmatch(said)
    if match is None:
        return None
    amount = _amount(match["amount"])
    unit = match["unit"].lower()
    if unit == "ngày":
        return _exact(amount * 4, Fraction(0), assumed=not match["working"])
    if unit == "buổi":
        return _exact(amount * 2, Fraction(0))
    return _exact(Fraction(0), amount * (60 if unit == "giờ" else 1))


def _amount(text: str) -> Fraction:
    if text in _HALVES:
        return _HALVES[text]
    return Fraction(Decimal(text.replace(",", "."))) if "/" not in text else _ratio(text)


def _ratio(text: str) -> Fraction:
    above, _slash, below = text.partition("/")
    return Fraction(int(above), int(below)) if int(below) else Fraction(-1)


def _exact(quarters: Fraction, minutes: Fraction, *, assumed: bool = False) -> ReadTime | None:
    whole = quarters.denominator == 1 and minutes.denominator == 1
    if not whole or min(quarters, minutes) < 0 or quarters > 4 * 2000 or minutes > 60 * 8 * 2000:
        return None
    return ReadTime(int(quarters), int(minutes), assumed=assumed)


def looks_like_person(text: str) -> bool:
    """Whether a text that is no time begins by naming a performer: a column that slipped."""
    return read_time(text) is None and bool(role_of(" ".join(text.split()[:6])))

"""Units of printed figures: what is counted or measured, on what scale, read from the words after a number."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from motcua.kernel.text import nfc, search_key


class Dimension(StrEnum):
    """Figures of different dimensions are never compared."""

    COUNT = "count"
    MONEY = "money"
    FOREIGN_MONEY = "foreign_money"
    SHARE = "share"
    POINTS = "points"
    TIMES = "times"
    TIME = "time"
    AREA = "area"
    LENGTH = "length"
    SCORE = "score"


@dataclass(frozen=True, slots=True)
class Unit:
    """`factor` turns a value into the base unit of its dimension (đồng, ngày, m², m, one thing)."""

    code: str
    label: str
    dimension: Dimension
    factor: Fraction = Fraction(1)


@dataclass(frozen=True, slots=True)
class UnitMatch:
    """A unit found at the head of a text; `length` characters of it were read."""

    unit: Unit
    length: int


class UnitMismatchError(ValueError):
    """Two units of different dimensions."""

    code = "kernel.units.mismatch"


PERCENT = Unit("percent", "%", Dimension.SHARE, Fraction(1, 100))
PERCENTAGE_POINTS = Unit("percentage_points", "điểm phần trăm", Dimension.POINTS)
TIMES = Unit("times", "lần", Dimension.TIMES)
VND = Unit("vnd", "đồng", Dimension.MONEY)
MILLION_VND = Unit("million_vnd", "triệu đồng", Dimension.MONEY, Fraction(10**6))
BILLION_VND = Unit("billion_vnd", "tỷ đồng", Dimension.MONEY, Fraction(10**9))
DOSSIER = Unit("dossier", "hồ sơ", Dimension.COUNT)
PROCEDURE = Unit("procedure", "thủ tục", Dimension.COUNT)
SERVICE = Unit("service", "dịch vụ công", Dimension.COUNT)
PERSON = Unit("person", "người", Dimension.COUNT)

_SCALES = {
    "nghin": 10**3,
    "ngan": 10**3,
    "van": 10**4,
    "trieu": 10**6,
    "nghin ty": 10**12,
    "ngan ty": 10**12,
    "ty": 10**9,
    "ti": 10**9,
}

_MEASURES: tuple[tuple[Unit, tuple[str, ...]], ...] = (
    (PERCENTAGE_POINTS, ("điểm phần trăm", "điểm %")),
    (PERCENT, ("%", "phần trăm")),
    (TIMES, ("lần",)),
    (Unit("score", "điểm", Dimension.SCORE), ("điểm",)),
    (Unit("year", "năm", Dimension.TIME, Fraction(365)), ("năm",)),
    (Unit("month", "tháng", Dimension.TIME, Fraction(30)), ("tháng",)),
    (Unit("week", "tuần", Dimension.TIME, Fraction(7)), ("tuần",)),
    (Unit("day", "ngày", Dimension.TIME), ("ngày làm việc", "ngày")),
    (Unit("hour", "giờ", Dimension.TIME, Fraction(1, 24)), ("giờ",)),
    (Unit("minute", "phút", Dimension.TIME, Fraction(1, 1440)), ("phút",)),
    (Unit("hectare", "ha", Dimension.AREA, Fraction(10**4)), ("ha", "héc ta", "hecta")),
    (Unit("square_kilometre", "km²", Dimension.AREA, Fraction(10**6)), ("km2", "km²")),
    (Unit("square_metre", "m²", Dimension.AREA), ("m2", "m²")),
    (Unit("kilometre", "km", Dimension.LENGTH, Fraction(1000)), ("km",)),
    (Unit("metre", "m", Dimension.LENGTH), ("m", "mét")),
)

_THINGS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("procedure", "thủ tục", ("thủ tục hành chính", "thủ tục", "TTHC")),
    ("service", "dịch vụ công", ("dịch vụ công trực tuyến", "dịch vụ công", "DVCTT", "DVC", "dịch vụ")),
    ("dossier", "hồ sơ", ("hồ sơ TTHC", "hồ sơ", "bộ hồ sơ")),
    (
        "petition",
        "phản ánh, kiến nghị",
        ("phản ánh, kiến nghị", "phản ánh kiến nghị", "PAKN", "ý kiến", "kiến nghị"),
    ),
    (
        "legal_document",
        "văn bản quy phạm pháp luật",
        ("văn bản quy phạm pháp luật", "văn bản QPPL", "VBQPPL", "VB QPPL"),
    ),
    ("document", "văn bản", ("văn bản", "công văn", "quyết định", "nghị quyết", "quy định", "kế hoạch")),
    (
        "service_unit",
        "đơn vị sự nghiệp công lập",
        ("đơn vị sự nghiệp công lập", "đơn vị sự nghiệp", "đơn vị SNCL", "ĐVSNCL", "ĐVSN công lập", "ĐVSN"),
    ),
    (
        "unit",
        "đơn vị",
        (
            "cơ quan, đơn vị, địa phương",
            "cơ quan, đơn vị",
            "cơ quan, địa phương",
            "đơn vị",
            "đầu mối",
            "cơ quan",
        ),
    ),
    ("department", "sở, ngành", ("sở, ban, ngành", "sở, ngành", "sở ngành", "sở")),
    (
        "commune",
        "xã, phường",
        (
            "xã, phường, thị trấn",
            "xã, phường, đặc khu",
            "xã, phường",
            "UBND xã, phường",
            "UBND cấp xã",
            "xã",
            "phường",
        ),
    ),
    ("village", "thôn, tổ dân phố", ("thôn, tổ dân phố", "thôn", "tổ dân phố")),
    ("division", "phòng", ("phòng chuyên môn", "phòng")),
    ("sub_department", "chi cục", ("chi cục",)),
    ("centre", "trung tâm", ("trung tâm",)),
    ("board", "ban", ("ban quản lý", "ban")),
    ("task", "nhiệm vụ", ("nhiệm vụ",)),
    ("process", "quy trình", ("quy trình nội bộ", "quy trình điện tử", "quy trình")),
    (
        "person",
        "người",
        (
            "cán bộ, công chức, viên chức",
            "cán bộ, công chức",
            "công chức, viên chức",
            "cán bộ",
            "công chức",
            "viên chức",
            "người làm việc",
            "người",
            "đại biểu",
            "lượt người",
            "giáo viên",
            "học viên",
            "biên chế",
            "chỉ tiêu biên chế",
            "hợp đồng lao động",
            "trường hợp",
        ),
    ),
    ("account", "tài khoản", ("tài khoản",)),
    ("certificate", "chứng thư số", ("chứng thư số", "chứng thư")),
    ("class", "lớp", ("lớp tập huấn", "lớp bồi dưỡng", "lớp")),
    ("conference", "hội nghị", ("hội nghị",)),
    ("questionnaire", "phiếu", ("phiếu khảo sát", "phiếu")),
    ("issue", "vấn đề", ("vấn đề",)),
    ("criterion", "tiêu chí", ("tiêu chí", "chỉ tiêu")),
    ("article", "tin, bài", ("tin, bài", "tin bài", "bài")),
    ("initiative", "sáng kiến", ("sáng kiến",)),
    ("enterprise", "doanh nghiệp", ("doanh nghiệp",)),
    ("visit", "lượt", ("lượt truy cập", "lượt")),
    ("vehicle", "xe", ("xe ô tô", "xe")),
    ("line", "đường truyền", ("đường truyền",)),
    ("system", "hệ thống", ("hệ thống",)),
    ("premises", "cơ sở", ("cơ sở", "trụ sở")),
    ("project", "dự án", ("dự án",)),
    ("province", "tỉnh, thành phố", ("tỉnh, thành phố", "tỉnh, thành", "tỉnh", "địa phương")),
    ("transaction", "giao dịch", ("giao dịch",)),
    ("case", "vụ việc", ("vụ việc",)),
    ("level", "cấp", ("cấp",)),
)


def _entries() -> dict[str, Unit]:
    known = {search_key(word): unit for unit, words in _MEASURES for word in words}
    for code, label, words in _THINGS:
        unit = Unit(code, label, Dimension.COUNT)
        known |= {search_key(word): unit for word in words}
    return known


_KNOWN = _entries()
_LONGEST = max(len(key.split()) for key in _KNOWN)
# Compared with their marks, for without them they are other words: `dựng` đồng, `lan` lần, `năm`/`nấm`.
_MONEY_WORD = re.compile(r"\s*(đồng|VNĐ|VND|đ)(?!\w)", re.IGNORECASE)
_DOLLAR_WORD = re.compile(r"\s*(USD|đô la(?: Mỹ)?)(?!\w)", re.IGNORECASE)
_SCALE_WORD = re.compile(r"\s*(ngh?ìn tỷ|ngàn tỷ|nghìn|ngàn|vạn|triệu|tỷ|tỉ)(?!\w)", re.IGNORECASE)
_WORD = re.compile(r"\s*,?\s*([^\W_]+[²]?|%)")
_LEVEL_NAME = re.compile(r"\s*(?:tỉnh|huyện|xã|sở|trung ương|cơ sở|phòng|bộ)\b", re.IGNORECASE)
_YEAR_NUMBER = re.compile(r"\s*(?:19|20)\d\d(?!\d)")
_SQUARES = str.maketrans({"²": "2"})


def read_unit(text: str) -> UnitMatch | None:
    """The unit that `text` begins with: `tỷ đồng, đạt` -> tỷ đồng; `hồ sơ trực tuyến` -> hồ sơ.

    Longest known name first, without regard to case. None when the text begins with no known unit.
    """
    clean = nfc(text)
    return _read_money(clean) or _read_scaled_count(clean) or _read_known(clean)


def unit_named(label: str) -> Unit | None:
    """The unit a form column or a heading names (`Triệu đồng`, `Thủ tục`, `Cơ quan, đơn vị`)."""
    found = read_unit(label)
    return found.unit if found else None


def convert(value: Decimal | Fraction | int, source: Unit, target: Unit) -> Fraction:
    """The value in another unit of the same dimension, exactly. Raises UnitMismatchError."""
    if source.dimension is not target.dimension:
        raise UnitMismatchError(f"Không đổi được từ “{source.label}” sang “{target.label}”.")
    return Fraction(value) * source.factor / target.factor


def in_base(value: Decimal | Fraction | int, unit: Unit | None) -> Fraction:
    """The value in the base unit of its dimension (`64,2 triệu đồng` -> 64200000)."""
    return Fraction(value) * (unit.factor if unit else 1)


def comparable(left: Unit | None, right: Unit | None) -> bool:
    """Whether two figures may measure the same quantity: same dimension; things counted need the same name."""
    if left is None or right is None:
        return False
    if left.dimension is not right.dimension:
        return False
    return left.dimension is not Dimension.COUNT or left.code == right.code


def _read_money(text: str) -> UnitMatch | None:
    scale = _SCALE_WORD.match(text)
    head = scale.end() if scale else 0
    factor = _SCALES[search_key(scale.group(1))] if scale else 1
    currency = _MONEY_WORD.match(text, head)
    if currency:
        return UnitMatch(_money(factor), currency.end())
    dollars = _DOLLAR_WORD.match(text, head)
    if dollars:
        label = f"{scale.group(1)} USD" if scale else "USD"
        return UnitMatch(
            Unit(f"usd_{factor}", label, Dimension.FOREIGN_MONEY, Fraction(factor)), dollars.end()
        )
    if scale and factor >= 10**9:
        return UnitMatch(_money(factor), scale.end())
    return None


def _money(factor: int) -> Unit:
    names = {1: VND, 10**6: MILLION_VND, 10**9: BILLION_VND}
    words = {10**3: "nghìn", 10**4: "vạn", 10**12: "nghìn tỷ"}
    return names.get(factor) or Unit(
        f"vnd_{factor}", f"{words[factor]} đồng", Dimension.MONEY, Fraction(factor)
    )


def _read_scaled_count(text: str) -> UnitMatch | None:
    scale = _SCALE_WORD.match(text)
    if not scale:
        return None
    factor = _SCALES[search_key(scale.group(1))]
    thing = _read_known(text[scale.end() :])
    code, label, length = (thing.unit.code, thing.unit.label, thing.length) if thing else ("thing", "", 0)
    unit = Unit(code, f"{scale.group(1)} {label}".strip(), Dimension.COUNT, Fraction(factor))
    return UnitMatch(unit, scale.end() + length)


def _read_known(text: str) -> UnitMatch | None:
    words: list[tuple[str, int]] = []
    position = 0
    while len(words) < _LONGEST and (match := _WORD.match(text, position)):
        words.append((match.group(1).translate(_SQUARES), match.end()))
        position = match.end()
    for count in range(len(words), 0, -1):
        key = search_key(" ".join(word for word, _ in words[:count]))
        unit = _KNOWN.get(key)
        if unit and unit.code == "level" and _LEVEL_NAME.match(text, words[count - 1][1]):
            return None  # `254 cấp huyện` counts what was named before, not levels
        if unit and unit.code == "year" and _YEAR_NUMBER.match(text, words[count - 1][1]):
            return None  # `5.200 năm 2021` says when, not how long
        if unit and _marks_agree(words[:count], unit):
            return UnitMatch(unit, words[count - 1][1])
    return None


_SHORT_NAMES = {
    "nam": ("năm",),
    "ngay": ("ngày",),
    "thang": ("tháng",),
    "tuan": ("tuần",),
    "gio": ("giờ",),
    "phut": ("phút",),
    "lan": ("lần",),
    "diem": ("điểm",),
    "so": ("sở",),
    "xa": ("xã",),
    "xe": ("xe",),
    "ban": ("ban",),
    "cap": ("cấp",),
    "lop": ("lớp",),
    "bai": ("bài",),
    "luot": ("lượt",),
    "phong": ("phòng",),
    "thon": ("thôn",),
    "nguoi": ("người",),
    "tinh": ("tỉnh",),
    "phieu": ("phiếu",),
    "m": ("m",),
    "met": ("mét",),
}


def _marks_agree(words: list[tuple[str, int]], unit: Unit) -> bool:
    """A one-syllable name must bear its own marks: `sở` is a department, `số` is not."""
    if len(words) > 1:
        return True
    word = nfc(words[0][0]).lower()
    return word in _SHORT_NAMES.get(search_key(word), (word,))

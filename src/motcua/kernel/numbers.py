"""Vietnamese figures read and written: `1.155.106`, `99,61%`, `gần 3.000`, `01/34`, told apart from dates and codes.

A figure keeps its exact decimal and its printed precision; hence the range of values it can stand for.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from motcua.kernel.intervals import Interval, rounding_interval, truncation_interval
from motcua.kernel.text import nfc, search_key


class NumberFormatError(ValueError):
    """The text is not a figure as Vietnamese documents print them."""

    code = "kernel.numbers.format"


class Hedge(StrEnum):
    """What the words before a figure say of its exactness."""

    EXACT = "exact"
    ABOUT = "about"
    MORE_THAN = "more than"
    NEARLY = "nearly"
    LESS_THAN = "less than"
    AT_LEAST = "at least"
    AT_MOST = "at most"
    ESTIMATE = "estimate"


class TokenKind(StrEnum):
    """What a group of digits in a text is."""

    NUMBER = "number"
    PERCENT = "percent"
    RATIO = "ratio"
    RANGE = "range"
    RANK = "rank"
    DATE = "date"
    MONTH = "month"
    YEAR = "year"
    PERIOD = "period"
    TIME = "time"
    DOCUMENT = "document"
    LAW = "law"
    PHONE = "phone"
    LABEL = "label"
    CODE = "code"


FIGURE_KINDS = frozenset({TokenKind.NUMBER, TokenKind.PERCENT, TokenKind.RATIO, TokenKind.RANGE})


@dataclass(frozen=True, slots=True)
class Printed:
    """A figure as printed. `places` is the number of printed decimals."""

    text: str
    value: Decimal
    places: int

    @property
    def unit_in_last_place(self) -> Fraction:
        return Fraction(10) ** -self.places

    def rounding(self) -> Interval:
        """What rounds half up to this figure: [v-½ulp, v+½ulp)."""
        return rounding_interval(self.value, self.places)

    def truncation(self) -> Interval:
        """What is cut down to this figure: [v, v+1ulp)."""
        return truncation_interval(self.value, self.places)

    def exact(self) -> Interval:
        """A counted whole number is itself; a figure with decimals is its rounding range."""
        return Interval.point(self.value) if self.places == 0 else self.rounding()


@dataclass(frozen=True, slots=True)
class DateParts:
    """A date as printed; `year` or `day` may be missing. `date` is None when there is no such day."""

    day: int | None
    month: int | None
    year: int | None

    @property
    def date(self) -> dt.date | None:
        if self.day is None or self.month is None or self.year is None:
            return None
        try:
            return dt.date(self.year, self.month, self.day)
        except ValueError:
            return None

    @property
    def impossible(self) -> bool:
        """Day and month are printed and no year, or not this one, has such a day."""
        if self.day is None or self.month is None:
            return False
        try:
            dt.date(self.year if self.year is not None else 2024, self.month, self.day)
        except ValueError:
            return True
        return False


@dataclass(frozen=True, slots=True)
class Token:
    """Digits found in a text, from `start` to `end`; `numbers` holds one figure, or two of a ratio or range."""

    kind: TokenKind
    start: int
    end: int
    text: str
    numbers: tuple[Printed, ...] = ()
    hedge: Hedge = Hedge.EXACT
    date: DateParts | None = None

    @property
    def number(self) -> Printed:
        return self.numbers[0]


_SPACE = "[  \u2009\u202f]"
_GROUPED = rf"[1-9]\d{{0,2}}(?:(?:\.|{_SPACE})\d{{3}})+(?!\d)(?:,\d+)?"
_ENGLISH = r"[1-9]\d{0,2}(?:,\d{3}){2,}(?!\d)(?:\.\d+)?"
_PLAIN = r"\d+(?:[.,]\d+)?"
_NUM = rf"(?:{_GROUPED}|{_ENGLISH}|{_PLAIN})"
_BEFORE = r"(?<![\w.,/])(?<!\d[-–])"
_LONGEST_FIGURE = 30
_SPACED = re.compile(_SPACE)

_DOC_NAMES = (
    "Nghị định|Quyết định|Thông tư liên tịch|Thông tư|Công văn|Chỉ thị|Nghị quyết|Kế hoạch|Luật|Văn bản|Tờ trình"
    "|Thông báo|Kết luận|Đề án|Hướng dẫn|Quy định|Chương trình|Báo cáo|Công điện|Pháp lệnh|Hiến pháp"
)
_NUMBER_NOUNS = r"(?<!tổng )(?<!Tổng )(?<!có )(?<!trong )(?<!Trong )(?<!với )"
_COUNTED = r"(?!\s+(?:hồ sơ|TTHC|thủ tục|xã|phường|đơn vị|cơ quan|người|nhiệm vụ|văn bản|phiếu|trường hợp|cán bộ|dịch vụ))"

_PATTERNS: tuple[tuple[TokenKind, re.Pattern[str]], ...] = (
    (TokenKind.LABEL, re.compile(r"^\s*[-+*•]?\s*\(?\d{1,2}(?:\.\d{1,2})*[.)](?=\s)")),
    (TokenKind.LABEL, re.compile(r"\(\d{1,2}\)(?=\s+[^\W\d])")),
    (
        TokenKind.DATE,
        re.compile(
            r"(?<![\w/.,])(?P<day>\d{1,2})\s?[/.]\s?(?P<month>\d{1,2})\s?[/.]\s?(?P<year>\d{4})(?!\d|[.,/]\d)"
            r"|(?<![\w/.,])(?P<day3>\d{1,2})-(?P<month3>\d{1,2})-(?P<year3>\d{4})(?![\d/-])"
            r"|ngày\s+(?P<day2>\d{1,2})\s+tháng\s+(?P<month2>\d{1,2})(?:\s+năm\s+(?P<year2>\d{4}))?"
            r"|(?:ngày|mùng|mồng)\s+(?P<day4>\d{1,2})\s?/\s?(?P<month4>\d{1,2})(?![\d/]|[.,]\d)"
            r"|(?:từ|đến|trước|sau|hết)\s+(?P<day5>0?[1-9]|[12]\d|3[01])/(?P<month5>0?[1-9]|1[0-2])(?=\s*(?:[.,;:)–-](?!\d)|$|đến\b))",
            re.IGNORECASE,
        ),
    ),
    (
        TokenKind.MONTH,
        re.compile(
            r"tháng\s+(?P<month>\d{1,2})\s?(?:/|-|năm)\s?(?P<year>\d{4})(?!\d)"
            r"|(?<![\w/.,])(?P<month2>0?[1-9]|1[0-2])/(?P<year2>(?:19|20)\d\d)(?![\d/-]|[.,]\d)(?!\s+(?:hồ sơ|TTHC|đơn vị|thủ tục|người))"
            r"|tháng\s+(?P<month3>\d{1,2})(?!\d|[.,/]\d)",
            re.IGNORECASE,
        ),
    ),
    (
        TokenKind.DOCUMENT,
        re.compile(
            r"(?<![\w.,])\d{1,6}(?:/\d{4})?/\s?[A-ZĐ]{2,}[\w&]*(?:\s?[-/]\s?[A-ZĐ][\w&]*)*"
            r"|(?<![\w.,])\d{1,6}-[A-ZĐ]{2,}(?:/[A-ZĐ][\w-]*)"
            rf"|(?:(?<=\s)|(?<=^))(?:{_DOC_NAMES})\s+(?:[^\W\d]+\s+){{0,4}}?số\s*:?\s*\d[\w/-]*"
            rf"|(?:(?<=\s)|(?<=^))(?:{_DOC_NAMES})\s+\d+(?![\d.,]*\s?%)[\w/-]*(?:/[\w-]+)*"
            r"|(?<=số )\d{1,6}/\d{4}/?[A-ZĐ][\w-]*"
        ),
    ),
    (
        TokenKind.LAW,
        re.compile(
            r"(?:\b(?:Điều|khoản|Khoản|Chương|Mục|(?<!anh )mục|tiểu mục|Phụ lục|phụ lục|Bảng|bảng|Hình|Biểu|biểu|Biểu mẫu|biểu mẫu|Mẫu|Phần)"
            r"\s+(?:số\s+)?\d{1,3}(?:\.\d+)*[a-zđ]?)(?![\d%])(?!\s+(?:văn bản|nhiệm vụ|đơn vị))"
            r"|\bISO\s+\d+(?:[:-]\d{4})?|\bQCVN\s+\d+(?::\d{4})?|\bTCVN\s+[\w:-]+"
        ),
    ),
    (
        TokenKind.PHONE,
        re.compile(
            r"(?<![\w.,/])(?:\+84|0)\d{1,3}(?:[ .-]?\d{3,4}){2}(?![\d])"
            r"|(?<=điện thoại )[\d .-]{8,}|(?<=nóng )\d[\d .]{6,}"
        ),
    ),
    (
        TokenKind.PERIOD,
        re.compile(
            r"(?<![\w.,/])\d{1,2}\s+tháng\s+(?:đầu|cuối)(?:\s+năm(?:\s+(?P<year>\d{4}))?)?"
            r"|(?:quý|Quý|QUÝ)\s+(?:[1-4]|I{1,3}|IV)(?:\s?(?:/|năm)\s?(?P<year2>\d{4}))?(?!\w)"
        ),
    ),
    (
        TokenKind.YEAR,
        re.compile(
            r"(?<![\d/.,])(?P<year>(?:19|20)\d\d)\s?[-–—]\s?(?P<to>(?:19|20)\d\d)(?![\d.,]\d|\d)"
            r"|(?:năm|Năm|NĂM|kỳ|niên độ)\s+(?P<year2>(?:19|20)\d\d)(?![\d]|[.,]\d)"
            r"|(?<![\w/.,])(?P<year3>(?:19|20)\d\d)(?=\s*(?:\(|[;:,.](?!\d)|\)|$))"
        ),
    ),
    (
        TokenKind.TIME,
        re.compile(r"(?<![\w.,/])(?:\d{1,2}\s?h\s?(?:\d{2})?(?!\w)|24/7|\d{1,2}:\d{2}(?!\d)|24/24h?)"),
    ),
    (
        TokenKind.RANK,
        re.compile(
            rf"(?:(?:thứ|hạng|vị trí(?: số| thứ)?|tốp|top|Top)\s+|(?<=lần thứ )){_NUM}(?:\s?/\s?{_NUM})?(?!\s?%)"
        ),
    ),
    (
        TokenKind.LABEL,
        re.compile(
            rf"(?:{_NUMBER_NOUNS}\bsố|\bđợt|\bkỳ|\bgiai đoạn|\bmức độ|\bcấp độ|\bmức|\bnhóm|\bloại|\bhạng|(?<!ở )\bkhóa|(?<!ở )\bkhoá|\blần thứ|\bphiên bản|\btuần thứ|\bbậc)"
            rf"\s+\d{{1,3}}(?:\.\d{{1,2}})*(?![\d%]|[.,/]\d){_COUNTED}(?:, (?:số )?\d{{1,2}}(?![\d.,%]))?"
        ),
    ),
    (TokenKind.CODE, re.compile(r"(?<![\w])\d{1,2}G(?!\w)|(?<!\w)[^\W\d_]+[-.]?\d[\w.]*(?<![.])")),
    (TokenKind.RATIO, re.compile(rf"{_BEFORE}(?P<first>{_NUM})\s?/\s?(?P<second>{_NUM})(?![\w/])")),
    (
        TokenKind.RANGE,
        re.compile(rf"{_BEFORE}(?P<first>{_NUM})\s?%?\s?[-–]\s?(?P<second>{_NUM})(?:\s?%)?(?![\d/-])"),
    ),
    (TokenKind.PERCENT, re.compile(rf"{_BEFORE}(?P<first>{_NUM})\s?(?:%|phần trăm)")),
    (TokenKind.NUMBER, re.compile(rf"{_BEFORE}(?P<first>{_NUM})(?![\d])")),
)

_HEDGES: tuple[tuple[Hedge, str], ...] = (
    (Hedge.AT_LEAST, r"tối thiểu(?: là)?|ít nhất(?: là)?|không dưới|từ đủ"),
    (Hedge.AT_MOST, r"tối đa(?: là)?|không quá|nhiều nhất"),
    (Hedge.NEARLY, r"gần(?: đạt)?|ngót"),
    (Hedge.MORE_THAN, r"hơn|trên"),
    (Hedge.LESS_THAN, r"dưới"),
    (Hedge.ABOUT, r"khoảng|chừng|xấp xỉ|cỡ|tầm|trung bình|bình quân"),
    (Hedge.ESTIMATE, r"ước(?: tính| đạt| thực hiện| khoảng| thu| là)?|dự kiến(?: đạt)?"),
)
_HEDGE_BEFORE = tuple(
    (hedge, re.compile(rf"(?:^|[\s(“\"])(?:{words})\s*$", re.IGNORECASE)) for hedge, words in _HEDGES
)

_WORD_VALUES = {
    "không": 0, "một": 1, "mốt": 1, "hai": 2, "ba": 3, "bốn": 4, "tư": 4, "năm": 5, "lăm": 5, "nhăm": 5,
    "sáu": 6, "bảy": 7, "bẩy": 7, "tám": 8, "chín": 9,
}  # fmt: skip
_WORD_SCALES = {"nghìn": 10**3, "ngàn": 10**3, "triệu": 10**6, "tỷ": 10**9, "tỉ": 10**9}


def parse_number(text: str) -> Printed:
    """Reads one figure as Vietnamese documents print it; dots or spaces group, a comma parts decimals.

    `1.155.106`, `1 155 106` and `1155106` are the same value; `99,61` has two places; `4.0`, whose dot cannot
    group, is read as a decimal dot. Raises NumberFormatError, also for more than 30 characters.
    """
    clean = nfc(text).strip()
    if len(clean) > _LONGEST_FIGURE or not re.fullmatch(_NUM, clean):
        raise NumberFormatError(f"“{text}” không phải một con số viết theo lối Việt Nam.")
    if re.fullmatch(_GROUPED, clean):
        plain = _SPACED.sub("", clean.replace(".", "")).replace(",", ".")
    elif re.fullmatch(_ENGLISH, clean):
        plain = clean.replace(",", "")
    else:
        plain = clean.replace(",", ".")
    value = Decimal(plain)
    return Printed(clean, value, len(plain.partition(".")[2]))


def parse_number_words(words: str) -> int:
    """`hai mươi lăm` -> 25, `một nghìn không trăm linh năm` -> 1005. Raises NumberFormatError."""
    result = group = 0
    pending: int | None = None
    for word in nfc(words).lower().split():
        if word in _WORD_VALUES:
            if pending is not None:
                raise NumberFormatError(f"“{words}” không phải số viết bằng chữ.")
            pending = _WORD_VALUES[word]
        elif word in ("mười", "mươi"):
            group, pending = group + 10 * (1 if pending is None else pending), None
        elif word == "trăm":
            group, pending = group + 100 * (1 if pending is None else pending), None
        elif word in _WORD_SCALES:
            result, group, pending = result + (group + (pending or 0)) * _WORD_SCALES[word], 0, None
        elif word not in ("linh", "lẻ"):
            raise NumberFormatError(f"“{words}” không phải số viết bằng chữ.")
    return result + group + (pending or 0)


def scan(text: str) -> list[Token]:
    """Every group of digits in the text, each told what it is, in the order of the text.

    The text should be NFC. Offsets count characters of `text`. Figures (FIGURE_KINDS) carry their exact
    decimals and the hedge before them; dates, document numbers, articles of law, phones, ranks, labels and
    years are kinds of their own, so that nobody takes them for figures.
    """
    if not any(character.isdigit() for character in text):
        return []
    taken = bytearray(len(text))
    tokens: list[Token] = []
    for kind, pattern in _PATTERNS:
        for match in pattern.finditer(text):
            start, end = match.span()
            if start < end and not any(taken[start:end]):
                taken[start:end] = b"\x01" * (end - start)
                tokens.append(_token(kind, match, text))
    return sorted(tokens, key=lambda token: token.start)


def scan_words(text: str, nouns: str) -> list[Token]:
    """Counts written in words before one of the nouns (a regular expression): `hai đơn vị`."""
    pattern = re.compile(
        r"(?<!\w)(hai|ba|bốn|sáu|bảy|tám|chín|mười(?: (?:một|hai|ba|bốn|lăm|sáu|bảy|tám|chín))?)(?=\s+(?:"
        + nouns
        + r")(?!\w))",
        re.IGNORECASE,
    )
    found = []
    for match in pattern.finditer(text):
        printed = Printed(match.group(1), Decimal(parse_number_words(match.group(1))), 0)
        found.append(
            Token(
                TokenKind.NUMBER,
                match.start(),
                match.end(),
                match.group(1),
                (printed,),
                _hedge(text, match.start()),
            )
        )
    return found


def _token(kind: TokenKind, match: re.Match[str], text: str) -> Token:
    start, end = match.span()
    if kind in FIGURE_KINDS:
        groups = match.groupdict()
        texts = [groups[name] for name in ("first", "second") if groups.get(name)]
        if any(len(digits) > _LONGEST_FIGURE for digits in texts):
            return Token(TokenKind.CODE, start, end, match.group())
        numbers = tuple(parse_number(digits) for digits in texts)
        return Token(kind, start, end, match.group(), numbers, _hedge(text, start))
    if kind in (TokenKind.DATE, TokenKind.MONTH, TokenKind.YEAR, TokenKind.PERIOD):
        return Token(kind, start, end, match.group(), date=_date_parts(match))
    return Token(kind, start, end, match.group())


def _date_parts(match: re.Match[str]) -> DateParts:
    parts: dict[str, int] = {}
    for name, digits in match.groupdict().items():
        if digits and name.rstrip("0123456789") in ("day", "month", "year"):
            parts[name.rstrip("0123456789")] = int(digits)
    return DateParts(parts.get("day"), parts.get("month"), parts.get("year"))


def _hedge(text: str, start: int) -> Hedge:
    before = text[max(0, start - 24) : start]
    return next((hedge for hedge, pattern in _HEDGE_BEFORE if pattern.search(before)), Hedge.EXACT)


def round_half_up(value: Decimal | Fraction, places: int) -> Decimal:
    """The value rounded half up (away from zero) to `places` decimals, exactly."""
    scaled = abs(Fraction(value)) * Fraction(10) ** places
    whole = (scaled + Fraction(1, 2)).__floor__()
    signed = -whole if Fraction(value) < 0 else whole
    return Decimal(signed).scaleb(-places)


def truncate(value: Decimal | Fraction, places: int) -> Decimal:
    """The value with further decimals cut off, towards zero."""
    whole = (abs(Fraction(value)) * Fraction(10) ** places).__floor__()
    return Decimal(-whole if Fraction(value) < 0 else whole).scaleb(-places)


def format_number(value: Decimal | Fraction | int, places: int | None = None) -> str:
    """`1234.5` -> `1.234,5`. With `places`, rounded half up; without, as many decimals as the value has."""
    if places is not None:
        exact = round_half_up(value if isinstance(value, Fraction) else Decimal(value), places)
    elif isinstance(value, Fraction):
        exact = _decimal_of(value)
    else:
        exact = Decimal(value)
    sign, text = ("-", f"{-exact:f}") if exact < 0 else ("", f"{exact:f}")
    whole, _, decimals = text.partition(".")
    grouped = f"{int(whole):,}".replace(",", ".")
    return f"{sign}{grouped},{decimals}" if decimals else f"{sign}{grouped}"


def format_percent(value: Decimal | Fraction | int, places: int | None = 2) -> str:
    """A percentage (99.61 for 99,61%) as printed: `99,61%`."""
    return f"{format_number(value, places)}%"


def _decimal_of(value: Fraction) -> Decimal:
    """The exact decimal of a fraction, or six places of one that never ends."""
    for places in range(7):
        scaled = value * 10**places
        if scaled.denominator == 1:
            return Decimal(scaled.numerator).scaleb(-places)
    return round_half_up(value, 6)


def percentage(part: Decimal | Fraction | int, whole: Decimal | Fraction | int) -> Fraction:
    """part / whole × 100, exactly. Raises ZeroDivisionError when the whole is zero."""
    return Fraction(part) * 100 / Fraction(whole)


def is_number_word(word: str) -> bool:
    """Whether the word is one of the digits in words; marks count (`năm` also means year)."""
    return nfc(word).lower() in _WORD_VALUES or search_key(word) == "muoi"

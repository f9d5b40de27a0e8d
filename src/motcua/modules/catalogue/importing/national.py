"""Procedures as the national database's service gives them (`LayThuTuc`), in JSON."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from motcua.kernel.text import search_key, squeeze
from motcua.modules.catalogue.data import (
    CHANNEL_NUMBERS,
    Agency,
    Basis,
    Channel,
    ChannelLimit,
    Fee,
    Paper,
    PaperCase,
    Result,
    Sequence,
)
from motcua.modules.catalogue.errors import CatalogueError
from motcua.modules.catalogue.importing.fees import LEAST, NAME
from motcua.modules.catalogue.importing.parsed import Parsed, set_code, set_field, set_levels, set_name
from motcua.modules.catalogue.importing.times import limit_of

_KINDS = {str(number): kind for kind, number in CHANNEL_NUMBERS.items()}
Raw = dict[str, Any]


def read_national(data: Any) -> list[Parsed]:
    """One procedure, a list of them, or an answer whose `data` or `DATA` is such a list; numbered from 1.

    Raises CatalogueError catalogue.import.shape.
    """
    found = data
    if isinstance(data, dict) and "MATTHC" not in data:
        found = next((data[key] for key in ("data", "DATA", "result", "RESULT") if key in data), None)
    listed = [found] if isinstance(found, dict) else found
    if not isinstance(listed, list) or not all(isinstance(one, dict) for one in listed):
        raise CatalogueError(
            "import.shape", _("Tệp JSON không có dạng danh sách thủ tục (MATTHC, TENTTHC…).")
        )
    return [_procedure(number, raw) for number, raw in enumerate(listed, start=1)]


def _procedure(number: int, raw: Raw) -> Parsed:
    parsed = Parsed(row=number)
    set_code(parsed, _text(raw, "MATTHC"))
    set_name(parsed, _text(raw, "TENTTHC"))
    set_field(parsed, _text(raw, "TENLINHVUC"), _text(raw, "MALINHVUC"))
    set_levels(parsed, _text(raw, "CAPTHUCHIEN"))
    parsed.decision = _text(raw, "SOQUYETDINH")[:100]
    for key, part, reader in _PARTS:
        if key in raw and (value := reader(raw[key], parsed)):
            parsed.read(part, **{part: value})
    if "CACHTHUCTHUCHIEN" in raw and (channels := _channels(raw["CACHTHUCTHUCHIEN"], parsed)):
        parsed.read("channels", channels=channels)
    if conditions := _text(raw, "YEUCAU"):
        parsed.read("conditions", conditions=conditions)
    if note := _text(raw, "MOTADOITUONGTHUCHIEN"):
        parsed.read("subject_note", subject_note=note)
    return parsed


def _text(raw: Raw, key: str) -> str:
    value = raw.get(key)
    return squeeze(str(value)) if isinstance(value, str | int | float) else ""


def _rows(value: Any) -> list[Raw]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _sequences(value: Any, _parsed: Parsed) -> tuple[Sequence, ...]:
    found = []
    for one in _rows(value):
        steps = tuple(text for step in _rows(one.get("TRINHTU")) if (text := _text(step, "TENTRINHTU")))
        if steps:
            found.append(Sequence(_text(one, "TRUONGHOP"), steps))
    return tuple(found)


def _cases(value: Any, parsed: Parsed) -> tuple[PaperCase, ...]:
    found = []
    for one in _rows(value):
        papers = tuple(
            _paper(paper, parsed) for paper in _rows(one.get("GIAYTO")) if _text(paper, "TENGIAYTO")
        )
        if papers:
            found.append(PaperCase(_text(one, "TRUONGHOP"), papers))
    return tuple(found)


def _paper(raw: Raw, parsed: Parsed) -> Paper:
    url = _text(raw, "URL")
    if url and not url.startswith(("https://", "http://")):
        parsed.notes["paper.url"] += 1
        url = ""
    counts = {
        name: int(text)
        for name, key in (("originals", "SOBANCHINH"), ("copies", "SOBANSAO"))
        if (text := _text(raw, key)).isdigit() and len(text) < 4
    }
    return Paper(
        name=_text(raw, "TENGIAYTO"),
        code=_text(raw, "MAGIAYTO"),
        form=_text(raw, "TENMAUDON"),
        form_url=url,
        **counts,
    )


def _channels(value: Any, parsed: Parsed) -> tuple[Channel, ...]:
    found = []
    for one in _rows(value):
        kind = _KINDS.get(_text(one, "KENH"))
        if kind is None:
            parsed.notes["channel.unknown"] += 1
            continue
        limits = tuple(_limit(time, parsed) for time in _rows(one.get("THOIGIAN")))
        found.append(Channel(kind, limits))  # type: ignore[arg-type]
    return tuple(found)


def _limit(raw: Raw, parsed: Parsed) -> ChannelLimit:
    """MOTA tells the case or how the time counts; it is kept as it stands."""
    said = squeeze(f"{_text(raw, 'THOIGIANGIAIQUYET')} {_text(raw, 'DONVITINH')}")
    limit, why = limit_of(said)
    note = _text(raw, "MOTA")
    if why:
        parsed.notes[why] += 1
        note = "; ".join(part for part in (said, note) if part)
    fees = tuple(_fee(fee, parsed) for fee in _rows(raw.get("PHILEPHI")))
    return ChannelLimit(limit=limit, note=note, fees=fees)


def _fee(raw: Raw, parsed: Parsed) -> Fee:
    amount, unit, note = _text(raw, "SOTIEN"), _text(raw, "DONVI"), _text(raw, "MOTA")
    digits = amount.removesuffix(".0").replace(".", "").replace(",", "")
    exact = digits.isdigit() and search_key(unit) in ("", "dong", "vnd", "viet nam dong")
    if exact and (int(digits) == 0 or int(digits) >= LEAST):
        return Fee(NAME, int(digits), note=note)
    parsed.notes["fee.text"] += 1
    return Fee(NAME, None, note=" ".join(part for part in (amount, unit, note) if part))


def _named(key: str) -> Any:
    return lambda value, _parsed: tuple(text for one in _rows(value) if (text := _text(one, key)))


def _agencies(value: Any, _parsed: Parsed) -> tuple[Agency, ...]:
    rows = [(_text(one, "TENDONVI"), _text(one, "MADONVI")) for one in _rows(value)]
    return tuple(Agency(name, code) for name, code in rows if name)


def _results(value: Any, _parsed: Parsed) -> tuple[Result, ...]:
    rows = [(_text(one, "TENKETQUA"), _text(one, "MAKETQUA")) for one in _rows(value)]
    return tuple(Result(name, code) for name, code in rows if name)


def _bases(value: Any, _parsed: Parsed) -> tuple[Basis, ...]:
    rows = [(_text(one, "SOVANBAN"), _text(one, "TENVANBAN")) for one in _rows(value)]
    return tuple(Basis(number, title) for number, title in rows if number or title)


_PARTS: tuple[tuple[str, str, Any], ...] = (
    ("TRINHTUTHUCHIEN", "sequences", _sequences),
    ("THANHPHANHOSO", "cases", _cases),
    ("DOITUONGTHUCHIEN", "subjects", _named("TENDOITUONG")),
    ("COQUANTHUCHIEN", "agencies", _agencies),
    ("KETQUATHUCHIEN", "results", _results),
    ("CANCUPHAPLY", "bases", _bases),
)

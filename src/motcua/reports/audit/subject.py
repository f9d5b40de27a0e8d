"""Whose report it is, read from the report itself."""

from __future__ import annotations

import re
from collections import Counter

from motcua.kernel.text import squeeze
from motcua.reports.audit.document import Report

_CAPITAL = "A-ZĐÀ-ÂÈ-ÊÌÍÒ-ÕÙÚÝĂĨŨƠƯẠ-Ỹ"
_NAME = rf"[{_CAPITAL}]\w*(?:\s+[{_CAPITAL}]\w*){{0,3}}"
_COMMITTEE = re.compile(
    rf"(?:UBND|Ủy ban nhân dân|Uỷ ban nhân dân|ỦY BAN NHÂN DÂN|UỶ BAN NHÂN DÂN)\s+"
    rf"(?P<kind>(?i:tỉnh|thành phố|xã|phường|đặc khu))\s+(?P<name>{_NAME})"
)
_DEPARTMENT = re.compile(r"^(?P<kind>SỞ|Sở|THANH TRA|Thanh tra)\s+(?P<name>[^.,;:\d]{3,60})$", re.MULTILINE)
HEAD = 12


def guess_subject(report: Report) -> str:
    """The unit a report is of ("Tỉnh Bắc Ninh", "Sở Tài chính"), or "" when the text does not say.

    A department names itself in the heading; a committee is the one the text names most.
    """
    texts = [block.text for _document, block in report.blocks() if block.text]
    department = next((found for text in texts[:HEAD] if (found := _DEPARTMENT.match(text))), None)
    if department is not None:
        return squeeze(f"{department['kind'].capitalize()} {_as_title(department['name'])}")
    counts = Counter(
        (found["kind"].lower(), _as_title(found["name"]))
        for text in texts
        for found in _COMMITTEE.finditer(text)
    )
    if not counts:
        return ""
    (kind, name), _count = counts.most_common(1)[0]
    return f"{kind.capitalize()} {name}"


def _as_title(name: str) -> str:
    name = squeeze(name)
    return name.title() if name.isupper() else name

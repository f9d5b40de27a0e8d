"""What a version is to say, before a decision makes it one."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from dataclasses import dataclass
from typing import Any, Literal

from motcua.modules.catalogue.data import ProcedureContent, to_json

NOTHING = ProcedureContent()
DecisionKind = Literal["new", "amended", "standardised", "abolished"]


@dataclass(frozen=True, slots=True)
class Proposal:
    """The columns and parts of a version to be. `field_code` must be known, or come with `field_name`."""

    name: str
    field_code: str
    field_name: str = ""
    online_level: str = "none"
    partial_reason: str = ""
    location_independent: bool = True
    location_reason: str = ""
    content: ProcedureContent = NOTHING
    source: str = ""


@dataclass(frozen=True, slots=True)
class Levels:
    """Where a procedure is handled."""

    ministry: bool = False
    province: bool = False
    commune: bool = False

    def columns(self) -> dict[str, bool]:
        return {"at_ministry": self.ministry, "at_province": self.province, "at_commune": self.commune}


@dataclass(frozen=True, slots=True)
class Announcement:
    """An announcing decision (quyết định công bố): number and symbol, date, kind, agency."""

    number: str
    date: dt.date
    kind: DecisionKind = "amended"
    agency: str = ""


def hash_content(content: dict[str, Any]) -> str:
    """SHA-256 of content as JSON, whatever the order of its keys; what `Version.content_hash` holds."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def content_json(content: ProcedureContent) -> dict[str, Any]:
    """Content as kept in `Version.content`."""
    return dict(to_json(content))

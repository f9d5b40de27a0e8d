"""What a rule may look at: the report, the figures of its prose, its bound forms, and the report before it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar, cast

from motcua.reports.audit.binding import BoundForms
from motcua.reports.audit.document import Report
from motcua.reports.forms.definitions import FormSet

if TYPE_CHECKING:
    from motcua.reports.audit.extraction import Extraction

T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class AuditContext:
    """One report, read. `previous` is the context of the unit's previous report, when given."""

    report: Report
    extraction: Extraction
    forms: BoundForms
    form_set: FormSet
    previous: AuditContext | None = None
    memo: dict[str, Any] = field(default_factory=dict)

    def once(self, name: str, make: Callable[[AuditContext], T]) -> T:
        """The result of `make`, computed at the first call with this name."""
        if name not in self.memo:
            self.memo[name] = make(self)
        return cast("T", self.memo[name])

"""Lifecycle of a procedure as a table: what is not in it is refused."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from motcua.modules.catalogue.errors import CatalogueError
from motcua.modules.catalogue.permissions import ANNOUNCE, EDIT


@dataclass(frozen=True, slots=True)
class Transition:
    """From a state, by an operation, to a state; `permission` over the whole province."""

    before: str
    operation: str
    after: str
    permission: str
    label: str


TRANSITIONS = (
    Transition("draft", "test", "test", EDIT, gettext_noop("Đưa vào kiểm thử")),
    Transition("test", "redraft", "draft", EDIT, gettext_noop("Trả về soạn tiếp")),
    Transition("draft", "announce", "live", ANNOUNCE, gettext_noop("Công bố")),
    Transition("test", "announce", "live", ANNOUNCE, gettext_noop("Công bố")),
    Transition("live", "announce", "live", ANNOUNCE, gettext_noop("Công bố bản sửa đổi")),
    Transition("live", "stop", "stopped", ANNOUNCE, gettext_noop("Dừng theo quyết định bãi bỏ")),
    Transition("stopped", "announce", "live", ANNOUNCE, gettext_noop("Công bố lại")),
)
_BY_KEY = {(one.before, one.operation): one for one in TRANSITIONS}


def transition(before: str, operation: str) -> Transition:
    """Raises CatalogueError catalogue.lifecycle when the table has no such step."""
    found = _BY_KEY.get((before, operation))
    if found is None:
        raise CatalogueError(
            "lifecycle",
            _("Thủ tục đang ở trạng thái “{state}” nên không làm được việc này. Hãy tải lại trang.").format(
                state=state_label(before)
            ),
        )
    return found


def possible(before: str) -> tuple[Transition, ...]:
    return tuple(one for one in TRANSITIONS if one.before == before)


def state_label(state: str) -> str:
    return _(STATES[state])


STATES = {
    "draft": gettext_noop("Đang soạn"),
    "test": gettext_noop("Đang kiểm thử"),
    "live": gettext_noop("Đang áp dụng"),
    "stopped": gettext_noop("Đã dừng"),
}

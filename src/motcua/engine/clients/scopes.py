"""What a token may be used for: each room declares scopes, each API operation names one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from django.utils.translation import gettext_noop

F = TypeVar("F", bound=Callable[..., Any])
ANY = "any"  # an operation every valid token may call


@dataclass(frozen=True, slots=True)
class Scope:
    """`code` reads room.action, such as "dossiers.write"; `label` is shown to administrators."""

    code: str
    label: str


_scopes: dict[str, Scope] = {}


def declare_scope(code: str, label: str) -> str:
    """Makes a scope known and returns its code. Raises ValueError when declared with another label."""
    if _scopes.get(code, Scope(code, label)).label != label:
        raise ValueError(f"scope {code!r} is declared twice")
    _scopes[code] = Scope(code, label)
    return code


def declared_scopes() -> tuple[Scope, ...]:
    return tuple(_scopes[code] for code in sorted(_scopes))


def is_scope(code: str) -> bool:
    return code in _scopes


def scope(code: str) -> Callable[[F], F]:
    """Names the scope an API operation asks for; stands directly above the function. Every operation has one."""

    def mark(view: F) -> F:
        view.scope = code  # type: ignore[attr-defined]
        return view

    return mark


EVENTS_READ = declare_scope("events.read", gettext_noop("Đọc nhật ký sự kiện và nhận sự kiện qua webhook"))

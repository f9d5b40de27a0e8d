"""Demonstration accounts, for the sign-in page: who provides them is a room above."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """One account of the cast, with the password it may be opened with in demonstration mode."""

    username: str
    display_name: str
    role: str
    unit: str
    password: str
    about: str


_provider: Callable[[], list[DemoAccount]] | None = None


def provide_demo_accounts(provider: Callable[[], list[DemoAccount]]) -> None:
    """Names the function that lists the accounts; called from an AppConfig.ready."""
    global _provider
    _provider = provider


def demo_accounts() -> list[DemoAccount]:
    """The cast in demonstration mode, else nothing."""
    return _provider() if settings.DEMO and _provider is not None else []

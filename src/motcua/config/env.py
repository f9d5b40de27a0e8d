"""Readers of environment settings that refuse nonsense."""

from __future__ import annotations

import os
import secrets
from pathlib import Path


class BadSetting(Exception):
    """A setting that cannot be used; the message names the variable and says what to write."""


def flag(name: str, default: bool = False) -> bool:
    raw = os.environ.get(name, "").strip().lower()
    if not raw:
        return default
    if raw in {"1", "true", "yes", "on"}:
        return True
    if raw in {"0", "false", "no", "off"}:
        return False
    raise BadSetting(f"{name}={raw!r}: chỉ nhận 1 hoặc 0. / use 1 or 0.")


def listed(name: str) -> list[str]:
    return [part.strip() for part in os.environ.get(name, "").split(",") if part.strip()]


def demo_mode() -> bool:
    """Demonstration accounts and figures; `motcua run` binds to the loopback address then."""
    return flag("MOTCUA_DEMO")


def secret_key(folder: Path) -> str:
    """The signing key: MOTCUA_SECRET_KEY, else one made once in the data folder, readable by its owner."""
    given = os.environ.get("MOTCUA_SECRET_KEY")
    if given:
        return given
    path = folder / "secret-key"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return path.read_text(encoding="ascii")
        with os.fdopen(handle, "w", encoding="ascii") as stream:
            stream.write(secrets.token_urlsafe(50))
    return path.read_text(encoding="ascii")

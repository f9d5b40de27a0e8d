"""Files that appear whole under their name or not at all, and are never written again."""

from __future__ import annotations

import hashlib
import os
import time
from pathlib import Path

YOUNG = 3600.0  # seconds during which an unknown file may belong to a transaction still running


def digest_of(path: Path) -> str:
    """SHA-256 of a file, hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def is_old(path: Path) -> bool:
    """Whether a file is too old to belong to a transaction still running."""
    try:
        return time.time() - path.stat().st_mtime > YOUNG
    except FileNotFoundError:
        return False


def flush(path: Path) -> None:
    """Has a file, or the names in a folder, outlive a loss of power."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

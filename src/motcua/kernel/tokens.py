"""Secret tokens given out once, of which only the digest is kept."""

from __future__ import annotations

import hashlib
import secrets


def new_token(mark: str) -> str:
    """The mark, 8 letters to recognise it by, "_" and 43 secret letters."""
    return f"{mark}{secrets.token_hex(4)}_{secrets.token_urlsafe(32)}"


def digest_of_token(token: str) -> bytes:
    """What is kept of a token: its SHA-256."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()

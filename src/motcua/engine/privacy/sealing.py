from __future__ import annotations

from motcua.engine.privacy.keys import ring


def seal(text: str, *, context: str) -> bytes:
    """The text under AES-256-GCM with the newest key; key id and nonce are inside. "" gives b"".

    context: room and column, such as "applicants.phone"; the same must be given to open it.
    Raises PrivacyError privacy.key.*.
    """
    return ring().seal(text, context)


def open_sealed(blob: bytes, *, context: str) -> str:
    """The text of a blob made by `seal`. Raises PrivacyError privacy.sealed.broken (changed, or another context),
    privacy.key.unknown, privacy.key.missing."""
    return ring().open(bytes(blob), context)


def blind(text: str, *, context: str) -> bytes:
    """HMAC-SHA256 (32 bytes) of the text without regard to case and white space, for exact search. "" gives b"".

    Bring numbers to one form before (`+84` and `0`). It does not change when keys are rotated.
    """
    return ring().blind(text, context)

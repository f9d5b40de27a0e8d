"""Sealing with a ring of keys: pure, no clock, no file, no database.

A sealed text: version (1 byte), key id (4), nonce (12), AES-256-GCM ciphertext with its tag (16). The context is
authenticated with it: a phone number moved into another column does not open.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from collections.abc import Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.utils.translation import gettext as _

from motcua.engine.privacy.errors import PrivacyError
from motcua.kernel.text import squeeze

KEY_BYTES = 32
VERSION = b"\x01"
ID_BYTES, NONCE_BYTES, TAG_BYTES = 4, 12, 16
HEAD = 1 + ID_BYTES
SHORTEST = HEAD + NONCE_BYTES + TAG_BYTES


class Ring:
    """Keys, oldest first. The last one seals, every one opens, the first one gives the blind index."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        self._ciphers = {key_id_of(key): AESGCM(_derived(key, b"motcua seal")) for key in keys}
        self.newest_id, self.first_id = key_id_of(keys[-1]), key_id_of(keys[0])
        self._newest = self._ciphers[self.newest_id]
        self._blind = hmac.new(_derived(keys[0], b"motcua blind index"), digestmod=hashlib.sha256)

    @property
    def ids(self) -> tuple[bytes, ...]:
        return tuple(self._ciphers)

    def seal(self, text: str, context: str) -> bytes:
        """The text encrypted with the newest key; empty stays empty."""
        if not text:
            return b""
        nonce = os.urandom(NONCE_BYTES)
        head = VERSION + self.newest_id
        return (
            head + nonce + self._newest.encrypt(nonce, text.encode("utf-8"), head + context.encode("utf-8"))
        )

    def open(self, blob: bytes, context: str) -> str:
        """The text of a sealed blob. Raises PrivacyError privacy.sealed.broken, privacy.key.unknown."""
        if not blob:
            return ""
        if len(blob) < SHORTEST or blob[:1] != VERSION:
            raise _broken(context)
        cipher = self._ciphers.get(blob[1:HEAD])
        if cipher is None:
            raise PrivacyError(
                "privacy.key.unknown",
                _(
                    "Không có khóa {key} để mở dữ liệu cá nhân ({context}). Hãy đặt lại khóa dữ liệu đã cất riêng khi sao lưu."
                ).format(key=blob[1:HEAD].hex(), context=context),
            )
        nonce, rest = blob[HEAD : HEAD + NONCE_BYTES], blob[HEAD + NONCE_BYTES :]
        try:
            return cipher.decrypt(nonce, rest, blob[:HEAD] + context.encode("utf-8")).decode("utf-8")
        except InvalidTag as error:
            raise _broken(context) from error

    def blind(self, text: str, context: str) -> bytes:
        """32 bytes that are equal for texts equal but for case and white space, and tell nothing without the key."""
        plain = squeeze(text).casefold()
        if not plain:
            return b""
        mac = self._blind.copy()
        mac.update(context.encode("utf-8") + b"\x00" + plain.encode("utf-8"))
        return mac.digest()


def key_id_of(key: bytes) -> bytes:
    """A key's name, which it carries in itself: no two rings can mean different keys by one name."""
    return hashlib.sha256(b"motcua key id" + key).digest()[:ID_BYTES]


def key_of(blob: bytes) -> bytes:
    """Id of the key a blob is sealed with; empty for an empty one."""
    return bytes(blob[1:HEAD])


def _derived(key: bytes, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=purpose).derive(key)


def _broken(context: str) -> PrivacyError:
    return PrivacyError(
        "privacy.sealed.broken",
        _(
            "Dữ liệu cá nhân ({context}) đã bị sửa ngoài hệ thống hoặc hỏng nên không mở được. Hãy báo người phụ trách an toàn thông tin."
        ).format(context=context),
    )

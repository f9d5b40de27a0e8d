"""Revocation lists named by the setting: local files, or addresses fetched and kept until they run out."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import httpx
from cryptography import x509
from django.utils.translation import gettext as _

from motcua.engine.signing.errors import SigningRefused
from motcua.engine.signing.trust import crl_folder, read_list
from motcua.kernel import clock

VARIABLE = "MOTCUA_SIGNING_CRL"
SECONDS, LARGEST = 20.0, 32 * 1024 * 1024


def named_lists(*, fetch: bool = True) -> tuple[bytes, ...]:
    """The lists of MOTCUA_SIGNING_CRL (paths and http addresses, parted by commas) as DER.

    fetch: ask an address whose list has run out; otherwise what was kept is used. Raises SigningRefused
    signing.list.unreachable, signing.list.unreadable.
    """
    words = [word.strip() for word in os.environ.get(VARIABLE, "").split(",") if word.strip()]
    found = (_fetched(word, fetch) if "://" in word else read_list(_read(Path(word))) for word in words)
    return tuple(one for one in found if one)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise SigningRefused(
            "signing.list.unreadable", _("Không mở được danh sách thu hồi {path}.").format(path=path)
        ) from error


def _fetched(url: str, fetch: bool) -> bytes:
    kept = crl_folder() / "fetched" / f"{hashlib.sha256(url.encode()).hexdigest()[:32]}.der"
    known = kept.read_bytes() if kept.exists() else b""
    if not fetch or (known and _holds(known)):
        return known
    try:
        with httpx.stream("GET", url, timeout=SECONDS, follow_redirects=True) as answer:
            answer.raise_for_status()
            data = b""
            for piece in answer.iter_bytes():
                data += piece
                if len(data) > LARGEST:
                    raise ValueError("list too large")
    except (httpx.HTTPError, ValueError) as error:
        raise SigningRefused(
            "signing.list.unreachable",
            _("Không tải được danh sách chứng thư số bị thu hồi của nơi cấp; chưa ký gì. Hãy thử lại sau."),
        ) from error
    der = read_list(data)
    kept.parent.mkdir(parents=True, exist_ok=True)
    building = kept.with_suffix(f".{os.getpid()}")
    building.write_bytes(der)
    building.replace(kept)
    return der


def _holds(der: bytes) -> bool:
    end = x509.load_der_x509_crl(der).next_update_utc
    return end is not None and end > clock.now()

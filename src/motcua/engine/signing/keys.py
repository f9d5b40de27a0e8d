"""Where keys lie: PKCS#12 files sealed in the data folder, or a token behind a PKCS#11 module. Never in the database."""

from __future__ import annotations

import base64
import json
import os
import secrets
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from asn1crypto.x509 import Certificate
from django.utils.translation import gettext as _

from motcua.engine.database.api import data_dir
from motcua.engine.privacy.api import open_sealed, seal
from motcua.engine.signing.errors import SigningRefused

if TYPE_CHECKING:
    from pyhanko.sign.signers import Signer, SimpleSigner

MODULES = "MOTCUA_PKCS11_MODULES"


@dataclass(frozen=True, slots=True)
class Kept:
    """What is sealed for an identity: PKCS#12 file, its passphrase where it is not asked for, and the picture."""

    pkcs12: bytes = b""
    passphrase: str = ""
    picture: bytes = b""


def folder() -> Path:
    return data_dir() / "signing" / "keys"


def keep(uid: uuid.UUID, kept: Kept) -> None:
    """Seals it in the data folder, outside of what backups hold."""
    text = json.dumps(
        {
            "pkcs12": base64.b64encode(kept.pkcs12).decode("ascii"),
            "passphrase": kept.passphrase,
            "picture": base64.b64encode(kept.picture).decode("ascii"),
        }
    )
    write(_path(uid), seal(text, context=_context(uid)))


def kept_of(uid: uuid.UUID) -> Kept:
    """Raises SigningRefused signing.key.missing (a restored backup has no keys), PrivacyError privacy.*"""
    path = _path(uid)
    if not path.exists():
        raise SigningRefused(
            "signing.key.missing",
            _("Không thấy tệp khóa của chứng thư số này trên máy chủ; hãy nạp lại tệp PKCS#12."),
        )
    found = json.loads(open_sealed(path.read_bytes(), context=_context(uid)))
    return Kept(base64.b64decode(found["pkcs12"]), found["passphrase"], base64.b64decode(found["picture"]))


def forget(uid: uuid.UUID) -> None:
    _path(uid).unlink(missing_ok=True)


def sealed_files() -> list[tuple[Path, str]]:
    """Every sealed file with its context, for the rotation of data keys."""
    from motcua.engine.signing import development

    own = [(path, f"signing.key:{path.stem}") for path in sorted(folder().glob("*.key"))]
    return own + [(path, development.CONTEXT) for path in sorted(development.folder().glob("*.key"))]


def read_pkcs12(data: bytes, passphrase: str) -> SimpleSigner:
    """A signer of a PKCS#12 file. Raises SigningRefused signing.key.secret (wrong passphrase, or no such file)."""
    from pyhanko.sign.signers import SimpleSigner  # slow to load

    try:
        signer: SimpleSigner = SimpleSigner.load_pkcs12_data(data, [], passphrase=passphrase.encode("utf-8"))
        return signer
    except (ValueError, TypeError, AttributeError) as error:
        raise SigningRefused(
            "signing.key.secret", _("Mật khẩu của tệp khóa không đúng, hoặc tệp không phải PKCS#12.")
        ) from error


def allowed_modules() -> tuple[str, ...]:
    """PKCS#11 modules that may be loaded: a module is a program, so the machine's administrator names them."""
    return tuple(word.strip() for word in os.environ.get(MODULES, "").split(",") if word.strip())


@contextmanager
def token_signer(module: str, token: str, label: str, pin: str) -> Iterator[Signer]:
    """A signer on a token, in one session. Raises SigningRefused signing.token.{forbidden,library,unreachable}, signing.key.secret."""
    if module not in allowed_modules():
        raise SigningRefused(
            "signing.token.forbidden",
            _("Mô-đun PKCS#11 này không có trong {variable} của máy chủ.").format(variable=MODULES),
        )
    try:
        import pkcs11
        from pyhanko.config.pkcs11 import TokenCriteria
        from pyhanko.sign.pkcs11 import PKCS11Signer, open_pkcs11_session
    except ImportError as error:
        raise SigningRefused(
            "signing.token.library", _("Máy chủ chưa cài thư viện PKCS#11 (pip install 'motcua[pkcs11]').")
        ) from error
    try:
        session = open_pkcs11_session(module, token_criteria=TokenCriteria(label=token), user_pin=pin or None)
    except (
        pkcs11.exceptions.PinIncorrect,
        pkcs11.exceptions.PinLenRange,
        pkcs11.exceptions.PinInvalid,
    ) as error:
        raise SigningRefused("signing.key.secret", _("Mã PIN không đúng.")) from error
    except pkcs11.exceptions.PKCS11Error as error:
        raise _unreachable() from error
    try:
        yield PKCS11Signer(session, cert_label=label, key_label=label)
    except pkcs11.exceptions.PKCS11Error as error:
        raise _unreachable() from error
    finally:
        session.close()


def token_certificate(module: str, token: str, label: str, pin: str) -> Certificate:
    """The certificate that lies on a token under a label. Raises as `token_signer`."""
    with token_signer(module, token, label, pin) as signer:
        found: Any = signer.signing_cert
        if found is None:
            raise _unreachable()
        return found


def write(path: Path, data: bytes) -> None:
    """Whole or not at all; readable by its owner."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    building = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    handle = os.open(building, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as stream:
        stream.write(data)
    building.replace(path)


def _path(uid: uuid.UUID) -> Path:
    return folder() / f"{uid}.key"


def _context(uid: uuid.UUID) -> str:
    return f"signing.key:{uid}"


def _unreachable() -> SigningRefused:
    return SigningRefused(
        "signing.token.unreachable",
        _("Không mở được thiết bị lưu khóa, hoặc trên đó không có khóa với nhãn đã ghi."),
    )

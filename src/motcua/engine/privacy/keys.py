"""The key ring: from the environment, or from a file beside the secret key, made once and readable by its owner.

Keys are listed oldest first, one a line or parted by commas, 32 bytes each in URL-safe base64. The last one seals;
all of them open. Blind indexes come from the first one, which therefore stays in the ring for good.
"""

from __future__ import annotations

import base64
import binascii
import os
import secrets
from functools import lru_cache
from pathlib import Path

from django.db import DatabaseError, connection, transaction
from django.utils.translation import gettext as _

from motcua.engine.database.api import data_dir
from motcua.engine.privacy.errors import PrivacyError
from motcua.engine.privacy.ring import KEY_BYTES, Ring

VARIABLE = "MOTCUA_DATA_KEYS"
FILE = "data-keys"


def key_file() -> Path:
    return data_dir() / FILE


def from_environment() -> bool:
    return bool(os.environ.get(VARIABLE, "").strip())


@lru_cache(maxsize=1)
def ring() -> Ring:
    """The ring of this process. Raises PrivacyError privacy.key.malformed, privacy.key.missing."""
    text = os.environ.get(VARIABLE, "").strip()
    return Ring(parse_keys(text or _file_text()))


def parse_keys(text: str) -> list[bytes]:
    """Keys from their text, oldest first. Raises PrivacyError privacy.key.malformed."""
    keys: list[bytes] = []
    for number, word in enumerate(text.replace(",", "\n").split(), start=1):
        try:
            key = base64.urlsafe_b64decode(word.encode("ascii") + b"=" * (-len(word) % 4))
        except (binascii.Error, UnicodeEncodeError):
            key = b""
        if len(key) != KEY_BYTES or key in keys:
            raise PrivacyError(
                "privacy.key.malformed",
                _(
                    "Khóa dữ liệu thứ {number} không dùng được: mỗi khóa là {size} byte ghi bằng base64, không lặp lại. Hãy xem lại {variable} hoặc tệp {file}."
                ).format(number=number, size=KEY_BYTES, variable=VARIABLE, file=key_file()),
            )
        keys.append(key)
    if not keys:
        raise _missing(())
    return keys


def new_key() -> str:
    """A new key as text."""
    return base64.urlsafe_b64encode(secrets.token_bytes(KEY_BYTES)).decode("ascii").rstrip("=")


def add_key() -> str:
    """Adds a key at the end of the file, which then seals; returns its id. Running processes must be restarted.

    Raises PrivacyError privacy.key.environment when the ring comes from the environment.
    """
    if from_environment():
        raise PrivacyError(
            "privacy.key.environment",
            _(
                "Khóa dữ liệu đang lấy từ biến môi trường {variable}: hãy thêm khóa mới vào cuối biến đó rồi khởi động lại."
            ).format(variable=VARIABLE),
        )
    path = key_file()
    keys = [*_file_text().split(), new_key()]
    building = path.with_name(f".{FILE}.{os.getpid()}")
    _write(building, keys)
    building.replace(path)
    ring.cache_clear()
    return ring().newest_id.hex()


def known_ids() -> set[str]:
    """Ids of keys that the database's rows were ever sealed with; empty before the tables are there."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT key_id FROM privacy_datakey")
            return {row[0] for row in cursor.fetchall()}
    except DatabaseError:
        return set()


def remember_keys() -> None:
    """Notes in the database which keys its rows need, after every migration.

    Raises PrivacyError privacy.key.missing when rows were sealed with a key that is not in the ring (a restored
    backup without its keys, a second server with a ring of its own); privacy.key.first when another key than
    before comes first, since blind indexes would then find nothing.
    """
    from motcua.engine.privacy.models import DataKey

    if DataKey._meta.db_table not in connection.introspection.table_names():
        return
    current = ring()
    lost = sorted(known_ids() - {key_id.hex() for key_id in current.ids})
    if lost:
        raise _missing(tuple(lost))
    blinding = DataKey.objects.filter(blinds=True).values_list("key_id", flat=True).first()
    if blinding is not None and blinding != current.first_id.hex():
        raise PrivacyError(
            "privacy.key.first",
            _(
                "Khóa dữ liệu {id} phải đứng đầu danh sách: số giấy tờ, số điện thoại được tìm bằng khóa đó. Hãy giữ thứ tự từ cũ đến mới."
            ).format(id=blinding),
        )
    DataKey.objects.get_or_create(key_id=current.first_id.hex(), defaults={"blinds": True})
    DataKey.objects.get_or_create(key_id=current.newest_id.hex())


def _file_text() -> str:
    path = key_file()
    if not path.exists():
        _make(path)
    return path.read_text(encoding="ascii")


def _make(path: Path) -> None:
    """A ring of one key; never where the database already knows keys, since its rows could then not be opened."""
    known = known_ids()
    if known:
        raise _missing(tuple(sorted(known)))
    path.parent.mkdir(parents=True, exist_ok=True)
    _link_new(path)


def _link_new(path: Path) -> bool:
    """Puts a new ring there, whole or not at all; False when another process was first."""
    building = path.with_name(f".{FILE}.{os.getpid()}.{secrets.token_hex(4)}")
    _write(building, [new_key()])
    try:
        os.link(building, path)
    except FileExistsError:
        return False
    finally:
        building.unlink()
    return True


def _write(path: Path, keys: list[str]) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as stream:
        stream.write("\n".join(keys) + "\n")
        stream.flush()
        os.fsync(stream.fileno())


def _missing(ids: tuple[str, ...]) -> PrivacyError:
    return PrivacyError(
        "privacy.key.missing",
        _(
            "Thiếu khóa dữ liệu {ids}: dữ liệu cá nhân trong cơ sở dữ liệu này đã mã hóa bằng khóa đó nên không mở được. Hãy đặt lại tệp {file} (hoặc biến {variable}) đã cất riêng khi sao lưu."
        ).format(ids=", ".join(ids) or "–", file=key_file(), variable=VARIABLE),
    )

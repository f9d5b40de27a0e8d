"""The data folder: which version made it, where its cluster lies, who holds it now."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import tempfile
import time
import uuid
from dataclasses import asdict, dataclass
from pathlib import Path

import motcua
from motcua.engine.database.accounts import can_enter
from motcua.engine.database.binaries import postgres_major
from motcua.engine.database.children import Identity
from motcua.engine.database.errors import DatabaseProblem, explain

LAYOUT = 1
MARKER = "motcua.json"
_LONGEST_SOCKET_PATH = 100  # sun_path holds 108 bytes on Linux, 104 elsewhere
_THROWAWAY_AGE = 24 * 3600.0
_SOCKET_NAME = "/.s.PGSQL.5432"


@dataclass(frozen=True, slots=True)
class Marker:
    """What the folder says of itself. `cluster` is relative to the folder, or absolute when it lies elsewhere."""

    motcua: str
    postgres: int
    cluster: str
    layout: int = LAYOUT


@dataclass(frozen=True, slots=True)
class ClusterHome:
    """The folder of one cluster: data, socket, configuration, log and lock, side by side."""

    path: Path

    @property
    def data(self) -> Path:
        return self.path / "data"

    @property
    def log(self) -> Path:
        return self.path / "server.log"

    @property
    def lock(self) -> Path:
        return self.path / "lock"

    @property
    def sockets(self) -> Path:
        """Folder of the unix socket; a short one elsewhere when this path is too long for a socket."""
        near = self.path / "run"
        if len(os.fsencode(str(near))) + len(_SOCKET_NAME) <= _LONGEST_SOCKET_PATH:
            return near
        digest = hashlib.sha256(os.fsencode(str(self.path))).hexdigest()[:16]
        return Path("/tmp") / f"motcua-{digest}"  # noqa: S108 - made by us alone, owner checked


def read_marker(folder: Path) -> Marker | None:
    """The marker of the folder, None when it is new. Raises DB-FOLDER when it cannot be understood."""
    path = folder / MARKER
    try:
        fields = json.loads(path.read_text(encoding="utf-8"))
        return Marker(**{name: fields[name] for name in ("motcua", "postgres", "cluster", "layout")})
    except FileNotFoundError:
        return None
    except PermissionError as error:
        raise explain(str(error), str(folder), "mở") from error
    except (ValueError, KeyError, TypeError) as error:
        raise DatabaseProblem(
            "DB-FOLDER",
            f"Tệp {path} hỏng hoặc không phải của motcua. Hãy chọn thư mục khác bằng MOTCUA_DATA_DIR "
            "hoặc khôi phục tệp từ bản sao lưu.",
            f"{path} is damaged or does not belong to motcua.",
        ) from error


def write_marker(folder: Path, marker: Marker) -> None:
    """Write the marker at once or not at all."""
    building = folder / f".{MARKER}.{os.getpid()}"
    building.write_text(json.dumps(asdict(marker), indent=1) + "\n", encoding="utf-8")
    building.chmod(0o644)
    building.replace(folder / MARKER)


def record_version(folder: Path) -> None:
    """Note that this version of motcua has migrated the folder; older versions will refuse it."""
    marker = read_marker(folder)
    if marker is not None and marker.motcua != motcua.__version__:
        write_marker(folder, Marker(motcua.__version__, marker.postgres, marker.cluster))


def check_versions(folder: Path, marker: Marker) -> None:
    """Refuse a folder of a newer motcua, or of another PostgreSQL."""
    if marker.layout > LAYOUT or version_key(marker.motcua) > version_key(motcua.__version__):
        raise DatabaseProblem(
            "DB-MOTCUA-VERSION",
            f"Thư mục {folder} do motcua {marker.motcua} tạo ra, mới hơn bản đang chạy "
            f"({motcua.__version__}). Hãy cài motcua {marker.motcua} trở lên.",
            f"{folder} was made by motcua {marker.motcua}, newer than this {motcua.__version__}.",
        )
    if marker.postgres != postgres_major():
        raise DatabaseProblem(
            "DB-POSTGRES-VERSION",
            f"Dữ liệu ở {folder} thuộc PostgreSQL {marker.postgres}, bản này dùng PostgreSQL "
            f"{postgres_major()}. Hãy `motcua backup` bằng bản motcua cũ rồi `motcua restore` vào một thư mục mới.",
            f"{folder} holds PostgreSQL {marker.postgres}; this version runs {postgres_major()}.",
        )


def version_key(version: str) -> tuple[int, ...]:
    """Order of versions: numbers compared as numbers, anything after them ignored."""
    numbers: list[int] = []
    for part in version.split("."):
        digits = "".join(character for character in part if character.isdigit())
        numbers.append(int(digits) if digits else 0)
    return tuple(numbers)


def home_of(folder: Path, marker: Marker) -> ClusterHome:
    return ClusterHome(folder / marker.cluster)


def choose_home(folder: Path, identity: Identity | None, durable: bool) -> str:
    """Where a new cluster goes: in the folder, or elsewhere when the database account cannot walk there."""
    if can_enter(identity, folder):
        return "postgres"
    base = (
        Path("/var/lib/motcua")
        if durable
        else Path(tempfile.gettempdir()) / f"motcua-clusters-{os.geteuid()}"
    )
    if not base.exists():
        base.mkdir(mode=0o755, parents=True)
        base.chmod(0o755)
    if not durable:
        _sweep_throwaways(base)
    return str(base / uuid.uuid4().hex[:12])


def _sweep_throwaways(base: Path) -> None:
    """Delete clusters of tests that were killed before they could clean up: unlocked and a day old."""
    for old in base.iterdir():
        home = ClusterHome(old)
        if home.lock.exists() and time.time() - home.lock.stat().st_mtime > _THROWAWAY_AGE:
            lock = FolderLock(home.lock)
            if lock.take():
                shutil.rmtree(old, ignore_errors=True)
                lock.release()


class FolderLock:
    """An advisory lock on a file, held until every descriptor of it is closed (also by a guardian)."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor: int | None = None

    def take(self, patience: float = 0.0) -> bool:
        """Try for `patience` seconds; False when somebody else holds it."""
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        until = time.monotonic() + patience
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                self._descriptor = descriptor
                return True
            except BlockingIOError:
                if time.monotonic() >= until:
                    os.close(descriptor)
                    return False
                time.sleep(0.05)

    @property
    def descriptor(self) -> int:
        if self._descriptor is None:
            raise RuntimeError("the lock is not held")
        return self._descriptor

    def release(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

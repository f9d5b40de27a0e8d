"""Making a cluster, and the configuration it runs with."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from motcua.engine.database.accounts import own_name
from motcua.engine.database.binaries import program
from motcua.engine.database.children import Identity
from motcua.engine.database.errors import DatabaseProblem, explain
from motcua.engine.database.folder import ClusterHome

DATABASE = "motcua"
OWNER = "motcua"  # owns the application's database; no superuser, as in production
ADMIN = "motcua_admin"  # used only by the supervisor
_ROOM_NEEDED = 200 * 1024 * 1024  # a new cluster, its first log segments, and air
_ROOM_TO_START = 40 * 1024 * 1024  # two log segments

_SETTINGS = """\
# Written by motcua at every start; put your own settings in local.conf beside it.
listen_addresses = ''
port = 5432
unix_socket_directories = '{sockets}'
unix_socket_permissions = 0700
hba_file = '{home}/pg_hba.conf'
ident_file = '{home}/pg_ident.conf'
max_connections = 100
shared_buffers = 128MB
effective_cache_size = 512MB
max_wal_size = 1GB
random_page_cost = 1.1
timezone = 'UTC'
log_timezone = 'UTC'
lc_messages = 'C'
log_line_prefix = '%m [%p] '
log_min_duration_statement = -1
log_parameter_max_length = 0
log_parameter_max_length_on_error = 0
log_min_error_statement = panic
log_checkpoints = off
"""
_FAST = "fsync = off\nsynchronous_commit = off\nfull_page_writes = off\nmax_wal_size = 4GB\n"


def prepare_home(home: ClusterHome, identity: Identity | None) -> None:
    """Make the folders of the cluster. Ours stay ours; only data and socket belong to the database account."""
    if not home.path.exists():
        home.path.mkdir(mode=0o755 if identity else 0o700)
        home.path.chmod(0o755 if identity else 0o700)
    sockets = home.sockets
    if not sockets.exists():
        sockets.mkdir(mode=0o700)
        _give(sockets, identity)
    info = sockets.lstat()
    if sockets.is_symlink() or info.st_uid != (identity.uid if identity else os.geteuid()):
        raise DatabaseProblem(
            "DB-SOCKET",
            f"Thư mục {sockets} thuộc về người dùng khác nên không thể đặt cổng nối cơ sở dữ liệu ở đó. "
            "Hãy xóa thư mục này hoặc chọn MOTCUA_DATA_DIR có đường dẫn ngắn hơn.",
            f"{sockets} belongs to somebody else.",
        )


def check_room(folder: Path, new: bool) -> None:
    """Refuse to start on a disk that is about to fill up, before anything is half written."""
    free = shutil.disk_usage(folder).free
    needed = _ROOM_NEEDED if new else _ROOM_TO_START
    if free < needed:
        raise DatabaseProblem(
            "DB-DISK-FULL",
            f"Ổ đĩa chứa {folder} chỉ còn {free // 1_048_576} MB, cần ít nhất {needed // 1_048_576} MB. "
            "Hãy giải phóng dung lượng rồi chạy lại; dữ liệu đã lưu không mất.",
            f"Only {free // 1_048_576} MB free at {folder}; {needed // 1_048_576} MB needed.",
        )


def create_cluster(home: ClusterHome, identity: Identity | None, durable: bool) -> None:
    """Run initdb beside the final place and move it there whole, so that a kill leaves no half cluster."""
    building = home.path / "data.new"
    shutil.rmtree(building, ignore_errors=True)
    building.mkdir(mode=0o700)
    _give(building, identity)
    command = [str(program("initdb", identity)), "-D", str(building), "-U", ADMIN, "-E", "UTF8"]
    command += ["--locale=C", "--auth=peer", "--no-instructions"]
    command += [] if durable else ["--no-sync"]
    outcome = subprocess.run(
        command,
        user=identity.uid if identity else None,
        group=identity.gid if identity else None,
        extra_groups=[] if identity else None,
        cwd="/",
        env=clean_environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if outcome.returncode:
        shutil.rmtree(building, ignore_errors=True)
        raise explain(outcome.stderr or outcome.stdout, str(home.path), "khởi tạo")
    building.rename(home.data)


def clean_environment() -> dict[str, str]:
    """An environment in which no PG* variable of the user bends the server, and messages are English."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_", "LANG"))}
    return {**kept, "LC_ALL": "C"}


def write_configuration(home: ClusterHome, identity: Identity | None, durable: bool) -> None:
    """Write the settings and who may connect: through the socket, as the supervisor's own account only."""
    settings = _SETTINGS.format(sockets=_quoted(home.sockets), home=_quoted(home.path))
    settings += "" if durable else _FAST
    settings += f"include_if_exists '{_quoted(home.path)}/local.conf'\n"
    accounts = {own_name(), identity.name if identity else own_name()}
    lines = [f'motcua "{name}" {role}' for name in sorted(accounts) for role in (ADMIN, OWNER)]
    _write(home.path / "motcua.conf", settings)
    _write(home.path / "pg_hba.conf", "local all all peer map=motcua\n")
    _write(home.path / "pg_ident.conf", "\n".join(lines) + "\n")


def server_command(home: ClusterHome, identity: Identity | None) -> list[str]:
    """The command line of the postmaster."""
    return [
        str(program("postgres", identity)),
        "-D",
        str(home.data),
        f"--config-file={home.path / 'motcua.conf'}",
    ]


def _quoted(path: Path) -> str:
    return str(path).replace("\\", "\\\\").replace("'", "''")


def _write(path: Path, text: str) -> None:
    building = path.with_suffix(".new")
    building.write_text(text, encoding="utf-8")
    building.chmod(0o644)
    building.replace(path)


def _give(path: Path, identity: Identity | None) -> None:
    if identity is not None:
        os.chown(path, identity.uid, identity.gid)

"""The supervisor of the embedded PostgreSQL: one server per data folder, started, adopted or recovered."""

from __future__ import annotations

import os
import shutil
import signal
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any

import psycopg
from psycopg import sql

import motcua
from motcua.engine.database import processes
from motcua.engine.database.accounts import can_enter, database_identity
from motcua.engine.database.binaries import postgres_major
from motcua.engine.database.children import GuardedProcess, Identity, Manners
from motcua.engine.database.cluster import (
    ADMIN,
    DATABASE,
    OWNER,
    check_room,
    clean_environment,
    create_cluster,
    prepare_home,
    server_command,
    write_configuration,
)
from motcua.engine.database.errors import DatabaseProblem, explain
from motcua.engine.database.folder import (
    ClusterHome,
    FolderLock,
    Marker,
    check_versions,
    choose_home,
    home_of,
    read_marker,
    write_marker,
)
from motcua.engine.database.urls import socket_url

CREATION_PATIENCE = 120.0  # seconds another process may take to make the cluster
HANDOVER_PATIENCE = 40.0  # seconds for a dying owner to release the cluster
LEAVING_PATIENCE = 10.0  # seconds for processes of a killed server to leave by themselves
RECOVERY_PATIENCE = 900.0  # seconds a server may replay its log after a crash
_MANNERS = Manners(stop=signal.SIGINT, firm=signal.SIGQUIT, grace=30.0)  # fast, then immediate shutdown
_STILL_LEAVING = ("already exists", "pre-existing shared memory")
_LONGEST_LOG = 10 * 1024 * 1024


class EmbeddedServer:
    """PostgreSQL on a folder of ours. Use as a context manager, or `start()` and `stop()`.

    The first process to start it owns it: the server stops with that process, however it dies. A later one
    adopts it, and only by a connection that shows the same data directory. `durable=False` is for tests: no
    fsync, so a crash of the machine may lose the cluster.
    """

    def __init__(self, data_dir: Path, *, durable: bool = True) -> None:
        self.folder = Path(data_dir).absolute()
        self._durable = durable
        self._home: ClusterHome | None = None
        self._identity: Identity | None = None
        self._lock: FolderLock | None = None
        self._child: GuardedProcess | None = None
        self._pid = 0

    def start(self) -> str:
        """Start or adopt the server; its URL. Raises DatabaseProblem with a stable code."""
        self._home = self._ensure_cluster()
        lock = FolderLock(self._home.lock)
        until = time.monotonic() + HANDOVER_PATIENCE
        while time.monotonic() < until:
            if lock.take():
                self._lock, self._pid = lock, os.getpid()
                self._own()
                return self.url
            if self._answers():
                return self.url
            time.sleep(0.1)
        raise DatabaseProblem(
            "DB-BUSY",
            f"Một tiến trình khác đang giữ thư mục {self.folder} nhưng cơ sở dữ liệu không trả lời. "
            "Hãy đợi nó dừng hẳn rồi chạy lại.",
            f"Another process holds {self.folder} but its database does not answer.",
        )

    def stop(self) -> None:
        """Stop the server if this process owns it; an adopted one is left alone."""
        if self._lock is None or self._pid != os.getpid():
            return
        if self._child is not None:
            self._child.stop()
        self._lock.release()
        self._lock, self._child = None, None

    def restart(self) -> str:
        """Bring a server back that died under us; nothing happens when it still lives."""
        if self._lock is None:
            return self.start()
        if not self.alive:
            self._own()
        return self.url

    def destroy(self) -> None:
        """Stop the server and delete its folder and cluster: for tests and trials, not for a province."""
        if self._home is not None and not self.owned:
            raise RuntimeError("only the owner of a server may delete its data")
        self.stop()
        if self._home is not None:
            shutil.rmtree(self._home.path, ignore_errors=True)
            shutil.rmtree(self._home.sockets, ignore_errors=True)
        shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def url(self) -> str:
        """URL of the application's database, valid across restarts."""
        if self._home is None:
            raise RuntimeError("the server has not been started")
        return socket_url(OWNER, DATABASE, self._home.sockets)

    @property
    def owned(self) -> bool:
        """True when this process started the server, false when it adopted a running one."""
        return self._lock is not None

    @property
    def alive(self) -> bool:
        """True while the server runs, as far as its owner knows; adopted servers are asked."""
        if self._child is not None:
            return self._child.exit_code() is None
        return self._home is not None and self._answers()

    @property
    def log(self) -> Path | None:
        return self._home.log if self._home else None

    def __enter__(self) -> EmbeddedServer:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _ensure_cluster(self) -> ClusterHome:
        try:
            return self._open_or_create()
        except OSError as error:
            raise explain(str(error), str(self.folder), "mở") from error

    def _open_or_create(self) -> ClusterHome:
        if not self.folder.exists():
            self.folder.mkdir(mode=0o711 if os.geteuid() == 0 else 0o700, parents=True)
        making = FolderLock(self.folder / "database.lock")
        if not making.take(CREATION_PATIENCE):
            raise DatabaseProblem(
                "DB-BUSY",
                f"Một tiến trình khác đang tạo cơ sở dữ liệu ở {self.folder} quá lâu.",
                f"Another process is taking too long to create the database in {self.folder}.",
            )
        try:
            marker = read_marker(self.folder)
            return self._create() if marker is None else self._open(marker)
        finally:
            making.release()

    def _create(self) -> ClusterHome:
        """Make the cluster and only then the marker: a marker always speaks of a whole cluster."""
        left_by_a_kill = ClusterHome(self.folder / "postgres")
        self._identity = database_identity(left_by_a_kill.data)
        marker = Marker(
            motcua.__version__, postgres_major(), choose_home(self.folder, self._identity, self._durable)
        )
        home = home_of(self.folder, marker)
        prepare_home(home, self._identity)
        if not home.data.exists():
            check_room(self.folder, new=True)
            create_cluster(home, self._identity, self._durable)
        self._check_cluster_version(home)
        write_marker(self.folder, marker)
        return home

    def _open(self, marker: Marker) -> ClusterHome:
        check_versions(self.folder, marker)
        home = home_of(self.folder, marker)
        if not home.data.exists():
            raise DatabaseProblem(
                "DB-MISSING",
                f"Không thấy dữ liệu ở {home.data} mà {self.folder} trỏ tới (ổ đĩa chưa gắn, hoặc đã bị xóa). "
                "Hãy gắn lại ổ đĩa, hoặc xóa thư mục này để bắt đầu lại rồi `motcua restore` từ bản sao lưu.",
                f"The cluster {home.data} this folder points to is missing.",
            )
        self._identity = database_identity(home.data)
        self._check_ownership(home)
        self._check_cluster_version(home)
        prepare_home(home, self._identity)
        return home

    def _check_ownership(self, home: ClusterHome) -> None:
        owner = home.data.stat().st_uid
        if self._identity is None and owner != os.geteuid():
            raise DatabaseProblem(
                "DB-PERMISSION",
                f"Dữ liệu ở {home.data} thuộc người dùng khác (số {owner}). Hãy chạy bằng người dùng đã tạo ra "
                "nó, hoặc chọn thư mục khác bằng MOTCUA_DATA_DIR.",
                f"{home.data} belongs to user {owner}; run as that user or choose another MOTCUA_DATA_DIR.",
            )
        if not can_enter(self._identity, home.data):
            raise explain("Permission denied", str(home.data), "mở")

    def _check_cluster_version(self, home: ClusterHome) -> None:
        found = (home.data / "PG_VERSION").read_text(encoding="ascii").strip()
        if found != str(postgres_major()):
            check_versions(self.folder, Marker(motcua.__version__, int(found.split(".")[0]), str(home.path)))

    def _own(self) -> None:
        """Start the server, holding the lock; the lock is given up again when it cannot be started."""
        try:
            self._clear_the_way()
            self._launch()
            self._ensure_database()
        except BaseException as error:
            self.stop()
            if isinstance(error, OSError):
                raise explain(str(error), str(self.folder), "khởi động") from error
            raise

    def _clear_the_way(self) -> None:
        home = self._known_home()
        check_room(self.folder, new=False)
        check_room(home.path, new=False)
        if not processes.wait_until_gone(home.data, LEAVING_PATIENCE):
            self._retire_orphan(home)
        processes.discard_foreign_pid_file(home.data)
        write_configuration(home, self._identity, self._durable)
        if home.log.exists() and home.log.stat().st_size > _LONGEST_LOG:
            home.log.replace(home.log.with_suffix(".log.1"))

    def _retire_orphan(self, home: ClusterHome) -> None:
        """A server of this folder lives without a guardian: let it prove itself, then ask it to finish."""
        postmaster = self._prove(processes.postmaster_of_backend)
        if postmaster is not None:
            processes.ask_fast_shutdown(postmaster)
        if not processes.wait_until_gone(home.data, 30.0):
            numbers = ", ".join(str(number) for number in processes.processes_in(home.data))
            raise DatabaseProblem(
                "DB-ORPHAN",
                f"Tiến trình PostgreSQL cũ ({numbers}) vẫn dùng {home.data} và không chịu dừng. "
                "Hãy kết thúc các tiến trình đó rồi chạy lại.",
                f"Old PostgreSQL processes ({numbers}) still use {home.data}.",
            )

    def _launch(self) -> None:
        """Start the postmaster; try again while remains of a killed one are still leaving."""
        for attempt in range(40):
            words = self._launch_once()
            if words is None:
                return
            if not any(sign in words for sign in _STILL_LEAVING):
                break
            time.sleep(0.1 if attempt < 10 else 0.5)
        raise explain(words or "", str(self.folder), "khởi động")

    def _launch_once(self) -> str | None:
        """None when the server is ready, else what it printed before it ended."""
        home = self._known_home()
        if self._lock is None:
            raise RuntimeError("the lock must be held before the server starts")
        with home.log.open("ab") as log:
            said_before = log.tell()
            self._child = GuardedProcess(
                server_command(home, self._identity),
                output=log,
                env=clean_environment(),
                identity=self._identity,
                manners=_MANNERS,
                keep_open=(self._lock.descriptor,),
            )
        until = time.monotonic() + RECOVERY_PATIENCE
        while time.monotonic() < until:
            if self._child.exit_code() is not None:
                return _tail(home.log, said_before)
            if self._answers():
                return None
            time.sleep(0.03)
        self._child.stop()
        return _tail(home.log, said_before)

    def _known_home(self) -> ClusterHome:
        if self._home is None:
            raise RuntimeError("the server has not been prepared")
        return self._home

    def _answers(self) -> bool:
        return self._prove(lambda backend: backend) is not None

    def _prove(self, look: Callable[[int], int | None]) -> int | None:
        """Connect, and look at the backend of *this* cluster that answered while the connection stands.

        None when nothing answers, or a stranger does: a server on the socket proves nothing by itself.
        """
        data = os.path.realpath(self._known_home().data)
        try:
            with self._admin() as connection:
                row = connection.execute(
                    "SELECT current_setting('data_directory'), pg_backend_pid()"
                ).fetchone()
                if row is None or os.path.realpath(row[0]) != data:
                    return None
                return look(int(row[1]))
        except psycopg.Error:
            return None

    def _admin(self) -> psycopg.Connection[Any]:
        return psycopg.connect(
            host=str(self._known_home().sockets),
            port=5432,
            user=ADMIN,
            dbname="postgres",
            autocommit=True,
            connect_timeout=5,
        )

    def _ensure_database(self) -> None:
        with self._admin() as connection:
            if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (OWNER,)).fetchone():
                connection.execute(sql.SQL("CREATE ROLE {} LOGIN CREATEDB").format(sql.Identifier(OWNER)))
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (DATABASE,)).fetchone():
                connection.execute(
                    sql.SQL("CREATE DATABASE {} OWNER {}").format(
                        sql.Identifier(DATABASE), sql.Identifier(OWNER)
                    )
                )


def _tail(log: Path, start: int) -> str:
    with log.open("rb") as stream:
        stream.seek(start)
        return stream.read(20_000).decode("utf-8", errors="replace")

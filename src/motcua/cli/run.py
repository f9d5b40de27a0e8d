"""`motcua run`: database, web and jobs under one foreground process."""

from __future__ import annotations

import http.client
import ipaddress
import json
import os
import shlex
import signal
import socket
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import click

import motcua
from motcua.cli.instance import Instance
from motcua.cli.preparation import child_environment, is_prepared, prepare
from motcua.cli.problems import Problem, explained
from motcua.cli.supervision import Backoff, Service
from motcua.engine.database.api import EmbeddedServer, data_dir, read_state, refuse_newer, shown

_READY_PATIENCE = 60.0  # seconds the web server may take to answer
_LOOK_EVERY = 0.25


@dataclass(frozen=True, slots=True)
class Options:
    host: str
    port: int
    workers: int
    demo: bool

    @property
    def address(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}/"


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Địa chỉ lắng nghe.")
@click.option("--port", type=click.IntRange(1, 65535), default=8000, envvar="MOTCUA_PORT", show_default=True)
@click.option(
    "--workers", type=click.IntRange(1, 64), default=2, show_default=True, help="Số tiến trình web."
)
@click.option("--demo/--production", default=None, help="Chế độ trình diễn (mặc định) hay chế độ thật.")
@explained
def run(host: str, port: int, workers: int, demo: bool | None) -> None:
    """Chạy motcua: cơ sở dữ liệu, trang web và hàng đợi công việc. Ctrl-C để dừng."""
    options = Options(
        host, port, workers, os.environ.get("MOTCUA_DEMO", "1") != "0" if demo is None else demo
    )
    _refuse_open_demo(options, options.demo)
    data = data_dir()
    if not data.exists():
        data.mkdir(mode=0o711 if os.geteuid() == 0 else 0o700, parents=True)
    os.environ["MOTCUA_DATA_DIR"] = str(data)
    instance = Instance(data)
    instance.claim()
    instance.announce(options.address)
    try:
        _refuse_busy_port(options)
        Supervisor(options, data, instance).run()
    finally:
        instance.leave()


class Supervisor:
    """Starts the parts in order, tends them, and stops them in the opposite order."""

    def __init__(self, options: Options, data: Path, instance: Instance) -> None:
        self._options = options
        self._data = data
        self._instance = instance
        self._database = None if os.environ.get("MOTCUA_DATABASE_URL") else EmbeddedServer(data)
        self._database_backoff = Backoff()
        self._database_rest_until = 0.0
        self._stopping = threading.Event()
        self._services: list[Service] = []

    def run(self) -> None:
        """Until a signal says to stop."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda *_: self._stopping.set())
        began = time.monotonic()
        try:
            state = self._open_database()
            self._services = [self._web()]
            self._services[0].start()
            if self._wait_until_ready():
                self._greet(state, time.monotonic() - began)
                self._services.append(self._worker())  # jobs can wait for the first page; tending starts it
                if self._wants_year(state):
                    self._services.append(self._year())
            while not self._stopping.wait(_LOOK_EVERY):
                self._tend()
        except Problem:
            if not self._stopping.is_set():  # a step that Ctrl-C interrupted did not fail
                raise
        finally:
            self._stop()

    def _open_database(self) -> dict[str, str]:
        """Start the database and bring it to this version; what it says of itself."""
        url = os.environ.get("MOTCUA_DATABASE_URL") or ""
        if self._database is not None:
            url = os.environ["MOTCUA_DATABASE_URL"] = self._database.start()
        state = read_state(url)
        refuse_newer(state, shown(url))
        demo = self._options.demo
        _refuse_open_demo(self._options, state.get("demo") == "1")
        if is_prepared(state, self._data, demo):
            return state
        if not demo and state.get("motcua", motcua.__version__) != motcua.__version__:
            raise Problem(
                "RUN-UPGRADE",
                f"Cơ sở dữ liệu thuộc motcua {state['motcua']}, bản đang chạy là {motcua.__version__}. "
                "Hãy chạy `motcua upgrade` (tự sao lưu trước khi nâng cấp).",
                "The database belongs to an older version; run `motcua upgrade`.",
            )
        prepare(self._data, demo)
        return read_state(url)

    def _web(self) -> Service:
        options = self._options
        command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--no-ws"]
        command += ["--host", options.host, "--port", str(options.port), "--workers", str(options.workers)]
        command += ["--respawn-failed-workers", "--respawn-interval", "0.5", "--workers-kill-timeout", "8"]
        command += ["--blocking-threads", "4", "--log-level", "warning", "motcua.config.wsgi:application"]
        return self._service("web", command)

    def _worker(self) -> Service:
        return self._service("worker", [sys.executable, "-m", "django", "worker"])

    def _wants_year(self, state: dict[str, str]) -> bool:
        """Only in a demonstration on its own database, and once."""
        wanted = os.environ.get("MOTCUA_DEMO_YEAR", "1") != "0" and state.get("demo_year") != "1"
        return wanted and self._options.demo and self._database is not None

    def _year(self) -> Service:
        return self._service("year", [sys.executable, "-m", "django", "simulate_demo"], once=True)

    def _service(self, name: str, command: list[str], *, once: bool = False) -> Service:
        log = self._data / "logs" / f"{name}.log" if self._options.demo else None
        env = child_environment(self._options.demo)
        return Service(name, command, env, log, keep_open=(self._instance.descriptor,), once=once)

    def _wait_until_ready(self) -> bool:
        """True once the site answers, false when asked to stop. Raises RUN-WEB when it never does."""
        web, until = self._services[0], time.monotonic() + _READY_PATIENCE
        while not self._stopping.wait(0.05):
            if _answers(self._options):
                return True
            if web.backoff.deaths >= 3 or time.monotonic() >= until:
                raise Problem(
                    "RUN-WEB",
                    f"Trang web không khởi động được. Nhật ký ({web.log or 'in ở trên'}):\n{web.last_words()}",
                    "The web server did not start; the end of its log is shown above.",
                )
            web.tend()
        return False

    def _tend(self) -> None:
        self._tend_database()
        for service in self._services:
            if news := service.tend():
                click.echo(news, err=True)

    def _tend_database(self) -> None:
        database, now = self._database, time.monotonic()
        if database is None or now < self._database_rest_until or database.alive:
            return
        wait = self._database_backoff.after_death(0)
        click.echo("Cơ sở dữ liệu dừng bất ngờ, đang khôi phục...", err=True)
        try:
            database.restart()
            click.echo("Cơ sở dữ liệu đã chạy lại.", err=True)
            self._database_backoff = Backoff()
        except Exception as problem:
            click.echo(f"{problem}\nThử lại sau {wait:.1f} giây.", err=True)
            self._database_rest_until = now + wait

    def _greet(self, state: dict[str, str], seconds: float) -> None:
        click.echo(f"\nmotcua {motcua.__version__} sẵn sàng sau {seconds:.1f} giây: {self._options.address}")
        accounts = json.loads(state.get("demo_accounts", "[]")) if self._options.demo else []
        if accounts:
            click.echo("\nTài khoản trình diễn (chỉ dùng được trên máy này):")
            widest = max(len(account[0]) for account in accounts)
            for username, password, title in accounts:
                click.echo(f"  {username:<{widest}}  {password}  {title}")
        if self._options.demo and self._database is not None:
            self._tell_of_years(state)
        click.echo("\nNhấn Ctrl-C để dừng.")

    def _tell_of_years(self, state: dict[str, str]) -> None:
        if self._wants_year(state):
            click.echo(
                "\nMột năm hồ sơ nhỏ của Tỉnh Mẫu đang được mô phỏng ở chế độ nền (vài phút; tắt: MOTCUA_DEMO_YEAR=0). "
                "Xem: đăng nhập phantich, chọn Tỉnh Mẫu, vào Số liệu, Chỉ số phục vụ."
            )
        command = shlex.quote(os.path.relpath(Path(sys.executable).with_name("motcua")))
        click.echo(
            "\nCả năm 2025 của Bắc Ninh (1.155.106 hồ sơ), trong thư mục dữ liệu riêng:\n"
            f"  MOTCUA_DATA_DIR=var-nam {command} simulate --province bac-ninh --year 2025 --scale 1\n"
            f"  MOTCUA_DATA_DIR=var-nam {command} run"
        )

    def _stop(self) -> None:
        click.echo("Đang dừng...", err=True)
        for service in self._services:
            service.ask_to_stop()
        for service in self._services:
            service.stop()
        if self._database is not None:
            self._database.stop()
        click.echo("Đã dừng.", err=True)


def _answers(options: Options) -> bool:
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(options.host, options.host)  # noqa: S104 - compared, not bound
    connection = http.client.HTTPConnection(host, options.port, timeout=5)
    try:
        connection.request("GET", "/healthz", headers={"Host": "localhost"})
        return connection.getresponse().status < 500
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _refuse_open_demo(options: Options, demo_accounts: bool) -> None:
    """Demonstration accounts have known passwords: they may be reached from this machine only."""
    if demo_accounts and not _is_loopback(options.host):
        raise Problem(
            "RUN-DEMO-LOOPBACK",
            f"Chế độ trình diễn và dữ liệu trình diễn chỉ được mở tại 127.0.0.1, không phải {options.host}. "
            "Để phục vụ mạng ngoài, hãy dùng cơ sở dữ liệu mới với --production (xem docs/how-to/production.md).",
            "Demonstration mode or data is served on the loopback address only.",
        )


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _refuse_busy_port(options: Options) -> None:
    family = socket.AF_INET6 if ":" in options.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((options.host, options.port))
            probe.listen(1)
        except OSError as error:
            raise Problem(
                "RUN-PORT",
                f"Không mở được cổng {options.port} tại {options.host}: {error.strerror}. Cổng có thể đang được "
                "chương trình khác dùng; hãy chọn cổng khác: motcua run --port 8001 (hoặc MOTCUA_PORT=8001).",
                f"Port {options.port} at {options.host} cannot be opened; choose another with --port.",
            ) from error

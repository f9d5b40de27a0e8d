from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from motcua.engine.jobs.worker import run_worker


class Command(BaseCommand):
    help = "Chạy công việc nền và niêm phong nhật ký cho đến khi được dừng."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--concurrency", type=int, default=2, help="Số việc chạy cùng lúc.")
        parser.add_argument("--drain", action="store_true", help="Làm hết việc đang chờ rồi dừng.")

    def handle(self, *args: Any, **options: Any) -> None:
        run_worker(concurrency=options["concurrency"], wait=not options["drain"])

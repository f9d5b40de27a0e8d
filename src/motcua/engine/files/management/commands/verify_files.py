from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from motcua.engine.files.models import Blob
from motcua.engine.files.upkeep import verify

REASONS = {
    "missing": "không còn trên đĩa",
    "size": "sai độ dài",
    "digest": "nội dung đã bị thay đổi",
}


class Command(BaseCommand):
    help = "Kiểm tra mọi tệp đã lưu: còn đủ và đúng mã băm."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--quick", action="store_true", help="Chỉ xem có tệp và đúng độ dài, không đọc.")

    def handle(self, *args: Any, **options: Any) -> None:
        damaged = 0
        for damage in verify(thorough=not options["quick"]):
            damaged += 1
            self.stdout.write(f"LỖI {damage.digest}: {REASONS[damage.reason]}")
        if damaged:
            raise CommandError(f"{damaged} nội dung bị hỏng hoặc mất; hãy khôi phục từ bản sao lưu.")
        self.stdout.write(f"Cả {Blob.objects.count()} nội dung đều nguyên vẹn.")

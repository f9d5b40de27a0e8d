from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from motcua.engine.files.upkeep import sweep


class Command(BaseCommand):
    help = "Dọn nội dung tệp không còn được dùng (tiến trình công việc nền cũng tự dọn sáu giờ một lần)."

    def handle(self, *args: Any, **options: Any) -> None:
        swept = sweep()
        self.stdout.write(
            f"Đã xóa {swept.unused} nội dung không còn dùng, {swept.strays} tệp lạc, {swept.drafts} bản nháp bỏ dở."
        )

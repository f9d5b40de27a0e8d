from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from motcua.engine.privacy.retention import apply_retention


class Command(BaseCommand):
    help = "Xóa dữ liệu cá nhân đã hết hạn lưu (tiến trình công việc nền tự làm mỗi ngày)."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--dry-run", action="store_true", help="Chỉ kể ra, không xóa.")

    def handle(self, *args: Any, **options: Any) -> None:
        dry_run = options["dry_run"]
        outcomes = apply_retention(dry_run=dry_run)
        for outcome in outcomes:
            count = f"{len(outcome.subjects)}{'+' if outcome.more else ''}"
            self.stdout.write(
                f"{outcome.retention.label} ({outcome.province.key}): giữ {outcome.rule.years} năm, "
                f"{'sẽ xóa' if dry_run else 'đã xóa'} {count} bản ghi trước {outcome.before:%d/%m/%Y}."
            )
            if dry_run:
                for subject in outcome.subjects:
                    self.stdout.write(f"  {subject}")
        if not outcomes:
            self.stdout.write("Chưa có quy tắc lưu giữ nào.")

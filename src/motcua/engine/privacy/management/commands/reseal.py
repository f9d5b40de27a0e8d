from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from motcua.engine.privacy.errors import PrivacyError
from motcua.engine.privacy.keys import remember_keys, ring
from motcua.engine.privacy.resealing import (
    BATCH,
    forget_older_keys,
    reseal_column,
    reseal_files,
    sealed_columns,
    waiting,
    waiting_files,
)


class Command(BaseCommand):
    help = "Mã hóa lại dữ liệu cá nhân bằng khóa mới nhất, từng lô; ngắt lúc nào cũng chạy tiếp được."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--batch", type=int, default=BATCH, help="Số giá trị mỗi lần ghi.")
        parser.add_argument("--check", action="store_true", help="Chỉ đếm, không ghi.")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            remember_keys()
            if options["check"]:
                self._count()
            else:
                self._reseal(max(1, options["batch"]))
        except PrivacyError as error:
            raise CommandError(error.message) from error

    def _count(self) -> None:
        for column in sealed_columns():
            self.stdout.write(f"{column.table}.{column.name}: {waiting(column)} giá trị còn dùng khóa cũ.")
        self.stdout.write(f"Tệp khóa trong thư mục dữ liệu: {len(waiting_files())} tệp còn dùng khóa cũ.")

    def _reseal(self, batch: int) -> None:
        total = reseal_files()
        self.stdout.write(f"Tệp khóa trong thư mục dữ liệu: {total} tệp.")
        for column in sealed_columns():
            done = 0
            for size in reseal_column(column, batch=batch):
                done += size
            total += done
            self.stdout.write(f"{column.table}.{column.name}: {done} giá trị.")
        free = forget_older_keys(total)
        self.stdout.write(f"Xong: {total} giá trị nay dùng khóa {ring().newest_id.hex()}.")
        if free:
            self.stdout.write(f"Không còn dòng nào cần khóa {', '.join(free)}; bản sao lưu cũ thì vẫn cần.")

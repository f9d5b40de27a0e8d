from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from motcua.engine.privacy.errors import PrivacyError
from motcua.engine.privacy.keys import add_key, key_file, remember_keys


class Command(BaseCommand):
    help = "Thêm một khóa dữ liệu mới; sau đó khởi động lại motcua rồi chạy `motcua manage reseal`."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            key_id = add_key()
            remember_keys()
        except PrivacyError as error:
            raise CommandError(error.message) from error
        self.stdout.write(
            f"Đã thêm khóa {key_id} vào {key_file()}. Hãy cất một bản của tệp này ở nơi khác bản sao lưu, "
            "khởi động lại motcua, rồi chạy `motcua manage reseal`."
        )

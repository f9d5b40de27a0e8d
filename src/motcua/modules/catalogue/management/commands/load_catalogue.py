"""The starter catalogue into a real province: procedures that are not there yet, as drafts of the law retyped."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from motcua.engine.provinces.api import Province
from motcua.modules.catalogue.starter.loading import load_starter


class Command(BaseCommand):
    help = "Nạp danh mục khởi đầu (chỉ các thủ tục tỉnh chưa có, không có thủ tục mô phỏng)."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("province", help="khóa của tỉnh, như bac-ninh")

    def handle(self, *args: Any, **options: Any) -> None:
        province = Province.objects.filter(key=options["province"]).first()
        if province is None:
            raise CommandError(
                f"Không có tỉnh khóa “{options['province']}”. Hãy chạy motcua load-province trước."
            )
        added = load_starter(province, fill=False)
        self.stdout.write(
            f"Đã thêm {added} thủ tục. Hãy đối chiếu với danh mục tỉnh đã công bố trước khi dùng."
        )

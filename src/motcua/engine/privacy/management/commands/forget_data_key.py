from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from motcua.engine.privacy.models import DataKey


class Command(BaseCommand):
    help = "Chấp nhận mất hẳn một khóa dữ liệu: những gì mã hóa bằng khóa đó không bao giờ mở được nữa."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("key", help="Mã khóa, tám chữ số thập lục phân, như trong thông báo thiếu khóa.")
        parser.add_argument("--i-know", action="store_true", help="Tôi biết dữ liệu đó coi như đã mất.")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["i_know"]:
            raise CommandError(
                "Khóa mất thì dữ liệu mã hóa bằng nó mất theo. Hãy tìm lại tệp data-keys; nếu chắc chắn, thêm --i-know."
            )
        removed, _by_model = DataKey.objects.filter(key_id=options["key"]).delete()
        if not removed:
            raise CommandError(f"Cơ sở dữ liệu này không dùng khóa {options['key']}.")
        self.stdout.write(f"Đã bỏ khóa {options['key']}.")

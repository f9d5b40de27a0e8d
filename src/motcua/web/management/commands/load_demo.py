"""The demonstration province: cast, published figures, catalogue, dossiers; at once when they are already there."""

from __future__ import annotations

import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from motcua.engine.provinces.api import Province
from motcua.modules.catalogue.api import load_demo_processes, load_starter
from motcua.modules.dossiers.api import load_demo_dossiers
from motcua.modules.feedback.api import load_demo_feedback
from motcua.reference.applicants.api import load_demo_applicants
from motcua.reference.organisations.api import load_reference
from motcua.reference.people.api import Installer, demo_accounts, demo_cast, load_cast, load_roles
from motcua.reports.documents.api import open_report
from motcua.reports.forms.api import load_published
from motcua.reports.watch.api import load_demo_alerts


class Command(BaseCommand):
    help = "Nạp tỉnh trình diễn, người mẫu và số liệu đã công bố (chạy lại không đổi gì)."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError(
                "Chỉ nạp dữ liệu trình diễn khi MOTCUA_DEMO=1: tài khoản mẫu có mật khẩu công khai."
            )
        started = time.monotonic()
        key = demo_cast().province
        load_reference(key)
        province = Province.objects.get(key=key)
        load_roles()
        load_cast(province)
        for sheet in load_published(province):
            open_report(Installer(), sheet)
        added = load_starter(province, fill=True)
        load_demo_processes(province, "Sở Nội vụ")
        if not province.simulated:  # a simulated year counts exactly what it was planned to
            load_demo_applicants(province)
            added += load_demo_dossiers(province)
            added += load_demo_feedback(province)
            added += load_demo_alerts(province)
        if added:
            # Thousands of rows at once: without statistics the first pages would be planned as for empty tables.
            with connection.cursor() as cursor:
                cursor.execute("ANALYZE")
        if options["verbosity"] > 0:
            self._print_accounts(time.monotonic() - started)

    def _print_accounts(self, seconds: float) -> None:
        for account in demo_accounts():
            where = f", {account.unit}" if account.unit else ""
            self.stdout.write(f"{account.username:<10} {account.password}  {account.role}{where}")
        self.stdout.write(f"Dữ liệu trình diễn đã sẵn sàng ({seconds:.1f} giây).")

"""A whole reporting campaign of a simulated province: opened, filled, submitted, approved, published."""

from __future__ import annotations

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from motcua.engine.accounts.api import User
from motcua.engine.permissions.api import Viewer, holders
from motcua.engine.provinces.api import Province
from motcua.kernel.periods import PeriodError, parse_period
from motcua.reports.submissions.errors import SubmissionRefused
from motcua.reports.submissions.models import Campaign
from motcua.reports.submissions.operations import CampaignDraft, open_campaign, root_of
from motcua.reports.submissions.permissions import RUN
from motcua.reports.submissions.seeding import run_campaign


class Command(BaseCommand):
    help = "Chạy trọn một kỳ báo cáo trên tỉnh giả lập (số kê khai là số giả lập, có ghi rõ)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--province", required=True)
        parser.add_argument("--period", required=True, help="2025, 2025-Q3, 2025-H1 …")
        parser.add_argument("--seed", type=int, default=2025)

    def handle(self, *args: Any, **options: Any) -> None:
        province = Province.objects.filter(key=options["province"]).first()
        if province is None or not province.simulated:
            raise CommandError("Chỉ chạy được trên tỉnh giả lập: không có tỉnh giả lập mang mã này.")
        started = time.monotonic()
        try:
            period = parse_period(options["period"])
        except PeriodError as error:
            raise CommandError(str(error)) from error
        window = period.window()
        campaign = Campaign.objects.filter(
            province=province, period_from=window.first, period_to=window.last
        ).first()
        try:
            if campaign is None:
                campaign = open_campaign(
                    self._coordinator(province),
                    province,
                    CampaignDraft(period.kind.value, window.first, window.last, opened_on=window.first),
                )
            own = run_campaign(campaign, options["seed"], self.stdout.write)
        except SubmissionRefused as refusal:
            raise CommandError(f"{refusal.code}: {refusal.message}") from refusal
        self.stdout.write(f"{own.uid}: {time.monotonic() - started:.1f} giây")

    def _coordinator(self, province: Province) -> Viewer:
        user = holders(RUN, province.pk, root_of(province)).first()
        if not isinstance(user, User):
            raise CommandError("Tỉnh chưa có người được quyền mở kỳ báo cáo (reports.submissions.run).")
        return Viewer(user)

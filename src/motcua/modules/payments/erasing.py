"""The name on a receipt goes when accounts need it no longer; the receipt, its number and its amount stay."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

from django.utils.translation import gettext_noop

from motcua.engine.privacy.api import declare_retention, read_rules
from motcua.engine.provinces.api import Province
from motcua.kernel.clock import now
from motcua.modules.payments.models import Receipt

RECEIPTS = "payments.receipts"


def declare() -> None:
    """Makes the retention of receipts known; called when the application is ready."""
    rules = read_rules(Path(__file__).parent / "retention.yaml")
    declare_retention(
        RECEIPTS, gettext_noop("Tên người nộp tiền trên biên lai"), rules[RECEIPTS], erase_payers
    )


def erase_payers(province: Province, before: dt.datetime, *, limit: int, dry_run: bool) -> Sequence[str]:
    """Erases the payers of receipts issued before an instant, the oldest first."""
    rows = Receipt.objects.filter(province=province, issued_at__lt=before, erased_at__isnull=True)
    found = list(rows.order_by("issued_at", "pk").select_for_update().values_list("pk", "uid")[:limit])
    if not dry_run and found:
        Receipt.objects.filter(pk__in=[key for key, _uid in found]).update(payer="", erased_at=now())
    return [f"receipt:{uid}" for _key, uid in found]

"""The demonstration's year: a small one in a province that is nowhere, beside the demonstration province.

`motcua run` starts it once, in the background. Stopped anywhere, it goes on at the next start.
"""

from __future__ import annotations

import os
from fractions import Fraction
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from motcua.engine.database.api import write_state
from motcua.simulation.api import BULK, Wanted, is_settled, is_simulated, settle, simulate

YEAR = Wanted("mau", 2025, Fraction(1, 200), 7, BULK)
STATE = "demo_year"
_NICE = 10  # pages come first


class Command(BaseCommand):
    help = "Mô phỏng một năm nhỏ của Tỉnh Mẫu cho bản trình diễn (chạy lại không đổi gì)."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("Chỉ mô phỏng năm trình diễn khi MOTCUA_DEMO=1.")
        os.nice(_NICE)
        if not is_simulated() or is_simulated(YEAR.province):
            simulate(YEAR)
            if not is_settled(YEAR):
                settle(YEAR)
        write_state(os.environ["MOTCUA_DATABASE_URL"], {STATE: "1"})

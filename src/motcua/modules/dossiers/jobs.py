"""What the workers do for dossiers."""

from __future__ import annotations

from motcua.engine.jobs.api import every, job
from motcua.engine.provinces.api import Province
from motcua.modules.dossiers.keepers import follow_keepers
from motcua.modules.dossiers.recalendar import follow_dates
from motcua.modules.dossiers.telling import tell_applicants
from motcua.modules.dossiers.warning import warn_and_escalate


@every(2.0, "dossiers.tell", "Báo tin cho người nộp hồ sơ")
def tell() -> None:
    tell_applicants()


@every(30.0, "dossiers.warn", "Cảnh báo bước sắp đến hạn, báo lãnh đạo bước quá hạn")
def warn() -> None:
    warn_and_escalate()


@job("dossiers.follow-calendar", "Tính lại hạn hồ sơ theo lịch làm việc mới", once=False)
def follow_calendar(province_id: int, path: str) -> None:
    follow_dates(province_id, path)


@job(
    "dossiers.follow-keepers",
    "Chuyển hồ sơ đã kết thúc sang đơn vị kế thừa",
    lock="dossiers.follow-keepers",
    once=False,
)
def keepers(province_id: int) -> None:
    follow_keepers(Province.objects.get(pk=province_id))

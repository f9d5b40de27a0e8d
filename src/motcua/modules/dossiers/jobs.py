"""What the workers do for dossiers."""

from __future__ import annotations

from motcua.engine.jobs.api import every
from motcua.modules.dossiers.telling import tell_applicants
from motcua.modules.dossiers.warning import warn_and_escalate


@every(2.0, "dossiers.tell", "Báo tin cho người nộp hồ sơ")
def tell() -> None:
    tell_applicants()


@every(30.0, "dossiers.warn", "Cảnh báo bước sắp đến hạn, báo lãnh đạo bước quá hạn")
def warn() -> None:
    warn_and_escalate()

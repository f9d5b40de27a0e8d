"""What the workers do for payments."""

from __future__ import annotations

from motcua.engine.jobs.api import every
from motcua.engine.provinces.api import Province
from motcua.modules.payments.operations.collecting import expire_orders
from motcua.modules.payments.operations.integrating import follow_catalogue


@every(30.0, "payments.expire", "Kết thúc giao dịch nộp tiền quá hạn")
def expire() -> None:
    expire_orders()


@every(600.0, "payments.follow-catalogue", "Theo dõi thủ tục có nghĩa vụ tài chính theo danh mục")
def follow() -> None:
    for province in Province.objects.order_by("pk"):
        follow_catalogue(province)

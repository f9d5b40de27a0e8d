"""Changes decided ahead of their day take effect on that day: what follows the units is moved within a quarter hour."""

from motcua.engine.jobs.api import every
from motcua.engine.provinces.api import Province
from motcua.reference.organisations.operations import carry_due

LOOK_EVERY = 15 * 60.0


@every(LOOK_EVERY, "organisations.carry-due", "Chuyển những gì theo đơn vị khi thay đổi có hiệu lực")
def carry_all_due() -> int:
    """Returns how many changes were carried; idempotent, each change in its own transaction of `carry_due`."""
    return sum(carry_due(province) for province in Province.objects.order_by("pk"))

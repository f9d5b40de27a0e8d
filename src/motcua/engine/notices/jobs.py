"""Upkeep of inboxes."""

from motcua.engine.jobs.api import every
from motcua.engine.notices.inbox import forget_old

every(3600, "notices.forget", "Bỏ thông báo cũ trong hộp thông báo")(forget_old)

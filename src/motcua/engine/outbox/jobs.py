"""The sender and the upkeep, beside the jobs of each worker."""

from motcua.engine.jobs.api import every
from motcua.engine.outbox.sending import send_all
from motcua.engine.outbox.upkeep import forget_old

every(1.0, "outbox.send", "Gửi tin trong hộp thư đi")(send_all)
every(3600, "outbox.forget", "Bỏ nội dung tin đã gửi từ lâu")(forget_old)

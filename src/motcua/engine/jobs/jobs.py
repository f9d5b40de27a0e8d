"""This room's own regular work."""

from motcua.engine.jobs.beats import every
from motcua.engine.jobs.rescue import forget_old, rescue_stalled

every(10, "jobs.rescue", "Đưa lại vào hàng đợi việc của tiến trình đã chết")(rescue_stalled)
every(3600, "jobs.forget", "Xóa dấu vết của việc đã xong từ lâu")(forget_old)

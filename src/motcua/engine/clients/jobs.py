"""The feeder of webhooks and the upkeep, beside the jobs of each worker."""

from motcua.engine.clients.calling import forget_calls
from motcua.engine.clients.feeding import feed_all
from motcua.engine.clients.idempotency import forget_answers
from motcua.engine.jobs.api import every

every(2.0, "clients.feed", "Chuyển sự kiện đã niêm phong vào hộp thư đi cho webhook")(feed_all)
every(600, "clients.forget-calls", "Xóa dấu vết lần gọi API cũ")(forget_calls)
every(600, "clients.forget-answers", "Xóa câu trả lời đã lưu cho yêu cầu lặp lại")(forget_answers)

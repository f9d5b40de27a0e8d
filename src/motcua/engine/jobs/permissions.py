from motcua.engine.permissions.api import declare

VIEW = declare("jobs.queue.view", "Xem công việc nền của hệ thống")
RETRY = declare("jobs.queue.retry", "Chạy lại công việc nền bị lỗi")

from motcua.engine.permissions.api import declare

VIEW = declare("watch.alerts.view", "Xem cảnh báo của các đơn vị được giao")
ACKNOWLEDGE = declare("watch.alerts.acknowledge", "Xác nhận cảnh báo đã được tiếp nhận, ghi hướng xử lý")
MANAGE = declare("watch.rules.manage", "Đặt, sửa, tắt quy tắc cảnh báo của các đơn vị được giao")

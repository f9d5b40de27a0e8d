from motcua.engine.permissions.api import declare

VIEW = declare("outbox.messages.view", "Xem hộp thư đi và nội dung tin")
MANAGE = declare("outbox.messages.manage", "Gửi lại, hủy tin trong hộp thư đi")
